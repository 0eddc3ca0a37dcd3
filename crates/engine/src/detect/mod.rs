//! Detection: linked records and checked rules in, findings out.
//!
//! [`gather`] puts together what bodies delivered, and [`known`] what somebody says of their own foyer; everything after
//! it stands on a [`ground::Ground`] and no longer knows of deliveries: [`judge`] gives verdicts, [`suppose`] what may be
//! assumed, [`draft`] grades, [`missing`] names the facts that would settle the rest, [`beside`] says of which non-recours
//! it may be, [`means`] what is known of people's means, for counts.

mod beside;
mod draft;
mod gather;
mod ground;
mod held;
mod inputs;
mod judge;
mod known;
mod means;
mod missing;
mod suppose;

use crate::exposition::Tally;
use crate::finding::Finding;
use crate::link::facts::DeliveryError;
use crate::link::{Delivery, Handle};
use crate::plan::Program;
use gather::gather;
pub use held::{Held, held};
pub(crate) use inputs::{couple_codes, majority_limit, majority_on};
pub(crate) use judge::{Judged, Rule, judge, prepare};
pub use known::{Known, known};
pub(crate) use known::{adults, known_and_judged};
use recours_rules::pack::{Pack, Right};
use recours_rules::vocabulary::Crossing;
use std::collections::BTreeMap;

/// The fact from which detection itself tells who is of age.
pub(crate) const BIRTHS: &str = "date_naissance";

/// The fact from which it tells who lives in a couple.
pub(crate) const STATUS: &str = "statut_conjugal";

/// Counts of one right, for the receipt: never a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct RightCount {
    /// `droit` or `rupture`.
    pub kind: &'static str,
    /// Units evaluated.
    pub units: usize,
    /// Units known to receive the right.
    pub received: usize,
    /// What is received of what is probably due.
    #[serde(skip)]
    pub take_up: TakeUp,
    /// Findings by grade.
    pub certain: usize,
    /// Findings by grade.
    pub probable: usize,
    /// Findings by grade.
    pub possible: usize,
    /// How often each fact is missing among `possible` findings.
    pub missing: BTreeMap<String, usize>,
    /// Why no finding is certain: conditions not modelled, and parameters not checked up to the day.
    pub not_modelled: Vec<String>,
}

/// What is received of what is probably due, for a rate of non-take-up: units of a right, whoever they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TakeUp {
    /// Probably due and received.
    pub due_received: u64,
    /// Probably due and known not to be received: findings to propose.
    pub due_not_received: u64,
    /// Received, without being in the estimated set: a fault of the rule, or a fact that came late. Counted apart.
    pub received_apart: u64,
    /// Not settled, or receipt not known.
    pub unsettled: u64,
}

impl TakeUp {
    fn add(&mut self, verdict: &judge::Verdict, probable: bool) {
        let due = verdict.strict == 2 || verdict.assumed == 2;
        match verdict.received {
            2 if due => self.due_received += 1,
            2 => self.received_apart += 1,
            _ if probable => self.due_not_received += 1,
            _ if verdict.strict == 0 => {}
            _ => self.unsettled += 1,
        }
    }
}

/// What detection gives.
#[derive(Debug)]
pub struct Detection {
    /// Sorted findings.
    pub findings: Vec<Finding>,
    /// Counts by right.
    pub counts: BTreeMap<String, RightCount>,
    /// What procedures ask of people, and what is known of their means: counts only.
    pub tally: Tally,
    /// Persons known to some body.
    pub persons: usize,
    /// Households evaluated.
    pub households: usize,
}

/// What stopped detection.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    /// A delivery holds a refused value.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// The vocabulary lacks a role.
    #[error("le vocabulaire des règles ne définit pas les rôles demandeur, conjoint, enfant et absent")]
    Roles,
}

/// Evaluates all rights of the pack over the linked records.
///
/// # Errors
/// A refused value of a delivery, by body, column and row.
pub fn detect(pack: &Pack, program: &Program, deliveries: Vec<Delivery>) -> Result<Detection, DetectError> {
    detect_in_steps(pack, program, deliveries, &mut |_| {})
}

/// Where detection has come, for whoever measures what each step costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Rows stand under the persons that they are of.
    Linked,
    /// What is known of each person, and of each household, stands in columns.
    Gathered,
    /// Findings are there.
    Judged,
}

/// As [`detect`]; `reached` is told of each step when it is over.
///
/// # Errors
/// The same.
pub fn detect_in_steps(
    pack: &Pack,
    program: &Program,
    deliveries: Vec<Delivery>,
    reached: &mut dyn FnMut(Step),
) -> Result<Detection, DetectError> {
    // What may not cross is the holder's to evaluate, at home; facts here are as coarse as the others allow.
    of_deliveries(pack, program, deliveries, &|right| right.crossing == Crossing::Authorised, reached)
}

/// The same rules by the same code, where the facts are: one body over its own extract, rules of its own class included.
/// What it finds is for that body alone.
///
/// # Errors
/// A refused value of the extract, by column and row.
pub fn at_home(pack: &Pack, program: &Program, extract: Delivery) -> Result<Detection, DetectError> {
    of_deliveries(pack, program, vec![extract], &|right| right.crossing != Crossing::Forbidden, &mut |_| {})
}

/// The adults whom a body's own extract says to receive each right, by position of the right in the pack (for a right of a
/// foyer, the adult who stands for it). For that body alone.
///
/// # Errors
/// A refused value of the extract, by column and row.
pub fn receivers_at_home(pack: &Pack, program: &Program, extract: Delivery) -> Result<Vec<Vec<Handle>>, DetectError> {
    Ok(gather(pack, program, vec![extract], &mut |_| {})?.ground.receivers())
}

fn of_deliveries(
    pack: &Pack,
    program: &Program,
    deliveries: Vec<Delivery>,
    evaluated: &dyn Fn(&Right) -> bool,
    reached: &mut dyn FnMut(Step),
) -> Result<Detection, DetectError> {
    let ground = gather(pack, program, deliveries, reached)?.ground;
    reached(Step::Gathered);
    let (findings, counts, tally) = ground.findings(evaluated);
    reached(Step::Judged);
    Ok(Detection { findings, counts, tally, persons: ground.handles.len(), households: ground.homes.units.len() })
}

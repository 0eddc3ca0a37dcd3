//! Rights and amounts of known foyers, without linkage: for rule authors and for one volunteer on demand.

mod findings;
mod lists;

use crate::detect::{self, DetectError, Judged, Known, Rule};
use crate::eval;
use crate::eval::settle::{Sets, Settler};
use crate::finding::Finding;
use crate::foyers::{Foyers, column_name};
use crate::plan::{NodeId, Program};
use crate::reference::FactId;
use arrow::array::{ArrayRef, Float64Array, ListBuilder, RecordBatch, StringArray, StringBuilder, UInt32Array, UInt32Builder};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use lists::repeated;
use recours_rules::interval::Interval;
use recours_rules::number::{self, INF, NEG_INF};
use recours_rules::pack::{AmountPeriod, Pack, Right, RightKind};
use recours_rules::types::Entity;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What the answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// For people: a right received answers `acquis`, a `non` has no row; ruptures answer too, and each row says what a
    /// mission would find on the same facts.
    Information,
    /// For reference data: receipt is ignored, every unit has a row.
    Validation,
}

/// One answer.
struct Row {
    foyer: usize,
    person: Option<usize>,
    right: usize,
    entitled: &'static str,
    low: Option<f64>,
    high: Option<f64>,
    /// None where the verdict is settled.
    sets: Option<Arc<Sets>>,
}

/// At most so many minimal sets are listed.
const MOST_SETS: usize = 5;

/// Evaluates every right of the pack on every unit. Columns: `household_id`, `person_id` (null on rows of a
/// foyer), `right`, `entitled` (`oui|non|inconnu`, or `acquis`), `amount_low` and `amount_high` (euros, per
/// `period`; high null when unbounded; both null for rights without amount), `period` (`month|year|once`),
/// `missing` (input columns, the union of the settle sets), `settle` (minimal sets, smallest first).
///
/// For people, ruptures too, with the columns of a finding ([`findings`]); a rupture without finding has no row.
///
/// # Errors
/// A vocabulary without the roles of a foyer; Arrow's when it cannot build the table.
pub fn evaluate(pack: &Pack, program: &Program, foyers: &Foyers, purpose: Purpose) -> Result<RecordBatch, EvaluateError> {
    Ok(answers(pack, program, foyers, purpose)?.table()?)
}

/// Answers before they are a table.
pub struct Answers<'a> {
    pack: &'a Pack,
    foyers: &'a Foyers,
    rows: Vec<Row>,
    /// For people: what a mission would find, in the order of its people.
    known: Option<Vec<Known>>,
}

// A derived Debug would print what is known of somebody.
impl std::fmt::Debug for Answers<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answers").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

/// Compiles now what [`answers`] would compile for the first foyer asked about.
pub fn prepare(program: &Program) {
    detect::prepare(program);
}

/// What [`evaluate`] answers, before it is a table.
///
/// # Errors
/// A vocabulary without the roles of a foyer.
pub fn answers<'a>(pack: &'a Pack, program: &Program, foyers: &'a Foyers, purpose: Purpose) -> Result<Answers<'a>, EvaluateError> {
    let is_right = |r: usize| pack.rights.get(r).is_some_and(|x| x.kind == RightKind::Droit);
    let rules = program.rights.iter().filter_map(|r| pack.rights.get(r.right).map(|right| (right, r)));
    let rules: Vec<Rule<'_>> = rules.filter(|(_, r)| purpose == Purpose::Information || is_right(r.right)).collect();
    if purpose == Purpose::Validation {
        let judged = detect::judge(program, &rules, &foyers.population);
        let rows = rows(program, foyers, purpose, &rules, &judged, &|_, _, _| true);
        return Ok(Answers { pack, foyers, rows, known: None });
    }
    let mut judged = Vec::new();
    let known = detect::known_and_judged(pack, program, foyers, Some(&mut judged))?;
    let found = Found::new(pack, &known);
    let answers = |right: usize, foyer: usize, person: Option<usize>| is_right(right) || found.of(right, foyer, person).is_some();
    let rows = rows(program, foyers, purpose, &rules, &judged, &answers);
    drop(found);
    Ok(Answers { pack, foyers, rows, known: Some(known) })
}

impl Answers<'_> {
    /// The columns of [`evaluate`].
    ///
    /// # Errors
    /// Arrow's when it cannot build the table.
    pub fn table(&self) -> Result<RecordBatch, ArrowError> {
        let rights: UInt32Array = self.rows.iter().map(|r| u32::try_from(r.right).ok()).collect();
        let more = match &self.known {
            None => Vec::new(),
            Some(known) => {
                let found = Found::new(self.pack, known);
                let found: Vec<Option<&Finding>> =
                    self.rows.iter().map(|r| found.of(r.right, r.foyer, r.person).map(|k| &k.finding)).collect();
                findings::columns(self.pack, &rights, &found)?
            }
        };
        table(self.pack, self.foyers, &self.rows, &rights, more)
    }
}

/// The rows that answer, block after block of foyers, right after right.
fn rows(
    program: &Program,
    foyers: &Foyers,
    purpose: Purpose,
    rules: &[Rule<'_>],
    judged: &[Judged],
    answers: &dyn Fn(usize, usize, Option<usize>) -> bool,
) -> Vec<Row> {
    let offsets = &foyers.population.offsets;
    let bound = |f: usize| offsets.get(f).copied().unwrap_or(0);
    let mut rows = Vec::new();
    // Rows whose verdict is open, by right: their foyer, their unit, and where they stand.
    let mut open: Vec<Vec<Open>> = vec![Vec::new(); rules.len()];
    let n = foyers.population.foyers();
    for block in (0..n).step_by(eval::BLOCK) {
        let block = block..(block + eval::BLOCK).min(n);
        for (k, ((right, r), judged)) in rules.iter().zip(judged).enumerate() {
            let person_unit = right.unit == Entity::Personne;
            for foyer in block.clone() {
                let units = if person_unit { bound(foyer)..bound(foyer + 1) } else { foyer..foyer + 1 };
                for u in units {
                    let Some(verdict) = judged.verdict(u) else { continue };
                    let person = person_unit.then_some(u);
                    let row = |entitled, low, high| Row { foyer, person, right: r.right, entitled, low, high, sets: None };
                    let acquired = purpose == Purpose::Information && verdict.received == 2;
                    if purpose == Purpose::Information && ((verdict.strict == 0 && !acquired) || !answers(r.right, foyer, person)) {
                        continue;
                    }
                    if acquired {
                        rows.push(row("acquis", None, None));
                        continue;
                    }
                    let (low, high) = judged.said(u).and_then(|s| s.amount).map_or((None, None), bounds);
                    match verdict.strict {
                        2 => rows.push(row("oui", low, high)),
                        0 => {
                            let nothing = r.amount.map(|_| 0.0);
                            rows.push(row("non", nothing, nothing));
                        }
                        _ => {
                            if let Some(open) = open.get_mut(k) {
                                open.push((foyer, u, rows.len()));
                            }
                            rows.push(row("inconnu", low, high));
                        }
                    }
                }
            }
        }
    }
    settle(program, foyers, rules, &open, &mut rows);
    rows
}

/// An open verdict: foyer, unit, and the row that it has.
type Open = (usize, usize, usize);

/// The sets of facts that would settle the open verdicts, sought only in their foyers.
fn settle(program: &Program, foyers: &Foyers, rules: &[Rule<'_>], open: &[Vec<Open>], rows: &mut [Row]) {
    let asked: Vec<(Rule<'_>, &[Open])> =
        rules.iter().copied().zip(open.iter().map(Vec::as_slice)).filter(|(_, o)| !o.is_empty()).collect();
    let concerned: BTreeSet<usize> = asked.iter().flat_map(|(_, o)| o.iter().map(|x| x.0)).collect();
    let concerned: Vec<usize> = concerned.into_iter().collect();
    if concerned.is_empty() {
        return;
    }
    let verdicts: Vec<NodeId> = asked.iter().map(|((_, r), _)| r.entitled).collect();
    let few = foyers.population.few(program, &concerned, &verdicts);
    let bound = |f: usize| foyers.population.offsets.get(f).copied().unwrap_or(0);
    let blocks = eval::run_with(
        program,
        &few,
        &verdicts,
        || Settler::new(program),
        |settler, done| {
            let traced = settler.block(&few, done, &verdicts);
            let places = concerned.get(done.first_foyer..done.first_foyer + done.foyers).unwrap_or_default();
            let mut out = Vec::new();
            let (Some(first), Some(last)) = (places.first(), places.last()) else { return out };
            for ((right, r), open) in &asked {
                let from = open.partition_point(|x| x.0 < *first);
                let to = open.partition_point(|x| x.0 <= *last);
                for (foyer, u, at) in open.get(from..to).unwrap_or_default() {
                    let Ok(k) = places.binary_search(foyer) else { continue };
                    let start = done.offsets.get(k).copied().unwrap_or(0);
                    let row = if right.unit == Entity::Personne { start + u - bound(*foyer) } else { k };
                    out.push((*at, settler.sets(&traced, r.entitled, row, MOST_SETS)));
                }
            }
            out
        },
    );
    for (at, sets) in blocks.into_iter().flatten() {
        if let Some(row) = rows.get_mut(at) {
            row.sets = Some(sets);
        }
    }
}

/// What stopped an evaluation.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The vocabulary lacks a role.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// Arrow could not build the table.
    #[error("table impossible à former")]
    Table(#[from] ArrowError),
}

/// Findings by right, each by its unit.
struct Found<'k>(Vec<Vec<(usize, &'k Known)>>);

impl<'k> Found<'k> {
    fn new(pack: &Pack, found: &'k [Known]) -> Self {
        let positions: HashMap<&str, usize> = pack.rights.iter().enumerate().map(|(i, r)| (r.id.as_str(), i)).collect();
        let mut out = vec![Vec::new(); pack.rights.len()];
        for k in found {
            let Some(right) = positions.get(k.finding.right.as_str()) else { continue };
            let person = pack.rights.get(*right).is_some_and(|r| r.unit == Entity::Personne);
            if let Some(list) = out.get_mut(*right) {
                // In the order of persons, thus of foyers too.
                list.push((if person { k.person } else { k.foyer }, k));
            }
        }
        Self(out)
    }

    fn of(&self, right: usize, foyer: usize, person: Option<usize>) -> Option<&'k Known> {
        let list = self.0.get(right)?;
        list.binary_search_by_key(&person.unwrap_or(foyer), |x| x.0).ok().and_then(|i| list.get(i)).map(|x| x.1)
    }
}

fn bounds(i: Interval) -> (Option<f64>, Option<f64>) {
    let cents = |x: i64| number::to_f64(x);
    (Some(if i.lo == NEG_INF { 0.0 } else { cents(i.lo.max(0)) }), (i.hi != INF).then(|| cents(i.hi)))
}

fn table(pack: &Pack, foyers: &Foyers, rows: &[Row], rights: &UInt32Array, more: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, ArrowError> {
    let mut asked = Asked::default();
    rows.iter().for_each(|r| asked.push(r.sets.as_ref()));
    let (missing, settle) = asked.finish(pack)?;
    let foyer: UInt32Array = rows.iter().map(|r| Some(u32::try_from(r.foyer).unwrap_or(u32::MAX))).collect();
    let person: UInt32Array = rows.iter().map(|r| r.person.and_then(|p| u32::try_from(p).ok())).collect();
    let period = |r: &Right| {
        let word = match r.period {
            AmountPeriod::Month => "month",
            AmountPeriod::Year => "year",
            AmountPeriod::Once => "once",
        };
        word.to_owned()
    };
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("household_id", take(&foyers.household_ids, &foyer, None)?),
        ("person_id", take(&foyers.person_ids, &person, None)?),
        ("right", findings::by_right(pack, rights, |r| r.id.clone())?),
        ("entitled", Arc::new(rows.iter().map(|r| Some(r.entitled)).collect::<StringArray>())),
        ("amount_low", Arc::new(rows.iter().map(|r| r.low).collect::<Float64Array>())),
        ("amount_high", Arc::new(rows.iter().map(|r| r.high).collect::<Float64Array>())),
        ("period", findings::by_right(pack, rights, period)?),
        ("missing", missing),
        ("settle", settle),
    ];
    columns.extend(more);
    let nullable = |name: &str| matches!(name, "person_id" | "amount_low" | "amount_high" | "certainty" | "deadline" | "date_utile");
    let fields: Vec<Field> = columns.iter().map(|(n, a)| field(n, a.data_type(), nullable(n))).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|c| c.1).collect())
}

/// Settle sets of many rows: the same sets, which many rows share, are written once and repeated by position.
#[derive(Default)]
struct Asked {
    distinct: Vec<Arc<Sets>>,
    index: HashMap<*const Sets, u32>,
    rows: UInt32Builder,
}

impl Asked {
    fn push(&mut self, sets: Option<&Arc<Sets>>) {
        // Position 0 is no set.
        let next = u32::try_from(self.distinct.len() + 1).unwrap_or(u32::MAX);
        let position = sets.map_or(0, |sets| {
            *self.index.entry(Arc::as_ptr(sets)).or_insert_with(|| {
                self.distinct.push(Arc::clone(sets));
                next
            })
        });
        self.rows.append_value(position);
    }

    /// `missing` and `settle`.
    fn finish(mut self, pack: &Pack) -> Result<(ArrayRef, ArrayRef), ArrowError> {
        let mut missing = ListBuilder::new(StringBuilder::new());
        let mut settle = ListBuilder::new(ListBuilder::new(StringBuilder::new()));
        missing.append(true);
        settle.append(true);
        for sets in &self.distinct {
            let union: BTreeSet<FactId> = sets.iter().flatten().copied().collect();
            union.into_iter().for_each(|f| missing.values().append_value(column_name(pack, f)));
            missing.append(true);
            for set in sets.iter() {
                set.iter().for_each(|f| settle.values().values().append_value(column_name(pack, *f)));
                settle.values().append(true);
            }
            settle.append(true);
        }
        let rows = self.rows.finish();
        Ok((Arc::new(repeated(&missing.finish(), &rows)?), Arc::new(repeated(&settle.finish(), &rows)?)))
    }
}

fn field(name: &str, ty: &DataType, nullable: bool) -> Field {
    Field::new(name, ty.clone(), nullable)
}

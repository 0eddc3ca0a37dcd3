//! What all bodies together know of each person, and of each household: first body first, silence kept
//! apart from zero.

use super::{Delivery, NONE, People};
use crate::eval::column::{Column, Data, at};
use crate::grain;
use crate::link::compositions::{Composition, Roles};
use crate::source::{self, SourceError};
use recours_rules::interval::Interval;
use recours_rules::pack::Pack;
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::Variable;

/// A refused column, with the body that brought it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("livraison de « {body} » : {error}")]
pub struct DeliveryError {
    /// The body.
    pub body: String,
    /// What was refused.
    pub error: SourceError,
}

/// One fact of every person; or of every member, or foyer, of every composition.
#[derive(Debug)]
pub struct PersonFact {
    /// Value of each.
    pub column: Column,
    /// Where a zero stands for the joint silence of every payer; empty when nowhere.
    pub silent: Vec<bool>,
    /// Of whom somebody says something, where several bodies may answer; empty where the value itself shows it. Payers
    /// who disagree may leave as much open as if nobody had spoken, bands more often than values.
    pub spoken: Vec<bool>,
}

impl PersonFact {
    /// Whether somebody has told something of an element.
    #[must_use]
    pub fn told(&self, i: usize, unknown: &Column) -> bool {
        self.spoken.get(i) == Some(&true) || told(&self.column, i, unknown)
    }
}

/// The value of one element, to be put elsewhere.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Cell {
    interval: Interval,
    bool: u8,
    absent: u8,
    codes: u64,
}

fn cell(c: &Column, i: usize) -> Cell {
    Cell { interval: c.interval(i), bool: c.bool_at(i), absent: c.absent_at(i), codes: c.codes_at(i) }
}

/// Whether somebody has told something of an element: its value, or a band narrower than what it may be at most
/// (`unknown`, a column of one).
#[must_use]
pub fn told(c: &Column, i: usize, unknown: &Column) -> bool {
    c.settled(i) || cell(c, i) != cell(unknown, 0)
}

/// Whether an element of a column is not what it is in another.
pub(crate) fn differ(a: &Column, b: &Column, i: usize) -> bool {
    cell(a, i) != cell(b, i)
}

/// What is left when two answers are both heard: one of them, nobody says which.
fn either(a: Cell, b: Cell) -> Cell {
    let truth = |x: u8, y: u8| if x == y { x } else { 1 };
    Cell { interval: a.interval.hull(b.interval), bool: truth(a.bool, b.bool), absent: truth(a.absent, b.absent), codes: a.codes | b.codes }
}

/// One answer out of those heard, first body first. Where several could pay, one that says « nothing » does not
/// silence another that says « something »: what they disagree on is open.
fn heard(variable: &Variable, mut answers: impl Iterator<Item = Cell>) -> Option<Cell> {
    if variable.payers.len() < 2 { answers.next() } else { answers.reduce(either) }
}

/// A column made element by element.
struct Builder {
    data: Data,
}

impl Builder {
    fn like(c: &Column, n: usize) -> Self {
        let data = match &c.data {
            Data::Num(..) => Data::Num(Vec::with_capacity(n), Some(Vec::with_capacity(n))),
            Data::Bool(_) => Data::Bool(Vec::with_capacity(n)),
            Data::Date(..) => Data::Date(Vec::with_capacity(n), Some(Vec::with_capacity(n)), Some(Vec::with_capacity(n))),
            Data::Code(_) => Data::Code(Vec::with_capacity(n)),
        };
        Self { data }
    }

    fn push(&mut self, x: Cell) {
        match &mut self.data {
            Data::Num(lo, hi) => {
                lo.push(x.interval.lo);
                if let Some(h) = hi {
                    h.push(x.interval.hi);
                }
            }
            Data::Bool(v) => v.push(x.bool),
            Data::Date(lo, hi, absent) => {
                lo.push(x.interval.lo);
                if let Some(h) = hi {
                    h.push(x.interval.hi);
                }
                if let Some(a) = absent {
                    a.push(x.absent);
                }
            }
            Data::Code(v) => v.push(x.codes),
        }
    }

    fn finish(self) -> Column {
        match self.data {
            Data::Num(lo, hi) => Column::num(lo, hi.unwrap_or_default()),
            Data::Date(lo, hi, absent) => Column::date(lo, hi.unwrap_or_default(), absent.unwrap_or_default()),
            data => Column { data },
        }
    }
}

/// A column's elements in other places; where there is none, what the first of `unknown` says. Whole columns at a time: most
/// facts are one body's, and nothing about them is to be decided person by person.
fn placed(c: &Column, unknown: &Column, from: impl Iterator<Item = Option<usize>> + Clone) -> Column {
    fn put<T: Copy>(from: impl Iterator<Item = Option<usize>>, v: &[T], none: T, lost: T) -> Vec<T> {
        from.map(|i| i.map_or(none, |i| at(v, i).unwrap_or(lost))).collect()
    }
    let none = cell(unknown, 0);
    match &c.data {
        Data::Num(lo, hi) => {
            let low = put(from.clone(), lo, none.interval.lo, i64::MIN);
            let high = put(from, hi.as_ref().unwrap_or(lo), none.interval.hi, i64::MAX);
            Column::num(low, high)
        }
        Data::Bool(v) => Column::bool(put(from, v, none.bool, 1)),
        Data::Date(lo, hi, absent) => {
            let low = put(from.clone(), lo, none.interval.lo, i64::MIN);
            let high = put(from.clone(), hi.as_ref().unwrap_or(lo), none.interval.hi, i64::MAX);
            Column::date(low, high, put(from, absent.as_deref().unwrap_or(&[0]), none.absent, 1))
        }
        Data::Code(v) => Column { data: Data::Code(put(from, v, none.codes, u64::MAX)) },
    }
}

/// None of it: zero, false, the first code, no date.
const NOTHING: Cell = Cell { interval: Interval::point(0), bool: 0, absent: 2, codes: 1 };

/// One fact of every person, from the bodies that bring it, in the order of deliveries (payers who disagree leave it
/// open between their answers); where nobody does,
/// none of it when every payer is joined, declares exhaustive coverage, has few rows that may be anybody, does not list
/// the person, and the person carries a certified number; else unknown.
///
/// # Errors
/// A value that the vocabulary does not allow, by body, column and row.
pub fn of_people(
    pack: &Pack,
    deliveries: &[Delivery],
    people: &People,
    variable: &Variable,
    column: &str,
) -> Result<PersonFact, DeliveryError> {
    let n = people.len();
    let mut brought: Vec<(usize, Column)> = Vec::new();
    for (d, x) in deliveries.iter().enumerate() {
        if let Some(array) = x.facts.column_by_name(column) {
            let c = grain::decode(pack, variable, column, array).map_err(|error| DeliveryError { body: x.body.clone(), error })?;
            brought.push((d, c));
        }
    }
    let unknown = source::unknown(pack, variable, 1);
    let payers: Option<Vec<usize>> = (!variable.payers.is_empty())
        .then(|| variable.payers.iter().map(|p| answers_for_all(deliveries, people, variable, p).ok()).collect())
        .flatten();
    // One body alone says it, and no silence is an answer: what it does not say of somebody is unknown already.
    if let ([(d, c)], None, true) = (brought.as_slice(), &payers, variable.payers.len() < 2) {
        let rows = people.row_of.get(*d).map(Vec::as_slice).unwrap_or_default();
        let from = rows.iter().map(|r| (*r != NONE).then_some(*r as usize));
        return Ok(PersonFact { column: placed(c, &unknown, from), silent: Vec::new(), spoken: Vec::new() });
    }
    let mut out = Builder::like(&unknown, n);
    let mut silent = vec![false; if payers.is_some() { n } else { 0 }];
    let mut spoken = Vec::new();
    for p in 0..n {
        let row = |d: usize| people.row_of.get(d).and_then(|r| r.get(p)).copied().filter(|r| *r != NONE).map(|r| r as usize);
        let answers = brought.iter().filter_map(|(d, c)| row(*d).filter(|r| told(c, *r, &unknown)).map(|r| cell(c, r)));
        let known = heard(variable, answers);
        if variable.payers.len() > 1 {
            spoken.push(known.is_some());
        }
        let value = match (known, &payers) {
            (Some(x), _) => x,
            (None, Some(all)) if people.certified.get(p) == Some(&true) && all.iter().all(|d| !people.listed(*d, p)) => {
                if let Some(s) = silent.get_mut(p) {
                    *s = true;
                }
                NOTHING
            }
            _ => cell(&unknown, 0),
        };
        out.push(value);
    }
    Ok(PersonFact { column: out.finish(), silent, spoken })
}

/// Whether a fact is unknown of everybody: no body brings it, and no silence is an answer.
#[must_use]
pub fn nobody_tells(deliveries: &[Delivery], people: &People, variable: &Variable, column: &str) -> bool {
    let answers = |p: &String| answers_for_all(deliveries, people, variable, p).is_ok();
    deliveries.iter().all(|d| d.facts.column_by_name(column).is_none())
        && (variable.payers.is_empty() || !variable.payers.iter().all(answers))
}

/// The delivery of a payer whose silence about somebody is an answer: it is there, declares exhaustive coverage, and
/// few of its rows may be anybody ([`super::LOOSE_SHARE`]).
///
/// # Errors
/// Why its silence is none: `payeur_absent` or `payeur_mal_relie`, with the body.
fn answers_for_all(deliveries: &[Delivery], people: &People, variable: &Variable, payer: &str) -> Result<usize, String> {
    let joined = deliveries.iter().position(|d| d.body == payer && d.covers.contains(&variable.name));
    let at = joined.ok_or_else(|| format!("payeur_absent:{payer}"))?;
    if people.loose.get(at) == Some(&true) { Err(format!("payeur_mal_relie:{payer}")) } else { Ok(at) }
}

/// Payers of a fact whose silence is no answer, each with the reason: what the others say leaves open that these pay.
#[must_use]
pub fn unanswering_payers(deliveries: &[Delivery], people: &People, variable: &Variable) -> Vec<String> {
    variable.payers.iter().filter_map(|p| answers_for_all(deliveries, people, variable, p).err()).collect()
}

/// Where each composition's members begin, and who they are.
#[derive(Debug, Default)]
pub struct Slots {
    /// One more entry than compositions.
    pub offsets: Vec<usize>,
    /// Person of each member (`NONE` for somebody unknown).
    pub person: Vec<u32>,
    /// Roles that each member may have.
    pub roles: Vec<u64>,
}

impl Slots {
    /// Lays compositions out one after the other.
    #[must_use]
    pub fn of(compositions: &[Composition]) -> Self {
        let mut s = Self { offsets: vec![0], ..Self::default() };
        for c in compositions {
            for m in &c.members {
                s.person.push(m.person);
                s.roles.push(m.roles);
            }
            s.offsets.push(s.person.len());
        }
        s
    }
}

/// A fact of persons for every member of every composition.
#[must_use]
pub fn for_members(pack: &Pack, variable: &Variable, fact: &PersonFact, slots: &Slots) -> PersonFact {
    let unknown = source::unknown(pack, variable, 1);
    let marks = |of: &[bool]| -> Vec<bool> {
        if of.is_empty() { Vec::new() } else { slots.person.iter().map(|p| *p != NONE && of.get(*p as usize) == Some(&true)).collect() }
    };
    PersonFact {
        column: placed(&fact.column, &unknown, slots.person.iter().map(|p| (*p != NONE).then_some(*p as usize))),
        silent: marks(&fact.silent),
        spoken: marks(&fact.spoken),
    }
}

/// A fact of the foyer for every composition: from the first adult of whom some body says it, from all of them when
/// several bodies could pay. Silence about
/// an adult is kept only when it holds for every adult.
#[must_use]
pub fn for_foyers(pack: &Pack, variable: &Variable, fact: &PersonFact, slots: &Slots, roles: Roles) -> PersonFact {
    let unknown = source::unknown(pack, variable, 1);
    let adult = (1u64 << roles.applicant) | (1u64 << roles.partner);
    let n = slots.offsets.len().saturating_sub(1);
    let mut out = Builder::like(&unknown, n);
    let (mut silent, mut spoken) = (Vec::new(), Vec::new());
    for w in slots.offsets.windows(2) {
        let &[from, to] = w else { continue };
        let members = || (from..to).filter(|i| slots.roles.get(*i).is_some_and(|r| r & adult != 0));
        let people = || members().filter_map(|i| slots.person.get(i).copied());
        let quiet = |p: u32| fact.silent.get(p as usize) == Some(&true);
        let speakers = people().filter(|p| *p != NONE && !quiet(*p) && fact.told(*p as usize, &unknown));
        let said = heard(variable, speakers.map(|p| cell(&fact.column, p as usize)));
        let all_quiet = !fact.silent.is_empty() && people().next().is_some() && people().all(|p| p != NONE && quiet(p));
        out.push(match said {
            Some(x) => x,
            None if all_quiet => NOTHING,
            None => cell(&unknown, 0),
        });
        if !fact.silent.is_empty() {
            silent.push(said.is_none() && all_quiet);
        }
        if !fact.spoken.is_empty() {
            spoken.push(said.is_some());
        }
    }
    PersonFact { column: out.finish(), silent, spoken }
}

/// The roles of the members as a column of facts.
#[must_use]
pub fn role_column(slots: &Slots) -> Column {
    Column { data: Data::Code(slots.roles.clone()) }
}

/// Whether a fact belongs to persons.
#[must_use]
pub fn is_person(v: &Variable) -> bool {
    v.entity == Entity::Personne
}

/// Positions of the roles in the vocabulary; `None` when the vocabulary lacks one.
#[must_use]
pub fn roles(pack: &Pack) -> Option<Roles> {
    let list = match pack.vocabulary.variables.get(pack.role)?.ty {
        Type::Code(l) => pack.vocabulary.lists.get(l)?,
        _ => return None,
    };
    let at = |name: &str| list.index(name).and_then(|i| u8::try_from(i).ok());
    Some(Roles { applicant: at("demandeur")?, partner: at("conjoint")?, child: at("enfant")?, absent: at("absent")? })
}

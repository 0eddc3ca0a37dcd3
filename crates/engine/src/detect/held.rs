//! The facts that a host holds of each unit, written as known foyers: what one of them would say of itself if it knew all
//! that its bodies know, and no more. Bands stay bands.
//!
//! For invented people, to hold the two ways of asking against each other: no command writes this of real ones.

use super::gather::{Gathered, gather};
use super::{BIRTHS, DetectError};
use crate::eval::column::Column;
use crate::foyers::{BODIES, column_name};
use crate::grain;
use crate::link::compositions::Composition;
use crate::link::facts::{self, PersonFact};
use crate::link::{Delivery, Handle};
use crate::plan::Program;
use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::error::ArrowError;
use recours_rules::pack::Pack;
use recours_rules::vocabulary::Variable;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Tables of persons and households as [`crate::foyers::read`] reads them, a row of the second for each unit of the
/// mission, and what stands behind each.
#[derive(Debug)]
pub struct Held {
    /// `household_id`, `person_id` and the facts of persons, `role` among them.
    pub persons: RecordBatch,
    /// `household_id` and the facts of foyers.
    pub households: RecordBatch,
    /// Handle of each person, in the order of their table.
    pub handles: Vec<Handle>,
    /// For each household, whether some body describes it, and whether the age of its first member is known.
    pub described: Vec<bool>,
}

/// Writes what the deliveries tell of every unit.
///
/// # Errors
/// As detection; Arrow's when a table cannot be built.
pub fn held(pack: &Pack, program: &Program, deliveries: Vec<Delivery>) -> Result<Held, HeldError> {
    let Gathered { ground, births } = gather(pack, program, deliveries, &mut |_| {})?;
    let units = &ground.homes.units;
    let members: Vec<Vec<usize>> = units.iter().map(|u| ground.slots.offsets.get(*u..*u + 2).map_or(Vec::new(), range)).collect();
    let slots: Vec<usize> = members.iter().flatten().copied().collect();
    let homes = members.iter().zip(0_i64..).flat_map(|(m, f)| std::iter::repeat_n(f, m.len()));
    let mut of_persons: BTreeMap<String, ArrayRef> = BTreeMap::new();
    let mut of_foyers: BTreeMap<String, ArrayRef> = BTreeMap::new();
    let mut tell = |v: &Variable, name: String, column: &Column, spoken: &[bool]| {
        let (rows, table) = if facts::is_person(v) { (&slots, &mut of_persons) } else { (units, &mut of_foyers) };
        table.insert(name, grain::tell(pack, v, column, spoken, rows));
    };
    for ((fact, column), spoken) in program.inputs.iter().zip(&ground.population.inputs).zip(&ground.spoken) {
        if let Some(v) = pack.vocabulary.variables.get(fact.0) {
            tell(v, column_name(pack, *fact), column, spoken);
        }
    }
    let of_vocabulary = |name: &str| pack.vocabulary.find(name).and_then(|v| pack.vocabulary.variables.get(v));
    if let (Some(v), Some(births)) = (of_vocabulary(BIRTHS), births) {
        let births = PersonFact { column: births, silent: Vec::new(), spoken: Vec::new() };
        tell(v, BIRTHS.to_owned(), &facts::for_members(pack, v, &births, &ground.slots).column, &[]);
    }
    if let Some(v) = pack.vocabulary.variables.get(pack.role) {
        tell(v, v.name.clone(), &facts::role_column(&ground.slots), &[]);
    }
    let keys = |n: usize| -> ArrayRef { Arc::new((0..i64::try_from(n).unwrap_or(i64::MAX)).collect::<Int64Array>()) };
    let table = |keys: Vec<(&str, ArrayRef)>, facts: BTreeMap<String, ArrayRef>| {
        let keys = keys.into_iter().map(|(n, a)| (n.to_owned(), a, false));
        RecordBatch::try_from_iter_with_nullable(keys.chain(facts.into_iter().map(|(n, a)| (n, a, true))))
    };
    let home_of: ArrayRef = Arc::new(homes.collect::<Int64Array>());
    let person = |slot: &usize| ground.slots.person.get(*slot).map_or(usize::MAX, |p| *p as usize);
    let bodies = |slot: &usize| -> Option<String> {
        let known = ground.known_to.iter().filter(|(_, persons)| persons.get(person(slot)) == Some(&true));
        Some(known.map(|(body, _)| body.as_str()).collect::<Vec<_>>().join(" "))
    };
    of_persons.insert(BODIES.to_owned(), Arc::new(slots.iter().map(bodies).collect::<StringArray>()));
    let described = |unit: &usize| {
        let of_age = |c: &Composition| c.members.first().and_then(|m| ground.majority.get(m.person as usize)).copied().flatten().is_some();
        ground.homes.compositions.get(*unit).is_some_and(|c| c.delivery.is_some() || of_age(c))
    };
    Ok(Held {
        persons: table(vec![("household_id", home_of), ("person_id", keys(slots.len()))], of_persons)?,
        households: table(vec![("household_id", keys(units.len()))], of_foyers)?,
        handles: slots.iter().map(|s| ground.handles.get(person(s)).copied().unwrap_or_default()).collect(),
        described: units.iter().map(described).collect(),
    })
}

fn range(bounds: &[usize]) -> Vec<usize> {
    if let &[from, to] = bounds { (from..to).collect() } else { Vec::new() }
}

/// What stopped it.
#[derive(Debug, thiserror::Error)]
pub enum HeldError {
    /// As detection.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// A table could not be built.
    #[error("table impossible à former")]
    Table(#[from] ArrowError),
}

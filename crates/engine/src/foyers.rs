//! Known foyers: a table of persons and one of households become a population for the evaluator.

use crate::detect::BIRTHS;
use crate::eval::Population;
use crate::eval::column::Column;
use crate::grain;
use crate::plan::Program;
use crate::source::{self, SourceError};
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use recours_rules::date;
use recours_rules::number::{INF, NEG_INF};
use recours_rules::pack::Pack;
use recours_rules::types::Entity;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A population with the keys of its rows.
#[derive(Debug)]
pub struct Foyers {
    /// Facts in the order of the program.
    pub population: Population,
    /// `household_id` of each foyer.
    pub household_ids: ArrayRef,
    /// `person_id` of each person, in the population's order.
    pub person_ids: ArrayRef,
    /// Birth of each person, whether or not a rule reads it.
    pub births: Column,
    /// Roles that each person may have.
    pub roles: Column,
    /// Per input of the program, of whom something is said though it leaves everything open; empty where the value
    /// itself shows it.
    pub spoken: Vec<Vec<bool>>,
    /// Of each body named in [`BODIES`], the persons whom it knows; empty where nobody says.
    pub known_to: Vec<(String, Vec<bool>)>,
}

/// The column of persons that names the bodies which know each of them, apart by spaces: what a procedure requires depends
/// on the body where it is made.
pub const BODIES: &str = "organismes";

/// Keys as texts or whole numbers, for joining.
enum Keys {
    Whole(arrow::array::Int64Array),
    Text(arrow::array::StringArray),
}

impl Keys {
    fn read(batch: &RecordBatch, column: &str) -> Result<(Self, ArrayRef), SourceError> {
        let array = batch.column_by_name(column).ok_or_else(|| SourceError::Missing {
            column: column.into(),
            help: "les personnes et les foyers sont reliés par `household_id`".into(),
        })?;
        if let Some(row) = (0..array.len()).find(|i| array.is_null(*i)) {
            return Err(SourceError::Value { column: column.into(), row: row + 1, expected: "une clé attendue".into() });
        }
        let bad = |found: &DataType| SourceError::Type {
            column: column.into(),
            found: found.to_string(),
            expected: "un entier ou un texte attendu".into(),
        };
        let keys = if array.data_type().is_integer() {
            Self::Whole(cast(array, &DataType::Int64).map_err(|_| bad(array.data_type()))?.as_primitive::<Int64Type>().clone())
        } else {
            Self::Text(cast(array, &DataType::Utf8).map_err(|_| bad(array.data_type()))?.as_string::<i32>().clone())
        };
        Ok((keys, array.clone()))
    }

    fn index(&self, column: &str) -> Result<HashMap<Key<'_>, usize>, SourceError> {
        let mut out = HashMap::with_capacity(self.len());
        for i in 0..self.len() {
            if let Some(first) = out.insert(self.get(i), i) {
                return Err(SourceError::Duplicate { column: column.into(), first: first + 1, second: i + 1 });
            }
        }
        Ok(out)
    }

    fn len(&self) -> usize {
        match self {
            Self::Whole(a) => a.len(),
            Self::Text(a) => a.len(),
        }
    }

    fn get(&self, i: usize) -> Key<'_> {
        match self {
            Self::Whole(a) => Key::Whole(a.value(i)),
            Self::Text(a) => Key::Text(a.value(i)),
        }
    }
}

#[derive(PartialEq, Eq, Hash, Clone, Copy)]
enum Key<'a> {
    Whole(i64),
    Text(&'a str),
}

/// Joins persons to households and decodes the facts that the program reads. A column that is absent is
/// unknown for everybody.
///
/// # Errors
/// A missing or doubled key, a person without household, a household without person, or a refused value:
/// column and row, never the value.
pub fn read(pack: &Pack, program: &Program, persons: &RecordBatch, households: &RecordBatch) -> Result<Foyers, SourceError> {
    let (keys, household_ids) = Keys::read(households, "household_id")?;
    let index = keys.index("household_id")?;
    let (links, _) = Keys::read(persons, "household_id")?;
    let (person_keys, person_ids) = Keys::read(persons, "person_id")?;
    person_keys.index("person_id")?;
    let mut counts = vec![0usize; keys.len() + 1];
    let mut home = Vec::with_capacity(links.len());
    for i in 0..links.len() {
        let f = *index.get(&links.get(i)).ok_or_else(|| SourceError::Orphan {
            column: "household_id".into(),
            row: i + 1,
            expected: "cette personne n'a pas de foyer dans la table des foyers".into(),
        })?;
        home.push(f);
        if let Some(c) = counts.get_mut(f + 1) {
            *c += 1;
        }
    }
    if let Some(f) = counts.iter().skip(1).position(|c| *c == 0) {
        return Err(SourceError::Orphan {
            column: "household_id".into(),
            row: f + 1,
            expected: "ce foyer n'a personne dans la table des personnes".into(),
        });
    }
    let mut total = 0;
    let offsets: Vec<usize> = counts
        .iter()
        .map(|c| {
            total += c;
            total
        })
        .collect();
    let mut next = offsets.clone();
    let mut order = vec![0usize; home.len()];
    for (person, f) in home.iter().enumerate() {
        if let Some(at) = next.get_mut(*f) {
            if let Some(slot) = order.get_mut(*at) {
                *slot = person;
            }
            *at += 1;
        }
    }
    let mut inputs = Vec::with_capacity(program.inputs.len());
    let mut spoken = Vec::with_capacity(program.inputs.len());
    for fact in &program.inputs {
        let (column, said) = column(pack, *fact, persons, households, &order)?;
        inputs.push(Arc::new(column));
        spoken.push(said);
    }
    let births = match pack.vocabulary.find(BIRTHS) {
        Some(v) => column(pack, (v, None), persons, households, &order)?.0,
        None => Column::date(vec![NEG_INF; order.len()], vec![INF; order.len()], vec![0; order.len()]),
    };
    let roles = column(pack, (pack.role, None), persons, households, &order)?.0;
    let positions = UInt32Array::from_iter_values(order.iter().map(|i| u32::try_from(*i).unwrap_or(u32::MAX)));
    let person_ids = arrow::compute::take(&person_ids, &positions, None)
        .map_err(|_| SourceError::Missing { column: "person_id".into(), help: "clé illisible".into() })?;
    Ok(Foyers {
        population: Population { offsets, inputs },
        household_ids,
        person_ids,
        births,
        roles,
        spoken,
        known_to: known_to(persons, &order),
    })
}

fn known_to(persons: &RecordBatch, order: &[usize]) -> Vec<(String, Vec<bool>)> {
    let Some(said) = persons.column_by_name(BODIES).and_then(|c| cast(c, &DataType::Utf8).ok()) else { return Vec::new() };
    let said = said.as_string::<i32>();
    let names = |i: usize| if said.is_valid(i) { said.value(i) } else { "" }.split_whitespace();
    let mut out: BTreeMap<&str, Vec<bool>> = BTreeMap::new();
    for (place, row) in order.iter().enumerate() {
        for body in names(*row) {
            if let Some(known) = out.entry(body).or_insert_with(|| vec![false; order.len()]).get_mut(place) {
                *known = true;
            }
        }
    }
    out.into_iter().map(|(body, known)| (body.to_owned(), known)).collect()
}

fn column(
    pack: &Pack,
    fact: crate::reference::FactId,
    persons: &RecordBatch,
    households: &RecordBatch,
    order: &[usize],
) -> Result<(Column, Vec<bool>), SourceError> {
    let Some(variable) = pack.vocabulary.variables.get(fact.0) else { return Ok((Column::bool(vec![1]), Vec::new())) };
    let name = column_name(pack, fact);
    let table = if variable.entity == Entity::Personne { persons } else { households };
    let n = table.num_rows();
    let mut said = Vec::new();
    let mut c = match table.column_by_name(&name) {
        // Stretches and sets, each as somebody said it.
        Some(array) if grain::is_coarse(array) && grain::is_told(array) => {
            said = (0..n).map(|i| array.is_valid(i)).collect();
            grain::decode(pack, variable, &name, array)?
        }
        Some(array) => source::decode(pack, variable, &name, array)?,
        None => source::unknown(pack, variable, n),
    };
    if variable.name == BIRTHS
        && let Some(ages) = persons.column_by_name("age")
    {
        c = source::births_from_ages(c, "age", ages, date::first_day(date::month_of(pack.on)))?;
    }
    // Persons mostly come foyer by foyer already.
    if variable.entity == Entity::Personne && order.iter().enumerate().any(|(i, o)| i != *o) {
        c = source::reordered(&c, order);
        if !said.is_empty() {
            said = order.iter().map(|i| said.get(*i) == Some(&true)).collect();
        }
    }
    Ok((c, said))
}

/// The input column of a fact (`salaire_net_m03`, `recu_rsa`).
#[must_use]
pub fn column_name(pack: &Pack, fact: crate::reference::FactId) -> String {
    let name = pack.vocabulary.variables.get(fact.0).map_or("", |v| v.name.as_str());
    fact.1.map_or_else(|| name.to_owned(), |m| format!("{name}_m{m:02}"))
}

//! Foyers of whom everything is known, made from foyers of whom much is: what speed is measured on.
//!
//! What a base foyer tells stays; what it leaves open is drawn, likely rather than hard (a [`super::maker`] draws what is hard).
//! Beyond the number of base foyers they come again with other amounts and birthdays, so that no two are alike.

use super::chance::Chance;
use crate::detect::BIRTHS;
use crate::eval::column::Column;
use crate::foyers::{Foyers, column_name};
use crate::plan::Program;
use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use recours_rules::Pack;
use recours_rules::date;
use recours_rules::number::{self, Decimal, SCALE};
use recours_rules::types::{Entity, Type, Unit};
use recours_rules::vocabulary::{CodeList, Variable};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What to make.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// How many foyers.
    pub foyers: usize,
    /// The same seed makes the same tables.
    pub seed: u64,
    /// Of a hundred cells, how many are left empty, in every column of facts.
    pub unknown: usize,
}

/// A month of a series, and the column that the base has for it.
type Month<'b> = (Option<usize>, Option<&'b Column>);

const CENT: Decimal = SCALE / 100;

/// The tables of persons and of households, under the columns of [`crate::foyers::read`]: every fact that the program reads
/// and that no other gives. Keys are whole numbers; the persons of a foyer follow each other.
///
/// # Errors
/// Arrow's when it cannot build a table.
pub fn complete(pack: &Pack, program: &Program, base: &Foyers, wanted: Wanted) -> Result<(RecordBatch, RecordBatch), ArrowError> {
    let rows = Rows::of(base, wanted.foyers);
    let mut facts: BTreeMap<usize, Vec<Month<'_>>> = BTreeMap::new();
    for (slot, fact) in program.inputs.iter().enumerate().filter(|(_, f)| !pack.derived.contains_key(&f.0)) {
        facts.entry(fact.0).or_default().push((fact.1, base.population.inputs.get(slot).map(AsRef::as_ref)));
    }
    // Majority is told from the birth, whether or not a rule reads it.
    for (variable, column) in [(pack.vocabulary.find(BIRTHS), &base.births), (Some(pack.role), &base.roles)] {
        if let Some(v) = variable {
            facts.entry(v).or_insert_with(|| vec![(None, Some(column))]);
        }
    }
    let mut persons: Vec<(String, ArrayRef)> =
        vec![("person_id".into(), keys(rows.persons.len())), ("household_id".into(), Arc::new(rows.homes()))];
    let mut households: Vec<(String, ArrayRef)> = vec![("household_id".into(), keys(rows.foyers.len()))];
    for (variable, mut months) in facts {
        let Some(v) = pack.vocabulary.variables.get(variable) else { continue };
        months.sort_by_key(|m| m.0);
        let (table, of) = if v.entity == Entity::Personne { (&mut persons, &rows.persons) } else { (&mut households, &rows.foyers) };
        let mut draw = Draw { pack, variable: v, base, wanted, chance: Chance::new(wanted.seed, &v.name) };
        let columns = draw.columns(of, &months);
        table.extend(months.iter().map(|(month, _)| column_name(pack, (variable, *month))).zip(columns));
    }
    Ok((batch(persons)?, batch(households)?))
}

fn keys(n: usize) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values((1..=n).filter_map(|i| i64::try_from(i).ok())))
}

fn batch(columns: Vec<(String, ArrayRef)>) -> Result<RecordBatch, ArrowError> {
    let fields: Vec<Field> = columns.iter().map(|(n, a)| Field::new(n, a.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|c| c.1).collect())
}

/// A row to make: the row of the base that it comes from, and whether that one came before.
#[derive(Clone, Copy)]
struct From {
    row: usize,
    again: bool,
    /// The foyer made, from 0.
    foyer: usize,
}

struct Rows {
    foyers: Vec<From>,
    persons: Vec<From>,
}

impl Rows {
    fn of(base: &Foyers, wanted: usize) -> Self {
        let n = base.population.foyers();
        let bound = |f: usize| base.population.offsets.get(f).copied().unwrap_or(0);
        let (mut foyers, mut persons) = (Vec::with_capacity(wanted), Vec::new());
        for foyer in 0..if n == 0 { 0 } else { wanted } {
            let (row, again) = (foyer % n, foyer >= n);
            foyers.push(From { row, again, foyer });
            persons.extend((bound(row)..bound(row + 1)).map(|row| From { row, again, foyer }));
        }
        Self { foyers, persons }
    }

    fn homes(&self) -> Int64Array {
        Int64Array::from_iter_values(self.persons.iter().filter_map(|p| i64::try_from(p.foyer + 1).ok()))
    }
}

/// One fact, in the months that are read.
struct Draw<'a> {
    pack: &'a Pack,
    variable: &'a Variable,
    base: &'a Foyers,
    wanted: Wanted,
    chance: Chance,
}

/// A value made; a date may be none.
#[derive(Clone, Copy)]
enum Made {
    Number(Decimal),
    Truth(bool),
    Day(Option<i64>),
    Code(usize),
}

impl Draw<'_> {
    fn columns(&mut self, rows: &[From], months: &[(Option<usize>, Option<&Column>)]) -> Vec<ArrayRef> {
        let mut made: Vec<Vec<Option<Made>>> = vec![Vec::with_capacity(rows.len()); months.len()];
        for from in rows {
            let adult = self.variable.entity == Entity::Foyer || self.adult(from.row);
            let usual = self.value(adult);
            // Incomes of a series go on from month to month, seldom not.
            let steady = self.chance.percent(85);
            let factor = self.chance.between(80, 125);
            for ((_, column), out) in months.iter().zip(&mut made) {
                let value = match column.and_then(|c| self.told(c, from.row)) {
                    Some(told) if from.again => self.otherwise(told, factor),
                    Some(told) => told,
                    None if steady => usual,
                    None => self.value(adult),
                };
                out.push((!self.chance.percent(self.wanted.unknown)).then_some(value));
            }
        }
        made.iter().map(|m| self.array(m)).collect()
    }

    fn adult(&self, person: usize) -> bool {
        self.base.births.interval(person).hi <= crate::detect::majority_limit(self.pack)
    }

    /// What the base knows.
    fn told(&self, c: &Column, row: usize) -> Option<Made> {
        if !c.settled(row) {
            return None;
        }
        Some(match self.variable.ty {
            Type::Num(_) | Type::Literal => Made::Number(c.interval(row).lo),
            Type::Bool => Made::Truth(c.bool_at(row) == 2),
            Type::Date { .. } => Made::Day((c.absent_at(row) == 0).then(|| c.interval(row).lo)),
            Type::Code(_) => Made::Code(usize::try_from(c.codes_at(row).trailing_zeros()).unwrap_or(0)),
        })
    }

    /// Amounts by a quarter more or less, birthdays by some days.
    fn otherwise(&mut self, told: Made, factor: i64) -> Made {
        match (told, self.variable.ty) {
            (Made::Number(x), Type::Num(u)) if u.is_money() => {
                let domain = self.variable.domain;
                Made::Number((x / CENT).checked_mul(factor).map_or(x, |c| (c / 100).saturating_mul(CENT)).clamp(domain.lo, domain.hi))
            }
            (Made::Day(Some(d)), _) if self.variable.name == BIRTHS => Made::Day(Some(d - self.chance.between(0, 300))),
            _ => told,
        }
    }

    fn value(&mut self, adult: bool) -> Made {
        let (on, domain) = (self.pack.on, self.variable.domain);
        match self.variable.ty {
            Type::Bool => Made::Truth(self.chance.percent(10)),
            Type::Literal => Made::Number(0),
            Type::Num(unit) => {
                let none = self.chance.percent(if adult { 75 } else { 95 });
                let step = if unit.is_money() { CENT } else { SCALE };
                let x = if none { 0 } else { self.chance.between(1, likely(unit) / step) * step };
                Made::Number(x.clamp(domain.lo, domain.hi))
            }
            Type::Date { absent_possible } if absent_possible && self.chance.percent(80) => Made::Day(None),
            Type::Date { .. } if self.variable.name == BIRTHS => {
                let years = if adult { self.chance.between(18, 90) } else { self.chance.between(0, 17) };
                Made::Day(Some(date::add_months(on, -12 * years) - self.chance.between(1, 300)))
            }
            Type::Date { .. } => Made::Day(Some(on + self.chance.between(-720, 360))),
            Type::Code(list) => {
                let n = self.pack.vocabulary.lists.get(list).map_or(1, |l| l.codes.len());
                Made::Code(if self.chance.percent(60) { 0 } else { self.chance.below(n) })
            }
        }
    }

    fn array(&self, made: &[Option<Made>]) -> ArrayRef {
        let all = made.iter().copied();
        match self.variable.ty {
            Type::Num(_) | Type::Literal => {
                let number = |m| if let Made::Number(x) = m { number::to_f64(x) } else { 0.0 };
                Arc::new(all.map(|m| m.map(number)).collect::<Float64Array>())
            }
            Type::Bool => Arc::new(all.map(|m| m.map(|m| matches!(m, Made::Truth(true)))).collect::<BooleanArray>()),
            Type::Date { absent_possible: false } => {
                let day = |m| if let Made::Day(Some(d)) = m { i32::try_from(d).ok() } else { None };
                Arc::new(all.map(|m| m.and_then(day)).collect::<Date32Array>())
            }
            // Text, where « there is none » can be written.
            Type::Date { absent_possible: true } => {
                let day = |m| if let Made::Day(Some(d)) = m { date::format(d) } else { String::new() };
                Arc::new(all.map(|m| m.map(day)).collect::<StringArray>())
            }
            Type::Code(list) => {
                let written = self.pack.vocabulary.lists.get(list).map_or_else(Vec::new, words);
                let word = |m| if let Made::Code(c) = m { written.get(c).copied() } else { None };
                Arc::new(all.map(|m| m.and_then(word)).collect::<StringArray>())
            }
        }
    }
}

/// The first way to write each code; its own name where files write any of many.
fn words(list: &CodeList) -> Vec<&str> {
    fn first<'l>((written, code): (&'l String, &'l String)) -> &'l str {
        written.split(' ').next().filter(|w| !w.contains('?')).unwrap_or(code)
    }
    list.written.iter().zip(&list.codes).map(first).collect()
}

/// Most of an amount that is not nothing, for the time that its unit is for.
const fn likely(unit: Unit) -> Decimal {
    match unit {
        Unit::EuroMois => 1_500 * SCALE,
        Unit::EuroTrimestre => 4_500 * SCALE,
        Unit::EuroAn | Unit::Euro => 15_000 * SCALE,
        Unit::EuroJour => 60 * SCALE,
        Unit::EuroHeure => 20 * SCALE,
        Unit::Heures => 150 * SCALE,
        Unit::Jours | Unit::JoursOuvres | Unit::Mois => 24 * SCALE,
        Unit::Annees => 20 * SCALE,
        Unit::Nombre => 3 * SCALE,
    }
}

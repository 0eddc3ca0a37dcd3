//! Foyers as a trial holds them: one value for each fact that is read, and nothing else.

use crate::eval::Population;
use crate::eval::column::{Column, Data, byte};
use crate::plan::{Level, Op, Program};
use crate::reference::{FactId, Facts, Foyer, domain};
use crate::value::May;
use recours_rules::Pack;
use recours_rules::interval::Interval;
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::Variable;
use std::sync::Arc;

/// One fact, in all its months.
#[derive(Debug, Clone)]
pub struct Whole {
    /// Position in the vocabulary.
    pub variable: usize,
    /// Positions in a household's values, with the months before M of a series.
    pub at: Vec<(usize, Option<usize>)>,
    /// Follows from other facts: never given.
    pub derived: bool,
}

/// The facts that are read, those of the foyer apart from those of each person.
#[derive(Debug, Clone, Default)]
pub struct Reads {
    /// Inputs of the program and facts of the foyer, in the order of a household's values.
    pub foyer: Vec<(usize, FactId)>,
    /// The same for each person.
    pub persons: Vec<(usize, FactId)>,
    /// The facts of the foyer with all their months together.
    pub foyer_facts: Vec<Whole>,
    /// The facts of a person with all their months together.
    pub person_facts: Vec<Whole>,
}

impl Reads {
    /// What the marked nodes of a program read.
    #[must_use]
    pub fn of(pack: &Pack, program: &Program, marks: &[bool]) -> Self {
        let mut out = Self::default();
        for (node, _) in program.nodes.iter().zip(marks).filter(|(_, m)| **m) {
            let Op::Input(slot) = node.op else { continue };
            let Some(fact) = program.inputs.get(slot).copied() else { continue };
            let list = if node.level == Level::Person { &mut out.persons } else { &mut out.foyer };
            list.push((slot, fact));
        }
        for list in [&mut out.foyer, &mut out.persons] {
            list.sort_by_key(|(_, fact)| *fact);
        }
        out.foyer_facts = together(pack, &out.foyer);
        out.person_facts = together(pack, &out.persons);
        out
    }

    /// The facts of persons or of the foyer.
    #[must_use]
    pub fn facts(&self, entity: Entity) -> &[Whole] {
        if entity == Entity::Personne { &self.person_facts } else { &self.foyer_facts }
    }

    /// A fact, when it is read.
    #[must_use]
    pub fn fact(&self, entity: Entity, variable: usize) -> Option<&Whole> {
        self.facts(entity).iter().find(|w| w.variable == variable)
    }
}

fn together(pack: &Pack, facts: &[(usize, FactId)]) -> Vec<Whole> {
    let mut out: Vec<Whole> = Vec::new();
    for (position, (_, (variable, month))) in facts.iter().enumerate() {
        match out.last_mut().filter(|w| w.variable == *variable) {
            Some(w) => w.at.push((position, *month)),
            None => out.push(Whole { variable: *variable, at: vec![(position, *month)], derived: pack.derived.contains_key(variable) }),
        }
    }
    out
}

/// A person of a household.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Position of the code of `role`.
    pub role: usize,
    /// Values, in the order of [`Reads::persons`].
    pub values: Vec<May>,
}

/// A foyer in which each fact that is read has a value.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Household {
    /// Values of the foyer, in the order of [`Reads::foyer`].
    pub values: Vec<May>,
    /// Persons, the `demandeur` first.
    pub persons: Vec<Person>,
}

impl Household {
    /// Values of a person, or of the foyer.
    pub fn row_mut(&mut self, person: Option<usize>) -> Option<&mut Vec<May>> {
        match person {
            None => Some(&mut self.values),
            Some(p) => self.persons.get_mut(p).map(|p| &mut p.values),
        }
    }

    /// Values of a person, or of the foyer.
    #[must_use]
    pub fn row(&self, person: Option<usize>) -> Option<&Vec<May>> {
        match person {
            None => Some(&self.values),
            Some(p) => self.persons.get(p).map(|p| &p.values),
        }
    }

    /// From facts by name: those that are not there stay all that they may be.
    #[must_use]
    pub fn from_foyer(pack: &Pack, reads: &Reads, foyer: &Foyer) -> Self {
        let values = |facts: &Facts, of: &[(usize, FactId)]| -> Vec<May> {
            let may = |f: &FactId| pack.vocabulary.variables.get(f.0).map_or(May::Num(Interval::ALL), |v| domain(pack, v));
            of.iter().map(|(_, f)| facts.get(f).copied().unwrap_or_else(|| may(f))).collect()
        };
        let role = |facts: &Facts| match facts.get(&(pack.role, None)) {
            Some(May::Code(set)) => usize::try_from(set.trailing_zeros()).unwrap_or(0),
            _ => 0,
        };
        Self {
            values: values(&foyer.facts, &reads.foyer),
            persons: foyer.persons.iter().map(|p| Person { role: role(p), values: values(p, &reads.persons) }).collect(),
        }
    }
}

/// The columns that households give to a program. Inputs that are not read get a column that nobody asks for.
#[must_use]
pub fn population(pack: &Pack, program: &Program, reads: &Reads, households: &[Household]) -> Population {
    let mut offsets = Vec::with_capacity(households.len() + 1);
    offsets.push(0);
    let mut persons = 0;
    for h in households {
        persons += h.persons.len();
        offsets.push(persons);
    }
    let nobody = Arc::new(Column::bool(vec![1]));
    let mut inputs = vec![nobody; program.inputs.len()];
    let mut set = |slot: usize, c: Column| {
        if let Some(place) = inputs.get_mut(slot) {
            *place = Arc::new(c);
        }
    };
    for (i, (slot, fact)) in reads.foyer.iter().enumerate() {
        set(*slot, column(pack, *fact, households.iter().filter_map(|h| h.values.get(i).copied())));
    }
    for (i, (slot, fact)) in reads.persons.iter().enumerate() {
        let rows = households.iter().flat_map(|h| h.persons.iter().filter_map(|p| p.values.get(i).copied()));
        set(*slot, column(pack, *fact, rows));
    }
    Population { offsets, inputs }
}

fn column(pack: &Pack, fact: FactId, rows: impl Iterator<Item = May>) -> Column {
    let bounds = |m: May| if let May::Num(i) | May::Date(i, _) = m { i } else { Interval::ALL };
    match pack.vocabulary.variables.get(fact.0).map(|v: &Variable| v.ty) {
        Some(Type::Bool) | None => Column::bool(rows.map(|m| if let May::Truth(t) = m { byte(t) } else { 1 }).collect()),
        Some(Type::Code(_)) => {
            let sets = rows.map(|m| if let May::Code(c) = m { c } else { u64::MAX });
            Column { data: Data::Code(sets.collect()) }
        }
        Some(Type::Num(_) | Type::Literal) => {
            let (lo, hi) = rows.map(|m| (bounds(m).lo, bounds(m).hi)).unzip();
            Column::num(lo, hi)
        }
        Some(Type::Date { .. }) => {
            let (mut lo, mut hi, mut absent) = (Vec::new(), Vec::new(), Vec::new());
            for m in rows {
                lo.push(bounds(m).lo);
                hi.push(bounds(m).hi);
                absent.push(if let May::Date(_, a) = m { byte(a) } else { 1 });
            }
            Column::date(lo, hi, absent)
        }
    }
}

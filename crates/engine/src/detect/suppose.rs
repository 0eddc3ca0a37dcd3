//! What a right may suppose where nobody has told.

use super::ground::Ground;
use crate::eval::Population;
use crate::eval::column::{Column, Data, byte};
use crate::link::facts;
use crate::plan::{Level, Op};
use crate::reference::{FactId, Foyer, Reference};
use crate::source;
use crate::value::May;
use recours_rules::pack::{Pack, Right};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a right supposes: what it is, each fact with its value.
pub(super) type Supposition = Vec<(usize, May)>;

/// A population in which what was not told is as supposed.
pub(super) struct Supposed {
    pub(super) of: Supposition,
    pub(super) population: Population,
    /// Compositions in which something was, in order; the others are as they were.
    pub(super) changed: Vec<usize>,
}

impl Ground<'_> {
    /// What a right supposes where nobody has told; nothing for most.
    pub(super) fn supposition(&self, right: &Right) -> Supposition {
        right.assumptions.iter().map(|a| (a.variable, constant(self.pack, a))).collect()
    }

    /// The population with each supposed fact set where it is unknown.
    pub(super) fn suppose(&self, of: Supposition) -> Supposed {
        let mut population = self.population.clone();
        let mut changed = vec![false; population.foyers()];
        for (variable, value) in &of {
            let Some(v) = self.pack.vocabulary.variables.get(*variable) else { continue };
            let unknown = source::unknown(self.pack, v, 1);
            for (slot, fact) in self.program.inputs.iter().enumerate().filter(|(_, f)| f.0 == *variable) {
                let Some(c) = population.inputs.get_mut(slot) else { continue };
                // Everybody has told.
                if c.all_settled() {
                    continue;
                }
                let spoken = self.spoken.get(slot).map_or(&[][..], Vec::as_slice);
                let new = filled(c, spoken, *value, &unknown);
                let person = self.persons_in(slot, *fact);
                let mut any = false;
                for i in (0..c.len()).filter(|i| !c.settled(*i) && facts::differ(c, &new, *i)) {
                    any = true;
                    let at = if person { population.offsets.partition_point(|o| *o <= i).saturating_sub(1) } else { i };
                    if let Some(mark) = changed.get_mut(at) {
                        *mark = true;
                    }
                }
                if any {
                    *c = Arc::new(new);
                }
            }
        }
        let changed = changed.iter().enumerate().filter(|(_, c)| **c).map(|(at, _)| at).collect();
        Supposed { of, population, changed }
    }

    /// Whether an input has a value for each person.
    fn persons_in(&self, slot: usize, fact: FactId) -> bool {
        let said = self.program.nodes.iter().find(|n| matches!(n.op, Op::Input(s) if s == slot)).map(|n| n.level == Level::Person);
        said.unwrap_or_else(|| self.pack.vocabulary.variables.get(fact.0).is_some_and(facts::is_person))
    }
}

/// The value of an assumption: it depends on no fact.
fn constant(pack: &Pack, a: &recours_rules::pack::Assumption) -> May {
    let foyer = Foyer::default();
    let none = BTreeSet::new();
    Reference::new(pack, &foyer, &none).constant(&a.value)
}

/// What nobody has told is what the assumption says; a band that somebody has told stays.
fn filled(c: &Column, spoken: &[bool], value: May, unknown: &Column) -> Column {
    let n = c.len();
    let told = |i: usize| spoken.get(i) == Some(&true) || facts::told(c, i, unknown);
    let data = match (&c.data, value) {
        (Data::Num(..), May::Num(x)) => {
            let pick = |i: usize| if told(i) { c.interval(i) } else { x };
            return Column::num((0..n).map(|i| pick(i).lo).collect(), (0..n).map(|i| pick(i).hi).collect());
        }
        (Data::Bool(v), May::Truth(t)) => {
            Data::Bool(v.iter().enumerate().map(|(i, b)| if *b == 1 && !told(i) { byte(t) } else { *b }).collect())
        }
        (Data::Code(v), May::Code(set)) => {
            Data::Code(v.iter().enumerate().map(|(i, x)| if told(i) || x & set == 0 { *x } else { x & set }).collect())
        }
        (Data::Date(..), May::Date(x, absent)) => {
            let pick = |i: usize| if told(i) { (c.interval(i), c.absent_at(i)) } else { (x, byte(absent)) };
            return Column::date(
                (0..n).map(|i| pick(i).0.lo).collect(),
                (0..n).map(|i| pick(i).0.hi).collect(),
                (0..n).map(|i| pick(i).1).collect(),
            );
        }
        _ => return c.clone(),
    };
    Column { data }
}

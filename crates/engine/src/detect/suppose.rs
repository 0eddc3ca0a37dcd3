//! What a right may suppose where nobody has told.

use super::ground::Ground;
use crate::eval::Population;
use crate::eval::column::{Column, Data, byte};
use crate::link::facts;
use crate::reference::{Foyer, Reference};
use crate::source;
use crate::value::May;
use recours_rules::pack::{Pack, Right};
use std::collections::BTreeSet;
use std::sync::Arc;

impl Ground<'_> {
    /// The population with each assumed fact set where it is unknown; `None` when the right assumes nothing.
    pub(super) fn with_assumptions(&self, right: &Right) -> Option<Population> {
        if right.assumptions.is_empty() {
            return None;
        }
        let mut p = self.population.clone();
        for a in &right.assumptions {
            let value = constant(self.pack, a);
            let Some(v) = self.pack.vocabulary.variables.get(a.variable) else { continue };
            let unknown = source::unknown(self.pack, v, 1);
            for (slot, fact) in self.program.inputs.iter().enumerate() {
                if fact.0 == a.variable
                    && let Some(c) = p.inputs.get_mut(slot)
                {
                    let spoken = self.spoken.get(slot).map_or(&[][..], Vec::as_slice);
                    *c = Arc::new(filled(c, spoken, value, &unknown));
                }
            }
        }
        Some(p)
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

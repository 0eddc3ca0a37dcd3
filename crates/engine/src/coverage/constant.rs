//! Conditions that the parameters alone decide, whatever the facts: nobody can be on the other side of them.

use super::is_written_condition;
use crate::reference::{Foyer, Reference};
use recours_rules::date::Days;
use recours_rules::diagnostic::Diagnostic;
use recours_rules::pack::Pack;
use recours_rules::truth::Truth;
use recours_rules::types::Entity;
use std::collections::{BTreeMap, BTreeSet};

/// Foyers of which nothing is known, alone and of many. Every place in the foyer being open, the larger one may
/// also be any smaller one.
const SIZES: [usize; 2] = [1, 12];

/// Truths of the conditions of a pack when no fact is known, on the day of the pack.
fn decided(pack: &Pack, of: &[usize]) -> BTreeMap<usize, Truth> {
    let none = BTreeSet::new();
    let mut out: BTreeMap<usize, Truth> = BTreeMap::new();
    for (rank, size) in SIZES.into_iter().enumerate() {
        let foyer = Foyer { persons: vec![crate::reference::Facts::new(); size], ..Foyer::default() };
        let reference = Reference::new(pack, &foyer, &none);
        for c in of {
            let person = pack.calcs.get(*c).filter(|c| c.entity == Entity::Personne).map(|_| 0);
            let truth = reference.calc(*c, person).truth();
            if rank == 0 && truth.known() {
                out.insert(*c, truth);
            } else if out.get(c).is_some_and(|t| *t != truth) {
                out.remove(c);
            }
        }
    }
    out
}

/// `R-065`: clauses and named conditions that are always true or always false, on the day of the pack and on each day
/// of its rules' validity on which a parameter that they read changes.
#[must_use]
pub fn constant(pack: &Pack) -> Vec<Diagnostic> {
    let written = |i: &usize| pack.calcs.get(*i).is_some_and(|c| is_written_condition(c) && !c.monthly);
    let all: Vec<usize> = (0..pack.calcs.len()).filter(written).collect();
    let mut found = decided(pack, &all);
    let mut days: BTreeSet<Days> = BTreeSet::new();
    for c in found.keys() {
        for p in pack.parameters_of(*c) {
            days.extend(pack.parameters.all.get(p).into_iter().flat_map(|p| p.values.iter().map(|v| v.from)));
        }
    }
    for day in days {
        let of: Vec<usize> = found.keys().copied().collect();
        let Some(then) = pack.on_day(day).filter(|_| !of.is_empty()) else { continue };
        let truths = decided(&then, &of);
        found.retain(|c, t| truths.get(c) == Some(t));
    }
    let told = |(c, truth): (usize, Truth)| {
        let calc = pack.calcs.get(c)?;
        let what = if truth == Truth::True { "vraie" } else { "fausse" };
        let message = format!("`{}` est toujours {what}, quels que soient les faits", calc.name);
        let help = "comparer les bornes des faits et les paramètres ; une condition que rien ne change est à ôter";
        Some(Diagnostic::warning("R-065", &calc.place.0, calc.place.1, message).help(help))
    };
    found.into_iter().filter_map(told).collect()
}

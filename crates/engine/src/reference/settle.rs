//! Minimal sets of facts that would settle a verdict, the plain way. The same question as
//! [`crate::eval::settle`], asked of one foyer.

use super::{FactId, Foyer, Reference, domain};
use crate::eval::settle::ALTERNATIVES;
use recours_rules::pack::Pack;
use recours_rules::types::Entity;
use recours_rules::vocabulary::SERIES_MONTHS;
use std::collections::{BTreeSet, VecDeque};

type Set = BTreeSet<FactId>;

/// Minimal sets for a computation that is not settled, smallest first, at most `most`. None when no fact would
/// settle it (a parameter without value, a division by zero).
#[must_use]
pub fn minimal_sets(pack: &Pack, foyer: &Foyer, calc: usize, person: Option<usize>, most: usize) -> Vec<Vec<FactId>> {
    let sufficient = |s: &Set| !Reference::new(pack, foyer, s).calc(calc, person).open;
    let all = unknown_facts(pack, foyer, calc);
    let minimise = |mut s: Set| {
        let variables: BTreeSet<usize> = s.iter().map(|f| f.0).collect();
        for v in variables {
            let months: Vec<FactId> = s.iter().filter(|f| f.0 == v).copied().collect();
            let without: Set = s.iter().filter(|f| f.0 != v).copied().collect();
            if sufficient(&without) {
                s = without;
                continue;
            }
            for m in months.iter().filter(|_| months.len() > 1) {
                s.remove(m);
                if !sufficient(&s) {
                    s.insert(*m);
                }
            }
        }
        s
    };
    let first = minimise(all.clone());
    if first.is_empty() {
        return Vec::new();
    }
    // Other sets: one that does without all that the first could do without, then those that do without one thing
    // more, and so on.
    let needless = |set: &Set| -> Set {
        set.iter()
            .filter(|f| {
                let mut without = all.clone();
                without.remove(f);
                sufficient(&without)
            })
            .copied()
            .collect()
    };
    let mut bans = VecDeque::from([needless(&first)]);
    bans.extend(needless(&first).into_iter().map(|f| Set::from([f])));
    let mut seen: BTreeSet<Set> = BTreeSet::new();
    let mut sets = vec![first];
    let mut tries = 0;
    while let Some(ban) = bans.pop_front().filter(|_| sets.len() < most && tries < ALTERNATIVES) {
        if ban.is_empty() || !seen.insert(ban.clone()) {
            continue;
        }
        let start: Set = all.difference(&ban).copied().collect();
        if !sufficient(&start) {
            continue;
        }
        tries += 1;
        let s = minimise(start);
        bans.extend(needless(&s).into_iter().map(|f| ban.iter().copied().chain([f]).collect()));
        if !sets.contains(&s) {
            sets.push(s);
        }
    }
    let mut sets: Vec<Vec<FactId>> = sets.into_iter().map(|s| s.into_iter().collect()).collect();
    sets.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    sets
}

/// Variables of one set that would settle a computation, a series counting as one: in the order of the vocabulary,
/// each is left out when the rest would do.
#[must_use]
pub fn missing_variables(pack: &Pack, foyer: &Foyer, calc: usize, person: Option<usize>) -> Vec<usize> {
    let mut set = unknown_facts(pack, foyer, calc);
    let variables: BTreeSet<usize> = set.iter().map(|f| f.0).collect();
    let mut needed = Vec::new();
    for v in variables {
        let without: Set = set.iter().filter(|f| f.0 != v).copied().collect();
        if Reference::new(pack, foyer, &without).calc(calc, person).open {
            needed.push(v);
        } else {
            set = without;
        }
    }
    needed
}

/// Facts that a computation reads and that are unknown somewhere in the foyer.
fn unknown_facts(pack: &Pack, foyer: &Foyer, calc: usize) -> Set {
    let mut out = Set::new();
    for v in pack.facts_of(calc) {
        let Some(variable) = pack.vocabulary.variables.get(v) else { continue };
        let months: Vec<Option<usize>> = if variable.series { (0..SERIES_MONTHS).map(Some).collect() } else { vec![None] };
        for m in months {
            let settled = |facts: &super::Facts| facts.get(&(v, m)).copied().unwrap_or_else(|| domain(pack, variable)).settled();
            let known = match variable.entity {
                Entity::Foyer => settled(&foyer.facts),
                Entity::Personne => foyer.persons.iter().all(settled),
            };
            if !known {
                out.insert((v, m));
            }
        }
    }
    out
}

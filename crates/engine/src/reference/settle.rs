//! Minimal sets of facts that would settle a verdict, the plain way. The same question as
//! [`crate::eval::settle`], asked of one foyer.

use super::{FactId, Foyer, Reference, domain};
use crate::eval::settle::ALTERNATIVES;
use recours_rules::pack::Pack;
use recours_rules::types::Entity;
use recours_rules::vocabulary::SERIES_MONTHS;
use std::collections::{BTreeSet, VecDeque};

/// Minimal sets for a computation that is not settled, smallest first, at most `most`. None when no fact would
/// settle it (a parameter without value, a division by zero).
#[must_use]
pub fn minimal_sets(pack: &Pack, foyer: &Foyer, calc: usize, person: Option<usize>, most: usize) -> Vec<Vec<FactId>> {
    let sufficient = |s: &BTreeSet<FactId>| !Reference::new(pack, foyer, s).calc(calc, person).open;
    let all = unknown_facts(pack, foyer, calc);
    let minimise = |mut s: BTreeSet<FactId>| {
        let variables: BTreeSet<usize> = s.iter().map(|f| f.0).collect();
        for v in variables {
            let without: BTreeSet<FactId> = s.iter().filter(|f| f.0 != v).copied().collect();
            if sufficient(&without) {
                s = without;
                continue;
            }
            let months: Vec<FactId> = s.iter().filter(|f| f.0 == v).copied().collect();
            if months.len() > 1 {
                for m in months {
                    s.remove(&m);
                    if !sufficient(&s) {
                        s.insert(m);
                    }
                }
            }
        }
        s.into_iter().collect::<Vec<FactId>>()
    };
    let first = minimise(all.clone());
    if first.is_empty() {
        return Vec::new();
    }
    // Other sets: what would settle the verdict without one fact of a set already found, and so on.
    let mut seen: BTreeSet<BTreeSet<FactId>> = first.iter().map(|f| BTreeSet::from([*f])).collect();
    let mut bans: VecDeque<BTreeSet<FactId>> = first.iter().map(|f| BTreeSet::from([*f])).collect();
    let mut sets = vec![first];
    for _ in 0..ALTERNATIVES {
        let Some(ban) = bans.pop_front().filter(|_| sets.len() < most) else { break };
        let start: BTreeSet<FactId> = all.difference(&ban).copied().collect();
        if !sufficient(&start) {
            continue;
        }
        let s = minimise(start);
        for f in &s {
            let mut wider = ban.clone();
            wider.insert(*f);
            if seen.insert(wider.clone()) {
                bans.push_back(wider);
            }
        }
        if !sets.contains(&s) {
            sets.push(s);
        }
    }
    sets.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    sets
}

fn unknown_facts(pack: &Pack, foyer: &Foyer, calc: usize) -> BTreeSet<FactId> {
    let mut out = BTreeSet::new();
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

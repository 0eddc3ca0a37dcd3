//! The order in which a person's items make sense: what blocks first, then what presses most.
//!
//! Without an address no letter arrives, without an account nothing is paid. A worker who opens a page wants the first
//! thing to lift, whatever the number of rights behind it.

use crate::date::Days;
use crate::pack::{Pack, Prerequisite, Right, before};
use std::collections::{BTreeMap, BTreeSet};

/// Something to do with a person: the identifier of its rule and its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// A right or a rupture of the pack.
    pub rule: &'a str,
    /// The last day on which acting helps, when there is one.
    pub useful: Option<Days>,
}

/// A person's items in order, with what blocks them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequence<'p> {
    /// Positions of the items, the first to do first.
    pub order: Vec<usize>,
    /// What is missing before each item, by the position of the item; the first to lift first.
    pub blocked: Vec<Vec<&'p Prerequisite>>,
    /// The first blocker to lift; absent when nothing known is missing.
    pub first: Option<&'p Prerequisite>,
}

/// Everything that stands before a rule, directly or not: prerequisites and rights. A rupture that names none has those of
/// the rights that would be lost.
#[must_use]
pub fn needs(pack: &Pack, rule: &str) -> BTreeSet<String> {
    let rights: Vec<&Right> = pack.all_rights().collect();
    closure(pack, &rights, rule)
}

fn closure(pack: &Pack, rights: &[&Right], rule: &str) -> BTreeSet<String> {
    let of = |name: &str| before(&pack.prerequisites, rights, name);
    // What lifts a prerequisite waits for those of that one.
    let lifted = pack.prerequisites.iter().filter(|p| p.signs.iter().any(|s| s == rule)).flat_map(|p| &p.after);
    let mut todo: Vec<&str> = of(rule).iter().chain(lifted).map(String::as_str).collect();
    if todo.is_empty() {
        let concerned = rights.iter().find(|r| r.id == rule).map(|r| r.concerns.as_slice()).unwrap_or_default();
        todo.extend(concerned.iter().flat_map(|c| of(c)).map(String::as_str));
    }
    let mut out = BTreeSet::new();
    while let Some(name) = todo.pop() {
        if out.insert(name.to_owned()) {
            todo.extend(of(name).iter().map(String::as_str));
        }
    }
    out
}

/// Orders a person's items: what lifts a blocker of others comes before them, a right before those that follow from it;
/// between these, the earliest date, then the name of the rule. `missing` names the prerequisites that the body knows not
/// to be there; findings among the items tell of others (their `signes`). What nobody knows blocks nothing.
#[must_use]
pub fn order<'p>(pack: &'p Pack, items: &[Item<'_>], missing: &BTreeSet<&str>) -> Sequence<'p> {
    let rights: Vec<&Right> = pack.all_rights().collect();
    let lifts = |item: &Item<'_>, p: &Prerequisite| p.signs.iter().any(|s| s == item.rule);
    let absent: Vec<&Prerequisite> =
        in_order(pack).into_iter().filter(|p| missing.contains(p.id.as_str()) || items.iter().any(|i| lifts(i, p))).collect();
    let wanted: Vec<BTreeSet<String>> = items.iter().map(|i| closure(pack, &rights, i.rule)).collect();
    let blocked: Vec<Vec<&Prerequisite>> = items
        .iter()
        .zip(&wanted)
        .map(|(item, needs)| absent.iter().copied().filter(|p| needs.contains(&p.id) && !lifts(item, p)).collect())
        .collect();
    // Item by item, those that come before it.
    let waits: Vec<BTreeSet<usize>> = (0..items.len())
        .map(|i| {
            let comes_before = |j: &usize| {
                let Some(other) = items.get(*j).filter(|o| *j != i && Some(o.rule) != items.get(i).map(|x| x.rule)) else { return false };
                wanted.get(i).is_some_and(|w| w.contains(other.rule)) || blocked.get(i).is_some_and(|b| b.iter().any(|p| lifts(other, p)))
            };
            (0..items.len()).filter(comes_before).collect()
        })
        .collect();
    let mut left: BTreeSet<usize> = (0..items.len()).collect();
    let mut order = Vec::with_capacity(items.len());
    let rank = |i: &usize| items.get(*i).map(|x| (x.useful.is_none(), x.useful, x.rule.to_owned(), *i));
    while !left.is_empty() {
        let free = left.iter().filter(|i| waits.get(**i).is_none_or(|w| w.is_disjoint(&left))).min_by_key(|i| rank(i));
        // Two findings may each be a sign of what the other needs: then the date decides.
        let Some(next) = free.or_else(|| left.iter().min_by_key(|i| rank(i))).copied() else { break };
        left.remove(&next);
        order.push(next);
    }
    let in_the_way: BTreeSet<&str> = blocked.iter().flatten().map(|p| p.id.as_str()).collect();
    let first = absent.iter().copied().find(|p| in_the_way.contains(p.id.as_str()));
    Sequence { order, blocked, first }
}

/// The prerequisites, each after its own.
fn in_order(pack: &Pack) -> Vec<&Prerequisite> {
    let mut depth: BTreeMap<&str, usize> = BTreeMap::new();
    // As many passes as the longest path: circles were refused with the pack.
    for _ in &pack.prerequisites {
        for p in &pack.prerequisites {
            let d = p.after.iter().filter_map(|a| depth.get(a.as_str())).max().map_or(0, |d| d + 1);
            depth.insert(&p.id, d);
        }
    }
    let mut out: Vec<&Prerequisite> = pack.prerequisites.iter().collect();
    out.sort_by_key(|p| depth.get(p.id.as_str()).copied());
    out
}

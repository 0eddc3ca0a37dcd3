//! Which clauses the worked cases have seen true and seen false: what nobody has shown to matter, nobody has proved.

pub mod constant;
pub mod contradiction;

use crate::reference::Reference;
use recours_rules::pack::{Calc, Pack};
use recours_rules::truth::Truth;
use recours_rules::types::Type;
use std::collections::{BTreeMap, BTreeSet};

/// Truths seen of each condition, by its qualified name: the packs of several days number them differently.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen(BTreeMap<String, Truths>);

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Truths {
    held: bool,
    failed: bool,
}

/// A condition that the cases leave partly unseen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Qualified name (`rsa.age_ou_charge`).
    pub name: String,
    /// A clause of a right; otherwise a computation.
    pub clause: bool,
    /// No case makes it true.
    pub never_true: bool,
    /// No case makes it false.
    pub never_false: bool,
}

/// How far the cases go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Clauses of rights and ruptures.
    pub clauses: usize,
    /// Clauses seen true and seen false.
    pub clauses_covered: usize,
    /// Computations that are conditions.
    pub calcs: usize,
    /// Those seen true and seen false.
    pub calcs_covered: usize,
    /// The others, in order of name, clauses first.
    pub gaps: Vec<Gap>,
}

impl Seen {
    /// What the evaluation of one case has computed.
    pub fn record(&mut self, pack: &Pack, reference: &Reference<'_>) {
        for (calc, truth) in reference.truths() {
            let Some(c) = pack.calcs.get(calc) else { continue };
            let seen = self.0.entry(c.name.clone()).or_default();
            seen.held |= truth == Truth::True;
            seen.failed |= truth == Truth::False;
        }
    }

    /// What two runs have seen.
    pub fn add(&mut self, other: Self) {
        for (name, t) in other.0 {
            let seen = self.0.entry(name).or_default();
            seen.held |= t.held;
            seen.failed |= t.failed;
        }
    }

    /// How far the cases go in the rules of a pack.
    #[must_use]
    pub fn coverage(&self, pack: &Pack) -> Coverage {
        let mut out = Coverage::default();
        let clauses: BTreeSet<usize> = pack.rights.iter().flat_map(|r| r.conditions.iter().map(|c| c.calc)).collect();
        // A right that waits for a territory's parameters is not evaluated: its cases run with the territory's overlay.
        let waits = |name: &str| name.split_once('.').is_some_and(|(right, _)| pack.waiting.iter().any(|w| w.right.id == right));
        for (i, c) in pack.calcs.iter().enumerate().filter(|(_, c)| is_written_condition(c) && !waits(&c.name)) {
            let clause = clauses.contains(&i);
            let seen = self.0.get(&c.name).copied().unwrap_or_default();
            let covered = usize::from(seen.held && seen.failed);
            if clause {
                (out.clauses, out.clauses_covered) = (out.clauses + 1, out.clauses_covered + covered);
            } else {
                (out.calcs, out.calcs_covered) = (out.calcs + 1, out.calcs_covered + covered);
            }
            if covered == 0 {
                out.gaps.push(Gap { name: c.name.clone(), clause, never_true: !seen.held, never_false: !seen.failed });
            }
        }
        out.gaps.sort_by(|a, b| (!a.clause, &a.name).cmp(&(!b.clause, &b.name)));
        out
    }
}

/// Conditions that an author wrote: those put together by the builder have no place in a file. Receipt is no condition
/// of the law.
fn is_written_condition(c: &Calc) -> bool {
    c.ty == Type::Bool && c.place.1.end > 0 && !c.name.ends_with(".percu") && !c.name.ends_with(".deja_agi")
}

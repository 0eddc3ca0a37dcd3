//! What the evaluator misses. It is sound: what it settles holds. The converse is not promised: a verdict may be the
//! same under every completion and still be reported unknown, because bounds forget that two amounts rest on one fact.
//! How often is measured here by enumeration, on foyers of which a few facts have a small finite domain.

use super::household::{Household, Whole};
use super::judge::Context;
use super::limits::CENT;
use super::maker::Maker;
use crate::value::May;
use recours_rules::interval::Interval;
use recours_rules::truth::Truth;
use recours_rules::types::{Entity, Type};

/// Completions of one foyer, at most: a foyer with more is left out.
const MOST: usize = 64;

/// What was found for one right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rate {
    /// The right.
    pub right: String,
    /// Partial foyers enumerated whole.
    pub foyers: usize,
    /// Completions evaluated.
    pub completions: usize,
    /// Verdicts that are the same under every completion, one for each unit.
    pub same: usize,
    /// Those of them reported unknown.
    pub missed: usize,
}

/// One place of a foyer with all that it may hold.
type Choice = (Option<usize>, usize, Vec<May>);

/// Enumerates foyers drawn from complete ones.
#[must_use]
pub fn measure(cx: &Context<'_>, complete: &[Household], maker: &mut Maker<'_>) -> Rate {
    let mut out = Rate { right: cx.right.id.clone(), ..Rate::default() };
    let (mut partial, mut whole, mut spans) = (Vec::new(), Vec::new(), Vec::new());
    for h in complete {
        let choices = choices(cx, h, maker);
        let all = completions(h, &choices);
        if choices.is_empty() || all.is_empty() {
            continue;
        }
        let mut open = h.clone();
        for (person, at, values) in &choices {
            if let Some(m) = open.row_mut(*person).and_then(|r| r.get_mut(*at)) {
                *m = hull(values);
            }
        }
        partial.push(open);
        spans.push((whole.len(), all.len()));
        whole.extend(all);
    }
    let (before, after) = (cx.evaluate(&partial), cx.evaluate(&whole));
    let verdict = |done: &crate::eval::Evaluated, row| done.column(cx.nodes.entitled).map_or(1, |c| c.bool_at(row));
    for (f, (from, n)) in spans.into_iter().enumerate() {
        out.foyers += 1;
        out.completions += n;
        for (k, (row, _)) in cx.rows(&before, f).into_iter().enumerate() {
            let mut answers = (from..from + n).filter_map(|w| cx.rows(&after, w).get(k).map(|r| verdict(&after, r.0)));
            let Some(first) = answers.next().filter(|a| *a != 1) else { continue };
            if answers.all(|a| a == first) {
                out.same += 1;
                out.missed += usize::from(verdict(&before, row) == 1);
            }
        }
    }
    out
}

/// One to three facts that take a few values around their own.
fn choices(cx: &Context<'_>, h: &Household, maker: &mut Maker<'_>) -> Vec<Choice> {
    let mut out: Vec<Choice> = Vec::new();
    for _ in 0..=maker.chance.below(3) {
        let person = maker.chance.percent(75).then(|| maker.chance.below(h.persons.len()));
        let facts = cx.reads.facts(if person.is_some() { Entity::Personne } else { Entity::Foyer });
        let Some(fact) = facts.get(maker.chance.below(facts.len())).filter(|w| !w.derived && w.variable != cx.pack.role) else { continue };
        let Some((at, _)) = fact.at.get(maker.chance.below(fact.at.len())) else { continue };
        let Some(now) = h.row(person).and_then(|r| r.get(*at)) else { continue };
        if out.iter().all(|(p, a, _)| (*p, *a) != (person, *at)) {
            out.extend(values(cx, fact, *now, maker).map(|v| (person, *at, v)));
        }
    }
    out
}

/// A small finite domain that holds the value: both truths, three codes, three days, three cents.
fn values(cx: &Context<'_>, fact: &Whole, now: May, maker: &mut Maker<'_>) -> Option<Vec<May>> {
    let v = cx.pack.vocabulary.variables.get(fact.variable)?;
    match (v.ty, now) {
        (Type::Bool, _) => Some(vec![May::Truth(Truth::False), May::Truth(Truth::True)]),
        (Type::Num(unit), May::Num(i)) if unit.is_money() && i.lo + 2 * CENT <= v.domain.hi => {
            Some((0..3).map(|k| May::Num(Interval::point(i.lo + k * CENT))).collect())
        }
        (Type::Date { .. }, May::Date(i, Truth::False)) => {
            Some((0..3).map(|k| May::Date(Interval::point(i.lo + k), Truth::False)).collect())
        }
        (Type::Code(list), May::Code(set)) => {
            let n = cx.pack.vocabulary.lists.get(list).map_or(1, |l| l.codes.len());
            let mut codes = set;
            for _ in 0..2 {
                codes |= 1u64.checked_shl(u32::try_from(maker.chance.below(n)).ok()?)?;
            }
            Some((0..64).map(|k| 1u64 << k).filter(|c| codes & c != 0).map(May::Code).collect())
        }
        _ => None,
    }
}

/// All of them at once, as the evaluator is told.
fn hull(values: &[May]) -> May {
    let join = |a: May, b: &May| match (a, b) {
        (May::Num(a), May::Num(b)) => May::Num(a.hull(*b)),
        (May::Date(a, p), May::Date(b, _)) => May::Date(a.hull(*b), p),
        (May::Code(a), May::Code(b)) => May::Code(a | b),
        (a, b) if a == *b => a,
        _ => May::Truth(Truth::Unknown),
    };
    let first = values.first().copied().unwrap_or(May::Truth(Truth::Unknown));
    values.iter().fold(first, join)
}

/// Every combination of the choices; none when there are too many.
fn completions(h: &Household, choices: &[Choice]) -> Vec<Household> {
    if choices.iter().map(|c| c.2.len()).product::<usize>() > MOST {
        return Vec::new();
    }
    let mut out = vec![h.clone()];
    for (person, at, values) in choices {
        let mut next = Vec::with_capacity(out.len() * values.len());
        for h in &out {
            for v in values {
                let mut h = h.clone();
                if let Some(m) = h.row_mut(*person).and_then(|r| r.get_mut(*at)) {
                    *m = *v;
                }
                next.push(h);
            }
        }
        out = next;
    }
    out
}

//! The claim that every right makes without saying it: what a partial foyer settles, no completion contradicts, and
//! its amount bounds contain every completion's amount.

use super::household::{Household, Whole};
use super::judge::Context;
use super::maker::Maker;
use crate::eval::Evaluated;
use crate::reference::domain;
use recours_rules::interval::Interval;
use recours_rules::types::Entity;

/// Completions asked of each partial foyer, the foyer that it comes from among them.
pub const COMPLETIONS: usize = 4;

/// What trials of one right gave.
#[derive(Debug, Default)]
pub struct Tried {
    /// Partial foyers.
    pub partial: usize,
    /// Completions.
    pub completions: usize,
    /// Verdicts that a partial foyer settles.
    pub settled: usize,
    /// The first partial foyer that a completion contradicts, with that completion and what was said of both.
    pub broken: Option<(Household, Household, String)>,
}

/// A fact taken away: whose, and which months.
struct Gone {
    person: Option<usize>,
    fact: usize,
    months: Vec<usize>,
}

/// Takes facts away from complete foyers and fills them again.
#[must_use]
pub fn certain(cx: &Context<'_>, complete: &[Household], maker: &mut Maker<'_>) -> Tried {
    let mut out = Tried::default();
    let (mut partial, mut filled) = (Vec::with_capacity(complete.len()), Vec::with_capacity(complete.len() * COMPLETIONS));
    for h in complete {
        let (p, gone) = take_away(cx, h, maker);
        filled.push(h.clone());
        for _ in 1..COMPLETIONS {
            let mut again = p.clone();
            for g in &gone {
                fill(cx, &mut again, g, maker);
            }
            filled.push(again);
        }
        partial.push(p);
    }
    let (before, after) = (cx.evaluate(&partial), cx.evaluate(&filled));
    for (f, part) in partial.iter().enumerate() {
        out.partial += 1;
        for (k, whole) in filled.iter().enumerate().skip(f * COMPLETIONS).take(COMPLETIONS) {
            out.completions += 1;
            for ((row, _), (there, _)) in cx.rows(&before, f).into_iter().zip(cx.rows(&after, k)) {
                let (said, amount) = (verdict(cx, &before, row), bounds(cx, &before, row));
                let (then, exact) = (verdict(cx, &after, there), bounds(cx, &after, there));
                out.settled += usize::from(k % COMPLETIONS == 0 && said != 1);
                if !holds((said, amount), (then, exact)) && out.broken.is_none() {
                    let told = format!("établi : {}, complété : {}", words(said, amount), words(then, exact));
                    out.broken = Some((part.clone(), whole.clone(), told));
                }
            }
        }
    }
    out
}

/// Whether what was said of a partial foyer (verdict and amount) leaves room for what is said of a completion.
const fn holds((said, amount): (u8, Interval), (then, exact): (u8, Interval)) -> bool {
    (said == 1 || said == then) && amount.lo <= exact.lo && exact.hi <= amount.hi
}

/// A foyer of which some facts are no longer known.
pub fn unknown(cx: &Context<'_>, h: &mut Household, person: Option<usize>, fact: &Whole, positions: &[usize]) {
    let Some(v) = cx.pack.vocabulary.variables.get(fact.variable) else { return };
    if let Some(row) = h.row_mut(person) {
        for at in positions {
            if let Some(m) = row.get_mut(*at) {
                *m = domain(cx.pack, v);
            }
        }
    }
}

fn take_away(cx: &Context<'_>, h: &Household, maker: &mut Maker<'_>) -> (Household, Vec<Gone>) {
    let mut out = h.clone();
    let mut gone = Vec::new();
    let times = maker.chance.pick(&[1, 1, 2, 3, 6, 12, 40], 1);
    for _ in 0..times {
        let person = maker.chance.percent(75).then(|| maker.chance.below(h.persons.len()));
        let facts = cx.reads.facts(if person.is_some() { Entity::Personne } else { Entity::Foyer });
        let k = maker.chance.below(facts.len());
        let Some(fact) = facts.get(k).filter(|w| !w.derived) else { continue };
        let all: Vec<usize> = fact.at.iter().map(|a| a.0).collect();
        let months = if maker.chance.percent(50) { all } else { all.get(maker.chance.below(all.len())).into_iter().copied().collect() };
        unknown(cx, &mut out, person, fact, &months);
        gone.push(Gone { person, fact: k, months });
    }
    (out, gone)
}

fn fill(cx: &Context<'_>, h: &mut Household, gone: &Gone, maker: &mut Maker<'_>) {
    let entity = if gone.person.is_some() { Entity::Personne } else { Entity::Foyer };
    let Some(fact) = cx.reads.facts(entity).get(gone.fact) else { return };
    let Some(v) = cx.pack.vocabulary.variables.get(fact.variable) else { return };
    for at in &gone.months {
        let value = maker.value(v, true);
        if let Some(slot) = h.row_mut(gone.person).and_then(|r| r.get_mut(*at)) {
            *slot = value;
        }
    }
}

fn verdict(cx: &Context<'_>, done: &Evaluated, row: usize) -> u8 {
    done.column(cx.nodes.entitled).map_or(1, |c| c.bool_at(row))
}

fn bounds(cx: &Context<'_>, done: &Evaluated, row: usize) -> Interval {
    cx.nodes.amount.and_then(|a| done.column(a)).map_or(Interval::point(0), |c| c.interval(row))
}

fn words(verdict: u8, amount: Interval) -> String {
    let said = match verdict {
        0 => "non",
        2 => "oui",
        _ => "inconnu",
    };
    let number = recours_rules::number::format;
    format!("{said}, montant de {} à {}", number(amount.lo), number(amount.hi))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_completion_stays_within_what_was_said() {
        let (none, some, any) = (Interval::point(0), Interval::point(500), Interval::new(0, 900));
        assert!(holds((1, any), (2, some)) && holds((1, any), (0, none)) && holds((2, any), (2, some)));
        // Said certain, then false; said closed, then open; an amount that leaves its bounds.
        assert!(!holds((2, any), (0, none)) && !holds((0, none), (2, some)));
        assert!(!holds((1, Interval::new(600, 900)), (2, some)) && !holds((2, Interval::new(0, 400)), (2, some)));
        // Unknown once everything is known, after having been settled.
        assert!(!holds((2, any), (1, some)));
    }
}

//! A counter-example made small: fewer persons, fewer facts, round amounts, as long as the claim still fails.

use super::along::{Move, Way};
use super::household::{Household, Whole};
use super::judge::{Context, Nodes};
use super::limits::CENT;
use crate::value::May;
use recours_rules::date;
use recours_rules::interval::Interval;
use recours_rules::number::SCALE;
use recours_rules::pack::properties::Property;
use recours_rules::truth::Truth;
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::Variable;

/// A foyer where a claim fails, with the fact that moves when the claim is about two states.
#[derive(Debug, Clone, PartialEq)]
pub struct Example {
    /// The foyer before its fact moves.
    pub household: Household,
    /// What moves.
    pub moved: Option<Move>,
}

/// Rounds of shrinking, at most: each keeps one simpler foyer.
const ROUNDS: usize = 400;

/// What each foyer says against a claim, when it does.
#[must_use]
pub fn against(cx: &Context<'_>, property: &Property, nodes: Nodes, examples: &[Example]) -> Vec<Option<String>> {
    let states = |s: &Example| match s.moved {
        Some(m) => vec![m.apply(cx, &s.household, m.from), m.apply(cx, &s.household, m.to)],
        None => vec![s.household.clone()],
    };
    let households: Vec<Household> = examples.iter().flat_map(states).collect();
    let done = cx.evaluate(&households);
    let mut at = 0;
    examples
        .iter()
        .map(|s| {
            let first = at;
            at += if s.moved.is_some() { 2 } else { 1 };
            cx.rows(&done, first).into_iter().enumerate().find_map(|(k, (row, person))| {
                let a = cx.seen(&done, row, nodes);
                let said = match s.moved {
                    None => cx.judge(property, a),
                    Some(_) => {
                        let further = cx.rows(&done, first + 1).get(k).map(|r| r.0)?;
                        cx.judge_pair(property, a, cx.seen(&done, further, nodes))
                    }
                };
                said.map(|t| person.map_or_else(|| t.clone(), |p| format!("pour la personne {}, {t}", p + 1)))
            })
        })
        .collect()
}

/// The smallest foyer found where the claim still fails, and what it says.
#[must_use]
pub fn shrink(cx: &Context<'_>, property: &Property, nodes: Nodes, example: Example) -> (Example, String) {
    let mut said = against(cx, property, nodes, std::slice::from_ref(&example)).pop().flatten().unwrap_or_default();
    let mut best = example;
    for _ in 0..ROUNDS {
        let simpler = simpler(cx, &best);
        let found = against(cx, property, nodes, &simpler);
        let Some((next, told)) = simpler.into_iter().zip(found).find_map(|(s, t)| t.map(|t| (s, t))) else { break };
        (best, said) = (next, told);
    }
    (best, said)
}

/// Foyers each simpler in one respect, the boldest first.
fn simpler(cx: &Context<'_>, s: &Example) -> Vec<Example> {
    let mut out = Vec::new();
    for p in (1..s.household.persons.len()).rev() {
        if s.moved.and_then(|m| m.person) == Some(p) {
            continue;
        }
        let mut next = s.clone();
        next.household.persons.remove(p);
        if let Some(m) = &mut next.moved {
            m.person = m.person.map(|q| if q > p { q - 1 } else { q });
        }
        out.push(next);
    }
    if let Some(m) = s.moved {
        out.extend(simpler_moves(m).into_iter().map(|moved| Example { household: s.household.clone(), moved: Some(moved) }));
    }
    let people: Vec<Option<usize>> = std::iter::once(None).chain((0..s.household.persons.len()).map(Some)).collect();
    for rank in 0..4 {
        for person in &people {
            let entity = if person.is_some() { Entity::Personne } else { Entity::Foyer };
            for fact in cx.reads.facts(entity).iter().filter(|f| !f.derived && f.variable != cx.pack.role) {
                out.extend(with(cx, s, *person, fact, rank));
            }
        }
    }
    out
}

fn simpler_moves(m: Move) -> Vec<Move> {
    let round = |x: i64, step: i64| x / step * step;
    let mut out =
        vec![Move { way: Way::Set, ..m }, Move { from: 0, ..m }, Move { from: m.to - SCALE, ..m }, Move { from: m.to - CENT, ..m }];
    for step in [1_000 * SCALE, 100 * SCALE, 10 * SCALE, SCALE] {
        out.push(Move { to: round(m.to, step), ..m });
        out.push(Move { from: round(m.from, step), ..m });
        out.push(Move { from: round(m.from, step), to: m.to - m.from + round(m.from, step), ..m });
    }
    let smaller = |n: &Move| n.from >= 0 && n.from < n.to && *n != m && (n.to, n.to - n.from) <= (m.to, i64::MAX);
    let set_is_simpler = |n: &Move| n.way == m.way || m.way != Way::Set;
    // Never back to a wider gap: shrinking must end.
    let narrower = |n: &Move| n.to < m.to || n.way != m.way || n.from > m.from || (n.from == 0 && m.from != 0 && m.to - m.from > SCALE);
    out.into_iter().filter(|n| smaller(n) && set_is_simpler(n) && narrower(n)).collect()
}

/// One fact made simpler: nothing in all months; the same in all months; rounder.
fn with(cx: &Context<'_>, s: &Example, person: Option<usize>, fact: &Whole, rank: usize) -> Option<Example> {
    let v = cx.pack.vocabulary.variables.get(fact.variable)?;
    let row = s.household.row(person)?;
    let now: Vec<May> = fact.at.iter().filter_map(|(at, _)| row.get(*at).copied()).collect();
    let next: Vec<May> = match rank {
        0 => vec![nothing(v)?; now.len()],
        1 => vec![*now.last()?; now.len()],
        2 => now.iter().map(|m| rounder(*m, 100 * SCALE)).collect(),
        _ => now.iter().map(|m| rounder(*m, SCALE)).collect(),
    };
    if next == now {
        return None;
    }
    let mut out = s.clone();
    let row = out.household.row_mut(person)?;
    for ((at, _), m) in fact.at.iter().zip(next) {
        if let Some(slot) = row.get_mut(*at) {
            *slot = m;
        }
    }
    Some(out)
}

/// Known to be nothing; the first code of a list.
fn nothing(v: &Variable) -> Option<May> {
    match v.ty {
        Type::Num(_) | Type::Literal => (v.domain.lo <= 0 && v.domain.hi >= 0).then_some(May::Num(Interval::point(0))),
        Type::Bool => Some(May::Truth(Truth::False)),
        Type::Date { absent_possible } => absent_possible.then_some(May::Date(Interval::point(0), Truth::True)),
        Type::Code(_) => Some(May::Code(1)),
    }
}

fn rounder(m: May, step: i64) -> May {
    match m {
        May::Num(i) if i.is_point() => May::Num(Interval::point(i.lo / step * step)),
        // The first day of its year, then of its month.
        May::Date(i, Truth::False) if i.is_point() => {
            let (y, month, _) = date::civil(i.lo);
            let month = if step > SCALE { 1 } else { month };
            May::Date(Interval::point(date::days(y, month, 1)), Truth::False)
        }
        m => m,
    }
}

//! What is to come for a known foyer: the same rules, evaluated on the days ahead.
//!
//! Ages and dates move on; incomes, receipts, composition and what was said or done stay what they are, which is an
//! assumption and is said as one. Only what is settled is announced: a rupture on the first day on which it is due, a
//! right on the first month in which it opens. What is not known brings no date, and nothing is said of a right that
//! closes: ruptures tell it, with what to do.

use crate::detect::majority_on;
use crate::eval::column::{Column, Data, truth};
use crate::foyers::Foyers;
use crate::plan::{Level, Op, Program};
use crate::reference::{Facts, Foyer, Reference};
use crate::value::May;
use rayon::prelude::*;
use recours_rules::catalogue::ChannelKind;
use recours_rules::date::{self, Days};
use recours_rules::pack::{Pack, Right, RightKind};
use recours_rules::truth::Truth;
use recours_rules::types::{Entity, Type};
use std::collections::BTreeSet;

/// Months ahead that a calendar looks at.
pub const MONTHS: i32 = 12;

/// Something to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Position of the foyer.
    pub foyer: usize,
    /// Position of the person in the foyer, for a rule of persons.
    pub person: Option<usize>,
    /// Position of the rule in the pack.
    pub right: usize,
    /// First day on which it is due, or first day of the month in which the right opens.
    pub from: Days,
    /// Day of the loss.
    pub deadline: Option<Days>,
    /// Last day on which acting helps, by the slowest channel.
    pub useful: Option<Days>,
    /// The same by each channel, in the order of the catalogue.
    pub by_channel: Vec<(ChannelKind, Days)>,
    /// Known dates that the day of the loss, or the opening, is counted from: positions in the vocabulary.
    pub rests_on: Vec<usize>,
}

/// The events of each foyer over the months ahead, in the order of the foyers, then of days and rules.
#[must_use]
pub fn calendar(pack: &Pack, program: &Program, foyers: &Foyers) -> Vec<Event> {
    let count = foyers.population.foyers();
    let each: Vec<Vec<Event>> = (0..count).into_par_iter().map(|f| of_foyer(pack, f, &facts(pack, program, foyers, f))).collect();
    each.into_iter().flatten().collect()
}

/// The facts of one foyer, as the plain evaluator reads them.
fn facts(pack: &Pack, program: &Program, foyers: &Foyers, foyer: usize) -> Foyer {
    let bound = |i: usize| foyers.population.offsets.get(i).copied().unwrap_or(0);
    let persons = bound(foyer)..bound(foyer + 1);
    let mut out = Foyer { facts: Facts::new(), persons: vec![Facts::new(); persons.len()] };
    for node in &program.nodes {
        let Op::Input(slot) = node.op else { continue };
        let (Some(fact), Some(column)) = (program.inputs.get(slot), foyers.population.inputs.get(slot)) else { continue };
        if node.level == Level::Person {
            for (facts, row) in out.persons.iter_mut().zip(persons.clone()) {
                facts.insert(*fact, may(column, row));
            }
        } else {
            out.facts.insert(*fact, may(column, foyer));
        }
    }
    // What is not known is not there: its bounds are those of its domain.
    let known = |facts: &mut Facts| {
        facts.retain(|(v, _), may| {
            pack.vocabulary.variables.get(*v).is_some_and(|variable| *may != crate::reference::domain(pack, variable))
        });
    };
    known(&mut out.facts);
    out.persons.iter_mut().for_each(known);
    out
}

fn may(column: &Column, row: usize) -> May {
    match &column.data {
        Data::Num(..) => May::Num(column.interval(row)),
        Data::Bool(_) => May::Truth(truth(column.bool_at(row))),
        Data::Date(..) => {
            let (i, absent) = column.date_at(row);
            May::Date(i, absent)
        }
        Data::Code(_) => May::Code(column.codes_at(row)),
    }
}

/// The same facts so many months later: what was of M is of a month before, and M goes on.
fn later(foyer: &Foyer, months: usize) -> Foyer {
    let moved = |facts: &Facts| -> Facts {
        let mut out = Facts::with_capacity(facts.len());
        for ((v, k), may) in facts {
            match k {
                None => {
                    out.insert((*v, None), *may);
                }
                Some(k) => {
                    out.insert((*v, Some(k + months)), *may);
                    if *k == 0 {
                        out.extend((0..months).map(|m| ((*v, Some(m)), *may)));
                    }
                }
            }
        }
        out
    };
    Foyer { facts: moved(&foyer.facts), persons: foyer.persons.iter().map(moved).collect() }
}

/// One rule for one unit, followed along the days.
struct Followed<'p> {
    position: usize,
    right: &'p Right,
    person: Option<usize>,
    /// Losses already announced; one that moves is another.
    told: BTreeSet<Option<Days>>,
    /// A right: whether it was closed, or not its own, on the first day.
    closed: bool,
}

/// The events of one foyer, whose position is `foyer`, over the months ahead of the pack's day.
#[must_use]
pub fn of_foyer(pack: &Pack, foyer: usize, known: &Foyer) -> Vec<Event> {
    let first = date::month_of(pack.on);
    let until = date::add_months(pack.on, i64::from(MONTHS));
    let ahead: Vec<Foyer> = (0..=MONTHS).filter_map(|m| usize::try_from(m).ok()).map(|m| later(known, m)).collect();
    let mut followed: Vec<Followed<'_>> = pack
        .rights
        .iter()
        .enumerate()
        .flat_map(|(position, right)| {
            let persons: Vec<Option<usize>> =
                if right.unit == Entity::Personne { (0..known.persons.len()).map(Some).collect() } else { vec![None] };
            persons.into_iter().map(move |person| Followed { position, right, person, told: BTreeSet::new(), closed: false })
        })
        .collect();
    let none = BTreeSet::new();
    let mut out = Vec::new();
    for day in pack.on..until {
        let month = date::month_of(day) - first;
        let Some(facts) = usize::try_from(month).ok().and_then(|m| ahead.get(m)) else { break };
        let opens = day == pack.on || day == date::first_day(date::month_of(day));
        let reference = Reference::on_day(pack, facts, &none, day);
        for f in &mut followed {
            if (f.right.kind == RightKind::Droit && !opens) || !of_age(pack, facts, f.person, day) {
                continue;
            }
            out.extend(f.on(pack, foyer, facts, &reference, day));
        }
    }
    out.sort_by_key(|e| (e.from, e.right, e.person));
    out
}

/// No minor is the unit of an event; somebody of unknown age who is not a child of the foyer may be.
fn of_age(pack: &Pack, facts: &Foyer, person: Option<usize>, day: Days) -> bool {
    let Some(own) = person.and_then(|p| facts.persons.get(p)) else { return true };
    let birth = pack.vocabulary.find("date_naissance").and_then(|v| own.get(&(v, None)));
    match birth {
        Some(May::Date(i, Truth::False)) => i.hi <= majority_on(day),
        _ => {
            let child = crate::reference::group_mask(pack, recours_rules::typed::Group::Children);
            matches!(own.get(&(pack.role, None)), Some(May::Code(set)) if set & child == 0)
        }
    }
}

impl Followed<'_> {
    fn on(&mut self, pack: &Pack, foyer: usize, facts: &Foyer, reference: &Reference<'_>, day: Days) -> Option<Event> {
        let truth = |c: usize| reference.calc(c, self.person).truth();
        let verdict = truth(self.right.entitled);
        if self.right.kind == RightKind::Droit {
            let closed = verdict == Truth::False && self.right.received.is_none_or(|c| truth(c) == Truth::False);
            let opens = self.closed && verdict == Truth::True;
            self.closed = closed;
            return opens.then(|| self.event(pack, foyer, facts, reference, day));
        }
        if verdict != Truth::True || self.right.acted.is_some_and(|c| truth(c) != Truth::False) {
            return None;
        }
        let event = self.event(pack, foyer, facts, reference, day);
        self.told.insert(event.deadline).then_some(event)
    }

    fn event(&self, pack: &Pack, foyer: usize, facts: &Foyer, reference: &Reference<'_>, day: Days) -> Event {
        let date = |calc: usize| match reference.calc(calc, self.person).may {
            May::Date(i, Truth::False) if i.is_point() => Some(i.lo),
            _ => None,
        };
        let counted = self.right.deadline.unwrap_or(self.right.entitled);
        let is_date = |v: &usize| pack.vocabulary.variables.get(*v).is_some_and(|x| matches!(x.ty, Type::Date { .. }));
        let there = |v: &usize| {
            let set = |facts: &Facts| matches!(facts.get(&(*v, None)), Some(May::Date(_, Truth::False)));
            set(&facts.facts) || facts.persons.iter().any(set)
        };
        Event {
            foyer,
            person: self.person,
            right: self.position,
            from: day,
            deadline: self.right.deadline.and_then(date),
            useful: self.right.useful_date.and_then(date),
            by_channel: self.right.channels.iter().filter_map(|c| Some((c.channel, date(c.date)?))).collect(),
            rests_on: pack.facts_of(counted).into_iter().filter(is_date).filter(there).collect(),
        }
    }
}

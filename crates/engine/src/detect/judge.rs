//! What the columns of a right say of every row of it.

use crate::eval::machine::{Machine, View};
use crate::eval::{BLOCK, Population};
use crate::plan::{NodeId, Program, RightProgram};
use rayon::prelude::*;
use recours_rules::interval::Interval;
use recours_rules::number::{self, INF, NEG_INF};
use recours_rules::pack::{AmountPeriod, Right};
use recours_rules::types::Entity;

/// What a right says of one unit under one description of its household.
#[derive(Clone, Copy)]
pub(crate) struct Verdict {
    /// Truth byte of the strict evaluation.
    pub(crate) strict: u8,
    /// Truth byte with assumptions.
    pub(super) assumed: u8,
    pub(crate) received: u8,
    pub(super) acted: u8,
}

impl Verdict {
    /// Whether it is not already settled that there is nothing to propose.
    pub(super) const fn may_be_found(self) -> bool {
        self.strict != 0 && self.received != 2 && self.acted != 2
    }
}

/// What a right's columns say of a row of which it is not settled that the right is not open.
pub(crate) struct Said {
    /// As the rule gives it, for its own period; nothing of a right without amount.
    pub(crate) amount: Option<Interval>,
    pub(super) deadline: Option<i32>,
    pub(super) useful: Option<i32>,
    /// Clauses that hold, one bit each.
    pub(super) clauses: u64,
}

/// What a right's columns say of every row: the verdict of each, the rest only where it may count.
#[derive(Default)]
pub(crate) struct Judged {
    verdicts: Vec<Verdict>,
    said: Vec<(usize, Said)>,
}

impl Judged {
    pub(crate) fn verdict(&self, row: usize) -> Option<Verdict> {
        self.verdicts.get(row).copied()
    }

    pub(crate) fn said(&self, row: usize) -> Option<&Said> {
        self.said.binary_search_by_key(&row, |(r, _)| *r).ok().and_then(|i| self.said.get(i)).map(|(_, s)| s)
    }

    /// Rows of the block that follows.
    fn append(&mut self, block: Self) {
        let first = self.verdicts.len();
        self.verdicts.extend(block.verdicts);
        self.said.extend(block.said.into_iter().map(|(row, s)| (first + row, s)));
    }
}

/// A right and where a program computes it.
pub(crate) type Rule<'a> = (&'a Right, &'a RightProgram);

/// Several rights in one pass: what they share is computed once.
pub(crate) fn judge(program: &Program, rules: &[Rule<'_>], population: &Population) -> Vec<Judged> {
    let all: Vec<NodeId> = rules.iter().flat_map(|(_, r)| roots(r)).collect();
    let code = program.code(&all);
    let bound = |f: usize| population.offsets.get(f).copied().unwrap_or(0);
    let one = |machine: &mut Machine<'_>, b: usize| {
        let (from, to) = (b * BLOCK, ((b + 1) * BLOCK).min(population.foyers()));
        machine.run_on(population, from, to);
        let units = |right: &Right| if right.unit == Entity::Personne { bound(to) - bound(from) } else { to - from };
        rules.iter().map(|(right, r)| one_block(r, machine, units(right))).collect::<Vec<Judged>>()
    };
    let blocks: Vec<Vec<Judged>> = (0..population.foyers().div_ceil(BLOCK)).into_par_iter().map_init(|| Machine::new(&code), one).collect();
    let mut out: Vec<Judged> = rules.iter().map(|_| Judged::default()).collect();
    for block in blocks {
        out.iter_mut().zip(block).for_each(|(all, block)| all.append(block));
    }
    out
}

/// Makes ready what judges all rights of a program in one pass, so that the first volunteer does not wait for it.
pub(crate) fn prepare(program: &Program) {
    program.code(&program.rights.iter().flat_map(roots).collect::<Vec<NodeId>>());
}

/// What is computed to judge a right.
pub(super) fn roots(r: &RightProgram) -> impl Iterator<Item = NodeId> {
    let own = [Some(r.entitled), r.amount, r.received, r.deadline, r.useful_date, r.acted];
    own.into_iter().flatten().chain(r.conditions.iter().copied())
}

fn one_block(r: &RightProgram, machine: &Machine<'_>, n: usize) -> Judged {
    let column = |id: Option<NodeId>| id.and_then(|id| machine.column(id));
    let (entitled, received, acted) = (column(Some(r.entitled)), column(r.received), column(r.acted));
    let (amount, deadline, useful) = (column(r.amount), column(r.deadline), column(r.useful_date));
    let conditions: Vec<Option<View<'_>>> = r.conditions.iter().take(64).map(|c| machine.column(*c)).collect();
    let truth = |c: &Option<View<'_>>, u: usize, none: u8| c.as_ref().map_or(none, |c| c.bool_at(u));
    let day = |c: &Option<View<'_>>, u: usize| {
        let c = c.as_ref()?;
        let i = c.interval(u);
        (c.absent_at(u) == 0 && i.is_point()).then(|| i32::try_from(i.lo).ok()).flatten()
    };
    let mut out = Judged { verdicts: Vec::with_capacity(n), said: Vec::new() };
    for u in 0..n {
        let strict = truth(&entitled, u, 1);
        let v = Verdict { strict, assumed: strict, received: truth(&received, u, 0), acted: truth(&acted, u, 0) };
        out.verdicts.push(v);
        if strict != 0 {
            let held = conditions.iter().enumerate().filter(|(_, c)| truth(c, u, 0) == 2);
            let said = Said {
                amount: amount.as_ref().map(|c| c.interval(u)),
                deadline: day(&deadline, u),
                useful: day(&useful, u),
                clauses: held.fold(0, |m, (i, _)| m | (1 << i)),
            };
            out.said.push((u, said));
        }
    }
    out
}

/// Bounds in euros per month: yearly amounts by twelfths, one-off ones not at all.
pub(super) fn per_month(right: &Right, amount: Option<Interval>) -> (Option<f64>, Option<f64>) {
    let Some(i) = amount else { return (None, None) };
    let share = match right.period {
        AmountPeriod::Month => 1.0,
        AmountPeriod::Year => 12.0,
        AmountPeriod::Once => return (None, None),
    };
    let of = |x: i64| (x != INF && x != NEG_INF).then(|| number::to_f64(x.max(0)) / share);
    (of(i.lo), of(i.hi))
}

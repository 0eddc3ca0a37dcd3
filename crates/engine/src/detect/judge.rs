//! What the columns of a right say of every row of it.

use super::ground::Ground;
use crate::eval::column::Column;
use crate::eval::{self, Population};
use crate::plan::{NodeId, RightProgram};
use recours_rules::number::{self, INF, NEG_INF};
use recours_rules::pack::{AmountPeriod, Right};
use recours_rules::types::Entity;

/// What a right says of one unit under one description of its household.
#[derive(Clone, Copy)]
pub(super) struct Verdict {
    /// Truth byte of the strict evaluation.
    pub(super) strict: u8,
    /// Truth byte with assumptions.
    pub(super) assumed: u8,
    pub(super) received: u8,
    pub(super) acted: u8,
}

/// What a right's columns say of one row.
pub(super) struct Row {
    pub(super) verdict: Verdict,
    pub(super) amount: (Option<f64>, Option<f64>),
    pub(super) deadline: Option<i32>,
    pub(super) useful: Option<i32>,
    /// Clauses that hold, one bit each.
    pub(super) clauses: u64,
}

impl Ground<'_> {
    pub(super) fn judge(&self, right: &Right, r: &RightProgram, population: &Population) -> Vec<Row> {
        let roots: Vec<NodeId> = [Some(r.entitled), r.amount, r.received, r.deadline, r.useful_date, r.acted]
            .into_iter()
            .flatten()
            .chain(r.conditions.iter().copied())
            .collect();
        let blocks = eval::run(self.program, population, &roots, |done| {
            let n = if right.unit == Entity::Personne { done.persons } else { done.foyers };
            let column = |id: Option<NodeId>| id.and_then(|id| done.column(id));
            let bool_at = |id: Option<NodeId>, u: usize, none: u8| column(id).map_or(none, |c| c.bool_at(u));
            let one = |u: usize| {
                let strict = bool_at(Some(r.entitled), u, 1);
                let day = |id: Option<NodeId>| {
                    column(id).and_then(|c| {
                        let i = c.interval(u);
                        (c.absent_at(u) == 0 && i.is_point()).then(|| i32::try_from(i.lo).ok()).flatten()
                    })
                };
                Row {
                    verdict: Verdict { strict, assumed: strict, received: bool_at(r.received, u, 0), acted: bool_at(r.acted, u, 0) },
                    amount: column(r.amount).map_or((None, None), |c| per_month(right, c, u)),
                    deadline: day(r.deadline),
                    useful: day(r.useful_date),
                    clauses: r
                        .conditions
                        .iter()
                        .take(64)
                        .enumerate()
                        .filter(|(_, c)| bool_at(Some(**c), u, 0) == 2)
                        .fold(0, |m, (i, _)| m | (1 << i)),
                }
            };
            (0..n).map(one).collect::<Vec<Row>>()
        });
        blocks.into_iter().flatten().collect()
    }
}

/// Bounds in euros per month: yearly amounts by twelfths, one-off ones not at all.
fn per_month(right: &Right, c: &Column, u: usize) -> (Option<f64>, Option<f64>) {
    let i = c.interval(u);
    let share = match right.period {
        AmountPeriod::Month => 1.0,
        AmountPeriod::Year => 12.0,
        AmountPeriod::Once => return (None, None),
    };
    let of = |x: i64| (x != INF && x != NEG_INF).then(|| number::to_f64(x.max(0)) / share);
    (of(i.lo), of(i.hi))
}

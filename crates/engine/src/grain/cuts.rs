//! Where the computations that depend on one fact alone change: candidates, which the evaluator then confirms.

use super::probe::Probe;
use super::{domain, step};
use crate::eval::Evaluated;
use crate::plan::{NodeId, Op};
use recours_rules::date;
use recours_rules::number::SCALE;
use recours_rules::parameters::Value;
use recours_rules::types::Type;
use recours_rules::vocabulary::Variable;

/// Cut points beyond which a fact goes as it is.
pub const MOST: usize = 64;

/// Largest number read from a file.
const LARGEST: i64 = 9_000_000_000 * SCALE;

/// Something that is false up to some value and true from there on, or the other way round.
#[derive(Clone, Copy)]
struct Turn {
    left: NodeId,
    right: Side,
    /// Whether equality counts as before.
    strict: bool,
}

#[derive(Clone, Copy)]
enum Side {
    Node(NodeId),
    Number(i64),
}

impl Turn {
    fn holds(self, done: &Evaluated, row: usize) -> bool {
        let value = |id: NodeId| done.column(id).map_or(0, |c| c.interval(row).lo);
        let right = match self.right {
            Side::Node(id) => value(id),
            Side::Number(x) => x,
        };
        let left = value(self.left);
        if self.strict { left > right } else { left >= right }
    }
}

/// First values above each cut point of a number or date.
pub fn of(probe: &Probe<'_>, v: &Variable) -> Vec<i64> {
    let mut turns = Vec::new();
    let mut known: Vec<i64> = Vec::new();
    for (_, op) in probe.alone() {
        match op {
            Op::CmpNum(_, a, b) | Op::CmpDate(_, a, b) => {
                turns.extend([false, true].map(|strict| Turn { left: *a, right: Side::Node(*b), strict }));
            }
            Op::Lookup(t, i) => match probe.table(*t) {
                Some(Value::Table { entries, .. }) => {
                    let index = (1..=entries.len() + 1).filter_map(|n| i64::try_from(n).ok());
                    turns.extend(index.map(|n| Turn { left: *i, right: Side::Number(n * SCALE), strict: false }));
                }
                Some(Value::ByBirth(lines)) if probe.is_fact(*i) => known.extend(lines.iter().filter_map(|l| l.0)),
                _ => {}
            },
            _ => {}
        }
    }
    let nodes: Vec<NodeId> =
        turns.iter().flat_map(|t| std::iter::once(t.left).chain(if let Side::Node(id) = t.right { Some(id) } else { None })).collect();
    if nodes.is_empty() || nodes.len() > 4 * MOST {
        return known;
    }
    let (unit, samples) = (step(v), samples(v, &known));
    let done = probe.at_points(&samples, &nodes);
    // Between two samples where something turns, its place by halves, all at once.
    let mut open: Vec<(Turn, i64, i64, bool)> = Vec::new();
    for t in &turns {
        for (i, w) in samples.windows(2).enumerate() {
            let &[a, b] = w else { continue };
            let before = t.holds(&done, i);
            if before != t.holds(&done, i + 1) {
                open.push((*t, a, b, before));
            }
        }
    }
    while open.len() <= 8 * MOST && open.iter().any(|(_, a, b, _)| b - a > unit) {
        let middles: Vec<i64> = open.iter().map(|(_, a, b, _)| a + (b - a) / unit / 2 * unit).collect();
        let done = probe.at_points(&middles, &nodes);
        for (row, ((t, a, b, before), m)) in open.iter_mut().zip(&middles).enumerate() {
            if *b - *a > unit {
                if t.holds(&done, row) == *before { *a = *m } else { *b = *m }
            }
        }
    }
    known.extend(open.into_iter().filter(|(_, a, b, _)| b - a <= unit).map(|(_, _, b, _)| b));
    known
}

/// Values between which something is looked for, on the grid of the fact.
fn samples(v: &Variable, known: &[i64]) -> Vec<i64> {
    let all = domain(v);
    let mut out: Vec<i64> = match v.ty {
        Type::Date { .. } => {
            let years = (1850..=2150).step_by(10).map(|y| date::days(y, 1, 1));
            known.iter().flat_map(|d| [d - 1, *d]).chain(years).chain([date::FIRST, date::LAST]).collect()
        }
        _ => {
            let unit = step(v);
            let powers = (0..10).map(|k| 10i64.pow(k) * SCALE);
            let both = powers.flat_map(|p| [-p, p]).chain([0, -unit, unit, LARGEST, -LARGEST]);
            both.chain([all.lo.max(-LARGEST), all.hi.min(LARGEST)]).collect()
        }
    };
    out.retain(|x| *x >= all.lo && *x <= all.hi);
    out.sort_unstable();
    out.dedup();
    out
}

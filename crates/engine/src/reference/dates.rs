//! Dates that may be none: the earliest and the latest, and dates moved, as bounds. Both evaluators take the same steps.

use crate::value::{May, Val};
use recours_rules::date;
use recours_rules::interval::Interval;
use recours_rules::number::{INF, NEG_INF, SCALE};
use recours_rules::truth::Truth;

/// A date as bounds, and whether there is none.
pub(crate) type Date = (Interval, Truth);

/// No date.
pub(crate) const NONE: Date = (Interval::point(0), Truth::True);

/// Whether the first, or the second, is surely the one: it is there, and the other is none or not before (not after) it.
pub(crate) fn decided(earliest: bool, (x, p): Date, (y, q): Date) -> (bool, bool) {
    let wins = |x: Interval, y: Interval| if earliest { x.hi <= y.lo } else { x.lo >= y.hi };
    let first = q == Truth::True || (p == Truth::False && wins(x, y));
    let second = p == Truth::True || (q == Truth::False && wins(y, x));
    (first, second)
}

/// The earliest or latest of two dates; one that is none does not count, and there is none only when both are.
pub(crate) fn pick(earliest: bool, a: Date, b: Date) -> Date {
    match decided(earliest, a, b) {
        (true, _) => return a,
        (_, true) => return b,
        _ => {}
    }
    let ((x, p), (y, q)) = (a, b);
    let (low, high) = (x.lo.min(y.lo), x.hi.max(y.hi));
    // A date that is there bounds the answer on its side, whether or not the other is.
    let there = [(x, p), (y, q)].into_iter().filter(|(_, absent)| *absent == Truth::False).map(|(i, _)| i);
    let bounds = if earliest {
        Interval::new(low, there.map(|i| i.hi).fold(high, i64::min))
    } else {
        Interval::new(there.map(|i| i.lo).fold(low, i64::max), high)
    };
    (bounds, p.and(q))
}

/// As [`pick`], with what keeps it open.
pub(super) fn pick_val(earliest: bool, a: Val, b: Val) -> Val {
    match decided(earliest, a.date(), b.date()) {
        (true, _) => a,
        (_, true) => b,
        _ => {
            let (i, absent) = pick(earliest, a.date(), b.date());
            Val::new(May::Date(i, absent), a.open || b.open)
        }
    }
}

/// No date, known.
pub(super) const fn none() -> Val {
    Val { may: May::Date(NONE.0, NONE.1), open: false }
}

/// Completed units between two dates, as bounds: the latest birth gives the smallest age.
pub(crate) fn age(birth: Interval, on: Interval, f: fn(i64, i64) -> i64) -> Interval {
    let lo = if birth.hi == INF || on.lo == NEG_INF { NEG_INF } else { f(birth.hi, on.lo) * SCALE };
    let hi = if birth.lo == NEG_INF || on.hi == INF { INF } else { f(birth.lo, on.hi) * SCALE };
    Interval::new(lo, hi)
}

/// A date moved by a count that may itself be an interval. Beyond the calendar it is unbounded on that side, so
/// that months and ages of any date fit.
pub(crate) fn shifted(d: Interval, n: Interval, f: fn(i64, i64) -> i64) -> Interval {
    let moved = |d: i64, n: i64| f(d, n.div_euclid(SCALE));
    let lo = if d.lo == NEG_INF || n.lo == NEG_INF { NEG_INF } else { moved(d.lo, n.lo).min(date::LAST) };
    let hi = if d.hi == INF || n.hi == INF { INF } else { moved(d.hi, n.hi).max(date::FIRST) };
    Interval::new(if lo < date::FIRST { NEG_INF } else { lo }, if hi > date::LAST { INF } else { hi })
}

pub(super) fn shift(d: Val, n: Val, f: fn(i64, i64) -> i64) -> Val {
    let (i, absent) = d.date();
    Val::new(May::Date(shifted(i, n.num(), f), absent), d.open || n.open)
}

/// A non-decreasing function of a date, bound by bound.
pub(crate) fn mapped(d: Interval, f: fn(i64) -> i64) -> Interval {
    Interval::new(if d.lo == NEG_INF { NEG_INF } else { f(d.lo) }, if d.hi == INF { INF } else { f(d.hi) })
}

pub(super) fn map_date(d: Val, f: fn(i64) -> i64) -> Val {
    let (i, absent) = d.date();
    Val::new(May::Date(mapped(i, f), absent), d.open)
}

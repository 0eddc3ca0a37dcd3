//! How great the bounds of a register may be, so that loops over them need no test.
//!
//! In a register that is *narrow*, a bound that is not there is not the extreme number that callers write, but a finite one far
//! beyond every amount: sums and differences of such bounds stay far, whatever is added, and no loop has to look for them. What
//! grows is counted: how great a finite bound may have become, and how many times [`FAR`] one that is not there.

use crate::eval::doubles::EXACT;
use recours_rules::interval::Interval;
use recours_rules::number::{INF, NEG_INF};

/// A finite bound of a narrow register lies strictly between `-LIMIT` and `LIMIT` (22 million euros at scale 10⁻⁸): it is exact in
/// a double, too. What is greater goes through the slow kernels.
pub(super) const LIMIT: i64 = EXACT;

/// From here on, a bound of a narrow register is none.
pub(super) const EDGE: i64 = 1 << 53;

/// A bound that is not there, as it is written first.
pub(super) const FAR: i64 = 1 << 54;

/// How many times [`FAR`] is let to grow: twice as much does not wrap.
pub(super) const TIMES: i64 = 1 << 7;

/// What the bounds of a register may be at most; not what they are. Without Debug, as all that is read of people here.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Span {
    /// Magnitude of finite bounds.
    pub(super) most: i64,
    /// Times [`FAR`] in those that are not there.
    pub(super) times: i64,
}

impl Span {
    /// Of points.
    pub(super) const fn points(most: i64) -> Self {
        Self { most, times: 0 }
    }

    /// Of a sum or difference.
    pub(super) const fn plus(self, o: Self) -> Self {
        Self { most: self.most.saturating_add(o.most), times: self.times.saturating_add(o.times) }
    }

    /// Of what is either.
    pub(super) fn or(self, o: Self) -> Self {
        Self { most: self.most.max(o.most), times: self.times.max(o.times) }
    }
}

/// A magnitude, but for one bit: `-x - 1` for what is below zero.
#[inline(always)]
pub(super) const fn size(x: i64) -> i64 {
    x ^ (x >> 63)
}

/// A bound as callers write it, as a narrow register keeps it.
#[inline(always)]
pub(super) const fn soft(x: i64) -> i64 {
    match x {
        NEG_INF => -FAR,
        INF => FAR,
        x => x,
    }
}

/// A bound of a narrow register, as callers read it.
#[inline(always)]
pub(super) const fn hard(x: i64) -> i64 {
    if x >= EDGE {
        INF
    } else if x <= -EDGE {
        NEG_INF
    } else {
        x
    }
}

/// One of two, by a mask and not by a way: a loop in which the second is dear stays wide.
#[inline(always)]
pub(super) const fn either(first: bool, x: i64, y: i64) -> i64 {
    let mask = (first as i64).wrapping_neg();
    (x & mask) | (y & !mask)
}

/// Both bounds, as callers read them.
#[inline(always)]
pub(super) const fn told(lo: i64, hi: i64) -> Interval {
    Interval { lo: hard(lo), hi: hard(hi) }
}

/// What callers write, if a narrow register can keep it: finite bounds under [`LIMIT`], bounds that are not there on their own
/// side. A point that is an infinity is not kept.
pub(super) fn kept(lo: i64, hi: i64) -> Option<(i64, i64, Span)> {
    let low = if lo == NEG_INF { 0 } else { size(lo) };
    let high = if hi == INF { 0 } else { size(hi) };
    let span = Span { most: low | high, times: i64::from(lo == NEG_INF || hi == INF) };
    (span.most < LIMIT - 1 && (lo != hi || span.times == 0)).then(|| (soft(lo), soft(hi), Span { most: span.most + 1, ..span }))
}

/// Greatest magnitude of finite points, or more.
#[inline(always)]
pub(super) fn most(points: &[i64]) -> i64 {
    points.iter().fold(0, |all, x| all | size(*x)).saturating_add(1)
}

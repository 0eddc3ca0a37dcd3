//! Interval arithmetic over [`Decimal`] bounds: an unknown amount is everything it may still be.
//!
//! Every operation returns an interval that contains the result for every pair of values in its operands
//! (soundness). Correlation between operands is not tracked, so an interval may be wider than needed.

use crate::number::{self, Decimal, INF, MAX, MIN, NEG_INF, Rounding};
use crate::truth::Truth;

/// All values between two bounds, both included; the extreme bounds mean "unbounded".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    /// Lower bound.
    pub lo: Decimal,
    /// Upper bound.
    pub hi: Decimal,
}

impl Interval {
    /// Everything.
    pub const ALL: Self = Self { lo: NEG_INF, hi: INF };

    /// One value.
    #[must_use]
    pub const fn point(x: Decimal) -> Self {
        Self { lo: x, hi: x }
    }

    /// Between two bounds (swapped if needed by the caller's own care).
    #[must_use]
    pub const fn new(lo: Decimal, hi: Decimal) -> Self {
        Self { lo, hi }
    }

    /// Whether only one value is possible.
    #[must_use]
    pub const fn is_point(self) -> bool {
        self.lo == self.hi && self.lo != INF && self.lo != NEG_INF
    }

    /// Smallest interval that contains both.
    #[must_use]
    pub fn hull(self, o: Self) -> Self {
        Self { lo: self.lo.min(o.lo), hi: self.hi.max(o.hi) }
    }

    /// A finite number that overflowed is unbounded on that side only.
    fn settle(lo: Decimal, hi: Decimal) -> Self {
        Self { lo: if lo == INF { MAX } else { lo }, hi: if hi == NEG_INF { MIN } else { hi } }
    }

    /// Sum.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "interval operations are named alike")]
    pub fn add(self, o: Self) -> Self {
        Self { lo: number::add_lo(self.lo, o.lo), hi: number::add_hi(self.hi, o.hi) }
    }

    /// Difference.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "interval operations are named alike")]
    pub fn sub(self, o: Self) -> Self {
        self.add(o.neg())
    }

    /// Opposite.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "interval operations are named alike")]
    pub fn neg(self) -> Self {
        Self { lo: number::neg(self.hi), hi: number::neg(self.lo) }
    }

    /// Product of two bounds, where zero times anything is zero.
    fn bound_mul(a: Decimal, b: Decimal) -> Decimal {
        if a == 0 || b == 0 {
            return 0;
        }
        let infinite = |x: Decimal| x == INF || x == NEG_INF;
        if infinite(a) || infinite(b) {
            return if (a > 0) == (b > 0) { INF } else { NEG_INF };
        }
        number::mul(a, b)
    }

    /// Product.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "interval operations are named alike")]
    pub fn mul(self, o: Self) -> Self {
        if self.is_point() && o.is_point() {
            let p = Self::bound_mul(self.lo, o.lo);
            return Self::settle(p, p);
        }
        let p = [
            Self::bound_mul(self.lo, o.lo),
            Self::bound_mul(self.lo, o.hi),
            Self::bound_mul(self.hi, o.lo),
            Self::bound_mul(self.hi, o.hi),
        ];
        let (mut lo, mut hi) = (p[0], p[0]);
        for x in p {
            lo = lo.min(x);
            hi = hi.max(x);
        }
        Self::settle(lo, hi)
    }

    /// Quotient. A divisor that is known to be zero gives everything (a rule must guard against it); one
    /// that may be zero gives everything too.
    #[must_use]
    #[expect(clippy::should_implement_trait, reason = "interval operations are named alike")]
    pub fn div(self, o: Self) -> Self {
        if o.lo <= 0 && o.hi >= 0 {
            return Self::ALL;
        }
        let q = |a: Decimal, b: Decimal| -> Decimal {
            if b == INF || b == NEG_INF {
                return 0;
            }
            if a == INF || a == NEG_INF {
                return if (a > 0) == (b > 0) { INF } else { NEG_INF };
            }
            number::div(a, b).unwrap_or(INF)
        };
        let p = [q(self.lo, o.lo), q(self.lo, o.hi), q(self.hi, o.lo), q(self.hi, o.hi)];
        let (mut lo, mut hi) = (p[0], p[0]);
        for x in p {
            lo = lo.min(x);
            hi = hi.max(x);
        }
        Self::settle(lo, hi)
    }

    /// The smaller of two.
    #[must_use]
    pub fn min(self, o: Self) -> Self {
        Self { lo: self.lo.min(o.lo), hi: self.hi.min(o.hi) }
    }

    /// The greater of two.
    #[must_use]
    pub fn max(self, o: Self) -> Self {
        Self { lo: self.lo.max(o.lo), hi: self.hi.max(o.hi) }
    }

    /// Rounded to a step: monotone, so bound by bound.
    #[must_use]
    pub fn round(self, step: Decimal, how: Rounding) -> Self {
        Self::settle(number::round_to(self.lo, step, how), number::round_to(self.hi, step, how))
    }

    /// `self < o`.
    #[must_use]
    pub const fn lt(self, o: Self) -> Truth {
        if self.hi < o.lo {
            Truth::True
        } else if self.lo >= o.hi {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// `self <= o`.
    #[must_use]
    pub const fn le(self, o: Self) -> Truth {
        o.lt(self).not()
    }

    /// `self = o`.
    #[must_use]
    pub const fn eq(self, o: Self) -> Truth {
        if self.lo == self.hi && o.lo == o.hi && self.lo == o.lo {
            Truth::True
        } else if self.hi < o.lo || o.hi < self.lo {
            Truth::False
        } else {
            Truth::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::SCALE;
    use proptest::prelude::*;

    fn bound() -> impl Strategy<Value = Decimal> {
        prop_oneof![
            -2_000_000i64..2_000_000,
            (-3_000i64..3_000).prop_map(|x| x * SCALE),
            Just(0),
            Just(SCALE),
            Just(MAX / 2),
            Just(MIN / 2),
        ]
    }

    fn interval() -> impl Strategy<Value = Interval> {
        (bound(), bound(), 0..6u8).prop_map(|(a, b, k)| {
            let (lo, hi) = (a.min(b), a.max(b));
            match k {
                0 => Interval::point(lo),
                1 => Interval::new(lo, INF),
                2 => Interval::new(NEG_INF, hi),
                _ => Interval::new(lo, hi),
            }
        })
    }

    fn inside(i: Interval, x: Decimal) -> Decimal {
        x.clamp(MIN / 4, MAX / 4).clamp(i.lo, i.hi)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn every_operation_contains_every_completion(a in interval(), b in interval(), x in bound(), y in bound()) {
            let (x, y) = (inside(a, x), inside(b, y));
            let (px, py) = (Interval::point(x), Interval::point(y));
            let holds = |whole: Interval, part: Interval| whole.lo <= part.lo && part.hi <= whole.hi;
            prop_assert!(holds(a.add(b), px.add(py)));
            prop_assert!(holds(a.sub(b), px.sub(py)));
            prop_assert!(holds(a.mul(b), px.mul(py)));
            prop_assert!(holds(a.div(b), px.div(py)));
            prop_assert!(holds(a.min(b), px.min(py)));
            prop_assert!(holds(a.max(b), px.max(py)));
            prop_assert!(holds(a.round(SCALE, Rounding::Nearest), px.round(SCALE, Rounding::Nearest)));
            let agree = |whole: Truth, part: Truth| !whole.known() || whole == part;
            prop_assert!(agree(a.lt(b), px.lt(py)));
            prop_assert!(agree(a.le(b), px.le(py)));
            prop_assert!(agree(a.eq(b), px.eq(py)));
        }
    }
}

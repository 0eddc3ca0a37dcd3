//! Products and quotients, block by block: rounded as the plain evaluator rounds, half away from zero.
//!
//! A quotient is guessed in doubles, in which every narrow number is exact, and is never more than one off; what is left over is
//! found in whole numbers, and says whether it is. Doubles and whole words go side by side in the widest registers, where a
//! division of whole numbers, or a product of 128 bits, is done one at a time.

use super::lanes::{Rows, map, zip};
use super::numbers::{Done, Num, wide};
use super::register::Register;
use super::span::{EDGE, FAR, LIMIT, Span, either};
use crate::eval::doubles::{double, whole};
use pulp::Arch;
use recours_rules::interval::Interval;
use recours_rules::number::{Rounding, SCALE};

/// What divides: 1 or more, exact in a double.
#[derive(Debug, Clone, Copy)]
struct By {
    by: i64,
    inverse: f64,
    /// Beyond this, a remainder is more than half; and 1 when one may be exactly half.
    half: i64,
    even: i64,
}

impl By {
    fn new(by: i64) -> Self {
        let even = i64::from(by % 2 == 0);
        #[expect(clippy::cast_precision_loss, reason = "under 2⁵¹")]
        Self { by, inverse: 1.0 / by as f64, half: (by - 1) / 2, even }
    }

    /// `x · y` divided, rounded half away from zero. Both, and the quotient, under 2⁵¹.
    #[inline(always)]
    fn nearest(self, x: i64, y: i64) -> i64 {
        let q = whole(double(x) * double(y) * self.inverse);
        // The true remainder is under a divisor and a half: it is right although the products wrap.
        let r = x.wrapping_mul(y).wrapping_sub(q.wrapping_mul(self.by));
        // Exactly half goes away from zero: up when the product is positive.
        let below = ((x ^ y) >> 63) & self.even;
        let up = r > self.half.wrapping_add(below);
        let down = r < below.wrapping_sub(self.half).wrapping_sub(self.even);
        q.wrapping_add(i64::from(up)).wrapping_sub(i64::from(down))
    }

    /// The multiple of the divisor to which a number is rounded.
    #[inline(always)]
    fn multiple(self, x: i64, how: Rounding) -> i64 {
        let q = whole(double(x) * self.inverse);
        let r = x.wrapping_sub(q.wrapping_mul(self.by));
        // From zero to the divisor.
        let r = r.wrapping_add(if r < 0 { self.by } else { 0 });
        let up = match how {
            Rounding::Down => false,
            Rounding::Up => r > 0,
            Rounding::Nearest => (r > self.by.wrapping_sub(r)) | ((r == self.by.wrapping_sub(r)) & (x > 0)),
        };
        x.wrapping_sub(r).wrapping_add(if up { self.by } else { 0 })
    }
}

/// Times `times` and divided by `by`: a rate, a number of months, a quotient by a constant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ratio {
    times: i64,
    by: By,
}

impl Ratio {
    /// `num / den`, neither zero nor beyond what a narrow register keeps.
    pub(super) fn new(num: i64, den: i64) -> Option<Self> {
        let (mut a, mut b) = (num.unsigned_abs(), den.unsigned_abs());
        if a == 0 || b == 0 {
            return None;
        }
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let (times, by) = (i64::try_from(num.unsigned_abs() / a).ok()?, i64::try_from(den.unsigned_abs() / a).ok()?);
        let fits = times < LIMIT && by < LIMIT;
        fits.then(|| Self { times: if (num < 0) == (den < 0) { times } else { -times }, by: By::new(by) })
    }

    #[inline(always)]
    fn of(self, x: i64) -> i64 {
        self.by.nearest(x, self.times)
    }

    /// What results may be at most, for what is at most this; none when it is too much.
    fn most(self, most: i64) -> Option<i64> {
        let product = i128::from(most) * i128::from(self.times.unsigned_abs()) / i128::from(self.by.by) + 1;
        i64::try_from(product).ok().filter(|m| *m < LIMIT)
    }
}

/// A bound that is not there.
#[inline(always)]
fn open(x: i64) -> bool {
    (x >= EDGE) | (x <= -EDGE)
}

fn scaled(arch: Arch, n: usize, a: Num<'_>, ratio: Ratio, out: &mut Register) -> Done {
    let Some(most) = ratio.most(a.span.most).or_else(|| ratio.most(a.greatest())) else { return false };
    let plain = ratio.by.by == 1;
    if a.points {
        match plain {
            true => map(arch, a.lo, out.low(n), move |x, _| x.wrapping_mul(ratio.times)),
            false => map(arch, a.lo, out.low(n), move |x, _| ratio.of(x)),
        };
        return out.pointed(n, most);
    }
    let side = |x: Rows<'_, i64>, to: &mut [i64], far: i64| match plain {
        true => map(arch, x, to, move |x, _| either(open(x), far, x.wrapping_mul(ratio.times))),
        false => map(arch, x, to, move |x, _| either(open(x), far, ratio.of(x))),
    };
    let (low, high) = if ratio.times > 0 { (a.lo, a.hi) } else { (a.hi, a.lo) };
    side(low, out.low(n), -FAR);
    side(high, out.high(n), FAR);
    out.bounded(n, Span { most, times: 1 })
}

/// Product.
pub(super) fn mul(arch: Arch, n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    if !(a.narrow && b.narrow) {
        return false;
    }
    let (a, b) = if a.one().is_some() { (b, a) } else { (a, b) };
    if let Some(c) = b.one() {
        if c == 0 {
            out.low(n).fill(0);
            return out.pointed(n, 0);
        }
        return Ratio::new(c, SCALE).is_some_and(|r| scaled(arch, n, a, r, out));
    }
    let product = |x: i64, y: i64| i64::try_from(i128::from(x) * i128::from(y) / i128::from(SCALE) + 1).ok().filter(|m| *m < LIMIT);
    let Some(most) = product(a.span.most, b.span.most).or_else(|| product(a.greatest(), b.greatest())) else { return false };
    let by = By::new(SCALE);
    if a.points && b.points {
        zip(arch, a.lo, b.lo, out.low(n), move |x, y, _| by.nearest(x, y));
        return out.pointed(n, most);
    }
    if a.lo.below_zero(arch) || b.lo.below_zero(arch) {
        return wide(n, a, b, out, Interval::mul);
    }
    zip(arch, a.lo, b.lo, out.low(n), move |x, y, _| by.nearest(x, y));
    zip(arch, a.hi, b.hi, out.high(n), move |x, y, _| {
        // Nothing times anything is nothing.
        let open = ((x >= EDGE) | (y >= EDGE)) & (x != 0) & (y != 0);
        let p = either(open, FAR, by.nearest(x, y));
        either((x == 0) | (y == 0), 0, p)
    });
    out.bounded(n, Span { most, times: 1 })
}

/// Quotient.
pub(super) fn div(arch: Arch, n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    if !(a.narrow && b.narrow) {
        return false;
    }
    if let Some(c) = b.one().filter(|c| *c != 0) {
        return Ratio::new(SCALE, c).is_some_and(|r| scaled(arch, n, a, r, out));
    }
    if a.points && b.points {
        return points(arch, n, a.lo, b.lo, out);
    }
    wide(n, a, b, out, Interval::div)
}

/// Quotients of points; what is divided by nothing may be anything.
fn points(arch: Arch, n: usize, a: Rows<'_, i64>, b: Rows<'_, i64>, out: &mut Register) -> Done {
    let beyond = zip(arch, a, b, out.low(n), |x, y, seen| {
        let guess = double(x) * (SCALE as f64) / double(y);
        // Not a number neither.
        let fits = (guess < (LIMIT - 2) as f64) & (guess > -((LIMIT - 2) as f64));
        *seen |= if fits | (y == 0) { 0 } else { -1 };
        let q = whole(guess);
        let r = x.wrapping_mul(SCALE).wrapping_sub(q.wrapping_mul(y));
        // As if the divisor were above zero.
        let sign = y >> 63;
        let (r, y) = ((r ^ sign).wrapping_sub(sign), (y ^ sign).wrapping_sub(sign));
        // Twice what is left against the whole: more than half goes to the next, exactly half away from zero.
        let below = (x ^ sign) >> 63;
        let twice = r.wrapping_add(r);
        let up = twice > y.wrapping_sub(1).wrapping_sub(below);
        let down = twice < 1i64.wrapping_sub(y).wrapping_sub(below.wrapping_add(1));
        q.wrapping_add(i64::from(up)).wrapping_sub(i64::from(down))
    });
    if beyond < 0 {
        return false;
    }
    let none = |y: i64| y == 0;
    let divided = match b {
        Rows::Same(y) => none(y),
        Rows::Each(v) => v.iter().any(|y| none(*y)),
    };
    if !divided {
        return out.pointed(n, LIMIT - 1);
    }
    let (lo, hi) = out.both(n);
    for (i, (lo, hi)) in lo.iter_mut().zip(hi).enumerate() {
        *hi = *lo;
        if b.at(i).is_none_or(none) {
            (*lo, *hi) = (-FAR, FAR);
        }
    }
    out.bounded(n, Span { most: LIMIT - 1, times: 1 })
}

/// Rounded to a step.
pub(super) fn round(arch: Arch, n: usize, a: Num<'_>, step: i64, how: Rounding, out: &mut Register) -> Done {
    if !a.narrow || !(2..LIMIT).contains(&step) {
        return false;
    }
    let by = By::new(step);
    let most = a.span.most.saturating_add(step);
    if a.points {
        match how {
            Rounding::Down => map(arch, a.lo, out.low(n), move |x, _| by.multiple(x, Rounding::Down)),
            Rounding::Up => map(arch, a.lo, out.low(n), move |x, _| by.multiple(x, Rounding::Up)),
            Rounding::Nearest => map(arch, a.lo, out.low(n), move |x, _| by.multiple(x, Rounding::Nearest)),
        };
        return out.pointed(n, most);
    }
    let side = |x: Rows<'_, i64>, to: &mut [i64], far: i64| match how {
        Rounding::Down => map(arch, x, to, move |x, _| either(open(x), far, by.multiple(x, Rounding::Down))),
        Rounding::Up => map(arch, x, to, move |x, _| either(open(x), far, by.multiple(x, Rounding::Up))),
        Rounding::Nearest => map(arch, x, to, move |x, _| either(open(x), far, by.multiple(x, Rounding::Nearest))),
    };
    side(a.lo, out.low(n), -FAR);
    side(a.hi, out.high(n), FAR);
    out.bounded(n, Span { most, times: 1 })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;
    use recours_rules::number;

    /// Narrow numbers of every magnitude, and those near a multiple of one half.
    fn narrow() -> impl Strategy<Value = i64> {
        let near = (-20_000_000i64..20_000_000, -2i64..=2).prop_map(|(k, e)| k * (SCALE / 2) + e);
        prop_oneof![(-LIMIT + 1..LIMIT, 0u32..51).prop_map(|(x, s)| x >> s), near, Just(0)]
    }

    fn reg(x: &[i64]) -> Num<'_> {
        let most = super::super::span::most(x);
        Num { lo: Rows::Each(x), hi: Rows::Each(x), points: true, narrow: true, span: Span::points(most) }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn a_ratio_is_the_product_or_quotient(x in narrow(), c in prop_oneof![-2_000i64..2_000, (-400i64..400).prop_map(|k| k * SCALE), (1i64..10_000).prop_map(|k| k * 10_000), Just(SCALE / 2), narrow()]) {
            let c = if c == 0 { 1 } else { c };
            let v = [x; 5];
            let mut out = Register::default();
            if let Some(r) = Ratio::new(c, SCALE) && scaled(Arch::new(), 5, reg(&v), r, &mut out) {
                prop_assert_eq!(out.lo[0], number::mul(x, c));
                prop_assert_eq!(out.lo[4], out.lo[0]);
            }
            if let Some(r) = Ratio::new(SCALE, c) && scaled(Arch::new(), 5, reg(&v), r, &mut out) {
                prop_assert_eq!(Some(out.lo[0]), number::div(x, c));
            }
        }

        #[test]
        fn products_and_quotients_are_those_of_whole_numbers(x in narrow(), y in narrow()) {
            let (v, w) = ([x; 5], [y; 5]);
            let mut out = Register::default();
            if mul(Arch::new(), 5, reg(&v), reg(&w), &mut out) {
                prop_assert_eq!(out.lo[0], number::mul(x, y));
                prop_assert!(out.points && out.span.most > out.lo[0].abs() - 1);
            }
            if div(Arch::new(), 5, reg(&v), reg(&w), &mut out) {
                match number::div(x, y) {
                    Some(q) => prop_assert_eq!(out.lo[0], q),
                    None => prop_assert_eq!((out.lo[0], out.hi[0]), (-FAR, FAR)),
                }
            }
        }

        #[test]
        fn a_rounding_is_the_rounding(x in narrow(), step in prop_oneof![2i64..5_000, Just(SCALE), Just(SCALE / 100), 2..LIMIT]) {
            for how in [Rounding::Nearest, Rounding::Down, Rounding::Up] {
                let v = [x; 5];
                let mut out = Register::default();
                if round(Arch::new(), 5, reg(&v), step, how, &mut out) {
                    prop_assert_eq!(out.lo[0], number::round_to(x, step, how));
                }
            }
        }
    }

    #[test]
    fn what_the_rules_do_every_day_is_narrow() {
        let v = [123_456 * (SCALE / 100); 5];
        let mut out = Register::default();
        assert!(scaled(Arch::new(), 5, reg(&v), Ratio::new(61 * SCALE / 100, SCALE).unwrap(), &mut out));
        assert!(scaled(Arch::new(), 5, reg(&v), Ratio::new(SCALE, 12 * SCALE).unwrap(), &mut out));
        assert!(mul(Arch::new(), 5, reg(&v), reg(&[3 * SCALE; 5]), &mut out));
        assert!(div(Arch::new(), 5, reg(&v), reg(&[3 * SCALE; 5]), &mut out));
        assert!(round(Arch::new(), 5, reg(&v), SCALE, Rounding::Nearest, &mut out));
        assert_eq!(out.lo[4], 1_235 * SCALE);
    }
}

//! Arithmetic on numbers, block by block: bounds that are narrow go through plain loops, and a loop in which one result
//! did not fit is done again by the slow kernel.

use super::lanes::{Rows, map, select, zip};
use super::register::Register;
use pulp::Arch;
use recours_rules::interval::Interval;
use recours_rules::number::{INF, NEG_INF, Rounding, SCALE};
use recours_rules::parser::Cmp;

/// A number as a kernel reads it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Num<'a> {
    pub(super) lo: Rows<'a, i64>,
    /// The same rows as `lo` where all are points.
    pub(super) hi: Rows<'a, i64>,
    pub(super) points: bool,
    pub(super) narrow: bool,
}

impl Num<'_> {
    /// The one value that everybody has.
    fn one(&self) -> Option<i64> {
        match self.lo {
            Rows::Same(x) if self.points && self.narrow => Some(x),
            _ => None,
        }
    }
}

/// The sign bit is set when a value is not narrow: its two highest bits differ.
#[inline(always)]
pub(super) const fn far(x: i64) -> i64 {
    x ^ (x << 1)
}

/// A lower bound that is not narrow, unless there is none.
#[inline(always)]
const fn far_but(x: i64, infinity: i64) -> i64 {
    if x == infinity { 0 } else { far(x) }
}

/// What every kernel says: false when it must be done by the slow one.
pub(super) type Done = bool;

fn both_narrow(a: &Num<'_>, b: &Num<'_>) -> bool {
    a.narrow && b.narrow
}

/// Sum.
pub(super) fn add(arch: Arch, n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    if !both_narrow(&a, &b) {
        return false;
    }
    let plain = |x: i64, y: i64, seen: &mut i64| {
        let s = x.wrapping_add(y);
        *seen |= far(s);
        s
    };
    if a.points && b.points {
        return zip(arch, a.lo, b.lo, out.low(n), plain) >= 0 && out.pointed(n);
    }
    let bound = |infinity: i64| {
        move |x: i64, y: i64, seen: &mut i64| {
            let s = x.wrapping_add(y);
            let s = if (x == infinity) | (y == infinity) { infinity } else { s };
            *seen |= far_but(s, infinity);
            s
        }
    };
    let seen = zip(arch, a.lo, b.lo, out.low(n), bound(NEG_INF)) | zip(arch, a.hi, b.hi, out.high(n), bound(INF));
    // A finite sum that is an infinity is not narrow: -2⁶² twice.
    seen >= 0 && out.bounded(n)
}

/// Difference.
pub(super) fn sub(arch: Arch, n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    if !both_narrow(&a, &b) {
        return false;
    }
    let plain = |x: i64, y: i64, seen: &mut i64| {
        let s = x.wrapping_sub(y);
        *seen |= far(s);
        s
    };
    if a.points && b.points {
        return zip(arch, a.lo, b.lo, out.low(n), plain) >= 0 && out.pointed(n);
    }
    let bound = |infinity: i64, other: i64| {
        move |x: i64, y: i64, seen: &mut i64| {
            let s = x.wrapping_sub(y);
            let s = if (x == infinity) | (y == other) { infinity } else { s };
            *seen |= far_but(s, infinity);
            s
        }
    };
    let seen = zip(arch, a.lo, b.hi, out.low(n), bound(NEG_INF, INF)) | zip(arch, a.hi, b.lo, out.high(n), bound(INF, NEG_INF));
    seen >= 0 && out.bounded(n)
}

/// Opposite.
pub(super) fn neg(arch: Arch, n: usize, a: Num<'_>, out: &mut Register) -> Done {
    let zero = Num { lo: Rows::Same(0), hi: Rows::Same(0), points: true, narrow: true };
    sub(arch, n, zero, a, out)
}

/// Smaller or greater of two.
pub(super) fn extreme(arch: Arch, n: usize, smallest: bool, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    if !both_narrow(&a, &b) {
        return false;
    }
    let each = |x: Rows<'_, i64>, y: Rows<'_, i64>, to: &mut [i64]| match smallest {
        true => zip(arch, x, y, to, |x, y, _| if x < y { x } else { y }),
        false => zip(arch, x, y, to, |x, y, _| if x > y { x } else { y }),
    };
    each(a.lo, b.lo, out.low(n));
    if a.points && b.points {
        return out.pointed(n);
    }
    each(a.hi, b.hi, out.high(n));
    out.bounded(n)
}

/// A division by a whole number above 1 as a multiplication: exact for what lies under 2⁶².
#[derive(Debug, Clone, Copy)]
pub(super) struct Divisor {
    d: u64,
    magic: u64,
    shift: u32,
}

impl Divisor {
    /// None under 3, where nothing needs it, and for what is too large to be a step or a rate.
    pub(super) fn new(d: u64) -> Option<Self> {
        if !(3..1 << 61).contains(&d) {
            return None;
        }
        // 2^(bits-1) < d <= 2^bits.
        let bits = u64::BITS - (d - 1).leading_zeros();
        let magic = u64::try_from((1u128 << (62 + bits)) / u128::from(d) + 1).ok()?;
        Some(Self { d, magic, shift: bits - 2 })
    }

    /// Whole part of a quotient, for a dividend under 2⁶².
    #[inline(always)]
    pub(super) const fn quotient(self, u: u64) -> u64 {
        let high = ((u as u128 * self.magic as u128) >> 64) as u64;
        // Wrapping, here and in every wide loop: a shift that is checked is a way out of the loop, which is then not wide.
        high.wrapping_shr(self.shift)
    }
}

/// Times `times` and divided by `by`, rounded half away from zero: a rate, a number of months, a quotient by a constant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ratio {
    times: i64,
    by: Option<Divisor>,
    /// Greatest magnitude whose product is narrow.
    most: i64,
}

impl Ratio {
    /// `num / den`, neither zero nor infinite.
    pub(super) fn new(num: i64, den: i64) -> Option<Self> {
        let finite = |x: i64| x != 0 && x > -super::register::LIMIT && x < super::register::LIMIT;
        if !finite(num) || !finite(den) {
            return None;
        }
        let (mut a, mut b) = (num.unsigned_abs(), den.unsigned_abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        let (mut times, mut by) = (num.unsigned_abs() / a, den.unsigned_abs() / a);
        if by == 2 {
            (times, by) = (times * 2, 4);
        }
        let divisor = if by == 1 { None } else { Some(Divisor::new(by)?) };
        let room = super::register::LIMIT - 1 - i64::try_from(by / 2).ok()?;
        let times = i64::try_from(times).ok()?;
        let most = room / times;
        Some(Self { times: if (num < 0) == (den < 0) { times } else { -times }, by: divisor, most })
    }

    #[inline(always)]
    fn of(self, x: i64, seen: &mut i64) -> i64 {
        *seen |= x.wrapping_add(self.most) | self.most.wrapping_sub(x);
        let p = x.wrapping_mul(self.times);
        match self.by {
            None => p,
            Some(by) => {
                let sign = p >> 63;
                // Magnitude, without the overflow check of `abs`.
                let u = (p ^ sign).wrapping_sub(sign) as u64;
                let q = by.quotient(u.wrapping_add(by.d / 2)) as i64;
                (q ^ sign).wrapping_sub(sign)
            }
        }
    }
}

fn scaled(arch: Arch, n: usize, a: Num<'_>, ratio: Ratio, out: &mut Register) -> Done {
    // Two loops, so that the whole multiples have no division in theirs.
    let run = |x: Rows<'_, i64>, to: &mut [i64], from: i64, infinity: i64| match ratio.by {
        None => {
            let ratio = Ratio { by: None, ..ratio };
            map(arch, x, to, move |x, seen| {
                let mut bad = 0;
                let y = ratio.of(x, &mut bad);
                *seen |= if x == from { 0 } else { bad };
                if x == from { infinity } else { y }
            })
        }
        Some(by) => map(arch, x, to, move |x, seen| {
            let mut bad = 0;
            let y = Ratio { by: Some(by), ..ratio }.of(x, &mut bad);
            *seen |= if x == from { 0 } else { bad };
            if x == from { infinity } else { y }
        }),
    };
    if a.points {
        let seen = match ratio.by {
            None => {
                let ratio = Ratio { by: None, ..ratio };
                map(arch, a.lo, out.low(n), move |x, seen| ratio.of(x, seen))
            }
            Some(by) => map(arch, a.lo, out.low(n), move |x, seen| Ratio { by: Some(by), ..ratio }.of(x, seen)),
        };
        return seen >= 0 && out.pointed(n);
    }
    let seen = if ratio.times > 0 {
        run(a.lo, out.low(n), NEG_INF, NEG_INF) | run(a.hi, out.high(n), INF, INF)
    } else {
        run(a.hi, out.low(n), INF, NEG_INF) | run(a.lo, out.high(n), NEG_INF, INF)
    };
    seen >= 0 && out.bounded(n)
}

/// Product of two points: whole parts apart, so that it fits in 64 bits.
#[inline(always)]
fn product(x: i64, y: i64, seen: &mut i64) -> i64 {
    let (xq, xr, yq, yr) = (x / SCALE, x % SCALE, y / SCALE, y % SCALE);
    let p = xr.wrapping_mul(yr);
    let half = if p < 0 { -(SCALE / 2) } else { SCALE / 2 };
    let (a, o) = xq.overflowing_mul(y);
    // Of the sign of the product, like every other part: rounding the last part rounds the whole.
    let rest = xr.wrapping_mul(yq).wrapping_add(p.wrapping_add(half) / SCALE);
    // `xr·yq` is under 10⁸ · 2⁶²⁄10⁸: it fits.
    *seen |= if o { -1 } else { far(a) };
    let s = a.wrapping_add(rest);
    *seen |= far(s);
    s
}

/// Product.
pub(super) fn mul(arch: Arch, n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    if !both_narrow(&a, &b) {
        return false;
    }
    let (a, b) = if a.one().is_some() { (b, a) } else { (a, b) };
    if let Some(c) = b.one() {
        if c == 0 {
            out.low(n).fill(0);
            return out.pointed(n);
        }
        return Ratio::new(c, SCALE).is_some_and(|r| scaled(arch, n, a, r, out));
    }
    if a.points && b.points {
        return zip(arch, a.lo, b.lo, out.low(n), product) >= 0 && out.pointed(n);
    }
    wide(n, a, b, out, |x, y| {
        let finite = |x: i64| x != INF;
        if x.lo >= 0 && y.lo >= 0 && finite(x.hi) && finite(y.hi) {
            let mut seen = 0;
            let r = Interval::new(product(x.lo, y.lo, &mut seen), product(x.hi, y.hi, &mut seen));
            if seen >= 0 { r } else { x.mul(y) }
        } else {
            x.mul(y)
        }
    })
}

/// Quotient.
pub(super) fn div(arch: Arch, n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    if !both_narrow(&a, &b) {
        return false;
    }
    if let Some(c) = b.one().filter(|c| *c != 0) {
        return Ratio::new(SCALE, c).is_some_and(|r| scaled(arch, n, a, r, out));
    }
    wide(n, a, b, out, |x, y| {
        // Within 64 bits where the dividend is small.
        match x.lo.checked_mul(SCALE) {
            Some(p) if x.lo == x.hi && y.lo == y.hi && y.lo != 0 => {
                let (q, r) = (p / y.lo, p % y.lo);
                let up = r.unsigned_abs() >= y.lo.unsigned_abs() - r.unsigned_abs();
                let sign = if (p < 0) == (y.lo < 0) { 1 } else { -1 };
                Interval::point(if up { q + sign } else { q })
            }
            _ => x.div(y),
        }
    })
}

/// Element by element, where no loop is simple.
fn wide(n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register, f: impl Fn(Interval, Interval) -> Interval) -> Done {
    let (lo, hi) = out.both(n);
    for (i, (lo, hi)) in lo.iter_mut().zip(hi).enumerate() {
        let (Some(al), Some(ah), Some(bl), Some(bh)) = (a.lo.at(i), a.hi.at(i), b.lo.at(i), b.hi.at(i)) else { return false };
        let r = f(Interval::new(al, ah), Interval::new(bl, bh));
        (*lo, *hi) = (r.lo, r.hi);
    }
    out.n = n;
    out.look_at_both();
    true
}

/// Rounded to a step.
pub(super) fn round(arch: Arch, n: usize, a: Num<'_>, step: i64, how: Rounding, out: &mut Register) -> Done {
    // What is added so that a remainder is that of a number above zero.
    let most = 1i64 << 60;
    let Some(by) = u64::try_from(step).ok().filter(|d| *d < 1 << 59).and_then(Divisor::new) else { return false };
    if !a.narrow {
        return false;
    }
    let base = most / step * step;
    let limit = base - 1;
    let one = move |x: i64, seen: &mut i64| {
        *seen |= x.wrapping_add(limit) | limit.wrapping_sub(x);
        let u = x.wrapping_add(base);
        let r = u.wrapping_sub((by.quotient(u as u64) as i64).wrapping_mul(step));
        let up = match how {
            Rounding::Down => false,
            Rounding::Up => r > 0,
            Rounding::Nearest => (r > step.wrapping_sub(r)) | ((r == step.wrapping_sub(r)) & (x > 0)),
        };
        x.wrapping_sub(r).wrapping_add(if up { step } else { 0 })
    };
    if a.points {
        return map(arch, a.lo, out.low(n), one) >= 0 && out.pointed(n);
    }
    let bound = |infinity: i64| {
        move |x: i64, seen: &mut i64| {
            let mut bad = 0;
            let y = one(x, &mut bad);
            *seen |= if x == infinity { 0 } else { bad };
            if x == infinity { infinity } else { y }
        }
    };
    let seen = map(arch, a.lo, out.low(n), bound(NEG_INF)) | map(arch, a.hi, out.high(n), bound(INF));
    seen >= 0 && out.bounded(n)
}

/// Comparison, as truths. Infinities compare like any bound, so that any register may be read.
pub(super) fn compare(arch: Arch, n: usize, op: Cmp, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    out.n = n;
    // What `>` and `>=` say is what the others say the other way round.
    let (op, a, b) = match op {
        Cmp::Gt => (Cmp::Lt, b, a),
        Cmp::Ge => (Cmp::Le, b, a),
        other => (other, a, b),
    };
    if a.points && b.points {
        let to = out.truths(n);
        match op {
            Cmp::Eq => zip(arch, a.lo, b.lo, to, |x, y, _| u8::from(x == y) << 1),
            Cmp::Ne => zip(arch, a.lo, b.lo, to, |x, y, _| u8::from(x != y) << 1),
            Cmp::Le => zip(arch, a.lo, b.lo, to, |x, y, _| u8::from(x <= y) << 1),
            _ => zip(arch, a.lo, b.lo, to, |x, y, _| u8::from(x < y) << 1),
        };
        return true;
    }
    match op {
        Cmp::Lt | Cmp::Le => {
            // Surely, and perhaps: two loops of one comparison each, then the better of both.
            let strict = op == Cmp::Lt;
            let (sure, maybe) = out.two_truths(n);
            if strict {
                zip(arch, a.hi, b.lo, sure, |x, y, _| u8::from(x < y) << 1);
                zip(arch, a.lo, b.hi, maybe, |x, y, _| u8::from(x < y));
            } else {
                zip(arch, a.hi, b.lo, sure, |x, y, _| u8::from(x <= y) << 1);
                zip(arch, a.lo, b.hi, maybe, |x, y, _| u8::from(x <= y));
            }
            out.join_truths(arch, n);
        }
        _ => {
            let equal = op != Cmp::Ne;
            let mut all = true;
            for (i, o) in out.truths(n).iter_mut().enumerate() {
                let (Some(al), Some(ah), Some(bl), Some(bh)) = (a.lo.at(i), a.hi.at(i), b.lo.at(i), b.hi.at(i)) else {
                    all = false;
                    break;
                };
                let t = Interval::new(al, ah).eq(Interval::new(bl, bh));
                *o = crate::eval::column::byte(if equal { t } else { t.not() });
            }
            return all;
        }
    }
    true
}

/// Choice by a truth; where it is unknown, everything that either may be.
pub(super) fn choose(arch: Arch, n: usize, c: Rows<'_, u8>, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    let Rows::Each(c) = c else { return false };
    if !both_narrow(&a, &b) {
        return false;
    }
    if a.points && b.points && !super::lanes::has(arch, Rows::Each(c), 1) {
        select(arch, c, a.lo, b.lo, out.low(n), |c, x, y| if c == 2 { x } else { y });
        return out.pointed(n);
    }
    select(arch, c, a.lo, b.lo, out.low(n), |c, x, y| {
        let least = if x < y { x } else { y };
        let one = if c == 2 { x } else { y };
        if c == 1 { least } else { one }
    });
    select(arch, c, a.hi, b.hi, out.high(n), |c, x, y| {
        let most = if x > y { x } else { y };
        let one = if c == 2 { x } else { y };
        if c == 1 { most } else { one }
    });
    out.bounded(n)
}

/// The first where it is one value.
pub(super) fn coalesce(n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    wide(n, a, b, out, |x, y| if x.is_point() { x } else { y })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;
    use recours_rules::number;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn a_ratio_is_the_product_or_quotient(x in -9_000_000_000_000i64..9_000_000_000_000, c in prop_oneof![-2_000i64..2_000, (-400i64..400).prop_map(|k| k * SCALE), (1i64..10_000).prop_map(|k| k * 10_000), Just(SCALE / 2)]) {
            prop_assume!(c != 0);
            let mut seen = 0;
            if let Some(r) = Ratio::new(c, SCALE) {
                let y = r.of(x, &mut seen);
                if seen >= 0 { prop_assert_eq!(y, number::mul(x, c)); }
            }
            let mut seen = 0;
            if let Some(r) = Ratio::new(SCALE, c) {
                let y = r.of(x, &mut seen);
                if seen >= 0 { prop_assert_eq!(Some(y), number::div(x, c)); }
            }
        }

        #[test]
        fn a_product_by_parts_is_the_product(x in -9_000_000_000_000i64..9_000_000_000_000, y in -9_000_000_000_000i64..9_000_000_000_000) {
            let mut seen = 0;
            let p = product(x, y, &mut seen);
            if seen >= 0 { prop_assert_eq!(p, number::mul(x, y)); }
        }

        #[test]
        fn a_division_by_a_multiplication_is_exact(u in 0u64..1 << 62, d in prop_oneof![3u64..1_000, 3u64..1 << 60, (1u32..18).prop_map(|k| 10u64.pow(k))]) {
            prop_assert_eq!(Divisor::new(d).unwrap().quotient(u), u / d);
        }

        #[test]
        fn a_rounding_is_the_rounding(x in -(1i64 << 59)..1 << 59, step in prop_oneof![3i64..5_000, Just(SCALE), Just(SCALE / 100)]) {
            for how in [Rounding::Nearest, Rounding::Down, Rounding::Up] {
                let mut out = Register::default();
                let a = [x];
                let num = Num { lo: Rows::Each(&a), hi: Rows::Each(&a), points: true, narrow: true };
                prop_assert!(round(Arch::new(), 1, num, step, how, &mut out));
                prop_assert_eq!(out.lo[0], number::round_to(x, step, how));
            }
        }
    }
}

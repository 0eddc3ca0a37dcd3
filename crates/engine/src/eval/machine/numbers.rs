//! Arithmetic on numbers, block by block, in plain loops; what is too great for a narrow register is done by the slow kernels.

use super::lanes::{Rows, select, zip};
use super::register::Register;
use super::span::{Span, most, told};
use pulp::Arch;
use recours_rules::interval::Interval;
use recours_rules::parser::Cmp;

/// A number as a kernel reads it.
#[derive(Clone, Copy)]
pub(super) struct Num<'a> {
    pub(super) lo: Rows<'a, i64>,
    /// The same rows as `lo` where all are points.
    pub(super) hi: Rows<'a, i64>,
    pub(super) points: bool,
    pub(super) narrow: bool,
    /// When it is narrow.
    pub(super) span: Span,
}

impl Num<'_> {
    /// The one value that everybody has.
    pub(super) fn one(&self) -> Option<i64> {
        match self.lo {
            Rows::Same(x) if self.points && self.narrow => Some(x),
            _ => None,
        }
    }

    /// How great points really are; what they may be at most, of bounds.
    pub(super) fn greatest(&self) -> i64 {
        match self.lo {
            Rows::Each(v) if self.points => most(v),
            _ => self.span.most,
        }
    }

    /// Bounds of a row of a narrow register, as the plain evaluator writes them.
    #[inline(always)]
    fn told(&self, i: usize) -> Option<Interval> {
        Some(told(self.lo.at(i)?, self.hi.at(i)?))
    }
}

impl Rows<'_, i64> {
    /// Whether one is below zero.
    pub(super) fn below_zero(&self, arch: Arch) -> bool {
        match self {
            Rows::Same(x) => *x < 0,
            Rows::Each(v) => {
                super::lanes::wide(
                    arch,
                    #[inline(always)]
                    || v.iter().fold(0, |all, x| all | x),
                ) < 0
            }
        }
    }
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
    let span = a.span.plus(b.span);
    zip(arch, a.lo, b.lo, out.low(n), |x, y, _| x.wrapping_add(y));
    if a.points && b.points {
        return out.pointed(n, span.most);
    }
    zip(arch, a.hi, b.hi, out.high(n), |x, y, _| x.wrapping_add(y));
    out.bounded(n, span)
}

/// Difference.
pub(super) fn sub(arch: Arch, n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    if !both_narrow(&a, &b) {
        return false;
    }
    let span = a.span.plus(b.span);
    zip(arch, a.lo, b.hi, out.low(n), |x, y, _| x.wrapping_sub(y));
    if a.points && b.points {
        return out.pointed(n, span.most);
    }
    zip(arch, a.hi, b.lo, out.high(n), |x, y, _| x.wrapping_sub(y));
    out.bounded(n, span)
}

/// Opposite.
pub(super) fn neg(arch: Arch, n: usize, a: Num<'_>, out: &mut Register) -> Done {
    let zero = Num { lo: Rows::Same(0), hi: Rows::Same(0), points: true, narrow: true, span: Span::default() };
    sub(arch, n, zero, a, out)
}

/// Smaller or greater of two.
pub(super) fn extreme(arch: Arch, n: usize, smallest: bool, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    if !both_narrow(&a, &b) {
        return false;
    }
    let span = a.span.or(b.span);
    let each = |x: Rows<'_, i64>, y: Rows<'_, i64>, to: &mut [i64]| match smallest {
        true => zip(arch, x, y, to, |x, y, _| if x < y { x } else { y }),
        false => zip(arch, x, y, to, |x, y, _| if x > y { x } else { y }),
    };
    each(a.lo, b.lo, out.low(n));
    if a.points && b.points {
        return out.pointed(n, span.most);
    }
    each(a.hi, b.hi, out.high(n));
    out.bounded(n, span)
}

/// Element by element, where no loop is simple; of narrow registers.
pub(super) fn wide(n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register, f: impl Fn(Interval, Interval) -> Interval) -> Done {
    let (lo, hi) = out.both(n);
    for (i, (lo, hi)) in lo.iter_mut().zip(hi).enumerate() {
        let (Some(x), Some(y)) = (a.told(i), b.told(i)) else { return false };
        let r = f(x, y);
        (*lo, *hi) = (r.lo, r.hi);
    }
    out.n = n;
    out.look_at_both();
    true
}

/// Comparison, as truths. Bounds that are not there compare like any, each on its own side.
pub(super) fn compare(arch: Arch, n: usize, op: Cmp, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    if !both_narrow(&a, &b) {
        return false;
    }
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
            // From either side: 2 when it is surely before, 1 when it may be equal at most.
            let (first, second) = out.two_truths(n);
            zip(arch, a.hi, b.lo, first, |x, y, _| (u8::from(x < y) << 1) | u8::from(x <= y));
            zip(arch, b.hi, a.lo, second, |x, y, _| (u8::from(x < y) << 1) | u8::from(x <= y));
            let (equal, other) = if op == Cmp::Ne { (0, 2) } else { (2, 0) };
            let (to, half) = out.two_truths(n);
            super::lanes::wide(
                arch,
                #[inline(always)]
                || {
                    for (o, h) in to.iter_mut().zip(half.iter()) {
                        // At most equal from both sides is equal.
                        let same = if *o & *h & 1 == 1 { equal } else { 1 };
                        *o = if (*o | *h) & 2 == 2 { other } else { same };
                    }
                },
            );
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
    let span = a.span.or(b.span);
    if !super::lanes::has(arch, Rows::Each(c), 1) {
        select(arch, c, a.lo, b.lo, out.low(n), |c, x, y| if c == 2 { x } else { y });
        if a.points && b.points {
            return out.pointed(n, span.most);
        }
        select(arch, c, a.hi, b.hi, out.high(n), |c, x, y| if c == 2 { x } else { y });
        return out.bounded(n, span);
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
    out.bounded(n, span)
}

/// The first where it is one value.
pub(super) fn coalesce(n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register) -> Done {
    both_narrow(&a, &b) && wide(n, a, b, out, |x, y| if x.is_point() { x } else { y })
}

#[cfg(test)]
mod tests {
    use super::super::span::{LIMIT, TIMES};
    use super::*;
    use crate::plan::Shape;
    use recours_rules::number::{INF, NEG_INF};

    fn given(lo: &[i64], hi: &[i64]) -> Register {
        let mut r = Register::default();
        r.lo.extend_from_slice(lo);
        r.hi.extend_from_slice(hi);
        r.settle(Shape::Num, lo.len());
        r
    }

    fn read(r: &Register) -> Num<'_> {
        Num {
            lo: Rows::Each(&r.lo),
            hi: Rows::Each(if r.points { &r.lo } else { &r.hi }),
            points: r.points,
            narrow: r.narrow,
            span: r.span,
        }
    }

    #[test]
    fn a_bound_that_is_not_there_stays_so_however_often_it_is_added_or_taken_away() {
        let (lo, hi) = ([5, NEG_INF, -7, NEG_INF], [5, INF, INF, 9]);
        let x = given(&lo, &hi);
        let (mut sum, mut difference) = (given(&[0; 4], &[0; 4]), given(&[0; 4], &[0; 4]));
        let times = 5 * TIMES;
        for _ in 0..times {
            let mut next = Register::default();
            assert!(add(Arch::new(), 4, read(&sum), read(&x), &mut next));
            sum = std::mem::take(&mut next);
            assert!(sub(Arch::new(), 4, read(&difference), read(&x), &mut next));
            difference = next;
        }
        let all = |r: &Register| (0..4).map(|i| read(r).told(i)).collect::<Vec<_>>();
        let bounds = |l: i64, h: i64| Some(Interval::new(l, h));
        assert_eq!(all(&sum), [bounds(5 * times, 5 * times), bounds(NEG_INF, INF), bounds(-7 * times, INF), bounds(NEG_INF, 9 * times)]);
        assert_eq!(
            all(&difference),
            [bounds(-5 * times, -5 * times), bounds(NEG_INF, INF), bounds(NEG_INF, 7 * times), bounds(-9 * times, INF)]
        );
    }

    #[test]
    fn what_is_too_great_is_left_to_the_slow_kernel() {
        let (half, one) = (given(&[LIMIT / 2, 1], &[]), given(&[1, 1], &[]));
        let mut out = Register::default();
        assert!(add(Arch::new(), 2, read(&half), read(&one), &mut out));
        assert!(!add(Arch::new(), 2, read(&half), read(&half), &mut out));
        assert!(!given(&[LIMIT], &[]).narrow);
        assert!(!given(&[INF], &[]).narrow);
        assert!(given(&[LIMIT - 2, NEG_INF], &[LIMIT - 2, INF]).narrow);
    }
}

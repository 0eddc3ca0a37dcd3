//! Dates, block by block.

use super::lanes::{Rows, has, map, select, zip};
use super::months::Months;
use super::numbers::{Done, Num, compare as compare_bounds, far};
use super::order::Order;
use super::register::Register;
use crate::reference::dates::{NONE, pick as pick_one};
use pulp::Arch;
use recours_rules::date;
use recours_rules::interval::Interval;
use recours_rules::number::{INF, NEG_INF, SCALE};
use recours_rules::parser::Cmp;
use recours_rules::truth::Truth;
use recours_rules::workdays;

/// Dates as a kernel reads them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dates<'a> {
    pub(super) days: Num<'a>,
    /// Whether there is none.
    pub(super) absent: Rows<'a, u8>,
    /// None is ever absent.
    pub(super) plain: bool,
}

impl Dates<'_> {
    #[inline(always)]
    fn at(&self, i: usize) -> Option<(Interval, Truth)> {
        Some((Interval::new(self.days.lo.at(i)?, self.days.hi.at(i)?), crate::eval::column::truth(self.absent.at(i)?)))
    }

    /// A row of which everything is known counts as one: there, or known not to be.
    fn known(&self, arch: Arch) -> bool {
        self.days.points && (self.plain || !has(arch, self.absent, 1))
    }
}

/// Whether there is none, copied.
fn same_absence(arch: Arch, n: usize, d: &Dates<'_>, out: &mut Register) {
    out.plain = d.plain;
    if !d.plain {
        map(arch, d.absent, out.truths(n), |x, _| x);
    }
}

/// Comparison: false where one is known to be none.
pub(super) fn compare(arch: Arch, n: usize, op: Cmp, a: Dates<'_>, b: Dates<'_>, out: &mut Register) -> Done {
    if !compare_bounds(arch, n, op, a.days, b.days, out) {
        return false;
    }
    for side in [a, b].into_iter().filter(|d| !d.plain) {
        let to = out.truths(n);
        match side.absent {
            Rows::Each(absent) => super::lanes::wide(
                arch,
                #[inline(always)]
                || {
                    for (o, x) in to.iter_mut().zip(absent) {
                        *o = (*o).min(2u8.wrapping_sub(*x));
                    }
                },
            ),
            Rows::Same(x) => to.iter_mut().for_each(|o| *o = (*o).min(2 - x.min(2))),
        }
    }
    true
}

/// Earlier or later of two; one that is none does not count.
pub(super) fn pick(arch: Arch, n: usize, earliest: bool, a: Dates<'_>, b: Dates<'_>, out: &mut Register) -> Done {
    if !(a.days.narrow && b.days.narrow) {
        return false;
    }
    if a.plain && b.plain {
        return super::numbers::extreme(arch, n, earliest, a.days, b.days, out);
    }
    if a.known(arch) && b.known(arch) {
        // The bounds of what is none are passed on like any, as the plain evaluator does.
        let (wins, _) = out.two_truths(n);
        match earliest {
            true => zip(arch, a.days.lo, b.days.lo, wins, |x, y, _| u8::from(x <= y)),
            false => zip(arch, a.days.lo, b.days.lo, wins, |x, y, _| u8::from(x >= y)),
        };
        zip_half(arch, n, a.absent, b.absent, out);
        let (first, lo) = out.half_and_low(n);
        select(arch, first, a.days.lo, b.days.lo, lo, |first, x, y| if first != 0 { x } else { y });
        zip(arch, a.absent, b.absent, out.truths(n), |p, q, _| p.min(q));
        out.pointed(n);
        out.plain = false;
        return true;
    }
    let (lo, hi, absent) = out.dates(n);
    for (i, ((lo, hi), absent)) in lo.iter_mut().zip(hi).zip(absent).enumerate() {
        let (Some(x), Some(y)) = (a.at(i), b.at(i)) else { return false };
        let (r, none) = pick_one(earliest, x, y);
        (*lo, *hi, *absent) = (r.lo, r.hi, crate::eval::column::byte(none));
    }
    out.bounded(n);
    out.plain = false;
    true
}

/// The first is the one: the second is none, or the first is there and wins.
fn zip_half(arch: Arch, n: usize, a: Rows<'_, u8>, b: Rows<'_, u8>, out: &mut Register) {
    let (wins, half) = out.two_truths(n);
    zip(arch, a, b, half, |p, q, _| (u8::from(q == 2) << 1) | u8::from(p == 0));
    super::lanes::wide(
        arch,
        #[inline(always)]
        || {
            for (h, w) in half.iter_mut().zip(wins.iter()) {
                *h = (*h >> 1) | (*h & *w);
            }
        },
    );
}

/// Choice by a truth.
pub(super) fn choose(arch: Arch, n: usize, c: Rows<'_, u8>, a: Dates<'_>, b: Dates<'_>, out: &mut Register) -> Done {
    let Rows::Each(c) = c else { return false };
    if a.plain && b.plain {
        return super::numbers::choose(arch, n, Rows::Each(c), a.days, b.days, out);
    }
    if !(a.days.narrow && b.days.narrow) {
        return false;
    }
    if !has(arch, Rows::Each(c), 1) {
        select(arch, c, a.days.lo, b.days.lo, out.low(n), |c, x, y| if c == 2 { x } else { y });
        select(arch, c, a.absent, b.absent, out.truths(n), |c, x, y| if c == 2 { x } else { y });
        if a.days.points && b.days.points {
            out.pointed(n);
        } else {
            select(arch, c, a.days.hi, b.days.hi, out.high(n), |c, x, y| if c == 2 { x } else { y });
            out.bounded(n);
        }
        out.plain = false;
        return true;
    }
    // Where the choice is open and one is known to be none, the bounds are the other's.
    let (way, _) = out.two_truths(n);
    way.iter_mut().zip(c).for_each(|(w, c)| *w = *c);
    zip_way(arch, n, a.absent, b.absent, out);
    let (way, lo, hi) = out.half_and_both(n);
    select(arch, way, a.days.lo, b.days.lo, lo, |c, x, y| {
        let least = if x < y { x } else { y };
        let one = if c == 2 { x } else { y };
        if c == 1 { least } else { one }
    });
    select(arch, way, a.days.hi, b.days.hi, hi, |c, x, y| {
        let most = if x > y { x } else { y };
        let one = if c == 2 { x } else { y };
        if c == 1 { most } else { one }
    });
    select(arch, c, a.absent, b.absent, out.truths(n), |c, p, q| {
        let one = if c == 2 { p } else { q };
        if (c == 1) & (p != q) { 1 } else { one }
    });
    out.bounded(n);
    out.plain = false;
    true
}

/// From the choice in the first half, whose bounds count: 2 the first's, 0 the second's, 1 both.
fn zip_way(arch: Arch, n: usize, a: Rows<'_, u8>, b: Rows<'_, u8>, out: &mut Register) {
    let (choice, half) = out.two_truths(n);
    // Both none: the first's, as the plain evaluator says.
    zip(arch, a, b, half, |p, q, _| {
        let second = if p == 2 { 0 } else { 1 };
        if q == 2 { 2 } else { second }
    });
    super::lanes::wide(
        arch,
        #[inline(always)]
        || {
            for (h, c) in half.iter_mut().zip(choice.iter()) {
                *h = if *c == 1 { *h } else { *c };
            }
        },
    );
}

/// Completed units between two dates, from the latest birth to the earliest.
fn units(n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register, f: impl Fn(i64, i64) -> i64) -> Done {
    if a.points && b.points {
        if !(a.narrow && b.narrow) {
            return false;
        }
        let mut bad = 0;
        let mut all = true;
        for (i, o) in out.low(n).iter_mut().enumerate() {
            let (Some(x), Some(y)) = (a.lo.at(i), b.lo.at(i)) else {
                all = false;
                break;
            };
            let v = f(x, y);
            bad |= v.wrapping_add(1 << 35) | (1i64 << 35).wrapping_sub(v);
            *o = v.wrapping_mul(SCALE);
        }
        return all && bad >= 0 && out.pointed(n);
    }
    let mut bad = 0;
    let mut one = |none: bool, infinity: i64, x: i64, y: i64| {
        if none {
            return infinity;
        }
        let v = f(x, y);
        bad |= v.wrapping_add(1 << 35) | (1i64 << 35).wrapping_sub(v);
        v.wrapping_mul(SCALE)
    };
    let (lo, hi) = out.both(n);
    for (i, (lo, hi)) in lo.iter_mut().zip(hi).enumerate() {
        let (Some(al), Some(ah), Some(bl), Some(bh)) = (a.lo.at(i), a.hi.at(i), b.lo.at(i), b.hi.at(i)) else { return false };
        *lo = one(ah == INF || bl == NEG_INF, NEG_INF, ah, bl);
        *hi = one(al == NEG_INF || bh == INF, INF, al, bh);
    }
    bad >= 0 && a.narrow && b.narrow && out.bounded(n)
}

/// Completed years.
pub(super) fn years(n: usize, a: Dates<'_>, b: Dates<'_>, out: &mut Register) -> Done {
    let t = Months::table();
    units(n, a.days, b.days, out, |from, to| t.years(from, to))
}

/// Completed months.
pub(super) fn months(n: usize, a: Dates<'_>, b: Dates<'_>, out: &mut Register) -> Done {
    let t = Months::table();
    units(n, a.days, b.days, out, |from, to| t.between(from, to))
}

/// Days from the first to the second.
pub(super) fn days_between(n: usize, a: Dates<'_>, b: Dates<'_>, out: &mut Register) -> Done {
    units(n, a.days, b.days, out, |from, to| to.wrapping_sub(from))
}

/// Dates moved by counts.
fn shift(arch: Arch, n: usize, d: Dates<'_>, k: Num<'_>, out: &mut Register, f: impl Fn(i64, i64) -> i64) -> Done {
    if !(d.days.narrow && k.narrow) {
        return false;
    }
    if d.days.points && k.points {
        let mut beyond = 0;
        let to = out.low(n);
        let mut put = |o: &mut i64, x: i64, k: i64| {
            let v = f(x, k);
            beyond |= v.wrapping_sub(date::FIRST) | date::LAST.wrapping_sub(v) | far(v);
            *o = v;
        };
        match (d.days.lo, k.lo) {
            (Rows::Each(x), Rows::Same(k)) => {
                let k = k.div_euclid(SCALE);
                to.iter_mut().zip(x).for_each(|(o, x)| put(o, *x, k));
            }
            (Rows::Each(x), Rows::Each(k)) => to.iter_mut().zip(x).zip(k).for_each(|((o, x), k)| put(o, *x, k.div_euclid(SCALE))),
            (Rows::Same(x), Rows::Each(k)) => to.iter_mut().zip(k).for_each(|(o, k)| put(o, x, k.div_euclid(SCALE))),
            (Rows::Same(_), Rows::Same(_)) => return false,
        }
        if beyond < 0 {
            return false;
        }
        out.pointed(n);
        same_absence(arch, n, &d, out);
        return true;
    }
    let (lo, hi) = out.both(n);
    for (i, (lo, hi)) in lo.iter_mut().zip(hi).enumerate() {
        let (Some(dl), Some(dh), Some(kl), Some(kh)) = (d.days.lo.at(i), d.days.hi.at(i), k.lo.at(i), k.hi.at(i)) else { return false };
        let moved = |d: i64, k: i64| f(d, k.div_euclid(SCALE));
        let (low, high) = (dl == NEG_INF || kl == NEG_INF, dh == INF || kh == INF);
        let first = if low { 0 } else { moved(dl, kl) };
        let second = match (high, dl == dh && kl == kh) {
            (true, _) => 0,
            (_, true) => first,
            _ => moved(dh, kh),
        };
        let (l, h) = (if low { NEG_INF } else { first.min(date::LAST) }, if high { INF } else { second.max(date::FIRST) });
        (*lo, *hi) = (if l < date::FIRST { NEG_INF } else { l }, if h > date::LAST { INF } else { h });
    }
    out.bounded(n);
    same_absence(arch, n, &d, out);
    true
}

/// Months later.
pub(super) fn add_months(arch: Arch, n: usize, d: Dates<'_>, k: Num<'_>, out: &mut Register) -> Done {
    let t = Months::table();
    shift(arch, n, d, k, out, |d, k| t.add(d, k))
}

/// Days later.
pub(super) fn add_days(arch: Arch, n: usize, d: Dates<'_>, k: Num<'_>, out: &mut Register) -> Done {
    shift(arch, n, d, k, out, i64::wrapping_add)
}

/// Working days later.
pub(super) fn add_workdays(arch: Arch, n: usize, d: Dates<'_>, k: Num<'_>, out: &mut Register) -> Done {
    shift(arch, n, d, k, out, workdays::add)
}

/// First or last day of the month.
pub(super) fn month_bound(arch: Arch, n: usize, d: Dates<'_>, last: bool, out: &mut Register) -> Done {
    if !d.days.narrow {
        return false;
    }
    let t = Months::table();
    let side = |rows: Rows<'_, i64>, to: &mut [i64], infinity: i64| {
        map(arch, rows, to, |x, _| {
            if x == infinity {
                infinity
            } else if last {
                t.end(x)
            } else {
                t.start(x)
            }
        })
    };
    // No point is an infinity in a narrow register.
    side(d.days.lo, out.low(n), NEG_INF);
    if d.days.points {
        out.pointed(n);
    } else {
        side(d.days.hi, out.high(n), INF);
        out.bounded(n);
    }
    same_absence(arch, n, &d, out);
    true
}

/// Known to be none.
pub(super) fn is_absent(arch: Arch, n: usize, d: Dates<'_>, out: &mut Register) -> Done {
    map(arch, if d.plain { Rows::Same(0) } else { d.absent }, out.truths(n), |x, _| x);
    out.n = n;
    true
}

/// Earliest or latest of each foyer; none when nobody has one.
pub(super) fn fold(order: &Order, d: Dates<'_>, earliest: bool, out: &mut Register) -> Done {
    if !d.days.narrow {
        return false;
    }
    let n = order.foyers().len();
    let (lo, hi, absent) = out.dates(n);
    for (f, ((lo, hi), absent)) in lo.iter_mut().zip(hi).zip(absent).enumerate() {
        let mut acc = NONE;
        for p in super::folds::persons(order, f) {
            let Some(x) = d.at(p) else { return false };
            acc = pick_one(earliest, acc, x);
        }
        (*lo, *hi, *absent) = (acc.0.lo, acc.0.hi, crate::eval::column::byte(acc.1));
    }
    out.bounded(n);
    out.plain = out.bytes.iter().take(n).all(|b| *b == 0);
    true
}

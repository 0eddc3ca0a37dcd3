//! Dates, block by block.

use super::calendar::Calendar;
use super::lanes::{Rows, has, map, select, zip};
use super::numbers::{Done, Num, compare as compare_bounds};
use super::order::Order;
use super::register::Register;
use super::span::{EDGE, FAR, LIMIT, Span, size};
use crate::reference::dates::{NONE, pick as pick_one};
use pulp::Arch;
use recours_rules::date;
use recours_rules::interval::Interval;
use recours_rules::number::SCALE;
use recours_rules::parser::Cmp;
use recours_rules::truth::Truth;
use recours_rules::workdays;

/// Dates as a kernel reads them.
#[derive(Clone, Copy)]
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
    let span = a.days.span.or(b.days.span);
    let (first, second) = out.two_truths(n);
    match earliest {
        true => {
            zip(arch, a.days.hi, b.days.lo, first, |x, y, _| u8::from(x <= y));
            zip(arch, b.days.hi, a.days.lo, second, |y, x, _| u8::from(y <= x));
        }
        false => {
            zip(arch, a.days.lo, b.days.hi, first, |x, y, _| u8::from(x >= y));
            zip(arch, b.days.lo, a.days.hi, second, |y, x, _| u8::from(y >= x));
        }
    }
    ways(arch, n, a.absent, b.absent, out);
    // The bounds of what is none are passed on like any, as the plain evaluator does.
    let (way, lo, hi) = out.half_and_both(n);
    if a.days.points && b.days.points && !open(arch, way) {
        select(arch, way, a.days.lo, b.days.lo, lo, |w, x, y| if w & FIRST != 0 { x } else { y });
        zip(arch, a.absent, b.absent, out.truths(n), |p, q, _| p.min(q));
        let narrow = out.pointed(n, span.most);
        out.plain = false;
        return narrow;
    }
    match earliest {
        true => {
            select(arch, way, a.days.lo, b.days.lo, lo, |w, x, y| of(w, x, y, if x < y { x } else { y }));
            select(arch, way, a.days.hi, b.days.hi, hi, |w, x, y| {
                let most = if x > y { x } else { y };
                of(w, x, y, there(w, x, y, most, |a, b| if a < b { a } else { b }))
            });
        }
        false => {
            select(arch, way, a.days.lo, b.days.lo, lo, |w, x, y| {
                let least = if x < y { x } else { y };
                of(w, x, y, there(w, x, y, least, |a, b| if a > b { a } else { b }))
            });
            select(arch, way, a.days.hi, b.days.hi, hi, |w, x, y| of(w, x, y, if x > y { x } else { y }));
        }
    }
    zip(arch, a.absent, b.absent, out.truths(n), |p, q, _| p.min(q));
    let narrow = out.bounded(n, span);
    out.plain = false;
    narrow
}

/// Surely the first, surely the second; the first is there, the second is.
const FIRST: u8 = 1;
const SECOND: u8 = 2;
const A_THERE: u8 = 4;
const B_THERE: u8 = 8;

/// From who would win, in both halves, which of two dates is the one ([`crate::reference::dates::decided`]), in the second.
fn ways(arch: Arch, n: usize, a: Rows<'_, u8>, b: Rows<'_, u8>, out: &mut Register) {
    let (wins, half) = out.two_truths(n);
    super::lanes::wide(
        arch,
        #[inline(always)]
        || {
            for (w, h) in wins.iter_mut().zip(half.iter()) {
                *w |= *h << 1;
            }
        },
    );
    zip(arch, a, b, half, |p, q, _| {
        let there = (u8::from(p == 0) * A_THERE) | (u8::from(q == 0) * B_THERE);
        there | u8::from(q == 2) | (u8::from(p == 2) << 1)
    });
    super::lanes::wide(
        arch,
        #[inline(always)]
        || {
            for (h, w) in half.iter_mut().zip(wins.iter()) {
                let first = *h | ((*h >> 2) & *w);
                let second = *h | ((*h >> 2) & *w & SECOND);
                let first = first & FIRST;
                let second = second & SECOND & !(first << 1);
                *h = (*h & (A_THERE | B_THERE)) | first | second;
            }
        },
    );
}

/// Whether neither is surely the one somewhere.
fn open(arch: Arch, way: &[u8]) -> bool {
    super::lanes::wide(
        arch,
        #[inline(always)]
        || way.iter().fold(0u8, |any, w| any | u8::from(*w & (FIRST | SECOND) == 0)),
    ) != 0
}

/// A bound of the one, or what it is while either may be.
#[inline(always)]
fn of(way: u8, x: i64, y: i64, either: i64) -> i64 {
    let other = if way & SECOND != 0 { y } else { either };
    if way & FIRST != 0 { x } else { other }
}

/// A date that is there bounds the answer on its side, whether or not the other is.
#[inline(always)]
fn there(way: u8, x: i64, y: i64, either: i64, better: impl Fn(i64, i64) -> i64) -> i64 {
    let first = if way & A_THERE != 0 { better(either, x) } else { either };
    if way & B_THERE != 0 { better(first, y) } else { first }
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
    let span = a.days.span.or(b.days.span);
    if !has(arch, Rows::Each(c), 1) {
        select(arch, c, a.days.lo, b.days.lo, out.low(n), |c, x, y| if c == 2 { x } else { y });
        select(arch, c, a.absent, b.absent, out.truths(n), |c, x, y| if c == 2 { x } else { y });
        let narrow = if a.days.points && b.days.points {
            out.pointed(n, span.most)
        } else {
            select(arch, c, a.days.hi, b.days.hi, out.high(n), |c, x, y| if c == 2 { x } else { y });
            out.bounded(n, span)
        };
        out.plain = false;
        return narrow;
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
    let narrow = out.bounded(n, span);
    out.plain = false;
    narrow
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

/// Completed units between two dates, from the latest birth to the earliest; at most as many as there are days.
fn units(n: usize, a: Num<'_>, b: Num<'_>, out: &mut Register, f: impl Fn(i64, i64) -> i64) -> Done {
    if !(a.narrow && b.narrow) {
        return false;
    }
    let mut all = 0;
    let mut count = |x: i64, y: i64| {
        let v = f(x, y);
        all |= size(v);
        v.wrapping_mul(SCALE)
    };
    if a.points && b.points {
        let to = out.low(n);
        match (a.lo, b.lo) {
            (Rows::Each(x), Rows::Same(y)) => to.iter_mut().zip(x).for_each(|(o, x)| *o = count(*x, y)),
            (Rows::Each(x), Rows::Each(y)) => to.iter_mut().zip(x).zip(y).for_each(|((o, x), y)| *o = count(*x, *y)),
            (Rows::Same(x), Rows::Each(y)) => to.iter_mut().zip(y).for_each(|(o, y)| *o = count(x, *y)),
            (Rows::Same(_), Rows::Same(_)) => return false,
        }
        return (all < LIMIT / SCALE - 1) && out.pointed(n, (all + 1) * SCALE);
    }
    let (lo, hi) = out.both(n);
    for (i, (lo, hi)) in lo.iter_mut().zip(hi).enumerate() {
        let (Some(al), Some(ah), Some(bl), Some(bh)) = (a.lo.at(i), a.hi.at(i), b.lo.at(i), b.hi.at(i)) else { return false };
        *lo = if ah >= EDGE || bl <= -EDGE { -FAR } else { count(ah, bl) };
        *hi = match (al <= -EDGE || bh >= EDGE, al == ah && bl == bh) {
            (true, _) => FAR,
            (_, true) => *lo,
            _ => count(al, bh),
        };
    }
    (all < LIMIT / SCALE - 1) && out.bounded(n, Span { most: (all + 1) * SCALE, times: 1 })
}

/// Completed years.
pub(super) fn years(n: usize, a: Dates<'_>, b: Dates<'_>, out: &mut Register) -> Done {
    let t = Calendar::table();
    units(n, a.days, b.days, out, |from, to| t.years(from, to))
}

/// Completed months.
pub(super) fn months(n: usize, a: Dates<'_>, b: Dates<'_>, out: &mut Register) -> Done {
    let t = Calendar::table();
    units(n, a.days, b.days, out, |from, to| t.between(from, to))
}

/// Days from the first to the second.
pub(super) fn days_between(n: usize, a: Dates<'_>, b: Dates<'_>, out: &mut Register) -> Done {
    units(n, a.days, b.days, out, |from, to| to.wrapping_sub(from))
}

/// What dates of the calendar are at most.
const CALENDAR: i64 = if date::LAST > -date::FIRST { date::LAST } else { -date::FIRST };

/// One side of dates moved by counts.
#[inline(always)]
fn sides(d: Rows<'_, i64>, k: Rows<'_, i64>, to: &mut [i64], f: impl Fn(i64, i64) -> i64) {
    match (d, k) {
        (Rows::Each(d), Rows::Same(k)) => to.iter_mut().zip(d).for_each(|(o, d)| *o = f(*d, k)),
        (Rows::Each(d), Rows::Each(k)) => to.iter_mut().zip(d).zip(k).for_each(|((o, d), k)| *o = f(*d, *k)),
        (Rows::Same(d), Rows::Each(k)) => to.iter_mut().zip(k).for_each(|(o, k)| *o = f(d, *k)),
        (Rows::Same(d), Rows::Same(k)) => to.fill(f(d, k)),
    }
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
            beyond |= v.wrapping_sub(date::FIRST) | date::LAST.wrapping_sub(v);
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
        let narrow = out.pointed(n, CALENDAR);
        same_absence(arch, n, &d, out);
        return narrow;
    }
    let (lo, hi) = out.both(n);
    sides(d.days.lo, k.lo, lo, |d, k| {
        let v = if d <= -EDGE || k <= -EDGE { date::FIRST - 1 } else { f(d, k.div_euclid(SCALE)).min(date::LAST) };
        if v < date::FIRST { -FAR } else { v }
    });
    sides(d.days.hi, k.hi, hi, |d, k| {
        let v = if d >= EDGE || k >= EDGE { date::LAST + 1 } else { f(d, k.div_euclid(SCALE)).max(date::FIRST) };
        if v > date::LAST { FAR } else { v }
    });
    let narrow = out.bounded(n, Span { most: CALENDAR, times: 1 });
    same_absence(arch, n, &d, out);
    narrow
}

/// Months later.
pub(super) fn add_months(arch: Arch, n: usize, d: Dates<'_>, k: Num<'_>, out: &mut Register) -> Done {
    let t = Calendar::table();
    shift(arch, n, d, k, out, |d, k| t.add(d, k))
}

/// Days later.
pub(super) fn add_days(arch: Arch, n: usize, d: Dates<'_>, k: Num<'_>, out: &mut Register) -> Done {
    shift(arch, n, d, k, out, i64::wrapping_add)
}

/// Working days later.
pub(super) fn add_workdays(arch: Arch, n: usize, d: Dates<'_>, k: Num<'_>, out: &mut Register) -> Done {
    let t = workdays::Counted::table();
    shift(arch, n, d, k, out, |d, k| t.add(d, k))
}

/// First or last day of the month.
pub(super) fn month_bound(arch: Arch, n: usize, d: Dates<'_>, last: bool, out: &mut Register) -> Done {
    if !d.days.narrow {
        return false;
    }
    let t = Calendar::table();
    let side = |rows: Rows<'_, i64>, to: &mut [i64], far: i64| match last {
        true => map(arch, rows, to, |x, _| if size(x) >= EDGE - 1 { far } else { t.end(x) }),
        false => map(arch, rows, to, |x, _| if size(x) >= EDGE - 1 { far } else { t.start(x) }),
    };
    let span = Span { most: d.days.span.most.saturating_add(31), ..d.days.span };
    side(d.days.lo, out.low(n), -FAR);
    let narrow = if d.days.points {
        out.pointed(n, span.most)
    } else {
        side(d.days.hi, out.high(n), FAR);
        out.bounded(n, span)
    };
    same_absence(arch, n, &d, out);
    narrow
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
    let narrow = out.bounded(n, d.days.span);
    out.plain = out.bytes.iter().take(n).all(|b| *b == 0);
    narrow
}

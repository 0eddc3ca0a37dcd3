//! From persons to foyers and back, block by block.

use super::lanes::Rows;
use super::numbers::{Done, Num, far};
use super::register::Register;
use recours_rules::interval::Interval;
use recours_rules::number::{INF, NEG_INF, SCALE};

/// Where each foyer's persons begin, and end.
fn foyers(offsets: &[usize]) -> impl Iterator<Item = (usize, usize)> + '_ {
    offsets.iter().zip(offsets.iter().skip(1)).map(|(a, b)| (*a, *b))
}

/// The foyer's value for each of its persons.
pub(super) fn spread<T: Copy>(offsets: &[usize], a: &[T], out: &mut [T]) {
    let mut rest = out;
    for ((from, to), x) in foyers(offsets).zip(a) {
        let Some((mine, others)) = rest.split_at_mut_checked(to - from) else { return };
        mine.iter_mut().for_each(|o| *o = *x);
        rest = others;
    }
}

/// One value of each foyer from those of its persons.
fn each<T: Copy, O>(offsets: &[usize], a: Rows<'_, T>, out: &mut [O], start: O, f: impl Fn(O, T) -> O)
where
    O: Copy,
{
    match a {
        Rows::Each(v) => {
            let mut rest = v;
            for ((from, to), o) in foyers(offsets).zip(out) {
                let Some((mine, others)) = rest.split_at_checked(to - from) else { return };
                *o = mine.iter().fold(start, |acc, x| f(acc, *x));
                rest = others;
            }
        }
        Rows::Same(x) => {
            for ((from, to), o) in foyers(offsets).zip(out) {
                *o = (from..to).fold(start, |acc, _| f(acc, x));
            }
        }
    }
}

/// Sum.
pub(super) fn sum(offsets: &[usize], a: Num<'_>, out: &mut Register) -> Done {
    let n = offsets.len().saturating_sub(1);
    if !a.narrow {
        return false;
    }
    let bound = |rows: Rows<'_, i64>, to: &mut [i64], infinity: i64| {
        let seen = std::cell::Cell::new(0);
        each(offsets, rows, to, 0, |acc: i64, x| {
            let s = acc.wrapping_add(x);
            let s = if acc == infinity || x == infinity { infinity } else { s };
            seen.set(seen.get() | if s == infinity { 0 } else { far(s) });
            s
        });
        seen.get()
    };
    if a.points {
        if let Rows::Each(v) = a.lo
            && running(offsets, v, out)
        {
            return out.pointed(n);
        }
        let seen = std::cell::Cell::new(0);
        each(offsets, a.lo, out.low(n), 0, |acc: i64, x| {
            let s = acc.wrapping_add(x);
            seen.set(seen.get() | far(s));
            s
        });
        return seen.get() >= 0 && out.pointed(n);
    }
    let seen = bound(a.lo, out.low(n), NEG_INF) | bound(a.hi, out.high(n), INF);
    seen >= 0 && out.bounded(n)
}

/// Sums of points as differences of one running sum: no loop for each foyer. False where a sum might not fit.
fn running(offsets: &[usize], v: &[i64], out: &mut Register) -> bool {
    let crowd = foyers(offsets).map(|(from, to)| to - from).max().unwrap_or(0);
    // The bits of the greatest size, and those that as many members add.
    let sizes = v.iter().fold(0u64, |all, x| all | (x ^ (x >> 63)) as u64);
    if (64 - sizes.leading_zeros()) + (usize::BITS - crowd.leading_zeros()) > 61 {
        return false;
    }
    let n = offsets.len().saturating_sub(1);
    let mut sums = std::mem::take(&mut out.hi);
    sums.clear();
    sums.push(0);
    let mut total = 0i64;
    // The whole sum may wrap: differences that fit come out right all the same.
    sums.extend(v.iter().map(|x| {
        total = total.wrapping_add(*x);
        total
    }));
    let at = |o: usize| sums.get(o).copied().unwrap_or(total);
    for ((from, to), o) in foyers(offsets).zip(out.low(n)) {
        *o = at(to).wrapping_sub(at(from));
    }
    out.hi = sums;
    true
}

/// For each foyer: how many of its persons are true, how many are not false, and how many there are. Two running counts in one
/// word, so that a foyer's are a difference of two words and no loop of its own.
fn tally<'a>(offsets: &'a [usize], a: Rows<'_, u8>, scratch: &'a mut Vec<u64>) -> impl Iterator<Item = (u64, u64, u64)> + 'a {
    let mut total = 0u64;
    let mut add = |x: u8| {
        total += u64::from(x >> 1) | (u64::from((x | (x >> 1)) & 1) << 32);
        total
    };
    scratch.clear();
    scratch.push(0);
    match a {
        Rows::Each(v) => scratch.extend(v.iter().map(|x| add(*x))),
        Rows::Same(x) => scratch.extend((0..offsets.last().copied().unwrap_or(0)).map(|_| add(x))),
    }
    let at = move |o: usize| scratch.get(o).copied().unwrap_or(total);
    foyers(offsets).map(move |(from, to)| {
        let both = at(to) - at(from);
        (both & u64::from(u32::MAX), both >> 32, (to - from) as u64)
    })
}

/// How many.
pub(super) fn count(offsets: &[usize], a: Rows<'_, u8>, out: &mut Register) -> Done {
    let n = offsets.len().saturating_sub(1);
    let mut scratch = std::mem::take(&mut out.codes);
    let (lo, hi) = out.both(n);
    let mut apart = 0;
    for ((sure, maybe, _), (lo, hi)) in tally(offsets, a, &mut scratch).zip(lo.iter_mut().zip(hi)) {
        apart |= sure ^ maybe;
        (*lo, *hi) = (sure as i64 * SCALE, maybe as i64 * SCALE);
    }
    out.codes = scratch;
    if apart == 0 { out.pointed(n) } else { out.bounded(n) }
}

/// Whether one.
pub(super) fn any(offsets: &[usize], a: Rows<'_, u8>, out: &mut Register) -> Done {
    truths(offsets, a, out, |sure, maybe, _| u8::from(sure > 0) + u8::from(maybe > 0))
}

/// Whether all.
pub(super) fn all(offsets: &[usize], a: Rows<'_, u8>, out: &mut Register) -> Done {
    truths(offsets, a, out, |sure, maybe, all| u8::from(sure == all) + u8::from(maybe == all))
}

fn truths(offsets: &[usize], a: Rows<'_, u8>, out: &mut Register, f: impl Fn(u64, u64, u64) -> u8) -> Done {
    let n = offsets.len().saturating_sub(1);
    let mut scratch = std::mem::take(&mut out.codes);
    for (o, (sure, maybe, all)) in out.truths(n).iter_mut().zip(tally(offsets, a, &mut scratch)) {
        *o = f(sure, maybe, all);
    }
    out.codes = scratch;
    out.n = n;
    true
}

/// Smallest or greatest over members, some of whom may not be; `empty` is the value for nobody.
pub(super) fn extreme(offsets: &[usize], member: Rows<'_, u8>, value: Num<'_>, empty: Num<'_>, smallest: bool, out: &mut Register) -> Done {
    let n = offsets.len().saturating_sub(1);
    let better = |a: Interval, b: Interval| if smallest { a.min(b) } else { a.max(b) };
    let at = |v: &Num<'_>, i: usize| Some(Interval::new(v.lo.at(i)?, v.hi.at(i)?));
    let (lo, hi) = out.both(n);
    for ((f, (from, to)), (lo, hi)) in foyers(offsets).enumerate().zip(lo.iter_mut().zip(hi)) {
        let of = |wanted: u8| (from..to).filter(move |p| member.at(*p) == Some(wanted)).filter_map(|p| at(&value, p));
        let sure = of(2).reduce(better);
        let Some(start) = sure.or_else(|| at(&empty, f)) else { return false };
        let r = of(1).fold(start, |acc, v| {
            let with = if sure.is_some() { better(acc, v) } else { acc.hull(v) };
            acc.hull(with)
        });
        (*lo, *hi) = (r.lo, r.hi);
    }
    out.n = n;
    out.look_at_both();
    true
}

//! From persons to foyers and back, block by block: one sweep for each rank of persons ([`Order`]).

use super::lanes::Rows;
use super::numbers::{Done, Num};
use super::order::Order;
use super::register::Register;
use super::span::{EDGE, FAR, LIMIT, Span};
use pulp::Arch;
use recours_rules::interval::Interval;
use recours_rules::number::SCALE;

/// The foyer's value for each of its persons.
pub(super) fn spread<T: Copy>(order: &Order, a: &[T], out: &mut [T]) {
    for (start, len) in order.ranks() {
        if let (Some(to), Some(from)) = (out.get_mut(*start..start + len), a.get(..*len)) {
            to.copy_from_slice(from);
        }
    }
}

/// Adds each person's value to what its foyer has so far; what `f` gathered bit by bit.
#[inline(always)]
fn each<T: Copy, O: Copy>(arch: Arch, order: &Order, a: Rows<'_, T>, out: &mut [O], f: impl Fn(O, T, &mut i64) -> O) -> i64 {
    super::lanes::wide(
        arch,
        #[inline(always)]
        || {
            let mut seen = 0;
            for (start, len) in order.ranks() {
                let to = out.get_mut(..*len).unwrap_or_default();
                match a {
                    Rows::Each(v) => {
                        for (o, x) in to.iter_mut().zip(v.get(*start..start + len).unwrap_or_default()) {
                            *o = f(*o, *x, &mut seen);
                        }
                    }
                    Rows::Same(x) => {
                        for o in to {
                            *o = f(*o, x, &mut seen);
                        }
                    }
                }
            }
            seen
        },
    )
}

/// The persons of the foyer that stands at a place.
pub(super) fn persons(order: &Order, foyer: usize) -> impl Iterator<Item = usize> + '_ {
    order.ranks().iter().take_while(move |(_, len)| foyer < *len).map(move |(start, _)| start + foyer)
}

/// Sum.
pub(super) fn sum(arch: Arch, order: &Order, a: Num<'_>, out: &mut Register) -> Done {
    let n = order.foyers().len();
    if !a.narrow {
        return false;
    }
    let persons = i64::try_from(order.ranks().len()).unwrap_or(i64::MAX);
    let span = Span { most: a.span.most.saturating_mul(persons), times: a.span.times.saturating_mul(persons) };
    if span.most > 2 * LIMIT {
        return false;
    }
    let to = out.low(n);
    to.fill(0);
    each(arch, order, a.lo, to, plus);
    if a.points {
        return out.pointed(n, span.most);
    }
    let to = out.high(n);
    to.fill(0);
    each(arch, order, a.hi, to, plus);
    out.bounded(n, Span { times: 1, ..span })
}

/// A sum so far and one more; a bound that is not there is written again as it goes, so that no number of persons wraps.
#[inline(always)]
fn plus(acc: i64, x: i64, _: &mut i64) -> i64 {
    let s = acc.wrapping_add(x);
    let low = if s <= -EDGE { -FAR } else { s };
    if s >= EDGE { FAR } else { low }
}

/// How many.
pub(super) fn count(arch: Arch, order: &Order, a: Rows<'_, u8>, out: &mut Register) -> Done {
    let n = order.foyers().len();
    let lo = out.low(n);
    lo.fill(0);
    each(
        arch,
        order,
        a,
        lo,
        #[inline(always)]
        |o: i64, x, _| o.wrapping_add(i64::from(x >> 1).wrapping_mul(SCALE)),
    );
    let most = SCALE.saturating_mul(i64::try_from(order.ranks().len()).unwrap_or(i64::MAX));
    if !super::lanes::has(arch, a, 1) {
        return out.pointed(n, most);
    }
    let hi = out.high(n);
    hi.fill(0);
    each(
        arch,
        order,
        a,
        hi,
        #[inline(always)]
        |o: i64, x, _| o.wrapping_add(i64::from((x | (x >> 1)) & 1).wrapping_mul(SCALE)),
    );
    out.bounded(n, Span::points(most))
}

/// Whether one.
pub(super) fn any(arch: Arch, order: &Order, a: Rows<'_, u8>, out: &mut Register) -> Done {
    truths(
        arch,
        order,
        a,
        out,
        0,
        #[inline(always)]
        |o, x, _| o.max(x),
    )
}

/// Whether all.
pub(super) fn all(arch: Arch, order: &Order, a: Rows<'_, u8>, out: &mut Register) -> Done {
    truths(
        arch,
        order,
        a,
        out,
        2,
        #[inline(always)]
        |o, x, _| o.min(x),
    )
}

fn truths(arch: Arch, order: &Order, a: Rows<'_, u8>, out: &mut Register, nobody: u8, f: impl Fn(u8, u8, &mut i64) -> u8) -> Done {
    let n = order.foyers().len();
    let to = out.truths(n);
    to.fill(nobody);
    each(arch, order, a, to, f);
    out.n = n;
    true
}

/// Smallest or greatest over members, some of whom may not be; `empty` is the value for nobody.
pub(super) fn extreme(
    arch: Arch,
    order: &Order,
    member: Rows<'_, u8>,
    value: Num<'_>,
    empty: Num<'_>,
    smallest: bool,
    out: &mut Register,
) -> Done {
    let n = order.foyers().len();
    if !(value.narrow && empty.narrow) {
        return false;
    }
    let span = value.span.or(empty.span);
    if value.points && empty.points && !super::lanes::has(arch, member, 1) {
        known(arch, order, member, value.lo, empty.lo, smallest, out);
        return out.pointed(n, span.most);
    }
    let better = |a: i64, b: i64| if smallest { a.min(b) } else { a.max(b) };
    let at = |v: &Num<'_>, i: usize| Some(Interval::new(v.lo.at(i)?, v.hi.at(i)?));
    let (lo, hi) = out.both(n);
    for (f, (lo, hi)) in lo.iter_mut().zip(hi).enumerate() {
        // Over those who surely are, and over those who may be.
        let (mut sure, mut maybe) = (None, None);
        let mut outer = None;
        for p in persons(order, f) {
            let (Some(m), Some(v)) = (member.at(p), at(&value, p)) else { return false };
            if m == 0 {
                continue;
            }
            let best = |acc: Option<Interval>| acc.map_or(v, |a| Interval::new(better(a.lo, v.lo), better(a.hi, v.hi)));
            outer = Some(best(outer));
            if m == 2 {
                sure = Some(best(sure));
            } else {
                maybe = Some(maybe.map_or(v, |a: Interval| a.hull(v)));
            }
        }
        let r = match (sure, outer) {
            // Who may be can only make it better.
            (Some(s), Some(o)) if smallest => Interval::new(o.lo, s.hi),
            (Some(s), Some(o)) => Interval::new(s.lo, o.hi),
            _ => {
                let Some(nobody) = at(&empty, f) else { return false };
                maybe.map_or(nobody, |m| nobody.hull(m))
            }
        };
        (*lo, *hi) = (r.lo, r.hi);
    }
    out.bounded(n, span)
}

/// As [`extreme`] where everything is known, which narrow points and sure members are.
fn known(arch: Arch, order: &Order, member: Rows<'_, u8>, value: Rows<'_, i64>, empty: Rows<'_, i64>, smallest: bool, out: &mut Register) {
    // Beyond every narrow value: who is no member never wins.
    let worst = if smallest { i64::MAX } else { i64::MIN };
    let persons = order.persons().len();
    let mut counted = std::mem::take(&mut out.hi);
    counted.clear();
    counted.resize(persons, worst);
    super::lanes::zip(arch, member, value, &mut counted, |m, v, _| if m == 2 { v } else { worst });
    let to = out.low(order.foyers().len());
    to.fill(worst);
    match smallest {
        true => each(
            arch,
            order,
            Rows::Each(&counted),
            to,
            #[inline(always)]
            |o, x: i64, _| if x < o { x } else { o },
        ),
        false => each(
            arch,
            order,
            Rows::Each(&counted),
            to,
            #[inline(always)]
            |o, x: i64, _| if x > o { x } else { o },
        ),
    };
    for (f, o) in to.iter_mut().enumerate().filter(|(_, o)| **o == worst) {
        *o = empty.at(f).unwrap_or(worst);
    }
    out.hi = counted;
}

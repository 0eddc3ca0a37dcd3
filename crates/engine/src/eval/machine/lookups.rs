//! Entries of tables, block by block.

use super::lanes::Rows;
use super::numbers::{Done, Num};
use super::register::Register;
use super::span::{EDGE, told};
use crate::reference::{entry, lookup};
use crate::value::May;
use recours_rules::interval::Interval;
use recours_rules::number::{INF, SCALE};
use recours_rules::parameters::Value;
use recours_rules::truth::Truth;

/// Entry for a number, whole parts only.
pub(super) fn by_number(n: usize, table: &Value, index: Num<'_>, out: &mut Register) -> Done {
    let Value::Table { entries, beyond } = table else { return false };
    let Rows::Each(lo) = index.lo else { return false };
    let whole = |x: i64| (x / SCALE).max(0);
    if index.points {
        if !index.narrow {
            return false;
        }
        for (o, x) in out.low(n).iter_mut().zip(lo) {
            *o = entry(entries, *beyond, whole(*x));
        }
        out.n = n;
        out.look_at_points();
        return true;
    }
    let (true, Rows::Each(hi)) = (index.narrow, index.hi) else { return false };
    // Where a table only rises, its bounds are those of its index.
    let rises = *beyond >= 0 && entries.iter().fold((true, 0), |(rises, before), e| (rises && *e >= before, *e)).0;
    let past = i64::try_from(entries.len()).unwrap_or(0) + 1;
    let (low, high) = out.both(n);
    for (((o, p), l), h) in low.iter_mut().zip(high).zip(lo).zip(hi) {
        let r = if rises {
            let from = if *l <= -EDGE { 0 } else { whole(*l) };
            let to = match (*h >= EDGE, *beyond > 0) {
                (false, _) => entry(entries, *beyond, whole(*h)),
                (true, true) => INF,
                (true, false) => entry(entries, *beyond, past.max(from)),
            };
            Interval::new(entry(entries, *beyond, from), to)
        } else {
            lookup(table, May::Num(told(*l, *h)))
        };
        (*o, *p) = (r.lo, r.hi);
    }
    out.n = n;
    out.look_at_both();
    true
}

/// Entry for a birth date: of the first line whose day it is before.
pub(super) fn by_birth(n: usize, table: &Value, birth: Num<'_>, out: &mut Register) -> Done {
    let (Value::ByBirth(lines), true, Rows::Each(days)) = (table, birth.narrow, birth.lo) else { return false };
    if !birth.points {
        let Rows::Each(last) = birth.hi else { return false };
        let (low, high) = out.both(n);
        for (((o, p), l), h) in low.iter_mut().zip(high).zip(days).zip(last) {
            let r = lookup(table, May::Date(told(*l, *h), Truth::False));
            (*o, *p) = (r.lo, r.hi);
        }
        out.n = n;
        out.look_at_both();
        return true;
    }
    // Lines are in the order of their days, and the last has none: otherwise each is looked at, slowly.
    let ordered = lines.iter().zip(lines.iter().skip(1)).all(|(a, b)| a.0.is_some() && b.0.is_none_or(|b| a.0 < Some(b)));
    let (true, Some((None, last))) = (ordered, lines.last()) else { return false };
    let to = out.low(n);
    to.fill(*last);
    for (before, value) in lines.iter().rev().filter_map(|(before, value)| Some(((*before)?, *value))) {
        for (o, d) in to.iter_mut().zip(days) {
            *o = if *d < before { value } else { *o };
        }
    }
    out.n = n;
    out.look_at_points();
    true
}

/// Entry for a code.
pub(super) fn by_code(n: usize, table: &Value, index: Rows<'_, u64>, out: &mut Register) -> Done {
    let (Value::ByCode(values), Rows::Each(sets)) = (table, index) else { return false };
    let (low, high) = out.both(n);
    for ((o, p), set) in low.iter_mut().zip(high).zip(sets) {
        let one = (set.count_ones() == 1).then(|| values.get(set.trailing_zeros() as usize)).flatten();
        let r = one.map_or_else(|| lookup(table, May::Code(*set)), |x| Interval::point(*x));
        (*o, *p) = (r.lo, r.hi);
    }
    out.n = n;
    out.look_at_both();
    true
}

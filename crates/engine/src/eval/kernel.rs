//! What each operation does to the columns of a block.

use super::column::{Column, Data, at, byte, truth};
use crate::reference::dates::{age, mapped, pick, shifted};
use crate::reference::lookup;
use crate::value::May;
use recours_rules::date;
use recours_rules::interval::Interval;
use recours_rules::number::{self, INF, NEG_INF, SCALE};
use recours_rules::parameters::Value;
use recours_rules::parser::Cmp;
use recours_rules::truth::Truth;

/// Both operands known everywhere: one pass over points, given up when a result does not fit.
fn points<'a>(a: &'a Column, b: &'a Column) -> Option<(&'a [i64], &'a [i64])> {
    match (&a.data, &b.data) {
        (Data::Num(x, None), Data::Num(y, None)) => Some((x, y)),
        _ => None,
    }
}

fn zip(n: usize, x: &[i64], y: &[i64], f: impl Fn(i64, i64) -> Option<i64>) -> Option<Vec<i64>> {
    match (x, y) {
        ([a], _) if y.len() == n => y.iter().map(|b| f(*a, *b)).collect(),
        (_, [b]) if x.len() == n => x.iter().map(|a| f(*a, *b)).collect(),
        _ if x.len() == n && y.len() == n => x.iter().zip(y).map(|(a, b)| f(*a, *b)).collect(),
        _ => (0..n).map(|i| f(at(x, i)?, at(y, i)?)).collect(),
    }
}

fn finite(x: i64) -> Option<i64> {
    (x != INF && x != NEG_INF).then_some(x)
}

/// Numbers from two numbers.
fn arithmetic(
    n: usize,
    a: &Column,
    b: &Column,
    point: impl Fn(i64, i64) -> Option<i64>,
    wide: impl Fn(Interval, Interval) -> Interval,
) -> Column {
    if let Some(out) = points(a, b).and_then(|(x, y)| zip(n, x, y, point)) {
        return Column { data: Data::Num(out, None) };
    }
    let (lo, hi) = (0..n).map(|i| wide(a.interval(i), b.interval(i))).map(|r| (r.lo, r.hi)).unzip();
    Column::num(lo, hi)
}

/// Sum.
#[must_use]
pub fn add(n: usize, a: &Column, b: &Column) -> Column {
    arithmetic(n, a, b, |x, y| x.checked_add(y).and_then(finite), Interval::add)
}

/// Difference.
#[must_use]
pub fn sub(n: usize, a: &Column, b: &Column) -> Column {
    arithmetic(n, a, b, |x, y| x.checked_sub(y).and_then(finite), Interval::sub)
}

/// Product.
#[must_use]
pub fn mul(n: usize, a: &Column, b: &Column) -> Column {
    arithmetic(n, a, b, |x, y| finite(number::mul(x, y)), Interval::mul)
}

/// Quotient.
#[must_use]
pub fn div(n: usize, a: &Column, b: &Column) -> Column {
    arithmetic(n, a, b, |x, y| number::div(x, y).and_then(finite), Interval::div)
}

fn extreme(n: usize, a: &Column, b: &Column, smallest: bool) -> Column {
    let pick = |x: i64, y: i64| Some(if smallest { x.min(y) } else { x.max(y) });
    if let Some(out) = points(a, b).and_then(|(x, y)| zip(n, x, y, pick)) {
        return Column { data: Data::Num(out, None) };
    }
    let both = if smallest { Interval::min } else { Interval::max };
    let (lo, hi) = (0..n).map(|i| both(a.interval(i), b.interval(i))).map(|r| (r.lo, r.hi)).unzip();
    Column::num(lo, hi)
}

/// Smaller of two.
#[must_use]
pub fn min(n: usize, a: &Column, b: &Column) -> Column {
    extreme(n, a, b, true)
}

/// Greater of two.
#[must_use]
pub fn max(n: usize, a: &Column, b: &Column) -> Column {
    extreme(n, a, b, false)
}

/// Earliest or latest of two dates.
#[must_use]
pub fn pick_date(n: usize, a: &Column, b: &Column, earliest: bool) -> Column {
    dates_of((0..n).map(|i| pick(earliest, a.date_at(i), b.date_at(i))))
}

/// A column of dates, each with whether there is none.
pub fn dates_of(each: impl Iterator<Item = (Interval, Truth)>) -> Column {
    let mut out = (Vec::new(), Vec::new(), Vec::new());
    for (i, absent) in each {
        out.0.push(i.lo);
        out.1.push(i.hi);
        out.2.push(byte(absent));
    }
    Column::date(out.0, out.1, out.2)
}

/// Numbers from one number.
#[must_use]
pub fn map_num(n: usize, a: &Column, f: impl Fn(Interval) -> Interval) -> Column {
    let (lo, hi) = (0..n).map(|i| f(a.interval(i))).map(|r| (r.lo, r.hi)).unzip();
    Column::num(lo, hi)
}

/// Negation.
#[must_use]
pub fn not(n: usize, a: &Column) -> Column {
    let v = (0..n).map(|i| 2 - a.bool_at(i).min(2)).collect();
    Column::bool(v)
}

fn logic(n: usize, a: &Column, b: &Column, f: impl Fn(u8, u8) -> u8) -> Column {
    let v = match (&a.data, &b.data) {
        (Data::Bool(x), Data::Bool(y)) if x.len() == n && y.len() == n => x.iter().zip(y).map(|(p, q)| f(*p, *q)).collect(),
        _ => (0..n).map(|i| f(a.bool_at(i), b.bool_at(i))).collect(),
    };
    Column::bool(v)
}

/// Conjunction.
#[must_use]
pub fn and(n: usize, a: &Column, b: &Column) -> Column {
    logic(n, a, b, u8::min)
}

/// Disjunction.
#[must_use]
pub fn or(n: usize, a: &Column, b: &Column) -> Column {
    logic(n, a, b, u8::max)
}

fn wide_compare(op: Cmp, x: Interval, y: Interval) -> Truth {
    match op {
        Cmp::Eq => x.eq(y),
        Cmp::Ne => x.eq(y).not(),
        Cmp::Lt => x.lt(y),
        Cmp::Le => x.le(y),
        Cmp::Gt => y.lt(x),
        Cmp::Ge => y.le(x),
    }
}

/// Comparison of numbers.
#[must_use]
pub fn compare(n: usize, op: Cmp, a: &Column, b: &Column) -> Column {
    let point = |x: i64, y: i64| {
        Some(match op {
            Cmp::Eq => x == y,
            Cmp::Ne => x != y,
            Cmp::Lt => x < y,
            Cmp::Le => x <= y,
            Cmp::Gt => x > y,
            Cmp::Ge => x >= y,
        })
    };
    if let Some((x, y)) = points(a, b) {
        let one = |i: usize| at(x, i).zip(at(y, i)).and_then(|(p, q)| point(p, q)).map_or(1, |t| 2 * u8::from(t));
        return Column::bool((0..n).map(one).collect());
    }
    let v = (0..n).map(|i| byte(wide_compare(op, a.interval(i), b.interval(i)))).collect();
    Column::bool(v)
}

/// Comparison of dates: false where one is known to be none.
#[must_use]
pub fn compare_dates(n: usize, op: Cmp, a: &Column, b: &Column) -> Column {
    let one = |i: usize| {
        let there = truth(a.absent_at(i)).or(truth(b.absent_at(i))).not();
        byte(wide_compare(op, a.interval(i), b.interval(i)).and(there))
    };
    Column::bool((0..n).map(one).collect())
}

/// The code is in a set.
#[must_use]
pub fn code_in(n: usize, a: &Column, set: u64) -> Column {
    let one = |i: usize| {
        let codes = a.codes_at(i);
        if codes & !set == 0 {
            2
        } else if codes & set == 0 {
            0
        } else {
            1
        }
    };
    Column::bool((0..n).map(one).collect())
}

/// Choice, element by element; where the condition is unknown, everything that either may be.
#[must_use]
pub fn choose(n: usize, c: &Column, a: &Column, b: &Column) -> Column {
    match (&a.data, &b.data) {
        (Data::Num(x, None), Data::Num(y, None)) if (0..n).all(|i| c.bool_at(i) != 1) => {
            let v = (0..n).map(|i| at(if c.bool_at(i) == 2 { x } else { y }, i).unwrap_or(0)).collect();
            Column { data: Data::Num(v, None) }
        }
        (Data::Num(..), _) => {
            let (lo, hi) = (0..n)
                .map(|i| match c.bool_at(i) {
                    2 => a.interval(i),
                    0 => b.interval(i),
                    _ => a.interval(i).hull(b.interval(i)),
                })
                .map(|r| (r.lo, r.hi))
                .unzip();
            Column::num(lo, hi)
        }
        (Data::Date(..), _) => {
            let mut out = (Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n));
            for i in 0..n {
                let (x, p, y, q) = (a.interval(i), a.absent_at(i), b.interval(i), b.absent_at(i));
                let (r, none) = match c.bool_at(i) {
                    2 => (x, p),
                    0 => (y, q),
                    _ => match (p, q) {
                        (2, 2) => (x, 2),
                        (2, _) => (y, 1),
                        (_, 2) => (x, 1),
                        (0, 0) => (x.hull(y), 0),
                        _ => (x.hull(y), 1),
                    },
                };
                out.0.push(r.lo);
                out.1.push(r.hi);
                out.2.push(none);
            }
            Column::date(out.0, out.1, out.2)
        }
        (Data::Bool(_), _) => {
            let one = |i: usize| match c.bool_at(i) {
                2 => a.bool_at(i),
                0 => b.bool_at(i),
                _ if a.bool_at(i) == b.bool_at(i) => a.bool_at(i),
                _ => 1,
            };
            Column::bool((0..n).map(one).collect())
        }
        (Data::Code(_), _) => {
            let one = |i: usize| match c.bool_at(i) {
                2 => a.codes_at(i),
                0 => b.codes_at(i),
                _ => a.codes_at(i) | b.codes_at(i),
            };
            Column { data: Data::Code((0..n).map(one).collect()) }
        }
    }
}

/// The first where it is settled, else the second.
#[must_use]
pub fn coalesce(n: usize, a: &Column, b: &Column) -> Column {
    let keep: Vec<u8> = (0..n).map(|i| 2 * u8::from(a.settled(i))).collect();
    if keep.iter().all(|k| *k == 2) && a.len() == n {
        return a.clone();
    }
    choose(n, &Column::bool(keep), a, b)
}

/// Completed units between two dates.
#[must_use]
pub fn ages(n: usize, a: &Column, b: &Column, f: fn(i64, i64) -> i64) -> Column {
    let (lo, hi) = (0..n).map(|i| age(a.interval(i), b.interval(i), f)).map(|r| (r.lo, r.hi)).unzip();
    Column::num(lo, hi)
}

fn dates(n: usize, absent: &Column, f: impl Fn(usize) -> Interval) -> Column {
    let (lo, hi) = (0..n).map(f).map(|r| (r.lo, r.hi)).unzip();
    let absent = (0..n).map(|i| absent.absent_at(i)).collect();
    Column::date(lo, hi, absent)
}

/// Dates moved by counts.
#[must_use]
pub fn shift(n: usize, d: &Column, k: &Column, f: fn(i64, i64) -> i64) -> Column {
    dates(n, d, |i| shifted(d.interval(i), k.interval(i), f))
}

/// Dates brought to the first or last day of their month.
#[must_use]
pub fn month_bound(n: usize, d: &Column, last: bool) -> Column {
    let f: fn(i64) -> i64 = if last { |d| date::last_day(date::month_of(d)) } else { |d| date::first_day(date::month_of(d)) };
    dates(n, d, |i| mapped(d.interval(i), f))
}

/// Known to be none.
#[must_use]
pub fn is_absent(n: usize, d: &Column) -> Column {
    Column::bool((0..n).map(|i| d.absent_at(i)).collect())
}

/// A fact is known: settled in its column or by its formula, or `supposed` to be. Never false.
#[must_use]
pub fn known(n: usize, fact: &Column, formula: Option<&Column>, supposed: bool) -> Column {
    let there = |i: usize| supposed || fact.settled(i) || formula.is_some_and(|f| f.settled(i));
    Column::bool((0..n).map(|i| 1 + u8::from(there(i))).collect())
}

/// Entries of a table.
#[must_use]
pub fn table(n: usize, t: &Value, index: &Column) -> Column {
    let may = |i: usize| match &index.data {
        Data::Num(..) => May::Num(index.interval(i)),
        Data::Code(_) => May::Code(index.codes_at(i)),
        Data::Date(..) => May::Date(index.interval(i), truth(index.absent_at(i))),
        Data::Bool(_) => May::Truth(truth(index.bool_at(i))),
    };
    let (lo, hi) = (0..n).map(|i| lookup(t, may(i))).map(|r| (r.lo, r.hi)).unzip();
    Column::num(lo, hi)
}

/// One whole when true, nothing when false.
#[must_use]
pub fn counted(n: usize, c: &Column) -> Column {
    let one = |i: usize| match c.bool_at(i) {
        2 => (SCALE, SCALE),
        0 => (0, 0),
        _ => (0, SCALE),
    };
    let (lo, hi) = (0..n).map(one).unzip();
    Column::num(lo, hi)
}

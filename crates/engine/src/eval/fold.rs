//! From persons to foyers and back: the persons of a block stand foyer by foyer.

use super::column::{Column, Data};
use super::kernel::dates_of;
use crate::reference::dates::{NONE, pick};
use recours_rules::interval::Interval;
use recours_rules::number::{add_hi, add_lo};

/// Where each foyer's persons begin in the block; one more entry than foyers.
pub type Offsets<'a> = &'a [usize];

fn foyers(offsets: Offsets<'_>) -> impl Iterator<Item = (usize, usize)> + '_ {
    offsets.iter().zip(offsets.iter().skip(1)).map(|(a, b)| (*a, *b))
}

/// The foyer's value for each of its persons.
#[must_use]
pub fn broadcast(offsets: Offsets<'_>, a: &Column) -> Column {
    let each: Vec<usize> = foyers(offsets).enumerate().flat_map(|(f, (from, to))| std::iter::repeat_n(f, to - from)).collect();
    let spread = |v: &[i64]| each.iter().map(|f| super::column::at(v, *f).unwrap_or(0)).collect::<Vec<i64>>();
    let data = match &a.data {
        Data::Num(lo, hi) => Data::Num(spread(lo), hi.as_ref().map(|h| spread(h))),
        Data::Bool(_) => Data::Bool(each.iter().map(|f| a.bool_at(*f)).collect()),
        Data::Date(lo, hi, absent) => {
            Data::Date(spread(lo), hi.as_ref().map(|h| spread(h)), absent.as_ref().map(|_| each.iter().map(|f| a.absent_at(*f)).collect()))
        }
        Data::Code(_) => Data::Code(each.iter().map(|f| a.codes_at(*f)).collect()),
    };
    Column { data }
}

/// Sum over the persons of each foyer.
#[must_use]
pub fn sum(offsets: Offsets<'_>, a: &Column) -> Column {
    let fold = |(from, to): (usize, usize)| {
        (from..to).fold((0, 0), |(lo, hi), p| {
            let x = a.interval(p);
            (add_lo(lo, x.lo), add_hi(hi, x.hi))
        })
    };
    let (lo, hi) = foyers(offsets).map(fold).unzip();
    Column::num(lo, hi)
}

/// Whether one person.
#[must_use]
pub fn any(offsets: Offsets<'_>, a: &Column) -> Column {
    let v = foyers(offsets).map(|(x, y)| (x..y).map(|p| a.bool_at(p)).max().unwrap_or(0)).collect();
    Column::bool(v)
}

/// Whether all persons.
#[must_use]
pub fn all(offsets: Offsets<'_>, a: &Column) -> Column {
    let v = foyers(offsets).map(|(x, y)| (x..y).map(|p| a.bool_at(p)).min().unwrap_or(2)).collect();
    Column::bool(v)
}

/// Smallest or greatest over members, some of whom may not be; `empty` is the value for nobody.
#[must_use]
pub fn extreme(offsets: Offsets<'_>, member: &Column, value: &Column, empty: &Column, smallest: bool) -> Column {
    // The same steps as the plain evaluator.
    let better = |a: Interval, b: Interval| if smallest { a.min(b) } else { a.max(b) };
    let one = |(f, (from, to)): (usize, (usize, usize))| {
        let sure = (from..to).filter(|p| member.bool_at(*p) == 2).map(|p| value.interval(p)).reduce(better);
        let maybe = (from..to).filter(|p| member.bool_at(*p) == 1).map(|p| value.interval(p));
        let out = maybe.fold(sure.unwrap_or_else(|| empty.interval(f)), |acc, v| {
            let with = if sure.is_some() { better(acc, v) } else { acc.hull(v) };
            acc.hull(with)
        });
        (out.lo, out.hi)
    };
    let (lo, hi) = foyers(offsets).enumerate().map(one).unzip();
    Column::num(lo, hi)
}

/// Earliest or latest date of each foyer; none when nobody has one.
#[must_use]
pub fn pick_date(offsets: Offsets<'_>, a: &Column, earliest: bool) -> Column {
    dates_of(foyers(offsets).map(|(from, to)| (from..to).fold(NONE, |acc, p| pick(earliest, acc, a.date_at(p)))))
}

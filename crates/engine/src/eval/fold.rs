//! From persons to foyers and back: the persons of a block stand foyer by foyer.

use super::column::{Column, Data};
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
    let n = each.len();
    let spread = |v: &[i64]| each.iter().map(|f| super::column::at(v, *f).unwrap_or(0)).collect::<Vec<i64>>();
    let data = match &a.data {
        Data::Num(lo, hi) => Data::Num(spread(lo), hi.as_ref().map(|h| spread(h))),
        Data::Bool(_) => Data::Bool(each.iter().map(|f| a.bool_at(*f)).collect()),
        Data::Date(lo, hi, absent) => {
            Data::Date(spread(lo), hi.as_ref().map(|h| spread(h)), absent.as_ref().map(|_| each.iter().map(|f| a.absent_at(*f)).collect()))
        }
        Data::Code(_) => Data::Code(each.iter().map(|f| a.codes_at(*f)).collect()),
    };
    let out = Column { data, open: None };
    if a.open.is_none() { out } else { out.opened(n, |i| each.get(i).is_some_and(|f| a.open_at(*f))) }
}

fn with_openness(offsets: Offsets<'_>, out: Column, operands: &[&Column]) -> Column {
    if operands.iter().all(|o| o.open.is_none()) {
        return out;
    }
    let marks: Vec<bool> = foyers(offsets).map(|(a, b)| (a..b).any(|p| operands.iter().any(|o| o.open_at(p)))).collect();
    let n = marks.len();
    out.opened(n, |f| marks.get(f).copied().unwrap_or(false))
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
    with_openness(offsets, Column::num(lo, hi), &[a])
}

/// Whether one person.
#[must_use]
pub fn any(offsets: Offsets<'_>, a: &Column) -> Column {
    let v = foyers(offsets).map(|(x, y)| (x..y).map(|p| a.bool_at(p)).max().unwrap_or(0)).collect();
    with_openness(offsets, Column::bool(v), &[a])
}

/// Whether all persons.
#[must_use]
pub fn all(offsets: Offsets<'_>, a: &Column) -> Column {
    let v = foyers(offsets).map(|(x, y)| (x..y).map(|p| a.bool_at(p)).min().unwrap_or(2)).collect();
    with_openness(offsets, Column::bool(v), &[a])
}

/// Smallest or greatest over members, some of whom may not be; `empty` is the value for nobody.
#[must_use]
pub fn extreme(offsets: Offsets<'_>, member: &Column, value: &Column, empty: &Column, smallest: bool) -> Column {
    // The same steps as the plain evaluator, which keeps openness of the one that decides.
    let better = |a: (Interval, bool), b: (Interval, bool)| {
        let (x, y) = (a.0, b.0);
        let (first, second) = if smallest { (x.hi <= y.lo, y.hi <= x.lo) } else { (x.lo >= y.hi, y.lo >= x.hi) };
        if first {
            a
        } else if second {
            b
        } else {
            let r = if smallest { x.min(y) } else { x.max(y) };
            (r, (a.1 || b.1) && !r.is_point())
        }
    };
    let mut out: Vec<(Interval, bool)> = Vec::new();
    for (f, (from, to)) in foyers(offsets).enumerate() {
        let get = |p: usize| (value.interval(p), value.open_at(p));
        let sure = (from..to).filter(|p| member.bool_at(*p) == 2).map(get).reduce(better);
        let mut acc = sure.unwrap_or((empty.interval(f), empty.open_at(f)));
        for p in (from..to).filter(|p| member.bool_at(*p) == 1) {
            let v = get(p);
            let with = if sure.is_some() {
                better(acc, v)
            } else {
                let h = acc.0.hull(v.0);
                (h, (acc.1 || v.1) && !h.is_point())
            };
            let h = acc.0.hull(with.0);
            acc = (h, (acc.1 || with.1 || member.open_at(p)) && !h.is_point());
        }
        out.push(acc);
    }
    let n = out.len();
    let (lo, hi) = out.iter().map(|(i, _)| (i.lo, i.hi)).unzip();
    let column = Column::num(lo, hi);
    if out.iter().any(|(_, o)| *o) { column.opened(n, |i| out.get(i).is_some_and(|x| x.1)) } else { column }
}

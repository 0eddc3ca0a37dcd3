//! Columns of a block: bounds side by side, so that a block in which everything is known pays for one.

use recours_rules::interval::Interval;
use recours_rules::number::{INF, NEG_INF};
use recours_rules::truth::Truth;

/// Values of a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Numbers at scale 10⁻⁸: lower bounds, and upper bounds unless all are points.
    Num(Vec<i64>, Option<Vec<i64>>),
    /// Truths: 0 false, 1 unknown, 2 true (conjunction is the minimum, disjunction the maximum).
    Bool(Vec<u8>),
    /// Dates in days: lower bounds, upper bounds unless all are points, "there is none" unless never.
    Date(Vec<i64>, Option<Vec<i64>>, Option<Vec<u8>>),
    /// Sets of codes.
    Code(Vec<u64>),
}

/// A column of a block: as many values as foyers or persons, or a single one for everybody.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// The values.
    pub data: Data,
}

/// Element of a column that may hold a single value for everybody.
#[inline]
pub fn at<T: Copy>(v: &[T], i: usize) -> Option<T> {
    if v.len() == 1 { v.first().copied() } else { v.get(i).copied() }
}

/// Truth as a byte.
#[must_use]
pub const fn byte(t: Truth) -> u8 {
    match t {
        Truth::False => 0,
        Truth::Unknown => 1,
        Truth::True => 2,
    }
}

/// Byte as a truth.
#[must_use]
pub const fn truth(b: u8) -> Truth {
    match b {
        0 => Truth::False,
        1 => Truth::Unknown,
        _ => Truth::True,
    }
}

impl Column {
    /// Numbers, with upper bounds dropped when all are points.
    #[must_use]
    pub fn num(lo: Vec<i64>, hi: Vec<i64>) -> Self {
        let hi = (lo != hi).then_some(hi);
        Self { data: Data::Num(lo, hi) }
    }

    /// Dates, with what is always the same dropped.
    #[must_use]
    pub fn date(lo: Vec<i64>, hi: Vec<i64>, absent: Vec<u8>) -> Self {
        let hi = (lo != hi).then_some(hi);
        let absent = absent.iter().any(|a| *a != 0).then_some(absent);
        Self { data: Data::Date(lo, hi, absent) }
    }

    /// Truths.
    #[must_use]
    pub const fn bool(v: Vec<u8>) -> Self {
        Self { data: Data::Bool(v) }
    }

    /// Number of values stored.
    #[must_use]
    pub fn len(&self) -> usize {
        match &self.data {
            Data::Num(v, _) | Data::Date(v, ..) => v.len(),
            Data::Bool(v) => v.len(),
            Data::Code(v) => v.len(),
        }
    }

    /// Whether nothing is stored.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Interval of a number or date.
    #[inline]
    #[must_use]
    pub fn interval(&self, i: usize) -> Interval {
        match &self.data {
            Data::Num(lo, hi) | Data::Date(lo, hi, _) => {
                let l = at(lo, i).unwrap_or(i64::MIN);
                Interval::new(l, hi.as_ref().and_then(|h| at(h, i)).unwrap_or(l))
            }
            _ => Interval::ALL,
        }
    }

    /// Truth byte.
    #[inline]
    #[must_use]
    pub fn bool_at(&self, i: usize) -> u8 {
        match &self.data {
            Data::Bool(v) => at(v, i).unwrap_or(1),
            _ => 1,
        }
    }

    /// Whether a date is known to be none, as a truth byte.
    #[inline]
    #[must_use]
    pub fn absent_at(&self, i: usize) -> u8 {
        match &self.data {
            Data::Date(_, _, Some(a)) => at(a, i).unwrap_or(1),
            _ => 0,
        }
    }

    /// A date, and whether there is none.
    #[inline]
    #[must_use]
    pub fn date_at(&self, i: usize) -> (Interval, Truth) {
        (self.interval(i), truth(self.absent_at(i)))
    }

    /// Set of codes.
    #[inline]
    #[must_use]
    pub fn codes_at(&self, i: usize) -> u64 {
        match &self.data {
            Data::Code(v) => at(v, i).unwrap_or(u64::MAX),
            _ => u64::MAX,
        }
    }

    /// Whether an element is settled.
    #[must_use]
    pub fn settled(&self, i: usize) -> bool {
        match &self.data {
            Data::Num(..) => self.interval(i).is_point(),
            Data::Bool(_) => self.bool_at(i) != 1,
            Data::Date(..) => match self.absent_at(i) {
                2 => true,
                1 => false,
                _ => self.interval(i).is_point(),
            },
            Data::Code(_) => self.codes_at(i).count_ones() == 1,
        }
    }

    /// Whether every element is settled.
    #[must_use]
    pub fn all_settled(&self) -> bool {
        let points = |lo: &[i64], hi: &Option<Vec<i64>>| {
            let finite = lo.iter().fold(true, |all, x| all & (*x != NEG_INF) & (*x != INF));
            finite && hi.as_ref().is_none_or(|hi| *hi == lo)
        };
        match &self.data {
            Data::Num(lo, hi) => points(lo, hi),
            Data::Bool(v) => v.iter().fold(true, |all, b| all & (*b != 1)),
            Data::Date(lo, hi, None) => points(lo, hi),
            // Of what is none, the bounds say nothing.
            Data::Date(..) => (0..self.len()).all(|i| self.settled(i)),
            Data::Code(v) => v.iter().fold(true, |all, set| all & (set.count_ones() == 1)),
        }
    }

    /// Rows `from..to`.
    #[must_use]
    pub fn slice(&self, from: usize, to: usize) -> Self {
        fn cut<T: Clone>(v: &[T], from: usize, to: usize) -> Vec<T> {
            v.get(from..to).map(<[T]>::to_vec).unwrap_or_default()
        }
        let data = match &self.data {
            Data::Num(lo, hi) => match hi {
                None => Data::Num(cut(lo, from, to), None),
                Some(h) => return Self::num(cut(lo, from, to), cut(h, from, to)),
            },
            Data::Bool(v) => Data::Bool(cut(v, from, to)),
            Data::Date(lo, hi, absent) => {
                let l = cut(lo, from, to);
                let h = hi.as_ref().map_or_else(|| l.clone(), |h| cut(h, from, to));
                let a = absent.as_ref().map_or_else(|| vec![0; l.len()], |a| cut(a, from, to));
                return Self::date(l, h, a);
            }
            Data::Code(v) => Data::Code(cut(v, from, to)),
        };
        Self { data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_are_settled_when_each_is() {
        let (n, d) = (
            |lo: &[i64], hi: &[i64]| Column::num(lo.to_vec(), hi.to_vec()),
            |lo: &[i64], hi: &[i64], a: &[u8]| Column::date(lo.to_vec(), hi.to_vec(), a.to_vec()),
        );
        let columns = [
            (n(&[1, 2], &[1, 2]), true),
            (n(&[1, 2], &[1, 3]), false),
            (n(&[1, INF], &[1, INF]), false),
            (n(&[NEG_INF], &[INF]), false),
            (Column::bool(vec![0, 2]), true),
            (Column::bool(vec![0, 1]), false),
            (d(&[5, 6], &[5, 6], &[0, 0]), true),
            (d(&[5, 6], &[5, 7], &[0, 0]), false),
            (d(&[5, 6], &[5, 7], &[0, 2]), true),
            (d(&[5, 6], &[5, 6], &[0, 1]), false),
            (Column { data: Data::Code(vec![1, 4]) }, true),
            (Column { data: Data::Code(vec![1, 6]) }, false),
        ];
        for (c, settled) in columns {
            assert_eq!((c.all_settled(), (0..c.len()).all(|i| c.settled(i))), (settled, settled));
        }
    }
}

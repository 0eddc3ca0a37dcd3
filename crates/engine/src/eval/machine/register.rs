//! What a machine keeps of one node for one block, and how others read it.

use super::span::{EDGE, FAR, LIMIT, Span, TIMES, kept, most, size, soft, told};
use crate::eval::column::{Column, Data};
use crate::plan::Shape;
use pulp::Arch;
use recours_rules::interval::Interval;
use recours_rules::number::{INF, NEG_INF};

/// The values of one node over a block. What callers fill for an input, row by row:
///
/// - numbers: `lo` and, unless all are known, `hi`, at scale 10⁻⁸, [`NEG_INF`] and [`INF`] where there is no bound;
/// - dates: the same in days, and in `bytes`, unless none is ever absent, whether there is none (0 no, 1 unknown, 2 none);
/// - truths: `bytes` (0 false, 1 unknown, 2 true);
/// - codes: `codes`, one bit for each code that it may be.
///
/// An input that is shorter than its block is unknown beyond its end. What a machine has taken is its own: bounds that are not
/// there are written otherwise in a register that is narrow (see [`super::span`]).
#[derive(Clone, Default)]
pub struct Register {
    /// Lower bounds, or the values.
    pub lo: Vec<i64>,
    /// Upper bounds; nothing when all are known.
    pub hi: Vec<i64>,
    /// Truths, or whether there is no date.
    pub bytes: Vec<u8>,
    /// Sets of codes.
    pub codes: Vec<u64>,
    half: Vec<u8>,
    /// Rows.
    pub(super) n: usize,
    /// Upper bounds are the lower ones.
    pub(super) points: bool,
    /// No date is absent.
    pub(super) plain: bool,
    /// Every finite bound is under [`LIMIT`], and bounds that are not there are on their own side, and written as they are kept.
    pub(super) narrow: bool,
    /// What its bounds may be at most, when it is narrow.
    pub(super) span: Span,
}

// A derived Debug would print what is known of people.
impl std::fmt::Debug for Register {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Register").field("rows", &self.n).finish_non_exhaustive()
    }
}

impl Register {
    /// Forgets the values, keeps the room.
    pub fn clear(&mut self) {
        self.lo.clear();
        self.hi.clear();
        self.bytes.clear();
        self.codes.clear();
    }

    /// Some rows of a column, each at its place.
    pub(super) fn fill(&mut self, c: &Column, rows: std::ops::Range<usize>, places: &[u32]) {
        fn put<T: Copy + Default>(to: &mut Vec<T>, from: Option<&Vec<T>>, rows: &std::ops::Range<usize>, places: &[u32]) {
            match from {
                Some(v) => gather(to, v.get(rows.clone()).unwrap_or_default(), places),
                None => to.clear(),
            }
        }
        // Over what was there, which is not cleared first.
        let (lo, hi, bytes, codes) = match &c.data {
            Data::Num(lo, hi) => (Some(lo), hi.as_ref(), None, None),
            Data::Date(lo, hi, absent) => (Some(lo), hi.as_ref(), absent.as_ref(), None),
            Data::Bool(v) => (None, None, Some(v), None),
            Data::Code(v) => (None, None, None, Some(v)),
        };
        put(&mut self.lo, lo, &rows, places);
        put(&mut self.hi, hi, &rows, places);
        put(&mut self.bytes, bytes, &rows, places);
        put(&mut self.codes, codes, &rows, places);
    }

    /// An input as a caller filled it, brought to `n` rows, with what its values allow.
    #[inline(always)]
    pub(super) fn settle(&mut self, shape: Shape, n: usize) {
        self.n = n;
        match shape {
            Shape::Num | Shape::Date => {
                if self.lo.len() < n {
                    if self.hi.is_empty() {
                        self.hi.extend_from_slice(&self.lo);
                    }
                    self.hi.resize(n, INF);
                    if shape == Shape::Date {
                        self.bytes.resize(self.lo.len(), 0);
                        self.bytes.resize(n, 1);
                    }
                }
                self.lo.resize(n, NEG_INF);
                self.look();
            }
            Shape::Bool => self.bytes.resize(n, 1),
            Shape::Code => self.codes.resize(n, u64::MAX),
        }
    }

    /// Room for `n` lower bounds.
    pub(super) fn low(&mut self, n: usize) -> &mut [i64] {
        room(&mut self.lo, n)
    }

    /// Room for `n` upper bounds.
    pub(super) fn high(&mut self, n: usize) -> &mut [i64] {
        room(&mut self.hi, n)
    }

    /// Room for `n` bounds on both sides.
    pub(super) fn both(&mut self, n: usize) -> (&mut [i64], &mut [i64]) {
        (room(&mut self.lo, n), room(&mut self.hi, n))
    }

    /// Room for `n` truths.
    pub(super) fn truths(&mut self, n: usize) -> &mut [u8] {
        room(&mut self.bytes, n)
    }

    /// Room for dates.
    pub(super) fn dates(&mut self, n: usize) -> (&mut [i64], &mut [i64], &mut [u8]) {
        (room(&mut self.lo, n), room(&mut self.hi, n), room(&mut self.bytes, n))
    }

    /// Room for truths found in two halves.
    pub(super) fn two_truths(&mut self, n: usize) -> (&mut [u8], &mut [u8]) {
        (room(&mut self.bytes, n), room(&mut self.half, n))
    }

    /// The greater of both halves.
    pub(super) fn join_truths(&mut self, arch: Arch, n: usize) {
        let Self { bytes, half, .. } = self;
        let (to, from) = (room(bytes, n), room(half, n));
        super::lanes::wide(
            arch,
            #[inline(always)]
            || {
                for (a, b) in to.iter_mut().zip(from.iter()) {
                    *a = (*a).max(*b);
                }
            },
        );
    }

    /// The second half of truths, and room for bounds on both sides.
    pub(super) fn half_and_both(&mut self, n: usize) -> (&[u8], &mut [i64], &mut [i64]) {
        (room(&mut self.half, n), room(&mut self.lo, n), room(&mut self.hi, n))
    }

    /// Room for `n` sets of codes.
    pub(super) fn sets(&mut self, n: usize) -> &mut [u64] {
        room(&mut self.codes, n)
    }

    /// `n` points were written, none greater than `most`; whether they are narrow. Otherwise the slow kernel is to write them.
    pub(super) fn pointed(&mut self, n: usize, most: i64) -> bool {
        let span = Span::points(if most < LIMIT { most } else { self.greatest(n) });
        (self.n, self.points, self.narrow, self.plain, self.span) = (n, true, true, true, span);
        span.most < LIMIT
    }

    /// `n` bounds were written on both sides, none greater than `span`, which is at most twice what a narrow register may have;
    /// whether they are narrow. Otherwise the slow kernel is to write them.
    pub(super) fn bounded(&mut self, n: usize, span: Span) -> bool {
        let points = self.lo.get(..n) == self.hi.get(..n);
        (self.n, self.points, self.narrow, self.plain) = (n, points, true, true);
        self.span = if points { Span::points(span.most) } else { span };
        if self.span.most >= LIMIT || self.span.times > TIMES {
            self.tidy();
        }
        self.span.most < LIMIT
    }

    /// Bounds that are not there as they are written first, and how great the others really are.
    fn tidy(&mut self) {
        let n = self.n;
        if self.points {
            self.span = Span::points(self.greatest(n));
            return;
        }
        let mut all = 0;
        let mut one = |x: &mut i64| {
            if *x >= EDGE {
                *x = FAR;
            } else if *x <= -EDGE {
                *x = -FAR;
            } else {
                all |= size(*x);
            }
        };
        self.lo.iter_mut().take(n).for_each(&mut one);
        self.hi.iter_mut().take(n).for_each(&mut one);
        self.span = Span { most: all.saturating_add(1), times: 1 };
    }

    fn greatest(&self, n: usize) -> i64 {
        most(self.lo.get(..n).unwrap_or_default())
    }

    /// Any points were written, as callers write them.
    pub(super) fn look_at_points(&mut self) {
        let most = self.greatest(self.n);
        (self.points, self.narrow, self.plain, self.span) = (true, most < LIMIT, true, Span::points(most));
    }

    /// Any bounds were written on both sides, as callers write them.
    pub(super) fn look_at_both(&mut self) {
        self.look_at_bounds();
        self.plain = true;
    }

    #[inline(always)]
    fn look_at_bounds(&mut self) {
        let n = self.n;
        let (Some(lo), Some(hi)) = (self.lo.get_mut(..n), self.hi.get_mut(..n)) else { return };
        self.points = lo == hi;
        if self.points {
            let most = most(lo);
            (self.narrow, self.span) = (most < LIMIT, Span::points(most));
            return;
        }
        let (mut all, mut open) = (0, false);
        for (l, h) in lo.iter().zip(hi.iter()) {
            let (below, above) = (*l == NEG_INF, *h == INF);
            all |= if below { 0 } else { size(*l) };
            all |= if above { 0 } else { size(*h) };
            // A point that is an infinity is not narrow.
            all |= if l == h { size(*l) } else { 0 };
            open |= below | above;
        }
        self.narrow = all < LIMIT - 1;
        self.span = Span { most: all.saturating_add(1), times: i64::from(open) };
        if self.narrow && open {
            lo.iter_mut().for_each(|x| *x = soft(*x));
            hi.iter_mut().for_each(|x| *x = soft(*x));
        }
    }

    /// Finds out what its values allow: points, no absence, narrow bounds.
    #[inline(always)]
    pub(super) fn look(&mut self) {
        self.plain = self.bytes.iter().take(self.n).all(|b| *b == 0);
        if self.hi.is_empty() {
            let most = most(self.lo.get(..self.n).unwrap_or_default());
            (self.points, self.narrow, self.span) = (true, most < LIMIT, Span::points(most));
        } else {
            self.look_at_bounds();
        }
    }

    /// As the slow kernels read it: as the rows stand, or each from its place.
    pub(super) fn to_column(&self, shape: Shape, at: Option<&[u32]>) -> Column {
        fn of<T: Copy + Default>(v: &[T], n: usize, at: Option<&[u32]>) -> Vec<T> {
            let v = v.get(..n).unwrap_or(v);
            let Some(at) = at else { return v.to_vec() };
            let mut out = Vec::with_capacity(n);
            gather(&mut out, v, at);
            out
        }
        let bounds = |v: &[i64]| {
            let mut v = of(v, self.n, at);
            if self.narrow && !self.points {
                v.iter_mut().for_each(|x| *x = super::span::hard(*x));
            }
            v
        };
        let lo = || bounds(&self.lo);
        let hi = || (!self.points).then(|| bounds(&self.hi));
        let bytes = || of(&self.bytes, self.n, at);
        let data = match shape {
            Shape::Num => Data::Num(lo(), hi()),
            Shape::Date => Data::Date(lo(), hi(), (!self.plain).then(bytes)),
            Shape::Bool => Data::Bool(bytes()),
            Shape::Code => Data::Code(of(&self.codes, self.n, at)),
        };
        Column { data }
    }

    /// What a slow kernel made of `n` rows, which come to these places; a single value for everybody is written out.
    pub(super) fn take_column(&mut self, c: &Column, n: usize, places: Option<&[u32]>) {
        fn put<T: Copy + Default>(to: &mut Vec<T>, from: &[T], n: usize, places: Option<&[u32]>) {
            to.clear();
            match (from, places) {
                ([one], _) => to.resize(n, *one),
                (_, Some(places)) => gather(to, from, places),
                _ => to.extend_from_slice(from),
            }
        }
        self.n = n;
        self.clear();
        match &c.data {
            Data::Num(lo, hi) => {
                put(&mut self.lo, lo, n, places);
                hi.iter().for_each(|h| put(&mut self.hi, h, n, places));
                self.look();
            }
            Data::Date(lo, hi, absent) => {
                put(&mut self.lo, lo, n, places);
                hi.iter().for_each(|h| put(&mut self.hi, h, n, places));
                absent.iter().for_each(|a| put(&mut self.bytes, a, n, places));
                self.look();
            }
            Data::Bool(v) => put(&mut self.bytes, v, n, places),
            Data::Code(v) => put(&mut self.codes, v, n, places),
        }
    }
}

/// The rows that stand at these places; nothing where they are not all there.
fn gather<T: Copy + Default>(to: &mut Vec<T>, from: &[T], places: &[u32]) {
    if from.len() < places.len() {
        to.clear();
        return;
    }
    to.resize(places.len(), T::default());
    for (o, i) in to.iter_mut().zip(places) {
        if let Some(x) = from.get(*i as usize) {
            *o = *x;
        }
    }
}

/// The first `n` places of a buffer, which grows when it is shorter.
fn room<T: Copy + Default>(v: &mut Vec<T>, n: usize) -> &mut [T] {
    if v.len() < n {
        v.resize(n, T::default());
    }
    v.get_mut(..n).unwrap_or_default()
}

/// A value that is the same for everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Same {
    pub(super) lo: i64,
    pub(super) hi: i64,
    /// Truth, or whether there is no date.
    pub(super) byte: u8,
    pub(super) codes: u64,
}

impl Same {
    pub(super) fn of(c: &Column) -> Self {
        let i = c.interval(0);
        let byte = if let Data::Bool(_) = c.data { c.bool_at(0) } else { c.absent_at(0) };
        Self { lo: i.lo, hi: i.hi, byte, codes: c.codes_at(0) }
    }

    /// Its bounds as a narrow register would keep them.
    pub(super) fn kept(&self) -> Option<(i64, i64, Span)> {
        kept(self.lo, self.hi)
    }

    pub(super) fn to_column(self, shape: Shape) -> Column {
        match shape {
            Shape::Num => Column::num(vec![self.lo], vec![self.hi]),
            Shape::Date => Column::date(vec![self.lo], vec![self.hi], vec![self.byte]),
            Shape::Bool => Column::bool(vec![self.byte]),
            Shape::Code => Column { data: Data::Code(vec![self.codes]) },
        }
    }
}

/// The answers of a root, row by row.
#[derive(Debug, Clone, Copy)]
pub enum View<'a> {
    /// One for everybody.
    Same(Same),
    /// One per row, each at its place.
    Each(&'a Register, &'a [u32]),
}

impl View<'_> {
    /// Truth byte: 0 false, 1 unknown, 2 true.
    #[inline]
    #[must_use]
    pub fn bool_at(&self, i: usize) -> u8 {
        match self {
            Self::Same(s) => s.byte,
            Self::Each(r, at) => place(&r.bytes, at, i).unwrap_or(1),
        }
    }

    /// Bounds of a number or of a date.
    #[inline]
    #[must_use]
    pub fn interval(&self, i: usize) -> Interval {
        match self {
            Self::Same(s) => Interval::new(s.lo, s.hi),
            Self::Each(r, at) => {
                let lo = place(&r.lo, at, i).unwrap_or(NEG_INF);
                let hi = if r.points { lo } else { place(&r.hi, at, i).unwrap_or(INF) };
                if r.narrow { told(lo, hi) } else { Interval::new(lo, hi) }
            }
        }
    }

    /// Whether a date is known to be none, as a truth byte.
    #[inline]
    #[must_use]
    pub fn absent_at(&self, i: usize) -> u8 {
        match self {
            Self::Same(s) => s.byte,
            Self::Each(r, _) if r.plain => 0,
            Self::Each(r, at) => place(&r.bytes, at, i).unwrap_or(1),
        }
    }

    /// Set of codes.
    #[inline]
    #[must_use]
    pub fn codes_at(&self, i: usize) -> u64 {
        match self {
            Self::Same(s) => s.codes,
            Self::Each(r, at) => place(&r.codes, at, i).unwrap_or(u64::MAX),
        }
    }
}

#[inline]
fn place<T: Copy>(v: &[T], at: &[u32], i: usize) -> Option<T> {
    v.get(*at.get(i)? as usize).copied()
}

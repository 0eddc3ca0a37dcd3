//! Cells of a batch to packed rows, each checked on the way: a cell that is not allowed stops everything, by table, column and row.

use super::CroisementError;
use super::exchange::part_of;
use super::layout::{Field, Layout};
use super::spec::{Cell, ColumnSpec, TableSpec};
use super::words::turn;
use crate::source::decimal_of;
use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryArray, RecordBatch};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type};
use std::collections::HashMap;

/// Rows packed at a time: they and the cells that they come from stay in a core's second cache.
const TILE: usize = 2048;

/// Packed rows, and how many go to each partition.
#[derive(Debug, Default)]
pub(super) struct Rows {
    /// As long as it ever was: [`Self::words`] is what counts.
    room: Vec<u64>,
    used: usize,
    pub(super) counts: Vec<u32>,
    pub(super) width: usize,
    pub(super) bits: u32,
}

impl Rows {
    /// Forgets what it held. The first word of a row decides its partition.
    pub(super) fn begin(&mut self, width: usize, bits: u32) {
        self.used = 0;
        self.counts.clear();
        self.counts.resize(1 << bits, 0);
        (self.width, self.bits) = (width, bits);
    }

    /// The rows.
    pub(super) fn words(&self) -> &[u64] {
        self.room.get(..self.used).unwrap_or_default()
    }

    /// So many rows more, to be written whole: what they hold is left from before.
    pub(super) fn more(&mut self, rows: usize) -> &mut [u64] {
        let before = self.used;
        self.used += rows * self.width;
        if self.room.len() < self.used {
            self.room.resize(self.used.max(self.room.len() * 2), 0);
        }
        self.room.get_mut(before..self.used).unwrap_or_default()
    }

    /// Counts rows by the word that decides their partition.
    pub(super) fn count<'k>(&mut self, keys: impl Iterator<Item = &'k u64>) {
        for k in keys {
            if let Some(c) = self.counts.get_mut(part_of(*k, self.bits)) {
                *c += 1;
            }
        }
    }
}

/// Rows being packed, word by word: the same word of every row side by side, so that a column goes in in one sweep.
#[derive(Debug, Default)]
struct Tile {
    words: Vec<u64>,
    n: usize,
}

impl Tile {
    /// `n` rows that hold these words.
    fn begin(&mut self, n: usize, blank: &[u64]) {
        self.n = n;
        self.words.clear();
        for word in blank {
            self.words.resize(self.words.len() + n, *word);
        }
    }

    #[inline(always)]
    fn word(&mut self, w: usize) -> &mut [u64] {
        self.words.get_mut(w * self.n..(w + 1) * self.n).unwrap_or_default()
    }

    /// Two words of every row.
    #[inline(always)]
    fn two(&mut self, a: usize, b: usize) -> Option<(&mut [u64], &mut [u64])> {
        let n = self.n;
        let (low, high) = self.words.split_at_mut_checked(a.max(b) * n)?;
        let (low, high) = (low.get_mut(a.min(b) * n..(a.min(b) + 1) * n)?, high.get_mut(..n)?);
        Some(if a < b { (low, high) } else { (high, low) })
    }

    /// Turns it into rows; those of which `keep` says so.
    fn emit(&self, to: &mut Rows, keep: Option<&[u64]>) {
        let width = to.width;
        let columns: Vec<&[u64]> = self.words.chunks_exact(self.n).take(width).collect();
        match keep {
            None => {
                to.count(columns.first().into_iter().copied().flatten());
                turn(&columns, to.more(self.n));
            }
            Some(keep) => {
                let kept = || (0..self.n).filter(|i| keep.get(*i).is_some_and(|k| *k != 0));
                let keys: &[u64] = columns.first().copied().unwrap_or_default();
                to.count(kept().filter_map(|i| keys.get(i)));
                let rows = to.more(kept().count());
                for (row, i) in rows.chunks_exact_mut(width).zip(kept()) {
                    for (to, column) in row.iter_mut().zip(&columns) {
                        *to = column.get(i).copied().unwrap_or(0);
                    }
                }
            }
        }
    }
}

/// The packed rows of one row group.
#[derive(Debug, Default)]
pub(super) struct Packed {
    pub(super) persons: Rows,
    pub(super) homes: Rows,
    tile: Tile,
    keep: Vec<u64>,
    with_homes: bool,
}

/// Where a batch stands.
pub(super) struct Part<'a> {
    pub(super) table: usize,
    pub(super) spec: &'a TableSpec,
    pub(super) layout: &'a Layout,
    pub(super) home: &'a Layout,
    /// First row of the batch in its table.
    pub(super) first: u64,
}

impl Packed {
    pub(super) fn begin(&mut self, layout: &Layout, home: &Layout, with_homes: bool, bits: u32) {
        self.persons.begin(layout.width, bits);
        self.homes.begin(home.width, bits);
        self.with_homes = with_homes;
    }

    pub(super) fn push<E>(&mut self, part: &Part<'_>, batch: &RecordBatch) -> Result<(), CroisementError<E>> {
        let person = keys(part, batch, part.spec.person, false)?;
        let foyer = part.spec.foyer.map(|c| keys(part, batch, c, true)).transpose()?;
        let mut from = 0;
        while from < batch.num_rows() {
            let n = TILE.min(batch.num_rows() - from);
            fill(&mut self.tile, n, part.layout, part, batch, from, &[Some(person), foyer])?;
            self.tile.emit(&mut self.persons, None);
            if self.with_homes {
                fill(&mut self.tile, n, part.home, part, batch, from, &[foyer])?;
                self.keep.clear();
                self.keep.resize(n, 0);
                for (w, said) in said(part.home).into_iter().enumerate().filter(|(_, m)| *m != 0) {
                    for (keep, word) in self.keep.iter_mut().zip(self.tile.word(w)) {
                        *keep |= *word & said;
                    }
                }
                self.tile.emit(&mut self.homes, Some(&self.keep));
            }
            from += n;
        }
        Ok(())
    }
}

/// Per word, the bits that say that some cell has a value.
fn said(layout: &Layout) -> Vec<u64> {
    let mut out = vec![0; layout.width];
    for f in layout.fields.iter().flatten() {
        if let Some(w) = out.get_mut(f.known.word) {
            *w |= f.known.mask();
        }
    }
    out
}

fn keys<'b, E>(
    part: &Part<'_>,
    batch: &'b RecordBatch,
    column: usize,
    foyer: bool,
) -> Result<&'b FixedSizeBinaryArray, CroisementError<E>> {
    let shape = || CroisementError::Shape { table: part.table };
    if column >= batch.num_columns() {
        return Err(shape());
    }
    let array = batch.column(column).as_fixed_size_binary_opt().filter(|a| a.value_length() == 16).ok_or_else(shape)?;
    if array.null_count() == 0 {
        return Ok(array);
    }
    let row = (0..array.len()).find(|i| array.is_null(*i)).unwrap_or(0);
    Err(CroisementError::NoKey { table: part.table, foyer, row: part.first + row as u64 })
}

/// Packs `n` rows.
fn fill<E>(
    tile: &mut Tile,
    n: usize,
    layout: &Layout,
    part: &Part<'_>,
    batch: &RecordBatch,
    from: usize,
    handles: &[Option<&FixedSizeBinaryArray>],
) -> Result<(), CroisementError<E>> {
    let mut blank = vec![0u64; layout.width];
    if let Some(w) = blank.get_mut(layout.row.word) {
        *w |= layout.row.mask();
    }
    let columns = || part.spec.columns.iter().zip(&layout.fields).enumerate().filter_map(|(i, (c, f))| Some((i, c, (*f)?)));
    for (_, c, field) in columns() {
        let array = batch.columns().get(c.position).ok_or(CroisementError::Shape { table: part.table })?;
        // A column without nulls says so once for all rows. An empty text is a null, so texts say it row by row.
        if array.null_count() == 0
            && !matches!(c.cell, Cell::Text(_))
            && let Some(w) = blank.get_mut(field.known.word)
        {
            *w |= field.known.mask();
        }
    }
    tile.begin(n, &blank);
    for (k, handle) in handles.iter().enumerate() {
        let Some(handle) = handle else { continue };
        let bytes = handle.value_data().get(from * 16..(from + n) * 16).unwrap_or_default();
        if let Some((high, low)) = tile.two(2 * k, 2 * k + 1) {
            for ((a, b), key) in high.iter_mut().zip(low).zip(bytes.as_chunks::<16>().0) {
                let both = u128::from_be_bytes(*key);
                (*a, *b) = ((both >> 64) as u64, both as u64);
            }
        }
    }
    // The widest instructions of the machine, chosen when it runs.
    let arch = pulp::Arch::new();
    for (i, c, field) in columns() {
        let array = batch.column(c.position);
        let fault = match arch.dispatch(|| cells(c, array, tile, field, from)) {
            Ok(()) => continue,
            Err(Some(row)) => CroisementError::Value { table: part.table, column: i, row: part.first + (from + row) as u64 },
            Err(None) => CroisementError::Shape { table: part.table },
        };
        return Err(fault);
    }
    Ok(())
}

/// The cells of one column into their field. The row of a refused cell, or none when the column is of another type.
#[inline(always)]
fn cells(c: &ColumnSpec, array: &ArrayRef, tile: &mut Tile, field: Field, from: usize) -> Result<(), Option<usize>> {
    let nulls = array.nulls().filter(|b| b.null_count() > 0);
    let n = tile.n;
    let put = Put { field, nulls, from };
    macro_rules! whole {
        ($ty:ty, $allowed:expr) => {{
            let values = array.as_primitive_opt::<$ty>().ok_or(None)?.values();
            put.all(tile, values.get(from..from + n).ok_or(None)?, $allowed)
        }};
    }
    macro_rules! by_type {
        ($bits:expr, $allowed:expr) => {
            match (array.data_type(), $bits) {
                (DataType::Int8, 8) => whole!(Int8Type, $allowed),
                (DataType::Int16, 16) => whole!(Int16Type, $allowed),
                (DataType::Int32, 32) => whole!(Int32Type, $allowed),
                (DataType::Date32, 32) => whole!(Date32Type, $allowed),
                (DataType::Int64, 64) => whole!(Int64Type, $allowed),
                _ => return Err(None),
            }
        };
    }
    let bad = match &c.cell {
        Cell::Bool => {
            let b = array.as_boolean_opt().ok_or(None)?.values();
            put.each(tile, |i| Some(i64::from(b.value(from + i))))
        }
        Cell::Int { bits, min, max } => {
            let (min, max) = (*min, *max);
            by_type!(*bits, |v: i64| (v >= min) & (v <= max))
        }
        Cell::Among { bits, values } => match values.as_slice() {
            // A stretch of small numbers, as codes mostly are.
            [first, .., last] if values.is_sorted_by(|a, b| a < b) && last.abs_diff(*first) as usize == values.len() - 1 => {
                by_type!(*bits, |v: i64| (v >= *first) & (v <= *last))
            }
            _ => by_type!(*bits, |v: i64| values.contains(&v)),
        },
        Cell::Text(texts) => {
            let known: HashMap<&str, i64> = texts.iter().map(String::as_str).zip(0..).collect();
            let text = array.as_string_opt::<i32>().ok_or(None)?;
            put.texts(tile, |i| text.value(from + i), &known)
        }
        Cell::Float { money, min, max } => {
            let values = array.as_primitive_opt::<Float64Type>().ok_or(None)?.values();
            put.each(tile, |i| decimal_of(*values.get(from + i)?, *money).filter(|d| d >= min && d <= max))
        }
    };
    bad.map_or(Ok(()), |row| Err(Some(row)))
}

/// Where cells go.
struct Put<'a> {
    field: Field,
    nulls: Option<&'a NullBuffer>,
    from: usize,
}

impl Put<'_> {
    /// Whole numbers; the first row whose value is not allowed.
    #[inline(always)]
    fn all<T: Copy + Into<i64>>(&self, tile: &mut Tile, values: &[T], allowed: impl Fn(i64) -> bool) -> Option<usize> {
        let Field { word, shift, bits, .. } = self.field;
        let mask = u64::MAX >> (64 - bits);
        // A word rather than a truth: the loops below are wide ones.
        let mut bad = 0u64;
        match self.nulls {
            None => {
                for (w, v) in tile.word(word).iter_mut().zip(values) {
                    let v: i64 = (*v).into();
                    bad |= u64::from(!allowed(v));
                    *w |= ((v as u64) & mask) << shift;
                }
            }
            Some(nulls) => {
                self.mark(tile, nulls);
                let (known, at) = (self.field.known.word, self.field.known.shift);
                // A null keeps no value: two rows that say the same are the same words.
                let one = |w: u64, k: u64, v: T| {
                    let (v, keep): (i64, u64) = (v.into(), ((k >> at) & 1).wrapping_neg());
                    (w | ((v as u64 & mask & keep) << shift), keep & u64::from(!allowed(v)))
                };
                if known == word {
                    for (w, v) in tile.word(word).iter_mut().zip(values) {
                        let (packed, fault) = one(*w, *w, *v);
                        *w = packed;
                        bad |= fault;
                    }
                } else if let Some((ws, ks)) = tile.two(word, known) {
                    for ((w, k), v) in ws.iter_mut().zip(ks).zip(values) {
                        let (packed, fault) = one(*w, *k, *v);
                        *w = packed;
                        bad |= fault;
                    }
                }
            }
        }
        if bad == 0 {
            return None;
        }
        values.iter().enumerate().position(|(i, v)| self.there(i) && !allowed((*v).into()))
    }

    /// Sets the bit that says that there is a value.
    #[inline(always)]
    fn mark(&self, tile: &mut Tile, nulls: &NullBuffer) {
        let shift = self.field.known.shift;
        let bits = nulls.inner().slice(self.from, tile.n);
        let bits = bits.bit_chunks();
        let bits = bits.iter_padded();
        for (words, bits) in tile.word(self.field.known.word).chunks_mut(64).zip(bits) {
            for (j, w) in (0u32..).zip(words) {
                *w |= ((bits >> j) & 1) << shift;
            }
        }
    }

    /// Cells one by one; a cell without value that is not a null is refused.
    fn each(&self, tile: &mut Tile, value: impl Fn(usize) -> Option<i64>) -> Option<usize> {
        for i in (0..tile.n).filter(|i| self.there(*i)) {
            let Some(v) = value(i) else { return Some(i) };
            self.one(tile, i, v);
        }
        None
    }

    fn texts<'t>(&self, tile: &mut Tile, text: impl Fn(usize) -> &'t str, known: &HashMap<&str, i64>) -> Option<usize> {
        for i in (0..tile.n).filter(|i| self.there(*i)) {
            let said = text(i).trim();
            if !said.is_empty() {
                let Some(v) = known.get(said) else { return Some(i) };
                self.one(tile, i, *v);
            }
        }
        None
    }

    fn there(&self, i: usize) -> bool {
        self.nulls.is_none_or(|b| b.is_valid(self.from + i))
    }

    #[inline]
    fn one(&self, tile: &mut Tile, i: usize, v: i64) {
        let mask = u64::MAX >> (64 - self.field.bits);
        if let Some(w) = tile.word(self.field.word).get_mut(i) {
            *w |= ((v as u64) & mask) << self.field.shift;
        }
        if let Some(w) = tile.word(self.field.known.word).get_mut(i) {
            *w |= self.field.known.mask();
        }
    }
}

//! Cells of a batch to packed rows, each checked on the way: a cell that is not allowed stops everything, by table, column and row.

use super::CroisementError;
use super::exchange::{Exchange, Store, Tails};
use super::layout::{Bit, Field, Layout};
use super::name;
use super::spec::{Cell, ColumnSpec, TableSpec};
use crate::eval::machine::wide;
use crate::source::decimal_of;
use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryArray, RecordBatch};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type};
use std::collections::HashMap;

/// Rows packed at a time: they and the cells that they come from stay in a core's second cache.
const TILE: usize = 2048;

/// Rows being packed, word by word: the same word of every row side by side, so that a column goes in in one sweep.
#[derive(Default)]
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
    fn emit<'a>(&self, tails: &mut Tails<'a>, keep: Option<&[u64]>, store: &Store<'a>, exchange: &Exchange<'a>) -> std::io::Result<()> {
        let words: Vec<&[u64]> = self.words.chunks_exact(self.n).collect();
        tails.turn(&words, keep, store, exchange)
    }
}

/// What one thread packs with: room for a few rows, and what it adds to each store.
#[derive(Default)]
pub(super) struct Packer<'a> {
    tile: Tile,
    keep: Vec<u64>,
    /// Per table.
    persons: Vec<Option<Tails<'a>>>,
    homes: Option<Tails<'a>>,
}

/// Where packed rows go.
pub(super) struct To<'s, 'a> {
    pub(super) stores: &'s [Store<'a>],
    pub(super) homes: &'s Store<'a>,
    pub(super) exchange: &'s Exchange<'a>,
}

/// A column of handles, by what is kept of them: of a foyer all, since the result says it; of a person what tells it from others.
#[derive(Clone, Copy)]
enum Handle<'b> {
    Person(&'b FixedSizeBinaryArray),
    Foyer(&'b FixedSizeBinaryArray),
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

impl<'a> Packer<'a> {
    pub(super) fn push<E>(&mut self, part: &Part<'_>, batch: &RecordBatch, to: &To<'_, 'a>) -> Result<(), CroisementError<E>> {
        let Self { tile, keep, persons, homes } = self;
        persons.resize_with(to.stores.len(), || None);
        let (Some(store), Some(tails)) = (to.stores.get(part.table), persons.get_mut(part.table)) else {
            return Err(CroisementError::Shape { table: part.table });
        };
        let tails = tails.get_or_insert_with(|| Tails::of(store));
        let person = Handle::Person(keys(part, batch, part.spec.person, false)?);
        let foyer = part.spec.foyer.map(|c| keys(part, batch, c, true)).transpose()?.map(Handle::Foyer);
        let mut from = 0;
        while from < batch.num_rows() {
            let n = TILE.min(batch.num_rows() - from);
            fill(tile, n, part.layout, part, batch, from, &[Some(person), foyer])?;
            tile.emit(tails, None, store, to.exchange)?;
            if foyer.is_some() {
                fill(tile, n, part.home, part, batch, from, &[foyer])?;
                keep.clear();
                keep.resize(n, 0);
                for (w, said) in said(part.home).into_iter().enumerate().filter(|(_, m)| *m != 0) {
                    for (keep, word) in keep.iter_mut().zip(tile.word(w)) {
                        *keep |= *word & said;
                    }
                }
                tile.emit(homes.get_or_insert_with(|| Tails::of(to.homes)), Some(keep), to.homes, to.exchange)?;
            }
            from += n;
        }
        Ok(())
    }

    /// Everything that it holds goes to the stores.
    pub(super) fn finish(self, to: &To<'_, 'a>) {
        for (store, tails) in to.stores.iter().zip(self.persons) {
            tails.into_iter().for_each(|t| t.finish(store));
        }
        self.homes.into_iter().for_each(|t| t.finish(to.homes));
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
    handles: &[Option<Handle<'_>>],
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
        let (Handle::Person(array) | Handle::Foyer(array)) = handle;
        let bytes = array.value_data().get(from * 16..(from + n) * 16).unwrap_or_default();
        if let Some((high, low)) = tile.two(2 * k, 2 * k + 1) {
            let rows = high.iter_mut().zip(low).zip(bytes.as_chunks::<16>().0);
            match handle {
                Handle::Person(_) => rows.for_each(|((a, b), key)| {
                    let [first, rest] = name::of_handle(*key);
                    *a = first;
                    // Values have the upper half.
                    *b |= rest;
                }),
                Handle::Foyer(_) => rows.for_each(|((a, b), key)| {
                    let both = u128::from_be_bytes(*key);
                    (*a, *b) = ((both >> 64) as u64, both as u64);
                }),
            }
        }
    }
    // The widest instructions of the machine, chosen when it runs.
    let arch = pulp::Arch::new();
    for (i, c, field) in columns() {
        let array = batch.column(c.position);
        let Err(fault) = wide(
            arch,
            #[inline(always)]
            || cells(c, array, tile, field, from),
        ) else {
            continue;
        };
        let Some(refused) = fault else { return Err(CroisementError::Shape { table: part.table }) };
        let (table, column, row) = (part.table, i, part.first + (from + refused) as u64);
        // Allowed but for what the file announced of itself?
        let wider = ColumnSpec { announced: None, ..c.clone() };
        let not_allowed = cells(&wider, array, tile, field, from) == Err(fault);
        return Err(if not_allowed {
            CroisementError::Value { table, column, row }
        } else {
            CroisementError::Announced { table, column, row }
        });
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
        ($ty:ty, $fault:expr) => {{
            let values = array.as_primitive_opt::<$ty>().ok_or(None)?.values();
            put.all(tile, values.get(from..from + n).ok_or(None)?, $fault)
        }};
    }
    macro_rules! by_type {
        ($bits:expr, $fault:expr) => {
            match (array.data_type(), $bits) {
                (DataType::Int8, 8) => whole!(Int8Type, $fault),
                (DataType::Int16, 16) => whole!(Int16Type, $fault),
                (DataType::Int32, 32) => whole!(Int32Type, $fault),
                (DataType::Date32, 32) => whole!(Date32Type, $fault),
                (DataType::Int64, 64) => whole!(Int64Type, $fault),
                _ => return Err(None),
            }
        };
    }
    let bad = match &c.cell {
        Cell::Bool => {
            put.bools(tile, array.as_boolean_opt().ok_or(None)?.values());
            None
        }
        Cell::Int { bits, .. } => match c.range() {
            (min, max) if min > -(1 << 62) && max < 1 << 62 => by_type!(*bits, &Near(min, max)),
            (min, max) => by_type!(*bits, &Far(min, max)),
        },
        Cell::Among { bits, values } => match values.as_slice() {
            // A stretch of small numbers, as codes mostly are.
            [first, .., last] if values.is_sorted_by(|a, b| a < b) && last.abs_diff(*first) as usize == values.len() - 1 => {
                by_type!(*bits, &Far(*first, *last))
            }
            _ => by_type!(*bits, &Listed(values)),
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

/// Which values are allowed: of one that is not, a number under zero. Traits and not closures: what is called for each cell is then
/// part of the loop, for each generation of processors.
trait Allowed {
    fn fault(&self, v: i64) -> i64;
}

/// From the least to the greatest, whose differences with any value fit or wrap to the other side: the sign of either says it.
struct Near(i64, i64);

impl Allowed for Near {
    #[inline(always)]
    fn fault(&self, v: i64) -> i64 {
        v.wrapping_sub(self.0) | self.1.wrapping_sub(v)
    }
}

/// From the least to the greatest, however far.
struct Far(i64, i64);

impl Allowed for Far {
    #[inline(always)]
    fn fault(&self, v: i64) -> i64 {
        i64::from((v >= self.0) & (v <= self.1)) - 1
    }
}

/// These only.
struct Listed<'a>(&'a [i64]);

impl Allowed for Listed<'_> {
    #[inline(always)]
    fn fault(&self, v: i64) -> i64 {
        i64::from(self.0.contains(&v)) - 1
    }
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
    fn all<T: Copy + Into<i64>>(&self, tile: &mut Tile, values: &[T], allowed: &impl Allowed) -> Option<usize> {
        let Field { word, .. } = self.field;
        // A word rather than a truth: the loops below are wide ones.
        let mut bad = 0i64;
        match self.nulls {
            None => {
                for (w, v) in tile.word(word).iter_mut().zip(values) {
                    let v: i64 = (*v).into();
                    bad |= allowed.fault(v);
                    *w |= self.packed(v, u64::MAX);
                }
            }
            Some(nulls) => {
                self.bits(tile, self.field.known, nulls.inner(), None);
                let Bit { word: known, shift } = self.field.known;
                // A null keeps no value: two rows that say the same are the same words.
                if known == word {
                    for (w, v) in tile.word(word).iter_mut().zip(values) {
                        let (v, keep): (i64, u64) = ((*v).into(), (w.wrapping_shr(shift) & 1).wrapping_neg());
                        bad |= allowed.fault(v) & keep as i64;
                        *w |= self.packed(v, keep);
                    }
                } else if let Some((ws, ks)) = tile.two(word, known) {
                    for ((w, k), v) in ws.iter_mut().zip(ks).zip(values) {
                        let (v, keep): (i64, u64) = ((*v).into(), (k.wrapping_shr(shift) & 1).wrapping_neg());
                        bad |= allowed.fault(v) & keep as i64;
                        *w |= self.packed(v, keep);
                    }
                }
            }
        }
        if bad >= 0 {
            return None;
        }
        values.iter().enumerate().position(|(i, v)| self.there(i) && allowed.fault((*v).into()) < 0)
    }

    /// A value at its place in its word, where it is kept.
    #[inline(always)]
    fn packed(&self, v: i64, keep: u64) -> u64 {
        (v.wrapping_sub(self.field.base) as u64 & self.field.mask() & keep).wrapping_shl(self.field.shift)
    }

    /// Truths, whose nulls are false.
    #[inline(always)]
    fn bools(&self, tile: &mut Tile, values: &BooleanBuffer) {
        let nulls = self.nulls.map(NullBuffer::inner);
        self.bits(tile, Bit { word: self.field.word, shift: self.field.shift }, values, nulls);
        if let Some(nulls) = nulls {
            self.bits(tile, self.field.known, nulls, None);
        }
    }

    /// Sets one bit of each row; only where `and` has it too.
    #[inline(always)]
    fn bits(&self, tile: &mut Tile, to: Bit, bits: &BooleanBuffer, and: Option<&BooleanBuffer>) {
        let (bits, and) = (bits.slice(self.from, tile.n), and.map(|a| a.slice(self.from, tile.n)));
        let (bits, and) = (bits.bit_chunks(), and.as_ref().map(BooleanBuffer::bit_chunks));
        let mut and = and.as_ref().map(|a| a.iter_padded());
        for (words, bits) in tile.word(to.word).chunks_mut(64).zip(bits.iter_padded()) {
            let bits = bits & and.as_mut().map_or(u64::MAX, |a| a.next().unwrap_or(0));
            for (j, w) in words.iter_mut().enumerate() {
                *w |= (bits.wrapping_shr(j as u32) & 1).wrapping_shl(to.shift);
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
        if let Some(w) = tile.word(self.field.word).get_mut(i) {
            *w |= self.packed(v, u64::MAX);
        }
        if let Some(w) = tile.word(self.field.known.word).get_mut(i) {
            *w |= self.field.known.mask();
        }
    }
}

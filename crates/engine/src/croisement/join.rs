//! One partition of persons: the other tables joined to the composition by the person's handle.

use super::exchange::Held;
use super::layout::{Bit, Field, Layout};
use super::pack::Rows;
use super::{CroisementError, Spill};
use std::sync::atomic::{AtomicU64, Ordering};

/// What a joined row is made of: the foyer's handle, then the words of each table
/// after its handles (zeros where the table has no row for the person).
#[derive(Debug)]
pub(super) struct Plan {
    composition: usize,
    /// Words of each table after its handles: where they begin in its own rows and in joined ones, and how many.
    spans: Vec<(usize, usize, usize)>,
    /// Per table, the bit of joined rows that says that it has a row for the person.
    rows: Vec<Bit>,
    pub(super) width: usize,
}

impl Plan {
    pub(super) fn new(layouts: &[Layout], composition: usize) -> Self {
        let mut width = 2;
        let (mut spans, mut rows) = (Vec::with_capacity(layouts.len()), Vec::with_capacity(layouts.len()));
        for l in layouts {
            spans.push((l.keys, width, l.width - l.keys));
            rows.push(Bit { word: l.row.word - l.keys + width, ..l.row });
            width += l.width - l.keys;
        }
        Self { composition, spans, rows, width }
    }

    /// A field of a table, in joined rows.
    pub(super) fn field(&self, table: usize, field: Field) -> Field {
        let (from, to, _) = self.spans.get(table).copied().unwrap_or_default();
        field.moved(from, to)
    }

    /// The bit of a table that says that it has a row for the person, in joined rows.
    pub(super) fn row(&self, table: usize) -> Bit {
        self.rows.get(table).copied().unwrap_or_default()
    }
}

/// What a thread keeps from one partition to the next.
#[derive(Default)]
pub(super) struct Scratch {
    persons: Vec<u64>,
    piece: Vec<u64>,
    index: Index,
    pub(super) out: Rows,
}

impl Scratch {
    /// Forgets what was joined.
    pub(super) fn begin(&mut self, plan: &Plan, bits: u32) {
        self.out.begin(plan.width, bits);
    }
}

/// Handles of the composition: an open table of positions, each with some bits of the hash so that most strangers are turned away
/// without looking at their handle.
#[derive(Debug, Default)]
struct Index {
    slots: Vec<u32>,
    bits: u32,
}

impl Index {
    fn begin(&mut self, rows: usize) {
        // At least half empty; positions count from 1, nought is free.
        self.bits = (2 * rows + 2).next_power_of_two().trailing_zeros().min(31);
        self.slots.clear();
        self.slots.resize(1 << self.bits, 0);
    }

    #[inline]
    fn hash(&self, high: u64, low: u64) -> (usize, u32) {
        let h = (high ^ low.rotate_left(32)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        // Place from the top, tag from the middle: both halves of a product of a good multiplier are mixed there.
        ((h >> (64 - self.bits)) as usize, ((h >> 16) as u32) << self.bits)
    }

    /// The position of a handle among `rows`; when it is not there, it takes `put` if that is a position.
    #[inline]
    fn find(&mut self, rows: &[u64], width: usize, high: u64, low: u64, put: u32) -> Option<u32> {
        let (mut at, tag) = self.hash(high, low);
        let mask = (1usize << self.bits) - 1;
        let positions = (1u32 << self.bits) - 1;
        loop {
            let slot = self.slots.get_mut(at)?;
            if *slot == 0 {
                if put > 0 {
                    *slot = tag | put;
                }
                return None;
            }
            if (*slot ^ tag) & !positions == 0 {
                let position = *slot & positions;
                let row = (position as usize - 1) * width;
                if rows.get(row) == Some(&high) && rows.get(row + 1) == Some(&low) {
                    return Some(position);
                }
            }
            at = (at + 1) & mask;
        }
    }
}

/// Joins one partition, after what `scratch.out` holds; the number of its persons.
pub(super) fn partition<E>(
    plan: &Plan,
    k: usize,
    stores: &[Held],
    scratch: &mut Scratch,
    spill: &dyn Spill,
    unmatched: &[AtomicU64],
) -> Result<usize, CroisementError<E>> {
    let Scratch { persons, piece, index, out } = scratch;
    let width = |t: usize| plan.spans.get(t).map_or(1, |(keys, _, n)| keys + n);
    let wide = width(plan.composition);
    if let Some(store) = stores.get(plan.composition) {
        store.load(k, persons, spill)?;
    }
    let n = persons.len() / wide;
    index.begin(n);
    for (row, position) in persons.chunks_exact(wide).zip(1u32..) {
        let [high, low, ..] = *row else { continue };
        if index.find(persons, wide, high, low, position).is_some() {
            return Err(CroisementError::Twice { table: plan.composition });
        }
    }
    out.count(persons.iter().skip(2).step_by(wide));
    let joined = out.more(n);
    let (_, base, words) = plan.spans.get(plan.composition).copied().unwrap_or_default();
    for (to, row) in joined.chunks_exact_mut(plan.width).zip(persons.chunks_exact(wide)) {
        let [_, _, high, low, cells @ ..] = row else { continue };
        to.fill(0);
        if let [a, b, ..] = to {
            (*a, *b) = (*high, *low);
        }
        copy(to, base, words, cells);
    }
    for (t, store) in stores.iter().enumerate().filter(|(t, _)| *t != plan.composition) {
        let (w, (keys, base, words)) = (width(t), plan.spans.get(t).copied().unwrap_or_default());
        let there = plan.rows.get(t).copied().unwrap_or_default();
        let (mut strangers, mut twice) = (0, false);
        store.pieces(k, piece, spill, |rows| {
            for row in rows.chunks_exact(w) {
                let [high, low, ..] = *row else { continue };
                let Some(person) = index.find(persons, wide, high, low, 0) else {
                    strangers += 1;
                    continue;
                };
                let at = (person as usize - 1) * plan.width;
                let to = joined.get_mut(at..at + plan.width).unwrap_or_default();
                twice |= there.get(to);
                copy(to, base, words, row.get(keys..).unwrap_or_default());
            }
        })?;
        if twice {
            return Err(CroisementError::Twice { table: t });
        }
        if let Some(u) = unmatched.get(t) {
            u.fetch_add(strangers, Ordering::Relaxed);
        }
    }
    Ok(n)
}

/// A few words: a loop beats a call.
#[inline]
fn copy(to: &mut [u64], base: usize, words: usize, from: &[u64]) {
    for (a, b) in to.iter_mut().skip(base).take(words).zip(from) {
        *a = *b;
    }
}

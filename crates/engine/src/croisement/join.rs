//! One partition of persons: the other tables joined to the composition by the person's handle.

use super::CroisementError;
use super::exchange::{Exchange, Store, Tails};
use super::layout::{Bit, Field, Layout, Taken};
use super::name;
use std::sync::atomic::{AtomicU64, Ordering};

/// A word of a table's rows in joined ones: its values are brought so many places down, then up into what other words leave free.
#[derive(Debug, Clone, Copy)]
struct Move {
    from: usize,
    down: u32,
    to: usize,
    up: u32,
}

/// What a joined row is made of: the foyer's handle, then the values of each table (zeros where the table has no row for the
/// person), words that are not full sharing one.
#[derive(Debug)]
pub(super) struct Plan {
    composition: usize,
    /// Words of each table's rows, and where they go.
    moves: Vec<Vec<Move>>,
    widths: Vec<usize>,
    /// Per table, the bit of joined rows that says that it has a row for the person.
    rows: Vec<Bit>,
    pub(super) width: usize,
}

impl Plan {
    pub(super) fn new(layouts: &[Layout], composition: usize) -> Self {
        let mut words: Vec<(u32, usize, Taken)> = Vec::new();
        for (t, l) in layouts.iter().enumerate() {
            words.extend(l.taken.iter().filter(|w| w.to > w.from).map(|w| (w.to - w.from, t, *w)));
        }
        // Fullest first, so that words fill up.
        words.sort_by_key(|(taken, t, w)| (std::cmp::Reverse(*taken), *t, w.word));
        let mut moves = vec![Vec::new(); layouts.len()];
        let mut taken_of: Vec<u32> = Vec::new();
        for (taken, t, w) in words {
            let to = taken_of.iter().position(|used| used + taken <= 64).unwrap_or(taken_of.len());
            if to == taken_of.len() {
                taken_of.push(0);
            }
            if let (Some(used), Some(of_table)) = (taken_of.get_mut(to), moves.get_mut(t)) {
                of_table.push(Move { from: w.word, down: w.from, to: 2 + to, up: *used });
                *used += taken;
            }
        }
        let mut plan =
            Self { composition, moves, widths: layouts.iter().map(|l| l.width).collect(), rows: Vec::new(), width: 2 + taken_of.len() };
        plan.rows = layouts.iter().enumerate().map(|(t, l)| plan.bit(t, l.row)).collect();
        plan
    }

    fn place(&self, table: usize, word: usize, shift: u32) -> (usize, u32) {
        let moves = self.moves.get(table).into_iter().flatten();
        moves.copied().find(|m| m.from == word).map_or((0, 0), |m| (m.to, shift - m.down + m.up))
    }

    fn bit(&self, table: usize, bit: Bit) -> Bit {
        let (word, shift) = self.place(table, bit.word, bit.shift);
        Bit { word, shift }
    }

    /// A field of a table, in joined rows.
    pub(super) fn field(&self, table: usize, field: Field) -> Field {
        let (word, shift) = self.place(table, field.word, field.shift);
        Field { word, shift, known: self.bit(table, field.known), ..field }
    }

    /// The bit of a table that says that it has a row for the person, in joined rows.
    pub(super) fn row(&self, table: usize) -> Bit {
        self.rows.get(table).copied().unwrap_or_default()
    }
}

/// What a thread keeps from one partition to the next.
pub(super) struct Scratch<'a> {
    /// Names of the persons of the composition.
    keys: Vec<[u64; 2]>,
    /// Rows that were spilled.
    room: Vec<u64>,
    index: Index,
    joined: Vec<u64>,
    pub(super) out: Tails<'a>,
}

impl<'a> Scratch<'a> {
    pub(super) fn of(joined: &Store<'a>) -> Self {
        Self { keys: Vec::new(), room: Vec::new(), index: Index::default(), joined: Vec::new(), out: Tails::of(joined) }
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
        (h.wrapping_shr(64 - self.bits) as usize, ((h >> 16) as u32).wrapping_shl(self.bits))
    }

    /// The position of a handle among `keys`; when it is not there, it takes `put` if that is a position.
    #[inline]
    fn find(&mut self, keys: &[[u64; 2]], [high, low]: [u64; 2], put: u32) -> Option<u32> {
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
                if keys.get(position as usize - 1) == Some(&[high, low]) {
                    return Some(position);
                }
            }
            at = (at + 1) & mask;
        }
    }
}

/// Stores of an exchange: those of the tables, and that of joined rows.
pub(super) struct Stores<'s, 'a> {
    pub(super) tables: &'s [Store<'a>],
    pub(super) joined: &'s Store<'a>,
    pub(super) exchange: &'s Exchange<'a>,
}

/// Joins one partition; the number of its persons.
pub(super) fn partition<'a, E>(
    plan: &Plan,
    k: usize,
    stores: &Stores<'_, 'a>,
    scratch: &mut Scratch<'a>,
    unmatched: &[AtomicU64],
) -> Result<usize, CroisementError<E>> {
    let Scratch { keys, room, index, joined, out } = scratch;
    let (nothing, exchange) = (Vec::new(), stores.exchange);
    let (moves, width) = (|t: usize| plan.moves.get(t).unwrap_or(&nothing), |t: usize| plan.widths.get(t).copied().unwrap_or(1));
    let wide = width(plan.composition);
    let Some(taken) = stores.tables.get(plan.composition).map(|s| s.take(k)) else { return Ok(0) };
    let pieces = taken.rows(room, exchange)?;
    let n: usize = pieces.iter().map(|p| p.len() / wide).sum();
    keys.clear();
    index.begin(n);
    joined.clear();
    joined.resize(n * plan.width, 0);
    let rows = pieces.iter().flat_map(|p| p.chunks_exact(wide));
    for ((to, row), position) in joined.chunks_exact_mut(plan.width).zip(rows).zip(1u32..) {
        let [high, low, home @ ..] = row else { continue };
        let name = name::of_words(*high, *low);
        if index.find(keys, name, position).is_some() {
            return Err(CroisementError::Twice { table: plan.composition });
        }
        keys.push(name);
        for (to, word) in to.iter_mut().zip(home).take(2) {
            *to = *word;
        }
        put(to, moves(plan.composition), row);
    }
    drop(pieces);
    taken.done(&exchange.pool);
    for (t, store) in stores.tables.iter().enumerate().filter(|(t, _)| *t != plan.composition) {
        let (w, there, moves) = (width(t), plan.row(t), moves(t));
        let (mut strangers, mut twice) = (0, false);
        let taken = store.take(k);
        for row in taken.rows(room, exchange)?.iter().flat_map(|p| p.chunks_exact(w)) {
            let [high, low, ..] = *row else { continue };
            let Some(person) = index.find(keys, name::of_words(high, low), 0) else {
                strangers += 1;
                continue;
            };
            let at = (person as usize - 1) * plan.width;
            let to = joined.get_mut(at..at + plan.width).unwrap_or_default();
            twice |= there.get(to);
            put(to, moves, row);
        }
        if twice {
            return Err(CroisementError::Twice { table: t });
        }
        taken.done(&exchange.pool);
        if let Some(u) = unmatched.get(t) {
            u.fetch_add(strangers, Ordering::Relaxed);
        }
    }
    out.copy(joined, stores.joined, exchange)?;
    Ok(n)
}

/// A few words: a loop beats a call.
#[inline]
fn put(to: &mut [u64], moves: &[Move], from: &[u64]) {
    for m in moves {
        if let (Some(to), Some(word)) = (to.get_mut(m.to), from.get(m.from)) {
            *to |= word.wrapping_shr(m.down).wrapping_shl(m.up);
        }
    }
}

//! Packed rows by partition: each thread fills a block for each partition, and what is full waits with that partition's others
//! until the partition is read. What the memory given does not hold goes through the spill, block by block.

use super::Spill;
use super::arena::{Block, Pool};
use super::words::of_width;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The partition of a handle: its first bits.
#[inline]
pub(super) const fn part_of(key: u64, bits: u32) -> usize {
    // Two shifts, so that no bit at all is no special case.
    (key >> 1).wrapping_shr(63 - bits) as usize
}

/// Where blocks come from, and where they go that cannot be held.
pub(super) struct Exchange<'a> {
    pub(super) pool: Pool<'a>,
    spill: &'a dyn Spill,
    spilled: AtomicU64,
    exchanged: AtomicU64,
}

impl<'a> Exchange<'a> {
    pub(super) const fn new(pool: Pool<'a>, spill: &'a dyn Spill) -> Self {
        Self { pool, spill, spilled: AtomicU64::new(0), exchanged: AtomicU64::new(0) }
    }

    /// Words of packed rows, each written once and read once, so far.
    pub(super) fn exchanged(&self) -> u64 {
        self.exchanged.load(Ordering::Relaxed)
    }

    /// Words that went through the spill.
    pub(super) fn spilled(&self) -> u64 {
        self.spilled.load(Ordering::Relaxed)
    }

    fn put_aside(&self, words: &[u64]) -> io::Result<Piece<'a>> {
        let at = self.spill.append(words)?;
        self.spilled.fetch_add(words.len() as u64, Ordering::Relaxed);
        Ok(Piece::Spilled { at, words: words.len() })
    }
}

/// Rows of one partition that wait together.
enum Piece<'a> {
    Held { block: Block<'a>, used: usize },
    Spilled { at: u64, words: usize },
}

/// Rows of one width, by partition, as they come.
pub(super) struct Store<'a> {
    width: usize,
    bits: u32,
    parts: Mutex<Vec<Vec<Piece<'a>>>>,
}

impl<'a> Store<'a> {
    pub(super) fn new(width: usize, bits: u32) -> Self {
        Self { width, bits, parts: Mutex::new((0..1usize << bits).map(|_| Vec::new()).collect()) }
    }

    fn parts(&self) -> MutexGuard<'_, Vec<Vec<Piece<'a>>>> {
        self.parts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, part: usize, piece: Piece<'a>) {
        if let Some(pieces) = self.parts().get_mut(part) {
            pieces.push(piece);
        }
    }

    /// The rows of a partition, which the store forgets.
    pub(super) fn take(&self, part: usize) -> Taken<'a> {
        Taken { pieces: self.parts().get_mut(part).map(std::mem::take).unwrap_or_default() }
    }
}

/// All rows of one partition.
pub(super) struct Taken<'a> {
    pieces: Vec<Piece<'a>>,
}

impl<'a> Taken<'a> {
    /// The rows, piece by piece, where they stand; those that were spilled are read into `room`.
    pub(super) fn rows<'t>(&'t self, room: &'t mut Vec<u64>, exchange: &Exchange<'_>) -> io::Result<Vec<&'t [u64]>> {
        room.clear();
        for piece in &self.pieces {
            if let Piece::Spilled { at, words } = piece {
                let before = room.len();
                room.resize(before + words, 0);
                exchange.spill.read(*at, room.get_mut(before..).unwrap_or_default())?;
            }
        }
        let held = self.pieces.iter().filter_map(|p| match p {
            Piece::Held { block, used } => block.get(..*used),
            Piece::Spilled { .. } => None,
        });
        let pieces: Vec<&[u64]> = held.chain(Some(room.as_slice()).filter(|r| !r.is_empty())).collect();
        let words: usize = pieces.iter().map(|p| p.len()).sum();
        exchange.exchanged.fetch_add(words as u64, Ordering::Relaxed);
        Ok(pieces)
    }

    /// Gives its blocks back.
    pub(super) fn done(self, pool: &Pool<'a>) {
        for piece in self.pieces {
            if let Piece::Held { block, .. } = piece {
                pool.back(block);
            }
        }
    }
}

/// What one thread adds to a store: a block for each partition, not yet full.
pub(super) struct Tails<'a> {
    width: usize,
    bits: u32,
    tails: Vec<Tail<'a>>,
}

struct Tail<'a> {
    block: Block<'a>,
    used: usize,
}

impl<'a> Tails<'a> {
    pub(super) fn of(store: &Store<'_>) -> Self {
        let empty = || Tail { block: Block::Own(Vec::new()), used: 0 };
        Self { width: store.width, bits: store.bits, tails: (0..1usize << store.bits).map(|_| empty()).collect() }
    }

    /// Adds rows given word by word; the first word of a row decides its partition. Of all rows, or of those that `keep` marks.
    pub(super) fn turn(&mut self, words: &[&[u64]], keep: Option<&[u64]>, store: &Store<'a>, exchange: &Exchange<'a>) -> io::Result<()> {
        of_width!(self.width, turn(self, words, keep, store, exchange), turn_any(self, words, keep, store, exchange))
    }

    /// Adds rows.
    pub(super) fn copy(&mut self, rows: &[u64], store: &Store<'a>, exchange: &Exchange<'a>) -> io::Result<()> {
        of_width!(self.width, copy(self, rows, store, exchange), copy_any(self, rows, store, exchange))
    }

    /// Room for one row that begins with this word.
    #[inline(always)]
    fn place(&mut self, key: u64, store: &Store<'a>, exchange: &Exchange<'a>) -> io::Result<&mut [u64]> {
        let (part, width) = (part_of(key, self.bits), self.width);
        let Some(tail) = self.tails.get_mut(part) else { return Ok(&mut []) };
        if tail.used + width > tail.block.len() {
            tail.renew(part, store, exchange)?;
        }
        let from = tail.used;
        tail.used += width;
        Ok(tail.block.get_mut(from..from + width).unwrap_or_default())
    }

    /// Everything that it holds goes to the store.
    pub(super) fn finish(self, store: &Store<'a>) {
        for (part, Tail { block, used }) in self.tails.into_iter().enumerate().filter(|(_, t)| t.used > 0) {
            store.add(part, Piece::Held { block, used });
        }
    }
}

impl<'a> Tail<'a> {
    /// A block with room, once this one is with the others of its partition.
    #[cold]
    fn renew(&mut self, part: usize, store: &Store<'a>, exchange: &Exchange<'a>) -> io::Result<()> {
        match exchange.pool.lend() {
            Some(block) => {
                let block = std::mem::replace(&mut self.block, block);
                if self.used > 0 {
                    store.add(part, Piece::Held { block, used: self.used });
                }
            }
            None if self.used > 0 => store.add(part, exchange.put_aside(self.block.get(..self.used).unwrap_or_default())?),
            None => self.block = exchange.pool.beside(),
        }
        self.used = 0;
        Ok(())
    }
}

fn turn<'a, const W: usize>(
    tails: &mut Tails<'a>,
    words: &[&[u64]],
    keep: Option<&[u64]>,
    store: &Store<'a>,
    exchange: &Exchange<'a>,
) -> io::Result<()> {
    let Some(words) = words.first_chunk::<W>() else { return Ok(()) };
    let n = words.iter().map(|w| w.len()).min().unwrap_or(0);
    let words: [&[u64]; W] = words.map(|w| w.get(..n).unwrap_or_default());
    for i in 0..n {
        if keep.is_some_and(|k| k.get(i) == Some(&0)) {
            continue;
        }
        let row: [u64; W] = words.map(|w| w.get(i).copied().unwrap_or(0));
        let to = tails.place(row.first().copied().unwrap_or(0), store, exchange)?;
        if let Some(to) = to.first_chunk_mut::<W>() {
            *to = row;
        }
    }
    Ok(())
}

fn turn_any<'a>(
    tails: &mut Tails<'a>,
    words: &[&[u64]],
    keep: Option<&[u64]>,
    store: &Store<'a>,
    exchange: &Exchange<'a>,
) -> io::Result<()> {
    let keys = words.first().copied().unwrap_or_default();
    for (i, key) in keys.iter().enumerate().filter(|(i, _)| keep.is_none_or(|k| k.get(*i) != Some(&0))) {
        for (to, word) in tails.place(*key, store, exchange)?.iter_mut().zip(words) {
            *to = word.get(i).copied().unwrap_or(0);
        }
    }
    Ok(())
}

fn copy<'a, const W: usize>(tails: &mut Tails<'a>, rows: &[u64], store: &Store<'a>, exchange: &Exchange<'a>) -> io::Result<()> {
    for row in rows.as_chunks::<W>().0 {
        if let Some(to) = tails.place(row.first().copied().unwrap_or(0), store, exchange)?.first_chunk_mut::<W>() {
            *to = *row;
        }
    }
    Ok(())
}

fn copy_any<'a>(tails: &mut Tails<'a>, rows: &[u64], store: &Store<'a>, exchange: &Exchange<'a>) -> io::Result<()> {
    for row in rows.chunks_exact(tails.width) {
        tails.place(row.first().copied().unwrap_or(0), store, exchange)?.copy_from_slice(row);
    }
    Ok(())
}

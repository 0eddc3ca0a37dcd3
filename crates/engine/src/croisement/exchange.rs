//! Packed rows by partition: each run (a row group, or what a partition of persons gave) is scattered once into an exact place,
//! and read back partition by partition. Runs beyond the memory given go through the spill.

use super::Spill;
use super::pack::Rows;
use super::room::Room;
use super::words::of_width;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The partition of a handle: its first bits.
#[inline]
pub(super) const fn part_of(key: u64, bits: u32) -> usize {
    // Two shifts, so that no bit at all is no special case.
    ((key >> 1) >> (63 - bits)) as usize
}

/// What is held in memory, against what may be.
#[derive(Debug)]
pub(super) struct Ledger {
    held: AtomicU64,
    limit: u64,
    spilled: AtomicU64,
}

impl Ledger {
    pub(super) const fn new(limit: u64) -> Self {
        Self { held: AtomicU64::new(0), limit, spilled: AtomicU64::new(0) }
    }

    /// Whether so many bytes more may be held; they are counted then.
    fn hold(&self, bytes: u64) -> bool {
        let before = self.held.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) <= self.limit {
            return true;
        }
        self.held.fetch_sub(bytes, Ordering::Relaxed);
        false
    }

    /// Words that went through the spill.
    pub(super) fn spilled(&self) -> u64 {
        self.spilled.load(Ordering::Relaxed)
    }
}

#[derive(Debug)]
enum Place {
    Memory(Room),
    Spilled(u64),
}

/// Rows scattered together.
#[derive(Debug)]
struct Run {
    /// Row where each partition begins; one more entry than partitions.
    starts: Vec<u32>,
    place: Place,
}

/// Rows of one width, by partition, as they come.
#[derive(Debug)]
pub(super) struct Store {
    width: usize,
    bits: u32,
    runs: Mutex<Vec<Run>>,
}

/// All rows of a store: read by any thread at once.
#[derive(Debug)]
pub(super) struct Held {
    width: usize,
    runs: Vec<Run>,
}

impl Store {
    pub(super) const fn new(width: usize, bits: u32) -> Self {
        Self { width, bits, runs: Mutex::new(Vec::new()) }
    }

    /// Puts packed rows in the order of their partitions.
    pub(super) fn scatter(&self, rows: &Rows, ledger: &Ledger, spill: &dyn Spill) -> std::io::Result<()> {
        if rows.words().is_empty() {
            return Ok(());
        }
        let mut starts = Vec::with_capacity((1 << self.bits) + 1);
        let mut total = 0u32;
        starts.push(0);
        for c in &rows.counts {
            total += c;
            starts.push(total);
        }
        let mut room = Room::zeroed(rows.words().len());
        let words = room.words_mut();
        let mut next = starts.clone();
        of_width!(self.width, place(rows, words, &mut next), any(rows, words, &mut next));
        let place = if ledger.hold(room.bytes()) {
            Place::Memory(room)
        } else {
            ledger.spilled.fetch_add(room.words().len() as u64, Ordering::Relaxed);
            Place::Spilled(spill.append(room.words())?)
        };
        let mut runs = self.runs.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        runs.push(Run { starts, place });
        Ok(())
    }

    pub(super) fn held(self) -> Held {
        Held { width: self.width, runs: self.runs.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) }
    }
}

impl Held {
    /// All rows of a partition.
    pub(super) fn load(&self, k: usize, into: &mut Vec<u64>, spill: &dyn Spill) -> std::io::Result<()> {
        into.clear();
        let mut piece = Vec::new();
        self.pieces(k, &mut piece, spill, |rows| into.extend_from_slice(rows))
    }

    /// The rows of a partition, piece by piece, where they stand; those that were spilled come through `piece`.
    pub(super) fn pieces(&self, k: usize, piece: &mut Vec<u64>, spill: &dyn Spill, mut f: impl FnMut(&[u64])) -> std::io::Result<()> {
        for run in &self.runs {
            let at = |i: usize| run.starts.get(i).map_or(0, |s| *s as usize * self.width);
            let (from, to) = (at(k), at(k + 1));
            match &run.place {
                Place::Memory(room) => f(room.words().get(from..to).unwrap_or_default()),
                Place::Spilled(first) => {
                    piece.clear();
                    piece.resize(to - from, 0);
                    spill.read(first + from as u64, piece)?;
                    f(piece);
                }
            }
        }
        Ok(())
    }
}

#[inline]
fn slot(row: &[u64], rows: &Rows, next: &mut [u32]) -> usize {
    let part = part_of(row.first().copied().unwrap_or(0), rows.bits);
    next.get_mut(part).map_or(0, |n| {
        *n += 1;
        *n as usize - 1
    })
}

fn any(rows: &Rows, words: &mut [u64], next: &mut [u32]) {
    let w = rows.width;
    for row in rows.words().chunks_exact(w) {
        let slot = slot(row, rows, next);
        if let Some(to) = words.get_mut(slot * w..(slot + 1) * w) {
            to.copy_from_slice(row);
        }
    }
}

fn place<const W: usize>(rows: &Rows, words: &mut [u64], next: &mut [u32]) {
    let (from, _) = rows.words().as_chunks::<W>();
    let (to, _) = words.as_chunks_mut::<W>();
    for row in from {
        let slot = slot(row, rows, next);
        if let Some(to) = to.get_mut(slot) {
            *to = *row;
        }
    }
}

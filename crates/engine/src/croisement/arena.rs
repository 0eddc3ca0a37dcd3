//! Memory for packed rows: one piece of it, lent block by block and taken back, so that what the first exchange leaves serves the
//! second. A page that is written for the first time is dear (the system clears it, and a virtual machine's host may have to find
//! it): what is lent again is not paid again. Nothing of it is touched before it is lent.

use memmap2::{MmapMut, MmapOptions};
use std::ops::{Deref, DerefMut};
use std::slice::ChunksExactMut;
use std::sync::{Mutex, MutexGuard, PoisonError};
use zerocopy::FromBytes;

/// Size of a large page on the systems that have them, which are asked for: each page of 4 KiB costs as much as its rows do.
const LARGE: usize = 2 << 20;

/// Beyond so many bytes they are not: large pieces are what the host of a virtual machine takes back first, and to find so many again
/// costs more than they save.
const MOST_LARGE: usize = 256 << 20;

/// Room for packed rows, of which nothing is used yet.
pub struct Arena {
    room: Room,
    /// Words of a block.
    block: usize,
    /// Whether it is all that may be held: what it has no block for goes through the spill.
    limited: bool,
}

// A derived Debug would print rows.
impl std::fmt::Debug for Arena {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arena").finish_non_exhaustive()
    }
}

enum Room {
    Small(Vec<u64>),
    /// A piece of anonymous memory, from the first byte where a large page can begin.
    Mapped {
        map: MmapMut,
        from: usize,
        to: usize,
    },
}

impl Arena {
    /// So many blocks.
    pub(super) fn new(blocks: usize, block: usize, limited: bool) -> Self {
        let words = blocks * block;
        Self { room: Room::mapped(words).unwrap_or_else(|| Room::Small(vec![0; words])), block, limited }
    }

    pub(super) fn pool(&mut self) -> Pool<'_> {
        let Self { room, block, limited } = self;
        let words = match room {
            Room::Small(v) => v,
            Room::Mapped { map, from, to } => map.get_mut(*from..*to).and_then(|b| <[u64]>::mut_from_bytes(b).ok()).unwrap_or_default(),
        };
        let lots = Lots { fresh: words.chunks_exact_mut(*block), back: Vec::new() };
        Pool { lots: Mutex::new(lots), block: *block, limited: *limited }
    }
}

impl Room {
    /// None for what is small, and where the system refuses.
    fn mapped(words: usize) -> Option<Self> {
        let bytes = words.checked_mul(8).filter(|b| *b >= LARGE)?;
        // Not counted as used before it is: much of it may never be.
        let map = MmapOptions::new().len(bytes.checked_add(LARGE)?).no_reserve_swap().map_anon().ok()?;
        let from = map.as_ptr().align_offset(LARGE).min(LARGE);
        // Where the kernel knows no large pages, ordinary ones do.
        #[cfg(target_os = "linux")]
        if bytes <= MOST_LARGE {
            let _ = map.advise_range(memmap2::Advice::HugePage, from, bytes);
        }
        Some(Self::Mapped { map, from, to: from + bytes })
    }
}

/// Blocks of an arena.
struct Lots<'a> {
    fresh: ChunksExactMut<'a, u64>,
    back: Vec<&'a mut [u64]>,
}

/// What lends blocks, to any thread.
pub(super) struct Pool<'a> {
    lots: Mutex<Lots<'a>>,
    block: usize,
    limited: bool,
}

impl<'a> Pool<'a> {
    fn lots(&self) -> MutexGuard<'_, Lots<'a>> {
        self.lots.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A block, whatever it held before; none when all are lent and no more may be held.
    pub(super) fn lend(&self) -> Option<Block<'a>> {
        let mut lots = self.lots();
        // The last that came back is in a cache.
        if let Some(words) = lots.back.pop().or_else(|| lots.fresh.next()) {
            return Some(Block::Lent(words));
        }
        drop(lots);
        (!self.limited).then(|| self.beside())
    }

    /// A block beside the arena: for who cannot go on without one.
    pub(super) fn beside(&self) -> Block<'a> {
        Block::Own(vec![0; self.block])
    }

    /// Takes a block back.
    pub(super) fn back(&self, block: Block<'a>) {
        if let Block::Lent(words) = block {
            self.lots().back.push(words);
        }
    }
}

/// Words of one holder.
pub(super) enum Block<'a> {
    Lent(&'a mut [u64]),
    Own(Vec<u64>),
}

impl Deref for Block<'_> {
    type Target = [u64];

    #[inline]
    fn deref(&self) -> &[u64] {
        match self {
            Self::Lent(words) => words,
            Self::Own(words) => words,
        }
    }
}

impl DerefMut for Block<'_> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u64] {
        match self {
            Self::Lent(words) => words,
            Self::Own(words) => words,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_apart_come_back_and_are_bounded() {
        for (blocks, block) in [(3, 100), (LARGE / 8 / 64 + 5, 64)] {
            for limited in [true, false] {
                let mut arena = Arena::new(blocks, block, limited);
                assert_eq!(matches!(arena.room, Room::Mapped { .. }), blocks * block * 8 >= LARGE);
                let pool = arena.pool();
                let mut lent: Vec<Block<'_>> = (0..blocks).filter_map(|_| pool.lend()).collect();
                assert_eq!(lent.len(), blocks);
                for (i, b) in (0u64..).zip(&mut lent) {
                    assert_eq!(b.len(), block);
                    b.fill(i);
                }
                assert!((0u64..).zip(&lent).all(|(i, b)| b.iter().all(|w| *w == i)));
                assert_eq!(pool.lend().is_none(), limited);
                assert!(matches!(pool.beside(), Block::Own(v) if v.len() == block));
                if let Some(b) = lent.pop() {
                    pool.back(b);
                }
                assert!(matches!(pool.lend(), Some(Block::Lent(_))));
            }
        }
    }
}

//! Memory for packed rows. A run is megabytes that are written once and read once: on pages of 4 KiB, asking the system for each
//! of them costs as much as the rows do, so large runs ask for large pages where the system has them.

use memmap2::{MmapMut, MmapOptions};
use zerocopy::FromBytes;

/// Size of a large page on the systems that have them.
const LARGE: usize = 2 << 20;

/// Words, all zero at first.
#[derive(Debug)]
pub(super) enum Room {
    Small(Vec<u64>),
    /// A piece of anonymous memory, from the first byte where a large page can begin.
    Large {
        map: MmapMut,
        from: usize,
        to: usize,
    },
}

impl Room {
    pub(super) fn zeroed(words: usize) -> Self {
        Self::large(words).unwrap_or_else(|| Self::Small(vec![0; words]))
    }

    /// None for what does not fill a page, and where the system refuses.
    fn large(words: usize) -> Option<Self> {
        let bytes = words * 8;
        if bytes < LARGE {
            return None;
        }
        // The last page too is a large one: what of it is not asked for is room that nobody touches but the system, once.
        let whole = bytes.next_multiple_of(LARGE);
        let map = MmapOptions::new().len(whole + LARGE).map_anon().ok()?;
        let from = map.as_ptr().align_offset(LARGE).min(LARGE);
        // Where the kernel knows no large pages, ordinary ones do.
        #[cfg(target_os = "linux")]
        let _ = map.advise_range(memmap2::Advice::HugePage, from, whole);
        Some(Self::Large { map, from, to: from + bytes })
    }

    /// Bytes that it may take in memory, the rest of its last page included.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Small(v) => v.len() as u64 * 8,
            Self::Large { from, to, .. } => (to - from).next_multiple_of(LARGE) as u64,
        }
    }

    pub(super) fn words(&self) -> &[u64] {
        match self {
            Self::Small(v) => v,
            Self::Large { map, from, to } => map.get(*from..*to).and_then(|b| <[u64]>::ref_from_bytes(b).ok()).unwrap_or_default(),
        }
    }

    pub(super) fn words_mut(&mut self) -> &mut [u64] {
        match self {
            Self::Small(v) => v,
            Self::Large { map, from, to } => map.get_mut(*from..*to).and_then(|b| <[u64]>::mut_from_bytes(b).ok()).unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_and_large_rooms_hold_as_many_words_as_asked_all_zero() {
        for words in [0, 1, 1_000, LARGE / 8 - 1, LARGE / 8, 3 * LARGE / 8 + 5] {
            let mut room = Room::zeroed(words);
            assert_eq!(room.words().len(), words);
            assert!(room.words().iter().all(|w| *w == 0));
            if let Some(last) = room.words_mut().last_mut() {
                *last = 7;
            }
            assert_eq!(room.words().last().copied().unwrap_or(7), 7);
            assert_eq!(matches!(room, Room::Large { .. }), words * 8 >= LARGE);
        }
    }
}

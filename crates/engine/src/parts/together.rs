//! Who must be judged together: people whom some body puts in one foyer, and whom these bring in turn.
//!
//! Whoever reads deliveries as they come keeps of each row eight bytes for its person, and eight for its foyer where the body
//! describes households. Two people whose eight bytes are the same (one chance in a million for five million) are only judged
//! together; nothing is concluded from that.

use crate::link::{Coverage, Delivery, Handle, Index, NONE};
use rayon::slice::ParallelSliceMut;

/// The rows of one body, in the order of its delivery.
#[derive(Debug)]
pub struct Rows {
    people: Vec<u64>,
    /// Zero where none is told; empty for a body that says nothing of households.
    homes: Vec<u64>,
    describes: bool,
}

impl Rows {
    /// No row yet of a body that describes households so.
    #[must_use]
    pub fn new(composition: Coverage) -> Self {
        Self { people: Vec::new(), homes: Vec::new(), describes: composition != Coverage::Nothing }
    }

    /// Adds a row.
    pub fn push(&mut self, person: &Handle, foyer: Option<&[u8; 16]>) {
        self.people.push(mixed(person));
        if self.describes {
            self.homes.push(foyer.map_or(0, mixed));
        }
    }

    /// How many rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }
}

/// Eight bytes of sixteen random ones, never zero; of sixteen that are not random, spread all the same.
fn mixed(id: &[u8; 16]) -> u64 {
    let half = |h: Option<&[u8; 8]>| h.map_or(0, |b| u64::from_be_bytes(*b));
    spread(half(id.first_chunk()) ^ spread(half(id.last_chunk()))).max(1)
}

/// Every bit of the answer depends on every bit of the number (the finaliser of SplitMix64).
const fn spread(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// All people, in the order of their numbers.
struct People {
    keys: Vec<u64>,
    index: Index,
}

impl People {
    fn of(bodies: &[Rows]) -> Self {
        let mut keys: Vec<u64> = Vec::with_capacity(bodies.iter().map(Rows::len).sum());
        bodies.iter().for_each(|b| keys.extend_from_slice(&b.people));
        keys.par_sort_unstable();
        keys.dedup();
        keys.shrink_to_fit();
        let index = Index::of(keys.iter().copied(), keys.len());
        Self { keys, index }
    }

    fn position(&self, key: u64) -> u32 {
        let among = self.index.among(key);
        let found = self.keys.get(among.clone()).unwrap_or_default().binary_search(&key).ok();
        found.and_then(|p| u32::try_from(among.start + p).ok()).unwrap_or(NONE)
    }
}

/// Groups of people, each known by the position of its first.
struct Groups(Vec<u32>);

impl Groups {
    fn alone(n: usize) -> Self {
        Self((0..u32::try_from(n).unwrap_or(NONE)).collect())
    }

    /// The first of somebody's group, everybody on the way brought nearer to it.
    fn first(&mut self, person: u32) -> u32 {
        let up = |s: &Self, p: u32| s.0.get(p as usize).copied().unwrap_or(p);
        let mut p = person;
        loop {
            let parent = up(self, p);
            if parent == p {
                return p;
            }
            let above = up(self, parent);
            if let Some(slot) = self.0.get_mut(p as usize) {
                *slot = above;
            }
            p = above;
        }
    }

    fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.first(a), self.first(b));
        if let Some(slot) = self.0.get_mut(a.max(b) as usize) {
            *slot = a.min(b);
        }
    }
}

/// For each body, the part of each of its rows, below `parts` (65 535 at most). A group goes by the number of its first, spread
/// once more, so that parts are of one size whatever handles look like.
#[must_use]
pub fn part_of_rows(bodies: Vec<Rows>, parts: usize) -> Vec<Vec<u16>> {
    let people = People::of(&bodies);
    let mut groups = Groups::alone(people.keys.len());
    for b in bodies.iter().filter(|b| b.describes) {
        let mut homes: Vec<(u64, u32)> =
            b.homes.iter().zip(&b.people).filter(|(f, _)| **f != 0).map(|(f, p)| (*f, people.position(*p))).collect();
        homes.par_sort_unstable();
        for pair in homes.windows(2) {
            if let [(f, a), (g, b)] = pair
                && f == g
            {
                groups.join(*a, *b);
            }
        }
    }
    let mut part = |key: &u64| {
        let first = groups.first(people.position(*key));
        let spread = people.keys.get(first as usize).map_or(0, |k| spread(*k));
        u16::try_from((u128::from(spread) * parts.min(usize::from(u16::MAX)) as u128) >> 64).unwrap_or(0)
    };
    // One body's rows at a time stand in both forms.
    bodies.into_iter().map(|b| b.people.iter().map(&mut part).collect()).collect()
}

/// The same for deliveries held whole.
pub(super) fn of_deliveries(deliveries: &[Delivery], parts: usize) -> Vec<Vec<u16>> {
    let rows = |d: &Delivery| {
        let mut rows = Rows::new(d.composition);
        d.handles.iter().zip(&d.foyers).for_each(|(h, f)| rows.push(h, f.as_ref()));
        rows
    };
    part_of_rows(deliveries.iter().map(rows).collect(), parts)
}

//! Who must be judged together: people whom some body puts in one foyer, and whom these bring in turn.

use crate::link::{Coverage, Delivery, Handle, NONE};
use rayon::slice::ParallelSliceMut;

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

/// For each delivery, the part of each of its rows. A group goes by its smallest handle, which is random and says nothing:
/// hashed, so that parts are of one size whatever handles look like.
pub(super) fn part_of_rows(deliveries: &[Delivery], parts: usize) -> Vec<Vec<u32>> {
    let mut handles: Vec<Handle> = deliveries.iter().flat_map(|d| d.handles.iter().copied()).collect();
    handles.par_sort_unstable();
    handles.dedup();
    let position = |h: &Handle| handles.binary_search(h).ok().and_then(|p| u32::try_from(p).ok()).unwrap_or(NONE);
    let mut rows: Vec<Vec<u32>> = deliveries.iter().map(|d| d.handles.iter().map(position).collect()).collect();
    let mut groups = Groups::alone(handles.len());
    for (d, people) in deliveries.iter().zip(&rows).filter(|(d, _)| d.composition != Coverage::Nothing) {
        let mut homes: Vec<([u8; 16], u32)> = d.foyers.iter().zip(people).filter_map(|(f, p)| f.map(|f| (f, *p))).collect();
        homes.par_sort_unstable();
        for pair in homes.windows(2) {
            if let [(f, a), (g, b)] = pair
                && f == g
            {
                groups.join(*a, *b);
            }
        }
    }
    for person in rows.iter_mut().flatten() {
        let first = groups.first(*person);
        *person = handles.get(first as usize).map_or(0, |h| part(h, parts));
    }
    rows
}

/// A number below `parts`.
fn part(handle: &Handle, parts: usize) -> u32 {
    let start = blake3::hash(handle).as_bytes().first_chunk::<8>().map_or(0, |b| u64::from_be_bytes(*b));
    let scaled = (u128::from(start) * parts as u128) >> 64;
    u32::try_from(scaled).unwrap_or(0)
}

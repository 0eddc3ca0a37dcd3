//! One partition of foyers in the order of their handles, each with its persons.

use super::words::of_width;

/// What a thread keeps from one partition to the next.
#[derive(Default)]
pub(super) struct Scratch {
    next: Vec<u32>,
    sorted: Vec<u64>,
}

impl Scratch {
    /// Rows in the order of their words: handles first, then what they say, so that the order rests on nothing else. `skip` first
    /// bits of the handles are the same.
    pub(super) fn sorted(&mut self, pieces: &[&[u64]], width: usize, skip: u32) -> &[u64] {
        let Self { next, sorted } = self;
        let words = pieces.iter().map(|p| p.len()).sum::<usize>();
        // Handles are random: as many buckets as rows leave one foyer or two in each.
        let bits = (words / width.max(1)).next_power_of_two().trailing_zeros().clamp(1, 63 - skip);
        let bucket = move |key: u64| key.wrapping_shl(skip).wrapping_shr(64 - bits) as usize;
        next.clear();
        next.resize((1 << bits) + 1, 0);
        for key in pieces.iter().flat_map(|p| p.iter().step_by(width.max(1))) {
            if let Some(c) = next.get_mut(bucket(*key) + 1) {
                *c += 1;
            }
        }
        let mut total = 0;
        for c in next.iter_mut() {
            total += *c;
            *c = total;
        }
        if sorted.len() < words {
            sorted.resize(words, 0);
        }
        let sorted = sorted.get_mut(..words).unwrap_or_default();
        of_width!(width, place(pieces, sorted, next, bucket), any(pieces, width, sorted));
        sorted
    }
}

/// Bucket by bucket, then each bucket in order.
fn place<const W: usize>(pieces: &[&[u64]], sorted: &mut [u64], next: &mut [u32], bucket: impl Fn(u64) -> usize) {
    let (sorted, _) = sorted.as_chunks_mut::<W>();
    for row in pieces.iter().flat_map(|p| p.as_chunks::<W>().0) {
        let Some(at) = row.first().and_then(|key| next.get_mut(bucket(*key))) else { continue };
        if let Some(slot) = sorted.get_mut(*at as usize) {
            *slot = *row;
        }
        *at += 1;
    }
    // Each bucket ends now where the next began.
    let mut from = 0;
    for end in next.iter() {
        let bucket = sorted.get_mut(from..*end as usize).unwrap_or_default();
        from = *end as usize;
        match bucket.len() {
            0 | 1 => {}
            2..=24 => insertion(bucket),
            _ => bucket.sort_unstable(),
        }
    }
}

fn insertion<T: Copy + Ord>(v: &mut [T]) {
    for i in 1..v.len() {
        let mut j = i;
        while j > 0 && v.get(j).zip(v.get(j - 1)).is_some_and(|(a, b)| a < b) {
            v.swap(j, j - 1);
            j -= 1;
        }
    }
}

/// Rows of a width that nothing was made for.
fn any(pieces: &[&[u64]], width: usize, sorted: &mut [u64]) {
    let mut rows: Vec<&[u64]> = pieces.iter().flat_map(|p| p.chunks_exact(width.max(1))).collect();
    rows.sort_unstable();
    for (to, row) in sorted.chunks_exact_mut(width.max(1)).zip(rows) {
        to.copy_from_slice(row);
    }
}

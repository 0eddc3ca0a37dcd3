//! One partition of foyers in the order of their handles, each with its persons.

/// What a thread keeps from one partition to the next.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    next: Vec<u32>,
    /// First word of each row and its position, first as the rows stand, then bucket by bucket.
    keys: Vec<(u64, u32)>,
    sorted: Vec<(u64, u32)>,
    order: Vec<u32>,
}

impl Scratch {
    /// Positions of rows in the order of their words: handles first, then what they say, so that the order rests on nothing else.
    /// `skip` first bits of the handles are the same.
    pub(super) fn order(&mut self, rows: &[u64], width: usize, skip: u32) -> &[u32] {
        let Self { next, keys, sorted, order } = self;
        keys.clear();
        keys.extend(rows.iter().copied().step_by(width.max(1)).zip(0u32..));
        // Handles are random: as many buckets as rows leave one foyer or two in each.
        let bits = keys.len().next_power_of_two().trailing_zeros().clamp(1, 63 - skip);
        let bucket = |key: u64| ((key << skip) >> (64 - bits)) as usize;
        next.clear();
        next.resize((1 << bits) + 1, 0);
        for (key, _) in keys.iter() {
            if let Some(c) = next.get_mut(bucket(*key) + 1) {
                *c += 1;
            }
        }
        let mut total = 0;
        for c in next.iter_mut() {
            total += *c;
            *c = total;
        }
        sorted.clear();
        sorted.resize(keys.len(), (0, 0));
        for (key, i) in keys.iter() {
            if let Some(at) = next.get_mut(bucket(*key)) {
                if let Some(slot) = sorted.get_mut(*at as usize) {
                    *slot = (*key, *i);
                }
                *at += 1;
            }
        }
        // Each bucket ends now where the next began.
        let row = |i: u32| rows.get(i as usize * width..(i as usize + 1) * width).unwrap_or_default();
        let by_row = |a: &(u64, u32), b: &(u64, u32)| a.0.cmp(&b.0).then_with(|| row(a.1).cmp(row(b.1)));
        let mut from = 0;
        for end in next.iter() {
            let bucket = sorted.get_mut(from..*end as usize).unwrap_or_default();
            from = *end as usize;
            match bucket.len() {
                0 | 1 => {}
                2..=24 => insertion(bucket, by_row),
                _ => bucket.sort_unstable_by(by_row),
            }
        }
        order.clear();
        order.extend(sorted.iter().map(|(_, i)| *i));
        order
    }
}

fn insertion<T: Copy>(v: &mut [T], compare: impl Fn(&T, &T) -> std::cmp::Ordering) {
    for i in 1..v.len() {
        let mut j = i;
        while j > 0 && v.get(j).zip(v.get(j - 1)).is_some_and(|(a, b)| compare(a, b).is_lt()) {
            v.swap(j, j - 1);
            j -= 1;
        }
    }
}

//! Where each cell stands in a packed row: whole words for handles, then values and validity bits, none across two words.

/// A value in a row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) word: usize,
    pub(super) shift: u32,
    pub(super) bits: u32,
    /// What is added to the bits to make the value: its least, so that no sign is kept.
    pub(super) base: i64,
    /// Where the bit stands that says that there is a value.
    pub(super) known: Bit,
}

/// A bit in a row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bit {
    pub(super) word: usize,
    pub(super) shift: u32,
}

impl Bit {
    #[inline]
    pub(super) fn get(self, row: &[u64]) -> bool {
        row.get(self.word).is_some_and(|w| w.wrapping_shr(self.shift) & 1 == 1)
    }

    pub(super) const fn mask(self) -> u64 {
        1 << self.shift
    }
}

impl Field {
    /// The value; the least where there is none.
    #[inline]
    pub(super) fn get(self, row: &[u64]) -> i64 {
        let word = row.get(self.word).copied().unwrap_or(0);
        self.base.wrapping_add((word.wrapping_shr(self.shift) & self.mask()) as i64)
    }

    pub(super) const fn mask(self) -> u64 {
        u64::MAX.wrapping_shr(64_u32.wrapping_sub(self.bits))
    }
}

/// A packed row.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// Words of handles, in front.
    pub(super) keys: usize,
    /// Words in all.
    pub(super) width: usize,
    /// Bits that are taken in each word after the handles, from the lowest.
    pub(super) taken: Vec<u32>,
    /// Per column of the table, where it stands; none when it is not packed.
    pub(super) fields: Vec<Option<Field>>,
    /// Set in every row: a row of zeros says that there is none.
    pub(super) row: Bit,
}

impl Layout {
    /// Of columns that hold these values, from least to greatest; none for what is not packed. Widest first, so that words fill up.
    pub(super) fn of(keys: usize, columns: impl Iterator<Item = Option<(i64, i64)>>) -> Self {
        let columns: Vec<Option<(i64, u32)>> = columns.map(|c| c.map(|(least, most)| (least, bits(least, most)))).collect();
        let mut free: Vec<u32> = Vec::new();
        let mut place = |bits: u32| {
            if let Some((w, f)) = free.iter_mut().enumerate().find(|(_, f)| 64 - **f >= bits) {
                let shift = *f;
                *f += bits;
                return (keys + w, shift);
            }
            free.push(bits);
            (keys + free.len() - 1, 0)
        };
        let mut order: Vec<(usize, i64, u32)> =
            columns.iter().enumerate().filter_map(|(i, c)| c.map(|(base, bits)| (i, base, bits))).collect();
        order.sort_by_key(|(i, _, bits)| (std::cmp::Reverse(*bits), *i));
        let mut at = vec![None; columns.len()];
        for (i, base, bits) in order {
            if let Some(slot) = at.get_mut(i) {
                *slot = Some((place(bits), base, bits));
            }
        }
        let mut bit = || {
            let (word, shift) = place(1);
            Bit { word, shift }
        };
        let row = bit();
        let mut field = |((word, shift), base, bits)| Field { word, shift, bits, base, known: bit() };
        let fields = at.into_iter().map(|a| a.map(&mut field)).collect();
        Self { keys, width: keys + free.len(), taken: free, fields, row }
    }
}

/// Bits that tell apart the values from the least to the greatest.
fn bits(least: i64, most: i64) -> u32 {
    (64 - (most.wrapping_sub(least) as u64).leading_zeros()).max(1)
}

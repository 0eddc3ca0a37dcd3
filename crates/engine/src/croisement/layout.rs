//! Where each cell stands in a packed row: words for handles, then values and validity bits, none across two words. What stands for
//! a person's handle leaves half a word to values ([`super::name`]).

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
    /// Words in all, those of handles in front.
    pub(super) width: usize,
    /// Words that hold values, and the bits of each that do.
    pub(super) taken: Vec<Taken>,
    /// Per column of the table, where it stands; none when it is not packed.
    pub(super) fields: Vec<Option<Field>>,
    /// Set in every row: a row of zeros says that there is none.
    pub(super) row: Bit,
}

/// Bits of a word that hold values: from one, up to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) word: usize,
    pub(super) from: u32,
    pub(super) to: u32,
}

impl Layout {
    /// Of columns that hold these values, from least to greatest; none for what is not packed. Widest first, so that words fill up.
    /// `half`: a word of the handles whose upper half is free.
    pub(super) fn of(keys: usize, half: Option<usize>, columns: impl Iterator<Item = Option<(i64, i64)>>) -> Self {
        let columns: Vec<Option<(i64, u32)>> = columns.map(|c| c.map(|(least, most)| (least, bits(least, most)))).collect();
        let mut taken: Vec<Taken> = half.into_iter().map(|word| Taken { word, from: 32, to: 32 }).collect();
        let mut width = keys;
        let mut place = |bits: u32| {
            if let Some(t) = taken.iter_mut().find(|t| 64 - t.to >= bits) {
                t.to += bits;
                return (t.word, t.to - bits);
            }
            taken.push(Taken { word: width, from: 0, to: bits });
            width += 1;
            (width - 1, 0)
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
        Self { width, taken, fields, row }
    }
}

/// Bits that tell apart the values from the least to the greatest.
fn bits(least: i64, most: i64) -> u32 {
    (64 - (most.wrapping_sub(least) as u64).leading_zeros()).max(1)
}

//! Where each cell stands in a packed row: whole words for handles, then values and validity bits, none across two words.

/// A value in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) word: usize,
    pub(super) shift: u32,
    pub(super) bits: u32,
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
        row.get(self.word).is_some_and(|w| (w >> self.shift) & 1 == 1)
    }

    pub(super) const fn mask(self) -> u64 {
        1 << self.shift
    }
}

impl Field {
    /// The value, sign kept; zero where there is none.
    #[inline]
    pub(super) fn get(self, row: &[u64]) -> i64 {
        let word = row.get(self.word).copied().unwrap_or(0);
        // The field's top bit becomes the sign.
        ((word << (64 - self.bits - self.shift)) as i64) >> (64 - self.bits)
    }

    /// The same field in rows that begin so many words later.
    pub(super) const fn moved(self, from: usize, to: usize) -> Self {
        let known = Bit { word: self.known.word - from + to, ..self.known };
        Self { word: self.word - from + to, known, ..self }
    }
}

/// A packed row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Layout {
    /// Words of handles, in front.
    pub(super) keys: usize,
    /// Words in all.
    pub(super) width: usize,
    /// Per column of the table, where it stands; none when it is not packed.
    pub(super) fields: Vec<Option<Field>>,
    /// Set in every row: a row of zeros says that there is none.
    pub(super) row: Bit,
}

impl Layout {
    /// Widest first, so that words fill up.
    pub(super) fn of(keys: usize, columns: impl Iterator<Item = Option<u32>>) -> Self {
        let columns: Vec<Option<u32>> = columns.collect();
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
        let mut order: Vec<(usize, u32)> = columns.iter().enumerate().filter_map(|(i, b)| Some((i, (*b)?))).collect();
        order.sort_by_key(|(i, b)| (std::cmp::Reverse(*b), *i));
        let mut at = vec![None; columns.len()];
        for (i, bits) in &order {
            if let Some(slot) = at.get_mut(*i) {
                *slot = Some((place(*bits), *bits));
            }
        }
        let mut bit = || {
            let (word, shift) = place(1);
            Bit { word, shift }
        };
        let row = bit();
        let fields = at.into_iter().map(|a| a.map(|((word, shift), bits)| Field { word, shift, bits, known: bit() })).collect();
        Self { keys, width: keys + free.len(), fields, row }
    }
}

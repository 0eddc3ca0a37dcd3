//! Packed rows turned word by word, so that a field is written or read in one sweep, and back.

/// Calls a function made for the width of a row, for the widths that are common: a row is then a handful of moves.
macro_rules! of_width {
    ($width:expr, $of:ident($($arg:expr),*), $other:expr) => {
        match $width {
            2 => $of::<2>($($arg),*),
            3 => $of::<3>($($arg),*),
            4 => $of::<4>($($arg),*),
            5 => $of::<5>($($arg),*),
            6 => $of::<6>($($arg),*),
            7 => $of::<7>($($arg),*),
            8 => $of::<8>($($arg),*),
            9 => $of::<9>($($arg),*),
            10 => $of::<10>($($arg),*),
            11 => $of::<11>($($arg),*),
            12 => $of::<12>($($arg),*),
            13 => $of::<13>($($arg),*),
            14 => $of::<14>($($arg),*),
            15 => $of::<15>($($arg),*),
            16 => $of::<16>($($arg),*),
            _ => $other,
        }
    };
}
pub(super) use of_width;

/// Rows of a block, word by word.
#[derive(Default)]
pub(super) struct Words {
    columns: Vec<Vec<u64>>,
}

impl Words {
    /// Takes the rows that stand at these places, instead of those that it has.
    pub(super) fn gather(&mut self, rows: &[u64], width: usize, places: &[u32]) {
        fn wide<const W: usize>(columns: &mut [Vec<u64>], rows: &[u64], places: &[u32]) {
            let Some(columns) = columns.first_chunk_mut::<W>() else { return };
            let (rows, _) = rows.as_chunks::<W>();
            let mut to = columns.each_mut().map(|c| {
                c.resize(places.len(), 0);
                c.as_mut_slice()
            });
            for (j, i) in places.iter().enumerate() {
                let Some(row) = rows.get(*i as usize) else { continue };
                for (to, word) in to.iter_mut().zip(row) {
                    if let Some(to) = to.get_mut(j) {
                        *to = *word;
                    }
                }
            }
        }
        self.columns.resize_with(width, Vec::new);
        if (2..=16).contains(&width) {
            of_width!(width, wide(&mut self.columns, rows, places), ());
            return;
        }
        for (w, column) in self.columns.iter_mut().enumerate() {
            column.clear();
            column.extend(places.iter().map(|i| rows.get(*i as usize * width + w).copied().unwrap_or(0)));
        }
    }

    /// One word of every row.
    pub(super) fn of(&self, word: usize) -> &[u64] {
        self.columns.get(word).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn rows(&self) -> usize {
        self.of(0).len()
    }
}

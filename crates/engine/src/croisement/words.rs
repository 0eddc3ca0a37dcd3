//! Packed rows turned word by word, so that a field is written or read in one sweep, and back.

/// Calls a function made for the width of a row, for the widths that are common: a row is then a handful of moves.
macro_rules! of_width {
    ($width:expr, $of:ident($($arg:expr),*), $other:expr) => {
        match $width {
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

/// Writes rows from their words, `columns` side by side.
pub(super) fn turn(columns: &[&[u64]], rows: &mut [u64]) {
    fn wide<const W: usize>(columns: &[&[u64]], rows: &mut [u64]) {
        let Some(columns) = columns.first_chunk::<W>() else { return };
        let (rows, _) = rows.as_chunks_mut::<W>();
        let n = rows.len();
        if columns.iter().any(|c| c.len() < n) {
            return;
        }
        let columns: [&[u64]; W] = columns.map(|c| c.get(..n).unwrap_or_default());
        for (i, row) in rows.iter_mut().enumerate() {
            for (to, column) in row.iter_mut().zip(columns) {
                *to = column.get(i).copied().unwrap_or(0);
            }
        }
    }
    fn any(columns: &[&[u64]], rows: &mut [u64]) {
        for (w, column) in columns.iter().enumerate() {
            for (row, word) in rows.chunks_exact_mut(columns.len()).zip(*column) {
                if let Some(to) = row.get_mut(w) {
                    *to = *word;
                }
            }
        }
    }
    of_width!(columns.len(), wide(columns, rows), any(columns, rows));
}

/// Rows of a block, word by word.
#[derive(Debug, Default)]
pub(super) struct Words {
    columns: Vec<Vec<u64>>,
}

impl Words {
    /// Empties it, for rows of so many words.
    pub(super) fn clear(&mut self, width: usize) {
        self.columns.resize_with(width, Vec::new);
        self.columns.iter_mut().for_each(Vec::clear);
    }

    /// Adds rows at some positions of a table.
    pub(super) fn gather(&mut self, rows: &[u64], at: &[u32]) {
        fn wide<const W: usize>(columns: &mut [Vec<u64>], rows: &[u64], at: &[u32]) {
            let Some(columns) = columns.first_chunk_mut::<W>() else { return };
            let (rows, _) = rows.as_chunks::<W>();
            let mut to = columns.each_mut().map(|c| {
                let before = c.len();
                c.resize(before + at.len(), 0);
                c.get_mut(before..).unwrap_or_default()
            });
            for (j, i) in at.iter().enumerate() {
                let Some(row) = rows.get(*i as usize) else { continue };
                for (to, word) in to.iter_mut().zip(row) {
                    if let Some(to) = to.get_mut(j) {
                        *to = *word;
                    }
                }
            }
        }
        let width = self.columns.len();
        if !(3..=16).contains(&width) {
            for i in at {
                let row = rows.get(*i as usize * width..(*i as usize + 1) * width).unwrap_or_default();
                self.push(row);
            }
            return;
        }
        of_width!(width, wide(&mut self.columns, rows, at), ());
    }

    pub(super) fn push(&mut self, row: &[u64]) {
        for (to, word) in self.columns.iter_mut().zip(row) {
            to.push(*word);
        }
    }

    /// A row of which only the first words are said.
    pub(super) fn push_blank(&mut self, first: &[u64]) {
        for (i, to) in self.columns.iter_mut().enumerate() {
            to.push(first.get(i).copied().unwrap_or(0));
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

//! The findings of all parts in one order, without holding them: those of each part are put aside in blocks ([`blocks`]) by
//! whoever has where, and read back block by block ([`merge`]).

use super::merge::{Keys, MergeError};
use arrow::array::RecordBatch;
use arrow::compute::interleave_record_batch;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Rows given at a time.
const ROWS: usize = 8_192;

/// Some findings: [`crate::finding::table`] and [`crate::finding::trace`] of the same rows.
pub type Block = (RecordBatch, RecordBatch);

/// The findings of a part in blocks of so many rows, in their order.
pub fn blocks(tables: &Block, rows: usize) -> impl Iterator<Item = Block> + '_ {
    let (n, rows) = (tables.0.num_rows(), rows.max(1));
    (0..n.div_ceil(rows)).map(move |i| {
        let (from, len) = (i * rows, rows.min(n - i * rows));
        (tables.0.slice(from, len), tables.1.slice(from, len))
    })
}

/// A part being read.
struct Run {
    /// Its block among those held.
    block: usize,
    /// First row not yet given.
    row: usize,
    /// Blocks read.
    read: usize,
}

/// Gives the findings of all parts to `emit`, in the order in which detection of the whole gives them. `runs`: how many blocks
/// each part has; `fetch` reads one, by part and number.
///
/// # Errors
/// [`MergeError::Shared`] for parts that share somebody, those of Arrow, and those of `fetch` and `emit`.
pub fn merge<E: From<MergeError>>(
    runs: &[usize],
    mut fetch: impl FnMut(usize, usize) -> Result<Block, E>,
    mut emit: impl FnMut(Block) -> Result<(), E>,
) -> Result<(), E> {
    let mut held = Held::default();
    let mut all: Vec<Run> = runs.iter().map(|_| Run { block: 0, row: 0, read: 0 }).collect();
    let mut heap = BinaryHeap::new();
    for (i, run) in all.iter_mut().enumerate() {
        if let Some(unit) = next(run, i, runs, &mut held, &mut fetch)? {
            heap.push(Reverse((unit, i)));
        }
    }
    // Who carried the last finding given, and in which part: parts have different people.
    let mut last: Option<([u8; 16], usize)> = None;
    while let Some(Reverse((unit, i))) = heap.pop() {
        let shared = last.filter(|(u, _)| *u >= unit).map(|(_, j)| MergeError::Shared { first: j.min(i) + 1, second: j.max(i) + 1 });
        if let Some(e) = shared {
            return Err(e.into());
        }
        last = Some((unit, i));
        let Some(run) = all.get_mut(i) else { continue };
        loop {
            held.take(run);
            match next(run, i, runs, &mut held, &mut fetch)? {
                Some(u) if u == unit => {}
                Some(u) => {
                    heap.push(Reverse((u, i)));
                    break;
                }
                None => break,
            }
        }
        if held.order.len() >= ROWS {
            emit(held.give().map_err(MergeError::from)?)?;
            held.forget(&mut all);
        }
    }
    if !held.order.is_empty() {
        emit(held.give().map_err(MergeError::from)?)?;
    }
    Ok(())
}

/// The unit of a part's next finding, its next block read where this one is at its end.
fn next<E: From<MergeError>>(
    run: &mut Run,
    i: usize,
    runs: &[usize],
    held: &mut Held,
    fetch: &mut impl FnMut(usize, usize) -> Result<Block, E>,
) -> Result<Option<[u8; 16]>, E> {
    loop {
        if let Some(unit) = held.keys.get(run.block).filter(|_| run.read > 0).and_then(|k| k.unit(run.row)) {
            return Ok(Some(unit));
        }
        if runs.get(i).is_none_or(|n| run.read >= *n) {
            return Ok(None);
        }
        let block = fetch(i, run.read)?;
        (run.block, run.row) = (held.tables.len(), 0);
        run.read += 1;
        held.keys.push(Keys::of(&block.0).ok_or(MergeError::Columns { part: i + 1 })?);
        held.tables.push(block.0);
        held.traces.push(block.1);
    }
}

/// Blocks of which rows are still to be given, and which.
#[derive(Default)]
struct Held {
    tables: Vec<RecordBatch>,
    traces: Vec<RecordBatch>,
    keys: Vec<Keys>,
    /// Block and row, in the order in which they go.
    order: Vec<(usize, usize)>,
}

impl Held {
    fn take(&mut self, run: &mut Run) {
        self.order.push((run.block, run.row));
        run.row += 1;
    }

    fn give(&mut self) -> Result<Block, arrow::error::ArrowError> {
        let order = std::mem::take(&mut self.order);
        let of = |tables: &[RecordBatch]| interleave_record_batch(&tables.iter().collect::<Vec<_>>(), &order);
        Ok((of(&self.tables)?, of(&self.traces)?))
    }

    /// Lets go of the blocks that no part is at any more.
    fn forget(&mut self, runs: &mut [Run]) {
        let old = std::mem::take(self);
        let mut used = vec![false; old.tables.len()];
        for run in runs.iter().filter(|r| r.read > 0) {
            if let Some(u) = used.get_mut(run.block) {
                *u = true;
            }
        }
        // Where each block is now; those let go are nowhere.
        let mut at = vec![usize::MAX; used.len()];
        for (((table, trace), keys), (slot, used)) in old.tables.into_iter().zip(old.traces).zip(old.keys).zip(at.iter_mut().zip(used)) {
            if used {
                *slot = self.tables.len();
                self.tables.push(table);
                self.traces.push(trace);
                self.keys.push(keys);
            }
        }
        for run in runs.iter_mut().filter(|r| r.read > 0) {
            run.block = at.get(run.block).copied().unwrap_or(usize::MAX);
        }
    }
}

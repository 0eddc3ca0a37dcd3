//! What was found of each part, put together: the same findings in the same order, the same counts.

use crate::detect::{Detection, RightCount, TakeUp};
use crate::exposition::Tally;
use crate::finding::{self, Finding};
use arrow::array::{Array, AsArray, FixedSizeBinaryArray, RecordBatch, StringArray};
use arrow::compute::interleave_record_batch;
use arrow::error::ArrowError;
use std::collections::BTreeMap;

/// What the parts judged so far count together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Counts {
    /// By right.
    pub rights: BTreeMap<String, RightCount>,
    /// What procedures ask of people, and what is known of their means.
    pub tally: Tally,
    /// Persons known to some body.
    pub persons: usize,
    /// Households evaluated.
    pub households: usize,
}

impl Counts {
    /// Adds those of a part, and gives its findings.
    pub fn add(&mut self, part: Detection) -> Vec<Finding> {
        for (right, count) in part.counts {
            match self.rights.get_mut(&right) {
                Some(c) => add_counts(c, count),
                None => {
                    self.rights.insert(right, count);
                }
            }
        }
        add_tally(&mut self.tally, part.tally);
        self.persons += part.persons;
        self.households += part.households;
        part.findings
    }
}

/// What is kept of the parts judged so far: findings as tables, which hold far less than findings one by one do.
#[derive(Debug, Default)]
pub struct Found {
    tables: Vec<RecordBatch>,
    traces: Vec<RecordBatch>,
    counts: Counts,
}

/// What all parts gave together: as one detection of the whole, its findings already in tables.
#[derive(Debug)]
pub struct Whole {
    /// [`finding::table`], sorted.
    pub table: RecordBatch,
    /// [`finding::trace`], in the same order.
    pub trace: RecordBatch,
    /// What all parts count.
    pub counts: Counts,
}

impl Found {
    /// Adds a part, and gives its findings back to whoever still needs them one by one.
    ///
    /// # Errors
    /// Only when Arrow cannot build a table.
    pub fn add(&mut self, part: Detection) -> Result<Vec<Finding>, ArrowError> {
        let tables = (finding::table(&part.findings)?, finding::trace(&part.findings)?);
        let findings = self.counts.add(part);
        self.keep(tables);
        Ok(findings)
    }

    /// Adds what a part counts, and gives its findings: their tables are added apart ([`Found::keep`]).
    pub fn count(&mut self, part: Detection) -> Vec<Finding> {
        self.counts.add(part)
    }

    /// Adds the tables of a part: [`finding::table`] and [`finding::trace`].
    pub fn keep(&mut self, (table, trace): (RecordBatch, RecordBatch)) {
        self.tables.push(table);
        self.traces.push(trace);
    }

    /// What the parts count, for whoever keeps their tables elsewhere.
    #[must_use]
    pub fn counts(self) -> Counts {
        self.counts
    }

    /// The whole.
    ///
    /// # Errors
    /// Parts that share somebody, or none at all; and when Arrow cannot build a table.
    pub fn finish(self) -> Result<Whole, MergeError> {
        let order = order(&self.tables)?;
        let whole = |tables: Vec<RecordBatch>| interleave_record_batch(&tables.iter().collect::<Vec<_>>(), &order);
        Ok(Whole { table: whole(self.tables)?, trace: whole(self.traces)?, counts: self.counts })
    }
}

/// What stopped parts from being put together.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// No table of findings at all.
    #[error("aucune table de repérages")]
    Nothing,
    /// A table that is not one of findings.
    #[error("la table {part} n'a pas les colonnes des repérages")]
    Columns {
        /// Position, from 1.
        part: usize,
    },
    /// One unit and right in two places.
    #[error("les tables {first} et {second} ont un repérage en commun")]
    Shared {
        /// Position of a table, from 1.
        first: usize,
        /// Position of the other, or of the same.
        second: usize,
    },
    /// A table could not be built.
    #[error("table impossible à former")]
    Table(#[from] ArrowError),
}

/// Tables of findings of different people as one, in the order that detection of the whole gives.
///
/// # Errors
/// Tables of other columns, two findings of the same right for the same unit, or no table.
pub fn tables(tables: &[RecordBatch]) -> Result<RecordBatch, MergeError> {
    let order = order(tables)?;
    Ok(interleave_record_batch(&tables.iter().collect::<Vec<_>>(), &order)?)
}

/// The columns by which findings are sorted ([`finding::sort`]).
#[derive(Clone)]
pub(super) struct Keys {
    unit: FixedSizeBinaryArray,
    kind: StringArray,
    right: StringArray,
}

impl Keys {
    pub(super) fn of(table: &RecordBatch) -> Option<Self> {
        let text = |name: &str| Some(table.column_by_name(name)?.as_string_opt::<i32>()?.clone());
        let unit = table.column_by_name("unit")?.as_any().downcast_ref::<FixedSizeBinaryArray>()?.clone();
        let (kind, right) = (text("kind")?, text("right")?);
        let whole = unit.null_count() == 0 && kind.null_count() == 0 && right.null_count() == 0;
        whole.then_some(Self { unit, kind, right })
    }

    /// The unit alone, where there is such a row.
    pub(super) fn unit(&self, row: usize) -> Option<[u8; 16]> {
        (row < self.unit.len()).then(|| self.unit.value(row).try_into().ok()).flatten()
    }

    pub(super) fn at(&self, row: usize) -> (&[u8], &str, &str) {
        (self.unit.value(row), self.kind.value(row), self.right.value(row))
    }
}

/// Where each row of the whole is: table and row. Each table is sorted already, or nearly: a stable sort merges them.
fn order(tables: &[RecordBatch]) -> Result<Vec<(usize, usize)>, MergeError> {
    let schema = finding::table(&[])?.schema();
    let mut keys = Vec::with_capacity(tables.len());
    for (i, t) in tables.iter().enumerate() {
        let same = t.schema().fields() == schema.fields();
        keys.push(Keys::of(t).filter(|_| same).ok_or(MergeError::Columns { part: i + 1 })?);
    }
    if keys.is_empty() {
        return Err(MergeError::Nothing);
    }
    let key = |at: &(usize, usize)| keys.get(at.0).map(|k| k.at(at.1));
    let mut order: Vec<(usize, usize)> =
        tables.iter().enumerate().flat_map(|(part, t)| (0..t.num_rows()).map(move |row| (part, row))).collect();
    order.sort_by(|a, b| key(a).cmp(&key(b)));
    for pair in order.windows(2) {
        if let [a, b] = pair
            && key(a) == key(b)
        {
            return Err(MergeError::Shared { first: a.0 + 1, second: b.0 + 1 });
        }
    }
    Ok(order)
}

fn add_counts(to: &mut RightCount, part: RightCount) {
    // `kind` and `not_modelled` are of the right and of the bodies, the same in every part.
    to.units += part.units;
    to.received += part.received;
    to.certain += part.certain;
    to.probable += part.probable;
    to.possible += part.possible;
    let TakeUp { due_received, due_not_received, received_apart, unsettled } = part.take_up;
    to.take_up.due_received += due_received;
    to.take_up.due_not_received += due_not_received;
    to.take_up.received_apart += received_apart;
    to.take_up.unsettled += unsettled;
    for (fact, n) in part.missing {
        *to.missing.entry(fact).or_default() += n;
    }
}

fn add_tally(to: &mut Tally, part: Tally) {
    // Of the pack, the same in every part.
    to.online_only = part.online_only;
    for (sums, rows) in [(&mut to.exposure, part.exposure), (&mut to.contrast, part.contrast)] {
        for (row, counts) in rows {
            for (sum, n) in sums.entry(row).or_default().iter_mut().zip(counts) {
                *sum += n;
            }
        }
    }
}

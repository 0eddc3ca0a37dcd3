//! Nameless tables of several bodies, already under handles, to the rows that rules find of their foyers: joined by the
//! person's handle, grouped by the foyer's, judged, in the order of the handles.
//!
//! Two exchanges by handle prefix, so that every join and every foyer fits a core's cache. Cells are packed into rows of fixed
//! width ([`layout`], [`pack`]) and scattered by the person's handle ([`exchange`]); each partition joins the other tables to the
//! table that says who lives with whom ([`join`]) and scatters what it made by the foyer's handle; each partition of foyers is
//! put in order ([`group`]), read block by block into columns of facts ([`facts`]), and judged ([`judge`]). Partitions are
//! prefixes of random handles, so the rows come out sorted whatever the number of partitions and threads, in memory or spilled.
//!
//! Nothing here reads or writes a file: batches come in, rows go out, and what does not fit goes through [`Spill`].

mod exchange;
mod facts;
mod group;
mod join;
mod judge;
mod layout;
mod pack;
mod room;
mod spec;
pub mod stages;
mod words;

pub use judge::{Judge, Rows, Verdicts};
pub use spec::{Cell, ColumnSpec, How, Source, Spec, SpecError, TableSpec};

use crate::plan::Program;
use arrow::array::RecordBatch;
use exchange::{Held, Ledger, Store};
use layout::Layout;
use pack::{Packed, Part};
use recours_rules::pack::Pack;
use stages::{Stage, Stages};
use std::sync::atomic::{AtomicU64, Ordering};
use words::Words;

/// Rows of the composition in a partition: its keys and an index of them stay in a core's second cache.
const ROWS_PER_PARTITION: u64 = 24_000;

/// No more partitions than that: beyond it, a row group leaves a handful of rows to each.
pub const MOST_PARTITIONS: usize = 1 << 14;

/// Partitions of persons whose joined rows are scattered in one run: a run of some megabytes, of which each partition of foyers
/// finds a piece worth reading.
const TOGETHER: usize = 8;

/// Where rows go that do not fit in memory: appended and read at any place, from any thread.
pub trait Spill: Sync {
    /// Writes words, and says at which word they begin.
    ///
    /// # Errors
    /// The machine's: disk full, I/O.
    fn append(&self, words: &[u64]) -> std::io::Result<u64>;

    /// Reads as many words as `into` holds, from the word `at`.
    ///
    /// # Errors
    /// The machine's.
    fn read(&self, at: u64, into: &mut [u64]) -> std::io::Result<()>;
}

/// What stopped a croisement. Rows are counted from 0 within the table.
#[derive(Debug, thiserror::Error)]
pub enum CroisementError<E> {
    /// A batch could not be read.
    #[error("{0}")]
    Read(E),
    /// A cell that is not one of those allowed.
    #[error("table {table}, colonne {column}, ligne {row}")]
    Value {
        /// Position of the table.
        table: usize,
        /// Position in [`TableSpec::columns`].
        column: usize,
        /// Row.
        row: u64,
    },
    /// A row without handle.
    #[error("table {table}, ligne {row} : clé absente")]
    NoKey {
        /// Position of the table.
        table: usize,
        /// Whether it is the foyer's handle.
        foyer: bool,
        /// Row.
        row: u64,
    },
    /// Batches that are not what the specification says.
    #[error("table {table} : colonnes d'un autre type")]
    Shape {
        /// Position of the table.
        table: usize,
    },
    /// A person stands twice in a table.
    #[error("table {table} : une personne deux fois")]
    Twice {
        /// Position of the table.
        table: usize,
    },
    /// The spill failed.
    #[error(transparent)]
    Spill(#[from] std::io::Error),
}

/// Counts of a croisement: never a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Rows of the composition.
    pub persons: u64,
    /// Per table, rows whose person the composition does not know.
    pub unmatched: Vec<u64>,
    /// Words that went through the spill.
    pub spilled: u64,
}

/// What a thread keeps from one row group to the next.
#[derive(Debug, Default)]
pub struct Scratch {
    packed: Packed,
}

/// How much may be held, in how many partitions.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Rows of the composition.
    pub persons: u64,
    /// Partitions, when they are asked for; brought to the next power of two.
    pub partitions: Option<usize>,
    /// Bytes of packed rows that may be held in memory; beyond, they are spilled.
    pub held: u64,
}

/// First half: tables being taken in.
pub struct Croisement<'a> {
    spec: &'a Spec,
    pack: &'a Pack,
    program: &'a Program,
    layouts: Vec<Layout>,
    /// What the composition says of foyers, apart: most persons' rows say nothing of it.
    home: Layout,
    /// One store per table, by the person's handle.
    stores: Vec<Store>,
    /// Facts of foyers, by the foyer's handle.
    homes: Store,
    bits: u32,
    spill: &'a dyn Spill,
    ledger: Ledger,
    /// Where its time goes.
    pub stages: Stages,
}

impl<'a> Croisement<'a> {
    /// # Errors
    /// A specification whose positions do not fit the program.
    pub fn new(pack: &'a Pack, program: &'a Program, spec: &'a Spec, size: Size, spill: &'a dyn Spill) -> Result<Self, SpecError> {
        let (layouts, home) = spec.layouts(pack, program)?;
        let wanted = size.partitions.unwrap_or_else(|| usize::try_from(size.persons / ROWS_PER_PARTITION).unwrap_or(MOST_PARTITIONS));
        let bits = wanted.clamp(1, MOST_PARTITIONS).next_power_of_two().trailing_zeros();
        let stores = layouts.iter().map(|l| Store::new(l.width, bits)).collect();
        let homes = Store::new(home.width, bits);
        Ok(Self { spec, pack, program, layouts, home, stores, homes, bits, spill, ledger: Ledger::new(size.held), stages: Stages::new() })
    }

    /// Partitions, of persons and then of foyers.
    #[must_use]
    pub const fn partitions(&self) -> usize {
        1 << self.bits
    }

    /// Takes in the rows of one row group, from any thread; `first` is its first row in the table.
    ///
    /// # Errors
    /// A refused cell or key by table, column and row; what reading gave; the spill's.
    pub fn take<E>(
        &self,
        table: usize,
        first: u64,
        batches: impl Iterator<Item = Result<RecordBatch, E>>,
        scratch: &mut Scratch,
    ) -> Result<(), CroisementError<E>> {
        let shape = || CroisementError::Shape { table };
        let (Some(spec), Some(layout), Some(store)) = (self.spec.tables.get(table), self.layouts.get(table), self.stores.get(table)) else {
            return Err(shape());
        };
        let mut clock = self.stages.clock();
        let packed = &mut scratch.packed;
        packed.begin(layout, &self.home, spec.foyer.is_some(), self.bits);
        let mut row = first;
        for batch in batches {
            let batch = batch.map_err(CroisementError::Read)?;
            clock.lap(Stage::Decode);
            let part = Part { table, spec, layout, home: &self.home, first: row };
            packed.push(&part, &batch)?;
            row += batch.num_rows() as u64;
            clock.lap(Stage::Partition);
        }
        clock.lap(Stage::Decode);
        store.scatter(&packed.persons, &self.ledger, self.spill)?;
        if spec.foyer.is_some() {
            self.homes.scatter(&packed.homes, &self.ledger, self.spill)?;
        }
        clock.lap(Stage::Partition);
        Ok(())
    }

    /// Joins all tables to the composition, partition by partition over the current rayon pool; `done` is called after each.
    ///
    /// # Errors
    /// A person who stands twice in a table; the spill's.
    pub fn link<E: Send>(self, done: impl Fn() + Sync) -> Result<Linked<'a>, CroisementError<E>> {
        let composition = self.spec.tables.iter().position(|t| t.foyer.is_some()).unwrap_or(0);
        let plan = join::Plan::new(&self.layouts, composition);
        let joined = Store::new(plan.width, self.bits);
        let unmatched: Vec<AtomicU64> = self.layouts.iter().map(|_| AtomicU64::new(0)).collect();
        let persons = AtomicU64::new(0);
        let Self { spec, pack, program, layouts, home, stores, homes, bits, spill, ledger, stages } = self;
        let stores: Vec<Held> = stores.into_iter().map(Store::held).collect();
        let each = |scratch: &mut join::Scratch, group: usize| -> Result<(), CroisementError<E>> {
            let mut clock = stages.clock();
            scratch.begin(&plan, bits);
            for k in group * TOGETHER..((group + 1) * TOGETHER).min(1 << bits) {
                let n = join::partition(&plan, k, &stores, scratch, spill, &unmatched)?;
                persons.fetch_add(n as u64, Ordering::Relaxed);
                done();
            }
            joined.scatter(&scratch.out, &ledger, spill)?;
            clock.lap(Stage::Link);
            Ok(())
        };
        {
            use rayon::prelude::*;
            (0..(1usize << bits).div_ceil(TOGETHER)).into_par_iter().map_init(join::Scratch::default, each).collect::<Result<(), _>>()?;
        }
        let counts = Counts {
            persons: persons.into_inner(),
            unmatched: unmatched.into_iter().map(AtomicU64::into_inner).collect(),
            spilled: ledger.spilled(),
        };
        Ok(Linked { spec, pack, program, plan, layouts, home, joined: joined.held(), homes: homes.held(), bits, spill, counts, stages })
    }
}

/// Second half: everybody's rows, by the handle of their foyer.
pub struct Linked<'a> {
    spec: &'a Spec,
    pack: &'a Pack,
    program: &'a Program,
    plan: join::Plan,
    layouts: Vec<Layout>,
    home: Layout,
    joined: Held,
    homes: Held,
    bits: u32,
    spill: &'a dyn Spill,
    /// Counts.
    pub counts: Counts,
    /// Where its time goes.
    pub stages: Stages,
}

impl Linked<'_> {
    /// Partitions, in the order of the handles.
    #[must_use]
    pub fn partitions(&self) -> usize {
        1 << self.bits
    }

    /// What the rules find of the foyers of one partition, in the order of their handles.
    ///
    /// # Errors
    /// The spill's.
    pub fn judge(&self, k: usize, judge: &mut Judge<'_>) -> std::io::Result<Rows> {
        judge.partition(self, k)
    }
}

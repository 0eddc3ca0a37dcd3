//! Nameless tables of several bodies, already under handles, to the rows that rules find of their foyers: joined by the
//! person's handle, grouped by the foyer's, judged, in the order of the handles.
//!
//! Two exchanges by handle prefix, so that every join and every foyer fits a core's cache. Cells are packed into rows of fixed
//! width ([`layout`], [`pack`]) and scattered by the person's handle ([`exchange`]) into blocks of one [`arena`]; each partition joins the other tables to the
//! table that says who lives with whom ([`join`]) and scatters what it made by the foyer's handle; each partition of foyers is
//! put in order ([`group`]), read block by block into columns of facts ([`facts`]), and judged ([`judge`]). Partitions are
//! prefixes of random handles, so the rows come out sorted whatever the number of partitions and threads, in memory or spilled.
//!
//! Nothing here reads or writes a file: batches come in, rows go out, and what does not fit goes through [`Spill`].

mod arena;
mod exchange;
mod facts;
mod group;
mod join;
mod judge;
mod layout;
mod name;
mod pack;
mod spec;
pub mod stages;
mod words;

pub use judge::{Judge, Rows, Verdicts};
pub use spec::{Cell, ColumnSpec, How, Source, Spec, SpecError, TableSpec};

use crate::plan::Program;
pub use arena::Arena;
use arrow::array::RecordBatch;
use exchange::{Exchange, Store};
use layout::Layout;
use pack::{Packer, Part, To};
use recours_rules::pack::Pack;
use stages::{Stage, Stages};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use words::Words;

/// Rows of the composition in a partition: its keys and an index of them stay in a core's second cache.
const ROWS_PER_PARTITION: u64 = 24_000;

/// No more partitions than that: beyond it, a row group leaves a handful of rows to each.
pub const MOST_PARTITIONS: usize = 1 << 14;

/// Words of a block of packed rows, where there is room for that: some hundreds of rows, so that whoever reads a partition reads
/// stretches.
const BLOCK: usize = 1_024;

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
    /// A cell beyond what the file announced of its column.
    #[error("table {table}, colonne {column}, ligne {row} : hors de ce que le fichier annonce")]
    Announced {
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
#[derive(Default)]
pub struct Scratch<'a> {
    packer: Packer<'a>,
}

// A derived Debug would print rows.
impl std::fmt::Debug for Scratch<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}

/// How much may be held, in how many partitions.
#[derive(Debug, Clone)]
pub struct Size {
    /// Rows of each table.
    pub rows: Vec<u64>,
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
    stores: Vec<Store<'a>>,
    /// Facts of foyers, by the foyer's handle.
    homes: Store<'a>,
    bits: u32,
    exchange: Exchange<'a>,
    /// Where its time goes.
    pub stages: Stages,
}

impl Size {
    fn bits(&self, spec: &Spec) -> u32 {
        let composition = spec.tables.iter().position(|t| t.foyer.is_some()).unwrap_or(0);
        let persons = self.rows.get(composition).copied().unwrap_or(0);
        let wanted = self.partitions.unwrap_or_else(|| usize::try_from(persons / ROWS_PER_PARTITION).unwrap_or(MOST_PARTITIONS));
        wanted.clamp(1, MOST_PARTITIONS).next_power_of_two().trailing_zeros()
    }

    /// Room for everything that is packed, or as much of it as may be held; nothing is touched yet.
    ///
    /// # Errors
    /// A specification whose positions do not fit the program.
    pub fn arena(&self, pack: &Pack, program: &Program, spec: &Spec) -> Result<Arena, SpecError> {
        let (layouts, home) = spec.layouts(pack, program)?;
        let composition = spec.tables.iter().position(|t| t.foyer.is_some()).unwrap_or(0);
        let joined = join::Plan::new(&layouts, composition).width;
        let rows = |t: usize| self.rows.get(t).copied().unwrap_or(0);
        let words = layouts.iter().enumerate().map(|(t, l)| rows(t).saturating_mul(l.width as u64)).fold(0, u64::saturating_add);
        // Joined rows come where those of the tables were: only what they take beyond them is counted.
        let words = words.saturating_add(rows(composition).saturating_mul((home.width + joined) as u64));
        let held = self.held / 8;
        // A block for each partition of each store and thread, most of them half empty: an eighth of the room at most.
        let ends = (1u64 << self.bits(spec)) * (layouts.len() as u64 + 2) * rayon::current_num_threads() as u64;
        let widest = layouts.iter().map(|l| l.width).chain([home.width, joined]).max().unwrap_or(1);
        let block = usize::try_from(words.min(held) / (8 * ends)).unwrap_or(BLOCK).clamp(16 * widest, BLOCK.max(16 * widest));
        // The end of a block that no whole row fits in is lost.
        let blocks = words.saturating_add(words / (block / widest) as u64) / block as u64 + ends;
        // Where all blocks are lent, a thread that begins a partition takes one beside them: room is left for that.
        let may = (held / block as u64).saturating_sub(ends);
        Ok(Arena::new(usize::try_from(blocks.min(may)).unwrap_or(0), block, may < blocks))
    }
}

impl<'a> Croisement<'a> {
    /// `arena` is that of the same size and specification.
    ///
    /// # Errors
    /// A specification whose positions do not fit the program.
    pub fn new(
        pack: &'a Pack,
        program: &'a Program,
        spec: &'a Spec,
        size: &Size,
        arena: &'a mut Arena,
        spill: &'a dyn Spill,
    ) -> Result<Self, SpecError> {
        let (layouts, home) = spec.layouts(pack, program)?;
        let bits = size.bits(spec);
        let stores = layouts.iter().map(|l| Store::new(l.width, bits)).collect();
        let homes = Store::new(home.width, bits);
        let exchange = Exchange::new(arena.pool(), spill);
        Ok(Self { spec, pack, program, layouts, home, stores, homes, bits, exchange, stages: Stages::new() })
    }

    /// Partitions, of persons and then of foyers.
    #[must_use]
    pub const fn partitions(&self) -> usize {
        1 << self.bits
    }

    /// Takes in the rows of one row group, from any thread; `first` is its first row in the table. Some wait in `scratch` until
    /// [`Croisement::finish`].
    ///
    /// # Errors
    /// A refused cell or key by table, column and row; what reading gave; the spill's.
    pub fn take<E>(
        &self,
        table: usize,
        first: u64,
        batches: impl Iterator<Item = Result<RecordBatch, E>>,
        scratch: &mut Scratch<'a>,
    ) -> Result<(), CroisementError<E>> {
        let (Some(spec), Some(layout)) = (self.spec.tables.get(table), self.layouts.get(table)) else {
            return Err(CroisementError::Shape { table });
        };
        let mut clock = self.stages.clock();
        let mut row = first;
        for batch in batches {
            let batch = batch.map_err(CroisementError::Read)?;
            clock.lap(Stage::Decode);
            let part = Part { table, spec, layout, home: &self.home, first: row };
            scratch.packer.push(&part, &batch, &self.to())?;
            row += batch.num_rows() as u64;
            clock.lap(Stage::Partition);
        }
        clock.lap(Stage::Decode);
        Ok(())
    }

    /// A thread takes in no more: what waits in its scratch joins the rest.
    pub fn finish(&self, scratch: Scratch<'a>) {
        scratch.packer.finish(&self.to());
    }

    fn to(&self) -> To<'_, 'a> {
        To { stores: &self.stores, homes: &self.homes, exchange: &self.exchange }
    }

    /// Joins all tables to the composition, partition by partition over the threads of the current rayon pool; `done` is called after each.
    ///
    /// # Errors
    /// A person who stands twice in a table; the spill's.
    pub fn link<E: Send>(self, done: impl Fn() + Sync) -> Result<Linked<'a>, CroisementError<E>> {
        let composition = self.spec.tables.iter().position(|t| t.foyer.is_some()).unwrap_or(0);
        let plan = join::Plan::new(&self.layouts, composition);
        let joined = Store::new(plan.width, self.bits);
        let unmatched: Vec<AtomicU64> = self.layouts.iter().map(|_| AtomicU64::new(0)).collect();
        let persons = AtomicU64::new(0);
        let Self { spec, pack, program, layouts, home, stores, homes, bits, exchange, stages } = self;
        {
            let stores = join::Stores { tables: &stores, joined: &joined, exchange: &exchange };
            let next = AtomicUsize::new(0);
            let one = |scratch: &mut join::Scratch<'a>| -> Result<(), CroisementError<E>> {
                let mut clock = stages.clock();
                loop {
                    let k = next.fetch_add(1, Ordering::Relaxed);
                    if k >= 1 << bits {
                        return Ok(());
                    }
                    // The others stop too.
                    let n = join::partition(&plan, k, &stores, scratch, &unmatched)
                        .inspect_err(|_| next.store(1 << bits, Ordering::Relaxed))?;
                    persons.fetch_add(n as u64, Ordering::Relaxed);
                    clock.lap(Stage::Link);
                    done();
                }
            };
            let thread = |_: rayon::BroadcastContext<'_>| {
                let mut scratch = join::Scratch::of(&joined);
                one(&mut scratch).map(|()| scratch.out.finish(&joined))
            };
            rayon::broadcast(thread).into_iter().collect::<Result<(), _>>()?;
        }
        let counts = Counts {
            persons: persons.into_inner(),
            unmatched: unmatched.into_iter().map(AtomicU64::into_inner).collect(),
            spilled: exchange.spilled(),
        };
        Ok(Linked { spec, pack, program, plan, layouts, home, joined, homes, bits, exchange, counts, stages })
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
    joined: Store<'a>,
    homes: Store<'a>,
    bits: u32,
    exchange: Exchange<'a>,
    /// Counts.
    pub counts: Counts,
    /// Where its time goes.
    pub stages: Stages,
}

impl Linked<'_> {
    /// Words of packed rows that were written and read between stages, so far: all of them once every partition is judged.
    #[must_use]
    pub fn exchanged(&self) -> u64 {
        self.exchange.exchanged()
    }

    /// Partitions, in the order of the handles.
    #[must_use]
    pub fn partitions(&self) -> usize {
        1 << self.bits
    }
}

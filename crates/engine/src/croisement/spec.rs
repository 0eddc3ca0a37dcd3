//! What a croisement reads: tables, their cells, and the facts that rules read in them.

use super::layout::{Field, Layout};
use crate::plan::Program;
use recours_rules::number::Decimal;
use recours_rules::pack::Pack;
use recours_rules::types::Entity;

/// How a cell is stored in its column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Arrow `Boolean`.
    Bool,
    /// Arrow `Int8`, `Int16`, `Int32`, `Date32` or `Int64` (8 to 64 bits), between two bounds, both included.
    Int {
        /// Bits.
        bits: u32,
        /// Least value allowed.
        min: i64,
        /// Greatest value allowed.
        max: i64,
    },
    /// Arrow `Int8` to `Int64`, one of these values only.
    Among {
        /// Bits.
        bits: u32,
        /// Values.
        values: Vec<i64>,
    },
    /// Arrow `Utf8`, one of these texts (at most 255); packed as its position. An empty text is a null.
    Text(Vec<String>),
    /// Arrow `Float64` in the unit of the vocabulary: brought to the cent for money, to the millionth otherwise, between two bounds.
    Float {
        /// Whether it is money.
        money: bool,
        /// Least value allowed, as a decimal.
        min: Decimal,
        /// Greatest value allowed.
        max: Decimal,
    },
}

impl Cell {
    /// Least and greatest value that a packed row may hold.
    pub(super) fn range(&self) -> (i64, i64) {
        match self {
            Self::Bool => (0, 1),
            Self::Int { bits, min, max } => {
                let most = i64::MAX >> (64 - bits);
                ((*min).max(-most - 1), (*max).min(most))
            }
            Self::Among { values, .. } => (values.iter().copied().min().unwrap_or(0), values.iter().copied().max().unwrap_or(0)),
            Self::Text(texts) => (0, texts.len() as i64),
            Self::Float { min, max, .. } => (*min, *max),
        }
    }

    /// Whether every number that it may hold fits, times this.
    fn fits(&self, times: i64) -> bool {
        let fit = |x: i64| x.checked_mul(times).is_some();
        match self {
            Self::Int { min, max, .. } | Self::Float { min, max, .. } => fit(*min) && fit(*max),
            Self::Among { values, .. } => values.iter().all(|x| fit(*x)),
            Self::Bool | Self::Text(_) => fit(255),
        }
    }
}

/// A column that some fact reads.
#[derive(Clone, PartialEq, Eq)]
pub struct ColumnSpec {
    /// Name, for messages.
    pub name: String,
    /// Position in the batches.
    pub position: usize,
    /// Its cells.
    pub cell: Cell,
    /// Least and greatest value that the file announces of whole numbers ([`Cell::Int`]): a cell beyond them is refused, and packed
    /// rows are the narrower.
    pub announced: Option<(i64, i64)>,
}

// What the file announces is somebody's least and somebody's greatest: a derived Debug would print them.
impl std::fmt::Debug for ColumnSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { name, position, cell, announced: _ } = self;
        f.debug_struct("ColumnSpec").field("name", name).field("position", position).field("cell", cell).finish_non_exhaustive()
    }
}

impl ColumnSpec {
    /// Least and greatest value taken in.
    pub(super) fn range(&self) -> (i64, i64) {
        let (min, max) = self.cell.range();
        match self.announced {
            Some((a, b)) if matches!(self.cell, Cell::Int { .. }) => (min.max(a), max.min(b)),
            _ => (min, max),
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableSpec {
    /// Name, for messages.
    pub name: String,
    /// Position in the batches of the person's handle, `FixedSizeBinary(16)`.
    pub person: usize,
    /// Position of the foyer's handle: the one table that has it says who lives with whom.
    pub foyer: Option<usize>,
    /// Columns read.
    pub columns: Vec<ColumnSpec>,
}

/// How a fact follows from a cell. Columns are positions in [`TableSpec::columns`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// A number: the stored whole number times this many hundred-millionths ([`Cell::Float`]: 1). A null, or no row, is `null`
    /// when said, else unknown.
    Number {
        /// Column.
        column: usize,
        /// Hundred-millionths per unit.
        times: i64,
        /// What a null says.
        null: Option<Decimal>,
    },
    /// A code: by value (`Text`: by position), the set of codes that it says.
    Code {
        /// Column.
        column: usize,
        /// Value and set.
        sets: Vec<(i64, u64)>,
        /// What a null says.
        null: Option<u64>,
    },
    /// A truth.
    Bool {
        /// Column.
        column: usize,
        /// What a null says.
        null: Option<bool>,
    },
    /// A date (days since 1970-01-01).
    Date {
        /// Column.
        column: usize,
        /// Whether a null says that there is none.
        null_is_none: bool,
    },
    /// Whether the cell is null (or there is no row): always known.
    IsNull {
        /// Column.
        column: usize,
    },
    /// Whether the table has a row for the person: always known.
    HasRow,
}

impl How {
    /// Its column.
    #[must_use]
    pub const fn column(&self) -> Option<usize> {
        match self {
            Self::Number { column, .. }
            | Self::Code { column, .. }
            | Self::Bool { column, .. }
            | Self::Date { column, .. }
            | Self::IsNull { column } => Some(*column),
            Self::HasRow => None,
        }
    }
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Position in [`Program::inputs`].
    pub slot: usize,
    /// Position of the table.
    pub table: usize,
    /// How.
    pub how: How,
}

/// Everything that a croisement reads and gives.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spec {
    /// Tables.
    pub tables: Vec<TableSpec>,
    /// Facts.
    pub sources: Vec<Source>,
    /// Cut points of amounts, hundred-millionths of a euro per month, increasing; none: no bands.
    pub bands: Vec<Decimal>,
    /// Nodes of foyers whose whole value goes with each row.
    pub beside: Vec<usize>,
}

/// A specification that does not fit: an error of whoever made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// Not exactly one table says who lives with whom.
    #[error("il faut exactement une table qui dise le foyer")]
    Composition,
    /// A position out of bounds, or a foyer's fact outside the composition.
    #[error("une position de la description ne désigne rien")]
    Position,
    /// A cell within its bounds could be a number that does not fit.
    #[error("une colonne admet des nombres trop grands")]
    Bounds,
}

impl Spec {
    /// Whether the program's fact at a slot is of a foyer.
    pub(super) fn of_foyer(pack: &Pack, program: &Program, slot: usize) -> bool {
        let variable = program.inputs.get(slot).and_then(|f| pack.vocabulary.variables.get(f.0));
        variable.is_some_and(|v| v.entity != Entity::Personne)
    }

    /// How the rows of each table are packed, and those that tell of foyers.
    pub(super) fn layouts(&self, pack: &Pack, program: &Program) -> Result<(Vec<Layout>, Layout), SpecError> {
        if self.tables.iter().filter(|t| t.foyer.is_some()).count() != 1 {
            return Err(SpecError::Composition);
        }
        let mut persons: Vec<Vec<bool>> = self.tables.iter().map(|t| vec![false; t.columns.len()]).collect();
        let mut homes = persons.clone();
        for s in &self.sources {
            let foyer = Self::of_foyer(pack, program, s.slot);
            let table = self.tables.get(s.table).filter(|_| s.slot < program.inputs.len()).ok_or(SpecError::Position)?;
            if foyer && table.foyer.is_none() {
                return Err(SpecError::Position);
            }
            let marks = if foyer { &mut homes } else { &mut persons };
            if let How::Number { column, times, .. } = &s.how {
                let cell = table.columns.get(*column).map(|c| &c.cell).ok_or(SpecError::Position)?;
                if !cell.fits(*times) {
                    return Err(SpecError::Bounds);
                }
            }
            if let Some(c) = s.how.column() {
                *marks.get_mut(s.table).and_then(|t| t.get_mut(c)).ok_or(SpecError::Position)? = true;
            }
        }
        let mut home = None;
        let mut layouts = Vec::with_capacity(self.tables.len());
        for ((t, person), of_home) in self.tables.iter().zip(&persons).zip(&homes) {
            let keys = if t.foyer.is_some() { 4 } else { 2 };
            // The person's name leaves half of its second word.
            layouts.push(Layout::new(keys, Some(1), t, person));
            if t.foyer.is_some() {
                home = Some(Layout::new(2, None, t, of_home));
            }
        }
        Ok((layouts, home.ok_or(SpecError::Composition)?))
    }
}

impl Layout {
    fn new(keys: usize, half: Option<usize>, table: &TableSpec, read: &[bool]) -> Self {
        let columns = table.columns.iter().zip(read).map(|(c, read)| read.then(|| c.range()));
        Self::of(keys, half, columns)
    }

    /// The field of a column, when it is packed.
    pub(super) fn field(&self, column: usize) -> Option<Field> {
        self.fields.get(column).copied().flatten()
    }
}

//! Packed words of a block of foyers, word by word, to the inputs of the program. What no table says is everything that the fact
//! may be.

use super::layout::{Bit, Field};
use super::spec::How;
use super::{Linked, Words};
use crate::eval::machine::Register;
use crate::reference::domain;
use crate::value::May;
use recours_rules::interval::Interval;
use recours_rules::truth::Truth;
use recours_rules::types::Entity;

/// How one fact is read in packed rows.
#[derive(Clone)]
enum Read {
    Number {
        field: Field,
        times: i64,
        null: Interval,
    },
    Code {
        field: Field,
        sets: Sets,
        null: u64,
    },
    Bool {
        field: Field,
        null: u8,
    },
    Date {
        field: Field,
        null: (Interval, u8),
    },
    IsNull(Field),
    HasRow(Bit),
    /// No table says it.
    Nobody(May),
}

/// The sets of codes that values say.
#[derive(Debug, Clone)]
enum Sets {
    /// By the low byte of the value, which tells all of them apart.
    Byte(Box<[u64; 256]>),
    Each(Vec<(i64, u64)>),
}

impl Sets {
    fn of(sets: &[(i64, u64)]) -> Self {
        let low = |v: i64| (v & 0xff) as u8;
        let distinct: std::collections::BTreeSet<u8> = sets.iter().map(|(v, _)| low(*v)).collect();
        if distinct.len() < sets.len() {
            return Self::Each(sets.to_vec());
        }
        let mut by_byte = Box::new([0; 256]);
        for (value, set) in sets {
            if let Some(slot) = by_byte.get_mut(usize::from(low(*value))) {
                *slot = *set;
            }
        }
        Self::Byte(by_byte)
    }

    #[inline]
    fn get(&self, value: i64) -> u64 {
        match self {
            Self::Byte(table) => table.get((value & 0xff) as usize).copied().unwrap_or(0),
            Self::Each(sets) => sets.iter().find(|(v, _)| *v == value).map_or(0, |(_, set)| *set),
        }
    }
}

/// One fact of the program.
#[derive(Clone)]
pub(super) struct Fact {
    read: Read,
    pub(super) of_foyer: bool,
}

/// The reading of the program's fact at a slot.
pub(super) fn reading(linked: &Linked<'_>, slot: usize) -> Fact {
    let id = linked.program.inputs.get(slot).copied().unwrap_or_default();
    let variable = linked.pack.vocabulary.variables.get(id.0);
    let of_foyer = variable.is_some_and(|v| v.entity != Entity::Personne);
    let all = variable.map_or(May::Num(Interval::ALL), |v| domain(linked.pack, v));
    let source = linked.spec.sources.iter().find(|s| s.slot == slot);
    let read = source.and_then(|s| read(linked, s.table, &s.how, of_foyer, &all));
    Fact { read: read.unwrap_or(Read::Nobody(all)), of_foyer }
}

fn read(linked: &Linked<'_>, table: usize, how: &How, of_foyer: bool, all: &May) -> Option<Read> {
    let field = |column: usize| {
        if of_foyer { linked.home.field(column) } else { Some(linked.plan.field(table, linked.layouts.get(table)?.field(column)?)) }
    };
    Some(match how {
        How::Number { column, times, null } => {
            let unknown = if let May::Num(i) = all { *i } else { Interval::ALL };
            Read::Number { field: field(*column)?, times: *times, null: null.map_or(unknown, Interval::point) }
        }
        How::Code { column, sets, null } => {
            let unknown = if let May::Code(set) = all { *set } else { u64::MAX };
            Read::Code { field: field(*column)?, sets: Sets::of(sets), null: null.unwrap_or(unknown) }
        }
        How::Bool { column, null } => Read::Bool { field: field(*column)?, null: null.map_or(1, |b| 2 * u8::from(b)) },
        How::Date { column, null_is_none } => {
            let absent = match all {
                _ if *null_is_none => 2,
                May::Date(_, Truth::False) => 0,
                _ => 1,
            };
            let days = if *null_is_none { Interval::point(0) } else { Interval::ALL };
            Read::Date { field: field(*column)?, null: (days, absent) }
        }
        How::IsNull { column } => Read::IsNull(field(*column)?),
        How::HasRow => {
            if of_foyer {
                Read::HasRow(linked.home.row)
            } else {
                Read::HasRow(linked.plan.row(table))
            }
        }
    })
}

/// The words of a field over a block, and those of the bit that says that there is a value.
struct Cells<'w> {
    field: Field,
    values: &'w [u64],
    known: &'w [u64],
}

impl<'w> Cells<'w> {
    fn of(words: &'w Words, field: Field) -> Self {
        Self { field, values: words.of(field.word), known: words.of(field.known.word) }
    }

    /// Whether every row has a value.
    #[inline(always)]
    fn all(&self) -> bool {
        let all = self.known.iter().fold(u64::MAX, |all, k| all & k);
        all.wrapping_shr(self.field.known.shift) & 1 == 1
    }

    /// Each row's value, and whether it has one.
    #[inline(always)]
    fn each(&self) -> impl ExactSizeIterator<Item = (i64, bool)> + Clone + use<'w> {
        let Field { shift, base, known, .. } = self.field;
        let (mask, known) = (self.field.mask(), known.shift);
        let one = move |v: u64| base.wrapping_add((v.wrapping_shr(shift) & mask) as i64);
        self.values.iter().zip(self.known).map(move |(v, k)| (one(*v), k.wrapping_shr(known) & 1 == 1))
    }

    /// The same, times a number: what is packed and the number are short enough for a product of half words, which is one
    /// instruction where one of whole words is many.
    #[inline(always)]
    fn times(&self, times: i64) -> impl ExactSizeIterator<Item = (i64, bool)> + Clone + use<'w> {
        let Field { shift, base, known, .. } = self.field;
        let (mask, known) = (self.field.mask() & HALF, known.shift);
        let (base, times) = (base.wrapping_mul(times), times as u64 & HALF);
        let one = move |v: u64| base.wrapping_add((v.wrapping_shr(shift) & mask).wrapping_mul(times) as i64);
        self.values.iter().zip(self.known).map(move |(v, k)| (one(*v), k.wrapping_shr(known) & 1 == 1))
    }
}

/// A value for each row, in a loop that the caller's is made of; over what was there, which is not cleared first.
#[inline(always)]
fn lay<T: Copy + Default>(to: &mut Vec<T>, rows: impl ExactSizeIterator<Item = T>) {
    to.resize(rows.len(), T::default());
    for (o, x) in to.iter_mut().zip(rows) {
        *o = x;
    }
}

/// Half a word.
const HALF: u64 = u32::MAX as u64;

/// Numbers, and what is said of those that are not known.
#[inline(always)]
fn number(cells: &Cells<'_>, each: impl ExactSizeIterator<Item = (i64, bool)> + Clone, null: Interval, to: &mut Register) {
    to.hi.clear();
    if cells.all() {
        lay(&mut to.lo, each.map(|(v, _)| v));
        return;
    }
    lay(&mut to.lo, each.clone().map(|(v, known)| if known { v } else { null.lo }));
    if !null.is_point() {
        lay(&mut to.hi, each.map(|(v, known)| if known { v } else { null.hi }));
    }
}

impl Fact {
    /// The fact of each row of a block, into an input whose room is used again.
    #[inline(always)]
    pub(super) fn fill(&self, words: &Words, to: &mut Register) {
        match &self.read {
            Read::Number { field, times, null } => {
                let cells = Cells::of(words, *field);
                // The bounds of the cells times this fit: the specification was held to it.
                let times = *times;
                if field.bits <= 32 && (0..=HALF as i64).contains(&times) {
                    number(&cells, cells.times(times), *null, to);
                } else {
                    number(&cells, cells.each().map(move |(v, known)| (v.wrapping_mul(times), known)), *null, to);
                }
            }
            Read::Date { field, null: (days, absent) } => {
                let cells = Cells::of(words, *field);
                lay(&mut to.lo, cells.each().map(|(v, known)| if known { v } else { days.lo }));
                to.hi.clear();
                to.bytes.clear();
                if cells.all() {
                    return;
                }
                if !days.is_point() {
                    lay(&mut to.hi, cells.each().map(|(v, known)| if known { v } else { days.hi }));
                }
                if *absent != 0 {
                    lay(&mut to.bytes, cells.each().map(|(_, known)| if known { 0 } else { *absent }));
                }
            }
            Read::Code { field, sets, null } => {
                let cells = Cells::of(words, *field);
                lay(&mut to.codes, cells.each().map(|(v, known)| if known { sets.get(v) } else { *null }));
            }
            Read::Bool { field, null } => {
                let cells = Cells::of(words, *field);
                lay(&mut to.bytes, cells.each().map(|(v, known)| if known { 2 * u8::from(v != 0) } else { *null }));
            }
            Read::IsNull(field) => {
                let bit = field.known;
                lay(&mut to.bytes, words.of(bit.word).iter().map(|w| 2 - 2 * (w.wrapping_shr(bit.shift) & 1) as u8));
            }
            Read::HasRow(bit) => lay(&mut to.bytes, words.of(bit.word).iter().map(|w| 2 * (w.wrapping_shr(bit.shift) & 1) as u8)),
            Read::Nobody(may) => {
                let n = words.rows();
                to.clear();
                match may {
                    May::Num(i) => {
                        to.lo.resize(n, i.lo);
                        if i.lo != i.hi {
                            to.hi.resize(n, i.hi);
                        }
                    }
                    May::Truth(_) => to.bytes.resize(n, 1),
                    May::Date(i, absent) => {
                        to.lo.resize(n, i.lo);
                        to.hi.resize(n, i.hi);
                        if *absent != Truth::False {
                            to.bytes.resize(n, 1);
                        }
                    }
                    May::Code(set) => to.codes.resize(n, *set),
                }
            }
        }
    }

    /// A foyer of which several rows say different things: all that they say.
    pub(super) fn widen(&self, at: usize, rows: &[&[u64]], to: &mut Register) {
        match &self.read {
            Read::Number { field, times, .. } => bounds(to, at, hull(rows, *field, |v| v.saturating_mul(*times))),
            Read::Date { field, .. } => bounds(to, at, hull(rows, *field, |v| v)),
            Read::Code { field, sets, .. } => {
                let said = rows.iter().filter(|r| field.known.get(r)).map(|r| sets.get(field.get(r)));
                let union = said.fold(0, |u, s| u | s);
                if let Some(slot) = to.codes.get_mut(at).filter(|_| union != 0) {
                    *slot = union;
                }
            }
            Read::Bool { field, .. } => {
                let said = || rows.iter().filter(|r| field.known.get(r)).map(|r| field.get(r) != 0);
                if let Some(slot) = to.bytes.get_mut(at).filter(|_| said().any(|x| x) && said().any(|x| !x)) {
                    *slot = 1;
                }
            }
            Read::IsNull(_) | Read::HasRow(_) | Read::Nobody(_) => {}
        }
    }
}

/// What several rows say of a number.
fn hull(rows: &[&[u64]], field: Field, to: impl Fn(i64) -> i64) -> Option<Interval> {
    rows.iter().filter(|r| field.known.get(r)).map(|r| Interval::point(to(field.get(r)))).reduce(Interval::hull)
}

fn bounds(to: &mut Register, at: usize, i: Option<Interval>) {
    let Some(i) = i else { return };
    if to.hi.is_empty() && i.lo != i.hi {
        to.hi.extend_from_slice(&to.lo);
    }
    if let Some(h) = to.hi.get_mut(at) {
        *h = i.hi;
    }
    if let Some(l) = to.lo.get_mut(at) {
        *l = i.lo;
    }
}

/// The rows that tell of one foyer as one row; whether they do not differ.
pub(super) fn merged(fields: &[Option<Field>], into: &mut [u64], row: &[u64]) -> bool {
    let differ = |f: &Field| f.known.get(into) && f.known.get(row) && f.get(into) != f.get(row);
    let same = !fields.iter().flatten().any(differ);
    // Nulls are zeros, so that what two rows say is the union of their bits.
    for (a, b) in into.iter_mut().zip(row) {
        *a |= b;
    }
    same
}

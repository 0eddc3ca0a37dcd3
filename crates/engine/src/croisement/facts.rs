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
#[derive(Debug, Clone)]
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
    /// By the low byte of the value.
    Byte(Box<[u64; 256]>),
    Each(Vec<(i64, u64)>),
}

impl Sets {
    fn of(field: Field, sets: &[(i64, u64)]) -> Self {
        if field.bits > 8 {
            return Self::Each(sets.to_vec());
        }
        let mut by_byte = Box::new([0; 256]);
        for (value, set) in sets {
            if let Some(slot) = by_byte.get_mut((value & 0xff) as usize) {
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
#[derive(Debug, Clone)]
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
            let field = field(*column)?;
            Read::Code { field, sets: Sets::of(field, sets), null: null.unwrap_or(unknown) }
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
        (all >> self.field.known.shift) & 1 == 1
    }

    /// Each row's value, and whether it has one.
    #[inline(always)]
    fn each(&self) -> impl ExactSizeIterator<Item = (i64, bool)> + Clone + use<'w> {
        let (left, right, known) = (64 - self.field.bits - self.field.shift, 64 - self.field.bits, self.field.known.shift);
        self.values.iter().zip(self.known).map(move |(v, k)| (((v << left) as i64) >> right, (k >> known) & 1 == 1))
    }
}

impl Fact {
    /// The fact of each row of a block, into an input whose room is used again.
    #[inline(always)]
    pub(super) fn fill(&self, words: &Words, to: &mut Register) {
        to.clear();
        match &self.read {
            Read::Number { field, times, null } => {
                let cells = Cells::of(words, *field);
                // The bounds of the cells times this fit: the specification was held to it.
                let times = *times;
                if cells.all() {
                    to.lo.extend(cells.each().map(|(v, _)| v.wrapping_mul(times)));
                    return;
                }
                to.lo.extend(cells.each().map(|(v, known)| if known { v.wrapping_mul(times) } else { null.lo }));
                if !null.is_point() {
                    to.hi.extend(cells.each().map(|(v, known)| if known { v.wrapping_mul(times) } else { null.hi }));
                }
            }
            Read::Date { field, null: (days, absent) } => {
                let cells = Cells::of(words, *field);
                to.lo.extend(cells.each().map(|(v, known)| if known { v } else { days.lo }));
                if cells.all() {
                    return;
                }
                if !days.is_point() {
                    to.hi.extend(cells.each().map(|(v, known)| if known { v } else { days.hi }));
                }
                if *absent != 0 {
                    to.bytes.extend(cells.each().map(|(_, known)| if known { 0 } else { *absent }));
                }
            }
            Read::Code { field, sets, null } => {
                let cells = Cells::of(words, *field);
                to.codes.extend(cells.each().map(|(v, known)| if known { sets.get(v) } else { *null }));
            }
            Read::Bool { field, null } => {
                let cells = Cells::of(words, *field);
                to.bytes.extend(cells.each().map(|(v, known)| if known { 2 * u8::from(v != 0) } else { *null }));
            }
            Read::IsNull(field) => {
                let bit = field.known;
                to.bytes.extend(words.of(bit.word).iter().map(|w| 2 - 2 * ((w >> bit.shift) & 1) as u8));
            }
            Read::HasRow(bit) => to.bytes.extend(words.of(bit.word).iter().map(|w| 2 * ((w >> bit.shift) & 1) as u8)),
            Read::Nobody(may) => {
                let n = words.rows();
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

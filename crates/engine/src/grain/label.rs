//! Bands as they are written in a delivery, and read by the host: `1961-10-02..1964-10-01`, `0.01..`, `aucune`,
//! `actif|chomeur`. Whoever opens the file sees what it says.

use super::{Grain, Piece, domain, exact, step};
use crate::eval::column::{Column, Data};
use crate::source::{self, SourceError};
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray, Int32Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use recours_rules::date;
use recours_rules::interval::Interval;
use recours_rules::number::{self, Decimal, INF, NEG_INF};
use recours_rules::pack::Pack;
use recours_rules::types::Type;
use recours_rules::vocabulary::{CodeList, Variable};
use std::collections::HashMap;
use std::sync::Arc;

/// A date that is known to be none.
pub const NONE: &str = "aucune";

/// After a date that may also be none.
const MAYBE: &str = "|aucune";

/// Whether a column holds bands: text under keys, where values would be numbers, dates or plain codes.
#[must_use]
pub fn is_coarse(array: &ArrayRef) -> bool {
    matches!(array.data_type(), DataType::Dictionary(_, v) if **v == DataType::Utf8)
}

fn codes_of<'a>(pack: &'a Pack, v: &Variable) -> Option<&'a CodeList> {
    match v.ty {
        Type::Code(l) => pack.vocabulary.lists.get(l),
        _ => None,
    }
}

/// A stretch of a number or date as text; a single value as itself.
pub(super) fn written(v: &Variable, x: Interval) -> String {
    let one = |d: i64| if matches!(v.ty, Type::Date { .. }) { date::format(d) } else { number::format(d) };
    if x.is_point() {
        return one(x.lo);
    }
    let low = if x.lo == NEG_INF { String::new() } else { one(x.lo) };
    let high = if x.hi == INF { String::new() } else { one(x.hi) };
    format!("{low}..{high}")
}

impl Grain {
    /// The texts that a delivery may hold for a fact, in order, those of values told exactly left out; nothing for a
    /// fact that goes as it is, or by width.
    #[must_use]
    pub fn labels(&self, pack: &Pack, v: &Variable) -> Vec<String> {
        match self {
            Self::Exact | Self::Width(_) => Vec::new(),
            Self::Pieces(p) => p.iter().filter(|p| !p.exact).map(|p| written(v, p.values)).collect(),
            Self::Classes(sets) => sets.iter().map(|s| codes_written(pack, v, *s)).collect(),
        }
    }

    /// What stands for one settled value of a column: which stretch or set it is in, and the value itself where it is
    /// told; `None` where the fact is to stay unknown.
    fn place(&self, v: &Variable, column: &Column, row: usize) -> Option<Place> {
        if column.absent_at(row) == 2 {
            return Some(Place::Nothing);
        }
        let value = column.interval(row);
        match self {
            Self::Exact => None,
            Self::Pieces(pieces) => {
                let at = pieces.partition_point(|p| p.values.hi < value.lo);
                let p = pieces.get(at).filter(|p| p.values.lo <= value.lo)?;
                Some(if p.exact { Place::Within(value.lo, value.hi) } else { Place::Within(p.values.lo, p.values.hi) })
            }
            Self::Width(width) => {
                let x = stretch(v, *width, value.lo);
                Some(Place::Within(x.lo, x.hi))
            }
            Self::Classes(sets) => {
                let code = column.codes_at(row);
                sets.iter().find(|s| *s & code != 0).map(|s| Place::OneOf(*s))
            }
        }
    }

    /// Whether a text is one that this grain allows, no finer.
    fn allows(&self, pack: &Pack, v: &Variable, text: &str) -> bool {
        let date = matches!(v.ty, Type::Date { .. });
        if date && text == NONE {
            return v.absent_possible;
        }
        match self {
            Self::Exact => true,
            Self::Classes(_) => self.labels(pack, v).iter().any(|l| l == text),
            // The same stretch in another spelling (`0.010..`) would tell more than the stretch.
            Self::Width(width) => read(v, text).is_some_and(|x| stretch(v, *width, x.lo) == x && written(v, x) == text),
            Self::Pieces(pieces) => read(v, text).is_some_and(|x| {
                let within = |p: &Piece| p.values.lo <= x.lo && x.hi <= p.values.hi;
                let whole = |p: &Piece| if p.exact { x.is_point() && on_grid(v, x.lo) && within(p) } else { p.values == x };
                pieces.iter().any(whole) && written(v, x) == text
            }),
        }
    }
}

/// What is told of one value. Ends of stretches apart: two of them are compared often, and need no order.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Nothing,
    Within(i64, i64),
    OneOf(u64),
}

impl Place {
    fn text(self, pack: &Pack, v: &Variable) -> String {
        match self {
            Self::Nothing => NONE.into(),
            Self::Within(lo, hi) => written(v, Interval::new(lo, hi)),
            Self::OneOf(set) => codes_written(pack, v, set),
        }
    }
}

/// Whether a value has no more decimals than facts are read with.
fn on_grid(v: &Variable, x: i64) -> bool {
    x == NEG_INF || x == INF || x.rem_euclid(step(v)) == 0
}

pub(super) fn codes_written(pack: &Pack, v: &Variable, set: u64) -> String {
    let Some(list) = codes_of(pack, v) else { return String::new() };
    let names: Vec<String> = (0..list.codes.len()).filter(|i| set & (1 << i) != 0).map(|i| exact::code_written(list, i)).collect();
    names.join("|")
}

/// The stretch of a width that holds a value, zero apart.
fn stretch(v: &Variable, width: Decimal, x: i64) -> Interval {
    if x == 0 || x == NEG_INF || x == INF || width <= 0 {
        return Interval::point(x);
    }
    let (unit, k) = (step(v), x.div_euclid(width));
    let (lo, hi) = (k.saturating_mul(width), k.saturating_mul(width).saturating_add(width - unit));
    let all = domain(v);
    Interval::new(if lo == 0 { unit } else { lo }.max(all.lo), hi.min(all.hi))
}

/// A text as a stretch; `None` when it is not one.
fn read(v: &Variable, text: &str) -> Option<Interval> {
    let one = |t: &str| if matches!(v.ty, Type::Date { .. }) { date::parse(t) } else { number::parse(t) };
    let out = match text.split_once("..") {
        None => Interval::point(one(text)?),
        Some((low, high)) => {
            let lo = if low.is_empty() { NEG_INF } else { one(low)? };
            let hi = if high.is_empty() { INF } else { one(high)? };
            Interval::new(lo, hi)
        }
    };
    let all = domain(v);
    (out.lo <= out.hi && out.lo >= all.lo && out.hi <= all.hi).then_some(out)
}

/// The Arrow type of a fact in a delivery.
#[must_use]
pub fn delivered_as(v: &Variable, grain: &Grain) -> DataType {
    if *grain == Grain::Exact { exact::delivered_as(v) } else { DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8)) }
}

/// A column of values in its coarsest form, as [`delivered_as`] says; a fact that is told exactly comes back in the
/// one way of writing it.
///
/// # Errors
/// The first value that the vocabulary does not allow, by column and row.
pub fn coarsen(pack: &Pack, v: &Variable, name: &str, array: &ArrayRef, grain: &Grain) -> Result<ArrayRef, SourceError> {
    if *grain == Grain::Exact {
        return exact::canonical(pack, v, name, array);
    }
    let values = source::decode(pack, v, name, array)?;
    // Few texts for many rows: each is written once.
    let mut texts: Vec<String> = Vec::new();
    let mut keys: HashMap<Place, i32> = HashMap::new();
    let mut before: Option<(Place, i32)> = None;
    let mut one = |row: usize| {
        let place = (array.is_valid(row) && values.settled(row)).then(|| grain.place(v, &values, row)).flatten()?;
        if let Some((_, key)) = before.filter(|(p, _)| *p == place) {
            return Some(key);
        }
        let key = *keys.entry(place).or_insert_with(|| {
            texts.push(place.text(pack, v));
            i32::try_from(texts.len() - 1).unwrap_or(i32::MAX)
        });
        before = Some((place, key));
        Some(key)
    };
    let keys: Int32Array = (0..array.len()).map(&mut one).collect();
    let type_of = |e: String| SourceError::Type { column: name.into(), found: e, expected: "une tranche".into() };
    let out = DictionaryArray::try_new(keys, Arc::new(StringArray::from(texts)));
    Ok(Arc::new(out.map_err(|_| type_of("un dictionnaire trop grand".into()))?))
}

/// Keys and texts of a column of bands.
fn parts(array: &ArrayRef) -> Option<(Vec<Option<usize>>, StringArray)> {
    let as_i32 = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let array = cast(array, &as_i32).ok()?;
    let d = array.as_dictionary_opt::<Int32Type>()?;
    let keys = d.keys().iter().map(|k| k.and_then(|k| usize::try_from(k).ok())).collect();
    Some((keys, d.values().as_string_opt::<i32>()?.clone()))
}

/// Facts of a column as a delivery holds it: bands, or values.
///
/// # Errors
/// The first value that the vocabulary does not allow, by column and row.
pub fn decode(pack: &Pack, v: &Variable, name: &str, array: &ArrayRef) -> Result<Column, SourceError> {
    let Some((keys, texts)) = is_coarse(array).then(|| parts(array)).flatten() else {
        return source::decode(pack, v, name, array);
    };
    let expected = |row: usize| SourceError::Value { column: name.into(), row: row + 1, expected: "une tranche du plan attendue".into() };
    let text = |row: usize| keys.get(row).copied().flatten().filter(|k| texts.is_valid(*k)).map(|k| (k, texts.value(k)));
    let n = keys.len();
    if let Some(list) = codes_of(pack, v) {
        let set = |t: &str| t.split('|').map(|c| list.index_written(c).map(|i| 1u64 << i)).try_fold(0u64, |a, b| b.map(|b| a | b));
        let sets: Vec<Option<u64>> = texts.iter().map(|t| t.and_then(set)).collect();
        let one = |row: usize| match text(row) {
            None => Ok(list.all()),
            Some((k, _)) => sets.get(k).copied().flatten().ok_or_else(|| expected(row)),
        };
        return Ok(Column { data: Data::Code((0..n).map(one).collect::<Result<_, _>>()?) });
    }
    if matches!(v.ty, Type::Bool) {
        let said = |t: &str| ["non", "oui|non", "oui"].iter().position(|x| *x == t).and_then(|x| u8::try_from(x).ok());
        let one = |row: usize| text(row).map_or(Ok(1), |(_, t)| said(t).ok_or_else(|| expected(row)));
        return Ok(Column::bool((0..n).map(one).collect::<Result<_, _>>()?));
    }
    let date = matches!(v.ty, Type::Date { .. });
    let unknown = (domain(v), u8::from(v.absent_possible));
    let cells: Vec<Option<(Interval, u8)>> = texts
        .iter()
        .map(|t| match t {
            Some(NONE) if date && v.absent_possible => Some((Interval::point(0), 2)),
            // One day of these, or none.
            Some(t) if date && v.absent_possible && t.ends_with(MAYBE) => read(v, t.strip_suffix(MAYBE).unwrap_or(t)).map(|x| (x, 1)),
            Some(t) => read(v, t).map(|x| (x, 0)),
            None => None,
        })
        .collect();
    let (mut lo, mut hi, mut absent) = (Vec::with_capacity(n), Vec::with_capacity(n), Vec::with_capacity(n));
    for row in 0..n {
        let (x, none) = match text(row) {
            None => unknown,
            Some((k, _)) => cells.get(k).copied().flatten().ok_or_else(|| expected(row))?,
        };
        lo.push(x.lo);
        hi.push(x.hi);
        absent.push(none);
    }
    Ok(if date { Column::date(lo, hi, absent) } else { Column::num(lo, hi) })
}

/// First row of a delivered column that is not what [`coarsen`] makes of some value, from 0; `None` when none is. A row
/// of which nothing is told is always right.
#[must_use]
pub fn refused_rows(pack: &Pack, v: &Variable, array: &ArrayRef, grain: &Grain) -> Option<usize> {
    if *grain == Grain::Exact {
        return exact::other_writing(pack, v, array);
    }
    let Some((keys, texts)) = is_coarse(array).then(|| parts(array)).flatten() else {
        // Values where bands are due: the first that is there.
        return (0..array.len()).find(|row| array.is_valid(*row));
    };
    let allowed: Vec<bool> = texts.iter().map(|t| t.is_none_or(|t| grain.allows(pack, v, t))).collect();
    keys.iter().position(|k| k.is_some_and(|k| allowed.get(k) != Some(&true)))
}

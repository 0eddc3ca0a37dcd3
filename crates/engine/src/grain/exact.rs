//! The one way in which a value that is told exactly stands in a delivery. A number with more decimals than it is
//! read with, a date or code in another spelling, another type: each would carry more than the fact, and nobody
//! would see it.

use crate::eval::column::Column;
use crate::source::{self, SourceError};
use arrow::array::{Array, ArrayRef, BooleanArray, Date32Array, Float64Array, StringArray};
use arrow::compute::kernels::cmp::distinct;
use arrow::datatypes::DataType;
use recours_rules::date;
use recours_rules::number::SCALE;
use recours_rules::pack::Pack;
use recours_rules::types::Type;
use recours_rules::vocabulary::{CodeList, Variable};
use std::sync::Arc;

/// How a code is written: as rules do, unless a file's spelling already means another one.
pub(super) fn code_written(list: &CodeList, code: usize) -> String {
    let own = list.codes.get(code).filter(|c| list.index_written(c) == Some(code));
    let spelt = || list.written.get(code).and_then(|w| w.split(' ').find(|w| list.index_written(w) == Some(code)).map(str::to_owned));
    own.cloned().or_else(spelt).unwrap_or_default()
}

/// The Arrow type of a fact that is told exactly.
pub(super) fn delivered_as(v: &Variable) -> DataType {
    match v.ty {
        Type::Num(_) | Type::Literal => DataType::Float64,
        Type::Bool => DataType::Boolean,
        Type::Date { absent_possible: false } => DataType::Date32,
        Type::Date { absent_possible: true } | Type::Code(_) => DataType::Utf8,
    }
}

/// Amounts as the float nearest to their cents, other numbers to their millionths (float64); booleans; days (date32,
/// or ISO text with `''` for none where that may be known); codes as rules write them. What is not known is null.
///
/// # Errors
/// The first value that the vocabulary does not allow, by column and row.
pub(super) fn canonical(pack: &Pack, v: &Variable, name: &str, array: &ArrayRef) -> Result<ArrayRef, SourceError> {
    let values = source::decode(pack, v, name, array)?;
    let n = array.len();
    let known = |row: usize| array.is_valid(row) && values.settled(row);
    Ok(match v.ty {
        Type::Num(_) | Type::Literal => {
            let money = matches!(v.ty, Type::Num(u) if u.is_money());
            let per_unit = if money { 100 } else { 1_000_000 };
            Arc::new((0..n).map(|row| known(row).then(|| float(values.interval(row).lo, per_unit))).collect::<Float64Array>())
        }
        Type::Bool => Arc::new((0..n).map(|row| known(row).then(|| values.bool_at(row) == 2)).collect::<BooleanArray>()),
        Type::Date { absent_possible: true } => {
            Arc::new((0..n).map(|row| known(row).then(|| day_written(&values, row))).collect::<StringArray>())
        }
        Type::Date { absent_possible: false } => Arc::new(
            (0..n).map(|row| known(row).then(|| i32::try_from(values.interval(row).lo).unwrap_or(i32::MAX))).collect::<Date32Array>(),
        ),
        Type::Code(list) => {
            let list = pack.vocabulary.lists.get(list);
            let written = |row: usize| list.map(|l| code_written(l, values.codes_at(row).trailing_zeros() as usize));
            Arc::new((0..n).map(|row| if known(row) { written(row) } else { None }).collect::<StringArray>())
        }
    })
}

/// A decimal of so many parts to the unit as the nearest float.
#[expect(clippy::cast_precision_loss, reason = "read from a float below 9e9 with two or six decimals: it fits")]
fn float(x: i64, per_unit: i64) -> f64 {
    (x / (SCALE / per_unit)) as f64 / per_unit as f64
}

fn day_written(values: &Column, row: usize) -> String {
    if values.absent_at(row) == 2 { String::new() } else { date::format(values.interval(row).lo) }
}

/// First row, from 0, that is not written in this one way; `None` when all are, or when some value is no fact at all,
/// which detection itself says.
pub(super) fn other_writing(pack: &Pack, v: &Variable, array: &ArrayRef) -> Option<usize> {
    let expected = canonical(pack, v, &v.name, array).ok()?;
    if expected.data_type() != array.data_type() {
        return (0..array.len()).find(|row| array.is_valid(*row));
    }
    let differs = distinct(&expected, array).ok()?;
    (0..array.len()).find(|row| differs.value(*row))
}

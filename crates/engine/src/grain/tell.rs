//! Whatever is known of a fact, as text: a value, a stretch (`800..1000`), « none » or one of both (`..2026-10-31|aucune`), a
//! set of codes, « yes or no » where that much was said.

use super::label::{NONE, codes_written, written};
use crate::eval::column::{Column, Data};
use crate::link::facts;
use crate::source;
use arrow::array::{ArrayRef, AsArray, DictionaryArray, Int32Array, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use recours_rules::pack::Pack;
use recours_rules::vocabulary::Variable;
use std::collections::HashMap;
use std::sync::Arc;

/// The rows of a column, in this order, as [`super::decode`] reads them. Null where nobody has said anything; `spoken` tells
/// where somebody has, though it leaves everything open.
#[must_use]
pub fn tell(pack: &Pack, v: &Variable, column: &Column, spoken: &[bool], rows: &[usize]) -> ArrayRef {
    let unknown = source::unknown(pack, v, 1);
    let mut texts: Vec<String> = Vec::new();
    let mut keys: HashMap<String, i32> = HashMap::new();
    let keys: Int32Array = rows
        .iter()
        .map(|row| {
            (spoken.get(*row) == Some(&true) || facts::told(column, *row, &unknown)).then(|| {
                let text = text(pack, v, column, *row);
                *keys.entry(text).or_insert_with_key(|t| {
                    texts.push(t.clone());
                    i32::try_from(texts.len() - 1).unwrap_or(i32::MAX)
                })
            })
        })
        .collect();
    let texts = Arc::new(StringArray::from(texts));
    match DictionaryArray::<Int32Type>::try_new(keys, texts) {
        Ok(out) => Arc::new(out),
        // Keys are positions of texts.
        Err(_) => arrow::array::new_null_array(&super::delivered_as(v, &super::Grain::Classes(Vec::new())), rows.len()),
    }
}

fn text(pack: &Pack, v: &Variable, column: &Column, row: usize) -> String {
    match &column.data {
        Data::Bool(_) => ["non", "oui|non", "oui"].get(usize::from(column.bool_at(row))).copied().unwrap_or_default().into(),
        Data::Code(_) => codes_written(pack, v, column.codes_at(row)),
        Data::Num(..) => written(v, column.interval(row)),
        Data::Date(..) => match column.absent_at(row) {
            0 => written(v, column.interval(row)),
            2 => NONE.into(),
            _ => format!("{}|{NONE}", written(v, column.interval(row))),
        },
    }
}

/// Whether a text column says more than values: a stretch, a set, or « none » in so many words.
#[must_use]
pub fn is_told(array: &ArrayRef) -> bool {
    let banded = |t: &str| t.contains("..") || t.contains('|') || t == NONE;
    let values = array.as_any_dictionary_opt().map_or(array, |d| d.values());
    let text = matches!(values.data_type(), DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
    text && cast(values, &DataType::Utf8).is_ok_and(|t| t.as_string::<i32>().iter().flatten().any(banded))
}

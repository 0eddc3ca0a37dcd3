//! Lists that many rows share.

use arrow::array::{Array, ArrayRef, AsArray, ListArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::take;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use std::sync::Arc;

/// The lists at these rows, of lists of which none is null: what arrow's `take` gives, without a call for each row. Most lists of
/// answers are empty.
///
/// # Errors
/// Arrow's when there are more elements than a list array may have.
pub(super) fn repeated(lists: &ListArray, rows: &UInt32Array) -> Result<ListArray, ArrowError> {
    let DataType::List(field) = lists.data_type() else { return Err(ArrowError::SchemaError("a list".to_owned())) };
    let bound = |i: usize| lists.value_offsets().get(i).and_then(|o| u32::try_from(*o).ok()).unwrap_or(0);
    let mut offsets = Vec::with_capacity(rows.len() + 1);
    offsets.push(0);
    let mut places = Vec::new();
    for row in rows.values() {
        let row = *row as usize;
        places.extend(bound(row)..bound(row + 1));
        offsets.push(i32::try_from(places.len()).map_err(|_| ArrowError::OffsetOverflowError(places.len()))?);
    }
    let places = UInt32Array::from(places);
    let elements: ArrayRef = match lists.values().as_list_opt::<i32>() {
        Some(inner) => Arc::new(repeated(inner, &places)?),
        None => take(lists.values(), &places, None)?,
    };
    ListArray::try_new(Arc::clone(field), OffsetBuffer::new(offsets.into()), elements, None)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use arrow::array::{ListBuilder, StringBuilder};

    #[test]
    fn lists_are_repeated_as_arrow_takes_them() {
        let mut words = ListBuilder::new(ListBuilder::new(StringBuilder::new()));
        for sets in [vec![], vec![vec!["a", "b"], vec![]], vec![vec!["c"]]] {
            for set in sets {
                set.iter().for_each(|w| words.values().values().append_value(w));
                words.values().append(true);
            }
            words.append(true);
        }
        let words = words.finish();
        for rows in [vec![], vec![0, 0], vec![2, 1, 0, 1, 1, 2]] {
            let rows = UInt32Array::from(rows);
            let taken = take(&words, &rows, None).unwrap();
            assert_eq!(&repeated(&words, &rows).unwrap(), taken.as_list::<i32>());
        }
    }
}

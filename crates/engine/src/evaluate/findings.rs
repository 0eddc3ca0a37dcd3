//! Beside an answer, what a mission would find of the same unit on the same facts, under the names of its findings.

use super::lists::repeated;
use crate::finding::Finding;
use arrow::array::{ArrayRef, Date32Array, ListBuilder, StringArray, StringBuilder, UInt32Array};
use arrow::compute::take;
use arrow::error::ArrowError;
use recours_rules::pack::{Pack, Right, RightKind};
use std::collections::HashMap;
use std::sync::Arc;

/// `kind` (`non_recours` or `rupture`), `rule` (`id@version`) and `stage` of each answer, of the right at the same place in
/// `rights`; `certainty` (null where there is nothing to propose: received, already acted, a minor), `types`, `deadline`,
/// `date_utile`, `unmet`, and `to_ask` (facts of the vocabulary that would settle it, receipt among them).
///
/// # Errors
/// Arrow's when it cannot build a column.
pub(super) fn columns(pack: &Pack, rights: &UInt32Array, found: &[Option<&Finding>]) -> Result<Vec<(&'static str, ArrayRef)>, ArrowError> {
    let dates = |of: fn(&Finding) -> Option<i32>| -> ArrayRef { Arc::new(found.iter().map(|f| f.and_then(of)).collect::<Date32Array>()) };
    let kind = |r: &Right| if r.kind == RightKind::Droit { "non_recours" } else { "rupture" }.to_owned();
    Ok(vec![
        ("kind", by_right(pack, rights, kind)?),
        ("rule", by_right(pack, rights, Right::rule)?),
        ("certainty", Arc::new(found.iter().map(|f| f.map(|f| f.certainty.word())).collect::<StringArray>())),
        ("types", lists(found, |f| f.types.clone())?),
        ("stage", by_right(pack, rights, |r| r.stage.clone())?),
        ("deadline", dates(|f| f.deadline)),
        ("date_utile", dates(|f| f.useful_date)),
        ("unmet", lists(found, |f| f.unmet.clone())?),
        ("to_ask", lists(found, |f| f.missing.iter().map(String::as_str).collect())?),
    ])
}

/// What is said of a right, written once for each and repeated by position.
pub(super) fn by_right(pack: &Pack, rights: &UInt32Array, of: impl Fn(&Right) -> String) -> Result<ArrayRef, ArrowError> {
    take(&pack.rights.iter().map(of).map(Some).collect::<StringArray>(), rights, None)
}

/// Lists of words, which many rows share: each distinct one is written once and repeated by position.
fn lists<'f>(found: &[Option<&'f Finding>], of: fn(&'f Finding) -> Vec<&'f str>) -> Result<ArrayRef, ArrowError> {
    let mut distinct = ListBuilder::new(StringBuilder::new());
    // Position 0: nothing in it.
    distinct.append(true);
    let mut known: HashMap<Vec<&str>, u32> = HashMap::from([(Vec::new(), 0)]);
    let mut at = |list: Vec<&'f str>| {
        let next = u32::try_from(known.len()).unwrap_or(0);
        *known.entry(list).or_insert_with_key(|list| {
            list.iter().for_each(|t| distinct.values().append_value(t));
            distinct.append(true);
            next
        })
    };
    let rows: UInt32Array = found.iter().map(|f| Some(f.map_or(0, |f| at(of(f))))).collect();
    Ok(Arc::new(repeated(&distinct.finish(), &rows)?))
}

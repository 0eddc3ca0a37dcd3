//! Beside an answer, what a mission would find of the same unit on the same facts, under the names of its findings.

use crate::finding::Finding;
use arrow::array::{ArrayRef, Date32Array, ListBuilder, StringArray, StringBuilder};
use recours_rules::pack::{Right, RightKind};
use std::sync::Arc;

/// `kind` (`non_recours` or `rupture`), `rule` (`id@version`) and `stage` of each answer; `certainty` (null where there is
/// nothing to propose: received, already acted, a minor), `types`, `deadline`, `date_utile`, `unmet`, and `to_ask` (facts of
/// the vocabulary that would settle it, receipt among them).
pub(super) fn columns<'a>(rows: impl Iterator<Item = (Option<&'a Right>, Option<&'a Finding>)> + Clone) -> Vec<(&'static str, ArrayRef)> {
    let text = |of: fn(&Right) -> String| -> ArrayRef {
        Arc::new(rows.clone().map(|(r, _)| r.map(of).unwrap_or_default()).map(Some).collect::<StringArray>())
    };
    let kind = |r: &Right| if r.kind == RightKind::Droit { "non_recours" } else { "rupture" }.to_owned();
    let dates =
        |of: fn(&Finding) -> Option<i32>| -> ArrayRef { Arc::new(rows.clone().map(|(_, f)| f.and_then(of)).collect::<Date32Array>()) };
    let list = |of: fn(&Finding) -> Vec<&str>| -> ArrayRef {
        let mut b = ListBuilder::new(StringBuilder::new());
        for (_, f) in rows.clone() {
            f.map(of).unwrap_or_default().into_iter().for_each(|t| b.values().append_value(t));
            b.append(true);
        }
        Arc::new(b.finish())
    };
    vec![
        ("kind", text(kind)),
        ("rule", text(Right::rule)),
        ("certainty", Arc::new(rows.clone().map(|(_, f)| f.map(|f| f.certainty.word())).collect::<StringArray>())),
        ("types", list(|f| f.types.clone())),
        ("stage", text(|r| r.stage.clone())),
        ("deadline", dates(|f| f.deadline)),
        ("date_utile", dates(|f| f.useful_date)),
        ("unmet", list(|f| f.unmet.clone())),
        ("to_ask", list(|f| f.missing.iter().map(String::as_str).collect())),
    ]
}

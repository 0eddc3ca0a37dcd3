//! The columns of snapshots and differences.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Date32Array, ListBuilder, RecordBatch, StringArray, StringBuilder};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use recours_engine::state::{Change, Difference, Entry, Key, Snapshot};
use recours_rules::date::Days;
use serde_json::{Map, Value};

use super::mots;

/// Columns of a snapshot.
pub(super) const COLONNES: [&str; 10] =
    ["household_id", "person_id", "right", "label", "state", "as_of", "until", "facts", "bodies", "rule"];

/// Columns of a difference.
const DIFFERENCE: [&str; 14] = [
    "household_id",
    "person_id",
    "right",
    "label",
    "from",
    "to",
    "before",
    "before_until",
    "after",
    "after_until",
    "sentence",
    "facts",
    "bodies",
    "rule",
];

fn jour(d: Days) -> i32 {
    i32::try_from(d).unwrap_or(i32::MAX)
}

fn jours(valeurs: impl Iterator<Item = Option<Days>>) -> ArrayRef {
    Arc::new(valeurs.map(|d| d.map(jour)).collect::<Date32Array>())
}

fn textes<'a>(valeurs: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(valeurs.collect::<StringArray>())
}

fn listes<'a>(valeurs: impl Iterator<Item = &'a [String]>) -> ArrayRef {
    let mut b = ListBuilder::new(StringBuilder::new());
    for liste in valeurs {
        liste.iter().for_each(|t| b.values().append_value(t));
        b.append(true);
    }
    Arc::new(b.finish())
}

fn lot(noms: &[&str], colonnes: Vec<ArrayRef>) -> Result<RecordBatch, ArrowError> {
    let champs: Vec<Field> = noms.iter().zip(&colonnes).map(|(n, c)| Field::new(*n, c.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(champs)), colonnes)
}

/// One row for each right of each unit.
pub(super) fn instantane(etats: &Snapshot) -> Result<RecordBatch, ArrowError> {
    let (cles, dits): (Vec<&Key>, Vec<&Entry>) = etats.entries.iter().unzip();
    lot(
        &COLONNES,
        vec![
            textes(cles.iter().map(|k| Some(k.household.as_str()))),
            textes(cles.iter().map(|k| k.person.as_deref())),
            textes(cles.iter().map(|k| Some(k.right.as_str()))),
            textes(dits.iter().map(|e| Some(e.label.as_str()))),
            textes(dits.iter().map(|e| Some(e.state.word()))),
            jours(dits.iter().map(|_| Some(etats.as_of))),
            jours(dits.iter().map(|e| e.until)),
            listes(dits.iter().map(|e| e.facts.as_slice())),
            listes(dits.iter().map(|e| e.bodies.as_slice())),
            textes(dits.iter().map(|e| Some(e.rule.as_str()))),
        ],
    )
}

/// One row for each right whose state, date or source changed; what the rest of `after` says goes with it.
pub(super) fn difference(d: &Difference) -> Result<RecordBatch, ArrowError> {
    let n = || d.changes.iter();
    let seul: [String; 0] = [];
    let phrases: Vec<String> = n().map(mots::changement).collect();
    fn dit(c: &Change) -> Option<&Entry> {
        c.after.as_ref().or(c.before.as_ref())
    }
    lot(
        &DIFFERENCE,
        vec![
            textes(n().map(|c| Some(c.key.household.as_str()))),
            textes(n().map(|c| c.key.person.as_deref())),
            textes(n().map(|c| Some(c.key.right.as_str()))),
            textes(n().map(|c| dit(c).map(|e| e.label.as_str()))),
            jours(n().map(|_| Some(d.from))),
            jours(n().map(|_| Some(d.to))),
            textes(n().map(|c| c.before.as_ref().map(|e| e.state.word()))),
            jours(n().map(|c| c.before.as_ref().and_then(|e| e.until))),
            textes(n().map(|c| c.after.as_ref().map(|e| e.state.word()))),
            jours(n().map(|c| c.after.as_ref().and_then(|e| e.until))),
            textes(phrases.iter().map(|p| Some(p.as_str()))),
            listes(n().map(|c| c.after.as_ref().map_or(&seul[..], |e| e.facts.as_slice()))),
            listes(n().map(|c| c.after.as_ref().map_or(&seul[..], |e| e.bodies.as_slice()))),
            textes(n().map(|c| c.after.as_ref().map(|e| e.rule.as_str()))),
        ],
    )
}

/// Rows as JSON objects.
pub(super) fn objets(lot: &RecordBatch) -> Value {
    let une = |c: &ArrayRef, i: usize| -> Value {
        let texte = |c: &ArrayRef, i: usize| cast(&c.slice(i, 1), &DataType::Utf8).ok().map(|t| t.as_string::<i32>().value(0).to_owned());
        match c.data_type() {
            _ if c.is_null(i) => Value::Null,
            DataType::List(_) => {
                let dedans = c.as_list::<i32>().value(i);
                (0..dedans.len()).filter_map(|j| texte(&dedans, j)).map(Value::String).collect()
            }
            _ => texte(c, i).map_or(Value::Null, Value::String),
        }
    };
    let schema = lot.schema();
    let ligne = |i: usize| {
        let champs = schema.fields().iter().zip(lot.columns()).map(|(f, c)| (f.name().clone(), une(c, i)));
        Value::Object(champs.collect::<Map<String, Value>>())
    };
    (0..lot.num_rows()).map(ligne).collect()
}

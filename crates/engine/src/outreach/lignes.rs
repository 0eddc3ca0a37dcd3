//! The six fields of a row, and their Arrow form.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, FixedSizeBinaryBuilder, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;

use super::{Bande, Jour, NumeroDeLigne};

/// Names of the columns of a list. There is no other: a test holds it.
pub const COLONNES: [&str; 6] = ["row_id", "droit", "bande", "date_utile", "regle", "expire"];

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ligne {
    /// The body's own row id (or of nobody: the body leaves out the ids that it does not know).
    pub row_id: NumeroDeLigne,
    /// Right or rupture.
    pub droit: String,
    /// Band.
    pub bande: Bande,
    /// Last day at which acting by the usual channel is in time.
    pub date_utile: Option<Jour>,
    /// `id@version`.
    pub regle: String,
    /// Last day at which the row may be used; then it must be deleted.
    pub expire: Jour,
}

/// Schema of a list: `row_id` fixed 16 bytes, `droit`, `bande`, `regle` text, `date_utile` (nullable) and
/// `expire` date32.
pub fn schema() -> SchemaRef {
    let [row_id, droit, bande, date_utile, regle, expire] = COLONNES;
    Arc::new(Schema::new(vec![
        Field::new(row_id, DataType::FixedSizeBinary(16), false),
        Field::new(droit, DataType::Utf8, false),
        Field::new(bande, DataType::Utf8, false),
        Field::new(date_utile, DataType::Date32, true),
        Field::new(regle, DataType::Utf8, false),
        Field::new(expire, DataType::Date32, false),
    ]))
}

/// Rows as one Arrow batch, in order.
///
/// # Errors
/// Arrow's, when the rows do not fit in memory.
pub fn vers_lot(lignes: &[Ligne]) -> Result<RecordBatch, ArrowError> {
    let mut row_id = FixedSizeBinaryBuilder::with_capacity(lignes.len(), 16);
    for ligne in lignes {
        row_id.append_value(ligne.row_id)?;
    }
    let colonnes: Vec<ArrayRef> = vec![
        Arc::new(row_id.finish()),
        Arc::new(StringArray::from_iter_values(lignes.iter().map(|l| &l.droit))),
        Arc::new(StringArray::from_iter_values(lignes.iter().map(|l| l.bande.texte()))),
        Arc::new(Date32Array::from_iter(lignes.iter().map(|l| l.date_utile))),
        Arc::new(StringArray::from_iter_values(lignes.iter().map(|l| &l.regle))),
        Arc::new(Date32Array::from_iter_values(lignes.iter().map(|l| l.expire))),
    ];
    RecordBatch::try_new(schema(), colonnes)
}

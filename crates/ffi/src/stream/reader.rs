//! Reads a stream, batch after batch, each checked before anybody looks at it.

use arrow::array::{RecordBatch, RecordBatchOptions, RecordBatchReader, StructArray};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::ffi::{FFI_ArrowArray, FFI_ArrowSchema, from_ffi_and_data_type};
use arrow::ffi_stream::FFI_ArrowArrayStream;

use super::arrival::Fault;
use super::{shape, unreadable};
use crate::error::RecoursError;
use crate::guard::silently;

const RELEASED: &str = "Donnez un flux qui n'a pas été lu : un appel consomme les flux qu'il reçoit, même quand il échoue.";
const PRODUCER: &str =
    "Cherchez la cause dans le programme qui produit ce flux : son texte n'est pas répété, il pourrait citer une valeur.";
const SHAPE: &str = "Relisez la spécification « Arrow C data interface » : types, tampons, longueurs et enfants doivent s'accorder.";

/// A stream being read.
pub struct Reader {
    stream: FFI_ArrowArrayStream,
    schema: SchemaRef,
    name: String,
    fault: Fault,
    /// Batches asked for so far.
    asked: u64,
    ended: bool,
}

impl Reader {
    /// Asks for the schema.
    pub fn open(mut stream: FFI_ArrowArrayStream, name: String, fault: Fault) -> Result<Self, RecoursError> {
        let refusal = |code, what: String, advice| Err(unreadable(code, &format!("Table « {name} » : {what}"), advice));
        let (Some(get_schema), Some(_), Some(_)) = (stream.get_schema, stream.get_next, stream.release) else {
            let (what, advice) = match stream.release {
                None => ("ce flux est déjà libéré.", RELEASED),
                Some(_) => ("ce flux n'a pas toutes ses fonctions.", SHAPE),
            };
            return refusal("E-ABI-006", what.to_owned(), advice);
        };
        let mut given = FFI_ArrowSchema::empty();
        // SAFETY: a live stream whose producer follows the C stream interface, which is the caller's promise.
        let errno = unsafe { get_schema(&raw mut stream, &raw mut given) };
        if errno != 0 {
            return refusal("E-ABI-007", format!("le flux n'a pas donné son schéma (errno {errno})."), PRODUCER);
        }
        // SAFETY: the producer's schema: what its fields point to is readable, which is the caller's promise.
        if let Err(what) = unsafe { shape::of_schema(&given) } {
            return refusal("E-ABI-008", what, SHAPE);
        }
        match silently(|| Schema::try_from(&given)) {
            Some(Ok(schema)) => Ok(Self { stream, schema: schema.into(), name, fault, asked: 0, ended: false }),
            _ => refusal("E-ABI-008", "le schéma a un type inconnu ou mal écrit.".into(), SHAPE),
        }
    }

    fn fail(&mut self, code: &'static str, what: String, advice: &'static str) -> ArrowError {
        self.ended = true;
        self.fault.keep(&self.name, code, what.clone(), advice);
        ArrowError::CDataInterface(what)
    }

    fn batch(&mut self, array: FFI_ArrowArray) -> Result<RecordBatch, String> {
        let kind = DataType::Struct(self.schema.fields().clone());
        // SAFETY: the producer's array: what its fields point to is readable, which is the caller's promise.
        unsafe { shape::of_array(&array, &kind, "") }?;
        if array.is_empty() {
            // Producers need not give buffers to what has no row; Arrow would read an offset there.
            return Ok(RecordBatch::new_empty(self.schema.clone()));
        }
        let read = silently(|| {
            // SAFETY: an array of this type, by the caller's promise and as far as its shape tells; `validate_full` looks
            // at its contents before anything else does.
            let data = unsafe { from_ffi_and_data_type(array, kind) }?;
            data.validate_full()?;
            Ok::<_, ArrowError>(data)
        });
        // What Arrow says may quote a value: the schema's names are enough.
        let Some(Ok(data)) = read else {
            return Err("le contenu ne s'accorde pas avec le schéma (décalages, tampons, ou texte qui n'est pas de l'UTF-8).".into());
        };
        if data.nulls().is_some_and(|n| n.null_count() > 0) {
            return Err("une ligne entière est nulle ; c'est à ses colonnes de l'être.".into());
        }
        let rows = RecordBatchOptions::new().with_row_count(Some(data.len()));
        let columns = StructArray::from(data).into_parts().1;
        RecordBatch::try_new_with_options(self.schema.clone(), columns, &rows)
            .map_err(|_| "une colonne a une valeur nulle alors que le schéma ne le permet pas.".into())
    }
}

impl Iterator for Reader {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        self.asked += 1;
        let number = self.asked;
        let get_next = self.stream.get_next?;
        let mut array = FFI_ArrowArray::empty();
        // SAFETY: a live stream whose producer follows the C stream interface, which is the caller's promise.
        let errno = unsafe { get_next(&raw mut self.stream, &raw mut array) };
        if errno != 0 {
            let what = format!("le flux s'est interrompu au lot {number} (errno {errno}).");
            return Some(Err(self.fail("E-ABI-007", what, PRODUCER)));
        }
        if array.is_released() {
            self.ended = true;
            return None;
        }
        let read = self.batch(array);
        Some(read.map_err(|what| self.fail("E-ABI-008", format!("lot {number} : {what}"), SHAPE)))
    }
}

impl RecordBatchReader for Reader {
    fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }
}

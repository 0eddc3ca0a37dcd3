//! Tables over the boundary: Arrow C streams in and out.
//!
//! Arrow's own reader trusts its producer: it panics on a stream without callbacks or without an error text, quotes that
//! text (which may quote a value), and imports arrays unchecked, so that a text that is not UTF-8 is undefined behaviour.
//! Streams built by hand in C deserve less trust: [`Inlet`] takes them and [`reader`] reads them with checks.

mod arrival;
mod reader;
mod shape;

pub use arrival::{Fault, Inlet};

use arrow::array::{RecordBatch, RecordBatchIterator};
use arrow::datatypes::SchemaRef;
use arrow::ffi_stream::FFI_ArrowArrayStream;

use crate::error::RecoursError;
use crate::status::RecoursStatus;

/// A table as a stream that the caller reads and releases.
pub fn outlet(schema: SchemaRef, batches: Vec<RecordBatch>) -> FFI_ArrowArrayStream {
    FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new(batches.into_iter().map(Ok), schema)))
}

/// A stream is not one that can be read.
fn unreadable(name: &str, what: &str, advice: &str) -> RecoursError {
    RecoursError::new(RecoursStatus::Stream, name, what, advice)
}

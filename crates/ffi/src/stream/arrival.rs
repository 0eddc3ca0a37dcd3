//! A stream enters: it is the call's from then on, whatever becomes of the call.

use std::sync::{Arc, OnceLock};

use arrow::ffi_stream::FFI_ArrowArrayStream;
use recours::integration::Flux;

use super::{reader::Reader, unreadable};
use crate::error::RecoursError;
use crate::text::null;

/// What went wrong while a stream was read, told after the work that read it has failed.
#[derive(Clone, Debug, Default)]
pub struct Fault(Arc<OnceLock<(String, &'static str, String, &'static str)>>);

impl Fault {
    /// Keeps the first fault.
    pub(super) fn keep(&self, stream: &str, name: &'static str, what: String, advice: &'static str) {
        let _ = self.0.set((stream.to_owned(), name, what, advice));
    }

    /// The fault of a stream, rather than what the work made of it.
    pub fn rather_than(&self, other: RecoursError) -> RecoursError {
        match self.0.get() {
            Some((stream, name, what, advice)) => unreadable(name, &format!("Table « {stream} » : {what}"), advice),
            None => other,
        }
    }
}

/// A stream of the caller, moved here: the caller's structure is marked released, and the stream is released when this
/// disappears, read or not.
pub struct Inlet {
    stream: Option<FFI_ArrowArrayStream>,
    name: String,
}

impl Inlet {
    /// Takes the stream at `place`. Cannot fail, so that a call takes all its streams before anything can go wrong.
    ///
    /// # Safety
    /// `place` is NULL or points to an `ArrowArrayStream`, released or not.
    pub unsafe fn take(place: *mut FFI_ArrowArrayStream, name: &str) -> Self {
        let stream = if place.is_null() {
            None
        } else {
            // SAFETY: not NULL; the caller vouches for the structure, which is left released.
            Some(unsafe { FFI_ArrowArrayStream::from_raw(place) })
        };
        Self { stream, name: name.to_owned() }
    }

    /// The same, under the name that messages should give it.
    #[must_use]
    pub fn named(self, name: &str) -> Self {
        Self { name: name.to_owned(), ..self }
    }

    /// Opens the stream: reads its schema.
    pub fn open(self, fault: &Fault) -> Result<Flux, RecoursError> {
        let Some(stream) = self.stream else {
            return Err(null(&self.name));
        };
        Ok(Box::new(Reader::open(stream, self.name, fault.clone())?))
    }
}

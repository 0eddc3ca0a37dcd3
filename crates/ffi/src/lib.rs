//! The C interface of Recours.
//!
//! Few functions, each the same: check the pointers, call `recours::integration` behind [`guard`], write the result. Contract,
//! the same for all of them (it opens `include/recours.h`, which is generated from this crate and committed):
//!
//! - a function that can fail returns a [`RecoursStatus`]; numbers are explicit and never used again;
//! - on failure nothing is written to the out parameters, except `out_error`, which receives an error object to
//!   free with [`error::recours_error_free`]; `out_error` may be NULL;
//! - streams given to a call are taken before anything else and released by it, whatever becomes of it;
//! - a panic never crosses the boundary: it becomes [`RecoursStatus::Panic`], and the next call works;
//! - no message holds a value of a record, and no key crosses as bytes.
//!
//! This is the only crate where `unsafe` may stand. Rooms: [`status`] (numbers), [`error`] (the one error object), [`guard`]
//! (panics), [`handle`] (objects that C holds), [`text`] (strings), [`out`] (where results go), [`stream`] (tables in and out),
//! [`progress`], [`version`]; then one room per noun: [`rules`], [`mission`], [`sealing`] (not in the host's library), [`process`].

pub mod error;
pub mod guard;
pub mod handle;
pub mod mission;
pub mod out;
pub mod process;
pub mod progress;
pub mod rules;
#[cfg(feature = "complet")]
pub mod sealing;
pub mod status;
pub mod stream;
pub mod text;
pub mod version;

#[cfg(debug_assertions)]
pub mod panic_probe;

#[cfg(test)]
mod header;

pub use error::RecoursError;
pub use status::RecoursStatus;

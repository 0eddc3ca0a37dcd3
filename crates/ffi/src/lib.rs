//! The C interface of Recours.
//!
//! Few functions, each two lines: check the pointers, call a Rust crate behind [`guard`]. Contract, the same for
//! all of them (it opens `include/recours.h`, which is generated from this crate and committed):
//!
//! - a function that can fail returns a [`RecoursStatus`]; codes are explicit and never reused;
//! - on failure nothing is written to the out parameters, except `out_error`, which receives an error object to
//!   free with [`error::recours_error_free`]; `out_error` may be NULL;
//! - a panic never crosses the boundary: it becomes [`RecoursStatus::Panic`];
//! - no message holds a value of a record.
//!
//! This is the only crate where `unsafe` may stand. Rooms: [`status`] (codes), [`error`] (the one error object),
//! [`guard`] (panics), [`text`] (strings in), [`version`], and one room per exported verb.

pub mod error;
pub mod guard;
pub mod rules;
pub mod status;
pub mod text;
pub mod version;

#[cfg(debug_assertions)]
pub mod panic_probe;

#[cfg(test)]
mod header;

pub use error::RecoursError;
pub use rules::RecoursFile;
pub use status::RecoursStatus;

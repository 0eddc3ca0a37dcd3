//! The whole chain, from extracts to findings: on an invented département through the command, and on the
//! reference foyers held against their truth.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod demonstration;

mod mode_b;
mod petite;
mod reference;

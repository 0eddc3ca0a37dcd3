//! The C interface, from the committed header alone: compiled as strict C11 with the address and undefined-behaviour
//! sanitizers, linked statically and dynamically against the built library, and run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod compile;
mod examples;
mod export;
mod misuse;
mod package;

//! Facts leave their body as coarse as the rules allow: what the host refuses, and the same findings as with the values.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod memes_reperages;
mod refus;
mod unicite;

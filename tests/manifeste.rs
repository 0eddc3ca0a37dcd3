//! The manifest as the contract: who signs what, what is refused without it, and in which words.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod aveugle;
pub mod banc;
mod lignes;
mod missions;
mod signatures;
mod texte;

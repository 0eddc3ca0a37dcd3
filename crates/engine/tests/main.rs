//! The engine held to its promises on generated rules and generated foyers.
//!
//! `RECOURS_CAS=1000000 cargo test -p recours-engine --test main -- --nocapture` looks at more cases and prints how
//! many. A failure prints the seed of its pack; the same seed gives the same pack and foyers again.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests: a broken expectation stops the test")]

mod beside;
mod calendrier;
mod completes;
mod connu;
mod croisement;
mod depth;
mod detection;
mod differential;
mod generate;
mod grain;
mod jeu_fr;
mod machine;
mod mois;
mod parts;
mod pieges;
mod properties;
mod ruptures;
mod silent_zero;
mod soundness;
mod threads;

//! Rights of persons at each body: what it answers, how long it keeps, how it destroys and shows it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod banc;
mod demandes;
mod duree;
mod effacement;
mod mode_b;
mod reponses;

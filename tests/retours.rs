//! What comes back from the field: the form, its reading, and what a body makes of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

pub mod banc;
mod commande;
mod comparaison;
mod formats;
mod mesure;
mod refus;
mod transmission;

//! `canon/1`: the one form in which an identity is written before it is sealed.
//!
//! Two bodies type the same person differently (accents, hyphens, case, particles, compound names,
//! spreadsheets that eat leading zeros). Tokens only match on equality, so every rule that brings two
//! writings together must be the same everywhere and for ever: the version is an input of the key
//! derivation, and `crates/seal/vecteurs/canon-1.json` lets another implementation prove that it agrees.
//! A missing component gives no token for the passes that need it: an empty string is never sealed.

pub mod adresse;
pub mod dates;
pub mod identite;
pub mod lieux;
pub mod nir;
pub mod noms;
pub mod phonetique;
pub mod prenoms;
pub mod texte;

#[cfg(test)]
mod tests;

pub use adresse::Adresse;
pub use dates::{DateNaissance, Precision};
pub use identite::{DateBrute, IdentiteBrute, IdentiteCanonique, canoniser};
pub use nir::{ClasseNir, CleNir, Nir};
pub use noms::Nom;
pub use prenoms::Prenoms;

/// Version of the canonical form; part of every key derivation. Any change of a rule is a new version.
pub const VERSION: &str = "canon/1";

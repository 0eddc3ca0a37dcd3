//! From identities to tokens, and from tokens to handles: everything of Recours that ever touches an
//! identity or a token stands in this crate, and the engine does not depend on it.
//!
//! # Who runs what
//!
//! | Role | Runs | Holds | Must never hold |
//! |---|---|---|---|
//! | body (*organisme*) | [`canon`], [`token::sceller`], [`oprf::Aveuglement`] (mode B) | its own clear data, the level-1 key (mode A) | another body's tokens or attributes |
//! | key holder (*tiers de clés*) | [`keys::CleMaitresse::generer`], [`oprf::ClesOprf`] (mode B) | the master keys | identities, tokens, attributes |
//! | linkage unit (*unité de liaison*) | [`linkage::UniteLiaison`] | tokens for a few hours, the level-2 key (mode A) | identities, attributes |
//! | engine host | nothing of this crate | handles and attributes | any key or token |
//!
//! # Two modes
//!
//! Mode B, for real data of several controllers, is blind evaluation: see [`oprf`]. No body holds a key there,
//! the key holder evaluates what it cannot read, and the linkage unit gets tokens under a key that it does not
//! have.
//!
//! # Mode A in one paragraph
//!
//! `t1 = PRF(k1[pass], canonical bytes)` is computed at the body, `t2 = PRF(k2[pass], t1)` at the
//! linkage unit as soon as a delivery is opened; `t1` is dropped there and then. The keys of each pass
//! come from HKDF over the mission's manifest hash, the epoch, the suite, the pass and the canonical
//! form's version: tokens of another purpose, quarter or canonical form join nothing. Every body shares
//! the level-1 key, so its secrecy is that of the weakest of them; whoever holds it **and** the level-2
//! key can run a dictionary over every national number. Mode A is for invented data or for a single
//! controller.
//!
//! Files between roles travel in envelopes; those are of the tables' crate (`enveloppe`), because the engine
//! host opens some and has nothing of this crate.
//!
//! # What no message may contain
//!
//! No error, `Debug` or `Display` of this crate shows a value read from a record. Types that carry
//! identities or keys have no derived `Debug`; those that carry keys have no `Clone` either.

pub mod canaris;
pub mod canon;
pub mod erreur;
#[cfg(test)]
mod erreur_tests;
pub mod hasard;
pub mod keys;
pub mod linkage;
pub mod oprf;
pub mod token;
#[cfg(test)]
mod vecteurs_tests;

pub use erreur::ErreurSceau;

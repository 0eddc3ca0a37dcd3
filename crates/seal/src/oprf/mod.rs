//! Mode B: tokens by blind evaluation (OPRF, RFC 9497, verifiable mode), so that no body holds a key and
//! the key holder sees nobody.
//!
//! ```text
//! body         x = canonical bytes of a pass      r = a blind      element  = r · H(x)          -> key holder
//! key holder   k = key of the pass                                 evaluated = k · element       -> body
//!              and one proof per batch that the k of the published key K = k · G was used
//! body         checks the proof, y = Hash(x, (1/r) · evaluated);  token = first 16 bytes of y   -> linkage unit
//! ```
//!
//! `element` is uniform in the group whatever `x` is: the key holder learns how many elements a body sends,
//! and nothing else. The output depends on `x` and `k` alone, so two bodies get the same token for the same
//! person without ever meeting.
//!
//! | Suite of the mission | RFC 9497 suite | Element | Proof |
//! |---|---|---|---|
//! | `rgs` | P256-SHA256 | 33 bytes | 64 bytes |
//! | `rapide` | ristretto255-SHA512 | 32 bytes | 64 bytes |
//!
//! # Keys
//!
//! `seed[pass] = HKDF-Expand(HKDF-Extract("recours/1/oprf", master), enc("oprf", suite, manifest, epoch, pass,
//! canon), 32)`, then RFC 9497 `DeriveKeyPair(seed, "recours/1")`. Another purpose, epoch or pass is another
//! key, whose tokens join nothing.
//!
//! # Blinds
//!
//! They are drawn from a stream of HMAC-SHA-256 under a random secret of 32 bytes, one stream per element, and
//! drawn again at the second step: what a body keeps between the steps is that secret and not one scalar
//! per element. `voprf` is pinned to a version because how it reads a stream is part of that.
//!
//! The points and scalars inside `voprf` are wiped on drop; our own buffers too. They stand in the process's
//! memory meanwhile: keys are in software.

mod aveuglement;
mod canoniques;
mod entrees;
mod erreur;
mod etat;
mod evaluation;
mod flux;
mod groupe;
mod passes;

#[cfg(test)]
pub(crate) mod cout;
#[cfg(test)]
mod tests;

pub use aveuglement::{Aveuglement, Sortie};
pub use canoniques::Canoniques;
pub use erreur::ErreurOprf;
pub use etat::{Etat, LotAveugle};
pub use evaluation::{ClePublique, ClesOprf, Evaluation};
pub use groupe::{TAILLE_PREUVE, taille_element};
pub use passes::PasseOprf;

/// Most elements under one proof: RFC 9497 counts them on two bytes.
pub const LOT_MAX: usize = u16::MAX as usize;

/// Elements that this program puts under one proof. The proof's own cost is spread over them, and a batch is
/// also what one core works on.
pub const LOT: usize = 4_096;

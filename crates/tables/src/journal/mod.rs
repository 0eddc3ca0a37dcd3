//! The log of a role: an append-only chain of signed entries, one JSON object per line.
//!
//! ```text
//! enc(x..)   = for each field: u32 length (big endian) || bytes
//! content    = BLAKE3(enc("recours/journal/1/contenu", key1, value1, key2, …))      keys sorted
//! entry      = BLAKE3(enc("recours/journal/1", rank, previous entry, instant, author, act, content, key))
//! signature  = Ed25519(enc("recours/journal/1/tete", author, rank, entry))           RFC 8032, ring
//! ```
//!
//! Rank (u64) and instant (i64, seconds since 1970, UTC) are big endian; the first entry's « previous » is 32
//! zeros. The signature is over the *head*, so that the last entry's signature is by itself a [`Point`] that
//! others keep: a log that was cut or written again no longer leads to it.
//!
//! The content may be removed after its time ([`Journal::elaguer`]); its hash stays, so the chain still holds,
//! and an entry without content that no later pruning announces is a fault.
//!
//! It stands beside the envelopes and not with the sealing code: every role writes its log, the engine host
//! included. An Ed25519 key opens nothing and joins nobody.

mod cle;
mod entree;
mod erreur;
mod fichier;
mod point;
#[cfg(test)]
mod tests;
mod verification;

pub use cle::{CleJournal, ClePublique};
pub use entree::{Contenu, Entree};
pub use erreur::ErreurJournal;
pub use fichier::Journal;
pub use point::Point;
pub use verification::{Verifie, verifier, verifier_fichier};

/// Version of the canonical bytes, first field of all that is hashed.
pub const VERSION: &str = "recours/journal/1";

/// The act that announces removed contents.
pub const ELAGAGE: &str = "elagage";

/// Appends fields, each with its length before it.
pub(crate) fn encoder(sortie: &mut Vec<u8>, champs: &[&[u8]]) {
    for champ in champs {
        // No field is four gigabytes: texts are bounded on entry.
        sortie.extend_from_slice(&u32::try_from(champ.len()).unwrap_or(u32::MAX).to_be_bytes());
        sortie.extend_from_slice(champ);
    }
}

/// Bytes as hexadecimal.
pub(crate) fn hexa(octets: &[u8]) -> String {
    use std::fmt::Write;
    octets.iter().fold(String::with_capacity(octets.len() * 2), |mut t, o| {
        // Writing to a String cannot fail.
        let _ = write!(t, "{o:02x}");
        t
    })
}

/// Exactly `N` bytes from hexadecimal, lower case.
pub(crate) fn de_hexa<const N: usize>(texte: &str) -> Option<[u8; N]> {
    let octets = texte.as_bytes();
    let valeur = |c: &u8| match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        _ => None,
    };
    if octets.len() != N * 2 {
        return None;
    }
    let mut sortie = [0; N];
    for (octet, paire) in sortie.iter_mut().zip(octets.chunks_exact(2)) {
        let [haut, bas] = paire else { return None };
        *octet = valeur(haut)? << 4 | valeur(bas)?;
    }
    Some(sortie)
}

//! Envelopes: files between roles are encrypted to the one who must open them.
//!
//! The trait is small so that another format (hardware recipients, a national standard) can take age's
//! place. Whole buffers on both sides: a département's delivery is a few hundred megabytes at most, and
//! nothing of a tampered envelope is ever handed over.

mod age_x25519;
mod fichier_identite;

#[cfg(test)]
mod tests;

pub use age_x25519::{EnveloppeAge, IdentiteAge};

use crate::ErreurSceau;

/// A way to wrap bytes for recipients.
pub trait Enveloppe {
    /// The secret that opens.
    type Identite;

    /// Encrypts `clair` to every recipient (public keys as text); any one of them can open.
    ///
    /// # Errors
    /// [`ErreurSceau::SansDestinataire`], [`ErreurSceau::DestinataireIllisible`], [`ErreurSceau::Chiffrement`].
    fn chiffrer(&self, destinataires: &[&str], clair: &[u8]) -> Result<Vec<u8>, ErreurSceau>;

    /// Decrypts the whole envelope, or gives nothing.
    ///
    /// # Errors
    /// [`ErreurSceau::PasUneEnveloppe`], [`ErreurSceau::MauvaisDestinataire`], [`ErreurSceau::EnveloppeAlteree`].
    fn dechiffrer(&self, identite: &Self::Identite, enveloppe: &[u8]) -> Result<Vec<u8>, ErreurSceau>;
}

//! Envelopes: files between roles are encrypted to the one who must open them.
//!
//! They stand beside the other files because every role needs them, the engine host included, which holds
//! none of the sealing code. The trait is small so that another format (hardware recipients, a national
//! standard) can take age's place. Whole buffers on both sides, and nothing of a tampered envelope is ever handed over; a
//! delivery of tokens, which has some two kilobytes per person, is read where it lies ([`EnveloppeOuverte`]).

mod age_x25519;
mod erreur;
mod fichier_identite;
mod flux;

#[cfg(test)]
mod tests;

pub use age_x25519::{EnveloppeAge, EnveloppeEcrite, IdentiteAge};
pub use erreur::ErreurEnveloppe;
pub use flux::EnveloppeOuverte;

/// Overwrites a private file and removes it.
///
/// # Errors
/// E-ENVELOPPE-003 naming the file.
pub fn detruire(chemin: &std::path::Path) -> Result<(), ErreurEnveloppe> {
    Ok(recours_coffre::detruire(chemin)?)
}

/// A way to wrap bytes for recipients.
pub trait Enveloppe {
    /// The secret that opens.
    type Identite;

    /// Encrypts `clair` to every recipient (public keys as text); any one of them can open.
    ///
    /// # Errors
    /// [`ErreurEnveloppe::SansDestinataire`], [`ErreurEnveloppe::DestinataireIllisible`], [`ErreurEnveloppe::Chiffrement`].
    fn chiffrer(&self, clair: &[u8], destinataires: &[String]) -> Result<Vec<u8>, ErreurEnveloppe>;

    /// Decrypts the whole envelope, or gives nothing.
    ///
    /// # Errors
    /// [`ErreurEnveloppe::PasUneEnveloppe`], [`ErreurEnveloppe::MauvaisDestinataire`], [`ErreurEnveloppe::Alteree`].
    fn dechiffrer(&self, enveloppe: &[u8], identite: &Self::Identite) -> Result<Vec<u8>, ErreurEnveloppe>;
}

/// Encrypts bytes to age recipients (`age1…`); any one of them can open.
///
/// # Errors
/// E-ENVELOPPE-005 without recipient, -009 for a recipient that is not one, -010 when encryption fails.
pub fn chiffrer(octets: &[u8], destinataires: &[String]) -> Result<Vec<u8>, ErreurEnveloppe> {
    EnveloppeAge.chiffrer(octets, destinataires)
}

/// Opens an age envelope whole, or gives nothing.
///
/// # Errors
/// E-ENVELOPPE-006 when the bytes are not an envelope, -007 when it is addressed to somebody else, -008 when
/// it was cut or changed.
pub fn dechiffrer(octets: &[u8], identite: &IdentiteAge) -> Result<Vec<u8>, ErreurEnveloppe> {
    EnveloppeAge.dechiffrer(octets, identite)
}

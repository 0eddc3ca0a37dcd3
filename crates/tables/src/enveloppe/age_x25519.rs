//! age with X25519 recipients (<https://age-encryption.org/v1>). Readable by the `age` command.

use std::io::{Read, Write};
use std::str::FromStr;

use age::{DecryptError, Decryptor, Encryptor, x25519};
use zeroize::Zeroize;

use super::{Enveloppe, ErreurEnveloppe};

/// First bytes of every age file.
pub(super) const MAGIE: &[u8] = b"age-encryption.org/";

/// A body's or a role's age identity. No `Debug`, no `Clone`; see the file helpers
/// [`IdentiteAge::lire`] and [`IdentiteAge::ecrire`].
pub struct IdentiteAge(pub(super) x25519::Identity);

impl IdentiteAge {
    /// A new identity from the system's generator.
    #[must_use]
    pub fn generer() -> Self {
        Self(x25519::Identity::generate())
    }

    /// Its public key as text (`age1…`), to be given to whoever must write to it.
    #[must_use]
    pub fn destinataire(&self) -> String {
        self.0.to_public().to_string()
    }
}

/// The age implementation of [`Enveloppe`].
#[derive(Clone, Copy, Debug, Default)]
pub struct EnveloppeAge;

impl Enveloppe for EnveloppeAge {
    type Identite = IdentiteAge;

    fn chiffrer(&self, clair: &[u8], destinataires: &[String]) -> Result<Vec<u8>, ErreurEnveloppe> {
        let chiffreur = chiffreur(destinataires)?;
        let rate = |e: std::io::Error| ErreurEnveloppe::Chiffrement { genre: e.kind() };
        let mut sortie = Vec::with_capacity(clair.len() + clair.len() / 4096 + 512);
        let mut flux = chiffreur.wrap_output(&mut sortie).map_err(rate)?;
        flux.write_all(clair).map_err(rate)?;
        flux.finish().map_err(rate)?;
        Ok(sortie)
    }

    fn dechiffrer(&self, enveloppe: &[u8], identite: &IdentiteAge) -> Result<Vec<u8>, ErreurEnveloppe> {
        if !enveloppe.starts_with(MAGIE) {
            return Err(ErreurEnveloppe::PasUneEnveloppe);
        }
        let dechiffreur = Decryptor::new_buffered(enveloppe).map_err(|e| lecture(&e))?;
        let mut flux = dechiffreur.decrypt(std::iter::once(&identite.0 as &dyn age::Identity)).map_err(|e| lecture(&e))?;
        let mut clair = Vec::with_capacity(enveloppe.len());
        if flux.read_to_end(&mut clair).is_err() {
            // What precedes a damaged block was authenticated, but a part is not the delivery.
            clair.zeroize();
            return Err(ErreurEnveloppe::Alteree);
        }
        Ok(clair)
    }
}

fn chiffreur(destinataires: &[String]) -> Result<Encryptor, ErreurEnveloppe> {
    if destinataires.is_empty() {
        return Err(ErreurEnveloppe::SansDestinataire);
    }
    let cles = destinataires
        .iter()
        .enumerate()
        .map(|(i, texte)| x25519::Recipient::from_str(texte.trim()).map_err(|_| ErreurEnveloppe::DestinataireIllisible { rang: i + 1 }))
        .collect::<Result<Vec<_>, _>>()?;
    Encryptor::with_recipients(cles.iter().map(|c| c as &dyn age::Recipient)).map_err(|_| ErreurEnveloppe::SansDestinataire)
}

/// An envelope being written: what is put in it leaves encrypted, 64 KiB at a time. It opens only once [`Self::fermer`] was called.
pub struct EnveloppeEcrite<W: Write>(age::stream::StreamWriter<W>);

impl<W: Write> EnveloppeEcrite<W> {
    /// Starts an envelope to every recipient.
    ///
    /// # Errors
    /// As [`Enveloppe::chiffrer`].
    pub fn ouvrir(vers: W, destinataires: &[String]) -> Result<Self, ErreurEnveloppe> {
        let rate = |e: std::io::Error| ErreurEnveloppe::Chiffrement { genre: e.kind() };
        chiffreur(destinataires)?.wrap_output(vers).map(Self).map_err(rate)
    }

    /// Writes its end, and gives back what it was written to.
    ///
    /// # Errors
    /// Those of writing.
    pub fn fermer(self) -> std::io::Result<W> {
        self.0.finish()
    }
}

impl<W: Write> Write for EnveloppeEcrite<W> {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.write(octets)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

pub(super) fn lecture(erreur: &DecryptError) -> ErreurEnveloppe {
    match erreur {
        DecryptError::NoMatchingKeys | DecryptError::KeyDecryptionFailed | DecryptError::ExcessiveWork { .. } => {
            ErreurEnveloppe::MauvaisDestinataire
        }
        DecryptError::UnknownFormat => ErreurEnveloppe::PasUneEnveloppe,
        _ => ErreurEnveloppe::Alteree,
    }
}

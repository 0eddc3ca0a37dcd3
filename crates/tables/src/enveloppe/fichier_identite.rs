//! age identity files, in the form that `age-keygen` writes: comments, then one secret key.

use std::path::Path;
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use age::x25519;
use zeroize::Zeroizing;

use super::{ErreurEnveloppe, IdentiteAge};

impl IdentiteAge {
    /// Writes the identity to a *new* file with rights 0600; its public key stands there as a comment.
    ///
    /// # Errors
    /// E-ENVELOPPE-001 or E-ENVELOPPE-003, both naming the file.
    pub fn ecrire(&self, chemin: &Path) -> Result<(), ErreurEnveloppe> {
        let secret = self.0.to_string();
        let mut texte = Zeroizing::new(String::with_capacity(512));
        texte.push_str("# public key: ");
        texte.push_str(&self.destinataire());
        texte.push('\n');
        texte.push_str(secret.expose_secret());
        texte.push('\n');
        Ok(recours_coffre::creer(chemin, texte.as_bytes())?)
    }

    /// Reads an identity file.
    ///
    /// # Errors
    /// E-ENVELOPPE-002 when others could read it, E-PHRASE-001 or 002 when its passphrase was not given,
    /// [`ErreurEnveloppe::IdentiteIllisible`] when it does
    /// not hold exactly one X25519 identity, E-ENVELOPPE-003 otherwise.
    pub fn lire(chemin: &Path) -> Result<Self, ErreurEnveloppe> {
        let texte = recours_coffre::lire(chemin)?;
        let illisible = || ErreurEnveloppe::IdentiteIllisible { chemin: chemin.to_path_buf() };
        let mut lignes = texte.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
        let secrete = lignes.next().ok_or_else(illisible)?;
        if lignes.next().is_some() {
            return Err(illisible());
        }
        x25519::Identity::from_str(secrete).map(Self).map_err(|_| illisible())
    }
}

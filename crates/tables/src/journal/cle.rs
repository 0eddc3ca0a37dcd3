//! The signature key of a role.

use std::fmt;
use std::path::Path;

use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use zeroize::Zeroizing;

use super::{ErreurJournal, de_hexa, hexa};
use crate::enveloppe::ErreurEnveloppe;

const ENTETE: &str = "RECOURS-CLE-1 signature";

/// A public signature key: 32 bytes, shown as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClePublique(pub(super) [u8; 32]);

impl ClePublique {
    /// From its 64 hexadecimal digits.
    #[must_use]
    pub fn de_texte(texte: &str) -> Option<Self> {
        de_hexa(texte.trim()).map(Self)
    }

    pub(crate) fn accepte(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.0).verify(message, signature).is_ok()
    }
}

impl fmt::Display for ClePublique {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hexa(&self.0))
    }
}

impl fmt::Debug for ClePublique {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClePublique({self})")
    }
}

/// A role's signature key. No `Debug`, no `Clone`; its seed is zeroised, the copy inside `ring` is not.
pub struct CleJournal {
    graine: Zeroizing<[u8; 32]>,
    paire: Ed25519KeyPair,
}

impl CleJournal {
    /// A new key from the system's generator.
    ///
    /// # Errors
    /// E-JOURNAL-013 when the system gives no random bytes.
    pub fn generer() -> Result<Self, ErreurJournal> {
        let mut graine = Zeroizing::new([0_u8; 32]);
        SystemRandom::new().fill(graine.as_mut_slice()).map_err(|_| ErreurJournal::Aleatoire)?;
        let paire = Ed25519KeyPair::from_seed_unchecked(graine.as_slice()).map_err(|_| ErreurJournal::Aleatoire)?;
        Ok(Self { graine, paire })
    }

    /// Its public half.
    #[must_use]
    pub fn publique(&self) -> ClePublique {
        let mut octets = [0; 32];
        octets.copy_from_slice(self.paire.public_key().as_ref());
        ClePublique(octets)
    }

    /// Writes it to a *new* file with rights 0600: one line, seed and public key.
    ///
    /// # Errors
    /// E-ENVELOPPE-001 when the file exists, E-ENVELOPPE-003 when it cannot be written.
    pub fn ecrire(&self, chemin: &Path) -> Result<(), ErreurJournal> {
        let graine = Zeroizing::new(hexa(self.graine.as_slice()));
        let mut ligne = Zeroizing::new(String::with_capacity(256));
        for mot in [ENTETE, " ", &graine, " ", &self.publique().to_string(), "\n"] {
            ligne.push_str(mot);
        }
        Ok(recours_coffre::creer(chemin, ligne.as_bytes()).map_err(ErreurEnveloppe::from)?)
    }

    /// Reads a key file.
    ///
    /// # Errors
    /// E-ENVELOPPE-002 when others could read it, E-ENVELOPPE-003 when it is not there, E-JOURNAL-001 when it is
    /// not a signature key or its two halves do not agree.
    pub fn lire(chemin: &Path) -> Result<Self, ErreurJournal> {
        let texte = recours_coffre::lire(chemin).map_err(ErreurEnveloppe::from)?;
        let illisible = || ErreurJournal::Cle { chemin: chemin.to_path_buf() };
        let mots = texte.trim_end().strip_prefix(ENTETE).and_then(|t| t.strip_prefix(' ')).ok_or_else(illisible)?;
        let (graine, publique) = mots.split_once(' ').ok_or_else(illisible)?;
        let graine = Zeroizing::new(de_hexa::<32>(graine).ok_or_else(illisible)?);
        let publique = ClePublique::de_texte(publique).ok_or_else(illisible)?;
        let paire = Ed25519KeyPair::from_seed_and_public_key(graine.as_slice(), &publique.0).map_err(|_| illisible())?;
        Ok(Self { graine, paire })
    }

    /// A secret for one use that only the holder of this key can make again: BLAKE3 `derive_key` of the use, over the seed.
    /// It says nothing of the key, nor of the secret of another use.
    #[must_use]
    pub fn secret_pour(&self, usage: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key(usage, self.graine.as_slice()))
    }

    pub(crate) fn signer(&self, message: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.paire.sign(message).as_ref());
        signature
    }
}

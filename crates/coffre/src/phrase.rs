//! The passphrase of the role that this process plays.
//!
//! One process plays one role, and reads several of its keys: the passphrase is given once, at the start, rather than
//! to each function that reads a key.

use std::path::Path;
use std::sync::RwLock;

use age::secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

use super::ErreurSecret;
use super::fichier::lire_brut;

/// Fewer characters are guessed: six random words have about thirty.
const MINIMUM: usize = 20;

/// A passphrase. No `Debug` of its content, no `Clone`; zeroised.
pub struct Phrase(SecretString);

impl Phrase {
    /// From the first line of a file that its owner alone can read, or of a pipe (`/dev/fd/N`).
    ///
    /// # Errors
    /// [`ErreurSecret::PhraseCourte`] below twenty characters, [`ErreurSecret::Ouvert`] and [`ErreurSecret::Fichier`]
    /// as for any file of secrets.
    pub fn de_fichier(chemin: &Path) -> Result<Self, ErreurSecret> {
        let octets = lire_brut(chemin)?;
        let courte = || ErreurSecret::PhraseCourte { chemin: chemin.to_path_buf(), minimum: MINIMUM };
        let texte = std::str::from_utf8(&octets).map_err(|_| courte())?;
        let ligne = texte.lines().next().unwrap_or_default().trim_end();
        if ligne.chars().count() < MINIMUM {
            return Err(courte());
        }
        Ok(Self(SecretString::from(ligne.to_owned())))
    }

    /// A copy for one use, dropped (and zeroised) after it.
    pub(super) fn copie(&self) -> SecretString {
        SecretString::from(Zeroizing::new(self.0.expose_secret().to_owned()).as_str().to_owned())
    }
}

static DONNEE: RwLock<Option<Phrase>> = RwLock::new(None);

/// Gives the passphrase under which keys are made and read from now on.
pub fn donner(phrase: Phrase) {
    if let Ok(mut place) = DONNEE.write() {
        *place = Some(phrase);
    }
}

/// Forgets it.
pub fn retirer() {
    if let Ok(mut place) = DONNEE.write() {
        *place = None;
    }
}

/// Whether one was given.
#[must_use]
pub fn donnee() -> bool {
    DONNEE.read().is_ok_and(|p| p.is_some())
}

/// A copy of it for one use.
pub(super) fn copie() -> Option<SecretString> {
    DONNEE.read().ok()?.as_ref().map(Phrase::copie)
}

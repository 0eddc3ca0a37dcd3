//! A signed head that others keep.

use std::fmt;

use super::entree::tete;
use super::{ClePublique, Entree, ErreurJournal, de_hexa, hexa};

/// The head of a log at some moment: author, rank, hash, and the author's signature over them.
///
/// ```text
/// recours-point-1 <author> <rank> <hash of the entry> <public key> <signature>
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Point {
    /// The role or body.
    pub auteur: String,
    /// Entries attested.
    pub rang: u64,
    pub(super) empreinte: [u8; 32],
    pub(super) cle: ClePublique,
    signature: [u8; 64],
}

const ENTETE: &str = "recours-point-1";

impl Point {
    /// The point that an entry is.
    #[must_use]
    pub fn de(entree: &Entree) -> Self {
        Self { auteur: entree.auteur.clone(), rang: entree.rang, empreinte: entree.empreinte, cle: entree.cle, signature: entree.signature }
    }

    /// The key that signed it.
    #[must_use]
    pub fn cle(&self) -> ClePublique {
        self.cle
    }

    /// Reads a point and checks its signature.
    ///
    /// # Errors
    /// E-JOURNAL-011.
    pub fn lire(texte: &str) -> Result<Self, ErreurJournal> {
        let mots: Vec<&str> = texte.split_whitespace().collect();
        let [ENTETE, auteur, rang, empreinte, cle, signature] = mots.as_slice() else { return Err(ErreurJournal::Point) };
        let lu = || {
            let point = Self {
                auteur: (*auteur).to_owned(),
                rang: rang.parse().ok()?,
                empreinte: de_hexa(empreinte)?,
                cle: ClePublique::de_texte(cle)?,
                signature: de_hexa(signature)?,
            };
            point.cle.accepte(&tete(&point.auteur, point.rang, &point.empreinte), &point.signature).then_some(point)
        };
        lu().ok_or(ErreurJournal::Point)
    }
}

impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ENTETE} {} {} {} {} {}", self.auteur, self.rang, hexa(&self.empreinte), self.cle, hexa(&self.signature))
    }
}

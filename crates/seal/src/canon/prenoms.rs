//! Given names: the first one, joined, and its first component.

use super::texte::{LETTRES_MAX, est_remplissage, plier};

/// First words that make a compound given name with the word that follows. Hyphens cannot decide it:
/// half of the files drop them, and the same person must get the same form in all.
pub const DEBUTS_COMPOSES: [&str; 3] = ["ANNE", "JEAN", "MARIE"];

/// A person's given names in canonical form. No `Debug`: it names a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Prenoms {
    /// Words separated by spaces; `, ` stands where the source separated given names by commas.
    plie: String,
}

impl Prenoms {
    /// The canonical form of given names as typed; `None` when nothing usable is left. An initial (one
    /// letter) as first given name counts as missing.
    #[must_use]
    pub fn lire(texte: &str) -> Option<Self> {
        let mut plie = String::with_capacity(texte.len());
        for morceau in texte.split([',', ';']).map(plier).filter(|m| !m.is_empty()) {
            if !plie.is_empty() {
                plie.push_str(", ");
            }
            plie.push_str(&morceau);
        }
        let prenoms = Self { plie };
        if prenoms.plie.is_empty()
            || prenoms.plie.len() > LETTRES_MAX
            || est_remplissage(&prenoms.plie)
            || prenoms.premier_composant().len() < 2
        {
            return None;
        }
        Some(prenoms)
    }

    /// All of them: words separated by spaces, commas kept.
    #[must_use]
    pub fn plie(&self) -> &str {
        &self.plie
    }

    /// The first given name in one word: « Jean-Pierre Marie » and « JEAN PIERRE » give JEANPIERRE,
    /// « Jean, Pierre » gives JEAN because the comma says that they are two.
    #[must_use]
    pub fn premier_joint(&self) -> String {
        let mut mots = self.premiers_mots();
        let premier = mots.next().unwrap_or_default();
        match mots.next() {
            Some(second) if DEBUTS_COMPOSES.contains(&premier) => [premier, second].concat(),
            _ => premier.to_owned(),
        }
    }

    /// First word of the first given name: « Jean-Pierre » gives JEAN.
    #[must_use]
    pub fn premier_composant(&self) -> &str {
        self.premiers_mots().next().unwrap_or_default()
    }

    fn premiers_mots(&self) -> impl Iterator<Item = &str> {
        self.plie.split(", ").next().unwrap_or_default().split(' ')
    }
}

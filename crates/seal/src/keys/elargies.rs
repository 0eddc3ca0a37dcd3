//! Keys of the wider passes: the same tree, under their own names.

use super::derivation::{ContexteMission, deriver, extraire};
use super::prf::{ClePasse, Jeton, moities};
use super::{CleMaitresse, Role, Suite};
use crate::ErreurSceau;
use crate::token::etiquettes::masquer;
use crate::token::{ELARGIES, Etiquette, PasseElargie};

/// Level-1 keys of the wider passes. No `Debug`, no `Clone`.
pub struct ClesElargies {
    cles: Vec<ClePasse>,
    suite: Suite,
    annee: Option<u16>,
}

/// Level-2 keys of the wider passes. No `Debug`, no `Clone`.
pub struct ClesLiaisonElargies(Vec<ClePasse>);

impl ClesElargies {
    /// Derives the level-1 keys.
    ///
    /// # Errors
    /// As [`super::ClesScellement::deriver`].
    pub fn deriver(cle: &CleMaitresse, contexte: &ContexteMission) -> Result<Self, ErreurSceau> {
        cle.exiger(Role::Niveau1)?;
        let cles = arbre(cle, contexte, "l1", b"recours/1/l1")?;
        Ok(Self { cles, suite: contexte.suite, annee: annee(&contexte.epoque) })
    }

    /// Suite of the tokens.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// Year of the epoch, when its name begins with one.
    #[must_use]
    pub fn annee(&self) -> Option<u16> {
        self.annee
    }

    /// The whole output for canonical bytes: the token, then the secret half.
    pub(crate) fn sortie(&self, passe: PasseElargie, octets: &[u8]) -> [u8; 32] {
        self.cles[passe.rang()].sortie(octets)
    }
}

impl ClesLiaisonElargies {
    /// Derives the level-2 keys.
    ///
    /// # Errors
    /// As [`super::ClesLiaison::deriver`].
    pub fn deriver(cle: &CleMaitresse, contexte: &ContexteMission) -> Result<Self, ErreurSceau> {
        cle.exiger(Role::Niveau2)?;
        arbre(cle, contexte, "l2", b"recours/1/l2").map(Self)
    }

    /// `t2` of a level-1 token, and the label that goes with it.
    pub(crate) fn jeton_et_etiquette(&self, passe: PasseElargie, niveau1: &Jeton, etiquette: Etiquette) -> (Jeton, Etiquette) {
        let (jeton, secret) = moities(&self.0[passe.rang()].sortie(niveau1));
        (jeton, masquer(etiquette, &secret))
    }
}

/// `2026-T4` is of 2026.
pub(crate) fn annee(epoque: &str) -> Option<u16> {
    epoque.trim().get(..4)?.parse().ok()
}

fn arbre(cle: &CleMaitresse, contexte: &ContexteMission, etage: &str, sel: &[u8]) -> Result<Vec<ClePasse>, ErreurSceau> {
    let prk = extraire(cle, contexte, sel)?;
    ELARGIES.iter().map(|p| deriver(&prk, contexte, etage, p.code()).map(|o| ClePasse::nouvelle(contexte.suite, o))).collect()
}

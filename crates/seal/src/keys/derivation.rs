//! From a master key and a mission to the keys of the passes.

use ring::hkdf;
use zeroize::Zeroizing;

use super::prf::{ClePasse, Jeton, moities};
use super::{CleMaitresse, Role, Suite};
use crate::ErreurSceau;
use crate::canon;
use crate::token::etiquettes::masquer;
use crate::token::{Etiquette, PASSES, Passe};

/// What binds keys to one purpose and one quarter. Two missions that differ in any field, or in the
/// manifest by one byte, have tokens that join nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContexteMission {
    /// Suite of the tokens.
    pub suite: Suite,
    /// BLAKE3 of the canonical bytes of the mission's manifest.
    pub manifeste: [u8; 32],
    /// Epoch, e.g. `2026-T4`.
    pub epoque: String,
}

/// Level-1 keys of every pass: what a body seals with. No `Debug`, no `Clone`.
pub struct ClesScellement(Arbre);

/// Level-2 keys of every pass: what the linkage unit ingests with. No `Debug`, no `Clone`.
pub struct ClesLiaison(Arbre);

type Arbre = [ClePasse; PASSES.len()];

impl ClesScellement {
    /// Derives the level-1 keys.
    ///
    /// # Errors
    /// [`ErreurSceau::RoleDeCle`] when the key is not of level 1, [`ErreurSceau::ContexteInvalide`] when the epoch
    /// is empty or too long.
    pub fn deriver(cle: &CleMaitresse, contexte: &ContexteMission) -> Result<Self, ErreurSceau> {
        cle.exiger(Role::Niveau1)?;
        arbre(cle, contexte, "l1", b"recours/1/l1").map(Self)
    }

    /// The whole output for a pass: `t1`, then the secret half from which labels are drawn.
    #[must_use]
    pub(crate) fn sortie(&self, passe: Passe, octets_canoniques: &[u8]) -> [u8; 32] {
        self.0[passe.rang()].sortie(octets_canoniques)
    }

    /// `t1` of canonical bytes for a pass.
    #[must_use]
    pub fn jeton(&self, passe: Passe, octets_canoniques: &[u8]) -> Jeton {
        self.0[passe.rang()].jeton(octets_canoniques)
    }
}

impl ClesLiaison {
    /// Derives the level-2 keys.
    ///
    /// # Errors
    /// As [`ClesScellement::deriver`], for level 2.
    pub fn deriver(cle: &CleMaitresse, contexte: &ContexteMission) -> Result<Self, ErreurSceau> {
        cle.exiger(Role::Niveau2)?;
        arbre(cle, contexte, "l2", b"recours/1/l2").map(Self)
    }

    /// `t2` of a level-1 token for a pass, and the label that goes with it.
    #[must_use]
    pub(crate) fn jeton_et_etiquette(&self, passe: Passe, niveau1: &Jeton, etiquette: Etiquette) -> (Jeton, Etiquette) {
        let (jeton, secret) = moities(&self.0[passe.rang()].sortie(niveau1));
        (jeton, masquer(etiquette, &secret))
    }

    /// `t2` of a level-1 token for a pass.
    #[must_use]
    pub fn jeton(&self, passe: Passe, niveau1: &Jeton) -> Jeton {
        self.0[passe.rang()].jeton(niveau1)
    }
}

/// Appends `champ` with its length before it (u16, big endian); false, and nothing written, when it is
/// too long. The lengths are what makes the combination of fields unambiguous.
#[must_use]
pub(crate) fn encoder(sortie: &mut Vec<u8>, champ: &[u8]) -> bool {
    let Ok(longueur) = u16::try_from(champ.len()) else {
        return false;
    };
    sortie.extend_from_slice(&longueur.to_be_bytes());
    sortie.extend_from_slice(champ);
    true
}

struct TrenteDeux;

impl hkdf::KeyType for TrenteDeux {
    fn len(&self) -> usize {
        32
    }
}

/// The seed of a pass for RFC 9497 `DeriveKeyPair`.
///
/// # Errors
/// [`ErreurSceau::RoleDeCle`] when the key is not the key holder's, [`ErreurSceau::ContexteInvalide`] as for tokens.
pub(crate) fn graine_oprf(cle: &CleMaitresse, contexte: &ContexteMission, passe: &str) -> Result<Zeroizing<[u8; 32]>, ErreurSceau> {
    cle.exiger(Role::Oprf)?;
    deriver(&extraire(cle, contexte, b"recours/1/oprf")?, contexte, "oprf", passe)
}

fn arbre(cle: &CleMaitresse, contexte: &ContexteMission, etage: &str, sel: &[u8]) -> Result<Arbre, ErreurSceau> {
    let prk = extraire(cle, contexte, sel)?;
    let cle_de = |passe: Passe| deriver(&prk, contexte, etage, passe.code()).map(|octets| ClePasse::nouvelle(contexte.suite, octets));
    let [p0, p1, p2, p3, p4, p5] = PASSES;
    Ok([cle_de(p0)?, cle_de(p1)?, cle_de(p2)?, cle_de(p3)?, cle_de(p4)?, cle_de(p5)?])
}

pub(super) fn extraire(cle: &CleMaitresse, contexte: &ContexteMission, sel: &[u8]) -> Result<hkdf::Prk, ErreurSceau> {
    if contexte.epoque.trim().is_empty() {
        return Err(ErreurSceau::ContexteInvalide { champ: "l'époque" });
    }
    Ok(hkdf::Salt::new(hkdf::HKDF_SHA256, sel).extract(cle.octets.as_slice()))
}

pub(super) fn deriver(prk: &hkdf::Prk, contexte: &ContexteMission, etage: &str, passe: &str) -> Result<Zeroizing<[u8; 32]>, ErreurSceau> {
    let mut info = Vec::new();
    let champs: [&[u8]; 6] = [
        etage.as_bytes(),
        contexte.suite.code().as_bytes(),
        &contexte.manifeste,
        contexte.epoque.as_bytes(),
        passe.as_bytes(),
        canon::VERSION.as_bytes(),
    ];
    if !champs.iter().all(|champ| encoder(&mut info, champ)) {
        return Err(ErreurSceau::ContexteInvalide { champ: "l'époque" });
    }
    let mut octets = Zeroizing::new([0_u8; 32]);
    prk.expand(&[&info], TrenteDeux)
        .and_then(|okm| okm.fill(octets.as_mut_slice()))
        .map_err(|_| ErreurSceau::ContexteInvalide { champ: "le contexte de mission" })?;
    Ok(octets)
}

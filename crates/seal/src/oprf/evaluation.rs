//! The key holder's side: keys of the passes, and evaluation of what it cannot read.

use p256::NistP256;
use p256::elliptic_curve::generic_array::typenum::Unsigned;
use p256::elliptic_curve::rand_core::{CryptoRng, RngCore};
use rayon::prelude::*;
use voprf::{BlindedElement, CipherSuite, Group, Ristretto255, VoprfServer};

use super::flux::FluxSysteme;
use super::groupe::{Point, SuiteOprf, TAILLE_PREUVE};
use super::{ErreurOprf, LOT_MAX, PasseOprf};
use crate::keys::{CleMaitresse, ContexteMission, Suite, graine_oprf};

/// `info` of RFC 9497 DeriveKeyPair.
const INFO: &[u8] = b"recours/1";

/// The evaluation keys of every pass, for one mission and one epoch. No `Debug`, no `Clone`.
pub struct ClesOprf(Serveurs);

enum Serveurs {
    Rgs(Vec<VoprfServer<NistP256>>),
    Rapide(Vec<VoprfServer<Ristretto255>>),
}

/// The answer to one batch.
#[derive(Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// Evaluated elements end to end, in the order received.
    pub elements: Vec<u8>,
    /// That all were made with the key of the pass.
    pub preuve: [u8; TAILLE_PREUVE],
}

/// The public key of a pass, against which a body checks proofs.
#[derive(Clone, PartialEq, Eq)]
pub struct ClePublique {
    pub(super) passe: PasseOprf,
    pub(super) octets: Vec<u8>,
}

impl ClePublique {
    /// From the bytes that the mission's identifiers give.
    ///
    /// # Errors
    /// [`ErreurOprf::ClePubliqueIllisible`] when they are not an element of the suite.
    pub fn de_octets(suite: Suite, passe: PasseOprf, octets: &[u8]) -> Result<Self, ErreurOprf> {
        let lisible = match suite {
            Suite::Rgs => NistP256::deserialize_elem(octets).is_ok(),
            Suite::Rapide => Ristretto255::deserialize_elem(octets).is_ok(),
        };
        if !lisible {
            return Err(ErreurOprf::ClePubliqueIllisible { passe: passe.code() });
        }
        Ok(Self { passe, octets: octets.to_vec() })
    }

    /// Its bytes: an element.
    #[must_use]
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    pub(super) fn point<S: SuiteOprf>(&self) -> Result<Point<S>, ErreurOprf> {
        S::Group::deserialize_elem(&self.octets).map_err(|_| ErreurOprf::ClePubliqueIllisible { passe: self.passe.code() })
    }
}

impl ClesOprf {
    /// Derives the keys of the passes.
    ///
    /// # Errors
    /// `RoleDeCle` when the master key is not the key holder's, `ContexteInvalide` when the epoch cannot serve,
    /// [`ErreurOprf::Calcul`] with a probability of 2^-2048.
    pub fn deriver(cle: &CleMaitresse, contexte: &ContexteMission) -> Result<Self, ErreurOprf> {
        Ok(Self(match contexte.suite {
            Suite::Rgs => Serveurs::Rgs(serveurs(cle, contexte)?),
            Suite::Rapide => Serveurs::Rapide(serveurs(cle, contexte)?),
        }))
    }

    /// The suite.
    #[must_use]
    pub fn suite(&self) -> Suite {
        match &self.0 {
            Serveurs::Rgs(_) => Suite::Rgs,
            Serveurs::Rapide(_) => Suite::Rapide,
        }
    }

    /// The public key of a pass, to be published with the mission.
    ///
    /// # Errors
    /// [`ErreurOprf::Calcul`], never in practice.
    pub fn publique(&self, passe: PasseOprf) -> Result<ClePublique, ErreurOprf> {
        fn octets<S: SuiteOprf>(serveurs: &[VoprfServer<S>], passe: PasseOprf) -> Option<Vec<u8>> {
            serveurs.get(passe.rang()).map(|s| S::Group::serialize_elem(s.get_public_key()).to_vec())
        }
        let octets = match &self.0 {
            Serveurs::Rgs(s) => octets(s, passe),
            Serveurs::Rapide(s) => octets(s, passe),
        };
        let octets = octets.ok_or(ErreurOprf::Calcul { passe: passe.code() })?;
        Ok(ClePublique { passe, octets })
    }

    /// Evaluates one batch of blinded elements, end to end in `elements`, under one proof.
    ///
    /// # Errors
    /// [`ErreurOprf::TailleDeLot`] when they are not a whole number of elements from 1 to [`LOT_MAX`],
    /// [`ErreurOprf::ElementInvalide`] for the first that is not a point, `Aleatoire` when the system gives no
    /// random bytes for the proof.
    pub fn evaluer(&self, passe: PasseOprf, elements: &[u8]) -> Result<Evaluation, ErreurOprf> {
        match &self.0 {
            Serveurs::Rgs(s) => evaluer(s, passe, elements),
            Serveurs::Rapide(s) => evaluer(s, passe, elements),
        }
    }

    /// [`ClesOprf::evaluer`] on many batches, in parallel on the caller's rayon pool.
    ///
    /// # Errors
    /// The first batch refused.
    pub fn evaluer_tous(&self, lots: &[(PasseOprf, &[u8])]) -> Result<Vec<Evaluation>, ErreurOprf> {
        lots.par_iter().map(|(passe, elements)| self.evaluer(*passe, elements)).collect()
    }
}

/// Number of elements of a batch, end to end in `octets`.
pub(super) fn compter<S: SuiteOprf>(passe: PasseOprf, octets: &[u8]) -> Result<usize, ErreurOprf> {
    let taille = taille::<S>();
    let combien = octets.len() / taille;
    if !octets.len().is_multiple_of(taille) || combien == 0 || combien > LOT_MAX {
        let attendu = format!("de 1 à {LOT_MAX} éléments de {taille} octets");
        return Err(ErreurOprf::TailleDeLot { passe: passe.code(), attendu, trouve: octets.len() });
    }
    Ok(combien)
}

/// Bytes of an element of the suite.
pub(super) fn taille<S: SuiteOprf>() -> usize {
    <<S as CipherSuite>::Group as Group>::ElemLen::USIZE
}

fn serveurs<S: SuiteOprf>(cle: &CleMaitresse, contexte: &ContexteMission) -> Result<Vec<VoprfServer<S>>, ErreurOprf> {
    PasseOprf::toutes()
        .map(|passe| {
            let graine = graine_oprf(cle, contexte, passe.code())?;
            VoprfServer::new_from_seed(graine.as_slice(), INFO).map_err(|_| ErreurOprf::Calcul { passe: passe.code() })
        })
        .collect()
}

fn evaluer<S: SuiteOprf>(serveurs: &[VoprfServer<S>], passe: PasseOprf, octets: &[u8]) -> Result<Evaluation, ErreurOprf> {
    let serveur = serveurs.get(passe.rang()).ok_or(ErreurOprf::Calcul { passe: passe.code() })?;
    let mut hasard = FluxSysteme::nouveau();
    let reponse = evaluer_avec(serveur, passe, octets, &mut hasard)?;
    if hasard.en_panne() {
        return Err(ErreurOprf::Sceau(crate::ErreurSceau::Aleatoire));
    }
    Ok(reponse)
}

/// One batch, with the generator that the proof draws from.
pub(super) fn evaluer_avec<S: SuiteOprf, R: RngCore + CryptoRng>(
    serveur: &VoprfServer<S>,
    passe: PasseOprf,
    octets: &[u8],
    hasard: &mut R,
) -> Result<Evaluation, ErreurOprf> {
    compter::<S>(passe, octets)?;
    let aveugles = octets
        .chunks_exact(taille::<S>())
        .enumerate()
        .map(|(i, o)| BlindedElement::<S>::deserialize(o).map_err(|_| ErreurOprf::ElementInvalide { passe: passe.code(), rang: i + 1 }))
        .collect::<Result<Vec<_>, _>>()?;
    let resultat = serveur.batch_blind_evaluate(hasard, &aveugles).map_err(|_| ErreurOprf::Calcul { passe: passe.code() })?;
    let mut elements = Vec::with_capacity(octets.len());
    resultat.messages.iter().for_each(|m| elements.extend_from_slice(&m.serialize()));
    Ok(Evaluation { elements, preuve: S::preuve(&resultat.proof) })
}

//! The body's side: blinding before, checking and unblinding after.

use p256::NistP256;
use p256::elliptic_curve::rand_core::{CryptoRng, RngCore};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use voprf::{EvaluationElement, Group, Proof, Ristretto255, VoprfClient};
use zeroize::{Zeroize, Zeroizing};

use super::evaluation::{ClePublique, compter, taille};
use super::flux::FluxAveugle;
use super::groupe::SuiteOprf;
use super::{ErreurOprf, Evaluation, PasseOprf};
use crate::ErreurSceau;
use crate::keys::Suite;

/// What the evaluation of an input gives: the first 32 bytes of the RFC's output (all of it in P-256). The first half is
/// the token, the second never leaves the body.
pub type Sortie = [u8; 32];

/// Context of the digest of inputs; hard-coded as BLAKE3 requires, and used for nothing else.
const CONTEXTE_EMPREINTE: &str = "recours 2026-11 empreinte des octets aveugles v1";

/// The secret from which all blinds of one request come. Whoever has it and the evaluated elements has the
/// tokens. No `Debug`, no `Clone`; wiped on drop.
pub struct Aveuglement {
    suite: Suite,
    secret: Zeroizing<[u8; 32]>,
    cle: hmac::Key,
}

impl Aveuglement {
    /// A new secret from the system's generator.
    ///
    /// # Errors
    /// `Aleatoire` when the system gives no random bytes.
    pub fn generer(suite: Suite) -> Result<Self, ErreurOprf> {
        let mut secret = Zeroizing::new([0_u8; 32]);
        SystemRandom::new().fill(secret.as_mut_slice()).map_err(|_| ErreurSceau::Aleatoire)?;
        Ok(Self::de_octets(suite, secret))
    }

    /// The secret kept since the first step.
    #[must_use]
    pub fn de_octets(suite: Suite, secret: Zeroizing<[u8; 32]>) -> Self {
        let cle = hmac::Key::new(hmac::HMAC_SHA256, secret.as_slice());
        Self { suite, secret, cle }
    }

    /// The secret, to be kept encrypted until the second step.
    #[must_use]
    pub fn secret(&self) -> &[u8; 32] {
        &self.secret
    }

    /// Keyed digest of inputs, by which the second step knows that they are still those of the first.
    #[must_use]
    pub fn empreinte(&self, passe: PasseOprf, entrees: &[&[u8]]) -> [u8; 32] {
        let cle = Zeroizing::new(blake3::derive_key(CONTEXTE_EMPREINTE, self.secret.as_slice()));
        let mut hache = blake3::Hasher::new_keyed(&cle);
        hache.update(passe.code().as_bytes());
        for entree in entrees {
            hache.update(&(entree.len() as u64).to_be_bytes());
            hache.update(entree);
        }
        *hache.finalize().as_bytes()
    }

    /// Blinds inputs: elements end to end. `premier` is the rank of the first among all inputs of the pass in
    /// this request; a rank serves once.
    ///
    /// # Errors
    /// [`ErreurOprf::Calcul`] for an empty input or one of more than 65 535 bytes.
    pub fn aveugler(&self, passe: PasseOprf, premier: u64, entrees: &[&[u8]]) -> Result<Vec<u8>, ErreurOprf> {
        match self.suite {
            Suite::Rgs => self.aveugler_en::<NistP256>(passe, premier, entrees),
            Suite::Rapide => self.aveugler_en::<Ristretto255>(passe, premier, entrees),
        }
    }

    /// Checks the proof of a batch against the published key, then gives the output for each input. `premier`,
    /// `entrees` and `aveugles` are those of the first step.
    ///
    /// # Errors
    /// [`ErreurOprf::TailleDeLot`] when there is not one answer per question, [`ErreurOprf::ElementInvalide`] for
    /// an answer that is not a point, [`ErreurOprf::PreuveFausse`] for a wrong proof; no output is then given.
    pub fn finaliser(
        &self,
        publique: &ClePublique,
        premier: u64,
        entrees: &[&[u8]],
        aveugles: &[u8],
        reponse: &Evaluation,
    ) -> Result<Vec<Sortie>, ErreurOprf> {
        match self.suite {
            Suite::Rgs => self.finaliser_en::<NistP256>(publique, premier, entrees, aveugles, reponse),
            Suite::Rapide => self.finaliser_en::<Ristretto255>(publique, premier, entrees, aveugles, reponse),
        }
    }

    /// The stream of the blind of each rank of a pass.
    fn flux<'c>(&'c self, passe: PasseOprf, premier: u64) -> impl Fn(usize) -> FluxAveugle<'c> {
        move |i| FluxAveugle::nouveau(&self.cle, (passe.rang() as u16).to_be_bytes(), premier + i as u64)
    }

    fn aveugler_en<S: SuiteOprf>(&self, passe: PasseOprf, premier: u64, entrees: &[&[u8]]) -> Result<Vec<u8>, ErreurOprf> {
        aveugler_avec::<S, _>(passe, entrees, self.flux(passe, premier))
    }

    fn finaliser_en<S: SuiteOprf>(
        &self,
        publique: &ClePublique,
        premier: u64,
        entrees: &[&[u8]],
        aveugles: &[u8],
        reponse: &Evaluation,
    ) -> Result<Vec<Sortie>, ErreurOprf> {
        let flux = self.flux(publique.passe, premier);
        let mut sorties = Vec::with_capacity(entrees.len());
        finaliser_avec::<S, _>(publique, entrees, aveugles, reponse, flux, |sortie| {
            sorties.push(*sortie.first_chunk().unwrap_or(&[0; 32]));
        })?;
        Ok(sorties)
    }
}

/// Blinds each input with a scalar drawn from its stream.
pub(super) fn aveugler_avec<S: SuiteOprf, R: RngCore + CryptoRng>(
    passe: PasseOprf,
    entrees: &[&[u8]],
    flux: impl Fn(usize) -> R,
) -> Result<Vec<u8>, ErreurOprf> {
    let mut sortie = Vec::with_capacity(entrees.len() * taille::<S>());
    for (i, entree) in entrees.iter().enumerate() {
        let aveugle = VoprfClient::<S>::blind(entree, &mut flux(i)).map_err(|_| ErreurOprf::Calcul { passe: passe.code() })?;
        sortie.extend_from_slice(&aveugle.message.serialize());
    }
    Ok(sortie)
}

/// Checks the proof, then hands each output of RFC 9497 (32 or 64 bytes) to `recevoir`, in the inputs' order. The
/// streams must be those of [`aveugler_avec`].
pub(super) fn finaliser_avec<S: SuiteOprf, R: RngCore + CryptoRng>(
    publique: &ClePublique,
    entrees: &[&[u8]],
    aveugles: &[u8],
    reponse: &Evaluation,
    flux: impl Fn(usize) -> R,
    mut recevoir: impl FnMut(&[u8]),
) -> Result<(), ErreurOprf> {
    let (passe, code) = (publique.passe, publique.passe.code());
    let attendus = compter::<S>(passe, aveugles)?;
    for trouve in [compter::<S>(passe, &reponse.elements)?, entrees.len()] {
        if trouve != attendus {
            return Err(ErreurOprf::TailleDeLot { passe: code, attendu: attendus.to_string(), trouve });
        }
    }
    let point = publique.point::<S>()?;
    let invalide = |i: usize| ErreurOprf::ElementInvalide { passe: code, rang: i + 1 };
    let mut clients = Vec::with_capacity(attendus);
    let mut octets = Zeroizing::new(Vec::with_capacity(64 + taille::<S>()));
    for (i, element) in aveugles.chunks_exact(taille::<S>()).enumerate() {
        let mut blind = S::Group::random_scalar(&mut flux(i));
        octets.clear();
        octets.extend_from_slice(&S::Group::serialize_scalar(blind));
        blind.zeroize();
        octets.extend_from_slice(element);
        clients.push(VoprfClient::<S>::deserialize(&octets).map_err(|_| invalide(i))?);
    }
    let evalues = reponse
        .elements
        .chunks_exact(taille::<S>())
        .enumerate()
        .map(|(i, o)| EvaluationElement::<S>::deserialize(o).map_err(|_| invalide(i)))
        .collect::<Result<Vec<_>, _>>()?;
    let preuve = Proof::<S>::deserialize(&reponse.preuve).map_err(|_| ErreurOprf::PreuveFausse { passe: code })?;
    let entrees = entrees.to_vec();
    let sorties = VoprfClient::batch_finalize(&entrees, &clients, &evalues, &preuve, point).map_err(|e| match e {
        voprf::Error::ProofVerification => ErreurOprf::PreuveFausse { passe: code },
        _ => ErreurOprf::Calcul { passe: code },
    })?;
    for sortie in sorties {
        let mut sortie = sortie.map_err(|_| ErreurOprf::Calcul { passe: code })?;
        recevoir(&sortie);
        sortie.zeroize();
    }
    Ok(())
}

//! Mode B: blind evaluation as files that can cross an air gap, or through a small service on loopback.
//!
//! ```text
//! body         recours blind        extract  -> demande.tN.PPP.age (to the key holder) + private state
//! key holder   recours serve-keys   demande  -> reponse.tN.PPP.age (to the body), metered
//! body         recours finalise     reponse + state + extract -> the two deliveries of mode A
//! ```
//!
//! A request is cut into parts of [`LIGNES_PAR_PARTIE`] rows, so that nobody holds more than a part in memory
//! besides the tokens themselves; a part is cut into chunks of rows, and the elements of one pass in a chunk are
//! a batch, under one proof.
//!
//! With two rounds, the numbers (p0, p1) go first; the linkage unit tells each body which of its rows can still be
//! linked to somebody, and the other passes are asked for these alone.

mod client;
mod colonnes;
mod compteur;
mod demande;
mod echange;
mod fautes;
mod finalisation;
mod residu;
mod service;
mod tiers;

use recours_seal::canaris;
use recours_seal::oprf::PasseOprf;
use recours_seal::token::{ELARGIES, PASSES, Passe, PasseElargie};

use crate::erreur::ErreurCommande;
use crate::mission::{Mission, Mode};

pub use client::sceller_par_service;
pub use compteur::Compteur;
pub use demande::{BilanDemande, aveugler};
pub use finalisation::finaliser;
pub use residu::lire_residu;
pub use service::{ecouter, servir_sur};
pub use tiers::{BilanEvaluation, Tiers, evaluer_fichiers};

/// Rows of one part of a request.
pub const LIGNES_PAR_PARTIE: usize = 262_144;

/// The same with the wider passes, which ask for tens of elements per row.
const LIGNES_PAR_PARTIE_LARGE: usize = 8_192;

/// Canaries that go through the wider passes as well: enough to show that two bodies seal alike, for all of them would
/// cost a small body more than its own people.
const TEMOINS_LARGES: usize = 20;

/// Passes of the first of two rounds: those of the national number.
const PREMIER_TOUR: usize = 2;

/// The passes of a round of this mission; the wider ones, when it allows them, are in its last round.
///
/// # Errors
/// E-OPRF-016 for a round that the mission has not.
pub fn passes_du_tour(mission: &Mission, tour: u8) -> Result<Vec<PasseOprf>, ErreurCommande> {
    let (numeros, autres) = PASSES.split_at(PREMIER_TOUR);
    let bases: &[Passe] = match (mission.tours, tour) {
        (1, 1) => &PASSES,
        (2, 1) => numeros,
        (2, 2) => autres,
        _ => return Err(fautes::tour(mission, tour)),
    };
    let larges: &[PasseElargie] = if tour == mission.tours && mission.liaison.passes_elargies { &ELARGIES } else { &[] };
    Ok(bases.iter().map(|p| PasseOprf::Base(*p)).chain(larges.iter().map(|p| PasseOprf::Elargie(*p))).collect())
}

/// Rows of a part when these passes are asked for.
fn lignes_par_partie(passes: &[PasseOprf]) -> usize {
    let larges = passes.iter().any(|p| matches!(p, PasseOprf::Elargie(_)));
    if larges { LIGNES_PAR_PARTIE_LARGE } else { LIGNES_PAR_PARTIE }
}

/// Most evaluations of a pass for a body and an epoch: one per token that each person attested, and each canary, can have.
#[must_use]
pub fn plafond(population: u64, passe: PasseOprf) -> u64 {
    population.saturating_add(canaris::COMBIEN as u64).saturating_mul(passe.plafond() as u64)
}

/// # Errors
/// E-OPRF-018 for a mission in mode A.
pub fn exiger_mode_b(mission: &Mission) -> Result<(), ErreurCommande> {
    if mission.mode == Mode::B { Ok(()) } else { Err(fautes::mode(mission)) }
}

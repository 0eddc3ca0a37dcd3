//! The grain of a mission's deliveries: how coarse each fact is when it leaves its body, computed by each side alone
//! from the signed rule pack. The body applies it, the host refuses what is finer.

use recours_engine::grain::Grains;
use recours_engine::plan::Program;
use recours_rules::Pack;

use crate::erreur::ErreurCommande;
use crate::mission::{Donnees, Mission};

/// In what form facts are delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forme {
    /// The coarsest that leaves every finding as it is.
    Grossie,
    /// As the body holds them: to hold one against the other, on invented data only.
    Brute,
}

impl Forme {
    /// The form asked for. Raw values leave nobody's house but an inventor's.
    ///
    /// # Errors
    /// E-GRAIN-002 for raw values in a mission of real data.
    pub fn pour(mission: &Mission, brute: bool) -> Result<Self, ErreurCommande> {
        match (brute, mission.donnees) {
            (false, _) => Ok(Self::Grossie),
            (true, Donnees::Inventees) => Ok(Self::Brute),
            (true, Donnees::Reelles) => Err(ErreurCommande::refus(
                "E-GRAIN-002",
                format!("{} : des valeurs brutes ne se livrent que dans une mission de données inventées.", mission.fichier.display()),
            )
            .avec_conseil("Retirez --sans-grain : les repérages sont les mêmes avec les valeurs grossies.")),
        }
    }
}

/// What a delivery says of its grain when its values are raw.
const SANS: &str = "aucun";

/// Grains of a pack, with their fingerprint.
pub struct GrainDeMission {
    /// In what form facts are delivered.
    pub forme: Forme,
    /// Of each fact.
    pub grains: Grains,
    /// What both sides must have computed alike.
    pub empreinte: String,
}

impl GrainDeMission {
    /// Computes them.
    #[must_use]
    pub fn calculer(pack: &Pack, program: &Program, forme: Forme) -> Self {
        Self::de(pack, Grains::of(pack, program), forme)
    }

    /// From grains that were already computed: it takes longer than the rest of a small sealing.
    #[must_use]
    pub fn de(pack: &Pack, grains: Grains, forme: Forme) -> Self {
        let empreinte = match forme {
            Forme::Grossie => grains.fingerprint(pack),
            Forme::Brute => SANS.to_owned(),
        };
        Self { forme, grains, empreinte }
    }
}

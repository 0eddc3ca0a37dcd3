//! The demo in mode B: the smallest mission, its tokens made by blind evaluation, in two rounds, with real files
//! between the body and the key holder.

use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::{aveugle, chemins, liaison};

/// The mission in mode B, in the faster suite so that it stays short. Each body attests the whole invented population and a tenth more: it knows no more people, and
/// some of them twice.
pub(super) fn mission(texte: &str, personnes: u32) -> String {
    let population = u64::from(personnes) + u64::from(personnes) / 10 + 100;
    texte
        .replace("mode = \"A\"", "mode = \"B\"\ntours = 2")
        .replace("suite = \"rgs\"", "suite = \"rapide\"")
        .replace("\nplafond_liste =", &format!("\npopulation = {population}\nplafond_liste ="))
}

/// The three steps for every body, for each round.
pub(super) fn sceller(mission: &Mission, memoire: Option<u64>, progression: &Progression) -> Result<(), ErreurCommande> {
    for tour in 1..=mission.tours {
        for o in &mission.organismes {
            aveugle::aveugler(mission, &o.id, &[], tour, None, None, progression)?;
            let echanges = chemins::echanges(mission, &o.id);
            let etape = progression.etape(format!("Évaluation {}", o.id), None);
            for (bilan, _) in aveugle::evaluer_fichiers(mission, &echanges, &echanges)? {
                etape.avance(bilan.demandees.values().sum());
            }
            etape.terminer();
            aveugle::finaliser(mission, &o.id, &[], tour, None, None, progression)?;
        }
        if tour < mission.tours {
            liaison::relier_premier_tour(mission, None, memoire, progression)?;
        }
    }
    Ok(())
}

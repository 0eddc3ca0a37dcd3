//! What an evaluation takes for granted: named before its results.

use recours_engine::plan::Program;
use recours_rules::pack::Pack;
use recours_rules::vocabulary::SERIES_MONTHS;

use crate::commandes::check::parametres::{perimes, sans_valeur};

/// What to say before the results of an evaluation, one sentence each.
pub(crate) fn nommer(pack: &Pack, program: &Program) -> Vec<String> {
    let mut phrases = Vec::new();
    if program.inputs.iter().any(|f| f.1.is_some()) {
        phrases.push(format!(
            "hypothèse « mois_hors_serie » : les ressources de M valent pour les mois suivants ; avant M-{}, il n'y en a pas.",
            SERIES_MONTHS - 1
        ));
    }
    let perimes = perimes(pack).len();
    if perimes > 0 {
        phrases.push(format!(
            "hypothèse « parametres_a_jour » : {perimes} paramètre(s) lus par ces règles n'ont pas été vérifiés depuis le début de ce mois ; \
             leur dernière valeur connue est prise (`recours check --perimes` les nomme)."
        ));
    }
    let absents = sans_valeur(pack);
    if !absents.is_empty() {
        phrases.push(format!("attention : sans valeur à cette date, {} ; ce qui en dépend reste inconnu.", absents.join(", ")));
    }
    for droit in &pack.rights {
        if let Some(n) = droit.not_modelled.iter().find(|n| n.id == "prestations_recues") {
            phrases.push(format!("hypothèse « {}.{} » : {}.", droit.id, n.id, n.label));
        }
    }
    phrases
}

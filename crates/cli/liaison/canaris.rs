//! The canaries of deliveries: all there, and sealed alike by every body, else nothing is linked.

use std::collections::BTreeMap;
use std::path::Path;

use recours_seal::canaris::{COMBIEN, Comparaison, EmpreinteCanaris};
use serde_json::Value;

use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// Text of a delivery that carries the key by which the linkage unit knows them.
pub(crate) const ANNOTATION: &str = "recours.canaris";

/// Field of `statistiques.json` that keeps what they were at the first linkage of the epoch.
pub(super) const CHAMP: &str = "canaris";

/// The canaries of one delivery.
///
/// # Errors
/// E-LIAISON-004 when some are missing.
pub(super) fn terminer(organisme: &str, releve: Comparaison) -> Result<EmpreinteCanaris, ErreurCommande> {
    releve.terminer().map_err(|trouves| manquants(organisme, trouves))
}

/// E-LIAISON-004.
pub(super) fn manquants(organisme: &str, trouves: usize) -> ErreurCommande {
    ErreurCommande::refus("E-LIAISON-004", format!("livraison de « {organisme} » : {trouves} identités témoins sur {COMBIEN}."))
        .avec_conseil("La livraison a été amputée ou faite par un autre programme : demandez à l'organisme de sceller de nouveau.")
}

/// Holds deliveries against each other, and against the first of the epoch when there was one.
///
/// # Errors
/// E-LIAISON-005, which names the body whose canaries differ from the epoch's, or from those of most bodies.
pub(super) fn comparer(empreintes: &[(String, EmpreinteCanaris)], premiere: Option<&EmpreinteCanaris>) -> Result<(), ErreurCommande> {
    let voix = |e: &EmpreinteCanaris| empreintes.iter().filter(|(_, autre)| autre.differences(e).is_empty()).count();
    let reference = premiere.or_else(|| empreintes.iter().rev().map(|(_, e)| e).max_by_key(|e| voix(e)));
    let Some(reference) = reference else { return Ok(()) };
    for (organisme, empreinte) in empreintes {
        let differentes = empreinte.differences(reference);
        if !differentes.is_empty() {
            let face = if premiere.is_some() { "de la première liaison de l'époque" } else { "des autres organismes" };
            return Err(ErreurCommande::refus(
                "E-LIAISON-005",
                format!(
                    "livraison de « {organisme} » : ses identités témoins ne donnent pas les jetons {face} ({}).",
                    differentes.join(", ")
                ),
            )
            .avec_conseil(
                "Sa forme canonique, ses clés ou sa version de Recours diffèrent : personne ne serait relié à ses lignes. Comparez \
                 les versions et les identifiants de clés, puis faites sceller de nouveau.",
            ));
        }
    }
    Ok(())
}

/// What the canaries were at the last linkage of this mission and epoch, if there was one in `statistiques`.
pub(super) fn gardees(statistiques: &Path, mission: &Mission, empreinte: &str) -> Option<EmpreinteCanaris> {
    let texte = std::fs::read_to_string(statistiques).ok()?;
    let valeur: Value = serde_json::from_str(&texte).ok()?;
    let dit = |champ: &str| valeur.get(champ).and_then(Value::as_str);
    if dit("mission") != Some(empreinte) || dit("epoque") != Some(mission.epoque.as_str()) {
        return None;
    }
    let textes: BTreeMap<String, String> = serde_json::from_value(valeur.get(CHAMP)?.clone()).ok()?;
    (!textes.is_empty()).then(|| EmpreinteCanaris::lire(&textes))
}

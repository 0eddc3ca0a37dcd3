//! Destroying keys: without them nobody can join again what a past epoch delivered.

use std::path::PathBuf;

use recours_seal::keys::{CleMaitresse, Role, detruire};

use super::{Detenteur, Identifiants, creation, empreinte_de_mission};
use crate::chemins;
use crate::erreur::ErreurCommande;
use crate::journal;
use crate::mission::Mission;

/// The secret files of a holder that stand here.
///
/// # Errors
/// E-MISSION-020 for an unknown body, E-CLES-010 when there is none.
pub fn secrets_a_detruire(mission: &Mission, detenteur: &Detenteur) -> Result<Vec<PathBuf>, ErreurCommande> {
    let mut secrets: Vec<PathBuf> =
        [detenteur.identite(mission)?, detenteur.cle_de_jetons(mission)?].into_iter().flatten().filter(|c| c.exists()).collect();
    if *detenteur == Detenteur::TiersCles && chemins::compteur(mission).exists() {
        // It counts under that key alone; what was evaluated stays in the log.
        secrets.push(chemins::compteur(mission));
    }
    if secrets.is_empty() {
        return Err(ErreurCommande::refus("E-CLES-010", format!("aucune clé de « {} » ici : rien à détruire.", detenteur.nom()))
            .avec_conseil("Détruisez une clé sur la machine de qui la détient ; « recours keys show » dit celles d'ici."));
    }
    Ok(secrets)
}

/// Overwrites and removes a holder's secrets, then its public key, and notes it in the log.
///
/// # Errors
/// As [`secrets_a_detruire`]; E-SCEAU-004 when a file cannot be overwritten.
pub fn detruire_cles(mission: &Mission, detenteur: &Detenteur) -> Result<Vec<PathBuf>, ErreurCommande> {
    let secrets = secrets_a_detruire(mission, detenteur)?;
    let mut ids = Identifiants::lire_si_present(mission)?.unwrap_or_default();
    // The rules may have gone or changed: the keys are then named by the mission for which they were made.
    let empreinte = empreinte_de_mission(mission).unwrap_or_else(|_| ids.mission.clone());
    journal::assurer_cle(mission, detenteur)?;
    let journal = journal::ouvrir(mission, detenteur)?;
    for secret in &secrets {
        let identifiant = identifiant(&ids, detenteur, secret);
        detruire(secret)?;
        journal::inscrire(&journal, creation::acte_de_cle("destruction_de_cle", mission, &empreinte, secret, &identifiant))?;
    }
    let nom = detenteur.nom();
    ids.destinataires.remove(nom);
    match detenteur {
        Detenteur::Liaison => ids.niveau2 = None,
        Detenteur::TiersCles => {
            ids.niveau1 = None;
            ids.oprf = None;
            ids.evaluation.clear();
        }
        // Other bodies may still hold their copy, unless this was the last.
        Detenteur::Organisme(_) => {
            let reste = mission.organismes.iter().any(|o| chemins::niveau1(o).exists()) || chemins::niveau1_tiers(mission).exists();
            let tous_ici = mission.organismes.iter().all(|o| o.dossier.exists());
            if tous_ici && !reste {
                ids.niveau1 = None;
            }
        }
        Detenteur::Hote | Detenteur::Auditeur => {}
    }
    let publique = chemins::cle_publique(mission, nom);
    if publique.exists() {
        std::fs::remove_file(&publique).map_err(|e| recours_tables::ErreurTable::d_ecriture(&publique, &e))?;
    }
    let vide = ids.destinataires.is_empty() && ids.niveau1.is_none() && ids.niveau2.is_none() && ids.oprf.is_none();
    let chemin = chemins::identifiants(mission);
    if vide && chemin.exists() {
        // The next keys may be of the mission as it has become.
        std::fs::remove_file(&chemin).map_err(|e| recours_tables::ErreurTable::d_ecriture(&chemin, &e))?;
    } else if !vide {
        creation::reecrire(mission, &ids)?;
    }
    Ok(secrets)
}

/// Public identifier of what stands in a secret file, for the log; a file that cannot be read is destroyed too.
fn identifiant(ids: &Identifiants, detenteur: &Detenteur, secret: &std::path::Path) -> String {
    let inconnu = || "identifiant-inconnu".to_owned();
    if secret.extension().is_some_and(|x| x == "age") {
        return ids.destinataires.get(detenteur.nom()).cloned().unwrap_or_else(inconnu);
    }
    let role = match (detenteur, secret.ends_with("oprf.cle")) {
        (_, true) => Role::Oprf,
        (Detenteur::Liaison, _) => Role::Niveau2,
        _ => Role::Niveau1,
    };
    CleMaitresse::lire(secret, role).map_or_else(|_| inconnu(), |cle| cle.identifiant().to_string())
}

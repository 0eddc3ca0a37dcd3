//! Keys at rest: with real data, each is encrypted under its role's passphrase.

use std::path::PathBuf;

use recours_tables::ErreurEnveloppe;

use super::Detenteur;
use crate::erreur::ErreurCommande;
use crate::journal;
use crate::mission::{Donnees, Mission};

/// Every file of secrets of a role that stands on this machine.
fn secrets(mission: &Mission, qui: &Detenteur) -> Result<Vec<PathBuf>, ErreurCommande> {
    let trois = [Some(journal::signature(mission, qui)?), qui.identite(mission)?, qui.cle_de_jetons(mission)?];
    Ok(trois.into_iter().flatten().filter(|c| c.exists()).collect())
}

/// Encrypts under the passphrase that was given those that are not yet.
///
/// # Errors
/// E-PHRASE-001 without a passphrase, E-ENVELOPPE-002 when others could read a file, E-ENVELOPPE-003 when it cannot be
/// read or written, E-CLES-013 when there is none.
pub fn proteger_cles(mission: &Mission, qui: &Detenteur) -> Result<Vec<PathBuf>, ErreurCommande> {
    let secrets = secrets(mission, qui)?;
    if secrets.is_empty() {
        return Err(ErreurCommande::refus("E-CLES-013", format!("Aucune clé de {} sur cette machine.", qui.nom()))
            .avec_conseil("Créez-les par « recours keys new », ou placez ici celles que l'on vous a remises."));
    }
    for chemin in &secrets {
        recours_coffre::proteger(chemin).map_err(ErreurEnveloppe::from)?;
    }
    Ok(secrets)
}

/// With real data, no key of a role may lie in clear on a disk, and none is made without a passphrase.
///
/// # Errors
/// E-CLES-014 naming the file in clear, or the passphrase that is missing.
pub fn exiger_protegees(mission: &Mission, qui: &Detenteur) -> Result<(), ErreurCommande> {
    if mission.donnees != Donnees::Reelles {
        return Ok(());
    }
    let refus = |quoi: String| {
        ErreurCommande::refus("E-CLES-014", quoi).avec_conseil(
            "Avec des données réelles, chaque clé est chiffrée sous la phrase de son rôle : donnez-la par --phrase, et chiffrez \
             par « recours keys protect » les clés que l'on vous a remises en clair.",
        )
    };
    if !recours_coffre::donnee() {
        return Err(refus(format!("{} : aucune phrase n'est donnée pour les clés de {}.", mission.fichier.display(), qui.nom())));
    }
    for chemin in secrets(mission, qui)? {
        if !recours_coffre::est_chiffre(&chemin).map_err(ErreurEnveloppe::from)? {
            return Err(refus(format!("{} : cette clé est en clair.", chemin.display())));
        }
    }
    Ok(())
}

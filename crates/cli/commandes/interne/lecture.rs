//! The file of `recours interne`, read again at home.

use std::path::Path;

use recours_engine::outreach::Ligne;
use recours_rules::Pack;
use recours_tables::{ErreurTable, Lecteur};

use crate::commandes::open::liste;
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::mission::{Mission, Organisme};
use crate::regles;
use crate::signature::Signataires;

/// Rows that a body found at home, and the rules that they name: those of the mission's lists do not have them.
///
/// # Errors
/// E-CHEZSOI-006 for a file that `recours interne` did not write at this body for this mission and epoch, or that was
/// changed since; E-LISTE-004 for what is not of a list.
pub fn lire(mission: &Mission, organisme: &Organisme, fichier: &Path) -> Result<(Vec<Ligne>, Pack), ErreurCommande> {
    let (pack, empreinte_regles) = regles::a_demeure(mission, organisme)?;
    let octets = std::fs::read(fichier).map_err(|e| ErreurTable::de_lecture(fichier, &e))?;
    let table = Lecteur::depuis_parquet(fichier, octets.clone())?;
    liste::six_colonnes(fichier, &table)?;
    let empreinte = mission.empreinte(&empreinte_regles);
    let mut entete = Entete::nouvelle(Contenu::Interne, mission, &empreinte, &organisme.id);
    entete.lignes = table.lignes().unwrap_or(0);
    let signataires = Signataires::de_mission(mission, &empreinte)?;
    let siens = entete.verifier(&table).and_then(|()| signataires.verifier(mission, fichier, &octets, &entete, &organisme.id));
    siens.map_err(|e| {
        let quoi = "n'est pas ce que « recours interne » a écrit ici pour cette mission, ou a été changé depuis";
        ErreurCommande::refus("E-CHEZSOI-006", format!("{} : ce fichier {quoi} ({}).", fichier.display(), e.code))
            .avec_conseil("Refaites « recours interne », et donnez le fichier qu'il écrit.")
    })?;
    let lignes = liste::lignes(fichier, table)?;
    match lignes.iter().position(|l| !pack.rights.iter().any(|r| r.id == l.droit && r.rule() == l.regle)) {
        Some(i) => Err(liste::refus(fichier, Some(i as u64 + 1), "règle que la mission ne donne pas à cet organisme")),
        None => Ok((lignes, pack)),
    }
}

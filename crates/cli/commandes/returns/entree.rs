//! What comes in: companions of one body, forms, and what was noted before; held to one another and to the calendar.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::Demande;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::retours::dossier::{Cle, Impossible};
use crate::retours::fautes::{self, Faute};
use crate::retours::lire::{self, Evenement};
use crate::retours::memoire::{JOURS_AU_PLUS, Memoire};
use crate::retours::suivi::Ligne;

/// Where an event was read: form and row; those of before have none.
pub type Origines = BTreeMap<Evenement, (PathBuf, u32)>;

/// What was read.
pub struct Lus {
    /// The events, those of before included.
    pub evenements: BTreeSet<Evenement>,
    /// Where the new ones stand.
    pub origines: Origines,
    /// Rows of pages deleted since.
    pub deja_effacees: usize,
}

/// The one body of these companions.
///
/// # Errors
/// E-RETOURS-001 when they are of several bodies; E-MISSION-020 when the mission does not know it.
pub fn organisme(mission: &Mission, suivis: &[(PathBuf, Vec<Ligne>)]) -> Result<String, ErreurCommande> {
    let mut noms: BTreeMap<&str, &Path> = BTreeMap::new();
    for (fichier, lignes) in suivis {
        noms.extend(lignes.iter().map(|l| (l.organisme.as_str(), fichier.as_path())));
    }
    let mut noms = noms.into_iter();
    match (noms.next(), noms.next()) {
        (Some((nom, _)), None) => Ok(mission.organisme(nom)?.id.clone()),
        (None, _) => Err(ErreurCommande::refus("E-RETOURS-015", "le suivi n'a plus aucune fiche : toutes ont été effacées.")
            .avec_conseil("Rien n'est à faire pour cette liste ; ses comptes restent dans le dossier des retours.")),
        (_, Some((_, fichier))) => {
            Err(ErreurCommande::refus("E-RETOURS-001", format!("{} : suivi d'un autre organisme.", fichier.display()))
                .avec_conseil("Ne donnez ensemble que les suivis d'un même organisme."))
        }
    }
}

/// Reads the forms and what was noted before.
///
/// # Errors
/// Those of [`lire::lire`]; E-RETOURS-009 for a row of no page of these companions; E-RETOURS-006 for a day before the opening, after
/// today, or too far.
pub fn lire(demande: &Demande<'_>, lignes: &[Ligne], memoire: &Memoire) -> Result<Lus, ErreurCommande> {
    let connues: BTreeMap<Cle, &Ligne> = lignes.iter().map(|l| (Cle::de_ligne(l), l)).collect();
    let mut nouveaux: BTreeSet<Evenement> = BTreeSet::new();
    let mut origines = Origines::new();
    let mut deja_effacees = 0;
    for fichier in demande.formulaires {
        let mut trouvees = Vec::new();
        for saisi in lire::lire(fichier)? {
            let (e, rangee) = (saisi.evenement, saisi.rangee);
            let faute = |code, dit: &str| Faute { code, rangee, dit: format!("ligne {rangee} : {dit}") };
            match connues.get(&Cle::de(&e)) {
                None if memoire.effacee(&e.vague, e.fiche) => deja_effacees += 1,
                None => trouvees.push(faute("E-RETOURS-009", "aucune fiche du suivi n'a cette vague, ce numéro et ce droit.")),
                Some(ligne) => match calendrier(&e, ligne, demande.jour) {
                    Some(dit) => trouvees.push(faute("E-RETOURS-006", dit)),
                    None => {
                        origines.entry(e.clone()).or_insert_with(|| (fichier.clone(), rangee));
                        nouveaux.insert(e);
                    }
                },
            }
        }
        if !trouvees.is_empty() {
            return Err(fautes::refus(fichier, trouvees));
        }
    }
    let notes = demande.sortie.join("notes.csv");
    let mut evenements = nouveaux.clone();
    if notes.exists() {
        let refaites: BTreeSet<(&str, u32)> = nouveaux.iter().map(|e| (e.vague.as_str(), e.fiche)).collect();
        // The same step of the same day, said again with other details, is a correction of it.
        let redites: BTreeSet<_> = nouveaux.iter().map(|e| (Cle::de(e), e.jour, e.etape)).collect();
        let anciens = lire::lire(&notes)?.into_iter().map(|s| s.evenement);
        // Of another companion than those given: nothing is lost by leaving it where it is.
        evenements.extend(anciens.filter(|e| {
            let remplacee = demande.remplacer && refaites.contains(&(e.vague.as_str(), e.fiche));
            !remplacee && !redites.contains(&(Cle::de(e), e.jour, e.etape))
        }));
    }
    Ok(Lus { evenements, origines, deja_effacees })
}

/// What is wrong with the days of an event.
fn calendrier(e: &Evenement, ligne: &Ligne, aujourd_hui: i32) -> Option<&'static str> {
    if e.jour < ligne.ouverte_le {
        Some("la date est d'avant l'ouverture de la liste.")
    } else if e.jour > aujourd_hui {
        Some("la date est à venir ; pour un jour convenu, « rappeler le ».")
    } else if e.rappeler.is_some_and(|r| r < e.jour || r > e.jour + JOURS_AU_PLUS) {
        Some("le jour de rappel est d'avant la date de la ligne, ou à plus d'un an.")
    } else {
        None
    }
}

/// Steps that cannot stand where they are written, by form and row.
pub fn impossibles(impossibles: Vec<Impossible>, origines: &Origines, demande: &Demande<'_>) -> ErreurCommande {
    let mut par_fichier: BTreeMap<PathBuf, Vec<Faute>> = BTreeMap::new();
    for i in impossibles {
        let (fichier, rangee) = origines.get(&i.evenement).cloned().unwrap_or_else(|| (demande.sortie.join("notes.csv"), u32::MAX));
        let ou = if rangee == u32::MAX { "déjà noté".to_owned() } else { format!("ligne {rangee}") };
        let dit = format!("{ou}, fiche {} : {}", i.evenement.fiche, i.refuse.dit());
        par_fichier.entry(fichier).or_default().push(Faute { code: "E-RETOURS-010", rangee, dit });
    }
    let (fichier, siennes) = par_fichier.into_iter().next().unwrap_or_default();
    fautes::refus(&fichier, siennes).avec_conseil(
        "Rien n'a été pris en compte. Corrigez la ligne ; si c'est une ancienne saisie qui était fausse, relancez avec --remplacer.",
    )
}

//! The files that a role holds of a mission, each with its last day.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use jiff::ToSpan;
use jiff::civil::Date;

use super::{Nature, Piece};
use crate::chemins;
use crate::cles::Detenteur;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
#[cfg(feature = "complet")]
use crate::mission::Organisme;

/// The last day of what a mission collected.
///
/// # Errors
/// Exit 4 when it is out of the calendar.
pub fn fin_de_collecte(mission: &Mission) -> Result<Date, ErreurCommande> {
    plus(mission.date, i32::from(mission.conservation.collecte_mois).months())
}

fn plus(date: Date, duree: jiff::Span) -> Result<Date, ErreurCommande> {
    date.checked_add(duree).map_err(|_| ErreurCommande::panne("E-INTERNE-001", "date impossible."))
}

/// What `qui` holds here. `journal` vouches for the paths that a body's traces name: nothing else is destroyed on their word.
///
/// # Errors
/// E-MISSION-020 for an unknown body; E-TRACE for traces that its log does not vouch for.
#[cfg_attr(not(feature = "complet"), allow(unused_variables, reason = "only bodies have traces, and only the complete build"))]
pub fn inventaire(mission: &Mission, qui: &Detenteur, journal: &recours_tables::journal::Journal) -> Result<Vec<Piece>, ErreurCommande> {
    let mut r = Releve { jusqu_au: fin_de_collecte(mission)?, pieces: Vec::new() };
    let tous = || mission.organismes.iter().map(|o| o.id.as_str());
    let (liaison, hote) = (&mission.dossiers.liaison, &mission.dossiers.hote);
    match qui {
        Detenteur::TiersCles => tous().for_each(|o| {
            r.dans(Nature::Echange, &chemins::echanges(mission, o), |n| n.ends_with(".age") && !n.starts_with("residu"));
        }),
        Detenteur::Liaison => {
            for o in tous() {
                r.dans(Nature::Livraison, &chemins::livraison(mission, o), |n| n.starts_with("jetons"));
                r.dans(Nature::Echange, &chemins::echanges(mission, o), |n| n.starts_with("residu"));
                r.un(Nature::Poignees, chemins::liaison(liaison, o));
            }
            r.un(Nature::Poignees, chemins::statistiques_de_liaison(liaison));
        }
        Detenteur::Hote => {
            for o in tous() {
                r.un(Nature::Livraison, chemins::attributs(&chemins::livraison(mission, o)));
                r.un(Nature::Poignees, chemins::liaison(liaison, o));
                r.un(Nature::Reperages, chemins::remises(mission, o));
                r.un(Nature::Liste, chemins::liste(mission, o));
            }
            r.un(Nature::Poignees, chemins::statistiques_de_liaison(liaison));
            for chemin in [chemins::reperages(hote), chemins::comptes(hote), chemins::recepisse(hote), chemins::trace(hote)] {
                r.un(Nature::Reperages, chemin);
            }
            r.dans(Nature::Reperages, hote, |n| n.starts_with("partie.") && n.ends_with(".parquet"));
        }
        // It reads the host's file; a copy of its own is one too.
        Detenteur::Auditeur => {
            let dossier = chemins::cle_auditeur(mission).parent().map(Path::to_path_buf).unwrap_or_default();
            r.un(Nature::Reperages, chemins::trace(&dossier));
        }
        #[cfg(feature = "complet")]
        Detenteur::Organisme(id) => chez(&mut r, mission, mission.organisme(id)?, journal)?,
        #[cfg(not(feature = "complet"))]
        Detenteur::Organisme(id) => {
            mission.organisme(id)?;
        }
    }
    r.pieces.sort_by(|a, b| (a.nature, &a.chemin).cmp(&(b.nature, &b.chemin)));
    // Named by two ways, a file is one file.
    let mut vus = HashSet::new();
    r.pieces.retain(|p| vus.insert(chemins::absolu(&p.chemin)));
    Ok(r.pieces)
}

struct Releve {
    jusqu_au: Date,
    pieces: Vec<Piece>,
}

impl Releve {
    fn un(&mut self, nature: Nature, chemin: PathBuf) {
        if chemin.is_file() {
            self.pieces.push(Piece { nature, chemin, jusqu_au: self.jusqu_au, de_l_epoque: true });
        }
    }

    fn dans(&mut self, nature: Nature, dossier: &Path, voulu: impl Fn(&str) -> bool) {
        for chemin in std::fs::read_dir(dossier).into_iter().flatten().flatten().map(|e| e.path()) {
            if chemin.file_name().and_then(|n| n.to_str()).is_some_and(&voulu) {
                self.un(nature, chemin);
            }
        }
    }
}

/// A body: its deliveries and exchanges, what it keeps between the steps, its lists, and what its traces say that it wrote.
#[cfg(feature = "complet")]
fn chez(
    r: &mut Releve,
    mission: &Mission,
    organisme: &Organisme,
    journal: &recours_tables::journal::Journal,
) -> Result<(), ErreurCommande> {
    use std::collections::BTreeMap;

    use crate::traces::{self, registre::Registre};

    r.dans(Nature::Livraison, &chemins::livraison(mission, &organisme.id), |n| n.ends_with(".age"));
    r.dans(Nature::Echange, &chemins::echanges(mission, &organisme.id), |n| n.ends_with(".age"));
    r.dans(Nature::Aveuglement, &chemins::aveugle(organisme), |n| n.ends_with(".age"));
    r.un(Nature::Interne, chemins::interne(organisme));
    r.un(Nature::Liste, chemins::liste(mission, &organisme.id));
    let lu = Registre::lire(&chemins::traces(organisme), journal)?;
    let c = mission.conservation;
    // The last act that wrote a file says of which mission it is.
    let mut ecrits: BTreeMap<PathBuf, Piece> = BTreeMap::new();
    for e in &lu.evenements {
        let le = e.le.to_zoned(jiff::tz::TimeZone::UTC).date();
        let de_l_epoque = e.mission.nom == mission.nom && e.mission.epoque == mission.epoque;
        for ecrit in &e.ecrits {
            let chemin = ecrit.ici(&organisme.dossier, &mission.dossier);
            let nature = nature(&e.acte, &chemin);
            let jusqu_au = match nature {
                Nature::Fiche => plus(le, i32::from(c.fiches_jours).days())?,
                _ => e.collecte_jusqu_au,
            };
            ecrits.insert(chemin.clone(), Piece { nature, chemin, jusqu_au, de_l_epoque });
        }
        // A mission signed anew with a shorter time counts at once.
        let propre = if de_l_epoque { e.trace_jusqu_au.min(plus(le, i32::from(c.traces_mois).months())?) } else { e.trace_jusqu_au };
        for chemin in traces::fichiers_de(&chemins::traces(organisme), e) {
            r.pieces.push(Piece { nature: Nature::Trace, chemin, jusqu_au: propre, de_l_epoque: false });
        }
    }
    let presents = ecrits.into_values().filter(|p| p.chemin.is_file());
    // What an act wrote in its usual place is already there, under the mission's own day.
    let nouveaux: Vec<Piece> = presents.filter(|p| !r.pieces.iter().any(|q| q.chemin == p.chemin)).collect();
    r.pieces.extend(nouveaux);
    Ok(())
}

/// What a file is, by the act that wrote it and its name.
#[cfg(feature = "complet")]
fn nature(acte: &str, chemin: &Path) -> Nature {
    let nom = chemin.file_name().and_then(|n| n.to_str()).unwrap_or_default();
    let suivi = nom.ends_with(".parquet") || nom.starts_with("retours.");
    match acte {
        "ouverture" if !suivi => Nature::Fiche,
        "ouverture" | "transmission" => Nature::Suivi,
        "interne" => Nature::Interne,
        "aveuglement" if nom.starts_with("etat.") => Nature::Aveuglement,
        "aveuglement" => Nature::Echange,
        _ => Nature::Livraison,
    }
}

//! What a body keeps of returns from one time to the next, and for how long. All private (0600), none of it is sent.
//!
//! * `notes.csv`: every row that was taken into account, in the form's own columns, sorted; deleted with its page;
//! * `comptes.json`: the counts of the pages that were deleted, the numbers of these pages, and what was handed over.
//!
//! A page is deleted thirty days after the last thing to be done about it: after its last row when all its rights are closed,
//! after the day to call again otherwise, after the end of the list's row when nobody wrote anything. Its number stays, and
//! nothing else, so that an old form read again does not bring it back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use recours_engine::outreach::Jour;
use recours_tables::{ErreurTable, FichierPret, Protection, preparer_octets};
use serde::{Deserialize, Serialize};

use super::comptes::Comptes;
use super::dossier::{Cle, Dossier, rappel};
use super::formulaire::COLONNES;
use super::lire::Evenement;
use super::mots::{OuiNon, normaliser};
use super::parcours;
use super::suivi::Ligne;
use crate::commandes::open::cellule;
use crate::erreur::ErreurCommande;

/// Days after which a page with nothing left to do is deleted.
pub const JOURS_GARDES: Jour = 30;

/// No date to call again keeps a page longer than this after its opening.
pub const JOURS_AU_PLUS: Jour = 366;

/// What stays when pages are deleted, and what was handed over of those that are not.
#[derive(Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Memoire {
    /// Counts of the deleted pages.
    pub comptes: Comptes,
    /// Opening → numbers of deleted pages.
    pub effacees: BTreeMap<String, BTreeSet<u32>>,
    /// What partners were told, of pages that are still here.
    pub transmissions: BTreeSet<Transmission>,
}

/// A right of a page, told to a partner with the person's agreement.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transmission {
    /// Opening.
    pub vague: String,
    /// Page.
    pub fiche: u32,
    /// Right.
    pub droit: String,
    /// Partner, by its code.
    pub partenaire: String,
    /// Whether the agreement was withdrawn since, and the partner told.
    pub retiree: bool,
}

impl Memoire {
    /// Reads the file; nothing yet when there is none.
    ///
    /// # Errors
    /// E-RETOURS-011 for what is no such file; E-TABLE when it cannot be read.
    pub fn lire(chemin: &Path) -> Result<Self, ErreurCommande> {
        if !chemin.exists() {
            return Ok(Self::default());
        }
        let texte = std::fs::read(chemin).map_err(|e| ErreurTable::de_lecture(chemin, &e))?;
        serde_json::from_slice(&texte).map_err(|_| {
            ErreurCommande::refus("E-RETOURS-011", format!("{} : ce ne sont pas des comptes de retours.", chemin.display()))
                .avec_conseil("Reprenez la sauvegarde de ce fichier : les comptes des fiches effacées ne se refont pas.")
        })
    }

    /// The file, to be published with the others.
    ///
    /// # Errors
    /// Exit 4 when the disk refuses.
    pub fn preparer(&self, chemin: &Path) -> Result<FichierPret, ErreurCommande> {
        let texte = serde_json::to_vec_pretty(self).map_err(|_| super::fautes::defaut(chemin))?;
        Ok(preparer_octets(chemin, &texte, Protection::Privee)?)
    }

    /// Whether a page was deleted.
    #[must_use]
    pub fn effacee(&self, vague: &str, fiche: u32) -> bool {
        self.effacees.get(vague).is_some_and(|f| f.contains(&fiche))
    }

    /// Takes out the pages whose time is over: their counts and their numbers are kept here. Gives how many, and removes them
    /// from the rows and the events.
    pub fn effacer(
        &mut self,
        lignes: &mut Vec<Ligne>,
        evenements: &mut BTreeSet<Evenement>,
        dossiers: &BTreeMap<Cle, Dossier>,
        aujourd_hui: Jour,
    ) -> usize {
        let mut fins: BTreeMap<(String, u32), Jour> = BTreeMap::new();
        for ligne in lignes.iter() {
            if let Some(dossier) = dossiers.get(&Cle::de_ligne(ligne)) {
                let place = fins.entry((ligne.vague.clone(), ligne.suivie.fiche)).or_insert(Jour::MIN);
                *place = (*place).max(fin(ligne, dossier));
            }
        }
        let finies: BTreeSet<(String, u32)> =
            fins.into_iter().filter(|(_, fin)| aujourd_hui > fin.saturating_add(JOURS_GARDES)).map(|(f, _)| f).collect();
        let est_finie = |vague: &str, fiche: u32| finies.contains(&(vague.to_owned(), fiche));
        let (parties, restent): (Vec<Ligne>, Vec<Ligne>) =
            std::mem::take(lignes).into_iter().partition(|l| est_finie(&l.vague, l.suivie.fiche));
        *lignes = restent;
        self.comptes.ajouter(&Comptes::de(&parties, dossiers));
        evenements.retain(|e| !est_finie(&e.vague, e.fiche));
        self.transmissions.retain(|t| !est_finie(&t.vague, t.fiche));
        for (vague, fiche) in &finies {
            self.effacees.entry(vague.clone()).or_default().insert(*fiche);
        }
        finies.len()
    }
}

/// The last day at which something is to be done about a row.
fn fin(ligne: &Ligne, dossier: &Dossier) -> Jour {
    let ecrite = dossier.dernier.unwrap_or(ligne.ouverte_le);
    let attendue = rappel(ligne, dossier).unwrap_or(ecrite);
    let valable = if dossier.pas.is_empty() { ligne.suivie.expire } else { ecrite };
    let fin = if parcours::close(dossier.etape()) { ecrite } else { attendue.max(valable) };
    fin.min(ligne.ouverte_le.saturating_add(JOURS_AU_PLUS))
}

/// The events as a form that can be read again: the same events give the same bytes.
#[must_use]
pub fn notes(evenements: &BTreeSet<Evenement>) -> Vec<u8> {
    let mut texte = String::from('\u{feff}');
    let mut ligne = |cases: Vec<String>| {
        texte.push_str(&cases.iter().map(|c| cellule(c)).collect::<Vec<_>>().join(";"));
        texte.push_str("\r\n");
    };
    ligne(COLONNES.iter().map(|c| c.titre.to_owned()).collect());
    for e in evenements {
        ligne(COLONNES.iter().map(|c| case(e, &normaliser(c.titre))).collect());
    }
    texte.into_bytes()
}

fn case(e: &Evenement, colonne: &str) -> String {
    let jour = |j: Jour| recours_rules::date::format(i64::from(j)).split('-').rev().collect::<Vec<_>>().join("/");
    let dit = |mot: Option<&'static str>| mot.unwrap_or_default().to_owned();
    match colonne {
        "vague" => e.vague.clone(),
        "fiche" => e.fiche.to_string(),
        "droit" => e.droit.clone(),
        "etape" => dit(e.etape.map(|m| m.dit())),
        "date" => jour(e.jour),
        "canal" => dit(e.canal.map(|m| m.dit())),
        "comment" => dit(e.comment.map(|m| m.dit())),
        "ou" => dit(e.ou.map(|m| m.dit())),
        "motif" => dit(e.motif.map(|m| m.dit())),
        "minutes" => e.minutes.map(|m| m.to_string()).unwrap_or_default(),
        "autonomie_gagnee" => dit(e.autonomie.map(|m| m.dit())),
        "accord" => dit(e.accord.map(|m| m.dit())),
        "accord_pour" => dit(e.accord_pour.map(|m| m.dit())),
        "rappeler_le" => e.rappeler.map(jour).unwrap_or_default(),
        autre => {
            let type_vu = super::formulaire::vus().into_iter().find(|(_, nom)| nom == autre).map(|(t, _)| t);
            let vu = type_vu.zip(e.vus.as_ref()).map(|(t, vus)| if vus.contains(&t) { OuiNon::Oui } else { OuiNon::Non });
            dit(vu.map(OuiNon::dit))
        }
    }
}

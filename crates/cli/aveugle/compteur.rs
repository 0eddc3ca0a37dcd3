//! What the key holder has evaluated: one count per body and pass, for one key. Without it, a dictionary could be
//! tried online by whoever may ask; with it, a body has no more questions than people.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, OpenOptions};
use std::path::Path;

use recours_tables::journal::Journal;
use recours_tables::{ErreurTable, FichierPret, Protection, preparer_octets};
use serde::{Deserialize, Serialize};

use super::fautes;
use crate::chemins;
use crate::cles::Identifiants;
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::mission::Mission;

/// `tiers_cles/compteur.json`. Counts and identifiers of requests; nothing of anybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compteur {
    /// Identifier of the key under which it counts.
    pub cle: String,
    /// Fingerprint of the mission.
    pub mission: String,
    /// Epoch.
    pub epoque: String,
    /// Evaluations per body and pass.
    pub evaluations: BTreeMap<String, BTreeMap<String, u64>>,
    /// Requests already served.
    pub servies: BTreeSet<String>,
}

impl Compteur {
    /// For a key that was just made.
    #[must_use]
    pub fn neuf(ids: &Identifiants, cle: &str) -> Self {
        Self {
            cle: cle.to_owned(),
            mission: ids.mission.clone(),
            epoque: ids.epoque.clone(),
            evaluations: BTreeMap::new(),
            servies: BTreeSet::new(),
        }
    }

    /// Reads the counter of this key.
    ///
    /// # Errors
    /// E-OPRF-008 when it is missing, unreadable or counts for another key: nothing is then evaluated.
    pub fn lire(chemin: &Path, ids: &Identifiants, cle: &str) -> Result<Self, ErreurCommande> {
        let texte = std::fs::read(chemin).map_err(|_| fautes::compteur(chemin, "compteur d'évaluations absent ou illisible"))?;
        let lu: Self = serde_json::from_slice(&texte).map_err(|_| fautes::compteur(chemin, "ce n'est pas un compteur d'évaluations"))?;
        if lu.cle != cle || lu.mission != ids.mission || lu.epoque != ids.epoque {
            return Err(fautes::compteur(chemin, "ce compteur est d'une autre clé"));
        }
        Ok(lu)
    }

    /// Writes it aside, to be published with the answer that it counts.
    ///
    /// # Errors
    /// E-TABLE-022.
    pub fn preparer(&self, chemin: &Path) -> Result<FichierPret, ErreurCommande> {
        let mut texte =
            serde_json::to_vec_pretty(self).map_err(|_| fautes::compteur(chemin, "le compteur n'a pas pu être mis en forme"))?;
        texte.push(b'\n');
        Ok(preparer_octets(chemin, &texte, Protection::Privee)?)
    }

    /// Writes it at once.
    ///
    /// # Errors
    /// E-TABLE-022.
    pub fn ecrire(&self, chemin: &Path) -> Result<(), ErreurCommande> {
        Ok(self.preparer(chemin)?.publier()?)
    }

    /// Counts a request of `organisme`, or refuses it whole.
    ///
    /// # Errors
    /// E-OPRF-007 when it was served already, E-OPRF-006 beyond what `plafond` says of a pass; nothing is then counted.
    pub fn compter(
        &mut self,
        fichier: &Path,
        organisme: &str,
        demande: &str,
        demandees: &BTreeMap<&'static str, u64>,
        plafond: &dyn Fn(&str) -> u64,
    ) -> Result<(), ErreurCommande> {
        if self.servies.contains(demande) {
            return Err(fautes::deja_servie(fichier));
        }
        let faites = self.evaluations.entry(organisme.to_owned()).or_default();
        for (passe, n) in demandees {
            let reste = plafond(passe).saturating_sub(faites.get(*passe).copied().unwrap_or(0));
            if *n > reste {
                return Err(fautes::quota(organisme, passe, *n, reste, plafond(passe)));
            }
        }
        for (passe, n) in demandees {
            *faites.entry((*passe).to_owned()).or_insert(0) += n;
        }
        self.servies.insert(demande.to_owned());
        Ok(())
    }
}

/// Held while a request is counted and answered: two commands at a time do not count over each other.
pub(super) fn verrouiller(mission: &Mission) -> Result<File, ErreurCommande> {
    let chemin = chemins::compteur(mission).with_extension("verrou");
    let refus = |e: std::io::Error| ErreurTable::d_ecriture(&chemin, &e);
    let fichier = prive().create(true).append(true).open(&chemin).map_err(refus)?;
    fichier.lock().map_err(refus)?;
    Ok(fichier)
}

/// Logs what a request became: who asked, how many evaluations per pass, served or refused with which code. Of the
/// request's number, its hash alone.
pub(super) fn noter(
    journal: &Journal,
    issue: &str,
    organisme: Option<&str>,
    demande: Option<&str>,
    demandees: &BTreeMap<&'static str, u64>,
) -> Result<(), ErreurCommande> {
    let mut acte = Acte::nouveau("evaluation").texte("issue", issue);
    if let Some(organisme) = organisme {
        acte = acte.texte("organisme", organisme);
    }
    if let Some(demande) = demande {
        acte = acte.texte("demande", blake3::hash(demande.as_bytes()).to_hex());
    }
    for (passe, n) in demandees {
        acte = acte.nombre(passe, *n);
    }
    journal::inscrire(journal, acte).map(drop)
}

fn prive() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;

    fn neuf() -> Compteur {
        Compteur::neuf(&Identifiants { mission: "m".into(), epoque: "2026-T4".into(), ..Identifiants::default() }, "k")
    }

    /// Fails if a pass, a body or a former request is left out of the count.
    #[test]
    fn une_passe_de_trop_refuse_tout_et_ne_compte_rien() {
        let (mut compteur, f) = (neuf(), Path::new("d"));
        let demande = |p0, p1| BTreeMap::from([("p0", p0), ("p1", p1)]);
        compteur.compter(f, "caf", "a", &demande(6, 4), &|_| 10).unwrap();
        let avant = compteur.clone();
        assert_eq!(compteur.compter(f, "caf", "b", &demande(4, 7), &|_| 10).unwrap_err().code, "E-OPRF-006");
        assert_eq!(compteur.compter(f, "caf", "b", &demande(5, 0), &|_| 10).unwrap_err().code, "E-OPRF-006");
        assert_eq!(compteur.compter(f, "caf", "a", &demande(1, 1), &|_| 10).unwrap_err().code, "E-OPRF-007");
        assert_eq!(compteur, avant);
        compteur.compter(f, "caf", "b", &demande(4, 6), &|_| 10).unwrap();
        compteur.compter(f, "msa", "c", &demande(10, 0), &|_| 10).unwrap();
        assert_eq!(compteur.compter(f, "caf", "d", &demande(1, 0), &|_| 10).unwrap_err().code, "E-OPRF-006");
    }

    #[test]
    fn le_compteur_d_une_autre_cle_ne_sert_pas() {
        let dossier = tempfile::tempdir().unwrap();
        let chemin = dossier.path().join("compteur.json");
        let ids = Identifiants { mission: "m".into(), epoque: "2026-T4".into(), ..Identifiants::default() };
        assert_eq!(Compteur::lire(&chemin, &ids, "k").unwrap_err().code, "E-OPRF-008");
        neuf().ecrire(&chemin).unwrap();
        assert_eq!(Compteur::lire(&chemin, &ids, "k").unwrap(), neuf());
        assert_eq!(Compteur::lire(&chemin, &ids, "autre").unwrap_err().code, "E-OPRF-008");
        std::fs::write(&chemin, "{}").unwrap();
        assert_eq!(Compteur::lire(&chemin, &ids, "k").unwrap_err().code, "E-OPRF-008");
    }
}

//! Reading a body's traces: only what its signed log vouches for, one person at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use recours_engine::outreach::NumeroDeLigne;
use recours_tables::ErreurTable;
use recours_tables::journal::{Journal, verifier_fichier};

use super::evenement::Evenement;
use super::lignes::{self, Ligne};
use super::qui::{Chercheur, Empreintes};
use super::{VERSION, fichiers};
use crate::effacement::DETRUIT;
use crate::erreur::ErreurCommande;

/// The events of a body, oldest first.
pub struct Registre {
    dossier: PathBuf,
    /// What each act moved.
    pub evenements: Vec<Evenement>,
    /// Events that the log announces and that are not here: their time is over, or the machine failed in between.
    pub absents: usize,
    /// Events of which the log no longer has the digest, since its contents were pruned.
    pub non_atteste: usize,
}

impl Registre {
    /// Reads the events under `dossier`, held against the body's log.
    ///
    /// # Errors
    /// E-TRACE-003 for an event that the log does not know, E-TRACE-004 for one that changed since, E-TRACE-005 for what is no
    /// trace; E-JOURNAL when the log does not hold.
    pub fn lire(dossier: &Path, journal: &Journal) -> Result<Self, ErreurCommande> {
        let mut attendus: BTreeMap<String, String> = BTreeMap::new();
        let (mut detruits, mut elagues) = (BTreeSet::new(), false);
        if journal.chemin().exists() {
            for entree in verifier_fichier(journal.chemin(), Some(journal.cle().publique()), None)?.entrees {
                let Some(contenu) = entree.contenu else {
                    elagues = true;
                    continue;
                };
                for (nom, texte) in contenu {
                    if let Some(fichier) = nom.strip_prefix("fichier.").filter(|f| est_trace(f)) {
                        attendus.insert(fichier.to_owned(), texte);
                    } else if let Some(fichier) = nom.strip_prefix(DETRUIT).filter(|f| est_trace(f)) {
                        detruits.insert(fichier.to_owned());
                    }
                }
            }
        }
        let mut registre = Self { dossier: dossier.to_path_buf(), evenements: Vec::new(), absents: 0, non_atteste: 0 };
        for chemin in fichiers(dossier).into_iter().filter(|p| p.extension().is_some_and(|x| x == "json")) {
            let octets = std::fs::read(&chemin).map_err(|e| ErreurTable::de_lecture(&chemin, &e))?;
            let nom = chemin.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            match attendus.remove(&nom) {
                Some(empreinte) => memes(&chemin, &octets, &empreinte)?,
                None if elagues => registre.non_atteste += 1,
                None => return Err(inconnue(&chemin)),
            }
            let lu: Option<Evenement> = serde_json::from_slice(&octets).ok().filter(|e: &Evenement| e.version == VERSION);
            registre.evenements.push(lu.ok_or_else(|| illisible(&chemin))?);
        }
        registre.evenements.sort_by_key(|e| e.le);
        registre.absents = attendus.keys().filter(|n| n.ends_with(".json") && !detruits.contains(*n)).count();
        Ok(registre)
    }

    /// The row ids of a person, in every epoch of which there is a trace.
    ///
    /// # Errors
    /// E-ACCES-003 when several people of one event answer, E-ACCES-002 when nobody does.
    pub fn chercher(&self, demande: &Empreintes) -> Result<BTreeSet<NumeroDeLigne>, ErreurCommande> {
        let mut siennes = BTreeSet::new();
        for e in &self.evenements {
            let mut ici = BTreeSet::new();
            self.parcourir(e, |l| {
                if l.qui.est(demande) {
                    ici.insert(l.row_id);
                }
            })?;
            if ici.len() > 1 {
                return Err(plusieurs());
            }
            siennes.extend(ici);
        }
        if siennes.is_empty() { Err(personne()) } else { Ok(siennes) }
    }

    /// The rows of these row ids, event by event; an event that has none is left out.
    ///
    /// # Errors
    /// As [`Registre::lire`].
    pub fn de(&self, siennes: &BTreeSet<NumeroDeLigne>) -> Result<Vec<(&Evenement, Vec<Ligne>)>, ErreurCommande> {
        let mut trouves = Vec::new();
        for e in &self.evenements {
            let mut ici = Vec::new();
            self.parcourir(e, |l| {
                if siennes.contains(&l.row_id) {
                    ici.push(l);
                }
            })?;
            if !ici.is_empty() {
                trouves.push((e, ici));
            }
        }
        if trouves.is_empty() { Err(personne()) } else { Ok(trouves) }
    }

    fn parcourir(&self, e: &Evenement, recevoir: impl FnMut(Ligne)) -> Result<(), ErreurCommande> {
        let chemin = self.dossier.join(&e.lignes.fichier);
        if !est_trace(&e.lignes.fichier) {
            return Err(illisible(&chemin));
        }
        let octets = std::fs::read(&chemin).map_err(|e| ErreurTable::de_lecture(&chemin, &e))?;
        memes(&chemin, &octets, &e.lignes.blake3)?;
        lignes::lire(&chemin, octets, recevoir)
    }
}

/// The digests of who asks, under this body's key.
#[must_use]
pub fn chercheur(journal: &Journal) -> Chercheur {
    super::chercheur(journal)
}

fn est_trace(nom: &str) -> bool {
    nom.starts_with("trace.") && !nom.contains(['/', '\\'])
}

fn memes(chemin: &Path, octets: &[u8], empreinte: &str) -> Result<(), ErreurCommande> {
    if blake3::hash(octets).to_hex().as_str() == empreinte {
        return Ok(());
    }
    Err(ErreurCommande::refus("E-TRACE-004", format!("{} : cette trace a été changée depuis son acte.", chemin.display()))
        .avec_conseil("N'en répondez rien. Reprenez le fichier d'une sauvegarde de ce jour-là, et cherchez qui l'a changé."))
}

fn inconnue(chemin: &Path) -> ErreurCommande {
    ErreurCommande::refus("E-TRACE-003", format!("{} : le journal de l'organisme ne connaît pas cette trace.", chemin.display()))
        .avec_conseil("Elle vient d'ailleurs, ou le journal n'est pas celui de ce dossier : rien n'en est répondu.")
}

fn illisible(chemin: &Path) -> ErreurCommande {
    ErreurCommande::refus("E-TRACE-005", format!("{} : ce n'est pas une trace de cette version.", chemin.display()))
        .avec_conseil("Lisez-la avec la version du programme qui l'a écrite.")
}

fn personne() -> ErreurCommande {
    ErreurCommande::refus("E-ACCES-002", "aucune trace de cet organisme n'est de cette personne.").avec_conseil(
        "Vérifiez la demande (numéro, ou nom de naissance, prénoms et date). Si elle est juste, la réponse est : rien n'est parti d'ici, et \
         rien n'a été reçu, dans le temps où les traces sont gardées.",
    )
}

fn plusieurs() -> ErreurCommande {
    ErreurCommande::refus("E-ACCES-003", "plusieurs lignes d'un même acte répondent à cette demande : rien n'est écrit.").avec_conseil(
        "Complétez la demande (numéro, nom, prénoms et date ensemble). S'il s'agit d'une seule personne enregistrée deux fois, donnez ses \
         numéros de ligne avec --row, après l'avoir vérifié dans votre registre.",
    )
}

//! The log of each role: `journal.jsonl` in its own folder, signed with `signature.cle` beside it.
//!
//! ```text
//! let journal = journal::ouvrir(mission, &Detenteur::TiersCles)?;          // before the work: no key, no act
//! journal::inscrire(&journal, Acte::de_mission("evaluation", mission, &empreinte).texte("organisme", id).nombre("evaluations", n))?;
//! ```
//!
//! An act is written to the log before its files are published: what is out is always in the log, and an entry
//! without its file says that the machine failed in between.

use std::path::{Path, PathBuf};

use recours_tables::journal::{CleJournal, ClePublique, Contenu, Entree, ErreurJournal, Journal, Point, verifier_fichier};
use recours_tables::{ErreurTable, FichierPret, Protection, ecrire_ensemble, preparer_octets};

use crate::cles::Detenteur;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// What is written of one act: hashes, identifiers of keys and bodies, rounded counts. Never a token, a row id,
/// a name or a fact; what looks like one is refused (E-JOURNAL-010).
#[derive(Debug, Clone)]
pub struct Acte {
    nom: &'static str,
    contenu: Contenu,
}

impl Acte {
    /// An act with nothing said of it yet. `nom`: `a-z`, `0-9`, `_`.
    #[must_use]
    pub fn nouveau(nom: &'static str) -> Self {
        Self { nom, contenu: Contenu::new() }
    }

    /// An act of a mission: its name, epoch, mode, suite and fingerprint.
    #[must_use]
    pub fn de_mission(nom: &'static str, mission: &Mission, empreinte: &str) -> Self {
        let mode = match mission.mode {
            crate::mission::Mode::A => "A",
            crate::mission::Mode::B => "B",
        };
        Self::nouveau(nom)
            .texte("mission", &mission.nom)
            .texte("epoque", &mission.epoque)
            .texte("mode", mode)
            .texte("suite", crate::entete::code_de_suite(mission.suite))
            .texte("empreinte_mission", empreinte)
    }

    /// A text that is public in the mission: a body, an epoch, a hash, a public key, a file's name.
    #[must_use]
    pub fn texte(mut self, nom: &str, texte: impl AsRef<str>) -> Self {
        self.contenu.insert(nom.to_owned(), texte.as_ref().to_owned());
        self
    }

    /// A count of people or rows, rounded: the log is for others to read.
    #[must_use]
    pub fn compte(self, nom: &str, n: u64) -> Self {
        self.texte(nom, arrondi(n))
    }

    /// A number that is of nobody (a quota, a round, what a key holder evaluated, padding included), as it is.
    #[must_use]
    pub fn nombre(self, nom: &str, n: u64) -> Self {
        self.texte(nom, n.to_string())
    }

    /// BLAKE3 of a file received, under `recu.<nom>`.
    ///
    /// # Errors
    /// E-TABLE when it cannot be read.
    pub fn recue(self, nom: &str, fichier: &Path) -> Result<Self, ErreurCommande> {
        Ok(self.texte(&format!("recu.{nom}"), empreinte_de(fichier)?))
    }

    /// The point that `auteur` left beside what it delivered, under `point.<auteur>`: this log then attests that
    /// one. Nothing when it left none.
    ///
    /// # Errors
    /// E-JOURNAL-011 when what it left is not its point.
    pub fn point(self, auteur: &str, dossier: &Path) -> Result<Self, ErreurCommande> {
        let chemin = point_livre(dossier);
        if !chemin.exists() {
            return Ok(self);
        }
        let texte = std::fs::read_to_string(&chemin).map_err(|e| ErreurTable::de_lecture(&chemin, &e))?;
        let point = Point::lire(&texte).map_err(|e| ErreurCommande::from(e).dans(&chemin))?;
        if point.auteur != auteur {
            return Err(ErreurCommande::from(ErreurJournal::Point).dans(&chemin));
        }
        Ok(self.texte(&format!("point.{auteur}"), point.to_string()))
    }
}

/// BLAKE3 of a file, 64 hexadecimal digits.
///
/// # Errors
/// E-TABLE when it cannot be read.
pub(crate) fn empreinte_de(fichier: &Path) -> Result<String, ErreurCommande> {
    let mut hache = blake3::Hasher::new();
    let lu = std::fs::File::open(fichier).and_then(|f| hache.update_reader(f).map(|h| h.finalize()));
    Ok(lu.map_err(|e| ErreurTable::de_lecture(fichier, &e))?.to_hex().to_string())
}

/// Where a role leaves the head of its log beside what it gives to others.
#[must_use]
pub fn point_livre(dossier: &Path) -> PathBuf {
    dossier.join("point.txt")
}

/// Zero, « de 1 à 10 », else the nearest ten: as the counts of a linkage.
#[must_use]
pub fn arrondi(n: u64) -> String {
    match n {
        0 => "0".to_owned(),
        1..=10 => "de 1 à 10".to_owned(),
        n => ((n + 5) / 10 * 10).to_string(),
    }
}

/// The folder of a role, or of a body.
///
/// # Errors
/// E-MISSION-020 for an unknown body.
fn dossier(mission: &Mission, qui: &Detenteur) -> Result<PathBuf, ErreurCommande> {
    Ok(match qui {
        Detenteur::TiersCles => mission.dossier.join("tiers_cles"),
        Detenteur::Liaison => mission.dossiers.liaison.clone(),
        Detenteur::Hote => mission.dossiers.hote.clone(),
        Detenteur::Auditeur => mission.dossier.join("auditeur"),
        Detenteur::Organisme(id) => mission.organisme(id)?.dossier.clone(),
    })
}

/// A role's log.
///
/// # Errors
/// E-MISSION-020 for an unknown body.
pub fn chemin(mission: &Mission, qui: &Detenteur) -> Result<PathBuf, ErreurCommande> {
    Ok(dossier(mission, qui)?.join("journal.jsonl"))
}

/// A role's signature key (secret).
///
/// # Errors
/// E-MISSION-020 for an unknown body.
pub fn signature(mission: &Mission, qui: &Detenteur) -> Result<PathBuf, ErreurCommande> {
    Ok(dossier(mission, qui)?.join("signature.cle"))
}

/// Opens a role's log for writing, its end checked.
///
/// # Errors
/// E-CLES-014 when a key of real data lies in clear; E-JOURNAL-014 when the role has no signature key here;
/// E-ENVELOPPE-002 when others can read it; E-JOURNAL
/// when the end of the log does not hold.
pub fn ouvrir(mission: &Mission, qui: &Detenteur) -> Result<Journal, ErreurCommande> {
    crate::cles::exiger_protegees(mission, qui)?;
    let cle = signature(mission, qui)?;
    if !cle.exists() {
        return Err(ErreurCommande::refus("E-JOURNAL-014", format!("{} : clé de signature du journal introuvable.", cle.display()))
            .avec_conseil("Rien ne se fait sans trace : créez-la avec les autres clés du rôle, par « recours keys new »."));
    }
    Ok(Journal::ouvrir(&chemin(mission, qui)?, qui.nom(), CleJournal::lire(&cle)?)?)
}

/// Makes a role's signature key if it has none, and gives its public half. It is kept when other keys are
/// destroyed: it opens nothing, joins nobody, and lets the log go on.
///
/// # Errors
/// E-ENVELOPPE-002 and -003, E-JOURNAL-001 for what stands there; exit 4 when the disk refuses.
pub fn assurer_cle(mission: &Mission, qui: &Detenteur) -> Result<ClePublique, ErreurCommande> {
    let chemin = signature(mission, qui)?;
    crate::cles::exiger_protegees(mission, qui)?;
    if chemin.exists() {
        return Ok(CleJournal::lire(&chemin)?.publique());
    }
    if let Some(dossier) = chemin.parent() {
        std::fs::create_dir_all(dossier).map_err(|e| recours_tables::ErreurTable::d_ecriture(dossier, &e))?;
    }
    let cle = CleJournal::generer()?;
    cle.ecrire(&chemin)?;
    Ok(cle.publique())
}

/// Appends an act, and gives the new head.
///
/// # Errors
/// E-JOURNAL-010 for what no log may hold; exit 4 when the disk refuses.
pub fn inscrire(journal: &Journal, acte: Acte) -> Result<Point, ErreurCommande> {
    Ok(Point::de(&journal.inscrire(acte.nom, acte.contenu)?))
}

/// Checks that an act of this log wrote `fichier`: that its BLAKE3 stands under `nom` in one of its entries, and that the
/// log holds as a whole. A file of another, or changed since, is then told from the role's own.
///
/// # Errors
/// E-LISTE-013 when no such act did; E-JOURNAL when the log does not hold, E-TABLE when the file cannot be read.
pub fn exiger_produit(journal: &Journal, acte: &str, nom: &str, fichier: &Path) -> Result<(), ErreurCommande> {
    let lu = empreinte_de(fichier)?;
    let entrees = match journal.chemin().exists() {
        true => verifier_fichier(journal.chemin(), Some(journal.cle().publique()), None)?.entrees,
        false => Vec::new(),
    };
    let fait = |e: &Entree| e.acte == acte && e.contenu.as_ref().and_then(|c| c.get(nom)).is_some_and(|h| *h == lu);
    if entrees.iter().any(fait) {
        return Ok(());
    }
    Err(ErreurCommande::refus("E-LISTE-013", format!("{} : aucune détection de cet hôte n'a écrit ces repérages.", fichier.display()))
        .avec_conseil("Ils ont été changés, ou viennent d'ailleurs : refaites « recours detect »."))
}

/// Logs an act with the BLAKE3 of each file (`fichier.<name>`, or `fichier.<folder>/<name>`), then publishes the files, all or none, and with them
/// the new head in `point` when it is given.
///
/// # Errors
/// As [`inscrire`]; exit 4 when the disk refuses.
pub fn publier(journal: &Journal, mut acte: Acte, mut prets: Vec<FichierPret>, point: Option<&Path>) -> Result<(), ErreurCommande> {
    let noms: Vec<String> = prets.iter().map(|p| nom_au_journal(p.destination())).collect();
    for (pret, nom) in prets.iter().zip(&noms) {
        // The same name for several bodies (`residu.age`): the folder tells them apart, or one digest would hide the others.
        let seul = noms.iter().filter(|n| *n == nom).count() == 1;
        let dossier = pret.destination().parent().map(nom_au_journal).filter(|_| !seul);
        let nom = dossier.map_or_else(|| nom.clone(), |d| format!("{d}/{nom}"));
        acte = acte.texte(&format!("fichier.{nom}"), pret.empreinte()?);
    }
    let tete = inscrire(journal, acte)?;
    if let Some(chemin) = point {
        prets.push(preparer_octets(chemin, format!("{tete}\n").as_bytes(), Protection::Ordinaire)?);
    }
    Ok(ecrire_ensemble(prets)?)
}

/// Last part of a path, in the letters that a log allows.
fn nom_au_journal(chemin: &Path) -> String {
    let nom = chemin.file_name().map(|f| f.to_string_lossy().to_lowercase()).unwrap_or_default();
    nom.chars().map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '_' }).collect()
}

impl From<ErreurJournal> for ErreurCommande {
    fn from(erreur: ErreurJournal) -> Self {
        let sortie = if erreur.est_panne() { crate::erreur::Sortie::Panne } else { crate::erreur::Sortie::Refus };
        Self::nouvelle(sortie, erreur.code(), erreur.to_string()).avec_conseil(erreur.conseil())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn les_comptes_du_journal_sont_arrondis() {
        assert_eq!([0, 1, 10, 11, 15, 1_234].map(arrondi), ["0", "de 1 à 10", "de 1 à 10", "10", "20", "1230"]);
    }
}

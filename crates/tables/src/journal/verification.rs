//! Checking a log that somebody hands over.

use std::path::Path;

use super::{ClePublique, ELAGAGE, Entree, ErreurJournal, Point};
use crate::erreur::ErreurTable;

/// A log that holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifie {
    /// Its entries, in order; at least one.
    pub entrees: Vec<Entree>,
    /// Entries whose content was pruned, as a later entry announces.
    pub elaguees: usize,
}

/// Reads a log's file and checks it; see [`verifier`].
///
/// # Errors
/// E-TABLE when the file cannot be read, else those of [`verifier`].
pub fn verifier_fichier(chemin: &Path, cle: Option<ClePublique>, point: Option<&Point>) -> Result<Verifie, ErreurJournal> {
    let octets = std::fs::read(chemin).map_err(|e| ErreurTable::de_lecture(chemin, &e))?;
    // What is not text has no line to name.
    let texte = String::from_utf8(octets).map_err(|_| ErreurJournal::Illisible { chemin: chemin.to_path_buf(), ligne: 1 })?;
    verifier(chemin, &texte, cle, point)
}

/// Checks form, hashes, order, signatures and prunings; with `cle`, that it is the only key that signs; with
/// `point`, that the log leads to it. Without `cle`, the first entry's key must sign all: a log written anew
/// from its first line with another key is then only found by a point or by comparing the key.
///
/// # Errors
/// E-JOURNAL-002 to -009 with the line, -012 for an empty log.
pub fn verifier(chemin: &Path, texte: &str, cle: Option<ClePublique>, point: Option<&Point>) -> Result<Verifie, ErreurJournal> {
    let ici = || chemin.to_path_buf();
    let mut entrees: Vec<Entree> = Vec::new();
    for (i, ligne) in texte.lines().enumerate() {
        let ligne_no = i + 1;
        let entree = Entree::lire(ligne).ok_or_else(|| ErreurJournal::Illisible { chemin: ici(), ligne: ligne_no })?;
        if !entree.tient() {
            return Err(ErreurJournal::Modifiee { chemin: ici(), ligne: ligne_no });
        }
        let (rang, precedente) = entrees.last().map_or((1, [0; 32]), |p| (p.rang + 1, p.empreinte));
        if entree.rang != rang || entree.precedente != precedente {
            return Err(ErreurJournal::Ordre { chemin: ici(), ligne: ligne_no });
        }
        let attendue = cle.or_else(|| entrees.first().map(Entree::cle)).unwrap_or(entree.cle);
        let auteur = entrees.first().map_or(&entree.auteur, |p| &p.auteur);
        if entree.cle != attendue || entree.auteur != *auteur {
            return Err(ErreurJournal::CleEtrangere { chemin: ici(), ligne: ligne_no });
        }
        if !entree.est_signee() {
            return Err(ErreurJournal::Signature { chemin: ici(), ligne: ligne_no });
        }
        entrees.push(entree);
    }
    if !texte.ends_with('\n') && !texte.is_empty() {
        return Err(ErreurJournal::Illisible { chemin: ici(), ligne: entrees.len() });
    }
    let Some(derniere) = entrees.last() else { return Err(ErreurJournal::Vide { chemin: ici() }) };
    if let Some(point) = point {
        if point.cle != derniere.cle || point.auteur != derniere.auteur {
            return Err(ErreurJournal::CleEtrangere { chemin: ici(), ligne: 1 });
        }
        let attestee = point.rang.checked_sub(1).and_then(|i| usize::try_from(i).ok()).and_then(|i| entrees.get(i));
        match attestee {
            None => return Err(ErreurJournal::Coupe { chemin: ici(), trouve: derniere.rang, attendu: point.rang }),
            Some(e) if e.empreinte != point.empreinte => return Err(ErreurJournal::Reecrit { chemin: ici(), rang: point.rang }),
            Some(_) => {}
        }
    }
    let elaguees = elagages(&entrees).map_err(|ligne| ErreurJournal::Retire { chemin: ici(), ligne })?;
    Ok(Verifie { entrees, elaguees })
}

/// Name of the field of a pruning entry that holds the instant before which contents were removed.
pub(super) const AVANT: &str = "avant";

/// Counts pruned entries; `Err(line)` for one that no later pruning covers.
fn elagages(entrees: &[Entree]) -> Result<usize, usize> {
    // From the end: the latest instant announced by the prunings that follow.
    let mut jusque = i64::MIN;
    let mut elaguees = 0;
    for entree in entrees.iter().rev() {
        match &entree.contenu {
            None if entree.instant >= jusque => return Err(usize::try_from(entree.rang).unwrap_or(usize::MAX)),
            None => elaguees += 1,
            Some(contenu) if entree.acte == ELAGAGE => {
                let avant = contenu.get(AVANT).and_then(|t| t.parse::<jiff::Timestamp>().ok());
                jusque = jusque.max(avant.map_or(i64::MIN, jiff::Timestamp::as_second));
            }
            Some(_) => {}
        }
    }
    Ok(elaguees)
}

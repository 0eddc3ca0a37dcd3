//! What shows that an epoch was destroyed: the signed log, and the disk.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use recours_tables::journal::{Entree, Journal, verifier_fichier};

use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// Prefix of the name of a destroyed file in an act.
pub const DETRUIT: &str = "detruit.";

/// What the log and the disk say of the destruction of an epoch.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preuve {
    /// Day of the act that says it is done, after the last announcement.
    pub fait_le: Option<String>,
    /// Whether something was announced and never said to be done.
    pub interrompu: bool,
    /// Files that the log says destroyed, by their names there.
    pub detruits: BTreeMap<String, String>,
    /// Files with the very content of one destroyed.
    pub copies: Vec<PathBuf>,
    /// Acts of the epoch whose content was pruned: they say no more what they destroyed.
    pub elagues: usize,
}

/// Reads the log and looks under `dossiers` for files whose content was destroyed.
///
/// # Errors
/// E-JOURNAL when the log does not hold.
pub fn prouver(mission: &Mission, journal: &Journal, dossiers: &[PathBuf], commence: &str, fait: &str) -> Result<Preuve, ErreurCommande> {
    let mut p = Preuve::default();
    if !journal.chemin().exists() {
        return Ok(p);
    }
    let de_l_epoque = |e: &Entree| {
        e.contenu.as_ref().is_none_or(|c| {
            let dit = |cle: &str, texte: &str| c.get(cle).is_some_and(|t| t == texte);
            dit("mission", &mission.nom) && dit("epoque", &mission.epoque)
        })
    };
    for e in verifier_fichier(journal.chemin(), Some(journal.cle().publique()), None)?.entrees.iter().filter(|e| de_l_epoque(e)) {
        match (&e.contenu, e.acte.as_str()) {
            (None, a) if a == commence || a == fait => p.elagues += 1,
            (Some(c), a) if a == commence => {
                p.interrompu = true;
                let noms = c.iter().filter_map(|(nom, texte)| Some((nom.strip_prefix(DETRUIT)?.to_owned(), texte.clone())));
                p.detruits.extend(noms);
            }
            (Some(_), a) if a == fait => {
                p.interrompu = false;
                p.fait_le = Some(e.date());
            }
            _ => {}
        }
    }
    if p.interrompu {
        p.fait_le = None;
    }
    let empreintes: BTreeSet<&str> = p.detruits.values().map(String::as_str).collect();
    let mut copies = Vec::new();
    for dossier in dossiers.iter().filter(|_| !empreintes.is_empty()) {
        parcourir(dossier, &mut |fichier| {
            if crate::journal::empreinte_de(fichier).is_ok_and(|e| empreintes.contains(e.as_str())) {
                copies.push(fichier.to_path_buf());
            }
        });
    }
    copies.sort();
    copies.dedup();
    p.copies = copies;
    Ok(p)
}

/// Files below a folder; links are not followed.
pub(crate) fn parcourir(dossier: &Path, voir: &mut dyn FnMut(&Path)) {
    for entree in std::fs::read_dir(dossier).into_iter().flatten().flatten() {
        match entree.file_type() {
            Ok(t) if t.is_dir() => parcourir(&entree.path(), voir),
            Ok(t) if t.is_file() => voir(&entree.path()),
            _ => {}
        }
    }
}

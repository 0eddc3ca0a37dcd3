//! What a role holds of a mission, until when, and how it goes: for `recours efface` (an epoch at once) and `recours
//! conservation` (what its day has come for).
//!
//! A destruction is in the role's signed log before the first byte is overwritten: an announcement with the BLAKE3 of each file,
//! then the files. What stops in between is seen, and the same command finishes it. Signed logs, and at a body its register,
//! its extract and its traces of persons, are never in an inventory of an epoch.

pub mod inventaire;
mod preuve;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use recours_tables::enveloppe;
use recours_tables::journal::Journal;

use crate::chemins::absolu;
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};

pub use inventaire::inventaire;
#[cfg(feature = "complet")]
pub(crate) use preuve::parcourir;
pub use preuve::{DETRUIT, Preuve, prouver};

/// What a file is, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// Tokens and facts, sent or received.
    Livraison,
    /// Requests, answers and residue of mode B.
    Echange,
    /// Blinding states of mode B.
    Aveuglement,
    /// Handles: which row is which person of the epoch.
    Poignees,
    /// Findings, trace, counts, rows handed over, parts.
    Reperages,
    /// Encrypted lists.
    Liste,
    /// What a body found at home.
    Interne,
    /// Follow-up of a list: which page is which row, forms.
    Suivi,
    /// Pages with names.
    Fiche,
    /// Traces of persons.
    Trace,
}

impl Nature {
    /// For people.
    #[must_use]
    pub fn dit(self) -> &'static str {
        match self {
            Self::Livraison => "livraisons (jetons et faits)",
            Self::Echange => "échanges du mode B",
            Self::Aveuglement => "états d'aveuglement",
            Self::Poignees => "poignées",
            Self::Reperages => "repérages et ce qui en vient",
            Self::Liste => "listes chiffrées",
            Self::Interne => "trouvé chez soi (interne)",
            Self::Suivi => "suivi des listes, formulaires",
            Self::Fiche => "fiches ouvertes",
            Self::Trace => "traces par personne",
        }
    }
}

/// A file of a role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub nature: Nature,
    /// Where.
    pub chemin: PathBuf,
    /// Last day on which it may be kept.
    pub jusqu_au: Date,
    /// Whether it is of the epoch of the mission at hand.
    pub de_l_epoque: bool,
}

/// Files of one act: each adds a line of the log some hundred bytes long.
const PAR_ACTE: usize = 100;

/// Overwrites and removes files, announced by acts that `annoncer` begins. Gives how many.
///
/// # Errors
/// E-TABLE for a file that cannot be read, E-ENVELOPPE for one that cannot be overwritten; what was announced and still stands is
/// then seen by [`prouver`].
pub fn detruire(journal: &Journal, racine: &Path, chemins: &[PathBuf], annoncer: impl Fn() -> Acte) -> Result<usize, ErreurCommande> {
    let mut rang = 0;
    for lot in chemins.chunks(PAR_ACTE) {
        let mut acte = annoncer().nombre("fichiers", lot.len() as u64);
        for chemin in lot {
            rang += 1;
            acte = acte.texte(&format!("{DETRUIT}{}", nom(racine, chemin, rang)), journal::empreinte_de(chemin)?);
        }
        journal::inscrire(journal, acte)?;
        for chemin in lot {
            enveloppe::detruire(chemin)
                .map_err(|e| ErreurCommande::from(e).avec_conseil("Relancez la même commande : ce qui reste sera repris."))?;
        }
    }
    retirer_vides(chemins);
    Ok(chemins.len())
}

/// How the log calls a file: its path from the mission's folder in the letters that a log allows; a trace by its name alone.
fn nom(racine: &Path, chemin: &Path, rang: usize) -> String {
    let seul = chemin.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    if seul.starts_with("trace.") && !seul.ends_with(".age") {
        return seul;
    }
    // Out of the mission's folder, a path would tell of the machine.
    let relatif = absolu(chemin).strip_prefix(absolu(racine)).map_or(format!("dehors.{rang}.{seul}"), |r| r.display().to_string());
    let relatif = relatif.to_lowercase().replace('\\', "/");
    let propre: String = relatif.chars().map(|c| if c.is_ascii_alphanumeric() || "./".contains(c) { c } else { '_' }).collect();
    // The log takes sixty-four letters.
    if propre.len() <= 56 { propre } else { format!("fichier.{rang}") }
}

/// Folders left empty say what was there by their names.
fn retirer_vides(chemins: &[PathBuf]) {
    let mut dossiers: Vec<&Path> = chemins.iter().filter_map(|c| c.parent()).collect();
    dossiers.sort();
    dossiers.dedup();
    // Not empty, or not ours to remove: it stays.
    dossiers.into_iter().rev().for_each(|d| drop(std::fs::remove_dir(d)));
}

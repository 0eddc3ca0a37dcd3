//! Snapshots of rights and their differences, as files (Parquet, CSV, JSON, a short text) and as French sentences.

mod lecture;
mod mots;
mod table;
mod texte;

use std::path::Path;

use arrow::array::RecordBatch;
use recours_engine::state::{Difference, Snapshot};
use recours_tables::{FichierPret, Format};
use recours_tables::{Protection, preparer_octets, vers_parquet};

use crate::commandes::evaluate::sortie::csv;
use crate::erreur::ErreurCommande;

pub use lecture::lire;
pub use mots::{changement, etat};
pub use texte::{LONGUEUR, compact};

/// How a snapshot or a difference is written: by the file's extension.
enum Forme {
    Parquet,
    Csv,
    Json,
    Texte,
}

/// Errors: E-ETAT-001 for another extension.
fn forme(chemin: &Path) -> Result<Forme, ErreurCommande> {
    match chemin.extension().map(|e| e.to_string_lossy().to_lowercase()).as_deref() {
        Some("json") => return Ok(Forme::Json),
        Some("txt") => return Ok(Forme::Texte),
        _ => {}
    }
    match Format::de_chemin(chemin) {
        Ok(Format::Parquet) => Ok(Forme::Parquet),
        Ok(Format::Csv) => Ok(Forme::Csv),
        _ => Err(ErreurCommande::usage("E-ETAT-001", format!("{} : forme de fichier inconnue.", chemin.display()))
            .avec_conseil("Extensions permises : .parquet, .csv, .json, et .txt pour le texte court.")),
    }
}

/// Checks that a file of this name can be written, before anything is computed.
///
/// # Errors
/// E-ETAT-001 for another extension.
pub fn verifier_forme(chemin: &Path) -> Result<(), ErreurCommande> {
    forme(chemin).map(drop)
}

/// A snapshot, for its owner alone. A text has one paragraph a foyer, without any key; `neutre` leaves the rights' names
/// out of it.
///
/// # Errors
/// E-ETAT-001 for another extension; exit 4 when the disk refuses.
pub fn preparer(chemin: &Path, etats: &Snapshot, neutre: bool) -> Result<FichierPret, ErreurCommande> {
    let octets = match forme(chemin)? {
        Forme::Texte => compact(etats, neutre).join("\n\n").into_bytes(),
        autre => octets(&autre, chemin, &table::instantane(etats).map_err(|_| faute())?)?,
    };
    Ok(preparer_octets(chemin, &octets, Protection::Privee)?)
}

/// A difference, for its owner alone.
///
/// # Errors
/// As [`preparer`].
pub fn preparer_difference(chemin: &Path, d: &Difference) -> Result<FichierPret, ErreurCommande> {
    let octets = match forme(chemin)? {
        Forme::Texte => mots::phrases(d).into_bytes(),
        autre => octets(&autre, chemin, &table::difference(d).map_err(|_| faute())?)?,
    };
    Ok(preparer_octets(chemin, &octets, Protection::Privee)?)
}

fn octets(forme: &Forme, chemin: &Path, lot: &RecordBatch) -> Result<Vec<u8>, ErreurCommande> {
    match forme {
        Forme::Parquet => Ok(vers_parquet(&chemin.display().to_string(), &lot.schema(), std::slice::from_ref(lot))?),
        Forme::Json => serde_json::to_vec_pretty(&table::objets(lot)).map_err(|_| faute()),
        Forme::Csv | Forme::Texte => Ok(csv(std::slice::from_ref(lot)).into_bytes()),
    }
}

/// What Arrow says might quote a value.
fn faute() -> ErreurCommande {
    ErreurCommande::panne("E-ETAT-002", "états impossibles à mettre en table.")
}

#[cfg(test)]
mod tests;

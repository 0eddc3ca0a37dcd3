//! Faults of a mission file: where, which key, what to do. All of them at once, not one per run.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::erreur::ErreurCommande;

/// Line and column in the mission file, from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Place {
    /// Line.
    pub ligne: usize,
    /// Column.
    pub colonne: usize,
}

impl Place {
    /// Place of the first byte of `portee` in `texte`.
    pub fn de(texte: &str, portee: &Range<usize>) -> Self {
        let debut = portee.start.min(texte.len());
        let avant = texte.get(..debut).unwrap_or(texte);
        let ligne = avant.matches('\n').count() + 1;
        let colonne = avant.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { ligne, colonne }
    }
}

/// One fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faute {
    /// Stable code.
    pub code: &'static str,
    /// Where; `None` for what is missing altogether.
    pub place: Option<Place>,
    /// What is wrong, with the key.
    pub message: String,
    /// What to do.
    pub conseil: String,
}

impl Faute {
    pub(super) fn nouvelle(
        code: &'static str,
        place: impl Into<Option<Place>>,
        message: impl Into<String>,
        conseil: impl Into<String>,
    ) -> Self {
        Self { code, place: place.into(), message: message.into(), conseil: conseil.into() }
    }
}

/// A refused mission file, with all its faults in the file's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErreurMission {
    /// The mission file.
    pub fichier: PathBuf,
    /// At least one fault.
    pub fautes: Vec<Faute>,
}

impl ErreurMission {
    pub(super) fn nouvelle(fichier: &Path, mut fautes: Vec<Faute>) -> Self {
        fautes.sort_by_key(|f| f.place);
        Self { fichier: fichier.to_path_buf(), fautes }
    }

    pub(super) fn lecture(fichier: &Path, erreur: &std::io::Error) -> Self {
        use std::io::ErrorKind as K;
        let (code, message, conseil) = match erreur.kind() {
            K::NotFound => {
                ("E-MISSION-001", "fichier de mission introuvable.", "Vérifiez le chemin ; « recours demo » en écrit un exemple.")
            }
            K::InvalidData => ("E-MISSION-002", "le fichier n'est pas du texte UTF-8.", "Enregistrez-le en UTF-8."),
            _ => ("E-MISSION-003", "lecture impossible.", "Vérifiez les droits de lecture du fichier."),
        };
        Self::nouvelle(fichier, vec![Faute::nouvelle(code, None, message, conseil)])
    }
}

impl fmt::Display for ErreurMission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, faute) in self.fautes.iter().enumerate() {
            if i > 0 {
                writeln!(f)?;
            }
            write!(f, "{}", self.fichier.display())?;
            if let Some(place) = faute.place {
                write!(f, ":{}:{}", place.ligne, place.colonne)?;
            }
            write!(f, " : {} ({})", faute.message, faute.code)?;
            if !faute.conseil.is_empty() {
                write!(f, "\n  → {}", faute.conseil)?;
            }
        }
        Ok(())
    }
}

impl std::error::Error for ErreurMission {}

impl From<ErreurMission> for ErreurCommande {
    fn from(erreur: ErreurMission) -> Self {
        let code = erreur.fautes.first().map_or("E-MISSION-003", |f| f.code);
        // One fault: its advice is the command's. Several: each keeps its own.
        if let [faute] = erreur.fautes.as_slice() {
            let place = faute.place.map(|p| format!(":{}:{}", p.ligne, p.colonne)).unwrap_or_default();
            return Self::refus(code, format!("{}{place} : {}", erreur.fichier.display(), faute.message))
                .avec_conseil(faute.conseil.clone());
        }
        Self::refus(code, format!("{} fautes dans la mission\n{erreur}", erreur.fautes.len()))
    }
}

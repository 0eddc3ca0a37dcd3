//! What Python gives for a path, a day and a size.

use std::path::{Path, PathBuf};

use pyo3::prelude::*;
use recours::erreur::ErreurCommande;
use recours_rules::date::{self, Days};

use crate::erreur::exception;

/// A day: `datetime.date`, or text AAAA-MM-JJ.
pub struct Jour(pub Days);

impl<'py> FromPyObject<'_, 'py> for Jour {
    type Error = PyErr;

    fn extract(objet: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        let texte: String = match objet.extract() {
            Ok(texte) => texte,
            Err(_) => objet.call_method0("isoformat").and_then(|t| t.extract()).unwrap_or_default(),
        };
        // A datetime's day is its day.
        let jour = texte.split('T').next().and_then(date::parse);
        jour.map(Self).ok_or_else(|| {
            let erreur = ErreurCommande::usage("E-PYTHON-007", "on : date du calendrier attendue, AAAA-MM-JJ.");
            exception(objet.py(), &erreur.avec_conseil("Donnez un texte comme \"2026-10-01\", ou un datetime.date."))
        })
    }
}

/// Python's `datetime.date` of a day.
pub fn date_python(py: Python<'_>, jour: Days) -> PyResult<Bound<'_, PyAny>> {
    py.import("datetime")?.getattr("date")?.call_method1("fromisoformat", (date::format(jour),))
}

/// Python's `pathlib.Path`.
pub fn chemin_python<'py>(py: Python<'py>, chemin: &Path) -> PyResult<Bound<'py, PyAny>> {
    py.import("pathlib")?.getattr("Path")?.call1((chemin,))
}

/// A file that holds a secret: its path, or the number of a descriptor that is open on it. Never its bytes.
#[derive(FromPyObject)]
pub enum Secret {
    Descripteur(u32),
    Chemin(PathBuf),
}

impl Secret {
    pub fn chemin(self) -> PathBuf {
        match self {
            Self::Descripteur(numero) => format!("/dev/fd/{numero}").into(),
            Self::Chemin(chemin) => chemin,
        }
    }
}

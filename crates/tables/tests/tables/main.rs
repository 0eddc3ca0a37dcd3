//! Tables seen from outside: what reads, what is refused and in which words, what is written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests")]

mod aller_retour;
mod colonnes;
mod ecriture;
mod fichiers;
mod groupes;
mod outils;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use recours_tables::{Colonne, ErreurTable};

/// A column of a made-up file whose first row is row 101.
fn colonne(tableau: impl arrow::array::Array + 'static) -> Colonne {
    Colonne::nouvelle(Path::new("t.parquet"), "c", 101, Arc::new(tableau))
}

fn lot(colonnes: Vec<(&str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(colonnes.into_iter().map(|(n, c)| (n, c, true))).unwrap()
}

fn ecrit(dossier: &tempfile::TempDir, nom: &str, octets: &[u8]) -> PathBuf {
    let chemin = dossier.path().join(nom);
    std::fs::write(&chemin, octets).unwrap();
    chemin
}

/// The error's three texts; all of them are looked through for values.
fn textes(erreur: &ErreurTable) -> String {
    format!("{erreur} {} {erreur:?}", erreur.conseil())
}

//! Where a table comes from: a file, or memory.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::memoire::{Flux, TableMemoire};
use super::{Lecteur, lire_table};
use crate::erreur::ErreurTable;

/// A file by its path, or a table in memory by its name. Copies of the latter share the one reading that it allows.
#[derive(Debug, Clone)]
pub enum Origine {
    /// A file.
    Fichier(PathBuf),
    /// A stream that a program hands over.
    Memoire(Arc<TableMemoire>),
}

impl Origine {
    /// A table in memory.
    pub fn memoire(nom: impl AsRef<Path>, flux: Flux) -> Self {
        Self::Memoire(Arc::new(TableMemoire::nouvelle(nom, flux)))
    }

    /// What errors call it.
    pub fn nom(&self) -> &Path {
        match self {
            Self::Fichier(chemin) => chemin,
            Self::Memoire(table) => table.nom(),
        }
    }

    /// Opens it: its columns are known, no row is read.
    ///
    /// # Errors
    /// Those of [`lire_table`].
    pub fn ouvrir(&self) -> Result<Lecteur, ErreurTable> {
        match self {
            Self::Fichier(chemin) => lire_table(chemin),
            Self::Memoire(table) => Ok(table.ouvrir()),
        }
    }
}

impl From<PathBuf> for Origine {
    fn from(chemin: PathBuf) -> Self {
        Self::Fichier(chemin)
    }
}

impl From<&Path> for Origine {
    fn from(chemin: &Path) -> Self {
        Self::Fichier(chemin.to_path_buf())
    }
}

impl From<&PathBuf> for Origine {
    fn from(chemin: &PathBuf) -> Self {
        Self::Fichier(chemin.clone())
    }
}

/// A file given on a command line.
impl From<OsString> for Origine {
    fn from(chemin: OsString) -> Self {
        Self::Fichier(chemin.into())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;
    use ::arrow::array::{ArrayRef, Int64Array, RecordBatch, RecordBatchIterator, StringViewArray};
    use ::arrow::error::ArrowError;

    fn lot(valeurs: &[i64]) -> RecordBatch {
        let textes: StringViewArray = valeurs.iter().map(|v| Some(format!("un texte assez long pour une vue {v}"))).collect();
        let colonnes: [(&str, ArrayRef); 2] = [("n", Arc::new(Int64Array::from(valeurs.to_vec()))), ("t", Arc::new(textes))];
        RecordBatch::try_from_iter(colonnes).unwrap()
    }

    fn origine(lots: Vec<Result<RecordBatch, ArrowError>>) -> Origine {
        Origine::memoire("personnes", Box::new(RecordBatchIterator::new(lots, lot(&[]).schema())))
    }

    #[test]
    fn une_table_en_memoire_se_regarde_souvent_et_se_lit_une_fois() {
        let table = origine(vec![Ok(lot(&[1, 2])), Ok(lot(&[3]))]);
        assert!(table.ouvrir().unwrap().contient("t"));
        let lots: Vec<_> = table.ouvrir().unwrap().projeter(&["t"]).unwrap().lots().unwrap().map(Result::unwrap).collect();
        assert_eq!(lots.iter().map(|l| (l.premiere_ligne(), l.lignes())).collect::<Vec<_>>(), [(1, 2), (3, 1)]);
        assert!(lots[1].colonne("t").unwrap().texte().unwrap().value(0).ends_with('3'));
        assert!(lots[0].colonne("n").is_err(), "a column that was not asked for");
        let deja = table.ouvrir().unwrap().lots().unwrap_err();
        assert_eq!(deja.code(), "E-TABLE-027");
    }

    #[test]
    fn un_flux_qui_se_rompt_dit_le_lot_et_rien_de_ce_que_dit_le_producteur() {
        let table = origine(vec![Ok(lot(&[1])), Err(ArrowError::CastError("DUPONT 1850399".into()))]);
        let faute = table.ouvrir().unwrap().tout().unwrap_err();
        assert_eq!(faute.code(), "E-TABLE-028");
        let texte = format!("{faute} {} {faute:?}", faute.conseil());
        assert!(texte.contains("lot 2") && !texte.contains("DUPONT"), "{texte}");
    }

    #[test]
    fn un_lot_d_un_autre_schema_est_refuse() {
        let autre: [(&str, ArrayRef); 1] = [("x", Arc::new(Int64Array::from(vec![1])))];
        let table = origine(vec![Ok(RecordBatch::try_from_iter(autre).unwrap())]);
        assert_eq!(table.ouvrir().unwrap().tout().unwrap_err().code(), "E-TABLE-028");
    }
}

//! Writing: files that appear whole or not at all, with the same bytes for the same rows.

mod ipc;
mod ordonne;
mod pages;
mod parquet;
mod publier;

pub use ipc::EcrivainIpc;
pub use ordonne::{EcrivainOrdonne, LIGNES_PAR_GROUPE};
pub use parquet::{EcrivainParquet, EcrivainScelle, ParquetEnMemoire, depuis_parquet, vers_parquet, vers_parquet_annote};
pub use publier::{FichierPret, Protection, ecrire_ensemble};

use std::path::Path;

use ::arrow::array::RecordBatch;
use ::arrow::datatypes::SchemaRef;

use crate::erreur::ErreurTable;

/// Writes a Parquet file (zstd) atomically; missing parent folders are made.
///
/// The bytes depend on the schema and the rows only, not on how the rows are cut into batches.
///
/// # Errors
/// E-TABLE-021 when a batch has another schema, E-TABLE-022 when the disk refuses. Nothing is left behind.
pub fn ecrire_parquet(chemin: impl AsRef<Path>, schema: &SchemaRef, lots: &[RecordBatch]) -> Result<(), ErreurTable> {
    let mut ecrivain = EcrivainParquet::creer(chemin, schema)?;
    for lot in lots {
        ecrivain.ecrire(lot)?;
    }
    ecrivain.terminer()
}

/// Writes bytes atomically; missing parent folders are made.
///
/// # Errors
/// E-TABLE-022 when the disk refuses. Nothing is left behind.
pub fn ecrire_octets(chemin: impl AsRef<Path>, octets: &[u8], protection: Protection) -> Result<(), ErreurTable> {
    preparer_octets(chemin, octets, protection)?.publier()
}

/// Bytes written aside, to be published with others by [`ecrire_ensemble`].
///
/// # Errors
/// E-TABLE-022 when the disk refuses. Nothing is left behind.
pub fn preparer_octets(chemin: impl AsRef<Path>, octets: &[u8], protection: Protection) -> Result<FichierPret, ErreurTable> {
    use std::io::Write;
    let chemin = chemin.as_ref();
    let mut pret = FichierPret::creer(chemin, protection)?;
    pret.fichier().write_all(octets).map_err(|e| ErreurTable::d_ecriture(chemin, &e))?;
    Ok(pret)
}

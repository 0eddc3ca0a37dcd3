//! Arrow IPC written aside, batch by batch, in batches of a fixed size so that the bytes depend on the rows alone.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

use ::arrow::array::RecordBatch;
use ::arrow::compute::concat_batches;
use ::arrow::datatypes::SchemaRef;
use ::arrow::error::ArrowError;
use arrow_ipc::writer::FileWriter;

use super::ordonne::LIGNES_PAR_GROUPE;
use super::publier::FichierPret;
use crate::erreur::ErreurTable;

/// An Arrow IPC file being written aside; it appears when what [`EcrivainIpc::preparer`] gives is published. Dictionaries must be
/// the same in every batch.
pub struct EcrivainIpc {
    // Before `pret`: its handle must close before the file is removed.
    sortie: FileWriter<BufWriter<File>>,
    pret: FichierPret,
    schema: SchemaRef,
    attente: Vec<RecordBatch>,
    lignes: usize,
}

impl std::fmt::Debug for EcrivainIpc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EcrivainIpc").field("pret", &self.pret).finish_non_exhaustive()
    }
}

impl EcrivainIpc {
    /// Starts a file with this schema.
    ///
    /// # Errors
    /// E-TABLE-022 when the folder cannot be made or written.
    pub fn creer(chemin: impl AsRef<Path>, schema: &SchemaRef) -> Result<Self, ErreurTable> {
        let pret = FichierPret::sans_nom(chemin)?;
        let sortie = BufWriter::with_capacity(1 << 18, pret.double()?);
        let sortie = FileWriter::try_new(sortie, schema).map_err(|e| faute(&pret, e))?;
        Ok(Self { sortie, pret, schema: SchemaRef::clone(schema), attente: Vec::new(), lignes: 0 })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// E-TABLE-021 when they have other columns, E-TABLE-022 when the disk refuses.
    pub fn ecrire(&mut self, lot: &RecordBatch) -> Result<(), ErreurTable> {
        let mut reste = lot.clone();
        while self.lignes + reste.num_rows() >= LIGNES_PAR_GROUPE {
            let ici = LIGNES_PAR_GROUPE - self.lignes;
            self.attente.push(reste.slice(0, ici));
            reste = reste.slice(ici, reste.num_rows() - ici);
            self.vider()?;
        }
        if reste.num_rows() > 0 {
            self.lignes += reste.num_rows();
            self.attente.push(reste);
        }
        Ok(())
    }

    fn vider(&mut self) -> Result<(), ErreurTable> {
        self.lignes = 0;
        let lot = concat_batches(&self.schema, &std::mem::take(&mut self.attente)).and_then(|lot| self.sortie.write(&lot));
        lot.map_err(|e| faute(&self.pret, e))
    }

    /// Closes the file without publishing it: see [`super::ecrire_ensemble`].
    ///
    /// # Errors
    /// As [`EcrivainIpc::ecrire`].
    pub fn preparer(mut self) -> Result<FichierPret, ErreurTable> {
        if self.lignes > 0 {
            self.vider()?;
        }
        let Self { mut sortie, pret, .. } = self;
        sortie.finish().map_err(|e| faute(&pret, e))?;
        let mut tampon = sortie.into_inner().map_err(|e| faute(&pret, e))?;
        tampon.flush().map_err(|e| ErreurTable::d_ecriture(pret.destination(), &e))?;
        Ok(pret)
    }
}

fn faute(pret: &FichierPret, erreur: ArrowError) -> ErreurTable {
    match erreur {
        ArrowError::IoError(_, e) => ErreurTable::d_ecriture(pret.destination(), &e),
        _ => ErreurTable::Schema { fichier: pret.destination().to_path_buf() },
    }
}

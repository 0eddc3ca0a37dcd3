//! What the rules find, as columns of a file, and their counts.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, DictionaryArray, FixedSizeBinaryArray, Int8Array, Int32Array, PrimitiveArray, RecordBatch, StringArray};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt8Type, UInt16Type};
use arrow::error::ArrowError;
use recours_engine::croisement::Rows;
use recours_tables::ecriture::{EcrivainIpc, EcrivainOrdonne, FichierPret};
use recours_tables::{ErreurTable, Format};

use super::description::Description;
use crate::erreur::ErreurCommande;

/// Columns that are there without being asked for, and the band.
pub(super) const COLONNES: [&str; 4] = ["unit", "right", "certainty", "tranche"];

/// Grades, in the order of the engine's.
pub(super) const DEGRES: [&str; 3] = ["possible", "probable", "certain"];

/// Rows of a right, by grade.
pub(super) type Compte = (String, [u64; 3]);

/// The file being written, and the counts.
pub(super) struct Sortie {
    ecrivain: Ecrivain,
    schema: SchemaRef,
    droits: ArrayRef,
    degres: ArrayRef,
    tranches: bool,
    /// Rows of each right, by grade.
    pub comptes: Vec<Compte>,
}

enum Ecrivain {
    Parquet(Box<EcrivainOrdonne>),
    Ipc(Box<EcrivainIpc>),
}

/// The format that the extension of `--out` announces.
///
/// # Errors
/// E-CROISER-018 for one that is not written.
pub(super) fn format(chemin: &Path) -> Result<Format, ErreurCommande> {
    match Format::de_chemin(chemin) {
        Ok(format @ (Format::Parquet | Format::ArrowIpc)) => Ok(format),
        _ => Err(ErreurCommande::usage("E-CROISER-018", format!("{} : format de sortie inconnu.", chemin.display()))
            .avec_conseil("Extensions écrites : .parquet, .arrow, .ipc, .feather.")),
    }
}

impl Sortie {
    /// Starts the file.
    ///
    /// # Errors
    /// E-CROISER-018; E-TABLE-022 when the folder cannot be written.
    pub fn creer(chemin: &Path, description: &Description) -> Result<Self, ErreurCommande> {
        // The engine's positions are those of the names in order.
        let mut droits: Vec<String> = description.pack.rights.iter().map(|r| r.id.clone()).collect();
        droits.sort();
        let mot = |cle: DataType| DataType::Dictionary(Box::new(cle), Box::new(DataType::Utf8));
        let mut champs = vec![Field::new("unit", DataType::FixedSizeBinary(16), false)];
        champs.push(Field::new("right", mot(DataType::UInt16), false));
        champs.push(Field::new("certainty", mot(DataType::UInt8), false));
        let tranches = !description.bandes.is_empty();
        if tranches {
            champs.push(Field::new("tranche", DataType::Int8, true));
        }
        champs.extend(description.calculs.iter().map(|(nom, _)| Field::new(nom, DataType::Int32, true)));
        let schema = Arc::new(Schema::new(champs));
        let ecrivain = match format(chemin)? {
            Format::Parquet => Ecrivain::Parquet(Box::new(EcrivainOrdonne::creer(chemin, &schema)?)),
            _ => Ecrivain::Ipc(Box::new(EcrivainIpc::creer(chemin, &schema)?)),
        };
        let noms = StringArray::from_iter_values(&droits);
        Ok(Self {
            ecrivain,
            schema,
            droits: Arc::new(noms),
            degres: Arc::new(StringArray::from(DEGRES.to_vec())),
            tranches,
            comptes: droits.into_iter().map(|nom| (nom, [0; 3])).collect(),
        })
    }

    /// Adds the rows of a partition, which follows those already given.
    ///
    /// # Errors
    /// E-TABLE-022 when the disk refuses.
    pub fn ecrire(&mut self, lignes: Rows) -> Result<(), ErreurCommande> {
        if lignes.is_empty() {
            return Ok(());
        }
        for (droit, degre) in lignes.right.iter().zip(&lignes.certainty) {
            if let Some(n) = self.comptes.get_mut(usize::from(*droit)).and_then(|c| c.1.get_mut(usize::from(*degre))) {
                *n += 1;
            }
        }
        let lot = self.lot(lignes).map_err(|_| ErreurCommande::panne("E-CROISER-020", "les lignes n'ont pas pu être mises en table."))?;
        match &mut self.ecrivain {
            Ecrivain::Parquet(e) => e.ecrire(&lot)?,
            Ecrivain::Ipc(e) => e.ecrire(&lot)?,
        }
        Ok(())
    }

    fn lot(&self, lignes: Rows) -> Result<RecordBatch, ArrowError> {
        let unites = FixedSizeBinaryArray::try_new(16, Buffer::from_vec(lignes.unit), None)?;
        let mut colonnes: Vec<ArrayRef> = vec![Arc::new(unites)];
        let rangs = PrimitiveArray::<UInt16Type>::from_iter_values(lignes.right);
        colonnes.push(Arc::new(DictionaryArray::try_new(rangs, Arc::clone(&self.droits))?));
        let rangs = PrimitiveArray::<UInt8Type>::from_iter_values(lignes.certainty);
        colonnes.push(Arc::new(DictionaryArray::try_new(rangs, Arc::clone(&self.degres))?));
        if self.tranches {
            let presents = BooleanBuffer::from_iter(lignes.band.iter().map(|b| *b > 0));
            let nuls = Some(NullBuffer::new(presents)).filter(|n| n.null_count() > 0);
            colonnes.push(Arc::new(Int8Array::try_new(lignes.band.into(), nuls)?));
        }
        for valeurs in lignes.beside {
            colonnes.push(Arc::new(Int32Array::from(valeurs)));
        }
        RecordBatch::try_new(Arc::clone(&self.schema), colonnes)
    }

    /// Closes the file without publishing it, and gives the counts.
    ///
    /// # Errors
    /// E-TABLE-022 when the disk refuses.
    pub fn preparer(self) -> Result<(FichierPret, Vec<Compte>), ErreurTable> {
        let pret = match self.ecrivain {
            Ecrivain::Parquet(e) => e.preparer()?,
            Ecrivain::Ipc(e) => e.preparer()?,
        };
        Ok((pret, self.comptes))
    }
}

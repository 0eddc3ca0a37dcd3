//! Parquet, to a file or to bytes.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::arrow::array::RecordBatch;
use ::arrow::compute::BatchCoalescer;
use ::arrow::datatypes::{Schema, SchemaRef};
use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::KeyValue;
use ::parquet::file::properties::WriterProperties;

use super::publier::{FichierPret, Protection};
use crate::enveloppe::{EnveloppeEcrite, ErreurEnveloppe};
use crate::erreur::ErreurTable;
use crate::lecture::{LIGNES_PAR_LOT, Lecteur};

/// Rows per row group: enough for compression, small enough for a reader with several threads.
const LIGNES_PAR_GROUPE: usize = 524_288;

/// Name in the file instead of the library and version, which would change the bytes at each update.
pub(super) const AUTEUR: &str = "recours";

fn proprietes(annotations: &[(&str, &str)]) -> WriterProperties {
    let annotations: Vec<KeyValue> = annotations.iter().map(|(cle, texte)| KeyValue::new((*cle).into(), (*texte).to_owned())).collect();
    WriterProperties::builder()
        .set_created_by(AUTEUR.into())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(LIGNES_PAR_GROUPE))
        .set_key_value_metadata((!annotations.is_empty()).then_some(annotations))
        .build()
}

/// Schema without metadata: what other tools put there (pandas' index, Spark's row) is not ours to send on.
fn schema_nu(schema: &SchemaRef) -> SchemaRef {
    let champs: Vec<_> = schema.fields().iter().map(|c| Arc::new(c.as_ref().clone().with_metadata(HashMap::new()))).collect();
    Arc::new(Schema::new(champs))
}

/// Rows to Parquet, cut into blocks of a fixed size so that the bytes do not depend on the caller's batches.
struct Flux<W: Write + Send> {
    nom: PathBuf,
    schema: SchemaRef,
    blocs: BatchCoalescer,
    sortie: ArrowWriter<W>,
}

impl<W: Write + Send> Flux<W> {
    fn creer(nom: &Path, schema: &SchemaRef, sortie: W, annotations: &[(&str, &str)]) -> Result<Self, ErreurTable> {
        let schema = schema_nu(schema);
        let sortie = ArrowWriter::try_new(sortie, Arc::clone(&schema), Some(proprietes(annotations))).map_err(|e| echec(nom, e))?;
        Ok(Self { nom: nom.to_path_buf(), blocs: BatchCoalescer::new(Arc::clone(&schema), LIGNES_PAR_LOT), schema, sortie })
    }

    fn ecrire(&mut self, lot: &RecordBatch) -> Result<(), ErreurTable> {
        let faute = |_| ErreurTable::Schema { fichier: self.nom.clone() };
        let meme_noms = lot.num_columns() == self.schema.fields().len()
            && std::iter::zip(lot.schema_ref().fields(), self.schema.fields()).all(|(a, b)| a.name() == b.name());
        if !meme_noms {
            return Err(ErreurTable::Schema { fichier: self.nom.clone() });
        }
        let lot = RecordBatch::try_new(Arc::clone(&self.schema), lot.columns().to_vec()).map_err(faute)?;
        self.blocs.push_batch(lot).map_err(faute)?;
        self.vider()
    }

    fn vider(&mut self) -> Result<(), ErreurTable> {
        while let Some(bloc) = self.blocs.next_completed_batch() {
            self.sortie.write(&bloc).map_err(|e| echec(&self.nom, e))?;
        }
        Ok(())
    }

    fn terminer(mut self) -> Result<W, ErreurTable> {
        self.blocs.finish_buffered_batch().map_err(|_| ErreurTable::Schema { fichier: self.nom.clone() })?;
        self.vider()?;
        self.sortie.into_inner().map_err(|e| echec(&self.nom, e))
    }
}

pub(super) fn echec(nom: &Path, erreur: ParquetError) -> ErreurTable {
    match erreur {
        ParquetError::External(cause) => match cause.downcast::<std::io::Error>() {
            Ok(e) => ErreurTable::d_ecriture(nom, &e),
            Err(_) => ErreurTable::Schema { fichier: nom.to_path_buf() },
        },
        _ => ErreurTable::Schema { fichier: nom.to_path_buf() },
    }
}

/// A Parquet file being written aside, batch by batch; it appears at [`EcrivainParquet::terminer`] and
/// leaves nothing if it is dropped before.
pub struct EcrivainParquet {
    // Before `pret`: its handle must close before the file is removed.
    flux: Flux<BufWriter<File>>,
    pret: FichierPret,
}

impl std::fmt::Debug for EcrivainParquet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EcrivainParquet").field("pret", &self.pret).finish_non_exhaustive()
    }
}

impl EcrivainParquet {
    /// Starts a file with this schema (its metadata is left out).
    ///
    /// # Errors
    /// E-TABLE-022 when the folder cannot be made or written; E-TABLE-021 for a type that Parquet has not.
    pub fn creer(chemin: impl AsRef<Path>, schema: &SchemaRef) -> Result<Self, ErreurTable> {
        Self::avec_protection(chemin, schema, Protection::Ordinaire)
    }

    /// As [`EcrivainParquet::creer`], with texts about the table itself, as [`vers_parquet_annote`].
    ///
    /// # Errors
    /// The same.
    pub fn annote(chemin: impl AsRef<Path>, schema: &SchemaRef, annotations: &[(&str, &str)]) -> Result<Self, ErreurTable> {
        Self::ouvrir(chemin.as_ref(), schema, Protection::Ordinaire, annotations)
    }

    /// As [`EcrivainParquet::creer`], choosing who may read the file.
    ///
    /// # Errors
    /// The same.
    pub fn avec_protection(chemin: impl AsRef<Path>, schema: &SchemaRef, protection: Protection) -> Result<Self, ErreurTable> {
        Self::ouvrir(chemin.as_ref(), schema, protection, &[])
    }

    fn ouvrir(chemin: &Path, schema: &SchemaRef, protection: Protection, annotations: &[(&str, &str)]) -> Result<Self, ErreurTable> {
        let pret = FichierPret::creer(chemin, protection)?;
        let sortie = BufWriter::with_capacity(1 << 18, pret.double()?);
        Ok(Self { flux: Flux::creer(chemin, schema, sortie, annotations)?, pret })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// E-TABLE-021 when they have other columns or types, E-TABLE-022 when the disk refuses.
    pub fn ecrire(&mut self, lot: &RecordBatch) -> Result<(), ErreurTable> {
        self.flux.ecrire(lot)
    }

    /// Closes the file without publishing it: see [`super::ecrire_ensemble`].
    ///
    /// # Errors
    /// E-TABLE-022 when the disk refuses.
    pub fn preparer(self) -> Result<FichierPret, ErreurTable> {
        let Self { flux, pret } = self;
        let mut sortie = flux.terminer()?;
        sortie.flush().map_err(|e| ErreurTable::d_ecriture(pret.destination(), &e))?;
        Ok(pret)
    }

    /// Closes and publishes the file.
    ///
    /// # Errors
    /// E-TABLE-022 when the disk refuses.
    pub fn terminer(self) -> Result<(), ErreurTable> {
        self.preparer()?.publier()
    }
}

/// A Parquet file written aside in an envelope, batch by batch: its rows never touch the disk in clear, and are never all held.
pub struct EcrivainScelle {
    // Before `pret`: its handle must close before the file is removed.
    flux: Flux<EnveloppeEcrite<BufWriter<File>>>,
    pret: FichierPret,
}

impl std::fmt::Debug for EcrivainScelle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EcrivainScelle").field("pret", &self.pret).finish_non_exhaustive()
    }
}

impl EcrivainScelle {
    /// Starts a file that `destinataires` (`age1…`) alone will open. What it holds in clear is a Parquet file of the same bytes as
    /// [`vers_parquet`].
    ///
    /// # Errors
    /// E-TABLE-021 and -022 as [`EcrivainParquet::creer`]; `Ok(Err(_))` for recipients that are none.
    pub fn creer(
        chemin: impl AsRef<Path>,
        schema: &SchemaRef,
        destinataires: &[String],
    ) -> Result<Result<Self, ErreurEnveloppe>, ErreurTable> {
        let chemin = chemin.as_ref();
        let pret = FichierPret::creer(chemin, Protection::Privee)?;
        let sortie = BufWriter::with_capacity(1 << 18, pret.double()?);
        Ok(match EnveloppeEcrite::ouvrir(sortie, destinataires) {
            Ok(enveloppe) => Ok(Self { flux: Flux::creer(chemin, schema, enveloppe, &[])?, pret }),
            Err(e) => Err(e),
        })
    }

    /// Adds rows.
    ///
    /// # Errors
    /// As [`EcrivainParquet::ecrire`].
    pub fn ecrire(&mut self, lot: &RecordBatch) -> Result<(), ErreurTable> {
        self.flux.ecrire(lot)
    }

    /// Closes the envelope without publishing it: see [`super::ecrire_ensemble`].
    ///
    /// # Errors
    /// E-TABLE-022 when the disk refuses.
    pub fn preparer(self) -> Result<FichierPret, ErreurTable> {
        let Self { flux, pret } = self;
        let fermee = flux.terminer()?.fermer().and_then(|mut sortie| sortie.flush());
        fermee.map_err(|e| ErreurTable::d_ecriture(pret.destination(), &e))?;
        Ok(pret)
    }
}

/// Rows as the bytes of a Parquet file, for envelopes. `nom` stands for the file in errors.
///
/// # Errors
/// E-TABLE-021 when a batch has another schema.
pub fn vers_parquet(nom: &str, schema: &SchemaRef, lots: &[RecordBatch]) -> Result<Vec<u8>, ErreurTable> {
    vers_parquet_annote(nom, schema, lots, &[])
}

/// As [`vers_parquet`], with texts about the table itself (for which mission it was made), read again by
/// [`Lecteur::annotation`]. Never about a row.
///
/// # Errors
/// The same.
pub fn vers_parquet_annote(
    nom: &str,
    schema: &SchemaRef,
    lots: &[RecordBatch],
    annotations: &[(&str, &str)],
) -> Result<Vec<u8>, ErreurTable> {
    let mut ecrivain = ParquetEnMemoire::creer(nom, schema, annotations)?;
    for lot in lots {
        ecrivain.ecrire(lot)?;
    }
    ecrivain.terminer()
}

/// A Parquet file made in memory, batch by batch: what goes into an envelope never touches the disk in clear.
pub struct ParquetEnMemoire(Flux<Vec<u8>>);

impl std::fmt::Debug for ParquetEnMemoire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetEnMemoire").field("nom", &self.0.nom).finish_non_exhaustive()
    }
}

impl ParquetEnMemoire {
    /// Starts; `nom` stands for the file in errors, `annotations` are as for [`vers_parquet_annote`].
    ///
    /// # Errors
    /// E-TABLE-021 for a type that Parquet has not.
    pub fn creer(nom: impl AsRef<Path>, schema: &SchemaRef, annotations: &[(&str, &str)]) -> Result<Self, ErreurTable> {
        Flux::creer(nom.as_ref(), schema, Vec::new(), annotations).map(Self)
    }

    /// Adds rows.
    ///
    /// # Errors
    /// E-TABLE-021 when they have other columns or types.
    pub fn ecrire(&mut self, lot: &RecordBatch) -> Result<(), ErreurTable> {
        self.0.ecrire(lot)
    }

    /// The bytes of the whole file.
    ///
    /// # Errors
    /// E-TABLE-021.
    pub fn terminer(self) -> Result<Vec<u8>, ErreurTable> {
        self.0.terminer()
    }
}

/// Schema and rows of a Parquet file held in memory. `nom` stands for the file in errors.
///
/// # Errors
/// E-TABLE-004, E-TABLE-005, E-TABLE-006 as for a file.
pub fn depuis_parquet(nom: &str, octets: Vec<u8>) -> Result<(SchemaRef, Vec<RecordBatch>), ErreurTable> {
    let lecteur = Lecteur::depuis_parquet(nom, octets)?;
    let schema = lecteur.schema();
    let lots = lecteur.lots()?.map(|lot| lot.map(|l| l.lot().clone())).collect::<Result<Vec<_>, _>>()?;
    Ok((schema, lots))
}

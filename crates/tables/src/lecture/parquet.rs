//! Parquet, from a file or from bytes.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use ::arrow::datatypes::{DataType, Field, Schema};
use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use ::parquet::basic::Compression;
use ::parquet::file::metadata::ParquetMetaData;
use ::parquet::file::reader::ChunkReader;
use bytes::Bytes;

use super::{FluxDeLots, Format, Lecteur, Source, abime};
use crate::enveloppe::EnveloppeOuverte;
use crate::erreur::ErreurTable;

struct SourceParquet<R: ChunkReader + 'static> {
    fichier: Arc<Path>,
    octets: R,
    entete: ArrowReaderMetadata,
    dictionnaires: Vec<usize>,
}

pub(super) fn ouvrir_fichier(nom: Arc<Path>, fichier: File) -> Result<Lecteur, ErreurTable> {
    ouvrir(nom, fichier)
}

pub(super) fn ouvrir_octets(nom: Arc<Path>, octets: Vec<u8>) -> Result<Lecteur, ErreurTable> {
    ouvrir(nom, Bytes::from(octets))
}

pub(super) fn ouvrir_enveloppe(nom: Arc<Path>, enveloppe: EnveloppeOuverte) -> Result<Lecteur, ErreurTable> {
    ouvrir(nom, enveloppe)
}

fn ouvrir<R: ChunkReader + 'static>(nom: Arc<Path>, octets: R) -> Result<Lecteur, ErreurTable> {
    let taille = octets.len();
    let entete = ArrowReaderMetadata::load(&octets, ArrowReaderOptions::new()).map_err(|_| abime(&nom, Format::Parquet))?;
    verifier_pied(&nom, entete.metadata(), taille)?;
    let lignes = u64::try_from(entete.metadata().file_metadata().num_rows()).map_err(|_| abime(&nom, Format::Parquet))?;
    let schema = Arc::clone(entete.schema());
    let source = SourceParquet { fichier: Arc::clone(&nom), octets, entete, dictionnaires: Vec::new() };
    Ok(Lecteur::nouveau(nom, Format::Parquet, schema, Some(lignes), Box::new(source)))
}

/// Refuses what a footer announces and the file cannot hold, before anything is decoded.
pub(super) fn verifier_pied(nom: &Path, pied: &ParquetMetaData, taille: u64) -> Result<(), ErreurTable> {
    for colonne in pied.row_groups().iter().flat_map(|g| g.columns()) {
        refuse_compression(nom, colonne.compression())?;
        // The decoder allocates what the footer announces: a damaged length would end the program.
        let (debut, longueur) = colonne.byte_range();
        if debut.checked_add(longueur).is_none_or(|fin| fin > taille) {
            return Err(abime(nom, Format::Parquet));
        }
    }
    Ok(())
}

/// The codecs that this build carries are snappy and zstd (what pyarrow, polars, DuckDB and Spark write);
/// for another one, saying so helps more than « corrupt ».
fn refuse_compression(nom: &Path, compression: Compression) -> Result<(), ErreurTable> {
    let compression = match compression {
        Compression::UNCOMPRESSED | Compression::SNAPPY | Compression::ZSTD(_) => return Ok(()),
        Compression::GZIP(_) => "gzip",
        Compression::LZO => "lzo",
        Compression::BROTLI(_) => "brotli",
        Compression::LZ4 | Compression::LZ4_RAW => "lz4",
    };
    Err(ErreurTable::Compression { fichier: nom.to_path_buf(), compression: compression.into() })
}

/// The same file, some text columns read as dictionaries; `None` when the reader would not.
fn en_dictionnaire(entete: &ArrowReaderMetadata, positions: &[usize]) -> Option<ArrowReaderMetadata> {
    if positions.is_empty() {
        return None;
    }
    let champ = |(p, c): (usize, &Arc<Field>)| match c.data_type() {
        // Each value stands once in the file and in the batch.
        t @ (DataType::Utf8 | DataType::LargeUtf8) if positions.contains(&p) => {
            let genre = DataType::Dictionary(Box::new(DataType::Int32), Box::new(t.clone()));
            Arc::new(c.as_ref().clone().with_data_type(genre))
        }
        _ => Arc::clone(c),
    };
    let schema = entete.schema();
    let champs: Vec<Arc<Field>> = schema.fields().iter().enumerate().map(champ).collect();
    let schema = Arc::new(Schema::new_with_metadata(champs, schema.metadata().clone()));
    ArrowReaderMetadata::try_new(Arc::clone(entete.metadata()), ArrowReaderOptions::new().with_schema(schema)).ok()
}

impl<R: ChunkReader + 'static> Source for SourceParquet<R> {
    fn en_dictionnaire(&mut self, positions: Vec<usize>) {
        self.dictionnaires = positions;
    }

    fn lots(self: Box<Self>, positions: Vec<usize>, taille: usize) -> Result<FluxDeLots, ErreurTable> {
        let Self { fichier, octets, entete, dictionnaires } = *self;
        let entete = en_dictionnaire(&entete, &dictionnaires).unwrap_or(entete);
        let constructeur = ParquetRecordBatchReaderBuilder::new_with_metadata(octets, entete);
        let attendues = u64::try_from(constructeur.metadata().file_metadata().num_rows()).map_err(|_| abime(&fichier, Format::Parquet))?;
        let masque = ProjectionMask::roots(constructeur.parquet_schema(), positions);
        let lecteur = constructeur.with_projection(masque).with_batch_size(taille).build().map_err(|_| abime(&fichier, Format::Parquet))?;
        let mut lues = 0_u64;
        let nom = Arc::clone(&fichier);
        let lots = lecteur.map(move |lot| lot.map_err(|_| abime(&nom, Format::Parquet)));
        // Fewer rows than the footer announces is damage too, whatever the decoder thinks of it.
        let mut lots = lots.fuse();
        let mut fini = false;
        Ok(Box::new(std::iter::from_fn(move || {
            if fini {
                return None;
            }
            match lots.next() {
                Some(Ok(lot)) => {
                    lues += lot.num_rows() as u64;
                    Some(Ok(lot))
                }
                Some(Err(erreur)) => {
                    fini = true;
                    Some(Err(erreur))
                }
                None => {
                    fini = true;
                    (lues != attendues).then(|| Err(abime(&fichier, Format::Parquet)))
                }
            }
        })))
    }
}

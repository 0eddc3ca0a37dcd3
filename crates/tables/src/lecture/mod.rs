//! Opening a table by its path and walking through it by batches.
//!
//! ```no_run
//! # fn f() -> Result<(), recours_tables::ErreurTable> {
//! use recours_tables::lire_table;
//! let table = lire_table("extrait/personnes.parquet")?;
//! for lot in table.projeter(&["row_id", "mt_rsa"])?.lots()? {
//!     let lot = lot?;
//!     let recus = lot.colonne("mt_rsa")?.montant_centimes()?;
//!     assert_eq!(recus.len(), lot.lignes());
//! }
//! # Ok(()) }
//! ```

mod arrow_examen;
mod arrow_ipc;
mod csv;
mod csv_encodage;
mod csv_examen;
pub mod feuille;
mod garde;
mod groupes;
mod memoire;
mod origine;
mod parquet;

use std::path::Path;
use std::sync::Arc;

use ::arrow::array::RecordBatch;
use ::arrow::datatypes::{DataType, Schema, SchemaRef};

use crate::colonne::{Lot, position_unique};
use crate::erreur::ErreurTable;

pub use garde::panique_gardee;
pub use groupes::{Groupe, LotsDeGroupe, ParquetParGroupes};
pub use memoire::{Flux, TableMemoire};
pub use origine::Origine;

/// Rows per batch unless [`Lecteur::taille_lot`] says otherwise.
pub const LIGNES_PAR_LOT: usize = 65_536;

/// File formats, chosen by extension and never by content; and memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `.parquet`, `.pq`
    Parquet,
    /// `.csv`, `.txt`, `.tsv`: `;`, `,` or tab; UTF-8, Windows-1252, or UTF-16 LE with its mark; every column read as text.
    Csv,
    /// `.arrow`, `.ipc`, `.feather` (version 2), `.arrows`: file or stream form.
    ArrowIpc,
    /// An Arrow stream that a program hands over: no file.
    Memoire,
}

impl Format {
    /// The format that a path's extension announces.
    ///
    /// # Errors
    /// E-TABLE-003 for any other extension.
    pub fn de_chemin(chemin: &Path) -> Result<Self, ErreurTable> {
        let extension = chemin.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
        match extension.as_str() {
            "parquet" | "pq" => Ok(Self::Parquet),
            "csv" | "txt" | "tsv" => Ok(Self::Csv),
            "arrow" | "arrows" | "ipc" | "feather" => Ok(Self::ArrowIpc),
            _ => Err(ErreurTable::FormatInconnu { fichier: chemin.to_path_buf() }),
        }
    }

    /// Name for messages.
    pub(crate) fn nom(self) -> &'static str {
        match self {
            Self::Parquet => "Parquet",
            Self::Csv => "CSV",
            Self::ArrowIpc => "Arrow IPC",
            Self::Memoire => "Arrow",
        }
    }
}

/// What a format must give to be read: made when the file is opened, used when it is walked through.
pub(crate) trait Source: Send {
    /// Batches with only the columns at `positions` (of the file's schema, in increasing order).
    fn lots(self: Box<Self>, positions: Vec<usize>, taille: usize) -> Result<FluxDeLots, ErreurTable>;

    /// Text columns to give as dictionaries, where the format keeps them so: each value once.
    fn en_dictionnaire(&mut self, _positions: Vec<usize>) {}
}

pub(crate) type FluxDeLots = Box<dyn Iterator<Item = Result<RecordBatch, ErreurTable>> + Send>;

/// An opened table: its columns and number of rows are known, no row has been read.
pub struct Lecteur {
    fichier: Arc<Path>,
    format: Format,
    schema: SchemaRef,
    positions: Vec<usize>,
    lignes: Option<u64>,
    taille: usize,
    source: Box<dyn Source>,
}

impl std::fmt::Debug for Lecteur {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lecteur")
            .field("fichier", &self.fichier)
            .field("format", &self.format)
            .field("lignes", &self.lignes)
            .finish_non_exhaustive()
    }
}

/// Opens a table by its extension: Parquet, CSV or Arrow IPC.
///
/// # Errors
/// E-TABLE-001 not found, -002 unreadable, -003 unknown extension, -004 empty, -005 truncated or corrupt,
/// and for a CSV -018 encoding, -019 quotes.
pub fn lire_table(chemin: impl AsRef<Path>) -> Result<Lecteur, ErreurTable> {
    let chemin = chemin.as_ref();
    let format = Format::de_chemin(chemin)?;
    let ouverture = |e: std::io::Error| ErreurTable::de_lecture(chemin, &e);
    let fichier = std::fs::File::open(chemin).map_err(ouverture)?;
    let description = fichier.metadata().map_err(ouverture)?;
    if description.is_dir() {
        return Err(ErreurTable::Lecture { fichier: chemin.to_path_buf(), cause: std::io::ErrorKind::IsADirectory });
    }
    if description.is_file() && description.len() == 0 {
        return Err(ErreurTable::Vide { fichier: chemin.to_path_buf() });
    }
    let nom: Arc<Path> = chemin.into();
    garde::garder(|| match format {
        Format::Parquet => parquet::ouvrir_fichier(nom, fichier),
        Format::Csv => csv::ouvrir(nom, fichier),
        Format::ArrowIpc => arrow_ipc::ouvrir(nom, fichier),
        Format::Memoire => Err(ErreurTable::FormatInconnu { fichier: nom.to_path_buf() }),
    })
    .unwrap_or_else(|| Err(abime(chemin, format)))
}

impl Lecteur {
    pub(crate) fn nouveau(fichier: Arc<Path>, format: Format, schema: SchemaRef, lignes: Option<u64>, source: Box<dyn Source>) -> Self {
        Self { fichier, format, positions: (0..schema.fields().len()).collect(), schema, lignes, taille: LIGNES_PAR_LOT, source }
    }

    /// A Parquet table held in memory, for instance the content of an opened envelope. `nom` stands for the
    /// file in errors.
    ///
    /// # Errors
    /// E-TABLE-004 for no byte at all, E-TABLE-005 when they are not a whole Parquet file.
    pub fn depuis_parquet(nom: impl AsRef<Path>, octets: Vec<u8>) -> Result<Self, ErreurTable> {
        let nom: Arc<Path> = nom.as_ref().into();
        if octets.is_empty() {
            return Err(ErreurTable::Vide { fichier: nom.to_path_buf() });
        }
        let copie = Arc::clone(&nom);
        garde::garder(|| parquet::ouvrir_octets(nom, octets)).unwrap_or_else(|| Err(abime(&copie, Format::Parquet)))
    }

    /// A Parquet table in an envelope, read where it lies: only what is asked for is decrypted, and none of it is held.
    ///
    /// # Errors
    /// E-TABLE-005 when it is not a whole Parquet file, or when a block was changed after the envelope was opened.
    pub fn depuis_enveloppe(nom: impl AsRef<Path>, enveloppe: crate::enveloppe::EnveloppeOuverte) -> Result<Self, ErreurTable> {
        let nom: Arc<Path> = nom.as_ref().into();
        let copie = Arc::clone(&nom);
        garde::garder(|| parquet::ouvrir_enveloppe(nom, enveloppe)).unwrap_or_else(|| Err(abime(&copie, Format::Parquet)))
    }

    /// The file's path, or the name given to bytes.
    pub fn fichier(&self) -> &Path {
        &self.fichier
    }

    /// The format read.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Number of data rows announced, when it is known before reading them.
    pub fn lignes(&self) -> Option<u64> {
        self.lignes
    }

    /// The columns that will be read (all of them until [`Lecteur::projeter`]).
    ///
    /// Do not print a CSV's column names wholesale: without a header they are its first record.
    pub fn schema(&self) -> SchemaRef {
        let champs: Vec<_> = self.positions.iter().map(|p| Arc::clone(&self.schema.fields()[*p])).collect();
        Arc::new(Schema::new(champs))
    }

    /// A text that the file carries about itself (Parquet and Arrow IPC), as its writer put it there.
    pub fn annotation(&self, cle: &str) -> Option<&str> {
        self.schema.metadata().get(cle).map(String::as_str)
    }

    /// True when a column `nom` will be read.
    pub fn contient(&self, nom: &str) -> bool {
        self.positions.iter().any(|p| self.schema.field(*p).name() == nom)
    }

    /// Reads only these columns (each once, in the file's order); the others are not even decoded.
    ///
    /// # Errors
    /// E-TABLE-007 for a name that the file has not, E-TABLE-008 for one that it has twice.
    pub fn projeter<S: AsRef<str>>(mut self, colonnes: &[S]) -> Result<Self, ErreurTable> {
        let mut positions =
            colonnes.iter().map(|nom| position_unique(&self.fichier, &self.schema, nom.as_ref())).collect::<Result<Vec<_>, _>>()?;
        positions.sort_unstable();
        positions.dedup();
        self.positions = positions;
        Ok(self)
    }

    /// Gives these text columns as dictionaries where the format keeps them so, as Parquet does: each value is read once.
    /// Columns that are not text stay as they are.
    #[must_use]
    pub fn en_dictionnaire<S: AsRef<str>>(mut self, colonnes: &[S]) -> Self {
        let texte = |t: &DataType| matches!(t, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View);
        let voulue = |nom: &str| colonnes.iter().any(|c| c.as_ref() == nom);
        let champs = self.schema.fields().iter().enumerate();
        self.source.en_dictionnaire(champs.filter(|(_, c)| texte(c.data_type()) && voulue(c.name())).map(|(p, _)| p).collect());
        self
    }

    /// At most this many rows per batch (Arrow IPC keeps the file's own batches).
    #[must_use]
    pub fn taille_lot(mut self, lignes: usize) -> Self {
        self.taille = lignes.max(1);
        self
    }

    /// Starts reading.
    ///
    /// # Errors
    /// As [`lire_table`]; later errors come from the iterator.
    pub fn lots(self) -> Result<Lots, ErreurTable> {
        let Self { source, positions, taille, fichier, format, .. } = self;
        let flux = garde::garder(|| source.lots(positions, taille)).unwrap_or_else(|| Err(abime(&fichier, format)))?;
        Ok(Lots { flux: Some(flux), fichier, format, suivante: 1 })
    }

    /// The whole table at once, as a single [`Lot`].
    ///
    /// # Errors
    /// Those of reading; E-TABLE-020 when a column exceeds 2 GiB of text.
    pub fn tout(self) -> Result<Lot, ErreurTable> {
        let schema = self.schema();
        let fichier = Arc::clone(&self.fichier);
        let lots = self.lots()?.map(|lot| lot.map(|l| l.lot().clone())).collect::<Result<Vec<_>, _>>()?;
        let schema = lots.first().map_or(schema, RecordBatch::schema);
        let tout =
            ::arrow::compute::concat_batches(&schema, &lots).map_err(|_| ErreurTable::TropGrand { fichier: fichier.to_path_buf() })?;
        Ok(Lot::nouveau(fichier, 1, tout))
    }
}

/// The batches of a table, in the file's order. After an error nothing more comes.
pub struct Lots {
    flux: Option<FluxDeLots>,
    fichier: Arc<Path>,
    format: Format,
    suivante: u64,
}

impl std::fmt::Debug for Lots {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lots").field("fichier", &self.fichier).field("suivante", &self.suivante).finish_non_exhaustive()
    }
}

impl Iterator for Lots {
    type Item = Result<Lot, ErreurTable>;

    fn next(&mut self) -> Option<Self::Item> {
        let flux = self.flux.as_mut()?;
        match garde::garder(|| flux.next()).unwrap_or_else(|| Some(Err(abime(&self.fichier, self.format)))) {
            None => {
                self.flux = None;
                None
            }
            Some(Ok(lot)) => {
                let premiere = self.suivante;
                self.suivante += lot.num_rows() as u64;
                Some(Ok(Lot::nouveau(Arc::clone(&self.fichier), premiere, lot)))
            }
            Some(Err(erreur)) => {
                self.flux = None;
                // A damaged page names the first row that could not be read.
                Some(Err(match erreur {
                    ErreurTable::Abime { fichier, format, ligne: None } => {
                        ErreurTable::Abime { fichier, format, ligne: Some(self.suivante) }
                    }
                    autre => autre,
                }))
            }
        }
    }
}

/// E-TABLE-005 for a file of this format.
pub(crate) fn abime(fichier: &Path, format: Format) -> ErreurTable {
    ErreurTable::Abime { fichier: fichier.to_path_buf(), format: format.nom(), ligne: None }
}

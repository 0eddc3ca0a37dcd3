//! A Parquet file by row groups, each of which any thread may read for itself: the footer is read once, nothing is shared
//! but the open file, and that without a cursor.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use ::arrow::array::RecordBatch;
use ::arrow::datatypes::SchemaRef;
use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use ::parquet::errors::ParquetError;
use ::parquet::file::reader::{ChunkReader, Length};
use ::parquet::file::statistics::Statistics;
use bytes::Bytes;

use super::parquet::verifier_pied;
use super::{Format, abime, garde};
use crate::erreur::ErreurTable;
use crate::place::lire_a;

/// A column of a row group is read in one go up to this size; beyond, page after page.
const ENTIERE: u64 = 16 << 20;
/// What is read ahead where a page header is looked for.
const TAMPON: usize = 64 << 10;

/// One row group, as the footer announces it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Groupe {
    /// Rows.
    pub lignes: usize,
    /// Rows of the file that stand before it.
    pub avant: u64,
}

/// An opened Parquet file: its schema and row groups are known, no row has been read. Shared by reference between threads.
pub struct ParquetParGroupes {
    nom: Arc<Path>,
    fichier: Arc<File>,
    taille: u64,
    pied: ArrowReaderMetadata,
    groupes: Vec<Groupe>,
}

impl std::fmt::Debug for ParquetParGroupes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetParGroupes").field("nom", &self.nom).field("groupes", &self.groupes.len()).finish_non_exhaustive()
    }
}

impl ParquetParGroupes {
    /// Opens a Parquet file and checks what its footer announces.
    ///
    /// # Errors
    /// E-TABLE-001 not found, -002 unreadable, -003 another format, -004 empty, -005 truncated or corrupt, -006 compression.
    pub fn ouvrir(chemin: impl AsRef<Path>) -> Result<Self, ErreurTable> {
        let chemin = chemin.as_ref();
        if Format::de_chemin(chemin)? != Format::Parquet {
            return Err(ErreurTable::FormatInconnu { fichier: chemin.to_path_buf() });
        }
        let refus = |e: io::Error| ErreurTable::de_lecture(chemin, &e);
        let fichier = File::open(chemin).map_err(refus)?;
        let description = fichier.metadata().map_err(refus)?;
        if description.is_dir() {
            return Err(refus(io::ErrorKind::IsADirectory.into()));
        }
        if description.len() == 0 {
            return Err(ErreurTable::Vide { fichier: chemin.to_path_buf() });
        }
        let nom: Arc<Path> = chemin.into();
        garde::garder(|| Self::decrire(Arc::clone(&nom), fichier, description.len())).unwrap_or_else(|| Err(abime(chemin, Format::Parquet)))
    }

    fn decrire(nom: Arc<Path>, fichier: File, taille: u64) -> Result<Self, ErreurTable> {
        let casse = || abime(&nom, Format::Parquet);
        let fichier = Arc::new(fichier);
        let acces = Acces { fichier: Arc::clone(&fichier), taille, entieres: Vec::new() };
        // Types as Parquet says them: how the writer held its texts in memory is not ours to follow.
        let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
        let pied = ArrowReaderMetadata::load(&acces, options).map_err(|_| casse())?;
        verifier_pied(&nom, pied.metadata(), taille)?;
        let mut groupes = Vec::with_capacity(pied.metadata().num_row_groups());
        let mut avant = 0_u64;
        for groupe in pied.metadata().row_groups() {
            let lignes = usize::try_from(groupe.num_rows()).map_err(|_| casse())?;
            groupes.push(Groupe { lignes, avant });
            avant = avant.checked_add(lignes as u64).ok_or_else(casse)?;
        }
        Ok(Self { nom, fichier, taille, pied, groupes })
    }

    /// The file, as the caller named it.
    pub fn fichier(&self) -> &Path {
        &self.nom
    }

    /// Columns as Arrow sees them, in the file's order.
    pub fn schema(&self) -> &SchemaRef {
        self.pied.schema()
    }

    /// The row groups, in the file's order.
    pub fn groupes(&self) -> &[Groupe] {
        &self.groupes
    }

    /// Rows of the whole file.
    pub fn lignes(&self) -> u64 {
        self.groupes.last().map_or(0, |g| g.avant + g.lignes as u64)
    }

    /// Least and greatest whole number that the footer announces of a column, nulls apart; none where it does not say so for each
    /// row group. Nothing has been read: a cell may be beyond them in a file that is damaged.
    pub fn bornes(&self, position: usize) -> Option<(i64, i64)> {
        let schema = self.pied.parquet_schema();
        let mut feuilles = (0..schema.num_columns()).filter(|f| schema.get_column_root_idx(*f) == position);
        let (Some(feuille), None) = (feuilles.next(), feuilles.next()) else { return None };
        let groupes = self.pied.metadata().row_groups().iter().filter(|g| g.num_rows() > 0);
        let mut toutes: Option<(i64, i64)> = None;
        for groupe in groupes {
            let dites = groupe.columns().get(feuille)?.statistics()?;
            let (min, max) = match dites {
                // The old fields order unsigned numbers as if they were signed.
                _ if dites.is_min_max_deprecated() => return None,
                Statistics::Int32(v) => (i64::from(*v.min_opt()?), i64::from(*v.max_opt()?)),
                Statistics::Int64(v) => (*v.min_opt()?, *v.max_opt()?),
                _ => return None,
            };
            let (a, b) = toutes.unwrap_or((min, max));
            toutes = Some((a.min(min), b.max(max)));
        }
        toutes
    }

    /// Bytes of the file, as it lies on the disk.
    pub fn octets(&self) -> u64 {
        self.taille
    }

    /// Rows of one row group, with the columns at `positions` (in the file's order, whatever theirs), at most `taille` per
    /// batch. Fewer rows than announced is an error.
    ///
    /// # Errors
    /// E-TABLE-005; E-TABLE-002 when the disk fails.
    pub fn lire(&self, groupe: usize, positions: &[usize], taille: usize) -> Result<LotsDeGroupe, ErreurTable> {
        let casse = || abime(&self.nom, Format::Parquet);
        let attendues = self.groupes.get(groupe).ok_or_else(casse)?.lignes;
        let lecteur = garde::garder(|| {
            let schema = self.pied.parquet_schema();
            let masque = ProjectionMask::roots(schema, positions.iter().copied());
            let entieres = self.colonnes_entieres(groupe, &masque)?;
            let acces = Acces { fichier: Arc::clone(&self.fichier), taille: self.taille, entieres };
            ParquetRecordBatchReaderBuilder::new_with_metadata(acces, self.pied.clone())
                .with_row_groups(vec![groupe])
                .with_projection(masque)
                .with_batch_size(taille.max(1))
                .build()
                .map_err(|_| casse())
        })
        .unwrap_or_else(|| Err(casse()))?;
        Ok(LotsDeGroupe { nom: Arc::clone(&self.nom), lecteur: Some(lecteur), attendues, lues: 0 })
    }

    /// The chosen columns of a group, read whole where they are small enough: a page then costs no system call and no copy.
    fn colonnes_entieres(&self, groupe: usize, masque: &ProjectionMask) -> Result<Vec<(u64, Bytes)>, ErreurTable> {
        let Some(description) = self.pied.metadata().row_groups().get(groupe) else { return Ok(Vec::new()) };
        let mut entieres = Vec::new();
        for (position, colonne) in description.columns().iter().enumerate() {
            let (debut, longueur) = colonne.byte_range();
            if !masque.leaf_included(position) || longueur > ENTIERE {
                continue;
            }
            let mut octets = vec![0; usize::try_from(longueur).unwrap_or(0)];
            lire_a(&self.fichier, &mut octets, debut).map_err(|e| self.defaut(&e))?;
            entieres.push((debut, Bytes::from(octets)));
        }
        Ok(entieres)
    }

    fn defaut(&self, erreur: &io::Error) -> ErreurTable {
        match erreur.kind() {
            io::ErrorKind::UnexpectedEof => abime(&self.nom, Format::Parquet),
            _ => ErreurTable::de_lecture(&self.nom, erreur),
        }
    }
}

/// The batches of one row group.
pub struct LotsDeGroupe {
    nom: Arc<Path>,
    lecteur: Option<ParquetRecordBatchReader>,
    attendues: usize,
    lues: usize,
}

impl std::fmt::Debug for LotsDeGroupe {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LotsDeGroupe").field("lues", &self.lues).finish_non_exhaustive()
    }
}

impl Iterator for LotsDeGroupe {
    type Item = Result<RecordBatch, ErreurTable>;

    fn next(&mut self) -> Option<Self::Item> {
        let lecteur = self.lecteur.as_mut()?;
        match garde::garder(|| lecteur.next()) {
            Some(Some(Ok(lot))) => {
                self.lues += lot.num_rows();
                Some(Ok(lot))
            }
            Some(None) => {
                self.lecteur = None;
                (self.lues != self.attendues).then(|| Err(abime(&self.nom, Format::Parquet)))
            }
            Some(Some(Err(_))) | None => {
                self.lecteur = None;
                Some(Err(abime(&self.nom, Format::Parquet)))
            }
        }
    }
}

/// What the decoder reads from: columns already in memory, else the file.
struct Acces {
    fichier: Arc<File>,
    taille: u64,
    entieres: Vec<(u64, Bytes)>,
}

impl Acces {
    /// What is held from `debut` on, when it is.
    fn tenu(&self, debut: u64) -> Option<Bytes> {
        self.entieres.iter().find_map(|(place, octets)| {
            let saut = usize::try_from(debut.checked_sub(*place)?).ok()?;
            (saut < octets.len()).then(|| octets.slice(saut..))
        })
    }
}

impl Length for Acces {
    fn len(&self) -> u64 {
        self.taille
    }
}

impl ChunkReader for Acces {
    type T = Morceau;

    fn get_read(&self, start: u64) -> Result<Morceau, ParquetError> {
        let tenu = self.tenu(start);
        Ok(Morceau {
            fichier: Arc::clone(&self.fichier),
            ensuite: start + tenu.as_ref().map_or(0, |o| o.len() as u64),
            tenu: tenu.unwrap_or_default(),
        })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        if let Some(octets) = self.tenu(start).filter(|o| o.len() >= length) {
            return Ok(octets.slice(..length));
        }
        if start.checked_add(length as u64).is_none_or(|fin| fin > self.taille) {
            return Err(ParquetError::EOF("au-delà de la fin".into()));
        }
        let mut octets = vec![0; length];
        lire_a(&self.fichier, &mut octets, start)?;
        Ok(Bytes::from(octets))
    }
}

/// Bytes from a place on: those held first, then the file's by pieces.
struct Morceau {
    fichier: Arc<File>,
    tenu: Bytes,
    ensuite: u64,
}

impl Read for Morceau {
    fn read(&mut self, vers: &mut [u8]) -> io::Result<usize> {
        if self.tenu.is_empty() {
            let reste = self.fichier.metadata()?.len().saturating_sub(self.ensuite);
            let mut octets = vec![0; TAMPON.min(usize::try_from(reste).unwrap_or(TAMPON))];
            lire_a(&self.fichier, &mut octets, self.ensuite)?;
            self.ensuite += octets.len() as u64;
            self.tenu = Bytes::from(octets);
        }
        let n = vers.len().min(self.tenu.len());
        if let Some(place) = vers.get_mut(..n) {
            place.copy_from_slice(&self.tenu.split_to(n));
        }
        Ok(n)
    }
}

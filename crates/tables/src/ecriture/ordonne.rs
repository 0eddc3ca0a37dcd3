//! A Parquet file of short codes made by several threads: row groups of a fixed number of rows of the ordered stream, each
//! encoded by itself, put down in their order. The bytes depend on the rows alone.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use ::arrow::array::RecordBatch;
use ::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use ::parquet::arrow::ArrowSchemaConverter;
use ::parquet::basic::ColumnOrder;
use ::parquet::errors::ParquetError;
use ::parquet::file::metadata::{FileMetaData, ParquetMetaData, ParquetMetaDataWriter, RowGroupMetaData};
use ::parquet::schema::types::SchemaDescPtr;

use super::pages::{Pages, encoder};
use super::parquet::{AUTEUR, echec};
use super::publier::FichierPret;
use crate::erreur::ErreurTable;

/// Rows per row group.
pub const LIGNES_PAR_GROUPE: usize = 131_072;

type Encode = Result<(usize, Vec<Pages>), ParquetError>;

/// A Parquet file being written aside from rows already in their order; it appears when what [`EcrivainOrdonne::preparer`]
/// gives is published.
///
/// Columns: `FixedSizeBinary` (the first one sorted), dictionaries of text (read back as text), `Int8` and `Int32`. Not
/// compressed: handles are random, and the rest is a few bits a row.
pub struct EcrivainOrdonne {
    fichier: File,
    place: u64,
    pret: FichierPret,
    schema: SchemaRef,
    descripteur: SchemaDescPtr,
    attente: Vec<RecordBatch>,
    lignes_en_attente: usize,
    lances: usize,
    poses: usize,
    faits: BTreeMap<usize, (usize, Vec<Pages>)>,
    envoi: Sender<(usize, Encode)>,
    retour: Receiver<(usize, Encode)>,
    groupes: Vec<RowGroupMetaData>,
}

impl std::fmt::Debug for EcrivainOrdonne {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EcrivainOrdonne").field("pret", &self.pret).field("groupes", &self.lances).finish_non_exhaustive()
    }
}

impl EcrivainOrdonne {
    /// Starts a file with these columns.
    ///
    /// # Errors
    /// E-TABLE-022 when the folder cannot be made or written; E-TABLE-021 for a type that it does not write.
    pub fn creer(chemin: impl AsRef<Path>, schema: &SchemaRef) -> Result<Self, ErreurTable> {
        let chemin = chemin.as_ref();
        let descripteur = Arc::new(ArrowSchemaConverter::new().convert(&en_texte(schema)).map_err(|e| echec(chemin, e))?);
        let pret = FichierPret::sans_nom(chemin)?;
        let fichier = pret.double()?;
        let (envoi, retour) = channel();
        let mut ecrivain = Self {
            fichier,
            place: 0,
            pret,
            schema: Arc::clone(schema),
            descripteur,
            attente: Vec::new(),
            lignes_en_attente: 0,
            lances: 0,
            poses: 0,
            faits: BTreeMap::new(),
            envoi,
            retour,
            groupes: Vec::new(),
        };
        ecrivain.poser_octets(b"PAR1")?;
        Ok(ecrivain)
    }

    /// Adds rows, which follow those already given.
    ///
    /// # Errors
    /// E-TABLE-021 when they have other columns or types, E-TABLE-022 when the disk refuses.
    pub fn ecrire(&mut self, lot: &RecordBatch) -> Result<(), ErreurTable> {
        if lot.schema_ref().fields() != self.schema.fields() {
            return Err(self.schema_refuse());
        }
        let mut reste = lot.clone();
        while self.lignes_en_attente + reste.num_rows() >= LIGNES_PAR_GROUPE {
            let ici = LIGNES_PAR_GROUPE - self.lignes_en_attente;
            self.attente.push(reste.slice(0, ici));
            self.lignes_en_attente += ici;
            reste = reste.slice(ici, reste.num_rows() - ici);
            self.lancer()?;
        }
        if reste.num_rows() > 0 {
            self.lignes_en_attente += reste.num_rows();
            self.attente.push(reste);
        }
        Ok(())
    }

    fn schema_refuse(&self) -> ErreurTable {
        ErreurTable::Schema { fichier: self.pret.destination().to_path_buf() }
    }

    /// Has the waiting rows encoded: by another thread while few groups are under way, else by this one, which keeps what
    /// is held bounded without ever waiting.
    fn lancer(&mut self) -> Result<(), ErreurTable> {
        let lots = std::mem::take(&mut self.attente);
        let lignes = std::mem::take(&mut self.lignes_en_attente);
        let rang = self.lances;
        self.lances += 1;
        let (descripteur, envoi) = (Arc::clone(&self.descripteur), self.envoi.clone());
        let travail = move || {
            // Only fails when the writer is gone: nobody wants the group any more.
            let _ = envoi.send((rang, encoder_groupe(&lots, &descripteur).map(|pages| (lignes, pages))));
        };
        if rang - self.poses < 2 * rayon::current_num_threads() {
            rayon::spawn(travail)
        } else {
            travail()
        }
        while let Ok((rang, groupe)) = self.retour.try_recv() {
            self.recevoir(rang, groupe)?;
        }
        Ok(())
    }

    fn recevoir(&mut self, rang: usize, groupe: Encode) -> Result<(), ErreurTable> {
        let groupe = groupe.map_err(|e| echec(self.pret.destination(), e))?;
        self.faits.insert(rang, groupe);
        while let Some((lignes, pages)) = self.faits.remove(&self.poses) {
            self.poser(lignes, pages)?;
            self.poses += 1;
        }
        Ok(())
    }

    /// Puts a group at the end of the file.
    fn poser(&mut self, lignes: usize, pages: Vec<Pages>) -> Result<(), ErreurTable> {
        let destination = self.pret.destination().to_path_buf();
        let faute = |e: ParquetError| echec(&destination, e);
        let debut = nombre(self.place).map_err(faute)?;
        let mut groupe = RowGroupMetaData::builder(Arc::clone(&self.descripteur))
            .set_num_rows(i64::try_from(lignes).unwrap_or(i64::MAX))
            .set_file_offset(debut);
        if let Ok(ordinal) = i16::try_from(self.poses) {
            groupe = groupe.set_ordinal(ordinal);
        }
        let mut octets = 0;
        for page in pages {
            let place = nombre(self.place).map_err(faute)?;
            let (dictionnaire, donnees) = (page.description.dictionary_page_offset(), page.description.data_page_offset());
            let description = page
                .description
                .into_builder()
                .set_dictionary_page_offset(dictionnaire.map(|d| d + place))
                .set_data_page_offset(donnees + place)
                .build()
                .map_err(faute)?;
            octets += description.compressed_size();
            self.poser_octets(&page.octets)?;
            groupe = groupe.add_column_metadata(description);
        }
        self.groupes.push(groupe.set_total_byte_size(octets).build().map_err(faute)?);
        Ok(())
    }

    fn poser_octets(&mut self, octets: &[u8]) -> Result<(), ErreurTable> {
        self.fichier.write_all(octets).map_err(|e| ErreurTable::d_ecriture(self.pret.destination(), &e))?;
        self.place += octets.len() as u64;
        Ok(())
    }

    /// Rows already in the file.
    pub fn lignes(&self) -> u64 {
        self.groupes.iter().map(|g| u64::try_from(g.num_rows()).unwrap_or(0)).sum()
    }

    /// Closes the file without publishing it: see [`super::ecrire_ensemble`].
    ///
    /// # Errors
    /// E-TABLE-022 when the disk refuses.
    pub fn preparer(mut self) -> Result<FichierPret, ErreurTable> {
        if self.lignes_en_attente > 0 {
            self.lancer()?;
        }
        while self.poses < self.lances {
            match self.retour.recv_timeout(ATTENTE) {
                Ok((rang, groupe)) => self.recevoir(rang, groupe)?,
                // On a thread of the pool: the group that is waited for may be behind us in its queue.
                Err(_) => drop(rayon::yield_now()),
            }
        }
        let destination = self.pret.destination().to_path_buf();
        let ordres = self.descripteur.columns().iter();
        let ordres = ordres.map(|c| {
            ColumnOrder::TYPE_DEFINED_ORDER(ColumnOrder::sort_order_for_type(c.logical_type_ref(), c.converted_type(), c.physical_type()))
        });
        let lignes = i64::try_from(self.lignes()).unwrap_or(i64::MAX);
        let pied = FileMetaData::new(1, lignes, Some(AUTEUR.into()), None, Arc::clone(&self.descripteur), Some(ordres.collect()));
        let pied = ParquetMetaData::new(pied, std::mem::take(&mut self.groupes));
        let mut octets = Vec::new();
        ParquetMetaDataWriter::new(&mut octets, &pied).finish().map_err(|e| echec(&destination, e))?;
        self.poser_octets(&octets)?;
        Ok(self.pret)
    }

    /// Closes and publishes the file.
    ///
    /// # Errors
    /// E-TABLE-022 when the disk refuses.
    pub fn terminer(self) -> Result<(), ErreurTable> {
        self.preparer()?.publier()
    }
}

/// How long to wait for a group before lending a hand.
const ATTENTE: Duration = Duration::from_millis(1);

fn nombre(place: u64) -> Result<i64, ParquetError> {
    Ok(i64::try_from(place)?)
}

/// The columns as readers must see them: dictionaries are a way of writing texts, not another type.
fn en_texte(schema: &SchemaRef) -> Schema {
    let champ = |c: &Field| match c.data_type() {
        DataType::Dictionary(_, valeur) => Field::new(c.name(), valeur.as_ref().clone(), c.is_nullable()),
        autre => Field::new(c.name(), autre.clone(), c.is_nullable()),
    };
    Schema::new(schema.fields().iter().map(|c| champ(c)).collect::<Vec<_>>())
}

fn encoder_groupe(lots: &[RecordBatch], descripteur: &SchemaDescPtr) -> Result<Vec<Pages>, ParquetError> {
    let colonne = |i: usize| lots.iter().filter_map(|l| l.columns().get(i)).collect::<Vec<_>>();
    descripteur.columns().iter().enumerate().map(|(i, d)| encoder(&colonne(i), d, i == 0)).collect()
}

//! The tables of a croisement, opened: each column that a fact reads has a type that can hold it, each handle 16 bytes.

use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use recours_engine::croisement::{ColumnSpec, How, Source as SourceDuMoteur, Spec, TableSpec};
use recours_tables::ErreurTable;
use recours_tables::lecture::{LotsDeGroupe, ParquetParGroupes};
use recours_tables::proches::{noms_proches, vouliez_vous};
use std::path::Path;
use std::sync::Arc;

use super::cellules::{self, Cellule};
use super::description::{Description, FaitDit, Source, TableDite};
use super::faute::Examen;
use crate::erreur::ErreurCommande;
use crate::mission::Place;

/// Rows of a batch: its cells stay in a core's cache between decoding and packing.
const LOT: usize = 8_192;

/// An opened table.
pub(super) struct TableOuverte {
    pub parquet: ParquetParGroupes,
    /// Columns read, in the file's order.
    positions: Vec<usize>,
    /// What each becomes before the engine sees it.
    vers: Vec<Option<DataType>>,
    schema: SchemaRef,
    /// Name of the column of the person's handle, and its position in the file.
    pub personne: (String, usize),
    /// Name of the column of the foyer's handle.
    pub foyer: Option<String>,
}

impl TableOuverte {
    /// The rows of a row group, as the engine takes them.
    ///
    /// # Errors
    /// E-TABLE-005 and -002; a cell that does not fit.
    pub fn lire(&self, groupe: usize) -> Result<Lus<'_>, ErreurTable> {
        Ok(Lus { table: self, lots: self.parquet.lire(groupe, &self.positions, LOT)? })
    }

    /// Bytes that a row takes while it is taken in: decoded, then packed.
    pub fn octets_par_ligne(&self) -> u64 {
        2 * (32 + 8 * self.positions.len() as u64)
    }

    fn adapter(&self, lot: RecordBatch) -> Result<RecordBatch, ErreurTable> {
        if self.vers.iter().all(Option::is_none) {
            return Ok(lot);
        }
        let options = CastOptions { safe: false, ..CastOptions::default() };
        let refus = || ErreurTable::Schema { fichier: self.parquet.fichier().to_path_buf() };
        let convertie = |(colonne, vers): (&ArrayRef, &Option<DataType>)| match vers {
            None => Ok(Arc::clone(colonne)),
            Some(vers) => cast_with_options(colonne, vers, &options).map_err(|_| refus()),
        };
        let colonnes = lot.columns().iter().zip(&self.vers).map(convertie).collect::<Result<Vec<_>, _>>()?;
        RecordBatch::try_new(Arc::clone(&self.schema), colonnes).map_err(|_| refus())
    }
}

/// Batches of a row group.
pub(super) struct Lus<'t> {
    table: &'t TableOuverte,
    lots: LotsDeGroupe,
}

impl Iterator for Lus<'_> {
    type Item = Result<RecordBatch, ErreurTable>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.lots.next()?.and_then(|lot| self.table.adapter(lot)))
    }
}

/// What a croisement reads, as the engine and the files know it.
pub(super) struct Ouverture {
    pub tables: Vec<TableOuverte>,
    pub spec: Spec,
}

/// Opens the tables and checks their columns.
///
/// # Errors
/// Those of a file that cannot be read; exit 3 with every column that is absent or of another type.
pub(super) fn ouvrir(examen: &mut Examen<'_>, description: &Description) -> Result<Ouverture, ErreurCommande> {
    let mut spec = Spec { bands: description.bandes.clone(), beside: description.calculs.iter().map(|c| c.1).collect(), ..Spec::default() };
    let mut tables = Vec::new();
    for (rang, dite) in description.tables.iter().enumerate() {
        let parquet = ParquetParGroupes::ouvrir(&dite.chemin)?;
        if let Some(ouverte) = une_table(examen, description, dite, rang, parquet, &mut spec) {
            tables.push(ouverte);
        }
    }
    examen.conclure()?;
    Ok(Ouverture { tables, spec })
}

fn une_table(
    examen: &mut Examen<'_>,
    description: &Description,
    dite: &TableDite,
    rang: usize,
    parquet: ParquetParGroupes,
    spec: &mut Spec,
) -> Option<TableOuverte> {
    let colonnes = Colonnes { fichier: parquet.fichier(), schema: parquet.schema() };
    let cle = |examen: &mut Examen<'_>, (nom, place): &(String, Place)| colonnes.cle(examen, nom, *place);
    let personne = cle(examen, &dite.personne);
    let foyer = dite.foyer.as_ref().map(|f| cle(examen, f));
    // Values first: an emptiness is then read from the same column.
    let mut lues: Vec<Lue> = Vec::new();
    let mut hows: Vec<(usize, How)> = Vec::new();
    let de_valeur = |f: &&FaitDit| matches!(f.source, Source::Valeur { .. });
    for fait in dite.faits.iter().filter(de_valeur).chain(dite.faits.iter().filter(|f| !de_valeur(f))) {
        if let Some(how) = colonnes.fait(examen, description, fait, &mut lues) {
            hows.push((fait.slot, how));
        }
    }
    let cles = [Some(personne?), foyer.map(|f| f.ok_or(())).transpose().ok()?];
    let mut positions: Vec<usize> = lues.iter().map(|l| l.position).chain(cles.iter().flatten().copied()).collect();
    positions.sort_unstable();
    positions.dedup();
    let dans_le_lot = |p: usize| positions.binary_search(&p).unwrap_or(0);
    let vers: Vec<Option<DataType>> = positions.iter().map(|p| lues.iter().find(|l| l.position == *p)?.cellule.vers.clone()).collect();
    let champ = |(p, vers): (&usize, &Option<DataType>)| {
        let c = parquet.schema().field(*p);
        Field::new(c.name(), vers.as_ref().unwrap_or(c.data_type()).clone(), c.is_nullable())
    };
    let schema = Arc::new(Schema::new(positions.iter().zip(&vers).map(champ).collect::<Vec<_>>()));
    let nom = |p: usize| parquet.schema().field(p).name().clone();
    spec.tables.push(TableSpec {
        name: dite.nom.clone(),
        person: dans_le_lot(personne?),
        foyer: cles.get(1).copied().flatten().map(dans_le_lot),
        columns: lues
            .iter()
            .map(|l| ColumnSpec {
                name: nom(l.position),
                position: dans_le_lot(l.position),
                cell: l.cellule.cell.clone(),
                announced: l.cellule.vers.is_none().then(|| parquet.bornes(l.position)).flatten(),
            })
            .collect(),
    });
    spec.sources.extend(hows.into_iter().map(|(slot, how)| SourceDuMoteur { slot, table: rang, how }));
    let foyer = dite.foyer.as_ref().map(|f| f.0.clone());
    Some(TableOuverte { positions, vers, schema, personne: (dite.personne.0.clone(), personne?), foyer, parquet })
}

/// A column that facts read, once per way of reading it.
struct Lue {
    position: usize,
    cellule: Cellule,
}

struct Colonnes<'p> {
    fichier: &'p Path,
    schema: &'p SchemaRef,
}

impl Colonnes<'_> {
    /// Position of a column.
    fn trouver(&self, examen: &mut Examen<'_>, nom: &str, place: Place) -> Option<usize> {
        let noms = || self.schema.fields().iter().map(|c| c.name().as_str());
        let mut places = noms().enumerate().filter(|(_, n)| *n == nom).map(|(p, _)| p);
        match (places.next(), places.next()) {
            (Some(p), None) => Some(p),
            (Some(_), Some(_)) => {
                let message = format!("{} : la colonne « {nom} » y est plusieurs fois.", self.fichier.display());
                examen.faute("E-CROISER-010", place, message, "Donnez un nom différent à chaque colonne.");
                None
            }
            (None, _) => {
                let message = format!("{} : la colonne « {nom} » n'y est pas.", self.fichier.display());
                examen.faute("E-CROISER-010", place, message, vouliez_vous(&noms_proches(nom, noms())));
                None
            }
        }
    }

    fn type_de(&self, position: usize) -> &DataType {
        self.schema.fields().get(position).map_or(&DataType::Null, |c| c.data_type())
    }

    /// Position of a handle's column.
    fn cle(&self, examen: &mut Examen<'_>, nom: &str, place: Place) -> Option<usize> {
        let position = self.trouver(examen, nom, place)?;
        let trouve = self.type_de(position);
        if *trouve == DataType::FixedSizeBinary(16) {
            return Some(position);
        }
        let message = format!(
            "{}, colonne « {nom} » : une clé de 16 octets de taille fixe est attendue, type {trouve} trouvé.",
            self.fichier.display()
        );
        let conseil = "Écrivez la clé en FIXED_LEN_BYTE_ARRAY(16) : pyarrow, pa.binary(16) ; DuckDB, UUID.";
        examen.faute("E-CROISER-012", place, message, conseil);
        None
    }

    /// How a fact is read.
    fn fait(&self, examen: &mut Examen<'_>, description: &Description, fait: &FaitDit, lues: &mut Vec<Lue>) -> Option<How> {
        let colonne = match &fait.source {
            Source::EstLigne => return Some(How::HasRow),
            Source::EstNul(colonne) | Source::Valeur { colonne, .. } => colonne,
        };
        let position = self.trouver(examen, colonne, fait.place)?;
        let trouve = self.type_de(position);
        let refus = |examen: &mut Examen<'_>, attendu: String| {
            let message = format!(
                "fait « {} », {}, colonne « {colonne} » : {attendu} attendu, type {trouve} trouvé.",
                fait.nom,
                self.fichier.display()
            );
            examen.faute("E-CROISER-011", fait.place, message, "Convertissez la colonne, ou corrigez ce que la description en dit.");
        };
        let cellule = match &fait.source {
            Source::EstNul(_) => match lues.iter().position(|l| l.position == position) {
                Some(column) => return Some(How::IsNull { column }),
                None => cellules::quelconque(trouve),
            },
            _ => cellules::du_fait(&description.pack, fait, trouve),
        };
        let cellule = match cellule {
            Ok(cellule) => cellule,
            Err(attendu) => {
                refus(examen, attendu);
                return None;
            }
        };
        let deja = lues.iter_mut().position(|l| l.position == position && cellules::commune(&mut l.cellule, &cellule));
        let column = deja.unwrap_or_else(|| {
            lues.push(Lue { position, cellule });
            lues.len() - 1
        });
        Some(cellules::lecture(fait, column, lues.get(column).map(|l| &l.cellule)))
    }
}

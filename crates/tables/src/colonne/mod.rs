//! Typed access to a column of any reasonable Arrow type.
//!
//! Agencies' tools write the same fact in many types: a dictionary by pandas, a string view by polars, a
//! decimal by DuckDB, text by everybody's CSV. A [`Colonne`] gives the consumer the type that it declares,
//! or an error with file, column and row. Nulls stay `None`: unknown, never zero.

mod booleen;
mod date;
mod degats;
mod directe;
mod milliers;
mod nombre;
mod octets;
mod texte;

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

pub use date::{DateLue, date_iso, jours_depuis_1970};

use crate::erreur::{ErreurTable, Lieu};
use crate::proches::noms_proches;

/// A batch of rows that knows which file it comes from and the number of its first row.
#[derive(Clone)]
pub struct Lot {
    fichier: Arc<Path>,
    premiere_ligne: u64,
    lot: RecordBatch,
}

// A derived Debug would print the rows.
impl std::fmt::Debug for Lot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lot")
            .field("fichier", &self.fichier)
            .field("premiere_ligne", &self.premiere_ligne)
            .field("lignes", &self.lot.num_rows())
            .finish()
    }
}

impl Lot {
    /// A batch whose first row is data row `premiere_ligne` (1-based) of `fichier` (a name is enough for
    /// rows that come from memory).
    pub fn nouveau(fichier: impl Into<Arc<Path>>, premiere_ligne: u64, lot: RecordBatch) -> Self {
        Self { fichier: fichier.into(), premiere_ligne, lot }
    }

    /// The rows.
    pub fn lot(&self) -> &RecordBatch {
        &self.lot
    }

    /// Number of rows.
    pub fn lignes(&self) -> usize {
        self.lot.num_rows()
    }

    /// Data row number (1-based, over the whole file) of the first row.
    pub fn premiere_ligne(&self) -> u64 {
        self.premiere_ligne
    }

    /// The file or name given to the rows.
    pub fn fichier(&self) -> &Path {
        &self.fichier
    }

    /// The column `nom`.
    ///
    /// # Errors
    /// E-TABLE-007 when it is not there (with close names), E-TABLE-008 when it stands twice.
    pub fn colonne(&self, nom: &str) -> Result<Colonne, ErreurTable> {
        let position = position_unique(&self.fichier, self.lot.schema_ref(), nom)?;
        Ok(Colonne {
            fichier: Arc::clone(&self.fichier),
            nom: nom.into(),
            premiere_ligne: self.premiere_ligne,
            tableau: Arc::clone(self.lot.column(position)),
        })
    }

    /// The column `nom`, or `None` when the file has none.
    ///
    /// # Errors
    /// E-TABLE-008 when it stands twice.
    pub fn colonne_si_presente(&self, nom: &str) -> Result<Option<Colonne>, ErreurTable> {
        match self.colonne(nom) {
            Ok(colonne) => Ok(Some(colonne)),
            Err(ErreurTable::ColonneAbsente { .. }) => Ok(None),
            Err(autre) => Err(autre),
        }
    }
}

/// Position of the only column called `nom`.
pub(crate) fn position_unique(fichier: &Path, schema: &arrow::datatypes::Schema, nom: &str) -> Result<usize, ErreurTable> {
    let mut trouvees = schema.fields().iter().enumerate().filter(|(_, champ)| champ.name() == nom);
    match (trouvees.next(), trouvees.next()) {
        (Some((position, _)), None) => Ok(position),
        (Some(_), Some(_)) => Err(ErreurTable::ColonneDouble { fichier: fichier.to_path_buf(), colonne: nom.into() }),
        (None, _) => Err(ErreurTable::ColonneAbsente {
            fichier: fichier.to_path_buf(),
            colonne: nom.into(),
            proches: noms_proches(nom, schema.fields().iter().map(|c| c.name().as_str())),
        }),
    }
}

/// One column of a [`Lot`], ready to be read as the type that the consumer declares.
#[derive(Clone)]
pub struct Colonne {
    fichier: Arc<Path>,
    nom: Arc<str>,
    premiere_ligne: u64,
    tableau: ArrayRef,
}

// A derived Debug would print the values.
impl std::fmt::Debug for Colonne {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Colonne").field("fichier", &self.fichier).field("nom", &self.nom).field("lignes", &self.tableau.len()).finish()
    }
}

impl Colonne {
    /// A column that does not come from a file (or was transformed), with the place to name in errors.
    pub fn nouvelle(fichier: impl Into<Arc<Path>>, nom: &str, premiere_ligne: u64, tableau: ArrayRef) -> Self {
        Self { fichier: fichier.into(), nom: nom.into(), premiere_ligne, tableau }
    }

    /// Same place, other values: for a column translated before it is converted.
    ///
    /// The number of rows must be the same, otherwise row numbers in errors would be wrong.
    pub fn avec_valeurs(&self, tableau: ArrayRef) -> Self {
        debug_assert_eq!(tableau.len(), self.tableau.len());
        Self { tableau, ..self.clone() }
    }

    /// Number of rows.
    pub fn lignes(&self) -> usize {
        self.tableau.len()
    }

    /// The column's name.
    pub fn nom(&self) -> &str {
        &self.nom
    }

    /// The values as they stand in the file.
    pub fn tableau(&self) -> &ArrayRef {
        &self.tableau
    }

    /// Where row `i` (0-based in this column) stands.
    pub fn lieu(&self, i: usize) -> Lieu {
        Lieu { fichier: self.fichier.to_path_buf(), colonne: self.nom.to_string(), ligne: self.premiere_ligne + i as u64 }
    }

    /// The same column, text marks of « not filled » (`.`, `.A`, `NA`, `NULL`, blanks) made null: for names and keys, where such
    /// a mark would make one person, or one household, of all those of whom nothing is known.
    ///
    /// # Errors
    /// As [`Colonne::texte`] for a text column; other types are left as they are.
    pub fn sans_marques(&self) -> Result<Self, ErreurTable> {
        if texte::Textes::de(&self.valeurs("texte")?).is_none() {
            return Ok(self.clone());
        }
        let textes: StringArray = self.texte()?.iter().map(|t| t.filter(|t| !non_rempli(t.trim()))).collect();
        Ok(self.avec_valeurs(Arc::new(textes)))
    }

    /// Dictionaries and runs spelled out; other types as they are.
    fn valeurs(&self, attendu: &str) -> Result<ArrayRef, ErreurTable> {
        let cible = match self.tableau.data_type() {
            DataType::Dictionary(_, valeurs) => valeurs.as_ref(),
            DataType::RunEndEncoded(_, valeurs) => valeurs.data_type(),
            _ => return Ok(Arc::clone(&self.tableau)),
        };
        cast(&self.tableau, cible).map_err(|_| self.mauvais_type(attendu))
    }

    /// E-TABLE-009 for this column.
    fn mauvais_type(&self, attendu: &str) -> ErreurTable {
        ErreurTable::TypeInattendu {
            fichier: self.fichier.to_path_buf(),
            colonne: self.nom.to_string(),
            attendu: attendu.into(),
            trouve: nom_du_type(self.tableau.data_type()),
        }
    }

    /// E-TABLE-010 for row `i`.
    fn illisible(&self, i: usize, attendu: &str) -> ErreurTable {
        ErreurTable::Valeur { lieu: self.lieu(i), attendu: attendu.into() }
    }

    /// Refuses nulls: `obligatoire(colonne.octets16()?)`.
    ///
    /// # Errors
    /// E-TABLE-015 with the first row that is empty.
    pub fn obligatoire<T>(&self, valeurs: Vec<Option<T>>) -> Result<Vec<T>, ErreurTable> {
        valeurs.into_iter().enumerate().map(|(i, v)| v.ok_or_else(|| ErreurTable::Manquante { lieu: self.lieu(i) })).collect()
    }
}

/// Short name of an Arrow type: field names inside nested types are left out.
fn nom_du_type(genre: &DataType) -> String {
    match genre {
        DataType::List(_) | DataType::LargeList(_) | DataType::ListView(_) => "liste".into(),
        DataType::Struct(_) => "structure".into(),
        DataType::Map(..) => "table associative".into(),
        DataType::Union(..) => "union".into(),
        DataType::Dictionary(_, v) => format!("dictionnaire de {}", nom_du_type(v)),
        DataType::RunEndEncoded(_, v) => nom_du_type(v.data_type()),
        autre => autre.to_string(),
    }
}

/// Text that means « not filled » in a number, a date or a boolean: empty, SAS's dot and its special missing values, R's
/// NA, SQL's NULL. For text and codes only SAS's: `NA` is a country.
fn non_rempli(texte: &str) -> bool {
    matches!(texte, "" | "NA" | "NULL") || degats::manquante_sas(texte)
}

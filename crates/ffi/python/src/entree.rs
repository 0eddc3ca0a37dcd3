//! Tables that Python gives: anything with `__arrow_c_stream__` or `__arrow_c_array__`, never copied, never trusted.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayData, ArrayRef, AsArray, RecordBatch, RecordBatchIterator, RecordBatchOptions, RecordBatchReader, StructArray, make_array,
};
use arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyCapsule;
use pyo3_arrow::ffi::ArrayReader;
use pyo3_arrow::{PyArrayReader, PyRecordBatch};
use recours::erreur::ErreurCommande;
use recours::integration::Flux;

use crate::erreur::exception;
use crate::table::Table;
use crate::travail::Travail;

impl Travail {
    /// `objet` as a stream of rows; `nom` is what messages call it.
    pub fn flux(&self, objet: &Bound<'_, PyAny>, nom: &str) -> PyResult<Flux> {
        let py = objet.py();
        if let Ok(table) = objet.cast::<Table>() {
            return Ok(table.get().flux());
        }
        if objet.hasattr("__arrow_c_stream__")? {
            let unique = objet.hasattr("read_next_batch")? || objet.hasattr("__next__")?;
            if unique && deja_marque(objet)? {
                return Err(exception(py, &deja_lu(nom)));
            }
            let capsule = objet.call_method0("__arrow_c_stream__").map_err(|e| non_donne(py, nom, &e))?;
            let lecteur = capsule
                .cast::<PyCapsule>()
                .map_err(PyErr::from)
                .and_then(PyArrayReader::from_arrow_pycapsule)
                .and_then(PyArrayReader::into_reader)
                .map_err(|e| non_donne(py, nom, &e))?;
            let DataType::Struct(champs) = lecteur.field().data_type().clone() else {
                return Err(exception(py, &pas_une_table(nom)));
            };
            if unique {
                marquer(objet)?;
            }
            let schema = Arc::new(Schema::new_with_metadata(champs, lecteur.field().metadata().clone()));
            return Ok(Box::new(Lots { nom: nom.to_owned(), schema, lecteur, unique, lus: 0, travail: self.clone() }));
        }
        if objet.hasattr("__arrow_c_array__")? {
            let lot: PyRecordBatch = objet.extract().map_err(|_| exception(py, &pas_une_table(nom)))?;
            let lot = lot.into_inner();
            let schema = lot.schema();
            let lot = en_lot(&schema, &StructArray::from(lot), nom).map_err(|e| exception(py, &e))?;
            return Ok(Box::new(RecordBatchIterator::new([Ok(lot)], schema)));
        }
        Err(exception(
            py,
            &ErreurCommande::usage(
                "E-PYTHON-001",
                format!("{nom} : objet de type {} ; il faut un objet Arrow (__arrow_c_stream__ ou __arrow_c_array__).", nom_du_type(objet)),
            )
            .avec_conseil(
                "pyarrow, polars, DuckDB et pandas 3 en donnent ; d'un dictionnaire de listes : pyarrow.table(…) ou polars.DataFrame(…).",
            ),
        ))
    }
}

impl Travail {
    /// Several tables of one call. A DuckDB connection gives one stream at a time: when a source refuses to begin, those before
    /// it are read to their end and kept, then it is asked again.
    pub fn plusieurs(&self, py: Python<'_>, objets: &[(Bound<'_, PyAny>, String)]) -> PyResult<Vec<Flux>> {
        let mut donnes: Vec<Flux> = Vec::with_capacity(objets.len());
        for (objet, nom) in objets {
            let suivant = match self.flux(objet, nom) {
                Err(_) if !donnes.is_empty() && objet.hasattr("__arrow_c_stream__")? => {
                    donnes = self.retenir(py, donnes)?;
                    self.flux(objet, nom)?
                }
                autre => autre?,
            };
            donnes.push(suivant);
        }
        Ok(donnes)
    }

    /// Both tables of known households.
    pub fn foyers(&self, personnes: &Bound<'_, PyAny>, foyers: &Bound<'_, PyAny>) -> PyResult<(Flux, Flux)> {
        let objets = [(personnes.clone(), "persons".to_owned()), (foyers.clone(), "households".to_owned())];
        let mut flux = self.plusieurs(personnes.py(), &objets)?.into_iter();
        match (flux.next(), flux.next()) {
            (Some(personnes), Some(foyers)) => Ok((personnes, foyers)),
            _ => Err(exception(personnes.py(), &pas_une_table("persons"))),
        }
    }

    fn retenir(&self, py: Python<'_>, flux: Vec<Flux>) -> PyResult<Vec<Flux>> {
        let tenir = |flux: Flux| -> Result<Flux, ErreurCommande> {
            let schema = flux.schema();
            let lots: Result<Vec<RecordBatch>, ArrowError> = flux.collect();
            // The stream has said why.
            let lots = lots.map_err(|_| ErreurCommande::refus("E-TABLE-028", "le flux s'est rompu."))?;
            Ok(Box::new(RecordBatchIterator::new(lots.into_iter().map(Ok), schema)))
        };
        self.mener(py, None, move |_| flux.into_iter().map(tenir).collect())
    }
}

/// What the caller's library answers, one struct array a batch.
struct Lots {
    nom: String,
    schema: SchemaRef,
    lecteur: Box<dyn ArrayReader + Send>,
    unique: bool,
    lus: u64,
    travail: Travail,
}

impl Lots {
    fn refuser(&self, erreur: ErreurCommande) -> ArrowError {
        self.travail.fauter(erreur.clone());
        ArrowError::ExternalError(Box::new(erreur))
    }

    fn lot(&self, tableau: &ArrayRef) -> Result<RecordBatch, ErreurCommande> {
        let structure = tableau.as_struct_opt().filter(|s| s.null_count() == 0);
        en_lot(&self.schema, structure.ok_or_else(|| pas_une_table(&self.nom))?, &self.nom)
    }
}

impl Iterator for Lots {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.travail.arrete() {
            return Some(Err(ArrowError::ExternalError(Box::new(ErreurCommande::panne("E-ARRET-001", "arrêt demandé.")))));
        }
        match self.lecteur.next() {
            // An empty table is a table; a reader without a batch is most often one that was read before.
            None if self.unique && self.lus == 0 => {
                self.lus = 1;
                Some(Err(self.refuser(sans_lot(&self.nom))))
            }
            None => None,
            Some(Ok(tableau)) => {
                self.lus += 1;
                Some(self.lot(&tableau).map_err(|e| self.refuser(e)))
            }
            // The text of the source's error is not repeated: it may quote a value.
            Some(Err(_)) => {
                let lot = self.lus + 1;
                Some(Err(self.refuser(interrompu(&self.nom, lot))))
            }
        }
    }
}

impl RecordBatchReader for Lots {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// A batch, once its columns are safe to read.
fn en_lot(schema: &SchemaRef, structure: &StructArray, nom: &str) -> Result<RecordBatch, ErreurCommande> {
    let options = RecordBatchOptions::new().with_row_count(Some(structure.len()));
    RecordBatch::try_new_with_options(Arc::clone(schema), sains(structure, nom)?, &options).map_err(|_| abime(nom, None))
}

/// The columns of a batch. Refuses what would make reading unsafe: offsets that go backwards, keys outside their dictionary, text
/// that is not UTF-8. Fixed-width columns cannot be wrong in that way and cost nothing.
fn sains(structure: &StructArray, nom: &str) -> Result<Vec<ArrayRef>, ErreurCommande> {
    let sain = |(champ, colonne): (&FieldRef, &ArrayRef)| {
        if colonne.data_type().is_primitive() {
            return Ok(Arc::clone(colonne));
        }
        let refait = vides_refaits(colonne.to_data()).and_then(|d| d.validate_full().map(|()| d));
        refait.map(make_array).map_err(|_| abime(nom, Some(champ.name())))
    };
    structure.fields().iter().zip(structure.columns()).map(sain).collect()
}

/// Arrays of no element made anew, inside others too: Java's Arrow, and Spark with it, leaves them without the one offset that they
/// should have, and what stands in its place is not theirs.
fn vides_refaits(donnees: ArrayData) -> Result<ArrayData, ArrowError> {
    if donnees.is_empty() {
        return Ok(ArrayData::new_empty(donnees.data_type()));
    }
    if donnees.child_data().is_empty() {
        return Ok(donnees);
    }
    let enfants = donnees.child_data().iter().cloned().map(vides_refaits).collect::<Result<_, _>>()?;
    donnees.into_builder().child_data(enfants).build()
}

/// Readers that were given to us and not yet forgotten by the program.
fn lus(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static LUS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    Ok(LUS.get_or_try_init(py, || py.import("weakref")?.getattr("WeakSet")?.call0().map(Bound::unbind))?.bind(py))
}

fn deja_marque(lecteur: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(lus(lecteur.py())?.contains(lecteur).unwrap_or(false))
}

/// Marks a reader as read. Those whose class allows no weak reference say by themselves that they were.
fn marquer(lecteur: &Bound<'_, PyAny>) -> PyResult<()> {
    let _ = lus(lecteur.py())?.call_method1("add", (lecteur,));
    Ok(())
}

fn nom_du_type(objet: &Bound<'_, PyAny>) -> String {
    objet.get_type().fully_qualified_name().map_or_else(|_| "inconnu".to_owned(), |n| n.to_string())
}

/// The class of the exception is told, its text is not: it may quote a value.
fn non_donne(py: Python<'_>, nom: &str, cause: &PyErr) -> PyErr {
    let genre = cause.get_type(py).fully_qualified_name().map_or_else(|_| String::new(), |n| format!(" ({n})"));
    exception(
        py,
        &ErreurCommande::refus("E-PYTHON-004", format!("{nom} : la source n'a pas donné de flux Arrow{genre}."))
            .avec_conseil("Un flux ne se lit qu'une fois : s'il l'a été, refaites-le, ou gardez la table (recours.Table(flux))."),
    )
}

fn deja_lu(nom: &str) -> ErreurCommande {
    ErreurCommande::refus("E-TABLE-027", format!("{nom} : ce flux a déjà été lu."))
        .avec_conseil("Un flux ne se lit qu'une fois : gardez-le en table (recours.Table(flux)), qui se donne autant de fois qu'on veut.")
}

fn sans_lot(nom: &str) -> ErreurCommande {
    ErreurCommande::refus("E-PYTHON-002", format!("{nom} : ce flux ne donne aucun lot ; il a sans doute déjà été lu."))
        .avec_conseil("Si la table est vraiment vide, donnez une table (avec ses colonnes) et non un flux.")
}

/// The words of the same fault in a table that any program gives.
fn interrompu(nom: &str, lot: u64) -> ErreurCommande {
    ErreurCommande::refus("E-TABLE-028", format!("{nom} : le flux s'est rompu au lot {lot}."))
        .avec_conseil("Cherchez la faute chez le producteur de la table : l'exécuter seul la montre.")
}

fn pas_une_table(nom: &str) -> ErreurCommande {
    ErreurCommande::refus("E-PYTHON-003", format!("{nom} : il faut une table : des colonnes nommées, sans ligne entièrement nulle."))
        .avec_conseil("Donnez la table entière plutôt qu'une de ses colonnes.")
}

fn abime(nom: &str, colonne: Option<&str>) -> ErreurCommande {
    let lieu = colonne.map_or_else(String::new, |c| format!(", colonne « {c} »"));
    ErreurCommande::refus("E-PYTHON-005", format!("{nom}{lieu} : tableau Arrow abîmé (texte hors UTF-8, décalages ou clés impossibles)."))
        .avec_conseil("Refaites le tableau avec sa bibliothèque, ou passez par un fichier Parquet.")
}

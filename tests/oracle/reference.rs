//! Folders of reference foyers: what a month's tables are called, and who is left out of a comparison.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use recours_rules::date;
use recours_tables::{EcrivainParquet, lire_table};

use crate::evaluer::banc::racine;

/// The tables of one month: `PREFIX_persons.parquet`, `_households`, `_expected`, `_expected_persons`.
#[derive(Debug, Clone)]
pub struct Reference {
    dossier: PathBuf,
    prefixe: String,
}

/// Every month of a folder, in the order of the names.
pub fn mois_de(dossier: &Path) -> Vec<Reference> {
    let entrees = std::fs::read_dir(dossier).unwrap_or_else(|e| panic!("{} : {e}", dossier.display()));
    let noms = entrees.map(|e| e.unwrap().file_name().to_string_lossy().into_owned());
    let prefixes: BTreeSet<String> = noms.filter_map(|n| n.strip_suffix("_expected.parquet").map(str::to_owned)).collect();
    assert!(!prefixes.is_empty(), "{} : aucun fichier AAAA-MM…_expected.parquet", dossier.display());
    prefixes.into_iter().map(|prefixe| Reference { dossier: dossier.to_owned(), prefixe }).collect()
}

/// The sample of the repository.
pub fn echantillon() -> Vec<Reference> {
    mois_de(&racine().join("tests/donnees/oracle"))
}

/// The folder that the measure was given (`RECOURS_ORACLE`), else the whole set when it stands beside the
/// repository, else the sample.
pub fn de_la_mesure() -> Vec<Reference> {
    let donne = std::env::var_os("RECOURS_ORACLE").map(PathBuf::from);
    let voisin = Some(racine().join("../shared/oracle")).filter(|d| d.is_dir() && std::env::var_os("RECOURS_PETIT").is_none());
    donne.or(voisin).map_or_else(echantillon, |d| mois_de(&d))
}

impl Reference {
    /// `2025-06`.
    pub fn periode(&self) -> &str {
        self.prefixe.get(..7).unwrap_or_else(|| panic!("« {} » ne commence pas par AAAA-MM", self.prefixe))
    }

    /// First day of the month.
    pub fn jour(&self) -> String {
        format!("{}-01", self.periode())
    }

    /// How tables and messages call this month.
    pub fn nom(&self) -> &str {
        &self.prefixe
    }

    pub fn table(&self, nom: &str) -> PathBuf {
        self.dossier.join(format!("{}_{nom}.parquet", self.prefixe))
    }

    /// Writes the persons and households of some foyers into a folder.
    pub fn extraire(&self, foyers: &BTreeSet<&str>, vers: &Path) {
        for nom in ["persons", "households"] {
            let lot = lire_table(self.table(nom)).unwrap().tout().unwrap().lot().clone();
            let garde: arrow::array::BooleanArray =
                textes(&lot, "household_id").iter().map(|f| Some(foyers.contains(f.as_str()))).collect();
            let lot = arrow::compute::filter_record_batch(&lot, &garde).unwrap();
            let mut e = EcrivainParquet::creer(vers.join(format!("{nom}.parquet")), &lot.schema()).unwrap();
            e.ecrire(&lot).unwrap();
            e.terminer().unwrap();
        }
    }
}

/// The persons of some foyers.
pub fn premiers(personnes: &RecordBatch, menages: &RecordBatch) -> RecordBatch {
    let gardes: BTreeSet<String> = textes(menages, "household_id").into_iter().collect();
    let garde: arrow::array::BooleanArray = textes(personnes, "household_id").iter().map(|f| Some(gardes.contains(f))).collect();
    arrow::compute::filter_record_batch(personnes, &garde).unwrap()
}

fn textes(lot: &RecordBatch, nom: &str) -> Vec<String> {
    let c = cast(lot.column_by_name(nom).unwrap(), &DataType::Utf8).unwrap();
    c.as_string::<i32>().iter().map(|v| v.unwrap_or_default().to_owned()).collect()
}

/// A column as text.
pub fn texte(fichier: &Path, nom: &str) -> Vec<String> {
    textes(lire_table(fichier).unwrap().projeter(&[nom]).unwrap().tout().unwrap().lot(), nom)
}

/// A column as numbers (truths as 0 and 1).
pub fn nombres(fichier: &Path, nom: &str) -> Vec<f64> {
    let lot = lire_table(fichier).unwrap().projeter(&[nom]).unwrap().tout().unwrap();
    let c = cast(lot.lot().column(0), &DataType::Float64).unwrap();
    assert_eq!(c.null_count(), 0, "{}, {nom}", fichier.display());
    c.as_primitive::<Float64Type>().iter().flatten().collect()
}

/// Why foyers are left out of the comparison: a predicate on facts, never a list.
pub const AGE: &str = "l'âge civil de quelqu'un au premier jour du mois n'est pas celui de la référence";

/// Foyers left out, by reason.
pub fn ecartes(reference: &Reference) -> BTreeMap<&'static str, BTreeSet<String>> {
    let (entree, attendu) = (reference.table("persons"), reference.table("expected_persons"));
    let ages: HashMap<String, i64> =
        texte(&attendu, "person_id").into_iter().zip(nombres(&attendu, "age").into_iter().map(|a| a as i64)).collect();
    let jour = date::parse(&reference.jour()).unwrap();
    let naissances = texte(&entree, "date_naissance");
    let gens = texte(&entree, "person_id").into_iter().zip(naissances).zip(texte(&entree, "household_id"));
    let autres = gens.filter(|((p, ne), _)| {
        let civil = date::parse(ne.get(..10).unwrap_or(ne)).map(|ne| date::age_years(ne, jour));
        civil != ages.get(p).copied()
    });
    BTreeMap::from([(AGE, autres.map(|(_, f)| f).collect())])
}

//! Foyers of whom everything is known, as tables: what speed is measured on (`./measure vitesse`).
//!
//! `completes RULES DAY PERSONS HOUSEHOLDS FOYERS SEED UNKNOWN DIRECTORY` reads foyers of whom much is known, and writes
//! `persons.parquet` and `households.parquet`: FOYERS foyers (0: as many as there are), every fact that the rules read known,
//! then UNKNOWN cells of a hundred emptied.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measure: nothing to recover")]

use std::path::Path;

use arrow::array::RecordBatch;
use recours::integration::Regles;
use recours_engine::properties::Wanted;
use recours_rules::date;
use recours_tables::{EcrivainParquet, lire_table};

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let [regles, jour, personnes, foyers, nombre, graine, vides, dossier] = arguments.as_slice() else {
        eprintln!("completes RULES DAY PERSONS HOUSEHOLDS FOYERS SEED UNKNOWN DIRECTORY");
        return;
    };
    let regles = Regles::charger(Path::new(regles), None, date::parse(jour).expect("a day")).expect("rules");
    let (personnes, foyers) = (table(personnes), table(foyers));
    let foyers_voulus = match nombre.parse().expect("a number of foyers") {
        0 => foyers.num_rows(),
        n => n,
    };
    let voulu = Wanted { foyers: foyers_voulus, seed: graine.parse().expect("a seed"), unknown: vides.parse().expect("a percentage") };
    let (personnes, foyers) = regles.foyers_complets(&personnes, &foyers, voulu).expect("tables");
    for (nom, lot) in [("persons", personnes), ("households", foyers)] {
        let mut ecrivain = EcrivainParquet::creer(Path::new(dossier).join(format!("{nom}.parquet")), &lot.schema()).expect("a file");
        ecrivain.ecrire(&lot).expect("rows");
        ecrivain.terminer().expect("a file");
        println!("{nom} : {} lignes, {} colonnes", lot.num_rows(), lot.num_columns());
    }
}

fn table(chemin: &str) -> RecordBatch {
    lire_table(Path::new(chemin)).expect("a table").tout().expect("rows").lot().clone()
}

//! One volunteer on demand, by the way that programs which embed Recours take (`./measure a_la_demande`).
//!
//! `a_la_demande RULES DAY PERSONS HOUSEHOLDS TIMES` loads the rules TIMES times; after each, asks about one foyer for the first
//! time, then about others again and again. One line of JSON: medians in milliseconds.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measure: nothing to recover")]

use std::path::{Path, PathBuf};
use std::time::Instant;

use arrow::array::{AsArray, BooleanArray, RecordBatch, RecordBatchIterator};
use arrow::compute::filter_record_batch;
use arrow::datatypes::Int64Type;
use recours::integration::{Flux, Progression, Regles};
use recours_engine::plan::Program;
use recours_rules::{Pack, SourceFile, date};
use recours_tables::lire_table;

/// Calls after the first one.
const ENCORE: usize = 40;

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let [regles, jour, personnes, foyers, fois] = arguments.as_slice() else {
        eprintln!("a_la_demande RULES DAY PERSONS HOUSEHOLDS TIMES");
        return;
    };
    let (dossier, jour) = (Path::new(regles), date::parse(jour).expect("a day"));
    let (personnes, foyers) = (table(personnes), table(foyers));
    let [mut lire, mut construire, mut compiler, mut charger, mut froid, mut chaud] = [const { Vec::new() }; 6];
    for i in 0..fois.parse().expect("a number of times") {
        let depuis = Instant::now();
        let fichiers = textes(dossier);
        lire.push(ms(depuis));
        let depuis = Instant::now();
        let pack = Pack::build(&fichiers, None, jour).expect("rules");
        construire.push(ms(depuis));
        let depuis = Instant::now();
        let program = Program::compile(&pack);
        compiler.push(ms(depuis));
        drop(program);
        let depuis = Instant::now();
        let regles = Regles::charger(dossier, None, jour).expect("rules");
        charger.push(ms(depuis));
        for k in 0..=ENCORE {
            let foyer = i64::try_from((i * 7 + k) % foyers.num_rows()).expect("few") + 1;
            let (p, f) = (seul(&personnes, foyer), seul(&foyers, foyer));
            let depuis = Instant::now();
            let reponses = regles.evaluer(p, f, false, &Progression::silencieuse()).expect("answers");
            if k == 0 {
                froid.push(ms(depuis))
            } else {
                chaud.push(ms(depuis))
            }
            assert!(reponses.lignes() < 1_000, "one foyer");
        }
    }
    println!(
        "{{\"lire\": {:.2}, \"construire\": {:.2}, \"compiler\": {:.2}, \"charger\": {:.2}, \"froid\": {:.3}, \"chaud\": {:.3}}}",
        mediane(lire),
        mediane(construire),
        mediane(compiler),
        mediane(charger),
        mediane(froid),
        mediane(chaud)
    );
}

fn ms(depuis: Instant) -> f64 {
    depuis.elapsed().as_secs_f64() * 1_000.0
}

fn mediane(mut valeurs: Vec<f64>) -> f64 {
    valeurs.sort_by(f64::total_cmp);
    valeurs[valeurs.len() / 2]
}

fn table(chemin: &str) -> RecordBatch {
    lire_table(Path::new(chemin)).expect("a table").tout().expect("rows").lot().clone()
}

/// The rows of one foyer.
fn seul(table: &RecordBatch, foyer: i64) -> Flux {
    let cles = table.column_by_name("household_id").expect("a key").as_primitive::<Int64Type>();
    let sien: BooleanArray = cles.iter().map(|c| Some(c == Some(foyer))).collect();
    let lot = filter_record_batch(table, &sien).expect("rows");
    Box::new(RecordBatchIterator::new([Ok(lot)], table.schema()))
}

/// The files of a pack, overlays left out.
fn textes(dossier: &Path) -> Vec<SourceFile> {
    let mut chemins: Vec<PathBuf> = Vec::new();
    let mut a_voir = vec![dossier.to_path_buf()];
    while let Some(d) = a_voir.pop() {
        for entree in std::fs::read_dir(d).expect("a folder") {
            let chemin = entree.expect("an entry").path();
            if chemin.is_dir() && !chemin.ends_with("variantes") {
                a_voir.push(chemin);
            } else if chemin.extension().is_some_and(|x| x == "yaml") {
                chemins.push(chemin);
            }
        }
    }
    chemins.sort();
    chemins.iter().map(|c| SourceFile { name: c.display().to_string(), text: std::fs::read_to_string(c).expect("a text") }).collect()
}

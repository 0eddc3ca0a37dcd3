//! What the Python wheel is held against: the same call by a Rust program, on the same rows (`./measure frontiere`).
//!
//! `frontiere RULES DAY PERSONS HOUSEHOLDS` reads both tables, then evaluates; it prints the CPU seconds of the evaluation
//! (all threads) and the number of rows that it gave.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a measure: nothing to recover")]

use std::path::Path;

use arrow::array::{RecordBatch, RecordBatchIterator};
use recours::integration::{Flux, Progression, Regles};
use recours_rules::date;
use recours_tables::lire_table;

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let [regles, jour, personnes, foyers] = arguments.as_slice() else {
        eprintln!("frontiere RULES DAY PERSONS HOUSEHOLDS");
        return;
    };
    let regles = Regles::charger(Path::new(regles), None, date::parse(jour).expect("a day")).expect("rules");
    let (personnes, foyers) = (table(personnes), table(foyers));
    let avant = cpu();
    let reponses = regles.evaluer(personnes, foyers, false, &Progression::silencieuse()).expect("answers");
    println!("{:.2} {}", cpu() - avant, reponses.lignes());
}

fn table(chemin: &str) -> Flux {
    let lots = lire_table(Path::new(chemin)).expect("a table").lots().expect("rows");
    let lots: Vec<RecordBatch> = lots.map(|lot| lot.expect("a batch").lot().clone()).collect();
    let schema = lots.first().expect("rows").schema();
    Box::new(RecordBatchIterator::new(lots.into_iter().map(Ok), schema))
}

/// CPU seconds of this process so far, every thread, user and system.
fn cpu() -> f64 {
    let texte = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let champs: Vec<&str> = texte.rsplit(')').next().expect("fields").split_whitespace().collect();
    // Fields 14 and 15 of the file, in hundredths of a second on every Linux.
    let centiemes: f64 = champs.get(11..13).expect("times").iter().map(|n| n.parse::<f64>().expect("a number")).sum();
    centiemes / 100.0
}

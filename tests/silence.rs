//! Silence is not a zero: a body that is late, a payer who is not there, a person whose rows are not linked lower what
//! is found; they never make it certain. And what missed links cost, in people found and in people found wrongly.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use recours_tables::ecriture::EcrivainParquet;
use recours_tables::lire_table;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};

const RIGHTS: [&str; 5] = ["aspa", "c2s_allocataires_rsa", "c2s_gratuite", "c2s_participation", "rsa"];

fn recours(arguments: &[&str]) {
    let o = Command::new(env!("CARGO_BIN_EXE_recours")).args(arguments).output().unwrap();
    assert!(o.status.success(), "{arguments:?} : {}", String::from_utf8_lossy(&o.stderr));
}

fn table(chemin: &Path) -> RecordBatch {
    let lecteur = lire_table(chemin).unwrap();
    let schema = lecteur.schema();
    let lots: Vec<RecordBatch> = lecteur.lots().unwrap().map(|l| l.unwrap().lot().clone()).collect();
    concat_batches(&schema, &lots).unwrap()
}

fn texts(t: &RecordBatch, colonne: &str) -> Vec<String> {
    let c = arrow::compute::cast(t.column_by_name(colonne).unwrap(), &arrow::datatypes::DataType::Utf8).unwrap();
    let c = c.as_any().downcast_ref::<StringArray>().unwrap();
    (0..c.len()).map(|i| if c.is_null(i) { String::new() } else { c.value(i).to_owned() }).collect()
}

fn sixteen(t: &RecordBatch, colonne: &str) -> Vec<[u8; 16]> {
    let c = t.column_by_name(colonne).unwrap().as_any().downcast_ref::<arrow::array::FixedSizeBinaryArray>().unwrap();
    (0..c.len()).map(|i| c.value(i).try_into().unwrap()).collect()
}

fn copy(de: &Path, vers: &Path) {
    std::fs::create_dir_all(vers).unwrap();
    for entree in std::fs::read_dir(de).unwrap() {
        let entree = entree.unwrap();
        let cible = vers.join(entree.file_name());
        if entree.file_type().unwrap().is_dir() {
            copy(&entree.path(), &cible);
        } else {
            std::fs::copy(entree.path(), &cible).unwrap();
        }
    }
}

/// An invented département, made once; each test works on a copy.
fn territory(persons: &str, to: &Path) -> PathBuf {
    static MADE: OnceLock<tempfile::TempDir> = OnceLock::new();
    let made = MADE.get_or_init(|| {
        let d = tempfile::tempdir().unwrap();
        recours(&["demo", "--persons", persons, "--seed", "1", "--out", d.path().join("d").to_str().unwrap()]);
        d
    });
    let out = to.join("d");
    copy(&made.path().join("d"), &out);
    out
}

/// Links and detects again from what stands in `out`.
fn again(out: &Path) {
    let mission = out.join("mission.toml");
    recours(&["link", mission.to_str().unwrap()]);
    recours(&["detect", mission.to_str().unwrap()]);
}

/// Findings: right, certainty, handle.
fn findings(out: &Path) -> Vec<(String, String, [u8; 16])> {
    let t = table(&out.join("host/findings.parquet"));
    let (rights, grades) = (texts(&t, "right"), texts(&t, "certainty"));
    rights.into_iter().zip(grades).zip(sixteen(&t, "unit")).map(|((r, g), u)| (r, g, u)).collect()
}

fn certain(out: &Path, right: &str) -> usize {
    findings(out).iter().filter(|(r, g, _)| r == right && g == "certain").count()
}

/// The truth that only the inventor knows.
struct Truth {
    /// Household of each row, and person.
    row: HashMap<[u8; 16], (i64, i64)>,
    /// Households that miss each right.
    missed: BTreeMap<String, HashSet<i64>>,
}

fn truth(out: &Path) -> Truth {
    let t = table(&out.join("truth/personnes.parquet"));
    let whole = |t: &RecordBatch, c: &str| -> Vec<i64> { texts(t, c).iter().map(|x| x.parse().unwrap()).collect() };
    let row = sixteen(&t, "row_id").into_iter().zip(whole(&t, "household_id").into_iter().zip(whole(&t, "person_id"))).collect();
    let t = table(&out.join("truth/droits.parquet"));
    let mut missed: BTreeMap<String, HashSet<i64>> = BTreeMap::new();
    let answers = texts(&t, "entitled").into_iter().zip(texts(&t, "received"));
    for ((h, right), (entitled, received)) in whole(&t, "household_id").into_iter().zip(texts(&t, "right")).zip(answers) {
        if entitled == "true" && received == "false" {
            missed.entry(right).or_default().insert(h);
        }
    }
    Truth { row, missed }
}

/// Household of each handle, and handles whose person has rows under other handles too: links were missed there.
fn linked(out: &Path, truth: &Truth) -> (HashMap<[u8; 16], i64>, HashSet<[u8; 16]>) {
    let mut household = HashMap::new();
    let mut handles: HashMap<i64, HashSet<[u8; 16]>> = HashMap::new();
    for entree in std::fs::read_dir(out.join("linkage")).unwrap() {
        let chemin = entree.unwrap().path();
        if chemin.extension().is_some_and(|e| e == "parquet") {
            let t = table(&chemin);
            for (row, handle) in sixteen(&t, "row_id").iter().zip(sixteen(&t, "handle")) {
                let (h, p) = truth.row[row];
                household.insert(handle, h);
                handles.entry(p).or_default().insert(handle);
            }
        }
    }
    (household, handles.into_values().filter(|h| h.len() > 1).flatten().collect())
}

/// Spoils the identity of one row in `every` in the extract of a body: the number is gone, names are others.
fn spoil(out: &Path, body: &str, every: usize) {
    for entree in std::fs::read_dir(out.join("bodies").join(body).join("extrait")).unwrap() {
        let chemin = entree.unwrap().path();
        let t = table(&chemin);
        if t.column_by_name("nir").is_none() {
            continue;
        }
        let spoilt = |name: &str, c: &ArrayRef| -> ArrayRef {
            if !["nir", "nom_naissance", "nom_usage", "prenoms"].contains(&name) {
                return Arc::clone(c);
            }
            let values = texts(&t, name);
            let other = |i: usize| {
                let letters: String = (0..8).map(|k| char::from(b'A' + ((i * 7 + k * k * 5 + name.len()) % 26) as u8)).collect();
                if name == "nir" { None } else { Some(format!("{letters}Q{}", "XZ".repeat(1 + i % 3))) }
            };
            let of = |(i, v): (usize, &String)| if i % every == 0 { other(i) } else { (!v.is_empty()).then(|| v.clone()) };
            Arc::new(values.iter().enumerate().map(of).collect::<StringArray>())
        };
        let schema = t.schema();
        let columns = schema.fields().iter().zip(t.columns()).map(|(f, c)| spoilt(f.name(), c)).collect();
        let changed = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
        let mut e = EcrivainParquet::creer(&chemin, &schema).unwrap();
        e.ecrire(&changed).unwrap();
        e.terminer().unwrap();
    }
    let mission = out.join("mission.toml");
    recours(&["seal", mission.to_str().unwrap(), "--body", body]);
}

const SMALL: &str = "3000";

/// Fails if what one payer says is taken for what all payers say.
#[test]
fn a_body_that_is_late_leaves_nothing_certain_of_what_it_pays() {
    let d = tempfile::tempdir().unwrap();
    let out = territory(SMALL, d.path());
    assert!(certain(&out, "c2s_allocataires_rsa") > 0, "without a certain finding to lose, this shows nothing");
    for late in ["msa", "cpam"] {
        let d = tempfile::tempdir().unwrap();
        let out = territory(SMALL, d.path());
        std::fs::remove_dir_all(out.join("deliveries").join(late)).unwrap();
        again(&out);
        assert_eq!(certain(&out, "c2s_allocataires_rsa"), 0, "{late} n'a pas livré");
        assert!(!findings(&out).is_empty(), "the others' people are still found");
    }
}

/// Fails if a body's silence about somebody, whose row there is only not linked, is taken for a fact.
#[test]
fn somebody_whose_rows_are_not_linked_is_never_certain() {
    for body in ["caf", "cpam"] {
        let d = tempfile::tempdir().unwrap();
        let out = territory(SMALL, d.path());
        spoil(&out, body, 2);
        again(&out);
        let truth = truth(&out);
        let (household, broken) = linked(&out, &truth);
        assert!(broken.len() > 200, "{body} : {} poignées rompues", broken.len());
        let found = findings(&out);
        for (right, grade, unit) in &found {
            assert!(grade != "certain" || !broken.contains(unit), "{body} {right} : certain malgré un lien manqué");
            let missed = truth.missed.get(right).is_some_and(|m| m.contains(&household[unit]));
            assert!(grade != "certain" || !RIGHTS.contains(&right.as_str()) || missed, "{body} {right} : certain et faux");
        }
        assert!(found.iter().any(|(_, _, unit)| broken.contains(unit)), "{body} : aucun repérage parmi eux, rien n'est montré");
    }
}

/// Recall and precision as links are lost: printed by `./measure liens_manques`.
#[test]
fn tableau_des_liens_manques() {
    if std::env::var_os("RECOURS_MESURE").is_none() {
        return;
    }
    let persons = if std::env::var_os("RECOURS_PETIT").is_some() { "1500" } else { "60000" };
    println!("Département inventé de {persons} personnes. Une ligne sur tant perd son numéro et ses noms, chez chaque organisme.");
    println!(
        "Rappel : foyers privés du droit que l'on repère. Justesse : parmi les repérages certains ou probables, ceux de tels foyers.\n"
    );
    println!(
        "{:<12} {:<24} {:>10} {:>10} {:>10} {:>12} {:>14}",
        "perdues", "droit", "manquants", "rappel", "probables", "justesse", "certains faux"
    );
    for every in [0, 50, 20, 10, 5] {
        let d = tempfile::tempdir().unwrap();
        let out = d.path().join("d");
        recours(&["demo", "--persons", persons, "--seed", "3", "--out", out.to_str().unwrap()]);
        if every > 0 {
            for body in std::fs::read_dir(out.join("bodies")).unwrap() {
                spoil(&out, &body.unwrap().file_name().to_string_lossy(), every);
            }
            again(&out);
        }
        let truth = truth(&out);
        let (household, _) = linked(&out, &truth);
        let found = findings(&out);
        let part = |n: usize, of: usize| if of == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * n as f64 / of as f64) };
        for right in RIGHTS {
            let none = HashSet::new();
            let missed = truth.missed.get(right).unwrap_or(&none);
            let of: Vec<(&String, i64)> = found.iter().filter(|(r, _, _)| r == right).map(|(_, g, u)| (g, household[u])).collect();
            let reached: HashSet<i64> = of.iter().map(|(_, h)| *h).filter(|h| missed.contains(h)).collect();
            let sure: Vec<&(&String, i64)> = of.iter().filter(|(g, _)| g.as_str() != "possible").collect();
            let right_ones = sure.iter().filter(|(_, h)| missed.contains(h)).count();
            let wrong = of.iter().filter(|(g, h)| g.as_str() == "certain" && !missed.contains(h)).count();
            let lost = if every == 0 { "aucune".to_owned() } else { format!("1 sur {every}") };
            println!(
                "{lost:<12} {right:<24} {:>10} {:>10} {:>10} {:>12} {wrong:>14}",
                missed.len(),
                part(reached.len(), missed.len()),
                sure.len(),
                part(right_ones, sure.len())
            );
            assert_eq!(wrong, 0, "un repérage certain est faux");
        }
    }
}

//! The same foyers in other files: separators, types, Parquet, Arrow IPC; and files that are broken.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{Field, Schema};
use recours_tables::colonne::jours_depuis_1970;
use recours_tables::ecrire_parquet;

use super::banc::{Banc, Texte, cle, dit, racine, recours, reponses};

/// A table with the types that a tool would give it.
fn typee(table: &Texte) -> RecordBatch {
    let mut champs = Vec::new();
    let mut colonnes: Vec<ArrayRef> = Vec::new();
    for (nom, cellules) in &table.colonnes {
        let nombres: Option<Vec<f64>> = cellules.iter().map(|c| c.replace(',', ".").parse().ok()).collect();
        let dates: Option<Vec<i32>> = cellules
            .iter()
            .map(|c| {
                let p: Vec<&str> = c.split('-').collect();
                let [a, m, j] = p[..] else { return None };
                jours_depuis_1970(a.parse().ok()?, m.parse().ok()?, j.parse().ok()?)
            })
            .collect();
        let booleens: Option<Vec<bool>> = cellules
            .iter()
            .map(|c| match c.as_str() {
                "oui" | "vrai" => Some(true),
                "non" | "faux" => Some(false),
                _ => None,
            })
            .collect();
        let colonne: ArrayRef = match (nombres, dates, booleens) {
            (Some(n), ..) if nom.ends_with("_id") => Arc::new(Int64Array::from(n.into_iter().map(|x| x as i64).collect::<Vec<_>>())),
            (Some(n), ..) => Arc::new(Float64Array::from(n)),
            (_, Some(d), _) => Arc::new(Date32Array::from(d)),
            (.., Some(b)) => Arc::new(BooleanArray::from(b)),
            _ => Arc::new(StringArray::from(cellules.clone())),
        };
        champs.push(Field::new(nom, colonne.data_type().clone(), true));
        colonnes.push(colonne);
    }
    RecordBatch::try_new(Arc::new(Schema::new(champs)), colonnes).unwrap()
}

fn parquet(lot: &RecordBatch, fichier: &Path) {
    ecrire_parquet(fichier, &lot.schema(), std::slice::from_ref(lot)).unwrap();
}

fn evaluer(banc: &Banc, personnes: &str, foyers: &str, sortie: &str) -> std::process::Output {
    let regles = racine().join("rules/fr");
    let arguments = ["evaluate", "--rules", regles.to_str().unwrap(), "--on", "2026-10-01", "--validation"];
    recours(banc.dossier.path(), &[&arguments[..], &["--persons", personnes, "--households", foyers, "--out", sortie]].concat())
}

#[test]
fn parquet_type_et_csv_donnent_les_memes_reponses() {
    let banc = Banc::nouveau();
    let attendu = banc.reponses(&["--validation"]);
    parquet(&typee(&banc.personnes), &banc.chemin("p.parquet"));
    parquet(&typee(&banc.foyers), &banc.chemin("f.parquet"));
    // Keys are numbers in one file and text in the other: joined all the same.
    for (p, f) in [("p.parquet", "f.parquet"), ("p.csv", "f.parquet"), ("p.parquet", "f.csv")] {
        let sortie = evaluer(&banc, p, f, "autre.parquet");
        assert!(sortie.status.success(), "{}", dit(&sortie));
        assert_eq!(reponses(&banc.chemin("autre.parquet")), attendu, "{p} {f}");
    }
}

#[test]
fn un_csv_a_virgules_de_separation_et_point_decimal() {
    let mut banc = Banc::nouveau();
    let attendu = banc.reponses(&["--validation"]);
    for table in [&mut banc.personnes, &mut banc.foyers] {
        for c in &mut table.colonnes {
            for cellule in &mut c.1 {
                *cellule = cellule.replace(',', ".");
            }
        }
    }
    banc.personnes.ecrire(&banc.chemin("p.csv"), ",");
    banc.foyers.ecrire(&banc.chemin("f.csv"), ",");
    assert!(evaluer(&banc, "p.csv", "f.csv", "autre.parquet").status.success());
    assert_eq!(reponses(&banc.chemin("autre.parquet")), attendu);
}

#[test]
fn les_reponses_s_ecrivent_aussi_en_csv_et_en_arrow() {
    let banc = Banc::nouveau();
    let attendu = banc.reponses(&["--validation"]);
    assert!(evaluer(&banc, "p.csv", "f.csv", "r.arrow").status.success());
    assert_eq!(reponses(&banc.chemin("r.arrow")), attendu);
    assert!(evaluer(&banc, "p.csv", "f.csv", "r.csv").status.success());
    let csv = std::fs::read_to_string(banc.chemin("r.csv")).unwrap();
    assert!(csv.starts_with("household_id;person_id;right;entitled;amount_low;amount_high;period;missing;settle\n"));
    assert!(csv.contains("\n1;;rsa;oui;651.69;651.69;month;;\n"), "{csv}");
    assert_eq!(csv.lines().count(), attendu.len() + 1);
}

#[test]
fn un_mauvais_type_est_refuse_par_colonne() {
    for (nom, colonne) in [
        ("salaire_net_m03", Arc::new(BooleanArray::from(vec![true; 5])) as ArrayRef),
        ("enceinte", Arc::new(Float64Array::from(vec![0.5; 5]))),
        ("date_naissance", Arc::new(Float64Array::from(vec![1.0; 5]))),
        ("role", Arc::new(Float64Array::from(vec![1.0; 5]))),
        ("person_id", Arc::new(Float64Array::from(vec![1.0, 2.0, 3.0, 4.0, 5.0]))),
        ("livret_a", Arc::new(Float64Array::from(vec![0.0, f64::NAN, 0.0, 0.0, 0.0]))),
    ] {
        let banc = Banc::nouveau();
        let lot = typee(&banc.personnes);
        let position = lot.schema().index_of(nom).unwrap();
        let mut champs: Vec<Field> = lot.schema().fields().iter().map(|f| f.as_ref().clone()).collect();
        let mut colonnes = lot.columns().to_vec();
        champs[position] = Field::new(nom, colonne.data_type().clone(), true);
        colonnes[position] = colonne;
        parquet(&RecordBatch::try_new(Arc::new(Schema::new(champs)), colonnes).unwrap(), &banc.chemin("p.parquet"));
        banc.ecrire();
        let sortie = evaluer(&banc, "p.parquet", "f.csv", "r.parquet");
        assert_eq!(sortie.status.code(), Some(3), "{nom} : {}", dit(&sortie));
        assert!(dit(&sortie).contains("p.parquet") && dit(&sortie).contains(&format!("« {nom} »")), "{}", dit(&sortie));
        assert!(!banc.chemin("r.parquet").exists());
    }
}

#[test]
fn un_fichier_tronque_vide_ou_absent() {
    let banc = Banc::nouveau();
    banc.ecrire();
    parquet(&typee(&banc.personnes), &banc.chemin("p.parquet"));
    let octets = std::fs::read(banc.chemin("p.parquet")).unwrap();
    for (longueur, code) in [(octets.len() / 2, "E-TABLE-005"), (octets.len() - 5, "E-TABLE-005"), (0, "E-TABLE-004")] {
        std::fs::write(banc.chemin("p.parquet"), &octets[..longueur]).unwrap();
        let sortie = evaluer(&banc, "p.parquet", "f.csv", "r.parquet");
        assert_eq!(sortie.status.code(), Some(3), "{}", dit(&sortie));
        assert!(dit(&sortie).contains(code) && dit(&sortie).contains("p.parquet"), "{}", dit(&sortie));
    }
    let sortie = evaluer(&banc, "absent.parquet", "f.csv", "r.parquet");
    assert_eq!(sortie.status.code(), Some(3));
    assert!(dit(&sortie).contains("E-TABLE-001"));
    assert!(!banc.chemin("r.parquet").exists());
}

#[test]
fn un_fait_dans_la_mauvaise_table_est_signale() {
    let mut banc = Banc::nouveau();
    banc.personnes.colonnes.push(("recu_rsa".into(), vec!["0".into(); 5]));
    banc.foyers.sans("recu_rsa");
    let sortie = banc.evaluer(&["--validation"]);
    let journal = String::from_utf8(sortie.stderr).unwrap();
    assert!(journal.contains("recu_rsa") && journal.contains("elles vont dans f.csv"), "{journal}");
    assert_eq!(reponses(&banc.chemin("r.parquet"))[&cle("1", "rsa")].droit, "oui");
}

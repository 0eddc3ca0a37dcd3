//! The same findings from coarsened facts as from values: through the commands on invented départements, and for every
//! right of `rules/fr` on the reference foyers.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::{cast, take};
use arrow::datatypes::{DataType, Float64Type};
use recours::regles::Jeu;
use recours_engine::detect::{Detection, detect};
use recours_engine::grain::{Grains, coarsen};
use recours_engine::link::{Coverage, Delivery};
use recours_engine::plan::Program;
use recours_rules::{Pack, date};
use recours_tables::enveloppe::{IdentiteAge, dechiffrer};
use recours_tables::{Lecteur, lire_table};

use crate::evaluer::banc::{dit, racine, recours};

/// The trace of a detection, which the auditor alone reads.
fn trace(dossier: &Path, sortie: &str) -> RecordBatch {
    let auditeur = IdentiteAge::lire(&dossier.join("d/auditeur/cle.age")).unwrap();
    let clair = dechiffrer(&std::fs::read(dossier.join(sortie).join("trace.parquet.age")).unwrap(), &auditeur).unwrap();
    Lecteur::depuis_parquet("trace", clair).unwrap().tout().unwrap().lot().clone()
}

/// Reasons of each row, but for the order in which events came: bands of dates leave more of it open, and it is for the
/// auditor alone.
fn raisons(t: &RecordBatch) -> Vec<Vec<String>> {
    let listes = t.column_by_name("reasons").unwrap().as_list::<i32>();
    let une = |l: ArrayRef| l.as_string::<i32>().iter().flatten().filter(|r| !r.starts_with("suite:")).map(str::to_owned).collect();
    listes.iter().map(|l| une(l.unwrap())).collect()
}

/// Amounts known from bands: never narrower than, nor apart from, those known from values.
fn contenus(brut: &RecordBatch, grossi: &RecordBatch) {
    let nombres =
        |t: &RecordBatch, c: &str| -> Vec<Option<f64>> { t.column_by_name(c).unwrap().as_primitive::<Float64Type>().iter().collect() };
    for i in 0..brut.num_rows() {
        for (colonne, dedans) in [("amount_low", f64::le as fn(&f64, &f64) -> bool), ("amount_high", f64::ge)] {
            let (b, g) = (nombres(brut, colonne)[i], nombres(grossi, colonne)[i]);
            assert!(g.is_none() || b.is_some_and(|b| dedans(&g.unwrap(), &b)), "{colonne}, ligne {}", i + 1);
        }
    }
}

/// Fails when a fact is coarser than some rule bears, whatever the reason.
#[test]
fn par_les_commandes_sur_des_departements_inventes() {
    for (graine, personnes, petite) in [("21", "900", false), ("22", "900", false), ("5", "4000", true)] {
        let d = tempfile::tempdir().unwrap();
        let reussir = |arguments: &[&str]| {
            let sortie = recours(d.path(), arguments);
            assert!(sortie.status.success(), "{arguments:?} : {}", dit(&sortie));
        };
        let demo = ["demo", "--persons", personnes, "--seed", graine, "--out", "d"];
        reussir(&[&demo[..], if petite { &["--petite"] } else { &[] }].concat());
        for body in std::fs::read_dir(d.path().join("d/deliveries")).unwrap() {
            let body = body.unwrap().file_name().into_string().unwrap();
            reussir(&["seal", "d/mission.toml", "--body", &body, "--sans-grain"]);
        }
        reussir(&["detect", "d/mission.toml", "--sans-grain", "--out", "brut"]);
        // Verdict, grade, types, stage, deadlines of every unit: the same bytes.
        let reperages = |sortie: &str| std::fs::read(d.path().join(sortie).join("findings.parquet")).unwrap();
        assert_eq!(reperages("brut"), reperages("d/host"), "graine {graine}");
        let recu = |sortie: &str| -> serde_json::Value {
            serde_json::from_slice(&std::fs::read(d.path().join(sortie).join("receipt.json")).unwrap()).unwrap()
        };
        assert_eq!(recu("brut")["droits"], recu("d/host")["droits"]);
        let (brut, grossi) = (trace(d.path(), "brut"), trace(d.path(), "d/host"));
        assert!(brut.num_rows() > if petite { 0 } else { 100 }, "{} repérages", brut.num_rows());
        for colonne in ["unit", "right", "missing"] {
            assert_eq!(brut.column_by_name(colonne), grossi.column_by_name(colonne), "{colonne}");
        }
        assert_eq!(raisons(&brut), raisons(&grossi));
        contenus(&brut, &grossi);
    }
}

/// The foyers of a reference, as one body would deliver them.
fn livraison(pack: &Pack, program: &Program, personnes: &RecordBatch, menages: &RecordBatch, grains: Option<&Grains>) -> Delivery {
    let texte = |t: &RecordBatch, c: &str| cast(t.column_by_name(c).unwrap(), &DataType::Utf8).unwrap();
    let rang: BTreeMap<String, u32> =
        texte(menages, "household_id").as_string::<i32>().iter().zip(0..).map(|(h, i)| (h.unwrap().to_owned(), i)).collect();
    let maison: Vec<u32> = texte(personnes, "household_id").as_string::<i32>().iter().map(|h| rang[h.unwrap()]).collect();
    let places = texte(personnes, "role");
    let roles = pack.vocabulary.lists.iter().find(|l| l.name == "roles").unwrap();
    let n = maison.len();
    let id = |i: usize| {
        let mut h = [0u8; 16];
        h[8..].copy_from_slice(&(i as u64).to_be_bytes());
        h
    };
    let ou = UInt32Array::from(maison.clone());
    let mut colonnes: Vec<(String, ArrayRef)> = Vec::new();
    for fait in program.inputs.iter().filter(|f| f.0 != pack.role) {
        let nom = recours_engine::foyers::column_name(pack, *fait);
        let brut = personnes.column_by_name(&nom).cloned().or_else(|| menages.column_by_name(&nom).map(|c| take(c, &ou, None).unwrap()));
        let Some(brut) = brut else { continue };
        let v = &pack.vocabulary.variables[fait.0];
        let rendu = grains.map_or_else(|| brut.clone(), |g| coarsen(pack, v, &nom, &brut, g.get(*fait)).unwrap());
        assert_eq!(rendu.null_count(), brut.null_count(), "{nom}");
        colonnes.push((nom, rendu));
    }
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(n));
    let champs: Vec<_> = colonnes.iter().map(|(nom, c)| arrow::datatypes::Field::new(nom, c.data_type().clone(), true)).collect();
    let tableaux = colonnes.into_iter().map(|c| c.1).collect();
    Delivery {
        body: "caf".into(),
        composition: Coverage::Complete,
        covers: Vec::new(),
        handles: (0..n).map(id).collect(),
        force: vec![3; n],
        certified: vec![true; n],
        foyers: maison.iter().map(|h| Some(id(*h as usize))).collect(),
        roles: places.as_string::<i32>().iter().map(|r| roles.index_written(r?).and_then(|i| u8::try_from(i).ok())).collect(),
        loose: None,
        facts: RecordBatch::try_new_with_options(Arc::new(arrow::datatypes::Schema::new(champs)), tableaux, &options).unwrap(),
    }
}

fn memes(brut: &Detection, grossi: &Detection, quoi: &str) {
    for i in 0..brut.findings.len().max(grossi.findings.len()) {
        assert_eq!(brut.findings.get(i), grossi.findings.get(i), "{quoi}");
    }
    assert_eq!(brut.counts, grossi.counts, "{quoi}");
}

#[test]
fn chaque_droit_du_jeu_francais_sur_les_foyers_de_reference() {
    let jeu = Jeu::lire(racine().join("rules/fr")).unwrap();
    for (periode, jour) in [("2025-06", date::days(2025, 6, 1)), ("2026-10", date::days(2026, 10, 1))] {
        let table = |nom: &str| {
            let fichier = racine().join(format!("tests/donnees/oracle/{periode}_{nom}.parquet"));
            lire_table(fichier).unwrap().tout().unwrap().lot().clone()
        };
        let (personnes, menages) = (table("persons"), table("households"));
        let entier = jeu.construire(None, jour).unwrap();
        let droits: Vec<String> = entier.rights.iter().map(|r| r.id.clone()).collect();
        let mut muets = Vec::new();
        for seul in droits.iter().map(Some).chain([None]) {
            let mut pack = entier.clone();
            if let Some(droit) = seul {
                assert!(pack.keep(std::slice::from_ref(droit)).is_empty());
            }
            let program = Program::compile(&pack);
            let grains = Grains::of(&pack, &program);
            let passer = |g: Option<&Grains>| detect(&pack, &program, vec![livraison(&pack, &program, &personnes, &menages, g)]).unwrap();
            let (brut, grossi) = (passer(None), passer(Some(&grains)));
            let quoi = format!("{periode} {}", seul.map_or("tous", String::as_str));
            memes(&brut, &grossi, &quoi);
            if brut.findings.is_empty() {
                muets.push(quoi);
            }
        }
        println!("{periode} : {} droits ; sans repérage : {}", droits.len(), muets.join(", "));
        assert!(muets.len() < droits.len() / 2, "{muets:?}");
    }
}

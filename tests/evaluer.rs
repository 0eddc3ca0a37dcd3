//! `recours evaluate` through the built command: its contract, its refusals, and what it never shows.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

pub mod banc;
mod canaris;
mod derivation;
mod etat;
mod formats;
mod refus;

use std::collections::BTreeMap;

use arrow::datatypes::DataType;
use banc::{Banc, cle, dit, racine};
use recours_tables::lire_table;

#[test]
fn les_colonnes_et_leurs_types_sont_ceux_du_contrat() {
    let banc = Banc::nouveau();
    banc.reponses(&["--validation"]);
    let schema = lire_table(banc.chemin("r.parquet")).unwrap().schema();
    let noms: Vec<&str> = schema.fields().iter().map(|c| c.name().as_str()).collect();
    assert_eq!(noms, ["household_id", "person_id", "right", "entitled", "amount_low", "amount_high", "period", "missing", "settle"]);
    for montant in ["amount_low", "amount_high"] {
        assert_eq!(*schema.field_with_name(montant).unwrap().data_type(), DataType::Float64);
    }
    let DataType::List(settle) = schema.field_with_name("settle").unwrap().data_type().clone() else { panic!("settle") };
    assert!(matches!(settle.data_type(), DataType::List(_)));
}

#[test]
fn chaque_droit_de_chaque_unite_repond_en_validation() {
    let banc = Banc::nouveau();
    let r = banc.reponses(&["--validation"]);
    // Each right of the foyer for three foyers, each of the person for five persons.
    let droits: BTreeMap<&str, bool> = r.keys().map(|k| (k.2.as_str(), k.1.is_empty())).collect();
    let des_foyers = droits.values().filter(|du_foyer| **du_foyer).count();
    assert!(des_foyers >= 15 && droits.len() >= 19, "{droits:?}");
    assert_eq!(r.keys().filter(|k| k.1.is_empty()).count(), des_foyers * 3);
    assert_eq!(r.keys().filter(|k| !k.1.is_empty()).count(), (droits.len() - des_foyers) * 5);
    assert!(["aah", "caah", "ass", "asi"].iter().all(|d| !droits[d]));
    let rsa = &r[&cle("1", "rsa")];
    // The whole flat amount of a lone person: nothing is earned, no housing aid is received.
    assert_eq!((rsa.droit.as_str(), rsa.bas, rsa.haut, rsa.periode.as_str()), ("oui", Some(651.69), Some(651.69), "month"));
    assert!(rsa.manque.is_empty() && rsa.ensembles.is_empty());
    let travail = &r[&cle("2", "rsa")];
    assert_eq!((travail.droit.as_str(), travail.bas, travail.haut), ("non", Some(0.0), Some(0.0)));
    // 12 523,14 € a year for a lone person, less the pension's gross amount.
    let aspa = &r[&cle("3", "aspa")];
    assert_eq!(aspa.droit, "oui");
    assert!((aspa.bas.unwrap() - (12_523.14 / 12.0 - 537.96)).abs() < 0.01, "{aspa:?}");
    assert_eq!(aspa.bas, aspa.haut);
    let c2s = &r[&cle("1", "c2s_gratuite")];
    assert_eq!((c2s.droit.as_str(), c2s.bas, c2s.haut), ("oui", None, None));
    assert_eq!(r[&cle("1", "c2s_participation")].droit, "non");
    let inconnu = &r[&("2".into(), "22".into(), "c2s_allocataires_rsa".into())];
    assert_eq!((inconnu.droit.as_str(), inconnu.manque.as_slice()), ("inconnu", ["rsa_en_paiement".to_owned()].as_slice()));
    assert_eq!(inconnu.ensembles, [["rsa_en_paiement"]]);
}

#[test]
fn sans_validation_le_percu_est_acquis_et_le_non_n_a_pas_de_ligne() {
    let mut banc = Banc::nouveau();
    // Received though the rule says no: still acquired, and nothing more.
    *banc.foyers.colonne("recu_rsa") = vec!["600".into(), "123,45".into(), "0".into()];
    let r = banc.reponses(&[]);
    for foyer in ["1", "2"] {
        let acquis = &r[&cle(foyer, "rsa")];
        assert_eq!((acquis.droit.as_str(), acquis.bas, acquis.haut), ("acquis", None, None));
        assert!(acquis.manque.is_empty());
    }
    assert_eq!(r[&cle("3", "aspa")].droit, "oui");
    assert!(!r.contains_key(&cle("1", "aspa")) && r.values().all(|x| x.droit != "non"));
    let validation = banc.reponses(&["--validation"]);
    assert_eq!((validation[&cle("1", "rsa")].droit.as_str(), validation[&cle("2", "rsa")].droit.as_str()), ("oui", "non"));
}

#[test]
fn le_journal_nomme_les_hypotheses_et_la_validation() {
    let banc = Banc::nouveau();
    let sortie = banc.evaluer(&["--validation"]);
    let journal = String::from_utf8(sortie.stderr).unwrap();
    for attendu in ["--validation compare la règle et la perception", "mois_hors_serie", "parametres_a_jour", "prestations_recues"] {
        assert!(journal.contains(attendu), "« {attendu} » attendu dans :\n{journal}");
    }
    // Counts only on the standard output; nobody is counted as having no right without --validation.
    let comptes = String::from_utf8(banc.evaluer(&[]).stdout).unwrap();
    assert!(comptes.contains("3 foyers, 5 personnes") && !comptes.contains("non "), "{comptes}");
}

#[test]
fn une_variante_change_ce_qu_elle_remplace_et_rien_d_autre() {
    let mut banc = Banc::nouveau();
    // 63 years old and unfit for work: the law opens the Aspa at 62, OpenFisca at 64.
    banc.personnes.colonne("date_naissance")[4] = "1963-06-15".into();
    banc.personnes.colonne("inapte_travail")[4] = "oui".into();
    let loi = banc.reponses(&["--validation"]);
    let variante = racine().join("rules/fr/variantes/openfisca.yaml");
    let autre = banc.reponses(&["--validation", "--overlay", variante.to_str().unwrap()]);
    assert_eq!((loi[&cle("3", "aspa")].droit.as_str(), autre[&cle("3", "aspa")].droit.as_str()), ("oui", "non"));
    for droit in ["af", "asf", "bourse_college"] {
        assert_eq!(loi[&cle("2", droit)], autre[&cle("2", droit)], "{droit}");
    }
}

#[test]
fn une_colonne_absente_est_inconnue_et_la_cellule_vide_aussi() {
    let mut banc = Banc::nouveau();
    banc.foyers.sans("recu_aide_logement");
    let r = banc.reponses(&["--validation"]);
    // Whatever the housing aid, the flat amount for housing deducts 12 % at most: still entitled, between bounds.
    let rsa = &r[&cle("1", "rsa")];
    assert_eq!((rsa.droit.as_str(), rsa.haut), ("oui", Some(651.69)));
    assert!((rsa.bas.unwrap() - 651.69 * 0.88).abs() < 0.01, "{rsa:?}");
    let mut banc = Banc::nouveau();
    banc.personnes.colonne("salaire_net_m03")[1] = String::new();
    banc.personnes.colonne("salaire_net_m03")[0] = String::new();
    let r = banc.reponses(&["--validation"]);
    let rsa = &r[&cle("1", "rsa")];
    assert_eq!((rsa.droit.as_str(), rsa.manque.as_slice()), ("inconnu", ["salaire_net_m03".to_owned()].as_slice()));
    assert_eq!(rsa.bas, Some(0.0));
    // The couple's other wages are above the ceiling already: settled.
    assert_eq!(r[&cle("2", "rsa")].droit, "non");
}

#[test]
fn l_age_ne_sert_que_sans_date_de_naissance() {
    let mut banc = Banc::nouveau();
    banc.personnes.colonnes.push(("age".into(), ["40", "36", "34", "6", "12"].map(str::to_owned).to_vec()));
    // The date says 70: the age, wrong, is not read.
    assert_eq!(banc.reponses(&["--validation"])[&cle("3", "aspa")].droit, "oui");
    banc.personnes.sans("date_naissance");
    assert_eq!(banc.reponses(&["--validation"])[&cle("3", "aspa")].droit, "non");
    assert_eq!(banc.reponses(&["--validation"])[&cle("1", "rsa")].droit, "oui");
}

#[test]
fn les_memes_octets_a_un_deux_et_huit_fils() {
    let donnees = racine().join("tests/donnees/oracle");
    let dossier = tempfile::tempdir().unwrap();
    let octets: Vec<Vec<u8>> = ["1", "2", "8"]
        .map(|fils| {
            let sortie = std::process::Command::new(env!("CARGO_BIN_EXE_recours"))
                .current_dir(dossier.path())
                .args(["evaluate", "--on", "2026-10-01", "--out", "r.parquet", "--threads", fils, "--rules"])
                .arg(racine().join("rules/fr"))
                .arg("--persons")
                .arg(donnees.join("2026-10_persons.parquet"))
                .arg("--households")
                .arg(donnees.join("2026-10_households.parquet"))
                .output()
                .unwrap();
            assert!(sortie.status.success(), "{}", dit(&sortie));
            std::fs::read(dossier.path().join("r.parquet")).unwrap()
        })
        .to_vec();
    assert!(octets[0] == octets[1] && octets[0] == octets[2]);
}

#[test]
fn le_temps_de_chaque_etape_est_dit_sans_rien_changer_aux_reponses() {
    let banc = Banc::nouveau();
    banc.reponses(&[]);
    let sans = std::fs::read(banc.chemin("r.parquet")).unwrap();
    banc.reponses(&["--timings=temps.json"]);
    assert_eq!(sans, std::fs::read(banc.chemin("r.parquet")).unwrap());
    let bilan: serde_json::Value = serde_json::from_slice(&std::fs::read(banc.chemin("temps.json")).unwrap()).unwrap();
    let postes: Vec<&str> = bilan["postes"].as_array().unwrap().iter().map(|p| p["poste"].as_str().unwrap()).collect();
    assert_eq!(postes, ["regles", "lecture", "decodage", "evaluation", "reponses", "ecriture"]);
    assert_eq!(bilan["foyers"], 3);
    let somme: f64 = bilan["postes"].as_array().unwrap().iter().map(|p| p["mur_s"].as_f64().unwrap()).sum();
    assert!(somme > 0.0 && (bilan["total"]["mur_s"].as_f64().unwrap() - somme).abs() < 1e-6);
}

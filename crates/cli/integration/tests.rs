//! The same answers and the same messages as the commands.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Date32Array, Float64Array, Int64Array, RecordBatch, RecordBatchIterator, StringArray};
use arrow::compute::concat_batches;
use recours_rules::date;

use super::*;

fn regles() -> Regles {
    Regles::integrees(date::parse("2026-10-01").unwrap()).unwrap()
}

fn flux(lots: Vec<RecordBatch>) -> Flux {
    let schema = lots[0].schema();
    Box::new(RecordBatchIterator::new(lots.into_iter().map(Ok), schema))
}

/// Two foyers of one adult each, the second with a salary of which nothing is known.
fn personnes() -> RecordBatch {
    let mois = (0..15).map(|k| (format!("salaire_net_m{k:02}"), Arc::new(Float64Array::from(vec![Some(0.0), None])) as ArrayRef));
    let jour = i32::try_from(date::parse("1985-03-02").unwrap()).unwrap();
    let fixes: [(&str, ArrayRef); 4] = [
        ("person_id", Arc::new(Int64Array::from(vec![1, 2]))),
        ("household_id", Arc::new(Int64Array::from(vec![10, 20]))),
        ("role", Arc::new(StringArray::from(vec!["demandeur", "demandeur"]))),
        ("date_naissance", Arc::new(Date32Array::from(vec![jour, jour]))),
    ];
    RecordBatch::try_from_iter(fixes.into_iter().map(|(n, c)| (n.to_owned(), c)).chain(mois)).unwrap()
}

fn foyers() -> RecordBatch {
    RecordBatch::try_from_iter([("household_id", Arc::new(Int64Array::from(vec![10, 20])) as ArrayRef)]).unwrap()
}

fn une(table: &Table) -> RecordBatch {
    concat_batches(&table.schema, &table.lots).unwrap()
}

#[test]
fn les_regles_integrees_sont_celles_du_dossier() {
    let dossier = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/fr");
    let du_dossier = Regles::charger(&dossier, None, regles().jour()).unwrap();
    assert_eq!(du_dossier.empreinte(), regles().empreinte());
    let droits = une(&regles().droits().unwrap());
    assert!(droits.column_by_name("right").unwrap().as_string::<i32>().iter().any(|d| d == Some("rsa")));
}

#[test]
fn les_besoins_disent_la_table_et_les_codes() {
    let besoins = une(&regles().besoins().unwrap());
    let colonne = |n: &str| besoins.column_by_name(n).unwrap().as_string::<i32>().clone();
    let rang = |nom: &str| colonne("column").iter().position(|c| c == Some(nom)).unwrap_or_else(|| panic!("{nom}"));
    assert_eq!(colonne("table").value(rang("salaire_net_m01")), "persons");
    assert_eq!(colonne("unit").value(rang("salaire_net_m01")), "euro_par_mois");
    assert_eq!(colonne("type").value(rang("date_naissance")), "date");
    let permis = besoins.column_by_name("allowed").unwrap().as_list::<i32>().value(rang("statut_conjugal"));
    assert!(permis.as_string::<i32>().iter().any(|c| c == Some("celibataire")));
}

#[test]
fn les_reponses_ne_dependent_pas_du_decoupage_des_lots() {
    let p = Progression::silencieuse();
    let entier = regles().evaluer(flux(vec![personnes()]), flux(vec![foyers()]), true, &p).unwrap();
    let ligne_a_ligne = |lot: RecordBatch| flux((0..lot.num_rows()).map(|i| lot.slice(i, 1)).collect());
    let coupe = regles().evaluer(ligne_a_ligne(personnes()), ligne_a_ligne(foyers()), true, &p).unwrap();
    assert_eq!(une(&entier), une(&coupe));
    let reponses = une(&entier);
    let textes = |n: &str| reponses.column_by_name(n).unwrap().as_string::<i32>().clone();
    let (droits, reponses) = (textes("right"), textes("entitled"));
    let rsa: Vec<_> = droits.iter().zip(reponses.iter()).filter(|(d, _)| *d == Some("rsa")).map(|(_, r)| r.unwrap()).collect();
    // Nothing is said of the residence, of other incomes: the rule cannot settle, and never says « non » of an unknown.
    assert_eq!(rsa, ["inconnu", "inconnu"]);
    assert!(p.notes().iter().any(|n| n.contains("sans colonne")), "{:?}", p.notes());
}

#[test]
fn un_appel_s_arrete_quand_on_le_demande() {
    let p = Progression::observee(Arc::new(|_, _, _| false));
    let arret = regles().evaluer(flux(vec![personnes()]), flux(vec![foyers()]), false, &p).unwrap_err();
    assert_eq!(arret.code, "E-ARRET-001");
}

#[test]
fn une_faute_de_valeur_dit_sa_table_sa_colonne_et_sa_ligne() {
    let lot = personnes();
    let mut colonnes: Vec<(String, ArrayRef)> =
        lot.schema().fields().iter().zip(lot.columns()).map(|(f, c)| (f.name().clone(), Arc::clone(c))).collect();
    let codes = Arc::new(StringArray::from(vec!["demandeur", "CANARI"]));
    colonnes.iter_mut().filter(|(n, _)| n == "role").for_each(|(_, c)| *c = Arc::clone(&codes) as ArrayRef);
    let lot = RecordBatch::try_from_iter(colonnes).unwrap();
    let faute = regles().evaluer(flux(vec![lot]), flux(vec![foyers()]), false, &Progression::silencieuse()).unwrap_err();
    assert_eq!(faute.code, "E-TABLE-012");
    assert!(faute.to_string().contains("persons, colonne « role », ligne 2") && !faute.to_string().contains("CANARI"), "{faute}");
}

#[test]
fn l_explication_est_celle_du_foyer_demande() {
    let p = Progression::silencieuse();
    let demander =
        |foyer: &str, droit: &str| regles().expliquer(flux(vec![personnes()]), flux(vec![foyers()]), foyer, &[droit.to_owned()], false, &p);
    assert!(demander("20", "rsa").unwrap().contains("20"));
    assert_eq!(demander("30", "rsa").unwrap_err().code, "E-EVALUER-002");
    assert_eq!(demander("20", "rsb").unwrap_err().code, "E-EVALUER-004");
}

#[test]
fn une_panique_devient_un_code() {
    let faute = garder::<()>(|| panic!("DUPONT 1850399")).unwrap_err();
    assert_eq!(faute.code, "E-INTERNE-001");
    assert!(!faute.to_string().contains("DUPONT"));
}

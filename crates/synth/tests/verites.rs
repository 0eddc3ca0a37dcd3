//! What the inventor alone knows of ruptures and of the reasons of non-recours.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod soutien;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, Int64Type};
use recours_synth::{Organisme, Territoire, inventer, schema_ruptures};
use soutien::{parametres, territoire};
use std::collections::{BTreeMap, BTreeSet};

fn ruptures(t: &Territoire) -> RecordBatch {
    concat_batches(&schema_ruptures(), &t.verite_ruptures().collect::<Result<Vec<_>, _>>().unwrap()).unwrap()
}

/// Fails when a mechanism has no case to find, when none of its cases was dealt with, or when a deadline is past or far.
#[test]
fn chaque_rupture_a_de_quoi_etre_trouvee() {
    let (t, _) = territoire(50_000);
    let b = ruptures(&t);
    let (noms, dates, agi) = (b.column(2).as_string::<i32>(), b.column(3).as_primitive::<Date32Type>(), b.column(4).as_boolean());
    let mut comptes: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for i in 0..b.num_rows() {
        assert!((20_727..20_727 + 367).contains(&dates.value(i)), "{} : échéance hors de l'année qui vient", noms.value(i));
        let c = comptes.entry(noms.value(i)).or_default();
        if agi.value(i) { c.1 += 1 } else { c.0 += 1 }
    }
    println!("{comptes:#?}");
    for nom in [
        "rupture_dtr_manquante",
        "rupture_dtr_dossier_ferme",
        "rupture_c2s_renouvellement",
        "rupture_c2s_finie",
        "rupture_c2s_fin_d_office",
        "rupture_courrier_revenu_dtr",
        "rupture_courrier_revenu_c2s",
        "rupture_are_fin_rsa",
        "rupture_are_fin_ass",
        "rupture_aspa_questionnaire",
        "rupture_jeune_25_rsa",
        "rupture_enfant_3_paje",
        "rupture_enfant_16_scolarite",
        "rupture_enfant_20_af",
        "rupture_enfant_21_logement",
        "rupture_attestation_loyer",
        "rupture_reversion_un_an",
        "rupture_asf_demarche",
        "rupture_versement_rejete",
        "rupture_ald_fin",
        "rupture_c2s_participation",
    ] {
        let (a_eviter, _) = comptes.get(nom).copied().unwrap_or_default();
        assert!(a_eviter >= 3, "{nom} : {a_eviter} cas sur 50 000 personnes");
    }
    for nom in ["rupture_dtr_manquante", "rupture_c2s_renouvellement", "rupture_attestation_loyer", "rupture_are_fin_rsa"] {
        assert!(comptes[nom].1 >= 2, "{nom} : personne n'a déjà agi");
    }
}

/// Fails when the truth depends on threads, or on anything else than the seed.
#[test]
fn la_verite_ne_depend_que_de_la_graine() {
    let (t, _) = territoire(6_000);
    let reference = ruptures(&t);
    for fils in [1, 4] {
        let bassin = rayon::ThreadPoolBuilder::new().num_threads(fils).build().unwrap();
        assert_eq!(bassin.install(|| ruptures(&t)), reference);
    }
}

/// Fails when a reason is not one of the five types, when not knowing is not the most frequent, or when a person whom no
/// service met is said not to have been proposed a right.
#[test]
fn les_types_vrais_sont_des_ensembles_des_cinq_types() {
    let (t, _) = territoire(30_000);
    let foyers: Vec<u32> = (0..t.nombre_foyers() as u32).collect();
    let b = t.verite_types(foyers.iter().map(|&f| (f, None, "rsa")).chain([(0, None, "ars")])).unwrap();
    assert_eq!(b.num_rows(), foyers.len(), "un droit sans parcours n'a pas de ligne");
    let rencontres: BTreeSet<i64> = {
        let mut v = BTreeSet::new();
        for lot in t.verite_personnes() {
            let lot = lot.unwrap();
            let (corps, foyers) = (lot.column(1).as_string::<i32>(), lot.column(3).as_primitive::<Int64Type>());
            v.extend((0..lot.num_rows()).filter(|&i| corps.value(i) == Organisme::Departement.id()).map(|i| foyers.value(i)));
        }
        v
    };
    let (ids, types) = (b.column(0).as_primitive::<Int64Type>(), b.column(3).as_list::<i32>());
    let mut comptes: BTreeMap<String, usize> = BTreeMap::new();
    for i in 0..b.num_rows() {
        let liste = types.value(i);
        let noms: Vec<&str> = liste.as_string::<i32>().iter().flatten().collect();
        assert!(!noms.is_empty() && noms.len() <= 2);
        if noms.contains(&"non_proposition") {
            assert!(rencontres.contains(&ids.value(i)) && !noms.contains(&"non_reception"));
        }
        for n in noms {
            *comptes.entry(n.to_owned()).or_default() += 1;
        }
    }
    let permis = ["non_connaissance", "non_demande", "non_demande_contrainte", "non_proposition", "non_reception"];
    assert!(comptes.keys().all(|k| permis.contains(&k.as_str())), "{comptes:?}");
    assert!(permis.iter().all(|k| comptes.contains_key(*k)), "{comptes:?}");
    assert_eq!(comptes.iter().max_by_key(|(_, n)| **n).unwrap().0, "non_connaissance");
    assert!(t.verite_types([(u32::MAX, None, "rsa")].into_iter()).is_err());
}

/// Fails when nobody's events reach the bodies' files before rights are known, or when somebody who receives has a request.
#[test]
fn rien_n_arrive_a_qui_recoit_deja() {
    let t = inventer(&parametres(3_000)).unwrap();
    for (t, attendu) in [(t, false), (territoire(30_000).0, true)] {
        let extraits = t.extraits();
        let caf = extraits.iter().find(|e| e.organisme == Organisme::Caf).unwrap();
        let rang = caf.fichiers.iter().position(|f| f.chemin == "extrait/dossiers.parquet").unwrap();
        let lots: Vec<RecordBatch> = caf.lots().map(|l| l.unwrap().remove(rang)).collect();
        let b = concat_batches(&caf.fichiers[rang].schema, &lots).unwrap();
        let texte = |c: &str| b.column_by_name(c).unwrap().as_string::<i32>().clone();
        let recu = b.column_by_name("mt_rsa_verse").unwrap().as_primitive::<arrow::datatypes::Float64Type>().clone();
        let (demande, suite, decision) = (texte("rsa_demande_le"), texte("rsa_decision"), texte("rsa_decision_le"));
        let mut demandes = 0;
        for i in (0..b.num_rows()).filter(|&i| !demande.value(i).is_empty()) {
            demandes += 1;
            assert!(recu.is_null(i) || recu.value(i) == 0.0);
            assert_eq!(suite.value(i) == "aucune", decision.value(i).is_empty());
            assert!(decision.value(i).is_empty() || decision.value(i) > demande.value(i));
        }
        assert_eq!(demandes > 0, attendu);
    }
}

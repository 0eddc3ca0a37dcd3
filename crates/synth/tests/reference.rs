//! Reference foyers: a complete split with imperfect identities only, and identities on demand.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod soutien;

use arrow::array::{Array, FixedSizeBinaryArray, Float64Array, Int64Array, LargeStringArray, RecordBatch, StringArray};
use arrow::compute::concat_batches;
use recours_synth::{Organisme, PersonSeed, Role, Sexe, extraits_de_reference, identites};
use soutien::{reels, territoire};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

fn fichier(r: &recours_synth::Reference, o: Organisme, chemin: &str) -> RecordBatch {
    let e = r.extraits().into_iter().find(|e| e.organisme == o).unwrap();
    let i = e.fichiers.iter().position(|f| f.chemin == chemin).unwrap();
    let lots: Vec<_> = e.lots().map(Result::unwrap).collect();
    concat_batches(&e.fichiers[i].schema, lots.iter().map(|l| &l[i])).unwrap()
}

fn cles(b: &RecordBatch) -> Vec<Vec<u8>> {
    let a = b.column_by_name("row_id").unwrap().as_any().downcast_ref::<FixedSizeBinaryArray>().unwrap();
    (0..a.len()).map(|i| a.value(i).to_vec()).collect()
}

#[test]
fn la_repartition_est_complete() {
    let (t, _) = territoire(5_000);
    let lot = t.lots(1_000_000).next().unwrap().unwrap();
    let r = extraits_de_reference(&lot.personnes, &lot.foyers, 2026, 10, 5).unwrap();
    let dossiers = fichier(&r, Organisme::Caf, "extrait/dossiers.parquet");
    assert_eq!(dossiers.num_rows(), lot.foyers.num_rows(), "chaque foyer est à la Caf");
    // Every fact is there but those that reference foyers do not have (the quarterly declaration).
    for (f, c) in dossiers.schema().fields().iter().zip(dossiers.columns()) {
        let vide = ["dt_dtr_attendue", "top_dtr_recue"].contains(&f.name().as_str());
        assert_eq!(c.null_count(), if vide { c.len() } else { 0 }, "{}", f.name());
    }
    for (ici, la) in [("mt_rsa_verse", "recu_rsa"), ("mt_loyer", "loyer_hors_charges")] {
        let somme: f64 = reels(&dossiers, ici).iter().sum();
        let vrai: f64 = reels(&lot.foyers, la).iter().sum();
        assert!((somme - vrai).abs() < 0.5, "{ici}");
    }
    assert_eq!(fichier(&r, Organisme::Msa, "extrait/personnes.parquet").num_rows(), 0);
    // Every person is at the CAF, the CPAM and the Carsat, some of them twice.
    let verite = r.verite_personnes().unwrap();
    let corps = verite.column_by_name("body").unwrap().as_any().downcast_ref::<StringArray>().unwrap();
    let id = verite.column_by_name("person_id").unwrap().as_any().downcast_ref::<Int64Array>().unwrap();
    for o in ["caf", "cpam", "carsat"] {
        let gens: HashSet<i64> = (0..id.len()).filter(|&i| corps.value(i) == o).map(|i| id.value(i)).collect();
        assert_eq!(gens.len(), lot.personnes.num_rows(), "{o}");
    }
    // The DRM has all the incomes, to the cent.
    let drm = fichier(&r, Organisme::Carsat, "extrait/drm.parquet");
    let montant = drm.column_by_name("montant").unwrap().as_any().downcast_ref::<Float64Array>().unwrap();
    assert_eq!(montant.null_count(), 0);
    let mut vrai = 0.0;
    for f in lot.personnes.schema().fields().iter().filter(|f| f.name().contains("_m")) {
        if f.name().rsplit_once("_m").is_some_and(|(_, k)| k.len() == 2 && k.parse::<u8>().is_ok()) {
            vrai += reels(&lot.personnes, f.name()).iter().sum::<f64>();
        }
    }
    assert!((montant.values().iter().sum::<f64>() - vrai).abs() < 1.0);
    // The ASPA of the foyer is what the Carsat pays to its persons.
    let carsat = fichier(&r, Organisme::Carsat, "extrait/personnes.parquet");
    let aspa = carsat.column_by_name("mt_aspa_mensuel").unwrap().as_any().downcast_ref::<Float64Array>().unwrap();
    let somme: f64 = aspa.iter().flatten().sum();
    assert!((somme - reels(&lot.foyers, "recu_aspa").iter().sum::<f64>()).abs() < 0.5);
}

#[test]
fn les_memes_personnes_ont_la_meme_identite_aux_fautes_pres() {
    let r = soutien::reference(5_000);
    let verite = r.verite_personnes().unwrap();
    let id = verite.column_by_name("person_id").unwrap().as_any().downcast_ref::<Int64Array>().unwrap();
    let qui: HashMap<Vec<u8>, i64> = cles(&verite).into_iter().zip(id.values().iter().copied()).collect();
    let mut nirs: HashMap<i64, HashSet<String>> = HashMap::new();
    for o in [Organisme::Caf, Organisme::Carsat] {
        let b = fichier(&r, o, "extrait/personnes.parquet");
        let nir = b.column_by_name("nir").unwrap().as_any().downcast_ref::<StringArray>().unwrap();
        for (i, c) in cles(&b).iter().enumerate().filter(|(i, _)| !nir.is_null(*i)) {
            nirs.entry(qui[c]).or_default().insert(nir.value(i).to_string());
        }
    }
    let memes = nirs.values().filter(|s| s.len() == 1).count() as f64 / nirs.len() as f64;
    assert!(memes > 0.99, "{memes}");
    let tous: HashSet<&String> = nirs.values().filter(|s| s.len() == 1).flatten().collect();
    assert_eq!(tous.len(), nirs.values().filter(|s| s.len() == 1).count(), "deux personnes, un numéro");
}

#[test]
fn identites_a_la_demande() {
    let graines: Vec<PersonSeed> = (0..6_000)
        .map(|i| PersonSeed {
            person_id: i,
            household_id: i / 3,
            role: [Role::Demandeur, Role::Conjoint, Role::Enfant][(i % 3) as usize],
            date_naissance: if i % 3 == 2 { 16_000 + (i as i32 % 900) } else { 2_000 + (i as i32 * 7) % 9_000 },
            sexe: if i % 2 == 0 { Sexe::F } else { Sexe::H },
        })
        .collect();
    let ids = identites(&graines, 11);
    assert_eq!(ids.len(), graines.len());
    let numeros: HashSet<&str> = ids.iter().map(|i| i.nir.as_str()).collect();
    assert_eq!(numeros.len(), ids.len(), "numéros uniques");
    for (g, i) in graines.iter().zip(&ids) {
        assert_eq!(i.date_naissance, g.date_naissance);
        assert_eq!(i.nir.starts_with('1'), g.sexe == Sexe::H);
        assert!(!i.nom_naissance.is_empty() && !i.prenoms.is_empty());
    }
    assert!(ids == identites(&graines, 11));
    assert!(ids != identites(&graines, 12));
    let noms: HashSet<&str> = ids.iter().map(|i| i.nom_naissance.as_str()).collect();
    assert!(noms.len() > 250, "{}", noms.len());
}

#[test]
fn un_fichier_fautif_est_refuse_sans_dire_la_valeur() {
    let (t, _) = territoire(300);
    let lot = t.lots(1_000_000).next().unwrap().unwrap();
    let sans = |nom: &str| {
        let i = lot.personnes.schema().index_of(nom).unwrap();
        let mut b = lot.personnes.clone();
        b.remove_column(i);
        b
    };
    let e = extraits_de_reference(&sans("salaire_net_m07"), &lot.foyers, 2026, 10, 1).err().unwrap();
    assert_eq!(e.code(), "E-SYNTH-003");
    assert!(e.to_string().contains("salaire_net_m07"));
    // A code that means nothing: column and row, never the code.
    let i = lot.personnes.schema().index_of("sexe").unwrap();
    let mut colonnes = lot.personnes.columns().to_vec();
    let mut codes: Vec<&str> = vec!["F"; lot.personnes.num_rows()];
    codes[6] = "canari";
    colonnes[i] = Arc::new(LargeStringArray::from(codes));
    let faux = RecordBatch::try_new(lot.personnes.schema(), colonnes).unwrap();
    let e = extraits_de_reference(&faux, &lot.foyers, 2026, 10, 1).err().unwrap();
    assert_eq!(e.code(), "E-SYNTH-004");
    let message = format!("{e} {e:?}");
    assert!(message.contains("sexe") && message.contains("ligne 7") && !message.contains("canari"));
}

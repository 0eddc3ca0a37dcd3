//! From two bodies' extracts to handles: what is delivered, what is refused, and what never leaves.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod cles;
mod oppositions;
mod provenance;
mod refus;
mod temoins;
pub mod territoire;

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::AsArray;

use recours::chemins;
use recours_tables::lire_table;
use territoire::{Territoire, octets, row_ids};

/// Handle and force of each row of a body.
fn poignees(ici: &Territoire, body: &str) -> BTreeMap<[u8; 16], ([u8; 16], u8)> {
    let lot = lire_table(chemins::liaison(&ici.mission().dossiers.liaison, body)).unwrap().tout().unwrap();
    let poignees = lot.colonne("handle").unwrap().octets16().unwrap();
    let forces = lot.colonne("force").unwrap().nombre().unwrap();
    row_ids(&lot).into_iter().zip(poignees.into_iter().zip(forces)).map(|(id, (p, f))| (id, (p.unwrap(), f.unwrap() as u8))).collect()
}

#[test]
fn des_extraits_aux_poignees() {
    let ici = Territoire::nouveau();
    for body in ["caf", "cpam"] {
        let sortie = ici.recours(&["seal", "mission.toml", "--body", body]);
        assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));
        assert!(sortie.stderr.is_empty());
    }
    let sortie = ici.recours(&["link", "mission.toml"]);
    assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));
    let texte = String::from_utf8(sortie.stdout).unwrap();
    assert!(texte.contains("8 lignes reliées en 5 personnes"), "{texte}");

    let (caf, cpam) = (poignees(&ici, "caf"), poignees(&ici, "cpam"));
    // Whoever objects at the CAF is left out at the CPAM too.
    assert_eq!((caf.len(), cpam.len(), cpam.get(&octets(0xb4))), (4, 4, None));
    // The couple by their certified numbers, the child (under the mother's number) by names and date.
    assert_eq!(caf[&octets(0xa1)], (cpam[&octets(0xb1)].0, 3));
    assert_eq!(caf[&octets(0xa2)], (cpam[&octets(0xb2)].0, 3));
    assert_eq!(caf[&octets(0xa3)], (cpam[&octets(0xb3)].0, 2));
    assert_ne!(cpam[&octets(0xb1)].0, cpam[&octets(0xb3)].0);
    // Known to one body only.
    assert_eq!((caf[&octets(0xa5)].1, cpam[&octets(0xb5)].1), (0, 0));
    let lecteur = lire_table(ici.chemin("linkage/caf.parquet")).unwrap();
    assert_eq!(lecteur.annotation("recours.epoque"), Some("2026-T4"));
    assert_eq!(lecteur.annotation("recours.contenu"), Some("liaison"));
    assert_eq!(lecteur.annotation("recours.mission").unwrap(), recours::cles::empreinte_de_mission(&ici.mission()).unwrap());
    let comptes: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(ici.chemin("linkage/statistiques.json")).unwrap()).unwrap();
    assert!(comptes["organismes"][0]["lignes"].is_null(), "un compte de moins de onze est tu : {comptes}");
}

#[test]
fn l_hote_ne_recoit_que_les_colonnes_utiles_sous_des_foyers_renommes() {
    let ici = Territoire::nouveau();
    let bilan = ici.sceller("caf").unwrap();
    assert_eq!((bilan.lignes, bilan.livrees, bilan.opposees, bilan.foyers), (5, 4, Some(1), 2));
    assert_eq!(bilan.colonnes, ["recu_rsa", "rsa_en_paiement"]);
    assert_eq!(bilan.abandonnees, ["salaire_net_m14"]);
    assert_eq!(bilan.refusees, ["enceinte"]);

    let (lecteur, lot) = ici.table_attributs("caf");
    let noms: Vec<String> = lot.lot().schema().fields().iter().map(|c| c.name().clone()).collect();
    assert_eq!(noms, ["row_id", "foyer", "role", "recu_rsa", "rsa_en_paiement"]);
    assert_eq!(lecteur.annotation("recours.contenu"), Some("attributs"));
    assert_eq!(lecteur.annotation("recours.lignes"), Some("4"));
    let rang: BTreeMap<[u8; 16], usize> = row_ids(&lot).into_iter().zip(0..).collect();
    assert_eq!(rang.keys().copied().collect::<BTreeSet<_>>(), [0xa1, 0xa2, 0xa3, 0xa5].map(octets).into());
    let foyers = lot.colonne("foyer").unwrap().octets16().unwrap();
    let foyer = |n| foyers[rang[&octets(n)]].unwrap();
    assert_eq!((foyer(0xa1), foyer(0xa2)), (foyer(0xa2), foyer(0xa3)));
    assert_ne!(foyer(0xa1), foyer(0xa5));
    let roles = lot.lot().column_by_name("role").unwrap().as_string::<i32>();
    assert_eq!([0xa1, 0xa2, 0xa3, 0xa5].map(|n| roles.value(rang[&octets(n)])), ["demandeur", "conjoint", "enfant", "demandeur"]);
    // 903,56 € is « something », and no more is said.
    let recus = arrow::compute::cast(lot.lot().column_by_name("recu_rsa").unwrap(), &arrow::datatypes::DataType::Utf8).unwrap();
    assert_eq!([0xa1, 0xa3, 0xa5].map(|n| recus.as_string::<i32>().value(rang[&octets(n)])), ["0.01..", "0.01..", "0"]);
    assert_eq!(lecteur.annotation("recours.grain").map(str::len), Some(64));
    let paiements = lot.colonne("rsa_en_paiement").unwrap().booleen().unwrap();
    assert_eq!([0xa2, 0xa3, 0xa5].map(|n| paiements[rang[&octets(n)]]), [Some(true), None, Some(false)]);

    // Again: the same people, other names for their foyers.
    ici.sceller("caf").unwrap();
    let (_, encore) = ici.table_attributs("caf");
    let nouveaux: BTreeSet<_> = encore.colonne("foyer").unwrap().octets16().unwrap().into_iter().collect();
    assert!(nouveaux.is_disjoint(&foyers.into_iter().collect()));
}

#[test]
fn un_organisme_sans_composition_ne_livre_aucun_foyer() {
    let ici = Territoire::nouveau();
    let bilan = ici.sceller("cpam").unwrap();
    assert_eq!((bilan.foyers, bilan.opposees), (0, None));
    let (_, lot) = ici.table_attributs("cpam");
    for colonne in ["foyer", "role"] {
        assert_eq!(lot.lot().column_by_name(colonne).unwrap().null_count(), 5, "{colonne}");
    }
    assert_eq!(bilan.colonnes, ["c2s_ouverte"]);
}

#[test]
fn l_unite_de_liaison_ne_recoit_que_des_jetons() {
    let ici = Territoire::scelle();
    let (lecteur, lot) = ici.table_jetons("caf");
    let noms: Vec<String> = lot.lot().schema().fields().iter().map(|c| c.name().clone()).collect();
    let attendus = "row_id p0 p1 p2 p3 p4 p5 nir_certifie opposition e1 e2 e3 e4 e5 p12 p6 p7 p8 p9 p10 p11";
    assert_eq!(noms.join(" "), attendus);
    assert_eq!(lecteur.annotation("recours.canon"), Some("canon/1"));
    assert_eq!(lecteur.annotation("recours.suite"), Some("rgs"));
    let certifies = lot.colonne("nir_certifie").unwrap().booleen().unwrap();
    assert_eq!(certifies.iter().filter(|c| **c == Some(true)).count(), 3);
    // p0 of the couple is the same at both bodies: same key, same canonical form.
    let p0 = |body: &str| -> BTreeSet<[u8; 16]> {
        ici.table_jetons(body).1.colonne("p0").unwrap().octets16().unwrap().into_iter().flatten().collect()
    };
    assert_eq!(p0("caf").intersection(&p0("cpam")).count(), 2);
}

#[test]
fn les_deux_fichiers_d_un_organisme_ont_chacun_leur_ordre() {
    let ici = Territoire::nouveau();
    let mut texte = territoire::personnes_caf();
    for n in 0x1000..0x1200 {
        texte += &format!("{};NUMERODOSSIERSECRET-D1;ENF;;Nom{n};Prenom;2015-01-02;M;99000;;;\n", territoire::row_id(n));
    }
    ici.ecrire("bodies/caf/extrait/personnes.csv", &texte);
    ici.sceller("caf").unwrap();
    let jetons = row_ids(&ici.table_jetons("caf").1);
    let attributs = row_ids(&ici.table_attributs("caf").1);
    let extrait: Vec<[u8; 16]> = [0xa1, 0xa2, 0xa3, 0xa5].into_iter().chain(0x1000..0x1200).map(octets).collect();
    let trier = |ids: &[[u8; 16]]| ids.iter().copied().collect::<BTreeSet<_>>();
    assert_eq!((trier(&jetons), trier(&attributs)), (trier(&extrait), trier(&extrait)));
    for (a, b) in [(&jetons, &attributs), (&jetons, &extrait), (&attributs, &extrait)] {
        let en_place = a.iter().zip(b).filter(|(a, b)| a == b).count();
        // One is expected by chance; 20 never.
        assert!(en_place < 20, "{en_place} lignes à la même place");
    }
}

#[test]
fn un_organisme_scelle_sans_rien_des_autres() {
    let ici = Territoire::nouveau();
    let ailleurs = tempfile::tempdir().unwrap();
    for fichier in territoire::fichiers(ici.dossier.path()) {
        let relatif = fichier.strip_prefix(ici.dossier.path()).unwrap();
        if ["mission.toml", "cles", "bodies/caf"].iter().any(|p| relatif.starts_with(p)) {
            let copie = ailleurs.path().join(relatif);
            std::fs::create_dir_all(copie.parent().unwrap()).unwrap();
            std::fs::copy(&fichier, copie).unwrap();
        }
    }
    assert!(!ailleurs.path().join("bodies/cpam").exists() && !ailleurs.path().join("linkage").exists());
    let mission = recours::mission::Mission::lire(ailleurs.path().join("mission.toml")).unwrap();
    let silence = recours::progression::Progression::silencieuse();
    recours::scellement::sceller_organisme(&mission, "caf", &[], None, &silence).unwrap();
    assert!(ailleurs.path().join("deliveries/caf/jetons.parquet.age").exists());

    // The linkage unit too: only its own folder, the keys' public part and the deliveries.
    std::fs::remove_dir_all(ici.chemin("bodies")).unwrap();
    std::fs::remove_dir_all(ici.chemin("host")).unwrap();
    std::fs::create_dir_all(ici.chemin("deliveries")).unwrap();
    std::fs::rename(ailleurs.path().join("deliveries/caf"), ici.chemin("deliveries/caf")).unwrap();
    let bilan = ici.relier().unwrap();
    assert_eq!(bilan.absents, ["cpam"]);
}

#[test]
fn d_autres_fichiers_et_un_autre_dossier_se_donnent_en_ligne_de_commande() {
    let ici = Territoire::nouveau();
    std::fs::rename(ici.chemin("bodies/cpam/extrait/assures.csv"), ici.chemin("octobre.csv")).unwrap();
    let sortie = ici.recours(&["seal", "mission.toml", "--body", "cpam", "--input", "octobre.csv", "--out", "ailleurs"]);
    assert!(sortie.status.success(), "{}", String::from_utf8_lossy(&sortie.stderr));
    assert!(ici.chemin("ailleurs/jetons.parquet.age").exists() && !ici.chemin("deliveries").exists());
}

#[test]
fn un_organisme_en_retard_est_dit_et_ses_anciennes_poignees_disparaissent() {
    let ici = Territoire::scelle();
    ici.relier().unwrap();
    assert!(ici.chemin("linkage/cpam.parquet").exists());
    std::fs::remove_dir_all(ici.chemin("deliveries/cpam")).unwrap();
    let sortie = ici.recours(&["link", "mission.toml"]);
    assert!(sortie.status.success());
    assert!(String::from_utf8(sortie.stdout).unwrap().contains("cpam             n'a pas livré"));
    assert!(!ici.chemin("linkage/cpam.parquet").exists() && ici.chemin("linkage/caf.parquet").exists());
    std::fs::remove_dir_all(ici.chemin("deliveries")).unwrap();
    assert_eq!(ici.relier().unwrap_err().code, "E-LIAISON-001");
}

#[test]
fn la_memoire_permise_se_dit() {
    let ici = Territoire::scelle();
    let sortie = ici.recours(&["link", "mission.toml", "--memory", "1ko"]);
    assert_eq!(sortie.status.code(), Some(3));
    assert!(String::from_utf8(sortie.stderr).unwrap().contains("E-LIAISON-002"));
}

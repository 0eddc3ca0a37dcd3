//! Two rounds: numbers first, then the other passes for what these left open.

use std::collections::BTreeSet;

use recours_tables::IdentiteAge;

use super::territoire_b::{TerritoireB, mission_b, mission_large, partition, reperages};
use crate::sceller::territoire::{octets, row_ids};

/// Fails if the residue leaves out a row that could still be linked, or if the second round loses the first's tokens.
#[test]
fn deux_tours_relient_les_memes_personnes() {
    let a = TerritoireB::en_mode_a("rapide");
    let b = TerritoireB::avec(&mission_large(2, "rapide"));
    for body in ["caf", "cpam"] {
        b.par_fichiers(body, 1);
        assert!(b.chemin(&format!("deliveries/{body}/jetons.t1.parquet.age")).exists());
        assert!(!b.chemin(&format!("deliveries/{body}/attributs.parquet.age")).exists(), "rien à l'hôte au premier tour");
    }
    let texte = b.reussir(&["link", "mission.toml", "--tour", "1"]);
    assert!(texte.contains("caf") && !b.chemin("linkage/caf.parquet").exists(), "{texte}");
    for body in ["caf", "cpam"] {
        b.par_fichiers(body, 2);
    }
    b.reussir(&["link", "mission.toml"]);
    assert_eq!(partition(&b), partition(&a));
    assert_eq!(reperages(&b), reperages(&a));
    assert!(!b.chemin("bodies/caf/aveugle/jetons.t1.parquet.age").exists());
    // The key holder counted both rounds, each pass once for each row that it concerns.
    let compteur = std::fs::read_to_string(b.chemin("tiers_cles/compteur.json")).unwrap();
    let compteur: serde_json::Value = serde_json::from_str(&compteur).unwrap();
    let faites = &compteur["evaluations"]["caf"];
    // Five rows blinded, whoever objects among them: four with a number; the couple is linked by it, the child, somebody
    // alone and whoever objects (known by number to the other body, but not delivered by this one) are not.
    let temoins = recours_seal::token::parcourir(&recours_seal::canaris::identites(), &recours_seal::token::PASSES, |_, _, _| {});
    let attendues = |passe: usize, siennes: u64| Some(siennes + temoins.avec_jeton[passe]);
    assert_eq!((faites["p0"].as_u64(), faites["p2"].as_u64()), (attendues(0, 4), attendues(2, 3)), "{compteur}");
    assert!(faites["p7"].as_u64() > Some(2), "les passes élargies sont du dernier tour : {compteur}");
    assert_eq!(compteur["servies"].as_array().unwrap().len(), 4);
}

#[test]
fn le_residu_ne_dit_que_des_numeros_de_ligne_a_l_organisme_seul() {
    let b = TerritoireB::nouveau(2, "rapide");
    b.par_fichiers("caf", 1);
    b.par_fichiers("cpam", 1);
    b.reussir(&["link", "mission.toml", "--tour", "1"]);
    let (lecteur, lot) = b.table(&b.chemin("echanges/caf/residu.age"), &b.chemin("bodies/caf/cle.age"));
    assert_eq!(lot.lot().schema().fields().len(), 1);
    let rendus: BTreeSet<[u8; 16]> = row_ids(&lot).into_iter().collect();
    let siennes: BTreeSet<[u8; 16]> = [0xa1, 0xa2, 0xa3, 0xa4, 0xa5].map(octets).into();
    assert_eq!(rendus.intersection(&siennes).copied().collect::<BTreeSet<_>>(), [0xa3, 0xa5].map(octets).into());
    // The rest is a whole block of marked rows: whoever objects, under an id of the delivery, and rows of nobody.
    assert_eq!(rendus.len(), 2 + 20);
    assert_eq!(lecteur.annotation("recours.contenu"), Some("residu"));
    // The log names the residue of each body, though both files have one name.
    let journal = recours_tables::journal::verifier_fichier(&b.chemin("linkage/journal.jsonl"), None, None).unwrap();
    let acte = journal.entrees.iter().find(|e| e.acte == "premier_tour").unwrap().contenu.clone().unwrap();
    for body in ["caf", "cpam"] {
        let envoye = std::fs::read(b.chemin(&format!("echanges/{body}/residu.age"))).unwrap();
        assert_eq!(acte[&format!("fichier.{body}/residu.age")], blake3::hash(&envoye).to_hex().to_string());
    }
    let autre = IdentiteAge::lire(&b.chemin("bodies/cpam/cle.age")).unwrap();
    assert_eq!(recours::cles::ouvrir_enveloppe(&b.chemin("echanges/caf/residu.age"), &autre).unwrap_err().code, "E-ENVELOPPE-007");
    std::fs::copy(b.chemin("echanges/caf/residu.age"), b.chemin("echanges/cpam/residu.age")).unwrap();
    b.refuser(&["blind", "mission.toml", "--body", "cpam", "--tour", "2"], 3, "E-ENVELOPPE-007");
}

#[test]
fn chaque_tour_en_son_temps() {
    let b = TerritoireB::nouveau(2, "rapide");
    b.refuser(&["blind", "mission.toml", "--body", "caf", "--tour", "2"], 3, "E-OPRF-017");
    b.refuser(&["blind", "mission.toml", "--body", "caf", "--tour", "3"], 2, "E-OPRF-016");
    b.refuser(&["link", "mission.toml", "--tour", "1"], 3, "E-LIAISON-001");
    b.par_fichiers("caf", 1);
    // The first round's tokens are not the delivery.
    b.refuser(&["link", "mission.toml"], 3, "E-LIAISON-001");
    std::fs::copy(b.chemin("deliveries/caf/jetons.t1.parquet.age"), b.chemin("deliveries/caf/jetons.parquet.age")).unwrap();
    b.refuser(&["link", "mission.toml"], 3, "E-LIVRAISON-010");
    let un = TerritoireB::nouveau(1, "rapide");
    un.refuser(&["link", "mission.toml", "--tour", "1"], 3, "E-LIAISON-001");
    un.refuser(&["blind", "mission.toml", "--body", "caf", "--tour", "2"], 2, "E-OPRF-016");
}

/// The registers are read again at the last step: of somebody who objected meanwhile only marked tokens leave.
#[test]
fn une_opposition_entre_deux_pas_est_entendue() {
    use arrow::array::{ArrayRef, BooleanArray, FixedSizeBinaryArray, RecordBatch};
    use std::sync::Arc;
    let b = TerritoireB::nouveau(1, "rapide");
    b.reussir(&["blind", "mission.toml", "--body", "caf"]);
    b.reussir(&["serve-keys", "mission.toml", "--input", "echanges/caf"]);
    let ids = FixedSizeBinaryArray::try_from_iter([0xa2, 0xa4].map(octets).into_iter()).unwrap();
    let registre = RecordBatch::try_from_iter([
        ("row_id", Arc::new(ids) as ArrayRef),
        ("opposition", Arc::new(BooleanArray::from(vec![true, true])) as ArrayRef),
    ])
    .unwrap();
    recours_tables::ecrire_parquet(b.chemin("bodies/caf/registre.parquet"), &registre.schema(), &[registre]).unwrap();
    b.reussir(&["finalise", "mission.toml", "--body", "caf"]);
    assert_eq!(b.oppositions("caf").1.lignes(), 20);
    let attendu: BTreeSet<_> = [0xa1, 0xa3, 0xa5].map(octets).into();
    assert_eq!(row_ids(&b.table_jetons("caf").1).into_iter().collect::<BTreeSet<_>>(), attendu);
    assert_eq!(row_ids(&b.table_attributs("caf").1).into_iter().collect::<BTreeSet<_>>(), attendu);
}

#[test]
fn le_mode_b_dit_ce_qui_manque_dans_la_mission() {
    let bonne = mission_b(2, "rgs");
    let code = |texte: String| recours::mission::Mission::depuis_texte(std::path::Path::new("m.toml"), &texte).unwrap_err().fautes[0].code;
    assert_eq!(code(bonne.replacen("population = 1010", "", 1)), "E-MISSION-027");
    assert_eq!(code(bonne.replacen("population = 1010", "population = 0", 1)), "E-MISSION-009");
    assert_eq!(code(bonne.replace("tours = 2", "tours = 3")), "E-MISSION-009");
    assert_eq!(code(bonne.replace("mode = \"B\"", "mode = \"A\"")), "E-MISSION-026");
    let lire = |texte: &str| recours::mission::Mission::depuis_texte(std::path::Path::new("m.toml"), texte).unwrap();
    assert_eq!(lire(&bonne.replace("tours = 2\n", "")).tours, 2);
    // What caps evaluations is signed by all: it enters the fingerprint, and so the keys.
    let empreinte = |texte: &str| lire(texte).empreinte("r");
    assert_ne!(empreinte(&bonne), empreinte(&bonne.replacen("population = 1010", "population = 1011", 1)));
    assert_ne!(empreinte(&bonne), empreinte(&bonne.replace("tours = 2", "tours = 1")));
}

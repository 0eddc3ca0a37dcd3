//! Mode B, whole: blind evaluation by files and by the service gives what mode A gives, and whatever is not true,
//! not allowed or not of this mission is refused with its code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod oppositions;
mod refus;
mod service;
pub mod territoire_b;
mod tours;

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, UInt32Type};
use territoire_b::{TerritoireB, mission_b, mission_large, partition, reperages};

use crate::sceller::territoire::{octets, row_ids};

/// Fails if the blinding, the key or the batches enter the tokens, or if a row loses its place on the way.
#[test]
fn par_fichiers_les_memes_personnes_et_les_memes_reperages_qu_en_mode_a() {
    for suite in ["rgs", "rapide"] {
        let a = TerritoireB::en_mode_a(suite);
        // The wider passes once: they cost tens of evaluations a person.
        let b = TerritoireB::avec(&if suite == "rapide" { mission_large(1, suite) } else { mission_b(1, suite) });
        for body in ["caf", "cpam"] {
            b.par_fichiers(body, 1);
        }
        b.reussir(&["link", "mission.toml"]);
        assert_eq!(partition(&b), partition(&a));
        assert_eq!(partition(&b).len(), 5);
        assert_eq!(reperages(&b), reperages(&a));
        assert!(!reperages(&a).is_empty());
        les_memes_colonnes(&a, &b, suite == "rapide");
        // Nothing of the two steps is left at the body, and no token key was ever there.
        for body in ["caf", "cpam"] {
            assert_eq!(std::fs::read_dir(b.chemin(&format!("bodies/{body}/aveugle"))).unwrap().count(), 0);
            assert!(!b.chemin(&format!("bodies/{body}/niveau1.cle")).exists());
        }
        assert!(!b.chemin("linkage/niveau2.cle").exists());
    }
}

/// What the linkage unit receives has the shape of mode A's: canaries, labels, and as many tokens per row.
fn les_memes_colonnes(a: &TerritoireB, b: &TerritoireB, larges: bool) {
    let ((ici, lot_a), (la, lot_b)) = (a.table_jetons("caf"), b.table_jetons("caf"));
    assert_eq!(ici.schema(), la.schema());
    assert_eq!(la.annotation("recours.canaris").map(str::len), Some(64));
    let rangs = |lot: &recours_tables::Lot| -> BTreeMap<[u8; 16], usize> { row_ids(lot).into_iter().zip(0..).collect() };
    let (dans_a, dans_b) = (rangs(&lot_a), rangs(&lot_b));
    for n in [0xa1, 0xa2, 0xa3, 0xa5].map(octets) {
        for (champ, (ca, cb)) in ici.schema().fields().iter().zip(lot_a.lot().columns().iter().zip(lot_b.lot().columns())) {
            let (i, j) = (dans_a[&n], dans_b[&n]);
            match champ.data_type() {
                DataType::UInt32 => {
                    let dite = |c: &ArrayRef, i| c.as_primitive::<UInt32Type>().value(i) == 0;
                    assert_eq!(dite(ca, i), dite(cb, j), "{}", champ.name());
                }
                DataType::Binary if larges => {
                    let taille = |c: &ArrayRef, i| if c.is_null(i) { 0 } else { c.as_binary::<i32>().value(i).len() };
                    assert_eq!(taille(ca, i), taille(cb, j), "{}", champ.name());
                }
                DataType::Binary => assert!(cb.is_null(j), "{}", champ.name()),
                _ => assert_eq!(ca.is_null(i), cb.is_null(j), "{}", champ.name()),
            }
        }
    }
}

#[test]
fn chacun_n_a_besoin_que_de_son_dossier() {
    let b = TerritoireB::nouveau(1, "rapide");
    b.cacher(&["tiers_cles", "linkage", "host", "bodies/cpam"]);
    b.reussir(&["blind", "mission.toml", "--body", "caf", "--out", "cle_usb"]);
    b.rendre();
    b.cacher(&["bodies", "linkage", "host"]);
    b.reussir(&["serve-keys", "mission.toml", "--input", "cle_usb/demande.t1.001.age", "--out", "retour/reponse.age"]);
    b.rendre();
    b.cacher(&["tiers_cles", "linkage", "host", "bodies/cpam", "cle_usb"]);
    b.reussir(&["finalise", "mission.toml", "--body", "caf", "--reponse", "retour/reponse.age"]);
    b.rendre();
    assert!(b.chemin("deliveries/caf/jetons.parquet.age").exists() && b.chemin("deliveries/caf/attributs.parquet.age").exists());
}

/// The linkage unit gets tokens under a key that it has not: the mission's other keys do not enter them.
#[test]
fn les_cles_du_tiers_se_montrent_sans_leur_secret_et_se_detruisent() {
    let b = TerritoireB::nouveau(2, "rgs");
    let vue = b.reussir(&["keys", "show", "mission.toml"]);
    let secret = std::fs::read_to_string(b.chemin("tiers_cles/oprf.cle")).unwrap();
    let secret = secret.trim().rsplit(' ').next().unwrap();
    assert!(secret.len() == 64 && !vue.contains(secret), "{vue}");
    for passe in ["p0  02", "p1  0", "p5  0"] {
        assert!(vue.contains(passe) || vue.contains(&passe.replace("02", "03")), "{passe} : {vue}");
    }
    b.reussir(&["keys", "destroy", "mission.toml", "--role", "tiers_cles", "--oui"]);
    for parti in ["tiers_cles/oprf.cle", "tiers_cles/cle.age", "tiers_cles/compteur.json", "cles/tiers_cles.pub"] {
        assert!(!b.chemin(parti).exists(), "{parti}");
    }
    let journal = recours_tables::journal::verifier_fichier(&b.chemin("tiers_cles/journal.jsonl"), None, None).unwrap();
    assert_eq!(journal.entrees.iter().filter(|e| e.acte == "destruction_de_cle").count(), 3);
    b.refuser(&["blind", "mission.toml", "--body", "caf"], 3, "E-CLES-001");
    b.reussir(&["keys", "new", "mission.toml", "--role", "tiers_cles"]);
    b.reussir(&["blind", "mission.toml", "--body", "caf"]);
}

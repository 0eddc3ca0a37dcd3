//! Mode B, whole: blind evaluation by files and by the service gives what mode A gives, and whatever is not true,
//! not allowed or not of this mission is refused with its code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod canaris;
mod refus;
mod service;
pub mod territoire_b;
mod tours;

use territoire_b::{TerritoireB, partition, reperages};

/// Fails if the blinding, the key or the batches enter the tokens, or if a row loses its place on the way.
#[test]
fn par_fichiers_les_memes_personnes_et_les_memes_reperages_qu_en_mode_a() {
    for suite in ["rgs", "rapide"] {
        let a = TerritoireB::en_mode_a(suite);
        let b = TerritoireB::nouveau(1, suite);
        for body in ["caf", "cpam"] {
            b.par_fichiers(body, 1);
        }
        b.reussir(&["link", "mission.toml"]);
        assert_eq!(partition(&b), partition(&a));
        assert_eq!(partition(&b).len(), 6);
        assert_eq!(reperages(&b), reperages(&a));
        assert!(!reperages(&a).is_empty());
        // Nothing of the two steps is left at the body, and no token key was ever there.
        for body in ["caf", "cpam"] {
            assert_eq!(std::fs::read_dir(b.chemin(&format!("bodies/{body}/aveugle"))).unwrap().count(), 0);
            assert!(!b.chemin(&format!("bodies/{body}/niveau1.cle")).exists());
        }
        assert!(!b.chemin("linkage/niveau2.cle").exists());
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

//! The smallest mission, whole: a boolean of the CAF and one of the CPAM are all that crosses.

use recours::mission::Mission;
use recours_tables::enveloppe::{IdentiteAge, dechiffrer};
use recours_tables::lecture::Lecteur;
use std::process::Command;

#[test]
fn deux_booleens_traversent_et_suffisent() {
    let d = tempfile::tempdir().unwrap();
    let out = d.path().join("d");
    let o = Command::new(env!("CARGO_BIN_EXE_recours"))
        .args(["demo", "--petite", "--persons", "6000", "--seed", "5", "--out", out.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
    let mission = Mission::lire(out.join("mission.toml")).unwrap();
    let hote = IdentiteAge::lire(&out.join("host/cle.age")).unwrap();
    for (organisme, fait) in [("caf", "rsa_en_paiement"), ("cpam", "c2s_ouverte")] {
        let fichier = mission.dossiers.livraisons.join(organisme).join("attributs.parquet.age");
        let clair = dechiffrer(&std::fs::read(&fichier).unwrap(), &hote).unwrap();
        let schema = Lecteur::depuis_parquet(&fichier, clair).unwrap().schema();
        let faits: Vec<&str> =
            schema.fields().iter().map(|f| f.name().as_str()).filter(|n| !matches!(*n, "row_id" | "foyer" | "role")).collect();
        assert_eq!(faits, [fait]);
    }
    let recu: serde_json::Value = serde_json::from_slice(&std::fs::read(out.join("host/receipt.json")).unwrap()).unwrap();
    let droit = &recu["droits"]["c2s_allocataires_rsa"];
    // The MSA, which pays both, is not of this mission: nothing is certain.
    assert!(droit["probable"].as_u64().unwrap() >= 3 && droit["certain"] == 0, "{droit}");
    // What is found is what the inventor hid: nobody who has a cover open.
    let texte = String::from_utf8_lossy(&o.stdout);
    let ligne = texte.lines().find(|l| l.trim_start().starts_with("c2s_allocataires_rsa") && l.contains("probable")).unwrap();
    assert!(ligne.contains("probable 100,0 %"), "{ligne}");
    let plan =
        Command::new(env!("CARGO_BIN_EXE_recours")).args(["plan", "missions/rsa_sans_css.toml", "--format", "json"]).output().unwrap();
    let plan = String::from_utf8_lossy(&plan.stdout).into_owned();
    assert!(plan.contains("rsa_en_paiement") && plan.contains("c2s_ouverte"), "{plan}");
    assert!(!plan.contains("recu_rsa"), "{plan}");
}

//! The end of an epoch: destroyed, said, shown; and stopped in the middle, then finished.

use std::process::Command;

use super::banc::{contenu, demo, dit, entrees, toute};

#[test]
fn chaque_role_detruit_ce_qu_il_tient_et_le_montre() {
    let copie = toute();
    let ici = copie.path();
    for (de, sien, partis, restes) in [
        (
            "caf",
            "bodies/caf",
            &["bodies/caf/cle.age", "bodies/caf/niveau1.cle", "bodies/caf/interne.parquet", "bodies/caf/liste/liste.html", "lists/caf.age"]
                [..],
            &["bodies/caf/registre.parquet", "bodies/caf/extrait/personnes.parquet", "bodies/caf/signature.cle"][..],
        ),
        (
            "liaison",
            "linkage",
            &["linkage/cpam.parquet", "linkage/niveau2.cle", "deliveries/cpam/jetons.parquet.age"],
            &["linkage/signature.cle"],
        ),
        ("hote", "host", &["host/findings.parquet", "host/cle.age", "deliveries/cpam/attributs.parquet.age"], &["host/publications.jsonl"]),
        ("auditeur", "auditeur", &["auditeur/cle.age"], &["auditeur/signature.cle"]),
    ] {
        let avant = contenu(ici);
        let (code, texte) = dit(ici, &["efface", "mission.toml", "--de", de]);
        assert!(code == 2 && texte.contains("E-EFFACE-001") && partis.iter().all(|p| texte.contains(p)), "{texte}");
        let (code, texte) = dit(ici, &["efface", "mission.toml", "--de", de, "--verifie"]);
        assert!(code == 1 && texte.contains("E-EFFACE-002") && texte.contains("encore là"), "{texte}");
        // Neither of them took anything away.
        assert_eq!(contenu(ici), avant, "{de}");

        let (code, texte) = dit(ici, &["efface", "mission.toml", "--de", de, "--oui"]);
        assert_eq!(code, 0, "{texte}");
        assert!(partis.iter().all(|p| demo().join(p).exists() && !ici.join(p).exists()), "{de}");
        assert!(restes.iter().all(|p| ici.join(p).exists()), "{de}");
        let (code, texte) = dit(ici, &["efface", "mission.toml", "--de", de, "--verifie"]);
        assert!(code == 0 && texte.contains("journal signé tient") && texte.contains("sauvegardes"), "{texte}");
        // The log has the digest of each, before; keys have acts of their own.
        let actes = entrees(&ici.join(sien).join("journal.jsonl"));
        let annonces = actes.iter().filter(|e| e.acte == "effacement_commence").flat_map(|e| e.contenu.clone().unwrap());
        let dits: Vec<String> = annonces.filter(|(n, _)| n.starts_with("detruit.")).map(|(_, e)| e).collect();
        let autres = partis.iter().filter(|p| !p.ends_with(".cle") && !p.ends_with("cle.age"));
        for p in autres {
            let empreinte = blake3::hash(&std::fs::read(demo().join(p)).unwrap()).to_hex().to_string();
            // In the copy every file has the bytes of the demo's.
            assert!(dits.contains(&empreinte), "{de} : {p}");
        }
        assert!(actes.iter().any(|e| e.acte == "destruction_de_cle") && actes.last().unwrap().acte == "effacement_fait");
    }
    // The traces answer after the end.
    assert_eq!(contenu(&ici.join("bodies/caf/traces")).len(), contenu(&demo().join("bodies/caf/traces")).len());
    // Other bodies' folders were not touched.
    assert_eq!(contenu(&ici.join("bodies/cpam")), contenu(&demo().join("bodies/cpam")));
}

/// A copy under another name is found by its content.
#[test]
fn une_copie_de_ce_qui_est_detruit_se_voit() {
    let copie = toute();
    let ici = copie.path();
    std::fs::copy(ici.join("host/findings.parquet"), ici.join("host/vieux.bin")).unwrap();
    assert_eq!(dit(ici, &["efface", "mission.toml", "--de", "hote", "--oui"]).0, 0);
    let (code, texte) = dit(ici, &["efface", "mission.toml", "--de", "hote", "--verifie"]);
    assert!(code == 1 && texte.contains("host/vieux.bin"), "{texte}");
    std::fs::remove_file(ici.join("host/vieux.bin")).unwrap();
    assert_eq!(dit(ici, &["efface", "mission.toml", "--de", "hote", "--verifie"]).0, 0);
}

/// The system stops the process at the first file beyond a size: between the announcement and the end.
#[test]
fn une_destruction_coupee_se_voit_et_se_reprend() {
    let copie = toute();
    let ici = copie.path();
    // Parts of the host's work are destroyed last: this one is beyond the limit, everything before it and the log are under.
    std::fs::write(ici.join("host/partie.0001.0001.parquet"), vec![7; 3 << 20]).unwrap();
    let commande = format!("ulimit -f 1024; exec '{}' efface mission.toml --de hote --oui", env!("CARGO_BIN_EXE_recours"));
    let sortie = Command::new("bash").current_dir(ici).args(["-c", &commande]).output().unwrap();
    assert!(!sortie.status.success());
    let (code, texte) = dit(ici, &["efface", "mission.toml", "--de", "hote", "--verifie"]);
    assert!(code == 1 && texte.contains("interrompue") && texte.contains("host/partie.0001.0001.parquet"), "{texte}");
    assert!(!ici.join("host/findings.parquet").exists() && !ici.join("deliveries/caf/attributs.parquet.age").exists());
    let actes = entrees(&ici.join("host/journal.jsonl"));
    assert!(actes.iter().any(|e| e.acte == "effacement_commence") && !actes.iter().any(|e| e.acte == "effacement_fait"));
    assert_eq!(dit(ici, &["efface", "mission.toml", "--de", "hote", "--oui"]).0, 0);
    let (code, texte) = dit(ici, &["efface", "mission.toml", "--de", "hote", "--verifie"]);
    assert_eq!(code, 0, "{texte}");
}

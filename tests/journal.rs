//! The logs of the roles, through the whole small demonstration: what they say, what they never hold, and each way
//! of tampering with them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use recours_tables::journal::verifier_fichier;
use recours_tables::lire_table;

static DEMO: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let d = tempfile::tempdir().unwrap();
    let (code, _, erreur) = recours(d.path(), &["demo", "--petite", "--persons", "3000", "--seed", "7", "--out", "d"]);
    assert_eq!(code, Some(0), "{erreur}");
    d
});

fn ici(relatif: &str) -> PathBuf {
    DEMO.path().join("d").join(relatif)
}

fn recours(dossier: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let sortie = Command::new(env!("CARGO_BIN_EXE_recours")).current_dir(dossier).args(arguments).output().unwrap();
    (sortie.status.code(), String::from_utf8(sortie.stdout).unwrap(), String::from_utf8(sortie.stderr).unwrap())
}

fn verifie(arguments: &[&str]) -> (Option<i32>, String, String) {
    recours(&DEMO.path().join("d"), &[&["journal", "verifie"], arguments].concat())
}

const JOURNAUX: [&str; 5] =
    ["bodies/caf/journal.jsonl", "bodies/cpam/journal.jsonl", "linkage/journal.jsonl", "host/journal.jsonl", "auditeur/journal.jsonl"];

fn signatures() -> BTreeMap<String, String> {
    let table: toml::Table = std::fs::read_to_string(ici("cles/identifiants.toml")).unwrap().parse().unwrap();
    let cles = table["signatures"].as_table().unwrap().iter();
    cles.map(|(nom, cle)| (nom.clone(), cle.as_str().unwrap().to_owned())).collect()
}

#[test]
fn chaque_role_a_note_ce_qu_il_a_fait() {
    let actes = |journal: &str| -> BTreeSet<String> {
        verifier_fichier(&ici(journal), None, None).unwrap().entrees.into_iter().map(|e| e.acte).collect()
    };
    let attendus = [
        ("bodies/caf/journal.jsonl", &["creation_de_cle", "scellement"][..]),
        ("linkage/journal.jsonl", &["creation_de_cle", "liaison"]),
        ("host/journal.jsonl", &["creation_de_cle", "detection", "liste", "publication"]),
    ];
    for (journal, voulus) in attendus {
        let faits = actes(journal);
        assert!(voulus.iter().all(|a| faits.contains(*a)), "{journal} {faits:?}");
    }
    // Digests are those of the files given to others.
    let lu = verifier_fichier(&ici("bodies/caf/journal.jsonl"), None, None).unwrap();
    let scellement = lu.entrees.iter().find(|e| e.acte == "scellement").unwrap().contenu.clone().unwrap();
    let livree = blake3::hash(&std::fs::read(ici("deliveries/caf/jetons.parquet.age")).unwrap()).to_hex().to_string();
    assert_eq!(scellement["fichier.jetons.parquet.age"], livree);
    let liaison = verifier_fichier(&ici("linkage/journal.jsonl"), None, None).unwrap();
    assert!(liaison.entrees.iter().any(|e| e.contenu.as_ref().is_some_and(|c| c.get("recu.caf.jetons") == Some(&livree))));
}

#[test]
fn la_commande_verifie_et_resume_en_francais() {
    let cles = signatures();
    for (journal, role) in JOURNAUX.iter().zip(["caf", "cpam", "liaison", "hote", "auditeur"]) {
        let (code, dit, erreur) = verifie(&[journal, "--cle", &cles[role]]);
        assert_eq!(code, Some(0), "{journal} {erreur}");
        assert!(dit.contains(&format!("Journal de {role}")) && dit.contains("La chaîne tient"), "{dit}");
    }
    let (_, dit, _) = verifie(&["host/journal.jsonl", "--cle", &cles["hote"]]);
    for mot in ["création de clé", "détection", "liste", "publication", "empreinte_regles"] {
        assert!(dit.contains(mot), "{mot}\n{dit}");
    }
    // The key of another role, and what is no key.
    let (code, _, erreur) = verifie(&["host/journal.jsonl", "--cle", &cles["caf"]]);
    assert!(code == Some(3) && erreur.contains("E-JOURNAL-006"), "{erreur}");
    let (code, _, erreur) = verifie(&["host/journal.jsonl", "--cle", "abc"]);
    assert!(code == Some(2) && erreur.contains("E-JOURNAL-015"), "{erreur}");
}

#[test]
fn la_liaison_atteste_les_journaux_des_organismes_et_l_hote_celui_de_la_liaison() {
    for (journal, temoin) in [("bodies/caf/journal.jsonl", "linkage/journal.jsonl"), ("linkage/journal.jsonl", "host/journal.jsonl")] {
        let (code, dit, erreur) = verifie(&[journal, "--point", temoin]);
        assert!(code == Some(0) && dit.contains("mène au point gardé"), "{dit}{erreur}");
        // Cut after the keys: the chain of what is left holds, and the witness tells.
        let copie = DEMO.path().join(format!("coupe-{}", journal.replace('/', "-")));
        let texte = std::fs::read_to_string(ici(journal)).unwrap();
        std::fs::write(&copie, texte.lines().take(3).map(|l| format!("{l}\n")).collect::<String>()).unwrap();
        let copie = copie.to_str().unwrap();
        assert_eq!(verifie(&[copie]).0, Some(0));
        let (code, _, erreur) = verifie(&[copie, "--point", temoin]);
        assert!(code == Some(3) && erreur.contains("E-JOURNAL-007"), "{erreur}");
    }
    let (code, point, _) = recours(&DEMO.path().join("d"), &["journal", "point", "host/journal.jsonl"]);
    assert!(code == Some(0) && point.starts_with("recours-point-1 hote "), "{point}");
    assert_eq!(verifie(&["host/journal.jsonl", "--point", point.trim()]).0, Some(0));
    assert!(verifie(&["bodies/caf/journal.jsonl", "--point", point.trim()]).2.contains("E-JOURNAL-006"));
}

#[test]
fn un_journal_ne_contient_ni_jeton_ni_numero_de_ligne_ni_identite() {
    let mut interdits: BTreeSet<String> = BTreeSet::new();
    for organisme in ["caf", "cpam"] {
        let registre = lire_table(ici(&format!("bodies/{organisme}/registre.parquet"))).unwrap().tout().unwrap();
        for colonne in ["nir", "nom_naissance"] {
            let c = registre.colonne(colonne).unwrap().texte().unwrap();
            interdits.extend(c.iter().flatten().filter(|t| t.len() >= 6).map(str::to_lowercase));
        }
        let liens = lire_table(ici(&format!("linkage/{organisme}.parquet"))).unwrap().tout().unwrap();
        for colonne in ["row_id", "handle"] {
            let octets = liens.colonne(colonne).unwrap().octets16().unwrap();
            interdits.extend(octets.into_iter().flatten().map(|o| o.iter().map(|b| format!("{b:02x}")).collect::<String>()));
        }
    }
    assert!(interdits.len() > 3_000);
    for journal in JOURNAUX {
        let texte = std::fs::read_to_string(ici(journal)).unwrap().to_lowercase();
        let mots: BTreeSet<&str> = texte.split(|c: char| !c.is_alphanumeric()).collect();
        assert!(interdits.iter().all(|i| !mots.contains(i.as_str())), "{journal}");
    }
}

#[test]
fn sans_cle_de_signature_rien_ne_se_fait() {
    let d = tempfile::tempdir().unwrap();
    let (code, _, erreur) = recours(d.path(), &["demo", "--petite", "--persons", "300", "--out", "d"]);
    assert_eq!(code, Some(0), "{erreur}");
    let d = d.path().join("d");
    std::fs::remove_file(d.join("bodies/caf/signature.cle")).unwrap();
    std::fs::remove_dir_all(d.join("deliveries/caf")).unwrap();
    let (code, _, erreur) = recours(&d, &["seal", "mission.toml", "--body", "caf"]);
    assert!(code == Some(3) && erreur.contains("E-JOURNAL-014"), "{erreur}");
    assert!(!d.join("deliveries/caf").exists());
    // Nor after a log that somebody touched.
    let journal = d.join("host/journal.jsonl");
    let texte = std::fs::read_to_string(&journal).unwrap();
    let fin = texte.lines().last().unwrap();
    std::fs::write(&journal, texte.replace(fin, &fin.replace("publication", "liste"))).unwrap();
    let (code, _, erreur) = recours(&d, &["detect", "mission.toml"]);
    assert!(code == Some(3) && erreur.contains("E-JOURNAL-003"), "{erreur}");
}

#[test]
fn l_elagage_par_la_commande() {
    let d = tempfile::tempdir().unwrap();
    let (code, _, erreur) = recours(d.path(), &["demo", "--petite", "--persons", "300", "--out", "d"]);
    assert_eq!(code, Some(0), "{erreur}");
    let d = d.path().join("d");
    let (code, dit, erreur) = recours(&d, &["journal", "elague", "mission.toml", "--de", "hote"]);
    assert!(code == Some(0) && dit.starts_with("0 contenus"), "{dit}{erreur}");
    assert!(recours(&d, &["journal", "elague", "mission.toml", "--de", "personne"]).2.contains("E-MISSION-020"));
}

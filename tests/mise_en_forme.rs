//! `recours fmt` through the built command.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use crate::evaluer::banc::{dit, racine, recours};
use std::fs;
use std::path::Path;

const BROUILLON: &str = "parametres:\n  # le plafond\n- {unite: euro_par_mois, dit: Plafond, nom: plafond, valeurs: [{valeur: 600, du: 2025-01-01, source: Décret}]}\n";
const EN_FORME: &str = "parametres:\n  # le plafond\n  - nom: plafond\n    dit: \"Plafond\"\n    unite: euro_par_mois\n    valeurs:\n      - { du: 2025-01-01, valeur: 600, source: \"Décret\" }\n";

fn dossier(fichiers: &[(&str, &[u8])]) -> tempfile::TempDir {
    let dossier = tempfile::tempdir().unwrap();
    for (nom, octets) in fichiers {
        let chemin = dossier.path().join(nom);
        fs::create_dir_all(chemin.parent().unwrap()).unwrap();
        fs::write(chemin, octets).unwrap();
    }
    dossier
}

fn lu(dossier: &Path, nom: &str) -> String {
    fs::read_to_string(dossier.join(nom)).unwrap()
}

#[test]
fn un_dossier_est_mis_en_forme_variantes_comprises() {
    let variante = b"dit: Essai\nvariante: essai\n";
    let d = dossier(&[("jeu/a.yaml", BROUILLON.as_bytes()), ("jeu/variantes/v.yaml", variante), ("jeu/notes.md", b"#  libre")]);
    let verifie = recours(d.path(), &["fmt", "--verifier", "jeu"]);
    assert_eq!(verifie.status.code(), Some(1));
    let texte = dit(&verifie);
    for mot in ["E-REGLES-006", "2 fichier(s)", "a.yaml", "v.yaml"] {
        assert!(texte.contains(mot), "{texte}");
    }
    assert_eq!(lu(d.path(), "jeu/a.yaml"), BROUILLON, "--verifier n'écrit rien");

    let fait = recours(d.path(), &["fmt", "jeu"]);
    assert!(fait.status.success() && dit(&fait).contains("2 fichier(s) mis en forme, 0 déjà"), "{}", dit(&fait));
    assert_eq!(lu(d.path(), "jeu/a.yaml"), EN_FORME);
    assert_eq!(lu(d.path(), "jeu/variantes/v.yaml"), "variante: essai\ndit: \"Essai\"\n");
    assert_eq!(lu(d.path(), "jeu/notes.md"), "#  libre");
    assert!(recours(d.path(), &["fmt", "--verifier", "jeu"]).status.success());
}

#[test]
fn ce_qui_a_une_faute_reste_tel_quel_et_le_reste_est_fait() {
    let fautif = b"parametres:\n  - { nom: p, dit: p, unite: euro, # ici\n      valeurs: [] }\n";
    let d = dossier(&[("a.yaml", fautif), ("b.yaml", BROUILLON.as_bytes())]);
    let sortie = recours(d.path(), &["fmt", "a.yaml", "b.yaml"]);
    assert_eq!(sortie.status.code(), Some(1));
    assert!(dit(&sortie).contains("R-070") && dit(&sortie).contains("a.yaml"), "{}", dit(&sortie));
    assert_eq!(fs::read(d.path().join("a.yaml")).unwrap(), fautif);
    assert_eq!(lu(d.path(), "b.yaml"), EN_FORME);
}

#[test]
fn des_octets_qui_ne_sont_pas_un_texte_sont_refuses() {
    for octets in [&b"parametres: \xff\xfe"[..], &b"\xc3\x28: 1"[..], &[0x80; 1_000_000][..]] {
        let d = dossier(&[("jeu/a.yaml", octets)]);
        for arguments in [&["fmt", "jeu"][..], &["check", "jeu"][..]] {
            let sortie = recours(d.path(), arguments);
            assert_eq!(sortie.status.code(), Some(3), "{}", dit(&sortie));
            assert!(dit(&sortie).contains("E-REGLES-003"), "{}", dit(&sortie));
        }
    }
    let d = dossier(&[("jeu/lisez.txt", b"rien")]);
    assert!(dit(&recours(d.path(), &["fmt", "jeu"])).contains("E-REGLES-002"));
}

#[test]
fn le_schema_imprime_est_celui_du_depot() {
    let sortie = recours(racine(), &["fmt", "--schema"]);
    assert!(sortie.status.success());
    assert_eq!(String::from_utf8(sortie.stdout).unwrap(), lu(racine(), "rules/schema.json"));
}

#[test]
fn le_jeu_du_depot_est_mis_en_forme() {
    let sortie = recours(racine(), &["fmt", "--verifier", "rules/fr"]);
    assert!(sortie.status.success(), "`recours fmt rules/fr` le remet en forme :\n{}", dit(&sortie));
}

//! Inputs refused: file, column, row, what is allowed; exit 3, nothing written.

use super::banc::{Banc, dit};

#[test]
fn un_code_inconnu_nomme_la_colonne_la_ligne_et_les_valeurs_permises() {
    let mut banc = Banc::nouveau();
    banc.foyers.colonne("statut_occupation")[1] = "chateau".into();
    let texte = banc.refus(&["f.csv", "« statut_occupation »", "ligne 2", "proprietaire", "locataire_hlm", "loge_gratuitement"]);
    assert!(!texte.contains("chateau"));
    // A list that no rule of today reads is held to its codes too.
    let mut banc = Banc::nouveau();
    banc.personnes.colonnes.push(("scolarite".into(), ["", "", "", "prepa", ""].map(str::to_owned).to_vec()));
    assert!(!banc.refus(&["p.csv", "« scolarite »", "ligne 4", "maternelle"]).contains("prepa"));
}

#[test]
fn une_cle_manquante_double_ou_vide() {
    let mut banc = Banc::nouveau();
    banc.personnes.colonne("person_id")[3] = "21".into();
    banc.refus(&["p.csv", "« person_id »", "ligne 4", "ligne 2", "E-TABLE-016"]);
    let mut banc = Banc::nouveau();
    banc.foyers.colonne("household_id")[2] = "1".into();
    banc.refus(&["f.csv", "« household_id »", "E-TABLE-016"]);
    let mut banc = Banc::nouveau();
    banc.personnes.colonne("household_id")[1] = "987".into();
    assert!(!banc.refus(&["p.csv", "« household_id »", "ligne 2", "E-DONNEES-005", "f.csv"]).contains("987"));
    let mut banc = Banc::nouveau();
    banc.foyers.colonne("household_id")[2] = "44".into();
    banc.refus(&["« household_id »", "E-DONNEES-005"]);
    let mut banc = Banc::nouveau();
    banc.personnes.colonne("person_id")[0] = " ".into();
    banc.refus(&["p.csv", "« person_id »", "ligne 1", "E-TABLE-015"]);
    let mut banc = Banc::nouveau();
    banc.foyers.sans("household_id");
    banc.refus(&["f.csv", "« household_id »", "absente", "E-TABLE-007"]);
}

#[test]
fn un_foyer_sans_personne_est_nomme_par_sa_ligne() {
    let mut banc = Banc::nouveau();
    for c in &mut banc.foyers.colonnes {
        let premier = c.1[0].clone();
        c.1.push(premier);
    }
    banc.foyers.colonne("household_id")[3] = "9".into();
    banc.refus(&["f.csv", "« household_id »", "ligne 4", "p.csv"]);
}

#[test]
fn un_nombre_une_date_ou_un_booleen_illisibles() {
    for (colonne, valeur, code) in [
        ("salaire_net_m02", "mille", "E-TABLE-010"),
        ("salaire_net_m02", "1.234,56", "E-TABLE-010"),
        ("date_naissance", "1990-02-30", "E-TABLE-011"),
        ("date_naissance", "hier", "E-TABLE-010"),
        ("enceinte", "peut-être", "E-TABLE-010"),
        ("livret_a", "-3", "E-DONNEES-001"),
        ("livret_a", "99999999999", "E-TABLE-013"),
        ("taux_incapacite", "80", "E-DONNEES-001"),
    ] {
        let mut banc = Banc::nouveau();
        banc.personnes.colonne(colonne)[1] = valeur.into();
        let texte = banc.refus(&["p.csv", &format!("« {colonne} »"), "ligne 2", code]);
        assert!(!texte.contains(valeur) || valeur == "80" || valeur == "-3", "{texte}");
    }
}

#[test]
fn la_ligne_est_celle_du_fichier_meme_quand_les_foyers_sont_meles() {
    let mut banc = Banc::nouveau();
    // Rows out of order: the refusal is found after the join, and still says the file's row.
    for c in &mut banc.personnes.colonnes {
        c.1.swap(0, 4);
    }
    banc.personnes.colonne("livret_a")[0] = "-1".into();
    banc.refus(&["p.csv", "« livret_a »", "ligne 1", "E-DONNEES-001"]);
}

#[test]
fn mauvais_usage() {
    let banc = Banc::nouveau();
    let sortie = banc.evaluer(&["--threads", "0"]);
    assert_eq!(sortie.status.code(), Some(2));
    for date in ["2026-02-30", "hier"] {
        banc.ecrire();
        let arguments = ["evaluate", "--rules", ".", "--on", date, "--persons", "p.csv", "--households", "f.csv", "--out", "r.parquet"];
        let sortie = super::banc::recours(banc.dossier.path(), &arguments);
        assert_eq!(sortie.status.code(), Some(2), "{}", dit(&sortie));
    }
    assert!(!banc.chemin("r.parquet").exists());
}

#[test]
fn trop_peu_de_memoire_est_dit_avant_de_lire() {
    let banc = Banc::nouveau();
    let sortie = banc.evaluer(&["--memory", "1kB"]);
    assert_eq!(sortie.status.code(), Some(3));
    assert!(dit(&sortie).contains("E-EVALUER-003"));
    assert!(!banc.chemin("r.parquet").exists());
    assert!(banc.evaluer(&["--memory", "1GB"]).status.success());
}

#[test]
fn une_sortie_impossible_est_une_panne_et_ne_laisse_rien() {
    let banc = Banc::nouveau();
    banc.ecrire();
    std::fs::create_dir(banc.chemin("r.parquet")).unwrap();
    let sortie = banc.evaluer(&[]);
    assert_eq!(sortie.status.code(), Some(4), "{}", dit(&sortie));
    assert_eq!(std::fs::read_dir(banc.chemin("r.parquet")).unwrap().count(), 0);
    let banc = Banc::nouveau();
    let sortie = banc.evaluer(&["--out", "r.xlsx"]);
    assert_eq!(sortie.status.code(), Some(3), "{}", dit(&sortie));
    assert!(dit(&sortie).contains("E-TABLE-003"));
}

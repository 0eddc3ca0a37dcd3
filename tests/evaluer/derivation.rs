//! `--explain`: the derivation of one foyer, to the terminal or to a file of the user alone.

use super::banc::{Banc, dit};

#[test]
fn la_derivation_dit_chaque_clause_son_article_et_ses_montants() {
    let banc = Banc::nouveau();
    let sortie = banc.evaluer(&["--explain", "3", "--validation"]);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    let texte = String::from_utf8(sortie.stdout).unwrap();
    for attendu in [
        "En bref :",
        "  Allocation de solidarité aux personnes âgées : oui, 505,64 € par mois\n",
        "  Allocation aux adultes handicapés : non\n",
        "Foyer 3, au 1er octobre 2026",
        "Verdict : oui, 505,64 € par mois",
        "[vrai] Avoir 65 ans, ou l'âge anticipé en cas d'inaptitude",
        "CSS L815-1, R815-1, L816-1",
        "512,34 € par mois (de M-3 à M-1)",
        "Personnes : demandeur (70 ans).",
        "  Conditions :",
        "  Calcul du montant :",
        "= 12 523,14",
        "12 523,14 € par an",
        "15 juin 1956",
        "La règle laisse de côté",
        "ce n'est pas une décision",
    ] {
        assert!(texte.contains(attendu), "« {attendu} » attendu dans :\n{texte}");
    }
    assert!(banc.chemin("r.parquet").exists());
    // Nobody else's values.
    assert!(!texte.contains("1 650,50") && !texte.contains("1986"));
}

#[test]
fn un_droit_seul_les_autres_nommes_et_chaque_calcul_une_fois() {
    let banc = Banc::nouveau();
    let texte = String::from_utf8(banc.evaluer(&["--explain", "2", "--validation", "--droit", "rsa"]).stdout).unwrap();
    assert!(texte.contains("Personnes : demandeur (36 ans), conjoint (34 ans), enfant (7 ans)."), "{texte}");
    let droits: Vec<&str> = texte.lines().filter(|l| !l.starts_with(' ') && l.contains('@')).collect();
    assert!(matches!(droits.as_slice(), [seul] if seul.contains("(rsa@")), "{droits:?}");
    // A computation is developed once; elsewhere its value stands alone.
    let lignes: Vec<&str> = texte.lines().collect();
    let retrait = |l: &str| l.len() - l.trim_start().len();
    let developpes = |debut: &str| {
        let suivies = lignes.windows(2).filter(|w| w[0].trim_start().starts_with(debut) && retrait(w[1]) > retrait(w[0]));
        suivies.count()
    };
    assert_eq!(developpes("Enfants à charge au sens du RSA"), 1, "{texte}");
    assert!(lignes.iter().any(|l| l.contains("Enfants à charge au sens du RSA") && l.ends_with("voir plus haut")), "{texte}");
    // The figures of a sum are those of its parts.
    assert!(lignes.iter().any(|l| l.trim_start().starts_with("= ") && l.contains(" + ")), "{texte}");
}

#[test]
fn un_droit_inconnu_du_jeu_est_un_mauvais_usage() {
    let sortie = Banc::nouveau().evaluer(&["--explain", "1", "--droit", "rsaa"]);
    assert_eq!(sortie.status.code(), Some(2));
    assert!(dit(&sortie).contains("E-EVALUER-004") && dit(&sortie).contains("« rsa »"), "{}", dit(&sortie));
}

#[test]
fn les_mois_d_une_serie_qui_manque_sont_nommes_ensemble() {
    let mut banc = Banc::nouveau();
    for m in 0..15 {
        banc.personnes.sans(&format!("salaire_net_m{m:02}"));
    }
    let texte = dit(&banc.evaluer(&["--explain", "1", "--validation", "--droit", "rsa"]));
    let attendu = ["Salaire net (", " mois, de salaire_net_m0", "tenu par carsat)"];
    assert!(attendu.iter().all(|a| texte.contains(a)), "{texte}");
    assert!(texte.contains("inconnu (de M-") && texte.contains("[salaire_net]"), "{texte}");
}

#[test]
fn un_fait_inconnu_est_nomme_avec_qui_le_tient() {
    let mut banc = Banc::nouveau();
    banc.personnes.sans("salaire_net_m03");
    let texte = dit(&banc.evaluer(&["--explain", "1", "--validation"]));
    assert!(texte.contains("Verdict : inconnu"), "{texte}");
    assert!(texte.contains("Pour trancher, il faudrait : Salaire net (salaire_net_m03, tenu par carsat)"), "{texte}");
}

#[test]
fn un_droit_percu_est_acquis_et_rien_de_plus() {
    let mut banc = Banc::nouveau();
    banc.foyers.colonne("recu_rsa")[1] = "123,45".into();
    let texte = String::from_utf8(banc.evaluer(&["--explain", "2"]).stdout).unwrap();
    let rsa = texte.split("\n\n").find(|p| p.starts_with("Revenu de solidarité active")).unwrap();
    assert_eq!(rsa.lines().count(), 2, "{rsa}");
    assert!(rsa.contains("déjà perçu"));
}

#[cfg(unix)]
#[test]
fn vers_un_fichier_que_l_utilisateur_seul_lit() {
    use std::os::unix::fs::PermissionsExt;
    let banc = Banc::nouveau();
    let sortie = banc.evaluer(&["--explain", "1", "--explain-out", "d.txt"]);
    assert!(sortie.status.success());
    assert!(!dit(&sortie).contains("651,69"));
    let fichier = banc.chemin("d.txt");
    assert!(std::fs::read_to_string(&fichier).unwrap().contains("651,69 € par mois"));
    assert_eq!(std::fs::metadata(&fichier).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn un_identifiant_absent_est_refuse_avant_d_ecrire() {
    let banc = Banc::nouveau();
    let sortie = banc.evaluer(&["--explain", "77777"]);
    assert_eq!(sortie.status.code(), Some(3));
    assert!(dit(&sortie).contains("E-EVALUER-002") && !dit(&sortie).contains("77777"));
    assert!(!banc.chemin("r.parquet").exists());
}

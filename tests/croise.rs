//! `recours croise` through the built command: what it finds, what it refuses, what it never shows nor leaves behind.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod accord;
mod banc;
mod octets;
mod population;
mod refus;
mod traces;

use banc::{Banc, Cellules, dit};

#[test]
fn une_ligne_par_foyer_et_par_droit_trouve() {
    let banc = Banc::petit();
    let sortie = banc.croiser(&["--out", "r.parquet"]);
    assert_eq!(sortie.status.code(), Some(0), "{}", dit(&sortie));
    let lignes = banc.lignes("r.parquet");
    let vues: Vec<_> = lignes.iter().map(|l| (l.unit, l.droit.as_str(), l.degre.as_str(), l.tranche, l.enfants)).collect();
    // Foyer 1: no income, no aid. Foyer 2: the wage of one is not known, and the children are counted. Foyer 3 receives the aid.
    assert_eq!(
        vues,
        [(1, "aide", "certain", Some(3), Some(0)), (2, "aide", "possible", Some(3), Some(1)), (3, "bon", "certain", None, Some(0)),]
    );
    let dit = dit(&sortie);
    for attendu in ["4 personnes, 3 foyers, au 1er mars 2026", "dont 1 de personnes que la composition ne connaît pas", "(3 lignes)"] {
        assert!(dit.contains(attendu), "{attendu} absent de :\n{dit}");
    }
    // Favourable only: who has no row is neither counted nor named.
    assert!(!dit.contains("reçu") && !dit.contains("exclu"), "{dit}");
}

#[test]
fn le_resultat_s_ecrit_aussi_en_arrow_avec_les_memes_lignes() {
    let banc = Banc::petit();
    for out in ["r.parquet", "r.arrow"] {
        let sortie = banc.croiser(&["--out", out]);
        assert_eq!(sortie.status.code(), Some(0), "{}", dit(&sortie));
    }
    assert_eq!(banc.lignes("r.parquet"), banc.lignes("r.arrow"));
}

#[test]
fn un_vide_ne_vaut_zero_que_si_c_est_dit() {
    let mut banc = Banc::petit();
    banc.remplacer("unite = \"centime\" }  # vide", "unite = \"centime\", nul = 0 }");
    assert_eq!(banc.croiser(&["--out", "r.parquet"]).status.code(), Some(0));
    let degres: Vec<String> = banc.lignes("r.parquet").into_iter().filter(|l| l.unit == 2).map(|l| l.degre).collect();
    assert_eq!(degres, ["certain"]);
}

#[test]
fn rien_n_est_certain_d_apres_un_parametre_que_personne_n_a_verifie() {
    let banc = Banc::petit();
    let parametres = banc.dossier.path().join("regles/parametres.yaml");
    let texte = std::fs::read_to_string(&parametres).unwrap();
    std::fs::write(&parametres, texte.replace("verifie_le: 2026-03-01, ", "")).unwrap();
    assert_eq!(banc.croiser(&["--out", "r.parquet"]).status.code(), Some(0));
    let degres: Vec<(u128, String, String)> =
        banc.lignes("r.parquet").into_iter().map(|l| (l.unit, l.droit, l.degre)).filter(|(unit, ..)| *unit != 2).collect();
    // The voucher reads no parameter.
    assert_eq!(degres, [(1, "aide".into(), "probable".into()), (3, "bon".into(), "certain".into())]);
}

#[test]
fn un_fait_du_foyer_dit_deux_fois_autrement_reste_entre_les_deux() {
    let mut banc = Banc::petit();
    // Both adults of foyer 2 say what is received: 0 and 40 euros. Not known, then, whether it is.
    banc.personnes.colonne("recue", Cellules::Entiers(vec![Some(0), Some(0), Some(4_000), Some(15_000)]));
    banc.ecrire();
    assert_eq!(banc.croiser(&["--out", "r.parquet"]).status.code(), Some(0));
    let lignes = banc.lignes("r.parquet");
    assert!(lignes.iter().any(|l| l.unit == 2 && l.droit == "aide" && l.degre == "possible"), "{lignes:?}");
    assert!(lignes.iter().all(|l| l.unit != 3 || l.droit != "aide"), "{lignes:?}");
}

#[test]
fn le_fait_que_nul_n_apporte_est_dit_et_rend_le_droit_possible() {
    let mut banc = Banc::petit();
    banc.remplacer("recue = { colonne = \"recue\", unite = \"centime\" }", "");
    let sortie = banc.croiser(&["--out", "r.parquet"]);
    assert_eq!(sortie.status.code(), Some(0), "{}", dit(&sortie));
    assert!(dit(&sortie).contains("qu'aucune table n'apporte, donc inconnus de tous : recue"), "{}", dit(&sortie));
    let aides = banc.lignes("r.parquet").into_iter().filter(|l| l.droit == "aide");
    assert!(aides.map(|l| l.degre).all(|d| d == "possible"));
}

#[test]
fn aucune_ligne_n_est_d_une_personne() {
    // No minor is the unit of a row: rules of a person stay aside, and that is said.
    let banc = Banc::petit();
    let sortie = banc.croiser(&["--out", "r.parquet"]);
    assert!(dit(&sortie).contains("règle(s) d'une personne, laissées de côté (un croisement ne juge que des foyers) : carte"));
    assert!(banc.lignes("r.parquet").iter().all(|l| l.droit != "carte"));
}

#[test]
fn un_fait_reserve_ne_se_croise_pas() {
    let mut banc = Banc::petit();
    let recue = "recue = { colonne = \"recue\", unite = \"centime\" }";
    banc.remplacer(recue, &format!("{recue}\nenquete = {{ colonne = \"recue\", est = \"nul\" }}"));
    let sortie = banc.croiser(&["--out", "r.parquet"]);
    assert_eq!(sortie.status.code(), Some(3), "{}", dit(&sortie));
    assert!(dit(&sortie).contains("E-CROISER-014") && dit(&sortie).contains("« enquete »"), "{}", dit(&sortie));
    assert!(!banc.chemin("r.parquet").exists());
}

#[test]
fn l_aide_enseigne_et_timings_dit_chaque_etape() {
    let banc = Banc::petit();
    let aide = dit(&banc::recours(banc.dossier.path(), &["croise", "--help"]));
    for attendu in ["Usage : recours croise", "[[table]]", "est = \"ligne\"", "--deversoir", "--parties", "inconnu de tous"] {
        assert!(aide.contains(attendu), "{attendu} absent de :\n{aide}");
    }
    let sortie = dit(&banc.croiser(&["--out", "r.parquet", "--timings"]));
    for etape in ["lecture", "répartition", "rapprochement", "regroupement", "règles", "écriture", "fil 1", "durée"] {
        assert!(sortie.contains(etape), "{etape} absent de :\n{sortie}");
    }
}

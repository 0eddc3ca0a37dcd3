//! `recours check` through the built command: the pack of the house, and packs with one fault each.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::Path;
use std::process::Output;

use crate::evaluer::banc::{dit, racine, recours};

/// A copy of the house's pack, one text replaced by another in one file.
fn jeu(fichier: &str, de: &str, a: &str) -> tempfile::TempDir {
    fn copier(de: &Path, a: &Path) {
        std::fs::create_dir_all(a).unwrap();
        for e in std::fs::read_dir(de).unwrap().map(Result::unwrap) {
            let (de, a) = (e.path(), a.join(e.file_name()));
            if de.is_dir() {
                copier(&de, &a);
            } else {
                std::fs::copy(&de, &a).unwrap();
            }
        }
    }
    let dossier = tempfile::tempdir().unwrap();
    copier(&racine().join("rules/fr"), &dossier.path().join("regles"));
    let chemin = dossier.path().join("regles").join(fichier);
    let texte = std::fs::read_to_string(&chemin).unwrap();
    assert!(texte.contains(de), "{fichier} n'a pas « {de} »");
    std::fs::write(chemin, texte.replacen(de, a, 1)).unwrap();
    dossier
}

fn verifier(dossier: &Path) -> Output {
    recours(dossier, &["check", "regles", "--on", "2026-10-01"])
}

/// The pack must be refused with these words.
fn faute(fichier: &str, de: &str, a: &str, mots: &[&str]) {
    let dossier = jeu(fichier, de, a);
    let sortie = verifier(dossier.path());
    let texte = dit(&sortie);
    assert_eq!(sortie.status.code(), Some(1), "{texte}");
    for mot in mots.iter().chain(&[fichier]) {
        assert!(texte.contains(mot), "« {mot} » attendu dans :\n{texte}");
    }
}

#[test]
fn le_jeu_de_la_maison_est_sans_faute_et_ses_cas_passent() {
    let sortie = recours(racine(), &["check", "rules/fr", "--on", "2026-10-01", "--format", "json"]);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    let bilan: serde_json::Value = serde_json::from_slice(&sortie.stdout).unwrap();
    assert!(bilan["cas"].as_u64().unwrap() >= 25, "{bilan}");
    assert!(bilan["droits"].as_u64().unwrap() >= 5 && bilan["ruptures"].as_u64().unwrap() >= 2);
    assert!(bilan["diagnostics"].as_array().unwrap().iter().all(|d| d["gravite"] != "erreur"));
    let texte = dit(&recours(racine(), &["check", "rules/fr", "--on", "2026-10-01"]));
    for attendu in ["Au 1er octobre 2026", "cas d'école réussis", "à vérifier", "que rien ne lit"] {
        assert!(texte.contains(attendu), "{texte}");
    }
}

#[test]
fn la_variante_se_verifie_avec_le_jeu() {
    let arguments = ["check", "rules/fr", "--on", "2026-10-01", "--overlay", "rules/fr/variantes/openfisca.yaml"];
    assert!(recours(racine(), &arguments).status.success());
    let dossier = tempfile::tempdir().unwrap();
    let variante = dossier.path().join("v.yaml");
    let texte = "variante: x\ndit: \"essai\"\nparametres:\n  - { nom: age_du_capitaine, dit: \"x\", unite: annees, valeurs: [{ du: 2020-01-01, valeur: 3, source: \"x\" }] }\n";
    std::fs::write(&variante, texte).unwrap();
    let sortie = recours(racine(), &["check", "rules/fr", "--overlay", variante.to_str().unwrap()]);
    assert_eq!(sortie.status.code(), Some(1));
    assert!(dit(&sortie).contains("R-014") && dit(&sortie).contains("age_du_capitaine"));
}

#[test]
fn une_faute_de_nom_est_soulignee_a_sa_place() {
    faute("droits/rsa.yaml", "recu_rsa > 0", "recu_rsaa > 0", &["recu_rsaa", "^^^", "recu_rsa"]);
}

#[test]
fn un_cas_d_ecole_qui_ne_passe_plus() {
    // One euro less each month: cases at the threshold see it.
    let dossier = jeu("parametres/rsa.yaml", "valeur: 651.69", "valeur: 650.69");
    let sortie = verifier(dossier.path());
    assert_eq!(sortie.status.code(), Some(1));
    for mot in ["R-040", "droits/rsa.yaml", "montant attendu : 651.69, obtenu : 650.69"] {
        assert!(dit(&sortie).contains(mot), "{}", dit(&sortie));
    }
}

#[test]
fn un_parametre_sans_valeur_a_la_date() {
    let dossier = jeu("parametres/rsa.yaml", "du: 2021-04-01, valeur: 565.34", "du: 2022-02-01, valeur: 565.34");
    let sortie = verifier(dossier.path());
    // The version in force since January 2022 has no value on its first day.
    assert_eq!(sortie.status.code(), Some(1), "{}", dit(&sortie));
    assert!(dit(&sortie).contains("R-050") && dit(&sortie).contains("rsa_montant_base") && dit(&sortie).contains("2022-01-01"));
}

#[test]
fn les_tournures_qui_font_de_la_personne_l_obstacle() {
    let proposer = "Demander le revenu de solidarité active";
    for (tournure, mot) in [
        ("Aider une personne incapable de déclarer", "incapable de"),
        ("Appeler qui ne sait pas déclarer", "ne sait pas"),
        ("Aider les personnes inaptes ou inapte à déclarer", "inapte à"),
        ("Vérifier ce dossier suspecté", "suspect"),
        ("Éviter un trop-perçu", "trop-perçu"),
        ("Écarter la fraude", "fraude"),
        ("Écarter les fraudeurs", "fraud"),
        ("Aider qui n'est pas capable de déclarer", "pas capable"),
        ("Appeler qui refuse d'ouvrir un compte", "refuse d'"),
        ("Prévenir les inéligibles", "inéligible"),
        ("Éviter un indu", "indu"),
    ] {
        let dossier = jeu("droits/rsa.yaml", proposer, tournure);
        let sortie = verifier(dossier.path());
        assert_eq!(sortie.status.code(), Some(1), "{tournure}");
        assert!(dit(&sortie).contains("R-051") && dit(&sortie).contains(mot), "{}", dit(&sortie));
    }
    // A longer word is another word.
    let dossier = jeu("droits/rsa.yaml", proposer, "Proposer un accompagnement individuel");
    assert!(verifier(dossier.path()).status.success());
}

#[test]
fn une_clause_sans_source_et_un_droit_sans_phrase() {
    faute("droits/rsa.yaml", "    source: \"CASF L262-4, L262-6\"", "    source: \"\"", &["R-052", "sejour"]);
    faute("droits/rsa.yaml", "proposer: \"Demander le revenu de solidarité active\"", "proposer: \"\"", &["R-053", "rsa"]);
    let (note, sans) = ("source: \"CASF L262-28, L262-37\"", "source: \"\"");
    faute("droits/rsa.yaml", note, sans, &["R-052", "contrat"]);
}

#[test]
fn une_demarche_en_ligne_sans_personne() {
    // A right that tells its own way.
    let apa = std::fs::read_to_string(racine().join("rules/fr/droits/apa.yaml")).unwrap();
    let debut = apa.find("  alternative_humaine:").unwrap();
    // The text may go on over several lines, up to the next key or the next paragraph.
    let fin = apa[debut..].find("\n\n").unwrap() + debut;
    let ligne = &apa[debut..fin];
    faute("droits/apa.yaml", ligne, "  alternative_humaine: \"\"", &["R-054", "`apa` ne se demande qu'en ligne"]);
}

#[test]
fn le_catalogue_des_demarches_est_verifie_et_compte() {
    let sortie = recours(racine(), &["check", "rules/fr", "--on", "2026-10-01", "--format", "json"]);
    let bilan: serde_json::Value = serde_json::from_slice(&sortie.stdout).unwrap();
    let compte = |cle: &str| bilan["demarches"][cle].as_u64().unwrap();
    assert!(compte("nombre") >= 18 && compte("droits") >= 9 && compte("exigences") > 100, "{bilan}");
    assert!(compte("exigences_a_verifier") < compte("exigences") && compte("lignes_a_verifier") < compte("lignes"), "{bilan}");
    let texte = dit(&recours(racine(), &["check", "rules/fr", "--on", "2026-10-01", "--perimes"]));
    for attendu in ["démarche(s) pour", "encore « à vérifier »", "R-086", "demarches/portes.yaml"] {
        assert!(texte.contains(attendu), "{attendu} : {texte}");
    }
    faute("demarches/rsa_demande.yaml", "code: adresse", "code: adrese", &["R-080", "vouliez-vous dire `adresse` ?", "^^^^^^"]);
    faute("demarches/rsa_demande.yaml", "La démarche demande une adresse", "La personne a une adresse", &["R-051", "« la personne »"]);
    faute("droits/rsa.yaml", "rsa_declaration]", "rsa_declarations]", &["R-020", "vouliez-vous dire `rsa_declaration` ?"]);
}

#[test]
fn un_montant_qui_oublie_les_ressources_ne_tient_pas_ses_proprietes() {
    // The same amount at every income, as a rival once paid for months: with no worked case left, the properties see it.
    let dossier = jeu("droits/rsa.yaml", "- forfait_logement_retenu\n      - ressources", "- forfait_logement_retenu");
    let chemin = dossier.path().join("regles/droits/rsa.yaml");
    let texte = std::fs::read_to_string(&chemin).unwrap();
    let (avant, apres) = texte.split_once("\ncas:\n").unwrap();
    let suite = apres.split_once("\nproprietes:").map_or_else(String::new, |(_, p)| format!("\nproprietes:{p}"));
    std::fs::write(&chemin, format!("{avant}\n{suite}")).unwrap();
    let sortie = verifier(dossier.path());
    assert_eq!(sortie.status.code(), Some(1), "{}", dit(&sortie));
    for mot in ["R-062", "rien_au_dessus_du_garanti", "contre-exemple", "droits/rsa.yaml:", "role: demandeur"] {
        assert!(dit(&sortie).contains(mot), "« {mot} » attendu dans :\n{}", dit(&sortie));
    }
}

#[test]
fn un_parametre_lu_avant_sa_premiere_valeur() {
    // Read for January of N-2 from 2022 on.
    let valeur = |du: &str| format!("du: {du}, valeur: 41136");
    let dossier = jeu("parametres/prestations_familiales.yaml", &valeur("2020-01-01"), &valeur("2021-01-01"));
    let sortie = verifier(dossier.path());
    assert!(dit(&sortie).contains("R-055") && dit(&sortie).contains("pass_annuel"), "{}", dit(&sortie));
}

#[test]
fn la_couverture_et_la_reciproque_se_demandent() {
    let sans = dit(&recours(racine(), &["check", "rules/fr", "--on", "2026-10-01"]));
    assert!(sans.contains("Clauses couvertes") && sans.contains("propriété(s) tenues sur 200 foyers") && !sans.contains("Réciproque"));
    let json = recours(racine(), &["check", "rules/fr", "--on", "2026-10-01", "--format", "json"]);
    let bilan: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    let n = |cle: &str| bilan[cle].as_u64().unwrap();
    // At least three claims a right, each on at least 200 foyers.
    assert!(n("proprietes") >= 3 * (n("droits") - 3) && n("essais") >= 200 * n("proprietes"), "{bilan}");
    assert!(n("clauses_couvertes") <= n("clauses") && n("verdicts_etablis") > 0 && n("complements") > n("foyers_partiels"));
    let taux = dit(&recours(racine(), &["check", "rules/fr", "--on", "2026-10-01", "--reciproque", "--couverture"]));
    assert!(taux.contains("Réciproque") && taux.contains("verdicts partagés"), "{taux}");
}

#[test]
fn les_perimes_sont_comptes_puis_nommes() {
    let sans = dit(&recours(racine(), &["check", "rules/fr", "--on", "2026-10-01"]));
    let avec = dit(&recours(racine(), &["check", "rules/fr", "--on", "2026-10-01", "--perimes"]));
    assert!(sans.contains("--perimes les nomme") && !sans.contains("    rsa_"));
    assert!(avec.contains("    rsa_montant_base"), "{avec}");
}

#[test]
fn un_dossier_absent_ou_vide() {
    let dossier = tempfile::tempdir().unwrap();
    assert_eq!(recours(dossier.path(), &["check", "absent"]).status.code(), Some(3));
    assert_eq!(recours(dossier.path(), &["check", "."]).status.code(), Some(3));
    assert_eq!(recours(racine(), &["check", "rules/fr", "--on", "demain"]).status.code(), Some(2));
}

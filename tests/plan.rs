//! `recours plan` through the built command: what crosses, at which grain, and what does not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::evaluer::banc::{dit, racine, recours};

fn plan(mission: &str) -> Value {
    let sortie = recours(racine(), &["plan", mission, "--rules", "rules/fr", "--format", "json"]);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    serde_json::from_slice(&sortie.stdout).unwrap()
}

/// Columns that each body brings.
fn colonnes(plan: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let textes = |v: &Value| v.as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect::<Vec<_>>();
    let organismes = plan["organismes"].as_array().unwrap().iter();
    organismes
        .map(|o| {
            let apporte = o["apporte"].as_array().unwrap().iter().flat_map(|a| textes(&a["colonnes"])).collect();
            (o["id"].as_str().unwrap().to_owned(), apporte)
        })
        .collect()
}

#[test]
fn la_plus_petite_mission_tient_en_deux_colonnes() {
    let plan = plan("missions/rsa_sans_css.toml");
    assert_eq!(plan["colonnes"], 2);
    let attendu = BTreeMap::from([
        ("caf".to_owned(), BTreeSet::from(["rsa_en_paiement".to_owned()])),
        ("cpam".to_owned(), BTreeSet::from(["c2s_ouverte".to_owned()])),
    ]);
    assert_eq!(colonnes(&plan), attendu);
    assert!(plan["organismes"].as_array().unwrap().iter().all(|o| o["composition"] == false));
    assert_eq!(plan["sans_apport"].as_array().unwrap().len(), 0);
    let texte = dit(&recours(racine(), &["plan", "missions/rsa_sans_css.toml", "--rules", "rules/fr"]));
    assert!(texte.contains("En tout, 2 colonnes sortent") && texte.contains("vrai ou faux"), "{texte}");
}

#[test]
fn la_mission_de_demonstration_n_apporte_que_ce_que_les_regles_lisent() {
    let plan = plan("missions/demo.toml");
    let colonnes = colonnes(&plan);
    assert!(colonnes["carsat"].contains("salaire_net_m02") && !colonnes["carsat"].contains("salaire_net_m14"));
    // A follow-up leaves as a conclusion, never as its dates.
    assert!(colonnes["departement"].contains("accompagnement_sans_relais"));
    for interdite in
        ["accompagnement_fin", "accompagnement_relais", "cdaph_aah_fin", "versement_rejete", "dtr_versement_suspendu", "ald_fin"]
    {
        assert!(colonnes.values().all(|c| !c.contains(interdite)), "{interdite}");
    }
    assert!(colonnes["caf"].contains("recu_rsa") && !colonnes["caf"].contains("salaire_net_m02"));
    // Health and residence permits never cross, whoever asks.
    for interdite in ["enceinte", "handicap", "nationalite", "taux_incapacite", "role"] {
        assert!(colonnes.values().all(|c| !c.contains(interdite)), "{interdite}");
    }
    let grain = |organisme: &str, variable: &str| {
        let o = plan["organismes"].as_array().unwrap().iter().find(|o| o["id"] == organisme).unwrap();
        let a = o["apporte"].as_array().unwrap().iter().find(|a| a["variable"] == variable).unwrap();
        a["grain"].as_str().unwrap().to_owned()
    };
    assert_eq!(grain("caf", "recu_rsa"), "nul ou non");
    assert_eq!(grain("caf", "activite"), "classes : actif ou retraite ou inactif ; chomeur ; etudiant");
    let ages = grain("caf", "date_naissance");
    assert!(ages.starts_with("âge, de part et d'autre de") && ages.contains("; 18 ans ;") && ages.contains("; 62 ans ;"), "{ages}");
    // A deadline is a day where the rule may say it; sums need their terms to the cent.
    assert!(grain("cpam", "c2s_fin").contains("le jour même à partir du 1er octobre 2025"), "{}", grain("cpam", "c2s_fin"));
    assert!(grain("carsat", "salaire_net").contains("montant au centime"));
    let caf = plan["organismes"].as_array().unwrap().iter().find(|o| o["id"] == "caf").unwrap();
    let recu = caf["apporte"].as_array().unwrap().iter().find(|a| a["variable"] == "recu_rsa").unwrap();
    assert_eq!(recu["tranches"], serde_json::json!(["0", "0.01.."]));
    // Needed, brought by nobody: said per rule.
    let rsa = plan["sans_apport"].as_array().unwrap().iter().find(|m| m["regle"] == "rsa").unwrap();
    assert!(rsa["colonnes"].as_array().unwrap().iter().any(|c| c == "livret_a"));
}

#[test]
fn le_plan_est_ce_que_seal_livre() {
    use recours::colonnes_utiles::colonnes_utiles;
    use recours_rules::date;
    let jeu = recours::regles::Jeu::lire(racine().join("rules/fr")).unwrap();
    let pack = jeu.construire(None, date::days(2026, 10, 1)).unwrap();
    let program = recours_engine::plan::Program::compile(&pack);
    for (organisme, apporte) in colonnes(&plan("missions/demo.toml")).into_iter().chain(colonnes(&plan("missions/echeances.toml"))) {
        let utiles = colonnes_utiles(&pack, &program, &organisme);
        assert!(apporte.is_subset(&utiles), "{organisme} : {:?}", apporte.difference(&utiles).collect::<Vec<_>>());
    }
}

/// The smallest mission with more columns mapped.
fn mission_elargie(lignes: &str) -> (tempfile::TempDir, String) {
    let texte = std::fs::read_to_string(racine().join("missions/rsa_sans_css.toml")).unwrap();
    let texte = texte.replacen("rsa_en_paiement = \"rsa_paye\"", &format!("rsa_en_paiement = \"rsa_paye\"\n{lignes}"), 1);
    let dossier = tempfile::tempdir().unwrap();
    std::fs::write(dossier.path().join("mission.toml"), texte).unwrap();
    let regles = racine().join("rules/fr").display().to_string();
    (dossier, regles)
}

#[test]
fn ce_qu_aucune_regle_ne_lit_reste_et_ce_qui_ne_peut_sortir_est_refuse_par_son_nom() {
    let (dossier, regles) =
        mission_elargie("enceinte = \"grossesse\"\nactivite = \"cd_act\"\nsalaire_net = \"sal_{mm}\"\nc2s_ouverte = \"css\"");
    let sortie = recours(dossier.path(), &["plan", "mission.toml", "--rules", &regles]);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    let texte = dit(&sortie);
    assert!(texte.contains("refusées au scellement : "), "{texte}");
    assert!(texte.contains("enceinte (ne quitte pas son détenteur)"), "{texte}");
    // The CAF does not hold these, whatever its file says.
    assert!(texte.contains("c2s_ouverte (tenue par d'autres selon le vocabulaire)"), "{texte}");
    assert!(texte.contains("salaire_net (tenue par d'autres"), "{texte}");
    assert!(texte.contains("laissées sur place, aucune règle ne les lit : activite"), "{texte}");
    assert!(texte.contains("En tout, 2 colonnes"), "{texte}");
}

#[test]
fn une_variable_inconnue_est_refusee_avec_sa_ligne() {
    let (dossier, regles) = mission_elargie("activitee = \"cd_act\"");
    let sortie = recours(dossier.path(), &["plan", "mission.toml", "--rules", &regles]);
    assert_eq!(sortie.status.code(), Some(3));
    assert!(dit(&sortie).contains("E-MISSION-016") && dit(&sortie).contains("activite"), "{}", dit(&sortie));
    let sortie = recours(dossier.path(), &["plan", "absente.toml"]);
    assert_eq!(sortie.status.code(), Some(3));
}

/// Fails when a pack that is not the signed one is read all the same: every command of a mission reads it here.
#[test]
fn un_jeu_de_regles_qui_n_est_pas_celui_que_la_mission_signe_est_refuse() {
    let avec = |empreinte: &str| {
        let texte = std::fs::read_to_string(racine().join("missions/rsa_sans_css.toml")).unwrap();
        let regles = format!("regles = \"{}\"\nempreinte_regles = \"{empreinte}\"", racine().join("rules/fr").display());
        let dossier = tempfile::tempdir().unwrap();
        std::fs::write(dossier.path().join("mission.toml"), texte.replacen("regles = \"../rules/fr\"", &regles, 1)).unwrap();
        recours(dossier.path(), &["plan", "mission.toml"])
    };
    let juste = recours::regles::Jeu::lire(racine().join("rules/fr")).unwrap().empreinte();
    let sortie = avec(&juste);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    let sortie = avec(&"0".repeat(64));
    assert_eq!(sortie.status.code(), Some(3));
    assert!(dit(&sortie).contains("E-REGLES-004"), "{}", dit(&sortie));
}

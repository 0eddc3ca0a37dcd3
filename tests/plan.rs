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

/// The smallest mission with lines of convention, in a folder of its own.
fn mission_conventionnee(lignes: &str) -> (tempfile::TempDir, String) {
    let texte = std::fs::read_to_string(racine().join("missions/rsa_sans_css.toml")).unwrap();
    let texte = sans_conventions(&texte);
    let dossier = tempfile::tempdir().unwrap();
    std::fs::write(dossier.path().join("mission.toml"), format!("{texte}\n{lignes}")).unwrap();
    (dossier, racine().join("rules/fr").display().to_string())
}

/// Without the lines that the shipped mission may have.
fn sans_conventions(texte: &str) -> String {
    let mut sortie = String::new();
    let mut dedans = false;
    for ligne in texte.lines() {
        if ligne.starts_with('[') {
            dedans = ligne.trim() == "[[convention]]";
        }
        if !dedans {
            sortie += ligne;
            sortie.push('\n');
        }
    }
    sortie
}

fn ligne(organisme: &str, au: &str) -> String {
    format!(
        "[[convention]]\norganisme = \"{organisme}\"\nfamilles = [\"social\"]\ndestinataire = \"hote\"\narticle = \"CRPA L114-8 II\"\n\
         convention = \"2026-014\"\ndu = 2026-07-01\nau = {au}\n\n"
    )
}

#[test]
fn chaque_colonne_dit_sa_classe_son_article_et_sa_ligne() {
    // The CAF has a line in force, the CPAM one that ended the day before.
    let (dossier, regles) = mission_conventionnee(&(ligne("caf", "2027-06-30") + &ligne("cpam", "2026-09-30")));
    let sortie = recours(dossier.path(), &["plan", "mission.toml", "--rules", &regles, "--format", "json"]);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    let plan: Value = serde_json::from_slice(&sortie.stdout).unwrap();
    let titre = |id: &str| {
        let o = plan["organismes"].as_array().unwrap().iter().find(|o| o["id"] == id).unwrap();
        o["apporte"][0]["titre"].clone()
    };
    let caf = titre("caf");
    assert_eq!((&caf["classe"], &caf["partirait"]), (&Value::from("social"), &Value::from(true)), "{caf}");
    assert!(caf["article"].as_str().unwrap().contains("L114-8") && caf["convention"]["convention"] == "2026-014", "{caf}");
    assert!(caf["convention"]["ligne"].as_u64().unwrap() > 10, "{caf}");
    let cpam = titre("cpam");
    assert!(cpam["convention"].is_null() && cpam["partirait"] == false && cpam["classe"] == "social", "{cpam}");
    for vue in ["organisme", "regle"] {
        let texte = dit(&recours(dossier.path(), &["plan", "mission.toml", "--rules", &regles, "--par", vue]));
        assert!(texte.contains("CRPA L114-8 II, convention 2026-014, du 2026-07-01 au 2027-06-30"), "{texte}");
        assert!(texte.contains("aucune ligne en cours (celles de la mission ne couvrent pas ce jour)"), "{texte}");
    }
    let texte = dit(&recours(dossier.path(), &["plan", "mission.toml", "--rules", &regles, "--par", "regle"]));
    assert!(texte.contains("c2s_allocataires_rsa@") && texte.contains("en tout, 2 colonnes"), "{texte}");
}

/// Findings of the only rule of a scenario, before and after: certain, probable, possible.
fn comptes(effet: &Value) -> Vec<(u64, u64)> {
    let r = &effet["regles"][0];
    ["certain", "probable", "possible"].map(|d| (r["avant"][d].as_u64().unwrap(), r["apres"][d].as_u64().unwrap())).to_vec()
}

#[test]
fn une_colonne_de_moins_perd_et_une_de_plus_le_rend() {
    let gains = |lignes: &str| {
        let texte = sans_conventions(&std::fs::read_to_string(racine().join("missions/rsa_sans_css.toml")).unwrap());
        let texte =
            texte.replacen("c2s_ouverte = \"css_active\"", lignes, 1).replacen("[\"c2s_ouverte\"]", "[]", usize::from(lignes.is_empty()));
        let dossier = tempfile::tempdir().unwrap();
        std::fs::write(dossier.path().join("mission.toml"), texte).unwrap();
        let regles = racine().join("rules/fr").display().to_string();
        let avant: BTreeSet<_> = std::fs::read_dir(dossier.path()).unwrap().map(|e| e.unwrap().path()).collect();
        let arguments = ["plan", "mission.toml", "--rules", &regles, "--gains", "--persons", "300", "--seed", "1", "--format", "json"];
        let sortie = recours(dossier.path(), &arguments);
        assert!(sortie.status.success(), "{}", dit(&sortie));
        let apres: BTreeSet<_> = std::fs::read_dir(dossier.path()).unwrap().map(|e| e.unwrap().path()).collect();
        assert_eq!(avant, apres, "rien n'est écrit");
        let plan: Value = serde_json::from_slice(&sortie.stdout).unwrap();
        plan["gains"].clone()
    };
    let entiere = gains("c2s_ouverte = \"css_active\"");
    let organisme = |g: &Value, id: &str| g["organismes"].as_array().unwrap().iter().find(|o| o["id"] == id).unwrap().clone();
    assert_eq!((&entiere["personnes"], &entiere["graine"]), (&Value::from(300), &Value::from(1)));
    let total = |c: &Value| ["certain", "probable", "possible"].map(|d| c[d].as_u64().unwrap());
    let tous = total(&entiere["avec_la_mission"]["c2s_allocataires_rsa"]);
    assert!(tous.iter().sum::<u64>() > 0, "{entiere}");
    let moins = organisme(&entiere, "cpam")["une_de_moins"][0].clone();
    assert_eq!(moins["colonne"], "c2s_ouverte");
    let perdus = comptes(&moins);
    assert_eq!(perdus.iter().map(|(a, _)| *a).collect::<Vec<_>>(), tous, "{moins}");
    // Nobody is sure any more of who has no cover: what was probable is at best to be checked.
    assert!(perdus[0].1 + perdus[1].1 < perdus[0].0 + perdus[1].0, "{moins}");
    // The mission without that column says that it could be brought, and what it would give: the same way back.
    let ouverte = "";
    let sans = gains(ouverte);
    let plus = organisme(&sans, "cpam")["une_de_plus"].as_array().unwrap().iter().find(|e| e["colonne"] == "c2s_ouverte").unwrap().clone();
    let rendus = comptes(&plus);
    assert_eq!(rendus.iter().map(|(_, b)| *b).collect::<Vec<_>>(), tous, "{plus}");
    assert_eq!(plus["titre"]["classe"], "social");
}

#[test]
fn les_nombres_de_gains_ont_des_bornes() {
    for faux in [vec!["--gains", "--persons", "3"], vec!["--persons", "500"]] {
        let mut arguments = vec!["plan", "missions/rsa_sans_css.toml"];
        arguments.extend(faux);
        assert_eq!(recours(racine(), &arguments).status.code(), Some(2));
    }
}

/// Every file below a folder, with what it holds.
fn contenu(de: &std::path::Path, sortie: &mut BTreeMap<std::path::PathBuf, Vec<u8>>) {
    for e in std::fs::read_dir(de).unwrap() {
        let e = e.unwrap().path();
        if e.is_dir() {
            contenu(&e, sortie);
        } else {
            sortie.insert(e.clone(), std::fs::read(&e).unwrap());
        }
    }
}

/// Rules changed once everything is sealed, linked and listed: each command of the mission refuses to go on, says why, and
/// leaves every file as it was.
#[test]
fn une_classe_qui_irait_trop_loin_est_refusee_et_rien_n_est_ecrit() {
    let dossier = tempfile::tempdir().unwrap();
    let sortie = recours(dossier.path(), &["demo", "--petite", "--persons", "300", "--out", "d"]);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    let regles = dossier.path().join("d/regles/fr");
    let changer = |fichier: &str, avant: &str, apres: &str| {
        let texte = std::fs::read_to_string(regles.join(fichier)).unwrap();
        assert!(texte.contains(avant), "{avant}");
        std::fs::write(regles.join(fichier), texte.replacen(avant, apres, 1)).unwrap();
        texte
    };
    changer("droits/aspa.yaml", "asi_par_retraite", "handicap et retraite_nette[M] > 0");
    let etat = || {
        let mut tout = BTreeMap::new();
        contenu(dossier.path(), &mut tout);
        tout
    };
    let avant = etat();
    let trouvailles = "d/host/findings.parquet";
    for arguments in [
        vec!["plan", "d/mission.toml"],
        vec!["seal", "d/mission.toml", "--body", "caf"],
        vec!["detect", "d/mission.toml"],
        vec!["outreach", "d/mission.toml", "--findings", trouvailles, "--for", "caf", "--out", "nouvelle.age"],
    ] {
        let sortie = recours(dossier.path(), &arguments);
        let texte = dit(&sortie);
        assert_eq!(sortie.status.code(), Some(3), "{arguments:?} : {texte}");
        assert!(texte.contains("E-REGLES-007") && texte.contains("→ handicap : sante"), "{arguments:?} : {texte}");
        assert!(avant == etat(), "{arguments:?} : un fichier a changé");
    }
    // A fact of health let out by one word; a conclusion that its class no longer allows.
    std::fs::copy(racine().join("rules/fr/droits/aspa.yaml"), regles.join("droits/aspa.yaml")).unwrap();
    let texte = || dit(&recours(dossier.path(), &["plan", "d/mission.toml"]));
    let reste = "type: booleen, classe: sante, croisement: detenteur_seul";
    let intact = changer("vocabulaire.yaml", reste, "type: booleen, classe: sante");
    assert!(texte().contains("E-REGLES-007") && texte().contains("R-123") && texte().contains("`handicap`"), "{}", texte());
    std::fs::write(regles.join("vocabulaire.yaml"), intact).unwrap();
    changer("classes.yaml", "conclusions: [social]\n    article: \"RGPD, art. 9", "article: \"RGPD, art. 9");
    assert!(texte().contains("R-124") && texte().contains("aah_condition_incapacite"), "{}", texte());
}

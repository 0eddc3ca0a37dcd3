//! The state of the rights of volunteers, and what changed between two of them, through the command.

use std::os::unix::fs::PermissionsExt;

use recours::etats::lire;
use recours_engine::state::{Key, Snapshot, State};
use recours_rules::date;

use super::banc::{Banc, Texte, dit, recours};

const CONVENTION: &str = "Convention Caf et Cpam inventées du 3 mars 2026";

fn ajouter(table: &mut Texte, nom: &str, valeurs: &[&str]) {
    table.colonnes.retain(|c| c.0 != nom);
    table.colonnes.push((nom.into(), valeurs.iter().map(|v| (*v).to_owned()).collect()));
}

/// Foyers 1 and 3 agreed. 1 receives the RSA; 3 has a C2S that ends, and might have the Aspa.
fn banc() -> Banc {
    let mut banc = Banc::nouveau();
    ajouter(&mut banc.foyers, "accord", &["oui", "non", "oui"]);
    ajouter(&mut banc.foyers, "recu_rsa", &["600", "0", "0"]);
    ajouter(&mut banc.personnes, "recu_c2s", &["aucune", "gratuite", "gratuite", "gratuite", "gratuite"]);
    ajouter(&mut banc.personnes, "c2s_fin", &["", "2026-11-15", "2026-11-15", "2026-11-15", "2026-11-15"]);
    for (nom, valeur) in [("c2s_demande_renouvellement", "non"), ("rsa_en_paiement", "non"), ("recu_aspa_personne", "0"), ("recu_asi", "0")]
    {
        ajouter(&mut banc.personnes, nom, &[valeur; 5]);
    }
    banc
}

fn etat(banc: &Banc, fichier: &str, plus: &[&str]) -> Snapshot {
    let sortie = banc.evaluer(&[&["--etat", fichier, "--convention", CONVENTION], plus].concat());
    assert!(sortie.status.success(), "{}", dit(&sortie));
    lire(&banc.chemin(fichier)).unwrap()
}

fn de(etats: &Snapshot, foyer: &str, personne: Option<&str>, droit: &str) -> (State, Option<i64>) {
    let cle = Key { household: foyer.into(), person: personne.map(str::to_owned), right: droit.into() };
    etats.entries.get(&cle).map(|e| (e.state, e.until)).unwrap_or_else(|| panic!("{cle:?}"))
}

#[test]
fn chaque_droit_des_volontaires_a_un_etat() {
    let banc = banc();
    let etats = etat(&banc, "e.parquet", &["--recu", "recu.json"]);
    assert_eq!(etats.as_of, date::days(2026, 10, 1));
    assert_eq!(std::fs::metadata(banc.chemin("e.parquet")).unwrap().permissions().mode() & 0o777, 0o600);
    // Nobody who did not agree is there.
    assert!(etats.entries.keys().all(|k| k.household != "2"));
    assert_eq!(de(&etats, "1", None, "rsa"), (State::Open, None));
    assert_eq!(de(&etats, "3", None, "aspa"), (State::ToPropose, None));
    assert_eq!(de(&etats, "3", None, "c2s_gratuite"), (State::ToRenew, Some(date::days(2026, 11, 15))));
    // Not entitled, not received; and a right of which nothing is known: the same word, and nothing else.
    let vide = |foyer: &str, droit: &str| {
        let (k, e) = etats.entries.iter().find(|(k, _)| k.household == foyer && k.right == droit).unwrap();
        assert_eq!((e.state, e.until, e.facts.len(), e.bodies.len(), e.rule.as_str()), (State::Unknown, None, 0, 0, ""), "{k:?}");
    };
    vide("1", "aspa");
    vide("1", "bourse_college");
    let rsa = &etats.entries[&Key { household: "1".into(), person: None, right: "rsa".into() }];
    assert_eq!((rsa.facts.as_slice(), rsa.rule.starts_with("rsa@")), (&["recu_rsa".to_owned()][..], true));
    assert!(rsa.bodies.contains(&"caf".to_owned()), "{rsa:?}");
    // Every right of the pack, for every unit; no minor.
    let droits: std::collections::BTreeSet<&str> = etats.entries.keys().map(|k| k.right.as_str()).collect();
    assert!(droits.len() >= 20 && etats.entries.keys().all(|k| k.person.as_deref() != Some("23")), "{droits:?}");
    // The receipt: rules, day, convention, rounded counts.
    let recu = std::fs::read_to_string(banc.chemin("recu.json")).unwrap();
    let lu: serde_json::Value = serde_json::from_str(&recu).unwrap();
    assert_eq!((lu["jour"].as_str(), lu["convention"].as_str()), (Some("2026-10-01"), Some(CONVENTION)));
    assert_eq!((lu["foyers_avec_accord"].as_str(), lu["etats"]["ouvert"].as_str()), (Some("de 1 à 10"), Some("de 1 à 10")));
    assert!(lu.as_object().unwrap().len() == 7 && !recu.contains("household"), "{recu}");
}

/// The text for a letter: short, and no right named when it is to be neutral.
#[test]
fn le_texte_court_se_demande_neutre() {
    let banc = banc();
    for (neutre, nomme) in [(&[][..], true), (&["--neutre"][..], false)] {
        let sortie = banc.evaluer(&[&["--etat", "e.txt", "--convention", CONVENTION][..], neutre].concat());
        assert!(sortie.status.success(), "{}", dit(&sortie));
        let texte = std::fs::read_to_string(banc.chemin("e.txt")).unwrap();
        let paragraphes: Vec<&str> = texte.split("\n\n").collect();
        assert_eq!(paragraphes.len(), 2);
        assert!(paragraphes.iter().all(|p| p.chars().count() <= 300), "{texte}");
        assert_eq!(texte.contains("solidarité"), nomme, "{texte}");
    }
}

#[test]
fn sans_accord_ni_convention_rien_n_est_dit_de_personne() {
    let mut sans = banc();
    sans.foyers.sans("accord");
    let sortie = sans.evaluer(&["--etat", "e.parquet", "--convention", CONVENTION]);
    assert!(sortie.status.code() == Some(3) && dit(&sortie).contains("E-EVALUER-005"), "{}", dit(&sortie));
    assert!(!sans.chemin("e.parquet").exists() && !sans.chemin("r.parquet").exists());
    let banc = banc();
    for (plus, code) in [
        (&["--etat", "e.parquet"][..], "E-USAGE-001"),
        (&["--etat", "e.parquet", "--convention", "dossier 2 85 06 75 999 042"], "E-EVALUER-006"),
        (&["--etat", "e.parquet", "--convention", ""], "E-EVALUER-006"),
        (&["--etat", "e.docx", "--convention", CONVENTION], "E-ETAT-001"),
    ] {
        let sortie = banc.evaluer(plus);
        assert!(sortie.status.code() == Some(2) && dit(&sortie).contains(code), "{plus:?} : {}", dit(&sortie));
        assert!(!dit(&sortie).contains("042") && !banc.chemin("r.parquet").exists());
    }
    // An empty answer is no agreement.
    let mut vide = self::banc();
    ajouter(&mut vide.foyers, "accord", &["", "non", "oui"]);
    assert!(etat(&vide, "e.csv", &[]).entries.keys().all(|k| k.household == "3"));
}

#[test]
fn ce_qui_a_change_se_dit_et_se_relit() {
    let mut banc = banc();
    etat(&banc, "avant.parquet", &[]);
    // The C2S is asked for again, the Aspa comes.
    ajouter(&mut banc.personnes, "c2s_demande_renouvellement", &["oui"; 5]);
    ajouter(&mut banc.foyers, "recu_aspa", &["0", "0", "505,60"]);
    etat(&banc, "apres.csv", &[]);
    for nom in ["d.txt", "d.csv", "d.parquet", "d.json"] {
        let sortie = recours(banc.dossier.path(), &["difference", "avant.parquet", "apres.csv", "--out", nom]);
        assert!(sortie.status.success(), "{}", dit(&sortie));
        assert!(dit(&sortie).contains("2 changement(s)") && !dit(&sortie).contains("solidarité"), "{}", dit(&sortie));
        assert_eq!(std::fs::metadata(banc.chemin(nom)).unwrap().permissions().mode() & 0o777, 0o600);
    }
    let texte = std::fs::read_to_string(banc.chemin("d.txt")).unwrap();
    assert!(texte.contains("à proposer → ouvert") && texte.contains("à renouveler avant le 15 novembre 2026 → ouvert"), "{texte}");
    let lu: serde_json::Value = serde_json::from_slice(&std::fs::read(banc.chemin("d.json")).unwrap()).unwrap();
    let aspa = lu.as_array().unwrap().iter().find(|c| c["right"] == "aspa").unwrap();
    assert_eq!(
        (aspa["before"].as_str(), aspa["after"].as_str(), aspa["household_id"].as_str()),
        (Some("a_proposer"), Some("ouvert"), Some("3"))
    );
    let rien = recours(banc.dossier.path(), &["difference", "apres.csv", "apres.csv", "--out", "rien.txt"]);
    assert!(dit(&rien).contains(": 0 changement(s)"));
    let faux = recours(banc.dossier.path(), &["difference", "p.csv", "apres.csv", "--out", "d2.txt"]);
    assert!(faux.status.code() == Some(3) && !banc.chemin("d2.txt").exists(), "{}", dit(&faux));
}

/// What is not known exactly is said by what is known of it.
#[test]
fn un_fait_connu_a_peu_pres_s_ecrit_en_tranche() {
    let mut banc = Banc::nouveau();
    // Whatever it be in this stretch, the couple's other wages are above the ceiling.
    banc.personnes.colonne("salaire_net_m03")[0] = "0..100".into();
    banc.personnes.colonne("activite")[0] = "inactif|chomeur".into();
    let r = banc.reponses(&["--validation"]);
    let rsa = &r[&super::banc::cle("1", "rsa")];
    assert_eq!(rsa.droit, "oui");
    assert!(rsa.bas.unwrap() < rsa.haut.unwrap() && rsa.haut == Some(651.69), "{rsa:?}");
    let mut banc = Banc::nouveau();
    banc.personnes.colonne("salaire_net_m03")[0] = "0..Zzcanari7".into();
    let refus = banc.refus(&["E-DONNEES-001", "salaire_net_m03", "ligne 1"]);
    assert!(!refus.contains("Zzcanari7"));
}

/// What rule files bind as a request and as an end: known, they are said; unknown, nothing is.
#[test]
fn une_demande_en_cours_et_un_versement_interrompu_se_lisent_dans_les_faits() {
    let etat_rsa = |perception: &str, demande: &str, suite: &str, fin: &str| {
        let mut banc = banc();
        for (nom, valeur) in [("recu_rsa", perception), ("rsa_demande_le", demande), ("rsa_decision", suite), ("rsa_fin_le", fin)] {
            ajouter(&mut banc.foyers, nom, &[valeur; 3]);
        }
        de(&etat(&banc, "e.parquet", &[]), "1", None, "rsa")
    };
    let (le, fin) = (Some(date::days(2026, 9, 10)), Some(date::days(2026, 5, 31)));
    assert_eq!(etat_rsa("0", "2026-09-10", "aucune", ""), (State::Pending, le));
    assert_eq!(etat_rsa("0", "2026-09-10", "aucune", "2026-05-31"), (State::Pending, le));
    assert_eq!(etat_rsa("0", "", "aucune", "2026-05-31"), (State::Interrupted, fin));
    // Decided, or not asked for: neither.
    assert_eq!(etat_rsa("0", "2026-09-10", "accord", "").0, State::ToPropose);
    // Unknown receipt is no interruption, and an end to come is none.
    assert_eq!(etat_rsa("", "", "aucune", "2026-05-31").0, State::Unknown);
    assert_eq!(etat_rsa("0", "", "aucune", "2026-12-31").0, State::ToPropose);
    assert_eq!(etat_rsa("600", "2026-09-10", "aucune", "2026-05-31").0, State::Open);
}

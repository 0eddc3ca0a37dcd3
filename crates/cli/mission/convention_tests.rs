//! Lines of conventions and durations, as they are written.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use jiff::civil::Date;

use super::Conservation;
use super::tests::{EXEMPLE, exemple, faute, lire};

const LIGNES: &str = r#"
[[convention]]
organisme = "caf"
familles = ["social", "ressources"]
destinataire = "hote"
article = "CRPA L114-8 II"
convention = "invente-1"
du = 2026-07-01
au = 2026-10-01

[[convention]]
organisme = "hote"
familles = ["reperage"]
destinataire = "carsat"
article = "CRPA L114-8 II"
du = "2026-10-02"
au = "2027-06-30"
"#;

fn avec(lignes: &str) -> String {
    format!("{EXEMPLE}\n{lignes}")
}

#[test]
fn une_ligne_vaut_de_son_premier_a_son_dernier_jour() {
    // The mission's date, 2026-10-01, is the last day of the first line and the eve of the second.
    let m = lire(&avec(LIGNES)).unwrap();
    assert!(m.conventionnee());
    let ligne = m.en_cours("caf", "ressources", "hote").unwrap();
    assert_eq!((ligne.article.as_str(), ligne.convention.as_deref()), ("CRPA L114-8 II", Some("invente-1")));
    assert_eq!(EXEMPLE.lines().count() + 3, ligne.ligne, "the line of its heading");
    assert!(m.en_cours("hote", "reperage", "carsat").is_none());
    assert_eq!(m.convention("hote", "reperage", "carsat").len(), 1);
    assert!(m.en_cours("carsat", "ressources", "hote").is_none() && m.en_cours("caf", "ressources", "liaison").is_none());
    let l = m.convention("hote", "reperage", "carsat")[0];
    let jours = [(2026, 10, 1), (2026, 10, 2), (2027, 6, 30), (2027, 7, 1)].map(|(a, mo, j)| l.couvre(Date::constant(a, mo, j)));
    assert_eq!(jours, [false, true, true, false]);
}

#[test]
fn sans_ligne_les_donnees_inventees_passent_et_les_reelles_non() {
    assert!(!exemple().conventionnee());
    let reelles = EXEMPLE.replacen("donnees = \"inventees\"", "donnees = \"reelles\"", 1);
    let mut m = exemple();
    m.donnees = super::Donnees::Reelles;
    assert!(m.conventionnee() && m.en_cours("caf", "social", "hote").is_none());
    assert!(lire(&reelles).is_err(), "roles are missing");
}

#[test]
fn une_ligne_fausse_est_dite_avec_sa_place() {
    let cas = [
        ("au = 2026-10-01", "au = 2026-06-30", "E-MISSION-028"),
        ("au = 2026-10-01", "au = \"demain\"", "E-MISSION-009"),
        ("destinataire = \"hote\"", "destinataire = \"hotte\"", "E-MISSION-019"),
        ("organisme = \"caf\"", "organisme = \"cnaf\"", "E-MISSION-019"),
        ("[\"social\", \"ressources\"]", "[]", "E-MISSION-009"),
        ("\"ressources\"]", "\"identite\"]", "E-MISSION-029"),
        ("\"ressources\"]", "\"reperage\"]", "E-MISSION-029"),
        ("destinataire = \"hote\"", "destinataire = \"carsat\"", "E-MISSION-029"),
        ("\"ressources\"]", "\"social\"]", "E-MISSION-010"),
        ("article = \"CRPA L114-8 II\"", "article = \" \"", "E-MISSION-009"),
        ("convention = \"invente-1\"", "convenu = \"invente-1\"", "E-MISSION-005"),
    ];
    for (de, par, code) in cas {
        assert!(LIGNES.contains(de), "{de}");
        let fautes = lire(&avec(&LIGNES.replacen(de, par, 1))).unwrap_err().fautes;
        // A recipient that is wrong for two families says so twice; one faulty duplicate is seen once.
        assert!(!fautes.is_empty() && fautes.iter().all(|f| f.code == code), "{de} → {par} : {fautes:?}");
        assert!(fautes.iter().all(|f| f.place.is_some_and(|p| p.ligne > EXEMPLE.lines().count())), "{par}");
    }
}

#[test]
fn les_durees_ont_des_bornes() {
    assert_eq!(exemple().conservation, Conservation { collecte_mois: 12, traces_mois: 36, journal_mois: 12, fiches_jours: 30 });
    let m = lire(&avec("[conservation]\ncollecte_mois = 3\nfiches_jours = 15\n")).unwrap();
    assert_eq!((m.conservation.collecte_mois, m.conservation.traces_mois, m.conservation.fiches_jours), (3, 36, 15));
    for (ligne, dit) in [("collecte_mois = 13", "collecte_mois"), ("traces_mois = 0", "traces_mois"), ("fiches_jours = 91", "fiches_jours")]
    {
        let f = faute(&avec(&format!("[conservation]\n{ligne}\n")));
        assert!(f.code == "E-MISSION-009" && f.message.contains(dit), "{f:?}");
    }
}

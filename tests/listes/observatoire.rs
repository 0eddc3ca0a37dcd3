//! Counts for the territory: protected, and saying what they are not.

use recours::commandes::observe::comptes::Publie;
use recours::commandes::observe::observer;
use recours::progression::Progression;

use super::territoire::*;

#[test]
fn les_comptes_sont_proteges_et_le_rapport_accessible() {
    let mut reperages: Vec<Reperage> = (0..42).map(|n| (n, "rsa", if n < 24 { "certain" } else { "possible" }, None)).collect();
    reperages.extend((0..30).map(|n| (n, "aspa", if n < 3 { "probable" } else { "possible" }, None)));
    reperages.extend((0..7).map(|n| (n, "rupture_c2s_renouvellement", "probable", Some(40))));
    let t = Territoire::nouveau(&[personne(0, &["caf"])], &reperages, 300);
    let bilan = observer(&t.mission, &t.chemin("host/findings.parquet"), &t.chemin("observatory"), &Progression::silencieuse()).unwrap();
    let ligne = |droit: &str| {
        let l = bilan.lignes.iter().find(|l| l.droit == droit).unwrap();
        [l.a_proposer, l.a_verifier, l.total]
    };
    assert_eq!(ligne("rsa"), [Publie::Nombre(20), Publie::Nombre(15), Publie::Nombre(40)]);
    assert_eq!(ligne("aspa"), [Publie::Petit, Publie::Cache, Publie::Nombre(30)]);
    assert_eq!(ligne("rupture_c2s_renouvellement"), [Publie::Petit; 3]);
    let (html, csv) = (t.lire("observatory/report.html"), t.lire("observatory/observatoire.csv"));
    for (nombre, dit) in [("24", false), ("42", false), ("27", false), ("moins de 11", true), ("non publié", true)] {
        assert_eq!(csv.contains(&format!(";{nombre}\r\n")), dit, "{nombre}");
        assert_eq!(html.contains(&format!(">{nombre}<")), dit, "{nombre}");
    }
    assert!(html.contains("lang=\"fr\"") && html.matches("<h1>").count() == 1 && !html.contains("<script"));
    assert!(html.contains("pas un taux de non-recours") && html.contains("aucune n'existe"));
    for mot in ["certain<", "probable", "suspect", "fraude"] {
        assert!(!html.contains(mot), "{mot}");
    }
}

#[test]
fn des_reperages_abimes_sont_refuses() {
    let t = Territoire::nouveau(&[], &[], 300);
    let findings = t.chemin("host/findings.parquet");
    std::fs::write(&findings, b"PAR1").unwrap();
    let erreur = observer(&t.mission, &findings, &t.chemin("observatory"), &Progression::silencieuse()).unwrap_err();
    assert_eq!(erreur.code, "E-TABLE-005");
    assert!(!t.chemin("observatory").exists());
}

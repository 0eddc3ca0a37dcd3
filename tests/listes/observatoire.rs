//! Counts for the territory: protected, and saying what they are not. Each test names the control whose removal it
//! catches.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, FixedSizeBinaryArray, RecordBatch, StringArray};
use recours::commandes::observe::{BilanObservatoire, Options, observer, observer_avec};
use recours::erreur::ErreurCommande;
use recours::mission::Mission;
use recours::progression::Progression;
use recours_engine::aggregates::Publie;
use recours_tables::{ecrire_parquet, lire_table};

use super::territoire::*;

fn publier(t: &Territoire, sortie: &str, territoires: Option<&Path>) -> Result<BilanObservatoire, ErreurCommande> {
    let options = Options { territoires, ..Options::default() };
    observer_avec(&t.mission, &t.chemin("host/findings.parquet"), &t.chemin(sortie), options, &Progression::silencieuse())
}

fn quarante_deux() -> Vec<Reperage> {
    let mut reperages: Vec<Reperage> = (0..42).map(|n| (n, "rsa", if n < 24 { "certain" } else { "possible" }, None)).collect();
    reperages.extend((0..30).map(|n| (n, "aspa", if n < 3 { "probable" } else { "possible" }, None)));
    reperages.extend((0..7).map(|n| (n, "rupture_c2s_renouvellement", "probable", Some(40))));
    reperages
}

#[test]
fn les_comptes_sont_proteges_et_le_rapport_accessible() {
    let t = Territoire::nouveau(&[personne(0, &["caf"])], &quarante_deux(), 300);
    let bilan = publier(&t, "observatory", None).unwrap();
    assert_eq!(bilan.du_territoire("rsa"), Some([Publie::Nombre(24), Publie::Nombre(18), Publie::Nombre(42)]));
    // Three small ones: with the total said, twenty-seven would give them back.
    let aspa = bilan.du_territoire("aspa").unwrap();
    assert_eq!(aspa[0], Publie::Secret);
    assert!(aspa.iter().filter(|c| **c == Publie::Secret).count() >= 2, "{aspa:?}");
    assert_eq!(bilan.du_territoire("rupture_c2s_renouvellement"), Some([Publie::Secret; 3]));
    let (html, csv) = (t.lire("observatory/report.html"), t.lire("observatory/observatoire.csv"));
    for (nombre, dit) in [("24", true), ("42", true), ("3", false), ("7", false), ("secret", true)] {
        assert_eq!(csv.contains(&format!(";{nombre}\r\n")), dit, "{nombre}");
        assert_eq!(html.contains(&format!(">{nombre}<")), dit, "{nombre}");
    }
    assert!(csv.contains("aucun compte sous 11") && html.contains("Règles appliquées") && html.contains("aucun compte sous 11"));
    assert!(html.contains("lang=\"fr\"") && html.matches("<h1>").count() == 1 && !html.contains("<script"));
    assert!(html.contains("pas un taux de non-recours") && html.contains("aucune n&#x27;existe") || html.contains("aucune n'existe"));
    for mot in ["certain<", "probable", "suspect", "fraude"] {
        assert!(!html.contains(mot), "{mot}");
    }
    // The table for programs says the same: no number where it is secret.
    let lot = lire_table(t.chemin("observatory/observatoire.parquet")).unwrap().tout().unwrap();
    let (nombres, secrets) = (lot.colonne("nombre").unwrap().nombre().unwrap(), lot.colonne("secret").unwrap().booleen().unwrap());
    assert_eq!(csv.lines().count() - 1, nombres.len());
    assert!(nombres.iter().zip(&secrets).all(|(n, s)| n.is_none() == s.unwrap()) && nombres.iter().flatten().all(|n| *n >= 11.0));
}

/// The same findings, without what stands for one commune.
fn territoires(t: &Territoire, nom: &str, commune: &dyn Fn(usize) -> (&'static str, &'static str)) -> std::path::PathBuf {
    let chemin = t.chemin(nom);
    let unites: ArrayRef = Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size((0..42).map(|n| Some(poignee(n))), 16).unwrap());
    let texte = |f: &dyn Fn(usize) -> &'static str| Arc::new(StringArray::from_iter_values((0..42).map(f))) as ArrayRef;
    let lot =
        RecordBatch::try_from_iter([("unit", unites), ("commune", texte(&|n| commune(n).0)), ("epci", texte(&|n| commune(n).1))]).unwrap();
    ecrire_parquet(&chemin, &lot.schema(), &[lot]).unwrap();
    chemin
}

#[test]
fn les_communes_sont_protegees_dans_leur_epci() {
    let t = Territoire::nouveau(&[personne(0, &["caf"])], &quarante_deux(), 300);
    // Five people in the second commune of the first EPCI.
    let lieux = territoires(&t, "lieux.parquet", &|n| match n {
        0..5 => ("99002", "Nord"),
        5..22 => ("99001", "Nord"),
        _ => ("99003", "Sud"),
    });
    let bilan = publier(&t, "observatory", Some(&lieux)).unwrap();
    let rsa = bilan.lignes.iter().find(|l| l.droit == "rsa").unwrap();
    let total = |code: &str| rsa.zones.iter().find(|z| z.code == code).unwrap().total.0;
    assert_eq!((total("99002"), rsa.zones[0].total.0), (Publie::Secret, Publie::Nombre(42)));
    // 22 in the EPCI minus 17 in the other commune: one of the two is hidden too.
    assert!([total("99001"), total("epci Nord")].contains(&Publie::Secret));
    let fautif = territoires(&t, "fautif.parquet", &|n| ("99001", if n < 9 { "Nord" } else { "Sud" }));
    let erreur = publier(&t, "ailleurs", Some(&fautif)).unwrap_err();
    assert!(erreur.code == "E-OBSERVATOIRE-005" && erreur.message.contains("ligne 10"), "{erreur}");
}

/// The attack by difference, with the register and without: forty-two, then forty of the same people two weeks later.
#[test]
fn une_difference_avec_ce_qui_est_publie_est_refusee() {
    let t = Territoire::nouveau(&[personne(0, &["caf"])], &quarante_deux(), 300);
    publier(&t, "observatory", None).unwrap();
    let deuxieme = Territoire::nouveau(&[personne(0, &["caf"])], &quarante_deux()[2..], 300);
    std::fs::copy(deuxieme.chemin("host/findings.parquet"), t.chemin("host/findings.parquet")).unwrap();
    let erreur = publier(&t, "deuxieme", None).unwrap_err();
    assert!(erreur.code == "E-OBSERVATOIRE-004" && erreur.message.contains("rsa"), "{erreur}");
    assert!(!t.chemin("deuxieme").exists() && !erreur.to_string().contains("42") && !erreur.to_string().contains("40"));
    // Without the register the two appear, and their difference is of two people.
    let premiere = t.lire("observatory/observatoire.csv");
    let vide = t.chemin("vide.jsonl");
    let sans = observer_avec(
        &deuxieme.mission,
        &deuxieme.chemin("host/findings.parquet"),
        &deuxieme.chemin("observatory"),
        Options { registre: Some(&vide), ..Options::default() },
        &Progression::silencieuse(),
    );
    assert!(sans.is_ok() && premiere.contains(";42\r\n") && deuxieme.lire("observatory/observatoire.csv").contains(";40\r\n"));
    // The next epoch is another population; the same numbers again tell nothing.
    let texte = t.lire("mission.toml").replace("2026-T4", "2027-T1");
    std::fs::write(t.chemin("suivante.toml"), texte).unwrap();
    let suivante = Mission::lire(t.chemin("suivante.toml")).unwrap();
    observer(&suivante, &t.chemin("host/findings.parquet"), &t.chemin("suivante"), &Progression::silencieuse()).unwrap();
}

#[test]
fn un_registre_retire_ou_coupe_arrete_les_publications() {
    let t = Territoire::nouveau(&[personne(0, &["caf"])], &quarante_deux(), 300);
    publier(&t, "observatory", None).unwrap();
    publier(&t, "observatory", None).unwrap();
    let registre = t.chemin("host/publications.jsonl");
    let texte = std::fs::read_to_string(&registre).unwrap();
    assert_eq!(texte.lines().count(), 4, "one line per table, and none for the same again");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&registre).unwrap().permissions().mode() & 0o777, 0o600);
    }
    std::fs::remove_file(&registre).unwrap();
    assert_eq!(publier(&t, "observatory", None).unwrap_err().code, "E-OBSERVATOIRE-003");
    std::fs::write(&registre, texte.lines().take(2).map(|l| format!("{l}\n")).collect::<String>()).unwrap();
    assert_eq!(publier(&t, "observatory", None).unwrap_err().code, "E-OBSERVATOIRE-003");
    std::fs::write(&registre, texte.lines().skip(1).map(|l| format!("{l}\n")).collect::<String>()).unwrap();
    assert_eq!(publier(&t, "observatory", None).unwrap_err().code, "E-OBSERVATOIRE-002");
    std::fs::write(&registre, texte).unwrap();
    publier(&t, "observatory", None).unwrap();
}

#[test]
fn une_source_inconnue_est_refusee() {
    let t = Territoire::nouveau(&[personne(0, &["caf"])], &quarante_deux(), 300);
    std::fs::write(t.chemin("autre.toml"), t.lire("mission.toml") + "\n[diffusion]\ncafe = \"cnaf\"\n").unwrap();
    let autre = Mission::lire(t.chemin("autre.toml")).unwrap();
    let erreur = observer(&autre, &t.chemin("host/findings.parquet"), &t.chemin("o"), &Progression::silencieuse()).unwrap_err();
    assert!(erreur.code == "E-OBSERVATOIRE-001" && erreur.message.contains("cafe"), "{erreur}");
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

//! `recours explain` at the host of an invented département: why each unit was found, and what is never shown.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod lecteur;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use recours_tables::lire_table;

use crate::evaluer::banc::{dit, recours};

/// A small département, all the way to its findings.
fn departement() -> tempfile::TempDir {
    let dossier = tempfile::tempdir().unwrap();
    let sortie = recours(dossier.path(), &["demo", "--persons", "1500", "--seed", "11", "--out", "d"]);
    assert!(sortie.status.success(), "{}", dit(&sortie));
    dossier
}

fn expliquer(dossier: &Path, unite: &str, plus: &[&str]) -> Output {
    let arguments = ["explain", "d/mission.toml", "--findings", "d/host/findings.parquet", "--unit", unite];
    recours(dossier, &[&arguments[..], plus].concat())
}

/// One finding of each right and grade: unit, label of the right in the rules.
fn un_de_chaque(dossier: &Path) -> BTreeMap<(String, String), String> {
    let lot = lire_table(dossier.join("d/host/findings.parquet")).unwrap().tout().unwrap();
    let (unites, droits, degres) = (
        lot.colonne("unit").unwrap().octets16().unwrap(),
        lot.colonne("right").unwrap().texte().unwrap(),
        lot.colonne("certainty").unwrap().texte().unwrap(),
    );
    let mut sortie = BTreeMap::new();
    for (i, u) in unites.iter().enumerate() {
        let hex: String = u.unwrap().iter().map(|o| format!("{o:02x}")).collect();
        sortie.entry((droits.value(i).to_owned(), degres.value(i).to_owned())).or_insert(hex);
    }
    sortie
}

/// Verdicts that an explanation gives of a right, one per description of the foyer.
fn verdicts(texte: &str, droit: &str) -> Vec<String> {
    let paragraphes = texte.split("\n\n").filter(|p| p.lines().next().is_some_and(|l| l.contains(&format!("({droit}@"))));
    paragraphes.filter_map(|p| p.lines().find_map(|l| l.strip_prefix("  Verdict : "))).map(str::to_owned).collect()
}

#[test]
fn chaque_sorte_de_reperage_s_explique() {
    let dossier = departement();
    let reperages = un_de_chaque(dossier.path());
    assert!(reperages.len() >= 6, "{:?}", reperages.keys());
    let mut tout = String::new();
    for ((droit, degre), unite) in &reperages {
        let sortie = expliquer(dossier.path(), unite, &[]);
        assert!(sortie.status.success(), "{droit} {degre} : {}", dit(&sortie));
        let texte = String::from_utf8(sortie.stdout).unwrap();
        assert!(texte.contains(&format!("({droit}) : {degre}")), "{texte}");
        assert!(texte.contains("Connue de : ") && texte.contains("[") && texte.contains("ce n'est pas une décision"));
        tout += &texte;
        let verdicts = verdicts(&texte, droit);
        // What was found is never a plain no under every description of the household.
        assert!(verdicts.iter().any(|v| v.starts_with("oui") || v.starts_with("inconnu")), "{droit} {degre} : {verdicts:?}\n{texte}");
        if degre == "certain" {
            assert!(verdicts.iter().all(|v| v.starts_with("oui")), "{droit} : {verdicts:?}");
        }
    }
    // Bands are said as what is known, not as what is not; a birth date is told by age.
    for dit in ["grossis", "(65 ans ou plus)", " à 61 ans)", "au moins 0,01 € par mois"] {
        assert!(tout.contains(dit), "{dit} : {tout}");
    }
    assert!(!tout.contains("inconnu, au moins 0,01"), "{tout}");
}

#[test]
fn aucune_identite_dans_une_explication() {
    let dossier = departement();
    let gens = lire_table(dossier.path().join("d/bodies/caf/extrait/personnes.parquet")).unwrap().tout().unwrap();
    let noms: Vec<String> = ["nir", "nom_naissance"]
        .iter()
        .flat_map(|c| gens.colonne(c).unwrap().texte().unwrap().iter().flatten().map(str::to_owned).collect::<Vec<_>>())
        .filter(|n| n.len() > 5)
        .collect();
    assert!(noms.len() > 100);
    for unite in un_de_chaque(dossier.path()).values() {
        let texte = dit(&expliquer(dossier.path(), unite, &[]));
        assert!(noms.iter().all(|n| !texte.contains(n.as_str())));
    }
}

#[test]
fn une_unite_sans_reperage_une_mauvaise_poignee_et_un_fichier_prive() {
    let dossier = departement();
    let sortie = expliquer(dossier.path(), &"0".repeat(32), &[]);
    assert_eq!(sortie.status.code(), Some(3), "{}", dit(&sortie));
    assert!(dit(&sortie).contains("E-EXPLIQUER-001"));
    for mauvaise in ["12", &"g".repeat(32), &"é".repeat(16)] {
        assert_eq!(expliquer(dossier.path(), mauvaise, &[]).status.code(), Some(2), "{mauvaise}");
    }
    let unite = un_de_chaque(dossier.path()).into_values().next().unwrap();
    let sortie = expliquer(dossier.path(), &unite, &["--out", "explication.txt"]);
    assert!(sortie.status.success() && !dit(&sortie).contains("Verdict"));
    let fichier = dossier.path().join("explication.txt");
    assert!(std::fs::read_to_string(&fichier).unwrap().contains("Verdict"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&fichier).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // Without the host's key nothing is shown.
    std::fs::remove_file(dossier.path().join("d/host/cle.age")).unwrap();
    let sortie = expliquer(dossier.path(), &unite, &[]);
    assert_eq!(sortie.status.code(), Some(3), "{}", dit(&sortie));
    assert!(!dit(&sortie).contains("Verdict"));
}

//! Reading the documents (tables, words in code marks, cited tests) and the sources (string literals).

use std::path::{Path, PathBuf};

pub fn racine() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn lire(relatif: &str) -> String {
    std::fs::read_to_string(racine().join(relatif)).unwrap_or_else(|e| panic!("{relatif} : {e}"))
}

fn cellules(ligne: &str) -> Vec<&str> {
    ligne.trim().trim_start_matches('|').trim_end_matches('|').split('|').map(str::trim).collect()
}

/// Every table: header and rows, cells trimmed.
pub fn tables(texte: &str) -> Vec<(Vec<&str>, Vec<Vec<&str>>)> {
    let lignes: Vec<&str> = texte.lines().collect();
    let mut trouvees = Vec::new();
    for i in 1..lignes.len() {
        let trait_de_table = lignes[i].starts_with("|-") && lignes[i].chars().all(|c| matches!(c, '|' | '-' | ':'));
        if trait_de_table && lignes[i - 1].starts_with('|') {
            let rangs = lignes[i + 1..].iter().take_while(|l| l.starts_with('|')).map(|l| cellules(l)).collect();
            trouvees.push((cellules(lignes[i - 1]), rangs));
        }
    }
    trouvees
}

/// Rows of the one table whose first header is `premier`.
pub fn table<'t>(texte: &'t str, premier: &str) -> Vec<Vec<&'t str>> {
    let mut trouvees: Vec<_> = tables(texte).into_iter().filter(|(entete, _)| entete.first() == Some(&premier)).collect();
    assert_eq!(trouvees.len(), 1, "{} tables « {premier} »", trouvees.len());
    trouvees.remove(0).1
}

/// What stands between code marks, blocks left out.
pub fn mots(texte: &str) -> Vec<&str> {
    let hors_blocs = texte.split("\n```").step_by(2);
    hors_blocs.flat_map(|t| t.split('`').skip(1).step_by(2)).collect()
}

/// `p0` à `p5` as six words; other words as they stand.
pub fn etendre(cellule: &str) -> Vec<String> {
    let trouves = mots(cellule);
    if let ([de, a], true) = (trouves.as_slice(), cellule.contains("` à `")) {
        let couper = |m: &str| (m[..1].to_owned(), m[1..].parse::<u32>().unwrap());
        let ((lettre, debut), (_, fin)) = (couper(de), couper(a));
        return (debut..=fin).map(|n| format!("{lettre}{n}")).collect();
    }
    trouves.into_iter().map(String::from).collect()
}

/// Tests (`file.rs::name`) and measures (`./measure NAME`) that a text cites.
pub fn epreuves(texte: &str) -> Vec<String> {
    let est = |m: &&str| m.contains(".rs::") || m.strip_prefix("./measure ").is_some_and(|n| !n.contains(' '));
    mots(texte).into_iter().filter(est).map(String::from).collect()
}

/// Whether a cited test or measure is there.
pub fn existe(epreuve: &str) -> Result<(), String> {
    if let Some(nom) = epreuve.strip_prefix("./measure ") {
        return if racine().join("benches/mesures").join(nom).is_file() { Ok(()) } else { Err("pas de telle mesure".into()) };
    }
    let (fichier, nom) = epreuve.split_once("::").unwrap();
    let texte = std::fs::read_to_string(racine().join(fichier)).map_err(|e| e.to_string())?;
    let signature = format!("fn {nom}(");
    let lignes: Vec<&str> = texte.lines().collect();
    let ici = lignes.iter().position(|l| l.trim_start().starts_with(&signature)).ok_or("pas de telle fonction")?;
    let attributs = lignes[..ici].iter().rev().take_while(|l| matches!(l.trim_start().get(..1), Some("#" | "/")));
    if attributs.into_iter().any(|l| l.trim() == "#[test]") { Ok(()) } else { Err("ce n'est pas un test".into()) }
}

/// Sources of a folder: path from the root and program, without comments nor tests.
pub fn programme(dossier: &str) -> Vec<(PathBuf, String)> {
    let mut trouves = Vec::new();
    parcourir(&racine().join(dossier), &mut trouves);
    assert!(!trouves.is_empty(), "{dossier} est vide");
    trouves
}

fn parcourir(dossier: &Path, trouves: &mut Vec<(PathBuf, String)>) {
    for entree in std::fs::read_dir(dossier).unwrap() {
        let chemin = entree.unwrap().path();
        let nom = chemin.file_stem().unwrap().to_string_lossy().into_owned();
        if nom == "tests" || nom.ends_with("_tests") || nom.starts_with("tests_") || nom == "cout" {
            continue;
        }
        if chemin.is_dir() {
            parcourir(&chemin, trouves);
        } else if chemin.extension().is_some_and(|e| e == "rs") {
            let texte = std::fs::read_to_string(&chemin).unwrap();
            let sans_tests = texte.split("\n#[cfg(test)]\nmod tests {").next().unwrap();
            let lignes = sans_tests.lines().filter(|l| !l.trim_start().starts_with("//")).flat_map(|l| [l, "\n"]);
            trouves.push((chemin.strip_prefix(racine()).unwrap().to_path_buf(), lignes.collect()));
        }
    }
}

/// String literals of the program under these folders.
pub fn litteraux(dossiers: &[&str]) -> Vec<String> {
    let mut trouves = Vec::new();
    for (_, source) in dossiers.iter().flat_map(|d| programme(d)) {
        for ligne in source.lines() {
            // Literals that matter here hold no escaped quote.
            trouves.extend(ligne.split('"').skip(1).step_by(2).map(String::from));
        }
    }
    trouves
}

//! One small invented département, made once; each test works on its own copy.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use recours_tables::journal::{Entree, verifier_fichier};
use recours_tables::{Lot, lire_table};
use tempfile::TempDir;

use crate::sceller::territoire::fichiers;

static DEMO: LazyLock<TempDir> = LazyLock::new(|| {
    let d = tempfile::tempdir().unwrap();
    let s = recours(d.path(), &["demo", "--persons", "600", "--seed", "2", "--out", "d"]);
    assert!(s.status.success(), "{}", String::from_utf8_lossy(&s.stderr));
    d
});

pub fn recours(dossier: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_recours")).current_dir(dossier).args(arguments).output().unwrap()
}

/// What a command said, on both channels, and its exit code.
pub fn dit(dossier: &Path, arguments: &[&str]) -> (i32, String) {
    let s = recours(dossier, arguments);
    (s.status.code().unwrap_or(-1), String::from_utf8(s.stdout).unwrap() + &String::from_utf8(s.stderr).unwrap())
}

pub fn demo() -> PathBuf {
    DEMO.path().join("d")
}

/// A copy of these paths of the demo, and nothing else.
pub fn copie(chemins: &[&str]) -> TempDir {
    let d = tempfile::tempdir().unwrap();
    for chemin in chemins {
        let (de, vers) = (demo().join(chemin), d.path().join(chemin));
        let tous = if de.is_dir() { fichiers(&de) } else { vec![de.clone()] };
        for f in tous {
            let a = if f == de { vers.clone() } else { vers.join(f.strip_prefix(&de).unwrap()) };
            std::fs::create_dir_all(a.parent().unwrap()).unwrap();
            std::fs::copy(&f, a).unwrap();
        }
    }
    d
}

/// The whole demo.
pub fn toute() -> TempDir {
    copie(&["mission.toml", "regles", "cles", "bodies", "deliveries", "linkage", "host", "lists", "auditeur"])
}

/// A text column, empty where it is null.
pub fn textes(lot: &Lot, nom: &str) -> Vec<String> {
    lot.colonne(nom).unwrap().texte().unwrap().iter().map(|t| t.unwrap_or_default().to_owned()).collect()
}

/// Sixteen bytes, or their hexadecimal.
pub fn ids(lot: &Lot, nom: &str) -> Vec<String> {
    let octets = lot.colonne(nom).unwrap().octets16().unwrap();
    octets.into_iter().map(|o| o.unwrap().iter().map(|b| format!("{b:02x}")).collect()).collect()
}

pub fn table(chemin: &Path) -> Lot {
    lire_table(chemin).unwrap().tout().unwrap()
}

/// Row id of each invented person at each body.
pub fn personnes() -> BTreeMap<i64, BTreeMap<String, String>> {
    let lot = table(&demo().join("truth/personnes.parquet"));
    let qui = lot.lot().column_by_name("person_id").unwrap();
    let qui = arrow::compute::cast(qui, &arrow::datatypes::DataType::Int64).unwrap();
    let qui = arrow::array::AsArray::as_primitive::<arrow::datatypes::Int64Type>(&qui).clone();
    let mut gens: BTreeMap<i64, BTreeMap<String, String>> = BTreeMap::new();
    for ((p, body), row) in qui.values().iter().zip(textes(&lot, "body")).zip(ids(&lot, "row_id")) {
        gens.entry(*p).or_default().insert(body, row);
    }
    gens
}

/// Writes a request as somebody at `body` would, from its own register.
pub fn demande(dossier: &Path, body: &str, row_id: &str) -> String {
    let lot = table(&dossier.join(format!("bodies/{body}/registre.parquet")));
    let rang = ids(&lot, "row_id").iter().position(|r| r == row_id).unwrap();
    let jours = lot.colonne("date_naissance").unwrap().date().unwrap()[rang].unwrap();
    let champ = |c: &str| textes(&lot, c)[rang].clone();
    let numero = if champ("nir").is_empty() { String::new() } else { format!("numero = \"{}\"\n", champ("nir")) };
    let ne = recours_rules::date::format(i64::from(jours));
    let texte =
        format!("{numero}nom_naissance = \"{}\"\nprenoms = \"{}\"\ndate_naissance = {ne}\n", champ("nom_naissance"), champ("prenoms"));
    std::fs::write(dossier.join("demande.toml"), &texte).unwrap();
    texte
}

/// Relative paths of a folder.
pub fn contenu(dossier: &Path) -> BTreeSet<String> {
    fichiers(dossier).iter().map(|f| f.strip_prefix(dossier).unwrap().display().to_string()).collect()
}

pub fn entrees(journal: &Path) -> Vec<Entree> {
    verifier_fichier(journal, None, None).unwrap().entrees
}

/// Everything in the bodies' files that is somebody: numbers, addresses, telephones, row ids, keys of households.
pub fn marques() -> BTreeMap<String, BTreeSet<String>> {
    let mut marques: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for body in ["caf", "msa", "cpam", "carsat", "france_travail", "departement"] {
        let lot = table(&demo().join(format!("bodies/{body}/registre.parquet")));
        let lignes = ids(&lot, "row_id");
        for colonne in ["nir", "nom_naissance", "prenoms", "telephone", "email", "adresse_ligne1"] {
            for (row, texte) in lignes.iter().zip(textes(&lot, colonne)) {
                if texte.chars().count() >= 5 {
                    marques.entry(texte).or_default().insert(row.clone());
                }
            }
        }
        for r in lignes {
            marques.entry(r.clone()).or_default().insert(r);
        }
    }
    for extrait in ["caf", "msa"] {
        let lot = table(&demo().join(format!("bodies/{extrait}/extrait/dossiers.parquet")));
        let cle = lot.lot().schema().field(0).name().clone();
        let cles = arrow::compute::cast(lot.lot().column_by_name(&cle).unwrap(), &arrow::datatypes::DataType::Utf8).unwrap();
        for c in arrow::array::AsArray::as_string::<i32>(&cles).iter().flatten().filter(|c| c.len() >= 6) {
            marques.entry(c.to_owned()).or_default();
        }
    }
    marques
}

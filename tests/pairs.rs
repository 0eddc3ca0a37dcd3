//! The job of the peers' bench (benches/peers): its rules are checked, and `recours croise` finds the rows that DuckDB finds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int32Type};
use recours_tables::lire_table;

use crate::evaluer::banc::{dit, racine, recours};

/// The rights of `regles/` in the order of the rules of `travail.py`.
const DROITS: [&str; 12] =
    ["rsa", "ppa", "aspa", "c2s", "aah", "af", "ars", "aide_logement", "declaration", "fin_c2s", "fin_chomage", "retraite"];

/// By foyer and rule: cert, band, reasons.
type Lignes = BTreeMap<(Vec<u8>, i32), (i32, i32, i32)>;

fn pairs() -> std::path::PathBuf {
    racine().join("benches/peers")
}

fn lot(fichier: &Path) -> RecordBatch {
    lire_table(fichier).unwrap().tout().unwrap().lot().clone()
}

fn octets(lot: &RecordBatch, nom: &str) -> Vec<Vec<u8>> {
    let colonne = cast(lot.column_by_name(nom).unwrap(), &DataType::Binary).unwrap();
    colonne.as_binary::<i32>().iter().map(|v| v.unwrap().to_vec()).collect()
}

fn entiers(lot: &RecordBatch, nom: &str) -> Vec<i32> {
    let colonne = cast(lot.column_by_name(nom).unwrap(), &DataType::Int32).unwrap();
    assert_eq!(colonne.null_count(), 0, "{nom}");
    colonne.as_primitive::<Int32Type>().values().to_vec()
}

fn textes(lot: &RecordBatch, nom: &str) -> Vec<String> {
    let colonne = cast(lot.column_by_name(nom).unwrap(), &DataType::Utf8).unwrap();
    colonne.as_string::<i32>().iter().map(|v| v.unwrap().to_owned()).collect()
}

fn assemblees(cles: Vec<Vec<u8>>, regles: Vec<i32>, [cert, bande, motifs]: [Vec<i32>; 3]) -> Lignes {
    let n = cles.len();
    let valeurs = cert.into_iter().zip(bande).zip(motifs).map(|((c, b), m)| (c, b, m));
    let lignes: Lignes = cles.into_iter().zip(regles).zip(valeurs).collect();
    assert_eq!(lignes.len(), n, "une règle répond deux fois d'un foyer");
    lignes
}

fn attendues() -> Lignes {
    let lot = lot(&racine().join("tests/donnees/pairs/attendu.parquet"));
    let colonne = |nom| entiers(&lot, nom);
    assemblees(octets(&lot, "unit"), colonne("rule"), [colonne("cert"), colonne("band"), colonne("reasons")])
}

fn croisees(fichier: &Path) -> Lignes {
    let lot = lot(fichier);
    let regle = |d: &String| i32::try_from(DROITS.iter().position(|x| x == d).unwrap() + 1).unwrap();
    let regles = textes(&lot, "right").iter().map(regle).collect();
    let degre = |c: &String| match c.as_str() {
        "possible" => 1,
        "certain" | "probable" => 2,
        autre => panic!("{autre}"),
    };
    let cert = textes(&lot, "certainty").iter().map(degre).collect();
    assemblees(octets(&lot, "unit"), regles, [cert, entiers(&lot, "tranche"), entiers(&lot, "motifs")])
}

#[test]
fn les_regles_du_travail_passent_la_verification() {
    let sortie = recours(racine(), &["check", "benches/peers/regles"]);
    let dit = dit(&sortie);
    assert!(sortie.status.success() && dit.contains("12 droits") && dit.contains("59 cas d'école réussis"), "{dit}");
}

#[test]
fn croise_trouve_les_lignes_de_duckdb() {
    let dossier = tempfile::tempdir().unwrap();
    let texte = std::fs::read_to_string(pairs().join("croisement.toml")).unwrap();
    let tables = racine().join("tests/donnees/pairs");
    let texte = texte
        .replace("regles = \"regles\"", &format!("regles = \"{}\"", pairs().join("regles").display()))
        .replace("fichier = \"", &format!("fichier = \"{}/", tables.display()));
    std::fs::write(dossier.path().join("croisement.toml"), texte).unwrap();
    let attendues = attendues();
    assert_eq!(attendues.len(), 1815);
    let mut ecrits = Vec::new();
    for (nom, plus) in [("un.parquet", ["--threads", "1"]), ("huit.parquet", ["--parties", "8"])] {
        let sortie = recours(dossier.path(), &[["croise", "croisement.toml", "--out", nom].as_slice(), plus.as_slice()].concat());
        assert!(sortie.status.success(), "{}", dit(&sortie));
        let trouvees = croisees(&dossier.path().join(nom));
        let autres: Vec<_> = attendues.iter().filter(|(cle, l)| trouvees.get(*cle) != Some(*l)).map(|((_, r), l)| (r, l)).take(5).collect();
        assert!(autres.is_empty() && trouvees.len() == attendues.len(), "{} lignes ; {autres:?}", trouvees.len());
        ecrits.push(std::fs::read(dossier.path().join(nom)).unwrap());
    }
    assert!(ecrits[0] == ecrits[1], "les octets dépendent du nombre de parties");
}

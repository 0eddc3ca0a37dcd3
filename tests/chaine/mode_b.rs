//! The smallest mission in mode B: two rounds, and the same persons and findings as in mode A.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use recours_tables::lire_table;

const BODIES: [&str; 2] = ["caf", "cpam"];

fn demonstration(dossier: &Path, mode: &str) -> PathBuf {
    let out = dossier.join(mode);
    let o = Command::new(env!("CARGO_BIN_EXE_recours"))
        .args(["demo", "--petite", "--mode", mode, "--persons", "400", "--seed", "11", "--out", out.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
    out
}

/// Persons as sets of rows of the extracts: body and place in the file, since row ids are drawn anew each time.
fn personnes(out: &Path) -> BTreeSet<BTreeSet<(&'static str, usize)>> {
    let mut par_poignee: BTreeMap<[u8; 16], BTreeSet<(&'static str, usize)>> = BTreeMap::new();
    for (body, fichier) in BODIES.iter().zip(["personnes", "assures"]) {
        let extrait = lire_table(out.join(format!("bodies/{body}/extrait/{fichier}.parquet"))).unwrap().projeter(&["row_id"]).unwrap();
        let rangs: BTreeMap<[u8; 16], usize> =
            extrait.tout().unwrap().colonne("row_id").unwrap().octets16().unwrap().into_iter().flatten().zip(0..).collect();
        let liens = lire_table(out.join(format!("linkage/{body}.parquet"))).unwrap().tout().unwrap();
        let ids = liens.colonne("row_id").unwrap().octets16().unwrap();
        let poignees = liens.colonne("handle").unwrap().octets16().unwrap();
        for (id, poignee) in ids.into_iter().flatten().zip(poignees.into_iter().flatten()) {
            par_poignee.entry(poignee).or_default().insert((*body, rangs[&id]));
        }
    }
    par_poignee.into_values().collect()
}

/// Fails if a pass evaluates other bytes than mode A's, if the residue forgets somebody, or if a file loses a row.
#[test]
fn la_plus_petite_mission_en_mode_b_trouve_les_memes_personnes() {
    let d = tempfile::tempdir().unwrap();
    let (a, b) = (demonstration(d.path(), "A"), demonstration(d.path(), "B"));
    let (ici, la) = (personnes(&a), personnes(&b));
    let relies = |p: &BTreeSet<BTreeSet<(&str, usize)>>| p.iter().filter(|p| p.len() > 1).count();
    assert!(relies(&ici) > 80, "{} personnes reliées seulement", relies(&ici));
    assert_eq!(ici, la);
    let recu =
        |out: &Path| -> serde_json::Value { serde_json::from_slice(&std::fs::read(out.join("host/receipt.json")).unwrap()).unwrap() };
    assert_eq!(recu(&a)["droits"], recu(&b)["droits"]);
    // The key holder's folder stands where the contract of the demo says nothing: it is no body's.
    assert!(b.join("tiers_cles/compteur.json").exists() && !a.join("tiers_cles").exists());
}

//! `recours explain --row --for`: what one body may read of why, and nothing of the others.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::LazyLock;

use arrow::array::{Array, AsArray};
use arrow::datatypes::{DataType, Float64Type};
use recours_tables::enveloppe::{IdentiteAge, dechiffrer};
use recours_tables::{Lecteur, lire_table};

use crate::evaluer::banc::{dit, recours};

/// A small département whose lists were handed over.
static DEMO: LazyLock<tempfile::TempDir> = LazyLock::new(super::departement);

const ORGANISMES: [&str; 6] = ["caf", "msa", "cpam", "carsat", "france_travail", "departement"];

fn ici(relatif: &str) -> PathBuf {
    DEMO.path().join("d").join(relatif)
}

fn hex(id: &[u8; 16]) -> String {
    id.iter().map(|o| format!("{o:02x}")).collect()
}

fn expliquer(organisme: &str, row: &str, plus: &[&str]) -> Output {
    recours(DEMO.path(), &[&["explain", "d/mission.toml", "--row", row, "--for", organisme], plus].concat())
}

fn ids(fichier: &Path) -> Vec<[u8; 16]> {
    lire_table(fichier).unwrap().tout().unwrap().colonne("row_id").unwrap().octets16().unwrap().into_iter().flatten().collect()
}

/// The rows of somebody in a body's list, with their rights.
fn remises(organisme: &str) -> BTreeMap<[u8; 16], Vec<String>> {
    let cle = IdentiteAge::lire(&ici(&format!("bodies/{organisme}/cle.age"))).unwrap();
    let clair = dechiffrer(&std::fs::read(ici(&format!("lists/{organisme}.age"))).unwrap(), &cle).unwrap();
    let lot = Lecteur::depuis_parquet("liste", clair).unwrap().tout().unwrap();
    let connues: BTreeSet<[u8; 16]> = ids(&ici(&format!("bodies/{organisme}/registre.parquet"))).into_iter().collect();
    let mut siennes: BTreeMap<[u8; 16], Vec<String>> = BTreeMap::new();
    let droits = lot.colonne("droit").unwrap().texte().unwrap();
    for (id, droit) in lot.colonne("row_id").unwrap().octets16().unwrap().into_iter().zip(droits.iter()) {
        siennes.entry(id.unwrap()).or_default().extend(droit.filter(|_| connues.contains(&id.unwrap())).map(str::to_owned));
    }
    siennes.retain(|_, droits| !droits.is_empty());
    siennes
}

/// Columns of a body's delivery.
fn livrees(organisme: &str) -> BTreeSet<String> {
    let cle = IdentiteAge::lire(&ici("host/cle.age")).unwrap();
    let clair = recours::cles::ouvrir_enveloppe(&ici(&format!("deliveries/{organisme}/attributs.parquet.age")), &cle).unwrap();
    Lecteur::depuis_parquet("attributs", clair).unwrap().schema().fields().iter().map(|c| c.name().clone()).collect()
}

/// Amounts of a body's extract about the persons of these rows, as French and other people write them.
fn montants(organisme: &str, rows: &BTreeSet<[u8; 16]>) -> BTreeSet<String> {
    let mut sortie = BTreeSet::new();
    for fichier in std::fs::read_dir(ici(&format!("bodies/{organisme}/extrait"))).unwrap().map(|f| f.unwrap().path()) {
        let Ok(lecteur) = lire_table(&fichier) else { continue };
        if !lecteur.contient("row_id") {
            continue;
        }
        let lot = lecteur.tout().unwrap();
        let siennes: Vec<usize> = (lot.colonne("row_id").unwrap().octets16().unwrap().into_iter().enumerate())
            .filter(|(_, id)| id.is_some_and(|id| rows.contains(&id)))
            .map(|(i, _)| i)
            .collect();
        for colonne in lot.lot().columns().iter().filter(|c| c.data_type() == &DataType::Float64) {
            let nombres = colonne.as_primitive::<Float64Type>();
            for x in siennes.iter().filter(|i| nombres.is_valid(**i)).map(|i| nombres.value(*i)).filter(|x| *x > 100.0 && x.fract() != 0.0)
            {
                let texte = format!("{x:.2}");
                let (euros, cents) = texte.split_once('.').unwrap();
                sortie.insert(texte.clone());
                sortie.insert(format!("{euros},{cents}"));
                if let Some((mille, reste)) = euros.len().checked_sub(3).filter(|n| *n > 0).map(|n| euros.split_at(n)) {
                    sortie.insert(format!("{mille} {reste},{cents}"));
                }
            }
        }
    }
    sortie
}

/// The other bodies' row ids of the persons of some rows, as the linkage unit alone could tell.
fn des_autres(organisme: &str, rows: &BTreeSet<[u8; 16]>) -> BTreeMap<&'static str, BTreeSet<[u8; 16]>> {
    let lire = |o: &str| -> Vec<([u8; 16], [u8; 16])> {
        let lot = lire_table(ici(&format!("linkage/{o}.parquet"))).unwrap().tout().unwrap();
        let de = |c: &str| lot.colonne(c).unwrap().octets16().unwrap().into_iter().flatten().collect::<Vec<_>>();
        de("row_id").into_iter().zip(de("handle")).collect()
    };
    let gens: BTreeSet<[u8; 16]> = lire(organisme).into_iter().filter(|(id, _)| rows.contains(id)).map(|(_, h)| h).collect();
    let autres = ORGANISMES.into_iter().filter(|o| *o != organisme);
    autres.map(|o| (o, lire(o).into_iter().filter(|(_, h)| gens.contains(h)).map(|(id, _)| id).collect())).collect()
}

/// Fails when the facts shown are not the reader's own, when others' decide more than a word, or when a body is named.
#[test]
fn un_organisme_ne_lit_que_ses_faits_et_des_autres_un_mot() {
    let mut vues = 0;
    for organisme in ["caf", "cpam", "carsat"] {
        let (remises, colonnes) = (remises(organisme), livrees(organisme));
        assert!(!remises.is_empty(), "{organisme}");
        for (row, droits) in remises.iter().take(6) {
            let sortie = expliquer(organisme, &hex(row), &[]);
            assert!(sortie.status.success(), "{}", dit(&sortie));
            let texte = String::from_utf8(sortie.stdout).unwrap();
            let rubriques = texte.lines().filter(|l| l.contains('@') && !l.starts_with(' ')).count();
            assert_eq!(rubriques, droits.len(), "only the rights handed over: {texte}");
            // Each fact is in brackets by its column: one that the reader delivered.
            for ligne in texte.lines().filter(|l| l.starts_with("      ")) {
                let colonne = ligne.split('[').nth(1).and_then(|r| r.split(']').next()).unwrap();
                assert!(colonnes.contains(colonne), "{organisme} reads {colonne}, which it did not deliver:\n{texte}");
            }
            let issues: Vec<&str> = texte.lines().filter_map(|l| l.strip_prefix("    [")).filter_map(|l| l.split(']').next()).collect();
            assert!(!issues.is_empty() && issues.iter().all(|i| ["condition remplie", "à vérifier"].contains(i)), "{texte}");
            vues += texte.matches("d'après d'autres faits aussi").count();
            for mot in ["certain", "probable", "possible", "inéligible", "montant dû"] {
                assert!(!texte.contains(mot), "{mot} : {texte}");
            }
            for autre in ORGANISMES.iter().filter(|o| **o != organisme) {
                let faits = texte.lines().filter(|l| l.starts_with("    [") || l.starts_with("      "));
                assert!(faits.clone().all(|l| !l.contains(&format!(", {autre}")) && !l.contains(&format!("par {autre}"))), "{texte}");
            }
            // Raw bytes: no amount of another body about this person, in any writing.
            let siens = montants(organisme, &BTreeSet::from([*row]));
            for (autre, rows) in des_autres(organisme, &BTreeSet::from([*row])) {
                for valeur in montants(autre, &rows).difference(&siens) {
                    assert!(!texte.contains(valeur.as_str()), "{autre}'s {valeur} in {organisme}'s explanation:\n{texte}");
                }
                assert!(rows.iter().all(|id| !texte.contains(&hex(id))));
            }
        }
    }
    assert!(vues > 0, "no condition rested on another's facts: the test sees nothing");
}

/// Fails when a refusal tells a row of another body, one that is not in the list, and none at all apart.
#[test]
fn toute_ligne_qui_n_a_pas_ete_remise_est_refusee_de_la_meme_facon() {
    let siennes = remises("caf");
    let de_la_cpam = *remises("cpam").keys().next().unwrap();
    // Known to the CAF and with a finding, but not on its list.
    let reperes: BTreeSet<[u8; 16]> = lire_table(ici("host/findings.parquet"))
        .unwrap()
        .tout()
        .unwrap()
        .colonne("unit")
        .unwrap()
        .octets16()
        .unwrap()
        .into_iter()
        .flatten()
        .collect();
    let lot = lire_table(ici("linkage/caf.parquet")).unwrap().tout().unwrap();
    let de = |c: &str| lot.colonne(c).unwrap().octets16().unwrap().into_iter().flatten().collect::<Vec<[u8; 16]>>();
    let attend = de("row_id").into_iter().zip(de("handle")).find(|(id, h)| reperes.contains(h) && !siennes.contains_key(id)).unwrap().0;
    let sans_repere = de("row_id").into_iter().zip(de("handle")).find(|(_, h)| !reperes.contains(h)).unwrap().0;
    let refus: BTreeSet<(Option<i32>, String)> = [[0x5a; 16], de_la_cpam, attend, sans_repere]
        .iter()
        .map(|id| expliquer("caf", &hex(id), &[]))
        .map(|s| (s.status.code(), String::from_utf8(s.stderr).unwrap()))
        .collect();
    assert_eq!(refus.len(), 1, "{refus:?}");
    let (code, texte) = refus.into_iter().next().unwrap();
    assert!(code == Some(3) && texte.starts_with("erreur E-EXPLIQUER-003 : "), "{texte}");
    assert!(expliquer("mutuelle", &hex(&attend), &[]).status.code() == Some(3));
    // One form or the other, not half of each.
    for mauvaise in
        [&["explain", "d/mission.toml", "--row", "00"][..], &["explain", "d/mission.toml"], &["explain", "d/mission.toml", "--for", "caf"]]
    {
        assert_eq!(recours(DEMO.path(), mauvaise).status.code(), Some(2));
    }
}

#[test]
fn l_explication_se_chiffre_pour_qui_la_demande_et_se_note_sans_la_ligne() {
    let row = hex(remises("cpam").keys().next().unwrap());
    let sortie = expliquer("cpam", &row, &["--out", "reponse.age"]);
    assert!(sortie.status.success() && !dit(&sortie).contains("condition"), "{}", dit(&sortie));
    let chiffree = std::fs::read(DEMO.path().join("reponse.age")).unwrap();
    let ouvrir = |o: &str| dechiffrer(&chiffree, &IdentiteAge::lire(&ici(&format!("bodies/{o}/cle.age"))).unwrap());
    assert!(String::from_utf8(ouvrir("cpam").unwrap()).unwrap().contains("  Conditions :\n    ["));
    assert!(ouvrir("caf").is_err());
    let sortie = expliquer("cpam", &row, &["--out", "reponse.txt"]);
    assert!(sortie.status.success());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let droits = |f: PathBuf| std::fs::metadata(f).unwrap().permissions().mode() & 0o777;
        assert_eq!((droits(DEMO.path().join("reponse.txt")), droits(ici("host/remises/cpam.parquet"))), (0o600, 0o600));
    }
    let journal = std::fs::read_to_string(ici("host/journal.jsonl")).unwrap();
    assert!(journal.contains("\"acte\":\"explication\"") && !journal.contains(&row));
}

/// Amounts, reasons and missing facts of everybody are for the auditor's key alone.
#[test]
fn la_trace_ne_s_ouvre_qu_avec_la_cle_de_l_auditeur() {
    let trace = std::fs::read(ici("host/trace.parquet.age")).unwrap();
    let avec = |cle: &str| dechiffrer(&trace, &IdentiteAge::lire(&ici(cle)).unwrap());
    let clair = Lecteur::depuis_parquet("trace", avec("auditeur/cle.age").unwrap()).unwrap();
    assert!(["unit", "right", "amount_low", "amount_high", "reasons", "missing"].iter().all(|c| clair.contient(c)));
    for cle in ["host/cle.age", "linkage/cle.age", "bodies/caf/cle.age"] {
        assert!(avec(cle).is_err(), "{cle}");
    }
}

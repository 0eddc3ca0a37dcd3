//! Reference foyers, split into the bodies' extracts, sealed, linked and detected: the same people must be
//! found as in the file's truth, minus what linkage measurably lost.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{DataType, Int64Type};
use recours::commandes::detect::detecter;
use recours::mission::Mission;
use recours::progression::Progression;
use recours::{cles, liaison, scellement};
use recours_engine::finding::Certainty;
use recours_tables::ecriture::EcrivainParquet;
use recours_tables::lecture::lire_table;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// What the chain found for one right, beside the truth.
#[derive(Debug, Default)]
struct Confusion {
    /// Missing the right, found (any grade); of these with grade `probable` or better.
    trouves: usize,
    surs: usize,
    /// Missing the right, not found; of these, some row of the foyer is not linked to its other rows.
    perdus: usize,
    perdus_par_liaison: usize,
    /// Found with `probable` or better, and not missing the right.
    faux: usize,
    /// Found as `possible`, and not missing the right.
    faux_possibles: usize,
}

impl Confusion {
    fn rappel(&self) -> f64 {
        100.0 * self.trouves as f64 / (self.trouves + self.perdus).max(1) as f64
    }

    fn precision(&self) -> f64 {
        100.0 * self.surs as f64 / (self.surs + self.faux).max(1) as f64
    }
}

fn table(chemin: &Path) -> RecordBatch {
    let lecteur = lire_table(chemin).unwrap();
    let schema = lecteur.schema();
    let lots: Vec<RecordBatch> = lecteur.lots().unwrap().map(|l| l.unwrap().lot().clone()).collect();
    concat_batches(&schema, &lots).unwrap()
}

fn entiers(t: &RecordBatch, colonne: &str) -> Vec<i64> {
    cast(t.column_by_name(colonne).unwrap(), &DataType::Int64).unwrap().as_primitive::<Int64Type>().values().to_vec()
}

fn seize(t: &RecordBatch, colonne: &str) -> Vec<[u8; 16]> {
    let c = t.column_by_name(colonne).unwrap().as_fixed_size_binary();
    (0..c.len()).map(|i| c.value(i).try_into().unwrap()).collect()
}

/// Foyers of people who object at some body: they said no, and are looked for nowhere.
fn opposes(mission: &Mission, personnes: &[i64], foyers: &[i64], lignes: &[[u8; 16]]) -> HashSet<i64> {
    let mut refus: HashSet<[u8; 16]> = HashSet::new();
    for o in &mission.organismes {
        let registre = table(&o.dossier.join("registre.parquet"));
        let oppose = registre.column_by_name("opposition").unwrap().as_boolean();
        refus.extend(seize(&registre, "row_id").into_iter().enumerate().filter(|(i, _)| oppose.value(*i)).map(|(_, id)| id));
    }
    let concernes: HashSet<i64> = lignes.iter().zip(personnes).filter(|(l, _)| refus.contains(*l)).map(|(_, p)| *p).collect();
    personnes.iter().zip(foyers).filter(|(p, _)| concernes.contains(p)).map(|(_, f)| *f).collect()
}

/// Runs the chain in `dossier` on the foyers of `source`; `prefixe` names the files (`2026-10_`).
fn confronter(source: &Path, prefixe: &str, annee: i16, mois: u8, dossier: &Path) -> BTreeMap<&'static str, Confusion> {
    let fichier = |nom: &str| source.join(format!("{prefixe}{nom}.parquet"));
    let texte = std::fs::read_to_string("missions/reference.toml").unwrap();
    let texte = texte
        .replace("date = 2026-10-01", &format!("date = {annee}-{mois:02}-01"))
        .replace("regles = \"../rules/fr\"", &format!("regles = \"{}\"", Path::new("rules/fr").canonicalize().unwrap().display()));
    let texte = texte.replace(
        "variante = \"../rules/fr/variantes/openfisca.yaml\"",
        &format!("variante = \"{}\"", Path::new("rules/fr/variantes/openfisca.yaml").canonicalize().unwrap().display()),
    );
    std::fs::create_dir_all(dossier).unwrap();
    std::fs::write(dossier.join("mission.toml"), texte).unwrap();
    let mission = Mission::lire(dossier.join("mission.toml")).unwrap();
    let progression = Progression::silencieuse();
    let reference =
        recours_synth::extraits_de_reference(&table(&fichier("persons")), &table(&fichier("households")), annee, mois, 7).unwrap();
    for extrait in reference.extraits() {
        let Ok(o) = mission.organisme(extrait.organisme.id()) else { continue };
        let mut ecrivains: Vec<_> =
            extrait.fichiers.iter().map(|f| EcrivainParquet::creer(o.dossier.join(f.chemin), &f.schema).unwrap()).collect();
        for lot in extrait.lots() {
            for (e, b) in ecrivains.iter_mut().zip(lot.unwrap()) {
                e.ecrire(&b).unwrap();
            }
        }
        ecrivains.into_iter().for_each(|e| e.terminer().unwrap());
    }
    cles::creer_cles(&mission).unwrap();
    for o in &mission.organismes {
        scellement::sceller_organisme(&mission, &o.id, &[], None, &progression).unwrap();
    }
    liaison::relier(&mission, None, &progression).unwrap();
    let detection = detecter(&mission, None, &progression).unwrap().detection;
    // Truth: which foyer stands behind each handle, and which foyers have people whose rows are not all linked.
    let verite = reference.verite_personnes().unwrap();
    let (personnes, foyers, lignes) = (entiers(&verite, "person_id"), entiers(&verite, "household_id"), seize(&verite, "row_id"));
    let mut poignee: HashMap<[u8; 16], [u8; 16]> = HashMap::new();
    for o in &mission.organismes {
        let liens = table(&mission.dossiers.liaison.join(format!("{}.parquet", o.id)));
        poignee.extend(seize(&liens, "row_id").into_iter().zip(seize(&liens, "handle")));
    }
    let mut foyer_de: HashMap<[u8; 16], i64> = HashMap::new();
    let mut poignees_de: HashMap<i64, HashSet<[u8; 16]>> = HashMap::new();
    let mut maison: HashMap<i64, i64> = HashMap::new();
    for ((p, f), l) in personnes.iter().zip(&foyers).zip(&lignes) {
        if let Some(h) = poignee.get(l) {
            foyer_de.insert(*h, *f);
            poignees_de.entry(*p).or_default().insert(*h);
            maison.insert(*p, *f);
        }
    }
    let opposes = opposes(&mission, &personnes, &foyers, &lignes);
    let rompus: HashSet<i64> = poignees_de.iter().filter(|(_, h)| h.len() > 1).filter_map(|(p, _)| maison.get(p).copied()).collect();
    if std::env::var_os("RECOURS_MESURE").is_some() {
        println!("\nfoyers dont les lignes d'une personne ne sont pas toutes reliées : {}", rompus.len());
    }
    let attendu = table(&fichier("expected"));
    let ids = entiers(&attendu, "household_id");
    let mut out = BTreeMap::new();
    for (droit, colonne) in [("rsa", "non_recours_rsa"), ("aspa", "non_recours_aspa")] {
        let vrai = attendu.column_by_name(colonne).unwrap().as_boolean();
        let manque = ids.iter().enumerate().filter(|(i, _)| vrai.value(*i)).map(|(_, f)| *f);
        let manque: HashSet<i64> = manque.filter(|f| !opposes.contains(f)).collect();
        let mut grade: HashMap<i64, Certainty> = HashMap::new();
        for f in detection.findings.iter().filter(|f| f.right == droit) {
            let foyer = foyer_de[&f.unit];
            let g = grade.entry(foyer).or_insert(f.certainty);
            *g = (*g).max(f.certainty);
        }
        let mut c = Confusion::default();
        for f in &manque {
            match grade.get(f) {
                Some(g) => {
                    c.trouves += 1;
                    c.surs += usize::from(*g > Certainty::Possible);
                }
                None => {
                    c.perdus += 1;
                    c.perdus_par_liaison += usize::from(rompus.contains(f));
                }
            }
        }
        for (_, g) in grade.iter().filter(|(f, _)| !manque.contains(f)) {
            if *g > Certainty::Possible {
                c.faux += 1;
            } else {
                c.faux_possibles += 1;
            }
        }
        out.insert(droit, c);
    }
    out
}

fn imprimer(titre: &str, tables: &BTreeMap<&'static str, Confusion>) {
    println!("\n{titre}");
    println!(
        "{:6} {:>9} {:>22} {:>9} {:>14} {:>16} {:>12} {:>8} {:>10}",
        "droit", "retrouvés", "dont probables et plus", "manqués", "par liaison", "faux (probables)", "(possibles)", "rappel", "précision"
    );
    for (droit, c) in tables {
        println!(
            "{droit:6} {:>9} {:>22} {:>9} {:>14} {:>16} {:>12} {:>7.1} % {:>8.1} %",
            c.trouves,
            c.surs,
            c.perdus,
            c.perdus_par_liaison,
            c.faux,
            c.faux_possibles,
            c.rappel(),
            c.precision()
        );
    }
}

const PERIODES: [(&str, i16, u8); 2] = [("2025-06", 2025, 6), ("2026-10", 2026, 10)];

#[test]
fn les_foyers_de_reference_sont_retrouves_par_la_chaine() {
    for (periode, annee, mois) in PERIODES {
        let d = tempfile::tempdir().unwrap();
        let tables = confronter(Path::new("tests/donnees/oracle"), &format!("{periode}_"), annee, mois, d.path());
        for (droit, c) in &tables {
            assert!(c.trouves > 2, "{periode} {droit} : l'échantillon ne montre rien, {c:?}");
            assert!(c.rappel() >= 90.0, "{periode} {droit} : {c:?}");
            assert!(c.precision() >= 80.0, "{periode} {droit} : {c:?}");
        }
    }
}

#[test]
fn tableau_de_la_chaine() {
    if std::env::var_os("RECOURS_MESURE").is_none() {
        return;
    }
    let entier: Option<PathBuf> =
        Some(PathBuf::from("../shared/oracle")).filter(|p| p.exists() && std::env::var_os("RECOURS_PETIT").is_none());
    for (periode, annee, mois) in PERIODES {
        let d = tempfile::tempdir().unwrap();
        let (source, prefixe) = match &entier {
            Some(p) => (p.clone(), format!("{periode}_n20000_")),
            None => (PathBuf::from("tests/donnees/oracle"), format!("{periode}_")),
        };
        imprimer(&format!("{periode}, {}", source.display()), &confronter(&source, &prefixe, annee, mois, d.path()));
    }
}

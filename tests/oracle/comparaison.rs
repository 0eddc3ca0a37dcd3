//! Answers of `evaluate --validation` held against the reference file, right by right.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::Command;

use arrow::array::AsArray;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use recours_tables::lire_table;

use crate::evaluer::banc::{Reponse, dit, racine, reponses};

/// Months of the reference foyers.
pub const PERIODES: [&str; 2] = ["2025-06", "2026-10"];

/// Right, column of the expected table, whose it is.
const DROITS: [(&str, &str, Unite); 19] = [
    ("aah", "aah", Unite::Personne),
    ("aeeh", "aeeh", Unite::Foyer),
    ("af", "af", Unite::Foyer),
    ("aide_logement", "aide_logement", Unite::Foyer),
    ("ars", "ars_annuelle", Unite::Foyer),
    ("asf", "asf", Unite::Foyer),
    ("asi", "asi", Unite::Personne),
    ("aspa", "aspa", Unite::Foyer),
    ("ass", "ass", Unite::Personne),
    ("bourse_college", "bourse_college", Unite::Foyer),
    ("bourse_lycee", "bourse_lycee", Unite::Foyer),
    ("c2s_gratuite", "c2s_gratuite", Unite::SansMontant),
    ("c2s_participation", "c2s_participation", Unite::SansMontant),
    ("caah", "caah", Unite::Personne),
    ("cf", "cf", Unite::Foyer),
    ("cheque_energie", "cheque_energie_annuel", Unite::Foyer),
    ("paje_base", "paje_base", Unite::Foyer),
    ("ppa", "ppa", Unite::Foyer),
    ("rsa", "rsa", Unite::Foyer),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Unite {
    Foyer,
    Personne,
    /// Of the foyer, yes or no only.
    SansMontant,
}

/// A folder of reference foyers.
pub struct Reference {
    dossier: PathBuf,
    /// Between the period and the table in file names.
    milieu: &'static str,
}

impl Reference {
    /// The sample of the repository.
    pub fn echantillon() -> Self {
        Self { dossier: racine().join("tests/donnees/oracle"), milieu: "" }
    }

    /// The whole set beside the repository when it is there.
    pub fn entiere() -> Option<Self> {
        let dossier = racine().join("../shared/oracle");
        dossier.is_dir().then_some(Self { dossier, milieu: "_n20000" })
    }

    pub fn table(&self, periode: &str, nom: &str) -> PathBuf {
        self.dossier.join(format!("{periode}{}_{nom}.parquet", self.milieu))
    }
}

/// What one right gives on one period.
#[derive(Debug, Default, Clone)]
pub struct Accord {
    pub unites: usize,
    pub accordees: usize,
    /// All units, those left out included, and those of the same verdict.
    pub toutes: (usize, usize),
    /// Expected to be entitled.
    pub ouverts: usize,
    pub a_un_euro: usize,
    pub a_deux_centimes: usize,
    /// Household ids, gravest first: a verdict that differs, then the gap.
    pub pires: Vec<(String, String)>,
    /// Verdicts, then amounts of the same verdict, that differ, by what sets the foyer apart.
    pub causes: BTreeMap<&'static str, (usize, usize)>,
}

impl Accord {
    /// Share of the units with the same verdict, in percent.
    pub fn verdicts(&self) -> f64 {
        100.0 * self.accordees as f64 / self.unites.max(1) as f64
    }

    /// The same share, nobody left out.
    pub fn verdicts_de_tous(&self) -> f64 {
        100.0 * self.toutes.1 as f64 / self.toutes.0.max(1) as f64
    }

    /// Share of those entitled whose amount is within one euro.
    pub fn montants(&self) -> f64 {
        if self.ouverts == 0 { 100.0 } else { 100.0 * self.a_un_euro as f64 / self.ouverts as f64 }
    }
}

fn texte(fichier: &Path, nom: &str) -> Vec<String> {
    let lot = lire_table(fichier).unwrap().projeter(&[nom]).unwrap().tout().unwrap();
    let c = cast(lot.lot().column(0), &DataType::Utf8).unwrap();
    c.as_string::<i32>().iter().map(|v| v.unwrap().to_owned()).collect()
}

fn nombres(fichier: &Path, nom: &str) -> Vec<f64> {
    let lot = lire_table(fichier).unwrap().projeter(&[nom]).unwrap().tout().unwrap();
    let c = cast(lot.lot().column(0), &DataType::Float64).unwrap();
    c.as_primitive::<Float64Type>().iter().map(|v| v.unwrap()).collect()
}

/// Foyers in which the civil age of somebody is not the reference's (mean years of 365.2425 days).
fn ages_differents(reference: &Reference, periode: &str) -> BTreeSet<String> {
    let (entree, attendu) = (reference.table(periode, "persons"), reference.table(periode, "expected_persons"));
    let ages: HashMap<String, i64> =
        texte(&attendu, "person_id").into_iter().zip(nombres(&attendu, "age").into_iter().map(|a| a as i64)).collect();
    let foyers = texte(&entree, "household_id");
    let gens = texte(&entree, "person_id").into_iter().zip(nombres(&entree, "age"));
    gens.zip(foyers).filter(|((p, age), _)| ages[p] != *age as i64).map(|(_, f)| f).collect()
}

/// What sets a foyer apart, the first that holds: facts of its file and of the reference, not its answers.
fn causes(reference: &Reference, periode: &str) -> HashMap<String, Vec<&'static str>> {
    let (menages, attendu) = (reference.table(periode, "households"), reference.table(periode, "expected"));
    let (gens, attendu_gens) = (reference.table(periode, "persons"), reference.table(periode, "expected_persons"));
    let mut causes: HashMap<String, Vec<&'static str>> = HashMap::new();
    // The order of the rows is the same in both tables.
    assert_eq!(texte(&menages, "household_id"), texte(&attendu, "household_id"));
    assert_eq!(texte(&gens, "person_id"), texte(&attendu_gens, "person_id"));
    let (foyers, foyers_des_gens) = (texte(&menages, "household_id"), texte(&gens, "household_id"));
    let sejour: BTreeSet<&String> = foyers_des_gens
        .iter()
        .zip(texte(&gens, "role"))
        .zip(nombres(&attendu_gens, "rsa_condition_nationalite"))
        .filter(|((_, role), ok)| role != "enfant" && *ok > 0.0)
        .map(|((f, _), _)| f)
        .collect();
    for f in foyers.iter().filter(|f| !sejour.contains(f)) {
        causes.entry(f.clone()).or_default().push(SANS_SEJOUR);
    }
    let mut differe = |cause: &'static str, colonnes: &[(&str, &str)], (avant, apres, cles): (&Path, &Path, &[String])| {
        for (recu, du) in colonnes {
            for ((f, a), b) in cles.iter().zip(nombres(avant, recu)).zip(nombres(apres, du)) {
                let c = causes.entry(f.clone()).or_default();
                if (a - b).abs() > 0.05 && !c.contains(&cause) {
                    c.push(cause);
                }
            }
        }
    };
    let du_foyer = (menages.as_path(), attendu.as_path(), foyers.as_slice());
    let familles = [("recu_af", "af"), ("recu_cf", "cf"), ("recu_asf", "asf"), ("recu_paje_base", "paje_base")];
    differe("prestations familiales du mois autres que reçues", &familles, du_foyer);
    differe("aide au logement du mois autre que reçue", &[("recu_aide_logement", "aide_logement")], du_foyer);
    let individuels = [("recu_ass", "ass"), ("recu_aah", "aah"), ("recu_asi", "asi"), ("recu_caah", "caah")];
    differe("ASS, AAH ou ASI du mois autre que reçue", &individuels, (&gens, &attendu_gens, &foyers_des_gens));
    differe("Aspa du mois autre que reçue", &[("recu_aspa", "aspa")], du_foyer);
    differe("RSA du mois autre que reçu", &[("recu_rsa", "rsa")], du_foyer);
    causes
}

const SANS_SEJOUR: &str = "aucun adulte ne remplit la condition de séjour";

/// The first cause that can bear on a right.
fn cause(droit: &str, causes: Option<&Vec<&'static str>>) -> &'static str {
    let possible = |c: &&&'static str| **c != SANS_SEJOUR || droit == "rsa";
    causes.and_then(|c| c.iter().find(possible)).copied().unwrap_or("autre")
}

/// Evaluates and compares: the foyers left out, and each right of the pack that the reference knows.
pub fn comparer(reference: &Reference, periode: &str, variante: Option<&str>) -> (usize, BTreeMap<&'static str, Accord>) {
    let dossier = tempfile::tempdir().unwrap();
    let sortie = dossier.path().join("reponses.parquet");
    let mut commande = Command::new(env!("CARGO_BIN_EXE_recours"));
    commande.current_dir(racine()).args(["evaluate", "--rules", "rules/fr", "--validation", "--on", &format!("{periode}-01")]);
    commande.arg("--persons").arg(reference.table(periode, "persons"));
    commande.arg("--households").arg(reference.table(periode, "households")).arg("--out").arg(&sortie);
    if let Some(v) = variante {
        commande.args(["--overlay", v]);
    }
    let fin = commande.output().unwrap();
    assert!(fin.status.success(), "{}", dit(&fin));
    let obtenu = reponses(&sortie);
    let ecartes = ages_differents(reference, periode);
    let connus: BTreeSet<&str> = obtenu.keys().map(|k| k.2.as_str()).collect();
    let causes = causes(reference, periode);
    let mut accords = BTreeMap::new();
    for (droit, colonne, unite) in DROITS.into_iter().filter(|d| connus.contains(d.0)) {
        let fichier = reference.table(periode, if unite == Unite::Personne { "expected_persons" } else { "expected" });
        let foyers = texte(&fichier, "household_id");
        let personnes = if unite == Unite::Personne { texte(&fichier, "person_id") } else { vec![String::new(); foyers.len()] };
        let mut accord = Accord::default();
        let mut ecarts: Vec<(bool, f64, String, String)> = Vec::new();
        for ((foyer, personne), attendu) in foyers.into_iter().zip(personnes).zip(nombres(&fichier, colonne)) {
            let reponse = &obtenu[&(foyer.clone(), personne, droit.to_owned())];
            accord.toutes.0 += 1;
            accord.toutes.1 += usize::from((reponse.droit == "oui") == (attendu > 0.0) && reponse.droit != "inconnu");
            if ecartes.contains(&foyer) {
                continue;
            }
            compter(&mut accord, &mut ecarts, reponse, attendu, unite != Unite::SansMontant, foyer);
        }
        for (autre_verdict, _, foyer, _) in &ecarts {
            let c = accord.causes.entry(cause(droit, causes.get(foyer))).or_default();
            if *autre_verdict {
                c.0 += 1;
            } else {
                c.1 += 1;
            }
        }
        ecarts.sort_by(|a, b| b.0.cmp(&a.0).then(b.1.total_cmp(&a.1)).then(a.2.cmp(&b.2)));
        accord.pires = ecarts.into_iter().take(10).map(|e| (e.2, e.3)).collect();
        accords.insert(droit, accord);
    }
    (ecartes.len(), accords)
}

fn compter(accord: &mut Accord, ecarts: &mut Vec<(bool, f64, String, String)>, r: &Reponse, attendu: f64, montant: bool, foyer: String) {
    accord.unites += 1;
    let ouvert = attendu > 0.0;
    let meme = r.droit == if ouvert { "oui" } else { "non" };
    accord.accordees += usize::from(meme);
    let ecart = match (r.bas, r.haut) {
        (Some(b), Some(h)) if montant => (b - attendu).abs().max((h - attendu).abs()),
        _ if montant => f64::INFINITY,
        _ => 0.0,
    };
    if ouvert {
        accord.ouverts += 1;
        accord.a_un_euro += usize::from(ecart <= 1.0);
        accord.a_deux_centimes += usize::from(ecart <= 0.02);
    }
    if !meme || (ouvert && ecart > 1.0) {
        let dit = format!("attendu {attendu:.2}, obtenu {} [{:?} ; {:?}]", r.droit, r.bas, r.haut);
        ecarts.push((!meme, ecart, foyer, dit));
    }
}

//! The table that `./measure oracle` prints: per month and right, then the ten worst foyers with their
//! derivations.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::comparaison::{Accord, Comparaison, Ecart, Regles, Unite, comparer};
use super::reference::{Reference, de_la_mesure};
use crate::evaluer::banc::{dit, racine};

/// Foyers whose derivation is shown, per month.
const PIRES: usize = 10;

/// The rules that the measure was given: `RECOURS_REGLES`, `RECOURS_DROITS`.
fn regles(variante: bool) -> Regles {
    let dossier = std::env::var_os("RECOURS_REGLES").map_or_else(|| racine().join("rules/fr"), PathBuf::from);
    let droits = std::env::var("RECOURS_DROITS").unwrap_or_default();
    Regles { dossier, variante, droits: droits.split(',').filter(|d| !d.is_empty()).map(str::to_owned).collect() }
}

/// Prints everything.
pub fn imprimer() {
    println!(
        "Verdicts : part des unités de même réponse (oui ou non) ; « de tous » : sans laisser personne de côté.\n\
         Montants : part, parmi les droits attendus, de ceux qui sont à moins de la tolérance.\n\
         « tient » : au moins 99,9 % des verdicts et des montants avec la variante, ou pas plus de deux écarts.\n"
    );
    for reference in de_la_mesure() {
        mois(&reference);
    }
}

fn mois(reference: &Reference) {
    let (variante, loi) = (comparer(reference, &regles(true)), comparer(reference, &regles(false)));
    println!("{} : {} foyers", reference.nom(), variante.foyers);
    for (raison, n) in &variante.ecartes {
        println!("  {n} laissés de côté ({:.2} %) : {raison}", 100.0 * *n as f64 / variante.foyers.max(1) as f64);
    }
    println!(
        "{:18} {:>7} {:>8} | {:>10} {:>9} {:>10} | {:>9} {:>10} {:>9} {:>10} |",
        "droit", "unités", "attendus", "verdicts", "de tous", "loi", "tolérance", "montants", "au plus", "loi"
    );
    for ((droit, unite, a), (_, _, l)) in variante.accords.iter().zip(&loi.accords) {
        match (a, l) {
            (Some(a), Some(l)) => ligne(droit, *unite, a, l),
            _ => println!("{droit:18} absent"),
        }
    }
    pires(reference, &variante);
}

fn pourcent(x: f64) -> String {
    format!("{x:.3} %").replace('.', ",")
}

fn ligne(droit: &str, unite: Unite, a: &Accord, loi: &Accord) {
    let euros = |x: f64| format!("{x:.4} €").replace('.', ",");
    let montants = match unite.tolerance() {
        None => ["-".to_owned(), "-".into(), "-".into(), "-".into()],
        Some(t) => [format!("{t} €").replace('.', ","), pourcent(a.montants()), euros(a.plus_large), pourcent(loi.montants())],
    };
    let tient = if a.tient() { "tient" } else { "manque" };
    println!(
        "{droit:18} {:>7} {:>8} | {:>10} {:>9} {:>10} | {:>9} {:>10} {:>9} {:>10} | {tient}{}",
        a.unites,
        a.ouverts,
        pourcent(a.verdicts()),
        pourcent(a.verdicts_de_tous()),
        pourcent(loi.verdicts()),
        montants[0],
        montants[1],
        montants[2],
        montants[3],
        compte(a)
    );
}

/// How many differ, when some do.
fn compte(a: &Accord) -> String {
    let verdicts = a.ecarts.iter().filter(|e| e.verdict).count();
    match (verdicts, a.ecarts.len() - verdicts) {
        (0, 0) => String::new(),
        (v, m) => format!(" ({v} verdicts, {m} montants)"),
    }
}

/// The foyers whose gravest gap comes first, each with its derivation for the rights that differ.
fn pires(reference: &Reference, c: &Comparaison) {
    let mut foyers: BTreeMap<&str, Vec<(&str, &Ecart)>> = BTreeMap::new();
    for (droit, _, accord) in &c.accords {
        for e in accord.iter().flat_map(|a| &a.ecarts) {
            foyers.entry(&e.foyer).or_default().push((droit, e));
        }
    }
    let mut rang: Vec<(&str, Vec<(&str, &Ecart)>)> = foyers.into_iter().collect();
    let gravite = |e: &[(&str, &Ecart)]| (e.iter().any(|x| x.1.verdict), e.iter().map(|x| x.1.de).fold(0.0, f64::max));
    rang.sort_by(|a, b| {
        let (x, y) = (gravite(&a.1), gravite(&b.1));
        y.0.cmp(&x.0).then(y.1.total_cmp(&x.1)).then(a.0.cmp(b.0))
    });
    if rang.is_empty() {
        println!("\nAvec la variante, aucun foyer ne diffère.\n");
        return;
    }
    println!("\nAvec la variante, {} foyers diffèrent ; les plus éloignés, avec leur dérivation :", rang.len());
    rang.truncate(PIRES);
    let dossier = tempfile::tempdir().unwrap();
    reference.extraire(&rang.iter().map(|r| r.0).collect(), dossier.path());
    for (foyer, ecarts) in rang {
        println!("\n──── foyer {foyer}");
        for (droit, e) in &ecarts {
            let personne = if e.personne.is_empty() { String::new() } else { format!(", personne {}", e.personne) };
            println!("  {droit}{personne} : {}", e.dit);
        }
        let droits: BTreeSet<&str> = ecarts.iter().map(|e| e.0).collect();
        println!("{}", derivation(reference, foyer, &droits, dossier.path()));
    }
}

fn derivation(reference: &Reference, foyer: &str, droits: &BTreeSet<&str>, dossier: &std::path::Path) -> String {
    let mut commande = regles(true).evaluer(&reference.jour(), &dossier.join("persons.parquet"), &dossier.join("households.parquet"));
    for d in droits {
        commande.args(["--droit", d]);
    }
    let fin = commande.args(["--explain", foyer]).output().unwrap();
    assert!(fin.status.success(), "{}", dit(&fin));
    String::from_utf8(fin.stdout).unwrap()
}

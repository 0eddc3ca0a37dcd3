//! What is said of a croisement once it is done: counts, and where the time went.

use std::fmt::Write;
use std::path::Path;
use std::time::Duration;

use recours_engine::croisement::stages::Stage;

use super::description::Description;
use super::marche::Fait;
use super::ouverture::Ouverture;
use super::sortie::DEGRES;
use crate::commandes::explain::ecriture::{date_longue, entier};

/// Counts: persons, foyers, rows of each table that matched nobody, rows per right and grade.
pub(super) fn comptes(description: &Description, ouverture: &Ouverture, fait: &Fait, out: &Path) -> String {
    let mut s = String::new();
    // Writing to a String cannot fail.
    let _ =
        writeln!(s, "{} personnes, {} foyers, au {}.", entier(fait.counts.persons), entier(fait.foyers), date_longue(description.pack.on));
    for ((dite, table), perdues) in description.tables.iter().zip(&ouverture.tables).zip(&fait.counts.unmatched) {
        let _ = write!(s, "  table {:<20} {:>12} lignes", dite.nom, entier(table.parquet.lignes()));
        let _ = match perdues {
            0 => writeln!(s),
            n => writeln!(s, ", dont {} de personnes que la composition ne connaît pas", entier(*n)),
        };
    }
    let _ = writeln!(s, "  {:<34} {:>11} {:>11} {:>11}", "droit", DEGRES[2], DEGRES[1], DEGRES[0]);
    for (droit, n) in &fait.comptes {
        let _ = writeln!(s, "  {droit:<34} {:>11} {:>11} {:>11}", entier(n[2]), entier(n[1]), entier(n[0]));
    }
    let lignes: u64 = fait.comptes.iter().flat_map(|c| c.1).sum();
    let _ = writeln!(s, "Résultat : {} ({} lignes)", out.display(), entier(lignes));
    s
}

const NOMS: [(Stage, &str); 6] = [
    (Stage::Decode, "lecture"),
    (Stage::Partition, "répartition"),
    (Stage::Link, "rapprochement"),
    (Stage::Aggregate, "regroupement"),
    (Stage::Rules, "règles"),
    (Stage::Write, "écriture"),
];

/// Seconds of each thread in each stage, wall time, and what the system knows of the process.
pub(super) fn temps(fait: &Fait, mur: Duration) -> String {
    let secondes = |d: Duration| format!("{:.3}", d.as_secs_f64()).replace('.', ",");
    let mut s = format!("Où va le temps, en secondes ({} partitions)\n  {:<16} {:>9}", fait.partitions, "étape", "total");
    let fils = NOMS.iter().map(|(e, _)| fait.stages.of(*e).len()).max().unwrap_or(0);
    for f in 1..=fils {
        let _ = write!(s, " {:>8}", format!("fil {f}"));
    }
    let mut tout = Duration::ZERO;
    for (etape, nom) in NOMS {
        let durees = fait.stages.of(etape);
        let total: Duration = durees.iter().sum();
        tout += total;
        let _ = write!(s, "\n  {nom:<16} {:>9}", secondes(total));
        for d in &durees {
            let _ = write!(s, " {:>8}", secondes(*d));
        }
    }
    let _ = writeln!(s, "\n  {:<16} {:>9}\n  {:<16} {:>9}", "ces étapes", secondes(tout), "durée", secondes(mur));
    if let Some(p) = crate::ressources::processus() {
        let _ = writeln!(
            s,
            "  {:<16} {:>9}, dont système {}\n  {:<16} {:>9} Mio",
            "processeur",
            secondes(p.processeur),
            secondes(p.systeme),
            "mémoire, au plus",
            entier(p.memoire >> 20)
        );
    }
    let _ = writeln!(s, "  {:<16} {:>9} Mio", "échangé", entier(fait.echanges >> 17));
    if fait.counts.spilled > 0 {
        let _ = writeln!(s, "  {:<16} {:>9} Mio", "déversé", entier(fait.counts.spilled >> 17));
    }
    s
}

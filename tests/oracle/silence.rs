//! No silent zero: each input column removed in turn, the verdicts stay settled by the rest or become unknown
//! and name it.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use recours::regles::Jeu;
use recours_engine::evaluate::{Purpose, evaluate};
use recours_engine::foyers;
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_rules::date;
use recours_tables::lire_table;

use super::reference::echantillon;
use crate::evaluer::banc::{Reponses, lire_reponses, racine};

/// Foyers of the sample that are tried.
const FOYERS: usize = 400;

/// What became of the verdicts when a column was removed.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Silence {
    /// The same verdict, settled by the rest.
    pub tranches: usize,
    /// Unknown, and the column is among what would settle it.
    pub nommes: usize,
    /// Unknown without naming the column.
    pub tus: usize,
    /// Another settled verdict: a silent zero.
    pub changes: usize,
    /// Amounts whose bounds no longer hold the amount known before.
    pub sortis: usize,
}

fn tables() -> (RecordBatch, RecordBatch) {
    let reference = echantillon().into_iter().find(|r| r.periode() == "2026-10").unwrap();
    let lire = |nom: &str| lire_table(reference.table(nom)).unwrap().tout().unwrap().lot().clone();
    let (personnes, menages) = (lire("persons"), lire("households"));
    let menages = menages.slice(0, FOYERS.min(menages.num_rows()));
    let cle = |t: &RecordBatch| {
        let c = t.column_by_name("household_id").unwrap();
        arrow::array::AsArray::as_primitive::<arrow::datatypes::Int64Type>(c).clone()
    };
    let gardes: std::collections::BTreeSet<i64> = cle(&menages).iter().flatten().collect();
    let masque: arrow::array::BooleanArray = cle(&personnes).iter().map(|k| k.map(|k| gardes.contains(&k))).collect();
    (arrow::compute::filter_record_batch(&personnes, &masque).unwrap(), menages)
}

fn sans(t: &RecordBatch, colonne: &str) -> RecordBatch {
    let garde: Vec<usize> = (0..t.num_columns()).filter(|i| t.schema().field(*i).name() != colonne).collect();
    t.project(&garde).unwrap()
}

fn repondre(pack: &Pack, program: &Program, personnes: &RecordBatch, menages: &RecordBatch) -> Reponses {
    let foyers = foyers::read(pack, program, personnes, menages).unwrap();
    lire_reponses(&evaluate(pack, program, &foyers, Purpose::Validation).unwrap())
}

/// Removes each column that rules read, in turn.
pub fn table() -> BTreeMap<String, Silence> {
    let jeu = Jeu::lire(racine().join("rules/fr")).unwrap();
    let mut pack = jeu.construire(None, date::days(2026, 10, 1)).unwrap();
    // Rights that the reference foyers can settle.
    pack.rights.retain(|r| ["rsa", "aspa", "c2s_gratuite", "c2s_participation"].contains(&r.id.as_str()));
    let program = Program::compile(&pack);
    let (personnes, menages) = tables();
    // The age would stand in for the birth date: another fact, not a silence.
    let personnes = sans(&personnes, "age");
    let avant = repondre(&pack, &program, &personnes, &menages);
    let mut sortie = BTreeMap::new();
    for fait in &program.inputs {
        let colonne = foyers::column_name(&pack, *fait);
        if personnes.column_by_name(&colonne).is_none() && menages.column_by_name(&colonne).is_none() {
            continue;
        }
        let apres = repondre(&pack, &program, &sans(&personnes, &colonne), &sans(&menages, &colonne));
        let mut s = Silence::default();
        for (cle, r) in &apres {
            let a = &avant[cle];
            assert_ne!(a.droit, "inconnu", "the whole file must settle every verdict");
            if r.droit == a.droit {
                s.tranches += 1;
            } else if r.droit != "inconnu" {
                s.changes += 1;
            } else if r.manque.contains(&colonne) {
                s.nommes += 1;
            } else {
                s.tus += 1;
            }
            // Known before, contained now.
            if let (Some(montant), Some(bas)) = (a.bas, r.bas)
                && (montant < bas - 1e-9 || r.haut.is_some_and(|h| montant > h + 1e-9))
            {
                s.sortis += 1;
            }
        }
        sortie.insert(colonne, s);
    }
    sortie
}

#[test]
fn une_colonne_retiree_ne_devient_jamais_un_zero() {
    let table = table();
    assert!(table.len() > 60, "{} columns tried", table.len());
    if super::mesure() {
        println!("{:40} {:>10} {:>10} {:>12} {:>8}", "colonne retirée", "tranchés", "inconnus", "sans nommer", "changés");
        for (colonne, s) in &table {
            println!("{colonne:40} {:>10} {:>10} {:>12} {:>8}", s.tranches, s.nommes + s.tus, s.tus, s.changes);
        }
    }
    let total = |f: fn(&Silence) -> usize| table.values().map(f).sum::<usize>();
    if super::mesure() {
        println!(
            "\n{} colonnes ; verdicts devenus autres sans être inconnus : {} ; inconnus qui ne nomment pas la colonne : {} ; montants sortis de leurs bornes : {}",
            table.len(),
            total(|s| s.changes),
            total(|s| s.tus),
            total(|s| s.sortis)
        );
    }
    for (colonne, s) in &table {
        assert_eq!((s.changes, s.tus, s.sortis), (0, 0, 0), "{colonne} : {s:?}");
    }
    // The trial bites: some columns do leave verdicts unknown.
    assert!(total(|s| s.nommes) > 500);
}

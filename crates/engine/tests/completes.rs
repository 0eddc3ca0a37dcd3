//! Foyers on which speed is measured: everything known, no two alike, the same for the same seed, and answered without a fact
//! missing.

use crate::jeu_fr::pack;
use arrow::array::{Array, ArrayRef, AsArray, Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::Float64Type;
use recours_engine::evaluate::{Purpose, evaluate};
use recours_engine::foyers::{Foyers, read};
use recours_engine::properties::{Wanted, complete};
use std::sync::Arc;

fn column<A: Array + 'static>(a: A) -> ArrayRef {
    Arc::new(a)
}

/// Two foyers of whom little is told: three persons.
fn base() -> (RecordBatch, RecordBatch) {
    let persons = RecordBatch::try_from_iter([
        ("person_id", column(Int64Array::from(vec![1, 2, 3]))),
        ("household_id", column(Int64Array::from(vec![1, 2, 2]))),
        ("role", column(StringArray::from(vec!["demandeur", "demandeur", "enfant"]))),
        ("date_naissance", column(Date32Array::from(vec![4_000, 6_000, 18_000]))),
        ("salaire_net_m01", column(arrow::array::Float64Array::from(vec![Some(1_234.56), None, Some(0.0)]))),
    ]);
    let households = RecordBatch::try_from_iter([("household_id", column(Int64Array::from(vec![1, 2])))]);
    (persons.unwrap(), households.unwrap())
}

fn tables(foyers: usize, seed: u64, unknown: usize) -> (RecordBatch, RecordBatch) {
    let (pack, program) = pack("2026-10-01");
    let (persons, households) = base();
    let base: Foyers = read(&pack, &program, &persons, &households).unwrap();
    complete(&pack, &program, &base, Wanted { foyers, seed, unknown }).unwrap()
}

#[test]
fn what_is_told_stays_and_the_rest_is_drawn() {
    let (persons, households) = tables(2, 1, 0);
    assert_eq!((persons.num_rows(), households.num_rows()), (3, 2));
    assert!(persons.columns().iter().chain(households.columns()).all(|c| c.null_count() == 0));
    let wages = persons.column_by_name("salaire_net_m01").unwrap().as_primitive::<Float64Type>();
    assert_eq!((wages.value(0), wages.value(2)), (1_234.56, 0.0));
    assert!(persons.num_columns() > 150 && households.num_columns() > 50);
}

#[test]
fn copies_differ_and_the_seed_decides() {
    let (persons, _) = tables(6, 1, 0);
    let wages = persons.column_by_name("salaire_net_m01").unwrap().as_primitive::<Float64Type>();
    assert_ne!(wages.value(0), wages.value(3));
    assert_eq!(tables(6, 1, 0), tables(6, 1, 0));
    assert_ne!(tables(6, 1, 0), tables(6, 2, 0));
}

#[test]
fn one_cell_in_ten_is_emptied_on_demand() {
    let (persons, households) = tables(400, 1, 10);
    for table in [persons, households] {
        let cells = table.columns().iter().skip(1).map(|c| c.len()).sum::<usize>();
        let empty = table.columns().iter().map(|c| c.null_count()).sum::<usize>();
        assert!((0.09..0.11).contains(&(empty as f64 / cells as f64)), "{empty} / {cells}");
        assert_eq!(table.column_by_name("household_id").unwrap().null_count(), 0);
    }
}

#[test]
fn nothing_is_missing_of_them() {
    let (pack, program) = pack("2026-10-01");
    let (persons, households) = tables(40, 3, 0);
    let foyers = read(&pack, &program, &persons, &households).unwrap();
    for purpose in [Purpose::Validation, Purpose::Information] {
        let answers = evaluate(&pack, &program, &foyers, purpose).unwrap();
        let verdicts = answers.column_by_name("entitled").unwrap().as_string::<i32>().clone();
        assert!(answers.num_rows() > 40 && verdicts.iter().flatten().all(|v| v != "inconnu"));
        assert!(answers.column_by_name("missing").unwrap().as_list::<i32>().values().is_empty());
    }
}

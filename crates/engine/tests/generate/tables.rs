//! Foyers as the tables that people give to `evaluate`.

use super::foyers::{facts_of, variable};
use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use recours_engine::foyers::column_name;
use recours_engine::reference::{Facts, Foyer};
use recours_engine::value::May;
use recours_rules::Pack;
use recours_rules::number::to_f64;
use recours_rules::truth::Truth;
use recours_rules::types::{Entity, Type};
use std::sync::Arc;

/// The latest day of all says « known to be none » in columns of dates.
const NONE: i32 = i32::MAX;

fn column(pack: &Pack, ty: Type, rows: &[Option<May>]) -> ArrayRef {
    let settled = |m: &Option<May>| m.filter(|m| m.settled());
    match ty {
        Type::Num(_) | Type::Literal => {
            let value = |m| if let Some(May::Num(i)) = settled(m) { Some(to_f64(i.lo)) } else { None };
            Arc::new(rows.iter().map(value).collect::<Float64Array>())
        }
        Type::Bool => {
            let value = |m| if let Some(May::Truth(t)) = settled(m) { Some(t == Truth::True) } else { None };
            Arc::new(rows.iter().map(value).collect::<BooleanArray>())
        }
        Type::Date { .. } => {
            let value = |m| match settled(m) {
                Some(May::Date(_, Truth::True)) => Some(NONE),
                Some(May::Date(i, _)) => i32::try_from(i.lo).ok(),
                _ => None,
            };
            Arc::new(rows.iter().map(value).collect::<Date32Array>())
        }
        Type::Code(list) => {
            let codes = &pack.vocabulary.lists[list].codes;
            let value = |m| if let Some(May::Code(c)) = settled(m) { Some(codes[c.trailing_zeros() as usize].as_str()) } else { None };
            Arc::new(rows.iter().map(value).collect::<StringArray>())
        }
    }
}

fn table(pack: &Pack, entity: Entity, keys: Vec<(&str, Vec<i64>)>, rows: &[&Facts]) -> RecordBatch {
    let mut columns: Vec<(String, ArrayRef)> =
        keys.into_iter().map(|(name, k)| (name.to_owned(), Arc::new(Int64Array::from(k)) as ArrayRef)).collect();
    for fact in facts_of(pack, entity) {
        let values: Vec<Option<May>> = rows.iter().map(|f| f.get(&fact).copied()).collect();
        if values.iter().any(Option::is_some) {
            columns.push((column_name(pack, fact), column(pack, variable(pack, fact).ty, &values)));
        }
    }
    RecordBatch::try_from_iter(columns).unwrap()
}

/// Persons and households. A fact that no foyer has is an absent column.
pub fn tables(pack: &Pack, foyers: &[Foyer]) -> (RecordBatch, RecordBatch) {
    let number = |i: usize| i64::try_from(i).unwrap();
    let home: Vec<i64> = foyers.iter().enumerate().flat_map(|(i, f)| vec![number(i); f.persons.len()]).collect();
    let ids = (0..home.len()).map(number).collect();
    let persons: Vec<&Facts> = foyers.iter().flat_map(|f| &f.persons).collect();
    let households: Vec<&Facts> = foyers.iter().map(|f| &f.facts).collect();
    (
        table(pack, Entity::Personne, vec![("person_id", ids), ("household_id", home)], &persons),
        table(pack, Entity::Foyer, vec![("household_id", (0..foyers.len()).map(number).collect())], &households),
    )
}

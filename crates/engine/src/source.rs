//! Arrow columns to columns of facts. A value that cannot be a fact is refused by column and row, never
//! repeated.

use crate::eval::column::{Column, Data};
use crate::eval::doubles::{EXACT, double, whole};
use crate::eval::machine::wide;
use crate::reference::domain;
use crate::value::May;
use arrow::array::{Array, ArrayRef, AsArray, DictionaryArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Float64Type, Int8Type, Int64Type};
use recours_rules::date::{self, Days};
use recours_rules::interval::Interval;
use recours_rules::number::{Decimal, SCALE};
use recours_rules::pack::Pack;
use recours_rules::truth::Truth;
use recours_rules::types::{Type, Unit};
use recours_rules::vocabulary::{CodeList, Variable};

/// A column that was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// A value that is not one of those allowed.
    #[error("[E-DONNEES-001] colonne « {column} », ligne {row} : {expected}")]
    Value {
        /// Column name.
        column: String,
        /// Row, from 1.
        row: usize,
        /// What is expected there.
        expected: String,
    },
    /// A column of a type that cannot hold these facts.
    #[error("[E-DONNEES-002] colonne « {column} » : type {found} reçu, {expected}")]
    Type {
        /// Column name.
        column: String,
        /// Arrow type found.
        found: String,
        /// What is expected.
        expected: String,
    },
    /// A column that is needed and missing.
    #[error("[E-DONNEES-003] colonne « {column} » absente : {help}")]
    Missing {
        /// Column name.
        column: String,
        /// What to do.
        help: String,
    },
    /// A key that stands twice.
    #[error("[E-DONNEES-004] colonne « {column} » : la même clé aux lignes {first} et {second} ; une ligne par unité")]
    Duplicate {
        /// Column name.
        column: String,
        /// First row, from 1.
        first: usize,
        /// Second row, from 1.
        second: usize,
    },
    /// A row whose key has no counterpart.
    #[error("[E-DONNEES-005] colonne « {column} », ligne {row} : {expected}")]
    Orphan {
        /// Column name.
        column: String,
        /// Row, from 1.
        row: usize,
        /// What is expected.
        expected: String,
    },
}

fn refused(column: &str, row: usize, expected: impl Into<String>) -> SourceError {
    SourceError::Value { column: column.into(), row: row + 1, expected: expected.into() }
}

fn converted(column: &str, array: &ArrayRef, to: &DataType, expected: &str) -> Result<ArrayRef, SourceError> {
    // `cast` turns what it cannot read into a null: a new null is a refused value.
    if array.data_type() == to {
        return Ok(array.clone());
    }
    let out = cast(array, to).map_err(|_| SourceError::Type {
        column: column.into(),
        found: array.data_type().to_string(),
        expected: expected.into(),
    })?;
    match (0..out.len()).find(|i| out.is_null(*i) && array.is_valid(*i)) {
        Some(row) => Err(refused(column, row, expected)),
        None => Ok(out),
    }
}

/// Text columns with empty texts as nulls, so that an empty cell of a CSV file is unknown.
fn without_blanks(array: &ArrayRef) -> ArrayRef {
    let Ok(text) = cast(array, &DataType::Utf8) else { return array.clone() };
    let text = text.as_string::<i32>();
    std::sync::Arc::new(text.iter().map(|v| v.filter(|s| !s.trim().is_empty())).collect::<arrow::array::StringArray>())
}

fn is_text(t: &DataType) -> bool {
    match t {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, v) => is_text(v),
        _ => false,
    }
}

/// Facts of one column of the vocabulary, in the order of its rows. A null is everything that the fact may
/// be; amounts are rounded to the cent, other numbers to the millionth.
///
/// # Errors
/// The first value that the vocabulary does not allow.
pub fn decode(pack: &Pack, variable: &Variable, column: &str, array: &ArrayRef) -> Result<Column, SourceError> {
    let n = array.len();
    match variable.ty {
        Type::Num(_) | Type::Literal => {
            let unit = if let Type::Num(u) = variable.ty { u } else { Unit::Nombre };
            numbers(variable, unit, column, array)
        }
        Type::Bool => {
            let array = if is_text(array.data_type()) {
                yes_no(column, array)?
            } else {
                converted(column, array, &DataType::Boolean, "vrai ou faux attendu")?
            };
            let b = array.as_boolean();
            Ok(Column::bool((0..n).map(|i| if b.is_null(i) { 1 } else { 2 * u8::from(b.value(i)) }).collect()))
        }
        Type::Date { absent_possible } => dates(absent_possible, column, array),
        Type::Code(list) => {
            let Some(list) = pack.vocabulary.lists.get(list) else { return Ok(Column { data: Data::Code(vec![u64::MAX; n]) }) };
            let expected = format!("valeurs admises : {}", list.listing());
            if let Some(keys) = array.as_dictionary_opt::<Int8Type>() {
                return by_word(list, column, keys, &expected);
            }
            let text = converted(column, array, &DataType::Utf8, &expected)?;
            let text = text.as_string::<i32>();
            let mut out = Vec::with_capacity(n);
            // Most rows have the code of the row above.
            let mut last: Option<(&str, u64)> = None;
            for i in 0..n {
                let code = if text.is_null(i) { "" } else { text.value(i) };
                out.push(match last {
                    _ if code.is_empty() => list.all(),
                    Some((word, set)) if word == code => set,
                    _ => {
                        let set = 1u64 << list.index_written(code).ok_or_else(|| refused(column, i, expected.as_str()))?;
                        last = Some((code, set));
                        set
                    }
                });
            }
            Ok(Column { data: Data::Code(out) })
        }
    }
}

fn yes_no(column: &str, array: &ArrayRef) -> Result<ArrayRef, SourceError> {
    let array = without_blanks(array);
    let text = array.as_string::<i32>();
    let mut out = Vec::with_capacity(text.len());
    for i in 0..text.len() {
        out.push(if text.is_null(i) {
            None
        } else {
            match text.value(i).to_ascii_lowercase().as_str() {
                "vrai" | "true" | "oui" | "o" | "1" => Some(true),
                "faux" | "false" | "non" | "n" | "0" => Some(false),
                _ => return Err(refused(column, i, "valeurs admises : vrai, faux, oui, non, 1, 0")),
            }
        });
    }
    Ok(std::sync::Arc::new(arrow::array::BooleanArray::from(out)))
}

/// Codes of which each word is looked up once.
fn by_word(list: &CodeList, column: &str, keys: &DictionaryArray<Int8Type>, expected: &str) -> Result<Column, SourceError> {
    let words = converted(column, keys.values(), &DataType::Utf8, expected)?;
    let words = words.as_string::<i32>();
    let sets: Vec<Option<u64>> = words.iter().map(|w| w.and_then(|w| list.index_written(w)).map(|code| 1u64 << code)).collect();
    let codes = keys.keys();
    let mut out = Vec::with_capacity(codes.len());
    for (i, key) in codes.values().iter().enumerate() {
        out.push(if codes.is_null(i) {
            list.all()
        } else {
            let set = usize::try_from(*key).ok().and_then(|k| sets.get(k)).copied().flatten();
            set.ok_or_else(|| refused(column, i, expected))?
        });
    }
    Ok(Column { data: Data::Code(out) })
}

fn numbers(variable: &Variable, unit: Unit, column: &str, array: &ArrayRef) -> Result<Column, SourceError> {
    let array = if is_text(array.data_type()) { without_blanks(array) } else { array.clone() };
    let f = converted(column, &array, &DataType::Float64, "un nombre attendu")?;
    let f = f.as_primitive::<Float64Type>();
    let one = |i: usize, v: f64| -> Result<Decimal, SourceError> {
        let d = decimal_of(v, unit.is_money()).ok_or_else(|| refused(column, i, "un nombre fini et plausible attendu"))?;
        if d < variable.domain.lo || d > variable.domain.hi {
            return Err(refused(column, i, format!("hors du domaine de « {} » déclaré au vocabulaire", variable.name)));
        }
        Ok(d)
    };
    let Some(nulls) = f.nulls().filter(|n| n.null_count() > 0) else {
        if let Some(known) = decimals(f.values(), unit.is_money(), variable.domain) {
            return Ok(Column { data: Data::Num(known, None) });
        }
        let known: Vec<i64> = f.values().iter().enumerate().map(|(i, v)| one(i, *v)).collect::<Result<_, _>>()?;
        return Ok(Column { data: Data::Num(known, None) });
    };
    let (mut lo, mut hi) = (Vec::with_capacity(f.len()), Vec::with_capacity(f.len()));
    for (i, (v, there)) in f.values().iter().zip(nulls.iter()).enumerate() {
        let d = if there { Interval::point(one(i, *v)?) } else { variable.domain };
        lo.push(d.lo);
        hi.push(d.hi);
    }
    Ok(Column::num(lo, hi))
}

/// Floats as decimals ([`decimal_of`]) all at once, in a loop without ways out; none when one of them is beyond what doubles
/// count by ones, or out of the domain.
fn decimals(values: &[f64], money: bool, domain: Interval) -> Option<Vec<Decimal>> {
    let (steps, step, most) = if money { (100.0, SCALE / 100, 900_000_000_000.0) } else { (1_000_000.0, SCALE / 1_000_000, EXACT as f64) };
    let mut out = vec![0; values.len()];
    let mut beyond = 0;
    wide(
        pulp::Arch::new(),
        #[inline(always)]
        || {
            for (o, x) in out.iter_mut().zip(values) {
                let scaled: f64 = x * steps;
                // Not a number neither.
                let fits = (scaled < most) & (scaled > -most);
                let near = whole(scaled);
                let rest = scaled - double(near);
                // A half went to the even neighbour: it goes away from zero.
                let away = i64::from((rest == 0.5) & (scaled > 0.0)) - i64::from((rest == -0.5) & (scaled < 0.0));
                let d = near.wrapping_add(away).wrapping_mul(step);
                beyond |= i64::from(!fits) | i64::from(d < domain.lo) | i64::from(d > domain.hi);
                *o = d;
            }
        },
    );
    (beyond == 0).then_some(out)
}

/// A binary float as a decimal: to the cent for money, to the millionth for the rest; none when it is not a plausible number.
/// Binary floats end here.
#[must_use]
#[inline]
pub fn decimal_of(x: f64, money: bool) -> Option<Decimal> {
    let (steps, step, most) =
        if money { (100.0, SCALE / 100, 900_000_000_000) } else { (1_000_000.0, SCALE / 1_000_000, 9_000_000_000_000_000) };
    let scaled: f64 = x * steps;
    #[expect(clippy::cast_possible_truncation, reason = "what does not fit is clamped, and refused just below")]
    let whole = scaled as i64;
    if !scaled.is_finite() || !(-most..=most).contains(&whole) {
        return None;
    }
    // Half away from zero, as `round` does, without its call: both terms are exact at this size.
    #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
    let rest = scaled - whole as f64;
    let nearest = whole + i64::from(rest >= 0.5) - i64::from(rest <= -0.5);
    (-most..=most).contains(&nearest).then(|| nearest * step)
}

fn dates(absent_possible: bool, column: &str, array: &ArrayRef) -> Result<Column, SourceError> {
    let n = array.len();
    let (mut lo, mut hi, mut absent) = (vec![Interval::ALL.lo; n], vec![Interval::ALL.hi; n], vec![u8::from(absent_possible); n]);
    let mut set = |i: usize, d: Option<Days>| {
        if let (Some(l), Some(h), Some(a)) = (lo.get_mut(i), hi.get_mut(i), absent.get_mut(i)) {
            (*l, *h, *a) = d.map_or((0, 0, 2), |d| (d, d, 0));
        }
    };
    if is_text(array.data_type()) {
        let text = converted(column, array, &DataType::Utf8, "une date attendue")?;
        let text = text.as_string::<i32>();
        for i in 0..n {
            match (text.is_null(i), text.is_valid(i).then(|| text.value(i).trim())) {
                (false, Some("")) if absent_possible => set(i, None),
                (false, Some(t)) if !t.is_empty() => {
                    set(i, Some(date::parse(t).ok_or_else(|| refused(column, i, "une date du calendrier attendue, AAAA-MM-JJ"))?))
                }
                _ => {}
            }
        }
    } else {
        let d = converted(column, array, &DataType::Date32, "une date attendue")?;
        let d = d.as_primitive::<Date32Type>();
        for i in 0..n {
            if d.is_valid(i) {
                let day = i64::from(d.value(i));
                // The latest day of all says « known to be none » in files that have no text for it.
                if absent_possible && day == i64::from(i32::MAX) { set(i, None) } else { set(i, Some(day)) }
            }
        }
    }
    Ok(Column::date(lo, hi, absent))
}

/// Completed ages on a day, as birth dates between two bounds, where `births` says nothing.
///
/// # Errors
/// An age that is not a number of years.
pub fn births_from_ages(births: Column, column: &str, ages: &ArrayRef, on: Days) -> Result<Column, SourceError> {
    let ages = converted(column, ages, &DataType::Int64, "un âge en années attendu")?;
    let ages = ages.as_primitive::<Int64Type>();
    let n = births.len();
    let (mut lo, mut hi) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for i in 0..n {
        let known = births.interval(i);
        if known != Interval::ALL || ages.is_null(i) {
            lo.push(known.lo);
            hi.push(known.hi);
            continue;
        }
        let a = ages.value(i);
        if !(0..=130).contains(&a) {
            return Err(refused(column, i, "un âge entre 0 et 130 attendu"));
        }
        lo.push(date::add_months(on, -12 * (a + 1)) + 1);
        hi.push(date::add_months(on, -12 * a));
    }
    Ok(Column::date(lo, hi, vec![0; n]))
}

/// A column of facts that nobody brings.
#[must_use]
pub fn unknown(pack: &Pack, variable: &Variable, n: usize) -> Column {
    match domain(pack, variable) {
        May::Num(i) => Column::num(vec![i.lo; n], vec![i.hi; n]),
        May::Truth(_) => Column::bool(vec![1; n]),
        May::Date(i, absent) => Column::date(vec![i.lo; n], vec![i.hi; n], vec![u8::from(absent != Truth::False); n]),
        May::Code(set) => Column { data: Data::Code(vec![set; n]) },
    }
}

/// A column with its rows in another order.
#[must_use]
pub fn reordered(c: &Column, order: &[usize]) -> Column {
    if order.len() == c.len() && order.iter().enumerate().all(|(i, o)| i == *o) {
        return c.clone();
    }
    let pick = |v: &[i64]| order.iter().map(|i| v.get(*i).copied().unwrap_or(0)).collect::<Vec<i64>>();
    let data = match &c.data {
        Data::Num(lo, hi) => Data::Num(pick(lo), hi.as_ref().map(|h| pick(h))),
        Data::Bool(v) => Data::Bool(order.iter().map(|i| v.get(*i).copied().unwrap_or(1)).collect()),
        Data::Date(lo, hi, absent) => Data::Date(
            pick(lo),
            hi.as_ref().map(|h| pick(h)),
            absent.as_ref().map(|a| order.iter().map(|i| a.get(*i).copied().unwrap_or(1)).collect()),
        ),
        Data::Code(v) => Data::Code(order.iter().map(|i| v.get(*i).copied().unwrap_or(u64::MAX)).collect()),
    };
    Column { data }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_all_at_once_are_decimals_one_by_one() {
        let halves = (-400i32..400).map(|k| f64::from(k) * 0.005);
        let other = (0..20_000i32).map(|k| (f64::from(k) - 9_000.0) * 1_234.567_891 + 0.125);
        let tiny = (-400i32..400).map(|k| f64::from(k) * 0.000_000_5);
        let values: Vec<f64> = halves.chain(other).chain(tiny).collect();
        for money in [true, false] {
            let one: Vec<Decimal> = values.iter().filter_map(|x| decimal_of(*x, money)).collect();
            assert_eq!(decimals(&values, money, Interval::ALL), Some(one));
        }
    }

    #[test]
    fn a_number_that_is_not_one_or_is_not_allowed_is_looked_for_one_by_one() {
        let positive = Interval::new(0, Interval::ALL.hi);
        for (bad, domain) in [
            (f64::NAN, Interval::ALL),
            (f64::INFINITY, Interval::ALL),
            (f64::NEG_INFINITY, Interval::ALL),
            (1e300, Interval::ALL),
            (9_000_000_000.0, Interval::ALL),
            (-0.01, positive),
        ] {
            assert_eq!(decimals(&[1.0, bad, 2.0], true, domain), None);
        }
        assert!(decimals(&[0.0, 1.0], true, positive).is_some());
    }
}

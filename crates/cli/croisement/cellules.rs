//! From the Arrow type of a column and the fact that it feeds to what the engine packs and how it reads it.

use arrow::datatypes::DataType;
use recours_engine::croisement::{Cell, How};
use recours_rules::date;
use recours_rules::interval::Interval;
use recours_rules::number::{self, Decimal, SCALE};
use recours_rules::pack::Pack;
use recours_rules::types::Type;

use super::description::{FaitDit, Source};
use super::valeurs::{Nul, pas};

/// A column as the engine takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cellule {
    /// What it packs.
    pub cell: Cell,
    /// What the column becomes before, when its type is another one.
    pub vers: Option<DataType>,
    /// Codes by cell, where it holds codes.
    pub codes: Vec<(i64, u64)>,
}

/// No amount of a household comes near this many units.
const PLAUSIBLE: Decimal = 9_000_000_000 * SCALE;

/// Whole numbers that hold a column, and how many bits they take.
fn entiers(trouve: &DataType) -> Option<(u32, Option<DataType>)> {
    Some(match trouve {
        DataType::Int8 => (8, None),
        DataType::Int16 => (16, None),
        DataType::Int32 => (32, None),
        DataType::Int64 => (64, None),
        DataType::UInt8 => (16, Some(DataType::Int16)),
        DataType::UInt16 => (32, Some(DataType::Int32)),
        DataType::UInt32 => (64, Some(DataType::Int64)),
        _ => return None,
    })
}

/// Decimal numbers that hold a column.
fn decimaux(trouve: &DataType) -> Option<Option<DataType>> {
    match trouve {
        DataType::Float64 => Some(None),
        DataType::Float32 => Some(Some(DataType::Float64)),
        // Up to fifteen digits a binary float is the decimal number, once rounded to its cents.
        DataType::Decimal32(..) | DataType::Decimal64(..) => Some(Some(DataType::Float64)),
        DataType::Decimal128(chiffres, _) if *chiffres <= 15 => Some(Some(DataType::Float64)),
        _ => None,
    }
}

/// The cells of a fact's column; what is expected when its type does not do.
pub(super) fn du_fait(pack: &Pack, fait: &FaitDit, trouve: &DataType) -> Result<Cellule, String> {
    let Source::Valeur { centimes, codes, .. } = &fait.source else { return quelconque(trouve) };
    match fait.variable.ty {
        Type::Num(_) | Type::Literal => nombre(fait, *centimes, trouve),
        Type::Bool => match trouve {
            DataType::Boolean => Ok(simple(Cell::Bool)),
            _ => Err("un booléen".into()),
        },
        Type::Date { .. } => match trouve {
            DataType::Date32 => Ok(simple(Cell::Int { bits: 32, min: date::days(1800, 1, 1), max: date::days(2299, 12, 31) })),
            _ => Err("une date sans heure (DATE)".into()),
        },
        Type::Code(liste) => {
            let liste = pack.vocabulary.lists.get(liste);
            // Without a table of codes, cells hold the codes themselves.
            let ecrits = liste.into_iter().flat_map(|l| l.written.iter().enumerate());
            let ecrits = || ecrits.clone().flat_map(|(rang, mots)| mots.split(' ').map(move |m| (m.to_owned(), 1_u64 << rang)));
            match codes {
                Some(codes) => des_codes(codes.clone(), trouve),
                None if *trouve == DataType::Utf8 => des_codes(ecrits().collect(), trouve),
                None => Err("un texte, ou des entiers avec « codes »,".into()),
            }
        }
    }
}

fn simple(cell: Cell) -> Cellule {
    Cellule { cell, vers: None, codes: Vec::new() }
}

fn nombre(fait: &FaitDit, centimes: bool, trouve: &DataType) -> Result<Cellule, String> {
    let Interval { lo, hi } = fait.variable.domain;
    let (lo, hi) = (lo.max(-PLAUSIBLE), hi.min(PLAUSIBLE));
    let money = matches!(fait.variable.ty, Type::Num(u) if u.is_money());
    if let Some((bits, vers)) = entiers(trouve) {
        let pas = pas(centimes);
        // Within the domain, whole: the least is rounded up and the greatest down.
        let cell = Cell::Int { bits, min: -((-lo).div_euclid(pas)), max: hi.div_euclid(pas) };
        return Ok(Cellule { cell, vers, codes: Vec::new() });
    }
    match decimaux(trouve) {
        Some(_) if centimes => Err("un entier (des centimes)".into()),
        Some(vers) => Ok(Cellule { cell: Cell::Float { money, min: lo, max: hi }, vers, codes: Vec::new() }),
        None => Err("un nombre".into()),
    }
}

fn des_codes(codes: Vec<(String, u64)>, trouve: &DataType) -> Result<Cellule, String> {
    if *trouve == DataType::Utf8 {
        if codes.len() > 255 {
            return Err("au plus 255 codes".into());
        }
        let sets = (0..).zip(&codes).map(|(rang, (_, code))| (rang, *code)).collect();
        return Ok(Cellule { cell: Cell::Text(codes.into_iter().map(|(mot, _)| mot).collect()), vers: None, codes: sets });
    }
    let Some((bits, vers)) = entiers(trouve) else { return Err("un texte ou un entier".into()) };
    let sets = codes.iter().map(|(mot, code)| Some((mot.parse::<i64>().ok()?, *code))).collect::<Option<Vec<_>>>();
    let sets = sets.ok_or("un texte (« codes » n'a pas que des entiers)")?;
    let values = sets.iter().map(|(valeur, _)| *valeur).collect();
    Ok(Cellule { cell: Cell::Among { bits, values }, vers, codes: sets })
}

/// The cells of a column of which only the emptiness counts.
pub(super) fn quelconque(trouve: &DataType) -> Result<Cellule, String> {
    if let Some((bits, vers)) = entiers(trouve) {
        return Ok(Cellule { cell: Cell::Int { bits, min: i64::MIN, max: i64::MAX }, vers, codes: Vec::new() });
    }
    if let Some(vers) = decimaux(trouve) {
        return Ok(Cellule { cell: Cell::Float { money: false, min: number::MIN, max: number::MAX }, vers, codes: Vec::new() });
    }
    match trouve {
        DataType::Boolean => Ok(simple(Cell::Bool)),
        DataType::Date32 => Ok(simple(Cell::Int { bits: 32, min: i64::MIN, max: i64::MAX })),
        _ => Err("un nombre, un booléen ou une date".into()),
    }
}

/// Whether two ways of reading a column are one: `dite` then allows what both allow.
pub(super) fn commune(dite: &mut Cellule, autre: &Cellule) -> bool {
    match (&mut dite.cell, &autre.cell) {
        (Cell::Int { bits, min, max }, Cell::Int { bits: b, min: m, max: x }) if bits == b => {
            (*min, *max) = ((*min).max(*m), (*max).min(*x));
            true
        }
        (a, b) => a == b && dite.codes == autre.codes,
    }
}

/// How a fact is read from its column.
pub(super) fn lecture(fait: &FaitDit, column: usize, cellule: Option<&Cellule>) -> How {
    let Source::Valeur { centimes, nul, .. } = &fait.source else { return How::IsNull { column } };
    match fait.variable.ty {
        Type::Num(_) | Type::Literal => {
            let flottant = cellule.is_some_and(|c| matches!(c.cell, Cell::Float { .. }));
            let null = nul.and_then(|n| if let Nul::Nombre(d) = n { Some(d) } else { None });
            How::Number { column, times: if flottant { 1 } else { pas(*centimes) }, null }
        }
        Type::Bool => How::Bool { column, null: nul.and_then(|n| if let Nul::Vrai(v) = n { Some(v) } else { None }) },
        Type::Date { .. } => How::Date { column, null_is_none: *nul == Some(Nul::Aucun) },
        Type::Code(_) => {
            let null = nul.and_then(|n| if let Nul::Code(c) = n { Some(c) } else { None });
            How::Code { column, sets: cellule.map(|c| c.codes.clone()).unwrap_or_default(), null }
        }
    }
}

/// What a cell must be, for the message that refuses one.
pub(super) fn attendu(cell: &Cell) -> String {
    match cell {
        Cell::Bool => "vrai ou faux".into(),
        Cell::Int { .. } | Cell::Float { .. } => "une valeur du domaine que le vocabulaire déclare".into(),
        Cell::Among { values, .. } => {
            format!("l'un des codes décrits : {}", values.iter().map(i64::to_string).collect::<Vec<_>>().join(", "))
        }
        Cell::Text(mots) => format!("l'un des codes décrits : {}", mots.join(", ")),
    }
}

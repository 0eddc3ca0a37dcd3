//! Columns read as amounts (exact cents) and as numbers.

use arrow::array::{Array, ArrowPrimitiveType, AsArray, PrimitiveArray};
use arrow::datatypes::{
    DataType, Decimal32Type, Decimal64Type, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type,
    UInt16Type, UInt32Type, UInt64Type,
};

use super::{Colonne, non_rempli, texte::Textes};
use crate::erreur::ErreurTable;

const MONTANT: &str = "montant en euros (1234,56 ou 1234.56)";
const NOMBRE: &str = "nombre (1234,56 ou 1234.56)";

/// Largest amount read: ten billion euros. Beyond, a unit or a column was mistaken for another.
const MAX_CENTIMES: i128 = 1_000_000_000_000;

/// Largest integer that a 64-bit float holds exactly.
const MAX_EXACT: i128 = 1 << 53;

/// A number as the file holds it, before rounding.
#[derive(Clone, Copy)]
pub(super) enum NombreLu {
    /// `mantisse × 10^-echelle`: integers, decimals, and numbers written as text.
    Decimal { mantisse: i128, echelle: i32 },
    /// A binary float.
    Flottant(f64),
}

/// `valeur / 10^n`, half away from zero.
fn divise_arrondi(valeur: i128, n: u32) -> i128 {
    match 10_i128.checked_pow(n) {
        // More decimals than an i128 has digits: nothing is left but the zero.
        None => 0,
        Some(diviseur) => {
            let quotient = valeur / diviseur;
            let reste = (valeur % diviseur).unsigned_abs();
            if reste >= diviseur.unsigned_abs() - reste { quotient + valeur.signum() } else { quotient }
        }
    }
}

impl NombreLu {
    /// Cents, half away from zero; `None` outside ±10 billion euros, NaN and infinite.
    fn centimes(self) -> Option<i64> {
        let centimes = match self {
            Self::Flottant(v) => {
                let centimes = (v * 100.0).round();
                // NaN is not less than anything: it is refused here too.
                if centimes.abs() <= MAX_CENTIMES as f64 {
                    centimes as i128
                } else {
                    return None;
                }
            }
            Self::Decimal { mantisse, echelle } => {
                let decalage = 2 - echelle;
                if decalage >= 0 {
                    if mantisse == 0 { 0 } else { mantisse.checked_mul(10_i128.checked_pow(decalage.unsigned_abs())?)? }
                } else {
                    divise_arrondi(mantisse, decalage.unsigned_abs())
                }
            }
        };
        if centimes.abs() > MAX_CENTIMES {
            return None;
        }
        i64::try_from(centimes).ok()
    }

    /// Nearest 64-bit float; `None` for NaN, infinite, and integers too large to be exact.
    fn flottant(self) -> Option<f64> {
        match self {
            Self::Flottant(v) => v.is_finite().then_some(v),
            Self::Decimal { mantisse, echelle: 0 } => (mantisse.abs() <= MAX_EXACT).then_some(mantisse as f64),
            Self::Decimal { mantisse, echelle } => {
                // Through text: the only division-free way to the *nearest* float.
                let v: f64 = format!("{mantisse}e{}", -echelle).parse().ok()?;
                v.is_finite().then_some(v)
            }
        }
    }

    /// Exactly the integer `n`, whatever the type.
    pub(super) fn est_entier(self, n: i64) -> bool {
        match self {
            Self::Flottant(v) => v == n as f64,
            Self::Decimal { mantisse, echelle } => match 10_i128.checked_pow(echelle.max(0).unsigned_abs()) {
                Some(facteur) => mantisse == i128::from(n) * facteur && (echelle >= 0 || mantisse == 0),
                None => mantisse == 0 && n == 0,
            },
        }
    }
}

/// A number as French tools write it: optional sign, spaces by groups of three digits, comma or dot before
/// the decimals, optional exponent, optional `€`. An exponent as Excel shows it, with digits left out, is refused. Both comma and dot is refused: nobody can tell which one
/// is the decimal mark.
fn nombre_ecrit(texte: &str) -> Option<NombreLu> {
    let texte = texte.strip_suffix('€').map_or(texte, str::trim_end);
    let (negatif, corps) = match texte.strip_prefix('-') {
        Some(reste) => (true, reste),
        None => (false, texte.strip_prefix('+').unwrap_or(texte)),
    };
    let (corps, exposant) = match corps.find(['e', 'E']) {
        Some(p) => (&corps[..p], corps[p + 1..].parse::<i32>().ok().filter(|e| e.abs() <= 60)?),
        None => (corps, 0),
    };
    let affichage_d_excel = texte.contains("E+");
    let (entiers, decimales) = match corps.find([',', '.']) {
        Some(p) => (&corps[..p], &corps[p + 1..]),
        None => (corps, ""),
    };
    let mut mantisse: i128 = 0;
    let mut chiffres = 0_u32;
    let mut ajoute = |c: char| -> Option<()> {
        let chiffre = c.to_digit(10)?;
        mantisse = mantisse.checked_mul(10)?.checked_add(i128::from(chiffre))?;
        chiffres += 1;
        Some(())
    };
    let mut groupe: Option<u32> = None;
    for c in entiers.chars() {
        if matches!(c, ' ' | '\u{a0}' | '\u{202f}') {
            // The first group has one to three digits, the others exactly three.
            if groupe.is_some_and(|g| g != 3) {
                return None;
            }
            groupe = Some(0);
        } else {
            ajoute(c)?;
            groupe = groupe.map(|g| g + 1);
        }
    }
    if groupe.is_some_and(|g| g != 3) || entiers.starts_with([' ', '\u{a0}', '\u{202f}']) {
        return None;
    }
    for c in decimales.chars() {
        ajoute(c)?;
    }
    if chiffres == 0 {
        return None;
    }
    let echelle = i32::try_from(decimales.len()).ok()? - exposant;
    // `1,23E+05` is what a cell of Excel shows: nothing tells the units of what it holds. R's `1e+05` is exact.
    if affichage_d_excel && echelle < 0 {
        return None;
    }
    Some(NombreLu::Decimal { mantisse: if negatif { -mantisse } else { mantisse }, echelle })
}

impl Colonne {
    /// Walks through a numeric or text column; `f` gets the row (0-based) and the number.
    pub(super) fn nombres<T>(
        &self,
        attendu: &str,
        mut f: impl FnMut(usize, NombreLu) -> Result<T, ErreurTable>,
    ) -> Result<Vec<Option<T>>, ErreurTable> {
        let valeurs = self.valeurs(attendu)?;
        if let Some(textes) = Textes::de(&valeurs) {
            return (0..textes.lignes())
                .map(|i| match textes.valeur(i).map(str::trim) {
                    None => Ok(None),
                    Some(t) if non_rempli(t) => Ok(None),
                    Some(t) => match nombre_ecrit(t) {
                        Some(nombre) => f(i, nombre).map(Some),
                        None => Err(self.refus_du_texte(i, t, attendu)),
                    },
                })
                .collect();
        }
        fn entier<N: Into<i128>>(n: N) -> NombreLu {
            NombreLu::Decimal { mantisse: n.into(), echelle: 0 }
        }
        fn chaque<P: ArrowPrimitiveType, T>(
            tableau: &PrimitiveArray<P>,
            lit: impl Fn(P::Native) -> NombreLu,
            f: &mut dyn FnMut(usize, NombreLu) -> Result<T, ErreurTable>,
        ) -> Result<Vec<Option<T>>, ErreurTable> {
            tableau.iter().enumerate().map(|(i, v)| v.map(|v| f(i, lit(v))).transpose()).collect()
        }
        let f: &mut dyn FnMut(usize, NombreLu) -> Result<T, ErreurTable> = &mut f;
        match valeurs.data_type() {
            DataType::Null => Ok((0..valeurs.len()).map(|_| None).collect()),
            DataType::Int8 => chaque(valeurs.as_primitive::<Int8Type>(), entier, f),
            DataType::Int16 => chaque(valeurs.as_primitive::<Int16Type>(), entier, f),
            DataType::Int32 => chaque(valeurs.as_primitive::<Int32Type>(), entier, f),
            DataType::Int64 => chaque(valeurs.as_primitive::<Int64Type>(), entier, f),
            DataType::UInt8 => chaque(valeurs.as_primitive::<UInt8Type>(), entier, f),
            DataType::UInt16 => chaque(valeurs.as_primitive::<UInt16Type>(), entier, f),
            DataType::UInt32 => chaque(valeurs.as_primitive::<UInt32Type>(), entier, f),
            DataType::UInt64 => chaque(valeurs.as_primitive::<UInt64Type>(), entier, f),
            DataType::Float32 => chaque(valeurs.as_primitive::<Float32Type>(), |v| NombreLu::Flottant(f64::from(v)), f),
            DataType::Float64 => chaque(valeurs.as_primitive::<Float64Type>(), NombreLu::Flottant, f),
            DataType::Decimal32(_, e) => {
                let echelle = i32::from(*e);
                let lit = |v: i32| NombreLu::Decimal { mantisse: v.into(), echelle };
                chaque(valeurs.as_primitive::<Decimal32Type>(), lit, f)
            }
            DataType::Decimal64(_, e) => {
                let echelle = i32::from(*e);
                let lit = |v: i64| NombreLu::Decimal { mantisse: v.into(), echelle };
                chaque(valeurs.as_primitive::<Decimal64Type>(), lit, f)
            }
            DataType::Decimal128(_, e) => {
                let echelle = i32::from(*e);
                let lit = |mantisse| NombreLu::Decimal { mantisse, echelle };
                chaque(valeurs.as_primitive::<Decimal128Type>(), lit, f)
            }
            _ => Err(self.mauvais_type(attendu)),
        }
    }

    /// Amounts in cents, from euros; null and unfilled text are `None` (unknown, never zero).
    ///
    /// Text and decimals round exactly, half away from zero; floats to the nearest cent.
    ///
    /// # Errors
    /// E-TABLE-009 for another type, E-TABLE-010 for text that is no number, E-TABLE-013 for NaN, infinite
    /// or beyond ten billion euros, E-TABLE-023 for a destroyed cell, E-TABLE-025 for text of which nobody can tell the
    /// thousands from the decimals, E-TABLE-026 for a lone capital.
    pub fn montant_centimes(&self) -> Result<Vec<Option<i64>>, ErreurTable> {
        if let Some(textes) = Textes::de(&self.valeurs(MONTANT)?) {
            self.sans_milliers_ambigus(&textes)?;
        }
        self.nombres(MONTANT, |i, nombre| nombre.centimes().ok_or_else(|| ErreurTable::HorsBornes { lieu: self.lieu(i) }))
    }

    /// Numbers; null and unfilled text are `None` (unknown).
    ///
    /// # Errors
    /// As [`Colonne::montant_centimes`], the range being that of exact floats.
    pub fn nombre(&self) -> Result<Vec<Option<f64>>, ErreurTable> {
        self.nombres(NOMBRE, |i, nombre| nombre.flottant().ok_or_else(|| ErreurTable::HorsBornes { lieu: self.lieu(i) }))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;

    fn centimes(texte: &str) -> Option<i64> {
        nombre_ecrit(texte).and_then(NombreLu::centimes)
    }

    #[test]
    fn ecritures_francaises() {
        for (texte, attendu) in [
            ("1234,56", Some(123_456)),
            ("1234.56", Some(123_456)),
            ("1 234,56", Some(123_456)),
            ("1\u{202f}234\u{202f}567,8 €", Some(123_456_780)),
            ("-0,005", Some(-1)),
            ("0,004999999999", Some(0)),
            ("1.005", Some(101)),
            ("+12", Some(1200)),
            (",5", Some(50)),
            ("5,", Some(500)),
            ("1,5E3", Some(150_000)),
            ("1e+05", Some(10_000_000)),
            ("1,23E+05", None),
            ("1E+05", None),
            ("1,2345678E+05", Some(12_345_678)),
            ("1,5E-03", Some(0)),
            ("1e-60", Some(0)),
            ("0e60", Some(0)),
            ("1.234,56", None),
            ("1,234.56", None),
            ("12 34", None),
            ("1 23 456", None),
            (" 123", None),
            ("12a", None),
            ("--1", None),
            ("-", None),
            (",", None),
            ("NaN", None),
            ("inf", None),
            ("1e9999999999", None),
            ("99999999999999999999999999999999999999999", None),
        ] {
            assert_eq!(centimes(texte), attendu, "{texte}");
        }
    }

    #[test]
    fn les_bornes_sont_incluses() {
        assert_eq!(centimes("10000000000,00"), Some(1_000_000_000_000));
        assert_eq!(centimes("10000000000,01"), None);
        assert_eq!(NombreLu::Flottant(1e10).centimes(), Some(1_000_000_000_000));
        assert_eq!(NombreLu::Flottant(1.000_000_001e10).centimes(), None);
        assert_eq!(NombreLu::Flottant(f64::NAN).centimes(), None);
        assert_eq!(NombreLu::Flottant(f64::NEG_INFINITY).centimes(), None);
    }

    #[test]
    fn un_decimal_devient_le_flottant_le_plus_proche() {
        let v = nombre_ecrit("0,1").and_then(NombreLu::flottant).unwrap();
        assert_eq!(v.to_bits(), 0.1_f64.to_bits());
        let trop = NombreLu::Decimal { mantisse: MAX_EXACT + 1, echelle: 0 };
        assert!(trop.flottant().is_none());
    }

    #[test]
    fn un_entier_se_reconnait_dans_tous_les_types() {
        assert!(NombreLu::Decimal { mantisse: 100, echelle: 2 }.est_entier(1));
        assert!(!NombreLu::Decimal { mantisse: 101, echelle: 2 }.est_entier(1));
        assert!(!NombreLu::Decimal { mantisse: 1, echelle: -2 }.est_entier(1));
        assert!(NombreLu::Flottant(-0.0).est_entier(0));
        assert!(!NombreLu::Flottant(f64::NAN).est_entier(0));
    }
}

//! Columns that already hold what is asked, taken as they stand; the others are read cell by cell.
//!
//! The answers are those of the readings cell by cell ([`Colonne::montant_centimes`] and its like), which also find the row of
//! a fault: whatever is not plainly right goes through them.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, PrimitiveArray};
use arrow::compute::cast;
use arrow::datatypes::{ArrowPrimitiveType, DataType, Date32Type, Decimal64Type, Decimal128Type, Float64Type, Int32Type};

use super::date::{ANNEES, DateLue, jour_iso, jours_depuis_1970};
use super::{Colonne, texte::Textes};
use crate::erreur::ErreurTable;

/// Below it in magnitude, an amount is in range whatever its rounding; others are looked at one by one.
const PLAUSIBLE: f64 = 9_999_999_999.0;

/// Every value of a column that is there.
fn toutes<P: ArrowPrimitiveType>(tableau: &PrimitiveArray<P>, bonne: impl Fn(P::Native) -> bool) -> bool {
    match tableau.nulls() {
        None => tableau.values().iter().all(|v| bonne(*v)),
        Some(n) => tableau.values().iter().zip(n.iter()).all(|(v, la)| !la || bonne(*v)),
    }
}

impl Colonne {
    /// Amounts in euros, of which the cent is the nearest to what the file holds.
    ///
    /// # Errors
    /// As [`Colonne::montant_centimes`].
    pub fn montant(&self) -> Result<Float64Array, ErreurTable> {
        if let Some(euros) = self.flottants(|v| v.abs() < PLAUSIBLE) {
            return Ok(euros);
        }
        match self.tableau().data_type() {
            DataType::Decimal64(_, 2) => {
                let centimes = self.tableau().as_primitive::<Decimal64Type>();
                if toutes(centimes, |c| c.unsigned_abs() < 1_000_000_000_000) {
                    return Ok(centimes.unary(|c| c as f64 / 100.0));
                }
            }
            DataType::Decimal128(_, 2) => {
                let centimes = self.tableau().as_primitive::<Decimal128Type>();
                if toutes(centimes, |c| c.unsigned_abs() < 1_000_000_000_000) {
                    // Exact: a number of cents of this size is a float.
                    return Ok(centimes.unary(|c| c as f64 / 100.0));
                }
            }
            _ => {}
        }
        Ok(self.montant_centimes()?.into_iter().map(|c| c.map(|c| c as f64 / 100.0)).collect())
    }

    /// Numbers.
    ///
    /// # Errors
    /// As [`Colonne::nombre`].
    pub fn nombres_flottants(&self) -> Result<Float64Array, ErreurTable> {
        match self.flottants(f64::is_finite) {
            Some(nombres) => Ok(nombres),
            None => Ok(Float64Array::from(self.nombre()?)),
        }
    }

    /// A column of floats or of small integers, all good.
    fn flottants(&self, bonne: impl Fn(f64) -> bool) -> Option<Float64Array> {
        let tableau: ArrayRef = match self.tableau().data_type() {
            DataType::Float64 => Arc::clone(self.tableau()),
            // Every value of these types is a float.
            DataType::Float32
            | DataType::Int8
            | DataType::Int16
            | DataType::Int32
            | DataType::UInt8
            | DataType::UInt16
            | DataType::UInt32 => cast(self.tableau(), &DataType::Float64).ok()?,
            DataType::Int64 => {
                let entiers = self.tableau().as_primitive::<arrow::datatypes::Int64Type>();
                if !toutes(entiers, |v| v.unsigned_abs() < 1 << 53) {
                    return None;
                }
                cast(self.tableau(), &DataType::Float64).ok()?
            }
            _ => return None,
        };
        let nombres = tableau.as_primitive::<Float64Type>();
        toutes(nombres, bonne).then(|| nombres.clone())
    }

    /// Booleans.
    ///
    /// # Errors
    /// As [`Colonne::booleen`].
    pub fn booleens(&self) -> Result<BooleanArray, ErreurTable> {
        match self.tableau().as_boolean_opt() {
            Some(booleens) => Ok(booleens.clone()),
            None => Ok(BooleanArray::from(self.booleen()?)),
        }
    }

    /// Days since 1970-01-01; `aucune` where it is known that there is none, if the column may say so.
    ///
    /// # Errors
    /// As [`Colonne::date`], or as [`Colonne::date_ou_aucune`] with `aucune`.
    pub fn jours_ou(&self, aucune: Option<i32>) -> Result<Date32Array, ErreurTable> {
        let tableau = self.tableau();
        if let Some(jours) = tableau.as_primitive_opt::<Date32Type>() {
            let (debut, fin) = (jours_depuis_1970(*ANNEES.start(), 1, 1), jours_depuis_1970(*ANNEES.end(), 12, 31));
            if toutes(jours, |j| Some(j) >= debut && Some(j) <= fin) {
                return Ok(jours.clone());
            }
        }
        let jour = |d: DateLue| match d {
            DateLue::Inconnue => None,
            DateLue::Aucune => aucune,
            DateLue::Jour(j) => Some(j),
        };
        if let Some(lus) = self.par_valeur(|c| Ok(c.date_ou_aucune()?.into_iter().map(jour).collect())) {
            return Ok(lus.into_iter().collect());
        }
        if let Some(lus) = Textes::de(tableau).and_then(|t| iso(&t, aucune)) {
            return Ok(lus.into_iter().collect());
        }
        Ok(self.date_ou_aucune()?.into_iter().map(jour).collect())
    }

    /// Positions of codes in a closed list, by `position`; empty cells are null.
    ///
    /// # Errors
    /// As [`Colonne::codes`], whose `permis` this is.
    pub fn positions(&self, position: impl Fn(&str) -> Option<usize>, permis: &[String]) -> Result<Vec<Option<usize>>, ErreurTable> {
        let lire = |c: &Self| -> Result<Vec<Option<usize>>, ErreurTable> {
            let codes = c.codes(|code| position(code).is_some(), permis)?;
            let mut dernier: (&str, Option<usize>) = ("", None);
            let un = |code: Option<&'_ str>| code.and_then(&position);
            let mut lus = Vec::with_capacity(codes.len());
            for code in &codes {
                match code {
                    Some(code) if code == dernier.0 => lus.push(dernier.1),
                    Some(code) => {
                        dernier = (code, un(Some(code)));
                        lus.push(dernier.1);
                    }
                    None => lus.push(None),
                }
            }
            Ok(lus)
        };
        match self.par_valeur(lire) {
            Some(lus) => Ok(lus),
            None => lire(self),
        }
    }

    /// Reads each value of a dictionary once; `None` for another column, and where some value is refused: only a row tells
    /// whether it is used.
    fn par_valeur<T: Copy>(&self, lire: impl Fn(&Self) -> Result<Vec<Option<T>>, ErreurTable>) -> Option<Vec<Option<T>>> {
        let cases = self.tableau().as_dictionary_opt::<Int32Type>()?;
        let valeurs = lire(&Self { tableau: Arc::clone(cases.values()), ..self.clone() }).ok()?;
        let valeur = |cle: i32| usize::try_from(cle).ok().and_then(|c| valeurs.get(c)).copied().flatten();
        let cles = cases.keys();
        Some(match cles.nulls() {
            None => cles.values().iter().map(|c| valeur(*c)).collect(),
            Some(n) => cles.values().iter().zip(n.iter()).map(|(c, la)| if la { valeur(*c) } else { None }).collect(),
        })
    }
}

/// Dates that are all empty or written `aaaa-mm-jj`; `None` when some are not.
fn iso(textes: &Textes, aucune: Option<i32>) -> Option<Vec<Option<i32>>> {
    (0..textes.lignes())
        .map(|i| match textes.valeur(i) {
            None => Some(None),
            Some("") => Some(aucune),
            Some(t) => jour_iso(t.as_bytes()).map(Some),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use arrow::array::{DictionaryArray, Float32Array, Int64Array, StringArray};

    fn colonne(tableau: ArrayRef) -> Colonne {
        Colonne::nouvelle(std::path::Path::new("t.parquet"), "c", 1, tableau)
    }

    fn en_dictionnaire(textes: Vec<Option<&str>>) -> (Colonne, Colonne) {
        let mots: StringArray = textes.iter().copied().collect();
        let dictionnaire: DictionaryArray<Int32Type> = textes.into_iter().collect();
        (colonne(Arc::new(mots)), colonne(Arc::new(dictionnaire)))
    }

    #[test]
    fn un_montant_direct_a_le_centime_de_la_lecture_cellule_par_cellule() {
        let tableaux: [ArrayRef; 4] = [
            Arc::new(Float64Array::from(vec![Some(12.345), None, Some(-0.005), Some(0.1 + 0.2)])),
            Arc::new(Float32Array::from(vec![Some(12.34_f32), None, Some(9_999.99)])),
            Arc::new(Int64Array::from(vec![Some(1_234), None, Some(-5)])),
            Arc::new(arrow::array::Decimal128Array::from(vec![Some(123_456), None, Some(-1)]).with_precision_and_scale(12, 2).unwrap()),
        ];
        for tableau in tableaux {
            let c = colonne(tableau);
            let direct: Vec<Option<i64>> = c.montant().unwrap().iter().map(|v| v.map(|v| (v * 100.0).round() as i64)).collect();
            assert_eq!(direct, c.montant_centimes().unwrap());
        }
    }

    #[test]
    fn une_faute_est_dite_a_sa_ligne() {
        let c = colonne(Arc::new(Float64Array::from(vec![1.0, f64::NAN])));
        assert!(matches!(c.montant(), Err(ErreurTable::HorsBornes { lieu }) if lieu.ligne == 2));
        let (_, dates) = en_dictionnaire(vec![Some("2026-01-02"), Some("2026-02-30")]);
        assert!(matches!(dates.jours_ou(Some(0)), Err(ErreurTable::DateImpossible { lieu }) if lieu.ligne == 2));
        let (_, codes) = en_dictionnaire(vec![Some("a"), Some("a"), Some("z")]);
        assert!(matches!(codes.positions(|c| (c == "a").then_some(0), &[]), Err(ErreurTable::CodeInconnu { lieu, .. }) if lieu.ligne == 3));
    }

    #[test]
    fn une_date_se_lit_de_meme_en_texte_et_en_dictionnaire() {
        let (textes, cases) = en_dictionnaire(vec![Some("2026-03-01"), Some(""), None, Some("01/02/2026"), Some(".")]);
        assert_eq!(textes.jours_ou(Some(i32::MAX)).unwrap(), cases.jours_ou(Some(i32::MAX)).unwrap());
        assert_eq!(cases.jours_ou(Some(i32::MAX)).unwrap().iter().nth(1), Some(Some(i32::MAX)));
        assert_eq!(cases.jours_ou(None).unwrap().iter().nth(1), Some(None));
        let (iso, _) = en_dictionnaire(vec![Some("2024-02-29"), Some(""), None]);
        assert_eq!(iso.jours_ou(Some(7)).unwrap().iter().collect::<Vec<_>>(), [jours_depuis_1970(2024, 2, 29), Some(7), None]);
    }
}

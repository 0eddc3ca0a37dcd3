//! Columns read as text and as codes of a closed list.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, LargeStringArray, StringArray, StringBuilder, StringViewArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};

use super::{Colonne, date::date_iso, degats::manquante_sas};
use crate::erreur::ErreurTable;

/// Text of any of the three Arrow layouts, without copying it.
pub(super) enum Textes {
    Court(StringArray),
    Long(LargeStringArray),
    Vue(StringViewArray),
}

impl Textes {
    /// The three text layouts; `None` for any other type.
    pub(super) fn de(tableau: &ArrayRef) -> Option<Self> {
        match tableau.data_type() {
            DataType::Utf8 => Some(Self::Court(tableau.as_string::<i32>().clone())),
            DataType::LargeUtf8 => Some(Self::Long(tableau.as_string::<i64>().clone())),
            DataType::Utf8View => Some(Self::Vue(tableau.as_string_view().clone())),
            _ => None,
        }
    }

    pub(super) fn lignes(&self) -> usize {
        match self {
            Self::Court(t) => t.len(),
            Self::Long(t) => t.len(),
            Self::Vue(t) => t.len(),
        }
    }

    pub(super) fn valeur(&self, i: usize) -> Option<&str> {
        match self {
            Self::Court(t) => t.is_valid(i).then(|| t.value(i)),
            Self::Long(t) => t.is_valid(i).then(|| t.value(i)),
            Self::Vue(t) => t.is_valid(i).then(|| t.value(i)),
        }
    }
}

const ATTENDU: &str = "texte";

impl Colonne {
    /// The column as text, as it stands (spaces and empty strings kept), one entry per row.
    ///
    /// A cell whose digits a tool has destroyed on writing (`1,85E+14`, `#N/A`) is refused: it still looks like text.
    ///
    /// Integers become their digits (the tool that wrote them has already lost leading zeros) and dates
    /// their ISO form. Floats and booleans are refused: their text depends on the tool.
    ///
    /// # Errors
    /// E-TABLE-009 for another type, E-TABLE-020 beyond 2 GiB of text in one batch, E-TABLE-023 for a destroyed cell.
    pub fn texte(&self) -> Result<StringArray, ErreurTable> {
        let valeurs = self.valeurs(ATTENDU)?;
        match valeurs.data_type() {
            DataType::Utf8 => self.intact(valeurs.as_string::<i32>().clone()),
            DataType::Null => Ok(StringArray::new_null(valeurs.len())),
            DataType::LargeUtf8 | DataType::Utf8View => self.copie(&valeurs).and_then(|t| self.intact(t)),
            genre if genre.is_integer() => self.copie(&valeurs),
            DataType::Date32 | DataType::Date64 | DataType::Timestamp(TimeUnit::Second, _) => self.dates(),
            DataType::Timestamp(_, _) => self.dates(),
            _ => Err(self.mauvais_type(ATTENDU)),
        }
    }

    fn intact(&self, textes: StringArray) -> Result<StringArray, ErreurTable> {
        self.sans_degat(textes.iter())?;
        Ok(textes)
    }

    fn copie(&self, valeurs: &ArrayRef) -> Result<StringArray, ErreurTable> {
        cast(valeurs, &DataType::Utf8)
            .map(|t| t.as_string::<i32>().clone())
            .map_err(|_| ErreurTable::TropGrand { fichier: self.fichier.to_path_buf() })
    }

    fn dates(&self) -> Result<StringArray, ErreurTable> {
        Ok(self.date()?.into_iter().map(|d| d.map(date_iso)).collect())
    }

    /// The column as codes: text without surrounding spaces; empty, and SAS's missing values, mean unknown (null).
    ///
    /// With `permis`, any other code is refused with its row number and the allowed list, never the code.
    ///
    /// # Errors
    /// E-TABLE-009 for a type that is not text or integer, E-TABLE-012 for a code outside `permis`.
    pub fn code(&self, permis: Option<&[String]>) -> Result<StringArray, ErreurTable> {
        let permis = permis.map(|liste| (liste, |code: &str| liste.iter().any(|p| p == code)));
        match permis {
            None => self.codes(|_| true, &[]),
            Some((liste, accepte)) => self.codes(accepte, liste),
        }
    }

    /// As [`Colonne::code`], for lists that are not plain enumerations; `permis` is what the error shows.
    ///
    /// # Errors
    /// As [`Colonne::code`].
    pub fn codes(&self, accepte: impl Fn(&str) -> bool, permis: &[String]) -> Result<StringArray, ErreurTable> {
        let textes = self.texte()?;
        let mut sortie = StringBuilder::with_capacity(textes.len(), textes.value_data().len());
        // Codes repeat: most rows have the code of the row above.
        let mut dernier: Option<&str> = None;
        for (i, valeur) in textes.iter().enumerate() {
            let code = valeur.map(str::trim).filter(|c| !c.is_empty() && !manquante_sas(c));
            if let Some(code) = code
                && dernier != Some(code)
            {
                if !accepte(code) {
                    return Err(ErreurTable::CodeInconnu { lieu: self.lieu(i), permis: permis.to_vec() });
                }
                dernier = Some(code);
            }
            sortie.append_option(code);
        }
        Ok(sortie.finish())
    }

    /// Codes replaced through `traduit` (the body's code to ours); an empty cell and an empty translation
    /// are unknown. The result keeps this column's place for later errors.
    ///
    /// # Errors
    /// E-TABLE-012 for a code that has no translation, with the codes that have one (`connus`).
    pub fn traduite<'t>(&self, traduit: impl Fn(&str) -> Option<&'t str>, connus: impl Fn() -> Vec<String>) -> Result<Self, ErreurTable> {
        let codes = self.code(None)?;
        let mut sortie = StringBuilder::with_capacity(codes.len(), codes.value_data().len());
        for (i, code) in codes.iter().enumerate() {
            let Some(code) = code else {
                sortie.append_null();
                continue;
            };
            match traduit(code) {
                None => {
                    return Err(ErreurTable::CodeInconnu { lieu: self.lieu(i), permis: connus() });
                }
                Some("") => sortie.append_null(),
                Some(vocabulaire) => sortie.append_value(vocabulaire),
            }
        }
        Ok(self.avec_valeurs(Arc::new(sortie.finish())))
    }
}

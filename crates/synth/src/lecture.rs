//! Reading given batches: by column name, any of the usual Arrow types, errors that name column and row.

use crate::erreur::ErreurSynth;
use arrow::array::{Array, BooleanArray, Float32Array, Float64Array, Int32Array, Int64Array, LargeStringArray, RecordBatch, StringArray};
use std::collections::HashMap;

/// A batch to read, its columns by name.
pub(crate) struct Lecture<'b> {
    colonnes: HashMap<&'b str, &'b dyn Array>,
}

impl<'b> Lecture<'b> {
    pub(crate) fn de(lot: &'b RecordBatch) -> Self {
        let noms = lot.schema_ref().fields().iter().map(|f| f.name().as_str());
        Self { colonnes: noms.zip(lot.columns().iter().map(AsRef::as_ref)).collect() }
    }

    fn colonne(&self, nom: &str, attendu: &'static str) -> Result<&'b dyn Array, ErreurSynth> {
        self.colonnes.get(nom).copied().ok_or_else(|| ErreurSynth::Colonne { colonne: nom.to_string(), attendu })
    }

    fn presente(a: &dyn Array, nom: &str, i: usize) -> Result<(), ErreurSynth> {
        if a.is_null(i) { Err(ErreurSynth::Valeur { colonne: nom.to_string(), ligne: i + 1 }) } else { Ok(()) }
    }

    pub(crate) fn reel(&self, nom: &str, i: usize) -> Result<f64, ErreurSynth> {
        let a = self.colonne(nom, "réel")?;
        Self::presente(a, nom, i)?;
        let any = a.as_any();
        if let Some(x) = any.downcast_ref::<Float64Array>() {
            Ok(x.value(i))
        } else if let Some(x) = any.downcast_ref::<Float32Array>() {
            Ok(f64::from(x.value(i)))
        } else {
            self.entier(nom, i).map(|v| v as f64)
        }
    }

    pub(crate) fn entier(&self, nom: &str, i: usize) -> Result<i64, ErreurSynth> {
        let a = self.colonne(nom, "entier")?;
        Self::presente(a, nom, i)?;
        let any = a.as_any();
        if let Some(x) = any.downcast_ref::<Int64Array>() {
            Ok(x.value(i))
        } else if let Some(x) = any.downcast_ref::<Int32Array>() {
            Ok(i64::from(x.value(i)))
        } else {
            Err(ErreurSynth::Colonne { colonne: nom.to_string(), attendu: "entier" })
        }
    }

    pub(crate) fn bool(&self, nom: &str, i: usize) -> Result<bool, ErreurSynth> {
        let a = self.colonne(nom, "booléen")?;
        Self::presente(a, nom, i)?;
        a.as_any()
            .downcast_ref::<BooleanArray>()
            .map(|x| x.value(i))
            .ok_or_else(|| ErreurSynth::Colonne { colonne: nom.to_string(), attendu: "booléen" })
    }

    pub(crate) fn texte(&self, nom: &str, i: usize) -> Result<&'b str, ErreurSynth> {
        let a = self.colonne(nom, "texte")?;
        Self::presente(a, nom, i)?;
        let any = a.as_any();
        if let Some(x) = any.downcast_ref::<LargeStringArray>() {
            Ok(x.value(i))
        } else if let Some(x) = any.downcast_ref::<StringArray>() {
            Ok(x.value(i))
        } else {
            Err(ErreurSynth::Colonne { colonne: nom.to_string(), attendu: "texte" })
        }
    }

    /// A text read by `lire`; refused with its row number when it means nothing.
    pub(crate) fn code<T>(&self, nom: &str, i: usize, lire: impl Fn(&str) -> Option<T>) -> Result<T, ErreurSynth> {
        lire(self.texte(nom, i)?).ok_or_else(|| ErreurSynth::Valeur { colonne: nom.to_string(), ligne: i + 1 })
    }
}

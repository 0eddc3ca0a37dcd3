//! A row-by-row builder of Arrow batches: columns are declared once, each row writes them in order.

use crate::calendrier::{Jour, iso};
use crate::erreur::ErreurSynth;
use arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, FixedSizeBinaryBuilder, Float32Builder, Float64Builder, Int64Builder, LargeStringBuilder,
    RecordBatch, StringBuilder, UInt16Builder,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use std::sync::Arc;

/// Type of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Genre {
    Bool,
    Reel,
    Reel32,
    Entier,
    Compte,
    Texte,
    GrandTexte,
    Date,
    Octets16,
}

impl Genre {
    fn arrow(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Reel => DataType::Float64,
            Self::Reel32 => DataType::Float32,
            Self::Entier => DataType::Int64,
            Self::Compte => DataType::UInt16,
            Self::Texte => DataType::Utf8,
            Self::GrandTexte => DataType::LargeUtf8,
            Self::Date => DataType::Date32,
            Self::Octets16 => DataType::FixedSizeBinary(16),
        }
    }
}

/// Builds a schema; every column is nullable but 16-byte keys.
pub(crate) fn schema<S: AsRef<str>>(champs: &[(S, Genre)]) -> SchemaRef {
    let champs: Vec<Field> = champs.iter().map(|(nom, g)| Field::new(nom.as_ref(), g.arrow(), *g != Genre::Octets16)).collect();
    Arc::new(Schema::new(champs))
}

enum Colonne {
    Bool(BooleanBuilder),
    Reel(Float64Builder),
    Reel32(Float32Builder),
    Entier(Int64Builder),
    Compte(UInt16Builder),
    Texte(StringBuilder),
    GrandTexte(LargeStringBuilder),
    Date(Date32Builder),
    Octets(FixedSizeBinaryBuilder),
}

/// A batch under construction.
pub(crate) struct Tableau {
    schema: SchemaRef,
    colonnes: Vec<Colonne>,
    curseur: usize,
    /// Column left null in the row being written: a fact that the body does not have yet.
    oubli: Option<usize>,
    faute: Option<&'static str>,
}

impl Tableau {
    pub(crate) fn nouveau(schema: &SchemaRef) -> Self {
        let colonnes = schema
            .fields()
            .iter()
            .map(|f| match f.data_type() {
                DataType::Boolean => Colonne::Bool(BooleanBuilder::new()),
                DataType::Float64 => Colonne::Reel(Float64Builder::new()),
                DataType::Float32 => Colonne::Reel32(Float32Builder::new()),
                DataType::Int64 => Colonne::Entier(Int64Builder::new()),
                DataType::UInt16 => Colonne::Compte(UInt16Builder::new()),
                DataType::LargeUtf8 => Colonne::GrandTexte(LargeStringBuilder::new()),
                DataType::Date32 => Colonne::Date(Date32Builder::new()),
                DataType::FixedSizeBinary(_) => Colonne::Octets(FixedSizeBinaryBuilder::new(16)),
                _ => Colonne::Texte(StringBuilder::new()),
            })
            .collect();
        Self { schema: schema.clone(), colonnes, curseur: 0, oubli: None, faute: None }
    }

    /// Leaves the given column null in the next row.
    pub(crate) fn oublier(&mut self, colonne: Option<usize>) {
        self.oubli = colonne;
    }

    fn suivante(&mut self) -> (Option<&mut Colonne>, bool) {
        let i = self.curseur;
        self.curseur += 1;
        if i >= self.colonnes.len() {
            self.faute = Some("ligne plus longue que le schéma");
        }
        (self.colonnes.get_mut(i), self.oubli == Some(i))
    }

    pub(crate) fn bool(&mut self, v: impl Into<Option<bool>>) {
        let v = v.into();
        match self.suivante() {
            (Some(Colonne::Bool(b)), oubli) => b.append_option(v.filter(|_| !oubli)),
            _ => self.faute = Some("booléen attendu"),
        }
    }

    pub(crate) fn reel(&mut self, v: impl Into<Option<f64>>) {
        let v = v.into();
        match self.suivante() {
            (Some(Colonne::Reel(b)), oubli) => b.append_option(v.filter(|_| !oubli)),
            (Some(Colonne::Reel32(b)), oubli) => b.append_option(v.filter(|_| !oubli).map(|x| x as f32)),
            _ => self.faute = Some("réel attendu"),
        }
    }

    /// Cents written as euros.
    pub(crate) fn montant(&mut self, centimes: impl Into<Option<i32>>) {
        self.reel(centimes.into().map(crate::hasard::euros));
    }

    pub(crate) fn entier(&mut self, v: impl Into<Option<i64>>) {
        let v = v.into();
        match self.suivante() {
            (Some(Colonne::Entier(b)), oubli) => b.append_option(v.filter(|_| !oubli)),
            _ => self.faute = Some("entier attendu"),
        }
    }

    pub(crate) fn compte(&mut self, v: u16) {
        match self.suivante() {
            (Some(Colonne::Compte(b)), _) => b.append_value(v),
            _ => self.faute = Some("compte attendu"),
        }
    }

    pub(crate) fn texte<'t>(&mut self, v: impl Into<Option<&'t str>>) {
        let v = v.into();
        match self.suivante() {
            (Some(Colonne::Texte(b)), oubli) => b.append_option(v.filter(|_| !oubli)),
            (Some(Colonne::GrandTexte(b)), oubli) => b.append_option(v.filter(|_| !oubli)),
            _ => self.faute = Some("texte attendu"),
        }
    }

    pub(crate) fn date(&mut self, v: impl Into<Option<Jour>>) {
        let v = v.into();
        match self.suivante() {
            (Some(Colonne::Date(b)), oubli) => b.append_option(v.filter(|_| !oubli)),
            _ => self.faute = Some("date attendue"),
        }
    }

    /// A date as ISO text, empty when it is known that there is none.
    pub(crate) fn date_ou_aucune(&mut self, v: Option<Jour>) {
        let texte = v.map(iso).unwrap_or_default();
        self.texte(texte.as_str());
    }

    pub(crate) fn octets(&mut self, v: &[u8; 16]) {
        let pose = match self.suivante() {
            (Some(Colonne::Octets(b)), _) => b.append_value(v).is_ok(),
            _ => false,
        };
        if !pose {
            self.faute = Some("clé de 16 octets attendue");
        }
    }

    /// Writes nulls until the end of the row.
    pub(crate) fn rien_d_autre(&mut self) {
        while self.curseur < self.colonnes.len() {
            match self.suivante().0 {
                Some(Colonne::Bool(b)) => b.append_null(),
                Some(Colonne::Reel(b)) => b.append_null(),
                Some(Colonne::Reel32(b)) => b.append_null(),
                Some(Colonne::Entier(b)) => b.append_null(),
                Some(Colonne::Compte(b)) => b.append_null(),
                Some(Colonne::Texte(b)) => b.append_null(),
                Some(Colonne::GrandTexte(b)) => b.append_null(),
                Some(Colonne::Date(b)) => b.append_null(),
                Some(Colonne::Octets(b)) => b.append_null(),
                None => {}
            }
        }
    }

    /// Ends a row.
    pub(crate) fn fin_ligne(&mut self) {
        if self.curseur != self.colonnes.len() {
            self.faute = Some("ligne plus courte que le schéma");
        }
        self.curseur = 0;
        self.oubli = None;
    }

    /// The batch.
    pub(crate) fn finir(mut self) -> Result<RecordBatch, ErreurSynth> {
        if let Some(faute) = self.faute {
            return Err(ArrowError::InvalidArgumentError(faute.to_string()).into());
        }
        let colonnes: Vec<ArrayRef> = self
            .colonnes
            .iter_mut()
            .map(|c| -> ArrayRef {
                match c {
                    Colonne::Bool(b) => Arc::new(b.finish()),
                    Colonne::Reel(b) => Arc::new(b.finish()),
                    Colonne::Reel32(b) => Arc::new(b.finish()),
                    Colonne::Entier(b) => Arc::new(b.finish()),
                    Colonne::Compte(b) => Arc::new(b.finish()),
                    Colonne::Texte(b) => Arc::new(b.finish()),
                    Colonne::GrandTexte(b) => Arc::new(b.finish()),
                    Colonne::Date(b) => Arc::new(b.finish()),
                    Colonne::Octets(b) => Arc::new(b.finish()),
                }
            })
            .collect();
        Ok(RecordBatch::try_new(self.schema, colonnes)?)
    }
}

//! What only the inventor knows: which person stands behind each row of each body.

use crate::appartenance::lignes;
use crate::erreur::ErreurSynth;
use crate::extraits::Organisme;
use crate::parcours::{Famille, parcours};
use crate::source::{ParTranches, Source};
use crate::tableau::{Genre, Tableau, schema};
use crate::territoire::Territoire;
use arrow::array::{Int64Builder, ListBuilder, RecordBatch, StringBuilder};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use std::ops::Range;
use std::sync::Arc;

/// Schema of the truth about persons: `person_id, body, row_id, household_id`.
#[must_use]
pub fn schema_verite() -> SchemaRef {
    schema(&[("person_id", Genre::Entier), ("body", Genre::Texte), ("row_id", Genre::Octets16), ("household_id", Genre::Entier)])
}

impl Territoire {
    /// One row per row of every body's persons table (duplicates included), as the receipts now stand.
    pub fn verite_personnes(&self) -> impl Iterator<Item = Result<RecordBatch, ErreurSynth>> + '_ {
        ParTranches::nouveau(self.nombre_foyers(), 8_192, move |tranche| tranche_de_verite(self, tranche))
    }
}

pub(crate) fn tranche_de_verite(src: &dyn Source, tranche: Range<usize>) -> Result<RecordBatch, ErreurSynth> {
    let mut t = Tableau::nouveau(&schema_verite());
    for i in tranche {
        let f = src.foyer(i);
        let (r, rp) = src.recus(&f);
        for o in Organisme::TOUS {
            for l in lignes(src, o, &f, r, rp).0 {
                t.entier(src.person_id(&f, l.personne));
                t.texte(o.id());
                t.octets(&l.row_id);
                t.entier(src.household_id(&f));
                t.fin_ligne();
            }
        }
    }
    t.finir()
}

/// Schema of the truth about types of non-recours: `household_id, person_id` (null for a foyer)`, right, types`.
#[must_use]
pub fn schema_types() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new("household_id", DataType::Int64, false),
        Field::new("person_id", DataType::Int64, true),
        Field::new("right", DataType::Utf8, false),
        Field::new_list("types", Field::new_list_field(DataType::Utf8, true), false),
    ]))
}

impl Territoire {
    /// The true set of types of each unit that is entitled to a right and does not receive it: `(foyer, person, right)`.
    /// Rights whose course is not drawn have no row.
    ///
    /// # Errors
    /// A foyer outside the territory; a batch that Arrow refuses.
    pub fn verite_types<'d>(&self, manques: impl Iterator<Item = (u32, Option<i64>, &'d str)>) -> Result<RecordBatch, ErreurSynth> {
        let (mut foyers, mut personnes, mut droits) = (Int64Builder::new(), Int64Builder::new(), StringBuilder::new());
        let mut types = ListBuilder::new(StringBuilder::new());
        for (foyer, personne, droit) in manques {
            let Some(famille) = Famille::du_droit(droit) else { continue };
            if foyer as usize >= self.nombre_foyers() {
                return Err(ErreurSynth::HorsTerritoire { quoi: "un foyer", dernier: self.nombre_foyers().saturating_sub(1) as u32 });
            }
            let f = self.foyer(foyer as usize);
            let (r, rp) = Source::recus(self, &f);
            let rencontree = !lignes(self, Organisme::Departement, &f, r, rp).0.is_empty();
            foyers.append_value(i64::from(foyer));
            personnes.append_option(personne);
            droits.append_value(droit);
            for t in parcours(self.graine(), self.mois_m(), &f, r, rp)[famille as usize].types(rencontree) {
                types.values().append_value(t);
            }
            types.append(true);
        }
        let colonnes: Vec<arrow::array::ArrayRef> =
            vec![Arc::new(foyers.finish()), Arc::new(personnes.finish()), Arc::new(droits.finish()), Arc::new(types.finish())];
        Ok(RecordBatch::try_new(schema_types(), colonnes)?)
    }
}

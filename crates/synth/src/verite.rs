//! What only the inventor knows: which person stands behind each row of each body.

use crate::appartenance::lignes;
use crate::erreur::ErreurSynth;
use crate::extraits::Organisme;
use crate::source::{ParTranches, Source};
use crate::tableau::{Genre, Tableau, schema};
use crate::territoire::Territoire;
use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use std::ops::Range;

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

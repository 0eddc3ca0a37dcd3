//! The contacts of six months, one row each: kept at home beside the register, which counts them.

use super::Contexte;
use crate::tableau::{Genre, Tableau, schema};
use arrow::datatypes::SchemaRef;

/// Columns: the body's row number, the day, the channel, what it was about.
pub(super) fn schema_contacts() -> SchemaRef {
    schema(&[("row_id", Genre::Octets16), ("le", Genre::Date), ("canal", Genre::Texte), ("objet", Genre::Texte)])
}

/// A body that entered somebody twice has their contacts under one of the two rows.
pub(super) fn ecrire(c: &Contexte<'_>, t: &mut Tableau) {
    for (l, _) in c.lignes.iter().filter(|(l, _)| !l.doublon) {
        for contact in &c.historiques[l.personne].contacts {
            t.octets(&l.row_id);
            t.date(contact.le);
            t.texte(contact.canal.code());
            t.texte(contact.objet.code());
            t.fin_ligne();
        }
    }
}

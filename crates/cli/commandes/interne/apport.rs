//! A body's own extract as detection reads it: its rows under their own row ids, linked to nobody.

use arrow::array::{Array, RecordBatch, StringArray, UInt32Array};
use arrow::compute::take_record_batch;
use recours_engine::link::{Coverage, Delivery};
use recours_rules::Pack;
use recours_rules::types::Type;
use recours_tables::ErreurTable;

use crate::erreur::ErreurCommande;
use crate::mission::extrait::Extrait;
use crate::mission::{Composition, Organisme};

/// The rows `gardees` of an extract, in the order of their row ids. Foyers are the body's own, and its coverage what it
/// declares. No link is there to doubt: each row is a person.
///
/// # Errors
/// E-TABLE when the extract does not fit in memory twice.
pub(crate) fn depuis(pack: &Pack, organisme: &Organisme, extrait: Extrait, gardees: &[u32]) -> Result<Delivery, ErreurCommande> {
    let mut ordre = gardees.to_vec();
    ordre.sort_unstable_by_key(|i| extrait.row_ids.get(*i as usize));
    let facts: RecordBatch = take_record_batch(&extrait.colonnes, &UInt32Array::from(ordre.clone()))
        .map_err(|_| ErreurTable::TropGrand { fichier: organisme.dossier.clone() })?;
    let texte = |c: Option<&StringArray>, i: u32| c.filter(|c| c.is_valid(i as usize)).map(|c| c.value(i as usize).to_owned());
    let liste = pack.vocabulary.variables.get(pack.role).and_then(|v| match v.ty {
        Type::Code(l) => pack.vocabulary.lists.get(l),
        _ => None,
    });
    let role = |i: u32| {
        let ecrit = texte(extrait.roles.as_ref(), i)?;
        liste?.index_written(&ecrit).and_then(|r| u8::try_from(r).ok())
    };
    // The body's own number of a foyer, as sixteen bytes.
    let foyer = |i: u32| {
        let cle = texte(extrait.foyers.as_ref(), i)?;
        blake3::hash(cle.as_bytes()).as_bytes().first_chunk::<16>().copied()
    };
    Ok(Delivery {
        body: organisme.id.clone(),
        composition: match organisme.composition {
            Composition::Complete => Coverage::Complete,
            Composition::Partielle => Coverage::Partial,
            Composition::Aucune => Coverage::Nothing,
        },
        covers: organisme.couverture.iter().map(|(v, _)| v.clone()).collect(),
        handles: ordre.iter().filter_map(|i| extrait.row_ids.get(*i as usize).copied()).collect(),
        force: vec![0; ordre.len()],
        certified: vec![false; ordre.len()],
        foyers: ordre.iter().map(|i| foyer(*i)).collect(),
        roles: ordre.iter().map(|i| role(*i)).collect(),
        loose: None,
        facts,
    })
}

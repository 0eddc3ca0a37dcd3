//! What the host remembers of the lists that it has handed over: rows and rights, for itself alone, until they expire.
//!
//! Without it, an explanation could be asked for any row: a body would learn of whom something was found beyond its list.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, FixedSizeBinaryArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use recours_engine::outreach::{Jour, NumeroDeLigne, Remise};
use recours_tables::{ErreurTable, FichierPret, Protection, lire_table, preparer_octets, vers_parquet_annote};

use crate::chemins;
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// What was handed over to a body in this mission and has not expired on `jour`; nothing when nothing was.
///
/// # Errors
/// Those of reading; a file of another mission says nothing.
pub(crate) fn lire(mission: &Mission, empreinte: &str, organisme: &str, jour: Jour) -> Result<BTreeSet<Remise>, ErreurCommande> {
    let chemin = chemins::remises(mission, organisme);
    let mut lues = BTreeSet::new();
    if !chemin.exists() {
        return Ok(lues);
    }
    let table = lire_table(&chemin)?;
    if Entete::nouvelle(Contenu::Liste, mission, empreinte, organisme).verifier(&table).is_err() {
        return Ok(lues);
    }
    for lot in table.lots()? {
        let lot = lot?;
        let (ids, fins) = (lot.colonne("row_id")?, lot.colonne("expire")?);
        let (ids, fins) = (ids.obligatoire(ids.octets16()?)?, fins.obligatoire(fins.date()?)?);
        let droits = lot.colonne("droit")?.texte()?;
        for ((row_id, expire), droit) in ids.into_iter().zip(fins).zip(droits.iter()) {
            lues.extend(droit.filter(|_| expire >= jour).map(|droit| Remise { row_id, droit: droit.to_owned(), expire }));
        }
    }
    Ok(lues)
}

/// Whether this row was handed over, and for which rights.
pub(crate) fn droits(remises: &BTreeSet<Remise>, row_id: &NumeroDeLigne) -> Vec<String> {
    remises.iter().filter(|r| r.row_id == *row_id).map(|r| r.droit.clone()).collect()
}

/// Adds to what is remembered the rows of a list; written aside, private.
pub(super) fn preparer(mission: &Mission, liste: &Entete, nouvelles: &[Remise], jour: Jour) -> Result<FichierPret, ErreurCommande> {
    let mut toutes = lire(mission, &liste.mission, &liste.organisme, jour)?;
    toutes.extend(nouvelles.iter().cloned());
    let mut entete = liste.clone();
    entete.lignes = toutes.len() as u64;
    let nom = "remises";
    let defaut = |_| ErreurTable::Schema { fichier: nom.into() };
    let schema = Arc::new(Schema::new(vec![
        Field::new("row_id", DataType::FixedSizeBinary(16), false),
        Field::new("droit", DataType::Utf8, false),
        Field::new("expire", DataType::Date32, false),
    ]));
    let ids = FixedSizeBinaryArray::try_from_sparse_iter_with_size(toutes.iter().map(|r| Some(r.row_id)), 16).map_err(defaut)?;
    let colonnes: Vec<ArrayRef> = vec![
        Arc::new(ids),
        Arc::new(StringArray::from_iter_values(toutes.iter().map(|r| r.droit.as_str()))),
        Arc::new(Date32Array::from_iter_values(toutes.iter().map(|r| r.expire))),
    ];
    let lot = RecordBatch::try_new(Arc::clone(&schema), colonnes).map_err(defaut)?;
    let annotations = entete.annotations();
    let annotations: Vec<(&str, &str)> = annotations.iter().map(|(cle, texte)| (*cle, texte.as_str())).collect();
    let octets = vers_parquet_annote(nom, &schema, &[lot], &annotations)?;
    Ok(preparer_octets(chemins::remises(mission, &liste.organisme), &octets, Protection::Privee)?)
}

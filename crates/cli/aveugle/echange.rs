//! Requests and answers as Parquet: one row per batch.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, BinaryArray, FixedSizeBinaryArray, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use recours_seal::oprf::{Evaluation, PasseOprf, TAILLE_PREUVE};
use recours_tables::{ErreurTable, Lecteur, Lot, ParquetEnMemoire};

use super::fautes;
use crate::entete::Entete;
use crate::erreur::ErreurCommande;

/// Batches read or written at a time.
const LOTS_PAR_BLOC: usize = 64;

const PASSE: &str = "passe";
const ELEMENTS: &str = "elements";
const PREUVE: &str = "preuve";

/// Bytes of a request; `entete.lignes` is the number of batches.
pub(super) fn ecrire_demande<'l>(
    entete: &Entete,
    lots: impl ExactSizeIterator<Item = (PasseOprf, &'l [u8])>,
) -> Result<Vec<u8>, ErreurCommande> {
    let champs = vec![Field::new(PASSE, DataType::Utf8, false), Field::new(ELEMENTS, DataType::Binary, false)];
    let lots: Vec<(PasseOprf, &[u8])> = lots.collect();
    ecrire("demande", entete, champs, &lots, |bloc| {
        vec![
            Arc::new(StringArray::from_iter_values(bloc.iter().map(|(p, _)| p.code()))),
            Arc::new(BinaryArray::from_iter_values(bloc.iter().map(|(_, e)| e))),
        ]
    })
}

/// Bytes of an answer, batches in the order of the request.
pub(super) fn ecrire_reponse(entete: &Entete, lots: &[(PasseOprf, Evaluation)]) -> Result<Vec<u8>, ErreurCommande> {
    let champs = vec![
        Field::new(PASSE, DataType::Utf8, false),
        Field::new(ELEMENTS, DataType::Binary, false),
        Field::new(PREUVE, DataType::FixedSizeBinary(TAILLE_PREUVE as i32), false),
    ];
    ecrire("reponse", entete, champs, lots, |bloc| {
        let preuves = FixedSizeBinaryArray::try_from_iter(bloc.iter().map(|(_, e)| e.preuve));
        vec![
            Arc::new(StringArray::from_iter_values(bloc.iter().map(|(p, _)| p.code()))),
            Arc::new(BinaryArray::from_iter_values(bloc.iter().map(|(_, e)| e.elements.as_slice()))),
            // Only an empty block has no proof, and there is none.
            preuves.map_or_else(|_| arrow::array::new_empty_array(&DataType::FixedSizeBinary(TAILLE_PREUVE as i32)), |p| Arc::new(p)),
        ]
    })
}

fn ecrire<L>(
    nom: &str,
    entete: &Entete,
    champs: Vec<Field>,
    lots: &[L],
    colonnes: impl Fn(&[L]) -> Vec<ArrayRef>,
) -> Result<Vec<u8>, ErreurCommande> {
    let annotations = entete.annotations();
    let annotations: Vec<(&str, &str)> = annotations.iter().map(|(cle, texte)| (*cle, texte.as_str())).collect();
    let schema = Arc::new(Schema::new(champs));
    let mut ecrivain = ParquetEnMemoire::creer(nom, &schema, &annotations)?;
    for bloc in lots.chunks(LOTS_PAR_BLOC) {
        let lot = RecordBatch::try_new(Arc::clone(&schema), colonnes(bloc)).map_err(|_| ErreurTable::Schema { fichier: nom.into() })?;
        ecrivain.ecrire(&lot)?;
    }
    Ok(ecrivain.terminer()?)
}

/// Batches of a request whose header was checked.
///
/// # Errors
/// E-OPRF-013 for a pass that is none of ours, E-TABLE codes for missing columns.
pub(super) fn lire_demande(lecteur: Lecteur) -> Result<Vec<(PasseOprf, Vec<u8>)>, ErreurCommande> {
    let mut lus = Vec::new();
    for lot in lecteur.projeter(&[PASSE, ELEMENTS])?.taille_lot(LOTS_PAR_BLOC).lots()? {
        let lot = lot?;
        lus.extend(passes(&lot)?.into_iter().zip(binaire(&lot, ELEMENTS)?));
    }
    Ok(lus)
}

/// Batches of an answer whose header was checked.
///
/// # Errors
/// As [`lire_demande`].
pub(super) fn lire_reponse(lecteur: Lecteur) -> Result<Vec<(PasseOprf, Evaluation)>, ErreurCommande> {
    let mut lus = Vec::new();
    for lot in lecteur.projeter(&[PASSE, ELEMENTS, PREUVE])?.taille_lot(LOTS_PAR_BLOC).lots()? {
        let lot = lot?;
        let colonne = lot.lot().column_by_name(PREUVE).and_then(|c| c.as_any().downcast_ref::<FixedSizeBinaryArray>());
        let preuves = colonne.filter(|c| c.null_count() == 0).ok_or_else(|| illisible(lot.fichier()))?;
        for ((passe, elements), preuve) in passes(&lot)?.into_iter().zip(binaire(&lot, ELEMENTS)?).zip(preuves.iter().flatten()) {
            let preuve = preuve.try_into().map_err(|_| illisible(lot.fichier()))?;
            lus.push((passe, Evaluation { elements, preuve }));
        }
    }
    Ok(lus)
}

fn passes(lot: &Lot) -> Result<Vec<PasseOprf>, ErreurCommande> {
    let colonne = lot.lot().column_by_name(PASSE).and_then(|c| c.as_any().downcast_ref::<StringArray>());
    let colonne = colonne.filter(|c| c.null_count() == 0).ok_or_else(|| illisible(lot.fichier()))?;
    let passe = |code: &str| PasseOprf::de_code(code).ok_or_else(|| illisible(lot.fichier()));
    colonne.iter().flatten().map(passe).collect()
}

fn binaire(lot: &Lot, nom: &str) -> Result<Vec<Vec<u8>>, ErreurCommande> {
    let colonne = lot.lot().column_by_name(nom).and_then(|c| c.as_any().downcast_ref::<BinaryArray>());
    let colonne = colonne.filter(|c| c.null_count() == 0).ok_or_else(|| illisible(lot.fichier()))?;
    Ok(colonne.iter().flatten().map(<[u8]>::to_vec).collect())
}

fn illisible(fichier: &Path) -> ErreurCommande {
    fautes::demande(fichier, "ce n'est pas un échange du mode B")
}

//! A body's delivery of tokens, opened and checked row by row.

use std::path::Path;
use std::sync::Arc;

use recours_seal::linkage::Livraison;
use recours_seal::token::PASSES;
use recours_tables::unicite::verifie_unicite;
use recours_tables::{ErreurTable, Lecteur};

use crate::entete::Entete;
use crate::erreur::ErreurCommande;

/// Opens the decrypted bytes of `chemin` and checks what they say of themselves.
///
/// # Errors
/// E-TABLE-005 when they are not a whole Parquet file, and E-LIVRAISON codes.
pub(super) fn ouvrir(chemin: &Path, clair: Vec<u8>, entete: &Entete) -> Result<Lecteur, ErreurCommande> {
    let lecteur = Lecteur::depuis_parquet(chemin, clair)?;
    entete.verifier(&lecteur)?;
    Ok(lecteur)
}

/// Reads the rows; each cell that is not what it must be is named by file, column and row.
///
/// # Errors
/// E-TABLE-007 missing column, -009 wrong type, -014 token of the wrong length, -015 missing cell, -016 row id
/// that stands twice (both rows are named).
pub(crate) fn lire(organisme: &str, lecteur: Lecteur, suivi: &dyn Fn(u64)) -> Result<Livraison, ErreurTable> {
    let fichier: Arc<Path> = lecteur.fichier().into();
    let lignes = usize::try_from(lecteur.lignes().unwrap_or(0)).unwrap_or(0);
    let mut noms = vec!["row_id", "nir_certifie"];
    noms.extend(PASSES.iter().map(|p| p.code()));
    let mut livraison = Livraison {
        organisme: organisme.to_owned(),
        row_ids: Vec::with_capacity(lignes),
        jetons: std::array::from_fn(|_| Vec::with_capacity(lignes)),
        etiquettes: Default::default(),
        nir_certifie: Vec::with_capacity(lignes),
    };
    for lot in lecteur.projeter(&noms)?.lots()? {
        let lot = lot?;
        let colonne = lot.colonne("row_id")?;
        livraison.row_ids.extend(colonne.obligatoire(colonne.octets16()?)?);
        for (passe, jetons) in PASSES.iter().zip(&mut livraison.jetons) {
            jetons.extend(lot.colonne(passe.code())?.octets16()?);
        }
        let colonne = lot.colonne("nir_certifie")?;
        livraison.nir_certifie.extend(colonne.obligatoire(colonne.booleen()?)?);
        suivi(lot.lignes() as u64);
    }
    verifie_unicite(&[(fichier, livraison.row_ids.len() as u64)], "row_id", &livraison.row_ids)?;
    Ok(livraison)
}

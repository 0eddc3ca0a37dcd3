//! A body's delivery of tokens, opened and checked row by row.

use std::path::Path;
use std::sync::Arc;

use recours_seal::canaris::{CleCanaris, Comparaison};
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
    lire_sans_canaris(organisme, lecteur, None, suivi).map(|(livraison, _)| livraison)
}

/// The same; the rows that `cle` designates are left out and noted.
pub(super) fn lire_sans_canaris(
    organisme: &str,
    lecteur: Lecteur,
    cle: Option<&CleCanaris>,
    suivi: &dyn Fn(u64),
) -> Result<(Livraison, Option<Comparaison>), ErreurTable> {
    let fichier: Arc<Path> = lecteur.fichier().into();
    let lignes = usize::try_from(lecteur.lignes().unwrap_or(0)).unwrap_or(0);
    let mut noms = vec!["row_id", "nir_certifie"];
    noms.extend(PASSES.iter().map(|p| p.code()));
    let etiquettes: Vec<(usize, String)> =
        PASSES.iter().map(|p| (p.rang(), p.code().replace('p', "e"))).filter(|(_, nom)| lecteur.contient(nom)).collect();
    noms.extend(etiquettes.iter().map(|(_, nom)| nom.as_str()));
    let mut toutes: Vec<[u8; 16]> = Vec::with_capacity(lignes);
    let mut releve = cle.map(Comparaison::nouvelle);
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
        let ids = colonne.obligatoire(colonne.octets16()?)?;
        toutes.extend_from_slice(&ids);
        let rangs: Vec<Option<u16>> = ids.iter().map(|id| releve.as_ref().and_then(|r| r.rang(id))).collect();
        garder(&rangs, ids, &mut livraison.row_ids, |_, _| {});
        for (passe, jetons) in PASSES.iter().zip(&mut livraison.jetons) {
            garder(&rangs, lot.colonne(passe.code())?.octets16()?, jetons, |rang, jeton| {
                if let Some(r) = releve.as_mut() {
                    r.noter(rang, passe.code(), jeton.as_ref().map_or(&[], |j| j.as_slice()));
                }
            });
        }
        for (rang, nom) in &etiquettes {
            let Some(place) = livraison.etiquettes.get_mut(*rang) else { continue };
            // Whole numbers below 2³²: exact in what the column gives.
            let dites = lot.colonne(nom)?.nombre()?.into_iter().map(|n| n.map_or(0, |n| n as u32)).collect();
            garder(&rangs, dites, place, |rang, dite: u32| {
                if let Some(r) = releve.as_mut() {
                    r.noter(rang, nom, &dite.to_le_bytes());
                }
            });
        }
        let colonne = lot.colonne("nir_certifie")?;
        garder(&rangs, colonne.obligatoire(colonne.booleen()?)?, &mut livraison.nir_certifie, |_, _| {});
        suivi(lot.lignes() as u64);
    }
    verifie_unicite(&[(fichier, toutes.len() as u64)], "row_id", &toutes)?;
    Ok((livraison, releve))
}

/// Values of people go to `la`, those of canaries to `canari`.
fn garder<T>(rangs: &[Option<u16>], valeurs: Vec<T>, la: &mut Vec<T>, mut canari: impl FnMut(u16, T)) {
    for (rang, valeur) in rangs.iter().zip(valeurs) {
        match rang {
            Some(rang) => canari(*rang, valeur),
            None => la.push(valeur),
        }
    }
}

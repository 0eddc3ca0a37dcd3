//! Which rows of a table are of the same person, once it is known that some are: a second reading, by ranges of keys so that
//! few are held at a time.

use arrow::array::{Array, AsArray};
use recours_tables::ErreurTable;

use super::ouverture::TableOuverte;
use crate::erreur::ErreurCommande;

/// Keys held at a time.
const TENUES: u64 = 4 << 20;

/// The refusal, with both rows.
pub(super) fn dire(table: &TableOuverte) -> ErreurCommande {
    let (nom, position) = &table.personne;
    let fichier = table.parquet.fichier().display();
    let conseil = "Une ligne par personne : réunissez celles d'une même personne avant d'écrire la table.";
    match chercher(table, *position) {
        Ok(Some((premiere, seconde))) => ErreurCommande::refus(
            "E-CROISER-017",
            format!("{fichier}, colonne « {nom} » : la ligne {seconde} est de la même personne que la ligne {premiere}."),
        )
        .avec_conseil(conseil),
        Ok(None) => ErreurCommande::panne("E-CROISER-020", "une personne répétée n'a pas été retrouvée (défaut du programme)."),
        Err(e) => e.into(),
    }
}

/// The first row, in the table's order, whose person was met before, with the row where that was: both from 1.
fn chercher(table: &TableOuverte, position: usize) -> Result<Option<(u64, u64)>, ErreurTable> {
    let passes = table.parquet.lignes().div_ceil(TENUES).max(1);
    let mut trouve: Option<(u64, u64)> = None;
    for passe in 0..passes {
        let mut cles: Vec<([u8; 16], u64)> = Vec::new();
        for (g, groupe) in table.parquet.groupes().iter().enumerate() {
            let mut ligne = groupe.avant;
            for lot in table.parquet.lire(g, &[position], 65_536)? {
                let lot = lot?;
                let colonne = lot.column(0).as_fixed_size_binary();
                for i in 0..colonne.len() {
                    ligne += 1;
                    // Handles are random: their last byte spreads them over the passes as well as any other.
                    if let Ok(cle) = <[u8; 16]>::try_from(colonne.value(i))
                        && u64::from(u16::from_be_bytes([cle[14], cle[15]])) % passes == passe
                    {
                        cles.push((cle, ligne));
                    }
                }
            }
        }
        cles.sort_unstable();
        let repetees = cles.windows(2).filter_map(|w| match w {
            [(a, premiere), (b, seconde)] if a == b => Some((*premiere, *seconde)),
            _ => None,
        });
        trouve = trouve.into_iter().chain(repetees).min_by_key(|(_, seconde)| *seconde);
    }
    Ok(trouve)
}

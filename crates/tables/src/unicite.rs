//! Keys that must be unique over one or several files.

use std::path::Path;
use std::sync::Arc;

use crate::erreur::ErreurTable;

/// Where the rows of a column gathered from several files come from: (file, number of rows), in order.
/// Row numbers start again at 1 in each file.
pub type Provenance = [(Arc<Path>, u64)];

/// File and row number (1-based in that file) of the `rang`-th row (0-based over all files).
pub fn provenance_de(provenance: &Provenance, rang: u64) -> Option<(Arc<Path>, u64)> {
    let mut debut = 0;
    for (fichier, lignes) in provenance {
        if rang < debut + lignes {
            return Some((Arc::clone(fichier), rang - debut + 1));
        }
        debut += lignes;
    }
    None
}

/// Refuses a key that stands twice, naming both rows; the first repetition in file order is the one named.
///
/// Sorts positions (4 bytes a row) instead of building a table of keys.
///
/// # Errors
/// E-TABLE-016 with file and row of both; E-TABLE-020 beyond 4 billion rows.
pub fn verifie_unicite<T: Ord>(provenance: &Provenance, colonne: &str, cles: &[T]) -> Result<(), ErreurTable> {
    let premier_nom = || provenance.first().map(|(fichier, _)| fichier.to_path_buf()).unwrap_or_default();
    let Ok(combien) = u32::try_from(cles.len()) else {
        return Err(ErreurTable::TropGrand { fichier: premier_nom() });
    };
    let mut ordre: Vec<u32> = (0..combien).collect();
    ordre.sort_unstable_by(|a, b| {
        let (a, b) = (*a as usize, *b as usize);
        cles[a].cmp(&cles[b]).then(a.cmp(&b))
    });
    let mut pire: Option<(u32, u32)> = None;
    for paire in ordre.windows(2) {
        let [avant, apres] = paire else { continue };
        if cles[*avant as usize] == cles[*apres as usize] && pire.is_none_or(|(_, ligne)| *apres < ligne) {
            pire = Some((*avant, *apres));
        }
    }
    let Some((avant, apres)) = pire else {
        return Ok(());
    };
    let lieu = |rang: u32| {
        provenance_de(provenance, u64::from(rang)).map_or_else(|| (premier_nom(), u64::from(rang) + 1), |(f, l)| (f.to_path_buf(), l))
    };
    let (premier_fichier, premiere_ligne) = lieu(avant);
    let (fichier, ligne) = lieu(apres);
    Err(ErreurTable::Doublon { fichier, colonne: colonne.into(), ligne, premier_fichier, premiere_ligne })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;

    fn fichiers() -> Vec<(Arc<Path>, u64)> {
        vec![(Path::new("a.csv").into(), 3), (Path::new("b.csv").into(), 3)]
    }

    #[test]
    fn rien_a_dire_quand_tout_est_unique() {
        assert!(verifie_unicite(&fichiers(), "row_id", &[4, 2, 9, 1, 0, 7]).is_ok());
        assert!(verifie_unicite::<u8>(&[], "row_id", &[]).is_ok());
    }

    #[test]
    fn les_deux_lignes_sont_nommees_d_un_fichier_a_l_autre() {
        let erreur = verifie_unicite(&fichiers(), "row_id", &["c", "a", "b", "d", "a", "c"]).unwrap_err();
        assert_eq!(erreur.code(), "E-TABLE-016");
        assert_eq!(erreur.to_string(), "b.csv, colonne « row_id » : la ligne 2 répète la clé de la ligne 2 de a.csv.");
    }

    #[test]
    fn trois_fois_la_meme_cle_nomme_la_premiere_repetition() {
        let erreur = verifie_unicite(&fichiers(), "row_id", &[5, 5, 5, 1, 2, 3]).unwrap_err();
        assert_eq!(erreur.to_string(), "a.csv, colonne « row_id » : la ligne 2 répète la clé de la ligne 1.");
    }
}

//! The effect of contacts, when a body brings the rights that its own files have opened since.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use recours_engine::outreach::{Jour, NumeroDeLigne};
use recours_tables::{FichierPret, lire_table};

use super::{Demande, sorties};
use crate::chemins;
use crate::erreur::ErreurCommande;
use crate::retours::comparaison::{self, Comparee, Effet};
use crate::retours::diffusion::decimal;

/// What to measure.
pub struct Mesure {
    /// Rights opened: `row_id`, `droit`, `ouvert_le`.
    pub fichier: PathBuf,
    /// Day of that extract.
    pub au: Jour,
    /// Months after the opening.
    pub mois: i32,
}

/// The effect, when it is asked; and the groups without those whose time is over.
///
/// # Errors
/// E-TABLE for the file of opened rights; E-RETOURS-001 for a file of groups that is none.
pub fn preparer(demande: &Demande<'_>) -> Result<(Vec<Effet>, Vec<FichierPret>), ErreurCommande> {
    let fichiers: Vec<PathBuf> =
        demande.suivis.iter().filter_map(|s| s.parent()).map(chemins::comparaison).filter(|f| f.exists()).collect();
    let mut comparees: Vec<Comparee> = Vec::new();
    let mut prets = Vec::new();
    for fichier in fichiers {
        let (siennes, graine) = comparaison::lire(&fichier)?;
        let gardees: Vec<Comparee> = siennes.iter().filter(|c| c.garder_jusqu_au >= demande.jour).cloned().collect();
        if gardees.len() < siennes.len() {
            prets.push(comparaison::ecrire(&fichier, &gardees, graine.as_deref())?);
        }
        comparees.extend(siennes);
    }
    let Some(mesure) = &demande.mesurer else { return Ok((Vec::new(), prets)) };
    let ouvertures = lire(&mesure.fichier)?;
    let effets = comparaison::effets(&comparees, &ouvertures, mesure.mois, mesure.au);
    let mut texte = String::from("\u{feff}droit;contactees;ouverts_contactees;comparees;ouverts_comparees;difference;au_moins;au_plus\r\n");
    for e in &effets {
        let bornes = e.difference.map_or_else(
            || ["non mesurable".to_owned(), String::new(), String::new()],
            |d| [decimal(d.estime), decimal(d.bas), decimal(d.haut)],
        );
        texte += &format!("{};{};{};{};{};{}\r\n", e.droit, e.contactes.1, e.contactes.0, e.compares.1, e.compares.0, bornes.join(";"));
    }
    prets.push(sorties::prive(&demande.sortie.join("effet.csv"), texte.as_bytes())?);
    Ok((effets, prets))
}

/// The earliest opening of each row and right.
fn lire(fichier: &Path) -> Result<BTreeMap<(NumeroDeLigne, String), Jour>, ErreurCommande> {
    let mut ouvertures: BTreeMap<(NumeroDeLigne, String), Jour> = BTreeMap::new();
    for lot in lire_table(fichier)?.projeter(&["row_id", "droit", "ouvert_le"])?.lots()? {
        let lot = lot?;
        let (row_id, droit, le) = (lot.colonne("row_id")?, lot.colonne("droit")?, lot.colonne("ouvert_le")?);
        let row_id = row_id.obligatoire(row_id.octets16()?)?;
        let le = le.obligatoire(le.date()?)?;
        for ((row_id, droit), le) in row_id.into_iter().zip(droit.texte()?.iter()).zip(le) {
            let place = ouvertures.entry((row_id, droit.unwrap_or_default().trim().to_owned())).or_insert(le);
            *place = (*place).min(le);
        }
    }
    Ok(ouvertures)
}

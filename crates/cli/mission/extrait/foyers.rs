//! Tables of one row per dossier: their facts go to every person of the dossier.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, StringArray, UInt32Array};
use recours_tables::ErreurTable;
use recours_tables::unicite::verifie_unicite;

use super::colonnes::{Recueil, ouvrir, voulues};
use super::personnes::{Provenance, nom_de, reprendre, textes};
use super::{Demande, Releve};
use crate::mission::TableSource;

/// Facts of the foyers, one value per person; unknown for persons without foyer or whose foyer is not listed.
pub(super) fn rattacher(
    table: &TableSource,
    demande: &Demande<'_>,
    foyers_des_personnes: Option<&StringArray>,
    personnes: usize,
    releve: &mut Releve,
    suivi: &mut dyn FnMut(u64),
) -> Result<BTreeMap<String, ArrayRef>, ErreurTable> {
    let mut prises = voulues(table, demande, releve);
    let lecteurs = ouvrir(&table.fichiers, &[&table.cle], &mut prises, releve)?;
    let mut recueil = Recueil::nouveau(prises);
    let mut morceaux: Vec<StringArray> = Vec::new();
    let mut provenance = Provenance::new();
    for lecteur in lecteurs {
        let fichier: Arc<Path> = lecteur.fichier().into();
        let mut lues = 0;
        for lot in lecteur.lots()? {
            let lot = lot?;
            let colonne = lot.colonne(&table.cle)?;
            let cles = colonne.sans_marques()?.code(None)?;
            if let Some(i) = (0..cles.len()).find(|i| cles.is_null(*i)) {
                return Err(ErreurTable::Manquante { lieu: colonne.lieu(i) });
            }
            morceaux.push(cles);
            recueil.ajouter(&lot)?;
            lues += lot.lignes() as u64;
            suivi(lot.lignes() as u64);
        }
        provenance.push((fichier, lues));
    }
    let cles = textes(&morceaux, nom_de(table))?;
    drop(morceaux);
    let lignes = lignes_des_personnes(&cles, &provenance, table, foyers_des_personnes, personnes, releve)?;
    reprendre(recueil, &lignes, nom_de(table))
}

/// For each person, the row of its foyer. Keys stay where Arrow holds them; the index only points to them.
fn lignes_des_personnes(
    cles: &StringArray,
    provenance: &Provenance,
    table: &TableSource,
    foyers_des_personnes: Option<&StringArray>,
    personnes: usize,
    releve: &mut Releve,
) -> Result<UInt32Array, ErreurTable> {
    let mut index: HashMap<&str, u32> = HashMap::with_capacity(cles.len());
    index.extend(cles.iter().flatten().zip(0_u32..));
    if index.len() < cles.len() {
        let cles: Vec<&str> = cles.iter().flatten().collect();
        verifie_unicite(provenance, &table.cle, &cles)?;
    }
    let Some(foyers) = foyers_des_personnes else {
        return Ok(UInt32Array::new_null(personnes));
    };
    Ok(foyers
        .iter()
        .map(|foyer| {
            let foyer = foyer?;
            let ligne = index.get(foyer).copied();
            releve.foyers_introuvables += u64::from(ligne.is_none());
            ligne
        })
        .collect())
}

//! A snapshot's file, read again.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use recours_engine::state::{Entry, Key, Snapshot, State};
use recours_tables::{ErreurTable, Lot, lire_table};

use super::table::COLONNES;
use crate::erreur::ErreurCommande;

/// A snapshot from the Parquet or CSV file that `recours evaluate --etat` wrote.
///
/// # Errors
/// E-ETAT-003 for a word that is no state, a row that stands twice, days that differ; E-TABLE for a file that has not these
/// columns. File, column and row, never a value.
pub fn lire(fichier: &Path) -> Result<Snapshot, ErreurCommande> {
    let mut etats: Option<Snapshot> = None;
    for lot in lire_table(fichier)?.projeter(&COLONNES)?.lots()? {
        let lot = lot?;
        let [foyer, personne, droit, label, etat, le, limite, faits, organismes, regle] = COLONNES;
        let texte = |nom: &str| -> Result<Vec<Option<String>>, ErreurTable> {
            let c = lot.colonne(nom)?.texte()?;
            Ok((0..c.len()).map(|i| c.is_valid(i).then(|| c.value(i).trim().to_owned()).filter(|t| !t.is_empty())).collect())
        };
        let (foyers, personnes, droits) = (texte(foyer)?, texte(personne)?, texte(droit)?);
        let (labels, mots, regles) = (texte(label)?, texte(etat)?, texte(regle)?);
        let (jours, limites) = (lot.colonne(le)?.date()?, lot.colonne(limite)?.date()?);
        let (faits, organismes) = (listes(&lot, faits)?, listes(&lot, organismes)?);
        let un = |v: &[Option<String>], i: usize| v.get(i).cloned().flatten();
        for (i, jour) in jours.iter().enumerate() {
            let ligne = lot.premiere_ligne() + i as u64;
            let manque = |colonne: &str| refus(fichier, colonne, ligne, "vide");
            let jour = i64::from(jour.ok_or_else(|| manque(le))?);
            let etats = etats.get_or_insert(Snapshot { as_of: jour, entries: BTreeMap::new() });
            if etats.as_of != jour {
                return Err(refus(fichier, le, ligne, "un autre jour que les lignes d'avant"));
            }
            let key = Key {
                household: un(&foyers, i).ok_or_else(|| manque(foyer))?,
                person: un(&personnes, i),
                right: un(&droits, i).ok_or_else(|| manque(droit))?,
            };
            let mot = un(&mots, i).ok_or_else(|| manque(etat))?;
            let entry = Entry {
                label: un(&labels, i).unwrap_or_default(),
                state: State::of_word(&mot).ok_or_else(|| refus(fichier, etat, ligne, "ce n'est pas un état de droit"))?,
                until: limites.get(i).copied().flatten().map(i64::from),
                facts: faits.get(i).cloned().unwrap_or_default(),
                bodies: organismes.get(i).cloned().unwrap_or_default(),
                rule: un(&regles, i).unwrap_or_default(),
            };
            if etats.entries.insert(key, entry).is_some() {
                return Err(refus(fichier, droit, ligne, "le même droit de la même unité deux fois"));
            }
        }
    }
    etats.ok_or_else(|| {
        ErreurCommande::refus("E-ETAT-003", format!("{} : aucun état.", fichier.display()))
            .avec_conseil("Donnez un fichier écrit par « recours evaluate … --etat », où un foyer au moins a donné son accord.")
    })
}

/// Lists of a Parquet file, or words apart by spaces in a CSV.
fn listes(lot: &Lot, nom: &str) -> Result<Vec<Vec<String>>, ErreurTable> {
    let colonne = lot.colonne(nom)?;
    let tableau = colonne.tableau();
    if let DataType::List(_) = tableau.data_type() {
        let l = tableau.as_list::<i32>();
        let une = |i: usize| {
            let dedans = l.value(i);
            dedans.as_string_opt::<i32>().map(|t| t.iter().flatten().map(str::to_owned).collect()).unwrap_or_default()
        };
        return Ok((0..l.len()).map(une).collect());
    }
    let textes = colonne.texte()?;
    let mots = |t: &str| t.split_whitespace().map(str::to_owned).collect();
    Ok(textes.iter().map(|t| t.map(mots).unwrap_or_default()).collect())
}

fn refus(fichier: &Path, colonne: &str, ligne: u64, quoi: &str) -> ErreurCommande {
    ErreurCommande::refus("E-ETAT-003", format!("{}, ligne {ligne}, colonne « {colonne} » : {quoi}.", fichier.display()))
        .avec_conseil("Attendu : un fichier écrit par « recours evaluate … --etat » (Parquet ou CSV), tel quel.")
}

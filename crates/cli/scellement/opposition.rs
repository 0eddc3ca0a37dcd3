//! People who object: none of their facts leave; their tokens do, marked, so that they are left out at every body.
//!
//! The marked rows have row ids of their own ([`CleCanaris::pseudonyme`]), are of the shape of any other, and are
//! completed to a multiple of [`BLOC`] by rows of nobody, so that the linkage unit does not learn how many object.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use arrow::array::{Array, StringArray};
use recours_engine::outreach::Jour;
use recours_seal::ErreurSceau;
use recours_seal::canaris::CleCanaris;
use recours_seal::hasard::{Identifiants, melanger};
use recours_tables::lire_table;

use crate::erreur::ErreurCommande;
use crate::mission::ChampIdentite;
use crate::mission::extrait::Extrait;
use crate::opposition::{self, Refus};

/// Marked rows of a delivery are a multiple of this number, one block at least.
pub(crate) const BLOC: usize = 20;

/// Row ids of the people who object on `jour`; `None` when the body has no register here.
///
/// # Errors
/// Those of [`Refus::lire`], and of reading.
pub(super) fn lire(registre: &Path, jour: Jour) -> Result<Option<HashSet<[u8; 16]>>, ErreurCommande> {
    if !registre.exists() {
        return Ok(None);
    }
    let mut opposees = HashSet::new();
    let table = lire_table(registre)?;
    let mut colonnes = opposition::colonnes(&table);
    colonnes.push("row_id");
    for lot in table.projeter(&colonnes)?.lots()? {
        let lot = lot?;
        let colonne = lot.colonne("row_id")?;
        let row_ids = colonne.obligatoire(colonne.octets16()?)?;
        let refus = Refus::lire(&lot)?;
        opposees.extend(row_ids.into_iter().enumerate().filter(|(i, _)| refus.opposee(*i, jour)).map(|(_, id)| id));
    }
    Ok(Some(opposees))
}

/// Adds to the identities of an extract those of people who object and are no longer in it, from the register's columns of
/// the same names: leaving a body does not take back what was said to it. Nothing else of them is known, or leaves.
///
/// # Errors
/// Those of reading.
pub(super) fn completer(registre: &Path, opposees: Option<&HashSet<[u8; 16]>>, extrait: &mut Extrait) -> Result<(), ErreurCommande> {
    let connues: HashSet<&[u8; 16]> = extrait.row_ids.iter().collect();
    let mut absentes: HashSet<[u8; 16]> = opposees.into_iter().flatten().filter(|id| !connues.contains(id)).copied().collect();
    if absentes.is_empty() {
        return Ok(());
    }
    let table = lire_table(registre)?;
    let champs: Vec<ChampIdentite> =
        extrait.identites.keys().copied().filter(|c| dit_une_identite(*c) && table.contient(c.nom())).collect();
    let noms: Vec<&str> = champs.iter().map(|c| c.nom()).chain(["row_id"]).collect();
    let mut trouvees: BTreeMap<ChampIdentite, Vec<Option<String>>> = extrait.identites.keys().map(|c| (*c, Vec::new())).collect();
    for lot in table.projeter(&noms)?.lots()? {
        let lot = lot?;
        let colonne = lot.colonne("row_id")?;
        let siennes: Vec<(usize, [u8; 16])> =
            colonne.obligatoire(colonne.octets16()?)?.into_iter().enumerate().filter(|(_, id)| absentes.remove(id)).collect();
        if siennes.is_empty() {
            continue;
        }
        for (champ, valeurs) in &mut trouvees {
            if !champs.contains(champ) {
                valeurs.extend(siennes.iter().map(|_| None));
            } else if *champ == ChampIdentite::DateNaissance {
                // Half a date is worth something to who objects too.
                let dates = lot.colonne(champ.nom())?.naissance()?;
                valeurs.extend(siennes.iter().map(|(i, _)| dates.is_valid(*i).then(|| dates.value(*i).to_owned())));
            } else {
                let textes = lot.colonne(champ.nom())?.sans_marques()?.texte()?;
                valeurs.extend(siennes.iter().map(|(i, _)| textes.is_valid(*i).then(|| textes.value(*i).to_owned())));
            }
        }
        extrait.row_ids.extend(siennes.into_iter().map(|(_, id)| id));
    }
    for (champ, colonne) in &mut extrait.identites {
        let ajoutees = trouvees.remove(champ).unwrap_or_default();
        *colonne = colonne.iter().map(|t| t.map(str::to_owned)).chain(ajoutees).collect();
    }
    Ok(())
}

/// Whether a register says this as an extract does: its flags have other names and types.
fn dit_une_identite(champ: ChampIdentite) -> bool {
    !matches!(champ, ChampIdentite::Deces | ChampIdentite::NirCertifie | ChampIdentite::NirPropre)
}

/// Rows to deliver and rows of people who object, in the extract's order. An extract holds fewer than 2³² rows (its
/// unicity check refuses more).
pub(super) fn partager(row_ids: &[[u8; 16]], opposees: Option<&HashSet<[u8; 16]>>) -> (Vec<u32>, Vec<u32>) {
    (0_u32..row_ids.len() as u32).partition(|i| opposees.is_none_or(|o| row_ids.get(*i as usize).is_none_or(|id| !o.contains(id))))
}

/// The household of somebody who objects is no longer described: without them it would pass for whole.
pub(super) fn taire(foyers: Option<StringArray>, opposees: &[u32]) -> Option<StringArray> {
    let foyers = foyers?;
    let cle = |i: usize| (i < foyers.len() && foyers.is_valid(i)).then(|| foyers.value(i));
    let tus: HashSet<&str> = opposees.iter().filter_map(|i| cle(*i as usize)).collect();
    Some((0..foyers.len()).map(|i| cle(i).filter(|k| !tus.contains(k))).collect())
}

/// Row ids under which people who object go out.
pub(crate) fn pseudonymes(canaris: &CleCanaris, row_ids: &[[u8; 16]], opposees: &[u32]) -> Vec<[u8; 16]> {
    opposees.iter().filter_map(|i| row_ids.get(*i as usize)).map(|id| canaris.pseudonyme(id)).collect()
}

/// Ranks among `modeles` of the rows whose shape the rows of nobody take, as many as complete the block. None where
/// nobody is delivered.
pub(crate) fn remplissage(modeles: &[u32], opposees: usize) -> Result<Vec<u32>, ErreurSceau> {
    let mut tires = modeles.to_vec();
    melanger(&mut tires)?;
    let manque = opposees.max(1).next_multiple_of(BLOC) - opposees;
    Ok(tires.iter().copied().cycle().take(if tires.is_empty() { 0 } else { manque }).collect())
}

/// Puts random bytes in the place of tokens, and keeps which of them are there.
pub(crate) struct Brouillage(Identifiants);

impl Brouillage {
    pub(crate) fn nouveau() -> Self {
        Self(Identifiants::nouveaux())
    }

    /// A row id of nobody.
    pub(crate) fn row_id(&mut self) -> Result<[u8; 16], ErreurSceau> {
        self.0.suivant()
    }

    /// A token, when there is one.
    pub(crate) fn jeton(&mut self, jeton: &mut Option<[u8; 16]>) -> Result<(), ErreurSceau> {
        if let Some(jeton) = jeton {
            *jeton = self.0.suivant()?;
        }
        Ok(())
    }

    /// A label, when it says something; it goes on saying something.
    pub(crate) fn etiquette(&mut self, etiquette: &mut u32) -> Result<(), ErreurSceau> {
        if *etiquette != 0 {
            let tiree = self.0.suivant()?.first_chunk().copied().map_or(1, u32::from_le_bytes);
            *etiquette = tiree.max(1);
        }
        Ok(())
    }

    /// A token of a wider pass: sixteen bytes, then its label when the pass has one.
    pub(crate) fn morceau(&mut self, morceau: &mut [u8]) -> Result<(), ErreurSceau> {
        let tire = self.0.suivant()?;
        let (jeton, etiquette) = morceau.split_at_mut(morceau.len().min(16));
        for (place, octet) in jeton.iter_mut().zip(tire) {
            *place = octet;
        }
        if let Some(place) = etiquette.first_chunk_mut::<4>() {
            let mut dite = u32::from_le_bytes(*place);
            self.etiquette(&mut dite)?;
            *place = dite.to_le_bytes();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn le_foyer_de_qui_s_oppose_n_est_plus_decrit() {
        let foyers = StringArray::from(vec![Some("D1"), Some("D1"), None, Some("D2"), Some("D1")]);
        let tus = taire(Some(foyers), &[1, 2]).unwrap();
        assert_eq!(tus.iter().collect::<Vec<_>>(), [None, None, None, Some("D2"), None]);
        assert!(taire(None, &[1]).is_none());
    }

    #[test]
    fn le_remplissage_complete_un_bloc_et_garde_la_forme() {
        assert_eq!(remplissage(&[5, 6], 0).unwrap().len(), BLOC);
        assert_eq!(remplissage(&[5, 6], BLOC).unwrap().len(), 0);
        assert_eq!(remplissage(&[5, 6], BLOC + 1).unwrap().len(), BLOC - 1);
        assert!(remplissage(&[], 3).unwrap().is_empty());
        let mut b = Brouillage::nouveau();
        let (mut absent, mut la, mut muette) = (None, Some([7; 16]), 0);
        b.jeton(&mut absent).unwrap();
        b.jeton(&mut la).unwrap();
        b.etiquette(&mut muette).unwrap();
        assert!(absent.is_none() && la.is_some_and(|j| j != [7; 16]) && muette == 0);
        let mut large = [7; 20];
        b.morceau(&mut large).unwrap();
        assert!(large[..16] != [7; 16] && large[16..] != [0; 4]);
    }
}

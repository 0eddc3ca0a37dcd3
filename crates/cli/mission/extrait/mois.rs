//! Long monthly tables (one line per person, month and nature) laid wide: one column per month of a series.
//!
//! Lines of the same cell add up. A line whose amount is not filled makes its cell unknown. Silence is zero
//! only where the body declares the table exhaustive, and never for a month that the table does not hold at
//! all: a month not yet received is not a month without income.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Float64Array};
use recours_tables::{ErreurTable, Lot};

use super::colonnes::{euros, ouvrir};
use super::index::IndexPersonnes;
use super::personnes::cles;
use super::{Demande, Releve};
use crate::mission::serie::MOIS;
use crate::mission::{ColonnesMois, TableSource, colonne_de_serie};

/// A cell without any line, and a cell made unknown by a line without amount. No amount is near them.
const SANS_LIGNE: i64 = i64::MIN;
const INCONNUE: i64 = i64::MIN + 1;

/// One wanted month of one series.
struct Cible {
    nom: String,
    mois: u8,
    centimes: Vec<i64>,
}

struct Pivot {
    /// For each nature code, the position in `cibles` of each month, when wanted.
    natures: HashMap<String, [Option<usize>; MOIS as usize]>,
    cibles: Vec<Cible>,
    /// Months for which the table has at least one line.
    mois_vus: [bool; MOIS as usize],
    /// The month of `m00`.
    mois_m: i32,
}

/// The wanted months of the table's series, one value per person of the index.
pub(super) fn pivoter(
    table: &TableSource,
    demande: &Demande<'_>,
    index: &IndexPersonnes,
    mois_m: i32,
    releve: &mut Releve,
    suivi: &mut dyn FnMut(u64),
) -> Result<BTreeMap<String, ArrayRef>, ErreurTable> {
    let Some(noms) = &table.mois else { return Ok(BTreeMap::new()) };
    let mut pivot = Pivot::nouveau(table, demande, index.taille(), mois_m, releve);
    if pivot.cibles.is_empty() {
        return Ok(BTreeMap::new());
    }
    let colonnes = [table.cle.as_str(), &noms.mois, &noms.nature, &noms.montant];
    for lecteur in ouvrir(&table.fichiers, &colonnes, &mut Vec::new(), releve)? {
        for lot in lecteur.lots()? {
            let lot = lot?;
            pivot.ajouter(&lot, noms, table, index, releve)?;
            suivi(lot.lignes() as u64);
        }
    }
    Ok(pivot.colonnes(table.exhaustif, releve))
}

impl Pivot {
    fn nouveau(table: &TableSource, demande: &Demande<'_>, personnes: usize, mois_m: i32, releve: &mut Releve) -> Self {
        let mut natures = HashMap::new();
        let mut cibles = Vec::new();
        for serie in &table.natures {
            let mut positions = [None; MOIS as usize];
            for (k, position) in (0..MOIS).zip(&mut positions) {
                let nom = colonne_de_serie(&serie.serie, k);
                if demande.voulues.contains(&nom) {
                    *position = Some(cibles.len());
                    cibles.push(Cible { nom, mois: k, centimes: vec![SANS_LIGNE; personnes] });
                } else {
                    releve.abandonnees.push(nom);
                }
            }
            for nature in &serie.natures {
                natures.insert(nature.clone(), positions);
            }
        }
        Self { natures, cibles, mois_vus: [false; MOIS as usize], mois_m }
    }

    fn ajouter(
        &mut self,
        lot: &Lot,
        noms: &ColonnesMois,
        table: &TableSource,
        index: &IndexPersonnes,
        releve: &mut Releve,
    ) -> Result<(), ErreurTable> {
        let row_ids = cles(lot, table)?;
        let colonne_mois = lot.colonne(&noms.mois)?;
        let mois = colonne_mois.obligatoire(colonne_mois.mois()?)?;
        let colonne_nature = lot.colonne(&noms.nature)?;
        let natures = colonne_nature.code(None)?;
        let colonne_montant = lot.colonne(&noms.montant)?;
        let montants = colonne_montant.montant_centimes()?;
        // Long tables come sorted by person as a rule: most lines are of the same person as the one before.
        let mut precedente: Option<([u8; 16], Option<u32>)> = None;
        for (i, (row_id, montant)) in row_ids.into_iter().zip(montants).enumerate() {
            let k = mois.get(i).and_then(|m| u8::try_from(self.mois_m - m).ok()).filter(|k| *k < MOIS);
            if let Some(vu) = k.and_then(|k| self.mois_vus.get_mut(usize::from(k))) {
                *vu = true;
            }
            if natures.is_null(i) {
                return Err(ErreurTable::Manquante { lieu: colonne_nature.lieu(i) });
            }
            let position = k.and_then(|k| *self.natures.get(natures.value(i))?.get(usize::from(k))?);
            let Some(cible) = position.and_then(|p| self.cibles.get_mut(p)) else {
                releve.lignes_hors_champ += 1;
                continue;
            };
            let ligne = match precedente {
                Some((connu, ligne)) if connu == row_id => ligne,
                _ => index.ligne(&row_id),
            };
            precedente = Some((row_id, ligne));
            let Some(cellule) = ligne.and_then(|l| cible.centimes.get_mut(l as usize)) else {
                releve.lignes_orphelines += 1;
                continue;
            };
            *cellule = match (*cellule, montant) {
                (INCONNUE, _) | (_, None) => INCONNUE,
                (SANS_LIGNE, Some(montant)) => montant,
                // Both are within ten billion euros; only millions of lines of one cell could overflow.
                (somme, Some(montant)) => {
                    somme.checked_add(montant).ok_or_else(|| ErreurTable::HorsBornes { lieu: colonne_montant.lieu(i) })?
                }
            };
        }
        Ok(())
    }

    /// Cells to columns; each month's cells are freed as its column is made.
    fn colonnes(self, exhaustif: bool, releve: &mut Releve) -> BTreeMap<String, ArrayRef> {
        let Self { cibles, mois_vus, .. } = self;
        let mut sortie = BTreeMap::new();
        for Cible { nom, mois, centimes } in cibles {
            let vu = mois_vus.get(usize::from(mois)).copied().unwrap_or(false);
            if exhaustif && !vu {
                let mois = format!("m{mois:02}");
                if !releve.mois_sans_ligne.contains(&mois) {
                    releve.mois_sans_ligne.push(mois);
                }
            }
            let silence = (exhaustif && vu).then_some(0.0);
            let colonne: Float64Array = centimes
                .into_iter()
                .map(|c| match c {
                    INCONNUE => None,
                    SANS_LIGNE => silence,
                    c => Some(euros(c)),
                })
                .collect();
            sortie.insert(nom, Arc::new(colonne) as ArrayRef);
        }
        sortie
    }
}

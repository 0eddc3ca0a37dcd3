//! Persons joined to foyers, and the foyers cut into parts that are evaluated one after the other.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use arrow::array::{RecordBatch, UInt32Array};
use arrow::compute::take_record_batch;
use recours_engine::foyers::{self, Foyers};
use recours_engine::plan::Program;
use recours_engine::source::SourceError;
use recours_rules::pack::Pack;
use recours_rules::types::Entity;
use recours_tables::ErreurTable;

use super::entree::{Cles, FOYER, PERSONNE, Table};
use crate::erreur::ErreurCommande;

/// The two tables, joined.
pub(crate) struct Jointure {
    personnes: Table,
    foyers: Table,
    /// Where each foyer's persons begin in `ordre`; one more entry than foyers.
    debuts: Vec<usize>,
    /// Rows of persons, foyer by foyer.
    ordre: Vec<u32>,
}

impl Jointure {
    /// Joins by `household_id`.
    ///
    /// # Errors
    /// A key that stands twice, a person whose foyer is not there, a foyer without person: file and row.
    pub(crate) fn faire(mut personnes: Table, mut foyers: Table) -> Result<Self, ErreurCommande> {
        // One tool writes numbers where the other writes text: compared as text then.
        let en_texte = Cles::entieres(&personnes, FOYER) != Cles::entieres(&foyers, FOYER);
        if en_texte {
            cle_en_texte(&mut personnes)?;
            cle_en_texte(&mut foyers)?;
        }
        sans_doublon(&personnes, PERSONNE)?;
        sans_doublon(&foyers, FOYER)?;
        let cles = Cles::de(&foyers, FOYER, en_texte);
        let index: HashMap<_, usize> = (0..cles.len()).map(|i| (cles.get(i), i)).collect();
        let liens = Cles::de(&personnes, FOYER, en_texte);
        let mut foyer_de = Vec::with_capacity(liens.len());
        let mut debuts = vec![0; cles.len() + 1];
        for i in 0..liens.len() {
            let Some(f) = index.get(&liens.get(i)) else {
                return Err(orphelin(&personnes, i, &format!("cette personne n'a pas de foyer dans {}", foyers.fichier.display())));
            };
            foyer_de.push(*f);
            if let Some(d) = debuts.get_mut(f + 1) {
                *d += 1;
            }
        }
        if let Some(f) = debuts.iter().skip(1).position(|n| *n == 0) {
            return Err(orphelin(&foyers, f, &format!("ce foyer n'a personne dans {}", personnes.fichier.display())));
        }
        let mut total = 0;
        for d in &mut debuts {
            total += *d;
            *d = total;
        }
        let mut suivant = debuts.clone();
        let mut ordre = vec![0_u32; foyer_de.len()];
        for (ligne, f) in foyer_de.iter().enumerate() {
            if let Some(place) = suivant.get_mut(*f) {
                if let Some(case) = ordre.get_mut(*place) {
                    *case = u32::try_from(ligne).unwrap_or(u32::MAX);
                }
                *place += 1;
            }
        }
        drop(index);
        Ok(Self { personnes, foyers, debuts, ordre })
    }

    /// Number of foyers.
    pub(crate) fn foyers(&self) -> usize {
        self.debuts.len().saturating_sub(1)
    }

    /// Number of persons.
    pub(crate) fn personnes(&self) -> usize {
        self.ordre.len()
    }

    /// The row of the foyer with this key as text.
    pub(crate) fn trouver(&self, cle: &str) -> Option<usize> {
        let cles = Cles::de(&self.foyers, FOYER, true);
        (0..cles.len()).find(|i| cles.get(*i) == super::entree::Cle::Texte(cle))
    }

    /// Keys of some foyers, as texts.
    pub(super) fn cles(&self, foyers: &HashSet<usize>) -> HashSet<String> {
        let cles = Cles::de(&self.foyers, FOYER, true);
        let texte = |f: &usize| if let super::entree::Cle::Texte(t) = cles.get(*f) { t.to_owned() } else { String::new() };
        foyers.iter().filter(|f| **f < cles.len()).map(texte).collect()
    }

    /// Facts of some foyers, in the order of their table.
    ///
    /// # Errors
    /// The first value that the vocabulary does not allow, at its row in the file.
    pub(crate) fn partie(&self, pack: &Pack, program: &Program, foyers: Range<usize>) -> Result<Foyers, ErreurCommande> {
        let debut = |f: usize| self.debuts.get(f).copied().unwrap_or(self.ordre.len());
        let rangs = self.ordre.get(debut(foyers.start)..debut(foyers.end)).unwrap_or_default();
        let menages = self.foyers.lot.slice(foyers.start, foyers.len());
        let gens = choisir(&self.personnes.lot, rangs).map_err(|_| ErreurTable::TropGrand { fichier: self.personnes.fichier.clone() })?;
        foyers::read(pack, program, &gens, &menages).map_err(|e| self.refus(pack, &e, foyers.start, rangs))
    }

    /// The engine's refusal, with the file and the row in it.
    fn refus(&self, pack: &Pack, erreur: &SourceError, premier: usize, rangs: &[u32]) -> ErreurCommande {
        let colonne = match erreur {
            SourceError::Value { column, .. }
            | SourceError::Type { column, .. }
            | SourceError::Missing { column, .. }
            | SourceError::Duplicate { column, .. }
            | SourceError::Orphan { column, .. } => column.as_str(),
        };
        let du_foyer = colonne == FOYER
            || pack
                .vocabulary
                .column(colonne)
                .and_then(|(v, _)| pack.vocabulary.variables.get(v))
                .is_some_and(|v| v.entity == Entity::Foyer);
        let fichier = if du_foyer { &self.foyers.fichier } else { &self.personnes.fichier };
        let ligne = |r: usize| match du_foyer {
            true => premier + r,
            false => r.checked_sub(1).and_then(|r| rangs.get(r)).map_or(r, |l| *l as usize + 1),
        };
        let (code, ou, quoi) = match erreur {
            SourceError::Value { row, expected, .. } => ("E-DONNEES-001", format!(", ligne {}", ligne(*row)), expected.clone()),
            SourceError::Type { found, expected, .. } => ("E-DONNEES-002", String::new(), format!("type {found} reçu, {expected}")),
            SourceError::Missing { help, .. } => ("E-DONNEES-003", String::new(), format!("absente ; {help}")),
            SourceError::Duplicate { first, second, .. } => {
                ("E-DONNEES-004", String::new(), format!("la même clé aux lignes {} et {}", ligne(*first), ligne(*second)))
            }
            SourceError::Orphan { row, expected, .. } => ("E-DONNEES-005", format!(", ligne {}", ligne(*row)), expected.clone()),
        };
        ErreurCommande::refus(code, format!("{}, colonne « {colonne} »{ou} : {quoi}.", fichier.display()))
            .avec_conseil("Corrigez cette cellule, ou laissez-la vide si l'information manque.")
    }
}

/// Rows of a table; a slice when they follow each other, as in files sorted by foyer.
fn choisir(lot: &RecordBatch, rangs: &[u32]) -> Result<RecordBatch, arrow::error::ArrowError> {
    match rangs.first() {
        Some(premier) if rangs.windows(2).all(|w| matches!(w, [a, b] if *b == a + 1)) => Ok(lot.slice(*premier as usize, rangs.len())),
        _ => take_record_batch(lot, &UInt32Array::from(rangs.to_vec())),
    }
}

fn cle_en_texte(table: &mut Table) -> Result<(), ErreurTable> {
    use arrow::datatypes::{DataType, Field, Schema};
    let faute = |_| ErreurTable::Schema { fichier: table.fichier.clone() };
    let schema = table.lot.schema();
    let Some((position, champ)) = schema.column_with_name(FOYER) else { return Ok(()) };
    let mut champs: Vec<Field> = schema.fields().iter().map(|c| c.as_ref().clone()).collect();
    let mut colonnes = table.lot.columns().to_vec();
    if let (Some(c), Some(f)) = (colonnes.get_mut(position), champs.get_mut(position)) {
        *c = arrow::compute::cast(c, &DataType::Utf8).map_err(faute)?;
        *f = Field::new(champ.name(), DataType::Utf8, true);
    }
    table.lot = RecordBatch::try_new(std::sync::Arc::new(Schema::new(champs)), colonnes).map_err(faute)?;
    Ok(())
}

fn sans_doublon(table: &Table, colonne: &str) -> Result<(), ErreurTable> {
    let cles = Cles::de(table, colonne, false);
    let mut vues = HashMap::with_capacity(cles.len());
    for i in 0..cles.len() {
        if let Some(premiere) = vues.insert(cles.get(i), i) {
            return Err(ErreurTable::Doublon {
                fichier: table.fichier.clone(),
                colonne: colonne.into(),
                ligne: i as u64 + 1,
                premier_fichier: table.fichier.clone(),
                premiere_ligne: premiere as u64 + 1,
            });
        }
    }
    Ok(())
}

fn orphelin(table: &Table, ligne: usize, quoi: &str) -> ErreurCommande {
    ErreurCommande::refus("E-DONNEES-005", format!("{}, colonne « {FOYER} », ligne {} : {quoi}.", table.fichier.display(), ligne + 1))
        .avec_conseil("Chaque personne a son foyer et chaque foyer au moins une personne : refaites les deux extractions ensemble.")
}

//! A body's extract through its mapping: its tables joined, its codes translated, its months laid wide.
//!
//! Everything is column by column: one array per column, one index from row ids to rows, no object per
//! person. Only the columns that are wanted are read at all; what the mapping offers beyond is reported.

mod colonnes;
mod foyers;
mod index;
mod mois;
mod personnes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::{Field, Schema};
use recours_tables::ErreurTable;
use recours_tables::unicite::verifie_unicite;

use super::{ChampIdentite, Forme, Mission, Organisme, Vocabulaire};
use crate::erreur::ErreurCommande;
use index::IndexPersonnes;
use personnes::Base;

/// What to take from an extract.
#[derive(Debug, Clone, Copy)]
pub struct Demande<'d> {
    /// All that the mapping may name.
    pub vocabulaire: &'d Vocabulaire,
    /// The columns wanted: variables, and `serie_mKK` for months of series.
    pub voulues: &'d BTreeSet<String>,
}

/// A body's extract: one row per person of its identity table, in the files' order.
#[derive(Clone)]
pub struct Extrait {
    /// The body.
    pub organisme: String,
    /// Row id of each row, all different.
    pub row_ids: Vec<[u8; 16]>,
    /// Identity columns as text (birth dates in ISO, partial ones as they stand); nulls unknown.
    pub identites: BTreeMap<ChampIdentite, StringArray>,
    /// Local key of the foyer (the body's own number: it must not leave), when the mapping gives one.
    pub foyers: Option<StringArray>,
    /// `demandeur`, `conjoint` or `enfant`, when the mapping gives roles.
    pub roles: Option<StringArray>,
    /// The wanted columns that this body brings, sorted by name: amounts, numbers float64; booleans; days
    /// date32 (ISO text with `''` for « none » where absence can be known); codes text.
    pub colonnes: RecordBatch,
    /// What was left aside and what was not found.
    pub releve: Releve,
}

// A derived Debug would print people.
impl std::fmt::Debug for Extrait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Extrait")
            .field("organisme", &self.organisme)
            .field("lignes", &self.row_ids.len())
            .field("releve", &self.releve)
            .finish_non_exhaustive()
    }
}

impl Extrait {
    /// Number of persons.
    pub fn lignes(&self) -> usize {
        self.row_ids.len()
    }

    /// Identity column, when the mapping gives it.
    pub fn identite(&self, champ: ChampIdentite) -> Option<&StringArray> {
        self.identites.get(&champ)
    }
}

/// Counts and names, never values: what the body should look at before sealing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Releve {
    /// Columns that the mapping offers and no rule needs, sorted: they were not read.
    pub abandonnees: Vec<String>,
    /// Months of a wide series (`serie_mKK`) whose column is not in the file: unknown.
    pub mois_absents: Vec<String>,
    /// Months (`mKK`) for which an exhaustive long table has no line at all for anybody: unknown, not zero.
    pub mois_sans_ligne: Vec<String>,
    /// Persons whose foyer key is in no `foyers` table: its facts are unknown for them.
    pub foyers_introuvables: u64,
    /// Rows of secondary tables whose row id is not in the identity table: not used.
    pub lignes_orphelines: u64,
    /// Lines of long tables outside the months or natures wanted: not used.
    pub lignes_hors_champ: u64,
}

/// Loads the extract of body `id` of a mission. `suivi` is told of rows as they are read.
///
/// # Errors
/// E-MISSION-016 and following when the mapping names what the vocabulary has not, E-MISSION-020 for an
/// unknown body, and the E-TABLE codes of its files: duplicate row id (-016) with both row numbers, missing
/// column (-007), and cells that cannot be read, by file, column and row.
pub fn charger(mission: &Mission, id: &str, demande: &Demande<'_>, suivi: &mut dyn FnMut(u64)) -> Result<Extrait, ErreurCommande> {
    charger_organisme(mission, mission.organisme(id)?, demande, suivi)
}

/// As [`charger`], for a body whose files were replaced ([`Organisme::remplacer_fichiers`]).
///
/// # Errors
/// The same.
pub fn charger_organisme(
    mission: &Mission,
    organisme: &Organisme,
    demande: &Demande<'_>,
    suivi: &mut dyn FnMut(u64),
) -> Result<Extrait, ErreurCommande> {
    mission.verifier_vocabulaire(demande.vocabulaire)?;
    let Some(table_base) = organisme.tables.iter().find(|t| !t.identite.is_empty()) else {
        return Err(ErreurCommande::refus(
            "E-MISSION-024",
            format!("{} : l'organisme « {} » n'apporte pas d'extrait.", mission.fichier.display(), organisme.id),
        )
        .avec_conseil("Décrivez sa table « personnes », ou ne scellez que les organismes qui apportent."));
    };
    let mut releve = Releve::default();
    let Base { row_ids, provenance, identites, foyers, roles, mut apports } =
        personnes::lire_base(table_base, demande, &mut releve, suivi)?;
    verifie_unicite(&provenance, &table_base.cle, &row_ids)?;
    let index = IndexPersonnes::nouveau(&row_ids);

    for table in organisme.tables.iter().filter(|t| t.identite.is_empty()) {
        let rattachees = match table.forme {
            Forme::Personnes => personnes::rattacher(table, demande, &index, &mut releve, suivi)?,
            Forme::Foyers => foyers::rattacher(table, demande, foyers.as_ref(), row_ids.len(), &mut releve, suivi)?,
            Forme::Mois => mois::pivoter(table, demande, &index, mission.mois_m(), &mut releve, suivi)?,
        };
        apports.extend(rattachees);
    }
    releve.abandonnees.sort();
    releve.mois_absents.sort();
    releve.mois_sans_ligne.sort();
    Ok(Extrait {
        organisme: organisme.id.clone(),
        colonnes: assembler(apports, row_ids.len(), &mission.fichier)?,
        row_ids,
        identites,
        foyers,
        roles,
        releve,
    })
}

/// Columns by name; the mission's checks have made names unique.
fn assembler(apports: BTreeMap<String, ArrayRef>, lignes: usize, fichier: &Path) -> Result<RecordBatch, ErreurTable> {
    let champs: Vec<Field> = apports.iter().map(|(nom, tableau)| Field::new(nom, tableau.data_type().clone(), true)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(lignes));
    let tableaux = apports.into_values().collect();
    RecordBatch::try_new_with_options(Arc::new(Schema::new(champs)), tableaux, &options)
        .map_err(|_| ErreurTable::Schema { fichier: fichier.to_path_buf() })
}

#[cfg(test)]
mod tests;

#[cfg(all(test, feature = "complet"))]
mod tests_inventes;

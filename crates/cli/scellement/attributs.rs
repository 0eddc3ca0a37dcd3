//! `attributs.parquet`: the useful columns under row ids, each as coarse as the rules allow, in an order of their own,
//! foyers renamed at random.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, StringArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use rayon::prelude::*;
use recours_engine::grain::{Grain, coarsen, delivered_as};
use recours_engine::source::SourceError;
use recours_rules::Pack;
use recours_rules::vocabulary::Variable;
use recours_seal::hasard::Identifiants;
use recours_tables::{ErreurTable, ParquetEnMemoire};

use super::jetons::seize_octets;
use crate::entete::Entete;
use crate::erreur::ErreurCommande;
use crate::grain::{Forme, GrainDeMission};
use crate::mission::extrait::Extrait;

/// Columns that every delivery has; no vocabulary column may take their names.
pub(super) const STRUCTURE: [&str; 3] = ["row_id", "foyer", "role"];

/// Rows of one task.
const LIGNES_PAR_TACHE: usize = 32_768;

/// Name in errors of the file before it is encrypted.
const NOM: &str = "attributs.parquet";

/// Writes the rows `ordre` of the extract, in that order. Gives the Parquet bytes and the number of foyers.
pub(super) fn livrer(
    extrait: &Extrait,
    ordre: &[u32],
    entete: &Entete,
    grossissement: &Grossissement<'_>,
    suivi: &(dyn Fn(u64) + Sync),
) -> Result<(Vec<u8>, u64), ErreurCommande> {
    let annotations = entete.annotations();
    let annotations: Vec<(&str, &str)> = annotations.iter().map(|(cle, texte)| (*cle, texte.as_str())).collect();
    let schema = schema(extrait, grossissement);
    let foyers = Foyers::renommer(extrait.foyers.as_ref(), ordre)?;
    let mut ecrivain = ParquetEnMemoire::creer(NOM, &schema, &annotations)?;
    for vague in ordre.chunks(LIGNES_PAR_TACHE * 2 * rayon::current_num_threads()) {
        let lots = vague
            .par_chunks(LIGNES_PAR_TACHE)
            .map(|lignes| {
                suivi(lignes.len() as u64);
                lot(&schema, extrait, &foyers, grossissement, lignes)
            })
            .collect::<Result<Vec<_>, ErreurCommande>>()?;
        for lot in lots {
            ecrivain.ecrire(&lot)?;
        }
    }
    Ok((ecrivain.terminer()?, foyers.noms.len() as u64))
}

/// What becomes of each column on its way out.
pub(super) struct Grossissement<'p> {
    pack: &'p Pack,
    grain: &'p GrainDeMission,
}

impl<'p> Grossissement<'p> {
    pub(super) fn nouveau(pack: &'p Pack, grain: &'p GrainDeMission) -> Self {
        Self { pack, grain }
    }

    /// The fact of a column and its grain; `None` when values leave raw.
    fn de(&self, colonne: &str) -> Option<(&Variable, &Grain)> {
        let fait = self.pack.vocabulary.column(colonne).filter(|_| self.grain.forme == Forme::Grossie)?;
        Some((self.pack.vocabulary.variables.get(fait.0)?, self.grain.grains.get(fait)))
    }

    fn champ(&self, champ: &Field) -> Field {
        match self.de(champ.name()) {
            Some((v, grain)) => Field::new(champ.name(), delivered_as(v, grain), true),
            None => champ.clone(),
        }
    }

    /// `lignes` are those of the extract: errors name them, not their place in the delivery.
    fn colonne(&self, nom: &str, valeurs: ArrayRef, lignes: &[u32]) -> Result<ArrayRef, ErreurCommande> {
        let Some((v, grain)) = self.de(nom) else { return Ok(valeurs) };
        coarsen(self.pack, v, nom, &valeurs, grain).map_err(|e| {
            let e = match e {
                SourceError::Value { column, row, expected } => {
                    let row = lignes.get(row.saturating_sub(1)).map_or(row, |l| *l as usize + 1);
                    SourceError::Value { column, row, expected }
                }
                autre => autre,
            };
            ErreurCommande::refus("E-GRAIN-001", format!("{e}.")).avec_conseil("Corrigez cette ligne de l'extrait et scellez de nouveau.")
        })
    }
}

fn schema(extrait: &Extrait, grossissement: &Grossissement<'_>) -> SchemaRef {
    let [row_id, foyer, role] = STRUCTURE;
    let mut champs = vec![
        Field::new(row_id, DataType::FixedSizeBinary(16), false),
        Field::new(foyer, DataType::FixedSizeBinary(16), true),
        Field::new(role, DataType::Utf8, true),
    ];
    champs.extend(extrait.colonnes.schema_ref().fields().iter().map(|c| grossissement.champ(c)));
    Arc::new(Schema::new(champs))
}

fn lot(
    schema: &SchemaRef,
    extrait: &Extrait,
    foyers: &Foyers,
    grossissement: &Grossissement<'_>,
    lignes: &[u32],
) -> Result<RecordBatch, ErreurCommande> {
    let defaut = |_| ErreurTable::Schema { fichier: NOM.into() };
    let positions = UInt32Array::from(lignes.to_vec());
    let mut colonnes: Vec<ArrayRef> = vec![
        seize_octets(lignes.iter().map(|i| extrait.row_ids.get(*i as usize).copied()))?,
        seize_octets(lignes.iter().map(|i| foyers.nom(*i)))?,
        match &extrait.roles {
            Some(roles) => take(roles, &positions, None).map_err(defaut)?,
            None => Arc::new(StringArray::new_null(lignes.len())),
        },
    ];
    for (champ, colonne) in extrait.colonnes.schema_ref().fields().iter().zip(extrait.colonnes.columns()) {
        colonnes.push(grossissement.colonne(champ.name(), take(colonne, &positions, None).map_err(defaut)?, lignes)?);
    }
    Ok(RecordBatch::try_new(Arc::clone(schema), colonnes).map_err(defaut)?)
}

/// Names of foyers drawn at random for this sealing: the body's own numbers stay at home, and two sealings
/// cannot be compared by them.
struct Foyers {
    /// Rank in `noms` of each row of the extract; [`SANS_FOYER`] without one.
    de_la_ligne: Vec<u32>,
    noms: Vec<[u8; 16]>,
}

const SANS_FOYER: u32 = u32::MAX;

impl Foyers {
    fn renommer(cles: Option<&StringArray>, ordre: &[u32]) -> Result<Self, ErreurCommande> {
        let Some(cles) = cles else { return Ok(Self { de_la_ligne: Vec::new(), noms: Vec::new() }) };
        let mut tirage = Identifiants::nouveaux();
        let mut rangs: HashMap<&str, u32> = HashMap::new();
        let mut de_la_ligne = vec![SANS_FOYER; cles.len()];
        let mut noms = Vec::new();
        for ligne in ordre.iter().map(|i| *i as usize).filter(|i| *i < cles.len() && cles.is_valid(*i)) {
            let suivant = noms.len() as u32;
            let rang = *rangs.entry(cles.value(ligne)).or_insert(suivant);
            if rang == suivant {
                noms.push(tirage.suivant()?);
            }
            if let Some(place) = de_la_ligne.get_mut(ligne) {
                *place = rang;
            }
        }
        Ok(Self { de_la_ligne, noms })
    }

    fn nom(&self, ligne: u32) -> Option<[u8; 16]> {
        let rang = *self.de_la_ligne.get(ligne as usize)?;
        self.noms.get(rang as usize).copied()
    }
}

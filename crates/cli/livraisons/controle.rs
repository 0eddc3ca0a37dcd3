//! What the host refuses of a delivery that is of the right mission: a fact that should not have left its body, or
//! told more finely than the rules need. Messages give the column and the number of the row, never what it holds.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Schema};
use recours_engine::grain::refused_rows;
use recours_engine::plan::Program;
use recours_engine::reference::FactId;
use recours_rules::Pack;
use recours_rules::types::Type;
use recours_rules::vocabulary::Crossing;

use crate::colonnes_utiles::{Pour, besoins, peut_apporter};
use crate::erreur::ErreurCommande;
use crate::grain::{Forme, GrainDeMission};
use crate::manifeste;
use crate::mission::{Composition, Mission, Organisme};

/// Columns that every delivery has.
const STRUCTURE: [&str; 3] = ["row_id", "foyer", "role"];

/// What the rules of a mission allow to arrive.
pub(super) struct Controle<'p> {
    pack: &'p Pack,
    besoins: BTreeMap<FactId, BTreeSet<(usize, Pour)>>,
    pub(super) grain: GrainDeMission,
}

impl<'p> Controle<'p> {
    pub(super) fn nouveau(pack: &'p Pack, program: &Program, forme: Forme) -> Self {
        Self { pack, besoins: besoins(pack, program), grain: GrainDeMission::calculer(pack, program, forme) }
    }

    /// Columns, by their names.
    ///
    /// # Errors
    /// E-DETECT-011 for a class of facts that may not cross, -005 for a column that no rule needs, -012 for one that
    /// others hold; E-MANIFESTE-006 for one that no line of the manifest permits.
    pub(super) fn colonnes(&self, mission: &Mission, o: &Organisme, schema: &Schema) -> Result<(), ErreurCommande> {
        for champ in schema.fields().iter().filter(|c| !STRUCTURE.contains(&c.name().as_str())) {
            let nom = champ.name();
            let refus = |code: &'static str, quoi: &str| {
                let message = format!("livraison de « {} » : colonne « {} » {quoi}.", o.id, nom_sur(self.pack, nom));
                Err(ErreurCommande::refus(code, message).avec_conseil(
                    "Rien de plus que ce que les règles demandent ne doit arriver chez l'hôte : l'organisme doit sceller de nouveau.",
                ))
            };
            let fait = self.pack.vocabulary.column(nom);
            let variable = fait.and_then(|f| self.pack.vocabulary.variables.get(f.0));
            // First: whoever reads the refusal should learn the gravest thing.
            if variable.is_some_and(|v| v.crossing != Crossing::Authorised) {
                return refus("E-DETECT-011", "d'une classe qui ne quitte pas son détenteur");
            }
            let Some(fait) = fait.filter(|f| f.0 != self.pack.role && self.besoins.contains_key(f)) else {
                return refus("E-DETECT-005", "qu'aucune règle chargée ne lit");
            };
            if !peut_apporter(self.pack, fait.0, &o.id) {
                return refus("E-DETECT-012", "que le vocabulaire dit tenue par d'autres");
            }
        }
        let colonnes: Vec<&str> = schema.fields().iter().map(|c| c.name().as_str()).filter(|c| !STRUCTURE.contains(c)).collect();
        manifeste::exiger_livraison(mission, self.pack, o, &colonnes)
    }

    /// Values, in the order of the delivery: some of its rows, of which the first is row `depuis` (from 0).
    ///
    /// # Errors
    /// E-DETECT-013 for a value finer than its grain, or written otherwise than it is sealed; -014 for a household's
    /// number or place that this body should not tell, or that is none.
    pub(super) fn valeurs(&self, o: &Organisme, lot: &RecordBatch, depuis: u64) -> Result<(), ErreurCommande> {
        let refus = |code: &'static str, nom: &str, ligne: usize, quoi: &str| {
            ErreurCommande::refus(
                code,
                format!("livraison de « {} » : colonne « {nom} », ligne {} : {quoi}.", o.id, depuis + ligne as u64 + 1),
            )
        };
        for nom in ["foyer", "role"] {
            let Some(colonne) = lot.column_by_name(nom) else { continue };
            let ligne = match o.composition {
                Composition::Aucune => (0..colonne.len()).find(|i| colonne.is_valid(*i)),
                _ if nom == "role" => self.place_inconnue(colonne),
                _ => None,
            };
            if let Some(ligne) = ligne {
                return Err(refus("E-DETECT-014", nom, ligne, "cet organisme n'a pas à le dire").avec_conseil(
                    "Seuls un organisme qui décrit des foyers dit le foyer et la place, par les mots du vocabulaire : il doit sceller de nouveau.",
                ));
            }
        }
        if self.grain.forme == Forme::Brute {
            return Ok(());
        }
        let schema = lot.schema();
        for (champ, colonne) in schema.fields().iter().zip(lot.columns()) {
            let fait = self.pack.vocabulary.column(champ.name()).filter(|_| !STRUCTURE.contains(&champ.name().as_str()));
            let Some((fait, v)) = fait.and_then(|f| self.pack.vocabulary.variables.get(f.0).map(|v| (f, v))) else { continue };
            if let Some(ligne) = refused_rows(self.pack, v, colonne, self.grain.grains.get(fait)) {
                return Err(refus("E-DETECT-013", champ.name(), ligne, "valeur plus fine que le grain du plan").avec_conseil(
                    "`recours plan` montre ce que chaque colonne peut dire : l'organisme doit sceller de nouveau avec la même version.",
                ));
            }
        }
        Ok(())
    }

    /// First row whose place in the household is not one of the vocabulary's words.
    fn place_inconnue(&self, colonne: &ArrayRef) -> Option<usize> {
        let liste = self.pack.vocabulary.variables.get(self.pack.role).and_then(|v| match v.ty {
            Type::Code(l) => self.pack.vocabulary.lists.get(l),
            _ => None,
        });
        let Some(mots) = (*colonne.data_type() == DataType::Utf8).then(|| colonne.as_string::<i32>()) else {
            return (0..colonne.len()).find(|i| colonne.is_valid(*i));
        };
        let connu = |mot: &str| liste.is_some_and(|l| l.codes.iter().any(|c| c == mot));
        (0..mots.len()).find(|i| mots.is_valid(*i) && !connu(mots.value(*i)))
    }
}

/// A column's name as a message may say it: what another wrote there is shown only when it is a name of the vocabulary.
fn nom_sur<'n>(pack: &Pack, nom: &'n str) -> &'n str {
    let permis = nom.len() <= 64 && nom.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_');
    if pack.vocabulary.column(nom).is_some() || permis { nom } else { "(nom illisible)" }
}

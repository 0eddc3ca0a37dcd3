//! Which ruptures answer: those whose date somebody brings.

use recours_engine::foyers::column_name;
use recours_rules::pack::{Pack, Right, RightKind};
use recours_tables::Origine;

use crate::erreur::ErreurCommande;
use crate::progression::Progression;

/// The rights and ruptures of a pack, each rupture with the columns that may bring its date.
pub(crate) struct Ruptures(Vec<Option<Vec<String>>>);

impl Ruptures {
    /// Of a whole pack.
    pub(crate) fn de(pack: &Pack) -> Self {
        let dates = |droit: &Right| {
            let faits = pack.facts_of(droit.deadline.unwrap_or(droit.entitled));
            // A series has a column a month.
            let colonnes = |v: usize| [None, Some(0), Some(1), Some(2), Some(3)].map(|m| column_name(pack, (v, m)));
            faits.into_iter().filter(|v| *v != pack.role).flat_map(colonnes).collect()
        };
        Self(pack.rights.iter().map(|r| (r.kind == RightKind::Rupture).then(|| dates(r))).collect())
    }

    /// Which of them answer: the rights, and the ruptures for whose deadline the tables have a column; of the others nothing
    /// could be said but that everything is unknown. With `--validation` rights alone answer.
    ///
    /// # Errors
    /// Those of opening the tables.
    pub(crate) fn gardees(
        &self,
        personnes: &Origine,
        foyers: &Origine,
        validation: bool,
        progression: &Progression,
    ) -> Result<Vec<bool>, ErreurCommande> {
        let (personnes, foyers) = (personnes.ouvrir()?, foyers.ouvrir()?);
        let apportee = |nom: &String| personnes.contient(nom) || foyers.contient(nom);
        let garder = |dates: &Option<Vec<String>>| dates.as_ref().is_none_or(|d| !validation && d.iter().any(apportee));
        let gardees: Vec<bool> = self.0.iter().map(garder).collect();
        let tues = gardees.iter().filter(|g| !**g).count();
        if tues > 0 && !validation {
            progression.dire(format!("note : {tues} échéance(s) sans réponse : aucune colonne ne donne leur date."));
        }
        Ok(gardees)
    }
}

/// Leaves out of a pack what does not answer.
pub(crate) fn restreindre(pack: &mut Pack, gardees: &[bool]) {
    let mut gardees = gardees.iter().copied();
    pack.rights.retain(|_| gardees.next().unwrap_or(true));
    pack.waiting.retain(|w| w.right.kind == RightKind::Droit);
}

//! Which ruptures answer: those whose date somebody brings.

use recours_engine::foyers::column_name;
use recours_rules::pack::{Pack, Right, RightKind};
use recours_tables::Origine;

use crate::erreur::ErreurCommande;
use crate::progression::Progression;

/// Keeps the rights, and the ruptures for whose deadline the tables have a column: of the others nothing could be said but
/// that everything is unknown. With `--validation` rights alone answer.
///
/// # Errors
/// Those of opening the tables.
pub(crate) fn garder(
    pack: &mut Pack,
    personnes: &Origine,
    foyers: &Origine,
    validation: bool,
    progression: &Progression,
) -> Result<(), ErreurCommande> {
    let (personnes, foyers) = (personnes.ouvrir()?, foyers.ouvrir()?);
    let apportee = |nom: &str| personnes.contient(nom) || foyers.contient(nom);
    let datee = |droit: &Right| {
        let faits = pack.facts_of(droit.deadline.unwrap_or(droit.entitled));
        // A series has a column a month.
        let colonnes = |v: usize| [None, Some(0), Some(1), Some(2), Some(3)].map(|m| column_name(pack, (v, m)));
        faits.into_iter().filter(|v| *v != pack.role).any(|v| colonnes(v).iter().any(|c| apportee(c)))
    };
    let gardees: Vec<bool> = pack.rights.iter().map(|r| r.kind == RightKind::Droit || (!validation && datee(r))).collect();
    let tues = pack.rights.iter().zip(&gardees).filter(|(r, gardee)| r.kind == RightKind::Rupture && !**gardee).count();
    let mut gardees = gardees.into_iter();
    pack.rights.retain(|_| gardees.next().unwrap_or(true));
    pack.waiting.retain(|w| w.right.kind == RightKind::Droit);
    if tues > 0 && !validation {
        progression.dire(format!("note : {tues} échéance(s) sans réponse : aucune colonne ne donne leur date."));
    }
    Ok(())
}

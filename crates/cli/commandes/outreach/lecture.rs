//! Findings and links, as lists need them.

use std::path::Path;

use arrow::array::{Array, StringArray};
use recours_engine::outreach::{Annuaire, Bande, Inscription, Nature, Regle, Reperage};
use recours_rules::pack::RightKind;
use recours_tables::lire_table;

use crate::erreur::ErreurCommande;

/// What a rule of the pack finds.
pub const fn nature_de(genre: RightKind) -> Nature {
    match genre {
        RightKind::Droit => Nature::NonRecours,
        RightKind::Rupture => Nature::Rupture,
    }
}

/// The findings, with the number of their rule in `regles`.
///
/// # Errors
/// Exit 3: a table refused, an unknown grade, or a rule that the mission's pack has not in this version.
pub fn reperages(fichier: &Path, regles: &[Regle]) -> Result<Vec<Reperage>, ErreurCommande> {
    let table = lire_table(fichier)?.projeter(&["unit", "right", "rule", "certainty", "deadline", "date_utile"])?;
    let mut lus = Vec::new();
    for lot in table.lots()? {
        let lot = lot?;
        let unit = lot.colonne("unit")?;
        let personnes = unit.obligatoire(unit.octets16()?)?;
        let (droits, versions) = (lot.colonne("right")?.texte()?, lot.colonne("rule")?.texte()?);
        let certitudes = lot.colonne("certainty")?;
        let certitudes = certitudes.code(Some(&["certain", "probable", "possible"].map(String::from)))?;
        let (echeances, dates) = (lot.colonne("deadline")?.date()?, lot.colonne("date_utile")?.date()?);
        for (i, personne) in personnes.into_iter().enumerate() {
            let ligne = lot.premiere_ligne() + i as u64;
            let refus = |quoi: &str| {
                ErreurCommande::refus("E-LISTE-002", format!("{}, ligne {ligne} : {quoi}.", fichier.display()))
                    .avec_conseil("Refaites « recours detect » avec la mission et le jeu de règles d'aujourd'hui.")
            };
            let (droit, version) = (valeur(&droits, i), valeur(&versions, i));
            let regle = regles
                .iter()
                .position(|r| r.droit == droit && r.regle == version)
                .ok_or_else(|| refus("règle que le jeu de la mission n'a pas, ou pas dans cette version"))?;
            let bande = Bande::de_certitude(valeur(&certitudes, i)).ok_or_else(|| refus("degré de certitude absent"))?;
            let (date_utile, echeance) = (dates.get(i).copied().flatten(), echeances.get(i).copied().flatten());
            lus.push(Reperage { personne, regle, bande, date_utile, echeance });
        }
    }
    Ok(lus)
}

fn valeur(colonne: &StringArray, i: usize) -> &str {
    if colonne.is_valid(i) { colonne.value(i) } else { "" }
}

/// Notes in the directory the people of the findings whom a body knows.
///
/// # Errors
/// Exit 3: a table refused.
pub fn inscrire(fichier: &Path, organisme: usize, annuaire: &mut Annuaire) -> Result<(), ErreurCommande> {
    let table = lire_table(fichier)?.projeter(&["row_id", "handle", "force"])?;
    for lot in table.lots()? {
        let lot = lot?;
        let (lignes, poignees) = (lot.colonne("row_id")?, lot.colonne("handle")?);
        let forces = lot.colonne("force")?.nombre()?;
        let lignes = lignes.obligatoire(lignes.octets16()?)?;
        let poignees = poignees.obligatoire(poignees.octets16()?)?;
        for ((row_id, personne), force) in lignes.into_iter().zip(&poignees).zip(forces) {
            // An unknown strength is the weakest link, never a sure one.
            let force = match force {
                Some(f) if f >= 3.0 => 3,
                Some(f) if f >= 2.0 => 2,
                Some(0.0) => 0,
                _ => 1,
            };
            annuaire.inscrire(organisme, personne, Inscription { row_id, force });
        }
    }
    Ok(())
}

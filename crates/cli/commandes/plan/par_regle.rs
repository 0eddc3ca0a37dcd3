//! The plan by rule: what each needs, who brings it, under which class and line, and what nobody brings.

use std::fmt::Write as _;

use recours_rules::pack::Pack;

use super::affichage::pluriel;
use super::apports::{Plan, mois_ecrits};
use super::grain;
use super::titre::{self, Titre};
use crate::colonnes_utiles::Pour;
use crate::commandes::explain::ecriture;
use crate::mission::Mission;

/// For a terminal.
#[must_use]
pub fn texte(mission: &Mission, pack: &Pack, plan: &Plan) -> String {
    let mut s = format!("Mission « {} », au {}, règle par règle.\n", mission.nom, ecriture::date_longue(pack.on));
    for (rang, droit) in pack.rights.iter().enumerate() {
        let _ = writeln!(s, "\n{} : {} ({})", droit.rule(), droit.label, droit.source);
        let mut colonnes = 0;
        for o in &plan.organismes {
            for a in o.apports.iter().filter(|a| a.regles.contains(&rang)) {
                let Some(v) = pack.vocabulary.variables.get(a.variable) else { continue };
                let nom = if a.mois.is_empty() { v.name.clone() } else { format!("{} ({})", v.name, mois_ecrits(&a.mois)) };
                let verdict = a.pour.contains(&(rang, Pour::Verdict));
                let pour = if verdict { "" } else { " ; pour le type de non-recours ou ses exigences" };
                let titre = Titre::de(mission, pack, &o.id, a.variable).court();
                let _ = writeln!(s, "  {} : {nom}, {}{pour} [{titre}]", o.id, grain::dit(pack, v, &a.grains));
                colonnes += a.mois.len().max(1);
            }
        }
        let _ = writeln!(s, "  en tout, {colonnes} colonne{}", pluriel(colonnes));
        let manques = plan.manques.iter().filter(|(r, _)| *r == rang).flat_map(|(_, m)| m);
        let noms: Vec<&str> = manques.filter_map(|m| pack.vocabulary.variables.get(m.variable)).map(|v| v.name.as_str()).collect();
        if !noms.is_empty() {
            let _ = writeln!(s, "  personne n'apporte : {}", noms.join(", "));
        }
    }
    if let Some(note) = titre::note(mission) {
        let _ = writeln!(s, "\n{note}");
    }
    s
}

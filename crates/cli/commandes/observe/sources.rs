//! Which sources contributed to the counts of a right, and the strictest of their rules.

use recours_engine::aggregates::Diffusion;
use recours_engine::plan::Program;
use recours_rules::Pack;

use crate::commandes::plan::apports::Plan;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// The rule of the counts of one right.
#[derive(Debug, Clone, PartialEq)]
pub struct Regle {
    /// The strictest.
    pub diffusion: Diffusion,
    /// Sources with a rule of their own that contributed: bodies, then variables.
    pub sources: Vec<String>,
}

/// By right, in the pack's order. A body contributes to a right when it brings a fact that its rule reads; a
/// variable, when its rule reads it.
///
/// # Errors
/// E-OBSERVATOIRE-001 for a source that is neither.
pub fn regles(mission: &Mission, pack: &Pack) -> Result<Vec<Regle>, ErreurCommande> {
    let variable = |nom: &str| pack.vocabulary.variables.iter().position(|v| v.name == nom);
    for (source, _) in &mission.diffusion {
        if !mission.organismes.iter().any(|o| o.id == *source) && variable(source).is_none() {
            return Err(ErreurCommande::refus(
                "E-OBSERVATOIRE-001",
                format!("{} : diffusion.{source} n'est ni un organisme de la mission ni une variable.", mission.fichier.display()),
            )
            .avec_conseil("Corrigez ce nom dans la section [diffusion]."));
        }
    }
    let program = Program::compile(pack);
    let plan = Plan::faire(mission, pack, &program);
    let contribue = |source: &str, droit: usize| {
        let lue = variable(source);
        let mut apports = plan.organismes.iter().flat_map(|o| o.apports.iter().map(move |a| (o, a)));
        apports.any(|(o, a)| a.regles.contains(&droit) && (o.id == source || Some(a.variable) == lue))
    };
    let regle = |droit: usize| {
        let siennes: Vec<&(String, Diffusion)> = mission.diffusion.iter().filter(|(source, _)| contribue(source, droit)).collect();
        Regle {
            diffusion: siennes.iter().fold(Diffusion::DEFAUT, |d, (_, autre)| d.plus_stricte(*autre)),
            sources: siennes.iter().map(|(source, _)| source.clone()).collect(),
        }
    };
    Ok((0..pack.rights.len()).map(regle).collect())
}

impl Regle {
    /// For the page: « comptes d'au moins 11, arrondis au multiple de 5 inférieur (caf) ».
    #[must_use]
    pub fn dite(&self) -> String {
        let d = &self.diffusion;
        let mut texte = format!("aucun compte sous {}", d.seuil);
        if d.arrondi > 1 {
            texte += &format!(", arrondis au multiple de {} inférieur", d.arrondi);
        }
        if d.dominance < 1.0 {
            texte += &format!(", personne au-delà de {:.0} % d'une somme", d.dominance * 100.0);
        }
        if self.sources.is_empty() { texte } else { format!("{texte} ({})", self.sources.join(", ")) }
    }
}

//! Of which non-recours a right may be, with the dated facts that show it, and what its procedure requires that somebody
//! saw was not there.

use std::fmt::Write as _;

use recours_engine::reference::beside;
use recours_rules::journey::Label;
use recours_rules::pack::{Right, RightKind};

use super::derivation::Explication;

impl Explication<'_> {
    /// The types, and the facts on which each observation rests.
    pub(super) fn types(&mut self, droit: &Right, personne: Option<usize>) {
        if droit.kind != RightKind::Droit {
            return;
        }
        let vus = beside::shown(self.pack, &self.reference, droit, personne);
        let mots: Vec<&str> = vus.labels.iter().copied().map(Label::name).collect();
        let mots = if mots.is_empty() { "aucun encore, la demande suit son cours".to_owned() } else { mots.join(", ") };
        let _ = writeln!(self.texte, "  De quel non-recours il peut s'agir : {mots}");
        for i in &vus.observations {
            let Some(o) = self.pack.types.observations.get(*i) else { continue };
            let _ = writeln!(self.texte, "    {} ({})", o.says, o.source);
            let calcul = droit.journey.as_ref().and_then(|j| j.observed.iter().find(|(k, _)| k == i)).map(|(_, c)| *c);
            if let Some(c) = calcul {
                self.dessous(c, personne, &[], 3);
            }
        }
        if !vus.observations.iter().any(|o| self.pack.types.observations.get(*o).is_some_and(|o| o.knows)) {
            self.texte += "    Rien n'a montré que l'offre est connue : la non-connaissance et la non-demande ne se distinguent pas.\n";
        }
    }

    /// What the procedure requires and is known not to be there: the procedure is the subject.
    pub(super) fn exigences(&mut self, droit: &Right, personne: Option<usize>) {
        let manquent = beside::unmet(self.pack, &self.reference, self.foyer, droit, personne);
        let Some(variante) = self.pack.catalogue.variant_for(droit, |_| false, None, self.pack.on).filter(|_| !manquent.is_empty()) else {
            return;
        };
        let _ = writeln!(self.texte, "  Ce que la démarche exige et dont on a observé que cela manque :");
        let mut dites: Vec<&str> = Vec::new();
        for ligne in variante.channels.iter().flat_map(|c| &c.requirements).filter(|l| manquent.holds(l.any_of)) {
            if !dites.contains(&ligne.says.as_str()) {
                dites.push(&ligne.says);
                let noms: Vec<&str> = ligne.any_of.iter().map(|r| r.name()).collect();
                let _ = writeln!(self.texte, "    {} [{}] ({})", ligne.says, noms.join(", "), ligne.source);
            }
        }
        if variante.open_doors(manquent).next().is_some() {
            self.texte += "    Une autre porte reste.\n";
        }
    }
}

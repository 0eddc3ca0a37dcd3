//! Counts of what came back: they stay once rows are deleted, and only they are added from one wave to the next.

use std::collections::{BTreeMap, BTreeSet};

use recours_engine::outreach::Bande;
use serde::{Deserialize, Serialize};

use super::dossier::{Cle, Dossier, Issue};
use super::intervalle::{ErreurExamen, Intervalle, wilson};
use super::mots::{Canal, OuiNon, TypeNonRecours};
use super::suivi::Ligne;

/// Time of the pages of a channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Temps {
    /// Pages with minutes noted.
    pub fiches: u64,
    /// Minutes noted.
    pub minutes: u64,
    /// Minutes that were planned for the same pages.
    pub prevues: u64,
}

/// What the rules said of types, and what workers saw.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Accorde {
    /// Said and seen.
    pub dit_et_vu: u64,
    /// Said, not seen.
    pub dit_non_vu: u64,
    /// Seen, not said.
    pub vu_non_dit: u64,
}

/// The counts. Codes are those of [`super::mots`] and [`Issue`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comptes {
    /// Rule → band → outcome.
    pub issues: BTreeMap<String, BTreeMap<String, BTreeMap<String, u64>>>,
    /// Rule → autonomy gained, and noted at all: apart from the right opened.
    pub autonomie: BTreeMap<String, (u64, u64)>,
    /// Type → agreement.
    pub types: BTreeMap<String, Accorde>,
    /// Type said → type seen.
    pub croises: BTreeMap<String, BTreeMap<String, u64>>,
    /// Channel → time.
    pub canaux: BTreeMap<String, Temps>,
}

/// Channel of the last attempt, minutes noted, minutes planned.
type TempsDeFiche = (Option<Canal>, Option<u32>, u32);

/// What a rule that says nothing of types stands for: there is no evidence of knowledge.
const PAIRE: [TypeNonRecours; 2] = [TypeNonRecours::NonConnaissance, TypeNonRecours::NonDemande];

impl Comptes {
    /// Of these rows and what became of them.
    #[must_use]
    pub fn de(lignes: &[Ligne], dossiers: &BTreeMap<Cle, Dossier>) -> Self {
        let mut comptes = Self::default();
        let mut temps: BTreeMap<(&str, u32), TempsDeFiche> = BTreeMap::new();
        for ligne in lignes {
            let Some(dossier) = dossiers.get(&Cle::de_ligne(ligne)) else { continue };
            let (s, issue) = (&ligne.suivie, Issue::de(dossier));
            let bande = comptes.issues.entry(s.regle.clone()).or_default().entry(code_de_bande(s.bande).into()).or_default();
            *bande.entry(issue.code().into()).or_default() += 1;
            if let Some(dite) = dossier.autonomie {
                let (gagnee, notee) = comptes.autonomie.entry(s.regle.clone()).or_default();
                *gagnee += u64::from(dite == OuiNon::Oui);
                *notee += 1;
            }
            if let (Some(_), Some(vus)) = (issue.juste(), &dossier.vus) {
                comptes.accorder(&s.types, vus);
            }
            let fiche = temps.entry((&ligne.vague, s.fiche)).or_insert((None, None, s.minutes));
            fiche.0 = dossier.canal().or(fiche.0);
            fiche.1 = match (fiche.1, dossier.minutes) {
                (a, None) => a,
                (a, Some(m)) => Some(a.unwrap_or(0).saturating_add(m)),
            };
        }
        for (canal, minutes, prevues) in temps.into_values() {
            if let (Some(canal), Some(minutes)) = (canal, minutes) {
                let place = comptes.canaux.entry(canal.code()).or_default();
                place.fiches += 1;
                place.minutes += u64::from(minutes);
                place.prevues += u64::from(prevues);
            }
        }
        comptes
    }

    fn accorder(&mut self, dits: &[TypeNonRecours], vus: &BTreeSet<TypeNonRecours>) {
        let dits: BTreeSet<TypeNonRecours> = if dits.is_empty() { PAIRE.into() } else { dits.iter().copied().collect() };
        for t in TypeNonRecours::TOUS {
            let place = self.types.entry(t.code()).or_default();
            match (dits.contains(t), vus.contains(t)) {
                (true, true) => place.dit_et_vu += 1,
                (true, false) => place.dit_non_vu += 1,
                (false, true) => place.vu_non_dit += 1,
                (false, false) => {}
            }
        }
        for dit in &dits {
            for vu in vus {
                *self.croises.entry(dit.code()).or_default().entry(vu.code()).or_default() += 1;
            }
        }
    }

    /// Adds others.
    pub fn ajouter(&mut self, autres: &Self) {
        for (regle, bandes) in &autres.issues {
            for (bande, issues) in bandes {
                let place = self.issues.entry(regle.clone()).or_default().entry(bande.clone()).or_default();
                for (issue, n) in issues {
                    *place.entry(issue.clone()).or_default() += n;
                }
            }
        }
        for (regle, (gagnee, notee)) in &autres.autonomie {
            let place = self.autonomie.entry(regle.clone()).or_default();
            *place = (place.0 + gagnee, place.1 + notee);
        }
        for (t, a) in &autres.types {
            let place = self.types.entry(t.clone()).or_default();
            place.dit_et_vu += a.dit_et_vu;
            place.dit_non_vu += a.dit_non_vu;
            place.vu_non_dit += a.vu_non_dit;
        }
        for (dit, vus) in &autres.croises {
            for (vu, n) in vus {
                *self.croises.entry(dit.clone()).or_default().entry(vu.clone()).or_default() += n;
            }
        }
        for (canal, t) in &autres.canaux {
            let place = self.canaux.entry(canal.clone()).or_default();
            place.fiches += t.fiches;
            place.minutes += t.minutes;
            place.prevues += t.prevues;
        }
    }

    /// How many of an outcome, for a rule and a band.
    #[must_use]
    pub fn compte(&self, regle: &str, bande: Bande, issue: Issue) -> u64 {
        let bandes = self.issues.get(regle);
        bandes.and_then(|b| b.get(code_de_bande(bande))).and_then(|i| i.get(issue.code())).copied().unwrap_or(0)
    }

    /// Of the people examined, for whom was the rule right: how many, of how many, and the interval. `bande`: of one, or both.
    #[must_use]
    pub fn justesse(&self, regle: &str, bande: Option<Bande>, erreur: ErreurExamen) -> (u64, u64, Option<Intervalle>) {
        let (mut justes, mut examinees) = (0, 0);
        for b in BANDES.into_iter().filter(|b| bande.is_none_or(|voulue| voulue == *b)) {
            for issue in Issue::TOUTES {
                let n = self.compte(regle, b, issue);
                match issue.juste() {
                    Some(true) => (justes, examinees) = (justes + n, examinees + n),
                    Some(false) => examinees += n,
                    None => {}
                }
            }
        }
        (justes, examinees, wilson(justes, examinees).map(|i| i.sans(erreur)))
    }
}

/// The bands, in the order of tables.
pub const BANDES: [Bande; 2] = [Bande::AProposer, Bande::AVerifier];

/// A band in a file.
#[must_use]
pub const fn code_de_bande(bande: Bande) -> &'static str {
    match bande {
        Bande::AProposer => "a_proposer",
        Bande::AVerifier => "a_verifier",
    }
}

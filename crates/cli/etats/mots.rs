//! States in French words. The right is the subject: a state is of a right, never of a person.

use std::fmt::Write as _;

use recours_engine::state::{Change, Difference, Entry, State};
use recours_rules::date::Days;

use crate::commandes::explain::ecriture::date_longue;

/// `à renouveler avant le 31 octobre 2026`.
pub fn etat(state: State, until: Option<Days>) -> String {
    let avec = |mot: &str, avant: &str| until.map_or_else(|| mot.to_owned(), |d| format!("{mot} {avant} {}", date_longue(d)));
    match state {
        State::Open => "ouvert".into(),
        State::ToRenew => avec("à renouveler", "avant le"),
        State::Interrupted => avec("interrompu", "depuis le"),
        State::Pending => avec("demande en cours", "depuis le"),
        State::ToPropose => "à proposer".into(),
        State::Unknown => "inconnu".into(),
    }
}

fn de(e: Option<&Entry>) -> String {
    e.map_or_else(|| "pas regardé".to_owned(), |e| etat(e.state, e.until))
}

/// `C2S : ouvert → à renouveler avant le 31 octobre 2026`.
pub fn changement(c: &Change) -> String {
    let label = c.after.as_ref().or(c.before.as_ref()).map_or("", |e| e.label.as_str());
    let (avant, apres) = (de(c.before.as_ref()), de(c.after.as_ref()));
    match avant == apres {
        true => format!("{label} : {apres}, comme avant ; ce sur quoi cela repose a changé"),
        false => format!("{label} : {avant} → {apres}"),
    }
}

/// One line a change, under the foyer that it is of.
pub(super) fn phrases(d: &Difference) -> String {
    let mut sortie = format!("Du {} au {}\n", date_longue(d.from), date_longue(d.to));
    let mut foyer = None;
    for c in &d.changes {
        if foyer != Some(&c.key.household) {
            foyer = Some(&c.key.household);
            let _ = writeln!(sortie, "\nFoyer {}", c.key.household);
        }
        let qui = c.key.person.as_ref().map(|p| format!("personne {p}, ")).unwrap_or_default();
        let _ = writeln!(sortie, "  {qui}{}", changement(c));
    }
    if d.changes.is_empty() {
        sortie += "\nRien n'a changé.\n";
    }
    sortie
}

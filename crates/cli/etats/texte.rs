//! The short text of a foyer's rights, for a letter, a card or a square code: no key, no name, no amount.

use std::collections::BTreeMap;

use recours_engine::state::{Entry, Snapshot, State};
use recours_rules::date::Days;

use super::mots::etat;
use crate::commandes::explain::ecriture::date_longue;

/// Characters at most, so that it fits anywhere.
pub const LONGUEUR: usize = 300;

/// What is to be done first, then what is in course; what is unknown is left out.
const ORDRE: [State; 5] = [State::ToRenew, State::Interrupted, State::ToPropose, State::Pending, State::Open];

/// One text a foyer, in the order of their keys, each of at most [`LONGUEUR`] characters. `neutre`: how many rights in
/// each state and the first date, no right named, so that nobody who reads it learns which.
pub fn compact(etats: &Snapshot, neutre: bool) -> Vec<String> {
    let mut foyers: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
    for (cle, e) in &etats.entries {
        foyers.entry(&cle.household).or_default().push(e);
    }
    foyers.into_values().map(|e| if neutre { sans_nom(etats.as_of, &e) } else { avec_noms(etats.as_of, &e) }).collect()
}

fn sans_nom(le: Days, entrees: &[&Entry]) -> String {
    let compte = |etat: State| entrees.iter().filter(|e| e.state == etat).count();
    let morceaux = ORDRE.into_iter().filter(|s| compte(*s) > 0).map(|s| {
        let n = compte(s);
        let pluriel = if n > 1 { "s" } else { "" };
        match s {
            State::ToRenew => {
                let avant = entrees.iter().filter(|e| e.state == s).filter_map(|e| e.until).min();
                format!("{n} à renouveler{}", avant.map(|d| format!(", le premier avant le {}", date_longue(d))).unwrap_or_default())
            }
            State::Interrupted => format!("{n} interrompu{pluriel}"),
            State::ToPropose => format!("{n} à voir ensemble"),
            State::Pending => format!("{n} en cours de demande"),
            State::Open | State::Unknown => format!("{n} ouvert{pluriel}"),
        }
    });
    let morceaux: Vec<String> = morceaux.collect();
    match morceaux.is_empty() {
        true => format!("Point au {} : rien à signaler. À relire avec la personne qui vous accompagne.", date_longue(le)),
        false => format!("Point au {} : {}. À relire avec la personne qui vous accompagne.", date_longue(le), morceaux.join(" ; ")),
    }
}

fn avec_noms(le: Days, entrees: &[&Entry]) -> String {
    let mut dits: Vec<String> = Vec::new();
    for s in ORDRE {
        let mut ceux: Vec<&&Entry> = entrees.iter().filter(|e| e.state == s).collect();
        ceux.sort_by_key(|e| (e.until.unwrap_or(Days::MAX), &e.label));
        dits.extend(ceux.into_iter().map(|e| format!("{} : {}", e.label, etat(e.state, e.until))));
    }
    dits.dedup();
    let debut = format!("Vos droits au {}.", date_longue(le));
    let long = |t: &str| t.chars().count();
    let mut texte = debut;
    for (i, dit) in dits.iter().enumerate() {
        let reste = dits.len() - i;
        // Room for saying how many are left out, unless this one is the last.
        let fin = if reste > 1 { long(&suite(reste - 1)) } else { 0 };
        if long(&texte) + long(dit) + 2 + fin > LONGUEUR {
            texte += &suite(reste);
            break;
        }
        texte += &format!(" {dit}.");
    }
    texte
}

fn suite(n: usize) -> String {
    format!(" Et {n} autre{}.", if n > 1 { "s" } else { "" })
}

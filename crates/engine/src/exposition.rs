//! What procedures ask of a population, as counts: obligation exposure by known capacity, and the channel contrast.
//!
//! A person's rights, held or probable, impose mandatory acts every year (a quarterly declaration is four). Crossed with
//! what is known of the person's means, that says how much of the burden falls where something that a procedure demands
//! is known to be missing. Only counts come out: nothing here is a number on a person, kept or returned.
//!
//! *Contrast*: among people who hold a right that may be asked for on paper or at a counter, how many probably lack a right
//! that is asked for online only. An association, confounded by the kind of right, its date and the population: never a
//! share that the channel caused.

use recours_rules::catalogue::{Mask, Needs, Procedure, Stage, Variant};
use recours_rules::date::Days;
use recours_rules::pack::{Pack, Right};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Acts a year from which each band begins; the last one has no end.
pub const BANDS: [u32; 3] = [1, 4, 12];

/// What is known of somebody's means for what the procedures of their rights demand: columns of the table.
pub const CAPACITIES: [&str; 3] = ["exigence_non_remplie", "toutes_remplies", "inconnu"];

/// Where somebody stands towards rights that are asked for online only: columns of the contrast.
pub const STANDINGS: [&str; 3] = ["sans_doute_sans", "recoit", "autre"];

/// One adult: what is held, what is probable, what is known of their means.
#[derive(Debug, Clone, Default)]
pub struct Situation {
    /// Positions of rights received.
    pub held: BTreeSet<usize>,
    /// Positions of rights probably due and not received.
    pub probable: BTreeSet<usize>,
    /// Requirements known to be met.
    pub known_yes: Mask,
    /// Requirements known not to be.
    pub known_no: Mask,
}

/// Counts of a territory, before any protection: the host's alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// By band of acts a year, with at least one online door or not (`4:en_ligne`, `4:sans_ecran`): counts by capacity.
    pub exposure: BTreeMap<String, [u64; 3]>,
    /// By whether a right that has a door without screen is held (`tient`, `ne_tient_pas`): counts by standing.
    pub contrast: BTreeMap<String, [u64; 3]>,
    /// Rights of the pack asked for online only.
    pub online_only: Vec<String>,
}

/// Name of a row of the exposure table.
#[must_use]
pub fn row(band: u32, online: bool) -> String {
    format!("{band}:{}", if online { "en_ligne" } else { "sans_ecran" })
}

/// Rows of the contrast.
pub const HOLDS: [&str; 2] = ["tient", "ne_tient_pas"];

/// What the procedures of a right ask, once for all persons.
struct Burden<'a> {
    procedure: &'a str,
    acts: u32,
    online: bool,
    needs: Needs,
}

/// How a right is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Doors {
    Unknown,
    OnlineOnly,
    WithoutScreen,
}

/// The variant of a procedure at the body of a right, else its first in force.
fn variant<'a>(p: &'a Procedure, right: &Right, day: Days) -> Option<&'a Variant> {
    p.at(&right.body, None, day).or_else(|| p.variants.iter().find(|v| v.in_force(day)))
}

fn burdens<'a>(pack: &'a Pack, right: &'a Right) -> Vec<Burden<'a>> {
    let obligations = pack.catalogue.obligations(&right.id, &pack.parameters, pack.on);
    let burden = |(p, acts): (&'a Procedure, u32)| {
        let v = variant(p, right, pack.on)?;
        let online = v.channels.iter().find(|c| !c.kind.without_screen());
        let needs = match online {
            Some(door) => door.needs.clone(),
            // Whatever the door, what all of them require.
            None => Needs { all: v.inescapable(), one_of: Vec::new() },
        };
        Some(Burden { procedure: &p.id, acts, online: online.is_some(), needs })
    };
    obligations.filter(|(_, acts)| *acts > 0).filter_map(burden).collect()
}

fn doors(pack: &Pack, right: &Right) -> Doors {
    match pack.catalogue.of(&right.id, Stage::Application).and_then(|p| variant(p, right, pack.on)) {
        Some(v) if v.only_online() => Doors::OnlineOnly,
        Some(v) if !v.channels.is_empty() => Doors::WithoutScreen,
        _ => Doors::Unknown,
    }
}

/// Counts the persons of a territory.
#[must_use]
pub fn tally(pack: &Pack, persons: impl Iterator<Item = Situation>) -> Tally {
    let burdens: Vec<Vec<Burden<'_>>> = pack.rights.iter().map(|r| burdens(pack, r)).collect();
    let doors: Vec<Doors> = pack.rights.iter().map(|r| doors(pack, r)).collect();
    let mut tally = Tally::default();
    // A row that no procedure of the pack can fill is not there: who reads the catalogue knows it is empty.
    for online in [true, false] {
        if burdens.iter().flatten().any(|b| b.online == online) {
            tally.exposure.extend(BANDS.map(|band| (row(band, online), [0; 3])));
        }
    }
    tally.contrast = HOLDS.iter().map(|h| ((*h).to_owned(), [0; 3])).collect();
    let online_only = pack.rights.iter().zip(&doors).filter(|(_, d)| **d == Doors::OnlineOnly);
    tally.online_only = online_only.map(|(r, _)| r.id.clone()).collect();
    for person in persons {
        if let Some((name, column)) = exposure(&burdens, &person)
            && let Some(cell) = tally.exposure.get_mut(&name).and_then(|c| c.get_mut(column))
        {
            *cell += 1;
        }
        let is = |set: &BTreeSet<usize>, kind: Doors| set.iter().any(|r| doors.get(*r) == Some(&kind));
        let holds = HOLDS[usize::from(!is(&person.held, Doors::WithoutScreen))];
        let column = match (is(&person.probable, Doors::OnlineOnly), is(&person.held, Doors::OnlineOnly)) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 2,
        };
        if let Some(cell) = tally.contrast.get_mut(holds).and_then(|c| c.get_mut(column)) {
            *cell += 1;
        }
    }
    tally
}

/// Row and column of a person in the exposure table; nothing when no act comes back every year.
fn exposure(burdens: &[Vec<Burden<'_>>], person: &Situation) -> Option<(String, usize)> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let (mut acts, mut online, mut needs) = (0, false, Needs::default());
    for right in person.held.union(&person.probable) {
        for b in burdens.get(*right).into_iter().flatten() {
            // One procedure of several rights is done once.
            if seen.insert(b.procedure) {
                acts += b.acts;
                online |= b.online;
                needs.add(&b.needs);
            }
        }
    }
    let band = BANDS.into_iter().rev().find(|b| *b <= acts)?;
    let column = if !needs.unmet(person.known_no).is_empty() {
        0
    } else if needs.unknown(person.known_yes, person.known_no).is_empty() {
        1
    } else {
        2
    };
    Some((row(band, online), column))
}

//! The states of known foyers, read off the rules: what is received, what rules say of the way to a right, the ruptures
//! that concern it, and what a mission would find.

use super::{Entry, Key, Snapshot, State};
use crate::detect::{self, DetectError, Known};
use crate::eval;
use crate::finding::Certainty;
use crate::foyers::Foyers;
use crate::plan::{Level, NodeId, Program, RightProgram};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use recours_rules::date::Days;
use recours_rules::pack::{Pack, Right, RightKind};
use recours_rules::types::{Entity, Type};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The stage of a rupture whose right goes on once it is renewed.
const RENEWAL: &str = "renouvellement";

/// What one unit's columns say of one right, as truth bytes.
struct Seen {
    foyer: usize,
    person: Option<usize>,
    right: usize,
    received: u8,
    /// Day of a request to which nothing has answered yet.
    asked: Option<Days>,
    /// Day on which an earlier receipt ended.
    ended: Option<Days>,
}

/// Events of the way to a right that a state rests on, as rule files name them; the last is the code of what is not
/// decided.
const ASKED: &str = "demande";
const OUTCOME: &str = "suite";
const ENDED: &str = "fin";
const UNDECIDED: &str = "aucune";

/// Nodes of those events for one right, with the codes of an outcome that is not there yet.
struct Way {
    asked: Option<NodeId>,
    outcome: Option<(NodeId, u64)>,
    ended: Option<NodeId>,
}

impl Way {
    fn of(pack: &Pack, r: &RightProgram) -> Self {
        let events = pack.rights.get(r.right).and_then(|x| x.journey.as_ref()).map(|j| j.events.as_slice()).unwrap_or_default();
        let named = |name: &str| {
            let at = events.iter().position(|(e, _)| pack.types.events.get(*e).is_some_and(|e| e.name == name))?;
            let (event, _) = events.get(at)?;
            Some((r.events.get(at).copied()?, pack.types.events.get(*event)?.ty))
        };
        let undecided = |ty: Type| match ty {
            Type::Code(l) => pack.vocabulary.lists.get(l).and_then(|l| l.index(UNDECIDED)).map(|i| 1u64 << i),
            _ => None,
        };
        Self {
            asked: named(ASKED).map(|e| e.0),
            outcome: named(OUTCOME).and_then(|(node, ty)| Some((node, undecided(ty)?))),
            ended: named(ENDED).map(|e| e.0),
        }
    }

    fn roots(&self) -> impl Iterator<Item = NodeId> {
        [self.asked, self.outcome.map(|o| o.0), self.ended].into_iter().flatten()
    }
}

/// The state of every right of every unit of these foyers on the day of the pack. Minors are the unit of nothing.
///
/// # Errors
/// A vocabulary that lacks the roles of a foyer.
pub fn read_off(pack: &Pack, program: &Program, foyers: &Foyers) -> Result<Snapshot, DetectError> {
    let adults = detect::adults(pack, program, foyers)?;
    let mut found: HashMap<(usize, usize, usize), Vec<Known>> = HashMap::new();
    let mut of_foyer: HashMap<(usize, usize), Vec<Known>> = HashMap::new();
    for k in detect::known(pack, program, foyers)? {
        let Some(rule) = pack.right(&k.finding.right) else { continue };
        let Some(right) = pack.rights.get(rule) else { continue };
        // A rupture says something of the rights that it concerns.
        let concerned = right.concerns.iter().filter_map(|c| pack.right(c));
        let of_persons = |r: usize| pack.rights.get(r).is_some_and(|x| x.unit == Entity::Personne);
        for about in std::iter::once(rule).chain(concerned) {
            match of_persons(about) && of_persons(rule) {
                true => found.entry((k.foyer, k.person, about)).or_default().push(k.clone()),
                false => of_foyer.entry((k.foyer, about)).or_default().push(k.clone()),
            }
        }
    }
    let (homes, people) = (texts(&foyers.household_ids), texts(&foyers.person_ids));
    let mut entries = BTreeMap::new();
    for seen in received(pack, program, foyers) {
        let Some(right) = pack.rights.get(seen.right) else { continue };
        if seen.person.is_some_and(|p| adults.get(p) != Some(&true)) {
            continue;
        }
        let own = seen.person.and_then(|p| found.get(&(seen.foyer, p, seen.right)));
        let shared = of_foyer.get(&(seen.foyer, seen.right));
        let findings: Vec<&Known> = own.into_iter().chain(shared).flatten().collect();
        let key = Key {
            household: homes.get(seen.foyer).cloned().unwrap_or_default(),
            person: seen.person.and_then(|p| people.get(p).cloned()),
            right: right.id.clone(),
        };
        entries.insert(key, entry(pack, right, &seen, &findings));
    }
    Ok(Snapshot { as_of: pack.on, entries })
}

/// Receipt of every right by every unit.
fn received(pack: &Pack, program: &Program, foyers: &Foyers) -> Vec<Seen> {
    let rights: Vec<&RightProgram> =
        program.rights.iter().filter(|r| pack.rights.get(r.right).is_some_and(|x| x.kind == RightKind::Droit)).collect();
    let ways: Vec<Way> = rights.iter().map(|r| Way::of(pack, r)).collect();
    let roots: Vec<NodeId> = rights.iter().filter_map(|r| r.received).chain(ways.iter().flat_map(Way::roots)).collect();
    let of_persons = |id: NodeId| program.nodes.get(id).is_some_and(|n| n.level == Level::Person);
    let blocks = eval::run(program, &foyers.population, &roots, |done| {
        let mut out = Vec::new();
        for (r, way) in rights.iter().zip(&ways) {
            let person_unit = pack.rights.get(r.right).is_some_and(|x| x.unit == Entity::Personne);
            let column = r.received.and_then(|id| done.column(id));
            for u in 0..if person_unit { done.persons } else { done.foyers } {
                // Of whom an event may be: the person, or any of the foyer.
                let bound = |i: usize| done.offsets.get(i).copied().unwrap_or(0);
                let rows = |id: NodeId| match (person_unit, of_persons(id)) {
                    (true, false) => done.offsets.partition_point(|o| *o <= u) - 1..done.offsets.partition_point(|o| *o <= u),
                    (false, true) => bound(u)..bound(u + 1),
                    _ => u..u + 1,
                };
                let day = |id: NodeId, row: usize| {
                    let c = done.column(id)?;
                    let d = c.interval(row);
                    (c.absent_at(row) == 0 && d.is_point()).then_some(d.lo)
                };
                let undecided = |row: usize| {
                    let Some((id, code)) = way.outcome else { return false };
                    // The outcome is of whoever asked, or of the foyer.
                    let row = if way.asked.is_some_and(of_persons) == of_persons(id) { row } else { rows(id).start };
                    done.column(id).is_some_and(|c| c.codes_at(row) == code)
                };
                let asked =
                    way.asked.and_then(|id| rows(id).filter(|row| undecided(*row)).find_map(|row| day(id, row).filter(|d| *d <= pack.on)));
                let ended = way.ended.and_then(|id| rows(id).filter_map(|row| day(id, row)).max().filter(|d| *d < pack.on));
                let foyer = if person_unit { done.offsets.partition_point(|o| *o <= u) - 1 } else { u };
                out.push(Seen {
                    foyer: done.first_foyer + foyer,
                    person: person_unit.then_some(done.first_person + u),
                    right: r.right,
                    received: column.map_or(1, |c| c.bool_at(u)),
                    asked,
                    ended,
                });
            }
        }
        out
    });
    blocks.into_iter().flatten().collect()
}

fn entry(pack: &Pack, right: &Right, seen: &Seen, findings: &[&Known]) -> Entry {
    let say = |state, until: Option<Days>, calc: Option<usize>, rule: String| {
        let facts = calc.map(|c| facts(pack, c)).unwrap_or_default();
        let bodies = holders(pack, &facts);
        let facts = facts.iter().filter_map(|v| pack.vocabulary.variables.get(*v)).map(|v| v.name.clone()).collect();
        Entry { label: right.label.clone(), state, until, facts, bodies, rule }
    };
    let rupture = |k: &&&Known| {
        let rule = pack.right(&k.finding.right).and_then(|r| pack.rights.get(r))?;
        let renewal = rule.kind == RightKind::Rupture && rule.stage == RENEWAL && k.finding.certainty != Certainty::Possible;
        renewal.then_some((k.finding.deadline.map(i64::from), rule))
    };
    match seen.received {
        2 => match findings.iter().filter_map(|k| rupture(&k)).min_by_key(|(until, _)| until.unwrap_or(Days::MAX)) {
            Some((until, rule)) => say(State::ToRenew, until, rule.deadline, rule.rule()),
            None => say(State::Open, None, right.received, right.rule()),
        },
        _ if seen.asked.is_some() => say(State::Pending, seen.asked, event(pack, right, ASKED), right.rule()),
        0 if seen.ended.is_some() => say(State::Interrupted, seen.ended, event(pack, right, ENDED), right.rule()),
        0 => {
            let proposed = |k: &&Known| k.finding.right == right.id && k.finding.certainty != Certainty::Possible;
            match findings.iter().any(proposed) {
                true => say(State::ToPropose, None, right.received, right.rule()),
                false => say(State::Unknown, None, None, String::new()),
            }
        }
        _ => say(State::Unknown, None, None, String::new()),
    }
}

/// The computation of an event that a right binds.
fn event(pack: &Pack, right: &Right, name: &str) -> Option<usize> {
    let events = &right.journey.as_ref()?.events;
    events.iter().find(|(e, _)| pack.types.events.get(*e).is_some_and(|e| e.name == name)).map(|(_, calc)| *calc)
}

/// Facts that a computation reads, places in the foyer left out.
fn facts(pack: &Pack, calc: usize) -> Vec<usize> {
    pack.facts_of(calc).into_iter().filter(|v| *v != pack.role).collect()
}

/// Bodies that pay, else hold, these facts.
fn holders(pack: &Pack, facts: &[usize]) -> Vec<String> {
    let of = facts.iter().filter_map(|v| pack.vocabulary.variables.get(*v));
    let bodies: BTreeSet<String> = of.flat_map(|v| if v.payers.is_empty() { &v.holders } else { &v.payers }).cloned().collect();
    bodies.into_iter().collect()
}

fn texts(keys: &ArrayRef) -> Vec<String> {
    let Ok(texts) = cast(keys, &DataType::Utf8) else { return vec![String::new(); keys.len()] };
    texts.as_string::<i32>().iter().map(|t| t.unwrap_or_default().to_owned()).collect()
}

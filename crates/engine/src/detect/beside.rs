//! What stands beside a verdict: of which non-recours it may be, and what the procedure requires that is known not to
//! be there. No grade rests on it, and only what is known to be true says anything.

use super::draft::Draft;
use super::ground::Ground;
use crate::eval::BLOCK;
use crate::eval::machine::{Machine, View};
use crate::plan::{Level, NodeId, RightProgram, Shape};
use rayon::prelude::*;
use recours_rules::catalogue::Mask;
use recours_rules::interval::Interval;
use recours_rules::journey::{Known, Label};
use recours_rules::pack::{Right, RightKind};
use recours_rules::types::Entity;

/// What the columns beside a right say, row by row of the households concerned.
#[derive(Default)]
struct Columns {
    /// Observations that hold, one bit each, by unit.
    observed: Vec<u64>,
    /// Requirements known not to be there, by person.
    no: Vec<Mask>,
    /// Dates of each event: bounds, and whether there is one (0: there is; 1: unknown; 2: known none).
    events: Vec<Vec<(Interval, u8)>>,
}

impl Ground<'_> {
    /// Fills types and unmet requirements of the findings of a right.
    pub(super) fn say_beside(&self, right: &Right, r: &RightProgram, drafts: &mut [Draft]) {
        if drafts.is_empty() {
            return;
        }
        let mut concerned: Vec<usize> = drafts.iter().map(|d| d.composition).collect();
        concerned.sort_unstable();
        concerned.dedup();
        let roots: Vec<NodeId> = r.beside().into_iter().chain(r.events.iter().copied()).collect();
        let code = self.program.code(&roots);
        let few = self.population.read_by(code.inputs(), &concerned);
        let rows = |b: usize| (b * BLOCK, ((b + 1) * BLOCK).min(few.foyers()));
        let one = |machine: &mut Machine<'_>, b: usize| {
            let (from, to) = rows(b);
            machine.run_on(&few, from, to);
            let persons = |f: usize| few.offsets.get(f).copied().unwrap_or(0);
            self.columns(right, r, machine, (to - from, persons(to) - persons(from)))
        };
        let blocks = if roots.is_empty() { 0 } else { few.foyers().div_ceil(BLOCK) };
        let blocks: Vec<Columns> = (0..blocks).into_par_iter().map_init(|| Machine::new(&code), one).collect();
        let mut all = Columns { events: vec![Vec::new(); r.events.len()], ..Columns::default() };
        for b in blocks {
            all.observed.extend(b.observed);
            all.no.extend(b.no);
            all.events.iter_mut().zip(b.events).for_each(|(a, e)| a.extend(e));
        }
        let person_unit = right.unit == Entity::Personne;
        let bound = |i: usize| self.slots.offsets.get(i).copied().unwrap_or(0);
        for d in drafts {
            let Ok(k) = concerned.binary_search(&d.composition) else { continue };
            let first = few.offsets.get(k).copied().unwrap_or(0);
            let row = if person_unit { first + d.row - bound(d.composition) } else { k };
            // The members who speak for the unit: the person, or the adults of the foyer.
            let members: Vec<usize> = if person_unit {
                vec![row]
            } else {
                (bound(d.composition)..bound(d.composition + 1))
                    .filter(|s| self.adult(*s))
                    .map(|s| first + s - bound(d.composition))
                    .collect()
            };
            if right.kind == RightKind::Droit {
                let bits = all.observed.get(row).copied().unwrap_or(0);
                let held = |calc: usize| {
                    let at = right.journey.as_ref().and_then(|j| j.observed.iter().position(|(_, c)| *c == calc));
                    at.is_some_and(|i| i < 64 && bits & (1 << i) != 0)
                };
                let shown = self.pack.types.shown(right.journey.as_ref(), held);
                d.finding.types = shown.labels.iter().copied().map(Label::name).collect();
                let observations = shown.observations.iter().filter_map(|o| self.pack.types.observations.get(*o));
                d.finding.reasons.extend(observations.map(recours_rules::journey::Observation::reason));
                d.finding.reasons.extend(self.sequence(right, r, &all, k, &members));
            }
            let known = members.iter().map(|m| Known { no: all.no.get(*m).copied().unwrap_or_default(), yes: Mask::NONE });
            let no = Known::together(known).no;
            if !no.is_empty() {
                let variant = self.pack.catalogue.variant_for(right, |b| self.knows(b, d.person), None, self.pack.on);
                d.finding.unmet = variant.map(|v| v.unmet(no).iter().map(|r| r.name()).collect()).unwrap_or_default();
            }
        }
    }

    fn columns(&self, right: &Right, r: &RightProgram, machine: &Machine<'_>, (foyers, persons): (usize, usize)) -> Columns {
        let views = |ids: &mut dyn Iterator<Item = NodeId>| ids.map(|id| machine.column(id)).collect::<Vec<Option<View<'_>>>>();
        let (observed, required) = (views(&mut r.observed.iter().copied()), views(&mut r.required.iter().map(|(_, id)| *id)));
        let holds = |c: &Option<View<'_>>, row: usize| c.as_ref().is_some_and(|c| c.bool_at(row) == 2);
        let units = if right.unit == Entity::Personne { persons } else { foyers };
        let bits = |row: usize| {
            let held = observed.iter().take(64).enumerate().filter(|(_, c)| holds(c, row));
            held.fold(0u64, |m, (i, _)| m | (1 << i))
        };
        let no = |row: usize| r.required.iter().zip(&required).filter(|(_, c)| holds(c, row)).map(|((x, _), _)| *x).collect();
        let dates = |id: &NodeId| {
            let node = self.program.nodes.get(*id).filter(|n| n.shape == Shape::Date);
            let rows = |level: Level| match level {
                Level::Const => 1,
                Level::Foyer => foyers,
                Level::Person => persons,
            };
            let column = machine.column(*id).zip(node);
            column.map_or_else(Vec::new, |(c, n)| (0..rows(n.level)).map(|i| (c.interval(i), c.absent_at(i))).collect())
        };
        Columns {
            observed: (0..units).map(bits).collect(),
            no: (0..persons).map(no).collect(),
            events: r.events.iter().map(dates).collect(),
        }
    }

    /// What happened, from the oldest to the latest: `suite:information>demande`. Between two events whose dates are not
    /// known closely enough stands `~`. Nothing where fewer than two are known to have happened.
    fn sequence(&self, right: &Right, r: &RightProgram, all: &Columns, foyer: usize, members: &[usize]) -> Option<String> {
        let journey = right.journey.as_ref()?;
        let mut known: Vec<(Interval, &str)> = Vec::new();
        for (((e, _), id), rows) in journey.events.iter().zip(&r.events).zip(&all.events) {
            let Some(event) = self.pack.types.events.get(*e) else { continue };
            let person = self.program.nodes.get(*id).is_some_and(|n| n.level == Level::Person);
            let foyers = [foyer];
            let at: &[usize] = if person { members } else { &foyers };
            let past = at.iter().filter_map(|i| rows.get(*i)).filter(|(x, absent)| *absent == 0 && x.hi <= self.pack.on);
            known.extend(past.map(|(x, _)| (*x, event.name.as_str())));
        }
        if known.len() < 2 {
            return None;
        }
        known.sort_by_key(|(x, name)| (x.hi, x.lo, *name));
        let mut out = String::from("suite:");
        let mut latest = None;
        for (x, name) in known {
            match latest {
                None => {}
                Some(before) if before < x.lo => out.push('>'),
                Some(_) => out.push('~'),
            }
            out += name;
            latest = latest.max(Some(x.hi));
        }
        Some(out)
    }

    /// Whether a member may be an adult of the foyer.
    fn adult(&self, slot: usize) -> bool {
        let adult = (1u64 << self.roles.applicant) | (1u64 << self.roles.partner);
        self.slots.roles.get(slot).is_some_and(|r| r & adult != 0)
    }

    /// Whether a body knows a person.
    fn knows(&self, body: &str, person: u32) -> bool {
        self.known_to.iter().any(|(b, persons)| b == body && persons.get(person as usize) == Some(&true))
    }
}

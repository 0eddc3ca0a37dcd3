//! What everything else rests on once bodies' rows are gone, and the order in which one right is decided.

use super::RightCount;
use super::draft::Caps;
use super::judge::Verdict;
use crate::eval::Population;
use crate::exposition::{self, Situation, Tally};
use crate::finding::{self, Certainty, Finding};
use crate::link::compositions::{Households, Roles};
use crate::link::facts::Slots;
use crate::link::{Handle, NONE};
use crate::plan::{Program, RightProgram};
use recours_rules::pack::{Pack, Right, RightKind};
use recours_rules::types::Entity;
use std::collections::BTreeMap;

/// Everything that does not depend on a right.
pub(super) struct Ground<'a> {
    pub(super) pack: &'a Pack,
    pub(super) program: &'a Program,
    /// Of each person.
    pub(super) handles: Vec<Handle>,
    pub(super) homes: Households,
    pub(super) slots: Slots,
    pub(super) population: Population,
    /// Per input, where a value stands for the silence of all payers.
    pub(super) silent: Vec<Vec<bool>>,
    /// Per input, of whom several bodies together say something; empty where one alone does.
    pub(super) spoken: Vec<Vec<bool>>,
    /// Per input, the payers whose silence is no answer, and why.
    pub(super) unanswering: Vec<Vec<String>>,
    /// Weakest link of each composition.
    pub(super) force: Vec<u8>,
    pub(super) roles: Roles,
    pub(super) majority: Vec<Option<bool>>,
    /// Of each body, the persons whom it knows; empty where bodies are not told apart.
    pub(super) known_to: Vec<(String, Vec<bool>)>,
}

impl Ground<'_> {
    /// Findings of the rights to evaluate here, sorted, and their counts by right.
    pub(super) fn findings(&self, evaluated: &dyn Fn(&Right) -> bool) -> (Vec<Finding>, BTreeMap<String, RightCount>, Tally) {
        let mut findings = Vec::new();
        let mut situations: BTreeMap<u32, Situation> = BTreeMap::new();
        let mut counts = BTreeMap::new();
        for r in &self.program.rights {
            if let Some(right) = self.pack.rights.get(r.right).filter(|d| evaluated(d)) {
                let (mut found, mut count) = self.right(right, r, &mut situations);
                finding::sort(&mut found);
                for f in &found {
                    match f.certainty {
                        Certainty::Certain => count.certain += 1,
                        Certainty::Probable => count.probable += 1,
                        Certainty::Possible => count.possible += 1,
                    }
                    if f.certainty == Certainty::Possible {
                        for m in &f.missing {
                            *count.missing.entry(m.clone()).or_default() += 1;
                        }
                    }
                }
                counts.insert(right.id.clone(), count);
                findings.append(&mut found);
            }
        }
        finding::sort(&mut findings);
        let known = self.means();
        let told = situations.into_iter().map(|(person, s)| {
            let k = known.get(person as usize).copied().unwrap_or_default();
            Situation { known_yes: k.yes, known_no: k.no, ..s }
        });
        (findings, counts, exposition::tally(self.pack, told))
    }

    /// Who is known to receive each right of the pack.
    pub(super) fn receivers(&self) -> Vec<Vec<Handle>> {
        let mut out = vec![Vec::new(); self.pack.rights.len()];
        for r in self.program.rights.iter().filter(|r| r.received.is_some()) {
            let Some(right) = self.pack.rights.get(r.right) else { continue };
            let rows = self.judge(right, r, &self.population);
            for at in &self.homes.units {
                for (row, person) in self.units_of(right, *at) {
                    let received = rows.get(row).is_some_and(|s| s.verdict.received == 2);
                    if let (true, Some(list), Some(handle)) = (received, out.get_mut(r.right), self.handles.get(person as usize)) {
                        list.push(*handle);
                    }
                }
            }
        }
        out
    }

    fn right(&self, right: &Right, r: &RightProgram, situations: &mut BTreeMap<u32, Situation>) -> (Vec<Finding>, RightCount) {
        let strict = self.judge(right, r, &self.population);
        let supposed = self.with_assumptions(right);
        let assumed = supposed.as_ref().map(|p| self.judge(right, r, p));
        let stale = self.stale_parameters(right);
        let mut count = RightCount { kind: if right.kind == RightKind::Droit { "droit" } else { "rupture" }, ..RightCount::default() };
        let unanswering = self.unanswering_payers(r);
        let caps = Caps {
            unmodelled: !right.not_modelled.is_empty() || !stale.is_empty(),
            payers: !unanswering.is_empty(),
            reads_children: self.reads_children(r),
        };
        count.not_modelled = right.not_modelled.iter().map(|n| n.id.clone()).chain(stale).chain(unanswering).collect();
        let mut drafts = Vec::new();
        for (u, at) in self.homes.units.iter().enumerate() {
            for (row, person) in self.units_of(right, *at) {
                let Some(s) = strict.get(row) else { continue };
                count.units += 1;
                count.received += usize::from(right.kind == RightKind::Droit && s.verdict.received == 2);
                let with = assumed.as_ref().and_then(|j| j.get(row)).map_or(s.verdict.strict, |x| x.verdict.strict);
                let verdict = Verdict { assumed: with, ..s.verdict };
                let draft = self.draft(right, r, &caps, u, *at, row, person, verdict, s, &strict);
                if right.kind == RightKind::Droit {
                    let probable = draft.as_ref().is_some_and(|d| d.finding.certainty >= Certainty::Probable);
                    count.take_up.add(&verdict, probable);
                    let situation = situations.entry(person).or_default();
                    if verdict.received == 2 {
                        situation.held.insert(r.right);
                    } else if probable {
                        situation.probable.insert(r.right);
                    }
                }
                drafts.extend(draft);
            }
        }
        self.find_missing(right, r, supposed.as_ref().unwrap_or(&self.population), &mut drafts);
        self.say_beside(right, r, &mut drafts);
        (drafts.into_iter().map(|d| d.finding).collect(), count)
    }

    /// The units of a right in one household: (row of its columns, person who carries the finding).
    fn units_of(&self, right: &Right, composition: usize) -> Vec<(usize, u32)> {
        let bound = |i: usize| self.slots.offsets.get(i).copied().unwrap_or(0);
        let known = (bound(composition)..bound(composition + 1))
            .filter_map(|s| self.slots.person.get(s).map(|p| (s, *p)))
            .filter(|(s, p)| *p != NONE && self.of_age(*s, *p));
        if right.unit == Entity::Personne {
            known.collect()
        } else {
            // The foyer's row goes to its reference adult; a foyer without any known adult has no row.
            known.take(1).map(|(_, p)| (composition, p)).collect()
        }
    }

    /// Of age, or of unknown age and an adult of the foyer: no minor is ever the unit of a row.
    pub(super) fn of_age(&self, slot: usize, person: u32) -> bool {
        match self.majority.get(person as usize).copied().flatten() {
            Some(x) => x,
            None => {
                let adult = (1u64 << self.roles.applicant) | (1u64 << self.roles.partner);
                self.slots.roles.get(slot).is_some_and(|r| r & !adult == 0)
            }
        }
    }
}

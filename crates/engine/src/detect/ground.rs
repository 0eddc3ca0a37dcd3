//! What everything else rests on once bodies' rows are gone, and the order in which one right is decided.

use super::RightCount;
use super::draft::Caps;
use super::judge::{self, Judged, Rule, Verdict};
use super::suppose::Supposed;
use crate::eval::Population;
use crate::exposition::{self, Situation, Tally};
use crate::finding::{self, Certainty, Finding};
use crate::link::compositions::{Households, Roles};
use crate::link::facts::Slots;
use crate::link::{Handle, NONE};
use crate::plan::{NodeId, Program};
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

/// At most so many verdicts are held at a time: what all rights share is computed once over few foyers, and rights are taken
/// some at a time over many.
const HELD: usize = 2_000_000;

/// A right, with what it supposes.
struct Case<'a> {
    rule: Rule<'a>,
    /// Whether findings are asked of it.
    evaluated: bool,
    /// Among the suppositions made.
    supposed: Option<usize>,
}

/// Verdicts under a supposition, of the compositions that it changes.
struct Assumed<'a> {
    supposed: &'a Supposed,
    judged: Judged,
    /// Where their persons begin.
    offsets: Vec<usize>,
}

impl Assumed<'_> {
    fn verdict(&self, at: usize, row: usize, person_unit: bool) -> Option<u8> {
        let k = self.supposed.changed.binary_search(&at).ok()?;
        let first = self.supposed.population.offsets.get(at)?;
        let row = if person_unit { self.offsets.get(k)? + row.checked_sub(*first)? } else { k };
        self.judged.verdict(row).map(|v| v.strict)
    }
}

/// What detection counts besides its findings.
#[derive(Default)]
pub(super) struct Counted {
    pub(super) counts: BTreeMap<String, RightCount>,
    situations: BTreeMap<u32, Situation>,
}

impl Ground<'_> {
    /// Findings of the rights to evaluate here, sorted, and their counts by right.
    pub(super) fn findings(&self, evaluated: &dyn Fn(&Right) -> bool) -> (Vec<Finding>, BTreeMap<String, RightCount>, Tally) {
        let mut counted = Counted::default();
        let findings = self.found(evaluated, Some(&mut counted), None);
        let known = self.means();
        let told = counted.situations.into_iter().map(|(person, s)| {
            let k = known.get(person as usize).copied().unwrap_or_default();
            Situation { known_yes: k.yes, known_no: k.no, ..s }
        });
        (findings, counted.counts, exposition::tally(self.pack, told))
    }

    /// Findings of the rights to evaluate here, sorted. With `kept`, what every right of the program says of every unit, in
    /// the order of the program.
    pub(super) fn found(
        &self,
        evaluated: &dyn Fn(&Right) -> bool,
        mut counted: Option<&mut Counted>,
        mut kept: Option<&mut Vec<Judged>>,
    ) -> Vec<Finding> {
        let mut supposed: Vec<Supposed> = Vec::new();
        let rules = self.program.rights.iter().filter_map(|r| self.pack.rights.get(r.right).map(|d| (d, r)));
        let rules = rules.map(|rule| (evaluated(rule.0), rule)).filter(|(evaluated, _)| *evaluated || kept.is_some());
        let cases: Vec<Case<'_>> =
            rules.map(|(evaluated, rule)| Case { rule, evaluated, supposed: self.supposed_by(rule.0, &mut supposed) }).collect();
        let mut findings = Vec::new();
        for some in cases.chunks((HELD / self.slots.person.len().max(1)).max(1)) {
            let rules: Vec<Rule<'_>> = some.iter().map(|c| c.rule).collect();
            let mut strict = judge::judge(self.program, &rules, &self.population);
            let mut assumed = self.assumed(some, &supposed);
            for (i, (case, strict)) in some.iter().zip(&strict).enumerate().filter(|(_, (c, _))| c.evaluated) {
                let assumed = assumed.get_mut(i).and_then(Option::take);
                let population = case.supposed.and_then(|s| supposed.get(s)).map_or(&self.population, |s| &s.population);
                findings.append(&mut self.right(case.rule, strict, assumed.as_ref(), population, counted.as_deref_mut()));
            }
            if let Some(kept) = &mut kept {
                kept.append(&mut strict);
            }
        }
        finding::sort(&mut findings);
        findings
    }

    /// Which of the suppositions a right makes, a new one if need be; `None` when it makes none.
    fn supposed_by(&self, right: &Right, known: &mut Vec<Supposed>) -> Option<usize> {
        let of = self.supposition(right);
        if of.is_empty() {
            return None;
        }
        Some(known.iter().position(|s| s.of == of).unwrap_or_else(|| {
            known.push(self.suppose(of));
            known.len() - 1
        }))
    }

    /// Verdicts of some rights under what each supposes, where that changes something.
    fn assumed<'s>(&self, some: &[Case<'_>], supposed: &'s [Supposed]) -> Vec<Option<Assumed<'s>>> {
        let mut out: Vec<Option<Assumed<'s>>> = some.iter().map(|_| None).collect();
        for (s, supposed) in supposed.iter().enumerate().filter(|(_, s)| !s.changed.is_empty()) {
            let places: Vec<usize> = some.iter().enumerate().filter(|(_, c)| c.supposed == Some(s)).map(|(i, _)| i).collect();
            let rules: Vec<Rule<'_>> = places.iter().filter_map(|i| some.get(*i)).map(|c| c.rule).collect();
            if rules.is_empty() {
                continue;
            }
            let roots: Vec<NodeId> = rules.iter().flat_map(|(_, r)| judge::roots(r)).collect();
            let few = supposed.population.read_by(self.program.code(&roots).inputs(), &supposed.changed);
            for (place, judged) in places.into_iter().zip(judge::judge(self.program, &rules, &few)) {
                if let Some(slot) = out.get_mut(place) {
                    *slot = Some(Assumed { supposed, judged, offsets: few.offsets.clone() });
                }
            }
        }
        out
    }

    /// Who is known to receive each right of the pack.
    pub(super) fn receivers(&self) -> Vec<Vec<Handle>> {
        let mut out = vec![Vec::new(); self.pack.rights.len()];
        for r in self.program.rights.iter().filter(|r| r.received.is_some()) {
            let Some(right) = self.pack.rights.get(r.right) else { continue };
            let Some(rows) = judge::judge(self.program, &[(right, r)], &self.population).pop() else { continue };
            for at in &self.homes.units {
                self.units_of(right, *at, |row, person| {
                    let received = rows.verdict(row).is_some_and(|v| v.received == 2);
                    if let (true, Some(list), Some(handle)) = (received, out.get_mut(r.right), self.handles.get(person as usize)) {
                        list.push(*handle);
                    }
                });
            }
        }
        out
    }

    fn right(
        &self,
        (right, r): Rule<'_>,
        strict: &Judged,
        assumed: Option<&Assumed<'_>>,
        population: &Population,
        mut counted: Option<&mut Counted>,
    ) -> Vec<Finding> {
        let stale = &r.unchecked;
        let mut count = RightCount { kind: if right.kind == RightKind::Droit { "droit" } else { "rupture" }, ..RightCount::default() };
        let unanswering = self.unanswering_payers(r);
        let partial = self.homes.compositions.iter().any(|c| !c.complete);
        let caps = Caps {
            unmodelled: r.leaves_out(right),
            payers: !unanswering.is_empty(),
            // Asked only where it may lower something: where some household is not wholly described.
            reads_children: partial && self.reads_children(r),
            silent: self.silent_inputs(r),
        };
        count.not_modelled = right.not_modelled.iter().map(|n| n.id.clone()).chain(stale.iter().cloned()).chain(unanswering).collect();
        let person_unit = right.unit == Entity::Personne;
        let mut drafts = Vec::new();
        for (u, at) in self.homes.units.iter().enumerate() {
            self.units_of(right, *at, |row, person| {
                let Some(verdict) = strict.verdict(row) else { return };
                let with = assumed.and_then(|a| a.verdict(*at, row, person_unit)).unwrap_or(verdict.strict);
                let verdict = Verdict { assumed: with, ..verdict };
                let draft = self.draft(right, &caps, u, *at, row, person, verdict, strict);
                if let Some(counted) = counted.as_deref_mut() {
                    counted.add(right, r.right, &mut count, person, verdict, draft.as_ref().map(|d| &d.finding));
                }
                drafts.extend(draft);
            });
        }
        self.find_missing(right, r, population, &mut drafts);
        self.say_beside(right, r, &mut drafts);
        let mut found: Vec<Finding> = drafts.into_iter().map(|d| d.finding).collect();
        if let Some(counted) = counted {
            finding::sort(&mut found);
            count.findings(&found);
            counted.counts.insert(right.id.clone(), count);
        }
        found
    }

    /// The units of a right in one household: (row of its columns, person who carries the finding).
    fn units_of(&self, right: &Right, composition: usize, mut each: impl FnMut(usize, u32)) {
        let bound = |i: usize| self.slots.offsets.get(i).copied().unwrap_or(0);
        let known = (bound(composition)..bound(composition + 1))
            .filter_map(|s| self.slots.person.get(s).map(|p| (s, *p)))
            .filter(|(s, p)| *p != NONE && self.of_age(*s, *p));
        if right.unit == Entity::Personne {
            known.for_each(|(row, person)| each(row, person));
        } else {
            // The foyer's row goes to its reference adult; a foyer without any known adult has no row.
            known.take(1).for_each(|(_, person)| each(composition, person));
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

impl Counted {
    /// One unit of a right.
    fn add(&mut self, right: &Right, at: usize, count: &mut RightCount, person: u32, verdict: Verdict, found: Option<&Finding>) {
        count.units += 1;
        if right.kind != RightKind::Droit {
            return;
        }
        count.received += usize::from(verdict.received == 2);
        let probable = found.is_some_and(|f| f.certainty >= Certainty::Probable);
        count.take_up.add(&verdict, probable);
        let situation = self.situations.entry(person).or_default();
        if verdict.received == 2 {
            situation.held.insert(at);
        } else if probable {
            situation.probable.insert(at);
        }
    }
}

impl RightCount {
    /// Its findings by grade, and what is missing of those that are not settled.
    fn findings(&mut self, found: &[Finding]) {
        for f in found {
            match f.certainty {
                Certainty::Certain => self.certain += 1,
                Certainty::Probable => self.probable += 1,
                Certainty::Possible => self.possible += 1,
            }
            if f.certainty == Certainty::Possible {
                for m in &f.missing {
                    *self.missing.entry(m.clone()).or_default() += 1;
                }
            }
        }
    }
}

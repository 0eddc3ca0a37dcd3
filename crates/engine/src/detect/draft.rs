//! From a verdict to a finding: its grade, and what caps it.

use super::ground::Ground;
use super::judge::{Judged, Verdict, per_month};
use crate::finding::{Cap, Certainty, Finding};
use crate::plan::{Level, NodeId, Op, RightProgram};
use recours_rules::pack::{Right, RightKind};
use recours_rules::types::Entity;
use std::collections::BTreeSet;

/// A finding whose missing facts are still to be found.
pub(super) struct Draft {
    pub(super) finding: Finding,
    /// Row of the right's columns (person or composition), and its composition.
    pub(super) row: usize,
    pub(super) composition: usize,
    /// Who carries the finding.
    pub(super) person: u32,
    /// Facts of the verdict, and of receipt, are asked about.
    pub(super) ask: (bool, bool),
}

/// What caps the grade of every finding of a right.
pub(super) struct Caps {
    /// The rule leaves conditions out, or reads a parameter that was not checked up to the day.
    pub(super) unmodelled: bool,
    /// Some payer's silence is no answer.
    pub(super) payers: bool,
    pub(super) reads_children: bool,
    /// Inputs of the verdict and of receipt of which some value stands for silence, with their level.
    pub(super) silent: Vec<(usize, Level)>,
}

impl Ground<'_> {
    #[expect(clippy::too_many_arguments, reason = "one finding is decided from all of these, once")]
    pub(super) fn draft(
        &self,
        right: &Right,
        caps: &Caps,
        unit: usize,
        at: usize,
        row: usize,
        person: u32,
        verdict: Verdict,
        strict: &Judged,
    ) -> Option<Draft> {
        let person_unit = right.unit == Entity::Personne;
        let mut certainty = grade(verdict)?;
        let s = strict.said(row)?;
        // Somebody of unknown age whom no body describes may be a minor: only a fact that holders give of adults
        // alone (a payment in course) makes a finding.
        let described = self.homes.compositions.get(at).is_some_and(|c| c.delivery.is_some());
        if !described && self.majority.get(person as usize).copied().flatten().is_none() && verdict.strict != 2 {
            return None;
        }
        let others = self.homes.others.get(unit).map(Vec::as_slice).unwrap_or_default();
        // Another description of the household that says something else lowers the grade.
        let disputed = !person_unit
            && others.iter().any(|o| strict.verdict(*o).is_none_or(|x| x.strict != verdict.strict || x.received != verdict.received));
        let partial = caps.reads_children && self.homes.compositions.get(at).is_none_or(|c| !c.complete);
        let links = match self.force.get(at).copied().unwrap_or(4) {
            3.. => None,
            2 => Some(Cap::Links(Certainty::Probable)),
            _ => Some(Cap::Links(Certainty::Possible)),
        };
        let caps_of_mission: Vec<Cap> = [
            caps.payers.then_some(Cap::Payers),
            self.rests_on_silence(&caps.silent, at, row, person_unit).then_some(Cap::Silence),
            links,
            (disputed || partial).then_some(Cap::Household),
        ]
        .into_iter()
        .flatten()
        .collect();
        if caps.unmodelled {
            certainty = certainty.min(Certainty::Probable);
        }
        certainty = caps_of_mission.iter().map(|c| c.ceiling()).fold(certainty, Certainty::min);
        let mut reasons: Vec<String> =
            right.conditions.iter().enumerate().filter(|(i, _)| s.clauses & (1 << i) != 0).map(|(_, c)| c.id.clone()).collect();
        if verdict.strict != 2 && verdict.assumed == 2 {
            reasons.extend(right.assumptions.iter().map(|a| format!("hypothese:{}", a.id)));
        }
        let finding = Finding {
            unit: self.handles.get(person as usize).copied().unwrap_or_default(),
            unit_kind: if person_unit { "personne" } else { "foyer" },
            kind: if right.kind == RightKind::Droit { "non_recours" } else { "rupture" },
            right: right.id.clone(),
            rule: right.rule(),
            certainty,
            types: Vec::new(),
            unmet: Vec::new(),
            stage: right.stage.clone(),
            deadline: s.deadline,
            useful_date: s.useful,
            amount: per_month(right, s.amount),
            reasons,
            missing: if disputed || partial { vec!["composition".into()] } else { Vec::new() },
            caps: caps_of_mission,
        };
        let receipt = right.kind == RightKind::Droit && verdict.received == 1;
        Some(Draft { finding, row, composition: at, person, ask: (verdict.assumed == 1, receipt) })
    }

    /// Whether a right's verdict depends on who the children are.
    pub(super) fn reads_children(&self, r: &RightProgram) -> bool {
        let marks = self.program.needed(&[r.entitled]);
        let child = 1u64 << self.roles.child;
        self.program.nodes.iter().enumerate().any(|(id, n)| {
            marks.get(id) == Some(&true)
                && match &n.op {
                    Op::CodeIn(a, mask) => {
                        let role = matches!(self.program.nodes.get(*a).map(|n| &n.op), Some(Op::Input(s)) if self.program.inputs.get(*s).is_some_and(|f| f.0 == self.pack.role));
                        role && mask & child != 0
                    }
                    _ => false,
                }
        })
    }

    /// Payers of a right whose silence is no answer: somebody who gets nothing from the others may get it from them.
    pub(super) fn unanswering_payers(&self, r: &RightProgram) -> Vec<String> {
        if self.unanswering.iter().all(Vec::is_empty) {
            return Vec::new();
        }
        let marks = r.received.map(|root| self.program.needed(&[root])).unwrap_or_default();
        let read = self.program.nodes.iter().enumerate().filter(|(id, _)| marks.get(*id) == Some(&true));
        let payers = read.filter_map(|(_, n)| if let Op::Input(slot) = n.op { self.unanswering.get(slot) } else { None }).flatten();
        payers.cloned().collect::<BTreeSet<String>>().into_iter().collect()
    }

    /// Inputs of a right's verdict and of its receipt of which some value stands for the silence of all payers.
    pub(super) fn silent_inputs(&self, r: &RightProgram) -> Vec<(usize, Level)> {
        if self.silent.iter().all(Vec::is_empty) {
            return Vec::new();
        }
        let roots: Vec<NodeId> = [Some(r.entitled), r.received].into_iter().flatten().collect();
        let marks = self.program.needed(&roots);
        let read = self.program.nodes.iter().zip(&marks).filter(|(_, m)| **m);
        let silent = |slot: usize| self.silent.get(slot).is_some_and(|s| !s.is_empty());
        read.filter_map(|(n, _)| if let Op::Input(slot) = n.op { silent(slot).then_some((slot, n.level)) } else { None }).collect()
    }

    fn rests_on_silence(&self, inputs: &[(usize, Level)], composition: usize, row: usize, person_unit: bool) -> bool {
        let bound = |i: usize| self.slots.offsets.get(i).copied().unwrap_or(0);
        inputs.iter().any(|(slot, level)| {
            let is = |i: usize| self.silent.get(*slot).and_then(|s| s.get(i)) == Some(&true);
            match level {
                Level::Foyer => is(composition),
                _ if person_unit => is(row),
                _ => (bound(composition)..bound(composition + 1)).any(is),
            }
        })
    }
}

/// The grade of a finding before caps; `None` when there is none.
fn grade(v: Verdict) -> Option<Certainty> {
    if !v.may_be_found() {
        return None;
    }
    let settled = v.received == 0 && v.acted == 0;
    Some(match (v.strict, v.assumed) {
        (2, _) if settled => Certainty::Certain,
        (_, 2) if settled => Certainty::Probable,
        _ => Certainty::Possible,
    })
}

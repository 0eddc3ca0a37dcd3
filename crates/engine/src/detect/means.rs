//! What observed facts say of the requirements of procedures, person by person, for counts only.

use super::ground::Ground;
use crate::eval;
use crate::link::NONE;
use crate::plan::NodeId;
use recours_rules::catalogue::{Mask, Requirement};
use recours_rules::journey::Known;
use std::collections::BTreeSet;

impl Ground<'_> {
    /// By person: requirements known to be met, and known not to be. Nothing for people of whom nothing is known.
    pub(super) fn means(&self) -> Vec<Known> {
        let mut known = vec![Known::default(); self.handles.len()];
        let rights = || self.program.rights.iter();
        let no: BTreeSet<(Requirement, NodeId)> = rights().flat_map(|r| r.required.iter().copied()).collect();
        let yes: BTreeSet<(Requirement, NodeId)> = rights().flat_map(|r| r.met.iter().copied()).collect();
        let roots: Vec<NodeId> = no.iter().chain(&yes).map(|(_, n)| *n).collect();
        if roots.is_empty() {
            return known;
        }
        let blocks = eval::run(self.program, &self.population, &roots, |done| {
            let holds = |set: &BTreeSet<(Requirement, NodeId)>, row: usize| -> Mask {
                set.iter().filter(|(_, id)| done.column(*id).is_some_and(|c| c.bool_at(row) == 2)).map(|(r, _)| *r).collect()
            };
            (0..done.persons).map(|row| Known { no: holds(&no, row), yes: holds(&yes, row) }).collect::<Vec<Known>>()
        });
        for (said, person) in blocks.into_iter().flatten().zip(&self.slots.person).filter(|(_, p)| **p != NONE) {
            if let Some(k) = known.get_mut(*person as usize) {
                *k = Known { no: k.no.or(said.no), yes: k.yes.or(said.yes) };
            }
        }
        known
    }
}

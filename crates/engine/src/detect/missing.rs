//! The facts that would settle what is not settled.

use super::draft::Draft;
use super::ground::Ground;
use crate::eval::settle::Settler;
use crate::eval::{self, Population};
use crate::plan::{NodeId, RightProgram};
use recours_rules::pack::Right;
use recours_rules::types::Entity;
use std::collections::{BTreeMap, BTreeSet};

impl Ground<'_> {
    /// The smallest facts that would settle what is not settled, asked only of the units concerned.
    pub(super) fn find_missing(&self, right: &Right, r: &RightProgram, population: &Population, drafts: &mut [Draft]) {
        let mut concerned: Vec<usize> = drafts.iter().filter(|d| d.ask.0 || d.ask.1).map(|d| d.composition).collect();
        concerned.sort_unstable();
        concerned.dedup();
        if concerned.is_empty() {
            return;
        }
        let asked = |verdict: bool| drafts.iter().any(|d| if verdict { d.ask.0 } else { d.ask.1 });
        let (verdict, receipt) = (Some(r.entitled).filter(|_| asked(true)), r.received.filter(|_| asked(false)));
        let roots: Vec<NodeId> = verdict.into_iter().chain(receipt).collect();
        let few = population.few(self.program, &concerned, &roots);
        let person_unit = right.unit == Entity::Personne;
        let sets = |root: NodeId| -> BTreeMap<usize, Vec<usize>> {
            let blocks = eval::run_with(
                self.program,
                &few,
                &[root],
                || Settler::new(self.program),
                |settler, done| {
                    let base = if person_unit { done.first_person } else { done.first_foyer };
                    settler.missing(&few, done, root).into_iter().map(|(u, s)| (base + u, s)).collect::<Vec<_>>()
                },
            );
            blocks.into_iter().flatten().collect()
        };
        let verdicts = verdict.map(sets).unwrap_or_default();
        let receipts = receipt.map(sets).unwrap_or_default();
        let bound = |i: usize| self.slots.offsets.get(i).copied().unwrap_or(0);
        for d in drafts {
            let Ok(k) = concerned.binary_search(&d.composition) else { continue };
            let row = if person_unit { few.offsets.get(k).copied().unwrap_or(0) + d.row - bound(d.composition) } else { k };
            let asked = [(d.ask.0, &verdicts), (d.ask.1, &receipts)].into_iter().filter(|(asked, _)| *asked);
            let variables: BTreeSet<usize> = asked.flat_map(|(_, found)| found.get(&row)).flatten().copied().collect();
            let names: BTreeSet<&String> =
                variables.iter().filter_map(|v| self.pack.vocabulary.variables.get(*v)).map(|v| &v.name).collect();
            let mut names: Vec<String> = names.into_iter().cloned().collect();
            names.append(&mut d.finding.missing);
            d.finding.missing = names;
        }
    }
}

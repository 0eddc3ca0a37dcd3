//! Which facts would settle a verdict: minimal sets, from the formulas of what keeps it open.
//!
//! A set of facts is sufficient when the verdict would be settled whatever values they turned out to have.
//! Sufficiency only grows with the set, so dropping facts one by one from a sufficient set, keeping each
//! drop after which it still is, ends in a minimal one.

use super::openness::{CLOSED, FormulaId, Formulas, Slots, Traced, trace};
use super::{Evaluated, Population, block};
use crate::plan::{Level, NodeId, Op, Program};
use crate::reference::FactId;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;

/// Minimal sets of facts for a unit asked about, smallest first.
pub type Sets = Vec<Vec<FactId>>;

/// How many times a set is looked for that does without facts of those found.
pub const ALTERNATIVES: usize = 8;

/// Formulas kept from one block to the next, at most.
const KEPT: usize = 100_000;

/// Finds minimal sets block after block, and remembers those of each formula: the same things unknown, the same sets.
pub struct Settler<'a> {
    program: &'a Program,
    formulas: Formulas,
    known: HashMap<(FormulaId, usize), Arc<Sets>>,
    /// Facts of which some rule asks whether they are known.
    asked: Slots,
    nothing: Arc<Sets>,
}

/// A block of which the roots asked about are traced.
pub struct Block<'a> {
    population: &'a Population,
    done: &'a Evaluated,
    traced: Traced,
}

impl<'a> Settler<'a> {
    /// For the verdicts of a program.
    #[must_use]
    pub fn new(program: &'a Program) -> Self {
        let mut asked = Slots::none(program);
        program.nodes.iter().filter_map(|n| asked_slot(program, &n.op)).for_each(|s| asked.insert(s));
        Self { program, formulas: Formulas::new(program), known: HashMap::new(), asked, nothing: Arc::default() }
    }

    /// Traces an evaluated block, for the roots of which some verdict is not settled.
    #[must_use]
    pub fn block<'b>(&mut self, population: &'b Population, done: &'b Evaluated, roots: &[NodeId]) -> Block<'b> {
        if self.formulas.len() > KEPT {
            self.formulas = Formulas::new(self.program);
            self.known.clear();
        }
        let open = |r: &NodeId| done.column(*r).is_some_and(|c| (0..c.len()).any(|i| c.bool_at(i) == 1));
        let roots: Vec<NodeId> = roots.iter().copied().filter(open).collect();
        let marks = self.program.needed(&roots);
        Block { population, done, traced: trace(self.program, done, &marks, &mut self.formulas) }
    }

    /// At most `most` minimal sets for a row of a root of a traced block. None when the verdict is settled, or when no
    /// fact would settle it (a parameter without value, a division by zero).
    #[must_use]
    pub fn sets(&mut self, b: &Block<'_>, root: NodeId, row: usize, most: usize) -> Arc<Sets> {
        let id = b.traced.at(root, row);
        if id == CLOSED {
            return self.nothing.clone();
        }
        if self.formulas.asks(id) {
            // Its values move with what is supposed: asked of this foyer alone.
            let mut moving = self.moving(b, root, row);
            let facts = moving.unknown();
            let found = enumerate(self.program, &facts, most, &mut |s| moving.settled(&mut self.formulas, s));
            return Arc::new(found);
        }
        if let Some(sets) = self.known.get(&(id, most)) {
            return sets.clone();
        }
        let (facts, parts) = (self.formulas.facts(id), self.formulas.parts(id));
        let sets = Arc::new(enumerate(self.program, &facts, most, &mut |s| self.formulas.settled(&parts, s)));
        self.known.insert((id, most), sets.clone());
        sets
    }

    /// For the units of an evaluated block whose verdict in `root` is not settled: the variables of one set that would
    /// settle it, a series counting as one. What a detection over millions needs. The keys are rows of `root`.
    #[must_use]
    pub fn missing(&mut self, population: &Population, done: &Evaluated, root: NodeId) -> BTreeMap<usize, Vec<usize>> {
        self.each_unsettled(population, done, root, |s, b, row| s.variables(b, root, row))
    }

    fn each_unsettled<T>(
        &mut self,
        population: &Population,
        done: &Evaluated,
        root: NodeId,
        find: impl Fn(&mut Self, &Block<'_>, usize) -> Vec<T>,
    ) -> BTreeMap<usize, Vec<T>> {
        let level = self.program.nodes.get(root).map_or(Level::Const, |n| n.level);
        let Some(verdicts) = done.column(root).filter(|_| level != Level::Const) else { return BTreeMap::new() };
        let b = self.block(population, done, &[root]);
        let rows = (0..done.rows(level)).filter(|r| verdicts.bool_at(*r) == 1);
        rows.map(|r| (r, find(self, &b, r))).filter(|(_, x)| !x.is_empty()).collect()
    }

    fn variables(&mut self, b: &Block<'_>, root: NodeId, row: usize) -> Vec<usize> {
        let id = b.traced.at(root, row);
        let parts = self.formulas.parts(id);
        let mut moving = self.formulas.asks(id).then(|| self.moving(b, root, row));
        let facts = moving.as_ref().map_or_else(|| self.formulas.facts(id), Moving::unknown);
        let formulas = &mut self.formulas;
        let mut sufficient = |s: &Slots| match &mut moving {
            Some(m) => m.settled(formulas, s),
            None => formulas.settled(&parts, s),
        };
        let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for slot in facts.iter() {
            groups.entry(self.program.inputs.get(slot).map_or(0, |f| f.0)).or_default().push(slot);
        }
        let mut set = facts;
        groups.retain(|_, slots| {
            let mut without = set.clone();
            slots.iter().for_each(|s| without.remove(*s));
            let needed = !sufficient(&without);
            if !needed {
                set = without;
            }
            needed
        });
        groups.into_keys().collect()
    }

    fn moving<'b>(&self, b: &'b Block<'b>, root: NodeId, row: usize) -> Moving<'b>
    where
        'a: 'b,
    {
        let person = self.program.nodes.get(root).is_some_and(|n| n.level == Level::Person);
        let foyer = if person { b.done.offsets.partition_point(|o| *o <= row).saturating_sub(1) } else { row };
        let row = if person { row - b.done.offsets.get(foyer).copied().unwrap_or(0) } else { 0 };
        Moving {
            program: self.program,
            population: b.population,
            foyer: b.done.first_foyer + foyer,
            marks: self.program.needed(&[root]),
            root,
            row,
            asked: self.asked.clone(),
            known: HashMap::new(),
        }
    }
}

pub(super) fn asked_slot(program: &Program, op: &Op) -> Option<usize> {
    let Op::Known(fact, _) = op else { return None };
    match program.nodes.get(*fact).map(|n| &n.op) {
        Some(Op::Input(slot)) => Some(*slot),
        _ => None,
    }
}

/// One verdict whose values move with the facts supposed known among those of which a rule asks whether they are.
struct Moving<'a> {
    program: &'a Program,
    population: &'a Population,
    foyer: usize,
    marks: Vec<bool>,
    root: NodeId,
    row: usize,
    asked: Slots,
    known: HashMap<Slots, Vec<FormulaId>>,
}

impl Moving<'_> {
    /// Facts that the verdict reads and that are unknown somewhere in the foyer.
    fn unknown(&self) -> Slots {
        let bound = |f: usize| self.population.offsets.get(f).copied().unwrap_or(0);
        let mut out = Slots::none(self.program);
        for (node, _) in self.program.nodes.iter().zip(&self.marks).filter(|(_, m)| **m) {
            let Op::Input(slot) = node.op else { continue };
            let mut rows = if node.level == Level::Person { bound(self.foyer)..bound(self.foyer + 1) } else { self.foyer..self.foyer + 1 };
            if self.population.inputs.get(slot).is_some_and(|c| rows.any(|r| !c.settled(r))) {
                out.insert(slot);
            }
        }
        out
    }

    fn settled(&mut self, formulas: &mut Formulas, supposed: &Slots) -> bool {
        let asked = supposed.common(&self.asked);
        let parts = self.known.entry(asked).or_insert_with_key(|asked| {
            let done = block(self.program, self.population, &self.marks, self.foyer, self.foyer + 1, Some(asked));
            let traced = trace(self.program, &done, &self.marks, formulas);
            formulas.parts(traced.at(self.root, self.row))
        });
        formulas.settled(parts, supposed)
    }
}

/// Minimal sets among some facts, smallest first: a first one, one that does without all that the first could do
/// without, then those that do without one thing more.
fn enumerate(program: &Program, facts: &Slots, most: usize, sufficient: &mut dyn FnMut(&Slots) -> bool) -> Sets {
    let mut order: Vec<usize> = facts.iter().collect();
    order.sort_unstable_by_key(|s| program.inputs.get(*s).copied());
    let less = |from: &Slots, ban: &BTreeSet<usize>| {
        let mut out = from.clone();
        ban.iter().for_each(|s| out.remove(*s));
        out
    };
    let dispensable: BTreeSet<usize> = order.iter().copied().filter(|s| sufficient(&less(facts, &BTreeSet::from([*s])))).collect();
    let minimise = |start: Slots, sufficient: &mut dyn FnMut(&Slots) -> bool| {
        let mut set = start;
        for slot in order.iter().filter(|s| dispensable.contains(*s)) {
            if set.contains(*slot) {
                set.remove(*slot);
                if !sufficient(&set) {
                    set.insert(*slot);
                }
            }
        }
        set
    };
    let first = minimise(facts.clone(), sufficient);
    if first.iter().next().is_none() {
        return Vec::new();
    }
    let mut bans = Bans::default();
    bans.push(first.iter().filter(|s| dispensable.contains(s)).collect());
    bans.after(&BTreeSet::new(), &first, &dispensable);
    let mut found = vec![first];
    let mut tries = 0;
    while let Some(ban) = bans.next.pop_front().filter(|_| found.len() < most && tries < ALTERNATIVES) {
        let start = less(facts, &ban);
        if !sufficient(&start) {
            continue;
        }
        tries += 1;
        let set = minimise(start, sufficient);
        bans.after(&ban, &set, &dispensable);
        if !found.contains(&set) {
            found.push(set);
        }
    }
    let fact = |s: usize| program.inputs.get(s).copied().unwrap_or((0, None));
    let mut sets: Sets = found
        .into_iter()
        .map(|s| {
            let mut facts: Vec<FactId> = s.iter().map(fact).collect();
            facts.sort_unstable();
            facts
        })
        .collect();
    sets.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    sets.truncate(most);
    sets
}

/// What the next sets are to do without.
#[derive(Default)]
struct Bans {
    next: VecDeque<BTreeSet<usize>>,
    seen: BTreeSet<BTreeSet<usize>>,
}

impl Bans {
    fn push(&mut self, ban: BTreeSet<usize>) {
        if !ban.is_empty() && self.seen.insert(ban.clone()) {
            self.next.push_back(ban);
        }
    }

    /// Each thing that a set found could do without is one more to do without, in turn.
    fn after(&mut self, ban: &BTreeSet<usize>, set: &Slots, dispensable: &BTreeSet<usize>) {
        for s in set.iter().filter(|s| dispensable.contains(s)) {
            let mut wider = ban.clone();
            wider.insert(s);
            self.push(wider);
        }
    }
}

/// Minimal sets for the units of a block whose verdict in `root` is not settled: at most `most` for each.
/// The keys are rows of `root` in the block. A verdict that no fact would settle has no entry.
#[must_use]
pub fn minimal_sets(program: &Program, population: &Population, done: &Evaluated, root: NodeId, most: usize) -> BTreeMap<usize, Sets> {
    let mut settler = Settler::new(program);
    settler.each_unsettled(population, done, root, |s, b, row| s.sets(b, root, row, most).as_ref().clone())
}

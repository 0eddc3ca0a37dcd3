//! Which facts would settle a verdict: minimal sets, found for a whole block at once.
//!
//! A set of facts is sufficient when the verdict would be settled whatever values they turned out to have.
//! Sufficiency only grows with the set, so dropping facts one by one from a sufficient set, keeping each
//! drop after which it still is, ends in a minimal one.

use super::{Evaluated, Population, block, update};
use crate::plan::{Level, NodeId, Program};
use crate::reference::FactId;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Minimal sets of facts for each unit asked about, smallest first.
pub type Sets = Vec<Vec<FactId>>;

struct Search<'a> {
    program: &'a Program,
    population: &'a Population,
    marks: Vec<bool>,
    root: NodeId,
    from: usize,
    to: usize,
    /// For each foyer of the block: the row of the root whose verdict is asked about.
    units: Vec<Option<usize>>,
    /// Input slots by fact, in the order in which drops are tried.
    groups: Vec<Vec<usize>>,
    offsets: Vec<usize>,
    /// Slots of facts that belong to persons.
    of_person: Vec<bool>,
    /// Whether a month of a series may be kept without the others.
    by_month: bool,
}

/// Per slot, per foyer of the block: supposed known.
type Supposed = Vec<Vec<bool>>;

impl Search<'_> {
    /// For each foyer: whether the verdict of its unit is settled once these facts are.
    fn sufficient(&self, supposed: &Supposed) -> Vec<bool> {
        self.settled(&self.evaluated(supposed, None))
    }

    fn settled(&self, done: &Evaluated) -> Vec<bool> {
        let column = done.column(self.root);
        self.units.iter().map(|u| u.is_some_and(|row| column.is_some_and(|c| !c.open_at(row)))).collect()
    }

    /// The block under these suppositions: whole, or again only where some slots lead.
    fn evaluated(&self, supposed: &Supposed, again: Option<(&Evaluated, &[bool])>) -> Evaluated {
        let openness = |slot: usize| -> Vec<bool> {
            let by_foyer = supposed.get(slot);
            let open = |f: usize| by_foyer.is_none_or(|s| !s.get(f).copied().unwrap_or(false));
            if self.is_person(slot) {
                let mut out = Vec::with_capacity(self.offsets.last().copied().unwrap_or(0));
                for (f, w) in self.offsets.windows(2).enumerate() {
                    if let [a, b] = w {
                        out.extend(std::iter::repeat_n(open(f), b - a));
                    }
                }
                out
            } else {
                (0..self.units.len()).map(open).collect()
            }
        };
        match again {
            None => block(self.program, self.population, &self.marks, self.from, self.to, Some(&openness)),
            Some((before, only)) => update(self.program, self.population, before.clone(), only, Some(&openness)),
        }
    }

    /// Nodes of the verdict that some slots lead to.
    fn downstream(&self, slots: &[usize]) -> Vec<bool> {
        let mut led = vec![false; self.program.nodes.len()];
        for (id, node) in self.program.nodes.iter().enumerate() {
            let reached = match &node.op {
                crate::plan::Op::Input(s) => slots.contains(s),
                op => op.operands().iter().any(|o| led.get(*o) == Some(&true)),
            };
            if let (true, Some(true), Some(x)) = (reached, self.marks.get(id), led.get_mut(id)) {
                *x = true;
            }
        }
        led
    }

    fn is_person(&self, slot: usize) -> bool {
        self.of_person.get(slot) == Some(&true)
    }

    /// Drops what can be dropped from `supposed` for the foyers in `active`.
    fn minimise(&self, supposed: &mut Supposed, active: &[bool]) {
        let mut now = self.evaluated(supposed, None);
        for group in &self.groups {
            self.try_drop(supposed, group, active, &mut now);
            if self.by_month && group.len() > 1 {
                for slot in group {
                    self.try_drop(supposed, std::slice::from_ref(slot), active, &mut now);
                }
            }
        }
    }

    fn try_drop(&self, supposed: &mut Supposed, slots: &[usize], active: &[bool], now: &mut Evaluated) {
        let concerned: Vec<bool> = (0..self.units.len())
            .map(|f| active.get(f) == Some(&true) && slots.iter().any(|s| supposed.get(*s).and_then(|v| v.get(f)) == Some(&true)))
            .collect();
        if !concerned.contains(&true) {
            return;
        }
        let before: Vec<Vec<bool>> = slots.iter().map(|s| supposed.get(*s).cloned().unwrap_or_default()).collect();
        for s in slots {
            for (f, c) in concerned.iter().enumerate() {
                if *c && let Some(x) = supposed.get_mut(*s).and_then(|v| v.get_mut(f)) {
                    *x = false;
                }
            }
        }
        let only = self.downstream(slots);
        let without = self.evaluated(supposed, Some((now, &only)));
        let still = self.settled(&without);
        let kept = concerned.iter().zip(&still).filter(|(c, s)| **c && **s).count();
        if kept == concerned.iter().filter(|c| **c).count() {
            *now = without;
            return;
        }
        for (s, old) in slots.iter().zip(before) {
            for (f, c) in concerned.iter().enumerate() {
                if *c
                    && still.get(f) != Some(&true)
                    && let (Some(x), Some(o)) = (supposed.get_mut(*s).and_then(|v| v.get_mut(f)), old.get(f))
                {
                    *x = *o;
                }
            }
        }
        if kept > 0 {
            *now = self.evaluated(supposed, Some((now, &only)));
        }
    }

    fn facts(&self, supposed: &Supposed, foyer: usize) -> Vec<FactId> {
        let mut out: Vec<FactId> = self
            .program
            .inputs
            .iter()
            .enumerate()
            .filter(|(s, _)| supposed.get(*s).and_then(|v| v.get(foyer)) == Some(&true))
            .map(|(_, f)| *f)
            .collect();
        out.sort_unstable();
        out
    }
}

/// Minimal sets for the units of a block whose verdict in `root` is not settled: at most `most` for each.
/// The keys are rows of `root` in the block. A verdict that no fact would settle (a parameter without value, a
/// division by zero) has no entry.
#[must_use]
pub fn minimal_sets(program: &Program, population: &Population, done: &Evaluated, root: NodeId, most: usize) -> BTreeMap<usize, Sets> {
    sets(program, population, done, root, most, true)
}

/// As [`minimal_sets`], one set, in which a series counts as one fact: what a detection over millions needs.
#[must_use]
pub fn missing_facts(program: &Program, population: &Population, done: &Evaluated, root: NodeId) -> BTreeMap<usize, Sets> {
    sets(program, population, done, root, 1, false)
}

fn sets(program: &Program, population: &Population, done: &Evaluated, root: NodeId, most: usize, by_month: bool) -> BTreeMap<usize, Sets> {
    let level = program.nodes.get(root).map_or(Level::Const, |n| n.level);
    let mut out = BTreeMap::new();
    let Some(verdicts) = done.column(root).filter(|_| level != Level::Const) else { return out };
    let unsettled: Vec<usize> = (0..done.rows(level)).filter(|r| verdicts.bool_at(*r) == 1).collect();
    if unsettled.is_empty() {
        return out;
    }
    // Units of persons are asked about rank by rank, so that each foyer has one question at a time.
    let foyer_of = |row: usize| if level == Level::Person { done.offsets.partition_point(|o| *o <= row) - 1 } else { row };
    let mut rounds: Vec<Vec<Option<usize>>> = Vec::new();
    for row in unsettled {
        let f = foyer_of(row);
        match rounds.iter_mut().find(|r| r.get(f) == Some(&None)) {
            Some(r) => {
                if let Some(slot) = r.get_mut(f) {
                    *slot = Some(row);
                }
            }
            None => {
                let mut r = vec![None; done.foyers];
                if let Some(slot) = r.get_mut(f) {
                    *slot = Some(row);
                }
                rounds.push(r);
            }
        }
    }
    let marks = program.needed(&[root]);
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (id, node) in program.nodes.iter().enumerate() {
        if let (crate::plan::Op::Input(slot), Some(true)) = (&node.op, marks.get(id)) {
            groups.entry(program.inputs.get(*slot).map_or(0, |i| i.0)).or_default().push(*slot);
        }
    }
    for g in groups.values_mut() {
        g.sort_unstable_by_key(|s| program.inputs.get(*s).copied());
    }
    let mut of_person = vec![false; program.inputs.len()];
    for n in &program.nodes {
        if let (crate::plan::Op::Input(slot), Level::Person) = (&n.op, n.level)
            && let Some(p) = of_person.get_mut(*slot)
        {
            *p = true;
        }
    }
    for units in rounds {
        let search = Search {
            of_person: of_person.clone(),
            by_month,
            program,
            population,
            marks: marks.clone(),
            root,
            from: done.first_foyer,
            to: done.first_foyer + done.foyers,
            units,
            groups: groups.values().cloned().collect(),
            offsets: done.offsets.clone(),
        };
        sets_of_round(&search, most, &mut out);
    }
    out
}

fn sets_of_round(search: &Search<'_>, most: usize, out: &mut BTreeMap<usize, Sets>) {
    let n = search.units.len();
    // Everything that is unknown somewhere in the foyer is supposed known, to begin with.
    let mut all: Supposed = vec![vec![false; n]; search.program.inputs.len()];
    for slot in search.groups.iter().flatten() {
        let person = search.is_person(*slot);
        let base = if person { search.population.offsets.get(search.from).copied().unwrap_or(0) } else { search.from };
        let Some(column) = search.population.inputs.get(*slot) else { continue };
        for f in 0..n {
            let rows = if person {
                search.offsets.get(f).copied().unwrap_or(0)..search.offsets.get(f + 1).copied().unwrap_or(0)
            } else {
                f..f + 1
            };
            if let Some(x) = all.get_mut(*slot).and_then(|v| v.get_mut(f)) {
                *x = rows.into_iter().any(|r| !column.settled(base + r));
            }
        }
    }
    let active: Vec<bool> = search.units.iter().map(Option::is_some).collect();
    let mut first = all.clone();
    search.minimise(&mut first, &active);
    let mut found: Vec<Sets> = (0..n).map(|f| vec![search.facts(&first, f)]).collect();
    // Other sets: what would settle the verdict without one fact of a set already found, and so on.
    let mut others: Vec<Others> = found.iter().map(|s| Others::new(s.first().map_or(&[], Vec::as_slice))).collect();
    for _ in 0..ALTERNATIVES {
        let mut start = all.clone();
        let mut trying = vec![false; n];
        for f in 0..n {
            let (Some(o), Some(t)) = (others.get_mut(f), trying.get_mut(f)) else { continue };
            *t = active.get(f) == Some(&true) && found.get(f).is_some_and(|s| s.len() < most) && o.next();
            for fact in o.ban.iter().filter(|_| *t) {
                let slot = search.program.inputs.iter().position(|i| i == fact);
                if let Some(x) = slot.and_then(|s| start.get_mut(s)).and_then(|v| v.get_mut(f)) {
                    *x = false;
                }
            }
        }
        if !trying.contains(&true) {
            break;
        }
        for (t, s) in trying.iter_mut().zip(search.sufficient(&start)) {
            *t = *t && s;
        }
        if !trying.contains(&true) {
            continue;
        }
        search.minimise(&mut start, &trying);
        for f in (0..n).filter(|f| trying.get(*f) == Some(&true)) {
            if let (Some(sets), Some(o)) = (found.get_mut(f), others.get_mut(f)) {
                let s = search.facts(&start, f);
                o.without(&s);
                if !sets.contains(&s) {
                    sets.push(s);
                }
            }
        }
    }
    for (f, mut sets) in found.into_iter().enumerate() {
        if let Some(Some(row)) = search.units.get(f).copied()
            && sets.iter().all(|s| !s.is_empty())
        {
            sets.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
            out.insert(row, sets);
        }
    }
}

/// Which facts a foyer's next set is to do without.
struct Others {
    /// The facts now done without.
    ban: BTreeSet<FactId>,
    next: VecDeque<BTreeSet<FactId>>,
    seen: BTreeSet<BTreeSet<FactId>>,
}

impl Others {
    fn new(first: &[FactId]) -> Self {
        let mut out = Self { ban: BTreeSet::new(), next: VecDeque::new(), seen: BTreeSet::new() };
        out.without(first);
        out
    }

    /// Each fact of a set found is one more to do without, in turn.
    fn without(&mut self, set: &[FactId]) {
        for f in set {
            let mut wider = self.ban.clone();
            wider.insert(*f);
            if self.seen.insert(wider.clone()) {
                self.next.push_back(wider);
            }
        }
    }

    fn next(&mut self) -> bool {
        let next = self.next.pop_front();
        let more = next.is_some();
        self.ban = next.unwrap_or_default();
        more
    }
}

/// How many times a set is looked for that does without facts of those found.
pub const ALTERNATIVES: usize = 8;

//! What keeps a value from being settled, for a whole block at once.
//!
//! To suppose a fact known, whatever it be, moves no bounds; it only tells that an unknown value would be settled.
//! Which unknown facts keep a value open is therefore a formula over facts, and one pass over the columns of a block
//! gives it for every row. Equal formulas are one: foyers of which the same things are unknown share them.

use super::Evaluated;
use super::column::{Column, Data};
use crate::plan::{Level, NodeId, Op, Program};
use crate::reference::dates::{self, Date};
use crate::value::May;
use recours_rules::interval::Interval;
use recours_rules::truth::Truth;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

/// A formula, by position in [`Formulas`].
pub type FormulaId = u32;

/// Nothing keeps it open.
pub const CLOSED: FormulaId = 0;

/// A set of inputs of a program, one bit each.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Slots(Box<[u64]>);

impl Slots {
    /// None of the inputs of a program.
    #[must_use]
    pub fn none(program: &Program) -> Self {
        Self(vec![0; program.inputs.len().div_ceil(64)].into_boxed_slice())
    }

    /// Puts an input in.
    pub fn insert(&mut self, slot: usize) {
        if let Some(w) = self.0.get_mut(slot / 64) {
            *w |= 1 << (slot % 64);
        }
    }

    /// Takes an input out.
    pub fn remove(&mut self, slot: usize) {
        if let Some(w) = self.0.get_mut(slot / 64) {
            *w &= !(1 << (slot % 64));
        }
    }

    /// Whether an input is there.
    #[must_use]
    pub fn contains(&self, slot: usize) -> bool {
        self.0.get(slot / 64).is_some_and(|w| w & (1 << (slot % 64)) != 0)
    }

    /// Whether every input of this set is in the other.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a & !b == 0)
    }

    /// The inputs of both.
    #[must_use]
    pub fn common(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    /// Adds the inputs of another.
    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    /// The inputs, in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.0.len() * 64).filter(|s| self.contains(*s))
    }
}

/// What keeps a value open: any of some facts, or any of some pairs of formulas that are both open (a fact that its
/// own column or its formula may bring).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Formula {
    facts: Slots,
    both: Vec<(FormulaId, FormulaId)>,
    /// Whether a fact is known decides some value, which then moves with what is supposed.
    asks: bool,
}

/// Mixes words by rotation and multiplication. Keys here are positions and bits of our own, never what a file says: nobody
/// can make them collide on purpose.
#[derive(Default)]
struct Mixed(u64);

impl Mixed {
    fn word(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

impl Hasher for Mixed {
    fn finish(&self) -> u64 {
        // The table looks at the high bits and at the low ones.
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(chunk).for_each(|(w, b)| *w = *b);
            self.word(u64::from_le_bytes(word));
        }
    }

    fn write_u32(&mut self, n: u32) {
        self.word(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.word(n);
    }

    fn write_usize(&mut self, n: usize) {
        self.word(n as u64);
    }
}

type Mixer = BuildHasherDefault<Mixed>;

/// The formulas met so far; each stands once, after those that it is made of.
#[derive(Debug)]
pub struct Formulas {
    all: Vec<Formula>,
    index: HashMap<Formula, FormulaId, Mixer>,
    either: HashMap<(FormulaId, FormulaId), FormulaId, Mixer>,
    /// Of one fact alone, by input.
    of_fact: Vec<Option<FormulaId>>,
}

impl Formulas {
    /// Only [`CLOSED`].
    #[must_use]
    pub fn new(program: &Program) -> Self {
        let closed = Formula { facts: Slots::none(program), both: Vec::new(), asks: false };
        let mut index = HashMap::default();
        index.insert(closed.clone(), CLOSED);
        Self { index, all: vec![closed], either: HashMap::default(), of_fact: vec![None; program.inputs.len()] }
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether only [`CLOSED`] is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.all.len() <= 1
    }

    fn get(&self, id: FormulaId) -> Option<&Formula> {
        self.all.get(id as usize)
    }

    fn intern(&mut self, f: Formula) -> FormulaId {
        if let Some(id) = self.index.get(&f) {
            return *id;
        }
        let id = u32::try_from(self.all.len()).unwrap_or(CLOSED);
        self.all.push(f.clone());
        self.index.insert(f, id);
        id
    }

    fn with(&mut self, base: FormulaId, change: impl FnOnce(&mut Formula)) -> FormulaId {
        let Some(mut f) = self.get(base).cloned() else { return CLOSED };
        change(&mut f);
        self.intern(f)
    }

    fn fact(&mut self, slot: usize) -> FormulaId {
        if let Some(Some(id)) = self.of_fact.get(slot) {
            return *id;
        }
        let id = self.with(CLOSED, |f| f.facts.insert(slot));
        if let Some(known) = self.of_fact.get_mut(slot) {
            *known = Some(id);
        }
        id
    }

    /// Open where one of two is.
    fn either(&mut self, a: FormulaId, b: FormulaId) -> FormulaId {
        if a == b || b == CLOSED {
            return a;
        }
        if a == CLOSED {
            return b;
        }
        let key = (a.min(b), a.max(b));
        if let Some(id) = self.either.get(&key) {
            return *id;
        }
        let (Some(x), Some(y)) = (self.get(a), self.get(b)) else { return CLOSED };
        let mut f = x.clone();
        f.facts.add(&y.facts);
        f.asks |= y.asks;
        f.both.extend(&y.both);
        f.both.sort_unstable();
        f.both.dedup();
        // A pair of which one side is kept open by facts that are needed anyway adds nothing.
        let facts = f.facts.clone();
        f.both
            .retain(|(p, q)| ![p, q].into_iter().any(|side| self.get(*side).is_some_and(|s| s.both.is_empty() && s.facts.within(&facts))));
        let id = self.intern(f);
        self.either.insert(key, id);
        id
    }

    /// Open where both are.
    fn both(&mut self, a: FormulaId, b: FormulaId) -> FormulaId {
        if a == CLOSED || b == CLOSED {
            return CLOSED;
        }
        if a == b {
            return a;
        }
        let asks = [a, b].into_iter().any(|x| self.asks(x));
        self.with(CLOSED, |f| {
            f.both.push((a.min(b), a.max(b)));
            f.asks = asks;
        })
    }

    fn asking(&mut self, a: FormulaId) -> FormulaId {
        self.with(a, |f| f.asks = true)
    }

    /// Whether a formula holds only as long as nothing is supposed: some value moves with what is.
    #[must_use]
    pub fn asks(&self, id: FormulaId) -> bool {
        self.get(id).is_some_and(|f| f.asks)
    }

    /// A formula with all that it is made of, in an order in which each stands after its parts.
    #[must_use]
    pub fn parts(&self, id: FormulaId) -> Vec<FormulaId> {
        let mut out = std::collections::BTreeSet::from([id]);
        let mut todo = vec![id];
        while let Some(f) = todo.pop().and_then(|x| self.get(x)) {
            todo.extend(f.both.iter().flat_map(|(a, b)| [*a, *b]).filter(|x| out.insert(*x)));
        }
        out.into_iter().collect()
    }

    /// Every fact of a formula.
    #[must_use]
    pub fn facts(&self, id: FormulaId) -> Slots {
        let mut out = self.get(CLOSED).map(|f| f.facts.clone()).unwrap_or_default();
        self.parts(id).into_iter().filter_map(|p| self.get(p)).for_each(|f| out.add(&f.facts));
        out
    }

    /// Whether supposing some facts known settles a value; `parts` are those of its formula.
    #[must_use]
    pub fn settled(&self, parts: &[FormulaId], supposed: &Slots) -> bool {
        let mut closed: HashMap<FormulaId, bool> = HashMap::with_capacity(parts.len());
        let mut last = true;
        for id in parts {
            let is = |x: &FormulaId| closed.get(x).copied().unwrap_or(false);
            last = self.get(*id).is_none_or(|f| f.facts.within(supposed) && f.both.iter().all(|(a, b)| is(a) || is(b)));
            closed.insert(*id, last);
        }
        last
    }
}

/// What keeps each row of each node of a block open.
pub struct Traced {
    columns: Vec<Option<Vec<FormulaId>>>,
}

impl Traced {
    /// The formula of a row.
    #[must_use]
    pub fn at(&self, node: NodeId, row: usize) -> FormulaId {
        self.columns.get(node).and_then(Option::as_ref).and_then(|v| v.get(row)).copied().unwrap_or(CLOSED)
    }
}

/// Traces the marked nodes of an evaluated block, all of which were evaluated.
#[must_use]
pub fn trace(program: &Program, done: &Evaluated, marks: &[bool], formulas: &mut Formulas) -> Traced {
    let mut traced = Traced { columns: vec![None; program.nodes.len()] };
    for (id, node) in program.nodes.iter().enumerate() {
        let Some(column) = done.column(id).filter(|c| marks.get(id) == Some(&true) && node.level != Level::Const && !settled_everywhere(c))
        else {
            continue;
        };
        let mut rows = Row { done, traced: &traced, formulas };
        let open: Vec<FormulaId> =
            (0..done.rows(node.level)).map(|i| if column.settled(i) { CLOSED } else { rows.open(&node.op, i) }).collect();
        if let Some(slot) = traced.columns.get_mut(id).filter(|_| open.iter().any(|f| *f != CLOSED)) {
            *slot = Some(open);
        }
    }
    traced
}

fn settled_everywhere(c: &Column) -> bool {
    match &c.data {
        Data::Num(_, hi) => hi.is_none(),
        Data::Bool(v) => v.iter().all(|b| *b != 1),
        Data::Date(_, hi, absent) => hi.is_none() && absent.is_none(),
        Data::Code(v) => v.iter().all(|c| c.count_ones() == 1),
    }
}

/// The rows of one node, those of its operands being traced.
struct Row<'a> {
    done: &'a Evaluated,
    traced: &'a Traced,
    formulas: &'a mut Formulas,
}

impl Row<'_> {
    fn interval(&self, node: NodeId, i: usize) -> Interval {
        self.done.column(node).map_or(Interval::ALL, |c| c.interval(i))
    }

    fn date(&self, node: NodeId, i: usize) -> Date {
        self.done.column(node).map_or((Interval::ALL, Truth::Unknown), |c| c.date_at(i))
    }

    fn truth(&self, node: NodeId, i: usize) -> u8 {
        self.done.column(node).map_or(1, |c| c.bool_at(i))
    }

    fn any(&mut self, of: impl IntoIterator<Item = FormulaId>) -> FormulaId {
        of.into_iter().fold(CLOSED, |a, b| self.formulas.either(a, b))
    }

    fn persons(&self, foyer: usize) -> Range<usize> {
        let bound = |f: usize| self.done.offsets.get(f).copied().unwrap_or(0);
        bound(foyer)..bound(foyer + 1)
    }

    /// What keeps an unsettled row open.
    fn open(&mut self, op: &Op, i: usize) -> FormulaId {
        let at = |node: &NodeId| self.traced.at(*node, i);
        match op {
            Op::Input(slot) => self.formulas.fact(*slot),
            Op::Coalesce(fact, formula) => {
                let (a, b) = (at(fact), at(formula));
                self.formulas.both(a, b)
            }
            Op::Known(fact, formula) => {
                let a = at(fact);
                let open = formula.map_or(a, |f| {
                    let b = at(&f);
                    self.formulas.both(a, b)
                });
                self.formulas.asking(open)
            }
            Op::If(c, a, b) => match self.truth(*c, i) {
                2 => at(a),
                0 => at(b),
                _ => {
                    let all = [at(c), at(a), at(b)];
                    self.any(all)
                }
            },
            Op::Min(a, b) | Op::Max(a, b) => {
                let (x, y) = (self.interval(*a, i), self.interval(*b, i));
                let (first, second) = decided(matches!(op, Op::Min(..)), x, y);
                if first {
                    at(a)
                } else if second {
                    at(b)
                } else {
                    let both = [at(a), at(b)];
                    self.any(both)
                }
            }
            Op::FirstDate(a, b) | Op::LastDate(a, b) => {
                let (x, y) = (self.date(*a, i), self.date(*b, i));
                match dates::decided(matches!(op, Op::FirstDate(..)), x, y) {
                    (true, _) => at(a),
                    (_, true) => at(b),
                    _ => {
                        let both = [at(a), at(b)];
                        self.any(both)
                    }
                }
            }
            Op::FoldFirst(a) | Op::FoldLast(a) => {
                let earliest = matches!(op, Op::FoldFirst(_));
                let mut acc = (dates::NONE, CLOSED);
                for p in self.persons(i) {
                    let mine = (self.date(*a, p), self.traced.at(*a, p));
                    acc = match dates::decided(earliest, acc.0, mine.0) {
                        (true, _) => acc,
                        (_, true) => mine,
                        _ => {
                            let date = dates::pick(earliest, acc.0, mine.0);
                            let open = self.formulas.either(acc.1, mine.1);
                            (date, if settled(date) { CLOSED } else { open })
                        }
                    };
                }
                acc.1
            }
            Op::Broadcast(a) => {
                let foyer = self.done.offsets.partition_point(|o| *o <= i).saturating_sub(1);
                self.traced.at(*a, foyer)
            }
            Op::FoldSum(a) | Op::FoldCount(a) | Op::FoldAny(a) | Op::FoldAll(a) => {
                let each: Vec<FormulaId> = self.persons(i).map(|p| self.traced.at(*a, p)).collect();
                self.any(each)
            }
            Op::FoldMin(m, v, e) => self.extreme(*m, *v, *e, i, true),
            Op::FoldMax(m, v, e) => self.extreme(*m, *v, *e, i, false),
            _ => {
                let each: Vec<FormulaId> = op.operands().iter().map(at).collect();
                self.any(each)
            }
        }
    }

    /// The same steps as the fold itself: the one that decides alone is the one that counts.
    fn extreme(&mut self, member: NodeId, value: NodeId, empty: NodeId, foyer: usize, smallest: bool) -> FormulaId {
        type Part = (Interval, FormulaId);
        let masked = |r: Interval, f: FormulaId| (r, if r.is_point() { CLOSED } else { f });
        let better = |s: &mut Self, a: Part, b: Part| match decided(smallest, a.0, b.0) {
            (true, _) => a,
            (_, true) => b,
            _ => masked(if smallest { a.0.min(b.0) } else { a.0.max(b.0) }, s.formulas.either(a.1, b.1)),
        };
        let get = |s: &Self, p: usize| (s.interval(value, p), s.traced.at(value, p));
        let mut sure: Option<Part> = None;
        for p in self.persons(foyer).filter(|p| self.truth(member, *p) == 2).collect::<Vec<_>>() {
            let v = get(self, p);
            sure = Some(sure.map_or(v, |s| better(self, s, v)));
        }
        let mut acc = sure.unwrap_or((self.interval(empty, foyer), self.traced.at(empty, foyer)));
        for p in self.persons(foyer).filter(|p| self.truth(member, *p) == 1).collect::<Vec<_>>() {
            let v = get(self, p);
            let with = if sure.is_some() {
                better(self, acc, v)
            } else {
                let open = self.formulas.either(acc.1, v.1);
                masked(acc.0.hull(v.0), open)
            };
            let open = self.any([acc.1, with.1, self.traced.at(member, p)]);
            acc = masked(acc.0.hull(with.0), open);
        }
        acc.1
    }
}

fn settled((i, absent): Date) -> bool {
    May::Date(i, absent).settled()
}

/// Whether the first, or the second, is surely on the wanted side.
fn decided(smallest: bool, x: Interval, y: Interval) -> (bool, bool) {
    if smallest { (x.hi <= y.lo, y.hi <= x.lo) } else { (x.lo >= y.hi, y.lo >= x.hi) }
}

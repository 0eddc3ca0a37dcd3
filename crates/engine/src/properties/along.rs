//! Answers along a fact: each foyer is asked at rising values, then between the two where its answer moves most, down
//! to one cent. Only what depends on the fact is evaluated again.

use super::household::{Household, Whole};
use super::judge::{Context, Nodes, Seen};
use super::limits::CENT;
use super::maker::{Maker, reach};
use crate::eval::column::Column;
use crate::eval::{self, Evaluated, Population};
use crate::plan::Op;
use crate::reference::group_mask;
use crate::value::May;
use recours_rules::interval::Interval;
use recours_rules::number::{Decimal, SCALE};
use recours_rules::pack::properties::{Along, Claim, Property};
use recours_rules::types::{Entity, Type};
use std::sync::Arc;

/// How a fact moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// It takes a value, the same in all months.
    Set,
    /// The same is added to each month.
    Add,
    /// The same is added to the months up to M-2, and nothing to M-1 and M.
    AddLate,
}

/// The fact of one foyer that moves, and between which values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    /// The fact.
    pub variable: usize,
    /// Whose, for a fact of persons.
    pub person: Option<usize>,
    /// How.
    pub way: Way,
    /// The lower value.
    pub from: Decimal,
    /// The higher value.
    pub to: Decimal,
}

impl Move {
    /// The fact in one month once it has moved by `v`.
    const fn value(self, before: Decimal, month: Option<usize>, v: Decimal) -> Decimal {
        match (self.way, month) {
            (Way::Set, _) => v,
            (Way::AddLate, Some(0 | 1)) => before,
            (Way::Add | Way::AddLate, _) => before.saturating_add(v),
        }
    }

    /// A foyer once its fact has moved by `v`.
    #[must_use]
    pub fn apply(self, cx: &Context<'_>, household: &Household, v: Decimal) -> Household {
        let mut out = household.clone();
        let entity = if self.person.is_some() { Entity::Personne } else { Entity::Foyer };
        let Some(fact) = cx.reads.fact(entity, self.variable) else { return out };
        if let Some(row) = out.row_mut(self.person) {
            for (at, month) in &fact.at {
                if let Some(May::Num(i)) = row.get_mut(*at) {
                    *i = Interval::point(self.value(i.lo, *month, v));
                }
            }
        }
        out
    }
}

/// What trials along a fact gave.
#[derive(Debug, Default)]
pub struct Tried {
    /// Foyers whose fact could move.
    pub foyers: usize,
    /// Foyers that put the claim to the test.
    pub tested: usize,
    /// The first foyer where the claim does not hold, and its move.
    pub broken: Option<(Household, Move)>,
}

/// Values asked of each foyer before looking between them.
const GRID: usize = 7;

/// Halvings between two values: from thousands of euros to one cent.
const HALVINGS: usize = 21;

/// Foyers of one block, each with the fact that moves.
struct Run<'a> {
    cx: &'a Context<'a>,
    property: &'a Property,
    nodes: Nodes,
    households: &'a [Household],
    fact: &'a Whole,
    moves: Vec<Option<Move>>,
    population: Population,
    base: Evaluated,
    marks: Vec<bool>,
    /// Rows of each foyer in the columns of the right.
    rows: Vec<Vec<usize>>,
}

/// Tries a claim along a fact on the foyers of one block.
#[must_use]
pub fn along(cx: &Context<'_>, property: &Property, nodes: Nodes, along: Along, households: &[Household], maker: &mut Maker<'_>) -> Tried {
    let mut out = Tried::default();
    let Some(v) = cx.pack.vocabulary.variables.get(along.variable) else { return out };
    let Some(fact) = cx.reads.fact(v.entity, along.variable) else { return out };
    let mask = group_mask(cx.pack, along.group);
    let peopled: Vec<Household> =
        if v.entity == Entity::Personne { households.iter().map(|h| maker.with_member(h, mask)).collect() } else { households.to_vec() };
    let households = peopled.as_slice();
    let moves: Vec<Option<Move>> = households
        .iter()
        .enumerate()
        .map(|(i, h)| {
            let members: Vec<usize> =
                h.persons.iter().enumerate().filter(|(_, p)| p.role < 64 && mask & (1 << p.role) != 0).map(|p| p.0).collect();
            let person = match v.entity {
                Entity::Foyer => None,
                Entity::Personne => Some(*members.get(maker.chance.below(members.len()))?),
            };
            // A fact that follows from others is given when it moves: nothing can be added to it.
            let ways: &[Way] = if fact.derived {
                &[Way::Set]
            } else if v.series && !along.whole {
                &[Way::Set, Way::Add, Way::AddLate]
            } else {
                &[Way::Set, Way::Add]
            };
            Some(Move { variable: along.variable, person, way: ways.get(i % ways.len()).copied().unwrap_or(Way::Set), from: 0, to: 0 })
        })
        .collect();
    out.foyers = moves.iter().flatten().count();
    if out.foyers == 0 {
        return out;
    }
    let population = super::household::population(cx.pack, cx.program, &cx.reads, households);
    let base = eval::block(cx.program, &population, &cx.marks, 0, households.len(), None);
    let rows = (0..households.len()).map(|f| cx.rows(&base, f).into_iter().map(|r| r.0).collect()).collect();
    let marks = dependent(cx, v.entity, fact);
    let run = Run { cx, property, nodes, households, fact, moves, population, base, marks, rows };
    match property.claim {
        Claim::Steps { step, .. } => run.steps(step, maker, &mut out),
        _ => run.monotone(maker, &mut out),
    }
    out
}

/// The needed nodes that change when a fact does.
fn dependent(cx: &Context<'_>, entity: Entity, fact: &Whole) -> Vec<bool> {
    let list = if entity == Entity::Personne { &cx.reads.persons } else { &cx.reads.foyer };
    let slots: Vec<usize> = fact.at.iter().filter_map(|(at, _)| list.get(*at).map(|r| r.0)).collect();
    let mut marks = vec![false; cx.program.nodes.len()];
    for (id, node) in cx.program.nodes.iter().enumerate() {
        let moved = match node.op {
            Op::Input(slot) => slots.contains(&slot),
            ref op => op.operands().iter().any(|o| marks.get(*o) == Some(&true)),
        };
        if let Some(m) = marks.get_mut(id) {
            *m = moved && cx.marks.get(id) == Some(&true);
        }
    }
    marks
}

/// Answers of one foyer at the values asked so far.
type Track = Vec<(Decimal, Vec<Seen>)>;

impl Run<'_> {
    /// The answers of every foyer when its fact has moved by its value.
    fn ask(&self, values: &[Decimal]) -> Vec<Vec<Seen>> {
        let mut population = Population { offsets: self.population.offsets.clone(), inputs: self.population.inputs.clone() };
        let persons = self.moves.iter().flatten().any(|m| m.person.is_some());
        let list = if persons { &self.cx.reads.persons } else { &self.cx.reads.foyer };
        for (at, month) in &self.fact.at {
            let Some((slot, _)) = list.get(*at) else { continue };
            let Some(column) = self.population.inputs.get(*slot) else { continue };
            let (mut lo, mut hi): (Vec<i64>, Vec<i64>) = (0..column.len()).map(|i| (column.interval(i).lo, column.interval(i).hi)).unzip();
            for (f, (m, v)) in self.moves.iter().zip(values).enumerate() {
                let Some(m) = m else { continue };
                let row = m.person.map_or(f, |p| self.base.offsets.get(f).copied().unwrap_or(0) + p);
                if let (Some(l), Some(h)) = (lo.get_mut(row), hi.get_mut(row)) {
                    *l = m.value(*l, *month, *v);
                    *h = *l;
                }
            }
            if let Some(place) = population.inputs.get_mut(*slot) {
                *place = Arc::new(Column::num(lo, hi));
            }
        }
        let done = eval::update(self.cx.program, &population, self.base.clone(), &self.marks, None);
        self.rows.iter().map(|rows| rows.iter().map(|r| self.cx.seen(&done, *r, self.nodes)).collect()).collect()
    }

    /// Rising values for each foyer: nothing, one cent, around the amounts of the law, any, and far above.
    fn grid(&self, maker: &mut Maker<'_>) -> Vec<Vec<Decimal>> {
        let Some(v) = self.cx.pack.vocabulary.variables.get(self.fact.variable) else { return Vec::new() };
        let Type::Num(unit) = v.ty else { return Vec::new() };
        let far = reach(unit).min(v.domain.hi);
        let mut draw = || {
            let x = if unit.is_money() {
                match maker.chance.below(2) {
                    0 => maker.near_limit(unit),
                    _ => maker.amount(unit),
                }
            } else {
                maker.chance.between(0, far / (SCALE / 100)) * (SCALE / 100)
            };
            x.clamp(0, far)
        };
        let of_one = |_| {
            let mut values: Vec<Decimal> = [0, CENT, far].into_iter().chain((3..GRID).map(|_| draw())).collect();
            values.sort_unstable();
            values
        };
        self.moves.iter().map(of_one).collect()
    }

    /// Values asked in turn, then those between the two where each foyer's answer moves most.
    fn tracks(&self, maker: &mut Maker<'_>) -> Vec<Track> {
        let grid = self.grid(maker);
        let mut tracks: Vec<Track> = vec![Vec::new(); self.moves.len()];
        for k in 0..GRID {
            let values: Vec<Decimal> = grid.iter().map(|g| g.get(k).copied().unwrap_or(0)).collect();
            self.record(&mut tracks, &values);
        }
        let mut between: Vec<Option<(Decimal, Decimal)>> = tracks.iter().map(widest).collect();
        for _ in 0..HALVINGS {
            if between.iter().all(Option::is_none) {
                break;
            }
            // A foyer that has nothing more to look for is asked what it has been asked already.
            let values: Vec<Decimal> = between.iter().map(|b| b.map_or(0, |(a, b)| middle(a, b))).collect();
            self.record(&mut tracks, &values);
            for (b, t) in between.iter_mut().zip(&tracks) {
                *b = b.and_then(|(low, high)| narrower(t, low, middle(low, high), high));
            }
        }
        for t in &mut tracks {
            t.sort_by_key(|p| p.0);
            t.dedup_by_key(|p| p.0);
        }
        tracks
    }

    fn record(&self, tracks: &mut [Track], values: &[Decimal]) {
        for ((t, seen), v) in tracks.iter_mut().zip(self.ask(values)).zip(values) {
            t.push((*v, seen));
        }
    }

    fn monotone(&self, maker: &mut Maker<'_>, out: &mut Tried) {
        for (f, track) in self.tracks(maker).iter().enumerate() {
            let Some(m) = self.moves.get(f).copied().flatten() else { continue };
            out.tested += usize::from(track.iter().any(|p| p.1.iter().any(|s| Nodes::tests(self.property, *s))));
            for row in 0..self.rows.get(f).map_or(0, Vec::len) {
                let claimed: Vec<(Decimal, Seen)> =
                    track.iter().filter_map(|(v, seen)| seen.get(row).filter(|s| s.claimed).map(|s| (*v, *s))).collect();
                for pair in claimed.windows(2) {
                    let [(from, a), (to, b)] = pair else { continue };
                    if out.broken.is_none() && self.cx.judge_pair(self.property, *a, *b).is_some() {
                        out.broken = self.households.get(f).map(|h| (h.clone(), Move { from: *from, to: *to, ..m }));
                    }
                }
            }
        }
    }

    fn steps(&self, step: Decimal, maker: &mut Maker<'_>, out: &mut Tried) {
        let tracks = self.tracks(maker);
        // Where each foyer's answer moves most, then beside, then anywhere.
        let cliff = |t: &Track| {
            let steepest = t.windows(2).max_by_key(|w| w.first().zip(w.last()).map_or(0, |(a, b)| moved(&a.1, &b.1)));
            steepest.and_then(|w| w.first()).map_or(0, |p| p.0)
        };
        let cliffs: Vec<Decimal> = tracks.iter().map(cliff).collect();
        let grid = self.grid(maker);
        let asked: Vec<Vec<Decimal>> = vec![
            cliffs.clone(),
            cliffs.iter().map(|c| (c - step).max(0)).collect(),
            cliffs.iter().map(|c| (c + CENT - step).max(0)).collect(),
            grid.iter().map(|g| g.get(2).copied().unwrap_or(0)).collect(),
            grid.iter().map(|g| g.get(4).copied().unwrap_or(0)).collect(),
        ];
        let mut tested = vec![false; self.moves.len()];
        for values in asked {
            let further: Vec<Decimal> = values.iter().map(|v| v + step).collect();
            let (low, high) = (self.ask(&values), self.ask(&further));
            for (f, ((a, b), (from, to))) in low.iter().zip(&high).zip(values.iter().zip(&further)).enumerate() {
                let Some(m) = self.moves.get(f).copied().flatten() else { continue };
                for (a, b) in a.iter().zip(b) {
                    if let Some(t) = tested.get_mut(f) {
                        *t |= Nodes::tests(self.property, *a) || Nodes::tests(self.property, *b);
                    }
                    if out.broken.is_none() && self.cx.judge_pair(self.property, *a, *b).is_some() {
                        out.broken = self.households.get(f).map(|h| (h.clone(), Move { from: *from, to: *to, ..m }));
                    }
                }
            }
        }
        out.tested = tested.into_iter().filter(|t| *t).count();
    }
}

const fn middle(a: Decimal, b: Decimal) -> Decimal {
    a + (b - a) / CENT / 2 * CENT
}

/// By how much the answers of a foyer move between two values. A verdict that turns counts beside its amount.
fn moved(a: &[Seen], b: &[Seen]) -> Decimal {
    let one = |(a, b): (&Seen, &Seen)| match (a.answer, b.answer) {
        (Some(x), Some(y)) => y.saturating_sub(x).saturating_abs().saturating_add(i64::from(a.open != b.open)),
        _ => 0,
    };
    a.iter().zip(b).map(one).max().unwrap_or(0)
}

/// The neighbouring values between which a foyer's answer moves most, when they are not neighbouring cents.
fn widest(track: &Track) -> Option<(Decimal, Decimal)> {
    let pair = |w: &[(Decimal, Vec<Seen>)]| {
        let (a, b) = w.first().zip(w.last())?;
        (b.0 - a.0 > CENT).then(|| (moved(&a.1, &b.1), a.0, b.0))
    };
    track.windows(2).filter_map(pair).filter(|p| p.0 > 0).max_by_key(|p| p.0).map(|p| (p.1, p.2))
}

/// The half in which the answer moves most.
fn narrower(track: &Track, low: Decimal, mid: Decimal, high: Decimal) -> Option<(Decimal, Decimal)> {
    let at = |v: Decimal| track.iter().rev().find(|p| p.0 == v).map(|p| &p.1);
    let (a, m, b) = (at(low)?, at(mid)?, at(high)?);
    let half = if moved(m, b) > moved(a, m) { (mid, high) } else { (low, mid) };
    (half.1 - half.0 > CENT).then_some(half)
}

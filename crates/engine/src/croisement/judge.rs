//! The rules over one partition of foyers, and the rows that they give.

use super::facts::{self, Fact};
use super::stages::Stage;
use super::{Linked, Words, group};
use crate::eval::machine::{Code, Machine, View};
use crate::plan::NodeId;
use recours_rules::number::SCALE;
use recours_rules::pack::AmountPeriod;
use recours_rules::types::Entity;

/// Foyers judged at a time.
const BLOCK: usize = 512;

/// What was found in a partition, row by row in the order of (foyer, right): columns of the same length.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Foyers judged.
    pub foyers: u64,
    /// The foyer's handle, 16 bytes a row.
    pub unit: Vec<u8>,
    /// Position of the right among those of foyers in the pack, in the order of their names.
    pub right: Vec<u16>,
    /// 0 possible, 1 probable, 2 certain.
    pub certainty: Vec<u8>,
    /// Band of the amount from 1, from its upper bound; 0 for a right without amount. Empty when no band was asked for.
    pub band: Vec<i8>,
    /// Per value asked for beside, the whole number; none when it is not known.
    pub beside: Vec<Vec<Option<i32>>>,
}

impl Rows {
    /// How many.
    #[must_use]
    pub fn len(&self) -> usize {
        self.right.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.right.is_empty()
    }
}

/// The columns of one right.
struct Verdict {
    entitled: NodeId,
    received: Option<NodeId>,
    acted: Option<NodeId>,
    amount: Option<NodeId>,
    /// Grade of what is settled.
    settled: u8,
    /// Cut points in the period of its amount.
    cuts: Vec<i64>,
}

/// What the rules of a croisement are made into: once for all threads.
pub struct Verdicts {
    code: Code,
    verdicts: Vec<Verdict>,
    /// Per input of the code, how it is read.
    facts: Vec<Fact>,
}

impl Verdicts {
    /// For the rights of foyers: nothing here says who is of age, and no minor is the unit of a row.
    #[must_use]
    pub fn new(linked: &Linked<'_>) -> Self {
        let named = linked.program.rights.iter().filter_map(|r| Some((linked.pack.rights.get(r.right)?, r)));
        let mut named: Vec<_> = named.filter(|(right, _)| right.unit != Entity::Personne).collect();
        named.sort_by(|a, b| a.0.id.cmp(&b.0.id));
        let banded = !linked.spec.bands.is_empty();
        let verdicts: Vec<Verdict> = named
            .into_iter()
            .map(|(right, r)| Verdict {
                entitled: r.entitled,
                received: r.received,
                acted: r.acted,
                // A sum paid once has no amount per month.
                amount: r.amount.filter(|_| banded && right.period != AmountPeriod::Once),
                cuts: linked.spec.bands.iter().map(|c| c.saturating_mul(if right.period == AmountPeriod::Year { 12 } else { 1 })).collect(),
                settled: if r.leaves_out(right) { 1 } else { 2 },
            })
            .collect();
        let of_rights = verdicts.iter().flat_map(|v| [Some(v.entitled), v.received, v.acted, v.amount]).flatten();
        let roots: Vec<NodeId> = of_rights.chain(linked.spec.beside.iter().copied()).collect();
        let code = Code::new(linked.program, &roots);
        let facts = code.inputs().iter().map(|live| facts::reading(linked, live.slot)).collect();
        Self { code, verdicts, facts }
    }
}

/// What a thread keeps from one partition to the next.
pub struct Judge<'a> {
    linked: &'a Linked<'a>,
    of: &'a Verdicts,
    machine: Machine<'a>,
    persons: Vec<u64>,
    homes: Vec<u64>,
    by_person: group::Scratch,
    by_home: group::Scratch,
    block: Block,
    found: Found,
}

/// Foyers being gathered, word by word.
#[derive(Default)]
struct Block {
    offsets: Vec<u32>,
    persons: Words,
    homes: Words,
    home: Vec<u64>,
    /// Foyers of which several rows say different things, and where those stand in the partition's.
    disputed: Vec<(usize, Vec<u32>)>,
}

impl Block {
    fn clear(&mut self, persons: usize, homes: usize) {
        self.offsets.clear();
        self.offsets.push(0);
        self.persons.clear(persons);
        self.homes.clear(homes);
        self.disputed.clear();
    }

    fn foyers(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }
}

/// Rights found of each foyer of a block, 64 to a word: there is a row, and it is settled.
#[derive(Default)]
struct Found {
    rows: Vec<u64>,
    settled: Vec<u64>,
    entitled: Vec<u8>,
    received: Vec<u8>,
    acted: Vec<u8>,
}

/// The truths of a root, row by row.
fn each<'v>(view: Option<View<'v>>, none: u8, n: usize, room: &'v mut Vec<u8>) -> &'v [u8] {
    if let Some(View::Each(r)) = view
        && let Some(bytes) = r.bytes.get(..n)
    {
        return bytes;
    }
    room.clear();
    room.resize(n, view.map_or(none, |v| v.bool_at(0)));
    room
}

impl<'a> Judge<'a> {
    /// One for a thread.
    #[must_use]
    pub fn new(linked: &'a Linked<'a>, of: &'a Verdicts) -> Self {
        Self {
            linked,
            of,
            machine: Machine::new(&of.code),
            persons: Vec::new(),
            homes: Vec::new(),
            by_person: group::Scratch::default(),
            by_home: group::Scratch::default(),
            block: Block::default(),
            found: Found::default(),
        }
    }

    pub(super) fn partition(&mut self, linked: &Linked<'_>, k: usize) -> std::io::Result<Rows> {
        let mut clock = linked.stages.clock();
        let (wide, home) = (linked.plan.width, linked.home.width);
        linked.joined.load(k, &mut self.persons, linked.spill)?;
        linked.homes.load(k, &mut self.homes, linked.spill)?;
        let mut out = Rows { beside: vec![Vec::new(); linked.spec.beside.len()], ..Rows::default() };
        // Taken out while the rest of the thread's things are used.
        let (mut by_person, mut by_home) = (std::mem::take(&mut self.by_person), std::mem::take(&mut self.by_home));
        let (persons, home_rows) = (std::mem::take(&mut self.persons), std::mem::take(&mut self.homes));
        let order = by_person.order(&persons, wide, linked.bits);
        let mut homes = by_home.order(&home_rows, home, linked.bits).iter().copied().peekable();
        let home_row = |i: u32| home_rows.get(i as usize * home..(i as usize + 1) * home).unwrap_or_default();
        self.block.clear(wide, home);
        let (mut last, mut first, mut end) = (None, 0, 0);
        for i in order {
            let handle = persons.get(*i as usize * wide..).and_then(<[u64]>::first_chunk::<2>);
            if last != handle {
                last = handle;
                if self.block.foyers() == BLOCK {
                    self.block.persons.gather(&persons, order.get(first..end).unwrap_or_default());
                    first = end;
                    clock.lap(Stage::Aggregate);
                    self.judge(&home_row, &mut out, &mut clock);
                    self.block.clear(wide, home);
                }
                if let Some([high, low]) = handle {
                    self.gather_home((*high, *low), &mut homes, &home_row);
                }
                let n = self.block.offsets.last().copied().unwrap_or(0);
                self.block.offsets.push(n);
            }
            end += 1;
            if let Some(bound) = self.block.offsets.last_mut() {
                *bound += 1;
            }
        }
        self.block.persons.gather(&persons, order.get(first..end).unwrap_or_default());
        clock.lap(Stage::Aggregate);
        if self.block.foyers() > 0 {
            self.judge(&home_row, &mut out, &mut clock);
        }
        (self.by_person, self.by_home) = (by_person, by_home);
        (self.persons, self.homes) = (persons, home_rows);
        Ok(out)
    }

    /// The row of the foyer's own facts, from all rows that tell of it.
    fn gather_home<'r>(
        &mut self,
        (high, low): (u64, u64),
        homes: &mut std::iter::Peekable<impl Iterator<Item = u32>>,
        home_row: &impl Fn(u32) -> &'r [u64],
    ) {
        let of_it = |i: &u32| matches!(home_row(*i), [a, b, ..] if (*a, *b) == (high, low));
        let Some(first) = homes.next_if(of_it) else {
            self.block.homes.push_blank(&[high, low]);
            return;
        };
        let Some(mut other) = homes.next_if(of_it) else {
            self.block.homes.push(home_row(first));
            return;
        };
        let (mut told, mut same) = (vec![first], true);
        let mut home = std::mem::take(&mut self.block.home);
        home.clear();
        home.extend_from_slice(home_row(first));
        loop {
            same &= facts::merged(&self.linked.home.fields, &mut home, home_row(other));
            told.push(other);
            let Some(next) = homes.next_if(of_it) else { break };
            other = next;
        }
        if !same {
            self.block.disputed.push((self.block.foyers(), told));
        }
        self.block.homes.push(&home);
        self.block.home = home;
    }

    fn judge<'r>(&mut self, home_row: &impl Fn(u32) -> &'r [u64], out: &mut Rows, clock: &mut super::stages::Clock<'_>) {
        let block = &self.block;
        out.foyers += block.foyers() as u64;
        let arch = pulp::Arch::new();
        for (fact, input) in self.of.facts.iter().zip(self.machine.inputs()) {
            arch.dispatch(|| fact.fill(if fact.of_foyer { &block.homes } else { &block.persons }, input));
            for (at, rows) in block.disputed.iter().filter(|_| fact.of_foyer) {
                let rows: Vec<&[u64]> = rows.iter().map(|i| home_row(*i)).collect();
                fact.widen(*at, &rows, input);
            }
        }
        clock.lap(Stage::Aggregate);
        self.machine.run(&block.offsets);
        clock.lap(Stage::Rules);
        self.find();
        self.rows(out);
        clock.lap(Stage::Write);
    }

    fn column(&self, id: Option<NodeId>) -> Option<View<'_>> {
        id.and_then(|id| self.machine.column(id))
    }

    /// Marks the rights of foyers that give a row.
    fn find(&mut self) {
        let n = self.block.foyers();
        let mut found = std::mem::take(&mut self.found);
        let arch = pulp::Arch::new();
        for marks in [&mut found.rows, &mut found.settled] {
            marks.clear();
            marks.resize(n * self.of.verdicts.len().div_ceil(64), 0);
        }
        for (r, v) in self.of.verdicts.iter().enumerate() {
            let (entitled, received, acted) = (self.column(Some(v.entitled)), self.column(v.received), self.column(v.acted));
            let (group, bit) = (r / 64 * n, r % 64);
            let rows = found.rows.get_mut(group..group + n).unwrap_or_default();
            let settled = found.settled.get_mut(group..group + n).unwrap_or_default();
            // Truths side by side, so that all foyers are marked in one sweep; the same for everybody is written out.
            let entitled = each(entitled, 1, n, &mut found.entitled);
            let received = each(received, 0, n, &mut found.received);
            let acted = each(acted, 0, n, &mut found.acted);
            arch.dispatch(|| {
                for ((((row, settled), e), p), a) in rows.iter_mut().zip(settled).zip(entitled).zip(received).zip(acted) {
                    *row |= u64::from((*e != 0) & (*p != 2) & (*a != 2)) << bit;
                    *settled |= u64::from((*e == 2) & (*p | *a == 0)) << bit;
                }
            });
        }
        self.found = found;
    }

    fn rows(&self, out: &mut Rows) {
        let n = self.block.foyers();
        let amounts: Vec<Option<View<'_>>> = self.of.verdicts.iter().map(|v| self.column(v.amount)).collect();
        let beside: Vec<Option<View<'_>>> = self.linked.spec.beside.iter().map(|id| self.column(Some(*id))).collect();
        let mut values = vec![None; beside.len()];
        for (f, (high, low)) in self.block.homes.of(0).iter().zip(self.block.homes.of(1)).enumerate() {
            for (to, c) in values.iter_mut().zip(&beside) {
                let i = c.map(|c| c.interval(f)).filter(|i| i.is_point());
                *to = i.and_then(|i| i32::try_from(i.lo / SCALE).ok());
            }
            let handle = (u128::from(*high) << 64 | u128::from(*low)).to_be_bytes();
            for group in 0..self.of.verdicts.len().div_ceil(64) {
                let at = group * n + f;
                let mut marks = self.found.rows.get(at).copied().unwrap_or(0);
                let settled = self.found.settled.get(at).copied().unwrap_or(0);
                while marks != 0 {
                    let bit = marks.trailing_zeros() as usize;
                    marks &= marks - 1;
                    self.row(out, &handle, group * 64 + bit, f, (settled >> bit) & 1 == 1, &amounts, &values);
                }
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one row is written from all of these, in one place")]
    #[inline]
    fn row(
        &self,
        out: &mut Rows,
        handle: &[u8; 16],
        right: usize,
        unit: usize,
        settled: bool,
        amounts: &[Option<View<'_>>],
        values: &[Option<i32>],
    ) {
        let Some(v) = self.of.verdicts.get(right) else { return };
        out.unit.extend_from_slice(handle);
        out.right.push(u16::try_from(right).unwrap_or(u16::MAX));
        out.certainty.push(if settled { v.settled } else { 0 });
        if !v.cuts.is_empty() {
            let amount = amounts.get(right).copied().flatten();
            out.band.push(amount.map_or(0, |c| band(&v.cuts, c.interval(unit).hi)));
        }
        for (to, value) in out.beside.iter_mut().zip(values) {
            to.push(*value);
        }
    }
}

/// From 1: how many cut points an amount reaches, and one.
fn band(cuts: &[i64], amount: i64) -> i8 {
    let reached = cuts.iter().filter(|c| amount >= **c).count();
    i8::try_from(reached + 1).unwrap_or(i8::MAX)
}

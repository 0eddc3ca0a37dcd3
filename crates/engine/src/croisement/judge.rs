//! The rules over one partition of foyers, and the rows that they give.

use super::facts::{self, Fact};
use super::stages::Stage;
use super::{Linked, Words, group};
use crate::eval::machine::{Code, Machine, View, wide};
use crate::plan::NodeId;
use recours_rules::number::SCALE;
use recours_rules::pack::AmountPeriod;
use recours_rules::types::Entity;

/// Foyers judged at a time.
const BLOCK: usize = 512;

/// What was found in a partition, row by row in the order of (foyer, right): columns of the same length.
#[derive(Clone, Default, PartialEq, Eq)]
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

// A derived Debug would print handles and what was found of them.
impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("foyers", &self.foyers).field("rows", &self.len()).finish_non_exhaustive()
    }
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
pub struct Judge<'l, 'a> {
    linked: &'l Linked<'a>,
    of: &'l Verdicts,
    machine: Machine<'l>,
    /// Rows that were spilled.
    room: Vec<u64>,
    by_person: group::Scratch,
    by_home: group::Scratch,
    block: Block,
    found: Found,
}

/// Rows that tell of foyers, in the order of their handles.
struct Homes<'a> {
    rows: &'a [u64],
    width: usize,
    next: usize,
}

impl Homes<'_> {
    fn row(&self, i: usize) -> &[u64] {
        self.rows.get(i * self.width..(i + 1) * self.width).unwrap_or_default()
    }

    /// The position of the next row, if it tells of this foyer.
    fn next_of(&mut self, handle: &[u64; 2]) -> Option<usize> {
        let i = self.next;
        let of_it = self.row(i).first_chunk::<2>() == Some(handle);
        self.next += usize::from(of_it);
        of_it.then_some(i)
    }
}

/// Foyers being gathered.
#[derive(Default)]
struct Block {
    offsets: Vec<u32>,
    /// One row of each foyer's own facts.
    told: Vec<u64>,
    /// Rows of persons and of foyers, word by word, in the order of the machine.
    persons: Words,
    homes: Words,
    home: Vec<u64>,
    /// Foyers of which several rows say different things, and where those stand in the partition's.
    disputed: Vec<(usize, Vec<usize>)>,
}

impl Block {
    fn clear(&mut self) {
        self.offsets.clear();
        self.offsets.push(0);
        self.told.clear();
        self.disputed.clear();
    }

    fn foyers(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }
}

/// Rights found of each foyer of a block, in the order of the machine, 64 to a word: there is a row, and it is settled.
#[derive(Default)]
struct Found {
    rows: Vec<u64>,
    settled: Vec<u64>,
    entitled: Vec<u8>,
    received: Vec<u8>,
    acted: Vec<u8>,
}

/// The truths of a root, in the order of the machine.
fn each<'v>(view: Option<View<'v>>, none: u8, n: usize, room: &'v mut Vec<u8>) -> &'v [u8] {
    if let Some(View::Each(r, _)) = view
        && let Some(bytes) = r.bytes.get(..n)
    {
        return bytes;
    }
    room.clear();
    room.resize(n, view.map_or(none, |v| v.bool_at(0)));
    room
}

impl<'l, 'a> Judge<'l, 'a> {
    /// One for a thread.
    #[must_use]
    pub fn new(linked: &'l Linked<'a>, of: &'l Verdicts) -> Self {
        Self {
            linked,
            of,
            machine: Machine::new(&of.code),
            room: Vec::new(),
            by_person: group::Scratch::default(),
            by_home: group::Scratch::default(),
            block: Block::default(),
            found: Found::default(),
        }
    }

    /// What the rules find of the foyers of one partition, in the order of their handles. Once: its rows are then forgotten.
    ///
    /// # Errors
    /// The spill's.
    pub fn partition(&mut self, k: usize) -> std::io::Result<Rows> {
        let linked = self.linked;
        let mut clock = linked.stages.clock();
        let (wide, home) = (linked.plan.width, linked.home.width);
        let mut out = Rows { beside: vec![Vec::new(); linked.spec.beside.len()], ..Rows::default() };
        // Taken out while the rest of the thread's things are used.
        let (mut by_person, mut by_home) = (std::mem::take(&mut self.by_person), std::mem::take(&mut self.by_home));
        let taken = linked.joined.take(k);
        let persons = by_person.sorted(&taken.rows(&mut self.room, &linked.exchange)?, wide, linked.bits);
        taken.done(&linked.exchange.pool);
        let taken = linked.homes.take(k);
        let homes = by_home.sorted(&taken.rows(&mut self.room, &linked.exchange)?, home, linked.bits);
        taken.done(&linked.exchange.pool);
        let mut homes = Homes { rows: homes, width: home, next: 0 };
        self.block.clear();
        let (mut last, mut first) = (None, 0);
        for (i, row) in persons.chunks_exact(wide).enumerate() {
            let handle = row.first_chunk::<2>();
            if last != handle {
                last = handle;
                if self.block.foyers() == BLOCK {
                    self.judge(persons.get(first * wide..i * wide).unwrap_or_default(), &homes, &mut out, &mut clock);
                    self.block.clear();
                    first = i;
                }
                if let Some(handle) = handle {
                    self.gather_home(handle, &mut homes);
                }
                let n = self.block.offsets.last().copied().unwrap_or(0);
                self.block.offsets.push(n);
            }
            if let Some(bound) = self.block.offsets.last_mut() {
                *bound += 1;
            }
        }
        if self.block.foyers() > 0 {
            self.judge(persons.get(first * wide..).unwrap_or_default(), &homes, &mut out, &mut clock);
        }
        clock.lap(Stage::Aggregate);
        (self.by_person, self.by_home) = (by_person, by_home);
        Ok(out)
    }

    /// The row of the foyer's own facts, from all rows that tell of it.
    fn gather_home(&mut self, handle: &[u64; 2], homes: &mut Homes<'_>) {
        let Some(first) = homes.next_of(handle) else {
            self.block.told.extend_from_slice(handle);
            self.block.told.extend(std::iter::repeat_n(0, homes.width - 2));
            return;
        };
        let Some(mut other) = homes.next_of(handle) else {
            self.block.told.extend_from_slice(homes.row(first));
            return;
        };
        let (mut told, mut same) = (vec![first], true);
        let mut home = std::mem::take(&mut self.block.home);
        home.clear();
        home.extend_from_slice(homes.row(first));
        loop {
            same &= facts::merged(&self.linked.home.fields, &mut home, homes.row(other));
            told.push(other);
            let Some(next) = homes.next_of(handle) else { break };
            other = next;
        }
        if !same {
            self.block.disputed.push((self.block.foyers(), told));
        }
        self.block.told.extend_from_slice(&home);
        self.block.home = home;
    }

    /// Judges the foyers of the block, whose persons these are.
    fn judge(&mut self, persons: &[u64], homes: &Homes<'_>, out: &mut Rows, clock: &mut super::stages::Clock<'_>) {
        let block = &mut self.block;
        out.foyers += block.foyers() as u64;
        self.machine.arrange(&block.offsets);
        block.persons.gather(persons, self.linked.plan.width, self.machine.order().persons());
        block.homes.gather(&block.told, homes.width, self.machine.order().foyers());
        let at = |foyer: usize| self.machine.order().foyer_at().get(foyer).map_or(0, |p| *p as usize);
        block.disputed.iter_mut().for_each(|(foyer, _)| *foyer = at(*foyer));
        let arch = pulp::Arch::new();
        for (fact, input) in self.of.facts.iter().zip(self.machine.inputs()) {
            let words = if fact.of_foyer { &block.homes } else { &block.persons };
            wide(
                arch,
                #[inline(always)]
                || fact.fill(words, input),
            );
            for (at, rows) in block.disputed.iter().filter(|_| fact.of_foyer) {
                let rows: Vec<&[u64]> = rows.iter().map(|i| homes.row(*i)).collect();
                fact.widen(*at, &rows, input);
            }
        }
        clock.lap(Stage::Aggregate);
        self.machine.run();
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
            let (group, bit) = (r / 64 * n, (r % 64) as u32);
            let rows = found.rows.get_mut(group..group + n).unwrap_or_default();
            let settled = found.settled.get_mut(group..group + n).unwrap_or_default();
            // Truths side by side, so that all foyers are marked in one sweep; the same for everybody is written out.
            let entitled = each(entitled, 1, n, &mut found.entitled);
            let received = each(received, 0, n, &mut found.received);
            let acted = each(acted, 0, n, &mut found.acted);
            wide(
                arch,
                #[inline(always)]
                || {
                    for ((((row, settled), e), p), a) in rows.iter_mut().zip(settled.iter_mut()).zip(entitled).zip(received).zip(acted) {
                        *row |= u64::from((*e != 0) & (*p != 2) & (*a != 2)).wrapping_shl(bit);
                        *settled |= u64::from((*e == 2) & (*p | *a == 0)).wrapping_shl(bit);
                    }
                },
            );
        }
        self.found = found;
    }

    fn rows(&self, out: &mut Rows) {
        let n = self.block.foyers();
        let amounts: Vec<Option<View<'_>>> = self.of.verdicts.iter().map(|v| self.column(v.amount)).collect();
        let beside: Vec<Option<View<'_>>> = self.linked.spec.beside.iter().map(|id| self.column(Some(*id))).collect();
        let mut values = vec![None; beside.len()];
        let told = self.block.told.chunks_exact(self.linked.home.width);
        for (f, (row, place)) in told.zip(self.machine.order().foyer_at()).enumerate() {
            let [high, low, ..] = row else { continue };
            for (to, c) in values.iter_mut().zip(&beside) {
                let i = c.map(|c| c.interval(f)).filter(|i| i.is_point());
                *to = i.and_then(|i| i32::try_from(i.lo / SCALE).ok());
            }
            let handle = (u128::from(*high) << 64 | u128::from(*low)).to_be_bytes();
            for group in 0..self.of.verdicts.len().div_ceil(64) {
                let at = group * n + *place as usize;
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

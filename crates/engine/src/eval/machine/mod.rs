//! The same column program over registers that are kept from block to block: for runs over millions of foyers, of which
//! only the roots are read. It says what [`super::block`] says, node by node.

mod code;
mod dates;
mod folds;
mod lanes;
mod lookups;
mod months;
mod numbers;
mod register;
mod truths;

use super::column::Column;
use super::{Population, apply};
use crate::plan::{Level, NodeId, Op, Shape};
pub use code::{Code, Live};
use code::{Operand, Place, Step};
use dates::Dates;
use lanes::Rows;
use numbers::Num;
use pulp::Arch;
pub use register::{Register, Same, View};

/// Runs a [`Code`] over one block after another. One for each thread.
#[derive(Debug)]
pub struct Machine<'c> {
    code: &'c Code,
    registers: Vec<Register>,
    /// Where each foyer's persons begin in the block; one more entry than foyers.
    offsets: Vec<usize>,
    arch: Arch,
}

impl<'c> Machine<'c> {
    /// With room for nothing yet.
    #[must_use]
    pub fn new(code: &'c Code) -> Self {
        Self { code, registers: vec![Register::default(); code.registers], offsets: Vec::new(), arch: Arch::new() }
    }

    /// The facts of the next block, in the order of [`Code::inputs`]: persons foyer after foyer, or foyers.
    pub fn inputs(&mut self) -> &mut [Register] {
        self.registers.get_mut(..self.code.inputs.len()).unwrap_or_default()
    }

    /// Empties all inputs.
    pub fn clear(&mut self) {
        self.inputs().iter_mut().for_each(Register::clear);
    }

    /// Takes the facts of foyers `from..to` of a population as inputs, and evaluates them.
    pub fn run_on(&mut self, population: &Population, from: usize, to: usize) {
        let bound = |f: usize| population.offsets.get(f).copied().unwrap_or(0);
        let (p0, p1) = (bound(from), bound(to));
        let code = self.code;
        for (register, live) in self.inputs().iter_mut().zip(&code.inputs) {
            let (a, b) = if live.level == Level::Person { (p0, p1) } else { (from, to) };
            match population.inputs.get(live.slot) {
                Some(c) => register.fill(c, a, b),
                None => register.clear(),
            }
        }
        self.offsets.clear();
        self.offsets.extend((from..=to).map(|f| bound(f) - p0));
        self.go();
    }

    /// Evaluates a block. `offsets`: where each foyer's persons begin among those given, from 0, and their number at the end.
    pub fn run(&mut self, offsets: &[u32]) {
        self.offsets.clear();
        self.offsets.extend(offsets.iter().map(|o| *o as usize));
        self.go();
    }

    fn go(&mut self) {
        let foyers = self.offsets.len().saturating_sub(1);
        let persons = self.offsets.last().copied().unwrap_or(0);
        let rows = |level: Level| if level == Level::Person { persons } else { foyers };
        let Self { code, registers, offsets, arch } = self;
        for (register, live) in registers.iter_mut().zip(&code.inputs) {
            arch.dispatch(|| register.settle(live.shape, rows(live.level)));
        }
        for step in &code.steps {
            let Some(mut out) = registers.get_mut(step.out).map(std::mem::take) else { continue };
            let n = rows(step.level);
            let block = Block { code, registers, offsets, arch: *arch, n };
            if !block.fast(step, &mut out) {
                block.slow(step, &mut out);
            }
            if let Some(place) = registers.get_mut(step.out) {
                *place = out;
            }
        }
    }

    /// What the last block gave for a root of the code.
    #[must_use]
    pub fn column(&self, root: NodeId) -> Option<View<'_>> {
        match self.code.roots.get(&root)? {
            Place::Same(s) => Some(View::Same(*s)),
            Place::Register(r) => self.registers.get(*r).map(View::Each),
        }
    }
}

/// What a step reads.
struct Block<'a> {
    code: &'a Code,
    registers: &'a [Register],
    offsets: &'a [usize],
    arch: Arch,
    /// Rows that the step writes.
    n: usize,
}

impl<'a> Block<'a> {
    fn register(&self, step: &Step, i: usize) -> Option<Result<&'a Register, Same>> {
        match step.args.get(i)?.place {
            Place::Same(s) => Some(Err(s)),
            Place::Register(r) => self.registers.get(r).map(Ok),
        }
    }

    fn num(&self, step: &Step, i: usize) -> Option<Num<'a>> {
        Some(match self.register(step, i)? {
            Err(s) => Num { lo: Rows::Same(s.lo), hi: Rows::Same(s.hi), points: s.lo == s.hi, narrow: s.narrow() },
            Ok(r) => {
                let lo = r.lo.get(..r.n)?;
                let hi = if r.points { lo } else { r.hi.get(..r.n)? };
                Num { lo: Rows::Each(lo), hi: Rows::Each(hi), points: r.points, narrow: r.narrow }
            }
        })
    }

    fn date(&self, step: &Step, i: usize) -> Option<Dates<'a>> {
        let days = self.num(step, i)?;
        Some(match self.register(step, i)? {
            Err(s) => Dates { days, absent: Rows::Same(s.byte), plain: s.byte == 0 },
            Ok(r) if r.plain => Dates { days, absent: Rows::Same(0), plain: true },
            Ok(r) => Dates { days, absent: Rows::Each(r.bytes.get(..r.n)?), plain: false },
        })
    }

    fn truth(&self, step: &Step, i: usize) -> Option<Rows<'a, u8>> {
        Some(match self.register(step, i)? {
            Err(s) => Rows::Same(s.byte),
            Ok(r) => Rows::Each(r.bytes.get(..r.n)?),
        })
    }

    fn code(&self, step: &Step, i: usize) -> Option<Rows<'a, u64>> {
        Some(match self.register(step, i)? {
            Err(s) => Rows::Same(s.codes),
            Ok(r) => Rows::Each(r.codes.get(..r.n)?),
        })
    }

    /// By a loop over narrow values; false when it must be done by the slow kernel.
    fn fast(&self, step: &Step, out: &mut Register) -> bool {
        self.number(step, out).or_else(|| self.dated(step, out)).or_else(|| self.truthful(step, out)).unwrap_or(false)
    }

    /// Operations on numbers; nothing when it is another.
    fn number(&self, s: &Step, out: &mut Register) -> Option<bool> {
        let (arch, n, o) = (self.arch, self.n, self.offsets);
        let num = |i| self.num(s, i);
        Some(match &s.op {
            Op::Add(..) => numbers::add(arch, n, num(0)?, num(1)?, out),
            Op::Sub(..) => numbers::sub(arch, n, num(0)?, num(1)?, out),
            Op::Neg(_) => numbers::neg(arch, n, num(0)?, out),
            Op::Mul(..) => numbers::mul(arch, n, num(0)?, num(1)?, out),
            Op::Div(..) => numbers::div(arch, n, num(0)?, num(1)?, out),
            Op::Min(..) => numbers::extreme(arch, n, true, num(0)?, num(1)?, out),
            Op::Max(..) => numbers::extreme(arch, n, false, num(0)?, num(1)?, out),
            Op::Round(_, step, how) => numbers::round(arch, n, num(0)?, *step, *how, out),
            Op::CmpNum(op, ..) => numbers::compare(arch, n, *op, num(0)?, num(1)?, out),
            Op::If(..) if s.shape == Shape::Num => numbers::choose(arch, n, self.truth(s, 0)?, num(1)?, num(2)?, out),
            Op::Coalesce(..) if s.shape == Shape::Num => numbers::coalesce(n, num(0)?, num(1)?, out),
            Op::FoldSum(_) => folds::sum(o, num(0)?, out),
            Op::FoldCount(_) => folds::count(o, self.truth(s, 0)?, out),
            Op::FoldMin(..) => folds::extreme(o, self.truth(s, 0)?, num(1)?, num(2)?, true, out),
            Op::FoldMax(..) => folds::extreme(o, self.truth(s, 0)?, num(1)?, num(2)?, false, out),
            Op::Lookup(t, _) => {
                let table = self.code.tables.get(*t)?;
                match s.args.first()?.shape {
                    Shape::Num => lookups::by_number(n, table, num(0)?, out),
                    Shape::Code => lookups::by_code(n, table, self.code(s, 0)?, out),
                    Shape::Date => lookups::by_birth(n, table, num(0)?, out),
                    _ => false,
                }
            }
            _ => return None,
        })
    }

    /// Operations on dates.
    fn dated(&self, s: &Step, out: &mut Register) -> Option<bool> {
        let (arch, n, o) = (self.arch, self.n, self.offsets);
        let date = |i| self.date(s, i);
        Some(match &s.op {
            Op::CmpDate(op, ..) => dates::compare(arch, n, *op, date(0)?, date(1)?, out),
            Op::FirstDate(..) => dates::pick(arch, n, true, date(0)?, date(1)?, out),
            Op::LastDate(..) => dates::pick(arch, n, false, date(0)?, date(1)?, out),
            Op::If(..) if s.shape == Shape::Date => dates::choose(arch, n, self.truth(s, 0)?, date(1)?, date(2)?, out),
            Op::AgeYears(..) => dates::years(n, date(0)?, date(1)?, out),
            Op::AgeMonths(..) => dates::months(n, date(0)?, date(1)?, out),
            Op::DaysBetween(..) => dates::days_between(n, date(0)?, date(1)?, out),
            Op::AddMonths(..) => dates::add_months(arch, n, date(0)?, self.num(s, 1)?, out),
            Op::AddDays(..) => dates::add_days(arch, n, date(0)?, self.num(s, 1)?, out),
            Op::AddWorkdays(..) => dates::add_workdays(arch, n, date(0)?, self.num(s, 1)?, out),
            Op::MonthStart(_) => dates::month_bound(arch, n, date(0)?, false, out),
            Op::MonthEnd(_) => dates::month_bound(arch, n, date(0)?, true, out),
            Op::IsAbsent(_) => dates::is_absent(arch, n, date(0)?, out),
            Op::FoldFirst(_) => dates::fold(o, date(0)?, true, out),
            Op::FoldLast(_) => dates::fold(o, date(0)?, false, out),
            _ => return None,
        })
    }

    /// Operations on truths and codes, and values of the foyer given to its persons.
    fn truthful(&self, s: &Step, out: &mut Register) -> Option<bool> {
        let (arch, n, o) = (self.arch, self.n, self.offsets);
        let truth = |i| self.truth(s, i);
        Some(match &s.op {
            Op::Not(_) => truths::not(arch, n, truth(0)?, out),
            Op::And(..) => truths::and(arch, n, truth(0)?, truth(1)?, out),
            Op::Or(..) => truths::or(arch, n, truth(0)?, truth(1)?, out),
            Op::CodeIn(_, set) => truths::code_in(arch, n, self.code(s, 0)?, *set, out),
            Op::Coalesce(..) if s.shape == Shape::Bool => truths::coalesce(arch, n, truth(0)?, truth(1)?, out),
            Op::If(..) if s.shape == Shape::Bool => truths::choose(arch, n, truth(0)?, truth(1)?, truth(2)?, out),
            Op::If(..) if s.shape == Shape::Code => truths::choose_codes(arch, n, truth(0)?, self.code(s, 1)?, self.code(s, 2)?, out),
            Op::FoldAny(_) => folds::any(o, truth(0)?, out),
            Op::FoldAll(_) => folds::all(o, truth(0)?, out),
            Op::Broadcast(_) => match self.register(s, 0)? {
                Ok(from) => {
                    self.spread(from, s.shape, out);
                    true
                }
                Err(_) => false,
            },
            _ => return None,
        })
    }

    fn spread(&self, from: &Register, shape: Shape, out: &mut Register) {
        let (o, n) = (self.offsets, self.n);
        match shape {
            Shape::Bool => folds::spread(o, &from.bytes, out.truths(n)),
            Shape::Code => folds::spread(o, &from.codes, out.sets(n)),
            Shape::Num | Shape::Date => {
                folds::spread(o, &from.lo, out.low(n));
                if !from.points {
                    folds::spread(o, &from.hi, out.high(n));
                }
                if !from.plain && shape == Shape::Date {
                    folds::spread(o, &from.bytes, out.truths(n));
                }
            }
        }
        (out.n, out.points, out.narrow, out.plain) = (n, from.points, from.narrow, from.plain);
    }

    /// Any operation, element by element, as the evaluator of whole columns does it.
    #[cold]
    fn slow(&self, step: &Step, out: &mut Register) {
        let read = |a: &Operand| match a.place {
            Place::Same(s) => Some((a.node, s.to_column(a.shape))),
            Place::Register(r) => Some((a.node, self.registers.get(r)?.to_column(a.shape))),
        };
        let columns: Vec<(NodeId, Column)> = step.args.iter().filter_map(read).collect();
        let column = |id: NodeId| columns.iter().find(|(node, _)| *node == id).map(|(_, c)| c);
        out.take_column(&apply(&self.code.tables, &step.op, self.n, self.offsets, column, false), self.n);
    }
}

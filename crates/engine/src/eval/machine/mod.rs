//! The same column program over registers that are kept from block to block: for runs over millions of foyers, of which
//! only the roots are read. It says what [`super::block`] says, node by node.

mod calendar;
mod code;
mod dates;
mod folds;
mod lanes;
mod lookups;
mod numbers;
mod order;
mod quotients;
mod register;
mod span;
mod truths;

use super::column::Column;
use super::{Population, apply};
use crate::plan::{Level, NodeId, Op, Shape};
pub use code::{Code, Live};
use code::{Operand, Place, Step};
use dates::Dates;
use lanes::Rows;
pub(crate) use lanes::wide;
use numbers::Num;
pub use order::Order;
use pulp::Arch;
pub use register::{Register, Same, View};
use span::Span;

/// Runs a [`Code`] over one block after another. One for each thread.
#[derive(Debug)]
pub struct Machine<'c> {
    code: &'c Code,
    inputs: Vec<Register>,
    /// What steps write.
    #[expect(
        clippy::vec_box,
        reason = "one is taken out of its place while it is written, for every step: a pointer goes, not a register"
    )]
    values: Vec<Box<Register>>,
    spare: Box<Register>,
    order: Order,
    arch: Arch,
}

impl<'c> Machine<'c> {
    /// With room for nothing yet.
    #[must_use]
    pub fn new(code: &'c Code) -> Self {
        let inputs = vec![Register::default(); code.inputs.len()];
        let values = vec![Box::default(); code.registers - inputs.len()];
        Self { code, inputs, values, spare: Box::default(), order: Order::default(), arch: Arch::new() }
    }

    /// Makes ready for a block. `offsets`: where each foyer's persons begin among those given, from 0, and their number at the end.
    pub fn arrange(&mut self, offsets: &[u32]) {
        self.order.of(offsets.iter().map(|o| *o as usize));
    }

    /// The order in which the facts of the block arranged are to be given.
    #[must_use]
    pub fn order(&self) -> &Order {
        &self.order
    }

    /// The facts of the block arranged, in the order of [`Code::inputs`]: persons or foyers, each at its place in
    /// [`Machine::order`].
    pub fn inputs(&mut self) -> &mut [Register] {
        &mut self.inputs
    }

    /// Empties all inputs.
    pub fn clear(&mut self) {
        self.inputs().iter_mut().for_each(Register::clear);
    }

    /// Takes the facts of foyers `from..to` of a population as inputs, and evaluates them.
    pub fn run_on(&mut self, population: &Population, from: usize, to: usize) {
        let bound = |f: usize| population.offsets.get(f).copied().unwrap_or(0);
        let (p0, p1) = (bound(from), bound(to));
        let mut order = std::mem::take(&mut self.order);
        order.of((from..=to).map(|f| bound(f) - p0));
        let code = self.code;
        for (register, live) in self.inputs().iter_mut().zip(&code.inputs) {
            let (rows, places) = if live.level == Level::Person { (p0..p1, order.persons()) } else { (from..to, order.foyers()) };
            match population.inputs.get(live.slot) {
                Some(c) => register.fill(c, rows, places),
                None => register.clear(),
            }
        }
        self.order = order;
        self.run();
    }

    /// Evaluates the block arranged.
    pub fn run(&mut self) {
        let (foyers, persons) = (self.order.foyers().len(), self.order.persons().len());
        let rows = |level: Level| if level == Level::Person { persons } else { foyers };
        let Self { code, inputs, values, spare, order, arch } = self;
        for (register, live) in inputs.iter_mut().zip(&code.inputs) {
            let n = rows(live.level);
            lanes::wide(
                *arch,
                #[inline(always)]
                || register.settle(live.shape, n),
            );
        }
        for step in &code.steps {
            // A step never writes where it reads: its place holds the spare meanwhile.
            let at = step.out - inputs.len();
            let Some(place) = values.get_mut(at) else { continue };
            std::mem::swap(place, spare);
            let block = Block { code, inputs, values, order, arch: *arch, n: rows(step.level) };
            if !block.fast(step, spare) {
                block.slow(step, spare);
            }
            if let Some(place) = values.get_mut(at) {
                std::mem::swap(place, spare);
            }
        }
    }

    /// What the last block gave for a root of the code.
    #[must_use]
    pub fn column(&self, root: NodeId) -> Option<View<'_>> {
        let (place, level) = self.code.roots.get(&root)?;
        match place {
            Place::Same(s) => Some(View::Same(*s)),
            Place::Register(r) => {
                let at = if *level == Level::Person { self.order.person_at() } else { self.order.foyer_at() };
                at_place(&self.inputs, &self.values, *r).map(|r| View::Each(r, at))
            }
        }
    }
}

/// The register at a place: inputs first.
fn at_place<'a>(inputs: &'a [Register], values: &'a [Box<Register>], r: usize) -> Option<&'a Register> {
    inputs.get(r).or_else(|| values.get(r.wrapping_sub(inputs.len())).map(AsRef::as_ref))
}

/// What a step reads.
struct Block<'a> {
    code: &'a Code,
    inputs: &'a [Register],
    values: &'a [Box<Register>],
    order: &'a Order,
    arch: Arch,
    /// Rows that the step writes.
    n: usize,
}

impl<'a> Block<'a> {
    fn register(&self, step: &Step, i: usize) -> Option<Result<&'a Register, Same>> {
        match step.args.get(i)?.place {
            Place::Same(s) => Some(Err(s)),
            Place::Register(r) => at_place(self.inputs, self.values, r).map(Ok),
        }
    }

    fn num(&self, step: &Step, i: usize) -> Option<Num<'a>> {
        Some(match self.register(step, i)? {
            Err(s) => {
                let (narrow, (lo, hi, span)) = s.kept().map_or((false, (s.lo, s.hi, Span::default())), |k| (true, k));
                Num { lo: Rows::Same(lo), hi: Rows::Same(hi), points: lo == hi, narrow, span }
            }
            Ok(r) => {
                let lo = r.lo.get(..r.n)?;
                let hi = if r.points { lo } else { r.hi.get(..r.n)? };
                Num { lo: Rows::Each(lo), hi: Rows::Each(hi), points: r.points, narrow: r.narrow, span: r.span }
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
        let (arch, n, o) = (self.arch, self.n, self.order);
        let num = |i| self.num(s, i);
        Some(match &s.op {
            Op::Add(..) => numbers::add(arch, n, num(0)?, num(1)?, out),
            Op::Sub(..) => numbers::sub(arch, n, num(0)?, num(1)?, out),
            Op::Neg(_) => numbers::neg(arch, n, num(0)?, out),
            Op::Mul(..) => quotients::mul(arch, n, num(0)?, num(1)?, out),
            Op::Div(..) => quotients::div(arch, n, num(0)?, num(1)?, out),
            Op::Min(..) => numbers::extreme(arch, n, true, num(0)?, num(1)?, out),
            Op::Max(..) => numbers::extreme(arch, n, false, num(0)?, num(1)?, out),
            Op::Round(_, step, how) => quotients::round(arch, n, num(0)?, *step, *how, out),
            Op::CmpNum(op, ..) => numbers::compare(arch, n, *op, num(0)?, num(1)?, out),
            Op::If(..) if s.shape == Shape::Num => numbers::choose(arch, n, self.truth(s, 0)?, num(1)?, num(2)?, out),
            Op::Coalesce(..) if s.shape == Shape::Num => numbers::coalesce(n, num(0)?, num(1)?, out),
            Op::FoldSum(_) => folds::sum(arch, o, num(0)?, out),
            Op::FoldCount(_) => folds::count(arch, o, self.truth(s, 0)?, out),
            Op::FoldMin(..) => folds::extreme(arch, o, self.truth(s, 0)?, num(1)?, num(2)?, true, out),
            Op::FoldMax(..) => folds::extreme(arch, o, self.truth(s, 0)?, num(1)?, num(2)?, false, out),
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
        let (arch, n, o) = (self.arch, self.n, self.order);
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
        let (arch, n, o) = (self.arch, self.n, self.order);
        let truth = |i| self.truth(s, i);
        Some(match &s.op {
            Op::Not(_) => truths::not(arch, n, truth(0)?, out),
            Op::And(..) => truths::and(arch, n, truth(0)?, truth(1)?, out),
            Op::Or(..) => truths::or(arch, n, truth(0)?, truth(1)?, out),
            Op::CodeIn(_, set) => truths::code_in(arch, n, self.code(s, 0)?, *set, out),
            Op::Coalesce(..) if s.shape == Shape::Bool => truths::coalesce(arch, n, truth(0)?, truth(1)?, out),
            Op::If(..) if s.shape == Shape::Bool => truths::choose(arch, n, truth(0)?, truth(1)?, truth(2)?, out),
            Op::If(..) if s.shape == Shape::Code => truths::choose_codes(arch, n, truth(0)?, self.code(s, 1)?, self.code(s, 2)?, out),
            Op::FoldAny(_) => folds::any(arch, o, truth(0)?, out),
            Op::FoldAll(_) => folds::all(arch, o, truth(0)?, out),
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
        let (o, n) = (self.order, self.n);
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
        (out.n, out.points, out.narrow, out.plain, out.span) = (n, from.points, from.narrow, from.plain, from.span);
    }

    /// Any operation, element by element, as the evaluator of whole columns does it: on rows as they were given where it
    /// brings persons and foyers together.
    #[cold]
    fn slow(&self, step: &Step, out: &mut Register) {
        let both = step.args.iter().any(|a| a.level != step.level && a.level != Level::Const);
        let given = |level: Level| match level {
            Level::Person if both => Some(self.order.person_at()),
            Level::Foyer if both => Some(self.order.foyer_at()),
            _ => None,
        };
        let read = |a: &Operand| match a.place {
            Place::Same(s) => Some((a.node, s.to_column(a.shape))),
            Place::Register(r) => Some((a.node, at_place(self.inputs, self.values, r)?.to_column(a.shape, given(a.level)))),
        };
        let columns: Vec<(NodeId, Column)> = step.args.iter().filter_map(read).collect();
        let column = |id: NodeId| columns.iter().find(|(node, _)| *node == id).map(|(_, c)| c);
        let back = match step.level {
            Level::Person if both => Some(self.order.persons()),
            Level::Foyer if both => Some(self.order.foyers()),
            _ => None,
        };
        out.take_column(&apply(&self.code.tables, &step.op, self.n, self.order.offsets(), column, false), self.n, back);
    }
}

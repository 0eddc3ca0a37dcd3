//! The fast evaluator: a column program over small blocks of foyers, spread over threads.

pub mod column;
pub(crate) mod doubles;
mod fold;
mod kernel;
pub mod machine;
pub mod openness;
pub mod settle;

use crate::plan::{Level, NodeId, Op, Program};
use crate::reference::dates::NONE;
use column::{Column, Data};
use openness::Slots;
use rayon::prelude::*;
use recours_rules::date;
use recours_rules::interval::Interval;
use recours_rules::parameters::Value;
use recours_rules::workdays;
use std::sync::Arc;

/// Foyers evaluated at a time: small enough for a core's cache.
pub const BLOCK: usize = 256;

/// Facts of many foyers, column by column, in the order of [`Program::inputs`].
#[derive(Debug, Clone, Default)]
pub struct Population {
    /// Where each foyer's persons begin; one more entry than foyers.
    pub offsets: Vec<usize>,
    /// One column per input of the program, per person or per foyer.
    pub inputs: Vec<Arc<Column>>,
}

impl Population {
    /// Number of foyers.
    #[must_use]
    pub fn foyers(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Some foyers of it, in the order given, with the persons that they had.
    #[must_use]
    pub fn select(&self, program: &Program, foyers: &[usize]) -> Self {
        let bound = |f: usize| self.offsets.get(f).copied().unwrap_or(0);
        let mut offsets = vec![0];
        let mut persons = Vec::new();
        for f in foyers {
            persons.extend(bound(*f)..bound(f + 1));
            offsets.push(persons.len());
        }
        let mut person_level = vec![false; program.inputs.len()];
        for n in &program.nodes {
            if let (Op::Input(slot), Level::Person) = (&n.op, n.level)
                && let Some(p) = person_level.get_mut(*slot)
            {
                *p = true;
            }
        }
        let inputs = self
            .inputs
            .iter()
            .zip(person_level)
            .map(|(c, p)| Arc::new(crate::source::reordered(c, if p { &persons } else { foyers })))
            .collect();
        Self { offsets, inputs }
    }

    /// As [`Population::select`], with the columns that some nodes read: the others say nothing.
    #[must_use]
    pub fn few(&self, program: &Program, foyers: &[usize], roots: &[NodeId]) -> Self {
        let read = program.nodes.iter().zip(program.needed(roots)).filter(|(_, m)| *m);
        self.with_columns(read.filter_map(|(n, _)| if let Op::Input(slot) = n.op { Some((slot, n.level)) } else { None }), foyers)
    }

    /// The same, with the columns that a code reads.
    #[must_use]
    pub fn read_by(&self, inputs: &[machine::Live], foyers: &[usize]) -> Self {
        self.with_columns(inputs.iter().map(|l| (l.slot, l.level)), foyers)
    }

    fn with_columns(&self, read: impl Iterator<Item = (usize, Level)>, foyers: &[usize]) -> Self {
        let bound = |f: usize| self.offsets.get(f).copied().unwrap_or(0);
        let mut offsets = Vec::with_capacity(foyers.len() + 1);
        offsets.push(0);
        let mut persons = Vec::new();
        for f in foyers {
            persons.extend(bound(*f)..bound(f + 1));
            offsets.push(persons.len());
        }
        let all = foyers.len() == self.foyers();
        let nothing = Arc::new(Column::bool(vec![1]));
        let mut inputs = vec![nothing; self.inputs.len()];
        for (slot, level) in read {
            let rows = if level == Level::Person { &persons[..] } else { foyers };
            if let (Some(place), Some(c)) = (inputs.get_mut(slot), self.inputs.get(slot)) {
                *place = if all { Arc::clone(c) } else { Arc::new(crate::source::reordered(c, rows)) };
            }
        }
        Self { offsets, inputs }
    }

    /// Number of persons.
    #[must_use]
    pub fn persons(&self) -> usize {
        self.offsets.last().copied().unwrap_or(0)
    }
}

/// The columns of one block after evaluation. Copies share their columns.
#[derive(Clone)]
pub struct Evaluated {
    /// First foyer and first person of the block in the population.
    pub first_foyer: usize,
    /// First person of the block.
    pub first_person: usize,
    /// Foyers in the block.
    pub foyers: usize,
    /// Persons in the block.
    pub persons: usize,
    /// Where each foyer's persons begin, within the block.
    pub offsets: Vec<usize>,
    columns: Vec<Option<Arc<Column>>>,
}

impl Evaluated {
    /// A column, when it was asked for.
    #[must_use]
    pub fn column(&self, id: NodeId) -> Option<&Column> {
        self.columns.get(id).and_then(Option::as_deref)
    }

    /// Rows of a level.
    #[must_use]
    pub const fn rows(&self, level: Level) -> usize {
        match level {
            Level::Const => 1,
            Level::Foyer => self.foyers,
            Level::Person => self.persons,
        }
    }
}

/// Evaluates the marked nodes on foyers `from..to`. Facts in `supposed` count as known where a rule asks whether they
/// are; nothing else rests on it.
#[must_use]
pub fn block(program: &Program, population: &Population, marks: &[bool], from: usize, to: usize, supposed: Option<&Slots>) -> Evaluated {
    let bound = |f: usize| population.offsets.get(f).copied().unwrap_or(0);
    let (p0, p1) = (bound(from), bound(to));
    let empty = Evaluated {
        first_foyer: from,
        first_person: p0,
        foyers: to - from,
        persons: p1 - p0,
        offsets: (from..=to).map(|f| bound(f) - p0).collect(),
        columns: vec![None; program.nodes.len()],
    };
    update(program, population, empty, marks, supposed)
}

/// Evaluates the marked nodes of a block again, the others as they are.
#[must_use]
pub fn update(program: &Program, population: &Population, mut out: Evaluated, marks: &[bool], supposed: Option<&Slots>) -> Evaluated {
    let (from, to) = (out.first_foyer, out.first_foyer + out.foyers);
    let (p0, p1) = (out.first_person, out.first_person + out.persons);
    for (id, node) in program.nodes.iter().enumerate().filter(|(id, _)| marks.get(*id) == Some(&true)) {
        let n = out.rows(node.level);
        let column = if let Op::Input(slot) = node.op {
            let (a, b) = if node.level == Level::Person { (p0, p1) } else { (from, to) };
            population.inputs.get(slot).map_or_else(|| Column::bool(vec![1; n]), |c| c.slice(a, b))
        } else {
            let there = supposed.is_some_and(|s| settle::asked_slot(program, &node.op).is_some_and(|slot| s.contains(slot)));
            apply(program.tables.as_slice(), &node.op, n, &out.offsets, |id| out.column(id), there)
        };
        if let Some(slot) = out.columns.get_mut(id) {
            *slot = Some(Arc::new(column));
        }
    }
    out
}

/// One operation on the columns of its operands; `there` when the fact that it asks about is supposed known.
fn apply<'a>(tables: &[Value], op: &Op, n: usize, o: &[usize], column: impl Fn(NodeId) -> Option<&'a Column>, there: bool) -> Column {
    let missing = Column { data: Data::Bool(vec![1]) };
    let get = |id: &NodeId| column(*id).unwrap_or(&missing);
    match op {
        Op::Num(x) => Column { data: Data::Num(vec![*x], None) },
        Op::AnyNum => Column::num(vec![Interval::ALL.lo], vec![Interval::ALL.hi]),
        Op::Bool(b) => Column::bool(vec![2 * u8::from(*b)]),
        Op::AnyBool => Column::bool(vec![1]),
        Op::Date(d) => Column::date(vec![*d], vec![*d], vec![0]),
        Op::NoDate => kernel::dates_of(std::iter::once(NONE)),
        Op::AnyDate(absent) => Column::date(vec![Interval::ALL.lo], vec![Interval::ALL.hi], vec![u8::from(*absent)]),
        Op::Code(set) => Column { data: Data::Code(vec![*set]) },
        Op::Input(_) => missing.clone(),
        Op::Coalesce(a, b) => kernel::coalesce(n, get(a), get(b)),
        Op::Not(a) => kernel::not(n, get(a)),
        Op::And(a, b) => kernel::and(n, get(a), get(b)),
        Op::Or(a, b) => kernel::or(n, get(a), get(b)),
        Op::Neg(a) => kernel::map_num(n, get(a), Interval::neg),
        Op::Add(a, b) => kernel::add(n, get(a), get(b)),
        Op::Sub(a, b) => kernel::sub(n, get(a), get(b)),
        Op::Mul(a, b) => kernel::mul(n, get(a), get(b)),
        Op::Div(a, b) => kernel::div(n, get(a), get(b)),
        Op::Min(a, b) => kernel::min(n, get(a), get(b)),
        Op::Max(a, b) => kernel::max(n, get(a), get(b)),
        Op::FirstDate(a, b) => kernel::pick_date(n, get(a), get(b), true),
        Op::LastDate(a, b) => kernel::pick_date(n, get(a), get(b), false),
        Op::Round(a, step, how) => kernel::map_num(n, get(a), |x| x.round(*step, *how)),
        Op::CmpNum(op, a, b) => kernel::compare(n, *op, get(a), get(b)),
        Op::CmpDate(op, a, b) => kernel::compare_dates(n, *op, get(a), get(b)),
        Op::CodeIn(a, set) => kernel::code_in(n, get(a), *set),
        Op::If(c, a, b) => kernel::choose(n, get(c), get(a), get(b)),
        Op::AgeYears(a, b) => kernel::ages(n, get(a), get(b), date::age_years),
        Op::AgeMonths(a, b) => kernel::ages(n, get(a), get(b), date::age_months),
        Op::DaysBetween(a, b) => kernel::ages(n, get(a), get(b), |from, to| to - from),
        Op::AddMonths(d, k) => kernel::shift(n, get(d), get(k), date::add_months),
        Op::AddDays(d, k) => kernel::shift(n, get(d), get(k), |d, k| d + k),
        Op::AddWorkdays(d, k) => kernel::shift(n, get(d), get(k), workdays::add),
        Op::MonthStart(d) => kernel::month_bound(n, get(d), false),
        Op::MonthEnd(d) => kernel::month_bound(n, get(d), true),
        Op::IsAbsent(d) => kernel::is_absent(n, get(d)),
        Op::Known(fact, formula) => kernel::known(n, get(fact), formula.as_ref().map(get), there),
        Op::Lookup(t, i) => tables.get(*t).map_or_else(|| missing.clone(), |t| kernel::table(n, t, get(i))),
        Op::Broadcast(a) => fold::broadcast(o, get(a)),
        Op::FoldSum(a) => fold::sum(o, get(a)),
        Op::FoldCount(a) => fold::sum(o, &kernel::counted(o.last().copied().unwrap_or(0), get(a))),
        Op::FoldAny(a) => fold::any(o, get(a)),
        Op::FoldAll(a) => fold::all(o, get(a)),
        Op::FoldFirst(a) => fold::pick_date(o, get(a), true),
        Op::FoldLast(a) => fold::pick_date(o, get(a), false),
        Op::FoldMin(m, v, e) => fold::extreme(o, get(m), get(v), get(e), true),
        Op::FoldMax(m, v, e) => fold::extreme(o, get(m), get(v), get(e), false),
    }
}

/// Evaluates the nodes that `roots` need on the whole population, block by block over the current rayon
/// pool, and gives each block to `f`; the answers come back in the order of the population, whatever the
/// number of threads.
pub fn run<T: Send>(program: &Program, population: &Population, roots: &[NodeId], f: impl Fn(&Evaluated) -> T + Sync) -> Vec<T> {
    run_with(program, population, roots, || (), |(), done| f(done))
}

/// As [`run`], with something that each thread makes by `init` and keeps from one block to the next.
pub fn run_with<S, T: Send>(
    program: &Program,
    population: &Population,
    roots: &[NodeId],
    init: impl Fn() -> S + Sync + Send,
    f: impl Fn(&mut S, &Evaluated) -> T + Sync + Send,
) -> Vec<T> {
    let marks = program.needed(roots);
    let blocks = population.foyers().div_ceil(BLOCK);
    let one = |s: &mut S, b: usize| f(s, &block(program, population, &marks, b * BLOCK, ((b + 1) * BLOCK).min(population.foyers()), None));
    (0..blocks).into_par_iter().map_init(init, one).collect()
}

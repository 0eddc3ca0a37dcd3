//! Checked rules to a column program: every window unrolled, every dated parameter folded for the day, equal
//! subexpressions computed once.

mod lower;

use crate::eval::machine::Code;
use crate::reference::FactId;
use recours_rules::catalogue::Requirement;
use recours_rules::number::{Decimal, Rounding};
use recours_rules::pack::{Pack, Right};
use recours_rules::parameters::Value;
use recours_rules::parser::Cmp;
use recours_rules::typed::Typed;
use recours_rules::types::Entity;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A node of the program, by position.
pub type NodeId = usize;

/// Over what a column runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// One value for everybody.
    Const,
    /// One value per foyer.
    Foyer,
    /// One value per person.
    Person,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Numbers.
    Num,
    /// Truths.
    Bool,
    /// Dates.
    Date,
    /// Sets of codes.
    Code,
}

/// Operations. Operands come before the node that uses them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Op {
    /// A number.
    Num(Decimal),
    /// A number about which nothing is known (a parameter without value on that day).
    AnyNum,
    /// A truth.
    Bool(bool),
    /// A truth about which nothing is known (a series outside its months).
    AnyBool,
    /// A date.
    Date(i64),
    /// Known to be no date.
    NoDate,
    /// A date about which nothing is known, and whether there may be none.
    AnyDate(bool),
    /// A set of codes.
    Code(u64),
    /// A fact, by position in [`Program::inputs`].
    Input(usize),
    /// The first where it is known (or supposed known), else the second.
    Coalesce(NodeId, NodeId),
    /// Negation.
    Not(NodeId),
    /// Conjunction.
    And(NodeId, NodeId),
    /// Disjunction.
    Or(NodeId, NodeId),
    /// Opposite.
    Neg(NodeId),
    /// Sum.
    Add(NodeId, NodeId),
    /// Difference.
    Sub(NodeId, NodeId),
    /// Product.
    Mul(NodeId, NodeId),
    /// Quotient.
    Div(NodeId, NodeId),
    /// Smaller.
    Min(NodeId, NodeId),
    /// Greater.
    Max(NodeId, NodeId),
    /// Earlier of two dates; one that is none does not count.
    FirstDate(NodeId, NodeId),
    /// Later of two dates; one that is none does not count.
    LastDate(NodeId, NodeId),
    /// Rounded.
    Round(NodeId, Decimal, Rounding),
    /// Comparison of numbers.
    CmpNum(Cmp, NodeId, NodeId),
    /// Comparison of dates; false where one is known to be none.
    CmpDate(Cmp, NodeId, NodeId),
    /// The code is in a set.
    CodeIn(NodeId, u64),
    /// Choice.
    If(NodeId, NodeId, NodeId),
    /// Completed years.
    AgeYears(NodeId, NodeId),
    /// Completed months.
    AgeMonths(NodeId, NodeId),
    /// Days from the first to the second.
    DaysBetween(NodeId, NodeId),
    /// Months later.
    AddMonths(NodeId, NodeId),
    /// Days later.
    AddDays(NodeId, NodeId),
    /// Working days later.
    AddWorkdays(NodeId, NodeId),
    /// First day of the month.
    MonthStart(NodeId),
    /// Last day of the month.
    MonthEnd(NodeId),
    /// Known to be none.
    IsAbsent(NodeId),
    /// A fact is known, from its column or from its formula: true, else unknown.
    Known(NodeId, Option<NodeId>),
    /// Entry of a table, by position in [`Program::tables`].
    Lookup(usize, NodeId),
    /// The foyer's value for each of its persons.
    Broadcast(NodeId),
    /// Sum over the persons of each foyer.
    FoldSum(NodeId),
    /// How many persons of each foyer.
    FoldCount(NodeId),
    /// Whether one person of each foyer.
    FoldAny(NodeId),
    /// Whether all persons of each foyer.
    FoldAll(NodeId),
    /// Earliest date of the persons of each foyer.
    FoldFirst(NodeId),
    /// Latest date of the persons of each foyer.
    FoldLast(NodeId),
    /// Smallest over the members of each foyer: membership, value, value for nobody.
    FoldMin(NodeId, NodeId, NodeId),
    /// Greatest over the members of each foyer.
    FoldMax(NodeId, NodeId, NodeId),
}

/// A node with what it holds.
#[derive(Debug, Clone)]
pub struct Node {
    /// Operation.
    pub op: Op,
    /// Over what it runs.
    pub level: Level,
    /// What it holds.
    pub shape: Shape,
}

/// The columns that decide one right.
#[derive(Debug, Clone)]
pub struct RightProgram {
    /// Position in [`Pack::rights`].
    pub right: usize,
    /// Conditions hold and the amount payable is positive.
    pub entitled: NodeId,
    /// Amount payable.
    pub amount: Option<NodeId>,
    /// Received.
    pub received: Option<NodeId>,
    /// Date of the loss.
    pub deadline: Option<NodeId>,
    /// Last date at which acting helps.
    pub useful_date: Option<NodeId>,
    /// Already acted.
    pub acted: Option<NodeId>,
    /// One node per clause.
    pub conditions: Vec<NodeId>,
    /// Observations of types of non-recours, in the order of the right's journey.
    pub observed: Vec<NodeId>,
    /// Events of its journey, in its order: dates for the order in which things happened.
    pub events: Vec<NodeId>,
    /// Of persons: what its procedure requires, and whether that is known not to be there.
    pub required: Vec<(Requirement, NodeId)>,
    /// Of persons: what its procedure requires, and whether that is known to be there. Serves counts only.
    pub met: Vec<(Requirement, NodeId)>,
    /// Parameters that it reads and that were not checked up to the day, as grades name them.
    pub unchecked: Vec<String>,
}

impl RightProgram {
    /// Whether the rule leaves something of the law out: conditions that it records as not modelled, or a parameter that was not
    /// checked up to the day. Nothing is certain then.
    #[must_use]
    pub fn leaves_out(&self, right: &Right) -> bool {
        !right.not_modelled.is_empty() || !self.unchecked.is_empty()
    }

    /// What decides the verdict and what goes with it: amount, receipt, dates.
    #[must_use]
    pub fn verdict(&self) -> Vec<NodeId> {
        let rest = [self.amount, self.received, self.deadline, self.useful_date, self.acted];
        std::iter::once(self.entitled).chain(rest.into_iter().flatten()).collect()
    }

    /// What says of which non-recours it may be, and what the procedure requires that is not there: no verdict and no
    /// grade rests on it. The dates of events are told only as far as these need.
    #[must_use]
    pub fn beside(&self) -> Vec<NodeId> {
        self.observed.iter().copied().chain(self.required.iter().map(|(_, n)| *n)).collect()
    }
}

/// A rule pack compiled for one day.
#[derive(Debug, Clone, Default)]
pub struct Program {
    /// Nodes in evaluation order.
    pub nodes: Vec<Node>,
    /// Facts read: position in the vocabulary, months before M.
    pub inputs: Vec<FactId>,
    /// Tables.
    pub tables: Vec<Value>,
    /// Rights.
    pub rights: Vec<RightProgram>,
    /// Made of these nodes already, for some roots; copies of a program share them.
    pub(crate) codes: Codes,
}

/// Programs for registers, each made once for its roots.
#[derive(Debug, Clone, Default)]
pub(crate) struct Codes(Arc<Mutex<HashMap<Vec<NodeId>, Arc<Code>>>>);

/// More than a pack has rights: beyond, something asks for ever new roots.
const MOST_CODES: usize = 1_024;

impl Program {
    /// The program for registers of some roots.
    pub(crate) fn code(&self, roots: &[NodeId]) -> Arc<Code> {
        let mut known = self.codes.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(code) = known.get(roots) {
            return Arc::clone(code);
        }
        if known.len() >= MOST_CODES {
            known.clear();
        }
        let code = Arc::new(Code::new(self, roots));
        known.insert(roots.to_vec(), Arc::clone(&code));
        code
    }

    /// Compiles all rights of a pack for the pack's day.
    #[must_use]
    pub fn compile(pack: &Pack) -> Self {
        Self::compile_with(pack, &[]).0
    }

    /// Compiles the verdicts of all rights, without what stands beside them: types of non-recours and requirements.
    #[must_use]
    pub fn verdicts(pack: &Pack) -> Self {
        let mut bare = pack.clone();
        bare.capacities.clear();
        bare.rights.iter_mut().for_each(|r| r.journey = None);
        Self::compile(&bare)
    }

    /// Compiles all rights, and expressions of the pack that stand beside them, each for a person or for the foyer:
    /// the nodes of these, in order.
    #[must_use]
    pub fn compile_with(pack: &Pack, beside: &[(&Typed, Entity)]) -> (Self, Vec<NodeId>) {
        lower::Lowering::new(pack).run(beside)
    }

    /// Which nodes each right needs, as a mark per node.
    #[must_use]
    pub fn needed(&self, roots: &[NodeId]) -> Vec<bool> {
        let mut marks = vec![false; self.nodes.len()];
        for r in roots {
            if let Some(m) = marks.get_mut(*r) {
                *m = true;
            }
        }
        for id in (0..self.nodes.len()).rev() {
            if marks.get(id) == Some(&true)
                && let Some(node) = self.nodes.get(id)
            {
                for o in node.op.operands() {
                    if let Some(m) = marks.get_mut(o) {
                        *m = true;
                    }
                }
            }
        }
        marks
    }
}

impl Op {
    /// Operands, in order.
    #[must_use]
    pub fn operands(&self) -> Vec<NodeId> {
        match self {
            Self::Num(_)
            | Self::AnyNum
            | Self::Bool(_)
            | Self::AnyBool
            | Self::Date(_)
            | Self::NoDate
            | Self::AnyDate(_)
            | Self::Code(_)
            | Self::Input(_) => Vec::new(),
            Self::Not(a)
            | Self::Neg(a)
            | Self::Round(a, ..)
            | Self::CodeIn(a, _)
            | Self::MonthStart(a)
            | Self::MonthEnd(a)
            | Self::IsAbsent(a)
            | Self::Lookup(_, a)
            | Self::Broadcast(a)
            | Self::FoldSum(a)
            | Self::FoldCount(a)
            | Self::FoldAny(a)
            | Self::FoldAll(a)
            | Self::FoldFirst(a)
            | Self::FoldLast(a) => vec![*a],
            Self::Known(a, b) => std::iter::once(*a).chain(*b).collect(),
            Self::Coalesce(a, b)
            | Self::And(a, b)
            | Self::Or(a, b)
            | Self::Add(a, b)
            | Self::Sub(a, b)
            | Self::Mul(a, b)
            | Self::Div(a, b)
            | Self::Min(a, b)
            | Self::Max(a, b)
            | Self::FirstDate(a, b)
            | Self::LastDate(a, b)
            | Self::CmpNum(_, a, b)
            | Self::CmpDate(_, a, b)
            | Self::AgeYears(a, b)
            | Self::AgeMonths(a, b)
            | Self::DaysBetween(a, b)
            | Self::AddMonths(a, b)
            | Self::AddDays(a, b)
            | Self::AddWorkdays(a, b) => vec![*a, *b],
            Self::If(a, b, c) | Self::FoldMin(a, b, c) | Self::FoldMax(a, b, c) => vec![*a, *b, *c],
        }
    }
}

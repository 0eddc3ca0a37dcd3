//! Checked expressions: names resolved, types and units settled. What every evaluator interprets.

use crate::date::Days;
use crate::number::{Decimal, Rounding};
use crate::parser::{Cmp, Period};
use crate::types::{Entity, Type};

/// A checked expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Typed {
    /// What it is.
    pub node: Node,
    /// Its type.
    pub ty: Type,
    /// Whose value it is; `None` when it is the same for everybody.
    pub entity: Option<Entity>,
}

/// Who is in a group of persons of the foyer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    /// Everybody.
    Members,
    /// `demandeur` and `conjoint`.
    Adults,
    /// `enfant`.
    Children,
    /// `demandeur`.
    Applicant,
    /// `conjoint`.
    Partner,
}

impl Group {
    /// Names in rule files.
    pub const NAMES: [(&'static str, Self); 5] = [
        ("membres", Self::Members),
        ("adultes", Self::Adults),
        ("enfants", Self::Children),
        ("demandeur", Self::Applicant),
        ("conjoint", Self::Partner),
    ];

    /// Codes of `role` that belong to the group.
    #[must_use]
    pub const fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Members => &["demandeur", "conjoint", "enfant"],
            Self::Adults => &["demandeur", "conjoint"],
            Self::Children => &["enfant"],
            Self::Applicant => &["demandeur"],
            Self::Partner => &["conjoint"],
        }
    }
}

/// What is made of the values of a group or of a window of months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fold {
    /// Sum of numbers.
    Sum,
    /// How many satisfy a condition.
    Count,
    /// At least one satisfies.
    Any,
    /// All satisfy.
    All,
    /// The smallest.
    Min,
    /// The greatest.
    Max,
}

/// The months over which something is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// Written in the rule, relative to M.
    Fixed(i32, i32),
    /// A dated parameter.
    Parameter(usize),
}

/// Kinds of checked nodes.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A number.
    Num(Decimal),
    /// A truth.
    Bool(bool),
    /// A date.
    Date(Days),
    /// A scalar parameter at a month.
    Param(usize, Period),
    /// A table parameter at a month, by whole number, code or birth.
    Lookup(usize, Period, Box<Typed>),
    /// A fact; a month for a series.
    Input(usize, Option<Period>),
    /// A named computation; a month for a monthly one.
    Calc(usize, Option<Period>),
    /// Negation.
    Not(Box<Typed>),
    /// Conjunction.
    And(Box<Typed>, Box<Typed>),
    /// Disjunction.
    Or(Box<Typed>, Box<Typed>),
    /// Sum.
    Add(Box<Typed>, Box<Typed>),
    /// Difference.
    Sub(Box<Typed>, Box<Typed>),
    /// Product.
    Mul(Box<Typed>, Box<Typed>),
    /// Quotient.
    Div(Box<Typed>, Box<Typed>),
    /// Opposite.
    Neg(Box<Typed>),
    /// Smaller of two numbers; earlier of two dates, where one that is known to be none does not count.
    Min(Box<Typed>, Box<Typed>),
    /// Greater of two numbers; later of two dates.
    Max(Box<Typed>, Box<Typed>),
    /// Comparison of numbers or dates; false when a date is known to be none.
    Compare(Cmp, Box<Typed>, Box<Typed>),
    /// The code is one of a set.
    CodeIn(Box<Typed>, u64),
    /// A code written in the rule.
    Code(usize),
    /// Choice.
    If(Box<Typed>, Box<Typed>, Box<Typed>),
    /// Rounded to a step.
    Round(Box<Typed>, Decimal, Rounding),
    /// Completed years between two dates.
    AgeYears(Box<Typed>, Box<Typed>),
    /// Completed months between two dates.
    AgeMonths(Box<Typed>, Box<Typed>),
    /// Days from a date to another.
    DaysBetween(Box<Typed>, Box<Typed>),
    /// First day of a month.
    FirstDay(Period),
    /// Last day of a month.
    LastDay(Period),
    /// The day of the evaluation.
    Today,
    /// So many months later (the last day when the month is too short).
    AddMonths(Box<Typed>, Box<Typed>),
    /// So many days later.
    AddDays(Box<Typed>, Box<Typed>),
    /// So many working days later.
    AddWorkdays(Box<Typed>, Box<Typed>),
    /// First day of the month of a date.
    MonthStart(Box<Typed>),
    /// Last day of the month of a date.
    MonthEnd(Box<Typed>),
    /// A date is known to be none.
    IsAbsent(Box<Typed>),
    /// A fact (always [`Node::Input`]) is known: true, or unknown as long as the fact is; never false. More
    /// information can then only settle a verdict, never reverse one: what is certain of a partial record is true
    /// of all that it may turn out to be.
    Known(Box<Typed>),
    /// Folded over the persons of a group. The last is the value for an empty group (`Min`, `Max` of numbers only:
    /// the earliest or latest date of nobody is none).
    Persons(Fold, Group, Box<Typed>, Option<Box<Typed>>),
    /// Folded over the months of a window; the mean divides the sum by the length of the window.
    Months(Fold, Window, Box<Typed>),
    /// Mean over the months of a window.
    Mean(Window, Box<Typed>),
}

/// The one list of what stands below each kind of node, for shared and for exclusive references alike.
macro_rules! below {
    ($node:expr) => {
        match $node {
            Node::Num(_)
            | Node::Bool(_)
            | Node::Date(_)
            | Node::Param(..)
            | Node::Input(..)
            | Node::Calc(..)
            | Node::Code(_)
            | Node::FirstDay(_)
            | Node::LastDay(_)
            | Node::Today => [None, None, None],
            Node::Lookup(_, _, a)
            | Node::Not(a)
            | Node::Neg(a)
            | Node::CodeIn(a, _)
            | Node::Round(a, ..)
            | Node::MonthStart(a)
            | Node::MonthEnd(a)
            | Node::IsAbsent(a)
            | Node::Known(a)
            | Node::Months(_, _, a)
            | Node::Mean(_, a) => [Some(a), None, None],
            Node::And(a, b)
            | Node::Or(a, b)
            | Node::Add(a, b)
            | Node::Sub(a, b)
            | Node::Mul(a, b)
            | Node::Div(a, b)
            | Node::Min(a, b)
            | Node::Max(a, b)
            | Node::Compare(_, a, b)
            | Node::AgeYears(a, b)
            | Node::AgeMonths(a, b)
            | Node::DaysBetween(a, b)
            | Node::AddMonths(a, b)
            | Node::AddDays(a, b)
            | Node::AddWorkdays(a, b) => [Some(a), Some(b), None],
            Node::If(a, b, c) => [Some(a), Some(b), Some(c)],
            Node::Persons(_, _, a, b) => [Some(a), b.into(), None],
        }
    };
}

impl Typed {
    /// Calls `f` on this node and all below it.
    pub fn walk(&self, f: &mut impl FnMut(&Self)) {
        self.visit(1, &mut |t, _| f(t));
    }

    /// How many nodes stand one below the other: what an evaluator needs of the stack.
    #[must_use]
    pub fn height(&self) -> usize {
        let mut height = 0;
        self.visit(1, &mut |_, level| height = height.max(level));
        height
    }

    fn visit(&self, level: usize, f: &mut impl FnMut(&Self, usize)) {
        f(self, level);
        for child in self.children() {
            child.visit(level + 1, f);
        }
    }

    /// The expressions directly below, in the order of the text.
    pub fn children(&self) -> impl Iterator<Item = &Self> {
        below!(&self.node).into_iter().flatten().map(|b| &**b)
    }

    /// As [`Typed::children`], to change them.
    pub fn children_mut(&mut self) -> impl Iterator<Item = &mut Self> {
        below!(&mut self.node).into_iter().flatten().map(|b| &mut **b)
    }
}

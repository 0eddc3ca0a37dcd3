//! From checked expressions to nodes.

use super::{Level, Node, NodeId, Op, Program, RightProgram, Shape};
use crate::reference::{FactId, group_mask, outside};
use crate::value::May;
use recours_rules::catalogue::{Mask, Requirement};
use recours_rules::date::{self, Month};
use recours_rules::journey::Capacity;
use recours_rules::number::SCALE;
use recours_rules::pack::{Pack, Right};
use recours_rules::parameters::Value;
use recours_rules::parser::Period;
use recours_rules::truth::Truth;
use recours_rules::typed::{self, Fold, Group, Typed, Window};
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::SERIES_MONTHS;
use std::collections::{BTreeSet, HashMap};

/// Where an expression stands: whose value is wanted, and the current month.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct At {
    person: bool,
    month: Option<Month>,
}

pub struct Lowering<'a> {
    pack: &'a Pack,
    month: Month,
    out: Program,
    same: HashMap<Op, NodeId>,
    calcs: HashMap<(usize, Option<Month>), NodeId>,
    facts: HashMap<FactId, usize>,
    /// Formulas of facts that follow from others.
    derived: HashMap<usize, NodeId>,
}

impl<'a> Lowering<'a> {
    pub fn new(pack: &'a Pack) -> Self {
        Self {
            pack,
            month: date::month_of(pack.on),
            out: Program::default(),
            same: HashMap::new(),
            calcs: HashMap::new(),
            facts: HashMap::new(),
            derived: HashMap::new(),
        }
    }

    pub fn run(self, beside: &[(&Typed, Entity)]) -> (Program, Vec<NodeId>) {
        let mut all = self.rights();
        let nodes = beside.iter().map(|(t, entity)| {
            let person = *entity == Entity::Personne;
            let id = all.expr(t, At { person, month: None });
            all.at_level(id, if person { Level::Person } else { Level::Foyer })
        });
        let nodes = nodes.collect();
        (all.out, nodes)
    }

    fn rights(mut self) -> Self {
        for (i, r) in self.pack.rights.iter().enumerate() {
            let level = if r.unit == Entity::Personne { Level::Person } else { Level::Foyer };
            let mut calc = |c: usize| {
                let id = self.calc(c, None);
                self.at_level(id, level)
            };
            let observed: Vec<NodeId> = r.journey.iter().flat_map(|j| &j.observed).map(|(_, c)| calc(*c)).collect();
            let program = RightProgram {
                right: i,
                entitled: calc(r.entitled),
                amount: r.amount.map(&mut calc),
                received: r.received.map(&mut calc),
                deadline: r.deadline.map(&mut calc),
                useful_date: r.useful_date.map(&mut calc),
                acted: r.acted.map(&mut calc),
                conditions: r.conditions.iter().map(|c| calc(c.calc)).collect(),
                observed,
                events: r.journey.iter().flat_map(|j| &j.events).map(|(_, c)| self.calc(*c, None)).collect(),
                required: self.required(r, |c| c.no),
                met: self.required(r, |c| c.yes),
                unchecked: unchecked(self.pack, r),
            };
            self.out.rights.push(program);
        }
        self
    }

    /// What the procedure of a rule requires through any door of any body, where observed facts may tell of it.
    fn required(&mut self, rule: &Right, told_by: fn(&Capacity) -> Option<usize>) -> Vec<(Requirement, NodeId)> {
        let named = self.pack.catalogue.for_rule(rule).map_or(Mask::NONE, |p| p.named(self.pack.on));
        let told = self.pack.capacities.iter().filter(|c| named.holds(Mask::of(c.requirement)));
        let told: Vec<(Requirement, usize)> = told.filter_map(|c| Some((c.requirement, told_by(c)?))).collect();
        told.into_iter().map(|(r, calc)| (r, self.calc(calc, None))).collect()
    }

    fn node(&mut self, op: Op, level: Level, shape: Shape) -> NodeId {
        if let Some(id) = self.same.get(&op) {
            return *id;
        }
        let id = self.out.nodes.len();
        self.out.nodes.push(Node { op: op.clone(), level, shape });
        self.same.insert(op, id);
        id
    }

    fn level(&self, id: NodeId) -> Level {
        self.out.nodes.get(id).map_or(Level::Const, |n| n.level)
    }

    fn shape(&self, id: NodeId) -> Shape {
        self.out.nodes.get(id).map_or(Shape::Num, |n| n.shape)
    }

    /// Brings a foyer's column to persons where needed; constants stay what they are.
    fn at_level(&mut self, id: NodeId, level: Level) -> NodeId {
        match (self.level(id), level) {
            (Level::Foyer, Level::Person) => {
                let shape = self.shape(id);
                self.node(Op::Broadcast(id), Level::Person, shape)
            }
            _ => id,
        }
    }

    fn one(&mut self, a: NodeId, shape: Shape, op: impl FnOnce(NodeId) -> Op) -> NodeId {
        let level = self.level(a);
        self.node(op(a), level, shape)
    }

    fn two(&mut self, a: NodeId, b: NodeId, shape: Shape, op: impl FnOnce(NodeId, NodeId) -> Op) -> NodeId {
        let level = self.level(a).max(self.level(b));
        let (a, b) = (self.at_level(a, level), self.at_level(b, level));
        self.node(op(a, b), level, shape)
    }

    fn three(&mut self, c: NodeId, a: NodeId, b: NodeId, shape: Shape, op: impl FnOnce(NodeId, NodeId, NodeId) -> Op) -> NodeId {
        let level = self.level(a).max(self.level(b)).max(self.level(c));
        let (c, a, b) = (self.at_level(c, level), self.at_level(a, level), self.at_level(b, level));
        self.node(op(c, a, b), level, shape)
    }

    fn constant(&mut self, n: i64) -> NodeId {
        self.node(Op::Num(n), Level::Const, Shape::Num)
    }

    fn calc(&mut self, c: usize, month: Option<Month>) -> NodeId {
        let Some(calc) = self.pack.calcs.get(c) else { return self.node(Op::AnyNum, Level::Const, Shape::Num) };
        let month = if calc.monthly { month } else { None };
        if let Some(id) = self.calcs.get(&(c, month)) {
            return *id;
        }
        let id = self.expr(&calc.body, At { person: calc.entity == Entity::Personne, month });
        self.calcs.insert((c, month), id);
        id
    }

    fn resolve(&self, p: Period, at: At) -> Month {
        match p {
            Period::Valued(d) => self.month + d,
            Period::Current(d) => at.month.unwrap_or(self.month) + d,
            Period::Calendar { month, years } => (self.month.div_euclid(12) + years) * 12 + month - 1,
        }
    }

    fn parameter(&self, id: usize, month: Month) -> Option<&'a Value> {
        self.pack.parameters.all.get(id).and_then(|p| p.on(date::first_day(month)))
    }

    /// Months before M of a period, when a series has it. After M the values of M go on.
    fn series_month(&self, p: Period, at: At) -> Option<usize> {
        let back = self.month - self.resolve(p, at);
        usize::try_from(back.max(0)).ok().filter(|k| *k < SERIES_MONTHS)
    }

    fn fact(&mut self, var: usize, month: Option<usize>) -> NodeId {
        let (input, formula) = self.fact_and_formula(var, month);
        let shape = self.shape(input);
        match formula {
            None => input,
            Some(d) => self.two(input, d, shape, Op::Coalesce),
        }
    }

    /// Whether a fact is known. Outside its months a series is what [`outside`] says.
    fn known(&mut self, fact: &Typed, at: At) -> NodeId {
        let typed::Node::Input(var, period) = fact.node else { return self.node(Op::AnyBool, Level::Const, Shape::Bool) };
        let month = match period.map(|p| self.series_month(p, at)) {
            None => None,
            Some(Some(k)) => Some(k),
            Some(None) => {
                let there = self.pack.vocabulary.variables.get(var).is_some_and(|v| outside(self.pack, v).settled());
                let op = if there { Op::Bool(true) } else { Op::AnyBool };
                return self.node(op, Level::Const, Shape::Bool);
            }
        };
        let (input, formula) = self.fact_and_formula(var, month);
        match formula {
            None => self.one(input, Shape::Bool, |a| Op::Known(a, None)),
            Some(d) => self.two(input, d, Shape::Bool, |a, d| Op::Known(a, Some(d))),
        }
    }

    /// The column of a fact, and its formula from other facts.
    fn fact_and_formula(&mut self, var: usize, month: Option<usize>) -> (NodeId, Option<NodeId>) {
        let Some(v) = self.pack.vocabulary.variables.get(var) else {
            return (self.node(Op::AnyNum, Level::Const, Shape::Num), None);
        };
        let shape = match v.ty {
            Type::Bool => Shape::Bool,
            Type::Num(_) | Type::Literal => Shape::Num,
            Type::Date { .. } => Shape::Date,
            Type::Code(_) => Shape::Code,
        };
        let level = if v.entity == Entity::Personne { Level::Person } else { Level::Foyer };
        let next = self.facts.len();
        let slot = *self.facts.entry((var, month)).or_insert(next);
        if slot == self.out.inputs.len() {
            self.out.inputs.push((var, month));
        }
        let input = self.node(Op::Input(slot), level, shape);
        let formula = self.pack.derived.get(&var).map(|formula| match self.derived.get(&var) {
            Some(d) => *d,
            None => {
                let d = self.expr(formula, At { person: v.entity == Entity::Personne, month: None });
                self.derived.insert(var, d);
                d
            }
        });
        (input, formula)
    }

    /// A series outside its months.
    fn outside(&mut self, var: usize) -> NodeId {
        let may = self.pack.vocabulary.variables.get(var).map(|v| outside(self.pack, v));
        match may {
            Some(May::Truth(_)) => self.node(Op::AnyBool, Level::Const, Shape::Bool),
            Some(May::Date(_, absent)) => self.node(Op::AnyDate(absent != Truth::False), Level::Const, Shape::Date),
            Some(May::Code(set)) => self.node(Op::Code(set), Level::Const, Shape::Code),
            Some(May::Num(_)) | None => self.constant(0),
        }
    }

    fn member(&mut self, group: Group) -> NodeId {
        let role = self.fact(self.pack.role, None);
        let mask = group_mask(self.pack, group);
        self.node(Op::CodeIn(role, mask), Level::Person, Shape::Bool)
    }

    fn window(&self, w: Window) -> (i32, i32) {
        match w {
            Window::Fixed(a, b) => (a, b),
            Window::Parameter(p) => match self.parameter(p, self.month) {
                Some(Value::Window(a, b)) => (*a, *b),
                _ => (0, -1),
            },
        }
    }

    fn expr(&mut self, t: &Typed, at: At) -> NodeId {
        use typed::Node as N;
        let num = Shape::Num;
        match &t.node {
            N::Num(n) => self.constant(*n),
            N::Bool(b) => self.node(Op::Bool(*b), Level::Const, Shape::Bool),
            N::Date(d) => self.day(*d),
            N::Code(i) => self.node(Op::Code(1 << i), Level::Const, Shape::Code),
            N::Today => self.day(self.pack.on),
            N::FirstDay(p) => self.day(date::first_day(self.resolve(*p, at))),
            N::LastDay(p) => self.day(date::last_day(self.resolve(*p, at))),
            N::Param(id, p) => match self.parameter(*id, self.resolve(*p, at)) {
                Some(Value::Scalar(x)) => self.constant(*x),
                Some(Value::Day(d)) => self.day(*d),
                _ if is_date(t) => self.node(Op::AnyDate(false), Level::Const, Shape::Date),
                _ => self.node(Op::AnyNum, Level::Const, num),
            },
            N::Lookup(id, p, index) => {
                let i = self.expr(index, at);
                match self.parameter(*id, self.resolve(*p, at)) {
                    Some(v) => {
                        let known = self.out.tables.iter().position(|t| t == v);
                        let table = known.unwrap_or_else(|| {
                            self.out.tables.push(v.clone());
                            self.out.tables.len() - 1
                        });
                        self.one(i, num, |i| Op::Lookup(table, i))
                    }
                    None => self.node(Op::AnyNum, Level::Const, num),
                }
            }
            N::Input(v, None) => self.fact(*v, None),
            N::Input(v, Some(p)) => match self.series_month(*p, at) {
                Some(k) => self.fact(*v, Some(k)),
                None => self.outside(*v),
            },
            N::Calc(c, p) => {
                let month = p.map(|p| self.resolve(p, at));
                self.calc(*c, month)
            }
            N::Not(a) => {
                let a = self.expr(a, at);
                self.one(a, Shape::Bool, Op::Not)
            }
            N::And(a, b) => self.pair(a, b, at, Shape::Bool, Op::And),
            N::Or(a, b) => self.pair(a, b, at, Shape::Bool, Op::Or),
            N::Neg(a) => {
                let a = self.expr(a, at);
                self.one(a, num, Op::Neg)
            }
            N::Add(a, b) => self.pair(a, b, at, num, Op::Add),
            N::Sub(a, b) => self.pair(a, b, at, num, Op::Sub),
            N::Mul(a, b) => self.pair(a, b, at, num, Op::Mul),
            N::Div(a, b) => self.pair(a, b, at, num, Op::Div),
            N::Min(a, b) if is_date(t) => self.pair(a, b, at, Shape::Date, Op::FirstDate),
            N::Max(a, b) if is_date(t) => self.pair(a, b, at, Shape::Date, Op::LastDate),
            N::Min(a, b) => self.pair(a, b, at, num, Op::Min),
            N::Max(a, b) => self.pair(a, b, at, num, Op::Max),
            N::Compare(op, a, b) => {
                let (op, dates) = (*op, is_date(a));
                self.pair(a, b, at, Shape::Bool, |a, b| if dates { Op::CmpDate(op, a, b) } else { Op::CmpNum(op, a, b) })
            }
            N::CodeIn(a, set) => {
                let a = self.expr(a, at);
                self.one(a, Shape::Bool, |a| Op::CodeIn(a, *set))
            }
            N::If(c, a, b) => {
                let (c, a, b) = (self.expr(c, at), self.expr(a, at), self.expr(b, at));
                let shape = self.shape(a);
                self.three(c, a, b, shape, Op::If)
            }
            N::Round(a, step, how) => {
                let a = self.expr(a, at);
                self.one(a, num, |a| Op::Round(a, *step, *how))
            }
            N::AgeYears(a, b) => self.pair(a, b, at, num, Op::AgeYears),
            N::AgeMonths(a, b) => self.pair(a, b, at, num, Op::AgeMonths),
            N::DaysBetween(a, b) => self.pair(a, b, at, num, Op::DaysBetween),
            N::AddMonths(a, b) => self.pair(a, b, at, Shape::Date, Op::AddMonths),
            N::AddDays(a, b) => self.pair(a, b, at, Shape::Date, Op::AddDays),
            N::AddWorkdays(a, b) => self.pair(a, b, at, Shape::Date, Op::AddWorkdays),
            N::MonthStart(a) => {
                let a = self.expr(a, at);
                self.one(a, Shape::Date, Op::MonthStart)
            }
            N::MonthEnd(a) => {
                let a = self.expr(a, at);
                self.one(a, Shape::Date, Op::MonthEnd)
            }
            N::IsAbsent(a) => {
                let a = self.expr(a, at);
                self.one(a, Shape::Bool, Op::IsAbsent)
            }
            N::Known(fact) => self.known(fact, at),
            N::Persons(fold, group, body, empty) => self.persons(*fold, *group, body, empty.as_deref(), at),
            N::Months(fold, w, body) => self.months(*fold, *w, body, at),
            N::Mean(w, body) => {
                let (a, b) = self.window(*w);
                let sum = self.months(Fold::Sum, *w, body, at);
                let n = self.constant(i64::from(b - a + 1) * SCALE);
                self.two(sum, n, num, Op::Div)
            }
        }
    }

    fn day(&mut self, d: i64) -> NodeId {
        self.node(Op::Date(d), Level::Const, Shape::Date)
    }

    fn pair(&mut self, a: &Typed, b: &Typed, at: At, shape: Shape, op: impl FnOnce(NodeId, NodeId) -> Op) -> NodeId {
        let (a, b) = (self.expr(a, at), self.expr(b, at));
        self.two(a, b, shape, op)
    }

    fn persons(&mut self, fold: Fold, group: Group, body: &Typed, empty: Option<&Typed>, at: At) -> NodeId {
        let member = self.member(group);
        let value = self.expr(body, At { person: true, month: at.month });
        let folded = |s: &mut Self, id: NodeId, shape: Shape, op: fn(NodeId) -> Op| {
            // A value that is the same for everybody still counts once per person.
            let id = s.at_level(id, Level::Person);
            s.node(op(id), Level::Foyer, shape)
        };
        match fold {
            Fold::Any => {
                let both = self.two(member, value, Shape::Bool, Op::And);
                folded(self, both, Shape::Bool, Op::FoldAny)
            }
            Fold::All => {
                let out = self.one(member, Shape::Bool, Op::Not);
                let either = self.two(out, value, Shape::Bool, Op::Or);
                folded(self, either, Shape::Bool, Op::FoldAll)
            }
            Fold::Count => {
                let both = self.two(member, value, Shape::Bool, Op::And);
                folded(self, both, Shape::Num, Op::FoldCount)
            }
            Fold::Sum => {
                let zero = self.constant(0);
                let mine = self.three(member, value, zero, Shape::Num, Op::If);
                folded(self, mine, Shape::Num, Op::FoldSum)
            }
            Fold::Min | Fold::Max if is_date(body) => {
                let none = self.node(Op::NoDate, Level::Const, Shape::Date);
                let mine = self.three(member, value, none, Shape::Date, Op::If);
                folded(self, mine, Shape::Date, if fold == Fold::Min { Op::FoldFirst } else { Op::FoldLast })
            }
            Fold::Min | Fold::Max => {
                let empty = match empty {
                    Some(e) => self.expr(e, At { person: false, month: at.month }),
                    None => self.node(Op::AnyNum, Level::Const, Shape::Num),
                };
                let value = self.at_level(value, Level::Person);
                let op = if fold == Fold::Min { Op::FoldMin(member, value, empty) } else { Op::FoldMax(member, value, empty) };
                self.node(op, Level::Foyer, Shape::Num)
            }
        }
    }

    fn months(&mut self, fold: Fold, w: Window, body: &Typed, at: At) -> NodeId {
        let (from, to) = self.window(w);
        let mut acc: Option<NodeId> = None;
        for k in from..=to {
            let mut x = self.expr(body, At { month: Some(self.month + k), ..at });
            if fold == Fold::Count {
                let (one, zero) = (self.constant(SCALE), self.constant(0));
                x = self.three(x, one, zero, Shape::Num, Op::If);
            }
            let (shape, op): (Shape, fn(NodeId, NodeId) -> Op) = match fold {
                Fold::Any => (Shape::Bool, Op::Or),
                Fold::All => (Shape::Bool, Op::And),
                Fold::Sum | Fold::Count => (Shape::Num, Op::Add),
                Fold::Min => (Shape::Num, Op::Min),
                Fold::Max => (Shape::Num, Op::Max),
            };
            acc = Some(match acc {
                None => x,
                Some(a) => self.two(a, x, shape, op),
            });
        }
        acc.unwrap_or_else(|| match fold {
            Fold::Any => self.node(Op::Bool(false), Level::Const, Shape::Bool),
            Fold::All => self.node(Op::Bool(true), Level::Const, Shape::Bool),
            _ => self.constant(0),
        })
    }
}

fn is_date(t: &Typed) -> bool {
    matches!(t.ty, Type::Date { .. })
}

/// Parameters of a right whose value was not checked up to the day.
fn unchecked(pack: &Pack, right: &Right) -> Vec<String> {
    let read = pack.parameters_of(right.entitled).into_iter().filter_map(|p| pack.parameters.all.get(p));
    let late = read.filter(|p| p.checked.is_none_or(|c| c < pack.on)).map(|p| format!("parametre_non_verifie:{}", p.name));
    late.collect::<BTreeSet<String>>().into_iter().collect()
}

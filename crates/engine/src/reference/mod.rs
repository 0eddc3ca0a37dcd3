//! The plain evaluator: one foyer at a time, straight from the checked rules. Slow and obviously right; the
//! fast evaluator is held to it by property tests, and `explain` shows its steps.

pub mod beside;
pub mod cases;
pub(crate) mod dates;
pub mod settle;

use crate::value::{May, Val};
use dates::{age, map_date, shift};
use recours_rules::date::{self, Days, Month};
use recours_rules::interval::Interval;
use recours_rules::number::{self, INF, NEG_INF, SCALE};
use recours_rules::pack::Pack;
use recours_rules::parameters::Value;
use recours_rules::parser::{Cmp, Period};
use recours_rules::truth::Truth;
use recours_rules::typed::{Fold, Group, Node, Typed, Window};
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::{SERIES_MONTHS, Variable};
use recours_rules::workdays;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

/// A fact: position in the vocabulary, and months before M for a series.
pub type FactId = (usize, Option<usize>);

/// What is known of one person or of the foyer itself. A fact that is not there is unknown.
pub type Facts = HashMap<FactId, May>;

/// One foyer as the plain evaluator sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Foyer {
    /// Facts of the foyer.
    pub facts: Facts,
    /// Facts of each person.
    pub persons: Vec<Facts>,
}

type CalcAt = (usize, Option<usize>, Option<Month>);

/// Evaluates rules on one foyer.
pub struct Reference<'a> {
    pack: &'a Pack,
    foyer: &'a Foyer,
    on: Days,
    month: Month,
    supposed: &'a BTreeSet<FactId>,
    /// Values of computations, by computation, person and month.
    memo: RefCell<HashMap<CalcAt, Val>>,
    /// Values of facts that follow from others, by fact and person.
    derived: RefCell<HashMap<(usize, Option<usize>), Val>>,
}

/// Where an expression is evaluated: for which person, for which month.
#[derive(Clone, Copy)]
struct At {
    person: Option<usize>,
    month: Option<Month>,
}

impl<'a> Reference<'a> {
    /// For a foyer; the facts in `supposed` count as known, whatever they be.
    #[must_use]
    pub fn new(pack: &'a Pack, foyer: &'a Foyer, supposed: &'a BTreeSet<FactId>) -> Self {
        Self::on_day(pack, foyer, supposed, pack.on)
    }

    /// The same rules on another day, with the parameters of that day; the facts are those of the foyer, and the last
    /// month of a series is the month of that day.
    #[must_use]
    pub fn on_day(pack: &'a Pack, foyer: &'a Foyer, supposed: &'a BTreeSet<FactId>, on: Days) -> Self {
        Self { pack, foyer, on, month: date::month_of(on), supposed, memo: RefCell::default(), derived: RefCell::default() }
    }

    /// The value of a computation, for a person when it belongs to persons.
    #[must_use]
    pub fn calc(&self, calc: usize, person: Option<usize>) -> Val {
        self.calc_at(calc, At { person, month: None })
    }

    /// Truths of the conditions computed so far, for whatever person and month.
    #[must_use]
    pub fn truths(&self) -> Vec<(usize, Truth)> {
        let truth = |(k, v): (&CalcAt, &Val)| if let May::Truth(t) = v.may { Some((k.0, t)) } else { None };
        self.memo.borrow().iter().filter_map(truth).collect()
    }

    /// The value of an expression that reads no fact.
    #[must_use]
    pub fn constant(&self, t: &Typed) -> May {
        self.eval(t, At { person: None, month: None }).may
    }

    /// The value of a monthly computation at a month.
    #[must_use]
    pub fn calc_month(&self, calc: usize, person: Option<usize>, month: Month) -> Val {
        self.calc_at(calc, At { person, month: Some(month) })
    }

    /// The value of any expression of the pack, for a person and a month where it reads them.
    #[must_use]
    pub fn value(&self, t: &Typed, person: Option<usize>, month: Option<Month>) -> Val {
        self.eval(t, At { person, month })
    }

    fn calc_at(&self, calc: usize, at: At) -> Val {
        let Some(c) = self.pack.calcs.get(calc) else { return unknown() };
        let person = if c.entity == Entity::Personne { at.person } else { None };
        let month = if c.monthly { at.month } else { None };
        let key = (calc, person, month);
        if let Some(v) = self.memo.borrow().get(&key) {
            return *v;
        }
        let v = self.eval(&c.body, At { person, month });
        self.memo.borrow_mut().insert(key, v);
        v
    }

    fn resolve(&self, p: Period, at: At) -> Month {
        match p {
            Period::Valued(d) => self.month + d,
            Period::Current(d) => at.month.unwrap_or(self.month) + d,
            Period::Calendar { month, years } => (self.month.div_euclid(12) + years) * 12 + month - 1,
        }
    }

    fn parameter(&self, id: usize, month: Month) -> Option<&Value> {
        self.pack.parameters.all.get(id).and_then(|p| p.on(date::first_day(month)))
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

    /// A fact, from its column, else from its formula, else everything that it may be.
    fn input(&self, var: usize, month: Option<usize>, at: At) -> Val {
        let Some(v) = self.pack.vocabulary.variables.get(var) else { return unknown() };
        let id = (var, month);
        let facts = match v.entity {
            Entity::Foyer => Some(&self.foyer.facts),
            Entity::Personne => at.person.and_then(|p| self.foyer.persons.get(p)),
        };
        let given = facts.and_then(|f| f.get(&id)).copied().unwrap_or_else(|| domain(self.pack, v));
        let open = !given.settled() && !self.supposed.contains(&id);
        match self.pack.derived.get(&var) {
            // The formula gives the bounds even when the fact is supposed known: if bounds widened with what is
            // supposed, a larger set of facts could settle less than a smaller one.
            Some(formula) if !given.settled() => {
                let person = if v.entity == Entity::Personne { at.person } else { None };
                let known = self.derived.borrow().get(&(var, person)).copied();
                let derived = known.unwrap_or_else(|| {
                    let d = self.eval(formula, At { person, month: None });
                    self.derived.borrow_mut().insert((var, person), d);
                    d
                });
                Val::new(derived.may, derived.open && open)
            }
            _ => Val::new(given, open),
        }
    }

    /// Months before M of a period, when a series has it. After M the values of M go on.
    fn series_month(&self, p: Period, at: At) -> Option<usize> {
        let back = self.month - self.resolve(p, at);
        usize::try_from(back.max(0)).ok().filter(|k| *k < SERIES_MONTHS)
    }

    fn input_at(&self, var: usize, period: Option<Period>, at: At) -> Val {
        match period {
            None => self.input(var, None, at),
            Some(p) => match self.series_month(p, at) {
                Some(k) => self.input(var, Some(k), at),
                None => self.pack.vocabulary.variables.get(var).map_or_else(unknown, |v| Val::new(outside(self.pack, v), false)),
            },
        }
    }

    /// Whether a fact is known: true, else unknown. A fact that is supposed known is.
    fn known(&self, fact: &Typed, at: At) -> Val {
        let v = self.eval(fact, at);
        let supposed = match fact.node {
            Node::Input(var, None) => self.supposed.contains(&(var, None)),
            Node::Input(var, Some(p)) => self.series_month(p, at).is_some_and(|k| self.supposed.contains(&(var, Some(k)))),
            _ => false,
        };
        truth(if v.may.settled() || supposed { Truth::True } else { Truth::Unknown }, v.open)
    }

    fn member(&self, group: Group, person: usize) -> Val {
        let role = self.input(self.pack.role, None, At { person: Some(person), month: None });
        code_in(role, group_mask(self.pack, group))
    }

    fn eval(&self, t: &Typed, at: At) -> Val {
        let num = |i: Interval, open: bool| Val::new(May::Num(i), open);
        let two = |a: &Typed, b: &Typed| (self.eval(a, at), self.eval(b, at));
        match &t.node {
            Node::Num(n) => num(Interval::point(*n), false),
            Node::Bool(b) => truth(Truth::of(*b), false),
            Node::Date(d) => day(*d),
            Node::Code(i) => Val::new(May::Code(1 << i), false),
            Node::Today => day(self.on),
            Node::FirstDay(p) => day(date::first_day(self.resolve(*p, at))),
            Node::LastDay(p) => day(date::last_day(self.resolve(*p, at))),
            Node::Param(id, p) => match self.parameter(*id, self.resolve(*p, at)) {
                Some(Value::Scalar(x)) => num(Interval::point(*x), false),
                Some(Value::Day(d)) => day(*d),
                _ if is_date(t) => Val::new(May::Date(Interval::ALL, Truth::False), false),
                _ => num(Interval::ALL, false),
            },
            Node::Lookup(id, p, index) => {
                let i = self.eval(index, at);
                match self.parameter(*id, self.resolve(*p, at)) {
                    Some(v) => num(lookup(v, i.may), i.open),
                    None => num(Interval::ALL, false),
                }
            }
            Node::Input(v, p) => self.input_at(*v, *p, at),
            Node::Calc(c, p) => self.calc_at(*c, At { person: at.person, month: p.map(|p| self.resolve(p, at)) }),
            Node::Not(a) => {
                let a = self.eval(a, at);
                truth(a.truth().not(), a.open)
            }
            Node::And(a, b) => {
                let (a, b) = two(a, b);
                and(a, b)
            }
            Node::Or(a, b) => {
                let (a, b) = two(a, b);
                or(a, b)
            }
            Node::Neg(a) => {
                let a = self.eval(a, at);
                num(a.num().neg(), a.open)
            }
            Node::Add(a, b) => {
                let (a, b) = two(a, b);
                num(a.num().add(b.num()), a.open || b.open)
            }
            Node::Sub(a, b) => {
                let (a, b) = two(a, b);
                num(a.num().sub(b.num()), a.open || b.open)
            }
            Node::Mul(a, b) => {
                let (a, b) = two(a, b);
                num(a.num().mul(b.num()), a.open || b.open)
            }
            Node::Div(a, b) => {
                let (a, b) = two(a, b);
                num(a.num().div(b.num()), a.open || b.open)
            }
            Node::Min(a, b) => {
                let (a, b) = two(a, b);
                if is_date(t) { dates::pick_val(true, a, b) } else { min(a, b) }
            }
            Node::Max(a, b) => {
                let (a, b) = two(a, b);
                if is_date(t) { dates::pick_val(false, a, b) } else { max(a, b) }
            }
            Node::Compare(op, a, b) => {
                let (a, b) = two(a, b);
                compare(*op, a, b)
            }
            Node::CodeIn(a, set) => code_in(self.eval(a, at), *set),
            Node::If(c, a, b) => choose(self.eval(c, at), || self.eval(a, at), || self.eval(b, at)),
            Node::Round(a, step, how) => {
                let a = self.eval(a, at);
                num(a.num().round(*step, *how), a.open)
            }
            Node::AgeYears(b, on) => {
                let (b, on) = two(b, on);
                num(age(b.date().0, on.date().0, date::age_years), b.open || on.open)
            }
            Node::AgeMonths(b, on) => {
                let (b, on) = two(b, on);
                num(age(b.date().0, on.date().0, date::age_months), b.open || on.open)
            }
            Node::DaysBetween(from, to) => {
                let (from, to) = two(from, to);
                num(age(from.date().0, to.date().0, |from, to| to - from), from.open || to.open)
            }
            Node::AddMonths(d, n) => {
                let (d, n) = two(d, n);
                shift(d, n, date::add_months)
            }
            Node::AddDays(d, n) => {
                let (d, n) = two(d, n);
                shift(d, n, |d, n| d + n)
            }
            Node::AddWorkdays(d, n) => {
                let (d, n) = two(d, n);
                shift(d, n, workdays::add)
            }
            Node::MonthStart(d) => map_date(self.eval(d, at), |d| date::first_day(date::month_of(d))),
            Node::MonthEnd(d) => map_date(self.eval(d, at), |d| date::last_day(date::month_of(d))),
            Node::IsAbsent(d) => {
                let d = self.eval(d, at);
                truth(d.date().1, d.open)
            }
            Node::Known(fact) => self.known(fact, at),
            Node::Persons(fold, group, body, empty) => self.persons(*fold, *group, body, empty.as_deref(), at),
            Node::Months(fold, w, body) => self.months(*fold, *w, body, at),
            Node::Mean(w, body) => {
                let (a, b) = self.window(*w);
                let sum = self.months(Fold::Sum, *w, body, at);
                num(sum.num().div(Interval::point(i64::from(b - a + 1) * SCALE)), sum.open)
            }
        }
    }

    fn persons(&self, fold: Fold, group: Group, body: &Typed, empty: Option<&Typed>, at: At) -> Val {
        let each = (0..self.foyer.persons.len()).map(|p| (self.member(group, p), self.eval(body, At { person: Some(p), month: at.month })));
        let each: Vec<(Val, Val)> = each.collect();
        match fold {
            Fold::Any => each.into_iter().fold(truth(Truth::False, false), |acc, (m, v)| or(acc, and(m, v))),
            Fold::All => each.into_iter().fold(truth(Truth::True, false), |acc, (m, v)| and(acc, or(not(m), v))),
            Fold::Count => each.into_iter().map(|(m, v)| count(and(m, v))).fold(zero(), add),
            Fold::Sum => each.into_iter().map(|(m, v)| choose(m, || v, zero)).fold(zero(), add),
            Fold::Min | Fold::Max if is_date(body) => {
                let mine = each.into_iter().map(|(m, v)| choose(m, || v, dates::none));
                mine.fold(dates::none(), |acc, v| dates::pick_val(fold == Fold::Min, acc, v))
            }
            Fold::Min | Fold::Max => {
                let empty = empty.map_or_else(unknown, |e| self.eval(e, at));
                extreme(fold, &each, empty)
            }
        }
    }

    fn months(&self, fold: Fold, w: Window, body: &Typed, at: At) -> Val {
        let (from, to) = self.window(w);
        let each = (from..=to).map(|k| self.eval(body, At { month: Some(self.month + k), ..at }));
        match fold {
            Fold::Any => each.fold(truth(Truth::False, false), or),
            Fold::All => each.fold(truth(Truth::True, false), and),
            Fold::Count => each.map(count).fold(zero(), add),
            Fold::Sum => each.fold(zero(), add),
            Fold::Min => each.reduce(min).unwrap_or_else(unknown),
            Fold::Max => each.reduce(max).unwrap_or_else(unknown),
        }
    }
}

/// The codes of `role` that belong to a group, as a set.
#[must_use]
pub fn group_mask(pack: &Pack, group: Group) -> u64 {
    let list = match pack.vocabulary.variables.get(pack.role).map(|v| v.ty) {
        Some(Type::Code(l)) => pack.vocabulary.lists.get(l),
        _ => None,
    };
    group.roles().iter().filter_map(|r| list.and_then(|l| l.index(r))).fold(0, |m, i| m | (1 << i))
}

/// Everything that an unknown fact may be.
#[must_use]
pub fn domain(pack: &Pack, v: &Variable) -> May {
    match v.ty {
        Type::Bool => May::Truth(Truth::Unknown),
        Type::Num(_) | Type::Literal => May::Num(v.domain),
        Type::Date { absent_possible } => May::Date(Interval::ALL, if absent_possible { Truth::Unknown } else { Truth::False }),
        Type::Code(l) => May::Code(pack.vocabulary.lists.get(l).map_or(u64::MAX, recours_rules::vocabulary::CodeList::all)),
    }
}

/// A series outside its months. After M the values of M go on; before M-14 there are no incomes (a named
/// assumption of evaluation), and of other facts nothing is known that a column could tell.
pub(crate) fn outside(pack: &Pack, v: &Variable) -> May {
    match v.ty {
        Type::Num(_) | Type::Literal => May::Num(Interval::point(0)),
        _ => domain(pack, v),
    }
}

fn is_date(t: &Typed) -> bool {
    matches!(t.ty, Type::Date { .. })
}

fn unknown() -> Val {
    Val { may: May::Num(Interval::ALL), open: true }
}

fn zero() -> Val {
    Val { may: May::Num(Interval::point(0)), open: false }
}

fn truth(t: Truth, open: bool) -> Val {
    Val::new(May::Truth(t), open)
}

fn day(d: i64) -> Val {
    Val::new(May::Date(Interval::point(d), Truth::False), false)
}

fn not(a: Val) -> Val {
    truth(a.truth().not(), a.open)
}

fn and(a: Val, b: Val) -> Val {
    truth(a.truth().and(b.truth()), a.open || b.open)
}

fn or(a: Val, b: Val) -> Val {
    truth(a.truth().or(b.truth()), a.open || b.open)
}

fn add(a: Val, b: Val) -> Val {
    Val::new(May::Num(a.num().add(b.num())), a.open || b.open)
}

/// One when true, nothing when false.
fn count(c: Val) -> Val {
    let i = match c.truth() {
        Truth::True => Interval::point(SCALE),
        Truth::False => Interval::point(0),
        Truth::Unknown => Interval::new(0, SCALE),
    };
    Val::new(May::Num(i), c.open)
}

fn min(a: Val, b: Val) -> Val {
    let (x, y) = (a.num(), b.num());
    if x.hi <= y.lo {
        return a;
    }
    if y.hi <= x.lo {
        return b;
    }
    Val::new(May::Num(x.min(y)), a.open || b.open)
}

fn max(a: Val, b: Val) -> Val {
    let (x, y) = (a.num(), b.num());
    if x.lo >= y.hi {
        return a;
    }
    if y.lo >= x.hi {
        return b;
    }
    Val::new(May::Num(x.max(y)), a.open || b.open)
}

fn code_in(a: Val, set: u64) -> Val {
    let codes = a.codes();
    let t = if codes & !set == 0 {
        Truth::True
    } else if codes & set == 0 {
        Truth::False
    } else {
        Truth::Unknown
    };
    truth(t, a.open)
}

fn compare(op: Cmp, a: Val, b: Val) -> Val {
    let (x, y, none) = match (a.may, b.may) {
        (May::Date(x, p), May::Date(y, q)) => (x, y, p.or(q)),
        _ => (a.num(), b.num(), Truth::False),
    };
    let t = match op {
        Cmp::Eq => x.eq(y),
        Cmp::Ne => x.eq(y).not(),
        Cmp::Lt => x.lt(y),
        Cmp::Le => x.le(y),
        Cmp::Gt => y.lt(x),
        Cmp::Ge => y.le(x),
    };
    truth(t.and(none.not()), a.open || b.open)
}

fn choose(c: Val, a: impl FnOnce() -> Val, b: impl FnOnce() -> Val) -> Val {
    match c.truth() {
        Truth::True => a(),
        Truth::False => b(),
        Truth::Unknown => {
            let (a, b) = (a(), b());
            let may = match (a.may, b.may) {
                (May::Num(x), May::Num(y)) => May::Num(x.hull(y)),
                (May::Date(x, p), May::Date(y, q)) => hull_dates((x, p), (y, q)),
                (May::Code(x), May::Code(y)) => May::Code(x | y),
                (May::Truth(x), May::Truth(y)) => May::Truth(if x == y { x } else { Truth::Unknown }),
                (x, _) => x,
            };
            Val::new(may, c.open || a.open || b.open)
        }
    }
}

/// Bounds of dates that are known to be none do not count.
fn hull_dates((x, p): (Interval, Truth), (y, q): (Interval, Truth)) -> May {
    match (p, q) {
        (Truth::True, Truth::True) => May::Date(x, Truth::True),
        (Truth::True, _) => May::Date(y, Truth::Unknown),
        (_, Truth::True) => May::Date(x, Truth::Unknown),
        (Truth::False, Truth::False) => May::Date(x.hull(y), Truth::False),
        _ => May::Date(x.hull(y), Truth::Unknown),
    }
}

/// The entries of a table that an index may reach.
pub(crate) fn lookup(v: &Value, index: May) -> Interval {
    match (v, index) {
        (Value::Table { entries, beyond }, May::Num(i)) => table(entries, *beyond, i),
        (Value::ByCode(values), May::Code(set)) => {
            let reached = values.iter().enumerate().filter(|(k, _)| set & (1 << k) != 0).map(|(_, x)| Interval::point(*x));
            reached.reduce(Interval::hull).unwrap_or(Interval::ALL)
        }
        (Value::ByBirth(lines), May::Date(birth, _)) => by_birth(lines, birth),
        _ => Interval::ALL,
    }
}

/// Entry of a table for a whole number (parts of a whole are dropped).
pub(crate) fn entry(entries: &[i64], beyond: i64, n: i64) -> i64 {
    let last = entries.len();
    match usize::try_from(n) {
        Ok(0) | Err(_) => 0,
        Ok(k) if k <= last => entries.get(k - 1).copied().unwrap_or(0),
        Ok(k) => {
            // A number too large to write is the largest that there is: the infinities are no numbers.
            let extra = i128::try_from(k - last).unwrap_or(i128::from(i64::MAX));
            let x = i128::from(entries.last().copied().unwrap_or(0)) + i128::from(beyond) * extra;
            number::saturate(x).clamp(number::MIN, number::MAX)
        }
    }
}

fn table(entries: &[i64], beyond: i64, i: Interval) -> Interval {
    // Past the last entry a table goes one way, so looking a little further than it is enough.
    let last = i64::try_from(entries.len()).unwrap_or(0) + 1;
    let lo = if i.lo == NEG_INF { 0 } else { (i.lo / SCALE).max(0) };
    let hi = if i.hi == INF { INF } else { (i.hi / SCALE).max(0) };
    let mut out = Interval::point(entry(entries, beyond, lo));
    for n in lo..=hi.min(last.max(lo)) {
        out = out.hull(Interval::point(entry(entries, beyond, n)));
    }
    if hi == INF {
        return if beyond > 0 {
            Interval::new(out.lo, INF)
        } else if beyond < 0 {
            Interval::new(NEG_INF, out.hi)
        } else {
            out
        };
    }
    out.hull(Interval::point(entry(entries, beyond, hi)))
}

fn by_birth(lines: &[(Option<i64>, i64)], birth: Interval) -> Interval {
    let mut from = NEG_INF;
    let mut out: Option<Interval> = None;
    for (before, value) in lines {
        let to = before.map_or(INF, |b| b - 1);
        if birth.lo <= to && birth.hi >= from {
            let p = Interval::point(*value);
            out = Some(out.map_or(p, |o| o.hull(p)));
        }
        from = before.unwrap_or(INF);
    }
    out.unwrap_or(Interval::ALL)
}

/// The smallest or greatest over members, some of whom may not be.
fn extreme(fold: Fold, each: &[(Val, Val)], empty: Val) -> Val {
    let better: fn(Val, Val) -> Val = if fold == Fold::Min { min } else { max };
    let sure = each.iter().filter(|(m, _)| m.truth() == Truth::True).map(|(_, v)| *v).reduce(better);
    let maybe: Vec<&(Val, Val)> = each.iter().filter(|(m, _)| m.truth() == Truth::Unknown).collect();
    let mut out = sure.unwrap_or(empty);
    for (m, v) in maybe {
        // With the person or without: both may be.
        let with = if sure.is_some() { better(out, *v) } else { Val::new(May::Num(out.num().hull(v.num())), out.open || v.open) };
        out = Val::new(May::Num(out.num().hull(with.num())), out.open || with.open || m.open);
    }
    out
}

//! Random foyers: facts known, unknown or known within bounds, with values that stand on the thresholds.

use super::rng::Rng;
use super::vocabulary::{DERIVED, THRESHOLDS};
use recours_engine::eval::Population;
use recours_engine::eval::column::{Column, Data, byte};
use recours_engine::plan::Program;
use recours_engine::reference::{FactId, Facts, Foyer, Reference, domain};
use recours_engine::value::May;
use recours_rules::Pack;
use recours_rules::date;
use recours_rules::interval::Interval;
use recours_rules::number::{self, SCALE};
use recours_rules::truth::Truth;
use recours_rules::types::{Entity, Type, Unit};
use recours_rules::vocabulary::{SERIES_MONTHS, Variable};
use std::collections::BTreeSet;

const CENT: i64 = SCALE / 100;

/// How foyers are made.
#[derive(Clone, Copy)]
pub struct Shape {
    pub persons: usize,
    /// Facts of which nothing is known, out of a hundred.
    pub unknown: usize,
    /// Facts known within bounds, out of a hundred.
    pub bounds: usize,
    /// Whether derived facts may be brought by a column of their own.
    pub derived_given: bool,
}

/// Facts of a foyer or of a person, with their months.
pub fn facts_of(pack: &Pack, entity: Entity) -> Vec<FactId> {
    let months = |v: &Variable| -> Vec<Option<usize>> { if v.series { (0..SERIES_MONTHS).map(Some).collect() } else { vec![None] } };
    let all = pack.vocabulary.variables.iter().enumerate().filter(|(_, v)| v.entity == entity);
    all.flat_map(|(i, v)| months(v).into_iter().map(move |m| (i, m))).collect()
}

pub fn variable(pack: &Pack, fact: FactId) -> &Variable {
    &pack.vocabulary.variables[fact.0]
}

pub fn is_derived(pack: &Pack, fact: FactId) -> bool {
    pack.derived.contains_key(&fact.0)
}

fn amount(rng: &mut Rng, v: &Variable) -> i64 {
    let sign = if v.domain.lo < 0 && rng.percent(25) { -1 } else { 1 };
    let x = match rng.below(8) {
        0 | 1 => 0,
        2 => CENT,
        3 | 4 => number::parse(rng.pick(&THRESHOLDS)).unwrap() + rng.pick(&[-CENT, 0, CENT]),
        5 => rng.between(0, 3000) * SCALE,
        6 => rng.between(0, 99_999_999) * CENT,
        _ => rng.between(0, 200_000) * CENT,
    };
    sign * x
}

fn count(rng: &mut Rng, v: &Variable) -> i64 {
    let Type::Num(unit) = v.ty else { return 0 };
    match unit {
        Unit::Nombre if v.domain.hi <= SCALE => rng.pick(&[0, 1, SCALE / 2, SCALE * 4 / 5, SCALE - 1, SCALE]),
        Unit::Nombre => rng.between(0, 6) * SCALE,
        _ => rng.pick(&[0, 1, 3, 12, 743, 744, 745]) * SCALE,
    }
}

fn some_day(rng: &mut Rng, on: i64) -> i64 {
    let years = rng.pick(&[0, 1, 17, 18, 19, 24, 25, 26, 40, 62, 63, 64, 90]);
    match rng.below(6) {
        0 => date::parse(rng.pick(&["2000-02-29", "2024-02-29", "1960-02-29", "1961-08-31", "1961-09-01", "2000-02-28"])).unwrap(),
        1 => date::first_day(date::month_of(date::add_months(on, -12 * years))) + rng.between(-1, 1),
        2 => date::add_months(on, -12 * years) + rng.between(-1, 1),
        3 => date::add_months(on, rng.between(-6, 6)),
        4 => date::last_day(date::month_of(date::add_months(on, rng.between(-2, 2)))),
        _ => on - rng.between(0, 36_000),
    }
}

/// One value of a fact.
pub fn value(pack: &Pack, v: &Variable, rng: &mut Rng) -> May {
    match v.ty {
        Type::Bool => May::Truth(Truth::of(rng.percent(50))),
        Type::Num(u) => {
            let x = if u.is_money() { amount(rng, v) } else { count(rng, v) };
            May::Num(Interval::point(x.clamp(v.domain.lo, v.domain.hi)))
        }
        Type::Literal => May::Num(Interval::point(0)),
        Type::Date { absent_possible } if absent_possible && rng.percent(30) => May::Date(Interval::point(0), Truth::True),
        Type::Date { .. } => May::Date(Interval::point(some_day(rng, pack.on)), Truth::False),
        Type::Code(list) => May::Code(1 << rng.below(pack.vocabulary.lists[list].codes.len())),
    }
}

/// What is known of a fact when it is known within bounds only.
fn bounded(pack: &Pack, v: &Variable, rng: &mut Rng) -> May {
    match (value(pack, v, rng), value(pack, v, rng)) {
        (May::Num(a), May::Num(b)) => {
            let hi = if rng.percent(20) { v.domain.hi } else { a.lo.max(b.lo) };
            May::Num(Interval::new(a.lo.min(b.lo), hi))
        }
        (May::Date(a, p), May::Date(b, q)) if p == Truth::False && q == Truth::False => {
            let absent = if v.absent_possible && rng.percent(30) { Truth::Unknown } else { Truth::False };
            May::Date(Interval::new(a.lo.min(b.lo), a.lo.max(b.lo)), absent)
        }
        (May::Date(a, Truth::False), May::Date(_, _)) | (May::Date(_, _), May::Date(a, Truth::False)) => May::Date(a, Truth::Unknown),
        (May::Code(a), May::Code(b)) => May::Code(a | b),
        (May::Truth(_), _) => May::Truth(Truth::Unknown),
        (a, _) => a,
    }
}

/// One value among those that a fact may still be.
pub fn completion(pack: &Pack, v: &Variable, known: May, rng: &mut Rng) -> May {
    if known.settled() {
        return known;
    }
    match (known, value(pack, v, rng)) {
        (May::Num(i), May::Num(x)) => {
            let ends = [i.lo, i.hi, x.lo, x.lo.clamp(i.lo, i.hi)];
            let x = rng.pick(&ends).clamp(i.lo, i.hi);
            // An unbounded fact may be large, not infinite.
            May::Num(Interval::point(x.clamp(-9_000_000_000 * SCALE, 9_000_000_000 * SCALE)))
        }
        (May::Date(i, absent), May::Date(x, _)) => {
            if absent == Truth::Unknown && rng.percent(35) {
                return May::Date(Interval::point(0), Truth::True);
            }
            let x = if i == Interval::ALL { x.lo } else { rng.pick(&[i.lo, i.hi, x.lo]) };
            let far = date::days(9999, 12, 31);
            May::Date(Interval::point(x.clamp(i.lo, i.hi).clamp(-far, far)), Truth::False)
        }
        (May::Code(set), _) => {
            let codes: Vec<u64> = (0..64).map(|k| 1u64 << k).filter(|c| set & c != 0).collect();
            May::Code(rng.pick(&codes))
        }
        (_, v) => v,
    }
}

fn role(pack: &Pack, rank: usize, rng: &mut Rng) -> May {
    let Type::Code(list) = pack.vocabulary.variables[pack.role].ty else { panic!("`role` est un code") };
    let index = |c: &str| 1u64 << pack.vocabulary.lists[list].index(c).unwrap();
    May::Code(match rank {
        0 => index("demandeur"),
        1 if rng.percent(60) => index("conjoint"),
        _ if rng.percent(10) => index("absent"),
        _ => index("enfant"),
    })
}

fn facts(pack: &Pack, entity: Entity, rank: usize, shape: Shape, rng: &mut Rng) -> Facts {
    let mut out = Facts::new();
    for fact in facts_of(pack, entity) {
        let v = variable(pack, fact);
        if is_derived(pack, fact) && !(shape.derived_given && rng.percent(40)) {
            continue;
        }
        let draw = rng.below(100);
        let known = if draw < shape.unknown {
            // Half of the unknown facts are written down as unknown, half are not there at all.
            if rng.percent(50) {
                continue;
            }
            domain(pack, v)
        } else if draw < shape.unknown + shape.bounds {
            bounded(pack, v, rng)
        } else if fact.0 == pack.role {
            role(pack, rank, rng)
        } else {
            value(pack, v, rng)
        };
        out.insert(fact, known);
    }
    out
}

/// A random foyer.
pub fn foyer(pack: &Pack, shape: Shape, rng: &mut Rng) -> Foyer {
    Foyer {
        facts: facts(pack, Entity::Foyer, 0, shape, rng),
        persons: (0..shape.persons).map(|rank| facts(pack, Entity::Personne, rank, shape, rng)).collect(),
    }
}

/// One to six persons; everything, much, little or nothing known.
pub fn any(pack: &Pack, rng: &mut Rng) -> Foyer {
    let (unknown, bounds) = rng.pick(&[(0, 0), (3, 0), (10, 5), (40, 20), (2, 2), (0, 10), (95, 0)]);
    foyer(pack, Shape { persons: 1 + rng.below(6), unknown, bounds, derived_given: true }, rng)
}

/// Everything that is not derived takes one of the values that it may still be.
pub fn completed(pack: &Pack, f: &Foyer, rng: &mut Rng) -> Foyer {
    let mut complete = |facts: &Facts, entity: Entity| -> Facts {
        let mut out = Facts::new();
        for fact in facts_of(pack, entity) {
            let v = variable(pack, fact);
            let known = facts.get(&fact).copied();
            if is_derived(pack, fact) {
                // A derived fact that is not given follows from the others.
                if let Some(k) = known.filter(|k| k.settled()) {
                    out.insert(fact, k);
                }
                continue;
            }
            out.insert(fact, completion(pack, v, known.unwrap_or_else(|| domain(pack, v)), rng));
        }
        out
    };
    Foyer { facts: complete(&f.facts, Entity::Foyer), persons: f.persons.iter().map(|p| complete(p, Entity::Personne)).collect() }
}

/// The value that a derived fact of the small vocabulary takes in a complete foyer, from its formula.
pub fn derived(pack: &Pack, foyer: &Foyer, fact: FactId, person: Option<usize>) -> May {
    let name = &variable(pack, fact).name;
    let mirrors = DERIVED.iter().find(|(n, _)| n == name).unwrap().1;
    let none = BTreeSet::new();
    let plain = Reference::new(pack, foyer, &none);
    let shown = |mirror: &&str| plain.calc(pack.calcs.iter().position(|c| c.name == *mirror).unwrap(), person).may;
    match variable(pack, fact).ty {
        // One mirror for each code but the last.
        Type::Code(_) => {
            let code = mirrors.iter().position(|m| shown(m) == May::Truth(Truth::True)).unwrap_or(mirrors.len());
            May::Code(1 << code)
        }
        _ => shown(&mirrors[0]),
    }
}

/// The complete foyer with some of its derived facts brought by columns of their own, which say what their
/// formulas say.
pub fn with_derived(pack: &Pack, f: &Foyer, rng: &mut Rng) -> Foyer {
    let mut out = f.clone();
    // Columns of amounts hold cents; a formula may give finer amounts.
    let fits = |m: &May| !matches!(m, May::Num(i) if !i.is_point() || i.lo % CENT != 0);
    for fact in facts_of(pack, Entity::Foyer).into_iter().filter(|x| is_derived(pack, *x)) {
        let value = derived(pack, f, fact, None);
        if fits(&value) && rng.percent(50) {
            out.facts.insert(fact, value);
        }
    }
    for fact in facts_of(pack, Entity::Personne).into_iter().filter(|x| is_derived(pack, *x)) {
        let values: Vec<May> = (0..f.persons.len()).map(|p| derived(pack, f, fact, Some(p))).collect();
        if values.iter().all(fits) && rng.percent(50) {
            for (p, value) in values.into_iter().enumerate() {
                out.persons[p].insert(fact, value);
            }
        }
    }
    out
}

/// The columns that a population of foyers gives to a program.
pub fn population(pack: &Pack, program: &Program, foyers: &[Foyer]) -> Population {
    let mut offsets = vec![0];
    for f in foyers {
        offsets.push(offsets[offsets.len() - 1] + f.persons.len());
    }
    let column = |fact: &FactId| {
        let v = variable(pack, *fact);
        let may = |facts: &Facts| facts.get(fact).copied().unwrap_or_else(|| domain(pack, v));
        let rows: Vec<May> = match v.entity {
            Entity::Foyer => foyers.iter().map(|f| may(&f.facts)).collect(),
            Entity::Personne => foyers.iter().flat_map(|f| f.persons.iter().map(may)).collect(),
        };
        column_of(v.ty, &rows)
    };
    Population { inputs: program.inputs.iter().map(column).map(std::sync::Arc::new).collect(), offsets }
}

fn column_of(ty: Type, rows: &[May]) -> Column {
    let num = |m: &May| if let May::Num(i) | May::Date(i, _) = m { *i } else { Interval::ALL };
    let (lo, hi) = rows.iter().map(|m| (num(m).lo, num(m).hi)).unzip();
    match ty {
        Type::Num(_) | Type::Literal => Column::num(lo, hi),
        Type::Bool => Column::bool(rows.iter().map(|m| if let May::Truth(t) = m { byte(*t) } else { 1 }).collect()),
        Type::Date { .. } => Column::date(lo, hi, rows.iter().map(|m| if let May::Date(_, a) = m { byte(*a) } else { 1 }).collect()),
        Type::Code(_) => Column { data: Data::Code(rows.iter().map(|m| if let May::Code(c) = m { *c } else { u64::MAX }).collect()) },
    }
}

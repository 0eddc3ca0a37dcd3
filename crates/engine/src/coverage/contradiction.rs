//! Clauses of one right that cannot hold together, where a look at their texts shows it: the same value asked above one
//! bound and below a smaller one, in two lists of codes without a common code, or true and false.

use crate::reference::{Facts, Foyer, Reference};
use recours_rules::diagnostic::Diagnostic;
use recours_rules::interval::Interval;
use recours_rules::number::{INF, NEG_INF};
use recours_rules::pack::{Pack, Right};
use recours_rules::parser::Cmp;
use recours_rules::typed::{Node, Typed};
use std::collections::BTreeSet;

/// What one part of a clause asks of a value.
enum Asked {
    /// A number or date between two bounds, both allowed.
    Within(Interval),
    /// One of some codes.
    Codes(u64),
    /// A truth.
    Is(bool),
}

struct Part<'a> {
    clause: usize,
    of: &'a Typed,
    asked: Asked,
}

/// `R-066`: pairs of clauses of a right that cannot hold together on the day of the pack.
#[must_use]
pub fn contradictions(pack: &Pack) -> Vec<Diagnostic> {
    let (none, nobody) = (BTreeSet::new(), Foyer { persons: vec![Facts::new()], ..Foyer::default() });
    let reference = Reference::new(pack, &nobody, &none);
    pack.rights.iter().flat_map(|r| of_right(pack, &reference, r)).collect()
}

fn of_right(pack: &Pack, reference: &Reference<'_>, right: &Right) -> Vec<Diagnostic> {
    let mut parts: Vec<Part<'_>> = Vec::new();
    for (clause, c) in right.conditions.iter().enumerate() {
        if let Some(calc) = pack.calcs.get(c.calc) {
            collect(reference, clause, &calc.body, &mut parts);
        }
    }
    let mut told = BTreeSet::new();
    let mut out = Vec::new();
    for (i, a) in parts.iter().enumerate() {
        for b in parts.iter().skip(i + 1).filter(|b| a.of == b.of && !together(&a.asked, &b.asked)) {
            let name = |k: usize| right.conditions.get(k).map_or("", |c| c.id.as_str());
            if told.insert((a.clause, b.clause)) {
                let message = if a.clause == b.clause {
                    format!("la clause `{}` se contredit : elle n'est jamais remplie", name(a.clause))
                } else {
                    format!("les clauses `{}` et `{}` ne sont jamais remplies ensemble", name(a.clause), name(b.clause))
                };
                let place = right.conditions.get(b.clause).and_then(|c| pack.calcs.get(c.calc)).map_or(&right.place, |c| &c.place);
                let help = "le droit n'est alors jamais ouvert : corriger une des deux bornes, ou réunir par `ou`";
                out.push(Diagnostic::warning("R-066", &place.0, place.1, message).help(help));
            }
        }
    }
    out
}

fn together(a: &Asked, b: &Asked) -> bool {
    match (a, b) {
        (Asked::Within(a), Asked::Within(b)) => a.lo.max(b.lo) <= a.hi.min(b.hi),
        (Asked::Codes(a), Asked::Codes(b)) => a & b != 0,
        (Asked::Is(a), Asked::Is(b)) => a == b,
        _ => true,
    }
}

/// The parts of a clause that must all hold.
fn collect<'a>(reference: &Reference<'_>, clause: usize, t: &'a Typed, out: &mut Vec<Part<'a>>) {
    match &t.node {
        Node::And(a, b) => {
            collect(reference, clause, a, out);
            collect(reference, clause, b, out);
        }
        Node::Compare(op, a, b) => {
            let constant = |t: &Typed| {
                let i = (t.entity.is_none()).then(|| crate::value::Val::new(reference.constant(t), false))?;
                let (number, (date, _)) = (i.num(), i.date());
                if number.is_point() { Some(number.lo) } else { date.is_point().then_some(date.lo) }
            };
            if let Some(x) = constant(b) {
                out.extend(within(*op, x).map(|i| Part { clause, of: a, asked: Asked::Within(i) }));
            } else if let Some(x) = constant(a) {
                out.extend(within(mirrored(*op), x).map(|i| Part { clause, of: b, asked: Asked::Within(i) }));
            }
        }
        Node::CodeIn(a, set) => out.push(Part { clause, of: a, asked: Asked::Codes(*set) }),
        Node::Not(a) => match &a.node {
            Node::CodeIn(of, set) => out.push(Part { clause, of, asked: Asked::Codes(!set) }),
            _ => out.push(Part { clause, of: a, asked: Asked::Is(false) }),
        },
        _ => out.push(Part { clause, of: t, asked: Asked::Is(true) }),
    }
}

/// The values that a comparison with a constant leaves; nothing is said of `<>`.
fn within(op: Cmp, x: i64) -> Option<Interval> {
    Some(match op {
        Cmp::Lt => Interval::new(NEG_INF, x.saturating_sub(1)),
        Cmp::Le => Interval::new(NEG_INF, x),
        Cmp::Gt => Interval::new(x.saturating_add(1), INF),
        Cmp::Ge => Interval::new(x, INF),
        Cmp::Eq => Interval::point(x),
        Cmp::Ne => return None,
    })
}

const fn mirrored(op: Cmp) -> Cmp {
    match op {
        Cmp::Lt => Cmp::Gt,
        Cmp::Le => Cmp::Ge,
        Cmp::Gt => Cmp::Lt,
        Cmp::Ge => Cmp::Le,
        other => other,
    }
}

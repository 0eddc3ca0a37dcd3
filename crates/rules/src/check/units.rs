//! Units: which numbers go together, and whose value comes of it.

use super::{Checked, Fault, fault};
use crate::diagnostic::Span;
use crate::number::SCALE;
use crate::parser::Binary;
use crate::typed::{Node, Typed};
use crate::types::{Entity, Type, Unit};

pub(super) fn join(a: &Typed, b: &Typed) -> Option<Entity> {
    widest(a.entity, b.entity)
}

pub(super) fn widest(a: Option<Entity>, b: Option<Entity>) -> Option<Entity> {
    // A person's value wins: the foyer's is the same for each of its persons.
    match (a, b) {
        (Some(Entity::Personne), _) | (_, Some(Entity::Personne)) => Some(Entity::Personne),
        (a, b) => a.or(b),
    }
}

/// Two numbers that are added, compared or chosen between must have one unit.
pub(super) fn numbers_alike(a: &Typed, b: &Typed, span: Span) -> Result<Type, Box<Fault>> {
    let zero = |t: &Typed| matches!(t.node, Node::Num(0));
    match (a.ty, b.ty) {
        (x, y) if x == y => Ok(x),
        (Type::Literal, Type::Num(u)) if !u.is_money() || zero(a) => Ok(Type::Num(u)),
        (Type::Num(u), Type::Literal) if !u.is_money() || zero(b) => Ok(Type::Num(u)),
        (Type::Literal, Type::Num(_)) | (Type::Num(_), Type::Literal) => fault(
            span,
            "R-021",
            "un montant écrit dans une règle",
            "un montant que la loi fixe est un paramètre daté, sous `parametres/`".to_owned(),
        ),
        (x, y) => {
            let help = matches!((x, y), (Type::Num(p), Type::Num(q)) if p.is_money() && q.is_money())
                .then(|| "convertir avec `par_mois(…)` ou `par_an(…)`".to_owned());
            fault(span, "R-021", format!("{} et {} ne vont pas ensemble", x.describe(), y.describe()), help)
        }
    }
}

/// Two numbers of one unit, or two dates: one of two dates may be none only when both may.
pub(super) fn alike(a: &Typed, b: &Typed, span: Span) -> Result<Type, Box<Fault>> {
    match (a.ty, b.ty) {
        (Type::Date { absent_possible: p }, Type::Date { absent_possible: q }) => Ok(Type::Date { absent_possible: p && q }),
        (Type::Date { .. }, other) | (other, Type::Date { .. }) => {
            fault(span, "R-021", format!("une date et {} ne vont pas ensemble", other.describe()), None)
        }
        _ => numbers_alike(a, b, span),
    }
}

pub(super) fn arithmetic(op: Binary, a: &Typed, b: &Typed, span: Span) -> Result<Type, Box<Fault>> {
    let nombre = Type::Num(Unit::Nombre);
    match op {
        Binary::Add | Binary::Sub => numbers_alike(a, b, span),
        Binary::Mul => match (a.ty, b.ty) {
            (Type::Literal, t) | (t, Type::Literal) => Ok(t),
            (t, n) | (n, t) if n == nombre => Ok(t),
            (Type::Num(Unit::EuroJour), Type::Num(Unit::Jours)) | (Type::Num(Unit::Jours), Type::Num(Unit::EuroJour)) => {
                Ok(Type::Num(Unit::Euro))
            }
            (Type::Num(Unit::EuroHeure), Type::Num(Unit::Heures)) | (Type::Num(Unit::Heures), Type::Num(Unit::EuroHeure)) => {
                Ok(Type::Num(Unit::Euro))
            }
            (x, y) => fault(span, "R-021", format!("{} ne se multiplie pas par {}", x.describe(), y.describe()), None),
        },
        _ => match (a.ty, b.ty) {
            (t, Type::Literal) => Ok(t),
            (t, n) if n == nombre => Ok(t),
            (x, y) if x == y => Ok(nombre),
            (x, y) => fault(span, "R-021", format!("{} ne se divise pas par {}", x.describe(), y.describe()), None),
        },
    }
}

pub(super) fn convert(name: &str, x: Typed, span: Span) -> Checked {
    let (factor, divide, unit) = match (name, x.ty) {
        ("par_mois", Type::Num(Unit::EuroMois)) => (1, false, Unit::EuroMois),
        ("par_mois", Type::Num(Unit::EuroTrimestre)) => (3, true, Unit::EuroMois),
        ("par_mois", Type::Num(Unit::EuroAn)) => (12, true, Unit::EuroMois),
        ("par_an", Type::Num(Unit::EuroAn | Unit::Euro)) => (1, false, Unit::EuroAn),
        ("par_an", Type::Num(Unit::EuroMois)) => (12, false, Unit::EuroAn),
        ("par_an", Type::Num(Unit::EuroTrimestre)) => (4, false, Unit::EuroAn),
        (_, t) => {
            return fault(
                span,
                "R-021",
                format!("`{name}` ne convertit pas {}", t.describe()),
                "pour un total sur une fenêtre, prendre `moyenne_mois(…)` ou `en(unite, …)`".to_owned(),
            );
        }
    };
    let entity = x.entity;
    let ty = Type::Num(unit);
    if factor == 1 {
        return Ok(Typed { ty, ..x });
    }
    let k = Box::new(Typed { node: Node::Num(factor * SCALE), ty: Type::Literal, entity: None });
    let node = if divide { Node::Div(Box::new(x), k) } else { Node::Mul(Box::new(x), k) };
    Ok(Typed { node, ty, entity })
}

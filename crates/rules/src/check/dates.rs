//! Functions of dates.

use super::units::join;
use super::{Checked, Fault, Place, Scope, fault};
use crate::number::SCALE;
use crate::parser::Expr;
use crate::typed::{Node, Typed};
use crate::types::{Type, Unit};

impl Scope<'_> {
    /// A number or a date that may be none: what `min` and `max` compare.
    pub(super) fn number_or_date(&self, e: &Expr, place: Place) -> Result<Typed, Box<Fault>> {
        let t = self.expr(e, place, None)?;
        if matches!(t.ty, Type::Num(_) | Type::Literal | Type::Date { .. }) {
            Ok(t)
        } else {
            fault(e.span, "R-021", format!("il faut ici un nombre ou une date, et non {}", t.ty.describe()), None)
        }
    }

    /// `age`, `age_mois`, `jours_entre`: from one date to another, neither of which may be none.
    pub(super) fn between(&self, name: &str, from: &Expr, to: &Expr, place: Place) -> Checked {
        let (a, b) = (self.date(from, place, false)?, self.date(to, place, false)?);
        let entity = join(&a, &b);
        let (a, b) = (Box::new(a), Box::new(b));
        let (node, unit) = match name {
            "age" => (Node::AgeYears(a, b), Unit::Annees),
            "age_mois" => (Node::AgeMonths(a, b), Unit::Mois),
            _ => (Node::DaysBetween(a, b), Unit::Jours),
        };
        Ok(Typed { node, ty: Type::Num(unit), entity })
    }

    /// `ajoute_ans`, `ajoute_mois`, `ajoute_jours`, `ajoute_jours_ouvres`: none moved is none.
    pub(super) fn later(&self, name: &str, d: &Expr, n: &Expr, place: Place) -> Checked {
        let unit = match name {
            "ajoute_ans" => Unit::Annees,
            "ajoute_mois" => Unit::Mois,
            "ajoute_jours" => Unit::Jours,
            _ => Unit::JoursOuvres,
        };
        let d = self.date(d, place, true)?;
        let count = self.number(n, place)?;
        if !(count.ty == Type::Literal || count.ty == Type::Num(unit)) {
            let help = if let Type::Num(Unit::Annees) = count.ty { Some("écrire `ajoute_ans(date, n)`".to_owned()) } else { None };
            return fault(n.span, "R-021", format!("il faut ici un nombre en `{unit}`, et non {}", count.ty.describe()), help);
        }
        Ok(moved(unit, d, count))
    }

    /// `debut_mois`, `fin_mois`, `premier_du_mois_suivant`.
    pub(super) fn month_bound(&self, name: &str, d: &Expr, place: Place) -> Checked {
        let d = self.date(d, place, true)?;
        let (ty, entity) = (d.ty, d.entity);
        let node = if name == "debut_mois" { Node::MonthStart(Box::new(d)) } else { Node::MonthEnd(Box::new(d)) };
        let bound = Typed { node, ty, entity };
        if name != "premier_du_mois_suivant" {
            return Ok(bound);
        }
        let one = Typed { node: Node::Num(SCALE), ty: Type::Num(Unit::Jours), entity: None };
        Ok(Typed { node: Node::AddDays(Box::new(bound), Box::new(one)), ty, entity })
    }
}

/// A date moved by a count of a unit of time; years are twelve months each.
pub fn moved(unit: Unit, d: Typed, count: Typed) -> Typed {
    let (ty, entity) = (d.ty, join(&d, &count));
    let (d, count) = (Box::new(d), Box::new(count));
    let node = match unit {
        Unit::Annees => {
            let of = count.entity;
            let twelve = Box::new(Typed { node: Node::Num(12 * SCALE), ty: Type::Literal, entity: None });
            Node::AddMonths(d, Box::new(Typed { node: Node::Mul(count, twelve), ty: Type::Num(Unit::Mois), entity: of }))
        }
        Unit::Mois => Node::AddMonths(d, count),
        Unit::JoursOuvres => Node::AddWorkdays(d, count),
        _ => Node::AddDays(d, count),
    };
    Typed { node, ty, entity }
}

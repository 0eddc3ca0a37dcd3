//! Windows of months, and which names need a month.

use super::{Checked, Place, Scope, fault};
use crate::diagnostic::Span;
use crate::parameters::Form;
use crate::parser::{Expr, Kind};
use crate::typed::{Fold, Node, Typed, Window};
use crate::types::{Type, Unit};

impl Scope<'_> {
    pub(super) fn months(&self, name: &str, window: &Expr, body: &Expr, place: Place) -> Checked {
        let w = match &window.kind {
            Kind::Window(a, b) => Window::Fixed(*a, *b),
            Kind::Name(n) => match self.parameters.find(n).and_then(|i| self.parameters.all.get(i).map(|p| (i, p))) {
                Some((i, p)) if p.form == Form::Window => Window::Parameter(i),
                _ => {
                    return fault(
                        window.span,
                        "R-026",
                        format!("`{n}` n'est pas une fenêtre de mois"),
                        "écrire `M-4..M-2` ou le nom d'un paramètre `fenetre`".to_owned(),
                    );
                }
            },
            _ => {
                return fault(
                    window.span,
                    "R-026",
                    "fenêtre de mois attendue",
                    "écrire `M-4..M-2` ou le nom d'un paramètre `fenetre`".to_owned(),
                );
            }
        };
        if place.window {
            return fault(
                window.span,
                "R-026",
                "une fenêtre de mois dans une autre",
                "nommer un calcul `mensuel: true`, et le lire mois par mois".to_owned(),
            );
        }
        let inner = Place { month: true, window: true, ..place };
        let count = Type::Num(Unit::Nombre);
        let (node, ty, entity) = match name {
            "somme_mois" | "moyenne_mois" => {
                let x = self.number(body, inner)?;
                let entity = x.entity;
                if name == "moyenne_mois" {
                    let ty = if x.ty == Type::Literal { count } else { x.ty };
                    (Node::Mean(w, Box::new(x)), ty, entity)
                } else {
                    let ty = match x.ty {
                        Type::Num(Unit::EuroMois) => Type::Num(Unit::Euro),
                        Type::Literal => count,
                        t => t,
                    };
                    (Node::Months(Fold::Sum, w, Box::new(x)), ty, entity)
                }
            }
            _ => {
                let c = self.bool(body, inner)?;
                let entity = c.entity;
                let (fold, ty) = match name {
                    "existe_mois" => (Fold::Any, Type::Bool),
                    "tous_mois" => (Fold::All, Type::Bool),
                    _ => (Fold::Count, count),
                };
                (Node::Months(fold, w, c), ty, entity)
            }
        };
        Ok(Typed { node, ty, entity })
    }
}

/// A month is missing, or there is one too many.
pub(super) fn month_fault(name: &str, needs: bool, span: Span, place: Place) -> Checked {
    if needs {
        let help = if place.month {
            format!("écrire `{name}[m]`")
        } else {
            format!("écrire par exemple `{name}[M-1]`, ou `somme_mois(M-4..M-2, {name}[m])`")
        };
        fault(span, "R-027", format!("`{name}` a une valeur par mois : lequel ?"), help)
    } else {
        fault(span, "R-027", format!("`{name}` n'a pas de valeur par mois"), format!("écrire `{name}` sans crochets"))
    }
}

//! Groups of persons: what is made of the values of each of them.

use super::units::numbers_alike;
use super::{Checked, Place, Scope, fault};
use crate::diagnostic::Span;
use crate::parser::{Expr, Kind};
use crate::typed::{Fold, Group, Node, Typed};
use crate::types::{Entity, Type, Unit};

/// Groups within groups beyond this are refused: the work is multiplied by the persons at each level.
const MAX_GROUPS: usize = 3;

impl Scope<'_> {
    pub(super) fn persons(&self, name: &str, args: &[Expr], span: Span, place: Place) -> Checked {
        let (group_arg, rest) = match args {
            [g, rest @ ..] => (g, rest),
            [] => {
                return fault(
                    span,
                    "R-029",
                    format!("`{name}` porte sur un groupe de personnes"),
                    "par exemple `existe(adultes, …)`".to_owned(),
                );
            }
        };
        let group = match &group_arg.kind {
            Kind::Name(n) => Group::NAMES.iter().find(|(g, _)| g == n).map(|(_, g)| *g),
            _ => None,
        };
        let Some(group) = group else {
            return fault(
                group_arg.span,
                "R-023",
                "groupe de personnes inconnu",
                format!("groupes connus : {}", Group::NAMES.map(|g| g.0).join(", ")),
            );
        };
        if place.groups >= MAX_GROUPS {
            return fault(
                group_arg.span,
                "R-023",
                "trop de groupes de personnes l'un dans l'autre",
                "nommer un calcul intermédiaire".to_owned(),
            );
        }
        let inner = Place { entity: Entity::Personne, groups: place.groups + 1, ..place };
        let fold = match name {
            "somme" => Fold::Sum,
            "compte" => Fold::Count,
            "existe" => Fold::Any,
            "tous" => Fold::All,
            "plus_grand" => Fold::Max,
            _ => Fold::Min,
        };
        let truth = Typed { node: Node::Bool(true), ty: Type::Bool, entity: None };
        let (body, empty, ty) = match (fold, rest) {
            (Fold::Sum, [x]) => {
                let x = self.number(x, inner)?;
                let ty = x.ty;
                (x, None, ty)
            }
            (Fold::Count, []) => (truth, None, Type::Num(Unit::Nombre)),
            (Fold::Any, []) => (truth, None, Type::Bool),
            (Fold::Count, [c]) => (*self.bool(c, inner)?, None, Type::Num(Unit::Nombre)),
            (Fold::Any | Fold::All, [c]) => (*self.bool(c, inner)?, None, Type::Bool),
            (Fold::Min | Fold::Max, [x, empty]) => {
                // The answer is one of the foyer, so the value for an empty group is too.
                let at = empty.span;
                let (x, empty) = (self.number(x, inner)?, self.number(empty, Place { entity: Entity::Foyer, ..place })?);
                if empty.entity == Some(Entity::Personne) {
                    let help = "écrire un nombre, un paramètre ou une valeur du foyer".to_owned();
                    return fault(at, "R-024", "la valeur pour un groupe vide ne dépend pas d'une personne", help);
                }
                let ty = numbers_alike(&x, &empty, span)?;
                (x, Some(Box::new(empty)), ty)
            }
            (Fold::Min | Fold::Max, [x]) => {
                let x = self.number_or_date(x, inner)?;
                if !matches!(x.ty, Type::Date { .. }) {
                    let help = "ajouter la valeur pour un groupe vide : celle d'un groupe de dates est « aucune », celle de nombres se dit";
                    return fault(
                        span,
                        "R-029",
                        format!("`{name}` prend un groupe, une valeur, et la valeur pour un groupe vide"),
                        help.to_owned(),
                    );
                }
                (x, None, Type::Date { absent_possible: true })
            }
            (Fold::Min | Fold::Max, _) => {
                return fault(span, "R-029", format!("`{name}` prend un groupe, une valeur, et la valeur pour un groupe vide"), None);
            }
            _ => {
                return fault(
                    span,
                    "R-029",
                    format!("arguments inattendus pour `{name}`"),
                    "un groupe, puis une seule expression".to_owned(),
                );
            }
        };
        Ok(Typed { node: Node::Persons(fold, group, Box::new(body), empty), ty, entity: Some(Entity::Foyer) })
    }
}

//! Calls: the functions of the language, and tables with their index.

use super::units::{alike, convert, join};
use super::{Checked, Fault, Place, Scope, fault};
use crate::diagnostic::{Span, did_you_mean};
use crate::number::Rounding;
use crate::parameters::Form;
use crate::parser::{Expr, Kind, Period};
use crate::typed::{Node, Typed};
use crate::types::{Type, Unit};

/// The names of the language's own functions, for suggestions.
pub const FUNCTIONS: [&str; 31] = [
    "min",
    "max",
    "positif",
    "arrondi",
    "par_mois",
    "par_an",
    "en",
    "age",
    "age_mois",
    "jours_entre",
    "ajoute_ans",
    "ajoute_mois",
    "ajoute_jours",
    "ajoute_jours_ouvres",
    "debut_mois",
    "fin_mois",
    "premier_du_mois_suivant",
    "aucun",
    "connu",
    "somme",
    "compte",
    "existe",
    "tous",
    "plus_grand",
    "plus_petit",
    "somme_mois",
    "moyenne_mois",
    "existe_mois",
    "tous_mois",
    "compte_mois",
    "abs",
];

impl Scope<'_> {
    pub(super) fn call(&self, name: &str, args: &[Expr], span: Span, place: Place) -> Checked {
        let arity = |n: usize| -> Result<(), Box<Fault>> {
            if args.len() == n {
                Ok(())
            } else {
                fault(span, "R-029", format!("`{name}` prend {n} argument(s), et non {}", args.len()), None)
            }
        };
        let date = Type::Date { absent_possible: false };
        match (name, args) {
            ("min" | "max", [first, rest @ ..]) if !rest.is_empty() => {
                let mut acc = self.number_or_date(first, place)?;
                for e in rest {
                    let next = self.number_or_date(e, place)?;
                    let ty = alike(&acc, &next, span)?;
                    let entity = join(&acc, &next);
                    let (a, b) = (Box::new(acc), Box::new(next));
                    acc = Typed { node: if name == "min" { Node::Min(a, b) } else { Node::Max(a, b) }, ty, entity };
                }
                Ok(acc)
            }
            ("positif", [x]) => {
                let x = self.number(x, place)?;
                let zero = Typed { node: Node::Num(0), ty: x.ty, entity: None };
                Ok(Typed { ty: x.ty, entity: x.entity, node: Node::Max(Box::new(zero), Box::new(x)) })
            }
            ("abs", [x]) => {
                let x = self.number(x, place)?;
                let (ty, entity) = (x.ty, x.entity);
                let minus = Typed { node: Node::Neg(Box::new(x.clone())), ty, entity };
                Ok(Typed { node: Node::Max(Box::new(x), Box::new(minus)), ty, entity })
            }
            ("arrondi", [x, step, how]) => {
                let x = self.number(x, place)?;
                let Kind::Number(step) = step.kind else {
                    return fault(
                        step.span,
                        "R-029",
                        "le pas d'un arrondi est un nombre écrit",
                        "par exemple `arrondi(x, 0.01, proche)`".to_owned(),
                    );
                };
                let how = match &how.kind {
                    Kind::Name(n) if n == "proche" => Rounding::Nearest,
                    Kind::Name(n) if n == "inferieur" => Rounding::Down,
                    Kind::Name(n) if n == "superieur" => Rounding::Up,
                    _ => {
                        return fault(
                            how.span,
                            "R-029",
                            "sens d'arrondi inconnu",
                            "écrire `proche`, `inferieur` ou `superieur`".to_owned(),
                        );
                    }
                };
                Ok(Typed { ty: x.ty, entity: x.entity, node: Node::Round(Box::new(x), step, how) })
            }
            ("par_mois" | "par_an", [x]) => {
                let x = self.number(x, place)?;
                convert(name, x, span)
            }
            ("en", [unit, x]) => {
                let Kind::Name(u) = &unit.kind else { return fault(unit.span, "R-013", "unité attendue", None) };
                let Some(unit) = Unit::parse(u) else { return fault(unit.span, "R-013", format!("unité inconnue `{u}`"), None) };
                Ok(Typed { ty: Type::Num(unit), ..self.number(x, place)? })
            }
            ("age" | "age_mois" | "jours_entre", [from, to]) => self.between(name, from, to, place),
            ("ajoute_ans" | "ajoute_mois" | "ajoute_jours" | "ajoute_jours_ouvres", [d, n]) => self.later(name, d, n, place),
            ("debut_mois" | "fin_mois" | "premier_du_mois_suivant", [d]) => self.month_bound(name, d, place),
            ("aucun", [d]) => {
                let d = self.date(d, place, true)?;
                if d.ty == date {
                    return fault(
                        span,
                        "R-025",
                        "cette date n'est jamais absente",
                        "`aucun(…)` s'applique à une date déclarée `peut_etre_absent`".to_owned(),
                    );
                }
                Ok(Typed { entity: d.entity, node: Node::IsAbsent(Box::new(d)), ty: Type::Bool })
            }
            ("connu", [x]) => {
                let x = self.expr(x, place, None)?;
                if !matches!(x.node, Node::Input(..)) {
                    let help = "seul un fait du vocabulaire est connu ou non : `connu(date_depot)`, `connu(salaire_net[M-1])`";
                    return fault(span, "R-029", "`connu(…)` porte sur un fait", help.to_owned());
                }
                Ok(Typed { entity: x.entity, node: Node::Known(Box::new(x)), ty: Type::Bool })
            }
            ("somme" | "compte" | "existe" | "tous" | "plus_grand" | "plus_petit", _) => self.persons(name, args, span, place),
            ("somme_mois" | "moyenne_mois" | "existe_mois" | "tous_mois" | "compte_mois", [w, body]) => self.months(name, w, body, place),
            ("min" | "max", _) => fault(span, "R-029", format!("`{name}` prend au moins deux arguments"), None),
            ("positif" | "abs" | "par_mois" | "par_an" | "debut_mois" | "fin_mois" | "premier_du_mois_suivant" | "aucun" | "connu", _) => {
                arity(1).and_then(|()| fault(span, "R-029", "argument inattendu", None))
            }
            (
                "en"
                | "age"
                | "age_mois"
                | "jours_entre"
                | "ajoute_ans"
                | "ajoute_mois"
                | "ajoute_jours"
                | "ajoute_jours_ouvres"
                | "somme_mois"
                | "moyenne_mois"
                | "existe_mois"
                | "tous_mois"
                | "compte_mois",
                _,
            ) => arity(2).and_then(|()| fault(span, "R-029", "argument inattendu", None)),
            ("arrondi", _) => arity(3).and_then(|()| fault(span, "R-029", "argument inattendu", None)),
            (_, [index]) if self.parameters.find(name).is_some() => self.lookup(name, index, span, place),
            _ => {
                let known = FUNCTIONS.iter().copied().chain(self.parameters.all.iter().map(|p| p.name.as_str()));
                let help = did_you_mean(name, known).map(|n| format!("vouliez-vous dire `{n}` ?"));
                fault(span, "R-020", format!("fonction ou table inconnue `{name}`"), help)
            }
        }
    }

    fn lookup(&self, name: &str, index: &Expr, span: Span, place: Place) -> Checked {
        let id = self.parameters.find(name).unwrap_or(0);
        let Some(p) = self.parameters.all.get(id) else { return fault(span, "R-020", "table inconnue", None) };
        let i = match p.form {
            Form::Table => {
                let i = self.number(index, place)?;
                if !matches!(i.ty, Type::Literal | Type::Num(Unit::Nombre)) {
                    return fault(index.span, "R-021", "l'indice d'une table est un nombre entier", None);
                }
                i
            }
            Form::ByCode => {
                let i = self.expr(index, place, p.list.map(Type::Code))?;
                if Some(i.ty) != p.list.map(Type::Code) {
                    return fault(index.span, "R-021", "l'indice de cette table est un code de sa liste", None);
                }
                i
            }
            Form::ByBirth => self.date(index, place, false)?,
            Form::Scalar | Form::Day | Form::Window => {
                return fault(span, "R-028", format!("`{name}` n'est pas une table"), format!("écrire `{name}` sans parenthèses"));
            }
        };
        let (unit, entity) = (p.unit, i.entity);
        Ok(Typed { node: Node::Lookup(id, Period::Valued(0), Box::new(i)), ty: Type::Num(unit), entity })
    }
}

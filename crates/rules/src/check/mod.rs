//! Trees to checked expressions: every name resolved, every type and unit settled, or a diagnostic.

mod calls;
pub(crate) mod dates;
mod groups;
mod months;
mod units;

use crate::diagnostic::{Span, did_you_mean};
use crate::number;
use crate::parameters::{Form, Parameters};
use crate::parser::{Binary, Cmp, Expr, Kind, Period};
use crate::typed::{Node, Typed};
use crate::types::{Entity, Type, Unit};
use crate::vocabulary::Vocabulary;
pub use calls::FUNCTIONS;
use months::month_fault;
use std::collections::HashMap;
use units::{arithmetic, join, numbers_alike, widest};

/// What is known of a computation before its formula is read.
#[derive(Debug, Clone, Copy)]
pub struct Signature {
    /// Position in the pack.
    pub id: usize,
    /// Declared type.
    pub ty: Type,
    /// Whose value it is.
    pub entity: Entity,
    /// Whether it is computed for a month.
    pub monthly: bool,
}

/// Where names are looked up.
pub struct Scope<'a> {
    /// Facts.
    pub vocabulary: &'a Vocabulary,
    /// Dated parameters.
    pub parameters: &'a Parameters,
    /// Computations by qualified name.
    pub calcs: &'a HashMap<String, Signature>,
    /// The right whose file is read: its names need no prefix.
    pub prefix: &'a str,
}

/// Where an expression stands.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Whose value it must be.
    pub entity: Entity,
    /// Whether `m` means something here.
    pub month: bool,
    /// Whether a window of months stands around.
    window: bool,
    /// Groups of persons around.
    groups: usize,
}

impl Place {
    /// At the top of a formula.
    #[must_use]
    pub const fn new(entity: Entity, month: bool) -> Self {
        Self { entity, month, window: false, groups: 0 }
    }
}

/// A fault in an expression: bytes of its text, code, message, advice.
pub type Fault = (Span, &'static str, String, Option<String>);

type Checked = Result<Typed, Box<Fault>>;

fn fault<T>(span: Span, code: &'static str, message: impl Into<String>, help: impl Into<Option<String>>) -> Result<T, Box<Fault>> {
    Err(Box::new((span, code, message.into(), help.into())))
}

impl Scope<'_> {
    /// Checks an expression against the type that is expected of it.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self, e: &Expr, place: Place, expected: Type) -> Checked {
        let t = self.expr(e, place, Some(expected))?;
        self.expect(t, expected, e.span, place)
    }

    fn expect(&self, t: Typed, expected: Type, span: Span, place: Place) -> Checked {
        if place.entity == Entity::Foyer && t.entity == Some(Entity::Personne) {
            return fault(
                span,
                "R-024",
                "une valeur de personne là où il en faut une du foyer",
                "l'entourer de `somme(membres, …)`, `existe(adultes, …)` ou `tous(…)`".to_owned(),
            );
        }
        let ok = match (expected, t.ty) {
            (Type::Num(u), Type::Literal) => !u.is_money() || matches!(t.node, Node::Num(0)),
            (Type::Date { absent_possible: a }, Type::Date { absent_possible: b }) => a || !b,
            (a, b) => a == b,
        };
        if ok {
            return Ok(Typed { ty: if t.ty == Type::Literal { expected } else { t.ty }, ..t });
        }
        let help = match (expected, t.ty) {
            (Type::Num(u), Type::Literal) if u.is_money() => {
                Some("un montant que la loi fixe est un paramètre daté, sous `parametres/`".to_owned())
            }
            (Type::Num(a), Type::Num(b)) if a.is_money() && b.is_money() => Some("convertir avec `par_mois(…)` ou `par_an(…)`".to_owned()),
            (Type::Date { .. }, Type::Date { .. }) => {
                Some("cette date peut être absente : écrire d'abord `non aucun(…)` dans une condition".to_owned())
            }
            _ => None,
        };
        fault(span, "R-021", format!("il faut ici {}, et non {}", expected.describe(), t.ty.describe()), help)
    }

    fn bool(&self, e: &Expr, place: Place) -> Result<Box<Typed>, Box<Fault>> {
        let t = self.expr(e, place, Some(Type::Bool))?;
        if t.ty == Type::Bool {
            Ok(Box::new(t))
        } else {
            fault(e.span, "R-021", format!("il faut ici une condition, et non {}", t.ty.describe()), None)
        }
    }

    fn number(&self, e: &Expr, place: Place) -> Result<Typed, Box<Fault>> {
        let t = self.expr(e, place, None)?;
        if matches!(t.ty, Type::Num(_) | Type::Literal) {
            Ok(t)
        } else {
            fault(e.span, "R-021", format!("il faut ici un nombre, et non {}", t.ty.describe()), None)
        }
    }

    fn date(&self, e: &Expr, place: Place, absent_allowed: bool) -> Result<Typed, Box<Fault>> {
        let t = self.expr(e, place, None)?;
        match t.ty {
            Type::Date { absent_possible } if absent_allowed || !absent_possible => Ok(t),
            Type::Date { .. } => fault(
                e.span,
                "R-025",
                "cette date peut être absente",
                "traiter d'abord le cas avec `aucun(…)`, ou comparer directement la date".to_owned(),
            ),
            other => fault(e.span, "R-021", format!("il faut ici une date, et non {}", other.describe()), None),
        }
    }

    fn expr(&self, e: &Expr, place: Place, hint: Option<Type>) -> Checked {
        let span = e.span;
        match &e.kind {
            Kind::Number(n) => Ok(Typed { node: Node::Num(*n), ty: Type::Literal, entity: None }),
            Kind::Bool(b) => Ok(Typed { node: Node::Bool(*b), ty: Type::Bool, entity: None }),
            Kind::Date(d) => Ok(Typed { node: Node::Date(*d), ty: Type::Date { absent_possible: false }, entity: None }),
            Kind::Window(..) => fault(span, "R-026", "une fenêtre de mois n'a de sens que dans `somme_mois(…)` et ses voisines", None),
            Kind::Name(name) => self.name(name, None, span, place, hint),
            Kind::At(inner, period) => {
                let Kind::Name(name) = &inner.kind else {
                    return fault(inner.span, "R-027", "seul un nom peut porter un mois entre crochets", None);
                };
                if matches!(period, Period::Current(_)) && !place.month {
                    return fault(
                        span,
                        "R-027",
                        "`m` n'a pas de sens ici",
                        "`m` est le mois courant de `somme_mois(…)` ou d'un calcul `mensuel` ; sinon écrire `M`".to_owned(),
                    );
                }
                self.name(name, Some(*period), span, place, hint)
            }
            Kind::Not(a) => {
                let a = self.bool(a, place)?;
                if matches!(a.node, Node::Known(_)) {
                    let help = "`connu(…)` est vrai ou inconnu, jamais faux : une règle ne conclut rien d'un fait qui manque";
                    return fault(span, "R-035", "`non connu(…)` n'est jamais vrai", help.to_owned());
                }
                Ok(Typed { entity: a.entity, node: Node::Not(a), ty: Type::Bool })
            }
            Kind::Neg(a) => {
                let a = self.number(a, place)?;
                if let Node::Num(n) = a.node {
                    return Ok(Typed { node: Node::Num(number::neg(n)), ..a });
                }
                Ok(Typed { entity: a.entity, ty: a.ty, node: Node::Neg(Box::new(a)) })
            }
            Kind::Binary(Binary::And, a, b) => {
                let (a, b) = (self.bool(a, place)?, self.bool(b, place)?);
                Ok(Typed { entity: join(&a, &b), node: Node::And(a, b), ty: Type::Bool })
            }
            Kind::Binary(Binary::Or, a, b) => {
                let (a, b) = (self.bool(a, place)?, self.bool(b, place)?);
                Ok(Typed { entity: join(&a, &b), node: Node::Or(a, b), ty: Type::Bool })
            }
            Kind::Binary(Binary::Cmp(op), a, b) => self.compare(*op, a, b, place),
            Kind::Binary(op, a, b) => {
                let (x, y) = (self.number(a, place)?, self.number(b, place)?);
                let ty = arithmetic(*op, &x, &y, span)?;
                let entity = join(&x, &y);
                let (x, y) = (Box::new(x), Box::new(y));
                let node = match op {
                    Binary::Add => Node::Add(x, y),
                    Binary::Sub => Node::Sub(x, y),
                    Binary::Mul => Node::Mul(x, y),
                    _ => Node::Div(x, y),
                };
                Ok(Typed { node, ty, entity })
            }
            Kind::In(a, items) => {
                let a = self.expr(a, place, None)?;
                let Type::Code(list) = a.ty else {
                    return fault(span, "R-022", "`dans (…)` s'applique à un code", "pour un nombre, écrire `x entre a et b`".to_owned());
                };
                let mut set = 0u64;
                for item in items {
                    set |= 1u64 << self.code(item, list)?;
                }
                Ok(Typed { entity: a.entity, node: Node::CodeIn(Box::new(a), set), ty: Type::Bool })
            }
            Kind::Between(a, lo, hi) => {
                let low = self.compare(Cmp::Ge, a, lo, place)?;
                let high = self.compare(Cmp::Le, a, hi, place)?;
                Ok(Typed { entity: join(&low, &high), node: Node::And(Box::new(low), Box::new(high)), ty: Type::Bool })
            }
            Kind::If(c, a, b) => {
                let c = self.bool(c, place)?;
                let (x, y) = (self.expr(a, place, hint)?, self.expr(b, place, hint)?);
                let ty = match (x.ty, y.ty) {
                    (Type::Date { absent_possible: p }, Type::Date { absent_possible: q }) => Type::Date { absent_possible: p || q },
                    (p, q) if p == q => p,
                    _ => numbers_alike(&x, &y, span)?,
                };
                let entity = widest(join(&x, &y), c.entity);
                Ok(Typed { node: Node::If(c, Box::new(x), Box::new(y)), ty, entity })
            }
            Kind::Call(name, args) => self.call(name, args, span, place),
        }
    }

    fn code(&self, e: &Expr, list: usize) -> Result<usize, Box<Fault>> {
        let codes = self.vocabulary.lists.get(list);
        let names = || codes.map(|l| l.codes.join(", ")).unwrap_or_default();
        let Kind::Name(name) = &e.kind else {
            return fault(e.span, "R-022", "un code de la liste est attendu ici", format!("codes connus : {}", names()));
        };
        match codes.and_then(|l| l.index(name)) {
            Some(i) => Ok(i),
            None => {
                let close = codes.and_then(|l| did_you_mean(name, l.codes.iter().map(String::as_str)));
                let help = close.map_or_else(|| format!("codes connus : {}", names()), |c| format!("vouliez-vous dire `{c}` ?"));
                fault(e.span, "R-022", format!("code inconnu `{name}`"), help)
            }
        }
    }

    fn compare(&self, op: Cmp, a: &Expr, b: &Expr, place: Place) -> Checked {
        let x = self.expr(a, place, None)?;
        let span = a.span.to(b.span);
        if let Type::Code(list) = x.ty {
            let set = 1u64 << self.code(b, list)?;
            let inside = Typed { entity: x.entity, node: Node::CodeIn(Box::new(x), set), ty: Type::Bool };
            return match op {
                Cmp::Eq => Ok(inside),
                Cmp::Ne => Ok(Typed { entity: inside.entity, node: Node::Not(Box::new(inside)), ty: Type::Bool }),
                _ => fault(
                    span,
                    "R-022",
                    "un code n'est ni plus grand ni plus petit qu'un autre",
                    "écrire `=`, `<>` ou `dans (…)`".to_owned(),
                ),
            };
        }
        let y = self.expr(b, place, None)?;
        match (x.ty, y.ty) {
            (Type::Date { .. }, Type::Date { .. }) => {}
            (Type::Num(_) | Type::Literal, Type::Num(_) | Type::Literal) => {
                numbers_alike(&x, &y, span)?;
            }
            _ => return fault(span, "R-021", format!("comparaison impossible entre {} et {}", x.ty.describe(), y.ty.describe()), None),
        }
        Ok(Typed { entity: join(&x, &y), node: Node::Compare(op, Box::new(x), Box::new(y)), ty: Type::Bool })
    }

    fn name(&self, name: &str, period: Option<Period>, span: Span, place: Place, hint: Option<Type>) -> Checked {
        match (name, period) {
            ("aujourd_hui", None) => return Ok(Typed { node: Node::Today, ty: Type::Date { absent_possible: false }, entity: None }),
            ("debut", Some(p)) => return Ok(Typed { node: Node::FirstDay(p), ty: Type::Date { absent_possible: false }, entity: None }),
            ("fin", Some(p)) => return Ok(Typed { node: Node::LastDay(p), ty: Type::Date { absent_possible: false }, entity: None }),
            _ => {}
        }
        if let Some(sig) = self.signature(name) {
            if sig.monthly != period.is_some() {
                return month_fault(name, sig.monthly, span, place);
            }
            return Ok(Typed { node: Node::Calc(sig.id, period), ty: sig.ty, entity: Some(sig.entity) });
        }
        if let Some((id, v)) = self.vocabulary.find(name).and_then(|i| self.vocabulary.variables.get(i).map(|v| (i, v))) {
            if v.series != period.is_some() {
                return month_fault(name, v.series, span, place);
            }
            return Ok(Typed { node: Node::Input(id, period), ty: v.ty, entity: Some(v.entity) });
        }
        if let Some(id) = self.parameters.find(name) {
            let p = self.parameters.all.get(id);
            if p.is_some_and(|p| p.form == Form::Day) {
                let period = period.unwrap_or(Period::Valued(0));
                return Ok(Typed { node: Node::Param(id, period), ty: Type::Date { absent_possible: false }, entity: None });
            }
            if p.is_none_or(|p| p.form != Form::Scalar) {
                return fault(span, "R-028", format!("`{name}` est une table : il lui faut un indice"), format!("écrire `{name}(…)`"));
            }
            let unit = p.map_or(Unit::Nombre, |p| p.unit);
            return Ok(Typed { node: Node::Param(id, period.unwrap_or(Period::Valued(0))), ty: Type::Num(unit), entity: None });
        }
        // A bare code, when the place expects a code of a known list.
        if let (Some(Type::Code(list)), None) = (hint, period)
            && let Some(i) = self.vocabulary.lists.get(list).and_then(|l| l.index(name))
        {
            return Ok(Typed { node: Node::Code(i), ty: Type::Code(list), entity: None });
        }
        let known = self
            .calcs
            .keys()
            .map(String::as_str)
            .flat_map(|k| [Some(k), k.strip_prefix(self.prefix).and_then(|r| r.strip_prefix('.'))])
            .flatten()
            .chain(self.vocabulary.variables.iter().map(|v| v.name.as_str()))
            .chain(self.parameters.all.iter().map(|p| p.name.as_str()));
        // Other languages compare with a value for none; here nothing is equal to none.
        let help = if matches!(name, "aucun" | "null" | "nul" | "rien" | "vide" | "absent") {
            Some("une date absente ne se compare pas : écrire `aucun(…)`".to_owned())
        } else {
            did_you_mean(name, known).map(|n| format!("vouliez-vous dire `{n}` ?"))
        };
        fault(span, "R-020", format!("nom inconnu `{name}`"), help)
    }

    fn signature(&self, name: &str) -> Option<Signature> {
        self.calcs.get(&format!("{}.{name}", self.prefix)).or_else(|| self.calcs.get(name)).copied()
    }
}

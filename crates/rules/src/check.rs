//! Trees to checked expressions: every name resolved, every type and unit settled, or a diagnostic.

use crate::diagnostic::{Span, did_you_mean};
use crate::number::{self, Rounding, SCALE};
use crate::parameters::{Form, Parameters};
use crate::parser::{Binary, Cmp, Expr, Kind, Period};
use crate::typed::{Fold, Group, Node, Typed, Window};
use crate::types::{Entity, Type, Unit};
use crate::vocabulary::Vocabulary;
use std::collections::HashMap;

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

/// Groups within groups beyond this are refused: the work is multiplied by the persons at each level.
const MAX_GROUPS: usize = 3;

/// A fault in an expression: bytes of its text, code, message, advice.
pub type Fault = (Span, &'static str, String, Option<String>);

type Checked = Result<Typed, Box<Fault>>;

fn fault<T>(span: Span, code: &'static str, message: impl Into<String>, help: impl Into<Option<String>>) -> Result<T, Box<Fault>> {
    Err(Box::new((span, code, message.into(), help.into())))
}

/// The names of the language's own functions, for suggestions.
pub const FUNCTIONS: [&str; 27] = [
    "min",
    "max",
    "positif",
    "arrondi",
    "par_mois",
    "par_an",
    "en",
    "age",
    "age_mois",
    "ajoute_mois",
    "ajoute_jours",
    "debut_mois",
    "fin_mois",
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
        let help = did_you_mean(name, known).map(|n| format!("vouliez-vous dire `{n}` ?"));
        fault(span, "R-020", format!("nom inconnu `{name}`"), help)
    }

    fn signature(&self, name: &str) -> Option<Signature> {
        self.calcs.get(&format!("{}.{name}", self.prefix)).or_else(|| self.calcs.get(name)).copied()
    }

    fn call(&self, name: &str, args: &[Expr], span: Span, place: Place) -> Checked {
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
                let mut acc = self.number(first, place)?;
                for e in rest {
                    let next = self.number(e, place)?;
                    let ty = numbers_alike(&acc, &next, span)?;
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
            ("age" | "age_mois", [birth, on]) => {
                let (b, on) = (self.date(birth, place, false)?, self.date(on, place, false)?);
                let entity = join(&b, &on);
                let (b, on) = (Box::new(b), Box::new(on));
                Ok(if name == "age" {
                    Typed { node: Node::AgeYears(b, on), ty: Type::Num(Unit::Annees), entity }
                } else {
                    Typed { node: Node::AgeMonths(b, on), ty: Type::Num(Unit::Mois), entity }
                })
            }
            ("ajoute_mois" | "ajoute_jours", [d, n]) => {
                let d = self.date(d, place, true)?;
                let count = self.number(n, place)?;
                let (unit, months) = if name == "ajoute_mois" { (Unit::Mois, true) } else { (Unit::Jours, false) };
                if !(count.ty == Type::Literal || count.ty == Type::Num(unit)) {
                    return fault(n.span, "R-021", format!("il faut ici un nombre en `{unit}`, et non {}", count.ty.describe()), None);
                }
                let (ty, entity) = (d.ty, join(&d, &count));
                let (d, count) = (Box::new(d), Box::new(count));
                Ok(Typed { node: if months { Node::AddMonths(d, count) } else { Node::AddDays(d, count) }, ty, entity })
            }
            ("debut_mois" | "fin_mois", [d]) => {
                let d = self.date(d, place, true)?;
                let (ty, entity) = (d.ty, d.entity);
                Ok(Typed {
                    node: if name == "debut_mois" { Node::MonthStart(Box::new(d)) } else { Node::MonthEnd(Box::new(d)) },
                    ty,
                    entity,
                })
            }
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
            ("positif" | "abs" | "par_mois" | "par_an" | "debut_mois" | "fin_mois" | "aucun" | "connu", _) => {
                arity(1).and_then(|()| fault(span, "R-029", "argument inattendu", None))
            }
            (
                "en" | "age" | "age_mois" | "ajoute_mois" | "ajoute_jours" | "somme_mois" | "moyenne_mois" | "existe_mois" | "tous_mois"
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
            Form::Scalar | Form::Window => {
                return fault(span, "R-028", format!("`{name}` n'est pas une table"), format!("écrire `{name}` sans parenthèses"));
            }
        };
        let (unit, entity) = (p.unit, i.entity);
        Ok(Typed { node: Node::Lookup(id, Period::Valued(0), Box::new(i)), ty: Type::Num(unit), entity })
    }

    fn persons(&self, name: &str, args: &[Expr], span: Span, place: Place) -> Checked {
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

    fn months(&self, name: &str, window: &Expr, body: &Expr, place: Place) -> Checked {
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

fn month_fault(name: &str, needs: bool, span: Span, place: Place) -> Checked {
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

fn join(a: &Typed, b: &Typed) -> Option<Entity> {
    widest(a.entity, b.entity)
}

fn widest(a: Option<Entity>, b: Option<Entity>) -> Option<Entity> {
    // A person's value wins: the foyer's is the same for each of its persons.
    match (a, b) {
        (Some(Entity::Personne), _) | (_, Some(Entity::Personne)) => Some(Entity::Personne),
        (a, b) => a.or(b),
    }
}

/// Two numbers that are added, compared or chosen between must have one unit.
fn numbers_alike(a: &Typed, b: &Typed, span: Span) -> Result<Type, Box<Fault>> {
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

fn arithmetic(op: Binary, a: &Typed, b: &Typed, span: Span) -> Result<Type, Box<Fault>> {
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

fn convert(name: &str, x: Typed, span: Span) -> Checked {
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

//! What an expression reads, one level down: computations, facts and parameters, for which months and for
//! whom.

use recours_rules::date::{self, Month};
use recours_rules::pack::Pack;
use recours_rules::parameters::Value;
use recours_rules::parser::Period;
use recours_rules::truth::Truth;
use recours_rules::typed::{Group, Node, Typed, Window};
use recours_rules::types::Type;

/// What is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Quoi {
    /// A computation.
    Calcul(usize),
    /// A fact.
    Fait(usize),
    /// A parameter.
    Parametre(usize),
}

impl Quoi {
    /// The type of its values.
    pub(super) fn nature(self, pack: &Pack) -> Type {
        let trouve = match self {
            Self::Calcul(c) => pack.calcs.get(c).map(|c| c.ty),
            Self::Fait(v) => pack.vocabulary.variables.get(v).map(|v| v.ty),
            Self::Parametre(p) => pack.parameters.all.get(p).map(|p| Type::Num(p.unit)),
        };
        trouve.unwrap_or(Type::Bool)
    }
}

/// One thing read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Lecture {
    /// What.
    pub quoi: Quoi,
    /// For these persons; `None` for the person (or foyer) at hand.
    pub groupe: Option<Group>,
    /// For these months; none when it is not monthly.
    pub mois: Vec<Month>,
}

/// Collects what `t` reads when the months at hand are `mois` (none outside monthly computations), each thing
/// once, in the order of the text.
pub(super) fn lectures(pack: &Pack, t: &Typed, mois: &[Month]) -> Vec<Lecture> {
    lectures_utiles(pack, t, mois, &|_| Truth::Unknown)
}

/// As [`lectures`], without the branches of choices that `choix` shows not to be taken.
pub(super) fn lectures_utiles(pack: &Pack, t: &Typed, mois: &[Month], choix: &dyn Fn(&Typed) -> Truth) -> Vec<Lecture> {
    let mut c = Collecte { pack, m: date::month_of(pack.on), choix, sortie: Vec::new() };
    c.suivre(t, mois, None);
    c.sortie
}

struct Collecte<'a> {
    pack: &'a Pack,
    m: Month,
    choix: &'a dyn Fn(&Typed) -> Truth,
    sortie: Vec<Lecture>,
}

impl Collecte<'_> {
    fn lire(&mut self, quoi: Quoi, groupe: Option<Group>, mois: Vec<Month>) {
        match self.sortie.iter_mut().find(|l| l.quoi == quoi && l.groupe == groupe) {
            Some(deja) => {
                deja.mois.extend(mois);
                deja.mois.sort_unstable();
                deja.mois.dedup();
            }
            None => self.sortie.push(Lecture { quoi, groupe, mois }),
        }
    }

    fn resoudre(&self, p: Period, mois: &[Month]) -> Vec<Month> {
        match p {
            Period::Valued(d) => vec![self.m + d],
            Period::Current(d) if mois.is_empty() => vec![self.m + d],
            Period::Current(d) => mois.iter().map(|m| m + d).collect(),
            Period::Calendar { month, years } => vec![(self.m.div_euclid(12) + years) * 12 + month - 1],
        }
    }

    fn fenetre(&self, w: Window) -> Vec<Month> {
        let (de, a) = match w {
            Window::Fixed(a, b) => (a, b),
            Window::Parameter(p) => match self.pack.parameters.all.get(p).and_then(|p| p.on(date::first_day(self.m))) {
                Some(Value::Window(a, b)) => (*a, *b),
                _ => (0, -1),
            },
        };
        (de..=a).map(|k| self.m + k).collect()
    }

    fn suivre(&mut self, t: &Typed, mois: &[Month], groupe: Option<Group>) {
        match &t.node {
            Node::Param(p, quand) | Node::Lookup(p, quand, _) => {
                let quand = self.resoudre(*quand, mois);
                self.lire(Quoi::Parametre(*p), None, quand);
            }
            Node::Input(v, quand) => {
                let quand = quand.map_or_else(Vec::new, |p| self.resoudre(p, mois));
                self.lire(Quoi::Fait(*v), groupe, quand);
            }
            Node::Calc(c, quand) => {
                let mensuel = self.pack.calcs.get(*c).is_some_and(|c| c.monthly);
                let quand = quand.filter(|_| mensuel).map_or_else(Vec::new, |p| self.resoudre(p, mois));
                self.lire(Quoi::Calcul(*c), groupe, quand);
            }
            Node::Months(_, w, a) | Node::Mean(w, a) => {
                let fenetre = self.fenetre(*w);
                return self.suivre(a, &fenetre, groupe);
            }
            // Whoever is in a group may choose otherwise than his neighbour: both branches then.
            Node::If(c, a, b) if groupe.is_none() && (self.choix)(c) != Truth::Unknown => {
                self.suivre(c, mois, groupe);
                let prise = if (self.choix)(c) == Truth::True { a } else { b };
                return self.suivre(prise, mois, groupe);
            }
            Node::Persons(_, g, a, vide) => {
                self.suivre(a, mois, Some(*g));
                if let Some(v) = vide {
                    self.suivre(v, mois, groupe);
                }
                return;
            }
            _ => {}
        }
        for dessous in t.children() {
            self.suivre(dessous, mois, groupe);
        }
    }
}

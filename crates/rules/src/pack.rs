//! A checked rule pack: what engines consume. Built from texts, for a given day.

mod build;
mod order;

use crate::date::Days;
use crate::diagnostic::{Diagnostic, Span};
use crate::document::{CaseDoc, PieceDoc};
use crate::parameters::Parameters;
use crate::typed::{Node, Typed, Window};
use crate::types::{Entity, Type};
use crate::vocabulary::{Crossing, Vocabulary};
use std::collections::{BTreeMap, BTreeSet};

/// A rule file as given by the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Name shown in diagnostics, with `/`.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// A named computation.
#[derive(Debug, Clone)]
pub struct Calc {
    /// Qualified name (`rsa.ressources`).
    pub name: String,
    /// One French sentence, or the name.
    pub label: String,
    /// Law.
    pub source: String,
    /// Declared type.
    pub ty: Type,
    /// Whose value it is.
    pub entity: Entity,
    /// Whether it is computed for a month.
    pub monthly: bool,
    /// The checked formula.
    pub body: Typed,
    /// File and place.
    pub place: (String, Span),
}

/// A right that may not be received, or a rupture that may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RightKind {
    /// A right.
    Droit,
    /// A loss that can be foreseen.
    Rupture,
}

/// For which time an amount is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountPeriod {
    /// Each month.
    Month,
    /// Each year.
    Year,
    /// Once.
    Once,
}

/// A clause: one sentence, one article, one expression.
#[derive(Debug, Clone)]
pub struct Condition {
    /// Name.
    pub id: String,
    /// The sentence.
    pub label: String,
    /// The article.
    pub source: String,
    /// Its computation.
    pub calc: usize,
}

/// A condition of the law that the rule leaves out: caps the grade at `probable`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotModelled {
    /// Name.
    pub id: String,
    /// The sentence.
    pub label: String,
    /// Law.
    pub source: String,
}

/// An assumption that may be made when a fact is unknown: caps the grade at `probable`.
#[derive(Debug, Clone)]
pub struct Assumption {
    /// Name.
    pub id: String,
    /// The sentence.
    pub label: String,
    /// Where it comes from.
    pub source: String,
    /// The fact supposed.
    pub variable: usize,
    /// The value supposed (no facts in it).
    pub value: Typed,
}

/// A right or rupture.
#[derive(Debug, Clone)]
pub struct Right {
    /// Identifier.
    pub id: String,
    /// Version of the rule.
    pub version: String,
    /// Right or rupture.
    pub kind: RightKind,
    /// Name for people.
    pub label: String,
    /// Body that pays or decides.
    pub body: String,
    /// Person or foyer.
    pub unit: Entity,
    /// For which time the amount is.
    pub period: AmountPeriod,
    /// Law.
    pub source: String,
    /// What may happen to the verdict between bodies.
    pub crossing: Crossing,
    /// For a rupture: the right concerned.
    pub concerns: Option<String>,
    /// Stage of the procedure.
    pub stage: String,
    /// Clauses.
    pub conditions: Vec<Condition>,
    /// Computation: all conditions hold and the amount payable is positive.
    pub entitled: usize,
    /// Computation: amount payable, zero when a condition fails.
    pub amount: Option<usize>,
    /// Computation: the right is received.
    pub received: Option<usize>,
    /// Computation: the date of the loss.
    pub deadline: Option<usize>,
    /// Computation: the last date at which acting helps.
    pub useful_date: Option<usize>,
    /// Computation: the person already acted.
    pub acted: Option<usize>,
    /// Conditions left out.
    pub not_modelled: Vec<NotModelled>,
    /// Assumptions that may be made.
    pub assumptions: Vec<Assumption>,
    /// What to propose, for people.
    pub propose: String,
    /// Upper figure, for people.
    pub up_to: Option<String>,
    /// What accepting commits to, for people.
    pub commits: Vec<String>,
    /// Pieces that the procedure asks for.
    pub pieces: Vec<PieceDoc>,
    /// Worked cases.
    pub cases: Vec<CaseDoc>,
    /// File and place.
    pub place: (String, Span),
}

impl Right {
    /// `id@version`, as findings write it.
    #[must_use]
    pub fn rule(&self) -> String {
        format!("{}@{}", self.id, self.version)
    }
}

/// A checked rule pack.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The day for which rule versions were chosen.
    pub on: Days,
    /// Facts and code lists.
    pub vocabulary: Vocabulary,
    /// Dated parameters.
    pub parameters: Parameters,
    /// Computations, each after those that it uses.
    pub calcs: Vec<Calc>,
    /// Rights and ruptures, in order of identifier.
    pub rights: Vec<Right>,
    /// Formulas of facts from other facts, by position in the vocabulary.
    pub derived: BTreeMap<usize, Typed>,
    /// The fact that says who is who in the foyer.
    pub role: usize,
    /// What deserves attention without preventing use.
    pub warnings: Vec<Diagnostic>,
}

impl Pack {
    /// Reads and checks the files of a pack for a given day. Files of overlays (`variante:`) among `files`
    /// are refused: they come in `overlay`.
    ///
    /// # Errors
    /// Every fault found, never an empty list.
    pub fn build(files: &[SourceFile], overlay: Option<&SourceFile>, on: Days) -> Result<Self, Vec<Diagnostic>> {
        build::build(files, overlay, on)
    }

    /// Position of a right or rupture.
    #[must_use]
    pub fn right(&self, id: &str) -> Option<usize> {
        self.rights.iter().position(|r| r.id == id)
    }

    /// Keeps only some rights and ruptures; unknown names are returned.
    #[must_use]
    pub fn keep(&mut self, ids: &[String]) -> Vec<String> {
        let unknown = ids.iter().filter(|id| self.right(id).is_none()).cloned().collect();
        self.rights.retain(|r| ids.contains(&r.id));
        unknown
    }

    /// Facts that a computation reads, directly or through others, with those of derived facts.
    #[must_use]
    pub fn facts_of(&self, calc: usize) -> BTreeSet<usize> {
        let mut facts = BTreeSet::new();
        let mut calcs = BTreeSet::from([calc]);
        let mut todo: Vec<&Typed> = self.calcs.get(calc).map(|c| &c.body).into_iter().collect();
        while let Some(t) = todo.pop() {
            t.walk(&mut |n| match n.node {
                Node::Input(v, _) => {
                    if facts.insert(v)
                        && let Some(d) = self.derived.get(&v)
                    {
                        todo.push(d);
                    }
                }
                Node::Calc(c, _) => {
                    if calcs.insert(c)
                        && let Some(c) = self.calcs.get(c)
                    {
                        todo.push(&c.body);
                    }
                }
                Node::Persons(..) => {
                    facts.insert(self.role);
                }
                _ => {}
            });
        }
        facts
    }

    /// Parameters that a computation reads, directly or through others.
    #[must_use]
    pub fn parameters_of(&self, calc: usize) -> BTreeSet<usize> {
        let mut parameters = BTreeSet::new();
        let mut calcs = BTreeSet::from([calc]);
        let mut todo: Vec<&Typed> = self.calcs.get(calc).map(|c| &c.body).into_iter().collect();
        while let Some(t) = todo.pop() {
            t.walk(&mut |n| match &n.node {
                Node::Param(p, _) | Node::Lookup(p, ..) => {
                    parameters.insert(*p);
                }
                Node::Months(_, Window::Parameter(p), _) | Node::Mean(Window::Parameter(p), _) => {
                    parameters.insert(*p);
                }
                Node::Calc(c, _) => {
                    if calcs.insert(*c)
                        && let Some(c) = self.calcs.get(*c)
                    {
                        todo.push(&c.body);
                    }
                }
                _ => {}
            });
        }
        parameters
    }

    /// The computations that decide a right: verdict, amount, receipt, dates.
    #[must_use]
    pub fn outputs(right: &Right) -> Vec<usize> {
        [Some(right.entitled), right.amount, right.received, right.deadline, right.useful_date, right.acted].into_iter().flatten().collect()
    }
}

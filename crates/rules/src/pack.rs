//! A checked rule pack: what engines consume. Built from texts, for a given day.

mod build;
mod capacities;
mod deadlines;
mod declare;
mod journeys;
mod order;
mod prerequisites;
pub mod properties;
mod rights;
mod versions;

use crate::catalogue::Catalogue;
use crate::channels::Channels;
use crate::classes::{Class, Reference};
use crate::date::Days;
use crate::diagnostic::{Diagnostic, Span};
use crate::document::property::ProcedureDoc;
use crate::document::{CaseDoc, PieceDoc};
use crate::journey::{Capacity, Journey, Types};
use crate::parameters::Parameters;
use crate::texts::Texts;
use crate::typed::{Node, Typed, Window};
use crate::types::{Entity, Type};
use crate::vocabulary::{Crossing, Vocabulary};
pub use deadlines::ByChannel;
pub use prerequisites::Prerequisite;
pub(crate) use prerequisites::before;
use properties::Property;
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

/// How heavy missing or losing a right is, heaviest first: it orders contacts between equal dates, never people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Care, housing, energy, water.
    Vital,
    /// What the household lives on.
    Dependence,
    /// What comes beside other means.
    Supplement,
}

/// Names of [`Gravity`], in order.
pub const GRAVITIES: [&str; 3] = ["vital", "dependance", "complement"];

impl Gravity {
    /// From what a file writes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Vital, Self::Dependence, Self::Supplement].into_iter().zip(GRAVITIES).find(|(_, n)| *n == text).map(|(g, _)| g)
    }
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
    /// For a rupture: the rights concerned.
    pub concerns: Vec<String>,
    /// Stage of the procedure, of [`crate::catalogue::STAGES`].
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
    /// Computation: the last date at which acting helps, by the slowest channel.
    pub useful_date: Option<usize>,
    /// The same by each channel, in the order of the catalogue; empty when the rule says its date itself.
    pub channels: Vec<ByChannel>,
    /// Computation: the person already acted.
    pub acted: Option<usize>,
    /// What may have happened on the way to it, when its file says it.
    pub journey: Option<Journey>,
    /// What may happen to it between bodies: the verdict may cross where the way to it stays.
    pub journey_crossing: Crossing,
    /// Conditions left out.
    pub not_modelled: Vec<NotModelled>,
    /// Assumptions that may be made.
    pub assumptions: Vec<Assumption>,
    /// How heavy missing or losing it is: said, or that of the right that a rupture concerns; absent: neither says.
    pub gravity: Option<Gravity>,
    /// To be talked through face to face.
    pub face_to_face: bool,
    /// What to propose, for people.
    pub propose: String,
    /// Upper figure, for people.
    pub up_to: Option<String>,
    /// What accepting commits to, for people.
    pub commits: Vec<String>,
    /// What must be there first: prerequisites, or rights that come before.
    pub prerequisites: Vec<String>,
    /// Pieces that the procedure asks for.
    pub pieces: Vec<PieceDoc>,
    /// Whether the right must be asked for.
    pub on_request: bool,
    /// How people ask for it, when the file says it itself.
    pub procedure: Option<ProcedureDoc>,
    /// Procedures of the catalogue by which people ask for it and keep it.
    pub procedures: Vec<String>,
    /// First day of the version, when the file says it.
    pub valid_from: Option<Days>,
    /// Claims, tried on generated foyers.
    pub properties: Vec<Property>,
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

/// A right that a territory has still to complete: checked like any other, never evaluated.
#[derive(Debug, Clone)]
pub struct Waiting {
    /// The right or rupture.
    pub right: Right,
    /// Names of the local parameters that no overlay gives, in alphabetical order.
    pub parameters: Vec<String>,
}

/// A checked rule pack.
#[derive(Debug, Clone)]
pub struct Pack {
    /// The day for which rule versions were chosen.
    pub on: Days,
    /// First days from which other rule versions are in force, over all files.
    pub turns: Vec<Days>,
    /// Whether its overlay serves only to compare with another source: never with real data.
    pub comparison: bool,
    /// Classes of data, in the order of the file.
    pub classes: Vec<Class>,
    /// Legal texts that papers cite, in the order of the file.
    pub frame: Vec<Reference>,
    /// Facts and code lists.
    pub vocabulary: Vocabulary,
    /// Dated parameters.
    pub parameters: Parameters,
    /// Computations, each after those that it uses.
    pub calcs: Vec<Calc>,
    /// Rights and ruptures, in order of identifier.
    pub rights: Vec<Right>,
    /// Rights and ruptures that wait for the parameters of a territory, in order of identifier.
    pub waiting: Vec<Waiting>,
    /// What must be there before procedures can succeed.
    pub prerequisites: Vec<Prerequisite>,
    /// What procedures ask of people, all dates together.
    pub catalogue: Catalogue,
    /// By which channels people contact a body; absent when the pack does not say it.
    pub channels: Option<Channels>,
    /// What pages, messages and letters say.
    pub texts: Texts,
    /// Types of non-recours and what shows them.
    pub types: Types,
    /// What observed facts say of requirements, in the order of these.
    pub capacities: Vec<Capacity>,
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

    /// The same rules on another day; absent when the files have other versions on that day.
    #[must_use]
    pub fn on_day(&self, day: Days) -> Option<Self> {
        let (first, last) = (self.on.min(day), self.on.max(day));
        let same = !self.turns.iter().any(|t| first < *t && *t <= last);
        same.then(|| Self { on: day, ..self.clone() })
    }

    /// Position of a right or rupture.
    #[must_use]
    pub fn right(&self, id: &str) -> Option<usize> {
        self.rights.iter().position(|r| r.id == id)
    }

    /// A class of data by its name.
    #[must_use]
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|c| c.name == name)
    }

    /// A legal text by its name.
    #[must_use]
    pub fn reference(&self, id: &str) -> Option<&Reference> {
        self.frame.iter().find(|r| r.id == id)
    }

    /// Keeps only some rights and ruptures; unknown names are returned.
    #[must_use]
    pub fn keep(&mut self, ids: &[String]) -> Vec<String> {
        let waits = |id: &str| self.waiting.iter().any(|w| w.right.id == id);
        let unknown = ids.iter().filter(|id| self.right(id).is_none() && !waits(id)).cloned().collect();
        self.rights.retain(|r| ids.contains(&r.id));
        self.waiting.retain(|w| ids.contains(&w.right.id));
        unknown
    }

    /// Facts that a computation reads, directly or through others, with those of derived facts.
    #[must_use]
    pub fn facts_of(&self, calc: usize) -> BTreeSet<usize> {
        let mut facts = BTreeSet::new();
        self.follow(self.calcs.get(calc).map(|c| &c.body), &mut |n| match n.node {
            Node::Input(v, _) => {
                facts.insert(v);
            }
            Node::Persons(..) => {
                facts.insert(self.role);
            }
            _ => {}
        });
        facts
    }

    /// Parameters that a computation reads, directly, through others or through derived facts.
    #[must_use]
    pub fn parameters_of(&self, calc: usize) -> BTreeSet<usize> {
        self.parameters_below(self.calcs.get(calc).map(|c| &c.body))
    }

    fn parameters_below<'a>(&'a self, start: impl IntoIterator<Item = &'a Typed>) -> BTreeSet<usize> {
        let mut parameters = BTreeSet::new();
        self.follow(start, &mut |n| match &n.node {
            Node::Param(p, _) | Node::Lookup(p, ..) | Node::Months(_, Window::Parameter(p), _) | Node::Mean(Window::Parameter(p), _) => {
                parameters.insert(*p);
            }
            _ => {}
        });
        parameters
    }

    /// Calls `f` on every node below `start`, through computations and derived facts, each of them once.
    fn follow<'a>(&'a self, start: impl IntoIterator<Item = &'a Typed>, f: &mut impl FnMut(&Typed)) {
        let (mut calcs, mut derived) = (BTreeSet::new(), BTreeSet::new());
        let mut todo: Vec<&Typed> = start.into_iter().collect();
        while let Some(t) = todo.pop() {
            t.walk(&mut |n| {
                f(n);
                match n.node {
                    Node::Input(v, _) if derived.insert(v) => todo.extend(self.derived.get(&v)),
                    Node::Calc(c, _) if calcs.insert(c) => todo.extend(self.calcs.get(c).map(|c| &c.body)),
                    _ => {}
                }
            });
        }
    }

    /// Local parameters without value that a right reads: by name, in alphabetical order.
    fn awaited(&self, right: &Right) -> Vec<String> {
        let clauses = right.conditions.iter().map(|c| c.calc);
        let bodies = Self::outputs(right).into_iter().chain(clauses).filter_map(|c| self.calcs.get(c)).map(|c| &c.body);
        let read = self.parameters_below(bodies.chain(right.assumptions.iter().map(|a| &a.value)));
        let mut names: Vec<String> =
            read.into_iter().filter_map(|p| self.parameters.all.get(p)).filter(|p| p.awaited()).map(|p| p.name.clone()).collect();
        names.sort();
        names
    }

    /// Sets apart the rights that wait for a territory's parameters.
    fn set_waiting_apart(&mut self) {
        if !self.parameters.all.iter().any(crate::parameters::Parameter::awaited) {
            return;
        }
        for right in std::mem::take(&mut self.rights) {
            let parameters = self.awaited(&right);
            if parameters.is_empty() {
                self.rights.push(right);
            } else {
                self.waiting.push(Waiting { right, parameters });
            }
        }
    }

    /// All rights of the files, those that wait for a territory's parameters included.
    pub fn all_rights(&self) -> impl Iterator<Item = &Right> {
        self.rights.iter().chain(self.waiting.iter().map(|w| &w.right))
    }

    /// The computations that decide a right: verdict, amount, receipt, dates.
    #[must_use]
    pub fn outputs(right: &Right) -> Vec<usize> {
        [Some(right.entitled), right.amount, right.received, right.deadline, right.useful_date, right.acted].into_iter().flatten().collect()
    }
}

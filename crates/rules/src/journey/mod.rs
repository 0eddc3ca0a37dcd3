//! What happened on the way to a right, the types of non-recours that it shows, and what was observed of what
//! procedures require.
//!
//! Types and what shows them are written once for all rights, over events; a right binds the events that its facts tell.
//! Nothing here is about anybody's merits: a type says where the way stopped, and a capacity what a procedure requires
//! that somebody saw was not there. What nobody has observed stays unknown, and says nothing.

mod shown;

use crate::catalogue::words::closed;
use crate::catalogue::{Mask, Requirement};
use crate::diagnostic::Span;
use crate::types::Type;
pub use shown::Shown;
use std::collections::BTreeMap;

closed! {
    /// Types of non-recours, in alphabetical order: findings list them in it.
    Label, LABELS, 5,
    /// The offer is not known.
    Unknown = "non_connaissance",
    /// It is known, and not asked for.
    NotAsked = "non_demande",
    /// It cannot be asked for: the procedure demands what is not there.
    CannotAsk = "non_demande_contrainte",
    /// Nobody who met the person proposed it.
    NotProposed = "non_proposition",
    /// It was asked for, and is not received.
    NotReceived = "non_reception",
}

/// Something that may happen on the way to a right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Name.
    pub name: String,
    /// The sentence.
    pub says: String,
    /// What it is: a date (that may be known to be none), a code, a number.
    pub ty: Type,
}

/// What shows a type, or only that the offer is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observation {
    /// Name.
    pub id: String,
    /// The type; absent: it shows only that the offer is known.
    pub label: Option<Label>,
    /// The sentence.
    pub says: String,
    /// Where the idea comes from.
    pub source: String,
    /// Whether it shows that the offer is known.
    pub knows: bool,
    /// File and place.
    pub place: (String, Span),
}

impl Observation {
    /// As the trace of a finding writes it: `type:non_reception:sans_decision`, or `connaissance:demandee`.
    #[must_use]
    pub fn reason(&self) -> String {
        self.label.map_or_else(|| format!("connaissance:{}", self.id), |l| format!("type:{}:{}", l.name(), self.id))
    }
}

/// Events and types of a pack.
#[derive(Debug, Clone)]
pub struct Types {
    /// Events, in the order of the file.
    pub events: Vec<Event>,
    /// Observations, in the order of the file.
    pub observations: Vec<Observation>,
    /// Types given as long as nothing shows that the offer is known.
    pub by_default: Vec<Label>,
    /// What each type is, in one sentence.
    pub says: BTreeMap<Label, String>,
}

impl Default for Types {
    /// Without evidence of knowledge, not knowing and not asking cannot be told apart.
    fn default() -> Self {
        Self { events: Vec::new(), observations: Vec::new(), by_default: vec![Label::Unknown, Label::NotAsked], says: BTreeMap::new() }
    }
}

/// The events and observations of one right.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Journey {
    /// Positions of an event and of its computation.
    pub events: Vec<(usize, usize)>,
    /// Positions of an observation and of its computation.
    pub observed: Vec<(usize, usize)>,
}

/// An observed fact, and what it says of a requirement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Name.
    pub id: String,
    /// The sentence.
    pub says: String,
    /// Where the idea comes from.
    pub source: String,
    /// Its computation, of a person.
    pub calc: usize,
    /// File and place.
    pub place: (String, Span),
}

/// What is known of one requirement of a person: no, yes, or nothing.
#[derive(Debug, Clone)]
pub struct Capacity {
    /// The requirement.
    pub requirement: Requirement,
    /// Computation of a person: known not to be there.
    pub no: Option<usize>,
    /// Computation of a person: known to be there.
    pub yes: Option<usize>,
    /// What makes it known not to be there.
    pub shows_no: Vec<Evidence>,
    /// What makes it known to be there.
    pub shows_yes: Vec<Evidence>,
}

/// What is known of a person: what is in neither set is unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// Known not to be there.
    pub no: Mask,
    /// Known to be there.
    pub yes: Mask,
}

impl Known {
    /// What several know of themselves together, for a procedure that one of them may do for all: it is not there when
    /// it is known not to be there for each; it is when it is for one. Nothing is known of nobody.
    #[must_use]
    pub fn together(people: impl IntoIterator<Item = Self>) -> Self {
        people.into_iter().reduce(|a, b| Self { no: a.no.and(b.no), yes: a.yes.or(b.yes) }).unwrap_or_default()
    }
}

/// Requirements of which no fact tells: whether somebody reads, or trusts, is for the person to say.
pub const NEVER_OBSERVED: [Requirement; 2] = [Requirement::ReadingWriting, Requirement::Confidence];

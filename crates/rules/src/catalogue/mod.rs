//! The procedure catalogue: what a body asks of people at each stage of a right, through which doors, and what each
//! door requires. Read from `demarches/*.yaml` by [`build`], held to account by [`lint`].
//!
//! A procedure is one stage of a right (or of rights asked for together); its variants are the bodies, territories
//! and dates for which it differs. What is common to a body's procedures (its site, its counter) is a *service*,
//! declared once.

pub(crate) mod build;
pub mod lint;
mod needs;
pub mod words;

use crate::date::Days;
use crate::diagnostic::Span;
use crate::number::SCALE;
use crate::pack::{Right, RightKind};
use crate::parameters::{Parameters, Value};
pub use needs::{Mask, Needs};
use std::collections::{BTreeSet, HashMap};
pub use words::{Activation, CHANNELS, ChannelKind, Nature, Obtained, Profile, REQUIREMENTS, Requirement, STAGES, Stage};

/// A whole number: as written, or the dated parameter that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// As written.
    Value {
        /// The number.
        number: u32,
        /// Day on which it was last known to hold; absent: still to be checked.
        checked: Option<Days>,
    },
    /// Position of the parameter.
    Parameter(usize),
}

impl Measure {
    /// The number on a day; absent before the first value of the parameter, or while a territory has not given it.
    #[must_use]
    pub fn on(self, parameters: &Parameters, day: Days) -> Option<u32> {
        match self {
            Self::Value { number, .. } => Some(number),
            Self::Parameter(p) => match parameters.all.get(p)?.on(day)? {
                Value::Scalar(n) => u32::try_from(n / SCALE).ok(),
                _ => None,
            },
        }
    }

    /// Whether the number in force on a day was read at its source: what is not may guide a choice, and is never
    /// printed as a fact.
    #[must_use]
    pub fn is_checked(self, parameters: &Parameters, day: Days) -> bool {
        match self {
            Self::Value { checked, .. } => checked.is_some(),
            Self::Parameter(p) => {
                let in_force = parameters.all.get(p).and_then(|p| p.values.iter().rev().find(|v| v.from <= day));
                in_force.is_some_and(|v| !v.source.contains(build::A_VERIFIER))
            }
        }
    }
}

/// A sentence and whether what it states was read at its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The sentence.
    pub says: String,
    /// Whether it states something that has a source.
    pub states: bool,
    /// Day on which that was last known to hold; absent: still to be checked.
    pub checked: Option<Days>,
}

impl Told {
    /// Whether it may be printed for a worker or a person: it states nothing, or what was read at its source.
    #[must_use]
    pub const fn printable(&self) -> bool {
        !self.states || self.checked.is_some()
    }
}

/// A requirement, as told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The requirement, or those of which one is enough.
    pub any_of: Mask,
    /// The sentence.
    pub says: String,
    /// Where it is known from.
    pub source: String,
    /// Day on which it was last known to hold; absent: still to be checked.
    pub checked: Option<Days>,
}

/// A piece asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedPiece {
    /// Code, shared with rights and registers.
    pub code: String,
    /// For people.
    pub says: String,
    /// Whether it stays good.
    pub nature: Nature,
    /// Days during which a volatile piece is good.
    pub good_for: Option<Measure>,
    /// Who obtains it.
    pub obtained: Obtained,
    /// Day on which it was last known to be asked for; absent: still to be checked.
    pub checked: Option<Days>,
}

/// A door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// Kind of door.
    pub kind: ChannelKind,
    /// Service that it goes through, when it is one that procedures share.
    pub service: Option<String>,
    /// Where.
    pub place: Told,
    /// Days that an act takes by it to be registered.
    pub delay: Option<Measure>,
    /// Minutes that it takes.
    pub minutes: Option<Measure>,
    /// What it requires: of the procedure, of the variant, of its service, its own.
    pub requirements: Vec<Line>,
    /// The same as sets.
    pub needs: Needs,
}

/// Whom to call on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Kind of professional.
    pub profile: Profile,
    /// How to reach them.
    pub says: Told,
}

/// The procedure at one body, in some territories, between two days.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Body that receives it.
    pub body: String,
    /// Codes of départements or communes; none: everywhere.
    pub territories: Vec<String>,
    /// First day.
    pub from: Days,
    /// Last day.
    pub to: Days,
    /// How the right comes.
    pub activation: Activation,
    /// Who asks.
    pub asked_by: String,
    /// Where and at which occasion.
    pub occasion: String,
    /// What is peculiar to it.
    pub peculiar: Option<String>,
    /// Day on which these sentences were last known to hold; absent: still to be checked.
    pub checked: Option<Days>,
    /// Acts, those of the procedure first.
    pub acts: Vec<Told>,
    /// Pieces, those of the procedure first.
    pub pieces: Vec<AskedPiece>,
    /// Doors, in the order of the file.
    pub channels: Vec<Channel>,
    /// How it is done without a screen.
    pub human: Option<Told>,
    /// Whom to call on.
    pub contact: Option<Contact>,
    /// Days within which the body answers.
    pub answer: Option<Measure>,
    /// What a worker says.
    pub script: Vec<Told>,
    /// File and place of its body.
    pub place: (String, Span),
}

impl Variant {
    /// The door of a kind.
    #[must_use]
    pub fn channel(&self, kind: ChannelKind) -> Option<&Channel> {
        self.channels.iter().find(|c| c.kind == kind)
    }

    /// Whether every door is a screen.
    #[must_use]
    pub fn only_online(&self) -> bool {
        !self.channels.is_empty() && self.channels.iter().all(|c| !c.kind.without_screen())
    }

    /// What every door requires: nobody gets round it by another door. Each of several needs is taken alone, so
    /// that this is never more than what each door requires.
    #[must_use]
    pub fn inescapable(&self) -> Mask {
        self.channels.iter().map(|c| c.needs.all).reduce(Mask::and).unwrap_or_default()
    }

    /// What some door requires and is known not to be there. A door is shut by it when [`Needs::unmet`] of it is not
    /// empty: which doors are left can be told from it.
    #[must_use]
    pub fn unmet(&self, known_no: Mask) -> Mask {
        self.channels.iter().fold(Mask::NONE, |m, c| m.or(c.needs.unmet(known_no)))
    }

    /// The doors that nothing known shuts.
    pub fn open_doors(&self, known_no: Mask) -> impl Iterator<Item = &Channel> {
        self.channels.iter().filter(move |c| c.needs.unmet(known_no).is_empty())
    }

    /// Whether it is in force on a day.
    #[must_use]
    pub const fn in_force(&self, day: Days) -> bool {
        self.from <= day && day <= self.to
    }

    /// How precisely it is that of a territory: absent when it is not, 0 when it is that of everywhere.
    fn fits(&self, territory: Option<&str>) -> Option<usize> {
        if self.territories.is_empty() {
            return Some(0);
        }
        let here = territory?;
        self.territories.iter().filter(|t| here.starts_with(t.as_str())).map(String::len).max()
    }
}

/// A dated change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// First day.
    pub from: Days,
    /// What changed.
    pub says: String,
    /// Where it is known from.
    pub source: String,
}

/// A procedure.
#[derive(Debug, Clone)]
pub struct Procedure {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub label: String,
    /// Rights that it opens or keeps.
    pub rights: Vec<String>,
    /// Stage.
    pub stage: Stage,
    /// What is asked.
    pub asks: Told,
    /// Mandatory acts in a year; absent: none that comes back every year.
    pub acts_per_year: Option<Measure>,
    /// By body, territory and dates.
    pub variants: Vec<Variant>,
    /// Its changes, oldest first.
    pub changes: Vec<Change>,
    /// File and place.
    pub place: (String, Span),
}

impl Procedure {
    /// The variant in force at a body: that of the commune, else of the département, else of everywhere.
    ///
    /// `territory` is a commune or département code (`93066`, `93`).
    #[must_use]
    pub fn at(&self, body: &str, territory: Option<&str>, day: Days) -> Option<&Variant> {
        let here = self.variants.iter().filter(|v| v.body == body && v.in_force(day));
        here.filter_map(|v| v.fits(territory).map(|n| (n, v))).max_by_key(|(n, _)| *n).map(|(_, v)| v)
    }

    /// Everything that some door names as required on a day, wherever it is done.
    #[must_use]
    pub fn named(&self, day: Days) -> Mask {
        let doors = self.variants.iter().filter(|v| v.in_force(day)).flat_map(|v| &v.channels);
        doors.fold(Mask::NONE, |m, c| m.or(c.needs.named()))
    }

    /// Bodies at which it is done on a day, in the order of the file.
    #[must_use]
    pub fn bodies(&self, day: Days) -> Vec<&str> {
        let mut out: Vec<&str> = Vec::new();
        for v in self.variants.iter().filter(|v| v.in_force(day)) {
            if !out.contains(&v.body.as_str()) {
                out.push(&v.body);
            }
        }
        out
    }
}

/// What a line of the catalogue is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The sentences of a procedure, of a variant or of a service.
    Description,
    /// A requirement.
    Requirement,
    /// An act.
    Act,
    /// A piece.
    Piece,
    /// A door.
    Channel,
    /// A number.
    Measure,
    /// Whom to call on.
    Contact,
    /// What is said aloud.
    Spoken,
    /// A change.
    Change,
}

/// A line with its source, wherever it stands.
#[derive(Debug, Clone)]
pub struct Sourced {
    /// What it is.
    pub what: What,
    /// Where it is known from.
    pub source: String,
    /// Day on which it was last known to hold.
    pub checked: Option<Days>,
    /// File and place of its source.
    pub place: (String, Span),
}

/// A sentence, wherever it stands.
#[derive(Debug, Clone)]
pub struct Sentence {
    /// The sentence.
    pub text: String,
    /// Whether it says what a procedure requires.
    pub requirement: bool,
    /// Whether it is said aloud to the person.
    pub spoken: bool,
    /// File and place.
    pub place: (String, Span),
}

/// The catalogue of a pack, all dates together.
#[derive(Debug, Clone, Default)]
pub struct Catalogue {
    /// Procedures, in order of identifier.
    pub procedures: Vec<Procedure>,
    /// Every line with its source, in the order of the files.
    pub lines: Vec<Sourced>,
    /// Every sentence, in the order of the files.
    pub sentences: Vec<Sentence>,
    /// Positions of the dated parameters that it reads.
    pub parameters: BTreeSet<usize>,
    /// By right and stage.
    by_stage: HashMap<(String, Stage), usize>,
}

impl Catalogue {
    /// A procedure by its identifier.
    #[must_use]
    pub fn procedure(&self, id: &str) -> Option<&Procedure> {
        self.procedures.iter().find(|p| p.id == id)
    }

    /// The procedure of a stage of a right.
    #[must_use]
    pub fn of(&self, right: &str, stage: Stage) -> Option<&Procedure> {
        self.by_stage.get(&(right.to_owned(), stage)).and_then(|p| self.procedures.get(*p))
    }

    /// The procedure that a rule calls for: of those that it cites, the one of its stage, else the first; when it
    /// cites none, that of its stage for its right (for a rupture: the first right that would be lost and has one).
    #[must_use]
    pub fn for_rule(&self, rule: &Right) -> Option<&Procedure> {
        let stage = Stage::parse(&rule.stage);
        let mut cited = rule.procedures.iter().filter_map(|id| self.procedure(id)).peekable();
        if let Some(first) = cited.peek().copied() {
            return Some(cited.find(|p| Some(p.stage) == stage).unwrap_or(first));
        }
        let stage = stage?;
        if rule.kind == RightKind::Droit {
            return self.of(&rule.id, stage);
        }
        rule.concerns.iter().find_map(|right| self.of(right, stage))
    }

    /// The days on which a variant begins or ceases to be in force.
    pub fn turns(&self) -> impl Iterator<Item = Days> {
        let days = self.procedures.iter().flat_map(|p| &p.variants).flat_map(|v| [v.from, v.to.saturating_add(1)]);
        days.filter(|d| *d > Days::MIN && *d < Days::MAX)
    }

    /// The procedure that a rule calls for as it is where a person would do it: at the rule's own body when that knows
    /// the person, else at the first that does, else at the rule's own body, else at the first of the file.
    #[must_use]
    pub fn variant_for(&self, rule: &Right, knows: impl Fn(&str) -> bool, territory: Option<&str>, day: Days) -> Option<&Variant> {
        let procedure = self.for_rule(rule)?;
        let bodies = procedure.bodies(day);
        let own = bodies.iter().copied().find(|b| *b == rule.body);
        let body = own.filter(|b| knows(b)).or_else(|| bodies.iter().copied().find(|b| knows(b)));
        procedure.at(body.or(own).or_else(|| bodies.first().copied())?, territory, day)
    }

    /// All procedures of a right, in the order of the stages.
    pub fn stages<'a>(&'a self, right: &'a str) -> impl Iterator<Item = &'a Procedure> {
        Stage::ALL.into_iter().filter_map(move |s| self.of(right, s))
    }

    /// The procedure of a stage of a right at a body and in a territory, as it is on a day.
    #[must_use]
    pub fn find(&self, right: &str, stage: Stage, body: &str, territory: Option<&str>, day: Days) -> Option<&Variant> {
        self.of(right, stage)?.at(body, territory, day)
    }

    /// What each door of that procedure requires; empty when the catalogue does not have it.
    #[must_use]
    pub fn needs(&self, right: &str, stage: Stage, body: &str, territory: Option<&str>, day: Days) -> Vec<(ChannelKind, &Needs)> {
        let variant = self.find(right, stage, body, territory, day);
        variant.into_iter().flat_map(|v| &v.channels).map(|c| (c.kind, &c.needs)).collect()
    }

    /// Mandatory acts that a right imposes in a year, with the procedure of each: what exposes people to it.
    pub fn obligations<'a>(&'a self, right: &'a str, parameters: &'a Parameters, day: Days) -> impl Iterator<Item = (&'a Procedure, u32)> {
        self.stages(right).filter_map(move |p| Some((p, p.acts_per_year?.on(parameters, day)?)))
    }
}

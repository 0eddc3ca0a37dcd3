//! The state of somebody's rights on a day: open, to renew, interrupted, asked for, to propose, unknown.
//!
//! Every right of every unit has one, so that a state that is missing tells nothing. None says « no »: what the rules find
//! not to be open, and what nobody knows, are both [`State::Unknown`], and nothing then says which.

mod diff;
mod read_off;

#[cfg(test)]
mod tests;

pub use diff::{Change, Difference, DifferenceError, apply, difference};
pub use read_off::read_off;

use recours_rules::date::Days;
use std::collections::BTreeMap;

/// What may be said of a right on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// It is received.
    Open,
    /// It is received, and something must be done for it to go on.
    ToRenew,
    /// It was received, is known not to be any more, and nothing is asked for.
    Interrupted,
    /// It is asked for, and nothing is decided.
    Pending,
    /// It is not received, and the rules find something to propose.
    ToPropose,
    /// Nothing may be said.
    Unknown,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 6] = [Self::Open, Self::ToRenew, Self::Interrupted, Self::Pending, Self::ToPropose, Self::Unknown];

    /// Its word in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "ouvert",
            Self::ToRenew => "a_renouveler",
            Self::Interrupted => "interrompu",
            Self::Pending => "demande_en_cours",
            Self::ToPropose => "a_proposer",
            Self::Unknown => "inconnu",
        }
    }

    /// The state that a word names.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// Whose right: the keys that the input gave them, and the right's id. `person` is none for a right of the foyer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// `household_id`.
    pub household: String,
    /// `person_id`.
    pub person: Option<String>,
    /// The right.
    pub right: String,
}

/// What is said of one right, and on what it rests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Name of the right, for people.
    pub label: String,
    /// The state.
    pub state: State,
    /// The day before which something must be done, or on which it ended.
    pub until: Option<Days>,
    /// Facts of the vocabulary that it rests on; none where nothing may be said.
    pub facts: Vec<String>,
    /// Bodies that hold them.
    pub bodies: Vec<String>,
    /// `id@version` of the rule that reads them; empty where nothing may be said.
    pub rule: String,
}

/// The state of the rights of some foyers, on one day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    /// The day.
    pub as_of: Days,
    /// One entry for each right of each unit.
    pub entries: BTreeMap<Key, Entry>,
}

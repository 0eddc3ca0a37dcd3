//! At which moment of a rupture a worked case stands: a rule about a date is shown before it, in time, after it, when the
//! person has acted, and when nobody knows the date. The moment is found by evaluating, not said by the author.

use crate::reference::{Foyer, Reference};
use crate::value::May;
use recours_rules::date::Days;
use recours_rules::pack::{Pack, Right};
use recours_rules::truth::Truth;
use std::collections::{BTreeMap, BTreeSet};

/// A moment of a rupture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Moment {
    /// The same facts make it due on a later day.
    NotYet,
    /// It is due.
    Due,
    /// The same facts made it due on an earlier day.
    TooLate,
    /// The person already did what is needed.
    Acted,
    /// The date is unknown, and the answer with it.
    Unknown,
}

impl Moment {
    /// All of them, in order.
    pub const ALL: [Self; 5] = [Self::NotYet, Self::Due, Self::TooLate, Self::Acted, Self::Unknown];

    /// For people.
    #[must_use]
    pub const fn said(self) -> &'static str {
        match self {
            Self::NotYet => "pas encore",
            Self::Due => "à temps",
            Self::TooLate => "trop tard",
            Self::Acted => "déjà agi",
            Self::Unknown => "date inconnue",
        }
    }
}

/// Whether a case may be said to come before a rupture that an event brings, and not a day: nothing is due, nothing is
/// done, and the loss is not past.
pub(super) fn before_the_event(right: &Right, reference: &Reference<'_>, person: Option<usize>, on: Days) -> bool {
    let truth = |c: usize| reference.calc(c, person).truth();
    let loss = right.deadline.map(|c| reference.calc(c, person).may);
    truth(right.entitled) == Truth::False
        && right.acted.is_none_or(|c| truth(c) == Truth::False)
        && matches!(loss, Some(May::Date(i, Truth::False)) if i.lo >= on)
}

/// How many cases of each rupture stand at each moment, in the order of [`Moment::ALL`], by `id@version`.
pub type Moments = BTreeMap<String, [usize; 5]>;

/// The moment of a case; absent when it shows something else (no right to lose).
pub(super) fn moment(pack: &Pack, right: &Right, foyer: &Foyer, reference: &Reference<'_>, person: Option<usize>) -> Option<Moment> {
    let verdict = reference.calc(right.entitled, person).truth();
    if right.acted.is_some_and(|c| reference.calc(c, person).truth() == Truth::True) && verdict != Truth::Unknown {
        return Some(Moment::Acted);
    }
    match verdict {
        Truth::True => Some(Moment::Due),
        Truth::Unknown => right.deadline.is_some_and(|c| !reference.calc(c, person).may.settled()).then_some(Moment::Unknown),
        Truth::False => {
            let due = |day: Days| {
                let none = BTreeSet::new();
                Reference::on_day(pack, foyer, &none, day).calc(right.entitled, person).truth() == Truth::True
            };
            // The nearest day decides: the end of one right may be followed, years later, by that of another.
            let mut days = days(right, reference, person, pack.on);
            days.sort_by_key(|d| (d - pack.on).abs());
            days.into_iter().filter(|d| *d != pack.on).find(|d| due(*d)).map(|d| if d > pack.on { Moment::NotYet } else { Moment::TooLate })
        }
    }
}

/// Days on which a rupture may have been, or will be, due: around its loss when that is known, then further and further.
fn days(right: &Right, reference: &Reference<'_>, person: Option<usize>, on: Days) -> Vec<Days> {
    const AROUND: [i64; 6] = [0, -1, -3, -10, -25, -45];
    const AWAY: [i64; 14] = [1, 2, 5, 10, 20, 31, 50, 75, 100, 150, 200, 300, 365, 700];
    let loss = right.deadline.and_then(|c| match reference.calc(c, person).may {
        May::Date(i, Truth::False) if i.is_point() => Some(i.lo),
        _ => None,
    });
    let around = loss.into_iter().flat_map(|d| AROUND.map(|k| d + k));
    around.chain(AWAY.map(|k| on + k)).chain(AWAY.map(|k| on - k)).collect()
}

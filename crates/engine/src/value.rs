//! What a plain evaluator knows of one value: everything it may be, and whether that rests on a fact that
//! nobody has given.

use recours_rules::interval::Interval;
use recours_rules::truth::Truth;

/// All that a value may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum May {
    /// A number.
    Num(Interval),
    /// A truth.
    Truth(Truth),
    /// A date, in days, and whether there is none.
    Date(Interval, Truth),
    /// A set of codes, one bit each.
    Code(u64),
}

impl May {
    /// Whether only one value is possible.
    #[must_use]
    pub const fn settled(self) -> bool {
        match self {
            Self::Num(i) => i.is_point(),
            Self::Truth(t) => t.known(),
            Self::Date(i, absent) => matches!(absent, Truth::True) || (matches!(absent, Truth::False) && i.is_point()),
            Self::Code(set) => set.count_ones() == 1,
        }
    }
}

/// A value in an evaluation.
///
/// `open` tells that the value is not settled *and* that this is due to a fact which is neither given nor
/// supposed to be known. An evaluation in which some facts are supposed known, whatever they be, and whose
/// verdict is not open, shows that these facts would settle the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Val {
    /// All that it may be.
    pub may: May,
    /// Rests on an unknown fact.
    pub open: bool,
}

impl Val {
    /// A value whose openness comes from `open` unless it is settled.
    #[must_use]
    pub const fn new(may: May, open: bool) -> Self {
        Self { may, open: open && !may.settled() }
    }

    /// As a number; anything when it is not one (the checker excludes it).
    #[must_use]
    pub const fn num(self) -> Interval {
        match self.may {
            May::Num(i) => i,
            _ => Interval::ALL,
        }
    }

    /// As a truth; unknown when it is not one (the checker excludes it).
    #[must_use]
    pub const fn truth(self) -> Truth {
        match self.may {
            May::Truth(t) => t,
            _ => Truth::Unknown,
        }
    }

    /// As a date.
    #[must_use]
    pub const fn date(self) -> (Interval, Truth) {
        match self.may {
            May::Date(i, absent) => (i, absent),
            _ => (Interval::ALL, Truth::Unknown),
        }
    }

    /// As a set of codes.
    #[must_use]
    pub const fn codes(self) -> u64 {
        match self.may {
            May::Code(set) => set,
            _ => u64::MAX,
        }
    }
}

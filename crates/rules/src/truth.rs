//! Three-valued truth (Kleene): what is known of a condition.

/// `True`, `False`, or `Unknown` when facts are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    /// False under every completion of what is unknown.
    False,
    /// Not settled by what is known.
    Unknown,
    /// True under every completion of what is unknown.
    True,
}

impl Truth {
    /// From a plain boolean.
    #[must_use]
    pub const fn of(b: bool) -> Self {
        if b { Self::True } else { Self::False }
    }

    /// Conjunction: a definite false decides.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// Disjunction: a definite true decides.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::True, _) | (_, Self::True) => Self::True,
            (Self::False, Self::False) => Self::False,
            _ => Self::Unknown,
        }
    }

    /// Negation.
    #[must_use]
    pub const fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
        }
    }

    /// Whether the value is settled.
    #[must_use]
    pub const fn known(self) -> bool {
        !matches!(self, Self::Unknown)
    }
}

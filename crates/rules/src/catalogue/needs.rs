//! What a door requires as bit masks, so that it can be held against what is known of a person in a few operations.

use super::words::Requirement;

/// A set of requirements.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Mask(pub u32);

impl Mask {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// One requirement.
    #[must_use]
    pub const fn of(r: Requirement) -> Self {
        Self(1 << r as u32)
    }

    /// In both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// In one or the other.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// In this one, not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether nothing is in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether all of `other` is in it.
    #[must_use]
    pub const fn holds(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    /// Requirements in it, in their order.
    pub fn iter(self) -> impl Iterator<Item = Requirement> {
        Requirement::ALL.into_iter().filter(move |r| self.holds(Self::of(*r)))
    }
}

impl FromIterator<Requirement> for Mask {
    fn from_iter<I: IntoIterator<Item = Requirement>>(all: I) -> Self {
        all.into_iter().fold(Self::NONE, |m, r| m.or(Self::of(r)))
    }
}

/// What a door requires: all of `all`, and one at least of each of `one_of` (a smartphone or a computer).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Needs {
    /// Each of them.
    pub all: Mask,
    /// One of each.
    pub one_of: Vec<Mask>,
}

impl Needs {
    /// Everything that is named.
    #[must_use]
    pub fn named(&self) -> Mask {
        self.one_of.iter().fold(self.all, |m, g| m.or(*g))
    }

    /// Required, and known not to be there. A choice is unmet only when none of its terms can be.
    #[must_use]
    pub fn unmet(&self, known_no: Mask) -> Mask {
        let closed = self.one_of.iter().filter(|g| known_no.holds(**g));
        closed.fold(self.all.and(known_no), |m, g| m.or(*g))
    }

    /// Required, and not known to be there or not: where these are, a human door is offered.
    #[must_use]
    pub fn unknown(&self, known_yes: Mask, known_no: Mask) -> Mask {
        let open = self.one_of.iter().filter(|g| g.and(known_yes).is_empty());
        open.fold(self.all.without(known_yes), |m, g| m.or(g.without(known_yes))).without(known_no)
    }

    /// Adds what another door or stage requires too.
    pub fn add(&mut self, other: &Self) {
        self.all = self.all.or(other.all);
        for g in &other.one_of {
            self.one(*g);
        }
    }

    /// One of these, or this one when it is alone.
    pub fn one(&mut self, group: Mask) {
        if group.0.count_ones() == 1 {
            self.all = self.all.or(group);
        } else if !group.is_empty() && !self.one_of.contains(&group) {
            self.one_of.push(group);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Requirement::{Computer, Connection, Password, Smartphone};

    fn needs() -> Needs {
        let mut n = Needs::default();
        n.one(Mask::of(Connection));
        n.one(Mask::from_iter([Smartphone, Computer]));
        n
    }

    #[test]
    fn a_choice_is_unmet_only_when_nothing_of_it_is_there() {
        let n = needs();
        assert_eq!(n.unmet(Mask::of(Computer)), Mask::NONE);
        assert_eq!(n.unmet(Mask::from_iter([Computer, Smartphone])), Mask::from_iter([Smartphone, Computer]));
        assert_eq!(n.unmet(Mask::from_iter([Connection, Password])), Mask::of(Connection));
        assert_eq!(n.named(), Mask::from_iter([Connection, Smartphone, Computer]));
    }

    #[test]
    fn what_is_not_known_stays_unknown() {
        let n = needs();
        assert_eq!(n.unknown(Mask::NONE, Mask::NONE), n.named());
        assert_eq!(n.unknown(Mask::of(Smartphone), Mask::NONE), Mask::of(Connection));
        assert_eq!(n.unknown(Mask::of(Connection), Mask::of(Computer)), Mask::of(Smartphone));
        assert_eq!(n.unknown(Mask::NONE, n.named()), Mask::NONE);
    }

    #[test]
    fn every_requirement_has_its_bit_and_its_name() {
        let all: Mask = Requirement::ALL.into_iter().collect();
        assert_eq!(all.0.count_ones() as usize, Requirement::ALL.len());
        assert_eq!(all.iter().collect::<Vec<_>>(), Requirement::ALL);
        for r in Requirement::ALL {
            assert_eq!(Requirement::parse(r.name()), Some(r));
        }
        assert_eq!(Requirement::parse("conexion"), None);
    }
}

//! From what was observed to types: a set, never one label.

use super::{Journey, Label, Types};
use std::collections::BTreeSet;

/// The types that a journey shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// In alphabetical order.
    pub labels: BTreeSet<Label>,
    /// Positions of the observations that hold, in the order of the file.
    pub observations: Vec<usize>,
}

impl Types {
    /// The types of one unit: those of the observations that are known to be true (`holds`, by computation); with those
    /// given by default, as long as nothing shows that the offer is known. A right without journey has only these.
    #[must_use]
    pub fn shown(&self, journey: Option<&Journey>, holds: impl Fn(usize) -> bool) -> Shown {
        let observed = journey.map_or(&[][..], |j| &j.observed);
        let observations: Vec<usize> = observed.iter().filter(|(_, calc)| holds(*calc)).map(|(o, _)| *o).collect();
        let seen = || observations.iter().filter_map(|o| self.observations.get(*o));
        let mut labels: BTreeSet<Label> = seen().filter_map(|o| o.label).collect();
        if !seen().any(|o| o.knows) {
            labels.extend(&self.by_default);
        }
        Shown { labels, observations }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::diagnostic::Span;
    use crate::journey::Observation;
    use Label::{NotAsked, NotProposed, NotReceived, Unknown};

    fn types() -> Types {
        let one = |label, knows| Observation {
            id: "vu".into(),
            label,
            says: String::new(),
            source: String::new(),
            knows,
            place: (String::new(), Span::default()),
        };
        let observations = vec![one(Some(NotReceived), true), one(Some(NotProposed), false), one(None, true)];
        Types { observations, ..Types::default() }
    }

    fn shown(holding: &[usize]) -> Vec<Label> {
        let journey = Journey { events: Vec::new(), observed: vec![(0, 10), (1, 11), (2, 12)] };
        types().shown(Some(&journey), |c| holding.contains(&c)).labels.into_iter().collect()
    }

    #[test]
    fn without_evidence_of_knowledge_the_pair() {
        assert_eq!(shown(&[]), [Unknown, NotAsked]);
        assert_eq!(shown(&[11]), [Unknown, NotAsked, NotProposed]);
        assert_eq!(types().shown(None, |_| true).labels.into_iter().collect::<Vec<_>>(), [Unknown, NotAsked]);
    }

    #[test]
    fn what_shows_that_the_offer_is_known_takes_the_pair_away() {
        assert_eq!(shown(&[10]), [NotReceived]);
        assert_eq!(shown(&[10, 11]), [NotProposed, NotReceived]);
        assert_eq!(shown(&[12]), [], "asked for a moment ago: of no type yet");
    }
}

//! Types of non-recours and unmet requirements that a case expects.

use super::Case;
use crate::reference::{Foyer, Reference, beside};
use recours_rules::catalogue::Requirement;
use recours_rules::catalogue::words::REQUIREMENTS;
use recours_rules::diagnostic::{Diagnostic, did_you_mean};
use recours_rules::document::{Text, span_of};
use recours_rules::journey::{LABELS, Label};
use recours_rules::pack::{Pack, Right, RightKind};
use std::collections::BTreeSet;

impl Case<'_> {
    /// Holds what stands beside the verdict to what the case says of it.
    pub(super) fn check_beside(
        &self,
        pack: &Pack,
        right: &Right,
        foyer: &Foyer,
        reference: &Reference<'_>,
        person: Option<usize>,
        out: &mut Vec<Diagnostic>,
    ) {
        let expected = &self.case.attendu;
        out.extend(self.words(expected.types.as_deref(), "types", &LABELS, || {
            let shown = beside::shown(pack, reference, right, person);
            if right.kind == RightKind::Droit { shown.labels.into_iter().map(Label::name).collect() } else { Vec::new() }
        }));
        out.extend(self.words(expected.exigences_non_remplies.as_deref(), "exigences non remplies", &REQUIREMENTS, || {
            beside::unmet(pack, reference, foyer, right, person).iter().map(Requirement::name).collect()
        }));
    }

    /// Words of a closed list that are expected, all of them and no other.
    fn words(&self, wanted: Option<&[Text]>, what: &str, known: &[&str], found: impl FnOnce() -> Vec<&'static str>) -> Vec<Diagnostic> {
        let Some(wanted) = wanted else { return Vec::new() };
        let mut out = Vec::new();
        for t in wanted.iter().filter(|t| !known.contains(&t.value.as_str())) {
            let near = did_you_mean(&t.value, known.iter().copied());
            let help = near.map_or_else(|| format!("connus : {}", known.join(", ")), |n| format!("vouliez-vous dire `{n}` ?"));
            out.push(self.fault(t, format!("mot inconnu `{}`", t.value)).help(help));
        }
        let all: BTreeSet<&str> = wanted.iter().map(|t| t.value.as_str()).collect();
        let found: BTreeSet<&str> = found().into_iter().collect();
        if out.is_empty() && all != found {
            let list = |of: BTreeSet<&str>| if of.is_empty() { "rien".to_owned() } else { of.into_iter().collect::<Vec<_>>().join(", ") };
            let place = wanted.first().map_or_else(|| span_of(&self.case.nom), span_of);
            out.push(self.at(place, format!("{what} : attendu {}, obtenu {}", list(all), list(found))));
        }
        out
    }
}

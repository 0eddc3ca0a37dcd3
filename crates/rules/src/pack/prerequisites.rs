//! What must be there before a procedure can succeed: an address before an account, an account before a declaration.
//! The names are known, and nothing waits for itself.

use super::Right;
use super::build::Builder;
use crate::catalogue::{REQUIREMENTS, Requirement};
use crate::diagnostic::{Diagnostic, Span, did_you_mean};
use crate::document::prerequisites::PrerequisitesDoc;
use crate::document::{Text, span_of};
use crate::vocabulary::duplicate;
use std::collections::BTreeSet;

/// What a procedure needs to be there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prerequisite {
    /// Name.
    pub id: String,
    /// What must be there, for people.
    pub label: String,
    /// What to do first when it is not, for people.
    pub lift: String,
    /// Where it comes from.
    pub source: String,
    /// The requirement of the catalogue that it answers to: a body that knows it unmet knows this to be missing.
    pub requirement: Option<Requirement>,
    /// Rules whose finding shows that it is not there.
    pub signs: Vec<String>,
    /// Prerequisites of its own.
    pub after: Vec<String>,
    /// File and place.
    pub place: (String, Span),
}

impl Builder<'_> {
    /// The prerequisites of all files, held to the names of rules.
    pub(super) fn prerequisites(&mut self, docs: Vec<(&str, PrerequisitesDoc)>, rules: &BTreeSet<String>) -> Vec<Prerequisite> {
        let ids: BTreeSet<String> = docs.iter().flat_map(|(_, d)| &d.prealables).map(|p| p.id.value.clone()).collect();
        let mut seen = BTreeSet::new();
        let mut out = Vec::new();
        for (file, doc) in docs {
            for p in doc.prealables {
                if !seen.insert(p.id.value.clone()) || rules.contains(&p.id.value) {
                    self.out.push(duplicate(file, &p.id));
                }
                for (text, what) in [(&p.lever, "ce qu'il faut faire d'abord"), (&p.source, "d'où on le sait")] {
                    if text.value.trim().is_empty() {
                        self.error("R-101", file, text, format!("ce préalable ne dit pas {what}"), "compléter la phrase");
                    }
                }
                let requirement = p.exigence.as_ref().and_then(|t| {
                    let found = Requirement::parse(&t.value);
                    if found.is_none() {
                        self.unknown(file, t, "exigence", REQUIREMENTS.iter().copied());
                    }
                    found
                });
                for t in p.signes.iter().filter(|t| !rules.contains(&t.value)) {
                    self.unknown(file, t, "règle", rules.iter().map(String::as_str));
                }
                for t in p.apres.iter().filter(|t| !ids.contains(&t.value)) {
                    self.unknown(file, t, "préalable", ids.iter().map(String::as_str));
                }
                let names = |list: Vec<Text>| list.into_iter().map(|t| t.value).collect();
                out.push(Prerequisite {
                    place: (file.to_owned(), span_of(&p.id)),
                    id: p.id.value,
                    label: p.dit,
                    lift: p.lever.value,
                    source: p.source.value,
                    requirement,
                    signs: names(p.signes),
                    after: names(p.apres),
                });
            }
        }
        out
    }

    /// The prerequisites of a rule: of the list, or rights that come before it.
    pub(super) fn needed(
        &mut self,
        file: &str,
        named: Vec<Text>,
        prerequisites: &[Prerequisite],
        rights: &BTreeSet<String>,
    ) -> Vec<String> {
        for t in &named {
            if !rights.contains(&t.value) && !prerequisites.iter().any(|p| p.id == t.value) {
                let known = prerequisites.iter().map(|p| p.id.as_str()).chain(rights.iter().map(String::as_str));
                self.unknown(file, t, "préalable", known);
            }
        }
        named.into_iter().map(|t| t.value).collect()
    }

    fn unknown<'n>(&mut self, file: &str, t: &Text, what: &str, known: impl Iterator<Item = &'n str>) {
        let help = did_you_mean(&t.value, known)
            .map_or_else(|| "nommer ce que le jeu de règles définit".to_owned(), |n| format!("vouliez-vous dire `{n}` ?"));
        self.error("R-020", file, t, format!("{what} inconnu(e) `{}`", t.value), help);
    }
}

/// What stands directly before a name.
pub(crate) fn before<'p>(prerequisites: &'p [Prerequisite], rights: &[&'p Right], name: &str) -> &'p [String] {
    let own = prerequisites.iter().find(|p| p.id == name).map(|p| p.after.as_slice());
    own.or_else(|| rights.iter().find(|r| r.id == name).map(|r| r.prerequisites.as_slice())).unwrap_or_default()
}

/// A name that waits for itself, with the path.
pub(super) fn circle(prerequisites: &[Prerequisite], rights: &[Right]) -> Option<Diagnostic> {
    let rights: Vec<&Right> = rights.iter().collect();
    let names = prerequisites.iter().map(|p| (&p.id, &p.place)).chain(rights.iter().map(|r| (&r.id, &r.place)));
    let mut done: BTreeSet<&str> = BTreeSet::new();
    for (start, place) in names {
        // (name, next of those before it): the path of the search.
        let mut path: Vec<(&str, usize)> = vec![(start.as_str(), 0)];
        while let Some((at, next)) = path.last().copied() {
            match before(prerequisites, &rights, at).get(next) {
                _ if done.contains(at) => {
                    path.pop();
                }
                None => {
                    done.insert(at);
                    path.pop();
                }
                Some(name) => {
                    if let Some(from) = path.iter().position(|(n, _)| n == name) {
                        let mut circle: Vec<&str> = path.get(from..).unwrap_or_default().iter().map(|p| p.0).collect();
                        circle.push(name);
                        let message = format!("ces préalables s'attendent l'un l'autre : {}", circle.join(" → "));
                        return Some(Diagnostic::error("R-101", &place.0, place.1, message).help("retirer l'un de ces liens"));
                    }
                    if let Some(top) = path.last_mut() {
                        top.1 += 1;
                    }
                    path.push((name, 0));
                }
            }
        }
    }
    None
}

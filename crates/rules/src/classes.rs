//! Classes of data: what facts are about, and the most that may happen to them between bodies.

use crate::date::{self, Days};
use crate::diagnostic::{Diagnostic, Span, did_you_mean};
use crate::document::classes::{ClassesDoc, FrameDoc};
use crate::document::{Text, span_of};
use crate::vocabulary::{Crossing, Vocabulary, duplicate};

/// Whether a statement about the law was read at its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Read, on that day.
    Checked(Days),
    /// From memory: what has to be opened before anybody relies on it.
    ToCheck(String),
}

impl Status {
    /// For people: `vérifié le 2026-11-22`, or `à vérifier : …`.
    #[must_use]
    pub fn says(&self) -> String {
        match self {
            Self::Checked(day) => format!("vérifié le {}", date::format(*day)),
            Self::ToCheck(what) => format!("à vérifier : {what}"),
        }
    }

    /// Whether somebody has still to open it.
    #[must_use]
    pub const fn to_check(&self) -> bool {
        matches!(self, Self::ToCheck(_))
    }
}

/// A class of data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// Name.
    pub name: String,
    /// Name for people.
    pub label: String,
    /// One sentence.
    pub says: String,
    /// The most that a fact of it may do.
    pub crossing: Crossing,
    /// Classes into which the holder of facts that stay may conclude, by true or false.
    pub conclusions: Vec<String>,
    /// Classes into which it may conclude by a date too.
    pub dated: Vec<String>,
    /// The article that says so.
    pub article: String,
    /// Whether that was checked.
    pub status: Status,
    /// File and place.
    pub place: (String, Span),
}

/// A legal text that papers cite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Name.
    pub id: String,
    /// How it is cited.
    pub title: String,
    /// What it says, as far as it was read.
    pub says: String,
    /// Where it was read; absent when from memory.
    pub read_at: Option<String>,
    /// Whether that was checked.
    pub status: Status,
    /// File and place.
    pub place: (String, Span),
}

/// One of the two, never both nor neither: a date that nobody reads is no check.
fn status(file: &str, at: &Text, checked: Option<&Text>, to_check: Option<&Text>, out: &mut Vec<Diagnostic>) -> Status {
    match (checked, to_check) {
        (Some(day), None) => match date::parse(&day.value) {
            Some(days) => return Status::Checked(days),
            None => out.push(Diagnostic::error("R-015", file, span_of(day), "cette date n'existe pas").help("écrire AAAA-MM-JJ")),
        },
        (None, Some(what)) if !what.value.trim().is_empty() => return Status::ToCheck(what.value.clone()),
        (_, what) => {
            let place = span_of(what.unwrap_or(at));
            out.push(
                Diagnostic::error("R-121", file, place, format!("`{}` ne dit pas si cela a été vérifié", at.value))
                    .help("écrire `verifie: AAAA-MM-JJ`, ou `a_verifier: \"…\"` avec l'article à ouvrir ; l'un des deux"),
            );
        }
    }
    Status::ToCheck(String::new())
}

/// Reads the classes: each once, crossings and conclusions of the list.
pub(crate) fn classes(docs: Vec<(&str, ClassesDoc)>, out: &mut Vec<Diagnostic>) -> Vec<Class> {
    let names: Vec<String> = docs.iter().flat_map(|(_, d)| &d.classes_de_donnees).map(|c| c.classe.value.clone()).collect();
    let mut all: Vec<Class> = Vec::new();
    for (file, doc) in docs {
        for c in doc.classes_de_donnees {
            if all.iter().any(|k| k.name == c.classe.value) {
                out.push(duplicate(file, &c.classe));
                continue;
            }
            let crossing = Crossing::parse(&c.croisement.value).unwrap_or_else(|| {
                out.push(
                    Diagnostic::error("R-011", file, span_of(&c.croisement), "croisement inconnu")
                        .help("écrire `autorise`, `detenteur_seul` ou `interdit`"),
                );
                Crossing::Forbidden
            });
            let status = status(file, &c.classe, c.verifie.as_ref(), c.a_verifier.as_ref(), out);
            for t in c.conclusions.iter().chain(&c.conclusions_datees).filter(|t| !names.contains(&t.value)) {
                out.push(unknown(file, t, names.iter().map(String::as_str)));
            }
            if crossing == Crossing::Forbidden
                && let Some(t) = c.conclusions.iter().chain(&c.conclusions_datees).next()
            {
                out.push(
                    Diagnostic::error("R-121", file, span_of(t), "rien ne se conclut d'une classe qui ne sort jamais")
                        .help("retirer ses conclusions, ou écrire `croisement: detenteur_seul`"),
                );
            }
            let listed = |list: Vec<Text>| list.into_iter().map(|t| t.value).collect();
            all.push(Class {
                place: (file.to_owned(), span_of(&c.classe)),
                name: c.classe.value,
                label: c.libelle,
                says: c.dit,
                crossing,
                conclusions: listed(c.conclusions),
                dated: listed(c.conclusions_datees),
                article: c.article.value,
                status,
            });
        }
    }
    all
}

/// A class that the list does not have.
fn unknown<'n>(file: &str, t: &Text, names: impl Iterator<Item = &'n str> + Clone) -> Diagnostic {
    unknown_at(file, span_of(t), &t.value, names)
}

fn unknown_at<'n>(file: &str, span: Span, name: &str, names: impl Iterator<Item = &'n str> + Clone) -> Diagnostic {
    let help = did_you_mean(name, names.clone())
        .map_or_else(|| format!("classes connues : {}", names.collect::<Vec<_>>().join(", ")), |n| format!("vouliez-vous dire `{n}` ?"));
    Diagnostic::error("R-120", file, span, format!("classe de données inconnue `{name}`")).help(help)
}

/// Every fact is of a class of the list. A pack without a list is not held to one here: nothing of it crosses
/// ([`crate::flow::prove`] refuses it), and computing at home needs none.
pub(crate) fn hold(vocabulary: &Vocabulary, classes: &[Class], out: &mut Vec<Diagnostic>) {
    if classes.is_empty() {
        return;
    }
    let names = classes.iter().map(|c| c.name.as_str());
    for v in vocabulary.variables.iter().filter(|v| !classes.iter().any(|c| c.name == v.class)) {
        out.push(unknown_at(&v.class_place.0, v.class_place.1, &v.class, names.clone()));
    }
}

/// Reads the legal texts: each once, with where it was read.
pub(crate) fn frame(docs: Vec<(&str, FrameDoc)>, out: &mut Vec<Diagnostic>) -> Vec<Reference> {
    let mut all: Vec<Reference> = Vec::new();
    for (file, doc) in docs {
        for r in doc.cadre {
            if all.iter().any(|k| k.id == r.texte.value) {
                out.push(duplicate(file, &r.texte));
                continue;
            }
            let status = status(file, &r.texte, r.verifie.as_ref(), r.a_verifier.as_ref(), out);
            if r.lu.is_none() && !status.to_check() {
                out.push(
                    Diagnostic::error("R-121", file, span_of(&r.texte), format!("`{}` est vérifié, mais sans dire où", r.texte.value))
                        .help("écrire `lu: \"…\"`, le nom du site, ou `a_verifier`"),
                );
            }
            all.push(Reference {
                place: (file.to_owned(), span_of(&r.texte)),
                id: r.texte.value,
                title: r.titre,
                says: r.dit,
                read_at: r.lu.map(|t| t.value),
                status,
            });
        }
    }
    all
}

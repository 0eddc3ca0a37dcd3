//! Worked cases: the examples that stand beside a rule, evaluated by the plain evaluator and held to what they
//! expect. The people of a case are invented by its author, so messages may show values.

mod beside;
mod dates;
mod moments;

pub use moments::{Moment, Moments};

use super::settle::minimal_sets;
use super::{FactId, Facts, Foyer, Reference};
use crate::coverage::Seen;
use crate::foyers::column_name;
use crate::value::May;
use recours_rules::date::{self, Days};
use recours_rules::diagnostic::{Diagnostic, Span, did_you_mean};
use recours_rules::document::{CaseDoc, Text, span_of};
use recours_rules::interval::Interval;
use recours_rules::number;
use recours_rules::pack::{Pack, Right, RightKind};
use recours_rules::truth::Truth;
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::{SERIES_MONTHS, Variable};
use std::collections::{BTreeMap, BTreeSet};

/// What running the cases of a pack gave.
#[derive(Debug, Default)]
pub struct Outcome {
    /// Cases run.
    pub run: usize,
    /// Cases that did not give what they expect, or that cannot be read: code `R-040`, in the order of the rights.
    pub faults: Vec<Diagnostic>,
    /// Truths of the conditions that the cases computed.
    pub seen: Seen,
    /// At which moments of each rupture its cases stand.
    pub moments: Moments,
}

/// Runs the cases of every right and rupture of a pack, each with the pack of its own day: `build` gives the pack
/// for a day, and is asked at most once for each. Cases of versions that are not in force on the day of `pack`
/// are not among its rights, and are run with a pack of their time.
pub fn run(pack: &Pack, mut build: impl FnMut(Days) -> Result<Pack, Vec<Diagnostic>>) -> Outcome {
    let mut out = Outcome::default();
    let mut packs: BTreeMap<Days, Option<Pack>> = BTreeMap::new();
    for right in &pack.rights {
        for case in &right.cases {
            out.run += 1;
            let at = Case { file: &right.place.0, case };
            let Some(on) = date::parse(&case.le.value) else {
                out.faults.push(at.fault(&case.le, "cette date n'existe pas").help("écrire AAAA-MM-JJ"));
                continue;
            };
            if on == pack.on {
                out.faults.extend(check_seen(pack, right, case, &mut out.seen, &mut out.moments));
                continue;
            }
            let dated = packs.entry(on).or_insert_with(|| match build(on) {
                Ok(p) => Some(p),
                Err(faults) => {
                    out.faults.extend(faults);
                    None
                }
            });
            let Some(dated) = dated else {
                out.faults.push(at.fault(&case.le, format!("le jeu de règles a des fautes au {}", case.le.value)));
                continue;
            };
            match dated.rights.iter().find(|r| r.rule() == right.rule()) {
                Some(r) => out.faults.extend(check_seen(dated, r, case, &mut out.seen, &mut out.moments)),
                None => out.faults.push(
                    at.fault(&case.le, format!("`{}` n'est pas en vigueur à cette date", right.rule()))
                        .help("dater le cas dans la `validite` de la règle"),
                ),
            }
        }
    }
    out
}

/// Runs one case of a right of `pack`, which must be built for the day of the case. A right of a person is that of
/// the first person, the `demandeur`, unless the case names another.
#[must_use]
pub fn check(pack: &Pack, right: &Right, case: &CaseDoc) -> Vec<Diagnostic> {
    check_seen(pack, right, case, &mut Seen::default(), &mut Moments::new())
}

fn check_seen(pack: &Pack, right: &Right, case: &CaseDoc, seen: &mut Seen, moments: &mut Moments) -> Vec<Diagnostic> {
    let at = Case { file: &right.place.0, case };
    let foyer = match at.foyer(pack) {
        Ok(f) => f,
        Err(faults) => return faults,
    };
    let mut out = Vec::new();
    let none = BTreeSet::new();
    let reference = Reference::new(pack, &foyer, &none);
    let person = at.person(right, &mut out);
    let verdict = reference.calc(right.entitled, person).truth();
    seen.record(pack, &reference);
    let missing = if verdict == Truth::Unknown { missing(pack, &foyer, right, person) } else { Vec::new() };
    let expected = &case.attendu.droit;
    match expected.value.as_str() {
        "oui" | "non" | "inconnu" if expected.value == name(verdict) => {}
        "oui" | "non" | "inconnu" => out.push(
            at.fault(expected, format!("droit attendu : {}, obtenu : {}", expected.value, name(verdict)))
                .help(why(&reference, right, person, verdict, &missing)),
        ),
        _ => out.push(at.fault(expected, "réponse attendue inconnue").help("écrire `oui`, `non` ou `inconnu`")),
    }
    if let Some(text) = &case.attendu.montant {
        let found = right.amount.map(|c| reference.calc(c, person).num());
        match (number::parse(&text.value), found) {
            (None, _) => out.push(at.fault(text, "montant mal écrit").help("un nombre décimal avec un point, sans unité")),
            (_, None) => out.push(at.fault(text, "cette règle n'a pas de montant").help("retirer `montant` de l'attendu")),
            (Some(m), Some(i)) if i == Interval::point(m) => {}
            (Some(m), Some(i)) => {
                let found =
                    if i.is_point() { number::format(i.lo) } else { format!("entre {} et {}", number::format(i.lo), number::format(i.hi)) };
                out.push(at.fault(text, format!("montant attendu : {}, obtenu : {found}", number::format(m))));
            }
        }
    }
    at.check_dates(&reference, right, person, &mut out);
    at.says_its_dates(&reference, right, person, &mut out);
    if right.kind == RightKind::Rupture {
        let of = moments.entry(right.rule()).or_default();
        if let Some(count) = at.moment(pack, right, &foyer, &reference, person, &mut out).and_then(|m| of.get_mut(m as usize)) {
            *count += 1;
        }
    }
    at.check_beside(pack, right, &foyer, &reference, person, &mut out);
    for wanted in &case.attendu.manque {
        // A series may be named whole.
        let named = |column: &String| column == wanted || column.rsplit_once("_m").is_some_and(|(stem, _)| stem == wanted);
        if !missing.iter().any(named) {
            let found = if missing.is_empty() { "rien ne manque".to_owned() } else { format!("manque : {}", missing.join(", ")) };
            out.push(at.fault(&case.nom, format!("`{wanted}` devrait manquer, {found}")));
        }
    }
    out
}

/// The foyer of a case, for a pack of any day; absent when the case cannot be read.
#[must_use]
pub fn foyer(pack: &Pack, file: &str, case: &CaseDoc) -> Option<Foyer> {
    Case { file, case }.foyer(pack).ok()
}

const fn name(t: Truth) -> &'static str {
    match t {
        Truth::True => "oui",
        Truth::False => "non",
        Truth::Unknown => "inconnu",
    }
}

/// The input columns that would settle the verdict, in order.
fn missing(pack: &Pack, foyer: &Foyer, right: &Right, person: Option<usize>) -> Vec<String> {
    const MOST_SETS: usize = 5;
    let sets = minimal_sets(pack, foyer, right.entitled, person, MOST_SETS);
    let facts: BTreeSet<FactId> = sets.into_iter().flatten().collect();
    facts.into_iter().map(|f| column_name(pack, f)).collect()
}

/// Which clauses made the verdict, for the author of the case.
fn why(reference: &Reference<'_>, right: &Right, person: Option<usize>, verdict: Truth, missing: &[String]) -> String {
    let clauses = |t: Truth| -> Vec<&str> {
        right.conditions.iter().filter(|c| reference.calc(c.calc, person).truth() == t).map(|c| c.id.as_str()).collect()
    };
    match verdict {
        Truth::True => "toutes les clauses sont remplies".into(),
        Truth::False => match clauses(Truth::False).as_slice() {
            [] => "toutes les clauses sont remplies, mais le montant est nul".into(),
            ids => format!("clauses non remplies : {}", ids.join(", ")),
        },
        Truth::Unknown => {
            let ids = clauses(Truth::Unknown);
            let what = if ids.is_empty() {
                "le montant n'est pas établi".to_owned()
            } else {
                format!("clauses non établies : {}", ids.join(", "))
            };
            if missing.is_empty() { what } else { format!("{what} ; manque : {}", missing.join(", ")) }
        }
    }
}

/// A case with its file.
struct Case<'a> {
    file: &'a str,
    case: &'a CaseDoc,
}

impl Case<'_> {
    fn fault(&self, at: &Text, message: impl Into<String>) -> Diagnostic {
        self.at(span_of(at), message)
    }

    fn at(&self, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error("R-040", self.file, span, format!("cas « {} » : {}", self.case.nom.value, message.into()))
    }

    /// The foyer of the case: what is said, then nothing (`reste_nul`) or unknown for the rest.
    fn foyer(&self, pack: &Pack) -> Result<Foyer, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let mut foyer = Foyer { facts: self.facts(pack, Entity::Foyer, &self.case.foyer, &mut faults), persons: Vec::new() };
        for (rank, facts) in self.case.personnes.iter().enumerate() {
            let mut facts = self.facts(pack, Entity::Personne, facts, &mut faults);
            // The first person of a case is the demandeur, said or not.
            if rank == 0
                && let Some(Type::Code(list)) = pack.vocabulary.variables.get(pack.role).map(|v| v.ty)
                && let Some(code) = pack.vocabulary.lists.get(list).and_then(|l| l.index("demandeur"))
            {
                facts.entry((pack.role, None)).or_insert(May::Code(1 << code));
            }
            foyer.persons.push(facts);
        }
        if self.case.personnes.is_empty() {
            faults.push(
                self.fault(&self.case.nom, "un foyer compte au moins une personne").help("ajouter `personnes`, le demandeur d'abord"),
            );
        }
        if faults.is_empty() { Ok(foyer) } else { Err(faults) }
    }

    fn facts(&self, pack: &Pack, entity: Entity, said: &BTreeMap<String, Text>, faults: &mut Vec<Diagnostic>) -> Facts {
        let mut out = Facts::new();
        let mut unknown: BTreeSet<FactId> = BTreeSet::new();
        // A whole series comes before its months in the order of names, so a month said apart wins.
        for (column, text) in said {
            let Some((v, months)) = self.column(pack, entity, column, text, faults) else { continue };
            let Some(variable) = pack.vocabulary.variables.get(v) else { continue };
            match value(pack, variable, &text.value) {
                Ok(Some(may)) => out.extend(months.into_iter().map(|m| ((v, m), may))),
                Ok(None) => unknown.extend(months.into_iter().map(|m| (v, m))),
                Err(expected) => faults.push(self.fault(text, format!("`{column}` mal écrit")).help(expected)),
            }
        }
        if self.case.reste_nul {
            for (i, v) in pack.vocabulary.variables.iter().enumerate().filter(|(_, v)| v.entity == entity) {
                // A fact that follows from others is left to follow from them.
                if let (Some(may), false) = (nothing(v), pack.derived.contains_key(&i)) {
                    for m in months(v) {
                        out.entry((i, m)).or_insert(may);
                    }
                }
            }
        }
        out.retain(|fact, _| !unknown.contains(fact));
        out
    }

    /// The fact and the months that a key of the case names.
    fn column(
        &self,
        pack: &Pack,
        entity: Entity,
        column: &str,
        text: &Text,
        faults: &mut Vec<Diagnostic>,
    ) -> Option<(usize, Vec<Option<usize>>)> {
        let vocabulary = &pack.vocabulary;
        let whole = vocabulary.find(column).and_then(|v| vocabulary.variables.get(v).map(|x| (v, months(x))));
        let found = whole.or_else(|| vocabulary.column(column).map(|(v, m)| (v, vec![m])));
        let Some((v, months)) = found else {
            let near = did_you_mean(column, vocabulary.variables.iter().map(|v| v.name.as_str()));
            let help = near.map_or_else(|| "nommer une variable du vocabulaire".to_owned(), |n| format!("vouliez-vous dire `{n}` ?"));
            faults.push(self.fault(text, format!("fait inconnu `{column}`")).help(help));
            return None;
        };
        match vocabulary.variables.get(v).map(|v| v.entity) {
            Some(e) if e == entity => Some((v, months)),
            e => {
                let help = if e == Some(Entity::Foyer) { "l'écrire sous `foyer`" } else { "l'écrire sous une des `personnes`" };
                faults.push(self.fault(text, format!("`{column}` n'est pas un fait de {entity}")).help(help));
                None
            }
        }
    }
}

fn months(v: &Variable) -> Vec<Option<usize>> {
    if v.series { (0..SERIES_MONTHS).map(Some).collect() } else { vec![None] }
}

/// Known to be nothing: zero, false, none. A code or a date that always is has no such value.
fn nothing(v: &Variable) -> Option<May> {
    match v.ty {
        Type::Num(_) | Type::Literal => (v.domain.lo <= 0 && v.domain.hi >= 0).then_some(May::Num(Interval::point(0))),
        Type::Bool => Some(May::Truth(Truth::False)),
        Type::Date { absent_possible } => absent_possible.then_some(May::Date(Interval::point(0), Truth::True)),
        Type::Code(_) => None,
    }
}

/// A value of a case; `None` when it is said to be unknown; what was expected when it cannot be read.
fn value(pack: &Pack, v: &Variable, text: &str) -> Result<Option<May>, String> {
    let code = |list: usize| pack.vocabulary.lists.get(list);
    if text == "inconnu" && !matches!(v.ty, Type::Code(l) if code(l).is_some_and(|l| l.index(text).is_some())) {
        return Ok(None);
    }
    let may = match v.ty {
        Type::Num(_) | Type::Literal => {
            let x = number::parse(text).ok_or("un nombre décimal avec un point, sans unité")?;
            if x < v.domain.lo || x > v.domain.hi {
                return Err(format!("entre {} et {}", number::format(v.domain.lo), number::format(v.domain.hi)));
            }
            May::Num(Interval::point(x))
        }
        Type::Bool => match text {
            "vrai" | "oui" | "true" => May::Truth(Truth::True),
            "faux" | "non" | "false" => May::Truth(Truth::False),
            _ => return Err("écrire `vrai` ou `faux`".into()),
        },
        Type::Date { absent_possible: true } if text == "aucune" => May::Date(Interval::point(0), Truth::True),
        Type::Date { absent_possible } => {
            let none = if absent_possible { ", ou `aucune`" } else { "" };
            May::Date(Interval::point(date::parse(text).ok_or_else(|| format!("une date AAAA-MM-JJ{none}"))?), Truth::False)
        }
        Type::Code(list) => {
            let list = code(list).ok_or("un code")?;
            let i = list.index(text).or_else(|| list.index_written(text));
            May::Code(1 << i.ok_or_else(|| format!("un de : {}", list.codes.join(", ")))?)
        }
    };
    Ok(Some(may))
}

#[cfg(test)]
mod tests;

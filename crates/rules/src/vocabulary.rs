//! The facts that rules may read: names, types, domains, holders, classes.

use crate::diagnostic::{Diagnostic, Span, did_you_mean};
use crate::document::{Spanned, Text, VariableDoc, VocabularyDoc, span_of};
use crate::interval::Interval;
use crate::number::{self, INF, NEG_INF};
use crate::types::{Entity, Type, Unit};
use std::collections::HashMap;

/// Months of a series: M-14 to M.
pub const SERIES_MONTHS: usize = 15;

/// A closed list of codes (64 at most: a set of possible codes is one machine word).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeList {
    /// Name.
    pub name: String,
    /// Codes as rules write them.
    pub codes: Vec<String>,
    /// Codes as files write them, same order.
    pub written: Vec<String>,
}

impl CodeList {
    /// Position of a code as rules write it.
    #[must_use]
    pub fn index(&self, code: &str) -> Option<usize> {
        self.codes.iter().position(|c| c == code)
    }

    /// Position of a code as files write it. `ecrits` may hold several spellings apart by spaces; `?` stands
    /// for any capital letter (`??` : every other country code), tried last.
    #[must_use]
    pub fn index_written(&self, code: &str) -> Option<usize> {
        let fits = |pattern: &str, wild: bool| {
            pattern.split(' ').any(|p| {
                if p.contains('?') {
                    wild && p.len() == code.len()
                        && p.bytes().zip(code.bytes()).all(|(a, b)| if a == b'?' { b.is_ascii_uppercase() } else { a == b })
                } else {
                    !wild && p == code
                }
            })
        };
        let find = |wild: bool| self.written.iter().position(|w| fits(w, wild));
        find(false).or_else(|| self.index(code)).or_else(|| find(true))
    }

    /// The codes as a message may list them.
    #[must_use]
    pub fn listing(&self) -> String {
        self.written.join(", ")
    }

    /// The set of all codes.
    #[must_use]
    pub fn all(&self) -> u64 {
        if self.codes.len() >= 64 { u64::MAX } else { (1u64 << self.codes.len()) - 1 }
    }
}

/// What may happen to a fact between bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Crossing {
    /// May go to the host.
    Authorised,
    /// Stays with its holder; only what the holder concludes may leave.
    HolderOnly,
    /// Never leaves.
    Forbidden,
}

impl Crossing {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "autorise" => Some(Self::Authorised),
            "detenteur_seul" => Some(Self::HolderOnly),
            "interdit" => Some(Self::Forbidden),
            _ => None,
        }
    }
}

/// What a fact may be evidence of, when it is asked what a person can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// Somebody observed it in front of the person.
    Observed,
    /// Nothing: daily use, a login, an address on file.
    Nothing,
}

impl Proof {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "capacite" => Some(Self::Observed),
            "rien" => Some(Self::Nothing),
            _ => None,
        }
    }
}

/// A fact.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Name, also of the input column (`<name>_mKK` for a series).
    pub name: String,
    /// One French sentence.
    pub label: String,
    /// Whose fact it is.
    pub entity: Entity,
    /// Its type.
    pub ty: Type,
    /// Whether it has one value a month, from M-14 to M.
    pub series: bool,
    /// Everything it may be when unknown (numbers).
    pub domain: Interval,
    /// Whether a date may be known to be none.
    pub absent_possible: bool,
    /// Bodies that may bring it.
    pub holders: Vec<String>,
    /// Class of data, of the pack's list.
    pub class: String,
    /// File and place of that class.
    pub class_place: (String, Span),
    /// What may happen to it between bodies.
    pub crossing: Crossing,
    /// Bodies whose joint silence means none.
    pub payers: Vec<String>,
    /// What it may be evidence of; absent: of no capacity either.
    pub proof: Option<Proof>,
    /// Expression from other facts, in force when the column does not say.
    pub derive: Option<(Text, String)>,
}

impl Variable {
    /// The input columns of this fact.
    #[must_use]
    pub fn columns(&self) -> Vec<String> {
        if self.series { (0..SERIES_MONTHS).map(|k| format!("{}_m{k:02}", self.name)).collect() } else { vec![self.name.clone()] }
    }
}

/// All facts and code lists of a pack.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    /// Facts.
    pub variables: Vec<Variable>,
    /// Closed lists.
    pub lists: Vec<CodeList>,
    index: HashMap<String, usize>,
}

impl Vocabulary {
    /// Position of a fact.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// The fact and month index (0 for M) of an input column.
    #[must_use]
    pub fn column(&self, column: &str) -> Option<(usize, Option<usize>)> {
        if let Some(v) = self.find(column).filter(|v| self.variables.get(*v).is_some_and(|v| !v.series)) {
            return Some((v, None));
        }
        let (stem, month) = column.rsplit_once("_m")?;
        let month: usize = month.parse().ok().filter(|_| month.len() == 2)?;
        let v = self.find(stem)?;
        (self.variables.get(v)?.series && month < SERIES_MONTHS).then_some((v, Some(month)))
    }

    /// Adds a vocabulary file.
    pub fn add(&mut self, file: &str, doc: VocabularyDoc, out: &mut Vec<Diagnostic>) {
        for list in doc.codes {
            let codes: Vec<String> = list.valeurs.iter().map(|v| v.value.clone()).collect();
            let written = list.ecrits.as_ref().map_or_else(|| codes.clone(), |w| w.iter().map(|v| v.value.clone()).collect());
            if codes.len() > 64 || codes.is_empty() || written.len() != codes.len() {
                out.push(Diagnostic::error(
                    "R-010",
                    file,
                    span_of(&list.nom),
                    "une liste de codes en compte de 1 à 64, et autant d'`ecrits` que de `valeurs`",
                ));
            }
            let twice = list.valeurs.iter().enumerate().find(|(i, v)| codes.iter().take(*i).any(|c| *c == v.value));
            out.extend(twice.map(|(_, v)| duplicate(file, v)));
            if self.lists.iter().any(|l| l.name == list.nom.value) {
                out.push(duplicate(file, &list.nom));
                continue;
            }
            self.lists.push(CodeList { name: list.nom.value, codes, written });
        }
        for doc in doc.variables {
            match self.variable(file, doc) {
                Ok(v) if self.index.contains_key(&v.0.name) => out.push(duplicate(file, &v.1)),
                Ok(v) => {
                    self.index.insert(v.0.name.clone(), self.variables.len());
                    self.variables.push(v.0);
                }
                Err(d) => out.push(*d),
            }
        }
    }

    fn variable(&self, file: &str, doc: VariableDoc) -> Result<(Variable, Text), Box<Diagnostic>> {
        let fault = |t: &Text, what: &str, help: String| Box::new(Diagnostic::error("R-011", file, span_of(t), what).help(help));
        let entity = match doc.pour.value.as_str() {
            "personne" => Entity::Personne,
            "foyer" => Entity::Foyer,
            _ => return Err(fault(&doc.pour, "`pour` inconnu", "écrire `personne` ou `foyer`".into())),
        };
        let mut domain = Interval::new(0, INF);
        let ty = match doc.genre.value.as_str() {
            "montant" | "nombre" => {
                let unit = match &doc.unite {
                    Some(u) => Unit::parse(&u.value).ok_or_else(|| unknown_unit(file, u))?,
                    None if doc.genre.value == "nombre" => Unit::Nombre,
                    None => return Err(fault(&doc.nom, "ce montant n'a pas d'unité", "ajouter par exemple `unite: euro_par_mois`".into())),
                };
                Type::Num(unit)
            }
            "booleen" => Type::Bool,
            "date" => Type::Date { absent_possible: doc.peut_etre_absent },
            "code" => {
                let list =
                    doc.codes.as_ref().ok_or_else(|| fault(&doc.nom, "ce code n'a pas de liste", "ajouter `codes: <liste>`".into()))?;
                let found = self.lists.iter().position(|l| l.name == list.value);
                Type::Code(found.ok_or_else(|| fault(list, "liste de codes inconnue", "la déclarer sous `codes`, avant".into()))?)
            }
            _ => return Err(fault(&doc.genre, "type inconnu", "écrire `montant`, `nombre`, `booleen`, `date` ou `code`".into())),
        };
        for (bound, text, open) in [(&mut domain.lo, &doc.min, NEG_INF), (&mut domain.hi, &doc.max, INF)] {
            if let Some(t) = text {
                *bound = match t.value.as_str() {
                    "aucun" => open,
                    v => number::parse(v).ok_or_else(|| fault(t, "borne mal écrite", "un nombre, ou `aucun`".into()))?,
                };
            }
        }
        if domain.lo > domain.hi {
            let at = doc.max.as_ref().or(doc.min.as_ref()).unwrap_or(&doc.nom);
            return Err(fault(at, "domaine vide", "`min` ne dépasse pas `max`".into()));
        }
        let crossing = match &doc.croisement {
            None => Crossing::Authorised,
            Some(t) => Crossing::parse(&t.value)
                .ok_or_else(|| fault(t, "croisement inconnu", "écrire `autorise`, `detenteur_seul` ou `interdit`".into()))?,
        };
        let proof = match &doc.prouve {
            None => None,
            Some(t) => Some(Proof::parse(&t.value).ok_or_else(|| fault(t, "`prouve` inconnu", "écrire `capacite` ou `rien`".into()))?),
        };
        let name = doc.nom.value.clone();
        Ok((
            Variable {
                name,
                label: doc.dit,
                entity,
                ty,
                series: doc.serie,
                domain,
                absent_possible: doc.peut_etre_absent,
                holders: doc.detenteurs,
                class_place: (file.to_owned(), span_of(&doc.classe)),
                class: doc.classe.value,
                crossing,
                payers: doc.payeurs,
                proof,
                derive: doc.derive.map(|d| (d, file.to_owned())),
            },
            doc.nom,
        ))
    }
}

/// A name defined twice.
#[must_use]
pub fn duplicate(file: &str, name: &Spanned<String>) -> Diagnostic {
    Diagnostic::error("R-012", file, span_of(name), format!("`{}` est déjà défini", name.value)).help("un nom n'a qu'une définition")
}

/// A unit that does not exist.
#[must_use]
pub fn unknown_unit(file: &str, unit: &Text) -> Box<Diagnostic> {
    let close = did_you_mean(&unit.value, Unit::NAMES.iter().map(|n| n.0));
    let help =
        close.map_or_else(|| format!("unités connues : {}", Unit::NAMES.map(|n| n.0).join(", ")), |n| format!("vouliez-vous dire `{n}` ?"));
    Box::new(Diagnostic::error("R-013", file, span_of(unit), format!("unité inconnue `{}`", unit.value)).help(help))
}

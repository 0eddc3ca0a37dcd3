//! Dated parameters: every number that the law may change, with its source and since when it holds.

use crate::date::{self, Days};
use crate::diagnostic::{Diagnostic, Span};
use crate::document::{ParameterDoc, Text, ValueDoc, ValuesDoc, span_of};
use crate::number::{self, Decimal, SCALE};
use crate::types::Unit;
use crate::vocabulary::{Vocabulary, duplicate, unknown_unit};
use std::collections::HashMap;

/// What a parameter holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// One number.
    Scalar(Decimal),
    /// One day.
    Day(Days),
    /// Entries for 1, 2, 3…; beyond the last, so much more for each.
    Table {
        /// Entry 1 first.
        entries: Vec<Decimal>,
        /// Added for each further entry.
        beyond: Decimal,
    },
    /// One number per code, in the order of the list.
    ByCode(Vec<Decimal>),
    /// From month to month, relative to M, both included.
    Window(i32, i32),
    /// By birth: (born before that day, months), the last line without day.
    ByBirth(Vec<(Option<Days>, Decimal)>),
}

/// The shape of a parameter's values: known even when a local parameter has none yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// [`Value::Scalar`].
    Scalar,
    /// [`Value::Day`].
    Day,
    /// [`Value::Table`].
    Table,
    /// [`Value::ByCode`].
    ByCode,
    /// [`Value::Window`].
    Window,
    /// [`Value::ByBirth`].
    ByBirth,
}

/// A value from a day on.
#[derive(Debug, Clone, PartialEq)]
pub struct Dated {
    /// First day.
    pub from: Days,
    /// The value.
    pub value: Value,
    /// Law.
    pub source: String,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Name.
    pub name: String,
    /// One French sentence.
    pub label: String,
    /// Unit of its numbers; days for a date.
    pub unit: Unit,
    /// Code list of a table by code.
    pub list: Option<usize>,
    /// Day until which the value was checked.
    pub checked: Option<Days>,
    /// What its values look like.
    pub form: Form,
    /// Set by each territory, whose overlay gives its values; a right that reads it waits for them.
    pub local: bool,
    /// Values, oldest first; none for a local parameter that no overlay gives.
    pub values: Vec<Dated>,
    /// File and place of its name.
    pub place: (String, Span),
}

impl Parameter {
    /// Whether a territory still has to give its values.
    #[must_use]
    pub const fn awaited(&self) -> bool {
        self.local && self.values.is_empty()
    }

    /// The value in force on a day; `None` before the first.
    #[must_use]
    pub fn on(&self, day: Days) -> Option<&Value> {
        self.values.iter().rev().find(|v| v.from <= day).map(|v| &v.value)
    }
}

/// All parameters of a pack.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// In order of definition.
    pub all: Vec<Parameter>,
    index: HashMap<String, usize>,
}

impl Parameters {
    /// Position of a parameter.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// Adds a parameter; `replace` (an overlay) puts it in the place of the one of that name.
    pub fn add(&mut self, file: &str, doc: &ParameterDoc, vocabulary: &Vocabulary, replace: bool, out: &mut Vec<Diagnostic>) {
        let known = self.index.get(&doc.nom.value).copied();
        match (known, replace) {
            (Some(_), false) => return out.push(duplicate(file, &doc.nom)),
            (None, true) => {
                return out.push(Diagnostic::error(
                    "R-014",
                    file,
                    span_of(&doc.nom),
                    format!("la variante remplace `{}`, que le jeu de règles ne définit pas", doc.nom.value),
                ));
            }
            _ => {}
        }
        match parameter(file, doc, vocabulary) {
            Err(d) => out.push(*d),
            Ok(p) => match known {
                Some(at) => {
                    if let Some(slot) = self.all.get_mut(at) {
                        // Said here, in the overlay: the rules that read it are not what is wrong.
                        if (slot.form, slot.unit, slot.list) != (p.form, p.unit, p.list) {
                            let help = "reprendre la forme et l'unité du paramètre remplacé";
                            return out.push(*fault(file, &doc.nom, "la variante donne une autre forme à ce paramètre", help));
                        }
                        let local = p.local || slot.local;
                        *slot = Parameter { local, ..p };
                    }
                }
                None => {
                    self.index.insert(p.name.clone(), self.all.len());
                    self.all.push(p);
                }
            },
        }
    }
}

fn fault(file: &str, t: &Text, what: &str, help: &str) -> Box<Diagnostic> {
    Box::new(Diagnostic::error("R-015", file, span_of(t), what).help(help))
}

fn decimal(file: &str, t: &Text) -> Result<Decimal, Box<Diagnostic>> {
    number::parse(&t.value)
        .ok_or_else(|| fault(file, t, "nombre mal écrit", "un nombre décimal avec un point, huit décimales au plus, sans espace ni unité"))
}

fn day(file: &str, t: &Text) -> Result<Days, Box<Diagnostic>> {
    date::parse(&t.value).ok_or_else(|| fault(file, t, "cette date n'existe pas", "écrire AAAA-MM-JJ"))
}

fn parameter(file: &str, doc: &ParameterDoc, vocabulary: &Vocabulary) -> Result<Parameter, Box<Diagnostic>> {
    let is_day = match &doc.genre {
        None => false,
        Some(t) if t.value == "date" => true,
        Some(t) => return Err(fault(file, t, "type de paramètre inconnu", "écrire `type: date`, ou `unite: …` pour un nombre")),
    };
    if let (true, Some(at)) = (is_day, doc.unite.as_ref().or(doc.par.as_ref())) {
        return Err(fault(file, at, "un paramètre de type date n'a ni unité ni table", "retirer cette clé, ou `type: date`"));
    }
    let unit = match &doc.unite {
        None if is_day => Unit::Jours,
        Some(u) => Unit::parse(&u.value).ok_or_else(|| unknown_unit(file, u))?,
        None if doc.fenetre => Unit::Mois,
        None => return Err(fault(file, &doc.nom, "ce paramètre n'a pas d'unité", "ajouter par exemple `unite: euro_par_mois`")),
    };
    let list = match &doc.par {
        None => None,
        Some(t) => {
            let by_variable = vocabulary.find(&t.value).and_then(|v| vocabulary.variables.get(v)).and_then(|v| match v.ty {
                crate::types::Type::Code(l) => Some(l),
                _ => None,
            });
            let found = by_variable.or_else(|| vocabulary.lists.iter().position(|l| l.name == t.value));
            Some(
                found
                    .ok_or_else(|| fault(file, t, "liste de codes inconnue", "nommer une liste ou une variable à codes du vocabulaire"))?,
            )
        }
    };
    let mut values = Vec::new();
    for v in &doc.valeurs {
        let dated = Dated { from: day(file, &v.du)?, value: value(file, doc, v, list, vocabulary)?, source: v.source.value.clone() };
        if v.source.value.trim().is_empty() {
            return Err(fault(file, &v.source, "valeur sans source", "citer le texte, ou écrire `à vérifier`"));
        }
        if values.last().is_some_and(|l: &Dated| l.from >= dated.from) {
            return Err(fault(
                file,
                &v.du,
                "les valeurs ne sont pas dans l'ordre des dates",
                "la plus ancienne d'abord, une seule par date",
            ));
        }
        values.push(dated);
    }
    if values.is_empty() && !doc.local {
        let help = "ajouter au moins une valeur datée, ou `local: true` si chaque territoire donne la sienne";
        return Err(fault(file, &doc.nom, "ce paramètre n'a pas de valeur", help));
    }
    let form = match (doc.fenetre, doc.par_generation, doc.table, list) {
        _ if is_day => Form::Day,
        (true, ..) => Form::Window,
        (_, true, ..) => Form::ByBirth,
        (_, _, true, _) => Form::Table,
        (_, _, _, Some(_)) => Form::ByCode,
        _ => Form::Scalar,
    };
    Ok(Parameter {
        name: doc.nom.value.clone(),
        label: doc.dit.clone(),
        unit,
        list,
        checked: doc.verifie_le.as_ref().map(|t| day(file, t)).transpose()?,
        form,
        local: doc.local,
        values,
        place: (file.to_owned(), span_of(&doc.nom)),
    })
}

fn value(file: &str, doc: &ParameterDoc, v: &ValueDoc, list: Option<usize>, vocabulary: &Vocabulary) -> Result<Value, Box<Diagnostic>> {
    if doc.fenetre {
        let t = v.fenetre.as_ref().ok_or_else(|| fault(file, &v.du, "fenêtre absente", "écrire `fenetre: \"M-4..M-2\"`"))?;
        return match crate::parser::parse(&t.value).map(|e| e.kind) {
            Ok(crate::parser::Kind::Window(a, b)) => Ok(Value::Window(a, b)),
            _ => Err(fault(file, t, "fenêtre mal écrite", "écrire par exemple \"M-4..M-2\", le mois le plus ancien d'abord")),
        };
    }
    if doc.genre.is_some() {
        let t = v.valeur.as_ref().ok_or_else(|| fault(file, &v.du, "date absente", "écrire `valeur: AAAA-MM-JJ`"))?;
        return Ok(Value::Day(day(file, t)?));
    }
    if doc.par_generation {
        let lines = v.generations.as_deref().unwrap_or_default();
        let mut out = Vec::new();
        for (i, g) in lines.iter().enumerate() {
            let last = i + 1 == lines.len();
            if g.nes_avant.is_none() != last {
                return Err(fault(file, &v.du, "générations mal rangées", "toutes les lignes ont `nes_avant`, sauf la dernière"));
            }
            let months = (i64::from(g.ans) * 12 + i64::from(g.mois)) * SCALE;
            out.push((g.nes_avant.as_ref().map(|t| day(file, t)).transpose()?, months));
        }
        return if out.is_empty() {
            Err(fault(file, &v.du, "générations absentes", "ajouter `generations`"))
        } else {
            Ok(Value::ByBirth(out))
        };
    }
    match (&v.valeur, &v.valeurs, doc.table, list) {
        (Some(t), None, false, None) => Ok(Value::Scalar(decimal(file, t)?)),
        (None, Some(ValuesDoc::List(items)), true, None) if !items.is_empty() => {
            let entries = items.iter().map(|t| decimal(file, t)).collect::<Result<Vec<_>, _>>()?;
            let beyond = v.au_dela.as_ref().map_or(Ok(0), |t| decimal(file, t))?;
            Ok(Value::Table { entries, beyond })
        }
        (None, Some(ValuesDoc::ByCode(items)), false, Some(l)) => {
            let codes = vocabulary.lists.get(l).map(|l| l.codes.as_slice()).unwrap_or_default();
            let mut out = Vec::new();
            for code in codes {
                let found = items.iter().find(|(c, _)| c == code);
                let (_, t) =
                    found.ok_or_else(|| fault(file, &v.du, "une valeur manque", &format!("donner aussi la valeur du code `{code}`")))?;
                out.push(decimal(file, t)?);
            }
            if items.len() != codes.len() {
                return Err(fault(file, &v.du, "code inconnu dans les valeurs", &format!("codes connus : {}", codes.join(", "))));
            }
            Ok(Value::ByCode(out))
        }
        _ => Err(fault(
            file,
            &v.du,
            "la valeur n'a pas la forme annoncée par le paramètre",
            "`valeur:` pour un nombre ; `table: true` avec `valeurs: [..]` ; `par: <liste>` avec `valeurs: { code: .. }`",
        )),
    }
}

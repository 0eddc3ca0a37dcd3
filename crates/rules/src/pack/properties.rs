//! What a rule file claims of its right: shapes and types checked here, tried on generated foyers by the engine.

use super::build::Builder;
use crate::check::{Place, Scope};
use crate::diagnostic::{Diagnostic, Span, did_you_mean};
use crate::document::property::{AlongDoc, BoundsDoc, PropertyDoc, StepDoc};
use crate::document::{Text, span_of};
use crate::number::{self, Decimal};
use crate::parameters::Parameters;
use crate::typed::{Group, Node, Typed};
use crate::types::{Entity, Type};
use crate::vocabulary::{Vocabulary, duplicate};

/// A claim about a right.
#[derive(Debug, Clone)]
pub struct Property {
    /// Name, within its right.
    pub id: String,
    /// The sentence.
    pub label: String,
    /// What is claimed.
    pub claim: Claim,
    /// Where it is claimed; everywhere when absent. A value of the unit of the right.
    pub condition: Option<Typed>,
    /// Place of its name in the file of the right.
    pub span: Span,
}

/// What is claimed of the answers of a right. The answer is the amount payable, or the verdict (closed below open)
/// for a right without amount.
#[derive(Debug, Clone)]
pub enum Claim {
    /// Along a fact that rises, the answer never moves the other way.
    Monotone {
        /// The fact.
        along: Along,
        /// The answer may rise (and never falls); otherwise it may fall (and never rises).
        rises: bool,
    },
    /// The amount of an open right lies between bounds, in the unit of the amount.
    Between {
        /// Not below.
        min: Option<Typed>,
        /// Not above.
        max: Option<Typed>,
    },
    /// The right is closed and nothing is paid when this holds.
    Nothing {
        /// The condition.
        when: Typed,
    },
    /// One step along a fact moves the amount by at most so much.
    Steps {
        /// The fact.
        along: Along,
        /// The step, in the unit of the fact.
        step: Decimal,
        /// The greatest move, in the unit of the amount.
        at_most: Typed,
    },
}

/// A fact along which answers are compared, everything else equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Along {
    /// The fact: a number.
    pub variable: usize,
    /// Who has it, for a fact of persons.
    pub group: Group,
    /// A series only moves in all its months at once.
    pub whole: bool,
}

impl Property {
    /// Calls `f` on each of its expressions.
    pub(super) fn each_expression(&mut self, f: &mut impl FnMut(&mut Typed)) {
        self.condition.iter_mut().for_each(&mut *f);
        match &mut self.claim {
            Claim::Monotone { .. } => {}
            Claim::Between { min, max } => min.iter_mut().chain(max).for_each(f),
            Claim::Nothing { when: t } | Claim::Steps { at_most: t, .. } => f(t),
        }
    }

    /// Its expressions, with the condition first.
    pub fn expressions(&self) -> impl Iterator<Item = &Typed> {
        let claimed = match &self.claim {
            Claim::Monotone { .. } => [None, None],
            Claim::Between { min, max } => [min.as_ref(), max.as_ref()],
            Claim::Nothing { when: t } | Claim::Steps { at_most: t, .. } => [Some(t), None],
        };
        self.condition.iter().chain(claimed.into_iter().flatten())
    }

    /// The fact along which it compares, if any.
    #[must_use]
    pub const fn along(&self) -> Option<Along> {
        match &self.claim {
            Claim::Monotone { along, .. } | Claim::Steps { along, .. } => Some(*along),
            Claim::Between { .. } | Claim::Nothing { .. } => None,
        }
    }
}

/// The kinds, as files write them.
const KINDS: &str = "`jamais_croissant`, `jamais_decroissant`, `entre`, `nul_si` ou `sans_saut`";

/// Where a property is read: the file and the right.
pub(super) struct Of<'a> {
    /// Name of the file.
    pub file: &'a str,
    /// The right, whose names need no prefix.
    pub right: &'a str,
    /// Person or foyer.
    pub unit: Entity,
    /// Type of the amount, when there is one.
    pub amount: Option<Type>,
    /// Facts.
    pub vocabulary: &'a Vocabulary,
    /// Dated parameters.
    pub parameters: &'a Parameters,
}

impl Builder<'_> {
    /// The properties of a right, each fault told at its place.
    pub(super) fn properties(&mut self, of: &Of<'_>, docs: Vec<PropertyDoc>) -> Vec<Property> {
        let mut out: Vec<Property> = Vec::new();
        for doc in docs {
            if out.iter().any(|p| p.id == doc.id.value) {
                self.out.push(duplicate(of.file, &doc.id));
                continue;
            }
            let (id, label, span) = (doc.id.value.clone(), doc.dit.value.clone(), span_of(&doc.id));
            let condition = doc.tant_que.as_ref().map(|t| self.typed(of, t, Type::Bool));
            if let Some(claim) = self.claim(of, doc) {
                out.push(Property { id, label, claim, condition, span });
            }
        }
        out
    }

    fn claim(&mut self, of: &Of<'_>, doc: PropertyDoc) -> Option<Claim> {
        let id = doc.id;
        match (doc.jamais_croissant, doc.jamais_decroissant, doc.entre, doc.nul_si, doc.sans_saut) {
            (Some(along), None, None, None, None) => Some(Claim::Monotone { along: self.along(of, &along)?, rises: false }),
            (None, Some(along), None, None, None) => Some(Claim::Monotone { along: self.along(of, &along)?, rises: true }),
            (None, None, Some(bounds), None, None) => self.bounds(of, &id, &bounds),
            (None, None, None, Some(when), None) => Some(Claim::Nothing { when: self.typed(of, &when, Type::Bool) }),
            (None, None, None, None, Some(step)) => self.step(of, &step),
            _ => {
                let help = format!("écrire une seule de ces clés : {KINDS}");
                self.error("R-060", of.file, &id, "cette propriété n'affirme pas une chose et une seule", help);
                None
            }
        }
    }

    fn bounds(&mut self, of: &Of<'_>, id: &Text, doc: &BoundsDoc) -> Option<Claim> {
        if doc.min.is_none() && doc.max.is_none() {
            self.error("R-060", of.file, id, "cette propriété ne donne pas de borne", "écrire `min`, `max` ou les deux");
            return None;
        }
        let at = doc.min.as_ref().or(doc.max.as_ref()).unwrap_or(id);
        let ty = self.amount_type(of, at)?;
        let mut bound = |t: &Option<Text>| t.as_ref().map(|t| self.amount(of, t, ty));
        Some(Claim::Between { min: bound(&doc.min), max: bound(&doc.max) })
    }

    fn step(&mut self, of: &Of<'_>, doc: &StepDoc) -> Option<Claim> {
        let ty = self.amount_type(of, &doc.au_plus)?;
        let along = self.fact(of, &doc.selon, doc.chez.as_ref(), true)?;
        let Some(step) = number::parse(&doc.de.value).filter(|s| *s > 0) else {
            self.error("R-060", of.file, &doc.de, "le pas est mal écrit", "un nombre décimal plus grand que zéro, sans unité : `de: 1`");
            return None;
        };
        Some(Claim::Steps { along, step, at_most: self.amount(of, &doc.au_plus, ty) })
    }

    fn along(&mut self, of: &Of<'_>, doc: &AlongDoc) -> Option<Along> {
        let whole = match &doc.mois {
            None => false,
            Some(t) if t.value == "tous" => true,
            Some(t) => {
                self.error("R-060", of.file, t, "`mois` ne peut dire ici que `tous`", "l'ôter pour essayer aussi quelques mois seulement");
                return None;
            }
        };
        self.fact(of, &doc.selon, doc.chez.as_ref(), whole)
    }

    fn fact(&mut self, of: &Of<'_>, name: &Text, group: Option<&Text>, whole: bool) -> Option<Along> {
        let variables = &of.vocabulary.variables;
        let Some((variable, v)) = of.vocabulary.find(&name.value).and_then(|i| variables.get(i).map(|v| (i, v))) else {
            let numbers = variables.iter().filter(|v| matches!(v.ty, Type::Num(_)));
            let close = did_you_mean(&name.value, numbers.map(|v| v.name.as_str()));
            let help = close.map_or_else(|| "nommer un montant du vocabulaire".to_owned(), |n| format!("vouliez-vous dire `{n}` ?"));
            self.error("R-020", of.file, name, format!("fait inconnu `{}`", name.value), help);
            return None;
        };
        if !matches!(v.ty, Type::Num(_)) {
            let message = format!("`{}` n'est ni un montant ni un nombre", name.value);
            self.error("R-061", of.file, name, message, "une propriété compare les réponses quand un nombre change");
            return None;
        }
        let group = match group {
            None => Group::Adults,
            Some(t) => match Group::NAMES.iter().find(|(n, _)| *n == t.value) {
                Some((_, g)) => *g,
                None => {
                    let help = format!("groupes connus : {}", Group::NAMES.map(|n| n.0).join(", "));
                    self.error("R-023", of.file, t, format!("groupe inconnu `{}`", t.value), help);
                    return None;
                }
            },
        };
        Some(Along { variable, group, whole })
    }

    fn amount_type(&mut self, of: &Of<'_>, at: &Text) -> Option<Type> {
        if of.amount.is_none() {
            let help = "pour un droit sans montant, écrire `nul_si` ou `jamais_croissant`";
            self.out.push(Diagnostic::error("R-060", of.file, span_of(at), "ce droit n'a pas de montant").help(help));
        }
        of.amount
    }

    /// A decimal alone is in the unit of the amount: it is a size that the author declares, not one that the law sets.
    fn amount(&mut self, of: &Of<'_>, text: &Text, ty: Type) -> Typed {
        match number::parse(text.value.trim()) {
            Some(n) => Typed { node: Node::Num(n), ty, entity: None },
            None => self.typed(of, text, ty),
        }
    }

    fn typed(&mut self, of: &Of<'_>, text: &Text, expected: Type) -> Typed {
        let signatures = std::mem::take(&mut self.signatures);
        let scope = Scope { vocabulary: of.vocabulary, parameters: of.parameters, calcs: &signatures, prefix: of.right };
        let typed = self.expression(of.file, text, &scope, Place::new(of.unit, false), expected);
        self.signatures = signatures;
        typed
    }
}

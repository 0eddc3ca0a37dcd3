//! What observed facts say of requirements: only what somebody saw in front of the person is heard.

use super::build::Builder;
use super::declare::{Formula, Pending};
use crate::catalogue::Requirement;
use crate::catalogue::words::REQUIREMENTS;
use crate::check::{Place, Scope};
use crate::diagnostic::did_you_mean;
use crate::document::journey::{CapacitiesDoc, EvidenceDoc};
use crate::document::{Text, span_of};
use crate::journey::{Capacity, Evidence, NEVER_OBSERVED};
use crate::parameters::Parameters;
use crate::typed::{Node, Typed};
use crate::types::{Entity, Type};
use crate::vocabulary::{Proof, Vocabulary, duplicate};
use std::collections::{BTreeMap, HashMap};

impl Builder<'_> {
    /// Reads the capacities of a pack: a computation of persons by evidence, and one by requirement and answer.
    pub(super) fn capacities(
        &mut self,
        docs: Vec<(&str, CapacitiesDoc)>,
        vocabulary: &Vocabulary,
        parameters: &Parameters,
        derived: &BTreeMap<usize, Typed>,
    ) -> Vec<Capacity> {
        let mut out: Vec<Capacity> = Vec::new();
        for (file, doc) in docs {
            for c in doc.capacites {
                let Some(requirement) = Requirement::parse(&c.exigence.value) else {
                    let help = did_you_mean(&c.exigence.value, REQUIREMENTS.into_iter()).map_or_else(
                        || format!("exigences connues : {}", REQUIREMENTS.join(", ")),
                        |n| format!("vouliez-vous dire `{n}` ?"),
                    );
                    self.error("R-091", file, &c.exigence, format!("exigence inconnue `{}`", c.exigence.value), help);
                    continue;
                };
                if NEVER_OBSERVED.contains(&requirement) {
                    let message = format!("`{}` ne se déduit d'aucun fait", requirement.name());
                    self.error("R-091", file, &c.exigence, message, "seule la personne peut le dire : laisser cette exigence inconnue");
                    continue;
                }
                if out.iter().any(|k| k.requirement == requirement) {
                    self.out.push(duplicate(file, &c.exigence));
                    continue;
                }
                let mut side = |word: &str, evidence: Vec<EvidenceDoc>| {
                    self.evidence(file, &format!("capacite.{}.{word}", requirement.name()), evidence, (vocabulary, parameters, derived))
                };
                let (no, shows_no) = side("non", c.connu_non);
                let (yes, shows_yes) = side("oui", c.connu_oui);
                out.push(Capacity { requirement, no, yes, shows_no, shows_yes });
            }
        }
        out.sort_by_key(|c| c.requirement);
        out
    }

    fn evidence(
        &mut self,
        file: &str,
        name: &str,
        docs: Vec<EvidenceDoc>,
        (vocabulary, parameters, derived): (&Vocabulary, &Parameters, &BTreeMap<usize, Typed>),
    ) -> (Option<usize>, Vec<Evidence>) {
        let none = HashMap::new();
        let scope = Scope { vocabulary, parameters, calcs: &none, prefix: "" };
        let pending = |name: String, label: String, source: String, body: Typed| Pending {
            name,
            prefix: "capacite".into(),
            label,
            source,
            ty: Type::Bool,
            entity: Entity::Personne,
            monthly: false,
            file: file.to_owned(),
            formula: Formula::Made(body),
        };
        let mut shows = Vec::new();
        let mut any: Option<(Typed, Text)> = None;
        for d in docs {
            let body = self.expression(file, &d.si, &scope, Place::new(Entity::Personne, false), Type::Bool);
            if let Some((message, help)) = proves_nothing(&body, vocabulary, derived) {
                self.error("R-090", file, &d.si, message, help);
                continue;
            }
            let place = (file.to_owned(), span_of(&d.id));
            let Some(calc) =
                self.declare(pending(format!("{name}.{}", d.id.value), d.dit.value.clone(), d.source.value.clone(), body), &d.id)
            else {
                continue;
            };
            shows.push(Evidence { id: d.id.value.clone(), says: d.dit.value, source: d.source.value, calc, place });
            let this = Typed { node: Node::Calc(calc, None), ty: Type::Bool, entity: Some(Entity::Personne) };
            any = Some(match any {
                None => (this, d.id),
                Some((a, at)) => {
                    let or = Node::Or(Box::new(a), Box::new(this));
                    (Typed { node: or, ty: Type::Bool, entity: Some(Entity::Personne) }, at)
                }
            });
        }
        let calc = any.and_then(|(body, at)| self.declare(pending(name.to_owned(), name.to_owned(), String::new(), body), &at));
        (calc, shows)
    }
}

/// Why an expression is no evidence of what a person can do: a fact in it, or the company it keeps, proves nothing.
fn proves_nothing(t: &Typed, vocabulary: &Vocabulary, derived: &BTreeMap<usize, Typed>) -> Option<(String, String)> {
    let mut facts: Vec<usize> = Vec::new();
    let mut groups = false;
    let mut read = |t: &Typed, facts: &mut Vec<usize>| {
        t.walk(&mut |n| match n.node {
            Node::Input(v, _) => facts.push(v),
            Node::Persons(..) => groups = true,
            _ => {}
        });
    };
    read(t, &mut facts);
    let mut at = 0;
    while let Some(v) = facts.get(at).copied() {
        at += 1;
        if let Some(formula) = derived.get(&v).filter(|_| !facts.get(..at - 1).is_some_and(|before| before.contains(&v))) {
            read(formula, &mut facts);
        }
    }
    if groups {
        let help = "vivre seul, ou avec d'autres, ne dit rien de ce que quelqu'un peut faire : lire un fait de la personne";
        return Some(("qui vit au foyer ne prouve rien d'une capacité".into(), help.into()));
    }
    if facts.is_empty() {
        let help = "lire un fait de la personne marqué `prouve: capacite` au vocabulaire";
        return Some(("ce constat ne lit aucun fait".into(), help.into()));
    }
    facts.into_iter().filter_map(|v| vocabulary.variables.get(v)).find_map(|v| match v.proof {
        Some(Proof::Observed) if v.entity == Entity::Personne => None,
        Some(Proof::Nothing) => {
            let help = format!("« {} » ne dit pas qui a agi, ni comment : laisser l'exigence inconnue", v.label);
            Some((format!("`{}` ne prouve rien d'une capacité", v.name), help))
        }
        _ => {
            let help = "ni l'âge, ni les ressources, ni le foyer, ni l'usage ne prouvent ce que quelqu'un peut faire ; seul un fait observé devant la personne le peut, marqué `prouve: capacite` au vocabulaire";
            Some((format!("`{}` ne prouve rien d'une capacité", v.name), help.into()))
        }
    })
}

//! Types of non-recours, from what is written once for all rights to computations of each right; and capacities.
//!
//! The events that a right binds become computations named `droit.parcours.evenement`, and each observation whose
//! events are all bound one named `droit.type.etiquette.observation`: nothing is coded per right.

use super::build::Builder;
use super::declare::{Formula, Pending, RightHead};
use super::{Journey, RightKind};
use crate::catalogue::{Catalogue, Channel, Requirement, Stage};
use crate::check::{Place, Scope, Signature};
use crate::date::Days;
use crate::diagnostic::did_you_mean;
use crate::document::journey::{EventDoc, ObservationDoc, TypesDoc};
use crate::document::{Text, span_of};
use crate::journey::{Capacity, Event, LABELS, Label, Observation, Types};
use crate::parameters::Parameters;
use crate::typed::{Fold, Group, Node, Typed};
use crate::types::{Entity, Type, Unit};
use crate::vocabulary::{Vocabulary, duplicate, unknown_unit};
use std::collections::{BTreeSet, HashMap};

/// What the catalogue says of asking for a right: that every door is a screen, of every body where it may be asked for.
const ONLINE_ONLY: &str = "demarche_en_ligne_seule";

/// That every door requires something known not to be there.
const NO_DOOR: &str = "aucune_porte_ouverte";

/// An observation as written, once it is known to be well written.
pub(super) struct Model {
    file: String,
    doc: ObservationDoc,
    /// Names that it reads, of events and of the catalogue.
    reads: BTreeSet<usize>,
}

/// What the types of a pack say, and the names that their observations may read.
#[derive(Default)]
pub(super) struct Models {
    pub(super) types: Types,
    observations: Vec<Model>,
    declared: bool,
}

/// What is common to the journeys of all rights.
pub(super) struct Ways<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) parameters: &'a Parameters,
    pub(super) catalogue: &'a Catalogue,
    pub(super) capacities: &'a [Capacity],
    pub(super) on: Days,
}

const fn boolean(node: Node, entity: Option<Entity>) -> Typed {
    Typed { node, ty: Type::Bool, entity }
}

fn and(a: Typed, b: Typed, entity: Entity) -> Typed {
    boolean(Node::And(Box::new(a), Box::new(b)), Some(entity))
}

/// True of one adult of the foyer, when it is of persons and the foyer is asked about.
fn of_some_adult(t: Typed, unit: Entity) -> Typed {
    if unit == Entity::Foyer && t.entity == Some(Entity::Personne) {
        boolean(Node::Persons(Fold::Any, Group::Adults, Box::new(t), None), Some(Entity::Foyer))
    } else {
        t
    }
}

impl Builder<'_> {
    /// Reads the types of a pack, and checks each observation once, over events alone.
    pub(super) fn types(&mut self, docs: Vec<(&str, TypesDoc)>, vocabulary: &Vocabulary, parameters: &Parameters) -> Models {
        let mut out = Models { declared: !docs.is_empty(), ..Models::default() };
        if out.declared {
            out.types.by_default.clear();
        }
        for (file, doc) in docs {
            for e in doc.evenements {
                if out.types.events.iter().any(|k| k.name == e.nom.value) || [ONLINE_ONLY, NO_DOOR].contains(&e.nom.value.as_str()) {
                    self.out.push(duplicate(file, &e.nom));
                } else {
                    out.types.events.extend(self.event(file, e, vocabulary));
                }
            }
            for o in doc.connaissance {
                self.observation(file, o, (None, true), &mut out, vocabulary, parameters);
            }
            for t in doc.types_non_recours {
                let Some(label) = Label::parse(&t.label.value) else {
                    let help = did_you_mean(&t.label.value, LABELS.into_iter())
                        .map_or_else(|| format!("types connus : {}", LABELS.join(", ")), |n| format!("vouliez-vous dire `{n}` ?"));
                    self.error("R-089", file, &t.label, format!("type de non-recours inconnu `{}`", t.label.value), help);
                    continue;
                };
                if out.types.says.insert(label, t.dit.value).is_some() {
                    self.out.push(duplicate(file, &t.label));
                }
                if t.par_defaut {
                    out.types.by_default.push(label);
                } else if t.observations.is_empty() {
                    let message = format!("rien ne montre jamais `{}`", label.name());
                    self.error("R-089", file, &t.label, message, "ajouter une observation, ou `par_defaut: true`");
                }
                for o in t.observations {
                    self.observation(file, o, (Some(label), t.connue), &mut out, vocabulary, parameters);
                }
            }
        }
        out
    }

    fn event(&mut self, file: &str, doc: EventDoc, vocabulary: &Vocabulary) -> Option<Event> {
        let ty = match doc.genre.value.as_str() {
            "date" => Type::Date { absent_possible: true },
            "nombre" => match doc.unite.as_ref().map(|u| (u, Unit::parse(&u.value))) {
                None => Type::Num(Unit::Nombre),
                Some((_, Some(u))) => Type::Num(u),
                Some((u, None)) => {
                    self.out.push(*unknown_unit(file, u));
                    return None;
                }
            },
            "code" => match doc.codes.as_ref().and_then(|l| vocabulary.lists.iter().position(|k| k.name == l.value)) {
                Some(list) => Type::Code(list),
                None => {
                    let at = doc.codes.as_ref().unwrap_or(&doc.nom);
                    self.error("R-011", file, at, "liste de codes inconnue", "nommer une liste du vocabulaire : `codes: …`");
                    return None;
                }
            },
            _ => {
                self.error("R-011", file, &doc.genre, "type inconnu", "écrire `date`, `code` ou `nombre`");
                return None;
            }
        };
        Some(Event { name: doc.nom.value, says: doc.dit, ty })
    }

    fn observation(
        &mut self,
        file: &str,
        doc: ObservationDoc,
        (label, knows): (Option<Label>, bool),
        out: &mut Models,
        vocabulary: &Vocabulary,
        parameters: &Parameters,
    ) {
        if out.types.observations.iter().any(|o| o.label == label && o.id == doc.id.value) {
            return self.out.push(duplicate(file, &doc.id));
        }
        let signature = |id, ty, entity| Signature { id, ty, entity, monthly: false };
        let mut calcs: HashMap<String, Signature> = HashMap::new();
        for (i, e) in out.types.events.iter().enumerate() {
            calcs.insert(format!("parcours.{}", e.name), signature(i, e.ty, Entity::Personne));
        }
        let events = out.types.events.len();
        calcs.insert(format!("parcours.{ONLINE_ONLY}"), signature(events, Type::Bool, Entity::Foyer));
        calcs.insert(format!("parcours.{NO_DOOR}"), signature(events + 1, Type::Bool, Entity::Personne));
        let scope = Scope { vocabulary, parameters, calcs: &calcs, prefix: "parcours" };
        let before = self.out.len();
        let mut reads = BTreeSet::new();
        for text in std::iter::once(&doc.si).chain(&doc.sauf_si) {
            let t = self.expression(file, text, &scope, Place::new(Entity::Personne, false), Type::Bool);
            t.walk(&mut |n| {
                if let Node::Calc(c, _) = n.node {
                    reads.insert(c);
                }
            });
        }
        if self.out.len() > before {
            return;
        }
        let (id, says, source) = (doc.id.value.clone(), doc.dit.value.clone(), doc.source.value.clone());
        out.types.observations.push(Observation { id, label, says, source, knows, place: (file.to_owned(), span_of(&doc.id)) });
        out.observations.push(Model { file: file.to_owned(), doc, reads });
    }

    /// Binds the events of each right, and declares the observations that they allow.
    pub(super) fn journeys(&mut self, heads: &mut [RightHead], models: &Models, ways: &Ways<'_>) {
        for h in heads {
            let Some(bindings) = h.doc.parcours.take() else { continue };
            let mut fault = |at: &Text, message: String, help: String| self.error("R-088", &h.file, at, message, help);
            if h.kind == RightKind::Rupture {
                let help = "ôter `parcours` : les types sont de ceux qui ne reçoivent pas un droit";
                fault(&h.id, "une rupture n'a pas de type de non-recours".into(), help.into());
                continue;
            }
            if !models.declared {
                fault(&h.id, "aucun fichier ne dit les événements d'un parcours".into(), "ajouter un fichier `types_non_recours`".into());
                continue;
            }
            let mut bound = Vec::new();
            for (name, text) in bindings {
                match models.types.events.iter().position(|e| e.name == name) {
                    Some(e) => bound.push((e, text)),
                    None => {
                        let known = models.types.events.iter().map(|e| e.name.as_str());
                        let listing = || format!("événements connus : {}", known.clone().collect::<Vec<_>>().join(", "));
                        let help = did_you_mean(&name, known.clone()).map_or_else(listing, |n| format!("vouliez-vous dire `{n}` ?"));
                        fault(&text, format!("événement inconnu `{name}`"), help);
                    }
                }
            }
            h.journey = Some(self.journey(h, bound, models, ways));
        }
    }

    fn journey(&mut self, h: &RightHead, bound: Vec<(usize, Text)>, models: &Models, ways: &Ways<'_>) -> Journey {
        let (vocabulary, parameters) = (ways.vocabulary, ways.parameters);
        let right = h.id.value.as_str();
        let prefix = format!("{right}.parcours");
        let made = |name: String, label: &str, source: &str, file: &str, body: Typed, entity: Entity| Pending {
            name,
            prefix: prefix.clone(),
            label: label.to_owned(),
            source: source.to_owned(),
            ty: body.ty,
            entity,
            monthly: false,
            file: file.to_owned(),
            formula: Formula::Made(body),
        };
        let mut journey = Journey::default();
        let mut told = BTreeSet::new();
        for (e, text) in bound {
            let Some(event) = models.types.events.get(e) else { continue };
            let signatures = std::mem::take(&mut self.signatures);
            let scope = Scope { vocabulary, parameters, calcs: &signatures, prefix: right };
            let body = self.expression(&h.file, &text, &scope, Place::new(Entity::Personne, false), event.ty);
            self.signatures = signatures;
            // What is the same for everybody may be read from anywhere.
            let entity = body.entity.unwrap_or(Entity::Foyer);
            let body = Typed { ty: event.ty, ..body };
            if let Some(calc) = self.declare(made(format!("{prefix}.{}", event.name), &event.says, "", &h.file, body, entity), &text) {
                journey.events.push((e, calc));
                told.insert(e);
            }
        }
        let events = models.types.events.len();
        if let Some((online, closed)) = doors(right, ways) {
            let says = ["la démarche ne se fait qu'en ligne", "toutes les portes de la démarche exigent ce dont on sait que cela manque"];
            let online = boolean(Node::Bool(online), None);
            self.declare(made(format!("{prefix}.{ONLINE_ONLY}"), says[0], "", &h.file, online, Entity::Foyer), &h.id);
            self.declare(made(format!("{prefix}.{NO_DOOR}"), says[1], "", &h.file, closed, Entity::Personne), &h.id);
            told.extend([events, events + 1]);
        }
        for (i, (m, o)) in models.observations.iter().zip(&models.types.observations).enumerate() {
            if !m.reads.is_subset(&told) {
                continue;
            }
            let signatures = std::mem::take(&mut self.signatures);
            let scope = Scope { vocabulary, parameters, calcs: &signatures, prefix: &prefix };
            let place = Place::new(Entity::Personne, false);
            let mut of = |text: &Text| of_some_adult(self.expression(&m.file, text, &scope, place, Type::Bool), h.unit);
            let (holds, unless) = (of(&m.doc.si), m.doc.sauf_si.as_ref().map(&mut of));
            self.signatures = signatures;
            let body = match unless {
                None => holds,
                Some(u) => and(holds, boolean(Node::Not(Box::new(u)), Some(h.unit)), h.unit),
            };
            let name = format!("{right}.type.{}.{}", o.label.map_or("connaissance", Label::name), o.id);
            if let Some(calc) = self.declare(made(name, &o.says, &o.source, &m.file, body, h.unit), &m.doc.id) {
                journey.observed.push((i, calc));
            }
        }
        journey
    }
}

/// Whether every door of asking for a right is a screen, and of a person whether every one of them is known to require
/// what is not there: at every body where it may be asked for, so that it holds whichever is the person's. Absent when
/// the catalogue has no such procedure. What is peculiar to a territory is left out.
fn doors(right: &str, ways: &Ways<'_>) -> Option<(bool, Typed)> {
    let procedure = ways.catalogue.of(right, Stage::Application)?;
    let variants: Vec<_> = procedure.variants.iter().filter(|v| v.in_force(ways.on) && v.territories.is_empty()).collect();
    if variants.is_empty() {
        return None;
    }
    let closed = variants.iter().flat_map(|v| &v.channels).map(|c| shut(c, ways.capacities));
    let closed = closed.reduce(|a, b| and(a, b, Entity::Personne)).unwrap_or(boolean(Node::Bool(false), None));
    Some((variants.iter().all(|v| v.only_online()), closed))
}

/// Of a person: a door is known to require something that is not there.
fn shut(door: &Channel, capacities: &[Capacity]) -> Typed {
    let known_no = |r: Requirement| {
        let calc = capacities.iter().find(|c| c.requirement == r).and_then(|c| c.no);
        calc.map_or(boolean(Node::Bool(false), None), |c| boolean(Node::Calc(c, None), Some(Entity::Personne)))
    };
    let each = door.needs.all.iter().map(known_no);
    let groups = door.needs.one_of.iter().filter_map(|g| g.iter().map(known_no).reduce(|a, b| and(a, b, Entity::Personne)));
    let or = |a: Typed, b: Typed| boolean(Node::Or(Box::new(a), Box::new(b)), Some(Entity::Personne));
    each.chain(groups).reduce(or).unwrap_or(boolean(Node::Bool(false), None))
}

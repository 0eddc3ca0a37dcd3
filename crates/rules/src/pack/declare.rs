//! Names first: every computation and clause gets its place before a formula is read.

use super::build::Builder;
use super::{Journey, RightKind};
use crate::catalogue::ChannelKind;
use crate::check::Signature;
use crate::diagnostic::{Diagnostic, Span};
use crate::document::{CalcDoc, OverlayDoc, RightDoc, Text, span_of};
use crate::parameters::Parameters;
use crate::typed::{Node, Typed};
use crate::types::{Entity, Type, Unit};
use crate::vocabulary::{Vocabulary, duplicate, unknown_unit};

/// A computation whose formula is still text.
pub(super) struct Pending {
    pub(super) name: String,
    pub(super) prefix: String,
    pub(super) label: String,
    pub(super) source: String,
    pub(super) ty: Type,
    pub(super) entity: Entity,
    pub(super) monthly: bool,
    pub(super) file: String,
    pub(super) formula: Formula,
}

/// Where the formula of a computation comes from.
pub(super) enum Formula {
    /// Written by the author.
    Text(Text),
    /// Put together from other computations (all clauses, amount when entitled).
    Made(Typed),
}

/// A right whose formulas are declared, before they are checked.
pub(super) struct RightHead {
    pub(super) id: Text,
    pub(super) kind: RightKind,
    pub(super) file: String,
    pub(super) doc: RightDoc,
    pub(super) unit: Entity,
    /// The channels whose dates are declared, each with the parameter of its delay.
    pub(super) channels: Vec<(ChannelKind, usize)>,
    pub(super) journey: Option<Journey>,
}

impl Builder<'_> {
    fn entity(&mut self, file: &str, t: &Text) -> Entity {
        match t.value.as_str() {
            "personne" => Entity::Personne,
            "foyer" => Entity::Foyer,
            _ => {
                self.error("R-011", file, t, "unité inconnue", "écrire `personne` ou `foyer`");
                Entity::Foyer
            }
        }
    }

    pub(super) fn declare(&mut self, p: Pending, at: &Text) -> Option<usize> {
        if self.signatures.contains_key(&p.name) {
            self.out.push(duplicate(&p.file, at));
            return None;
        }
        let id = self.pending.len();
        self.signatures.insert(p.name.clone(), Signature { id, ty: p.ty, entity: p.entity, monthly: p.monthly });
        self.pending.push(p);
        Some(id)
    }

    pub(super) fn declare_calc(&mut self, file: &str, prefix: &str, default: Entity, doc: CalcDoc) {
        let ty = match (&doc.unite, &doc.genre) {
            (Some(u), None) => match Unit::parse(&u.value) {
                Some(u) => Type::Num(u),
                None => return self.out.push(*unknown_unit(file, u)),
            },
            (None, Some(t)) if t.value == "booleen" => Type::Bool,
            (None, Some(t)) if t.value == "date" => Type::Date { absent_possible: true },
            _ => {
                return self.error(
                    "R-017",
                    file,
                    &doc.nom,
                    "ce calcul ne dit pas ce qu'il donne",
                    "ajouter `unite: …` pour un nombre, ou `type: booleen` ou `type: date`",
                );
            }
        };
        let entity = doc.pour.as_ref().map_or(default, |t| self.entity(file, t));
        let name = if prefix.is_empty() { doc.nom.value.clone() } else { format!("{prefix}.{}", doc.nom.value) };
        let pending = Pending {
            label: doc.dit.unwrap_or_else(|| doc.nom.value.replace('_', " ")),
            name,
            prefix: prefix.to_owned(),
            source: doc.source.map_or_else(String::new, |s| s.value),
            ty,
            entity,
            monthly: doc.mensuel,
            file: file.to_owned(),
            formula: Formula::Text(doc.formule),
        };
        self.declare(pending, &doc.nom);
    }

    pub(super) fn declare_right(&mut self, file: &str, mut doc: RightDoc, parameters: &Parameters) -> Option<RightHead> {
        let (id, kind) = match (&doc.droit, &doc.rupture) {
            (Some(d), None) => (Text { value: d.value.clone(), referenced: d.referenced, defined: d.defined }, RightKind::Droit),
            (None, Some(r)) => (Text { value: r.value.clone(), referenced: r.referenced, defined: r.defined }, RightKind::Rupture),
            _ => {
                self.out.push(Diagnostic::error(
                    "R-005",
                    file,
                    Span::default(),
                    "un fichier de règle nomme soit un `droit`, soit une `rupture`",
                ));
                return None;
            }
        };
        let unit = self.entity(file, &doc.unite);
        let prefix = id.value.clone();
        for c in std::mem::take(&mut doc.calculs) {
            self.declare_calc(file, &prefix, unit, c);
        }
        let clause = |name: &str, ty: Type, formula: Formula, label: String, source: String| Pending {
            name: format!("{prefix}.{name}"),
            prefix: prefix.clone(),
            label,
            source,
            ty,
            entity: unit,
            monthly: false,
            file: file.to_owned(),
            formula,
        };
        if doc.conditions.is_empty() {
            self.error("R-018", file, &id, "cette règle n'a pas de condition", "ajouter au moins une clause sous `conditions`");
        }
        let mut all: Option<Typed> = None;
        for c in &mut doc.conditions {
            let text = std::mem::replace(&mut c.si, Text { value: String::new(), referenced: c.id.referenced, defined: c.id.defined });
            let declared =
                self.declare(clause(&c.id.value, Type::Bool, Formula::Text(text), c.dit.value.clone(), c.source.value.clone()), &c.id);
            if let Some(k) = declared {
                let this = Typed { node: Node::Calc(k, None), ty: Type::Bool, entity: Some(unit) };
                all = Some(match all {
                    None => this,
                    Some(a) => Typed { node: Node::And(Box::new(a), Box::new(this)), ty: Type::Bool, entity: Some(unit) },
                });
            }
        }
        let all = all.unwrap_or(Typed { node: Node::Bool(false), ty: Type::Bool, entity: None });
        let conditions =
            self.declare(clause("conditions", Type::Bool, Formula::Made(all), "toutes les conditions".into(), String::new()), &id);
        let conditions = Typed { node: Node::Calc(conditions.unwrap_or(0), None), ty: Type::Bool, entity: Some(unit) };
        let mut entitled = conditions.clone();
        if let Some(m) = doc.montant.take() {
            let Some(u) = Unit::parse(&m.unite.value) else {
                self.out.push(*unknown_unit(file, &m.unite));
                return None;
            };
            let ty = Type::Num(u);
            let label = m.dit.unwrap_or_else(|| "montant calculé".into());
            let formula = self.declare(clause("montant_calcule", ty, Formula::Text(m.formule), label, m.source.value), &id);
            let of = |k: Option<usize>| Box::new(Typed { node: Node::Calc(k.unwrap_or(0), None), ty, entity: Some(unit) });
            let zero = Box::new(Typed { node: Node::Num(0), ty, entity: None });
            let body = Typed { node: Node::If(Box::new(conditions.clone()), of(formula), zero.clone()), ty, entity: Some(unit) };
            let amount = self.declare(clause("montant", ty, Formula::Made(body), "montant à verser".into(), String::new()), &id);
            let positive = Typed { node: Node::Compare(crate::parser::Cmp::Gt, of(amount), zero), ty: Type::Bool, entity: Some(unit) };
            entitled = Typed { node: Node::And(Box::new(conditions), Box::new(positive)), ty: Type::Bool, entity: Some(unit) };
        }
        self.declare(clause("droit", Type::Bool, Formula::Made(entitled), "droit ouvert".into(), String::new()), &id);
        for (name, text) in [("percu", doc.percu.take()), ("deja_agi", doc.deja_agi.take())] {
            if let Some(t) = text {
                self.declare(clause(name, Type::Bool, Formula::Text(t), name.replace('_', " "), String::new()), &id);
            }
        }
        let channels = self.declare_dates((file, &id, kind, unit), &mut doc, parameters);
        Some(RightHead { id, kind, file: file.to_owned(), doc, unit, channels, journey: None })
    }

    /// A clause or computation that has the name of a fact or parameter would hide it in its own file.
    pub(super) fn refuse_shadows(&mut self, vocabulary: &Vocabulary, parameters: &Parameters) {
        for p in &self.pending {
            let short = p.name.rsplit('.').next().unwrap_or(&p.name);
            if let (true, Formula::Text(t)) = (vocabulary.find(short).or_else(|| parameters.find(short)).is_some(), &p.formula) {
                self.out.push(
                    Diagnostic::error("R-012", &p.file, span_of(t), format!("`{short}` est déjà le nom d'un fait ou d'un paramètre"))
                        .help("donner un autre nom à cette clause ou à ce calcul"),
                );
            }
        }
    }

    pub(super) fn replace_clauses(&mut self, file: &str, doc: OverlayDoc) {
        for c in doc.clauses {
            let slot = self.pending.iter_mut().find(|p| p.name == c.nom.value && matches!(p.formula, Formula::Text(_)));
            match slot {
                Some(p) => {
                    p.formula = Formula::Text(c.formule);
                    file.clone_into(&mut p.file);
                }
                None => self.error(
                    "R-014",
                    file,
                    &c.nom,
                    format!("la variante remplace `{}`, que le jeu de règles ne définit pas", c.nom.value),
                    "écrire le nom complet : `droit.clause`, ou le nom d'un calcul partagé",
                ),
            }
        }
    }
}

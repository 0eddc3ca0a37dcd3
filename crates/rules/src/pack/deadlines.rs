//! Dates of a rule: the loss, and the last day on which acting helps by each channel.
//!
//! By a channel, one must begin so much before the last day on which what is asked may arrive. When that day is past
//! and the loss is not, there is still today. The date of a rule is that of the slowest channel.

use super::RightKind;
use super::build::Builder;
use super::declare::{Formula, Pending};
use crate::catalogue::{CHANNELS, ChannelKind};
use crate::check::dates::moved;
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::document::rupture::ByChannelDoc;
use crate::document::{RightDoc, Spanned, Text, span_of};
use crate::parameters::{Form, Parameter, Parameters};
use crate::parser::Period;
use crate::typed::{Node, Typed};
use crate::types::{Entity, Type, Unit};

/// A date that may be known to be none.
pub(super) const OPTIONAL: Type = Type::Date { absent_possible: true };

/// The date of a rule by one channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ByChannel {
    /// The channel.
    pub channel: ChannelKind,
    /// The parameter that says how long it takes: days, working days or months.
    pub delay: usize,
    /// Computation: the last date at which acting by it helps.
    pub date: usize,
}

/// The name of the computation of a channel's date.
pub(super) fn of_channel(channel: ChannelKind) -> String {
    format!("date_utile_{}", channel.name())
}

impl Builder<'_> {
    /// Declares `echeance`, `limite` and the dates of the channels, or the one that the rule says itself: the channels,
    /// each with the parameter of its delay.
    pub(super) fn declare_dates(
        &mut self,
        (file, id, kind, entity): (&str, &Text, RightKind, Entity),
        doc: &mut RightDoc,
        parameters: &Parameters,
    ) -> Vec<(ChannelKind, usize)> {
        let (deadline, limit, delays, useful) = (doc.echeance.take(), doc.limite.take(), doc.delais.take(), doc.date_utile.take());
        if kind == RightKind::Rupture && deadline.is_none() {
            self.error("R-031", file, id, "cette rupture n'a pas d'échéance", "ajouter `echeance: …`, la date de la perte");
        }
        match (&delays, &useful, &limit) {
            (Some(_), Some(t), _) => {
                self.error(
                    "R-100",
                    file,
                    t,
                    "cette règle dit deux fois sa date utile",
                    "garder `delais`, ou `date_utile` s'ils ne suffisent pas",
                );
            }
            (None, _, Some(t)) => {
                self.error("R-100", file, t, "`limite` sans `delais`", "dire sous `delais` le temps que demande chaque canal");
            }
            (None, None, None) if kind == RightKind::Rupture && deadline.is_some() => {
                let help = "ajouter `delais: { papier: …, guichet: … }`, le temps que demande chaque canal";
                self.error("R-100", file, id, "cette rupture n'a pas de date utile", help);
            }
            _ => {}
        }
        if let (Some(d), None) = (&delays, &deadline) {
            let at = d.value.said().next().map_or(id, |(_, t)| t);
            self.error("R-100", file, at, "des délais sans échéance", "ajouter `echeance: …`, la date de la perte");
            return Vec::new();
        }
        let prefix = id.value.clone();
        let clause = |name: &str, label: &str, formula: Formula| Pending {
            name: format!("{prefix}.{name}"),
            prefix: prefix.clone(),
            label: label.to_owned(),
            source: String::new(),
            ty: OPTIONAL,
            entity,
            monthly: false,
            file: file.to_owned(),
            formula,
        };
        let put = |me: &mut Self, name: &str, label: &str, formula: Formula| me.declare(clause(name, label, formula), id);
        let deadline = deadline.and_then(|t| put(self, "echeance", "échéance", Formula::Text(t)));
        let limit = limit.and_then(|t| put(self, "limite", "dernier jour où la demande peut arriver", Formula::Text(t)));
        if let Some(t) = useful {
            put(self, "date_utile", "date utile", Formula::Text(t));
            return Vec::new();
        }
        let Some((deadline, delays)) = deadline.zip(delays) else { return Vec::new() };
        let calc = |k: usize| Typed { node: Node::Calc(k, None), ty: OPTIONAL, entity: Some(entity) };
        let (lost, arrives) = (calc(deadline), calc(limit.unwrap_or(deadline)));
        let channels = self.delays(file, &delays, parameters);
        let mut first: Option<Typed> = None;
        for (channel, delay) in &channels {
            let unit = parameters.all.get(*delay).map_or(Unit::Jours, |p| p.unit);
            let body = useful_by(&lost, &arrives, *delay, unit);
            let Some(k) = put(self, &of_channel(*channel), &format!("date utile, {}", channel.said()), Formula::Made(body)) else {
                continue;
            };
            first = Some(match first {
                None => calc(k),
                Some(f) => pick(Node::Min, f, calc(k)),
            });
        }
        if let Some(body) = first {
            put(self, "date_utile", "date utile, par le canal le plus lent", Formula::Made(body));
        }
        channels
    }

    /// The delay of each channel: a parameter that counts days, working days or months.
    fn delays(&mut self, file: &str, doc: &Spanned<ByChannelDoc>, parameters: &Parameters) -> Vec<(ChannelKind, usize)> {
        let counts = |p: &Parameter| p.form == Form::Scalar && matches!(p.unit, Unit::Jours | Unit::JoursOuvres | Unit::Mois);
        let mut out = Vec::new();
        for (channel, t) in doc.value.said() {
            match parameters.find(&t.value).and_then(|i| parameters.all.get(i).map(|p| (i, p))) {
                Some((i, p)) if counts(p) => out.push((channel, i)),
                Some((_, p)) => {
                    let message = format!("`{}` ne compte ni des jours, ni des jours ouvrés, ni des mois", p.name);
                    self.error("R-021", file, t, message, "un délai est un paramètre daté en `jours`, `jours_ouvres` ou `mois`");
                }
                None => {
                    let known = parameters.all.iter().filter(|p| counts(p)).map(|p| p.name.as_str());
                    let close = did_you_mean(&t.value, known);
                    let help = close.map_or_else(
                        || "un délai est un paramètre daté, sous `parametres/`, en `jours`, `jours_ouvres` ou `mois`".to_owned(),
                        |n| format!("vouliez-vous dire `{n}` ?"),
                    );
                    self.error("R-020", file, t, format!("paramètre inconnu `{}`", t.value), help);
                }
            }
        }
        if doc.value.said().next().is_none() {
            self.out.push(
                Diagnostic::error("R-100", file, span_of(doc), "`delais` ne nomme aucun canal")
                    .help(format!("écrire par exemple `delais: {{ papier: … }}` ; canaux : {}", CHANNELS.join(", "))),
            );
        }
        out
    }
}

/// So much before the last day, and today as long as the loss is not past.
fn useful_by(lost: &Typed, arrives: &Typed, delay: usize, unit: Unit) -> Typed {
    let count = Typed { node: Node::Param(delay, Period::Valued(0)), ty: Type::Num(unit), entity: None };
    let back = Typed { ty: count.ty, entity: None, node: Node::Neg(Box::new(count)) };
    let begin = moved(unit, arrives.clone(), back);
    let today = Typed { node: Node::Today, ty: Type::Date { absent_possible: false }, entity: None };
    // No loss, no last day to act: the whole is none when the date of the loss is.
    let still = pick(Node::Min, today, lost.clone());
    let ty = OPTIONAL;
    let none = Typed { node: Node::IsAbsent(Box::new(lost.clone())), ty: Type::Bool, entity: lost.entity };
    let entity = lost.entity;
    Typed { node: Node::If(Box::new(none), Box::new(lost.clone()), Box::new(pick(Node::Max, begin, still))), ty, entity }
}

fn pick(node: impl FnOnce(Box<Typed>, Box<Typed>) -> Node, a: Typed, b: Typed) -> Typed {
    let entity = a.entity.or(b.entity);
    Typed { node: node(Box::new(a), Box::new(b)), ty: OPTIONAL, entity }
}

//! From texts to a [`Pack`]: vocabulary first, then parameters, then signatures, then formulas.

use super::declare::{Formula, Pending, RightHead};
use super::journeys::Ways;
use super::{Calc, Pack, SourceFile, order, prerequisites, versions};
use crate::catalogue::build as catalogue;
use crate::check::{Place, Scope, Signature};
use crate::date::{self, Days};
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::document::{Document, RightDoc, Text, read, span_of};
use crate::parameters::Parameters;
use crate::parser;
use crate::typed::{Node, Typed};
use crate::types::{Entity, Type};
use crate::vocabulary::Vocabulary;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Expressions are no longer checked once so many faults are found.
const MOST_FAULTS: usize = 200;

pub(super) struct Builder<'a> {
    files: HashMap<&'a str, &'a str>,
    pub(super) out: Vec<Diagnostic>,
    pub(super) pending: Vec<Pending>,
    pub(super) signatures: HashMap<String, Signature>,
}

pub fn build(files: &[SourceFile], overlay: Option<&SourceFile>, on: Days) -> Result<Pack, Vec<Diagnostic>> {
    let mut b = Builder { files: HashMap::new(), out: Vec::new(), pending: Vec::new(), signatures: HashMap::new() };
    let mut vocabulary = Vocabulary::default();
    let mut parameters = Parameters::default();
    let (mut rights, mut modules, mut parameter_docs, mut overlays) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut procedures, mut services, mut texts, mut prerequisites) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut classes, mut frame) = (Vec::new(), Vec::new());
    let (mut types, mut capacities, mut channels) = (Vec::new(), Vec::new(), Vec::new());
    for f in files.iter().chain(overlay) {
        b.files.insert(&f.name, &f.text);
        match read(&f.name, &f.text) {
            Ok(Document::Vocabulary(d)) => vocabulary.add(&f.name, d, &mut b.out),
            Ok(Document::Parameters(d)) => parameter_docs.push((f.name.as_str(), d)),
            Ok(Document::Calcs(d)) => modules.push((f.name.as_str(), d)),
            Ok(Document::Right(d)) => rights.push((f.name.as_str(), *d)),
            Ok(Document::Procedure(d)) => procedures.push((f.name.as_str(), *d)),
            Ok(Document::Prerequisites(d)) => prerequisites.push((f.name.as_str(), d)),
            Ok(Document::Services(d)) => services.push((f.name.as_str(), d)),
            Ok(Document::Channels(d)) => channels.push((f.name.as_str(), d)),
            Ok(Document::Classes(d)) => classes.push((f.name.as_str(), d)),
            Ok(Document::Frame(d)) => frame.push((f.name.as_str(), d)),
            Ok(Document::Texts(d)) => texts.push((f.name.as_str(), d)),
            Ok(Document::Types(d)) => types.push((f.name.as_str(), d)),
            Ok(Document::Capacities(d)) => capacities.push((f.name.as_str(), d)),
            Ok(Document::Overlay(d)) if overlay.is_some_and(|o| o.name == f.name) => overlays.push((f.name.as_str(), d)),
            Ok(Document::Overlay(d)) => {
                b.out.push(
                    Diagnostic::error("R-004", &f.name, span_of(&d.variante), "une variante ne fait pas partie d'un jeu de règles")
                        .help("la placer sous `variantes/` et la nommer avec `--overlay`"),
                );
            }
            Err(d) => b.out.push(d),
        }
    }
    let classes = crate::classes::classes(classes, &mut b.out);
    crate::classes::hold(&vocabulary, &classes, &mut b.out);
    let frame = crate::classes::frame(frame, &mut b.out);
    for (file, doc) in &parameter_docs {
        for p in &doc.parametres {
            parameters.add(file, p, &vocabulary, false, &mut b.out);
        }
    }
    for (file, doc) in &overlays {
        for p in &doc.parametres {
            parameters.add(file, p, &vocabulary, true, &mut b.out);
        }
    }
    for (file, doc) in modules {
        for c in doc.calculs {
            b.declare_calc(file, "", Entity::Foyer, c);
        }
    }
    let names = names_of_rights(&rights);
    let rules: BTreeSet<String> = rights.iter().filter_map(|(_, d)| versions::name(d)).map(|t| t.value.clone()).collect();
    let prerequisites = b.prerequisites(prerequisites, &rules);
    let known = catalogue::Known { rights: names.clone(), bodies: bodies(&rights, &vocabulary), parameters: &parameters };
    let catalogue = catalogue::build(procedures, services, &known, &mut b.out);
    let texts = crate::texts::build(texts, &mut b.out);
    let channels = crate::channels::build(channels, &names_of_rights(&rights), &parameters, &mut b.out);
    let mut heads: Vec<RightHead> = Vec::new();
    // Who may ask through which door is part of the rules: another variant is another version.
    let mut turns: Vec<Days> = catalogue.turns().collect();
    versions::check(&rights, &mut b.out);
    for (file, doc) in rights {
        turns.extend(turns_of(&doc));
        // Of two versions in force together, which is already said, the first is read.
        let known = versions::name(&doc).is_some_and(|n| heads.iter().any(|k| k.id.value == n.value));
        if !known && versions::in_force(&doc, on) {
            heads.extend(b.declare_right(file, doc, &parameters));
        }
    }
    let comparison = overlays.iter().any(|(_, d)| d.comparaison);
    for (file, doc) in overlays {
        b.replace_clauses(file, doc);
    }
    let role = vocabulary.find("role").unwrap_or(0);
    let says_who = |v: &crate::vocabulary::Variable| v.entity == Entity::Personne && matches!(v.ty, Type::Code(_));
    if !b.pending.is_empty() && !vocabulary.find("role").and_then(|r| vocabulary.variables.get(r)).is_some_and(says_who) {
        b.out.push(
            Diagnostic::error("R-016", files.first().map_or("", |f| &f.name), Span::default(), "le vocabulaire ne définit pas `role`")
                .help("la variable `role`, un code de chaque personne, dit qui est demandeur, conjoint ou enfant"),
        );
    }
    b.refuse_shadows(&vocabulary, &parameters);
    let derived = b.derived(&vocabulary, &parameters);
    let capacities = b.capacities(capacities, &vocabulary, &parameters, &derived);
    let models = b.types(types, &vocabulary, &parameters);
    let ways = Ways { vocabulary: &vocabulary, parameters: &parameters, catalogue: &catalogue, capacities: &capacities, on };
    b.journeys(&mut heads, &models, &ways);
    let calcs = b.formulas(&vocabulary, &parameters);
    let sorted = order::order(&calcs, &derived, &vocabulary).map_err(|d| b.out.push(d)).unwrap_or_default();
    let rights = b.rights(heads, &vocabulary, &parameters, &catalogue, &names, &prerequisites);
    let circle = prerequisites::circle(&prerequisites, &rights);
    b.out.extend(circle);
    b.out.sort_by(|x, y| (x.severity, &x.file, x.span.start).cmp(&(y.severity, &y.file, y.span.start)));
    if b.out.iter().any(|d| d.severity == Severity::Error) {
        return Err(b.out);
    }
    let mut pack = Pack {
        on,
        turns,
        comparison,
        classes,
        frame,
        vocabulary,
        parameters,
        calcs,
        rights,
        waiting: Vec::new(),
        prerequisites,
        catalogue,
        channels,
        texts,
        types: models.types,
        capacities,
        derived,
        role,
        warnings: b.out,
    };
    reorder(&mut pack, &sorted);
    pack.set_waiting_apart();
    Ok(pack)
}

/// Rights of every date: a procedure may outlive a version.
fn names_of_rights(rights: &[(&str, RightDoc)]) -> BTreeSet<String> {
    rights.iter().filter_map(|(_, d)| d.droit.as_ref()).map(|t| t.value.clone()).collect()
}

/// Bodies that a rule or a fact names.
fn bodies(rights: &[(&str, RightDoc)], vocabulary: &Vocabulary) -> BTreeSet<String> {
    let of_rules = rights.iter().map(|(_, d)| d.organisme.value.clone());
    of_rules.chain(vocabulary.variables.iter().flat_map(|v| v.holders.iter().chain(&v.payers).cloned())).collect()
}

/// Puts computations in evaluation order and renumbers every reference to them.
fn reorder(pack: &mut Pack, sorted: &[usize]) {
    let mut new = vec![0usize; pack.calcs.len()];
    for (to, from) in sorted.iter().enumerate() {
        if let Some(slot) = new.get_mut(*from) {
            *slot = to;
        }
    }
    let at = |i: usize| new.get(i).copied().unwrap_or(i);
    let mut old: Vec<Option<Calc>> = std::mem::take(&mut pack.calcs).into_iter().map(Some).collect();
    pack.calcs = sorted.iter().filter_map(|i| old.get_mut(*i).and_then(Option::take)).collect();
    for c in &mut pack.calcs {
        renumber(&mut c.body, &at);
    }
    for d in pack.derived.values_mut() {
        renumber(d, &at);
    }
    for r in &mut pack.rights {
        r.entitled = at(r.entitled);
        for slot in [&mut r.amount, &mut r.received, &mut r.deadline, &mut r.useful_date, &mut r.acted] {
            *slot = slot.map(at);
        }
        for c in &mut r.conditions {
            c.calc = at(c.calc);
        }
        for c in &mut r.channels {
            c.date = at(c.date);
        }
        for p in &mut r.properties {
            p.each_expression(&mut |t| renumber(t, &at));
        }
        for (_, calc) in r.journey.iter_mut().flat_map(|j| j.events.iter_mut().chain(&mut j.observed)) {
            *calc = at(*calc);
        }
    }
    for c in &mut pack.capacities {
        c.no = c.no.map(at);
        c.yes = c.yes.map(at);
        for e in c.shows_no.iter_mut().chain(&mut c.shows_yes) {
            e.calc = at(e.calc);
        }
    }
    pack.rights.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
}

fn renumber(t: &mut Typed, at: &impl Fn(usize) -> usize) {
    if let Node::Calc(c, _) = &mut t.node {
        *c = at(*c);
    }
    t.children_mut().for_each(|child| renumber(child, at));
}

/// The days on which a version begins to be in force and ceases to be.
fn turns_of(doc: &RightDoc) -> impl Iterator<Item = Days> + use<> {
    let (from, to) = doc
        .validite
        .as_ref()
        .map_or((None, None), |v| (date::parse(&v.du.value), v.au.as_ref().and_then(|t| date::parse(&t.value)).map(|d| d + 1)));
    from.into_iter().chain(to)
}

impl Builder<'_> {
    pub(super) fn error(&mut self, code: &'static str, file: &str, at: &Text, message: impl Into<String>, help: impl Into<String>) {
        self.out.push(Diagnostic::error(code, file, span_of(at), message).help(help));
    }

    /// The checked form of a text, or a diagnostic at the right place of its file.
    pub(super) fn expression(&mut self, file: &str, text: &Text, scope: &Scope<'_>, place: Place, expected: Type) -> Typed {
        let nothing = Typed { node: Node::Bool(false), ty: expected, entity: None };
        let faults = self.out.iter().filter(|d| d.severity == Severity::Error).count();
        if faults >= MOST_FAULTS {
            if faults == MOST_FAULTS {
                let message = format!("plus de {MOST_FAULTS} fautes : les expressions suivantes ne sont pas vérifiées");
                self.out.push(Diagnostic::error("R-034", file, span_of(text), message).help("corriger celles-ci d'abord"));
            }
            return nothing;
        }
        let result = parser::parse(&text.value)
            .map_err(|e| (e.span, "R-019", e.message, e.help.map(str::to_owned)))
            .and_then(|e| scope.check(&e, place, expected).map_err(|f| *f));
        match result {
            Ok(t) => t,
            Err((span, code, message, help)) => {
                let span = locate(self.files.get(file).copied().unwrap_or(""), span_of(text), &text.value, span);
                let d = Diagnostic::error(code, file, span, message);
                self.out.push(match help {
                    Some(h) => d.help(h),
                    None => d,
                });
                nothing
            }
        }
    }

    fn derived(&mut self, vocabulary: &Vocabulary, parameters: &Parameters) -> BTreeMap<usize, Typed> {
        let signatures = std::mem::take(&mut self.signatures);
        let scope = Scope { vocabulary, parameters, calcs: &signatures, prefix: "" };
        let mut out = BTreeMap::new();
        for (i, v) in vocabulary.variables.iter().enumerate() {
            if let Some((text, file)) = &v.derive {
                let place = Place::new(v.entity, false);
                out.insert(i, self.expression(file, text, &scope, place, v.ty));
            }
        }
        self.signatures = signatures;
        out
    }

    fn formulas(&mut self, vocabulary: &Vocabulary, parameters: &Parameters) -> Vec<Calc> {
        let signatures = std::mem::take(&mut self.signatures);
        let pending = std::mem::take(&mut self.pending);
        let mut out = Vec::with_capacity(pending.len());
        for p in pending {
            let scope = Scope { vocabulary, parameters, calcs: &signatures, prefix: &p.prefix };
            let (body, span) = match p.formula {
                Formula::Made(t) => (t, Span::default()),
                Formula::Text(t) => (self.expression(&p.file, &t, &scope, Place::new(p.entity, p.monthly), p.ty), span_of(&t)),
            };
            out.push(Calc {
                name: p.name,
                label: p.label,
                source: p.source,
                ty: p.ty,
                entity: p.entity,
                monthly: p.monthly,
                body,
                place: (p.file, span),
            });
        }
        self.signatures = signatures;
        out
    }
}

/// Bytes of a file for bytes of an expression: the scalar may be quoted or folded, so the two texts are
/// walked together and white space is skipped.
fn locate(source: &str, scalar: Span, text: &str, part: Span) -> Span {
    let Some(raw) = source.get(scalar.start..) else { return scalar };
    let mut chars = raw.char_indices().filter(|(_, c)| !c.is_whitespace()).peekable();
    while chars.peek().is_some_and(|(_, c)| matches!(c, '"' | '\'' | '>' | '|' | '-') && !text.trim_start().starts_with(*c)) {
        chars.next();
    }
    let (mut start, mut end) = (None, scalar.start);
    for (i, c) in text.char_indices().filter(|(_, c)| !c.is_whitespace()) {
        let Some((at, raw_c)) = chars.next() else { return scalar };
        if raw_c != c {
            return scalar;
        }
        if i >= part.start && (i < part.end || start.is_none()) {
            start.get_or_insert(scalar.start + at);
            end = scalar.start + at + raw_c.len_utf8();
        }
    }
    start.map_or(Span::new(end.max(scalar.end.saturating_sub(1)), scalar.end), |s| Span::new(s, end))
}

//! From texts to a [`Pack`]: vocabulary first, then parameters, then signatures, then formulas.

use super::properties::Of;
use super::versions;
use super::{AmountPeriod, Assumption, Calc, Condition, NotModelled, Pack, Right, RightKind, SourceFile, order};
use crate::check::{Place, Scope, Signature};
use crate::date::{self, Days};
use crate::diagnostic::{Diagnostic, Severity, Span, did_you_mean};
use crate::document::{CalcDoc, Document, OverlayDoc, RightDoc, Text, read, span_of};
use crate::parameters::Parameters;
use crate::parser;
use crate::typed::{Node, Typed};
use crate::types::{Entity, Type, Unit};
use crate::vocabulary::{Crossing, Vocabulary, duplicate, unknown_unit};
use std::collections::{BTreeMap, HashMap};

/// Expressions are no longer checked once so many faults are found.
const MOST_FAULTS: usize = 200;

/// A computation whose formula is still text.
struct Pending {
    name: String,
    prefix: String,
    label: String,
    source: String,
    ty: Type,
    entity: Entity,
    monthly: bool,
    file: String,
    formula: Formula,
}

/// Where the formula of a computation comes from.
enum Formula {
    /// Written by the author.
    Text(Text),
    /// Put together from other computations (all clauses, amount when entitled).
    Made(Typed),
}

pub(super) struct Builder<'a> {
    files: HashMap<&'a str, &'a str>,
    pub(super) out: Vec<Diagnostic>,
    pending: Vec<Pending>,
    pub(super) signatures: HashMap<String, Signature>,
}

pub fn build(files: &[SourceFile], overlay: Option<&SourceFile>, on: Days) -> Result<Pack, Vec<Diagnostic>> {
    let mut b = Builder { files: HashMap::new(), out: Vec::new(), pending: Vec::new(), signatures: HashMap::new() };
    let mut vocabulary = Vocabulary::default();
    let mut parameters = Parameters::default();
    let (mut rights, mut modules, mut parameter_docs, mut overlays) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for f in files.iter().chain(overlay) {
        b.files.insert(&f.name, &f.text);
        match read(&f.name, &f.text) {
            Ok(Document::Vocabulary(d)) => vocabulary.add(&f.name, d, &mut b.out),
            Ok(Document::Parameters(d)) => parameter_docs.push((f.name.as_str(), d)),
            Ok(Document::Calcs(d)) => modules.push((f.name.as_str(), d)),
            Ok(Document::Right(d)) => rights.push((f.name.as_str(), *d)),
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
    let mut heads: Vec<RightHead> = Vec::new();
    let mut turns = Vec::new();
    versions::check(&rights, &mut b.out);
    for (file, doc) in rights {
        turns.extend(turns_of(&doc));
        // Of two versions in force together, which is already said, the first is read.
        let known = versions::name(&doc).is_some_and(|n| heads.iter().any(|k| k.id.value == n.value));
        if !known && versions::in_force(&doc, on) {
            heads.extend(b.declare_right(file, doc));
        }
    }
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
    let calcs = b.formulas(&vocabulary, &parameters);
    let sorted = order::order(&calcs, &derived, &vocabulary).map_err(|d| b.out.push(d)).unwrap_or_default();
    let rights = b.rights(heads, &vocabulary, &parameters);
    b.out.sort_by(|x, y| (x.severity, &x.file, x.span.start).cmp(&(y.severity, &y.file, y.span.start)));
    if b.out.iter().any(|d| d.severity == Severity::Error) {
        return Err(b.out);
    }
    let mut pack = Pack { on, turns, vocabulary, parameters, calcs, rights, waiting: Vec::new(), derived, role, warnings: b.out };
    reorder(&mut pack, &sorted);
    pack.set_waiting_apart();
    Ok(pack)
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
        for p in &mut r.properties {
            p.each_expression(&mut |t| renumber(t, &at));
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

/// A right whose formulas are declared, before they are checked.
struct RightHead {
    id: Text,
    kind: RightKind,
    file: String,
    doc: RightDoc,
    unit: Entity,
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

    fn declare(&mut self, p: Pending, at: &Text) -> Option<usize> {
        if self.signatures.contains_key(&p.name) {
            self.out.push(duplicate(&p.file, at));
            return None;
        }
        let id = self.pending.len();
        self.signatures.insert(p.name.clone(), Signature { id, ty: p.ty, entity: p.entity, monthly: p.monthly });
        self.pending.push(p);
        Some(id)
    }

    fn declare_calc(&mut self, file: &str, prefix: &str, default: Entity, doc: CalcDoc) {
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

    fn declare_right(&mut self, file: &str, mut doc: RightDoc) -> Option<RightHead> {
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
        let optional = Type::Date { absent_possible: true };
        for (name, ty, text) in [
            ("percu", Type::Bool, doc.percu.take()),
            ("echeance", optional, doc.echeance.take()),
            ("date_utile", optional, doc.date_utile.take()),
            ("deja_agi", Type::Bool, doc.deja_agi.take()),
        ] {
            if let Some(t) = text {
                self.declare(clause(name, ty, Formula::Text(t), name.replace('_', " "), String::new()), &id);
            }
        }
        Some(RightHead { id, kind, file: file.to_owned(), doc, unit })
    }

    /// A clause or computation that has the name of a fact or parameter would hide it in its own file.
    fn refuse_shadows(&mut self, vocabulary: &Vocabulary, parameters: &Parameters) {
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

    fn replace_clauses(&mut self, file: &str, doc: OverlayDoc) {
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

    fn rights(&mut self, heads: Vec<RightHead>, vocabulary: &Vocabulary, parameters: &Parameters) -> Vec<Right> {
        let mut out = Vec::new();
        for h in heads {
            let RightHead { id, kind, file, doc, unit } = h;
            let find = |name: &str| self.signatures.get(&format!("{}.{name}", id.value)).map(|s| s.id);
            let found: [Option<usize>; 6] = ["droit", "montant", "percu", "echeance", "date_utile", "deja_agi"].map(find);
            let conditions = doc.conditions.iter().filter_map(|c| {
                Some(Condition {
                    id: c.id.value.clone(),
                    label: c.dit.value.clone(),
                    source: c.source.value.clone(),
                    calc: find(&c.id.value)?,
                })
            });
            let conditions: Vec<Condition> = conditions.collect();
            if kind == RightKind::Rupture && found[3].is_none() {
                self.error("R-031", &file, &id, "cette rupture n'a pas d'échéance", "ajouter `echeance: …`, la date de la perte");
            }
            let period = match doc.periode.as_ref().map(|t| (t, t.value.as_str())) {
                None | Some((_, "mois")) => AmountPeriod::Month,
                Some((_, "an")) => AmountPeriod::Year,
                Some((_, "unique")) => AmountPeriod::Once,
                Some((t, _)) => {
                    self.error("R-011", &file, t, "période inconnue", "écrire `mois`, `an` ou `unique`");
                    AmountPeriod::Month
                }
            };
            let crossing = match doc.croisement.as_ref().map(|t| (t, t.value.as_str())) {
                None | Some((_, "autorise")) => Crossing::Authorised,
                Some((_, "detenteur_seul")) => Crossing::HolderOnly,
                Some((_, "interdit")) => Crossing::Forbidden,
                Some((t, _)) => {
                    self.error("R-011", &file, t, "croisement inconnu", "écrire `autorise`, `detenteur_seul` ou `interdit`");
                    Crossing::Forbidden
                }
            };
            let mut assumptions = Vec::new();
            for a in doc.hypotheses {
                let Some((v, variable)) = vocabulary.find(&a.variable.value).and_then(|v| vocabulary.variables.get(v).map(|x| (v, x)))
                else {
                    let close = did_you_mean(&a.variable.value, vocabulary.variables.iter().map(|v| v.name.as_str()))
                        .unwrap_or("une variable du vocabulaire");
                    self.error(
                        "R-020",
                        &file,
                        &a.variable,
                        format!("variable inconnue `{}`", a.variable.value),
                        format!("vouliez-vous dire `{close}` ?"),
                    );
                    continue;
                };
                let none = HashMap::new();
                let scope = Scope { vocabulary, parameters, calcs: &none, prefix: "" };
                let value = self.expression(&file, &a.valeur, &scope, Place::new(variable.entity, false), variable.ty);
                if value.entity.is_some() {
                    self.error(
                        "R-032",
                        &file,
                        &a.valeur,
                        "la valeur d'une hypothèse ne dépend d'aucun fait",
                        "écrire une constante ou un paramètre",
                    );
                }
                assumptions.push(Assumption { id: a.id.value, label: a.dit, source: a.source, variable: v, value });
            }
            let amount = self.signatures.get(&format!("{}.montant", id.value)).map(|s| s.ty);
            let of = Of { file: &file, right: &id.value, unit, amount, vocabulary, parameters };
            let properties = self.properties(&of, doc.proprietes);
            out.push(Right {
                version: doc.version.value,
                kind,
                label: doc.libelle.value.clone(),
                body: doc.organisme.value,
                unit,
                period,
                source: doc.source.value,
                crossing,
                concerns: doc.concerne.map(|c| c.value),
                stage: doc.etape.map_or_else(|| "demande".into(), |e| e.value),
                conditions,
                entitled: found[0].unwrap_or(0),
                amount: found[1],
                received: found[2],
                deadline: found[3],
                useful_date: found[4],
                acted: found[5],
                not_modelled: doc
                    .non_modelise
                    .into_iter()
                    .map(|n| NotModelled { id: n.id.value, label: n.dit, source: n.source })
                    .collect(),
                assumptions,
                propose: doc.proposer.unwrap_or(doc.libelle.value),
                up_to: doc.jusqu_a,
                commits: doc.ce_que_cela_engage,
                pieces: doc.pieces,
                on_request: doc.sur_demande.unwrap_or(true),
                procedure: doc.demarche,
                valid_from: doc.validite.and_then(|v| date::parse(&v.du.value)),
                properties,
                cases: doc.cas,
                place: (file, span_of(&id)),
                id: id.value,
            });
        }
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

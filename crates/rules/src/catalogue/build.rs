//! From the documents of the catalogue to its typed form, or diagnostics: unknown words, rights, services, bodies and
//! parameters, lines without source, two procedures for one stage.

use super::words::{ACTIVATIONS, CHANNELS, NATURES, OBTAINED, PROFILES, REQUIREMENTS, STAGES};
use super::{Activation, AskedPiece, Catalogue, Change, Channel, ChannelKind, Contact, Line, Mask, Measure, Nature, Needs, Obtained};
use super::{Procedure, Profile, Requirement, Sentence, Sourced, Stage, Told, Variant, What};
use crate::date::{self, Days};
use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::document::catalogue::{
    ActDoc, AskedPieceDoc, ChangeDoc, ChannelDoc, ContactDoc, MeasureDoc, ProcedureFileDoc, RequirementDoc, ServiceDoc, ServicesDoc,
    SpokenDoc, VariantDoc,
};
use crate::document::{Text, ValidityDoc, span_of};
use crate::parameters::{Form, Parameters};
use crate::types::Unit;
use crate::vocabulary::duplicate;
use crate::wording;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

/// What the catalogue may name.
pub struct Known<'a> {
    /// Rights and ruptures of every date.
    pub rights: BTreeSet<String>,
    /// Bodies.
    pub bodies: BTreeSet<String>,
    /// Dated parameters.
    pub parameters: &'a Parameters,
}

struct Service {
    kind: Option<ChannelKind>,
    place: Told,
    requirements: Vec<Line>,
}

struct Reader<'a> {
    known: &'a Known<'a>,
    file: &'a str,
    services: BTreeMap<String, Service>,
    catalogue: Catalogue,
    out: &'a mut Vec<Diagnostic>,
}

/// Builds the catalogue of a pack.
pub fn build(
    procedures: Vec<(&str, ProcedureFileDoc)>,
    services: Vec<(&str, ServicesDoc)>,
    known: &Known<'_>,
    out: &mut Vec<Diagnostic>,
) -> Catalogue {
    let mut r = Reader { known, file: "", services: BTreeMap::new(), catalogue: Catalogue::default(), out };
    for (file, doc) in services {
        r.enter(file);
        for s in doc.services {
            r.service(s);
        }
        r.changes(doc.journal);
    }
    for (file, doc) in procedures {
        r.enter(file);
        r.procedure(doc);
    }
    let mut catalogue = r.catalogue;
    catalogue.procedures.sort_by(|a, b| a.id.cmp(&b.id));
    for (i, p) in catalogue.procedures.iter().enumerate() {
        for right in &p.rights {
            catalogue.by_stage.insert((right.clone(), p.stage), i);
        }
    }
    catalogue
}

impl<'a> Reader<'a> {
    fn enter<'f: 'a>(&mut self, file: &'f str) {
        self.file = file;
    }

    fn fault(&mut self, code: &'static str, at: &Text, message: impl Into<String>, help: impl Into<String>) {
        self.out.push(Diagnostic::error(code, self.file, span_of(at), message).help(help));
    }

    /// A name that must be one of those.
    fn named<'n>(&mut self, code: &'static str, at: &Text, what: &str, known: impl Iterator<Item = &'n str> + Clone) {
        let listing = || match known.clone().collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => "le jeu de règles n'en définit aucun".to_owned(),
            all => format!("connus : {all}"),
        };
        let help = did_you_mean(&at.value, known.clone()).map_or_else(listing, |n| format!("vouliez-vous dire `{n}` ?"));
        self.fault(code, at, format!("{what} `{}`", at.value), help);
    }

    fn word<T>(&mut self, t: &Text, parse: fn(&str) -> Option<T>, what: &str, names: &'static [&'static str]) -> Option<T> {
        let found = parse(&t.value);
        if found.is_none() {
            self.named("R-080", t, what, names.iter().copied());
        }
        found
    }

    fn day(&mut self, t: &Text) -> Option<Days> {
        let day = date::parse(&t.value);
        if day.is_none() {
            self.fault("R-015", t, "cette date n'existe pas", "écrire AAAA-MM-JJ");
        }
        day
    }

    fn validity(&mut self, doc: Option<&ValidityDoc>) -> (Days, Days) {
        let Some(v) = doc else { return (Days::MIN, Days::MAX) };
        let from = self.day(&v.du).unwrap_or(Days::MIN);
        let to = v.au.as_ref().map_or(Some(Days::MAX), |t| self.day(t)).unwrap_or(Days::MAX);
        if from > to {
            self.fault("R-015", v.au.as_ref().unwrap_or(&v.du), "cette validité finit avant de commencer", "`au` ne précède pas `du`");
        }
        (from, to)
    }

    /// Notes a line with its source: either its day is said, or the source says that it is still to be checked.
    fn sourced(&mut self, what: What, source: &Text, checked: Option<&Text>) -> Option<Days> {
        let waits = source.value.contains(A_VERIFIER);
        if source.value.trim().is_empty() {
            self.fault("R-085", source, "cette ligne n'a pas de source", "dire d'où on le sait, ou écrire `(à vérifier)`");
        } else if checked.is_none() && !waits {
            let help = "ajouter `verifie_le: AAAA-MM-JJ`, ou `(à vérifier)` à la fin de la source";
            self.fault("R-085", source, "cette ligne ne dit pas quand elle a été vérifiée", help);
        } else if let (Some(t), true) = (checked, waits) {
            self.fault("R-085", t, "cette ligne est à la fois vérifiée et « à vérifier »", "ôter l'un ou l'autre");
        }
        let day = checked.and_then(|t| self.day(t));
        let place = (self.file.to_owned(), span_of(source));
        self.catalogue.lines.push(Sourced { what, source: source.value.clone(), checked: day, place });
        day
    }

    fn sentence(&mut self, t: &Text, requirement: bool, spoken: bool) -> String {
        if t.value.trim().is_empty() {
            self.fault("R-082", t, "cette phrase est vide", "l'écrire, ou ôter la clé quand elle n'est pas obligatoire");
        }
        let place = (self.file.to_owned(), span_of(t));
        self.catalogue.sentences.push(Sentence { text: t.value.clone(), requirement, spoken, place });
        t.value.clone()
    }

    /// A sentence that states what its source says.
    fn told(&mut self, t: &Text, checked: Option<Days>) -> Told {
        Told { says: self.sentence(t, false, false), states: true, checked }
    }

    fn spoken(&mut self, doc: &SpokenDoc) -> Told {
        let says = self.sentence(&doc.dit, false, true);
        match &doc.source {
            Some(s) => Told { says, states: true, checked: self.sourced(What::Spoken, s, doc.verifie_le.as_ref()) },
            None => {
                if wording::states(&says) {
                    let help = "ajouter sa source (et `verifie_le`, ou `(à vérifier)`), ou dire la phrase sans délai ni effet";
                    self.fault("R-085", &doc.dit, "cette phrase affirme un délai ou un effet sans source", help);
                }
                Told { says, states: false, checked: None }
            }
        }
    }

    fn body(&mut self, t: &Text) -> String {
        if !self.known.bodies.contains(&t.value) {
            let known = self.known;
            self.named("R-020", t, "organisme inconnu", known.bodies.iter().map(String::as_str));
        }
        t.value.clone()
    }

    /// A number, `at` being the key that it belongs to when it says nothing.
    fn measure(&mut self, doc: Option<&MeasureDoc>, at: &Text, smallest: u32) -> Option<Measure> {
        let doc = doc?;
        match (&doc.valeur, &doc.parametre) {
            (Some(v), None) => {
                let checked = doc.source.as_ref().and_then(|s| self.sourced(What::Measure, s, doc.verifie_le.as_ref()));
                if doc.source.is_none() {
                    self.fault("R-085", v, "ce nombre n'a pas de source", "ajouter `source: …`, ou nommer un paramètre daté");
                }
                let number = v.value.parse::<u32>().ok().filter(|n| (smallest..=100_000).contains(n));
                if number.is_none() {
                    self.fault("R-082", v, "nombre mal écrit", format!("un nombre entier, sans unité, d'au moins {smallest}"));
                }
                number.map(|number| Measure::Value { number, checked })
            }
            (None, Some(p)) => {
                let known = self.known;
                let Some((i, parameter)) = known.parameters.find(&p.value).and_then(|i| known.parameters.all.get(i).map(|x| (i, x))) else {
                    self.named("R-020", p, "paramètre inconnu", known.parameters.all.iter().map(|x| x.name.as_str()));
                    return None;
                };
                if parameter.form != Form::Scalar || !matches!(parameter.unit, Unit::Jours | Unit::Nombre) {
                    self.fault(
                        "R-082",
                        p,
                        "ce paramètre n'est pas un nombre entier de jours, ni un nombre",
                        "un paramètre d'unité `jours` ou `nombre`",
                    );
                }
                self.catalogue.parameters.insert(i);
                Some(Measure::Parameter(i))
            }
            _ => {
                let at = doc.valeur.as_ref().or(doc.source.as_ref()).unwrap_or(at);
                self.fault(
                    "R-082",
                    at,
                    "une mesure est une valeur, ou un paramètre",
                    "écrire `{ valeur: 10, source: … }` ou `{ parametre: nom }`",
                );
                None
            }
        }
    }

    fn requirement(&mut self, doc: &RequirementDoc) -> Option<Line> {
        let mut any_of = Mask::NONE;
        for t in std::iter::once(&doc.code).chain(&doc.ou) {
            any_of = any_of.or(Mask::of(self.word(t, Requirement::parse, "exigence inconnue", &REQUIREMENTS)?));
        }
        let says = self.sentence(&doc.dit, true, false);
        let checked = self.sourced(What::Requirement, &doc.source, doc.verifie_le.as_ref());
        Some(Line { any_of, says, source: doc.source.value.clone(), checked })
    }

    fn requirements(&mut self, docs: &[RequirementDoc]) -> Vec<Line> {
        docs.iter().filter_map(|d| self.requirement(d)).collect()
    }

    fn acts(&mut self, docs: &[ActDoc]) -> Vec<Told> {
        let mut out = Vec::new();
        for d in docs {
            let checked = self.sourced(What::Act, &d.source, d.verifie_le.as_ref());
            out.push(self.told(&d.dit, checked));
        }
        out
    }

    fn pieces(&mut self, docs: &[AskedPieceDoc]) -> Vec<AskedPiece> {
        let mut out: Vec<AskedPiece> = Vec::new();
        for d in docs {
            let nature = self.word(&d.nature, Nature::parse, "nature inconnue", &NATURES);
            let obtained = self.word(&d.obtention, Obtained::parse, "obtention inconnue", &OBTAINED);
            let checked = self.sourced(What::Piece, &d.source, d.verifie_le.as_ref());
            let good_for = self.measure(d.duree.as_ref(), &d.code, 1);
            match (nature, &d.duree) {
                (Some(Nature::Volatile), None) => {
                    let help = "ajouter `duree: { valeur: …, source: … }`, en jours, ou écrire `nature: stable`";
                    self.fault("R-082", &d.nature, "cette pièce volatile ne dit pas combien de jours elle est bonne", help);
                }
                (Some(Nature::Stable), Some(_)) => {
                    self.fault("R-082", &d.nature, "cette pièce stable a une durée", "ôter `duree`, ou écrire `nature: volatile`");
                }
                _ => {}
            }
            let says = self.sentence(&d.dit, false, false);
            if let (Some(nature), Some(obtained)) = (nature, obtained) {
                out.push(AskedPiece { code: d.code.value.clone(), says, nature, good_for, obtained, checked });
            }
        }
        out
    }

    fn contact(&mut self, doc: &ContactDoc) -> Option<Contact> {
        let checked = self.sourced(What::Contact, &doc.source, doc.verifie_le.as_ref());
        let says = self.told(&doc.dit, checked);
        let profile = self.word(&doc.profil, Profile::parse, "profil inconnu", &PROFILES)?;
        Some(Contact { profile, says })
    }

    fn changes(&mut self, docs: Vec<ChangeDoc>) -> Vec<Change> {
        let mut out: Vec<Change> = Vec::new();
        for d in docs {
            self.sourced(What::Change, &d.source, d.verifie_le.as_ref());
            let says = self.sentence(&d.dit, false, false);
            let Some(from) = self.day(&d.le) else { continue };
            if out.last().is_some_and(|c| c.from > from) {
                self.fault("R-015", &d.le, "les changements ne sont pas dans l'ordre des dates", "le plus ancien d'abord");
            }
            out.push(Change { from, says, source: d.source.value });
        }
        out
    }

    fn service(&mut self, doc: ServiceDoc) {
        if let Some(body) = &doc.organisme {
            self.body(body);
        }
        let kind = self.word(&doc.canal, ChannelKind::parse, "canal inconnu", &CHANNELS);
        let checked = self.sourced(What::Description, &doc.source, doc.verifie_le.as_ref());
        let place = self.told(&doc.ou, checked);
        let requirements = self.requirements(&doc.exigences);
        match self.services.entry(doc.nom.value.clone()) {
            Entry::Occupied(_) => self.out.push(duplicate(self.file, &doc.nom)),
            Entry::Vacant(slot) => {
                slot.insert(Service { kind, place, requirements });
            }
        }
    }

    fn channel(&mut self, doc: &ChannelDoc, around: &[Line]) -> Option<Channel> {
        let kind = self.word(&doc.canal, ChannelKind::parse, "canal inconnu", &CHANNELS);
        let own = self.requirements(&doc.exigences);
        let mut requirements: Vec<Line> = around.to_vec();
        let checked = doc.source.as_ref().and_then(|s| self.sourced(What::Channel, s, doc.verifie_le.as_ref()));
        let mut place = doc.ou.as_ref().map(|ou| self.told(ou, checked));
        if let (Some(ou), None) = (&doc.ou, &doc.source) {
            self.fault("R-085", ou, "cette porte n'a pas de source", "ajouter `source: …` à côté de `ou`");
        }
        match &doc.service {
            None if doc.ou.is_none() => {
                self.fault("R-082", &doc.canal, "cette porte ne dit pas où elle est", "ajouter `service: …`, ou `ou: …` avec sa source");
            }
            None => {}
            Some(s) => match self.services.get(&s.value) {
                None => {
                    let names: Vec<String> = self.services.keys().cloned().collect();
                    self.named("R-020", s, "service inconnu", names.iter().map(String::as_str));
                }
                Some(service) => {
                    requirements.extend(service.requirements.iter().cloned());
                    place = place.or_else(|| Some(service.place.clone()));
                    if let (Some(a), Some(b)) = (kind, service.kind)
                        && a != b
                    {
                        let help = format!("écrire `canal: {}`, ou prendre un autre service", b.name());
                        self.fault("R-082", s, format!("ce service n'est pas un canal `{}`", a.name()), help);
                    }
                }
            },
        }
        requirements.extend(own);
        let delay = self.measure(doc.delai.as_ref(), &doc.canal, 0);
        let minutes = self.measure(doc.minutes.as_ref(), &doc.canal, 1);
        let mut needs = Needs::default();
        for r in &requirements {
            needs.one(r.any_of);
        }
        let service = doc.service.as_ref().map(|s| s.value.clone());
        Some(Channel { kind: kind?, service, place: place?, delay, minutes, requirements, needs })
    }

    fn territories(&mut self, docs: &[Text]) -> Vec<String> {
        for t in docs {
            let dept = t.value.get(..2).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit()) || matches!(d, "2A" | "2B"));
            let rest = t.value.get(2..).is_some_and(|r| r.bytes().all(|b| b.is_ascii_digit()));
            if !(dept && rest && matches!(t.value.len(), 2 | 3 | 5)) {
                let help = "un code de département (`93`, `2A`, `974`) ou de commune (`93066`), entre guillemets";
                self.fault("R-082", t, format!("`{}` n'est pas un territoire", t.value), help);
            }
        }
        docs.iter().map(|t| t.value.clone()).collect()
    }

    fn variant(&mut self, doc: &VariantDoc, around: &[Line]) -> Option<Variant> {
        let body = self.body(&doc.organisme);
        let territories = self.territories(&doc.territoires);
        let (from, to) = self.validity(doc.validite.as_ref());
        let activation = self.word(&doc.activation, Activation::parse, "activation inconnue", &ACTIVATIONS);
        let checked = self.sourced(What::Description, &doc.source, doc.verifie_le.as_ref());
        let (asked_by, occasion) = (self.sentence(&doc.demandeur, false, false), self.sentence(&doc.occasion, false, false));
        let peculiar = doc.particularites.as_ref().map(|t| self.sentence(t, false, false));
        let human = doc.alternative_humaine.as_ref().map(|t| self.told(t, checked));
        let mut requirements = around.to_vec();
        requirements.extend(self.requirements(&doc.exigences));
        let (acts, pieces) = (self.acts(&doc.actes), self.pieces(&doc.pieces));
        if doc.canaux.is_empty() {
            self.fault("R-082", &doc.organisme, "cette variante n'a pas de porte", "ajouter au moins un canal sous `canaux`");
        }
        let channels: Vec<Channel> = doc.canaux.iter().filter_map(|c| self.channel(c, &requirements)).collect();
        let contact = doc.interlocuteur.as_ref().and_then(|c| self.contact(c));
        let answer = self.measure(doc.reponse.as_ref(), &doc.organisme, 1);
        let script = doc.a_dire.iter().map(|t| self.spoken(t)).collect();
        let place = (self.file.to_owned(), span_of(&doc.organisme));
        let activation = activation?;
        Some(Variant {
            body,
            territories,
            from,
            to,
            activation,
            asked_by,
            occasion,
            peculiar,
            checked,
            acts,
            pieces,
            channels,
            human,
            contact,
            answer,
            script,
            place,
        })
    }

    fn procedure(&mut self, doc: ProcedureFileDoc) {
        let stage = self.word(&doc.etape, Stage::parse, "étape inconnue", &STAGES);
        for right in &doc.droits {
            let known = self.known;
            if !known.rights.contains(&right.value) {
                self.named("R-020", right, "droit inconnu", known.rights.iter().map(String::as_str));
            } else if let (Some(stage), Some(other)) = (stage, stage.and_then(|s| self.already(&right.value, s))) {
                let message = format!("`{}` a déjà une démarche à l'étape `{}`", right.value, stage.name());
                self.fault("R-081", right, message, format!("réunir avec `{other}`, par une variante de plus"));
            }
        }
        if doc.droits.is_empty() {
            self.fault("R-082", &doc.demarche, "cette démarche ne dit pas de quel droit elle est", "ajouter `droits: [ … ]`");
        }
        let checked = self.sourced(What::Description, &doc.source, doc.verifie_le.as_ref());
        let (label, asks) = (self.sentence(&doc.libelle, false, false), self.told(&doc.demande, checked));
        let acts_per_year = self.measure(doc.actes_par_an.as_ref(), &doc.demarche, 1);
        let (acts, pieces, around) = (self.acts(&doc.actes), self.pieces(&doc.pieces), self.requirements(&doc.exigences));
        let mut variants: Vec<Variant> = Vec::new();
        for v in &doc.variantes {
            let Some(mut variant) = self.variant(v, &around) else { continue };
            variant.acts.splice(0..0, acts.iter().cloned());
            variant.pieces.splice(0..0, pieces.iter().cloned());
            let same = |o: &&Variant| {
                o.body == variant.body && o.territories == variant.territories && o.from <= variant.to && variant.from <= o.to
            };
            if variants.iter().any(|o| same(&o)) {
                let message = format!("deux variantes de `{}` valent ensemble pour `{}`", doc.demarche.value, variant.body);
                self.fault("R-081", &v.organisme, message, "leur donner d'autres territoires, ou des `validite` qui ne se touchent pas");
            }
            variants.push(variant);
        }
        if doc.variantes.is_empty() {
            self.fault("R-082", &doc.demarche, "cette démarche n'a pas de variante", "ajouter au moins un organisme sous `variantes`");
        }
        let changes = self.changes(doc.journal);
        if self.catalogue.procedure(&doc.demarche.value).is_some() {
            return self.out.push(duplicate(self.file, &doc.demarche));
        }
        let Some(stage) = stage else { return };
        self.catalogue.procedures.push(Procedure {
            label,
            rights: doc.droits.into_iter().map(|t| t.value).collect(),
            stage,
            asks,
            acts_per_year,
            variants,
            changes,
            place: (self.file.to_owned(), span_of(&doc.demarche)),
            id: doc.demarche.value,
        });
    }

    fn already(&self, right: &str, stage: Stage) -> Option<String> {
        let same = |p: &&Procedure| p.stage == stage && p.rights.iter().any(|r| r == right);
        self.catalogue.procedures.iter().find(same).map(|p| p.id.clone())
    }
}

/// Written in a source that nobody has found yet.
pub const A_VERIFIER: &str = "à vérifier";

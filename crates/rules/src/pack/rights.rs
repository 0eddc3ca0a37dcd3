//! Rights and ruptures, once the names of their clauses are known.

use super::build::Builder;
use super::deadlines::{ByChannel, of_channel};
use super::declare::RightHead;
use super::prerequisites::Prerequisite;
use super::properties::Of;
use super::{AmountPeriod, Assumption, Condition, GRAVITIES, Gravity, NotModelled, Right, RightKind};
use crate::catalogue::{Catalogue, STAGES, Stage};
use crate::check::{Place, Scope};
use crate::date;
use crate::diagnostic::did_you_mean;
use crate::document::property::{NamesDoc, ProcedureDoc, WaysDoc};
use crate::document::{Spanned, Text, span_of};
use crate::parameters::Parameters;
use crate::vocabulary::{Crossing, Vocabulary};
use std::collections::{BTreeSet, HashMap};

impl Builder<'_> {
    pub(super) fn rights(
        &mut self,
        heads: Vec<RightHead>,
        vocabulary: &Vocabulary,
        parameters: &Parameters,
        catalogue: &Catalogue,
        known: &BTreeSet<String>,
        prerequisites: &[Prerequisite],
    ) -> Vec<Right> {
        let mut out = Vec::new();
        for h in heads {
            let RightHead { id, kind, file, doc, unit, channels, journey } = h;
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
            let channels =
                channels.into_iter().filter_map(|(channel, delay)| Some(ByChannel { channel, delay, date: find(&of_channel(channel))? }));
            let channels = channels.collect();
            let stage = self.stage(&file, doc.etape.as_ref());
            let concerns = self.concerned(&file, doc.concerne, known);
            let needed = self.needed(&file, doc.prealables, prerequisites, known);
            let period = match doc.periode.as_ref().map(|t| (t, t.value.as_str())) {
                None | Some((_, "mois")) => AmountPeriod::Month,
                Some((_, "an")) => AmountPeriod::Year,
                Some((_, "unique")) => AmountPeriod::Once,
                Some((t, _)) => {
                    self.error("R-011", &file, t, "période inconnue", "écrire `mois`, `an` ou `unique`");
                    AmountPeriod::Month
                }
            };
            let crossing = self.crossing(&file, doc.croisement.as_ref());
            let journey_crossing = doc.parcours_croisement.as_ref().map_or(crossing, |t| self.crossing(&file, Some(t)));
            let gravity = match doc.gravite.as_ref().map(|t| (t, Gravity::parse(&t.value))) {
                Some((t, None)) => {
                    let close = did_you_mean(&t.value, GRAVITIES.into_iter()).map_or_else(
                        || "écrire `vital`, `dependance` ou `complement`".to_owned(),
                        |n| format!("vouliez-vous dire `{n}` ?"),
                    );
                    self.error("R-011", &file, t, format!("gravité inconnue `{}`", t.value), close);
                    None
                }
                Some((_, known)) => known,
                None => None,
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
            let subjects = if kind == RightKind::Rupture { concerns.as_slice() } else { std::slice::from_ref(&id.value) };
            let (procedure, procedures) = self.ways(&file, subjects, doc.demarche, catalogue);
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
                concerns,
                prerequisites: needed,
                stage,
                conditions,
                entitled: found[0].unwrap_or(0),
                amount: found[1],
                received: found[2],
                deadline: found[3],
                useful_date: found[4],
                channels,
                acted: found[5],
                journey,
                journey_crossing,
                not_modelled: doc
                    .non_modelise
                    .into_iter()
                    .map(|n| NotModelled { id: n.id.value, label: n.dit, source: n.source })
                    .collect(),
                assumptions,
                gravity,
                face_to_face: doc.de_vive_voix.unwrap_or(false),
                propose: doc.proposer.unwrap_or(doc.libelle.value),
                up_to: doc.jusqu_a,
                commits: doc.ce_que_cela_engage,
                pieces: doc.pieces,
                on_request: doc.sur_demande.unwrap_or(true),
                procedure,
                procedures,
                valid_from: doc.validite.and_then(|v| date::parse(&v.du.value)),
                properties,
                cases: doc.cas,
                place: (file, span_of(&id)),
                id: id.value,
            });
        }
        // Losing a right is as heavy as not having it: the heaviest of those that would be lost.
        let of: HashMap<String, Gravity> = out.iter().filter_map(|r| Some((r.id.clone(), r.gravity?))).collect();
        for r in out.iter_mut().filter(|r| r.gravity.is_none()) {
            r.gravity = r.concerns.iter().filter_map(|c| of.get(c)).min().copied();
        }
        out
    }

    /// What may happen between bodies; everything may, when the rule does not say.
    fn crossing(&mut self, file: &str, said: Option<&Text>) -> Crossing {
        let Some(t) = said else { return Crossing::Authorised };
        Crossing::parse(&t.value).unwrap_or_else(|| {
            self.error("R-011", file, t, "croisement inconnu", "écrire `autorise`, `detenteur_seul` ou `interdit`");
            Crossing::Forbidden
        })
    }

    /// A stage of the closed list; asking for it, when the rule does not say.
    fn stage(&mut self, file: &str, said: Option<&Text>) -> String {
        let Some(t) = said else { return Stage::Application.name().into() };
        if Stage::parse(&t.value).is_none() {
            let close = did_you_mean(&t.value, STAGES.iter().copied());
            let help = close.map_or_else(|| format!("étapes : {}", STAGES.join(", ")), |n| format!("vouliez-vous dire `{n}` ?"));
            self.error("R-080", file, t, format!("étape inconnue `{}`", t.value), help);
        }
        t.value.clone()
    }

    /// The rights that a rupture is about, all of which must exist.
    fn concerned(&mut self, file: &str, doc: Option<Spanned<NamesDoc>>, known: &BTreeSet<String>) -> Vec<String> {
        let named = doc.map(NamesDoc::named).unwrap_or_default();
        for t in named.iter().filter(|t| !known.contains(&t.value)) {
            let close = did_you_mean(&t.value, known.iter().map(String::as_str));
            let help = close.map_or_else(|| "nommer un droit du jeu de règles".to_owned(), |n| format!("vouliez-vous dire `{n}` ?"));
            self.error("R-020", file, t, format!("droit inconnu `{}`", t.value), help);
        }
        named.into_iter().map(|t| t.value).collect()
    }

    /// The procedures that a rule cites, which must be those of its right; or what it tells itself.
    fn ways(
        &mut self,
        file: &str,
        rights: &[String],
        doc: Option<Spanned<WaysDoc>>,
        catalogue: &Catalogue,
    ) -> (Option<ProcedureDoc>, Vec<String>) {
        let Some(Spanned { value, referenced, defined }) = doc else { return (None, Vec::new()) };
        let named: Vec<Text> = match value {
            WaysDoc::Told(d) => return (Some(d), Vec::new()),
            WaysDoc::One(name) => vec![Text { value: name, referenced, defined }],
            WaysDoc::Several(names) => names,
        };
        for t in &named {
            match catalogue.procedure(&t.value) {
                None => {
                    let close = did_you_mean(&t.value, catalogue.procedures.iter().map(|p| p.id.as_str()));
                    let help = close.map_or_else(
                        || "nommer une démarche de `demarches/`, ou dire `en_ligne` et `alternative_humaine`".to_owned(),
                        |n| format!("vouliez-vous dire `{n}` ?"),
                    );
                    self.error("R-020", file, t, format!("démarche inconnue `{}`", t.value), help);
                }
                Some(p) if !p.rights.iter().any(|r| rights.contains(r)) => {
                    let of = rights.iter().map(|r| format!("`{r}`")).collect::<Vec<_>>().join(", ");
                    let message = format!("`{}` n'est pas une démarche de {of}", p.id);
                    self.error("R-082", file, t, message, format!("elle est de : {}", p.rights.join(", ")));
                }
                Some(_) => {}
            }
        }
        (None, named.into_iter().map(|t| t.value).collect())
    }
}

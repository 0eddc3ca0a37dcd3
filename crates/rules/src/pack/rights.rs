//! Rights and ruptures, once the names of their clauses are known.

use super::build::Builder;
use super::declare::RightHead;
use super::properties::Of;
use super::{AmountPeriod, Assumption, Condition, NotModelled, Right, RightKind};
use crate::catalogue::Catalogue;
use crate::check::{Place, Scope};
use crate::date;
use crate::diagnostic::did_you_mean;
use crate::document::property::{ProcedureDoc, WaysDoc};
use crate::document::{Spanned, Text, span_of};
use crate::parameters::Parameters;
use crate::vocabulary::{Crossing, Vocabulary};
use std::collections::HashMap;

impl Builder<'_> {
    pub(super) fn rights(
        &mut self,
        heads: Vec<RightHead>,
        vocabulary: &Vocabulary,
        parameters: &Parameters,
        catalogue: &Catalogue,
    ) -> Vec<Right> {
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
            let subject = doc.concerne.as_ref().filter(|_| kind == RightKind::Rupture).map_or(&id.value, |c| &c.value);
            let (procedure, procedures) = self.ways(&file, subject, doc.demarche, catalogue);
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
                procedure,
                procedures,
                valid_from: doc.validite.and_then(|v| date::parse(&v.du.value)),
                properties,
                cases: doc.cas,
                place: (file, span_of(&id)),
                id: id.value,
            });
        }
        out
    }

    /// The procedures that a rule cites, which must be those of its right; or what it tells itself.
    fn ways(
        &mut self,
        file: &str,
        right: &str,
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
                Some(p) if !p.rights.iter().any(|r| r == right) => {
                    let message = format!("`{}` n'est pas une démarche de `{right}`", p.id);
                    self.error("R-082", file, t, message, format!("elle est de : {}", p.rights.join(", ")));
                }
                Some(_) => {}
            }
        }
        (None, named.into_iter().map(|t| t.value).collect())
    }
}

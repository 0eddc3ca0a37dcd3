//! Facts: their sentence, what they are, who may bring them, whether they may cross, and which rules read them.

use std::collections::BTreeMap;

use recours_rules::classes::Status;
use recours_rules::number::{INF, NEG_INF};
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::{Crossing, Variable};
use serde_json::{Value as Json, json};

use super::lecture::{avec_unite, lire};
use super::{Contexte, ancre, mots};
use crate::commandes::explain::ecriture;

/// What may happen to a fact or a verdict between bodies.
pub(super) const fn croisement(c: Crossing) -> &'static str {
    match c {
        Crossing::Authorised => "peut aller à l'hôte, sans nom, quand une règle en a besoin",
        Crossing::HolderOnly => "reste chez qui le détient : seule sa conclusion, par oui ou non, peut en sortir",
        Crossing::Forbidden => "n'en sort jamais",
    }
}

fn genre(c: &Contexte<'_>, v: &Variable) -> String {
    let quoi = match v.ty {
        Type::Bool => "oui ou non".to_owned(),
        Type::Num(_) | Type::Literal => {
            let unite = if let Type::Num(u) = v.ty { u } else { recours_rules::types::Unit::Nombre };
            let dit = if unite.is_money() { "montant" } else { "nombre" };
            match (v.domain.lo, v.domain.hi) {
                (NEG_INF, INF) => format!("{dit}, négatif ou positif"),
                (lo, INF) => format!("{dit}, au moins {}", avec_unite(lo, unite)),
                (NEG_INF, hi) => format!("{dit}, au plus {}", avec_unite(hi, unite)),
                (lo, hi) => format!("{dit}, entre {} et {}", avec_unite(lo, unite), avec_unite(hi, unite)),
            }
        }
        Type::Date { absent_possible: true } => "date, ou aucune".to_owned(),
        Type::Date { .. } => "date".to_owned(),
        Type::Code(l) => {
            let codes = c.pack.vocabulary.lists.get(l).map(|l| l.codes.join(", ").replace('_', " ")).unwrap_or_default();
            format!("un mot parmi : {codes}")
        }
    };
    let serie = if v.series { " ; un par mois, sur quinze mois" } else { "" };
    format!("{quoi}{serie}")
}

fn un(c: &Contexte<'_>, i: usize, v: &Variable) -> Json {
    json!({
        "ancre": ancre::fait(&v.name),
        "nom": v.name,
        "dit": v.label,
        "de": if v.entity == Entity::Personne { "de la personne" } else { "du foyer" },
        "genre": genre(c, v),
        "detenteurs": v.holders.iter().map(|h| mots::organisme(h)).collect::<Vec<_>>(),
        "croisement": croisement(v.crossing),
        "reste": v.crossing != Crossing::Authorised,
        "derive": c.pack.derived.get(&i).map(|t| lire(c.pack, t)),
        "derive_ecrit": v.derive.as_ref().map(|(t, _)| t.value.clone()),
        "lu_par": c.regles_qui_lisent(&c.faits_de, i),
    })
}

/// All of them, by class.
pub(super) fn tous(c: &Contexte<'_>) -> Vec<Json> {
    let mut classes: BTreeMap<&str, Vec<Json>> = BTreeMap::new();
    for (i, v) in c.pack.vocabulary.variables.iter().enumerate() {
        classes.entry(&v.class).or_default().push(un(c, i, v));
    }
    classes.into_iter().map(|(nom, faits)| classe(c, nom, &faits)).collect()
}

/// A class of data: what a fact of it may do at most, and the article that says so.
fn classe(c: &Contexte<'_>, id: &str, faits: &[Json]) -> Json {
    let declaree = c.pack.class(id);
    let noms = |l: &[String]| l.iter().map(|n| c.pack.class(n).map_or_else(|| n.clone(), |k| k.label.clone())).collect::<Vec<_>>();
    json!({
        "id": id,
        "nom": declaree.map_or_else(|| id.replace('_', " "), |k| k.label.clone()),
        "dit": declaree.map(|k| k.says.as_str()),
        "croisement": declaree.map(|k| croisement(k.crossing)),
        "conclusions": declaree.map(|k| noms(&k.conclusions)).unwrap_or_default(),
        "article": declaree.map(|k| k.article.as_str()),
        "statut": declaree.map(|k| statut(&k.status)),
        "faits": faits,
    })
}

/// Who read it when, as far as the pack says.
pub(super) fn statut(s: &Status) -> String {
    match s {
        Status::Checked(d) => format!("vérifié le {}", ecriture::date_longue(*d)),
        Status::ToCheck(quoi) => format!("non vérifié à la source : {quoi}"),
    }
}

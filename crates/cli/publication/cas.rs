//! Worked cases and claims: what was given, what must come out.

use std::collections::BTreeMap;

use recours_rules::date;
use recours_rules::document::{CaseDoc, Text};
use recours_rules::number;
use recours_rules::pack::properties::{Along, Claim, Property};
use recours_rules::pack::{Pack, Right};
use recours_rules::typed::Group;
use recours_rules::types::Type;
use serde_json::{Value as Json, json};

use super::lecture::{avec_unite, lien, lire};
use super::{Contexte, ancre};
use crate::commandes::explain::ecriture;

/// The facts of the foyer or of one person.
fn faits(pack: &Pack, dits: &BTreeMap<String, Text>, place: &mut Option<String>) -> Vec<String> {
    let vocabulaire = &pack.vocabulary;
    let mut sortie = Vec::new();
    for (colonne, texte) in dits {
        let trouve = vocabulaire.find(colonne).map(|v| (v, None)).or_else(|| vocabulaire.column(colonne));
        let Some((v, mois)) = trouve.and_then(|(v, m)| vocabulaire.variables.get(v).map(|x| (x, m))) else {
            sortie.push(format!("{colonne} : {}", texte.value));
            continue;
        };
        let dite = valeur(v.ty, &texte.value);
        if v.name == "role" {
            *place = Some(dite);
            continue;
        }
        let quand = match mois {
            Some(0) => " du mois M".to_owned(),
            Some(n) => format!(" du mois M\u{2212}{n}"),
            None if v.series => " de chaque mois".to_owned(),
            None => String::new(),
        };
        sortie.push(format!("« {} »{quand} : {dite}", v.label));
    }
    sortie
}

fn valeur(ty: Type, texte: &str) -> String {
    match (ty, texte) {
        (_, "inconnu") => "inconnu".to_owned(),
        (Type::Bool, "vrai" | "oui" | "true") => "oui".to_owned(),
        (Type::Bool, "faux" | "non" | "false") => "non".to_owned(),
        (Type::Num(u), t) => number::parse(t).map_or_else(|| t.to_owned(), |x| avec_unite(x, u)),
        (_, t) => jour(t),
    }
}

/// A day in full, or the word that stands in its place.
fn jour(texte: &str) -> String {
    date::parse(texte).map_or_else(|| texte.replace('_', " "), ecriture::date_longue)
}

fn attendu(c: &Contexte<'_>, r: &Right, cas: &CaseDoc) -> Vec<String> {
    let a = &cas.attendu;
    let verdict = match a.droit.value.as_str() {
        "oui" => "la règle répond oui",
        "non" => "la règle répond non, et rien n'est écrit",
        _ => "la règle ne peut pas conclure",
    };
    let mut sortie = vec![verdict.to_owned()];
    let unite = r.amount.and_then(|k| c.pack.calcs.get(k)).map(|k| k.ty);
    sortie.extend(a.montant.as_ref().map(|m| format!("montant : {}", valeur(unite.unwrap_or(Type::Literal), &m.value))));
    sortie.extend(a.echeance.as_ref().map(|d| format!("échéance : {}", jour(&d.value))));
    sortie.extend(a.date_utile.as_ref().map(|d| format!("date utile : {}", jour(&d.value))));
    for (canal, d) in a.dates_utiles.iter().flat_map(|d| d.said()) {
        sortie.push(format!("date utile {} : {}", canal.said(), jour(&d.value)));
    }
    sortie.extend(a.deja_agi.as_ref().map(|d| format!("démarche déjà faite : {}", d.value)));
    sortie.extend(a.moment.as_ref().map(|d| format!("moment : {}", d.value.replace('_', " "))));
    sortie.extend(a.personne.as_ref().map(|d| format!("pour la personne n° {}", d.value)));
    if !a.manque.is_empty() {
        let noms = a.manque.iter().map(|m| {
            let v = c.pack.vocabulary.find(m).or_else(|| c.pack.vocabulary.column(m).map(|(v, _)| v));
            v.and_then(|v| c.pack.vocabulary.variables.get(v)).map_or_else(|| m.clone(), |v| format!("« {} »", v.label))
        });
        sortie.push(format!("il manque : {}", noms.collect::<Vec<_>>().join(", ")));
    }
    let liste = |l: &[Text]| {
        if l.is_empty() { "aucun".to_owned() } else { l.iter().map(|t| t.value.replace('_', "-")).collect::<Vec<_>>().join(", ") }
    };
    sortie.extend(a.types.as_ref().map(|t| format!("types de non-recours : {}", liste(t))));
    sortie.extend(
        a.exigences_non_remplies.as_ref().map(|t| format!("exigences connues pour non remplies : {}", liste(t).replace("aucun", "aucune"))),
    );
    sortie
}

/// A worked case.
pub(super) fn cas(c: &Contexte<'_>, r: &Right, rang: usize, cas: &CaseDoc) -> Json {
    let mut sans = None;
    let personnes: Vec<Json> = cas
        .personnes
        .iter()
        .enumerate()
        .map(|(i, p)| {
            let mut place = None;
            let faits = faits(c.pack, p, &mut place);
            json!({ "qui": place.unwrap_or_else(|| format!("personne n° {}", i + 1)), "faits": faits })
        })
        .collect();
    json!({
        "ancre": ancre::cas(&r.id, rang),
        "nom": cas.nom.value,
        "le": jour(&cas.le.value),
        "foyer": faits(c.pack, &cas.foyer, &mut sans),
        "personnes": personnes,
        "reste_nul": cas.reste_nul,
        "attendu": attendu(c, r, cas),
        "source": cas.source,
    })
}

fn le_long(pack: &Pack, a: Along) -> String {
    let nom = pack.vocabulary.variables.get(a.variable).map_or_else(String::new, |v| lien(&ancre::fait(&v.name), &v.label));
    let qui = match a.group {
        Group::Members => " d'une personne du foyer",
        Group::Adults => " d'un adulte du foyer",
        Group::Children => " d'un enfant du foyer",
        Group::Applicant => " du demandeur",
        Group::Partner => " du conjoint",
    };
    format!("{nom}{qui}{}", if a.whole { ", tous les mois ensemble" } else { "" })
}

/// A claim, exactly.
pub(super) fn propriete(c: &Contexte<'_>, r: &Right, p: &Property) -> Json {
    let exact = match &p.claim {
        Claim::Monotone { along, rises: true } => format!("Ne baisse jamais quand {} augmente.", le_long(c.pack, *along)),
        Claim::Monotone { along, rises: false } => format!("N'augmente jamais quand {} augmente.", le_long(c.pack, *along)),
        Claim::Between { min, max } => {
            let borne = |mot: &str, t: &Option<_>| t.as_ref().map(|t| format!("{mot} : {}", lire(c.pack, t)));
            let bornes: Vec<String> = borne("au moins", min).into_iter().chain(borne("au plus", max)).collect();
            format!("Le montant d'un droit ouvert est compris : {}.", bornes.join(" ; "))
        }
        Claim::Nothing { when } => format!("Rien n'est dû quand : {}", lire(c.pack, when)),
        Claim::Steps { along, step, at_most } => {
            let unite = c.pack.vocabulary.variables.get(along.variable).map(|v| v.ty);
            let pas = if let Some(Type::Num(u)) = unite { avec_unite(*step, u) } else { ecriture::decimal(*step, 0, 8) };
            format!("Quand {} augmente de {pas}, le montant ne change pas de plus que : {}", le_long(c.pack, *along), lire(c.pack, at_most))
        }
    };
    json!({
        "ancre": format!("{}.propriete.{}", r.id, p.id),
        "dit": p.label,
        "exact": exact,
        "si": p.condition.as_ref().map(|t| lire(c.pack, t)),
    })
}

//! Parameters: every value with the day from which it holds, its text, and whether anybody checked it.

use std::collections::BTreeMap;

use recours_rules::date::{self, Days};
use recours_rules::pack::Pack;
use recours_rules::parameters::{Parameter, Value};
use serde_json::{Value as Json, json};

use super::lecture::avec_unite;
use super::{A_VERIFIER, Contexte, ancre, mots};
use crate::commandes::explain::ecriture;

/// A value on one line, or line by line.
pub(super) fn valeur(pack: &Pack, p: &Parameter, v: &Value) -> Vec<String> {
    match v {
        Value::Scalar(x) => vec![avec_unite(*x, p.unit)],
        Value::Day(d) => vec![ecriture::date_longue(*d)],
        Value::Table { entries, beyond } => {
            let mut lignes: Vec<String> =
                entries.iter().enumerate().map(|(i, x)| format!("pour {} : {}", i + 1, avec_unite(*x, p.unit))).collect();
            lignes.push(format!("au-delà de {} : {} de plus chaque fois", entries.len(), avec_unite(*beyond, p.unit)));
            lignes
        }
        Value::ByCode(valeurs) => {
            let codes = p.list.and_then(|l| pack.vocabulary.lists.get(l)).map(|l| l.codes.as_slice()).unwrap_or_default();
            codes.iter().zip(valeurs).map(|(c, x)| format!("{} : {}", c.replace('_', " "), avec_unite(*x, p.unit))).collect()
        }
        Value::Window(a, b) => vec![format!("du mois {} au mois {}", du_mois(*a), du_mois(*b))],
        Value::ByBirth(lignes) => lignes
            .iter()
            .map(|(avant, mois)| {
                let qui = avant.map_or_else(|| "ensuite".to_owned(), |d| format!("avant le {}", ecriture::date_longue(d)));
                let mois = mois / recours_rules::number::SCALE;
                let reste = if mois % 12 == 0 { String::new() } else { format!(" et {} mois", mois % 12) };
                format!("naissance {qui} : {} ans{reste}", mois / 12)
            })
            .collect(),
    }
}

fn du_mois(n: i32) -> String {
    if n == 0 { "M".to_owned() } else { format!("M{n:+}").replace('-', "\u{2212}") }
}

/// The value of a day on one line.
pub(super) fn en_vigueur(pack: &Pack, p: &Parameter, le: Days) -> String {
    if p.awaited() {
        return "attendue du territoire".to_owned();
    }
    p.on(le).map_or_else(|| "aucune à cette date".to_owned(), |v| valeur(pack, p, v).join(" ; "))
}

/// What is known of who checked it.
fn verifie(p: &Parameter) -> String {
    match p.checked {
        Some(d) => format!("Vérifié jusqu'au {} ; le jeu de règles ne dit pas par qui.", ecriture::date_longue(d)),
        None => "Non vérifié à la source : aucun jour de vérification n'est écrit.".to_owned(),
    }
}

fn un(c: &Contexte<'_>, i: usize, p: &Parameter) -> Json {
    let en_cours = p.values.iter().rposition(|v| v.from <= c.le);
    let valeurs: Vec<Json> = p
        .values
        .iter()
        .enumerate()
        .rev()
        .map(|(k, v)| {
            json!({
                "ancre": format!("{}.{}", ancre::parametre(&p.name), date::format(v.from)),
                "du": ecriture::date_longue(v.from),
                "valeur": valeur(c.pack, p, &v.value),
                "source": v.source,
                "a_verifier": v.source.trim().is_empty() || v.source.contains(A_VERIFIER),
                "en_vigueur": Some(k) == en_cours,
                "a_venir": v.from > c.le,
            })
        })
        .collect();
    json!({
        "ancre": ancre::parametre(&p.name),
        "nom": p.name,
        "dit": p.label,
        "local": p.awaited(),
        "variante": c.ecrits.remplaces.contains(&p.name),
        "valeur": en_vigueur(c.pack, p, c.le),
        "verifie": verifie(p),
        "valeurs": valeurs,
        "lu_par": c.regles_qui_lisent(&c.parametres_de, i),
        "fichier": famille(&p.place.0),
    })
}

/// `rsa` for `…/parametres/rsa.yaml`.
fn famille(fichier: &str) -> String {
    fichier.rsplit('/').next().unwrap_or(fichier).trim_end_matches(".yaml").trim_end_matches(".yml").replace('_', " ")
}

/// All of them, by family.
pub(super) fn tous(c: &Contexte<'_>) -> Vec<Json> {
    let mut familles: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for (i, p) in c.pack.parameters.all.iter().enumerate() {
        familles.entry(famille(&p.place.0)).or_default().push(un(c, i, p));
    }
    familles.into_iter().map(|(nom, parametres)| json!({ "nom": mots::famille(&nom), "parametres": parametres })).collect()
}

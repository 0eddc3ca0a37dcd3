//! What a column may tell, in words: how coarse a fact leaves its body.

use std::collections::BTreeSet;

use recours_engine::grain::{Grain, Piece, age_at};
use recours_rules::interval::Interval;
use recours_rules::number::{INF, NEG_INF};
use recours_rules::pack::Pack;
use recours_rules::types::{Type, Unit};
use recours_rules::vocabulary::{CodeList, Variable};

use super::apports::mois_ecrits;
use crate::commandes::explain::ecriture;

/// Cut points named beyond this many would hide the others' column.
const AU_PLUS: usize = 12;

/// The grain of one fact, or of the months of a series that the rules read.
#[must_use]
pub fn dit(pack: &Pack, v: &Variable, grains: &[(Grain, BTreeSet<usize>)]) -> String {
    match grains {
        [] => String::new(),
        [(seul, _)] => un(pack, v, seul),
        plusieurs => {
            let textes: Vec<String> = plusieurs.iter().map(|(g, mois)| format!("{} : {}", mois_ecrits(mois), un(pack, v, g))).collect();
            textes.join(" ; ")
        }
    }
}

fn un(pack: &Pack, v: &Variable, grain: &Grain) -> String {
    let liste = |l: usize| pack.vocabulary.lists.get(l);
    match (grain, v.ty) {
        (Grain::Pieces(p), Type::Date { .. }) => dates(pack, v, p),
        (Grain::Pieces(p), _) => nombres(v, p),
        (Grain::Classes(ensembles), Type::Code(l)) => liste(l).map_or_else(|| "code".into(), |l| classes(l, ensembles)),
        (Grain::Width(largeur), Type::Num(u)) => format!("tranches de {}", ecriture::nombre(*largeur, u)),
        (_, Type::Bool) => "vrai ou faux".into(),
        (_, Type::Num(u)) if u.is_money() => "montant au centime".into(),
        (_, Type::Num(_) | Type::Literal) => "nombre".into(),
        (_, Type::Date { .. }) => "date".into(),
        (_, Type::Code(_)) => "code".into(),
    }
}

/// `nul ou non`, or `tranches : jusqu'à 10 € ; 10,01 € et plus`.
fn nombres(v: &Variable, morceaux: &[Piece]) -> String {
    let unite = if let Type::Num(u) = v.ty { u } else { Unit::Nombre };
    if let [rien, reste] = morceaux
        && rien.values == Interval::point(0)
        && reste.values.hi == INF
        && !reste.exact
    {
        return "nul ou non".into();
    }
    let ecrire = |p: &Piece| {
        let (bas, haut) = (p.values.lo, p.values.hi);
        let dit = match (bas, haut) {
            (l, h) if l == h => ecriture::nombre(l, unite),
            (l, INF) => format!("{} et plus", ecriture::nombre(l, unite)),
            (NEG_INF, h) => format!("jusqu'à {}", ecriture::nombre(h, unite)),
            (l, h) => format!("de {} à {}", ecriture::decimal(l, 0, 2), ecriture::nombre(h, unite)),
        };
        if p.exact { format!("la valeur même, {dit}") } else { dit }
    };
    format!("tranches : {}", ensemble(morceaux.iter().map(ecrire).collect()))
}

/// `âge : avant et après 18, 25, 65 ans`, or `tranches : avant le … ; le jour même, du … au … ; après le …`.
fn dates(pack: &Pack, v: &Variable, morceaux: &[Piece]) -> String {
    let bornes: Vec<Option<(i64, i64)>> = morceaux.iter().skip(1).map(|p| age_at(pack, p.values.lo)).collect();
    // A birth date is cut where somebody comes of an age.
    if !v.absent_possible && bornes.iter().all(Option::is_some) && !bornes.is_empty() {
        let ages: Vec<String> = bornes.iter().rev().flatten().map(|a| age(*a)).collect();
        let mut texte = format!("âge, de part et d'autre de {}", ensemble(ages));
        let memes: Vec<String> = morceaux.iter().filter(|p| p.exact).map(|p| format!("la date même {}", entre(p.values))).collect();
        if !memes.is_empty() {
            texte = format!("{texte} ; {}", memes.join(" ; "));
        }
        return texte;
    }
    let mut textes: Vec<String> =
        morceaux.iter().map(|p| if p.exact { format!("le jour même {}", entre(p.values)) } else { entre(p.values) }).collect();
    if v.absent_possible {
        textes.push("aucune".into());
    }
    format!("tranches : {}", ensemble(textes))
}

fn age((annees, mois): (i64, i64)) -> String {
    match (annees, mois) {
        (0, 0) => "la naissance".into(),
        (0, m) => format!("{m} mois"),
        (1, 0) => "1 an".into(),
        (a, 0) => format!("{a} ans"),
        (a, m) => format!("{a} ans et {m} mois"),
    }
}

fn entre(x: Interval) -> String {
    match (x.lo, x.hi) {
        (NEG_INF, INF) => String::new(),
        (NEG_INF, h) => format!("jusqu'au {}", ecriture::date_longue(h)),
        (l, INF) => format!("à partir du {}", ecriture::date_longue(l)),
        (l, h) if l == h => format!("le {}", ecriture::date_longue(l)),
        (l, h) => format!("du {} au {}", ecriture::date_longue(l), ecriture::date_longue(h)),
    }
}

/// `classes : actif ou étudiant ; chômeur`.
fn classes(liste: &CodeList, ensembles: &[u64]) -> String {
    let nommer = |e: &u64| {
        let codes: Vec<String> =
            liste.codes.iter().enumerate().filter(|(i, _)| e & (1 << i) != 0).map(|(_, c)| c.replace('_', " ")).collect();
        match codes.len() {
            n if n > 6 => "tout autre".to_owned(),
            _ => codes.join(" ou "),
        }
    };
    format!("classes : {}", ensemble(ensembles.iter().map(nommer).collect()))
}

fn ensemble(textes: Vec<String>) -> String {
    let n = textes.len();
    match textes.get(..AU_PLUS) {
        Some(premiers) if n > AU_PLUS => format!("{} … ({n} en tout)", premiers.join(" ; ")),
        _ => textes.join(" ; "),
    }
}

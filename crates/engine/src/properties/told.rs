//! A counter-example as its author reads it: facts of an invented foyer, as worked cases write them. The values are
//! drawn by the checker: they are nobody's.

use super::along::{Move, Way};
use super::household::{Household, Whole};
use super::judge::Context;
use crate::value::May;
use recours_rules::date;
use recours_rules::number;
use recours_rules::truth::Truth;
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::Variable;

/// A value as worked cases write it; absent when it is nothing.
fn written(cx: &Context<'_>, v: &Variable, m: May) -> Option<String> {
    match m {
        May::Num(i) if i.is_point() => (i.lo != 0).then(|| number::format(i.lo)),
        May::Truth(Truth::True) => Some("vrai".into()),
        May::Truth(Truth::False) | May::Date(_, Truth::True) => None,
        May::Date(i, Truth::False) if i.is_point() => Some(date::format(i.lo)),
        May::Code(set) if set.count_ones() == 1 => {
            let Type::Code(list) = v.ty else { return None };
            let code = usize::try_from(set.trailing_zeros()).ok()?;
            cx.pack.vocabulary.lists.get(list).and_then(|l| l.codes.get(code)).cloned()
        }
        _ => Some("inconnu".into()),
    }
}

fn fact(cx: &Context<'_>, row: &[May], fact: &Whole) -> Vec<String> {
    let Some(v) = cx.pack.vocabulary.variables.get(fact.variable).filter(|_| !fact.derived) else { return Vec::new() };
    let months: Vec<(Option<usize>, Option<String>)> =
        fact.at.iter().filter_map(|(at, m)| row.get(*at).map(|x| (*m, written(cx, v, *x)))).collect();
    let same = months.windows(2).all(|w| w.first().map(|m| &m.1) == w.last().map(|m| &m.1));
    if same {
        return months.first().and_then(|m| m.1.as_ref()).map(|t| format!("{}: {t}", v.name)).into_iter().collect();
    }
    let one = |(m, t): (Option<usize>, Option<String>)| t.map(|t| format!("{}_m{:02}: {t}", v.name, m.unwrap_or(0)));
    months.into_iter().filter_map(one).collect()
}

/// The facts of a foyer, those that are nothing left out.
#[must_use]
pub fn household(cx: &Context<'_>, h: &Household) -> String {
    let row =
        |entity: Entity, values: &[May]| cx.reads.facts(entity).iter().flat_map(|f| fact(cx, values, f)).collect::<Vec<_>>().join(", ");
    let mut out = String::new();
    let of_foyer = row(Entity::Foyer, &h.values);
    if !of_foyer.is_empty() {
        out += &format!("\n    foyer: {{ {of_foyer} }}");
    }
    out += "\n    personnes:";
    for p in &h.persons {
        out += &format!("\n      - {{ {} }}", row(Entity::Personne, &p.values));
    }
    out
}

/// Which fact moves, whose, and between which values.
#[must_use]
pub fn moved(cx: &Context<'_>, m: Move) -> String {
    let name = cx.pack.vocabulary.variables.get(m.variable).map_or("", |v| v.name.as_str());
    let series = cx.pack.vocabulary.variables.get(m.variable).is_some_and(|v| v.series);
    let whose = m.person.map_or_else(String::new, |p| format!(" de la personne {}", p + 1));
    let how = match (m.way, series) {
        (Way::Set, true) => "vaut chaque mois",
        (Way::Set, false) => "vaut",
        (Way::Add, true) => "reçoit en plus chaque mois",
        (Way::Add, false) => "reçoit en plus",
        (Way::AddLate, _) => "reçoit en plus, jusqu'à M-2",
    };
    format!("\n    {name}{whose} {how} {}, puis {}", number::format(m.from), number::format(m.to))
}

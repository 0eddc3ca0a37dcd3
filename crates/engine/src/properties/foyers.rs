//! The foyers on which one right is tried: around its turning points first, then any.

use super::along::{Move, Way};
use super::chance::Chance;
use super::household::Household;
use super::judge::{Context, Nodes};
use super::limits::{CENT, Limits};
use super::maker::{Maker, reach};
use crate::reference::cases;
use crate::value::May;
use recours_rules::date::{self, Days};
use recours_rules::interval::Interval;
use recours_rules::number::Decimal;
use recours_rules::truth::Truth;
use recours_rules::types::{Entity, Type};

/// The foyers of the worked cases, what they leave open drawn: most are near a threshold.
fn seeds(cx: &Context<'_>, maker: &mut Maker<'_>) -> Vec<Household> {
    let mut out = Vec::new();
    for case in &cx.right.cases {
        let Some(foyer) = cases::foyer(cx.pack, &cx.right.place.0, case) else { continue };
        let mut h = Household::from_foyer(cx.pack, &cx.reads, &foyer);
        if let Some(day) = date::parse(&case.le.value) {
            bring(cx, &mut h, day);
        }
        maker.complete(&mut h);
        out.push(h);
    }
    out
}

/// Brings the dates of a case to the day of the pack: whole months for births, which count from the first of a month,
/// days for the others.
fn bring(cx: &Context<'_>, h: &mut Household, from: Days) {
    let months = i64::from(date::month_of(cx.pack.on) - date::month_of(from));
    for person in std::iter::once(None).chain((0..h.persons.len()).map(Some)) {
        for fact in cx.reads.facts(if person.is_none() { Entity::Foyer } else { Entity::Personne }) {
            let birth = cx.pack.vocabulary.variables.get(fact.variable).is_some_and(|v| v.name == "date_naissance");
            let Some(row) = h.row_mut(person) else { continue };
            for (at, _) in &fact.at {
                if let Some(May::Date(i, Truth::False)) = row.get_mut(*at)
                    && i.is_point()
                {
                    *i = Interval::point(if birth { date::add_months(i.lo, months) } else { i.lo + cx.pack.on - from });
                }
            }
        }
    }
}

/// `n` complete foyers for a right: those of the worked cases, with each age and income of the law in turn, incomes to
/// the cent on each side of where the verdict turns, then foyers drawn from the cases and from nothing.
#[must_use]
pub fn of(cx: &Context<'_>, limits: &Limits, n: usize, chance: Chance) -> Vec<Household> {
    let mut maker = Maker::new(cx.pack, &cx.reads, limits, chance);
    let mut out = seeds(cx, &mut maker);
    let mut any: Vec<Household> = out.clone();
    // Not every file has cases: half of what is varied is drawn.
    for _ in 0..8 {
        any.push(maker.household());
    }
    out.truncate(n / 4);
    ages(cx, limits, &any, n / 5, &mut maker, &mut out);
    incomes(cx, &any, n / 5, &mut maker, &mut out);
    let ceilings = ceilings(cx, &any, &mut maker);
    out.extend(ceilings.into_iter().take(n / 4));
    while out.len() < n {
        if maker.chance.percent(60) && !any.is_empty() {
            let mut h = any.get(maker.chance.below(any.len())).cloned().unwrap_or_default();
            maker.mutate(&mut h);
            out.push(h);
        } else {
            out.push(maker.household());
        }
    }
    out.truncate(n);
    out
}

/// A person reaches an age of the law on the first day of M, the day before or the day after.
fn ages(cx: &Context<'_>, limits: &Limits, from: &[Household], n: usize, maker: &mut Maker<'_>, out: &mut Vec<Household>) {
    let births = cx.pack.vocabulary.find("date_naissance").and_then(|v| cx.reads.fact(Entity::Personne, v));
    let days = limits.births(cx.pack.on);
    let Some(fact) = births.filter(|_| !days.is_empty()) else { return };
    let skip = maker.chance.below(days.len());
    for day in days.iter().cycle().skip(skip).take(n) {
        let mut h = from.get(maker.chance.below(from.len())).cloned().unwrap_or_default();
        let person = maker.chance.below(h.persons.len());
        if let Some(row) = h.row_mut(Some(person)) {
            for (at, _) in &fact.at {
                if let Some(m) = row.get_mut(*at) {
                    *m = May::Date(Interval::point(*day), Truth::False);
                }
            }
        }
        out.push(h);
    }
}

/// The amount of the person or foyer that trials without a fact of their own move: the one most read.
fn income(cx: &Context<'_>) -> Option<(Entity, usize)> {
    let money = |v: usize| cx.pack.vocabulary.variables.get(v).is_some_and(|v| matches!(v.ty, Type::Num(u) if u.is_money()));
    let claimed = cx.right.properties.iter().find_map(|p| p.along()).map(|a| a.variable).filter(|v| money(*v));
    let of =
        |entity| cx.reads.facts(entity).iter().filter(|w| money(w.variable) && !w.derived).map(move |w| (w.at.len(), entity, w.variable));
    let most = of(Entity::Personne).chain(of(Entity::Foyer)).max_by_key(|w| w.0).map(|w| (w.1, w.2));
    let entity = |v: usize| cx.pack.vocabulary.variables.get(v).map(|x| (x.entity, v));
    claimed.and_then(entity).filter(|(e, v)| cx.reads.fact(*e, *v).is_some()).or(most)
}

fn moving(cx: &Context<'_>, h: &Household, maker: &mut Maker<'_>) -> Option<Move> {
    let (entity, variable) = income(cx)?;
    let person = (entity == Entity::Personne).then(|| maker.chance.below(h.persons.len().min(2)));
    Some(Move { variable, person, way: Way::Set, from: 0, to: 0 })
}

/// Nothing, one cent, and amounts of the law to the cent.
fn incomes(cx: &Context<'_>, from: &[Household], n: usize, maker: &mut Maker<'_>, out: &mut Vec<Household>) {
    for k in 0..n {
        let h = from.get(maker.chance.below(from.len())).cloned().unwrap_or_default();
        let Some(m) = moving(cx, &h, maker) else { return };
        let Some(Type::Num(unit)) = cx.pack.vocabulary.variables.get(m.variable).map(|v| v.ty) else { return };
        let v = match k % 6 {
            0 => 0,
            1 => CENT,
            _ => maker.near_limit(unit),
        };
        out.push(m.apply(cx, &h, v));
    }
}

/// Incomes one cent below, at, and one cent above where the verdict turns.
fn ceilings(cx: &Context<'_>, from: &[Household], maker: &mut Maker<'_>) -> Vec<Household> {
    let moves: Vec<Option<Move>> = from.iter().map(|h| moving(cx, h, maker)).collect();
    let unit = moves.iter().flatten().next().and_then(|m| cx.pack.vocabulary.variables.get(m.variable)).map(|v| v.ty);
    let Some(Type::Num(unit)) = unit else { return Vec::new() };
    let open = |values: &[Decimal]| -> Vec<bool> {
        let at = |((h, m), v): ((&Household, &Option<Move>), &Decimal)| m.map_or_else(|| h.clone(), |m| m.apply(cx, h, *v));
        let moved: Vec<Household> = from.iter().zip(&moves).zip(values).map(at).collect();
        let done = cx.evaluate(&moved);
        let any = |f| cx.rows(&done, f).iter().any(|(row, _)| cx.seen(&done, *row, Nodes::default()).open == Some(true));
        (0..moved.len()).map(any).collect()
    };
    let (mut low, mut high) = (vec![0; from.len()], vec![reach(unit); from.len()]);
    let turns: Vec<bool> = open(&low).into_iter().zip(open(&high)).map(|(a, b)| a != b).collect();
    let first = open(&low);
    while low.iter().zip(&high).any(|(a, b)| b - a > CENT) {
        let mid: Vec<Decimal> = low.iter().zip(&high).map(|(a, b)| a + (b - a) / CENT / 2 * CENT).collect();
        for (k, now) in open(&mid).into_iter().enumerate() {
            let same = first.get(k) == Some(&now);
            if let (Some(l), Some(h), Some(m)) = (low.get_mut(k), high.get_mut(k), mid.get(k)) {
                if h.saturating_sub(*l) <= CENT {
                    continue;
                }
                if same { *l = *m } else { *h = *m }
            }
        }
    }
    let mut out = Vec::new();
    for (((h, m), turn), v) in from.iter().zip(&moves).zip(turns).zip(&low) {
        if let Some(m) = m.filter(|_| turn) {
            out.extend([v - CENT, *v, v + CENT, v + 2 * CENT].map(|v| m.apply(cx, h, v.max(0))));
        }
    }
    out
}

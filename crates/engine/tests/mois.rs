//! The rules of `rules/fr` on the first day of every month of two years, with the foyers that stand on an edge:
//! births on the first and last of a month and on 29 February, nothing and one cent, one person and twelve.

use crate::differential::compare_pack;
use crate::generate::foyers::{self, Shape};
use crate::generate::rng::Rng;
use crate::jeu_fr::pack;
use recours_engine::reference::{Facts, Foyer};
use recours_engine::value::May;
use recours_rules::Pack;
use recours_rules::date::{self, Days};
use recours_rules::interval::Interval;
use recours_rules::number::SCALE;
use recours_rules::truth::Truth;
use recours_rules::types::{Entity, Type};

/// Ages at which a right begins, ends or changes.
const AGES: [i64; 20] = [0, 1, 3, 6, 11, 14, 15, 16, 18, 20, 21, 22, 25, 55, 60, 62, 64, 65, 67, 101];

/// A day on the edge of an age: the day itself, the day before and after, the first and last of its month, and 29 February.
fn edge(on: Days, rng: &mut Rng) -> Days {
    let day = date::add_months(on, -12 * rng.pick(&AGES));
    let month = date::month_of(day);
    match rng.below(7) {
        0 => day,
        1 => day - 1,
        2 => day + 1,
        3 => date::first_day(month),
        4 => date::last_day(month),
        5 => date::last_day(month - 1),
        _ => {
            let year = date::civil(day).0;
            date::days(year - year.rem_euclid(4), 2, 29)
        }
    }
}

/// Dates moved to an edge, amounts all nothing or one cent or as they were.
fn on_the_edge(pack: &Pack, foyer: &mut Foyer, rng: &mut Rng) {
    let incomes = rng.below(3);
    let mut change = |facts: &mut Facts, entity: Entity| {
        for fact in foyers::facts_of(pack, entity) {
            let v = foyers::variable(pack, fact);
            let Some(known) = facts.get_mut(&fact) else { continue };
            match (v.ty, *known) {
                (Type::Date { .. }, May::Date(_, Truth::False)) => *known = May::Date(Interval::point(edge(pack.on, rng)), Truth::False),
                (Type::Num(u), May::Num(_)) if u.is_money() && incomes < 2 => {
                    let cent = if incomes == 1 && rng.percent(50) { SCALE / 100 } else { 0 };
                    *known = May::Num(Interval::point(cent.clamp(v.domain.lo, v.domain.hi)));
                }
                _ => {}
            }
        }
    };
    change(&mut foyer.facts, Entity::Foyer);
    foyer.persons.iter_mut().for_each(|p| change(p, Entity::Personne));
}

#[test]
fn every_month_of_two_years_on_the_edges() {
    let (mut pairs, mut months) = (0, 0);
    for month in 0..24 {
        let day = format!("{}-{:02}-01", 2025 + month / 12, month % 12 + 1);
        let (pack, program) = pack(&day);
        let mut rng = Rng::new(0x6d01 + month);
        let people: Vec<Foyer> = [1, 1, 1, 2, 2, 3, 4, 5, 7, 12]
            .into_iter()
            .map(|persons| {
                let unknown = rng.pick(&[0, 0, 0, 4]);
                let mut foyer = foyers::foyer(&pack, Shape { persons, unknown, bounds: 0, derived_given: false }, &mut rng);
                on_the_edge(&pack, &mut foyer, &mut rng);
                foyer
            })
            .collect();
        pairs += compare_pack(&pack, &program, &people, &day, 0).0;
        months += 1;
    }
    println!("rules/fr : {pairs} couples (règle, foyer) comparés aux bords, sur {months} mois");
    assert!(months == 24 && pairs > 24 * 10 * 20);
}

//! `connu(…)`: true of a fact that is known, be it known to be none; unknown, never false, of one that is not.

use crate::generate::foyers::population;
use crate::generate::vocabulary;
use recours_engine::eval;
use recours_engine::plan::Program;
use recours_engine::reference::{Facts, Foyer, Reference, settle};
use recours_engine::value::May;
use recours_rules::interval::Interval;
use recours_rules::number::SCALE;
use recours_rules::truth::Truth;
use recours_rules::{Pack, SourceFile, date};
use std::collections::BTreeSet;

fn pack(si: &str) -> Pack {
    let right = "droit: essai\nversion: \"1\"\nlibelle: e\norganisme: caf\nunite: foyer\nsource: x\n";
    let text = format!("{right}conditions:\n  - {{ id: k, dit: k, source: x, si: \"{si}\" }}\n");
    let mut files = vocabulary::base();
    files.push(SourceFile { name: "essai.yaml".into(), text });
    Pack::build(&files, None, date::parse("2025-03-01").unwrap()).unwrap()
}

pub fn facts(pack: &Pack, given: &[(&str, May)]) -> Facts {
    given.iter().map(|(column, v)| (pack.vocabulary.column(column).unwrap(), *v)).collect()
}

fn code(pack: &Pack, list: &str, name: &str) -> May {
    let list = pack.vocabulary.lists.iter().find(|l| l.name == list).unwrap();
    May::Code(1 << list.index(name).unwrap())
}

/// What both evaluators say of a foyer, and the smallest sets of facts that would settle it.
pub fn answer(si: &str, foyer: impl Fn(&Pack) -> Foyer) -> (Truth, Vec<Vec<String>>) {
    let pack = pack(si);
    let (program, foyer, none) = (Program::compile(&pack), foyer(&pack), BTreeSet::new());
    let entitled = pack.rights[0].entitled;
    let plain = Reference::new(&pack, &foyer, &none).calc(entitled, None).truth();
    let people = population(&pack, &program, std::slice::from_ref(&foyer));
    let root = program.rights[0].entitled;
    let fast = eval::run(&program, &people, &[root], |done| {
        let sets = eval::settle::minimal_sets(&program, &people, done, root, 5).remove(&0).unwrap_or_default();
        (eval::column::truth(done.column(root).unwrap().bool_at(0)), sets)
    });
    let sets = if plain == Truth::Unknown { settle::minimal_sets(&pack, &foyer, entitled, None, 5) } else { Vec::new() };
    assert_eq!(fast, [(plain, sets.clone())]);
    let name = |f| recours_engine::foyers::column_name(&pack, f);
    (plain, sets.into_iter().map(|s| s.into_iter().map(name).collect()).collect())
}

fn alone(given: &'static [(&'static str, May)]) -> impl Fn(&Pack) -> Foyer {
    move |p| Foyer { facts: facts(p, given), persons: vec![facts(p, &[("role", code(p, "roles", "demandeur"))])] }
}

pub const NONE: May = May::Date(Interval { lo: 0, hi: 0 }, Truth::True);
const SOME: May = May::Num(Interval { lo: 500 * SCALE, hi: 500 * SCALE });
const BETWEEN: May = May::Num(Interval { lo: 0, hi: 500 * SCALE });

#[test]
fn known_also_when_known_to_be_none() {
    assert_eq!(answer("connu(depot)", alone(&[("depot", NONE)])).0, Truth::True);
    assert_eq!(answer("connu(loyer)", alone(&[("loyer", SOME)])).0, Truth::True);
    // Bounds are not yet a value.
    assert_eq!(answer("connu(loyer)", alone(&[("loyer", BETWEEN)])), (Truth::Unknown, vec![vec!["loyer".into()]]));
}

#[test]
fn never_false_and_names_the_fact() {
    assert_eq!(answer("connu(depot)", alone(&[])), (Truth::Unknown, vec![vec!["depot".into()]]));
    // Unknown may not decide a choice: what both branches say remains.
    assert_eq!(answer("si connu(depot) alors vrai sinon vrai", alone(&[])).0, Truth::True);
    assert_eq!(answer("si connu(depot) alors vrai sinon faux", alone(&[])).0, Truth::Unknown);
    // Once known, the date alone settles it, whatever it be: nothing more is asked. Being housed would only if true.
    assert_eq!(answer("connu(depot) ou loge", alone(&[])).1, [["depot"]]);
}

#[test]
fn of_a_month_and_outside_the_series() {
    let one = alone(&[("relance_m01", NONE)]);
    assert_eq!(answer("connu(relance[M-1])", &one).0, Truth::True);
    assert_eq!(answer("connu(relance[M-2])", &one), (Truth::Unknown, vec![vec!["relance_m02".into()]]));
    // No column tells what came before the series: nothing would settle it.
    assert_eq!(answer("connu(relance[M-15])", &one), (Truth::Unknown, vec![]));
    assert_eq!(answer("tous(membres, connu(salaire[M-15]))", alone(&[])).0, Truth::True);
}

#[test]
fn of_a_fact_that_follows_from_others() {
    let married = |p: &Pack| Foyer { facts: facts(p, &[("statut", code(p, "statuts", "marie"))]), persons: vec![Facts::new()] };
    assert_eq!(answer("connu(en_couple) et connu(zone_effective)", married).0, Truth::True);
    assert_eq!(answer("connu(en_couple)", alone(&[])).1, [["statut"], ["en_couple"]]);
}

#[test]
fn of_each_person_in_a_fold() {
    let couple = |second: &'static [(&'static str, May)]| {
        move |p: &Pack| {
            let person = |role: &str, given: &[(&str, May)]| {
                let mut all = facts(p, given);
                all.extend(facts(p, &[("role", code(p, "roles", role))]));
                all
            };
            Foyer { facts: Facts::new(), persons: vec![person("demandeur", &[("pension", SOME)]), person("conjoint", second)] }
        }
    };
    assert_eq!(answer("existe(adultes, connu(pension))", couple(&[])).0, Truth::True);
    assert_eq!(answer("tous(adultes, connu(pension))", couple(&[])), (Truth::Unknown, vec![vec!["pension".into()]]));
    assert_eq!(answer("tous(adultes, connu(pension))", couple(&[("pension", SOME)])).0, Truth::True);
    assert_eq!(answer("compte(adultes, connu(pension)) = 2", couple(&[])).0, Truth::Unknown);
    assert_eq!(answer("compte(adultes, connu(pension)) >= 1", couple(&[])).0, Truth::True);
    assert_eq!(answer("compte(adultes, connu(pension)) = 2", couple(&[("pension", SOME)])).0, Truth::True);
}

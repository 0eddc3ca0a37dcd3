//! Traps that rule engines fell into: what is not known, what is known to be none, what has no value yet, exact
//! amounts, codes made of digits, months of different lengths.

use crate::connu::{NONE, answer, facts};
use recours_engine::reference::{Facts, Foyer};
use recours_engine::value::May;
use recours_rules::interval::Interval;
use recours_rules::number::{self, SCALE};
use recours_rules::truth::Truth;
use recours_rules::{Pack, SourceFile, date};

fn with(given: &[(&'static str, May)]) -> impl Fn(&Pack) -> Foyer {
    move |p| Foyer { facts: facts(p, given), persons: vec![Facts::new()] }
}

fn truth(si: &str, given: &[(&'static str, May)]) -> Truth {
    answer(si, with(given)).0
}

fn euros(text: &str) -> May {
    May::Num(Interval::point(number::parse(text).unwrap()))
}

fn day(text: &str) -> May {
    May::Date(Interval::point(date::parse(text).unwrap()), Truth::False)
}

#[test]
fn none_is_not_equal_to_none() {
    // No comparison holds of a date that is known to be none, not even with itself.
    for op in ["=", "<>", "<", "<=", ">", ">="] {
        assert_eq!(truth(&format!("depot {op} depot"), &[("depot", NONE)]), Truth::False, "{op}");
        assert_eq!(truth(&format!("depot {op} aujourd_hui"), &[("depot", NONE)]), Truth::False, "{op}");
    }
    assert_eq!(truth("aucun(depot)", &[("depot", NONE)]), Truth::True);
}

#[test]
fn an_unknown_under_a_comparison_stays_and_is_named() {
    for op in ["=", "<>", "<", "<=", ">", ">="] {
        assert_eq!(answer(&format!("loyer {op} plafond"), with(&[])), (Truth::Unknown, vec![vec!["loyer".into()]]), "{op}");
        assert_eq!(truth(&format!("non (loyer {op} plafond)"), &[]), Truth::Unknown, "{op}");
        assert_eq!(truth(&format!("depot {op} aujourd_hui"), &[]), Truth::Unknown, "{op}");
    }
    for si in ["loyer = loyer + recu", "zone = z1", "non (zone = z1)", "zone dans (z1, z2)", "loyer entre 0 et plafond", "aucun(depot)"] {
        assert_eq!(truth(si, &[]), Truth::Unknown, "{si}");
    }
    // What does not depend on it is settled, whatever it be.
    for si in ["zone dans (z1, z2, z3)", "loyer >= 0", "loge ou vrai", "non (loge et faux)"] {
        assert_eq!(truth(si, &[]), Truth::True, "{si}");
    }
}

#[test]
fn an_unknown_condition_does_not_choose() {
    assert_eq!(truth("(si loge alors plafond sinon 0) > 0", &[]), Truth::Unknown);
    assert_eq!(truth("(si loge alors plafond sinon base) > 0", &[]), Truth::True);
    // A place that nobody gives has no default: all the places remain.
    assert_eq!(answer("en(nombre, forfait(zone)) > 250", with(&[])), (Truth::Unknown, vec![vec!["zone".into()]]));
    assert_eq!(truth("en(nombre, forfait(zone)) >= 240", &[]), Truth::True);
}

#[test]
fn a_right_that_depends_on_an_unknown_right_does_not_open() {
    // What stands in the way of a right, when unknown, does not let another one through.
    assert_eq!(truth("non en_couple", &[]), Truth::Unknown);
    assert_eq!(truth("non existe(membres, majeur)", &[]), Truth::Unknown);
    assert_eq!(truth("compte(enfants) = 0", &[]), Truth::Unknown);
}

#[test]
fn what_fails_is_neither_nothing_nor_zero() {
    for si in ["loyer / 0 = 0", "loyer / 0 > 0", "non (loyer / 0 > 0)", "1 / occupants > 0"] {
        let (verdict, sets) = answer(si, with(&[("loyer", euros("500")), ("occupants", euros("0"))]));
        // No fact would settle it: none is asked for.
        assert_eq!((verdict, sets.len()), (Truth::Unknown, 0), "{si}");
    }
    // A parameter that has no value yet gives nothing, and not the first value that it will have.
    for si in ["tardif[M-3] > 0", "tardif[M-3] = 0", "en(nombre, tardif[M-3]) = 100", "loyer < tardif[M-3]"] {
        assert_eq!(answer(si, with(&[("loyer", euros("50"))])), (Truth::Unknown, vec![]), "{si}");
    }
    assert_eq!(truth("en(nombre, tardif[M-2]) = 100", &[]), Truth::True);
}

#[test]
fn amounts_are_exact() {
    for si in [
        "en(nombre, 0.1) + 0.2 = 0.3",
        "3 * 0.1 = 0.3",
        "1.1 * 1.1 = 1.21",
        "100 * 1.15 = 115",
        "arrondi(2.675, 0.01, proche) = 2.68",
        "arrondi(1.005, 0.01, proche) = 1.01",
        "0.07 * 100 = 7",
    ] {
        assert_eq!(truth(si, &[]), Truth::True, "{si}");
    }
    // A cent is a cent beside ten million euros.
    for (loyer, below) in [("10000000.00", Truth::True), ("10000000.01", Truth::True), ("10000000.02", Truth::False)] {
        assert_eq!(truth("en(nombre, loyer) - en(nombre, recu) <= 0.01", &[("loyer", euros(loyer)), ("recu", euros("10000000"))]), below);
    }
    assert_eq!(SCALE, 100_000_000);
}

#[test]
fn months_of_different_lengths() {
    for (from, n, to) in [
        ("2025-01-31", 1, "2025-02-28"),
        ("2024-01-31", 1, "2024-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2025-03-31", -1, "2025-02-28"),
        ("2025-05-31", -3, "2025-02-28"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2025-02-28", 1, "2025-03-28"),
    ] {
        let given = [("depot", day(from))];
        assert_eq!(truth(&format!("ajoute_mois(depot, {n}) = {to}"), &given), Truth::True, "{from} {n}");
    }
    // Once by two is not twice by one.
    let given = [("depot", day("2025-01-31"))];
    assert_eq!(truth("ajoute_mois(depot, 2) = 2025-03-31 et ajoute_mois(ajoute_mois(depot, 1), 1) = 2025-03-28", &given), Truth::True);
    assert_eq!(truth("fin_mois(depot) = depot et debut_mois(depot) = 2025-01-01", &given), Truth::True);
    for (on, months, years) in [("2025-02-28", 11, 0), ("2025-03-01", 12, 1)] {
        let si = format!("age_mois(depot, {on}) = {months} et age(depot, {on}) = {years}").replace("depot", "2024-02-29");
        assert_eq!(truth(&si, &[]), Truth::True, "{on}");
    }
    // None stays none; unknown stays unknown.
    assert_eq!(truth("aucun(ajoute_mois(depot, 1))", &[("depot", NONE)]), Truth::True);
    assert_eq!(truth("ajoute_mois(depot, 1) > aujourd_hui", &[]), Truth::Unknown);
}

#[test]
fn codes_made_of_digits_keep_their_zeros() {
    let vocabulary = "codes:\n  - { nom: roles, valeurs: [demandeur, conjoint, enfant] }\n  - { nom: communes, valeurs: [bourg, dole], ecrits: [01004, \"39198\"] }\nvariables:\n  - { nom: role, dit: r, pour: personne, type: code, classe: social, codes: roles }\n  - { nom: commune, dit: c, pour: foyer, type: code, classe: social, codes: communes }\n";
    let files = [SourceFile { name: "vocabulaire.yaml".into(), text: vocabulary.into() }];
    let pack = Pack::build(&files, None, date::parse("2025-03-01").unwrap()).unwrap();
    let list = &pack.vocabulary.lists[1];
    assert_eq!(list.written, ["01004", "39198"]);
    assert_eq!((list.index_written("01004"), list.index_written("1004"), list.index_written("1004.0")), (Some(0), None, None));
}

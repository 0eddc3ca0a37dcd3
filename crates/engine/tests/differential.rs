//! The fast evaluator agrees with the plain one on generated rules and foyers: verdicts, amounts, receipt,
//! dates, clauses, openness and settle sets.

use crate::generate::packs::{self, Generated};
use crate::generate::rng::Rng;
use crate::generate::{cases, foyers};
use recours_engine::eval::column::{Column, Data, truth};
use recours_engine::eval::{self, Evaluated};
use recours_engine::plan::{NodeId, Program, RightProgram};
use recours_engine::reference::{Foyer, Reference, settle};
use recours_engine::value::May;
use recours_rules::Pack;
use recours_rules::pack::Right;
use recours_rules::truth::Truth;
use recours_rules::types::Entity;
use std::collections::BTreeSet;

/// How many foyers meet each generated pack.
const FOYERS: usize = 60;

/// An element of a column, as the plain evaluator would say it.
pub fn element(c: &Column, i: usize) -> May {
    match &c.data {
        Data::Num(..) => May::Num(c.interval(i)),
        Data::Bool(_) => May::Truth(truth(c.bool_at(i))),
        Data::Date(..) => May::Date(c.interval(i), truth(c.absent_at(i))),
        Data::Code(_) => May::Code(c.codes_at(i)),
    }
}

/// The bounds of a date that is known to be none mean nothing.
fn same(a: May, b: May) -> bool {
    matches!((a, b), (May::Date(_, Truth::True), May::Date(_, Truth::True))) || a == b
}

/// Every computation that decides a right, with its name, its calc and its node.
pub fn outputs(right: &Right, program: &RightProgram) -> Vec<(String, usize, NodeId)> {
    let pairs = [
        ("droit", Some(right.entitled), Some(program.entitled)),
        ("montant", right.amount, program.amount),
        ("percu", right.received, program.received),
        ("echeance", right.deadline, program.deadline),
        ("date_utile", right.useful_date, program.useful_date),
        ("deja_agi", right.acted, program.acted),
    ];
    let mut out: Vec<_> = pairs.into_iter().filter_map(|(n, c, p)| Some((n.to_owned(), c?, p?))).collect();
    out.extend(right.conditions.iter().zip(&program.conditions).map(|(c, n)| (c.id.clone(), c.calc, *n)));
    let observed = right.journey.iter().flat_map(|j| &j.observed);
    out.extend(observed.zip(&program.observed).map(|((o, calc), n)| (format!("observation {o}"), *calc, *n)));
    out
}

/// Rows of a foyer in the columns of a right: its persons, or itself.
pub fn rows(right: &Right, done: &Evaluated, f: usize) -> Vec<(usize, Option<usize>)> {
    if right.unit == Entity::Personne {
        (done.offsets[f]..done.offsets[f + 1]).enumerate().map(|(p, row)| (row, Some(p))).collect()
    } else {
        vec![(f, None)]
    }
}

#[derive(Default)]
struct Tally {
    pairs: usize,
    verdicts: [usize; 3],
    amounts: usize,
    /// Observations of types that hold.
    observed: usize,
    sets: usize,
}

/// Every output of every right, from both evaluators; `told` is what a failure shows to be reproduced.
fn compare(pack: &Pack, program: &Program, told: &dyn Fn() -> String, people: &[Foyer], done: &Evaluated, tally: &mut Tally) {
    let none = BTreeSet::new();
    for (f, foyer) in people.iter().enumerate() {
        let plain = Reference::new(pack, foyer, &none);
        for rp in &program.rights {
            let right = &pack.rights[rp.right];
            tally.pairs += 1;
            for (requirement, node) in &rp.required {
                let calc = pack.capacities.iter().find(|c| c.requirement == *requirement).and_then(|c| c.no).unwrap();
                for (p, row) in (done.offsets[f]..done.offsets[f + 1]).enumerate() {
                    let (slow, fast) = (plain.calc(calc, Some(p)).may, element(done.column(*node).unwrap(), row));
                    assert!(same(slow, fast), "foyer {f}, personne {p}, {} : {slow:?}, {fast:?}\n{}", requirement.name(), told());
                }
            }
            for (row, person) in rows(right, done, f) {
                for (name, calc, node) in outputs(right, rp) {
                    let (slow, fast) = (plain.calc(calc, person).may, element(done.column(node).unwrap(), row));
                    assert!(
                        same(slow, fast),
                        "foyer {f}, personne {person:?}, {}.{name} : le témoin dit {slow:?}, le rapide {fast:?}\n{}\n{foyer:?}",
                        right.id,
                        told()
                    );
                    tally.observed += usize::from(name.starts_with("observation") && slow == May::Truth(Truth::True));
                    match (name.as_str(), slow) {
                        ("droit", May::Truth(Truth::True)) => tally.verdicts[0] += 1,
                        ("droit", May::Truth(Truth::False)) => tally.verdicts[1] += 1,
                        ("droit", _) => tally.verdicts[2] += 1,
                        ("montant", May::Num(i)) if i.is_point() && i.lo > 0 => tally.amounts += 1,
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Compares both evaluators on a pack that was not generated, with the settle sets of the first so many foyers; how
/// many pairs of a rule and a foyer, and observations of types that hold.
pub fn compare_pack(pack: &Pack, program: &Program, people: &[Foyer], told: &str, sets: usize) -> (usize, usize) {
    let mut tally = Tally::default();
    compare(pack, program, &|| told.to_owned(), people, &evaluate_pack(pack, program, people), &mut tally);
    let few = &people[..sets.min(people.len())];
    compare_sets(pack, program, &|| told.to_owned(), few, &evaluate_pack(pack, program, few), &mut tally);
    (tally.pairs, tally.observed)
}

/// Settle sets are dear: they are compared for a few foyers of each pack.
fn compare_sets(pack: &Pack, program: &Program, told: &dyn Fn() -> String, people: &[Foyer], done: &Evaluated, tally: &mut Tally) {
    let population = foyers::population(pack, program, people);
    for rp in &program.rights {
        let right = &pack.rights[rp.right];
        let fast = eval::settle::minimal_sets(program, &population, done, rp.entitled, 5);
        let series = eval::settle::Settler::new(program).missing(&population, done, rp.entitled);
        for (f, foyer) in people.iter().enumerate() {
            for (row, person) in rows(right, done, f) {
                let verdict = done.column(rp.entitled).unwrap().bool_at(row);
                let sets = fast.get(&row).cloned().unwrap_or_default();
                let missing = series.get(&row).cloned().unwrap_or_default();
                if verdict == 1 {
                    // A series counted whole, as detection names it.
                    let plain = settle::missing_variables(pack, foyer, right.entitled, person);
                    assert_eq!(plain, missing, "foyer {f}, personne {person:?}, {}\n{}\n{foyer:?}", right.id, told());
                    let slow = settle::minimal_sets(pack, foyer, right.entitled, person, 5);
                    assert_eq!(slow, sets, "foyer {f}, personne {person:?}, {}\n{}\n{foyer:?}", right.id, told());
                    tally.sets += sets.len();
                } else {
                    assert!(sets.is_empty() && missing.is_empty(), "{} : des faits demandés pour un verdict établi", told());
                }
            }
        }
    }
}

/// All outputs of all rights, on the whole of a small population.
pub fn evaluate_pack(pack: &Pack, program: &Program, people: &[Foyer]) -> Evaluated {
    let population = foyers::population(pack, program, people);
    let mut roots: Vec<NodeId> = program.rights.iter().flat_map(|r| outputs(&pack.rights[r.right], r)).map(|(_, _, node)| node).collect();
    roots.extend(program.rights.iter().flat_map(|r| &r.required).map(|(_, node)| *node));
    eval::block(program, &population, &program.needed(&roots), 0, people.len(), None)
}

/// The same for a generated pack.
pub fn evaluate(g: &Generated, people: &[Foyer]) -> Evaluated {
    evaluate_pack(&g.pack, &g.program, people)
}

#[test]
fn both_evaluators_agree() {
    let wanted = cases(20_000);
    let (mut tally, mut seed) = (Tally::default(), 0);
    while tally.pairs < wanted {
        let g = packs::generate(seed);
        let mut rng = Rng::new(seed ^ 0xf0e1);
        let people: Vec<Foyer> = (0..FOYERS).map(|_| foyers::any(&g.pack, &mut rng)).collect();
        let done = evaluate(&g, &people);
        let told = || format!("graine {seed}\n{}", g.text);
        compare(&g.pack, &g.program, &told, &people, &done, &mut tally);
        // Settle sets are dear: of one pack in ten in a long run.
        if seed < 200 || seed % 10 == 0 {
            let few = &people[..3];
            compare_sets(&g.pack, &g.program, &told, few, &evaluate(&g, few), &mut tally);
        }
        seed += 1;
    }
    let [yes, no, unknown] = tally.verdicts;
    println!(
        "{} couples (règle, foyer) comparés sur {seed} jeux de règles : {yes} oui, {no} non, {unknown} inconnu ; {} montants exacts, {} ensembles de faits décisifs",
        tally.pairs, tally.amounts, tally.sets
    );
    assert!(yes > 0 && no > 0 && unknown > 0 && tally.amounts > 0 && tally.sets > 0, "une classe de verdicts manque");
}

//! The machine says what the evaluators say, in blocks of any size, on generated rules and on those of France.

use crate::differential::outputs;
use crate::generate::packs;
use crate::generate::rng::Rng;
use crate::generate::{cases, foyers};
use crate::jeu_fr;
use recours_engine::eval::column::truth;
use recours_engine::eval::machine::{Code, Machine, View};
use recours_engine::plan::{Level, NodeId, Program, Shape};
use recours_engine::reference::{Foyer, Reference};
use recours_engine::value::May;
use recours_rules::Pack;
use recours_rules::truth::Truth;
use std::collections::BTreeSet;

/// Foyers in a block, in turn.
const BLOCKS: [usize; 4] = [1, 7, 256, 512];

fn element(v: View<'_>, shape: Shape, i: usize) -> May {
    match shape {
        Shape::Num => May::Num(v.interval(i)),
        Shape::Bool => May::Truth(truth(v.bool_at(i))),
        Shape::Date => May::Date(v.interval(i), truth(v.absent_at(i))),
        Shape::Code => May::Code(v.codes_at(i)),
    }
}

/// The bounds of a date that is known to be none mean nothing.
fn same(a: May, b: May) -> bool {
    matches!((a, b), (May::Date(_, Truth::True), May::Date(_, Truth::True))) || a == b
}

/// Every output of every right, block by block; how many values were compared.
fn compare(pack: &Pack, program: &Program, people: &[Foyer], size: usize, told: &dyn Fn() -> String) -> usize {
    let all: Vec<(String, usize, NodeId)> = program
        .rights
        .iter()
        .flat_map(|r| outputs(&pack.rights[r.right], r).into_iter().map(|(n, c, id)| (format!("{}.{n}", pack.rights[r.right].id), c, id)))
        .collect();
    let roots: Vec<NodeId> = all.iter().map(|(_, _, id)| *id).collect();
    let code = Code::new(program, &roots);
    let mut machine = Machine::new(&code);
    let population = foyers::population(pack, program, people);
    let none = BTreeSet::new();
    let mut seen = 0;
    for from in (0..people.len()).step_by(size) {
        let to = (from + size).min(people.len());
        machine.run_on(&population, from, to);
        let first = population.offsets[from];
        for (f, foyer) in people.iter().enumerate().take(to).skip(from) {
            let plain = Reference::new(pack, foyer, &none);
            for (name, calc, id) in &all {
                let (node, view) = (&program.nodes[*id], machine.column(*id).unwrap());
                let persons = population.offsets[f] - first..population.offsets[f + 1] - first;
                let rows: Vec<(usize, Option<usize>)> = match node.level {
                    Level::Person => persons.enumerate().map(|(p, row)| (row, Some(p))).collect(),
                    _ => vec![(f - from, None)],
                };
                for (row, person) in rows {
                    let (slow, fast) = (plain.calc(*calc, person).may, element(view, node.shape, row));
                    seen += 1;
                    assert!(
                        same(slow, fast),
                        "blocs de {size}, foyer {f}, {person:?}, {name} : {slow:?}, {fast:?}\n{}\n{:?}",
                        told(),
                        foyer
                    );
                }
            }
        }
    }
    seen
}

#[test]
fn the_machine_says_what_the_plain_evaluator_says() {
    let wanted = cases(400_000);
    let (mut seen, mut seed) = (0, 0);
    while seen < wanted {
        let g = packs::generate(seed);
        let mut rng = Rng::new(seed ^ 0x3a71);
        let size = BLOCKS[usize::try_from(seed).unwrap() % BLOCKS.len()];
        // Blocks in which everything is known, and blocks in which much is not.
        let known = rng.percent(40);
        let one = |rng: &mut Rng| match known {
            true => foyers::foyer(&g.pack, foyers::Shape { persons: 1 + rng.below(6), unknown: 0, bounds: 0, derived_given: false }, rng),
            false => foyers::any(&g.pack, rng),
        };
        let people: Vec<Foyer> = (0..60).map(|_| one(&mut rng)).collect();
        seen += compare(&g.pack, &g.program, &people, size, &|| format!("graine {seed}\n{}", g.text));
        seed += 1;
    }
    println!("{seen} valeurs comparées sur {seed} jeux de règles");
}

#[test]
fn the_machine_says_what_the_plain_evaluator_says_under_the_rules_of_france() {
    let wanted = cases(400_000);
    let mut seen = 0;
    for (i, day) in jeu_fr::DAYS.iter().enumerate() {
        let (pack, program) = jeu_fr::pack(day);
        let mut rng = Rng::new(0x51a + i as u64);
        while seen < wanted * (i + 1) / jeu_fr::DAYS.len() {
            for (size, unknown) in BLOCKS.into_iter().zip([0, 10, 0, 3]) {
                let mut one = || {
                    foyers::foyer(
                        &pack,
                        foyers::Shape { persons: 1 + rng.below(5), unknown, bounds: unknown / 2, derived_given: false },
                        &mut rng,
                    )
                };
                let people: Vec<Foyer> = (0..12).map(|_| one()).collect();
                seen += compare(&pack, &program, &people, size, &|| (*day).to_owned());
            }
        }
    }
    println!("rules/fr : {seen} valeurs comparées");
}

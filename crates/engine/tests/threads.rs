//! The same answers whatever the threads and wherever the blocks end.

use crate::differential::{element, outputs};
use crate::generate::foyers::{self, Shape};
use crate::generate::packs::{self, Generated};
use crate::generate::rng::Rng;
use recours_engine::eval::settle::{Sets, minimal_sets};
use recours_engine::eval::{self, Evaluated, Population};
use recours_engine::plan::NodeId;
use recours_engine::reference::Foyer;
use recours_engine::value::May;
use recours_rules::types::Entity;
use std::collections::BTreeMap;

/// What a block answers: the values of each output, and the settle sets, with rows counted from the population's
/// first.
type Answer = (Vec<(String, Vec<May>)>, BTreeMap<(usize, usize), Sets>);

fn answer(g: &Generated, population: &Population, done: &Evaluated, sets: bool) -> Answer {
    let (mut values, mut settle) = (Vec::new(), BTreeMap::new());
    for (r, rp) in g.program.rights.iter().enumerate() {
        let right = &g.pack.rights[rp.right];
        let (n, first) = match right.unit {
            Entity::Personne => (done.persons, done.first_person),
            Entity::Foyer => (done.foyers, done.first_foyer),
        };
        for (name, _, node) in outputs(right, rp) {
            let c = done.column(node).unwrap();
            values.push((format!("{}.{name}", right.id), (0..n).map(|i| element(c, i)).collect()));
        }
        if sets {
            let found = minimal_sets(&g.program, population, done, rp.entitled, 5);
            settle.extend(found.into_iter().map(|(row, s)| ((r, first + row), s)));
        }
    }
    (values, settle)
}

fn joined(blocks: Vec<Answer>) -> Answer {
    let mut out: Answer = (Vec::new(), BTreeMap::new());
    for (values, settle) in blocks {
        if out.0.is_empty() {
            out.0 = values;
        } else {
            for (whole, part) in out.0.iter_mut().zip(values) {
                assert_eq!(whole.0, part.0);
                whole.1.extend(part.1);
            }
        }
        out.1.extend(settle);
    }
    out
}

fn people(g: &Generated, n: usize, rng: &mut Rng) -> Vec<Foyer> {
    (0..n)
        .map(|i| match i % 41 {
            // A crowd, and nobody.
            0 => foyers::foyer(&g.pack, Shape { persons: 12, unknown: 5, bounds: 5, derived_given: true }, rng),
            1 => foyers::foyer(&g.pack, Shape { persons: 0, unknown: 0, bounds: 0, derived_given: true }, rng),
            _ => foyers::any(&g.pack, rng),
        })
        .collect()
}

#[test]
fn threads_and_blocks_change_nothing() {
    for (seed, n) in [(1, 255), (2, 256), (3, 257), (4, 1000), (5, 1), (6, 0)] {
        let g = packs::generate(seed);
        let mut rng = Rng::new(seed);
        let all = people(&g, n, &mut rng);
        let population = foyers::population(&g.pack, &g.program, &all);
        let roots: Vec<NodeId> =
            g.program.rights.iter().flat_map(|r| outputs(&g.pack.rights[r.right], r)).map(|(_, _, node)| node).collect();
        let with = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            // Settle sets are dear: for the small populations.
            let sets = n < 257;
            pool.install(|| joined(eval::run(&g.program, &population, &roots, |done| answer(&g, &population, done, sets))))
        };
        let one = with(1);
        assert_eq!(one.0.first().map_or(0, |v| v.1.len()) > 0, n > 0);
        for threads in [2, 8] {
            assert_eq!(one, with(threads), "graine {seed}, {n} foyers, {threads} fils");
        }
        // Each foyer by itself: no answer depends on its neighbours in the block.
        let marks = g.program.needed(&roots);
        let alone = (0..n).map(|f| answer(&g, &population, &eval::block(&g.program, &population, &marks, f, f + 1, None), false));
        let alone = joined(alone.collect());
        assert_eq!(one.0, alone.0, "graine {seed}, {n} foyers, un par un");
    }
}

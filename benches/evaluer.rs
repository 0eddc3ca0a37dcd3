//! What the rules of France cost, right by right and all together, on decoded columns of foyers of whom everything is known, and of
//! whom one cell in ten is empty: `cargo bench -p recours-engine --bench evaluer`. One thread; criterion's `thrpt` is foyers per
//! second.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "a measure: nothing to recover")]

#[path = "noyaux/foyers.rs"]
mod made;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use recours_engine::eval::BLOCK;
use recours_engine::eval::machine::{Code, Machine};
use recours_engine::plan::NodeId;
use std::hint::black_box;
use std::time::Duration;

/// Foyers of each population.
const FOYERS: usize = 8 * BLOCK;

fn evaluate_the_rules(c: &mut Criterion) {
    let (pack, program) = made::rules();
    let sides =
        [("tout connu", 0), ("une case vide sur dix", 10)].map(|(name, empty)| (name, made::foyers(&pack, &program, FOYERS, empty)));
    let mut cases: Vec<(&str, Vec<NodeId>)> = vec![("le jeu entier", program.rights.iter().flat_map(|r| r.verdict()).collect())];
    cases.extend(program.rights.iter().filter_map(|r| Some((pack.rights.get(r.right)?.id.as_str(), r.verdict().into_iter().collect()))));
    let mut group = c.benchmark_group("évaluer");
    group.throughput(Throughput::Elements(FOYERS as u64));
    for (right, roots) in &cases {
        let code = Code::new(&program, roots);
        for (name, population) in &sides {
            let mut machine = Machine::new(&code);
            group.bench_function(BenchmarkId::new(*right, name), |b| {
                b.iter(|| {
                    for from in (0..population.foyers()).step_by(BLOCK) {
                        machine.run_on(black_box(population), from, (from + BLOCK).min(population.foyers()));
                    }
                });
            });
        }
    }
    group.finish();
}

criterion_group! {
    name = measures;
    config = Criterion::default().sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_millis(800));
    targets = evaluate_the_rules
}
criterion_main!(measures);

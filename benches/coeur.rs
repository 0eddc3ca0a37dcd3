//! The evaluator alone, on decoded columns.
//!
//! `coeur debit FOYERS ROUNDS` prints foyers per second of processor time under all rules of France: everything known, and
//! one cell of ten unknown. `coeur noyaux` lists kernels; `coeur compte KERNEL` runs one over a small fixed input, between
//! the marks that `./measure instructions` counts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a measure: nothing to recover")]
#![allow(missing_docs, reason = "a program")]

#[path = "noyaux/foyers.rs"]
mod made;

use recours_engine::eval::column::{Column, Data};
use recours_engine::eval::machine::{Code, Machine};
use recours_engine::eval::{BLOCK, Population};
use recours_engine::plan::{Level, Node, NodeId, Op, Program, Shape};
use recours_rules::number::{INF, Rounding, SCALE};
use recours_rules::parser::Cmp;
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["debit", foyers, rounds] => debit(foyers.parse().expect("a number"), rounds.parse().expect("a number")),
        ["noyaux"] => KERNELS.iter().for_each(|(name, _)| println!("{name}")),
        ["compte", kernel] => compte(kernel),
        _ => eprintln!("coeur debit FOYERS ROUNDS | coeur noyaux | coeur compte KERNEL"),
    }
}

/// What is counted: every block of a population, and nothing else.
#[inline(never)]
pub fn coeur_mesure(machine: &mut Machine<'_>, population: &Population) {
    for from in (0..population.foyers()).step_by(BLOCK) {
        machine.run_on(population, from, (from + BLOCK).min(population.foyers()));
    }
}

fn verdicts(program: &Program) -> Vec<NodeId> {
    program.rights.iter().flat_map(|r| r.verdict()).collect()
}

/// Seconds of processor time of this program so far, where the system tells them.
fn processor() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/schedstat").ok()?;
    let nanoseconds: u64 = text.split_whitespace().next()?.parse().ok()?;
    Some(std::time::Duration::from_nanos(nanoseconds).as_secs_f64())
}

fn debit(foyers: usize, rounds: usize) {
    let (pack, program) = made::rules();
    let code = Code::new(&program, &verdicts(&program));
    let sides = [0, 10].map(|unknown| made::foyers(&pack, &program, foyers, unknown));
    let mut machine = Machine::new(&code);
    let mut seconds = [Vec::new(), Vec::new()];
    for round in 0..=rounds {
        for (population, side) in sides.iter().zip(&mut seconds) {
            let (wall, before) = (Instant::now(), processor());
            coeur_mesure(&mut machine, black_box(population));
            let spent = before.zip(processor()).map_or_else(|| wall.elapsed().as_secs_f64(), |(a, b)| b - a);
            // The first one warms up.
            if round > 0 {
                side.push(spent);
            }
        }
    }
    let median = |v: &mut Vec<f64>| {
        v.sort_by(f64::total_cmp);
        v.get(v.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let [complete, unknown] = &mut seconds;
    let (complete, unknown) = (median(complete), median(unknown));
    #[expect(clippy::cast_precision_loss, reason = "a number of foyers")]
    let n = foyers as f64;
    println!("{} règles, {foyers} foyers, {rounds} passages alternés, un fil, secondes de processeur (médianes)", program.rights.len());
    println!("tout connu          : {:>9.0} foyers par seconde", n / complete);
    println!("une case vide sur dix : {:>7.0} foyers par seconde, {:.2} fois le temps", n / unknown, unknown / complete);
}

type Make = fn() -> (Program, Vec<NodeId>, Population);

/// Kernels, each a program of its own.
const KERNELS: [(&str, Make); 12] = [
    ("somme", || alone(Op::Add(0, 1), Level::Person, Shape::Num, 0)),
    ("somme_inconnus", || alone(Op::Add(0, 1), Level::Person, Shape::Num, 10)),
    ("comparaison", || alone(Op::CmpNum(Cmp::Lt, 0, 1), Level::Person, Shape::Bool, 0)),
    ("comparaison_inconnus", || alone(Op::CmpNum(Cmp::Lt, 0, 1), Level::Person, Shape::Bool, 10)),
    ("choix", || alone(Op::If(2, 0, 1), Level::Person, Shape::Num, 0)),
    ("choix_inconnus", || alone(Op::If(2, 0, 1), Level::Person, Shape::Num, 10)),
    ("produit_par_taux", || alone(Op::Mul(0, 4), Level::Person, Shape::Num, 0)),
    ("arrondi", || alone(Op::Round(0, SCALE, Rounding::Nearest), Level::Person, Shape::Num, 0)),
    ("age", || alone(Op::AgeYears(3, 5), Level::Person, Shape::Num, 0)),
    ("somme_des_personnes", || alone(Op::FoldSum(0), Level::Foyer, Shape::Num, 0)),
    ("france_complet", || france(0)),
    ("france_dixieme_inconnu", || france(10)),
];

fn france(unknown: usize) -> (Program, Vec<NodeId>, Population) {
    let (pack, program) = made::rules();
    let population = made::foyers(&pack, &program, BLOCK, unknown);
    let roots = verdicts(&program);
    (program, roots, population)
}

/// One operation over two amounts, a truth and a birth date of persons, a rate and a day.
fn alone(op: Op, level: Level, shape: Shape, unknown: u64) -> (Program, Vec<NodeId>, Population) {
    let input = |slot, shape| Node { op: Op::Input(slot), level: Level::Person, shape };
    let constant = |op, shape| Node { op, level: Level::Const, shape };
    let nodes = vec![
        input(0, Shape::Num),
        input(1, Shape::Num),
        input(2, Shape::Bool),
        input(3, Shape::Date),
        constant(Op::Num(61 * SCALE / 100), Shape::Num),
        constant(Op::Date(20_727), Shape::Date),
        Node { op, level, shape },
    ];
    let foyers = 4 * BLOCK;
    let persons = 2 * foyers;
    let mut state = 1u64;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut amounts = || {
        let mut each = |_| {
            let x = i64::try_from(draw(500_000)).unwrap() * (SCALE / 100);
            if draw(100) < unknown { (0, INF) } else { (x, x) }
        };
        let (lo, hi) = (0..persons).map(&mut each).unzip();
        Column::num(lo, hi)
    };
    let (a, b) = (amounts(), amounts());
    let truths = Column::bool((0..persons).map(|_| if draw(100) < unknown { 1 } else { 2 * u8::try_from(draw(2)).unwrap() }).collect());
    let births = Column { data: Data::Date((0..persons).map(|_| i64::try_from(draw(30_000)).unwrap() - 10_000).collect(), None, None) };
    let inputs = [a, b, truths, births].into_iter().map(Arc::new).collect();
    let mut program = Program::default();
    (program.nodes, program.inputs) = (nodes, (0..4).map(|v| (v, None)).collect());
    (program, vec![6], Population { offsets: (0..=foyers).map(|f| 2 * f).collect(), inputs })
}

fn compte(kernel: &str) {
    let Some((_, make)) = KERNELS.iter().find(|(name, _)| *name == kernel) else { panic!("no kernel « {kernel} »") };
    let (program, roots, population) = make();
    let code = Code::new(&program, &roots);
    let mut machine = Machine::new(&code);
    // Buffers grow, tables are made.
    for from in (0..population.foyers()).step_by(BLOCK) {
        machine.run_on(&population, from, (from + BLOCK).min(population.foyers()));
    }
    coeur_mesure(&mut machine, black_box(&population));
    println!("{}", roots.iter().filter(|r| machine.column(**r).is_some_and(|c| c.bool_at(0) == 2)).count());
}

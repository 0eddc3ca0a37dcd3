//! The deepest rules that the checker accepts are evaluated on an ordinary stack.

use crate::generate::foyers::population;
use crate::generate::vocabulary;
use recours_engine::eval;
use recours_engine::plan::Program;
use recours_engine::reference::cases;
use recours_engine::reference::{Foyer, Reference, settle};
use recours_rules::truth::Truth;
use recours_rules::{Pack, SourceFile, date};
use std::collections::BTreeSet;

fn evaluate(formulas: String) {
    let mut files = vocabulary::base();
    let right = "droit: fond\nversion: \"1\"\nlibelle: f\norganisme: caf\nunite: foyer\nsource: x\n";
    let condition = "conditions:\n  - { id: c, dit: c, source: x, si: \"c2 > 0\" }\n";
    let case = "cas:\n  - { nom: un, le: 2025-03-01, personnes: [ {} ], foyer: { occupants: 0 }, attendu: { droit: oui } }\n";
    files.push(SourceFile { name: "calculs.yaml".into(), text: formulas });
    files.push(SourceFile { name: "fond.yaml".into(), text: format!("{right}{condition}{case}") });
    let build = |on| Pack::build(&files, None, on);
    let pack = build(date::parse("2025-03-01").unwrap()).unwrap();
    let program = Program::compile(&pack);
    let (foyer, none) = (Foyer::default(), BTreeSet::new());
    let right = &pack.rights[0];
    assert_eq!(Reference::new(&pack, &foyer, &none).calc(right.entitled, None).truth(), Truth::True);
    assert!(settle::minimal_sets(&pack, &foyer, right.entitled, None, 5).is_empty());
    let people = population(&pack, &program, &[foyer]);
    let root = program.rights[0].entitled;
    let answers = eval::run(&program, &people, &[root], |done| done.column(root).unwrap().bool_at(0));
    assert_eq!(answers, [2]);
    assert_eq!(cases::run(&pack, build).faults, Vec::new());
}

#[test]
fn the_deepest_formulas_fit_on_a_small_stack() {
    // Additions nest to the left, choices to the right, minima both ways.
    let shapes: [fn(String) -> String; 3] = [
        |first| format!("{first}{}", " + 1".repeat(185)),
        |first| format!("{}{first}{}", "si loge ou non loge alors 1 sinon (".repeat(30), ")".repeat(30)),
        |first| format!("min({first}{})", ", 1 + occupants".repeat(90)),
    ];
    for shape in shapes {
        let calc = |i: usize| {
            let first = if i == 0 { "occupants + 1".to_owned() } else { format!("c{}", i - 1) };
            format!("  - {{ nom: c{i}, unite: nombre, formule: \"{}\" }}\n", shape(first))
        };
        let text = format!("calculs:\n{}", (0..3).map(calc).collect::<String>());
        std::thread::Builder::new().stack_size(2 << 20).spawn(move || evaluate(text)).unwrap().join().unwrap();
    }
}

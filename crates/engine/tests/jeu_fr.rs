//! The rules of `rules/fr` on generated foyers: both evaluators agree, a partial answer contains every
//! completion's, and no column has a silent default.

use crate::differential::{compare_pack, element, evaluate_pack, outputs, rows};
use crate::generate::cases;
use crate::generate::foyers::{self, Shape};
use crate::generate::rng::Rng;
use crate::silent_zero::remove_each_column;
use crate::soundness::contains;
use recours_engine::plan::Program;
use recours_engine::properties::{self, Effort};
use recours_engine::reference::Foyer;
use recours_rules::{Diagnostic, Pack, Severity, SourceFile, date};
use std::fs;
use std::path::{Path, PathBuf};

/// Days around changes of parameters, a leap year, and the day of the demonstration.
pub const DAYS: [&str; 4] = ["2026-10-01", "2025-03-31", "2025-04-01", "2024-02-29"];

fn texts(folder: &Path, out: &mut Vec<SourceFile>) {
    let mut entries: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if path.file_name().unwrap() != "variantes" {
                texts(&path, out);
            }
        } else if path.extension().is_some_and(|e| e == "yaml") {
            out.push(SourceFile { name: path.display().to_string(), text: fs::read_to_string(&path).unwrap() });
        }
    }
}

fn files() -> Vec<SourceFile> {
    let mut files = Vec::new();
    texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/fr"), &mut files);
    files
}

pub fn pack(day: &str) -> (Pack, Program) {
    let files = files();
    let pack = Pack::build(&files, None, date::parse(day).unwrap()).unwrap_or_else(|faults| {
        let text = |name: &str| files.iter().find(|f| f.name == name).map_or("", |f| f.text.as_str());
        panic!("{}", faults.iter().map(|d| d.render(text(&d.file))).collect::<String>())
    });
    let program = Program::compile(&pack);
    (pack, program)
}

#[test]
fn both_evaluators_agree_on_the_rules_of_france() {
    let wanted = cases(10_000).min(400_000);
    let (mut pairs, mut observed) = (0, 0);
    for (i, day) in DAYS.iter().enumerate() {
        let (pack, program) = pack(day);
        let mut rng = Rng::new(0xf4 + i as u64);
        while pairs < wanted * (i + 1) / DAYS.len() {
            let people: Vec<Foyer> = (0..20).map(|_| foyers::any(&pack, &mut rng)).collect();
            // The plain search of settle sets is dear: once a day.
            let sets = usize::from(pairs <= wanted * i / DAYS.len());
            let (seen, held) = compare_pack(&pack, &program, &people, day, sets);
            (pairs, observed) = (pairs + seen, observed + held);
        }
    }
    println!("rules/fr : {pairs} couples (règle, foyer) comparés, {observed} observations vraies");
    assert!(pairs > 0 && observed > 0);
}

#[test]
fn a_partial_answer_contains_every_completion_under_the_rules_of_france() {
    let wanted = cases(300).min(20_000);
    let (mut foyers_seen, mut settled, mut answers) = (0, 0, 0);
    let (pack, program) = pack(DAYS[0]);
    let mut rng = Rng::new(0xc0);
    while foyers_seen < wanted {
        foyers_seen += 1;
        let (unknown, bounds) = rng.pick(&[(1, 0), (3, 2), (10, 5), (0, 10)]);
        let known = foyers::foyer(&pack, Shape { persons: 1 + rng.below(5), unknown, bounds, derived_given: false }, &mut rng);
        let full: Vec<Foyer> = (0..8).map(|_| foyers::completed(&pack, &known, &mut rng)).collect();
        let (before, after) = (evaluate_pack(&pack, &program, std::slice::from_ref(&known)), evaluate_pack(&pack, &program, &full));
        for rp in &program.rights {
            let right = &pack.rights[rp.right];
            for (name, _, node) in outputs(right, rp) {
                for (row, person) in rows(right, &before, 0) {
                    let whole = element(before.column(node).unwrap(), row);
                    settled += usize::from(name == "droit" && whole.settled());
                    for (f, foyer) in full.iter().enumerate() {
                        let there = rows(right, &after, f)[person.unwrap_or(0)].0;
                        let part = element(after.column(node).unwrap(), there);
                        answers += 1;
                        assert!(contains(whole, part), "{}.{name} : {whole:?} ne contient pas {part:?}\n{known:?}\n{foyer:?}", right.id);
                    }
                }
            }
        }
    }
    println!("rules/fr : {foyers_seen} foyers partiels, {answers} réponses complètes, {settled} verdicts établis tenus");
    assert!(settled > 0);
}

#[test]
fn a_removed_column_is_named_under_the_rules_of_france() {
    let foyers_wanted = cases(40).min(2_000);
    let (pack, program) = pack(DAYS[0]);
    let mut rng = Rng::new(0x51);
    let people: Vec<Foyer> = (0..foyers_wanted)
        .map(|_| {
            let persons = 1 + rng.below(5);
            foyers::foyer(&pack, Shape { persons, unknown: 0, bounds: 0, derived_given: false }, &mut rng)
        })
        .collect();
    let c = remove_each_column(&pack, &program, &people, "rules/fr");
    println!(
        "rules/fr : {} verdicts ({} oui, {} non) revus sans une colonne : {} deviennent inconnus en la nommant, 0 change sans la nommer",
        c.verdicts, c.yes, c.no, c.named
    );
    assert!(c.named > 0 && c.yes > 0 && c.no > 0, "{c:?}");
}

#[test]
fn the_properties_of_the_rules_of_france_hold_on_other_days() {
    let (mut trials, mut tested) = (0, 0);
    for day in DAYS {
        let (pack, _) = pack(day);
        let o = properties::run(&pack, Effort { foyers: cases(200).min(2_000), seed: 0xf4 });
        let texts = files();
        let shown = |d: &Diagnostic| d.render(texts.iter().find(|f| f.name == d.file).map_or("", |f| f.text.as_str()));
        let broken: String = o.faults.iter().filter(|d| d.severity == Severity::Error).map(shown).collect();
        assert!(broken.is_empty(), "au {day} :\n{broken}");
        (trials, tested) = (trials + o.trials, tested + o.tested);
    }
    println!("rules/fr : {trials} essais de propriétés à {} dates, dont {tested} où elles engagent", DAYS.len());
    assert!(tested > 0);
}

//! The rules of France, and foyers for them: what the benches of the evaluator run on.

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use recours_engine::eval::Population;
use recours_engine::foyers;
use recours_engine::plan::Program;
use recours_engine::properties::{Wanted, complete};
use recours_rules::{Pack, SourceFile, date};
use std::path::Path;
use std::sync::Arc;

/// The day of the rules.
const DAY: &str = "2026-10-01";

/// Who lives together: of ten foyers, as many of each as there are lines.
const SHAPES: [&[&str]; 10] = [
    &["demandeur"],
    &["demandeur"],
    &["demandeur"],
    &["demandeur"],
    &["demandeur", "conjoint"],
    &["demandeur", "conjoint"],
    &["demandeur", "enfant"],
    &["demandeur", "conjoint", "enfant"],
    &["demandeur", "conjoint", "enfant", "enfant"],
    &["demandeur", "conjoint", "enfant", "enfant", "enfant"],
];

fn texts(folder: &Path, out: &mut Vec<SourceFile>) {
    let mut entries: Vec<_> = std::fs::read_dir(folder).expect("rules/fr").map(|e| e.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            if path.file_name().is_some_and(|n| n != "variantes") {
                texts(&path, out);
            }
        } else if path.extension().is_some_and(|e| e == "yaml") {
            out.push(SourceFile { name: path.display().to_string(), text: std::fs::read_to_string(&path).expect("a text") });
        }
    }
}

/// The rules of France, compiled.
pub fn rules() -> (Pack, Program) {
    let mut files = Vec::new();
    texts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/fr"), &mut files);
    let Ok(pack) = Pack::build(&files, None, date::parse(DAY).expect("a day")) else { panic!("rules/fr: run `recours rules check`") };
    let program = Program::compile(&pack);
    (pack, program)
}

/// Foyers of whom every fact is known, but for `unknown` cells of a hundred.
pub fn foyers(pack: &Pack, program: &Program, foyers: usize, unknown: usize) -> Population {
    let (mut homes, mut roles): (Vec<i64>, Vec<&str>) = (Vec::new(), Vec::new());
    for (home, shape) in (0i64..).zip(SHAPES) {
        homes.extend(shape.iter().map(|_| home));
        roles.extend(shape.iter().copied());
    }
    let keys = |n: usize| Arc::new((0i64..).take(n).collect::<Int64Array>()) as ArrayRef;
    let persons = RecordBatch::try_from_iter([
        ("person_id", keys(roles.len())),
        ("household_id", Arc::new(Int64Array::from(homes)) as ArrayRef),
        ("role", Arc::new(StringArray::from(roles)) as ArrayRef),
    ]);
    let households = RecordBatch::try_from_iter([("household_id", keys(SHAPES.len()))]);
    let base = foyers::read(pack, program, &persons.expect("persons"), &households.expect("foyers")).expect("roles only");
    let (persons, households) = complete(pack, program, &base, Wanted { foyers, seed: 20_260_301, unknown }).expect("tables");
    foyers::read(pack, program, &persons, &households).expect("what was made is read").population
}

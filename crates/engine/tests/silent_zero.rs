//! No input has a silent default: with one column removed, a verdict stays what it was, or becomes unknown and
//! names that column.

use crate::generate::foyers::{self, Shape};
use crate::generate::rng::Rng;
use crate::generate::{cases, packs, tables};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Float64Type;
use recours_engine::evaluate::{Purpose, evaluate};
use recours_engine::foyers::{column_name, read};
use recours_engine::plan::Program;
use recours_engine::reference::Foyer;
use recours_rules::Pack;

/// What removing columns changed.
#[derive(Default, Debug)]
pub struct Changes {
    /// Verdicts looked at: units, rights, columns.
    pub verdicts: usize,
    /// Those that became unknown and named the column.
    pub named: usize,
    pub yes: usize,
    pub no: usize,
}

struct Answers {
    entitled: Vec<String>,
    bounds: Vec<Option<(f64, f64)>>,
    missing: Vec<Vec<String>>,
    right: Vec<String>,
}

fn answers(pack: &Pack, program: &Program, persons: &RecordBatch, households: &RecordBatch) -> Answers {
    let known = read(pack, program, persons, households).unwrap();
    let out = evaluate(pack, program, &known, Purpose::Validation).unwrap();
    let text = |name: &str| -> Vec<String> {
        out.column_by_name(name).unwrap().as_string::<i32>().iter().map(|s| s.unwrap().to_owned()).collect()
    };
    let number = |name: &str| out.column_by_name(name).unwrap().as_primitive::<Float64Type>().clone();
    let (low, high) = (number("amount_low"), number("amount_high"));
    let bound = |i: usize| low.is_valid(i).then(|| (low.value(i), if high.is_valid(i) { high.value(i) } else { f64::INFINITY }));
    let missing = out.column_by_name("missing").unwrap().as_list::<i32>().clone();
    let names = |i: usize| missing.value(i).as_string::<i32>().iter().map(|s| s.unwrap().to_owned()).collect();
    Answers {
        entitled: text("entitled"),
        bounds: (0..out.num_rows()).map(bound).collect(),
        missing: (0..out.num_rows()).map(names).collect(),
        right: text("right"),
    }
}

fn without(table: &RecordBatch, column: &str) -> RecordBatch {
    let kept: Vec<usize> = (0..table.num_columns()).filter(|i| table.schema().field(*i).name() != column).collect();
    table.project(&kept).unwrap()
}

/// Removes each column that the program reads, in turn.
pub fn remove_each_column(pack: &Pack, program: &Program, people: &[Foyer], told: &str) -> Changes {
    let (persons, households) = tables::tables(pack, people);
    let whole = answers(pack, program, &persons, &households);
    let mut out = Changes::default();
    for fact in &program.inputs {
        let column = column_name(pack, *fact);
        let (p, h) = (without(&persons, &column), without(&households, &column));
        if p.num_columns() + h.num_columns() == persons.num_columns() + households.num_columns() {
            continue;
        }
        let partial = answers(pack, program, &p, &h);
        assert_eq!(whole.right, partial.right);
        for row in 0..whole.entitled.len() {
            let (before, after) = (whole.entitled[row].as_str(), partial.entitled[row].as_str());
            if before == "inconnu" {
                // A division by zero or a parameter without value, even in a complete foyer.
                continue;
            }
            out.verdicts += 1;
            out.yes += usize::from(before == "oui");
            out.no += usize::from(before == "non");
            let say = || format!("{told}, {} sans la colonne {column}, ligne {row} : {before} devient {after}", whole.right[row]);
            if after == "inconnu" {
                assert!(partial.missing[row].contains(&column), "{}, qui n'est pas nommée parmi {:?}", say(), partial.missing[row]);
                out.named += 1;
            } else {
                assert_eq!(before, after, "{}", say());
            }
            // Bounds are of floats made from the same decimals: equal where nothing changed.
            if let (Some((lo, hi)), Some((l, h))) = (whole.bounds[row], partial.bounds[row]) {
                assert!(l <= lo && hi <= h, "{} : le montant {lo} n'est plus entre {l} et {h}", say());
            }
        }
    }
    out
}

#[test]
fn a_removed_column_is_named_or_changes_nothing() {
    let wanted = cases(150_000).min(3_000_000);
    let (mut sum, mut seed) = (Changes::default(), 0u64);
    while sum.verdicts < wanted {
        let g = packs::generate(seed);
        let mut rng = Rng::new(seed ^ 0x2e80);
        let shape = |rng: &mut Rng| Shape { persons: 1 + rng.below(5), unknown: 0, bounds: 0, derived_given: false };
        let people: Vec<Foyer> = (0..12)
            .map(|_| {
                let s = shape(&mut rng);
                foyers::foyer(&g.pack, s, &mut rng)
            })
            .collect();
        // In half of the populations some derived facts have a column too, in agreement with the others.
        let people = if seed % 2 == 0 { people } else { people.iter().map(|f| foyers::with_derived(&g.pack, f, &mut rng)).collect() };
        let told = format!("graine {seed}");
        let c = remove_each_column(&g.pack, &g.program, &people, &told);
        sum.verdicts += c.verdicts;
        sum.named += c.named;
        sum.yes += c.yes;
        sum.no += c.no;
        seed += 1;
    }
    println!(
        "{} verdicts ({} oui, {} non) revus sans une colonne : {} deviennent inconnus en la nommant, 0 change sans la nommer",
        sum.verdicts, sum.yes, sum.no, sum.named
    );
    assert!(sum.named > 0 && sum.yes > 0 && sum.no > 0, "{sum:?}");
}

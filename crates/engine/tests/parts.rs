//! Parts of deliveries find what the whole finds, and count what it counts.

use crate::generate::foyers::{self, Shape};
use crate::generate::rng::Rng;
use crate::generate::tables;
use crate::jeu_fr;
use arrow::array::{ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::Int64Type;
use proptest::prelude::*;
use recours_engine::detect::{Detection, detect};
use recours_engine::finding::{self, Finding};
use recours_engine::link::{Coverage, Delivery, Handle};
use recours_engine::parts::Parts;
use recours_engine::parts::merge::{Found, MergeError, Whole, tables as merged};
use recours_engine::parts::runs::{self, Block};
use recours_engine::plan::Program;
use recours_engine::reference::Foyer;
use recours_rules::Pack;
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::LazyLock;

static FRANCE: LazyLock<(Pack, Program)> = LazyLock::new(|| jeu_fr::pack(jeu_fr::DAYS[0]));

/// Random names, as of a mission.
fn handle(person: usize) -> Handle {
    let mut rng = Rng::new(person as u64 ^ 0x68_616e);
    let mut h = [0; 16];
    h[..8].copy_from_slice(&rng.next().to_be_bytes());
    h[8..].copy_from_slice(&rng.next().to_be_bytes());
    h
}

/// The same people as one body knows them: some of them, some facts, foyers that may stretch over two of the others'.
fn body(pack: &Pack, name: &str, households: usize, rng: &mut Rng, sizes: &[usize]) -> Delivery {
    let shape = |persons| Shape { persons, unknown: 5, bounds: 0, derived_given: true };
    let people: Vec<Foyer> = sizes.iter().map(|k| foyers::foyer(pack, shape(*k), rng)).collect();
    let (persons, homes) = tables::tables(pack, &people);
    let home: Vec<u32> = persons
        .column_by_name("household_id")
        .unwrap()
        .as_primitive::<Int64Type>()
        .values()
        .iter()
        .map(|h| u32::try_from(*h).unwrap())
        .collect();
    let rows: Vec<u32> = (0..home.len()).filter(|_| rng.percent(70)).map(|i| u32::try_from(i).unwrap()).collect();
    let (of_person, of_home) =
        (UInt32Array::from(rows.clone()), UInt32Array::from(rows.iter().map(|r| home[*r as usize]).collect::<Vec<_>>()));
    let mut facts: Vec<(String, ArrayRef)> = Vec::new();
    for (table, at) in [(&persons, &of_person), (&homes, &of_home)] {
        for (f, c) in table.schema().fields().iter().zip(table.columns()) {
            let key = matches!(f.name().as_str(), "household_id" | "person_id" | "role");
            if !key && (rng.percent(60) || f.name() == "date_naissance") {
                facts.push((f.name().clone(), take(c, at, None).unwrap()));
            }
        }
    }
    // A body in which a few rows are adrift, or more than its silence bears.
    let adrift = rng.pick(&[0, 0, 3, 25]);
    let stretch: Vec<bool> = (0..households).map(|_| rng.percent(20)).collect();
    let foyer = |row: &u32, rng: &mut Rng| {
        let h = home[*row as usize] as usize;
        (!rng.percent(10)).then(|| handle(1_000_000 + if stretch[h] { h / 2 } else { h }))
    };
    let mut d = Delivery {
        body: name.into(),
        composition: rng.pick(&[Coverage::Complete, Coverage::Complete, Coverage::Partial, Coverage::Nothing]),
        covers: if rng.percent(70) { pack.vocabulary.variables.iter().map(|v| v.name.clone()).collect() } else { Vec::new() },
        handles: rows.iter().map(|r| handle(*r as usize)).collect(),
        force: rows.iter().map(|_| rng.pick(&[3, 3, 3, 2, 1])).collect(),
        certified: rows.iter().map(|_| rng.percent(80)).collect(),
        foyers: rows.iter().map(|r| foyer(r, rng)).collect(),
        roles: rows.iter().map(|_| rng.percent(80).then(|| u8::try_from(rng.below(4)).unwrap())).collect(),
        loose: None,
        facts: RecordBatch::try_from_iter_with_nullable(facts.into_iter().map(|(n, c)| (n, c, true))).unwrap(),
    };
    for row in 0..rows.len() {
        if rng.percent(adrift) {
            (d.force[row], d.certified[row]) = (0, false);
        }
    }
    d
}

fn deliveries(seed: u64) -> Vec<Delivery> {
    let (pack, _) = &*FRANCE;
    let mut rng = Rng::new(seed);
    let sizes: Vec<usize> = (0..30).map(|_| 1 + rng.below(4)).collect();
    ["caf", "msa", "cpam", "carsat"].iter().map(|name| body(pack, name, sizes.len(), &mut rng, &sizes)).collect()
}

fn cut(all: Vec<Delivery>, n: usize) -> Parts {
    Parts::of(all, NonZeroUsize::new(n).unwrap()).unwrap()
}

fn by_parts(seed: u64, n: usize) -> (Whole, Vec<Finding>) {
    let (pack, program) = &*FRANCE;
    let (mut found, mut findings) = (Found::default(), Vec::new());
    let parts = cut(deliveries(seed), n);
    assert_eq!(parts.len(), n);
    for part in parts {
        findings.extend(found.add(detect(pack, program, part).unwrap()).unwrap());
    }
    finding::sort(&mut findings);
    (found.finish().unwrap(), findings)
}

fn whole(seed: u64) -> Detection {
    let (pack, program) = &*FRANCE;
    detect(pack, program, deliveries(seed)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    /// Fails when something that a part cannot know is concluded from its rows alone, or when somebody is judged apart from
    /// those with whom some body puts them.
    #[test]
    fn parts_find_what_the_whole_finds(seed in any::<u64>(), n in 1..=7usize) {
        let one = whole(seed);
        let (all, findings) = by_parts(seed, n);
        for (i, f) in one.findings.iter().enumerate() {
            prop_assert_eq!(findings.get(i), Some(f), "repérage {}", i);
        }
        prop_assert_eq!(findings.len(), one.findings.len());
        prop_assert_eq!(&all.table, &finding::table(&one.findings).unwrap());
        prop_assert_eq!(&all.trace, &finding::trace(&one.findings).unwrap());
        prop_assert_eq!(all.counts.rights, one.counts);
        prop_assert_eq!(all.counts.tally, one.tally);
        prop_assert_eq!((all.counts.persons, all.counts.households), (one.persons, one.households));
    }
}

/// Findings of parts, put aside in blocks and read back in order: (table, trace) as given, one after the other.
fn read_back(parts: &[Block], rows: usize) -> Result<Vec<Block>, MergeError> {
    let aside: Vec<Vec<Block>> = parts.iter().map(|p| runs::blocks(p, rows).collect()).collect();
    let counts: Vec<usize> = aside.iter().map(Vec::len).collect();
    let mut given = Vec::new();
    runs::merge(
        &counts,
        |k, i| Ok(aside[k][i].clone()),
        |b| {
            given.push(b);
            Ok::<(), MergeError>(())
        },
    )?;
    Ok(given)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, max_shrink_iters: 0, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the parts and the blocks, in the order of the whole, each finding once with its own trace.
    #[test]
    fn findings_put_aside_come_back_as_the_whole_gives_them(seed in any::<u64>(), n in 1..=9usize, rows in 1..=40usize) {
        let (pack, program) = &*FRANCE;
        let one = whole(seed);
        let tables = |f: &[Finding]| (finding::table(f).unwrap(), finding::trace(f).unwrap());
        let parts: Vec<Block> = cut(deliveries(seed), n).map(|p| tables(&detect(pack, program, p).unwrap().findings)).collect();
        let given = read_back(&parts, rows).unwrap();
        let expected = tables(&one.findings);
        let all = |of: fn(&Block) -> &RecordBatch, schema| arrow::compute::concat_batches(&schema, given.iter().map(of)).unwrap();
        prop_assert_eq!(&all(|b| &b.0, expected.0.schema()), &expected.0);
        prop_assert_eq!(&all(|b| &b.1, expected.1.schema()), &expected.1);
        if expected.0.num_rows() > 0 {
            let twice = [expected.clone(), (expected.0.slice(0, 1), expected.1.slice(0, 1))];
            let shared = matches!(read_back(&twice, rows), Err(MergeError::Shared { first: 1, second: 2 }));
            prop_assert!(shared, "a finding of two parts");
        }
    }
}

/// More rows than are given at a time: blocks that are over are let go, those in use are not.
#[test]
fn many_blocks_are_read_back_in_order() {
    let base = whole(3).findings;
    let findings: Vec<Finding> =
        (0..30_000u128).map(|i| Finding { unit: (i * 7).to_be_bytes(), ..base[i as usize % base.len()].clone() }).collect();
    let part = |k: usize| -> Vec<Finding> { findings.iter().enumerate().filter(|(i, _)| i % 5 == k).map(|(_, f)| f.clone()).collect() };
    let parts: Vec<Block> = (0..5).map(|k| (finding::table(&part(k)).unwrap(), finding::trace(&part(k)).unwrap())).collect();
    let given = read_back(&parts, 100).unwrap();
    assert!(given.len() > 1);
    let schema = given[0].0.schema();
    let table = arrow::compute::concat_batches(&schema, given.iter().map(|b| &b.0)).unwrap();
    assert_eq!(table, finding::table(&findings).unwrap());
    assert!(read_back(&[], 10).unwrap().is_empty());
}

/// The generated deliveries hold what makes a part differ from the whole when it is cut badly; else the property above
/// proves nothing.
#[test]
fn generated_deliveries_put_the_cut_to_the_test() {
    let (mut loose, mut alone, mut stretched, mut findings) = (0, 0, 0, 0);
    for seed in 0..20 {
        let all = deliveries(seed);
        findings += whole(seed).findings.len();
        loose += all.iter().filter(|d| d.is_loose()).count();
        for part in cut(all, 7) {
            // Rows of a part that would hide what all rows show.
            alone += part.iter().filter(|d| d.loose == Some(true) && !Delivery { loose: None, ..rows_of(d) }.is_loose()).count();
            let mut homes: BTreeMap<[u8; 16], BTreeSet<Handle>> = BTreeMap::new();
            for d in part.iter().filter(|d| d.composition != Coverage::Nothing) {
                d.foyers.iter().zip(&d.handles).for_each(|(f, h)| {
                    f.map(|f| homes.entry(f).or_default().insert(*h));
                });
            }
            stretched += homes.values().filter(|m| m.len() > 4).count();
        }
    }
    assert!(findings > 1_000 && loose > 5 && alone > 5 && stretched > 20, "{findings} {loose} {alone} {stretched}");
}

fn rows_of(d: &Delivery) -> Delivery {
    Delivery {
        body: d.body.clone(),
        composition: d.composition,
        covers: Vec::new(),
        handles: d.handles.clone(),
        force: d.force.clone(),
        certified: d.certified.clone(),
        foyers: d.foyers.clone(),
        roles: d.roles.clone(),
        loose: d.loose,
        facts: d.facts.clone(),
    }
}

/// Every row is in one part, with its own facts, and who shares a foyer shares a part.
#[test]
fn every_row_is_in_one_part_and_foyers_are_whole() {
    for seed in 0..10 {
        let all = deliveries(seed);
        let births = |d: &Delivery| d.facts.column_by_name("date_naissance").unwrap().clone();
        let rows: Vec<usize> = all.iter().map(|d| d.handles.len()).collect();
        let told: Vec<BTreeSet<(Handle, String)>> = all
            .iter()
            .map(|d| {
                d.handles
                    .iter()
                    .enumerate()
                    .map(|(i, h)| (*h, arrow::util::display::array_value_to_string(&births(d), i).unwrap()))
                    .collect()
            })
            .collect();
        let mut seen = vec![0; rows.len()];
        let mut place: BTreeMap<([u8; 16], usize), usize> = BTreeMap::new();
        let mut of_handle: BTreeMap<Handle, usize> = BTreeMap::new();
        for (k, part) in cut(all, 5).enumerate() {
            assert_eq!(part.len(), rows.len(), "every body in every part");
            for (b, d) in part.iter().enumerate() {
                seen[b] += d.handles.len();
                assert_eq!(d.facts.num_rows(), d.handles.len());
                for (i, h) in d.handles.iter().enumerate() {
                    let birth = arrow::util::display::array_value_to_string(&births(d), i).unwrap();
                    assert!(told[b].contains(&(*h, birth)), "facts stay with their row");
                    assert_eq!(*of_handle.entry(*h).or_insert(k), k, "one person, one part");
                    if let (Some(f), true) = (d.foyers[i], d.composition != Coverage::Nothing) {
                        assert_eq!(*place.entry((f, b)).or_insert(k), k, "a foyer cut in two");
                    }
                }
            }
        }
        assert_eq!(seen, rows);
    }
}

/// Parts are of about one size, whatever the handles look like, and the same on each run.
#[test]
fn parts_are_balanced_and_always_the_same() {
    let mut d = rows_of(&deliveries(1)[0]);
    let n = 20_000u128;
    d.composition = Coverage::Nothing;
    d.handles = (0..n).map(u128::to_be_bytes).collect();
    d.foyers = vec![None; d.handles.len()];
    (d.force, d.certified, d.roles) = (vec![3; d.handles.len()], vec![true; d.handles.len()], vec![None; d.handles.len()]);
    d.facts = RecordBatch::try_from_iter([("n", std::sync::Arc::new(UInt32Array::from_iter_values(0..20_000)) as ArrayRef)]).unwrap();
    let sizes = || cut(vec![rows_of(&d)], 7).map(|p| p[0].handles.len()).collect::<Vec<_>>();
    let one = sizes();
    assert!(one.iter().all(|s| (2_600..3_100).contains(s)), "{one:?}");
    assert_eq!(one, sizes());
}

/// A part given twice, or a table of something else, is refused and not counted twice.
#[test]
fn a_part_given_twice_is_refused() {
    let table = finding::table(&whole(3).findings).unwrap();
    assert!(table.num_rows() > 10);
    let (a, b) = (table.slice(0, 5), table.slice(5, table.num_rows() - 5));
    assert_eq!(merged(&[b.clone(), a.clone()]).unwrap(), table, "the order of the tables changes nothing");
    assert!(matches!(merged(&[a.clone(), b, a]), Err(MergeError::Shared { first: 1, second: 3 })));
    assert!(matches!(merged(&[]), Err(MergeError::Nothing)));
    assert!(matches!(merged(&[table.project(&[0, 2]).unwrap()]), Err(MergeError::Columns { part: 1 })));
}

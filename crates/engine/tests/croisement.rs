//! Tables under handles, joined and judged partition by partition, give what the plain evaluator says of foyers put together by
//! hand, on generated rules; the same rows whatever the partitions, the row groups, the order of the rows, the threads, and
//! whether they were spilled.

use crate::generate::packs;
use crate::generate::rng::Rng;
use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, FixedSizeBinaryArray, Float64Array, Int8Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use recours_engine::croisement::{
    Cell, ColumnSpec, Croisement, CroisementError, How, Judge, Rows, Scratch, Size, Source, Spec, Spill, TableSpec, Verdicts,
};
use recours_engine::plan::Program;
use recours_engine::reference::{Facts, Foyer, Reference};
use recours_engine::value::May;
use recours_rules::Pack;
use recours_rules::interval::Interval;
use recours_rules::number::SCALE;
use recours_rules::truth::Truth;
use recours_rules::types::{Entity, Type};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

type Handle = [u8; 16];

/// A spill in memory, that counts what it was given.
#[derive(Default)]
struct Aside(Mutex<Vec<u64>>);

impl Spill for Aside {
    fn append(&self, words: &[u64]) -> std::io::Result<u64> {
        let mut all = self.0.lock().unwrap();
        all.extend_from_slice(words);
        Ok((all.len() - words.len()) as u64)
    }

    fn read(&self, at: u64, into: &mut [u64]) -> std::io::Result<()> {
        let at = usize::try_from(at).unwrap();
        into.copy_from_slice(&self.0.lock().unwrap()[at..at + into.len()]);
        Ok(())
    }
}

/// One cell: what a column holds, or a null.
type Said = Option<i64>;

/// Tables before they are batches: per table, (person, foyer, cells).
struct Tables {
    spec: Spec,
    rows: Vec<Vec<(Handle, Handle, Vec<Said>)>>,
}

fn handle(rng: &mut Rng) -> Handle {
    let mut h = [0; 16];
    h[..8].copy_from_slice(&rng.next().to_le_bytes());
    h[8..].copy_from_slice(&rng.next().to_le_bytes());
    h
}

/// A column of the table for a fact, and how the fact follows from it.
fn column(pack: &Pack, slot: usize, program: &Program, rng: &mut Rng, column: usize) -> (Cell, How) {
    let variable = &pack.vocabulary.variables[program.inputs[slot].0];
    match variable.ty {
        Type::Bool => (Cell::Bool, How::Bool { column, null: rng.pick(&[None, None, Some(false)]) }),
        Type::Date { absent_possible } => {
            (Cell::Int { bits: 32, min: -100_000, max: 100_000 }, How::Date { column, null_is_none: absent_possible && rng.percent(50) })
        }
        Type::Code(list) => {
            let codes = pack.vocabulary.lists[list].all().count_ones();
            let sets = (0..codes).map(|c| (i64::from(c), 1u64 << c)).collect();
            let cell = match rng.below(2) {
                0 => Cell::Text((0..codes).map(|c| format!("code{c}")).collect()),
                _ => Cell::Among { bits: 8, values: (0..i64::from(codes)).collect() },
            };
            (cell, How::Code { column, sets, null: rng.pick(&[None, None, Some(1)]) })
        }
        Type::Num(_) | Type::Literal => {
            let null = rng.pick(&[None, None, Some(0)]);
            match rng.below(2) {
                0 => (Cell::Float { money: true, min: i64::MIN, max: i64::MAX }, How::Number { column, times: 1, null }),
                _ => (Cell::Int { bits: 64, min: 0, max: 1_000_000 }, How::Number { column, times: SCALE / 100, null }),
            }
        }
    }
}

fn value(cell: &Cell, rng: &mut Rng) -> i64 {
    match cell {
        Cell::Bool => rng.between(0, 1),
        Cell::Int { bits: 32, .. } => rng.between(-5_000, 20_500),
        Cell::Int { .. } => rng.pick(&[0, 60_000, 64_652, 100, 2]),
        Cell::Among { values, .. } => rng.pick(values),
        Cell::Text(texts) => rng.between(0, texts.len() as i64 - 1),
        // Cents, as a float of euros.
        Cell::Float { .. } => rng.between(0, 130_000),
    }
}

fn tables(pack: &Pack, program: &Program, rng: &mut Rng) -> Tables {
    let count = 1 + rng.below(4);
    let composition = rng.below(count);
    let mut spec = Spec { bands: vec![50 * SCALE, 400 * SCALE], ..Spec::default() };
    for t in 0..count {
        let foyer = (t == composition).then_some(1);
        spec.tables.push(TableSpec { name: format!("t{t}"), person: 0, foyer, columns: Vec::new() });
    }
    for (slot, fact) in program.inputs.iter().enumerate() {
        if rng.percent(8) {
            continue; // Nobody brings it.
        }
        let of_foyer = pack.vocabulary.variables[fact.0].entity != Entity::Personne;
        let t = if of_foyer || fact.0 == pack.role { composition } else { rng.below(count) };
        let table = &mut spec.tables[t];
        let (cell, how) = column(pack, slot, program, rng, table.columns.len());
        let first = if table.foyer.is_some() { 2 } else { 1 };
        // What is drawn below lies within; cells that are not whole numbers announce nothing.
        let announced = rng.pick(&[None, Some((-5_000, 130_000)), Some((-5_000, i64::MAX))]);
        table.columns.push(ColumnSpec {
            name: format!("c{}", table.columns.len()),
            position: first + table.columns.len(),
            cell,
            announced,
        });
        spec.sources.push(Source { slot, table: t, how });
    }
    let homes: Vec<Handle> = (0..30 + rng.below(40)).map(|_| handle(rng)).collect();
    let people: Vec<(Handle, Handle)> = (0..homes.len() * 2).map(|_| (handle(rng), rng.pick(&homes))).collect();
    let mut rows = Vec::new();
    for table in &spec.tables {
        let mut of_table = Vec::new();
        for (person, home) in &people {
            if table.foyer.is_none() && rng.percent(40) {
                continue;
            }
            let cells = table.columns.iter().map(|c| rng.percent(75).then(|| value(&c.cell, rng))).collect();
            // A stranger now and then, whom the composition does not know.
            let person = if table.foyer.is_none() && rng.percent(10) { handle(rng) } else { *person };
            of_table.push((person, *home, cells));
        }
        rows.push(of_table);
    }
    Tables { spec, rows }
}

fn batch(table: &TableSpec, rows: &[(Handle, Handle, Vec<Said>)]) -> RecordBatch {
    let handles = |of: fn(&(Handle, Handle, Vec<Said>)) -> Handle| -> ArrayRef {
        Arc::new(FixedSizeBinaryArray::new(16, rows.iter().flat_map(of).collect::<Vec<u8>>().into(), None))
    };
    let mut columns = vec![handles(|r| r.0)];
    if table.foyer.is_some() {
        columns.push(handles(|r| r.1));
    }
    for (i, c) in table.columns.iter().enumerate() {
        let cells = || rows.iter().map(|r| r.2[i]);
        columns.push(match &c.cell {
            Cell::Bool => Arc::new(cells().map(|v| v.map(|v| v == 1)).collect::<BooleanArray>()),
            Cell::Int { bits: 32, .. } => Arc::new(cells().map(|v| v.map(|v| v as i32)).collect::<Date32Array>()),
            Cell::Int { .. } => Arc::new(cells().collect::<Int64Array>()),
            Cell::Among { .. } => Arc::new(cells().map(|v| v.map(|v| v as i8)).collect::<Int8Array>()),
            Cell::Text(texts) => Arc::new(cells().map(|v| v.map(|v| texts[v as usize].as_str())).collect::<StringArray>()),
            Cell::Float { .. } => Arc::new(cells().map(|v| v.map(|v| v as f64 / 100.0)).collect::<Float64Array>()),
        });
    }
    let fields: Vec<Field> = columns.iter().enumerate().map(|(i, c)| Field::new(format!("c{i}"), c.data_type().clone(), true)).collect();
    if columns.is_empty() {
        return RecordBatch::new_empty(Arc::new(Schema::new(vec![Field::new("x", DataType::Null, true)])));
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).unwrap()
}

/// What a cell says of a fact.
fn said(pack: &Pack, slot: usize, program: &Program, cell: &Cell, how: &How, v: Said) -> Option<May> {
    let absent_possible = matches!(pack.vocabulary.variables[program.inputs[slot].0].ty, Type::Date { absent_possible: true });
    let point = |x: i64| Some(May::Num(Interval::point(x)));
    match (how, v) {
        (How::Number { times, .. }, Some(v)) => point(if matches!(cell, Cell::Float { .. }) { v * (SCALE / 100) } else { v * times }),
        (How::Number { null, .. }, None) => null.and_then(point),
        (How::Code { sets, .. }, Some(v)) => Some(May::Code(sets[v as usize].1)),
        (How::Code { null, .. }, None) => null.map(May::Code),
        (How::Bool { .. }, Some(v)) => Some(May::Truth(Truth::of(v == 1))),
        (How::Bool { null, .. }, None) => null.map(|b| May::Truth(Truth::of(b))),
        (How::Date { .. }, Some(v)) => Some(May::Date(Interval::point(v), Truth::False)),
        (How::Date { null_is_none, .. }, None) => (*null_is_none && absent_possible).then_some(May::Date(Interval::point(0), Truth::True)),
        _ => None,
    }
}

/// Foyers put together by hand, by handle.
fn by_hand(pack: &Pack, program: &Program, t: &Tables) -> BTreeMap<Handle, (Foyer, Vec<Handle>)> {
    let composition = t.spec.tables.iter().position(|t| t.foyer.is_some()).unwrap();
    let mut out: BTreeMap<Handle, (Foyer, Vec<Handle>)> = BTreeMap::new();
    let mut told: BTreeMap<(Handle, usize), Vec<May>> = BTreeMap::new();
    for (person, home, cells) in &t.rows[composition] {
        let mut facts = Facts::default();
        for s in &t.spec.sources {
            let fact = program.inputs[s.slot];
            let column = s.how.column().unwrap();
            let cell = &t.spec.tables[s.table].columns[column].cell;
            if pack.vocabulary.variables[fact.0].entity != Entity::Personne {
                if cells[column].is_some() {
                    told.entry((*home, s.slot)).or_default().extend(said(pack, s.slot, program, cell, &s.how, cells[column]));
                }
                continue;
            }
            let row = t.rows[s.table].iter().find(|r| r.0 == *person);
            let v = row.and_then(|r| r.2[column]);
            if let Some(may) = said(pack, s.slot, program, cell, &s.how, v) {
                facts.insert(fact, may);
            }
        }
        let entry = out.entry(*home).or_default();
        entry.0.persons.push(facts);
        entry.1.push(*person);
    }
    for (home, (foyer, _)) in &mut out {
        for s in t.spec.sources.iter().filter(|s| pack.vocabulary.variables[program.inputs[s.slot].0].entity != Entity::Personne) {
            let cell = &t.spec.tables[s.table].columns[s.how.column().unwrap()].cell;
            let may = match told.get(&(*home, s.slot)) {
                None => said(pack, s.slot, program, cell, &s.how, None),
                Some(all) => all.iter().copied().reduce(|a, b| match (a, b) {
                    (May::Num(a), May::Num(b)) => May::Num(a.hull(b)),
                    (May::Date(a, x), May::Date(b, _)) => May::Date(a.hull(b), x),
                    (May::Code(a), May::Code(b)) => May::Code(a | b),
                    (May::Truth(a), May::Truth(b)) => May::Truth(if a == b { a } else { Truth::Unknown }),
                    _ => unreachable!(),
                }),
            };
            if let Some(may) = may {
                foyer.facts.insert(program.inputs[s.slot], may);
            }
        }
    }
    out
}

/// (foyer, right, certainty, band), in order.
type Found = BTreeSet<(Handle, String, u8, i8)>;

fn expected(pack: &Pack, program: &Program, t: &Tables) -> Found {
    let none = BTreeSet::new();
    let mut out = Found::new();
    for (home, (foyer, _)) in by_hand(pack, program, t) {
        let plain = Reference::new(pack, &foyer, &none);
        for (i, right) in pack.rights.iter().enumerate().filter(|(_, r)| r.unit != Entity::Personne) {
            let truth = |calc: usize| match plain.calc(calc, None).may {
                May::Truth(t) => t,
                _ => Truth::Unknown,
            };
            let entitled = truth(right.entitled);
            let had = [right.received, right.acted].map(|c| c.map_or(Truth::False, truth));
            if entitled == Truth::False || had.contains(&Truth::True) {
                continue;
            }
            let checked = program.rights.iter().find(|r| r.right == i).unwrap().unchecked.is_empty() && right.not_modelled.is_empty();
            let certainty = match entitled == Truth::True && had == [Truth::False; 2] {
                true if checked => 2,
                true => 1,
                false => 0,
            };
            let band = right.amount.filter(|_| right.period != recours_rules::pack::AmountPeriod::Once).map_or(0, |a| {
                let May::Num(i) = plain.calc(a, None).may else { panic!("an amount") };
                let times = if right.period == recours_rules::pack::AmountPeriod::Year { 12 } else { 1 };
                1 + t.spec.bands.iter().filter(|b| i.hi >= **b * times).count() as i8
            });
            out.insert((home, right.id.clone(), certainty, band));
        }
    }
    out
}

struct Run {
    partitions: Option<usize>,
    held: u64,
    group: usize,
    threads: usize,
}

fn run(pack: &Pack, program: &Program, t: &Tables, how: &Run) -> Result<Rows, CroisementError<std::convert::Infallible>> {
    let aside = Aside::default();
    let persons: u64 = t.rows.iter().zip(&t.spec.tables).filter(|(_, t)| t.foyer.is_some()).map(|(r, _)| r.len() as u64).sum();
    let size = Size { rows: t.rows.iter().map(|r| r.len() as u64).collect(), partitions: how.partitions, held: how.held };
    let pool = rayon::ThreadPoolBuilder::new().num_threads(how.threads).build().unwrap();
    pool.install(|| {
        let mut arena = size.arena(pack, program, &t.spec).unwrap();
        let croisement = Croisement::new(pack, program, &t.spec, &size, &mut arena, &aside).unwrap();
        let mut scratch = Scratch::default();
        for (i, (table, rows)) in t.spec.tables.iter().zip(&t.rows).enumerate() {
            for (g, group) in rows.chunks(how.group).enumerate() {
                // Two batches a group, so that positions within it count.
                let (a, b) = group.split_at(group.len() / 2);
                let batches = [batch(table, a), batch(table, b)].into_iter().map(Ok);
                croisement.take(i, (g * how.group) as u64, batches, &mut scratch)?;
            }
        }
        croisement.finish(scratch);
        let linked = croisement.link(|| {})?;
        assert_eq!(linked.counts.persons, persons);
        // A block that is not full waits in memory, whatever may be held.
        assert_eq!(linked.counts.spilled > 0, how.held == 0 && how.partitions == Some(1));
        let verdicts = Verdicts::new(&linked);
        let mut judge = Judge::new(&linked, &verdicts);
        let mut all = Rows::default();
        for k in 0..linked.partitions() {
            let rows = judge.partition(k)?;
            all.unit.extend(rows.unit);
            all.right.extend(rows.right);
            all.certainty.extend(rows.certainty);
            all.band.extend(rows.band);
        }
        Ok(all)
    })
}

fn found(pack: &Pack, rows: &Rows) -> Found {
    let mut names: Vec<&str> = pack.rights.iter().filter(|r| r.unit != Entity::Personne).map(|r| r.id.as_str()).collect();
    names.sort_unstable();
    let (units, _) = rows.unit.as_chunks::<16>();
    (0..rows.len()).map(|i| (units[i], names[rows.right[i] as usize].to_owned(), rows.certainty[i], rows.band[i])).collect()
}

#[test]
fn generated_tables_give_what_the_plain_evaluator_says() {
    let cases = std::env::var("RECOURS_CAS").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let mut grades = [0; 3];
    for seed in 0..cases {
        let mut g = packs::generate(seed);
        if seed % 2 == 0 {
            // As if every value that the rights read had been looked at on this day.
            g.program.rights.iter_mut().for_each(|r| r.unchecked.clear());
        }
        let mut rng = Rng::new(seed);
        let t = tables(&g.pack, &g.program, &mut rng);
        let plain = expected(&g.pack, &g.program, &t);
        let first = run(&g.pack, &g.program, &t, &Run { partitions: None, held: u64::MAX, group: 1_000, threads: 1 }).unwrap();
        let fast = found(&g.pack, &first);
        assert_eq!(fast.len(), first.len(), "graine {seed} : une ligne deux fois");
        assert_eq!(fast, plain, "graine {seed}\n{}", g.text);
        let (units, _) = first.unit.as_chunks::<16>();
        assert!(units.is_sorted(), "graine {seed}");
        plain.iter().for_each(|f| grades[usize::from(f.2)] += 1);
        let mut shuffled = Tables { spec: t.spec.clone(), rows: t.rows.clone() };
        shuffled.rows.iter_mut().for_each(|rows| rows.reverse());
        for (partitions, held, group, threads) in [(Some(1), 0, 7, 2), (Some(8), u64::MAX, 50, 1), (Some(300), 0, 3, 8)] {
            let again = run(&g.pack, &g.program, &shuffled, &Run { partitions, held, group, threads }).unwrap();
            assert_eq!(again, first, "graine {seed}, {partitions:?} partitions, {held} octets, groupes de {group}");
        }
    }
    assert!(grades.iter().all(|n| *n > 100), "des repérages de chaque sorte : {grades:?}");
}

/// A pack and tables with something in every table.
fn some() -> (packs::Generated, Tables) {
    (0..)
        .find_map(|seed| {
            let g = packs::generate(seed);
            let t = tables(&g.pack, &g.program, &mut Rng::new(seed));
            let whole = |c: &ColumnSpec| matches!(c.cell, Cell::Int { bits: 64, .. });
            (t.spec.tables.len() > 1 && t.spec.tables.iter().all(|t| t.columns.iter().any(whole))).then_some((g, t))
        })
        .unwrap()
}

const ALL: Run = Run { partitions: Some(4), held: u64::MAX, group: 20, threads: 2 };

#[test]
fn a_refused_cell_is_told_by_table_column_and_row() {
    let (g, mut t) = some();
    for table in 0..t.spec.tables.len() {
        let column = t.spec.tables[table].columns.iter().position(|c| matches!(c.cell, Cell::Int { bits: 64, .. })).unwrap();
        let kept = t.rows[table][33].2[column];
        t.rows[table][33].2[column] = Some(-1);
        match run(&g.pack, &g.program, &t, &ALL) {
            Err(CroisementError::Value { table: a, column: b, row }) => assert_eq!((a, b, row), (table, column, 33)),
            other => panic!("{:?}", other.map(|r| r.len())),
        }
        t.rows[table][33].2[column] = kept;
    }
}

#[test]
fn a_cell_beyond_what_its_file_announces_is_told_apart() {
    let (g, mut t) = some();
    for table in 0..t.spec.tables.len() {
        let column = t.spec.tables[table].columns.iter().position(|c| matches!(c.cell, Cell::Int { bits: 64, .. })).unwrap();
        let (kept, said) = (t.rows[table][33].2[column], t.spec.tables[table].columns[column].announced);
        t.rows[table][33].2[column] = Some(100_001);
        t.spec.tables[table].columns[column].announced = Some((0, 100_000));
        match run(&g.pack, &g.program, &t, &ALL) {
            Err(CroisementError::Announced { table: a, column: b, row }) => assert_eq!((a, b, row), (table, column, 33)),
            other => panic!("{:?}", other.map(|r| r.len())),
        }
        // Not allowed at all is what is told first.
        t.rows[table][33].2[column] = Some(-1);
        assert!(matches!(run(&g.pack, &g.program, &t, &ALL), Err(CroisementError::Value { row: 33, .. })));
        t.rows[table][33].2[column] = kept;
        t.spec.tables[table].columns[column].announced = said;
    }
}

#[test]
fn no_debug_print_shows_a_row_or_what_a_file_announces() {
    let (g, mut t) = some();
    let secret = 7_310_457;
    for c in t.spec.tables.iter_mut().flat_map(|table| &mut table.columns) {
        c.announced = Some((-secret, secret));
    }
    let rows = run(&g.pack, &g.program, &t, &ALL).unwrap();
    let said = format!("{rows:?} {:?}", t.spec);
    assert!(!rows.is_empty() && !said.contains(&secret.to_string()), "{said}");
    assert!(!said.contains("unit") && !said.contains("right:"), "{said}");
}

#[test]
fn a_person_twice_is_refused_in_any_table() {
    let (g, mut t) = some();
    let composition = t.spec.tables.iter().position(|t| t.foyer.is_some()).unwrap();
    let known = t.rows[composition][0].clone();
    for table in 0..t.spec.tables.len() {
        let kept = t.rows[table].clone();
        t.rows[table].retain(|r| r.0 != known.0);
        let cells = vec![None; t.spec.tables[table].columns.len()];
        for _ in 0..2 {
            t.rows[table].push((known.0, known.1, cells.clone()));
        }
        match run(&g.pack, &g.program, &t, &ALL) {
            Err(CroisementError::Twice { table: a }) => assert_eq!(a, table),
            other => panic!("{:?}", other.map(|r| r.len())),
        }
        t.rows[table] = kept;
    }
}

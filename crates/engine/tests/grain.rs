//! Detection on facts as they are and on the coarsest form that the plan gives them: nothing may differ.

use crate::generate::rng::Rng;
use crate::generate::{cases, foyers, packs, tables};
use crate::jeu_fr;
use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::Int64Type;
use recours_engine::detect::{Detection, detect};
use recours_engine::finding::Finding;
use recours_engine::grain::{self, Grain, Grains};
use recours_engine::link::{Coverage, Delivery};
use recours_engine::plan::Program;
use recours_engine::reference::{FactId, Foyer};
use recours_engine::value::May;
use recours_rules::interval::Interval;
use recours_rules::number::SCALE;
use recours_rules::{Pack, SourceFile, date};

const FOYERS: usize = 40;

/// One body that describes whole foyers and brings every fact.
fn delivery(pack: &Pack, people: &[Foyer]) -> Delivery {
    let (persons, households) = tables::tables(pack, people);
    let home: Vec<u32> = persons
        .column_by_name("household_id")
        .unwrap()
        .as_primitive::<Int64Type>()
        .values()
        .iter()
        .map(|h| u32::try_from(*h).unwrap())
        .collect();
    let at = UInt32Array::from(home.clone());
    let mut columns: Vec<(String, ArrayRef)> = Vec::new();
    for (table, per_person) in [(&persons, true), (&households, false)] {
        for (f, c) in table.schema().fields().iter().zip(table.columns()) {
            if !matches!(f.name().as_str(), "household_id" | "person_id" | "role") {
                columns.push((f.name().clone(), if per_person { c.clone() } else { take(c, &at, None).unwrap() }));
            }
        }
    }
    let role = |f: &Foyer, p: usize| match f.persons[p].get(&(pack.role, None)) {
        Some(May::Code(c)) if c.count_ones() == 1 => u8::try_from(c.trailing_zeros()).ok(),
        _ => None,
    };
    let n = home.len();
    let id = |i: usize| {
        let mut h = [0u8; 16];
        h[8..].copy_from_slice(&(i as u64).to_be_bytes());
        h
    };
    Delivery {
        body: "caf".into(),
        composition: Coverage::Complete,
        covers: Vec::new(),
        handles: (0..n).map(id).collect(),
        force: vec![3; n],
        certified: vec![true; n],
        foyers: home.iter().map(|h| Some(id(*h as usize))).collect(),
        roles: people.iter().flat_map(|f| (0..f.persons.len()).map(|p| role(f, p))).collect(),
        loose: None,
        facts: RecordBatch::try_from_iter(columns).unwrap(),
    }
}

fn variable_of(pack: &Pack, column: &str) -> FactId {
    pack.vocabulary.column(column).unwrap()
}

/// The same with every column coarsened, and how many cells of them hold less than a value.
fn coarsened(pack: &Pack, grains: &Grains, d: Delivery) -> (Delivery, usize) {
    let mut coarse = 0;
    let columns: Vec<(String, ArrayRef)> = d
        .facts
        .schema()
        .fields()
        .iter()
        .zip(d.facts.columns())
        .map(|(f, c)| {
            let fact = variable_of(pack, f.name());
            let v = &pack.vocabulary.variables[fact.0];
            let out = grain::coarsen(pack, v, f.name(), c, grains.get(fact)).unwrap();
            assert_eq!(grain::refused_rows(pack, v, &out, grains.get(fact)), None, "{}", f.name());
            if grain::is_coarse(&out) {
                coarse += out.len() - out.null_count();
            }
            (f.name().clone(), out)
        })
        .collect();
    (Delivery { facts: RecordBatch::try_from_iter(columns).unwrap(), ..d }, coarse)
}

fn run(pack: &Pack, program: &Program, d: Delivery) -> Detection {
    detect(pack, program, vec![d]).unwrap()
}

/// The first difference, not two whole lists. Only the order of events, which nothing rests on, may be told less well.
fn same(raw: &[Finding], bands: &[Finding], told: &str) {
    let but_order = |f: &Finding| {
        let mut f = f.clone();
        f.reasons.retain(|r| !r.starts_with("suite:"));
        f
    };
    for i in 0..raw.len().max(bands.len()) {
        assert_eq!(raw.get(i).map(but_order), bands.get(i).map(but_order), "{told}");
    }
}

#[test]
fn nothing_changes_in_what_is_found() {
    let n = cases(12_000) / FOYERS;
    let (mut coarse, mut found, mut finer) = (0, 0, 0);
    for seed in 0..n as u64 {
        let g = packs::generate(seed);
        let mut rng = Rng::new(seed ^ 0x6772_6169);
        let people: Vec<Foyer> = (0..FOYERS)
            .map(|_| {
                let unknown = rng.pick(&[0, 0, 3, 20]);
                let shape = foyers::Shape { persons: 1 + rng.below(4), unknown, bounds: 0, derived_given: true };
                foyers::foyer(&g.pack, shape, &mut rng)
            })
            .collect();
        let grains = Grains::of(&g.pack, &g.program);
        let raw = run(&g.pack, &g.program, delivery(&g.pack, &people));
        let (d, cells) = coarsened(&g.pack, &grains, delivery(&g.pack, &people));
        let bands = run(&g.pack, &g.program, d);
        coarse += cells;
        found += raw.findings.len();
        finer += usize::from(g.program.inputs.iter().all(|f| *grains.get(*f) == Grain::Exact));
        same(&raw.findings, &bands.findings, &format!("graine {seed}\n{}", g.text));
        assert_eq!(raw.counts, bands.counts, "graine {seed}\n{}", g.text);
    }
    println!("{n} jeux : {found} repérages, {coarse} valeurs grossies ; {finer} jeux où rien ne se grossit");
    // A grain that would be exact everywhere would pass too.
    assert!(coarse > 20 * n && found > n && finer < n, "{coarse} {found} {finer}");
}

/// A band instead of an amount that enters sums: the grade may fall, and the amount be known less well.
#[test]
fn a_width_only_widens() {
    let n = cases(4_000) / FOYERS;
    let mut wider = 0;
    for seed in 0..n as u64 {
        let g = packs::generate(seed);
        let mut rng = Rng::new(seed ^ 0x6c61_7267);
        let shape = foyers::Shape { persons: 2, unknown: 3, bounds: 0, derived_given: false };
        let people: Vec<Foyer> = (0..FOYERS).map(|_| foyers::foyer(&g.pack, shape, &mut rng)).collect();
        let grains = Grains::of(&g.pack, &g.program).with_width(&g.pack, &g.program, 50 * SCALE);
        let raw = run(&g.pack, &g.program, delivery(&g.pack, &people));
        let bands = run(&g.pack, &g.program, coarsened(&g.pack, &grains, delivery(&g.pack, &people)).0);
        let key = |f: &Finding| (f.unit, f.kind, f.right.clone());
        for r in &raw.findings {
            let b =
                bands.findings.iter().find(|b| key(b) == key(r)).unwrap_or_else(|| panic!("graine {seed} : un repérage perdu\n{}", g.text));
            assert!(b.certainty <= r.certainty, "graine {seed} : {} plus sûr sur des tranches\n{}", r.right, g.text);
            let (low, high) = (b.amount.0.unwrap_or(f64::MIN), b.amount.1.unwrap_or(f64::MAX));
            let (l, h) = (r.amount.0.unwrap_or(f64::MIN), r.amount.1.unwrap_or(f64::MAX));
            assert!(low <= l && h <= high, "graine {seed} : {} montant hors de ses tranches\n{}", r.right, g.text);
            wider += usize::from(low < l || h < high);
        }
    }
    assert!(wider > 0);
}

const VOCABULARY: &str = r#"
codes:
  - { nom: roles, valeurs: [demandeur, conjoint, enfant, absent] }
  - { nom: statuts, valeurs: [celibataire, divorce, veuf, marie, pacse, concubin] }
  - { nom: metiers, valeurs: [actif, chomeur, etudiant, retraite] }
variables:
  - { nom: role, dit: "Place", pour: personne, type: code, classe: social, codes: roles }
  - { nom: date_naissance, dit: "Naissance", pour: personne, type: date, classe: social }
  - { nom: fin, dit: "Fin", pour: personne, type: date, classe: social, peut_etre_absent: true }
  - { nom: statut_conjugal, dit: "Situation", pour: foyer, type: code, classe: social, codes: statuts }
  - { nom: metier, dit: "Métier", pour: personne, type: code, classe: social, codes: metiers }
  - { nom: revenu, dit: "Revenu", pour: personne, type: montant, classe: social, unite: euro_par_mois }
  - { nom: recu, dit: "Reçu", pour: personne, type: montant, classe: social, unite: euro_par_mois }
"#;

const RULE: &str = r#"
rupture: essai
version: "1"
libelle: e
organisme: caf
unite: personne
source: x
conditions:
  - { id: k, dit: k, source: x, si: "CONDITION" }
echeance: "ECHEANCE"
date_utile: "ECHEANCE"
"#;

fn pack(condition: &str, deadline: &str) -> (Pack, Program) {
    let file = |name: &str, text: String| SourceFile { name: name.into(), text };
    let rule = RULE.replace("CONDITION", condition).replace("ECHEANCE", deadline);
    let files = [file("v.yaml", VOCABULARY.into()), file("r.yaml", rule)];
    let pack = Pack::build(&files, None, date::parse("2026-10-15").unwrap()).unwrap();
    let program = Program::compile(&pack);
    (pack, program)
}

/// What a delivery may hold for a fact.
fn labels(condition: &str, deadline: &str, fact: &str) -> Vec<String> {
    let (pack, program) = pack(condition, deadline);
    let fact = variable_of(&pack, fact);
    Grains::of(&pack, &program).get(fact).labels(&pack, &pack.vocabulary.variables[fact.0])
}

#[test]
fn an_age_is_a_stretch_of_births_and_the_day_of_majority_stays() {
    // Ages on the first day of the month of 15 October; eighteen years is what detection itself asks.
    assert_eq!(
        labels("age(date_naissance, debut[M]) >= en(annees, 25)", "aujourd_hui", "date_naissance"),
        ["..2001-10-01", "2001-10-02..2008-10-01", "2008-10-02.."]
    );
    assert_eq!(
        labels("age_mois(date_naissance, aujourd_hui) >= en(mois, 745)", "aujourd_hui", "date_naissance"),
        ["..1964-09-15", "1964-09-16..2008-10-01", "2008-10-02.."]
    );
}

#[test]
fn an_amount_compared_alone_is_a_side_and_one_that_is_added_is_itself() {
    assert_eq!(labels("recu > 0", "aujourd_hui", "recu"), ["0", "0.01.."]);
    assert_eq!(labels("recu >= en(euro_par_mois, 500) ou recu = 0", "aujourd_hui", "recu"), ["0", "0.01..499.99", "500.."]);
    // Twice the amount is still the amount alone; the amount and another are not.
    assert_eq!(labels("2 * recu + recu > en(euro_par_mois, 30)", "aujourd_hui", "recu"), ["0..10", "10.01.."]);
    assert!(labels("recu + revenu > en(euro_par_mois, 30)", "aujourd_hui", "recu").is_empty());
    // A band is not known as a value is: it stands only where that does not matter.
    assert_eq!(labels("connu(recu) ou recu > en(euro_par_mois, 5)", "aujourd_hui", "recu"), ["5.01.."]);
    assert!(labels("connu(recu) et recu <> revenu", "aujourd_hui", "recu").is_empty());
}

#[test]
fn codes_that_no_rule_separates_go_together_but_not_couples_with_others() {
    assert_eq!(labels("metier dans (chomeur, retraite)", "aujourd_hui", "metier"), ["actif|etudiant", "chomeur|retraite"]);
    assert!(
        labels("metier = actif ou metier = chomeur et recu > revenu ou metier = etudiant et recu < revenu", "aujourd_hui", "metier")
            .is_empty()
    );
    assert_eq!(
        labels("statut_conjugal = marie", "aujourd_hui", "statut_conjugal"),
        ["celibataire|divorce|veuf", "marie", "pacse|concubin"]
    );
}

/// The day itself is told only where the rule may say something of it.
#[test]
fn a_deadline_is_a_day_within_its_window_only() {
    let condition = "fin >= aujourd_hui et fin <= ajoute_jours(aujourd_hui, en(jours, 30))";
    let (pack, program) = pack(condition, "fin");
    let fact = variable_of(&pack, "fin");
    let Grain::Pieces(pieces) = Grains::of(&pack, &program).get(fact).clone() else { panic!("des tranches") };
    let day = |t: &str| date::parse(t).unwrap();
    let shown: Vec<(Interval, bool)> = pieces.iter().map(|p| (p.values, p.exact)).collect();
    assert_eq!(
        shown,
        [
            (Interval::new(Interval::ALL.lo, day("2026-10-14")), false),
            (Interval::new(day("2026-10-15"), day("2026-11-14")), true),
            (Interval::new(day("2026-11-15"), Interval::ALL.hi), false),
        ]
    );
}

/// What the host refuses: the control that keeps a body from sending more than the plan says.
#[test]
fn a_finer_value_is_refused_by_its_row() {
    let (pack, program) = pack("recu > 0", "aujourd_hui");
    let fact = variable_of(&pack, "recu");
    let (v, grain) = (&pack.vocabulary.variables[fact.0], Grains::of(&pack, &program).get(fact).clone());
    let texts = |t: &[Option<&str>]| -> ArrayRef {
        std::sync::Arc::new(t.iter().copied().collect::<arrow::array::DictionaryArray<arrow::datatypes::Int32Type>>())
    };
    let refused = |a: &ArrayRef| grain::refused_rows(&pack, v, a, &grain);
    assert_eq!(refused(&texts(&[None, Some("0"), Some("0.01..")])), None);
    for finer in ["12.5", "0.01..500", "500..", "x", ""] {
        assert_eq!(refused(&texts(&[None, Some("0"), Some(finer)])), Some(2), "{finer}");
    }
    let values: ArrayRef = std::sync::Arc::new(arrow::array::Float64Array::from(vec![None, Some(0.0)]));
    assert_eq!(refused(&values), Some(1), "a value where a band is due");
}

/// Where the value itself is told, it is told in one way: what else a float or a text could carry is refused.
#[test]
fn a_value_told_exactly_has_one_writing() {
    let (pack, program) = pack("recu + revenu > en(euro_par_mois, 30) ou recu < revenu et fin >= aujourd_hui", "aujourd_hui");
    let grains = Grains::of(&pack, &program);
    let fact = |name: &str| {
        let f = variable_of(&pack, name);
        (&pack.vocabulary.variables[f.0], grains.get(f).clone())
    };
    let (recu, grain) = fact("recu");
    assert_eq!(grain, Grain::Exact);
    let amounts = |v: Vec<Option<f64>>| -> ArrayRef { std::sync::Arc::new(arrow::array::Float64Array::from(v)) };
    let refused = |a: &ArrayRef| grain::refused_rows(&pack, recu, a, &grain);
    assert_eq!(refused(&amounts(vec![None, Some(0.1 + 0.2)])), Some(1), "the bits below the cent");
    assert_eq!(refused(&amounts(vec![Some(12.345)])), Some(0));
    assert_eq!(refused(&amounts(vec![Some(0.0), Some(-0.0)])), Some(1), "the sign of nothing");
    assert_eq!(refused(&amounts(vec![None, Some(0.3), Some(1_234_567.89), Some(0.0)])), None);
    let text: ArrayRef = std::sync::Arc::new(arrow::array::StringArray::from(vec![None, Some("12.50")]));
    assert_eq!(refused(&text), Some(1), "another type");
    // What `coarsen` makes of any of them is right.
    for array in [amounts(vec![Some(0.1 + 0.2), Some(-0.0), None]), text] {
        let out = grain::coarsen(&pack, recu, "recu", &array, &grain).unwrap();
        assert_eq!(*out.data_type(), grain::delivered_as(recu, &grain));
        assert_eq!(refused(&out), None);
        assert_eq!(out.null_count(), array.null_count());
    }
    let (fin, grain) = fact("fin");
    let dates = |t: &str| -> ArrayRef {
        std::sync::Arc::new([None, Some(t)].into_iter().collect::<arrow::array::DictionaryArray<arrow::datatypes::Int32Type>>())
    };
    assert!(matches!(grain, Grain::Pieces(_)), "{grain:?}");
    assert_eq!(grain::refused_rows(&pack, fin, &dates("2026-10-15.."), &grain), None);
    for other in ["2026-10-15..  ", " 2026-10-15..", "2026-10-16..", "+2026-10-15.."] {
        assert_eq!(grain::refused_rows(&pack, fin, &dates(other), &grain), Some(1), "{other:?}");
    }
}

#[test]
fn the_same_stretch_in_another_spelling_is_refused() {
    let (pack, program) = pack("recu > 0", "aujourd_hui");
    let fact = variable_of(&pack, "recu");
    let (v, grain) = (&pack.vocabulary.variables[fact.0], Grains::of(&pack, &program).get(fact).clone());
    for text in ["0.010..", "00.01..", "0.0", "-0", "0..0"] {
        let array: ArrayRef =
            std::sync::Arc::new([Some(text)].into_iter().collect::<arrow::array::DictionaryArray<arrow::datatypes::Int32Type>>());
        assert_eq!(grain::refused_rows(&pack, v, &array, &grain), Some(0), "{text}");
    }
}

/// Two programs that would cut otherwise notice it.
#[test]
fn the_fingerprint_holds_every_cut() {
    let print = |condition: &str| {
        let (pack, program) = pack(condition, "aujourd_hui");
        Grains::of(&pack, &program).fingerprint(&pack)
    };
    assert_eq!(print("recu > en(euro_par_mois, 5)"), print("recu > en(euro_par_mois, 5)"));
    assert_ne!(print("recu > en(euro_par_mois, 5)"), print("recu > en(euro_par_mois, 6)"));
    assert_ne!(print("recu > en(euro_par_mois, 5)"), print("revenu > en(euro_par_mois, 5)"));
    assert_ne!(print("metier = actif"), print("metier = chomeur"));
}

/// Every right of `rules/fr`, alone (each is then as coarse as it can be) and all together.
#[test]
fn nothing_changes_in_what_is_found_under_the_rules_of_france() {
    let n = cases(6_000).min(60_000) / 30;
    let (whole, _) = jeu_fr::pack(jeu_fr::DAYS[0]);
    let rights: Vec<String> = whole.rights.iter().map(|r| r.id.clone()).collect();
    let (mut found, mut coarse, mut cells) = (0, 0, 0);
    let mut silent: Vec<&str> = Vec::new();
    for (i, only) in rights.iter().map(Some).chain([None]).enumerate() {
        let mut pack = whole.clone();
        if let Some(right) = only {
            assert!(pack.keep(std::slice::from_ref(right)).is_empty());
        }
        let program = Program::compile(&pack);
        let grains = Grains::of(&pack, &program);
        let mut rng = Rng::new(0x6672 + i as u64);
        let people: Vec<Foyer> = (0..n)
            .map(|_| {
                let shape = foyers::Shape { persons: 1 + rng.below(5), unknown: rng.pick(&[0, 0, 2, 10]), bounds: 0, derived_given: true };
                foyers::foyer(&pack, shape, &mut rng)
            })
            .collect();
        let raw = run(&pack, &program, delivery(&pack, &people));
        let (d, changed) = coarsened(&pack, &grains, delivery(&pack, &people));
        let told: usize = d.facts.columns().iter().map(|c| c.len() - c.null_count()).sum();
        let bands = run(&pack, &program, d);
        let name = only.map_or("tous", String::as_str);
        same(&raw.findings, &bands.findings, name);
        assert_eq!(raw.counts, bands.counts, "{name}");
        if raw.findings.is_empty() {
            silent.push(name);
        }
        (found, coarse, cells) = (found + raw.findings.len(), coarse + changed, cells + told);
    }
    println!(
        "rules/fr : {} droits, {n} foyers chacun, {found} repérages, {coarse} valeurs grossies sur {cells} ; sans repérage : {silent:?}",
        rights.len()
    );
    assert!(found > 10 * rights.len() && coarse > 0);
}

/// Some rows of a delivery, under the name of a body that answers for everything.
fn some_rows(d: Delivery, body: &str, pack: &Pack, rng: &mut Rng) -> Delivery {
    let rows: Vec<u32> = (0..d.handles.len()).filter(|_| rng.below(10) < 7).map(|i| u32::try_from(i).unwrap()).collect();
    fn pick<T: Copy>(v: &[T], rows: &[u32]) -> Vec<T> {
        rows.iter().map(|i| v[*i as usize]).collect()
    }
    Delivery {
        body: body.into(),
        covers: pack.vocabulary.variables.iter().map(|v| v.name.clone()).collect(),
        handles: pick(&d.handles, &rows),
        force: pick(&d.force, &rows),
        certified: rows.iter().map(|_| rng.below(3) > 0).collect(),
        foyers: pick(&d.foyers, &rows),
        roles: pick(&d.roles, &rows),
        facts: arrow::compute::take_record_batch(&d.facts, &UInt32Array::from(rows)).unwrap(),
        ..d
    }
}

/// Two bodies that do not list the same people, nor say the same of those whom both list; every payer of some facts is
/// joined, so that silence speaks too.
#[test]
fn nothing_changes_where_bodies_disagree_or_are_silent() {
    let n = cases(1_500).min(30_000) / 10;
    let (pack, program) = jeu_fr::pack(jeu_fr::DAYS[0]);
    let grains = Grains::of(&pack, &program);
    let (mut found, mut disputed) = (0, 0);
    for seed in 0..10 {
        let both = || -> Vec<Delivery> {
            let mut rng = Rng::new(0x6475_6f00 + seed);
            let sizes: Vec<usize> = (0..n).map(|_| 1 + rng.below(4)).collect();
            let one = |body: &str, rng: &mut Rng| {
                let shape = |persons| foyers::Shape { persons, unknown: 3, bounds: 0, derived_given: true };
                let people: Vec<Foyer> = sizes.iter().map(|k| foyers::foyer(&pack, shape(*k), rng)).collect();
                some_rows(delivery(&pack, &people), body, &pack, rng)
            };
            vec![one("caf", &mut rng), one("msa", &mut rng)]
        };
        let raw = detect(&pack, &program, both()).unwrap();
        let bands = detect(&pack, &program, both().into_iter().map(|d| coarsened(&pack, &grains, d).0).collect()).unwrap();
        same(&raw.findings, &bands.findings, &format!("graine {seed}"));
        assert_eq!(raw.counts, bands.counts, "graine {seed}");
        found += raw.findings.len();
        disputed += raw.findings.iter().filter(|f| f.missing.iter().any(|m| m == "composition")).count();
    }
    println!("rules/fr, deux organismes : {found} repérages, dont {disputed} où les descriptions diffèrent");
    assert!(found > n && disputed > 0);
}

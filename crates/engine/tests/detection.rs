//! Detection on hand-made deliveries: silence, links, compositions, minors.

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Float64Array, RecordBatch, StringArray};
use recours_engine::detect::{Detection, at_home, detect};
use recours_engine::finding::{Certainty, table};
use recours_engine::link::{Coverage, Delivery, Handle};
use recours_engine::plan::Program;
use recours_rules::{Pack, SourceFile, date};
use std::sync::Arc;

const VOCABULARY: &str = r#"
codes:
  - { nom: roles, valeurs: [demandeur, conjoint, enfant, absent] }
  - { nom: statuts, valeurs: [celibataire, veuf, marie] }
variables:
  - { nom: role, dit: "Place", pour: personne, type: code, classe: social, codes: roles }
  - { nom: date_naissance, dit: "Naissance", pour: personne, type: date, classe: social }
  - { nom: statut_conjugal, dit: "Situation", pour: foyer, type: code, classe: social, codes: statuts }
  - { nom: revenu, dit: "Revenu", pour: personne, type: montant, classe: social, unite: euro_par_mois }
  - { nom: recu_aide, dit: "Aide reçue", pour: foyer, type: montant, classe: social, unite: euro_par_mois, payeurs: [caf, msa] }
  - { nom: paye, dit: "En paiement", pour: personne, type: booleen, classe: social, payeurs: [caf, msa] }
  - { nom: ouverte, dit: "Ouverte", pour: personne, type: booleen, classe: social, payeurs: [cpam] }
"#;

const AID: &str = r#"
droit: aide
version: "1"
libelle: Aide
organisme: caf
unite: foyer
source: "essai"
conditions:
  - { id: ressources, dit: "Des ressources sous le plafond", source: "essai", si: "somme(membres, revenu) < plafond * compte(membres)" }
percu: "recu_aide > 0"
"#;

const DERIVED: &str = r#"
droit: derive
version: "1"
libelle: Droit dérivé
organisme: cpam
unite: personne
source: "essai"
conditions:
  - { id: en_paiement, dit: "L'aide est en paiement", source: "essai", si: "paye" }
percu: "ouverte"
"#;

const PARAMETERS: &str = r#"
parametres:
  - nom: plafond
    dit: "Plafond"
    unite: euro_par_mois
    verifie_le: 2030-01-01
    valeurs:
      - { du: 2020-01-01, valeur: 500, source: "essai" }
"#;

fn pack() -> Pack {
    pack_with(AID)
}

fn pack_with(aid: &str) -> Pack {
    let file = |name: &str, text: &str| SourceFile { name: name.into(), text: text.into() };
    let files = [file("v.yaml", VOCABULARY), file("p.yaml", PARAMETERS), file("a.yaml", aid), file("d.yaml", DERIVED)];
    Pack::build(&files, None, date::parse("2026-10-01").unwrap()).unwrap()
}

fn handle(n: u8) -> Handle {
    [n; 16]
}

/// A row: person, foyer, role (0 demandeur, 1 conjoint, 2 enfant).
type Row = (u8, Option<u8>, Option<u8>);

fn delivery(body: &str, composition: Coverage, covers: &[&str], rows: &[Row], facts: Vec<(&str, ArrayRef)>) -> Delivery {
    let facts = RecordBatch::try_from_iter(facts).unwrap();
    Delivery {
        body: body.into(),
        composition,
        covers: covers.iter().map(|c| (*c).to_owned()).collect(),
        handles: rows.iter().map(|r| handle(r.0)).collect(),
        force: vec![3; rows.len()],
        certified: vec![true; rows.len()],
        foyers: rows.iter().map(|r| r.1.map(|f| [f; 16])).collect(),
        roles: rows.iter().map(|r| r.2).collect(),
        loose: None,
        facts,
    }
}

fn births(years: &[i64]) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(years.iter().map(|y| i32::try_from(date::days(*y, 5, 5)).unwrap())))
}

fn money(values: &[Option<f64>]) -> ArrayRef {
    Arc::new(values.iter().copied().collect::<Float64Array>())
}

fn run(deliveries: impl Into<Vec<Delivery>>) -> Detection {
    let pack = pack();
    detect(&pack, &Program::compile(&pack), deliveries.into()).unwrap()
}

fn grade(d: &Detection, person: u8, right: &str) -> Option<Certainty> {
    d.findings.iter().find(|f| f.unit == handle(person) && f.right == right).map(|f| f.certainty)
}

fn missing(d: &Detection, person: u8, right: &str) -> Vec<String> {
    d.findings.iter().find(|f| f.unit == handle(person) && f.right == right).map(|f| f.missing.clone()).unwrap_or_default()
}

fn caf(foyer_of_one: &[(u8, f64)]) -> Delivery {
    let rows: Vec<Row> = foyer_of_one.iter().map(|(p, _)| (*p, Some(*p), Some(0))).collect();
    let recu = money(&foyer_of_one.iter().map(|(_, r)| Some(*r)).collect::<Vec<_>>());
    let paye: ArrayRef = Arc::new(foyer_of_one.iter().map(|(_, r)| Some(*r > 0.0)).collect::<BooleanArray>());
    let years = vec![1980; rows.len()];
    delivery(
        "caf",
        Coverage::Complete,
        &["recu_aide", "paye"],
        &rows,
        vec![("date_naissance", births(&years)), ("recu_aide", recu), ("paye", paye)],
    )
}

fn empty_msa() -> Delivery {
    delivery("msa", Coverage::Complete, &["recu_aide", "paye"], &[], vec![("recu_aide", money(&[]))])
}

fn incomes(people: &[(u8, Option<f64>)]) -> Delivery {
    let rows: Vec<Row> = people.iter().map(|(p, _)| (*p, None, None)).collect();
    let values = money(&people.iter().map(|(_, v)| *v).collect::<Vec<_>>());
    let status: ArrayRef = Arc::new(people.iter().map(|_| Some("veuf")).collect::<StringArray>());
    delivery(
        "carsat",
        Coverage::Nothing,
        &[],
        &rows,
        vec![("date_naissance", births(&vec![1980; rows.len()])), ("statut_conjugal", status), ("revenu", values)],
    )
}

fn cover(people: &[(u8, Option<bool>)]) -> Delivery {
    let rows: Vec<Row> = people.iter().map(|(p, _)| (*p, None, None)).collect();
    let values: ArrayRef = Arc::new(people.iter().map(|(_, v)| *v).collect::<BooleanArray>());
    delivery("cpam", Coverage::Nothing, &["ouverte"], &rows, vec![("ouverte", values)])
}

#[test]
fn two_booleans_settle_the_smallest_mission() {
    let d = run([caf(&[(1, 500.0), (2, 500.0), (3, 0.0)]), empty_msa(), cover(&[(1, Some(false)), (2, Some(true)), (3, Some(false))])]);
    assert_eq!(grade(&d, 1, "derive"), Some(Certainty::Certain));
    assert_eq!(grade(&d, 2, "derive"), None, "already open");
    assert_eq!(grade(&d, 3, "derive"), None, "not in payment");
}

#[test]
fn a_fact_that_nobody_gives_is_never_a_zero() {
    // The CPAM's file does not say for person 1; person 2 is not in it at all.
    let d = run([caf(&[(1, 500.0), (2, 500.0)]), empty_msa(), cover(&[(1, None)])]);
    assert_eq!(grade(&d, 1, "derive"), Some(Certainty::Possible));
    assert_eq!(missing(&d, 1, "derive"), ["ouverte"]);
    // Person 2 is absent from a file declared exhaustive, with a certified number: none, but never certain.
    assert_eq!(grade(&d, 2, "derive"), Some(Certainty::Probable));
}

#[test]
fn silence_needs_every_payer() {
    let both = run([caf(&[(9, 0.0)]), empty_msa(), incomes(&[(1, Some(100.0))])]);
    // Known to live alone, unknown to both payers: receipt known by silence; children unknown to everybody.
    assert!(!missing(&both, 1, "aide").contains(&"recu_aide".to_owned()));
    let one = run([caf(&[(9, 0.0)]), incomes(&[(1, Some(100.0))])]);
    assert_eq!(grade(&one, 1, "aide"), Some(Certainty::Possible));
    assert!(missing(&one, 1, "aide").contains(&"recu_aide".to_owned()), "{:?}", missing(&one, 1, "aide"));
}

/// Fails when a body that is joined but declares no exhaustive coverage is taken at its silence.
#[test]
fn silence_needs_a_declared_coverage() {
    let mut declares_nothing = empty_msa();
    declares_nothing.covers.clear();
    let d = run([caf(&[(9, 0.0)]), declares_nothing, incomes(&[(1, Some(100.0))])]);
    assert!(missing(&d, 1, "aide").contains(&"recu_aide".to_owned()), "{:?}", missing(&d, 1, "aide"));
}

/// Fails when somebody whose number is not certified, and who may be in the file under another row, is taken as not listed.
#[test]
fn silence_needs_a_certified_number() {
    let mut someone = incomes(&[(1, Some(100.0))]);
    someone.certified = vec![false];
    let d = run([caf(&[(9, 0.0)]), empty_msa(), someone]);
    assert!(missing(&d, 1, "aide").contains(&"recu_aide".to_owned()), "{:?}", missing(&d, 1, "aide"));
}

#[test]
fn an_income_that_nobody_gives_is_named() {
    let d = run([caf(&[(1, 0.0), (2, 0.0)]), empty_msa(), incomes(&[(1, None), (2, Some(499.99))])]);
    assert_eq!((grade(&d, 1, "aide"), missing(&d, 1, "aide")), (Some(Certainty::Possible), vec!["revenu".to_owned()]));
    assert_eq!(grade(&d, 2, "aide"), Some(Certainty::Certain));
}

#[test]
fn thresholds_hold_to_the_cent() {
    let d = run([caf(&[(1, 0.0), (2, 0.0), (3, 0.0)]), empty_msa(), incomes(&[(1, Some(499.99)), (2, Some(500.0)), (3, Some(500.01))])]);
    assert_eq!([1, 2, 3].map(|p| grade(&d, p, "aide").is_some()), [true, false, false]);
}

#[test]
fn a_grade_never_exceeds_its_links() {
    for (force, expected) in [(3, Certainty::Certain), (2, Certainty::Probable), (1, Certainty::Possible)] {
        let mut i = incomes(&[(1, Some(100.0))]);
        i.force = vec![force];
        let d = run([caf(&[(1, 0.0)]), empty_msa(), i]);
        assert_eq!(grade(&d, 1, "aide"), Some(expected), "force {force}");
    }
}

#[test]
fn two_descriptions_that_disagree_never_give_more_than_possible() {
    // The CAF says that 1 lives alone; the MSA that 1 lives with 2, who earns too much for the two of them.
    let msa = delivery(
        "msa",
        Coverage::Complete,
        &["recu_aide", "paye"],
        &[(1, Some(7), Some(0)), (2, Some(7), Some(1))],
        vec![("date_naissance", births(&[1980, 1980])), ("recu_aide", money(&[Some(0.0), Some(0.0)]))],
    );
    let d = run([caf(&[(1, 0.0)]), msa, incomes(&[(1, Some(100.0)), (2, Some(2000.0))])]);
    assert_eq!(grade(&d, 1, "aide"), Some(Certainty::Possible));
    assert!(missing(&d, 1, "aide").contains(&"composition".to_owned()));
}

#[test]
fn no_minor_is_the_unit_of_a_row() {
    let family = delivery(
        "caf",
        Coverage::Complete,
        &["recu_aide", "paye"],
        &[(1, Some(1), Some(0)), (2, Some(1), Some(2))],
        vec![
            ("date_naissance", births(&[1980, 2015])),
            ("recu_aide", money(&[Some(400.0), Some(400.0)])),
            ("paye", Arc::new(BooleanArray::from(vec![true, true]))),
        ],
    );
    let d = run([family, empty_msa(), cover(&[(1, Some(false)), (2, Some(false))])]);
    assert_eq!(grade(&d, 1, "derive"), Some(Certainty::Certain));
    assert!(d.findings.iter().all(|f| f.unit != handle(2)));
}

#[test]
fn the_same_bytes_whatever_the_threads() {
    let people: Vec<(u8, f64)> = (1..=250).map(|p| (p, 0.0)).collect();
    let deliveries = || {
        [
            caf(&people),
            empty_msa(),
            incomes(&people.iter().map(|(p, _)| (*p, (p % 3 > 0).then_some(f64::from(*p) * 3.0))).collect::<Vec<_>>()),
        ]
    };
    let with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| table(&run(deliveries()).findings).unwrap())
    };
    let one = with(1);
    assert!(one.num_rows() > 100);
    assert_eq!(one, with(2));
    assert_eq!(one, with(8));
}

/// Two payers list the person: the one that pays nothing does not silence the one that pays.
#[test]
fn payers_who_disagree_leave_receipt_open() {
    let msa = |recu: f64| {
        let years = births(&[1980]);
        delivery(
            "msa",
            Coverage::Complete,
            &["recu_aide", "paye"],
            &[(1, Some(9), Some(0))],
            vec![("date_naissance", years), ("recu_aide", money(&[Some(recu)]))],
        )
    };
    let d = run([caf(&[(1, 0.0)]), msa(0.0), incomes(&[(1, Some(100.0))])]);
    assert_eq!(grade(&d, 1, "aide"), Some(Certainty::Certain), "both say nothing is paid");
    for order in [[caf(&[(1, 0.0)]), msa(300.0)], [msa(300.0), caf(&[(1, 0.0)])]] {
        let mut all = Vec::from(order);
        all.push(incomes(&[(1, Some(100.0))]));
        let d = run(all);
        assert_eq!(grade(&d, 1, "aide"), Some(Certainty::Possible), "one of them pays");
        assert!(missing(&d, 1, "aide").contains(&"recu_aide".to_owned()));
    }
}

/// What one payer says leaves open that another pays, as long as that other is not there or does not answer for all.
#[test]
fn a_payer_who_is_late_leaves_nothing_certain() {
    let rest = || incomes(&[(1, Some(100.0))]);
    let d = run([caf(&[(1, 0.0)]), empty_msa(), rest()]);
    assert_eq!(grade(&d, 1, "aide"), Some(Certainty::Certain));
    let mut partial = empty_msa();
    partial.covers.clear();
    for late in [vec![caf(&[(1, 0.0)]), rest()], vec![caf(&[(1, 0.0)]), partial, rest()]] {
        let d = run(late);
        assert_eq!(grade(&d, 1, "aide"), Some(Certainty::Probable));
        assert!(d.counts["aide"].not_modelled.contains(&"payeur_absent:msa".to_owned()), "and the summary says why");
    }
}

/// Somebody whom a payer seems not to list may be one of its rows that are linked to nobody: when these are many, its
/// silence is no answer.
#[test]
fn a_payer_with_many_rows_adrift_does_not_answer_by_silence() {
    let grade_with = |adrift: usize| {
        let mut cpam = cover(&(10..210).map(|p| (p, Some(true))).collect::<Vec<_>>());
        for i in 0..adrift {
            cpam.certified[i] = false;
            cpam.force[i] = 0;
        }
        let d = run([caf(&[(1, 500.0)]), empty_msa(), cpam]);
        (grade(&d, 1, "derive"), missing(&d, 1, "derive"), d.counts["derive"].not_modelled.clone())
    };
    assert_eq!(grade_with(4), (Some(Certainty::Probable), vec![], vec![]), "a few: its silence is taken for an answer");
    let why = vec!["payeur_mal_relie:cpam".to_owned()];
    assert_eq!(grade_with(5), (Some(Certainty::Possible), vec!["ouverte".to_owned()], why));
}

/// What may not cross is evaluated where the facts are, and there alone.
#[test]
fn a_rule_of_its_holders_is_not_evaluated_at_the_host() {
    let aid = |class: &str| AID.replace("source: \"essai\"\nconditions", &format!("source: \"essai\"\ncroisement: {class}\nconditions"));
    let extract = || {
        let mut d = caf(&[(1, 0.0)]);
        d.facts = RecordBatch::try_from_iter([
            ("date_naissance", births(&[1980])),
            ("recu_aide", money(&[Some(0.0)])),
            ("revenu", money(&[Some(100.0)])),
        ])
        .unwrap();
        d
    };
    for (class, host, home) in [("autorise", true, true), ("detenteur_seul", false, true), ("interdit", false, false)] {
        let pack = pack_with(&aid(class));
        let program = Program::compile(&pack);
        let shared = detect(&pack, &program, vec![extract()]).unwrap();
        let own = at_home(&pack, &program, extract()).unwrap();
        assert_eq!((grade(&shared, 1, "aide").is_some(), grade(&own, 1, "aide").is_some()), (host, home), "{class}");
        assert_eq!((shared.counts.contains_key("aide"), own.counts.contains_key("aide")), (host, home), "{class}");
    }
}

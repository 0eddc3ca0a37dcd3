//! Every rupture of the French pack from facts to finding: what its worked cases say is brought by the bodies that hold it,
//! as far as it may cross, and is looked for by `detect`.

use crate::jeu_fr::pack;
use arrow::array::{ArrayRef, RecordBatch, StringArray};
use recours_engine::detect::{Detection, at_home, detect};
use recours_engine::link::{Coverage, Delivery};
use recours_engine::plan::Program;
use recours_engine::reference::{Foyer, Reference, cases, domain};
use recours_engine::value::May;
use recours_rules::date::{self, Days};
use recours_rules::document::CaseDoc;
use recours_rules::number;
use recours_rules::pack::{Pack, Right, RightKind};
use recours_rules::rupture::{slowest, useful_date};
use recours_rules::truth::Truth;
use recours_rules::typed::{Node, Typed};
use recours_rules::types::{Entity, Type};
use recours_rules::vocabulary::{Crossing, SERIES_MONTHS, Variable};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A fact as a body writes it; nothing when it is not known.
fn written(pack: &Pack, v: &Variable, may: May) -> Option<String> {
    if !may.settled() || may == domain(pack, v) {
        return None;
    }
    Some(match may {
        May::Num(i) => number::format(i.lo),
        May::Truth(t) => if t == Truth::True { "true" } else { "false" }.into(),
        May::Date(_, Truth::True) => String::new(),
        May::Date(i, _) => date::format(i.lo),
        May::Code(set) => {
            let Type::Code(list) = v.ty else { return None };
            pack.vocabulary.lists.get(list)?.written.get(usize::try_from(set.trailing_zeros()).ok()?)?.split(' ').next()?.to_owned()
        }
    })
}

/// What the holders of the facts bring, each fact from the first of its holders; facts that may not cross stay, unless
/// `home` is their place.
fn deliveries(pack: &Pack, right: &Right, foyer: &Foyer, home: bool) -> Vec<Delivery> {
    let none = BTreeSet::new();
    let reference = Reference::new(pack, foyer, &none);
    let persons = foyer.persons.len();
    let mut bodies: BTreeMap<String, Vec<(String, ArrayRef)>> = BTreeMap::from([(right.body.clone(), Vec::new())]);
    for (i, v) in pack.vocabulary.variables.iter().enumerate() {
        if i == pack.role || (!home && v.crossing != Crossing::Authorised) {
            continue;
        }
        let months: Vec<Option<usize>> = if v.series { (0..SERIES_MONTHS).map(Some).collect() } else { vec![None] };
        for month in months {
            let period = month.map(|k| recours_rules::parser::Period::Valued(-i32::try_from(k).unwrap()));
            let fact = Typed { node: Node::Input(i, period), ty: v.ty, entity: Some(v.entity) };
            let value = |p: usize| {
                let person = (v.entity == Entity::Personne).then_some(p);
                written(pack, v, reference.value(&fact, person, None).may)
            };
            let cells: Vec<Option<String>> = (0..persons).map(value).collect();
            if cells.iter().any(Option::is_some) {
                let body = if home {
                    &right.body
                } else {
                    v.holders.iter().find(|h| **h == right.body).or(v.holders.first()).unwrap_or(&right.body)
                };
                let column = recours_engine::foyers::column_name(pack, (i, month));
                bodies.entry(body.clone()).or_default().push((column, Arc::new(StringArray::from(cells))));
            }
        }
    }
    let roles = |p: usize| {
        foyer.persons[p]
            .get(&(pack.role, None))
            .and_then(|m| if let May::Code(s) = m { u8::try_from(s.trailing_zeros()).ok() } else { None })
    };
    bodies
        .into_iter()
        .map(|(body, mut facts)| {
            let describes = body == right.body;
            if facts.is_empty() {
                facts.push(("date_naissance".into(), Arc::new(StringArray::from(vec![None::<&str>; persons]))));
            }
            Delivery {
                composition: Coverage::Complete,
                covers: Vec::new(),
                handles: (0..persons).map(|p| [u8::try_from(p).unwrap() + 1; 16]).collect(),
                force: vec![3; persons],
                certified: vec![true; persons],
                foyers: vec![describes.then_some([1; 16]); persons],
                roles: (0..persons).map(|p| if describes { roles(p) } else { None }).collect(),
                loose: None,
                facts: RecordBatch::try_from_iter(facts).unwrap(),
                body,
            }
        })
        .collect()
}

/// The pack of a day with one rule.
fn alone(packs: &mut BTreeMap<Days, Pack>, day: Days, id: &str) -> Option<Pack> {
    let mut one = packs.entry(day).or_insert_with(|| pack(&date::format(day)).0).clone();
    one.rights.retain(|r| r.id == id);
    (!one.rights.is_empty()).then_some(one)
}

/// Runs `f` on each worked case of each rupture of these classes in which it is due.
fn each_due_case(classes: &[Crossing], mut f: impl FnMut(&Pack, &Right, &CaseDoc, &Foyer)) {
    let (base, _) = pack("2026-10-01");
    let mut packs = BTreeMap::from([(base.on, base.clone())]);
    for r in base.rights.iter().filter(|r| r.kind == RightKind::Rupture && classes.contains(&r.crossing)) {
        // The first that are due: every day asks for a pack of its own.
        for case in r.cases.iter().filter(|c| c.attendu.droit.value == "oui").take(3) {
            let day = date::parse(&case.le.value).unwrap();
            if let Some(one) = base.on_day(day) {
                packs.entry(day).or_insert(one);
            }
            let Some(one) = alone(&mut packs, day, &r.id) else { continue };
            let foyer = cases::foyer(&one, &r.place.0, case).unwrap();
            f(&one, &one.rights[0], case, &foyer);
        }
    }
}

fn found<'d>(d: &'d Detection, right: &Right, case: &CaseDoc) -> Option<&'d recours_engine::finding::Finding> {
    let rank: u8 = case.attendu.personne.as_ref().map_or(1, |t| t.value.parse().unwrap());
    d.findings.iter().find(|f| f.right == right.id && (right.unit == Entity::Foyer || f.unit == [rank; 16]))
}

#[test]
fn every_rupture_that_may_cross_is_found_with_its_dates() {
    let (mut ruptures, mut faults) = (BTreeSet::new(), Vec::new());
    each_due_case(&[Crossing::Authorised], |pack, right, case, foyer| {
        let d = detect(pack, &Program::compile(pack), deliveries(pack, right, foyer, false)).unwrap();
        let said = |t: &Option<recours_rules::document::Text>| t.as_ref().and_then(|t| date::parse(&t.value));
        let expected = (said(&case.attendu.echeance), said(&case.attendu.date_utile));
        let day = |d: Option<i32>| d.map(i64::from);
        match found(&d, right, case) {
            Some(f) if f.kind == "rupture" && (day(f.deadline), day(f.useful_date)) == expected => {
                ruptures.insert(right.id.clone());
            }
            Some(f) => faults.push(format!("{}, « {} » : {:?}", right.id, case.nom.value, (day(f.deadline), day(f.useful_date), expected))),
            None => faults.push(format!("{}, « {} » : pas trouvée", right.id, case.nom.value)),
        }
    });
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(ruptures.len() >= 20, "{ruptures:?}");
}

#[test]
fn no_rupture_of_a_holder_alone_is_looked_for_at_the_host() {
    let mut at_the_holder = BTreeSet::new();
    let mut classes = BTreeSet::new();
    each_due_case(&[Crossing::HolderOnly, Crossing::Forbidden], |pack, right, case, foyer| {
        classes.insert(right.id.clone());
        let program = Program::compile(pack);
        // Even if everything came, nothing would be looked for.
        let d = detect(pack, &program, deliveries(pack, right, foyer, true)).unwrap();
        assert!(d.findings.is_empty(), "{}", right.id);
        let own = deliveries(pack, right, foyer, true).pop().unwrap();
        if found(&at_home(pack, &program, own).unwrap(), right, case).is_some() {
            at_the_holder.insert(right.id.clone());
        }
    });
    assert!(classes.len() >= 10, "{classes:?}");
    assert_eq!(at_the_holder, classes, "each is found where its facts are");
}

#[test]
fn a_returned_letter_sends_one_boolean_and_nothing_else() {
    let (pack, _) = pack("2026-10-01");
    let mut seen = 0;
    for right in pack.rights.iter().filter(|r| r.id.starts_with("rupture_courrier_revenu_")) {
        let facts: BTreeSet<usize> = Pack::outputs(right).into_iter().flat_map(|c| pack.facts_of(c)).collect();
        let others = facts
            .iter()
            .filter_map(|v| pack.vocabulary.variables.get(*v))
            .filter(|v| !v.holders.is_empty() && !v.holders.contains(&right.body));
        for v in others.filter(|v| !["rsa_en_paiement", "recu_aspa_personne"].contains(&v.name.as_str())) {
            assert_eq!(v.ty, Type::Bool, "{} : {}", right.id, v.name);
            seen += 1;
        }
    }
    assert!(seen >= 4, "{seen}");
}

#[test]
fn the_date_of_another_channel_is_that_of_the_rule() {
    let mut compared = 0;
    each_due_case(&[Crossing::Authorised, Crossing::HolderOnly], |pack, right, case, foyer| {
        let none = BTreeSet::new();
        let reference = Reference::new(pack, foyer, &none);
        let person =
            (right.unit == Entity::Personne).then(|| case.attendu.personne.as_ref().map_or(0, |t| t.value.parse::<usize>().unwrap() - 1));
        let day = |calc: usize| match reference.calc(calc, person).may {
            May::Date(i, Truth::False) if i.is_point() => i.lo,
            other => panic!("{} : {other:?}", right.id),
        };
        let listed = day(right.useful_date.unwrap());
        for by in &right.channels {
            let (own, told) = (day(by.date), useful_date(pack, right, listed, by.channel));
            assert!(
                listed <= told && told <= own.max(listed),
                "{}, « {} », {} : {listed} {told} {own}",
                right.id,
                case.nom.value,
                by.channel.name()
            );
            // From one channel to another only the days between weekends may be lost.
            assert!(listed <= pack.on || own - told <= 6, "{}, « {} », {} : {told} {own}", right.id, case.nom.value, by.channel.name());
            compared += 1;
        }
        if listed > pack.on {
            let slow = slowest(pack, right, day(right.deadline.unwrap())).unwrap();
            assert_eq!(useful_date(pack, right, listed, slow), listed, "{}", right.id);
        }
    });
    assert!(compared > 200, "{compared}");
}

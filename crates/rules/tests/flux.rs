//! What may cross: the French pack is proved, and every loosening of it is caught.

use crate::diagnostics::yaml_below;
use recours_rules::flow::{Proof, prove};
use recours_rules::typed::{Node, Typed};
use recours_rules::types::Type;
use recours_rules::vocabulary::Crossing;
use recours_rules::{Diagnostic, Pack, SourceFile, date};
use std::collections::BTreeSet;
use std::path::Path;

/// The texts of the French pack, names from its folder.
fn texts() -> Vec<SourceFile> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/fr");
    let mut paths = Vec::new();
    yaml_below(&top, &mut paths);
    paths.retain(|p| !p.components().any(|c| c.as_os_str() == "variantes"));
    paths.sort();
    let name = |p: &Path| p.strip_prefix(&top).unwrap().display().to_string();
    paths.iter().map(|p| SourceFile { name: name(p), text: std::fs::read_to_string(p).unwrap() }).collect()
}

fn pack(files: &[SourceFile]) -> Pack {
    Pack::build(files, None, date::parse("2026-10-01").unwrap())
        .unwrap_or_else(|faults| panic!("{}", faults.iter().map(|d| d.render("")).collect::<String>()))
}

fn shown(faults: &[Diagnostic]) -> String {
    faults.iter().map(|d| format!("{}\n", d.render(""))).collect()
}

#[test]
fn the_french_pack_is_proved() {
    let proof = prove(&pack(&texts())).unwrap_or_else(|faults| panic!("{}", shown(&faults)));
    let Proof { classes, facts, crossing, conclusions, rules, flows } = proof;
    assert!(classes >= 7 && facts > 200 && crossing < facts, "{proof:?}");
    // Residence (2), health (6), housing debt, a couple or a pregnancy, a follow-up.
    assert!(conclusions >= 10 && rules > 30 && flows > 300, "{proof:?}");
}

/// Whether something moves too far, said again and simply: facts below an expression by recursion, nothing shared with
/// the proof but the checked trees.
fn moves_too_far(pack: &Pack) -> bool {
    fn below(pack: &Pack, t: &Typed, through: bool, seen: &mut BTreeSet<usize>) {
        match t.node {
            Node::Input(v, _) if seen.insert(v) && through && pack.vocabulary.variables[v].crossing != Crossing::Authorised => {
                if let Some(d) = pack.derived.get(&v) {
                    below(pack, d, through, seen);
                }
            }
            Node::Calc(c, _) => below(pack, &pack.calcs[c].body, through, seen),
            Node::Persons(..) => {
                seen.insert(pack.role);
            }
            _ => {}
        }
        t.children().for_each(|c| below(pack, c, through, seen));
    }
    let stays = |v: &usize| pack.vocabulary.variables[*v].crossing != Crossing::Authorised;
    let read = |calcs: Vec<usize>| {
        let mut seen = BTreeSet::new();
        calcs.into_iter().for_each(|c| below(pack, &pack.calcs[c].body, false, &mut seen));
        seen.iter().any(stays)
    };
    let order = [Crossing::Forbidden, Crossing::HolderOnly, Crossing::Authorised];
    let rank = |c: Crossing| order.iter().position(|o| *o == c);
    let facts = pack.vocabulary.variables.iter().enumerate().any(|(i, v)| {
        if rank(v.crossing) > rank(pack.class(&v.class).unwrap().crossing) {
            return true;
        }
        let mut seen = BTreeSet::new();
        if let Some(d) = pack.derived.get(&i).filter(|_| v.crossing == Crossing::Authorised) {
            below(pack, d, true, &mut seen);
        }
        seen.iter().filter(|w| stays(w)).any(|w| {
            let from = &pack.vocabulary.variables[*w];
            let class = pack.class(&from.class).unwrap();
            let into = match v.ty {
                Type::Bool => &class.conclusions,
                Type::Date { .. } => &class.dated,
                _ => return true,
            };
            from.crossing == Crossing::Forbidden || class.crossing == Crossing::Forbidden || !into.contains(&v.class)
        })
    });
    let rules = pack.all_rights().filter(|r| r.crossing == Crossing::Authorised).any(|r| {
        let mut calcs: Vec<usize> = r.conditions.iter().map(|c| c.calc).chain(r.channels.iter().map(|c| c.date)).collect();
        calcs.extend([Some(r.entitled), r.amount, r.received, r.deadline, r.useful_date, r.acted].into_iter().flatten());
        if r.journey_crossing == Crossing::Authorised {
            calcs.extend(r.journey.iter().flat_map(|j| j.events.iter().chain(&j.observed)).map(|(_, c)| *c));
        }
        read(calcs)
    });
    facts || rules || read(pack.capacities.iter().flat_map(|c| c.shows_no.iter().chain(&c.shows_yes)).map(|e| e.calc).collect())
}

/// One fault caught, with its code and the fact or the class that it is about.
fn caught(pack: &Pack, what: &str) {
    let faults = prove(pack).expect_err(what);
    assert!(moves_too_far(pack), "{what}");
    let codes = ["R-123", "R-124", "R-125"];
    assert!(faults.iter().all(|d| codes.contains(&d.code) && d.help.is_some() && !d.file.is_empty()), "{}", shown(&faults));
    let text = shown(&faults);
    assert!(text.contains(what), "{what} : {text}");
}

#[test]
fn each_crossing_loosened_is_caught() {
    let before = pack(&texts());
    let mut pack = before.clone();
    let (mut beyond, mut within) = (0, 0);
    for i in 0..before.vocabulary.variables.len() {
        let v = &before.vocabulary.variables[i];
        if v.crossing == Crossing::Authorised {
            continue;
        }
        pack.vocabulary.variables[i].crossing = Crossing::Authorised;
        if before.class(&v.class).unwrap().crossing == Crossing::Authorised {
            // Its class allows it: it is the author's to say, unless what it is drawn from stays.
            assert_eq!(prove(&pack).is_err(), moves_too_far(&pack), "{}", v.name);
            within += 1;
        } else {
            caught(&pack, &v.name);
            beyond += 1;
        }
        pack.vocabulary.variables[i].crossing = v.crossing;
    }
    assert!(beyond > 30 && within > 5, "{beyond} {within}");
    assert!(prove(&pack).is_ok());
}

#[test]
fn each_rule_that_stays_made_to_cross_is_caught() {
    let before = pack(&texts());
    let mut tried = 0;
    for i in 0..before.rights.len() {
        if before.rights[i].crossing == Crossing::Authorised {
            continue;
        }
        let mut pack = before.clone();
        pack.rights[i].crossing = Crossing::Authorised;
        pack.rights[i].journey_crossing = Crossing::Authorised;
        // A rule may stay for what it would say, and read only what crosses.
        if moves_too_far(&pack) {
            caught(&pack, &before.rights[i].id);
            tried += 1;
        } else {
            assert!(prove(&pack).is_ok(), "{}", before.rights[i].id);
        }
    }
    assert!(tried > 10, "{tried}");
    // The way to the AAH stays where the AAH crosses.
    let mut pack = before;
    let aah = pack.right("aah").unwrap();
    pack.rights[aah].journey_crossing = Crossing::Authorised;
    let text = shown(&prove(&pack).unwrap_err());
    assert!(text.contains("aah_demande_le : sante") && text.contains("parcours_croisement"), "{text}");
}

#[test]
fn each_class_tightened_is_caught_and_so_is_each_conclusion_taken_back() {
    let before = pack(&texts());
    let used = |name: &str| before.vocabulary.variables.iter().any(|v| v.class == name && v.crossing == Crossing::Authorised);
    let mut tried = 0;
    for (i, class) in before.classes.iter().enumerate() {
        for tighter in [Crossing::HolderOnly, Crossing::Forbidden] {
            let mut pack = before.clone();
            pack.classes[i].crossing = tighter;
            if used(&class.name) && class.crossing == Crossing::Authorised {
                caught(&pack, &class.name);
                tried += 1;
            }
            assert_eq!(prove(&pack).is_err(), moves_too_far(&pack), "{}", class.name);
        }
        let mut pack = before.clone();
        pack.classes[i].conclusions.clear();
        assert_eq!(prove(&pack).is_err(), moves_too_far(&pack), "{}", class.name);
        tried += usize::from(prove(&pack).is_err());
    }
    // Five classes cross, at two tighter settings each; health, residence and follow-up conclude.
    assert!(tried >= 13, "{tried}");
}

/// Each fact in each other class, and some random packs: the proof says what the simple definition says.
#[test]
fn each_class_changed_says_what_the_definition_says() {
    let before = pack(&texts());
    let mut pack = before.clone();
    let (mut refused, mut tried) = (0, 0);
    for i in 0..before.vocabulary.variables.len() {
        for class in before.classes.iter().filter(|c| ["social", "ressources", "sante", "penal"].contains(&c.name.as_str())) {
            pack.vocabulary.variables[i].class.clone_from(&class.name);
            let said = prove(&pack).is_err();
            assert_eq!(said, moves_too_far(&pack), "{} en {}", before.vocabulary.variables[i].name, class.name);
            let crosses = before.vocabulary.variables[i].crossing == Crossing::Authorised;
            assert!(said || !crosses || class.crossing == Crossing::Authorised, "{}", before.vocabulary.variables[i].name);
            refused += usize::from(said);
            tried += 1;
        }
        pack.vocabulary.variables[i].class.clone_from(&before.vocabulary.variables[i].class);
    }
    assert!(refused > tried / 3 && refused < tried, "{refused} sur {tried}");
    let mut seed = 1_u64;
    let mut next = |n: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % n
    };
    let (mut ok, mut not) = (0, 0);
    for _ in 0..200 {
        let mut pack = before.clone();
        for _ in 0..=next(3) {
            let i = next(pack.vocabulary.variables.len());
            let class = next(pack.classes.len());
            match next(3) {
                0 => pack.vocabulary.variables[i].crossing = Crossing::Authorised,
                1 => pack.vocabulary.variables[i].crossing = Crossing::HolderOnly,
                _ => pack.vocabulary.variables[i].class = pack.classes[class].name.clone(),
            }
        }
        let said = prove(&pack).is_ok();
        assert_eq!(said, !moves_too_far(&pack));
        *(if said { &mut ok } else { &mut not }) += 1;
    }
    assert!(ok > 5 && not > 20, "{ok} {not}");
}

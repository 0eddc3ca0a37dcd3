//! What is said of a partial record holds for every completion of it, and settle sets are sufficient and minimal.

use crate::differential::{element, evaluate, outputs, rows};
use crate::generate::foyers::{self, Shape};
use crate::generate::packs::{self, Generated};
use crate::generate::rng::Rng;
use crate::generate::{cases, foyers::facts_of};
use recours_engine::eval;
use recours_engine::reference::{FactId, Facts, Foyer, Reference, domain};
use recours_engine::value::May;
use recours_rules::interval::Interval;
use recours_rules::truth::Truth;
use recours_rules::types::Entity;
use std::collections::BTreeSet;

/// Completions tried for each partial foyer.
const COMPLETIONS: usize = 10;

/// Partial foyers for each generated pack.
const FOYERS: usize = 12;

fn partial(g: &Generated, rng: &mut Rng) -> Foyer {
    let (unknown, bounds) = rng.pick(&[(2, 2), (5, 0), (10, 10), (30, 20), (0, 10), (60, 0)]);
    foyers::foyer(&g.pack, Shape { persons: 1 + rng.below(5), unknown, bounds, derived_given: rng.percent(30) }, rng)
}

fn holds(whole: Interval, part: Interval) -> bool {
    whole.lo <= part.lo && part.hi <= whole.hi
}

fn agrees(whole: Truth, part: Truth) -> bool {
    !whole.known() || whole == part
}

/// All that `part` may be, `whole` may be.
pub fn contains(whole: May, part: May) -> bool {
    match (whole, part) {
        (May::Num(a), May::Num(b)) => holds(a, b),
        (May::Truth(a), May::Truth(b)) => agrees(a, b),
        (May::Date(a, p), May::Date(b, q)) => agrees(p, q) && (q == Truth::True || holds(a, b)),
        (May::Code(a), May::Code(b)) => b & !a == 0,
        _ => false,
    }
}

#[test]
fn a_partial_answer_contains_every_completion() {
    let wanted = cases(12_000);
    let (mut seed, mut pairs, mut completions, mut settled, mut bounded) = (0u64, 0, 0, 0, 0);
    while pairs < wanted {
        let g = packs::generate(seed);
        let mut rng = Rng::new(seed ^ 0x50bd);
        for _ in 0..FOYERS {
            let known = partial(&g, &mut rng);
            let full: Vec<Foyer> = (0..COMPLETIONS).map(|_| foyers::completed(&g.pack, &known, &mut rng)).collect();
            let (before, after) = (evaluate(&g, std::slice::from_ref(&known)), evaluate(&g, &full));
            for rp in &g.program.rights {
                let right = &g.pack.rights[rp.right];
                pairs += 1;
                for (name, _, node) in outputs(right, rp) {
                    for (row, person) in rows(right, &before, 0) {
                        let whole = element(before.column(node).unwrap(), row);
                        match (name.as_str(), whole) {
                            ("droit", w) if w.settled() => settled += 1,
                            ("montant", May::Num(i)) if !i.is_point() && i.hi != i64::MAX => bounded += 1,
                            _ => {}
                        }
                        for (f, foyer) in full.iter().enumerate() {
                            let there = rows(right, &after, f)[person.unwrap_or(0)].0;
                            let part = element(after.column(node).unwrap(), there);
                            completions += 1;
                            assert!(
                                contains(whole, part),
                                "graine {seed}, {}.{name}, personne {person:?} : {whole:?} ne contient pas {part:?}\n{}\nconnu : {known:?}\ncomplet : {foyer:?}",
                                right.id,
                                g.text
                            );
                        }
                    }
                }
            }
        }
        seed += 1;
    }
    println!(
        "{pairs} couples (règle, foyer partiel), {completions} réponses complètes : {settled} verdicts établis et {bounded} montants bornés tenus"
    );
    assert!(settled > 0 && bounded > 0, "rien d'établi : l'essai ne prouve rien");
}

/// The foyer with some facts brought, whatever they turn out to be.
fn with(g: &Generated, known: &Foyer, set: &[FactId], rng: &mut Rng) -> Foyer {
    let full = foyers::completed(&g.pack, known, rng);
    let bring = |facts: &Facts, entity: Entity, person: Option<usize>| -> Facts {
        let mut out = facts.clone();
        let whole = person.map_or(&full.facts, |p| &full.persons[p]);
        for fact in facts_of(&g.pack, entity).into_iter().filter(|f| set.contains(f)) {
            let v = foyers::variable(&g.pack, fact);
            if facts.get(&fact).copied().unwrap_or_else(|| domain(&g.pack, v)).settled() {
                continue;
            }
            let value = if foyers::is_derived(&g.pack, fact) { foyers::derived(&g.pack, &full, fact, person) } else { whole[&fact] };
            out.insert(fact, value);
        }
        out
    };
    Foyer {
        facts: bring(&known.facts, Entity::Foyer, None),
        persons: known.persons.iter().enumerate().map(|(p, f)| bring(f, Entity::Personne, Some(p))).collect(),
    }
}

#[test]
fn settle_sets_are_sufficient_and_minimal() {
    let wanted = cases(4_000).min(200_000);
    let (mut seed, mut sets_seen, mut fills, mut larger) = (0u64, 0, 0, 0);
    while sets_seen < wanted {
        let g = packs::generate(seed);
        let mut rng = Rng::new(seed ^ 0x5e77);
        let people: Vec<Foyer> = (0..6).map(|_| partial(&g, &mut rng)).collect();
        let done = evaluate(&g, &people);
        let population = foyers::population(&g.pack, &g.program, &people);
        for rp in &g.program.rights {
            let right = &g.pack.rights[rp.right];
            let found = eval::settle::minimal_sets(&g.program, &population, &done, rp.entitled, 5);
            for (f, known) in people.iter().enumerate() {
                for (row, person) in rows(right, &done, f) {
                    for set in found.get(&row).into_iter().flatten() {
                        sets_seen += 1;
                        larger += usize::from(set.len() > 1);
                        let shown = || format!("graine {seed}, {}, personne {person:?}, {set:?}\n{}\n{known:?}", right.id, g.text);
                        for removed in set {
                            let less: BTreeSet<FactId> = set.iter().filter(|x| *x != removed).copied().collect();
                            let open = Reference::new(&g.pack, known, &less).calc(right.entitled, person).open;
                            assert!(open, "{removed:?} est de trop : {}", shown());
                        }
                        for _ in 0..4 {
                            fills += 1;
                            let filled = with(&g, known, set, &mut rng);
                            let none = BTreeSet::new();
                            let answer = Reference::new(&g.pack, &filled, &none).calc(right.entitled, person);
                            assert!(!answer.open, "ces faits ne suffisent pas : {}\navec : {filled:?}", shown());
                            if !answer.truth().known() {
                                // Settled by no fact at all (division by zero, parameter without value): a
                                // completion must then be unknown too.
                                let full = foyers::completed(&g.pack, &filled, &mut rng);
                                let whole = Reference::new(&g.pack, &full, &none).calc(right.entitled, person);
                                assert!(!whole.truth().known(), "ces faits ne suffisent pas : {}\navec : {filled:?}", shown());
                            }
                        }
                    }
                }
            }
        }
        seed += 1;
    }
    println!("{sets_seen} ensembles minimaux ({larger} de plusieurs faits), {fills} remplissages au hasard, tous décisifs");
    assert!(larger > 0, "aucun ensemble de plusieurs faits : l'essai ne prouve rien");
}

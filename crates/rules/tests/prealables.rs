//! The order of a person's items: what blocks the others first, then what presses most.

use crate::catalogue::france;
use recours_rules::date;
use recours_rules::rupture::{Item, needs, order};
use std::collections::BTreeSet;

fn item<'a>(rule: &'a str, useful: &str) -> Item<'a> {
    Item { rule, useful: date::parse(useful) }
}

fn ordered<'a>(items: &[Item<'a>], missing: &[&str]) -> (Vec<&'a str>, Option<String>) {
    let (pack, _) = france("2026-10-01");
    let s = order(&pack, items, &missing.iter().copied().collect::<BTreeSet<_>>());
    (s.order.iter().map(|i| items[*i].rule).collect(), s.first.map(|p| p.id.clone()))
}

#[test]
fn address_then_cover_and_account_then_rsa_then_what_follows_from_it() {
    let (pack, _) = france("2026-10-01");
    let before = needs(&pack, "c2s_allocataires_rsa");
    for name in ["rsa", "c2s_gratuite", "compte_bancaire", "identite", "adresse"] {
        assert!(before.contains(name), "{name} : {before:?}");
    }
    // The earliest date comes last here: what it waits for comes before.
    let items = [
        item("c2s_allocataires_rsa", "2026-10-05"),
        item("rsa", "2026-12-01"),
        item("c2s_gratuite", "2027-01-01"),
        item("rupture_versement_rejete", "2027-02-01"),
        item("rupture_domiciliation_fin", "2027-03-01"),
    ];
    let (names, first) = ordered(&items, &[]);
    // Health cover pays nobody: it does not wait for an account, and its date is the earlier one.
    assert_eq!(names, ["rupture_domiciliation_fin", "c2s_gratuite", "rupture_versement_rejete", "rsa", "c2s_allocataires_rsa"]);
    assert_eq!(first.as_deref(), Some("adresse"));
}

#[test]
fn without_a_known_blocker_dates_decide() {
    let items = [item("ppa", ""), item("rupture_dtr_manquante", "2026-12-18"), item("rupture_c2s_renouvellement", "2026-11-09")];
    let (names, first) = ordered(&items, &[]);
    assert_eq!(names, ["rupture_c2s_renouvellement", "rupture_dtr_manquante", "ppa"]);
    assert_eq!(first, None, "what nobody knows blocks nothing");
}

#[test]
fn what_the_body_knows_to_be_missing_is_lifted_first() {
    let (pack, _) = france("2026-10-01");
    let items = [item("rupture_dtr_manquante", "2026-12-18"), item("reversion", "2026-11-01")];
    let s = order(&pack, &items, &BTreeSet::from(["compte_bancaire", "compte_en_ligne"]));
    let names = |k: usize| s.blocked[k].iter().map(|p| p.id.as_str()).collect::<Vec<_>>();
    assert_eq!((names(0), names(1)), (vec!["compte_en_ligne"], vec!["compte_bancaire"]));
    assert_eq!(s.order, [1, 0]);
    assert_eq!(s.first.map(|p| p.id.as_str()), Some("compte_en_ligne"), "the one that waits for less");
    // Nothing of theirs waits for a bank account: it is not in the way.
    let s = order(&pack, &items[..1], &BTreeSet::from(["compte_bancaire"]));
    assert_eq!((s.first, s.blocked), (None, vec![vec![]]));
}

#[test]
fn two_signs_that_wait_for_each_other_still_have_an_order() {
    let items = [item("rupture_courrier_revenu_dtr", "2026-12-18"), item("rupture_courrier_revenu_c2s", "2026-11-09")];
    let (names, _) = ordered(&items, &["adresse"]);
    assert_eq!(names, ["rupture_courrier_revenu_c2s", "rupture_courrier_revenu_dtr"]);
}

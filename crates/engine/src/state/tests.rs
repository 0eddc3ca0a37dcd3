#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
use super::*;
use proptest::prelude::*;

fn entry(state: usize, until: Option<Days>, rule: u8) -> Entry {
    Entry {
        label: "Droit".into(),
        state: State::ALL[state % State::ALL.len()],
        until,
        facts: vec!["recu_rsa".into()],
        bodies: vec!["caf".into()],
        rule: format!("rsa@{rule}"),
    }
}

fn snapshots() -> impl Strategy<Value = Snapshot> {
    let one = ((0..3u8, proptest::option::of(0..3u8), 0..4u8), (0..6usize, proptest::option::of(20_000..20_010_i64), 0..2u8));
    (20_000..20_005_i64, proptest::collection::vec(one, 0..12)).prop_map(|(as_of, rows)| {
        let key = |(h, p, r): (u8, Option<u8>, u8)| Key {
            household: h.to_string(),
            person: p.map(|p| p.to_string()),
            right: format!("droit{r}"),
        };
        Snapshot { as_of, entries: rows.into_iter().map(|(k, (s, u, r))| (key(k), entry(s, u, r))).collect() }
    })
}

proptest! {
    #[test]
    fn nothing_changes_between_a_snapshot_and_itself(a in snapshots()) {
        prop_assert!(difference(&a, &a).changes.is_empty());
        prop_assert_eq!(apply(&a, &difference(&a, &a)).unwrap(), a);
    }

    #[test]
    fn a_snapshot_and_what_changed_give_the_next_one(a in snapshots(), b in snapshots()) {
        let d = difference(&a, &b);
        prop_assert_eq!(apply(&a, &d).unwrap(), b.clone());
        // Each change is one, and nothing else changed.
        prop_assert!(d.changes.iter().all(|c| c.before != c.after));
        let told: Vec<&Key> = d.changes.iter().map(|c| &c.key).collect();
        prop_assert!(a.entries.iter().filter(|(k, _)| !told.contains(k)).all(|(k, e)| b.entries.get(k) == Some(e)));
        // It applies to what it is of, and to nothing else.
        if a != b {
            let refused = apply(&b, &d);
            prop_assert!(refused.is_err() || d.changes.iter().all(|c| b.entries.get(&c.key) == c.before.as_ref()));
        }
    }
}

#[test]
fn words_are_closed_and_none_says_no() {
    for s in State::ALL {
        assert_eq!(State::of_word(s.word()), Some(s));
        assert!(!["non", "refuse", "ferme", "inelig", "indu", "suspect"].contains(&s.word()));
    }
    assert_eq!(State::of_word("non"), None);
}

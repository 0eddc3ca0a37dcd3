#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
use std::collections::BTreeMap;

use recours_engine::state::{Change, Entry, Key, Snapshot, State, difference};
use recours_rules::date;

use super::*;

fn entree(label: &str, state: State, until: Option<i64>) -> Entry {
    Entry {
        label: label.into(),
        state,
        until,
        facts: vec!["recu_rsa".into(), "c2s_fin".into()],
        bodies: vec!["caf".into()],
        rule: "rsa@1".into(),
    }
}

fn etats(dits: &[(&str, Option<&str>, &str, Entry)]) -> Snapshot {
    let cle = |h: &str, p: Option<&str>, r: &str| Key { household: h.into(), person: p.map(str::to_owned), right: r.into() };
    let entries: BTreeMap<Key, Entry> = dits.iter().map(|(h, p, r, e)| (cle(h, *p, r), e.clone())).collect();
    Snapshot { as_of: date::days(2026, 10, 1), entries }
}

#[test]
fn une_difference_se_dit_en_francais() {
    let fin = date::days(2026, 10, 31);
    let dire = |avant: Option<Entry>, apres: Option<Entry>| {
        changement(&Change { key: Key { household: "1".into(), person: None, right: "c2s".into() }, before: avant, after: apres })
    };
    let c2s = |s, d| Some(entree("C2S", s, d));
    assert_eq!(dire(c2s(State::Open, None), c2s(State::ToRenew, Some(fin))), "C2S : ouvert → à renouveler avant le 31 octobre 2026");
    assert_eq!(dire(c2s(State::Unknown, None), c2s(State::ToPropose, None)), "C2S : inconnu → à proposer");
    assert_eq!(
        dire(c2s(State::Pending, None), c2s(State::Interrupted, Some(fin))),
        "C2S : demande en cours → interrompu depuis le 31 octobre 2026"
    );
    assert_eq!(dire(None, c2s(State::Open, None)), "C2S : pas regardé → ouvert");
    assert!(dire(c2s(State::Open, None), c2s(State::Open, None)).contains("comme avant"));
}

/// No word of this page is against somebody.
#[test]
fn aucun_mot_interdit() {
    let mut dits: Vec<String> = State::ALL.iter().map(|s| etat(*s, Some(20_000))).collect();
    let tous: Vec<_> = State::ALL.iter().enumerate().map(|(i, s)| (["a", "b", "c", "d", "e", "f"][i], *s)).collect();
    let e = etats(&tous.iter().map(|(d, s)| ("1", None, *d, entree("Droit", *s, Some(20_800)))).collect::<Vec<_>>());
    dits.extend(compact(&e, true));
    dits.extend(compact(&e, false));
    dits.push(mots::phrases(&difference(&Snapshot::default(), &e)));
    for dit in &dits {
        let dit = dit.to_lowercase();
        for interdit in
            ["indu", "trop-perçu", "trop perçu", "suspect", "fraud", "inéligible", "refus", "rejet", "pas droit", "n'a pas", "incapable"]
        {
            assert!(!dit.contains(interdit), "« {interdit} » dans « {dit} »");
        }
        assert!(!dit.split(|c: char| !c.is_alphabetic()).any(|m| m == "non"), "{dit}");
    }
}

#[test]
fn le_texte_court_tient_et_ne_nomme_rien_quand_il_est_neutre() {
    let noms: Vec<String> = (0..40).map(|i| format!("Allocation au nom assez long numéro {i}")).collect();
    for combien in [0, 1, 3, 7, 40] {
        let dits: Vec<_> = (0..combien)
            .map(|i| ("Zéphyrinette-77", Some("12345"), noms[i].as_str(), entree(&noms[i], State::ALL[i % 6], Some(20_800 + i as i64))))
            .collect();
        let e = etats(&dits);
        for neutre in [true, false] {
            for texte in compact(&e, neutre) {
                assert!(texte.chars().count() <= LONGUEUR, "{} : {texte}", texte.chars().count());
                assert!(!texte.contains("Zéphyrinette") && !texte.contains("12345"), "{texte}");
                assert_eq!(texte.contains("Allocation"), !neutre, "{texte}");
                assert!(!neutre || (!texte.contains("droit") && !texte.contains("rsa")), "{texte}");
            }
        }
    }
    let un = etats(&[
        ("1", None, "c2s", entree("C2S", State::ToRenew, Some(date::days(2026, 10, 31)))),
        ("1", None, "rsa", entree("RSA", State::Open, None)),
    ]);
    assert_eq!(compact(&un, false), ["Vos droits au 1er octobre 2026. C2S : à renouveler avant le 31 octobre 2026. RSA : ouvert."]);
    assert_eq!(
        compact(&un, true),
        [
            "Point au 1er octobre 2026 : 1 à renouveler, le premier avant le 31 octobre 2026 ; 1 ouvert. À relire avec la personne qui vous accompagne."
        ]
    );
}

/// Written and read again, in both forms: the same snapshot.
#[test]
fn un_instantane_se_relit() {
    let d = tempfile::tempdir().unwrap();
    let mut sans = entree("Aspa", State::Unknown, None);
    (sans.facts, sans.bodies, sans.rule) = (Vec::new(), Vec::new(), String::new());
    let e = etats(&[
        ("1", None, "rsa", entree("RSA; et \"autres\"", State::Open, None)),
        ("1", Some("2"), "aspa", sans),
        ("10", None, "rsa", entree("RSA", State::ToRenew, Some(20_800))),
    ]);
    for nom in ["e.parquet", "e.csv"] {
        let chemin = d.path().join(nom);
        recours_tables::ecrire_ensemble(vec![preparer(&chemin, &e, false).unwrap()]).unwrap();
        assert_eq!(lire(&chemin).unwrap(), e, "{nom}");
    }
    assert_eq!(verifier_forme(std::path::Path::new("x.docx")).err().unwrap().code, "E-ETAT-001");
    let json = d.path().join("e.json");
    recours_tables::ecrire_ensemble(vec![preparer(&json, &e, false).unwrap()]).unwrap();
    let lu: serde_json::Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    assert_eq!(
        (lu[1]["state"].as_str(), lu[1]["person_id"].as_str(), lu[0]["facts"][1].as_str()),
        (Some("inconnu"), Some("2"), Some("c2s_fin"))
    );
    std::fs::write(d.path().join("e.csv"), std::fs::read_to_string(d.path().join("e.csv")).unwrap().replace("inconnu", "Zéphyrinette"))
        .unwrap();
    let erreur = lire(&d.path().join("e.csv")).err().unwrap();
    assert!(erreur.code == "E-ETAT-003" && !erreur.to_string().contains("Zéphyrinette"), "{erreur}");
}

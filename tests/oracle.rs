//! Reference foyers: the rules held against what OpenFisca-France gives for the same people, and every input
//! column removed in turn.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod comparaison;
pub mod reference;
mod silence;
mod tableau;

use std::collections::BTreeMap;

use comparaison::{Accord, Comparaison, Regles, Unite, comparer};
use reference::echantillon;

/// Set by `./measure`: the whole set when it is there, and the tables printed.
fn mesure() -> bool {
    std::env::var_os("RECOURS_MESURE").is_some()
}

fn presents(c: &Comparaison) -> impl Iterator<Item = (&'static str, &Accord)> {
    c.accords.iter().filter_map(|(d, _, a)| a.as_ref().map(|a| (*d, a)))
}

#[test]
fn l_echantillon_s_accorde_avec_la_reference() {
    let mut ouverts: BTreeMap<&str, usize> = BTreeMap::new();
    for reference in echantillon() {
        let c = comparer(&reference, &Regles::du_depot(true));
        let periode = reference.periode();
        assert!(c.foyers == 400 && c.ecartes.values().sum::<usize>() <= 4, "{periode} : {:?}", c.ecartes);
        assert_eq!(c.accords.len(), 19);
        for (droit, unite, accord) in &c.accords {
            let a = accord.as_ref().unwrap_or_else(|| panic!("{droit} n'est pas dans rules/fr"));
            assert!(a.tient(), "{periode} {droit} : {:?}", a.ecarts);
            assert!(a.unites >= if *unite == Unite::Personne { 700 } else { 390 }, "{periode} {droit} : {} unités", a.unites);
            *ouverts.entry(droit).or_default() += a.ouverts;
        }
    }
    // The comparison sees something: people entitled to each right, and not everybody.
    for (droit, n) in ouverts {
        assert!((5..600).contains(&n), "{droit} : {n} droits attendus dans l'échantillon");
    }
}

#[test]
fn la_variante_rapproche_de_la_reference() {
    for reference in echantillon() {
        let (loi, variante) = (comparer(&reference, &Regles::du_depot(false)), comparer(&reference, &Regles::du_depot(true)));
        for ((droit, avec), (_, sans)) in presents(&variante).zip(presents(&loi)) {
            assert!(avec.accordees >= sans.accordees, "{} {droit} : {} puis {}", reference.nom(), sans.accordees, avec.accordees);
        }
    }
}

#[test]
fn tableau_des_accords() {
    if mesure() {
        tableau::imprimer();
    }
}

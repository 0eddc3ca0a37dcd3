//! Reference foyers: the rules held against what OpenFisca-France gives for the same people, and every input
//! column removed in turn.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod comparaison;
pub mod reference;
mod silence;
mod tableau;

use comparaison::{Accord, Comparaison, Regles, comparer};
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
    for reference in echantillon() {
        let c = comparer(&reference, &Regles::du_depot(true));
        let periode = reference.periode();
        assert!(c.foyers == 400 && c.ecartes.values().sum::<usize>() <= 4, "{periode} : {:?}", c.ecartes);
        for (droit, a) in presents(&c) {
            assert!(a.unites >= 390, "{periode} {droit}");
            match droit {
                // The comparison sees something: people entitled, and others.
                "aspa" => assert!(a.ouverts >= 15 && a.tient(), "{periode} {droit} : {:?}", a.ecarts),
                "rsa" => assert!(a.ouverts >= 40 && a.verdicts() >= 97.0, "{periode} {droit} : {:?}", a.ecarts),
                "c2s_gratuite" => assert!(a.ouverts >= 80 && a.verdicts() >= 97.0, "{periode} {droit} : {:?}", a.ecarts),
                _ => {}
            }
        }
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

//! Reference foyers: the rules held against what OpenFisca-France gives for the same people, and every input
//! column removed in turn.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod comparaison;
mod silence;

use comparaison::{PERIODES, Reference, comparer};

const VARIANTE: &str = "rules/fr/variantes/openfisca.yaml";

/// Set by `./measure`: the whole set when it is there, and the tables printed.
fn mesure() -> bool {
    std::env::var_os("RECOURS_MESURE").is_some()
}

#[test]
fn l_echantillon_s_accorde_avec_la_reference() {
    for periode in PERIODES {
        let (_, accords) = comparer(&Reference::echantillon(), periode, Some(VARIANTE));
        let accord = |droit: &str| &accords[droit];
        let aspa = accord("aspa");
        assert!(aspa.verdicts() >= 99.5 && aspa.montants() >= 99.5, "{periode} aspa : {aspa:?}");
        for droit in ["rsa", "c2s_gratuite", "c2s_participation"] {
            assert!(accord(droit).verdicts() >= 97.0, "{periode} {droit} : {:?}", accord(droit));
        }
        // The comparison sees something: people entitled, and others.
        assert!(aspa.ouverts >= 15 && accord("rsa").ouverts >= 40 && accord("c2s_gratuite").ouverts >= 80);
        assert!(accord("rsa").unites >= 380);
    }
}

#[test]
fn la_variante_rapproche_de_la_reference() {
    let reference = Reference::echantillon();
    for periode in PERIODES {
        let (loi, variante) = (comparer(&reference, periode, None).1, comparer(&reference, periode, Some(VARIANTE)).1);
        for (droit, avec) in &variante {
            let sans = &loi[droit];
            assert!(avec.verdicts() >= sans.verdicts(), "{periode} {droit} : {} puis {}", sans.verdicts(), avec.verdicts());
        }
    }
}

#[test]
fn tableau_des_accords() {
    if !mesure() {
        return;
    }
    let (reference, nom) = match Reference::entiere().filter(|_| std::env::var_os("RECOURS_PETIT").is_none()) {
        Some(r) => (r, "ensemble entier"),
        None => (Reference::echantillon(), "échantillon du dépôt"),
    };
    println!(
        "Foyers de référence : {nom}. « De tous » : sans laisser personne de côté. Montants : part des droits attendus à moins de 1 € et de 2 centimes.\n"
    );
    println!(
        "{:8} {:18} {:9} {:>7} {:>9} {:>9} {:>8} {:>9} {:>9}",
        "mois", "droit", "variante", "unités", "verdicts", "de tous", "attendus", "à 1 €", "à 0,02 €"
    );
    let (mut pires, mut causes) = (String::new(), String::new());
    for periode in PERIODES {
        for (variante, dite) in [(Some(VARIANTE), "openfisca"), (None, "loi")] {
            let (ecartes, accords) = comparer(&reference, periode, variante);
            for (droit, a) in &accords {
                let part = |n: usize| format!("{:.2} %", 100.0 * n as f64 / a.ouverts.max(1) as f64);
                let montants =
                    if droit.starts_with("c2s") { ["-".to_owned(), "-".to_owned()] } else { [part(a.a_un_euro), part(a.a_deux_centimes)] };
                println!(
                    "{periode:8} {droit:18} {dite:9} {:>7} {:>7.2} % {:>7.2} % {:>8} {:>9} {:>9}",
                    a.unites,
                    a.verdicts(),
                    a.verdicts_de_tous(),
                    a.ouverts,
                    montants[0],
                    montants[1]
                );
                if variante.is_some() && !a.causes.is_empty() {
                    causes += &format!("\n{periode} {droit} :\n");
                    for (cause, (verdicts, montants)) in &a.causes {
                        causes += &format!("  {cause:50} {verdicts:>6} verdicts {montants:>6} montants\n");
                    }
                }
                if variante.is_some() && !a.pires.is_empty() {
                    pires += &format!("\n{periode} {droit} :\n");
                    for (foyer, ecart) in &a.pires {
                        pires += &format!("  foyer {foyer} : {ecart}\n");
                    }
                }
            }
            if variante.is_some() {
                println!("{periode:8} {ecartes} foyers laissés de côté : l'âge civil de quelqu'un n'est pas celui de la référence");
            }
        }
    }
    println!("\nCe qui diffère avec la variante, par ce qui distingue le foyer (la première raison qui vaut) :{causes}");
    println!("\nLes dix foyers les plus éloignés, avec la variante (recours evaluate --explain FOYER montre leur dérivation) :{pires}");
}

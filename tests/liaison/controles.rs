//! Each control of the linkage alone: taken out, one of these falls.

use recours_seal::canon::nir::cle_de_controle;
use recours_seal::linkage::{OptionsLiaison, StatistiquesPasse};

use super::population::{Noms, inventer, loger_des_homonymes, loger_des_homonymes_ensemble};
use super::{Fiche, paires, relier, sans_limite};

fn garancin() -> Fiche {
    Fiche {
        nom: "Garancin".into(),
        prenoms: "Michel".into(),
        date: "1955-07-14".into(),
        sexe: "M",
        cp: "99120".into(),
        adresse: "12 bis rue des Lilas".into(),
        ..Fiche::default()
    }
}

fn nir(treize: &str) -> String {
    format!("{treize}{:02}", cle_de_controle(treize).unwrap())
}

fn liees(a: &[Fiche], b: &[Fiche], options: &OptionsLiaison) -> Vec<(usize, usize)> {
    paires(&relier(&[("caf", a), ("cpam", b)], options).0)
}

/// Removing the veto: two certified people of one name, date and address become one.
#[test]
fn le_veto_du_numero_certifie() {
    let a = Fiche { nir: nir("1550799012045"), ..garancin() };
    let b = Fiche { nir: nir("1550799012046"), ..garancin() };
    assert!(liees(std::slice::from_ref(&a), &[b], &OptionsLiaison::default()).is_empty());
    // Without its number the same row is linked, so the veto alone parted them.
    assert_eq!(liees(&[a], &[garancin()], &OptionsLiaison::default()), [(0, 0)]);
}

/// Removing the dropping of ambiguous tokens: the row of the one is given to the first of two whom it resembles as much.
#[test]
fn un_jeton_ambigu_ne_relie_personne() {
    let ailleurs = Fiche { cp: "99800".into(), adresse: "3 rue du Lavoir".into(), ..garancin() };
    let sans_lieu = Fiche { cp: String::new(), adresse: String::new(), ..garancin() };
    assert!(liees(std::slice::from_ref(&sans_lieu), &[garancin(), ailleurs], &OptionsLiaison::default()).is_empty());
    assert_eq!(liees(&[sans_lieu], &[garancin()], &OptionsLiaison::default()), [(0, 0)]);
}

/// Removing one-to-one: two rows of a body, by two different passes, become one person of the other body.
#[test]
fn une_personne_n_a_qu_une_ligne_par_organisme() {
    let a = Fiche { nir: nir("1550799012045"), ..garancin() };
    let par_le_numero = Fiche { nir: a.nir.clone(), nom: "Touvet".into(), prenoms: "Odilon".into(), ..garancin() };
    let par_le_nom = garancin();
    let (handles, resultat) = relier(&[("caf", &[a]), ("cpam", &[par_le_numero, par_le_nom])], &OptionsLiaison::default());
    assert_eq!(paires(&handles), [(0, 0)]);
    assert_ne!(handles[1][0], handles[1][1]);
    assert!(resultat.statistiques.passes.iter().any(|p| p.deja_pris.groupes > 0));
}

/// Removing the budget gate: strangers of one postcode and of common names are linked.
#[test]
fn une_passe_hors_budget_ne_relie_personne() {
    let commune = |gens: Vec<Fiche>| -> Vec<Fiche> {
        let prenoms = ["Zoé", "Luc", "Anna", "Paul", "Rose", "Hugo"];
        let un = |(i, f): (usize, Fiche)| Fiche { nir: String::new(), prenoms: prenoms[i % 6].into(), cp: "99120".into(), ..f };
        gens.into_iter().enumerate().map(un).collect()
    };
    let (a, b) = (commune(inventer(4_000, 0, Noms::France)), commune(inventer(4_000, 15_000_000, Noms::France)));
    let p5 = |options: &OptionsLiaison| -> StatistiquesPasse {
        let (_, r) = relier(&[("caf", &a), ("cpam", &b)], options);
        r.statistiques.passes.into_iter().find(|p| p.passe.code() == "p5").unwrap()
    };
    let (libre, tenue) = (p5(&sans_limite()), p5(&OptionsLiaison::default()));
    assert!(libre.liens > 20, "{}", libre.liens);
    assert!(tenue.refusee && tenue.liens == 0 && tenue.depassement.is_some());
}

/// Removing the rule on dates of p9, or the count that lifts it: a father and a son of one name become one person where
/// such families are known, and a date with a fault loses its person where they are not.
#[test]
fn le_pere_et_le_fils_de_meme_nom() {
    let sans_numero = |gens: &mut Vec<Fiche>| gens.iter_mut().for_each(|f| f.nir.clear());
    let mut b = inventer(4_000, 15_000_000, Noms::France);
    let mut a = inventer(4_000, 0, Noms::France);
    sans_numero(&mut a);
    sans_numero(&mut b);
    // Nobody lives with anybody, at first: a few invented parents and children have one name by chance.
    for (i, f) in a.iter_mut().chain(&mut b).enumerate() {
        f.adresse = format!("{} rue {}", 1 + i, 90_000 + i);
    }
    // Forty people whom b knows too, with a wrong date.
    for (la, ici) in b.iter_mut().zip(&a).take(40) {
        *la = Fiche { date: "1931-02-17".into(), ..ici.clone() };
    }
    let p9 = |a: &[Fiche], b: &[Fiche], options: &OptionsLiaison| {
        let (handles, r) = relier(&[("caf", a), ("cpam", b)], options);
        let admises = r.statistiques.passes.iter().find(|p| p.passe.code() == "p9").unwrap().dates_admises;
        (admises, paires(&handles).into_iter().filter(|(i, j)| i == j && *i < 40).count())
    };
    let (admises, retrouves) = p9(&a, &b, &OptionsLiaison::default());
    assert!(admises && retrouves >= 30, "{admises} {retrouves}");
    let jamais = OptionsLiaison { dates_contredites_maximum: 0.0, ..OptionsLiaison::default() };
    // One or two of them were born that year or that day.
    let (admises, retrouves) = p9(&a, &b, &jamais);
    assert!(!admises && retrouves <= 4, "{retrouves}");
    // Families where the name goes down: half of them within a body, half between the two.
    let mut b = inventer(4_000, 15_000_000, Noms::France);
    sans_numero(&mut b);
    loger_des_homonymes_ensemble(&mut a, 0.01);
    loger_des_homonymes_ensemble(&mut b, 0.01);
    loger_des_homonymes(&mut a, &b, 0.01);
    assert_eq!(liees(&a, &b, &OptionsLiaison::default()), []);
}

/// Removing p12: somebody whose name changed and whose date has a fault is not found by the number. A spouse under that
/// number is not that person, unless the given name is the same.
#[test]
fn par_le_numero_et_un_seul_nom() {
    let sans_adresse = Fiche { adresse: String::new(), ..garancin() };
    let a = Fiche { nir: nir("1550799012045"), ..sans_adresse.clone() };
    let change = Fiche { nir: a.nir.clone(), nom: "Touvet".into(), date: "1956-08-15".into(), ..sans_adresse.clone() };
    assert_eq!(liees(std::slice::from_ref(&a), &[change], &OptionsLiaison::default()), [(0, 0)]);
    let frere = Fiche { nir: a.nir.clone(), prenoms: "Odilon".into(), date: "1958-08-15".into(), ..sans_adresse };
    assert!(liees(std::slice::from_ref(&a), std::slice::from_ref(&frere), &OptionsLiaison::default()).is_empty());
    // Each body knows that the number is that row's own: then one name is enough, whichever.
    let (a, frere) = (Fiche { declare: true, ..a }, Fiche { declare: true, ..frere });
    assert_eq!(liees(&[a], &[frere], &OptionsLiaison::default()), [(0, 0)]);
}

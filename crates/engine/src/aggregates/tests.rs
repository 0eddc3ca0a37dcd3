#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
//! Each test names the control whose removal it catches.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::registre::{CelluleDite, Parution, Revelation, verifier};
use super::*;

/// A root and its leaves.
fn plat(n: usize) -> Vec<Zone> {
    let zone = |i: usize| Zone { code: format!("z{i}"), libelle: format!("Zone {i}"), parent: (i > 0).then_some(0) };
    (0..=n).map(zone).collect()
}

fn noms(n: usize) -> Vec<String> {
    (0..n).map(|i| format!("c{i}")).collect()
}

/// The table of the handbooks: investment of enterprises by activity (I, II, III) and region (A, B, C), grand total
/// 190, in M. Fischetti and J. J. Salazar, « Models and algorithms for optimizing cell suppression in tabular data
/// with linear constraints », JASA 95 (2000): cell (II, C) = 22 is sensitive, hidden with (II, A), (III, A) and
/// (III, C); a reader then finds it between 5 and 30. Amounts there, exact; thresholds and rounding play no part.
fn fischetti_salazar(seuil: u64) -> Tableau {
    let regle = Diffusion { seuil, arrondi: 1, dominance: 1.0 };
    let comptes = [vec![20, 50, 10], vec![8, 19, 22], vec![17, 32, 12]];
    Tableau::nouveau(plat(3), noms(3), &[regle; 3], &comptes).unwrap()
}

#[test]
fn les_bornes_du_tableau_publie_sont_retrouvees() {
    let publication = Publication::avec_secrets(fischetti_salazar(0), &[(2, 2), (2, 0), (3, 0), (3, 2)]);
    assert_eq!(publication.tableau().valeur(0, 3), 190);
    assert_eq!(publication.bornes(2, 2, 1_000), (5, 30));
    // By hand: (II,A) = 30 - (II,C), (III,C) = 34 - (II,C), (III,A) = (II,C) - 5.
    assert_eq!(
        [publication.bornes(2, 0, 1_000), publication.bornes(3, 2, 1_000), publication.bornes(3, 0, 1_000)],
        [(0, 25), (4, 29), (0, 25)]
    );
    // Hidden alone, or with its row only, it is found again exactly.
    assert_eq!(Publication::avec_secrets(fischetti_salazar(0), &[(2, 2)]).bornes(2, 2, 1_000), (22, 22));
    assert_eq!(Publication::avec_secrets(fischetti_salazar(0), &[(2, 2), (2, 0)]).bornes(2, 2, 1_000), (22, 22));
}

#[test]
fn l_audit_voit_un_secret_qui_se_retrouve() {
    // Threshold 9: only (II, A) = 8 is small.
    let seul = Publication::avec_secrets(fischetti_salazar(9), &[(2, 0)]);
    assert_eq!(seul.audit()[0].bornes, (8, 8));
    assert_eq!(Publication::avec_secrets(fischetti_salazar(9), &[]).audit().len(), 1);
    let publication = proteger(fischetti_salazar(9));
    assert!(publication.audit().is_empty());
    // The cheapest rectangle with room: (I, A) (I, C) (II, C) or (III, A) (III, C) (II, C).
    assert_eq!(publication.secrets(), (1, 3));
    for total in [(0, 0), (0, 3), (2, 3)] {
        assert!(publication.cellule(total.0, total.1).nombre().is_some(), "a total was hidden for nothing");
    }
}

/// Département, EPCI, communes.
fn territoire(epcis: &[usize]) -> Vec<Zone> {
    let mut zones = vec![Zone { code: "99".into(), libelle: "Département".into(), parent: None }];
    for (e, communes) in epcis.iter().enumerate() {
        let epci = zones.len();
        zones.push(Zone { code: format!("e{e}"), libelle: format!("EPCI {e}"), parent: Some(0) });
        zones.extend((0..*communes).map(|c| Zone { code: format!("99{e}{c}"), libelle: String::new(), parent: Some(epci) }));
    }
    zones
}

fn tableau(epcis: &[usize], colonnes: usize, regle: Diffusion, comptes: &[u64]) -> Tableau {
    let lignes: Vec<Vec<u64>> = comptes.chunks(colonnes).take(epcis.iter().sum()).map(<[u64]>::to_vec).collect();
    Tableau::nouveau(territoire(epcis), noms(colonnes), &vec![regle; colonnes], &lignes).unwrap()
}

/// Holds counts of all cells to what is published and to the sums, by nothing but the definition of the table.
fn est_possible(publication: &Publication, x: &[u64]) {
    let t = publication.tableau();
    let l = t.largeur();
    let v = |z: usize, c: usize| x[z * l + c];
    for (z, c) in t.cellules() {
        if let Publie::Nombre(dit) = publication.cellule(z, c) {
            let (bas, haut) = t.regle(c).connu(dit);
            assert!((bas..=haut).contains(&v(z, c)), "cell {z},{c}: {} outside {bas}..={haut}", v(z, c));
        }
    }
    for z in 0..t.zones().len() {
        assert_eq!((0..l - 1).map(|c| v(z, c)).sum::<u64>(), v(z, l - 1), "columns of zone {z}");
        for c in (0..l).filter(|_| !t.est_feuille(z)) {
            let enfants = (0..t.zones().len()).filter(|e| t.zones()[*e].parent == Some(z));
            assert_eq!(enfants.map(|e| v(e, c)).sum::<u64>(), v(z, c), "children of zone {z}, column {c}");
        }
    }
}

fn petits_comptes() -> impl Strategy<Value = u64> {
    prop_oneof![2 => Just(0_u64), 3 => 1_u64..11, 3 => 11_u64..40, 2 => 40_u64..2_000]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Two tables that a reader cannot tell apart, checked by the definition alone, differ on every small cell by its
    /// threshold at least: the proof does not rest on the network that chose what to hide.
    #[test]
    fn nul_ne_place_un_secret_plus_etroitement_que_son_seuil(
        epcis in prop::collection::vec(1_usize..5, 1..4),
        colonnes in 1_usize..4,
        arrondi in prop_oneof![Just(1_u64), Just(5)],
        seuil in prop_oneof![Just(11_u64), Just(5), Just(20)],
        comptes in prop::collection::vec(petits_comptes(), 12 * 3),
    ) {
        let regle = Diffusion { seuil, arrondi, dominance: 1.0 };
        let publication = proteger(tableau(&epcis, colonnes, regle, &comptes));
        prop_assert_eq!(publication.audit(), vec![]);
        let t = publication.tableau();
        for (z, c) in t.cellules() {
            let n = t.valeur(z, c);
            if n >= seuil {
                continue;
            }
            prop_assert_eq!(publication.cellule(z, c), Publie::Secret);
            let (bas, haut) = publication.temoins(z, c, seuil);
            est_possible(&publication, &bas);
            est_possible(&publication, &haut);
            let l = t.largeur();
            prop_assert!(haut[z * l + c] - bas[z * l + c] >= seuil, "cell {},{}", z, c);
        }
    }

    /// Exact both ways: on tables small enough to try every count, the bounds are those of exhaustion.
    #[test]
    fn les_bornes_sont_celles_de_l_enumeration(
        comptes in prop::collection::vec(0_u64..4, 4),
        caches in prop::collection::vec(any::<bool>(), 9),
    ) {
        let t = Tableau::nouveau(plat(2), noms(2), &[Diffusion { seuil: 0, arrondi: 1, dominance: 1.0 }; 2], &[comptes[..2].to_vec(), comptes[2..].to_vec()]).unwrap();
        let cellules: Vec<(usize, usize)> = t.cellules().collect();
        let secrets: Vec<(usize, usize)> = cellules.iter().zip(&caches).filter(|(_, s)| **s).map(|(c, _)| *c).collect();
        let publication = Publication::avec_secrets(t, &secrets);
        let mut bornes: BTreeMap<(usize, usize), (u64, u64)> = BTreeMap::new();
        for n in 0..16_u64.pow(4) {
            let feuilles = [n & 15, n >> 4 & 15, n >> 8 & 15, n >> 12 & 15];
            let essai = Tableau::nouveau(plat(2), noms(2), &[Diffusion::DEFAUT; 2], &[feuilles[..2].to_vec(), feuilles[2..].to_vec()]).unwrap();
            if cellules.iter().all(|(z, c)| publication.cellule(*z, *c).nombre().is_none_or(|d| d == essai.valeur(*z, *c))) {
                for cellule in &cellules {
                    let v = essai.valeur(cellule.0, cellule.1);
                    let b = bornes.entry(*cellule).or_insert((v, v));
                    *b = (b.0.min(v), b.1.max(v));
                }
            }
        }
        for (z, c) in cellules {
            // Beyond the enumerated counts nothing can be compared.
            let (bas, haut) = publication.bornes(z, c, 3);
            let v = publication.tableau().valeur(z, c);
            let (ebas, ehaut) = bornes[&(z, c)];
            prop_assert_eq!((bas, haut), (ebas.max(v.saturating_sub(3)), ehaut.min(v + 3)), "cell {},{}", z, c);
        }
    }
}

#[test]
fn une_grande_table_garde_de_quoi_lire() {
    // 330 communes in 30 EPCI: what is hidden beyond the small cells stays the smaller part.
    let epcis = vec![11; 30];
    let comptes: Vec<u64> = (0..330_u64).flat_map(|i| [i * 37 % 61, i * i * 13 % 97]).collect();
    let publication = proteger(tableau(&epcis, 2, Diffusion::CNAF, &comptes));
    assert!(publication.audit().is_empty());
    let (petits, autres) = publication.secrets();
    assert!(petits > 50 && autres < petits + petits / 2, "{petits} small, {autres} others of 1083");
    assert!((1..31).filter(|z| publication.cellule((z - 1) * 12 + 1, 2).nombre().is_some()).count() == 30, "an EPCI's total is hidden");
}

fn cellule(libelle: &str, communes: Option<&[&str]>, n: u64) -> CelluleDite {
    let region = communes.map(|c| c.iter().map(|c| (*c).to_owned()).collect::<BTreeSet<String>>());
    CelluleDite {
        libelle: libelle.into(),
        region: region.map(|c| ("commune".to_owned(), c)).into_iter().collect(),
        dit: (n >= 11).then_some(n - n % 5),
        seuil: 11,
        arrondi: 5,
    }
}

fn parution(mois: (i32, i32), complete: bool, cellules: Vec<CelluleDite>) -> Parution {
    let completes = if complete { BTreeSet::from(["commune".to_owned()]) } else { BTreeSet::new() };
    Parution { sujet: "rsa".into(), territoire: "99".into(), mois, completes, cellules }
}

const T4: (i32, i32) = (24_321, 24_323);

#[test]
fn un_territoire_moins_une_commune_est_refuse() {
    // Each table is right by itself: only the register sees that the second gives the fourth commune's seven.
    let toutes = parution(T4, true, vec![cellule("département", Some(&["a", "b", "c", "d"]), 247)]);
    let sauf_une = parution(T4, false, vec![cellule("sans d", Some(&["a", "b", "c"]), 240)]);
    assert!(verifier(&[], &sauf_une).is_empty());
    let trouve = verifier(std::slice::from_ref(&toutes), &sauf_une);
    assert!(
        matches!(&trouve[..], [Revelation::Difference { grande, retiree }] if grande == "département" && retiree == "sans d"),
        "{trouve:?}"
    );
    // In the other order too; and minus a commune of forty, nothing small appears.
    assert!(!verifier(&[sauf_une], &toutes).is_empty());
    assert!(verifier(&[toutes], &parution(T4, false, vec![cellule("sans c", Some(&["a", "b", "d"]), 207)])).is_empty());
}

#[test]
fn un_total_a_un_autre_grain_est_refuse() {
    // Communes a and b said, c hidden with d; a new table says a + b + c: c is what is left.
    let fine = parution(
        T4,
        true,
        vec![
            cellule("a", Some(&["a"]), 60),
            cellule("b", Some(&["b"]), 80),
            CelluleDite { dit: None, ..cellule("c", Some(&["c"]), 0) },
            CelluleDite { dit: None, ..cellule("d", Some(&["d"]), 0) },
            cellule("e", Some(&["e"]), 50),
        ],
    );
    let regroupee = |n| parution(T4, false, vec![cellule("quartier", Some(&["a", "b", "c"]), n)]);
    assert_eq!(verifier(std::slice::from_ref(&fine), &regroupee(146)).len(), 1);
    // With forty in c, the interval is of nine: still narrower than the threshold around a hidden cell? No: it is not small.
    assert!(verifier(&[fine], &regroupee(180)).is_empty());
}

#[test]
fn un_chiffre_repris_un_peu_plus_tard_est_refuse_dans_la_meme_epoque() {
    let premiere = parution(T4, true, vec![cellule("département", None, 240)]);
    let octobre = (24_321, 24_321);
    let reprise = |n, mois| verifier(std::slice::from_ref(&premiere), &parution(mois, true, vec![cellule("département", None, n)]));
    assert!(reprise(244, octobre).is_empty(), "the same number tells nothing new");
    assert!(matches!(&reprise(245, octobre)[..], [Revelation::Change { .. }]));
    assert!(reprise(300, octobre).is_empty(), "a change of many people is of nobody");
    assert!(reprise(245, (24_324, 24_326)).is_empty(), "another epoch");
}

#[test]
fn une_table_refaite_est_la_meme() {
    let table = parution(
        T4,
        true,
        vec![
            cellule("tout", Some(&["a", "b", "c"]), 100),
            cellule("a", Some(&["a"]), 60),
            CelluleDite { dit: None, ..cellule("b", Some(&["b"]), 0) },
            CelluleDite { dit: None, ..cellule("c", Some(&["c"]), 0) },
        ],
    );
    assert!(verifier(std::slice::from_ref(&table), &table).is_empty());
}

#[test]
fn un_tableau_mal_forme_est_refuse() {
    let regle = [Diffusion::DEFAUT];
    let mut zones = plat(2);
    zones[1].parent = Some(2);
    assert_eq!(Tableau::nouveau(zones, noms(1), &regle, &[vec![1], vec![1]]).unwrap_err(), ErreurTableau::PasUnArbre);
    assert_eq!(Tableau::nouveau(plat(2), noms(1), &regle, &[vec![1]]).unwrap_err(), ErreurTableau::Dimensions);
    assert_eq!(Tableau::nouveau(Vec::new(), noms(1), &regle, &[]).unwrap_err(), ErreurTableau::Dimensions);
}

/// Counts of a département of `communes` communes, from a fixed rule: many small, a few large.
fn departement(communes: usize, moyenne: u64) -> Vec<u64> {
    (0..communes as u64)
        .flat_map(|i| {
            let taille = 1 + (i * i * 7_919 + i * 104_729) % 97;
            [taille * taille * moyenne / 3_000, taille * moyenne / 40]
        })
        .collect()
}

/// The figures of `./measure secret`: what a reader finds with small cells alone hidden, and with the others.
#[test]
fn tableau_du_secret() {
    let petit = std::env::var_os("RECOURS_MESURE").is_none() || std::env::var_os("RECOURS_PETIT").is_some();
    println!("communes  moyenne  cellules  petites   retrouvées si elles seules sont tues   tues avec elles   retrouvées   durée");
    for (epcis, moyenne) in if petit { vec![(4, 20)] } else { vec![(30, 5), (30, 20), (30, 80), (60, 20)] } {
        let depart = std::time::Instant::now();
        let forme = vec![11; epcis];
        let publication = proteger(tableau(&forme, 2, Diffusion::DEFAUT, &departement(epcis * 11, moyenne)));
        let duree = depart.elapsed();
        let t = publication.tableau();
        let petites: Vec<(usize, usize)> = t.cellules().filter(|(z, c)| t.valeur(*z, *c) < 11).collect();
        let seules = Publication::avec_secrets(t.clone(), &petites).audit();
        let exactes = seules.iter().filter(|d| d.bornes.0 == d.bornes.1).count();
        let (primaires, secondaires) = publication.secrets();
        assert_eq!((primaires, publication.audit().len()), (petites.len(), 0));
        // The control is not idle: without it, small cells are found.
        assert!(!seules.is_empty(), "no cell would be found without secondary suppression: the table proves nothing");
        println!(
            "{:>8} {moyenne:>8} {:>9} {primaires:>8} {:>20} dont {:>4} exactement {secondaires:>17} {:>12} {:>6.2} s",
            epcis * 11,
            t.cellules().count(),
            seules.len(),
            exactes,
            publication.audit().len(),
            duree.as_secs_f64(),
        );
    }
}

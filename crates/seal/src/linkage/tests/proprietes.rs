//! What holds for any tokens whatever, on tables so dense that every conflict happens.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::unite;
use crate::linkage::{Livraison, OptionsLiaison};
use crate::token::PASSES;

/// Token numbers of one row, 0 = none; the body comes first.
type Ligne = (u8, [u8; 6]);

fn lignes() -> impl Strategy<Value = Vec<Ligne>> {
    let jeton = |n: u8| prop_oneof![1 => Just(0), 3 => 1..=n];
    let ligne = (0_u8..4, [jeton(9), jeton(6), jeton(6), jeton(5), jeton(5), jeton(4)]);
    // Some rows again with another number: people recorded twice.
    prop::collection::vec((ligne, 0_u8..8, 0_u8..4), 0..24).prop_map(|tirees| {
        let mut lignes = Vec::new();
        for (ligne, encore, numero) in tirees {
            lignes.push(ligne);
            if encore == 0 {
                lignes.push((ligne.0, [numero, [0, ligne.1[1]][usize::from(numero % 2)], ligne.1[2], ligne.1[3], ligne.1[4], ligne.1[5]]));
            }
        }
        lignes
    })
}

/// (row number → set number, force), where sets are named by their smallest row.
fn relier(lignes: &[(usize, Ligne)], ordre_organismes: &[u8]) -> BTreeMap<usize, (usize, u8)> {
    let mut unite = unite();
    for organisme in ordre_organismes {
        let siennes: Vec<_> = lignes.iter().filter(|(_, l)| l.0 == *organisme).collect();
        unite
            .ajouter(Livraison {
                organisme: organisme.to_string(),
                row_ids: siennes.iter().map(|(i, _)| (*i as u128).to_be_bytes()).collect(),
                jetons: std::array::from_fn(|p| siennes.iter().map(|(_, l)| (l.1[p] != 0).then_some([l.1[p]; 16])).collect()),
                etiquettes: Default::default(),
                nir_certifie: siennes.iter().map(|(_, l)| l.1[0] != 0).collect(),
            })
            .unwrap();
    }
    let resultat = unite.lier(&OptionsLiaison::default()).unwrap();
    let mut par_handle: BTreeMap<[u8; 16], BTreeSet<(usize, u8)>> = BTreeMap::new();
    for l in resultat.organismes.iter().flat_map(|o| &o.lignes) {
        par_handle.entry(l.handle).or_default().insert((u128::from_be_bytes(l.row_id) as usize, l.force));
    }
    let reliees: u64 = resultat.statistiques.organismes.iter().map(|o| o.reliees).sum();
    assert_eq!(reliees, resultat.statistiques.lignes_par_force[1..].iter().sum::<u64>());
    let personnes: u64 = resultat.statistiques.personnes_par_nombre_d_organismes.iter().sum();
    assert_eq!(personnes as usize, par_handle.len());
    par_handle
        .values()
        .flat_map(|s| {
            let nom = s.first().map_or(0, |(i, _)| *i);
            s.iter().map(move |(i, force)| (*i, (nom, *force)))
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn ni_l_ordre_des_lignes_ni_celui_des_organismes(
        (lignes, melangees) in lignes().prop_flat_map(|l| {
            let numerotees: Vec<_> = l.into_iter().enumerate().collect();
            (Just(numerotees.clone()), Just(numerotees).prop_shuffle())
        }),
        ordre in Just(vec![0_u8, 1, 2, 3]).prop_shuffle(),
    ) {
        prop_assert_eq!(relier(&lignes, &[0, 1, 2, 3]), relier(&melangees, &ordre));
    }

    #[test]
    fn une_personne_a_une_ligne_par_organisme_et_un_seul_numero(lignes in lignes()) {
        let numerotees: Vec<_> = lignes.iter().copied().enumerate().collect();
        let mut groupes: BTreeMap<usize, Vec<(usize, u8)>> = BTreeMap::new();
        for (i, (nom, force)) in relier(&numerotees, &[0, 1, 2, 3]) {
            groupes.entry(nom).or_default().push((i, force));
        }
        // Fillers: numbers that one body gives to more than three rows.
        let remplissage = |j: u8| (0..4).any(|o| lignes.iter().filter(|l| l.0 == o && l.1[0] == j).count() > 3);
        for groupe in groupes.values() {
            let organismes: BTreeSet<u8> = groupe.iter().map(|(i, _)| lignes[*i].0).collect();
            let numeros: BTreeSet<u8> =
                groupe.iter().map(|(i, _)| lignes[*i].1[0]).filter(|j| *j != 0 && !remplissage(*j)).collect();
            prop_assert!(numeros.len() <= 1, "deux numéros");
            for organisme in &organismes {
                let siennes: Vec<_> = groupe.iter().map(|(i, _)| &lignes[*i]).filter(|l| l.0 == *organisme).collect();
                                prop_assert!(siennes.len() == 1 || une_seule_personne(&siennes), "deux lignes");
            }
            for (_, force) in groupe {
                prop_assert_eq!(*force > 0, organismes.len() > 1);
            }
        }
    }

    /// The engine takes the smaller force of two rows as the strength of what joins them. Recomputed
    /// here: with rows joined only when they share a token of a pass of at least that strength, inside
    /// the same person, the two must be connected.
    #[test]
    fn la_force_ne_promet_jamais_plus_que_le_lien(lignes in lignes()) {
        let numerotees: Vec<_> = lignes.iter().copied().enumerate().collect();
        let sortie = relier(&numerotees, &[0, 1, 2, 3]);
        for (a, (groupe_a, force_a)) in &sortie {
            for (b, (groupe_b, force_b)) in &sortie {
                if a < b && groupe_a == groupe_b && lignes[*a].0 != lignes[*b].0 {
                    let promise = (*force_a).min(*force_b);
                    prop_assert!(connectees(&lignes, &sortie, *a, *b, promise), "lignes {a} et {b}, force {promise}");
                }
            }
        }
    }
}

/// Rows of one body joined by equal certified numbers, or by all their weaker tokens.
fn une_seule_personne(siennes: &[&Ligne]) -> bool {
    let meme = |a: &Ligne, b: &Ligne| (a.1[0] != 0 && a.1[0] == b.1[0]) || (a.1[2..] == b.1[2..] && !a.1[2..].contains(&0));
    let mut vus = BTreeSet::from([0]);
    let mut a_voir = vec![0];
    while let Some(i) = a_voir.pop() {
        for j in 0..siennes.len() {
            if meme(siennes[i], siennes[j]) && vus.insert(j) {
                a_voir.push(j);
            }
        }
    }
    vus.len() == siennes.len()
}

fn connectees(lignes: &[Ligne], sortie: &BTreeMap<usize, (usize, u8)>, a: usize, b: usize, force: u8) -> bool {
    let membres: Vec<usize> = sortie.iter().filter(|(_, (g, _))| *g == sortie[&a].0).map(|(i, _)| *i).collect();
    let mut vus = BTreeSet::from([a]);
    let mut a_voir = vec![a];
    while let Some(i) = a_voir.pop() {
        for j in &membres {
            let joints = PASSES.iter().filter(|p| p.force() >= force).any(|p| {
                let (x, y) = (lignes[i].1[p.rang()], lignes[*j].1[p.rang()]);
                x != 0 && x == y
            });
            if joints && vus.insert(*j) {
                a_voir.push(*j);
            }
        }
    }
    vus.contains(&b)
}

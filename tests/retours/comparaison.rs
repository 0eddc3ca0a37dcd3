//! The effect of contacts: the groups are drawn at random among those whom the team's minutes leave out, and nobody else.

use std::collections::{BTreeMap, BTreeSet};

use recours::retours::comparaison::{Groupe, apres_mois, effets, lire, tirer};
use recours::retours::ecrire::HorsCapacite;
use recours::retours::suivi::{Ouverture, Suivie};
use recours_engine::outreach::Bande;

use super::banc::{Banc, JOUR, ligne_de, suivie};

fn hors(n: usize, droit: &str) -> HorsCapacite {
    HorsCapacite { row_id: ligne_de(n), droit: droit.into(), regle: format!("{droit}@2026-04"), bande: Bande::AProposer, freins: 0 }
}

fn ouverture() -> Ouverture<'static> {
    Ouverture { organisme: "caf", epoque: "2026-T4", jour: JOUR }
}

#[test]
fn le_groupe_de_comparaison_vient_de_ce_que_les_minutes_coupent() {
    let suivies: Vec<Suivie> = (1..=30).map(|f| suivie(f, "rsa")).collect();
    let coupees: Vec<HorsCapacite> = (100..180).map(|n| hors(n, "rsa")).collect();
    let tirage = |graine: u8| -> BTreeSet<[u8; 16]> {
        let tirees = tirer(&ouverture(), "v", &suivies, &coupees, &[graine; 32]);
        let groupe = |g: Groupe| tirees.iter().filter(|c| c.groupe == g).map(|c| c.row_id).collect::<BTreeSet<_>>();
        assert_eq!(groupe(Groupe::Contactee).len(), 30);
        assert!(groupe(Groupe::HorsCapacite).iter().all(|r| coupees.iter().any(|h| h.row_id == *r)));
        groupe(Groupe::HorsCapacite)
    };
    // As many as are contacted, other people for another seed, the same for the same.
    assert_eq!(tirage(1).len(), 30);
    assert_eq!(tirage(1), tirage(1));
    assert_ne!(tirage(1), tirage(2));
}

/// Fails when somebody with a rupture is compared, or people of another right or band with these.
#[test]
fn ni_les_ruptures_ni_ce_qui_ne_se_ressemble_pas_ne_sont_compares() {
    let mut suivies: Vec<Suivie> = (1..=15).map(|f| suivie(f, "rsa")).collect();
    suivies.extend((1..=15).map(|f| suivie(f, "rupture_c2s_renouvellement")));
    let coupees: Vec<HorsCapacite> = (100..130).map(|n| hors(n, "rsa")).collect();
    assert!(tirer(&ouverture(), "v", &suivies, &coupees, &[7; 32]).is_empty());
    let suivies: Vec<Suivie> = (1..=15).map(|f| Suivie { bande: Bande::AVerifier, ..suivie(f, "rsa") }).collect();
    assert!(tirer(&ouverture(), "v", &suivies, &coupees, &[7; 32]).is_empty());
    // Ten of a group are not compared, and not kept.
    let suivies: Vec<Suivie> = (1..=30).map(|f| suivie(f, "rsa")).collect();
    assert!(tirer(&ouverture(), "v", &suivies, &coupees[..10], &[7; 32]).is_empty());
    let b = Banc::nouveau(&suivies, &coupees[..10]);
    assert!(!b.chemin("comparaison.parquet").exists());
}

#[test]
fn l_effet_se_mesure_apres_le_delai_et_pas_avant() {
    let suivies: Vec<Suivie> = (1..=40).map(|f| suivie(f, "rsa")).collect();
    let coupees: Vec<HorsCapacite> = (100..140).map(|n| hors(n, "rsa")).collect();
    let b = Banc::nouveau(&suivies, &coupees);
    let (comparees, graine) = lire(&b.chemin("comparaison.parquet")).unwrap();
    assert_eq!((comparees.len(), graine.unwrap().len()), (80, 64));
    let mut ouvertures: BTreeMap<([u8; 16], String), i32> = BTreeMap::new();
    for n in (1..=30).chain(100..110) {
        ouvertures.insert((ligne_de(n), "rsa".into()), JOUR + 60);
    }
    // Too late, too early, of another right: none counts.
    ouvertures.insert((ligne_de(31), "rsa".into()), JOUR + 300);
    ouvertures.insert((ligne_de(32), "rsa".into()), JOUR - 1);
    ouvertures.insert((ligne_de(33), "ppa".into()), JOUR + 60);
    assert!(effets(&comparees, &ouvertures, 6, apres_mois(JOUR, 6) - 1).is_empty());
    let e = &effets(&comparees, &ouvertures, 6, apres_mois(JOUR, 6))[0];
    assert_eq!((e.contactes, e.compares), ((30, 40), (10, 40)));
    let d = e.difference.unwrap();
    assert!((d.estime - 0.5).abs() < 1e-9 && d.bas > 0.25 && d.haut < 0.7, "{d:?}");
    let peu: Vec<_> = comparees
        .iter()
        .filter(|c| c.groupe == Groupe::Contactee)
        .take(10)
        .chain(comparees.iter().filter(|c| c.groupe != Groupe::Contactee))
        .cloned()
        .collect();
    assert!(effets(&peu, &ouvertures, 6, apres_mois(JOUR, 6))[0].difference.is_none());
}

#[test]
fn six_mois_apres_le_31_finit_avec_le_mois() {
    let jour = |t: &str| i32::try_from(recours_rules::date::parse(t).unwrap()).unwrap();
    for (de, mois, attendu) in [
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-10-01", 6, "2027-04-01"),
        ("2026-10-15", 14, "2027-12-15"),
    ] {
        assert_eq!(apres_mois(jour(de), mois), jour(attendu), "{de}");
    }
}

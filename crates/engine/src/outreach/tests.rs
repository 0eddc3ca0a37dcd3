#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod absence;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use recours_rules::date;

use super::*;

const JOUR: Jour = 20_727; // 2026-10-01
const CAF: usize = 0;
const CPAM: usize = 1;
const CARSAT: usize = 2;
const ORGANISMES: usize = 3;
const RSA: usize = 0;
const ASPA: usize = 1;
const FIN_C2S: usize = 2;

fn regles() -> Vec<Regle> {
    let regle = |droit: &str, nature, destinataires: &[usize]| Regle {
        droit: droit.into(),
        regle: format!("{droit}@1"),
        nature,
        destinataires: destinataires.to_vec(),
    };
    vec![
        regle("rsa", Nature::NonRecours, &[CAF, CPAM]),
        regle("aspa", Nature::NonRecours, &[CARSAT, CPAM]),
        regle("fin_c2s", Nature::Rupture, &[CPAM]),
    ]
}

fn poignee(n: usize) -> Poignee {
    let mut p = [0; 16];
    p[..8].copy_from_slice(&(n as u64).to_be_bytes());
    p
}

fn ligne_de(organisme: usize, n: usize) -> NumeroDeLigne {
    let mut p = [0xA0 + organisme as u8; 16];
    p[8..].copy_from_slice(&(n as u64).to_be_bytes());
    p
}

fn reperage(n: usize, regle: usize) -> Reperage {
    Reperage { personne: poignee(n), regle, bande: Bande::AProposer, date_utile: None, echeance: None }
}

fn dans(n: usize, regle: usize, jours: Jour) -> Reperage {
    Reperage { date_utile: Some(JOUR + jours), ..reperage(n, regle) }
}

fn vague(organisme: usize, plafond: Option<usize>, graine: u8) -> Vague {
    Vague { organisme, jour: JOUR, expiration: expiration_par_defaut(JOUR), plafond, graine: Graine::nouvelle([graine; 32]) }
}

/// `connus`: (body, person).
fn annuaire(reperages: &[Reperage], connus: &[(usize, usize)]) -> Annuaire {
    let mut a = Annuaire::nouveau(reperages, ORGANISMES);
    for (o, n) in connus {
        a.inscrire(*o, &poignee(*n), Inscription { row_id: ligne_de(*o, *n), force: 3 });
    }
    a
}

fn reelles(liste: &Liste, organisme: usize) -> Vec<(usize, &Ligne)> {
    let lue = |l: &Ligne| {
        let n = l.row_id[8..].try_into().map(u64::from_be_bytes).unwrap() as usize;
        (l.row_id == ligne_de(organisme, n)).then_some(n)
    };
    let mut v: Vec<(usize, &Ligne)> = liste.lignes.iter().filter_map(|l| lue(l).map(|n| (n, l))).collect();
    v.sort_by(|a, b| (a.0, &a.1.droit).cmp(&(b.0, &b.1.droit)));
    v
}

fn droits(liste: &Liste, organisme: usize) -> Vec<(usize, &str)> {
    reelles(liste, organisme).into_iter().map(|(n, l)| (n, l.droit.as_str())).collect()
}

#[test]
fn une_ligne_va_au_premier_destinataire_qui_connait_la_personne() {
    let r = [reperage(1, RSA), reperage(2, RSA), reperage(3, RSA)];
    // 1 is known to both, 2 to the CPAM only, 3 to the Carsat only, which may not receive RSA.
    let a = annuaire(&r, &[(CAF, 1), (CPAM, 1), (CPAM, 2), (CARSAT, 3)]);
    let liste = |o| preparer(&vague(o, None, 1), &regles(), &r, &a).unwrap();
    assert_eq!(droits(&liste(CAF), CAF), [(1, "rsa")]);
    assert_eq!(droits(&liste(CPAM), CPAM), [(2, "rsa")]);
    assert_eq!(droits(&liste(CARSAT), CARSAT), []);
    let rsa = &liste(CAF).bilan.droits[RSA];
    assert_eq!((rsa.reperees, rsa.livrees, rsa.ailleurs, rsa.sans_destinataire), (3, 1, 1, 1));
}

#[test]
fn un_seul_organisme_mene_et_recoit_tous_les_droits_qu_il_peut_recevoir() {
    // The rupture is the most urgent: the CPAM leads, gets RSA with it (it is on RSA's list) and Aspa too.
    let r = [reperage(1, RSA), reperage(1, ASPA), dans(1, FIN_C2S, 20)];
    let a = annuaire(&r, &[(CAF, 1), (CPAM, 1), (CARSAT, 1)]);
    let liste = |o| preparer(&vague(o, None, 1), &regles(), &r, &a).unwrap();
    assert_eq!(droits(&liste(CPAM), CPAM), [(1, "aspa"), (1, "fin_c2s"), (1, "rsa")]);
    assert_eq!(liste(CAF).bilan.lignes + liste(CARSAT).bilan.lignes, 0);
    // Without the rupture no date decides, and Aspa comes before RSA: the Carsat leads, and RSA waits.
    let r = [reperage(1, RSA), reperage(1, ASPA)];
    let liste = |o| preparer(&vague(o, None, 1), &regles(), &r, &a).unwrap();
    assert_eq!(droits(&liste(CARSAT), CARSAT), [(1, "aspa")]);
    assert_eq!(liste(CAF).bilan.droits[RSA].ailleurs, 1);
    assert_eq!(liste(CAF).bilan.lignes, 0);
}

#[test]
fn a_date_egale_une_rupture_passe_avant_un_droit() {
    let r = [dans(1, RSA, 20), dans(1, FIN_C2S, 20)];
    let a = annuaire(&r, &[(CAF, 1), (CPAM, 1)]);
    assert_eq!(preparer(&vague(CAF, None, 1), &regles(), &r, &a).unwrap().bilan.lignes, 0);
    assert_eq!(preparer(&vague(CPAM, None, 1), &regles(), &r, &a).unwrap().bilan.lignes, 2);
}

#[test]
fn le_plafond_garde_les_ruptures_par_date_et_tire_le_reste_au_sort() {
    let mut r: Vec<Reperage> = (0..400).map(|n| reperage(n, RSA)).collect();
    for (i, reperage) in r.iter_mut().enumerate() {
        reperage.bande = if i < 200 { Bande::AProposer } else { Bande::AVerifier };
    }
    r.extend((400..410).map(|n| dans(n, FIN_C2S, 40 - (n as Jour - 400))));
    let connus: Vec<(usize, usize)> = (0..410).map(|n| (CPAM, n)).collect();
    let a = annuaire(&r, &connus);
    let listes: Vec<BTreeSet<usize>> = (0..40)
        .map(|g| {
            let liste = preparer(&vague(CPAM, Some(110), g), &regles(), &r, &a).unwrap();
            assert_eq!((liste.bilan.personnes, liste.bilan.hors_plafond), (110, 300));
            assert_eq!(liste.bilan.droits[RSA].hors_plafond, 300);
            droits(&liste, CPAM).into_iter().map(|(n, _)| n).collect()
        })
        .collect();
    for l in &listes {
        assert!((400..410).all(|n| l.contains(&n)), "ruptures first");
    }
    assert!(listes.iter().collect::<BTreeSet<_>>().len() > 30, "the draw changes with the seed");
    // 40 draws of 100 among 400, half of them « à proposer »: about 2 000 each way if the grade plays no part.
    let a_proposer: usize = listes.iter().map(|l| l.iter().filter(|n| **n < 200).count()).sum();
    assert!((1_850..2_150).contains(&a_proposer), "{a_proposer}");
    // Fewer places than ruptures: the earliest dates win.
    let liste = preparer(&vague(CPAM, Some(3), 0), &regles(), &r, &a).unwrap();
    assert_eq!(droits(&liste, CPAM), [(407, "fin_c2s"), (408, "fin_c2s"), (409, "fin_c2s")]);
}

#[test]
fn le_remplissage_va_au_bloc_et_n_est_a_personne() {
    for (n, attendu) in [(0, 500), (1, 500), (500, 500), (501, 1_000)] {
        let r: Vec<Reperage> = (0..n).map(|i| reperage(i, RSA)).collect();
        let connus: Vec<(usize, usize)> = (0..n).map(|i| (CAF, i)).collect();
        let liste = preparer(&vague(CAF, None, 3), &regles(), &r, &annuaire(&r, &connus)).unwrap();
        assert_eq!(liste.lignes.len(), attendu);
        assert_eq!(liste.bilan.remplissage as usize, attendu - n);
        assert_eq!(reelles(&liste, CAF).len(), n);
        let distincts: BTreeSet<NumeroDeLigne> = liste.lignes.iter().map(|l| l.row_id).collect();
        assert_eq!(distincts.len(), attendu, "no row of nobody repeats another");
        // Real rows are not all at the front.
        if n == 501 {
            let devant = liste.lignes[..501].iter().filter(|l| l.row_id[0] == 0xA0 && l.row_id[7] == 0xA0).count();
            assert!((150..400).contains(&devant), "{devant}");
        }
    }
}

#[test]
fn une_ligne_a_six_champs_et_jamais_le_grade_le_plus_fort() {
    let noms: Vec<String> = schema().fields().iter().map(|c| c.name().clone()).collect();
    assert_eq!(noms, COLONNES);
    assert_eq!(COLONNES.len(), 6);
    assert_eq!(Bande::de_certitude("certain"), Bande::de_certitude("probable"));
    assert_eq!(Bande::de_certitude("peut-être"), None);
    for b in [Bande::AProposer, Bande::AVerifier] {
        assert_eq!(Bande::de_texte(b.texte()), Some(b));
    }
    let r = [dans(1, FIN_C2S, 9)];
    let liste = preparer(&vague(CPAM, None, 1), &regles(), &r, &annuaire(&r, &[(CPAM, 1)])).unwrap();
    let lot = vers_lot(&liste.lignes).unwrap();
    assert_eq!((lot.num_columns(), lot.num_rows()), (6, 500));
}

#[test]
fn une_liaison_faible_ne_dit_pas_a_proposer() {
    let r = [reperage(1, RSA)];
    let mut a = Annuaire::nouveau(&r, ORGANISMES);
    a.inscrire(CAF, &poignee(1), Inscription { row_id: ligne_de(CAF, 1), force: 1 });
    let bande = |a: &Annuaire| reelles(&preparer(&vague(CAF, None, 1), &regles(), &r, a).unwrap(), CAF)[0].1.bande;
    assert_eq!(bande(&a), Bande::AVerifier);
    // The same person under another row, linked better: that one, and one row only.
    a.inscrire(CAF, &poignee(1), Inscription { row_id: ligne_de(CAF, 2), force: 3 });
    a.inscrire(CAF, &poignee(1), Inscription { row_id: ligne_de(CAF, 3), force: 3 });
    let liste = preparer(&vague(CAF, None, 1), &regles(), &r, &a).unwrap();
    assert_eq!(droits(&liste, CAF), [(2, "rsa")]);
    assert_eq!(bande(&a), Bande::AProposer);
}

#[test]
fn une_ligne_expire_a_l_echeance_ou_deux_mois_apres() {
    let jour = |t: &str| i32::try_from(date::parse(t).unwrap()).unwrap();
    assert_eq!(expiration_par_defaut(jour("2026-10-01")), jour("2026-12-31"));
    assert_eq!(expiration_par_defaut(jour("2026-12-31")), jour("2027-02-28"));
    let r = [
        reperage(1, FIN_C2S),
        dans(2, FIN_C2S, 10),
        Reperage { echeance: Some(JOUR + 25), ..dans(3, FIN_C2S, 10) },
        // The useful day is over, the loss is still to come: worth a call.
        Reperage { echeance: Some(JOUR + 5), ..dans(4, FIN_C2S, -3) },
        Reperage { echeance: Some(JOUR - 1), ..dans(5, FIN_C2S, -9) },
        dans(6, FIN_C2S, 400),
    ];
    let a = annuaire(&r, &[(CPAM, 1), (CPAM, 2), (CPAM, 3), (CPAM, 4), (CPAM, 5), (CPAM, 6)]);
    let liste = preparer(&vague(CPAM, None, 1), &regles(), &r, &a).unwrap();
    let fins: Vec<(usize, Jour)> = reelles(&liste, CPAM).into_iter().map(|(n, l)| (n, l.expire)).collect();
    let defaut = jour("2026-12-31");
    assert_eq!(fins, [(1, defaut), (2, JOUR + 10), (3, JOUR + 25), (4, JOUR + 5), (6, defaut)]);
    assert_eq!(liste.bilan.droits[FIN_C2S].trop_tard, 1);
}

#[test]
fn une_regle_inconnue_est_une_faute() {
    let r = [reperage(1, 9)];
    let faute = preparer(&vague(CAF, None, 1), &regles(), &r, &annuaire(&r, &[])).unwrap_err();
    assert_eq!(faute, FauteListe::RegleInconnue { rang: 0 });
}

prop_compose! {
    fn un_reperage()(n in 0_usize..12, regle in 0_usize..3, jours in prop::option::of(-5_i32..50), probable in any::<bool>()) -> Reperage {
        Reperage {
            bande: if probable { Bande::AProposer } else { Bande::AVerifier },
            date_utile: jours.map(|j| JOUR + j),
            ..reperage(n, regle)
        }
    }
}

proptest! {
    #[test]
    fn personne_n_est_dans_deux_listes_et_tout_est_compte(
        reperages in prop::collection::vec(un_reperage(), 0..40),
        connus in prop::collection::vec((0_usize..ORGANISMES, 0_usize..12), 0..30),
        plafond in prop::option::of(0_usize..5),
        graine in any::<u8>(),
    ) {
        let a = annuaire(&reperages, &connus);
        let mut melanges = reperages.clone();
        melanges.reverse();
        let mut menees: BTreeMap<usize, usize> = BTreeMap::new();
        let mut comptes: Vec<u64> = vec![0; 3];
        for organisme in 0..ORGANISMES {
            let v = vague(organisme, plafond, graine);
            let liste = preparer(&v, &regles(), &reperages, &a).unwrap();
            prop_assert_eq!(&liste, &preparer(&v, &regles(), &melanges, &a).unwrap());
            prop_assert!(liste.lignes.len().is_multiple_of(BLOC) && !liste.lignes.is_empty());
            prop_assert!(liste.bilan.personnes <= plafond.unwrap_or(usize::MAX) as u64);
            let siennes = reelles(&liste, organisme);
            prop_assert_eq!(siennes.len() as u64, liste.bilan.lignes);
            for (n, l) in siennes {
                prop_assert!(connus.contains(&(organisme, n)), "a body receives its own people only");
                prop_assert!(regles().iter().any(|r| r.droit == l.droit && r.destinataires.contains(&organisme)));
                prop_assert_eq!(*menees.entry(n).or_insert(organisme), organisme, "one lead body a person");
            }
            for (i, d) in liste.bilan.droits.iter().enumerate() {
                prop_assert_eq!(d.reperees, d.livrees + d.hors_plafond + d.ailleurs + d.sans_destinataire + d.trop_tard);
                comptes[i] = d.reperees;
            }
        }
        let distincts: BTreeSet<(Poignee, usize)> = reperages.iter().map(|r| (r.personne, r.regle)).collect();
        prop_assert_eq!(comptes.iter().sum::<u64>(), distincts.len() as u64);
    }
}

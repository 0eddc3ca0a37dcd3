//! Properties of the steps and of the folding, over forms that nobody would write.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use recours_engine::outreach::{Bande, Nature};

use super::comptes::Comptes;
use super::dossier::{Cle, Issue, replier};
use super::lire::Evenement;
use super::memoire::{JOURS_GARDES, Memoire, notes};
use super::mots::{Canal, Comment, Etape, Ou, TypeNonRecours};
use super::parcours::{SOUS_ENTENDUES, close, ecrit, passer, suivantes};
use super::suivi::{Ligne, Suivie};

const JOUR: i32 = 20_727;

fn ligne(fiche: u32, droit: &str) -> Ligne {
    Ligne {
        organisme: "caf".into(),
        vague: "v".into(),
        ouverte_le: JOUR,
        suivie: Suivie {
            fiche,
            row_id: [u8::try_from(fiche).unwrap(); 16],
            droit: droit.into(),
            libelle: droit.into(),
            nature: Nature::NonRecours,
            regle: format!("{droit}@1"),
            bande: Bande::AProposer,
            date_utile: None,
            expire: JOUR + 61,
            canal: Canal::Telephone,
            minutes: 20,
            types: Vec::new(),
            freins: 0,
        },
    }
}

fn lignes() -> Vec<Ligne> {
    (1..=4).flat_map(|f| [ligne(f, "rsa"), ligne(f, "ppa")]).collect()
}

/// With what its step asks, and nothing more.
fn complet(e: Evenement) -> Evenement {
    let motifs = super::parcours::MOTIFS.iter().find(|(etape, _)| e.etape == Some(*etape)).map(|(_, m)| *m);
    Evenement {
        comment: (e.etape == Some(Etape::Accompagne)).then_some(Comment::Avec),
        ou: (e.etape == Some(Etape::Oriente)).then_some(Ou::Ccas),
        motif: motifs.and_then(|m| m.get(usize::try_from(e.jour - JOUR).unwrap() % m.len()).copied()),
        ..e
    }
}

fn un<T: Copy + std::fmt::Debug + 'static>(liste: &'static [T]) -> impl Strategy<Value = T> {
    proptest::sample::select(liste)
}

fn evenement() -> impl Strategy<Value = Evenement> {
    let ou = (1..=4_u32, prop_oneof![Just("rsa"), Just("ppa")], 0..8_i32, un(&Etape::TOUS[1..]), prop::option::of(un(Canal::TOUS)));
    (ou, prop::option::of(un(TypeNonRecours::TOUS)), prop::option::of(0..90_u32)).prop_map(
        |((fiche, droit, jour, etape, canal), vu, minutes)| {
            complet(Evenement {
                vague: "v".into(),
                fiche,
                droit: droit.into(),
                jour: JOUR + jour,
                etape: Some(etape),
                canal,
                comment: None,
                ou: None,
                motif: None,
                vus: vu.map(|v| BTreeSet::from([v])),
                minutes,
                autonomie: None,
                accord: None,
                accord_pour: None,
                rappeler: None,
            })
        },
    )
}

/// Events of one right that the steps allow, built by walking: random ones are nearly always refused.
fn marche() -> impl Strategy<Value = Vec<Evenement>> {
    (1..=4_u32, prop_oneof![Just("rsa"), Just("ppa")], prop::collection::vec((any::<prop::sample::Index>(), 0..3_i32, evenement()), 1..9))
        .prop_map(|(fiche, droit, pas)| {
            let (mut etape, mut jour, mut suite) = (Etape::AExaminer, JOUR, Vec::new());
            for (choix, apres, modele) in pas {
                let permises = suivantes(etape);
                if permises.is_empty() {
                    break;
                }
                jour += apres;
                let vers = permises[choix.index(permises.len())];
                let canal = Some(if etape == Etape::Valide { Canal::Courrier } else { Canal::Telephone });
                suite.push(complet(Evenement { fiche, droit: droit.into(), jour, etape: Some(vers), canal, ..modele }));
                etape = vers;
            }
            suite
        })
}

fn jeu() -> impl Strategy<Value = Vec<Evenement>> {
    (prop::collection::vec(marche(), 0..6), prop::collection::vec(evenement(), 0..2))
        .prop_map(|(marches, autres)| [marches.concat(), autres].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// Whatever is written, no dossier holds two steps of which the second may not follow, leaves a closed step, or lets a
    /// letter go that nobody validated.
    #[test]
    fn aucun_chemin_interdit(evenements in jeu()) {
        let Ok(dossiers) = replier(&lignes(), &evenements.into_iter().collect()) else { return Ok(()) };
        for dossier in dossiers.values() {
            let mut avant = Etape::AExaminer;
            for pas in &dossier.pas {
                prop_assert!(suivantes(avant).contains(&pas.etape), "{avant:?} → {:?}", pas.etape);
                prop_assert!(!close(avant));
                if pas.etape == Etape::ContactTente {
                    prop_assert!(!ecrit(pas.canal.unwrap()) || avant == Etape::Valide);
                }
                avant = pas.etape;
            }
            prop_assert!(dossier.pas.windows(2).all(|p| p[0].jour <= p[1].jour));
        }
    }

    /// The order of rows, and rows read twice, change nothing: neither what is understood nor what is refused.
    #[test]
    fn l_ordre_et_la_repetition_ne_changent_rien(evenements in jeu().prop_shuffle(), moitie in any::<prop::sample::Index>()) {
        let mut autrement = evenements.clone();
        autrement.rotate_left(moitie.index(evenements.len().max(1)).min(evenements.len()));
        autrement.extend(evenements.clone());
        let (a, b) = (replier(&lignes(), &evenements.into_iter().collect()), replier(&lignes(), &autrement.into_iter().collect()));
        prop_assert_eq!(a.is_ok(), b.is_ok());
        if let (Ok(a), Ok(b)) = (a, b) {
            prop_assert!(a == b);
        }
    }

    /// A walk that the steps allow is never refused, and ends where it was led.
    #[test]
    fn une_marche_permise_est_comprise(evenements in marche()) {
        // Two steps of a day may be read in another order that the steps allow too: one a day leaves no doubt.
        let evenements: Vec<Evenement> = (0..).zip(evenements).map(|(i, e)| Evenement { jour: JOUR + i, ..e }).collect();
        let (cle, fin) = (Cle::de(&evenements[0]), evenements.last().unwrap().etape.unwrap());
        let dossiers = replier(&lignes(), &evenements.into_iter().collect());
        prop_assert!(dossiers.is_ok());
        prop_assert_eq!(dossiers.ok().unwrap()[&cle].etape(), fin);
    }

    /// What is kept is read back as it was, so that reading a form again is reading it once.
    #[test]
    fn les_notes_se_relisent(evenements in jeu()) {
        let evenements: BTreeSet<Evenement> = evenements.into_iter().collect();
        let dossier = tempfile::tempdir().unwrap();
        let fichier = dossier.path().join("notes.csv");
        std::fs::write(&fichier, notes(&evenements)).unwrap();
        let relus: BTreeSet<Evenement> = super::lire::lire(&fichier).unwrap().into_iter().map(|s| s.evenement).collect();
        prop_assert!(relus == evenements);
    }

    /// Deleting changes no count, whatever the day; and once all time is over nothing is left.
    #[test]
    fn effacer_garde_les_comptes(evenements in jeu(), jours in 0..700_i32) {
        let mut evenements: BTreeSet<Evenement> = evenements.into_iter().collect();
        let mut lignes = lignes();
        let Ok(dossiers) = replier(&lignes, &evenements) else { return Ok(()) };
        let avant = Comptes::de(&lignes, &dossiers);
        let mut memoire = Memoire::default();
        for jour in [JOUR + jours, JOUR + jours + 3] {
            memoire.effacer(&mut lignes, &mut evenements, &dossiers, jour);
            let mut apres = memoire.comptes.clone();
            apres.ajouter(&Comptes::de(&lignes, &dossiers));
            prop_assert_eq!(&apres, &avant);
        }
        prop_assert!(evenements.iter().all(|e| lignes.iter().any(|l| l.suivie.fiche == e.fiche)));
        if jours > 366 + JOURS_GARDES {
            prop_assert!(lignes.is_empty() && evenements.is_empty());
        }
    }
}

/// Every pair of steps, by the shortest way: only steps that nobody bothers to write are understood.
#[test]
fn seules_les_etapes_sous_entendues_le_sont() {
    for de in Etape::TOUS {
        for vers in Etape::TOUS {
            if let Ok(chemin) = passer(*de, *vers, Some(Canal::Telephone)) {
                assert_eq!(chemin.last(), Some(vers));
                assert!(chemin[..chemin.len() - 1].iter().all(|e| SOUS_ENTENDUES.contains(e)), "{de:?} → {vers:?}: {chemin:?}");
            }
        }
    }
}

/// A refusal, an absence or a wait say nothing of a rule; the others do.
#[test]
fn seul_ce_qui_est_examine_juge_une_regle() {
    let justes: Vec<&str> = Issue::TOUTES.iter().filter(|i| i.juste() == Some(true)).map(|i| i.code()).collect();
    let fausses: Vec<&str> = Issue::TOUTES.iter().filter(|i| i.juste() == Some(false)).map(|i| i.code()).collect();
    assert_eq!(justes, ["droit_ouvert", "en_cours", "rejete_demarche"]);
    assert_eq!(fausses, ["rejete_condition", "deja_ouvert", "non_eligible_apres_examen"]);
}

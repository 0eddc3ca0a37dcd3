//! What somebody learns of a person who is *not* on a list.
//!
//! The reader is a body that knows its own people, the cap, and even how many people were found. A person of whom something was
//! found and who was left out by the cap looks exactly like one of whom nothing was found; what the reader may
//! still infer is measured as the difference, between these two groups, of the probability « something was found »
//! that it can compute from all it sees (bands, dates, rights, its own column, several waves), beside the error of
//! the measure. And what the cap itself tells, by Bayes, is given apart: it is the same for everybody absent.

use recours_engine::outreach::{Annuaire, Bande, Graine, Inscription, Nature, Regle, Reperage, Vague, expiration_par_defaut, preparer};

/// 2026-10-01.
const JOUR: i32 = 20_727;

pub struct Mesure {
    pub population: usize,
    pub trouves: usize,
    pub plafond: usize,
    pub vagues: usize,
    /// Mean posterior of the found who are absent, and of the others.
    pub trouves_absents: f64,
    pub non_trouves: f64,
    /// Standard error of their difference.
    pub erreur: f64,
    /// Before and after seeing that somebody is absent, by Bayes, for anybody.
    pub avant: f64,
    pub apres: f64,
}

fn poignee(n: usize) -> [u8; 16] {
    *blake3::hash(&n.to_le_bytes()).as_bytes().first_chunk().unwrap()
}

fn row_id(n: usize) -> [u8; 16] {
    *blake3::hash(format!("ligne {n}").as_bytes()).as_bytes().first_chunk().unwrap()
}

/// A reproducible coin: true with probability `p`.
fn tirage(n: usize, quoi: &str, p: f64) -> bool {
    let h = blake3::hash(format!("{quoi} {n}").as_bytes());
    f64::from(u32::from_le_bytes(*h.as_bytes().first_chunk().unwrap())) < p * f64::from(u32::MAX)
}

/// A body with `population` people, of whom `trouves` have a finding, and a list of `plafond` for each of `vagues` epochs, each
/// with a draw of its own. Half of the found are sure, half not, and each has a column of its own body beside it.
pub fn mesurer(population: usize, trouves: usize, plafond: usize, vagues: usize) -> Mesure {
    let regles = [Regle { droit: "rsa".into(), regle: "rsa@1".into(), nature: Nature::NonRecours, destinataires: vec![0] }];
    let est_trouve = |n: usize| n < trouves;
    let reperages: Vec<Reperage> = (0..trouves)
        .map(|n| Reperage {
            personne: poignee(n),
            regle: 0,
            bande: if tirage(n, "bande", 0.5) { Bande::AProposer } else { Bande::AVerifier },
            date_utile: None,
            echeance: None,
        })
        .collect();
    let mut annuaire = Annuaire::nouveau(&reperages, 1);
    for n in 0..population {
        annuaire.inscrire(0, &poignee(n), Inscription { row_id: row_id(n), force: 3 });
    }
    let rangs: std::collections::HashMap<[u8; 16], usize> = (0..population).map(|n| (row_id(n), n)).collect();
    let mut listes = vec![0_usize; population];
    for vague in 0..vagues {
        let graine = Graine::nouvelle(*blake3::hash(format!("vague {vague}").as_bytes()).as_bytes());
        let vague = Vague { organisme: 0, jour: JOUR, expiration: expiration_par_defaut(JOUR), plafond: Some(plafond), graine };
        let liste = preparer(&vague, &regles, &reperages, &annuaire).unwrap();
        for n in liste.lignes.iter().filter_map(|l| rangs.get(&l.row_id)) {
            listes[*n] += 1;
        }
    }
    // The reader's estimate: people who share the body's own column (sex, say), seen on lists or not.
    let colonne: Vec<bool> = (0..population).map(|n| tirage(n, "colonne", 0.5)).collect();
    let part = |groupe: bool| {
        let siens = (0..population).filter(|n| colonne[*n] == groupe);
        let (vus, tous) = siens.fold((0, 0), |(v, t), n| (v + usize::from(listes[n] > 0), t + 1));
        // Found in this group: those seen, divided by the chance that a found person is seen in so many waves.
        let chance = 1.0 - (1.0 - plafond.min(trouves) as f64 / trouves.max(1) as f64).powi(vagues as i32);
        let estimes = (vus as f64 / chance).min(tous as f64);
        if tous == vus { 0.0 } else { (estimes - vus as f64).max(0.0) / (tous - vus) as f64 }
    };
    let posterieur = [part(false), part(true)];
    let absents = |voulu: bool| -> Vec<f64> {
        (0..population).filter(|n| listes[*n] == 0 && est_trouve(*n) == voulu).map(|n| posterieur[usize::from(colonne[n])]).collect()
    };
    let (a, b) = (absents(true), absents(false));
    let ((ma, _), (mb, _)) = (moyenne(&a), moyenne(&b));
    // Under the hypothesis that nothing tells them apart, both groups are drawn from all those absent.
    let (_, commune) = moyenne(&[a.as_slice(), &b].concat());
    let lus = trouves as f64 * (1.0 - (1.0 - plafond.min(trouves) as f64 / trouves.max(1) as f64).powi(vagues as i32));
    Mesure {
        population,
        trouves,
        plafond,
        vagues,
        trouves_absents: ma,
        non_trouves: mb,
        erreur: (commune * (1.0 / a.len().max(1) as f64 + 1.0 / b.len().max(1) as f64)).sqrt(),
        avant: trouves as f64 / population as f64,
        apres: (trouves as f64 - lus) / (population as f64 - lus),
    }
}

/// Mean and variance.
fn moyenne(valeurs: &[f64]) -> (f64, f64) {
    if valeurs.is_empty() {
        return (0.0, 0.0);
    }
    let n = valeurs.len() as f64;
    let m = valeurs.iter().sum::<f64>() / n;
    (m, valeurs.iter().map(|v| (v - m).powi(2)).sum::<f64>() / n)
}

/// How far from even the draw is: how often each found person is absent over many draws, by band. Two means and the error
/// of their difference: the grade must play no part.
pub fn absence_par_bande(trouves: usize, plafond: usize, tirages: usize) -> (f64, f64, f64) {
    let regles = [Regle { droit: "rsa".into(), regle: "rsa@1".into(), nature: Nature::NonRecours, destinataires: vec![0] }];
    let bande = |n: usize| if n.is_multiple_of(2) { Bande::AProposer } else { Bande::AVerifier };
    let reperages: Vec<Reperage> =
        (0..trouves).map(|n| Reperage { personne: poignee(n), regle: 0, bande: bande(n), date_utile: None, echeance: None }).collect();
    let mut annuaire = Annuaire::nouveau(&reperages, 1);
    (0..trouves).for_each(|n| annuaire.inscrire(0, &poignee(n), Inscription { row_id: row_id(n), force: 3 }));
    let rangs: std::collections::HashMap<[u8; 16], usize> = (0..trouves).map(|n| (row_id(n), n)).collect();
    let mut presences = vec![0_usize; trouves];
    for t in 0..tirages {
        let graine = Graine::nouvelle(*blake3::hash(format!("tirage {t}").as_bytes()).as_bytes());
        let vague = Vague { organisme: 0, jour: JOUR, expiration: expiration_par_defaut(JOUR), plafond: Some(plafond), graine };
        for ligne in preparer(&vague, &regles, &reperages, &annuaire).unwrap().lignes {
            if let Some(n) = rangs.get(&ligne.row_id) {
                presences[*n] += 1;
            }
        }
    }
    let absence = |pair: bool| -> Vec<f64> {
        let siens = (0..trouves).filter(|n| n.is_multiple_of(2) == pair);
        siens.map(|n| 1.0 - presences[n] as f64 / tirages as f64).collect()
    };
    let ((ma, va), (mb, vb)) = (moyenne(&absence(true)), moyenne(&absence(false)));
    (ma, mb, ((va + vb) / (trouves as f64 / 2.0)).sqrt())
}

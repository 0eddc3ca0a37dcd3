//! Monthly incomes over fifteen months and the year N-2, from the state of each person.

use crate::activite::activite;
use crate::calendrier::{Jour, Mois};
use crate::faits::{Activite, Annee, EtatTravail, MOIS_SERIE, Series, Sexe};
use crate::hasard::{Hasard, centimes};
use crate::menage::Membre;

/// Net monthly minimum wage, full time, in euros (order of magnitude of 2026, à vérifier).
const SMIC_NET: f64 = 1_465.0;

/// Conversions of one income used by the reference files.
const IMPOSABLE_SALAIRE: f64 = 1.04;
const IMPOSABLE_CHOMAGE: f64 = 1.03;
const IMPOSABLE_RETRAITE: f64 = 1.02;

/// Incomes of a person and what follows from their course.
pub(crate) struct Parcours {
    pub(crate) series: Series,
    pub(crate) n2: Annee,
    pub(crate) activite: Activite,
    pub(crate) activite_precedente: Activite,
    pub(crate) activite_depuis: i32,
    pub(crate) debut_chomage: Option<Jour>,
    pub(crate) are_fin: Option<Jour>,
    pub(crate) carriere: bool,
}

/// Wage of a full-time job in euros.
fn plein_temps(h: &mut Hasard, membre: &Membre, aisance: f64) -> f64 {
    let age = f64::from(membre.age.clamp(18, 66));
    let carriere = 0.80 + 0.30 * ((age - 18.0) / 34.0).min(1.0);
    let sexe = if membre.sexe == Sexe::F { 0.93 } else { 1.0 };
    let s = h.lognormale(2_170.0 * carriere * sexe * (0.20 * aisance).exp(), 0.28);
    s.clamp(SMIC_NET, 14_000.0)
}

/// Old-age pension in euros.
fn pension(h: &mut Hasard, membre: &Membre, aisance: f64) -> f64 {
    let mediane = if membre.sexe == Sexe::F { 1_400.0 } else { 1_730.0 };
    let etranger = if membre.ne_hors_de_france.is_some() { 0.82 } else { 1.0 };
    h.lognormale(mediane * etranger * (0.21 * aisance).exp(), 0.33).clamp(90.0, 6_500.0)
}

fn constante(s: &mut [i32; MOIS_SERIE], de: usize, a: usize, euros: f64) {
    for v in s.iter_mut().take(a.min(MOIS_SERIE)).skip(de) {
        *v = centimes(euros);
    }
}

/// Draws the incomes of an adult in a given state.
pub(crate) fn parcours(h: &mut Hasard, m: Mois, membre: &Membre, etat: EtatTravail, aisance: f64) -> Parcours {
    let mut s = Series::default();
    let mut n2 = [0.0f64; 5];
    let mut p = Suite::default();
    match etat {
        EtatTravail::Stable => stable(h, m, membre, aisance, &mut s, &mut n2),
        EtatTravail::TempsPartiel => {
            let w = h.reel(0.18, 0.72) * SMIC_NET;
            constante(&mut s.salaire, 0, MOIS_SERIE, w);
            n2[0] = 12.0 * w * h.reel(0.5, 1.05);
        }
        EtatTravail::Intermittent => intermittent(h, &mut s, &mut n2),
        EtatTravail::PerteAre => perte_emploi(h, m, membre, aisance, &mut s, &mut n2, &mut p),
        EtatTravail::AreEpuisee => are_epuisee(h, m, membre, aisance, &mut s, &mut n2, &mut p),
        EtatTravail::Ass => {
            p.debut_chomage = Some(m.plus(-h.entre(25, 60)).premier());
            p.depuis = 25;
            n2[1] = if h.chance(0.4) { h.reel(2_000.0, 9_000.0) } else { 0.0 };
        }
        EtatTravail::Micro => {
            let b = h.lognormale(620.0, 0.75).clamp(0.0, 4_200.0);
            for v in &mut s.micro {
                *v = centimes((b * h.reel(0.45, 1.55)).max(0.0));
            }
            n2[4] = 12.0 * b * h.reel(0.6, 1.2);
            if h.chance(0.25) {
                constante(&mut s.salaire, 0, MOIS_SERIE, h.reel(0.2, 0.6) * SMIC_NET);
            }
        }
        EtatTravail::Invalidite => {
            let pension = h.lognormale(760.0, 0.3).clamp(335.0, 1_900.0);
            constante(&mut s.invalidite, 0, MOIS_SERIE, pension);
            n2[3] = 12.0 * pension * 0.97;
            if h.chance(0.28) {
                constante(&mut s.salaire, 0, MOIS_SERIE, h.reel(0.2, 0.6) * SMIC_NET);
            }
        }
        EtatTravail::Handicap => {
            if h.chance(0.22) {
                let w = h.reel(0.25, 0.8) * SMIC_NET;
                constante(&mut s.salaire, 0, MOIS_SERIE, w);
                n2[0] = 12.0 * w * h.reel(0.7, 1.0);
            }
        }
        EtatTravail::Maladie => {
            let w = plein_temps(h, membre, aisance);
            let debut = h.entre(6, 14) as usize;
            constante(&mut s.salaire, 0, debut, w);
            constante(&mut s.ij, debut, MOIS_SERIE, (0.5 * w * 1.28).min(1_690.0));
            n2[0] = 12.0 * w * 0.96;
        }
        EtatTravail::Etudiant => {
            if h.chance(0.32) {
                let w = h.reel(0.15, 0.55) * SMIC_NET;
                constante(&mut s.salaire, h.entre(0, 8) as usize, MOIS_SERIE, w);
            }
        }
        EtatTravail::Senior => retraite(h, membre, aisance, &mut s, &mut n2, &mut p),
        EtatTravail::Inactif => {
            if h.chance(0.12) && membre.age < 62 {
                constante(&mut s.salaire, 0, h.entre(1, 9) as usize, h.reel(0.3, 1.0) * SMIC_NET);
                n2[0] = h.reel(1_000.0, 15_000.0);
            }
        }
        EtatTravail::SansObjet => {}
    }
    finir(h, membre, etat, s, n2, p)
}

/// Dates and durations found on the way.
#[derive(Default)]
struct Suite {
    debut_chomage: Option<Jour>,
    are_fin: Option<Jour>,
    depuis: i32,
    precedente: Option<Activite>,
}

fn finir(h: &mut Hasard, membre: &Membre, etat: EtatTravail, s: Series, n2: [f64; 5], p: Suite) -> Parcours {
    let au_travail = s.salaire[14] > 0 || s.micro[14] > 0;
    let act = activite(etat, au_travail);
    let n2 = Annee {
        salaire: centimes(n2[0] * IMPOSABLE_SALAIRE),
        chomage: centimes(n2[1] * IMPOSABLE_CHOMAGE),
        retraite: centimes(n2[2] * IMPOSABLE_RETRAITE),
        invalidite: centimes(n2[3]),
        micro: centimes(n2[4]),
        ..Annee::default()
    };
    let revenus = s.toutes().iter().any(|serie| serie.iter().any(|&v| v > 0));
    let carriere = revenus
        || n2.salaire + n2.chomage + n2.retraite + n2.invalidite + n2.micro > 0
        || (membre.age >= 25 && h.chance(0.86))
        || (membre.age < 25 && h.chance(0.45));
    Parcours {
        activite: act,
        activite_precedente: p.precedente.unwrap_or(act),
        activite_depuis: if p.depuis > 0 { p.depuis } else { 25 },
        debut_chomage: p.debut_chomage,
        are_fin: p.are_fin,
        carriere,
        series: s,
        n2,
    }
}

fn stable(h: &mut Hasard, m: Mois, membre: &Membre, aisance: f64, s: &mut Series, n2: &mut [f64; 5]) {
    let plein = plein_temps(h, membre, aisance);
    let partiel = h.chance(if membre.sexe == Sexe::F { 0.24 } else { 0.07 });
    let w = if partiel { plein * h.reel(0.5, 0.85) } else { plein };
    let hausse = if h.chance(0.6) { h.reel(0.005, 0.03) } else { 0.0 };
    let variable = h.chance(0.22);
    let janvier = (0..MOIS_SERIE).find(|&t| m.plus(t as i32 - 14).numero() == 1).unwrap_or(MOIS_SERIE);
    for t in 0..MOIS_SERIE {
        let base = if t >= janvier { w * (1.0 + hausse) } else { w };
        let bruit = if variable { h.reel(0.96, 1.07) } else { 1.0 };
        s.salaire[t] = centimes(base * bruit);
    }
    // A tenth had no job, or another, two years before.
    n2[0] = 12.0 * w * if h.chance(0.1) { h.reel(0.0, 0.8) } else { h.reel(0.92, 1.0) };
    if n2[0] < 6.0 * w && h.chance(0.5) {
        n2[1] = 3_600.0 * h.reel(0.2, 1.5);
    }
}

fn intermittent(h: &mut Hasard, s: &mut Series, n2: &mut [f64; 5]) {
    let p_travail = h.reel(0.3, 0.85);
    let mut total = 0.0;
    for v in &mut s.salaire {
        if h.chance(p_travail) {
            let w = h.reel(0.2, 1.15) * SMIC_NET;
            *v = centimes(w);
            total += w;
        }
    }
    if h.chance(0.4) {
        let are = h.reel(350.0, 950.0);
        for (v, w) in s.chomage.iter_mut().zip(&s.salaire) {
            if *w == 0 {
                *v = centimes(are);
            }
        }
    }
    n2[0] = total * 0.8 * h.reel(0.4, 1.3);
    n2[1] = h.reel(0.0, 3_000.0);
}

/// Allowance from a net wage, in euros.
fn allocation(w: f64) -> f64 {
    (0.68 * w).clamp(0.0, 5_400.0)
}

fn perte_emploi(h: &mut Hasard, m: Mois, membre: &Membre, aisance: f64, s: &mut Series, n2: &mut [f64; 5], p: &mut Suite) {
    let w = if h.chance(0.4) { h.reel(0.5, 1.0) * SMIC_NET } else { plein_temps(h, membre, aisance - 0.4) };
    let perte = h.entre(2, 14) as usize;
    constante(&mut s.salaire, 0, perte, w);
    constante(&mut s.chomage, perte, MOIS_SERIE, allocation(w));
    let debut = m.plus(perte as i32 - 14);
    p.debut_chomage = Some(debut.premier());
    // Rights last 6 to 24 months, and at least until the end of M.
    let duree = h.entre(6, 24).max(15 - perte as i32);
    p.are_fin = Some(debut.plus(duree - 1).dernier());
    p.depuis = (15 - perte as i32).max(1);
    p.precedente = Some(Activite::Actif);
    n2[0] = 12.0 * w * h.reel(0.6, 1.0);
}

fn are_epuisee(h: &mut Hasard, m: Mois, membre: &Membre, aisance: f64, s: &mut Series, n2: &mut [f64; 5], p: &mut Suite) {
    let w = if h.chance(0.55) { h.reel(0.5, 1.0) * SMIC_NET } else { plein_temps(h, membre, aisance - 0.5) };
    let fin = h.entre(0, 13) as usize;
    constante(&mut s.chomage, 0, fin, allocation(w));
    p.are_fin = Some(m.plus(fin as i32 - 15).dernier());
    p.debut_chomage = Some(m.plus(fin as i32 - 14 - h.entre(12, 24)).premier());
    p.depuis = 25;
    n2[0] = 12.0 * w * h.reel(0.1, 0.9);
    n2[1] = allocation(w) * h.reel(1.0, 8.0);
}

fn retraite(h: &mut Hasard, membre: &Membre, aisance: f64, s: &mut Series, n2: &mut [f64; 5], p: &mut Suite) {
    let r = pension(h, membre, aisance);
    // The newly retired had a wage before.
    if membre.age <= 66 && h.chance(0.16) {
        let depart = h.entre(1, 14) as usize;
        constante(&mut s.salaire, 0, depart, plein_temps(h, membre, aisance));
        constante(&mut s.retraite, depart, MOIS_SERIE, r);
        n2[0] = 12.0 * plein_temps(h, membre, aisance);
        p.depuis = 15 - depart as i32;
        p.precedente = Some(Activite::Actif);
    } else {
        constante(&mut s.retraite, 0, MOIS_SERIE, r);
        n2[2] = 12.0 * r * 0.96;
        // Some work beside their pension.
        if membre.age < 72 && h.chance(0.05) {
            constante(&mut s.salaire, 0, MOIS_SERIE, h.reel(0.15, 0.6) * SMIC_NET);
        }
    }
}

/// Wage of a young person still counted with the parents.
pub(crate) fn jeune(h: &mut Hasard, age: i32) -> (Series, Activite) {
    let mut s = Series::default();
    if age < 16 {
        return (s, Activite::Inactif);
    }
    let actif = match age {
        16..=17 => 0.05,
        18..=20 => 0.2,
        _ => 0.42,
    };
    if h.chance(actif) {
        let w = if age < 18 { 450.0 } else { h.reel(0.35, 1.15) * SMIC_NET };
        constante(&mut s.salaire, h.entre(0, 9) as usize, MOIS_SERIE, w);
        return (s, Activite::Actif);
    }
    let etude = match age {
        16..=17 => 0.97,
        18..=20 => 0.8,
        _ => 0.62,
    };
    if h.chance(etude) { (s, Activite::Etudiant) } else { (s, Activite::Inactif) }
}

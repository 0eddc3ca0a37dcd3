//! Simple amounts for the benefits that the caller does not evaluate: family benefits, housing aid,
//! PPA, AAH, ASS, ASI.
//!
//! These are NOT the law: plausible amounts from round formulas, so that `recu_af` or
//! `recu_aide_logement` look as they do in life and enter the resources of other rights. As soon as
//! the caller gives evaluated amounts for one of them, those replace what is here.

use crate::faits::{EtatTravail, Foyer, Occupation, Personne, Role};
use crate::hasard::centimes;
use crate::versements::{RecuFoyer, RecuPersonne};

/// Take-up of family benefits (automatic or nearly so).
const TAUX_FAMILLES: f64 = 0.97;
/// Take-up of housing aid.
const TAUX_AIDE_LOGEMENT: f64 = 0.95;
/// Extra share without housing aid among poor foyers far from any administration.
const ELOIGNES_SANS_AIDE: f64 = 0.25;
/// Take-up of disability and unemployment allowances.
const TAUX_AAH: f64 = 0.92;
const TAUX_ASS: f64 = 0.95;
const TAUX_ASI: f64 = 0.6;
/// Family base amount (monthly, order of magnitude of 2026).
const BASE_FAMILLE: f64 = 478.16;
/// AAH, ASS, ASI ceilings (monthly, orders of magnitude of 2026).
const AAH_MAX: f64 = 1_041.59;
const ASS_MAX: f64 = 584.40;
const ASI_PLAFOND: f64 = 914.0;

/// Invented receipts of a foyer (RSA, ASPA, PPA and C2S left at nothing).
pub(crate) fn verser(f: &Foyer) -> (RecuFoyer, Vec<RecuPersonne>) {
    let mut r = RecuFoyer::default();
    let revenu = f64::from(f.revenu_trimestre()) / 100.0;
    if f.dispositions.familles < TAUX_FAMILLES {
        familles(f, revenu, &mut r);
    }
    r.aide_logement = aide_logement(f, revenu);
    let personnes = f.personnes.iter().map(|p| individuels(f, p, r.aide_logement)).collect();
    (r, personnes)
}

fn familles(f: &Foyer, revenu: f64, r: &mut RecuFoyer) {
    let a_charge = |p: &&Personne| p.role == Role::Enfant && p.age < 20 && (p.age < 16 || p.series.total(12) < 114_400);
    let enfants = f.personnes.iter().filter(a_charge).count();
    if enfants >= 2 {
        let plein = BASE_FAMILLE * (0.32 + 0.41 * (enfants - 2) as f64);
        let tranche = match revenu / (1.0 + 0.08 * enfants as f64) {
            x if x < 5_600.0 => 1.0,
            x if x < 7_500.0 => 0.5,
            _ => 0.25,
        };
        r.af = centimes(plein * tranche);
    }
    let plus_de_trois = f.personnes.iter().filter(a_charge).filter(|p| p.age >= 3).count();
    if plus_de_trois >= 3 && revenu < 3_600.0 {
        r.cf = centimes(BASE_FAMILLE * if revenu < 1_900.0 { 0.6248 } else { 0.4165 });
    }
    let sans_pension = f.personnes.first().is_some_and(|p| p.pension_alimentaire == 0);
    if !f.couple() && enfants >= 1 && sans_pension && f.dispositions.asi < 0.8 {
        r.asf = centimes(BASE_FAMILLE * 0.4225 * enfants as f64);
    }
    let bebe = f.personnes.iter().filter(a_charge).any(|p| p.age < 3);
    if bebe && revenu < 3_400.0 + 400.0 * enfants as f64 {
        r.paje_base = centimes(BASE_FAMILLE * 0.4165);
    }
}

fn aide_logement(f: &Foyer, revenu: f64) -> i32 {
    let locataire = matches!(f.occupation, Occupation::LocataireVide | Occupation::LocataireHlm | Occupation::LocataireMeuble);
    let loin = f.dispositions.rsa < 0.34 && revenu < 700.0;
    let taux = if loin { TAUX_AIDE_LOGEMENT - ELOIGNES_SANS_AIDE } else { TAUX_AIDE_LOGEMENT };
    if !locataire || f.dispositions.aide_logement >= taux {
        return 0;
    }
    let n = f.personnes.len() as f64;
    let plafond = match f.zone {
        1 => 335.0,
        2 => 292.0,
        _ => 272.0,
    } * (1.0 + 0.2 * (n - 1.0));
    let loyer = (f64::from(f.loyer) / 100.0).min(plafond);
    let participation = 34.0 + 0.27 * (revenu - 520.0 * (1.0 + 0.4 * (n - 1.0))).max(0.0);
    let aide = (loyer + 58.0 + 13.0 * (n - 1.0) - participation).floor();
    if aide < 10.0 { 0 } else { centimes(aide) }
}

fn individuels(f: &Foyer, p: &Personne, aide_logement: i32) -> RecuPersonne {
    let mut r = RecuPersonne::default();
    let reconnu = p.taux_incapacite >= 0.8 || (p.taux_incapacite >= 0.5 && p.rsdae && p.age < 64);
    let invalidite = f64::from(p.series.invalidite[14]) / 100.0;
    let salaire = f64::from(p.series.salaire[12]) / 100.0;
    if p.adulte() && p.age >= 20 && p.etat != EtatTravail::Senior && reconnu && f.dispositions.aah < TAUX_AAH {
        let montant = AAH_MAX - invalidite - 0.2 * salaire;
        if montant >= 30.0 {
            r.aah = centimes(montant.min(AAH_MAX));
            if p.taux_incapacite >= 0.8 && aide_logement > 0 && salaire == 0.0 {
                r.caah = 10_477;
            }
        }
    }
    let revenus_autres: i32 = f.adultes().map(|q| q.series.total(12)).sum();
    if p.etat == EtatTravail::Ass && f.dispositions.ass < TAUX_ASS {
        let plafond = if f.couple() { 214_000 } else { 136_000 };
        let montant = (plafond - revenus_autres).min(centimes(ASS_MAX));
        if montant > 3_000 {
            r.ass = montant;
        }
    }
    if invalidite > 0.0 && p.age < 65 && p.sejour_aspa() && f.dispositions.asi < TAUX_ASI {
        let plafond = if f.couple() { ASI_PLAFOND * 1.75 } else { ASI_PLAFOND };
        let montant = plafond - f64::from(revenus_autres) / 100.0 * 1.05 - f64::from(r.aah) / 100.0;
        if montant > 10.0 {
            r.asi = centimes(montant.min(ASI_PLAFOND));
        }
    }
    r
}

/// Invented PPA entitlement in cents a month (0 under the minimum paid).
pub(crate) fn prime_activite(f: &Foyer, r: &RecuFoyer, personnes: &[RecuPersonne]) -> i32 {
    const BASE: f64 = 638.28;
    let mut travail = 0.0;
    let mut bonus = 0.0;
    for p in f.adultes() {
        let w = (10..13).map(|t| f64::from(p.series.salaire[t] + p.series.micro[t])).sum::<f64>() / 300.0;
        if p.etat == EtatTravail::Etudiant && w < 1_144.0 {
            continue;
        }
        travail += w;
        bonus += 240.63 * ((w - 726.3) / (1_698.8 - 726.3)).clamp(0.0, 1.0);
    }
    let sejour = f.adultes().any(Personne::sejour_rsa);
    if travail <= 0.0 || !sejour {
        return 0;
    }
    let n = f.personnes.len();
    let mut echelle = 1.0 + if n >= 2 { 0.5 } else { 0.0 } + if n >= 3 { 0.3 } else { 0.0 };
    if n >= 4 {
        echelle += if f.couple() { 0.3 } else { 0.4 } + 0.4 * (n as f64 - 4.0);
    }
    let forfait = BASE * echelle;
    let total = f64::from(f.revenu_trimestre()) / 100.0;
    let presta = f64::from(r.af + r.cf + r.paje_base + personnes.iter().map(|p| p.aah + p.ass).sum::<i32>()) / 100.0;
    let logement =
        if r.aide_logement > 0 || f.occupation == Occupation::Proprietaire { BASE * if n == 1 { 0.12 } else { 0.27 } } else { 0.0 };
    let montant = forfait + bonus + 0.5985 * travail - (total + presta + logement).max(forfait);
    if montant >= 15.0 { centimes(montant) } else { 0 }
}

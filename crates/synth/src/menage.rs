//! Composition: who lives in a foyer, their ages, sexes, marital status, nationality.
//!
//! A foyer here is an RSA/CAF family: an adult child of 25 or more who lives with parents is a foyer
//! of its own, lodged free. Orders of magnitude after the Insee census; see `marges.rs`.

use crate::calendrier::{Jour, Mois, age, jours};
use crate::faits::{Role, Sexe, StatutConjugal, TypeMenage};
use crate::hasard::Hasard;
use crate::identite::pays::PAYS;

/// A member before work and incomes are drawn.
#[derive(Clone, Debug)]
pub(crate) struct Membre {
    pub(crate) role: Role,
    pub(crate) sexe: Sexe,
    pub(crate) naissance: Jour,
    pub(crate) age: i32,
    pub(crate) pays: u8,
    pub(crate) ne_hors_de_france: Option<u8>,
    pub(crate) naissance_imprecise: bool,
    pub(crate) duree_titre: f64,
}

/// Composition of a foyer.
pub(crate) struct Menage {
    pub(crate) type_menage: TypeMenage,
    pub(crate) statut: StatutConjugal,
    pub(crate) isolement_recent: bool,
    /// Latent ease of the foyer (standard normal): moves work, wages, housing together.
    pub(crate) aisance: f64,
    pub(crate) membres: Vec<Membre>,
}

/// Age bands of the reference person: low, high, share of foyers, then the shares of
/// (alone, couple, lone parent, couple with children) in the band.
const TRANCHES: [(i32, i32, f64, [f64; 4]); 8] = [
    (18, 24, 5.0, [76.0, 16.0, 3.0, 5.0]),
    (25, 34, 15.0, [42.0, 21.0, 8.5, 28.5]),
    (35, 44, 17.0, [21.5, 7.5, 17.0, 54.0]),
    (45, 54, 17.0, [25.0, 13.0, 17.5, 44.5]),
    (55, 64, 16.5, [35.0, 42.0, 6.5, 16.5]),
    (65, 74, 16.2, [40.5, 57.5, 0.6, 1.4]),
    (75, 84, 10.0, [49.0, 51.0, 0.0, 0.0]),
    (85, 100, 4.5, [70.0, 30.0, 0.0, 0.0]),
];

/// Number of children, from one, of couples and of lone parents.
const ENFANTS_COUPLE: [f64; 6] = [38.0, 40.0, 16.0, 4.2, 1.3, 0.5];
const ENFANTS_SEUL: [f64; 6] = [54.0, 31.0, 11.0, 3.0, 0.8, 0.2];

/// Draws the composition of a foyer for month `m`.
pub(crate) fn composer(h: &mut Hasard, m: Mois) -> Menage {
    let tranche = h.poids(&TRANCHES.map(|t| t.2));
    let (bas, haut, _, formes) = TRANCHES[tranche];
    let forme = h.poids(&formes);
    let age_ref = if haut == 100 {
        // Deaths thin the last band.
        (85 + (h.unif().powi(2) * 16.0) as i32).min(100)
    } else {
        h.entre(bas, haut)
    };
    let couple = forme == 1 || forme == 3;
    let avec_enfants = forme >= 2;
    let aisance = aisance(h, forme, age_ref);
    let sexe = sexe_reference(h, forme, age_ref);
    let (pays, ne_hors, imprecise, titre) = origine(h, age_ref, aisance);
    let naissance = naissance(h, m, age_ref, imprecise);
    let mut membres = vec![Membre {
        role: Role::Demandeur,
        sexe,
        naissance,
        age: age(naissance, m.premier()),
        pays,
        ne_hors_de_france: ne_hors,
        naissance_imprecise: imprecise,
        duree_titre: titre,
    }];
    if couple {
        membres.push(conjoint(h, m, &membres[0], aisance));
    }
    if avec_enfants {
        enfants(h, m, couple, &mut membres);
    }
    let statut = statut(h, couple, age_ref, sexe, avec_enfants);
    let isole = !couple && avec_enfants && h.chance(0.16);
    let type_menage = type_menage(h, couple, membres.len(), age_ref);
    Menage { type_menage, statut, isolement_recent: isole, aisance, membres }
}

fn aisance(h: &mut Hasard, forme: usize, age_ref: i32) -> f64 {
    let centre = match forme {
        0 => -0.31,
        1 => 0.36,
        2 => -0.36,
        _ => 0.48,
    };
    let jeune = if age_ref < 30 { -0.15 } else { 0.0 };
    centre + jeune + h.normale()
}

fn sexe_reference(h: &mut Hasard, forme: usize, age_ref: i32) -> Sexe {
    let p_femme = match (forme, age_ref) {
        (2, _) => 0.83,
        (0, ..=34) => 0.47,
        (0, 35..=54) => 0.42,
        (0, 55..=64) => 0.53,
        (0, 65..=74) => 0.63,
        (0, _) => 0.76,
        _ => 0.32,
    };
    if h.chance(p_femme) { Sexe::F } else { Sexe::H }
}

/// Nationality, birth abroad, imprecise birth date, years of residence permit.
fn origine(h: &mut Hasard, age: i32, aisance: f64) -> (u8, Option<u8>, bool, f64) {
    let base = if aisance < -0.8 { 0.17 } else { 0.075 };
    let p_etranger = if age >= 65 { base * 0.6 } else { base };
    let u = h.unif();
    if u < p_etranger {
        let i = h.poids(&PAYS.map(|p| p.poids)) as u8;
        let ne_la = h.chance(0.9);
        let imprecise = ne_la && !PAYS[i as usize].europeen && h.chance(if age >= 45 { 0.16 } else { 0.04 });
        let titre = h.reel(0.0, f64::from((age - 17).clamp(1, 30))).min(25.0);
        (i, ne_la.then_some(i), imprecise, (titre * 10.0).round() / 10.0)
    } else if u < p_etranger + 0.065 {
        let i = h.poids(&PAYS.map(|p| p.poids)) as u8;
        let imprecise = !PAYS[i as usize].europeen && h.chance(if age >= 45 { 0.12 } else { 0.02 });
        (0, Some(i), imprecise, 0.0)
    } else {
        (0, None, false, 0.0)
    }
}

/// Birth date giving the wanted age on the first of `m`; the first of January when imprecise, as the
/// register has it and as the law then takes it.
fn naissance(h: &mut Hasard, m: Mois, age_voulu: i32, imprecise: bool) -> Jour {
    if imprecise {
        return jours(m.annee() - age_voulu, 1, 1);
    }
    let debut = m.plus(-12 * (age_voulu + 1)).premier() + 1;
    let fin = m.plus(-12 * age_voulu).premier();
    h.entre(debut, fin)
}

fn conjoint(h: &mut Hasard, m: Mois, reference: &Membre, aisance: f64) -> Membre {
    let meme_sexe = h.chance(0.015);
    let sexe = match (reference.sexe, meme_sexe) {
        (Sexe::F, false) | (Sexe::H, true) => Sexe::H,
        _ => Sexe::F,
    };
    let ecart = 2.3 + 4.0 * h.normale();
    let signe = if reference.sexe == Sexe::H { -1.0 } else { 1.0 };
    let age_c = (f64::from(reference.age) + signe * ecart).round().clamp(18.0, 100.0) as i32;
    // Half of foreigners live with somebody of the same origin.
    let (pays, ne_hors, imprecise, titre) = if reference.ne_hors_de_france.is_some() && h.chance(0.6) {
        let titre = if reference.pays == 0 { 0.0 } else { h.reel(0.0, f64::from((age_c - 17).clamp(1, 25))) };
        let imprecise = reference.naissance_imprecise && h.chance(0.5);
        (reference.pays, reference.ne_hors_de_france, imprecise, (titre * 10.0).round() / 10.0)
    } else {
        origine(h, age_c, aisance)
    };
    let naissance = naissance(h, m, age_c, imprecise);
    Membre {
        role: Role::Conjoint,
        sexe,
        naissance,
        age: age(naissance, m.premier()),
        pays,
        ne_hors_de_france: ne_hors,
        naissance_imprecise: imprecise,
        duree_titre: titre,
    }
}

/// Adds the children: ages under 25, born when the mother (or the only parent) was 16 to 46.
fn enfants(h: &mut Hasard, m: Mois, couple: bool, membres: &mut Vec<Membre>) {
    let parent = membres.iter().find(|p| p.sexe == Sexe::F).unwrap_or(&membres[0]);
    let (age_parent, pays, sexe_parent) = (parent.age, parent.pays, parent.sexe);
    let titre_parent = parent.duree_titre;
    let max_naissance = if sexe_parent == Sexe::F { 46 } else { 56 };
    let age_max = (age_parent - 16).clamp(0, 24);
    let age_min = (age_parent - max_naissance).clamp(0, age_max);
    let voulu = 1 + h.poids(if couple { &ENFANTS_COUPLE } else { &ENFANTS_SEUL });
    let nombre = voulu.min(1 + (age_max - age_min) as usize / 2);
    let aine = ((f64::from(age_parent) - 29.5 + 4.8 * h.normale()).round() as i32).clamp(age_min, age_max);
    let mut age_enfant = aine;
    for rang in 0..nombre {
        if rang > 0 {
            let suivant = age_enfant - h.entre(1, 4);
            // Younger children first; when there is no room left, an elder sibling.
            age_enfant = if suivant >= age_min { suivant } else { (aine + rang as i32).min(age_max) };
        }
        let naissance = naissance(h, m, age_enfant, false);
        membres.push(Membre {
            role: Role::Enfant,
            sexe: if h.chance(0.512) { Sexe::H } else { Sexe::F },
            naissance,
            age: age(naissance, m.premier()),
            pays: if pays != 0 && h.chance(0.6) { pays } else { 0 },
            ne_hors_de_france: None,
            naissance_imprecise: false,
            duree_titre: if pays != 0 { titre_parent.min(f64::from(age_enfant)) } else { 0.0 },
        });
    }
}

fn statut(h: &mut Hasard, couple: bool, age: i32, sexe: Sexe, enfants: bool) -> StatutConjugal {
    use StatutConjugal as S;
    if couple {
        let marie = match age {
            ..=29 => 22.0,
            30..=44 => 54.0,
            45..=59 => 70.0,
            _ => 89.0,
        };
        let pacse = match age {
            ..=29 => 22.0,
            30..=44 => 17.0,
            45..=59 => 8.0,
            _ => 2.0,
        };
        let i = h.poids(&[marie, pacse, 100.0 - marie - pacse]);
        return [S::Marie, S::Pacse, S::Concubin][i];
    }
    let veuf = match (age, sexe) {
        (..=44, _) => 0.5,
        (45..=59, _) => 4.0,
        (60..=74, Sexe::F) => 31.0,
        (60..=74, Sexe::H) => 14.0,
        (_, Sexe::F) => 76.0,
        (_, Sexe::H) => 52.0,
    };
    let divorce = match age {
        ..=29 => 1.0,
        30..=44 => 16.0,
        45..=74 => 42.0,
        _ => 12.0,
    } + if enfants { 12.0 } else { 0.0 };
    let i = h.poids(&[veuf, divorce, (100.0_f64 - veuf - divorce).max(6.0)]);
    [S::Veuf, S::Divorce, S::Celibataire][i]
}

fn type_menage(h: &mut Hasard, couple: bool, personnes: usize, age: i32) -> TypeMenage {
    match (couple, personnes, age) {
        (true, 3.., _) => TypeMenage::CoupleEnfants,
        (true, _, 65..) => TypeMenage::CoupleSenior,
        (true, _, _) => TypeMenage::CoupleAdulte,
        (false, 2.., _) => TypeMenage::ParentSeul,
        (false, _, 65..) => TypeMenage::SeniorSeul,
        // Students among 18-24 who live on their own, fewer after.
        (false, _, ..=22) if h.chance(0.55) => TypeMenage::EtudiantSeul,
        (false, _, 23..=26) if h.chance(0.25) => TypeMenage::EtudiantSeul,
        (false, _, ..=29) => TypeMenage::JeuneSeul,
        _ => TypeMenage::AdulteSeul,
    }
}

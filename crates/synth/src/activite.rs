//! Working life: which state each adult has been in over the last fifteen months.
//!
//! Weights depend on the latent ease of the foyer, so that partners' unemployment, low wages and
//! renting go together as they do in life. The weights are the inventor's, tuned to the marginals.

use crate::faits::{Activite, EtatTravail, Role, Sexe, TypeMenage};
use crate::hasard::Hasard;
use crate::menage::Membre;

/// States of the working ages, in the order of the weights below.
const ETATS: [EtatTravail; 11] = [
    EtatTravail::Stable,
    EtatTravail::TempsPartiel,
    EtatTravail::Intermittent,
    EtatTravail::PerteAre,
    EtatTravail::AreEpuisee,
    EtatTravail::Ass,
    EtatTravail::Inactif,
    EtatTravail::Micro,
    EtatTravail::Invalidite,
    EtatTravail::Handicap,
    EtatTravail::Maladie,
];

/// Weights of the states in the poorest fifth or so, the middle, and the easiest third.
const POIDS_BAS: [f64; 11] = [23.0, 7.5, 5.5, 6.5, 11.0, 3.6, 24.0, 4.5, 6.0, 20.0, 1.6];
const POIDS_MILIEU: [f64; 11] = [75.5, 5.0, 2.4, 3.0, 1.0, 0.25, 3.6, 4.0, 2.3, 2.6, 1.3];
const POIDS_HAUT: [f64; 11] = [90.0, 1.5, 0.5, 1.4, 0.1, 0.0, 1.8, 3.3, 0.7, 0.1, 0.6];

/// Ease under which a foyer is in the poorest group, and over which in the easiest.
const SEUIL_BAS: f64 = -0.84;
const SEUIL_HAUT: f64 = 0.65;

/// Share of retired people at each age from 60 to 67.
const RETRAITES: [f64; 8] = [0.10, 0.14, 0.44, 0.60, 0.76, 0.87, 0.91, 0.955];

/// Draws the state of a member.
pub(crate) fn etat(h: &mut Hasard, membre: &Membre, menage: TypeMenage, aisance: f64, jeunes_enfants: bool) -> EtatTravail {
    if membre.role == Role::Enfant {
        return EtatTravail::SansObjet;
    }
    if menage == TypeMenage::EtudiantSeul {
        return EtatTravail::Etudiant;
    }
    if membre.age <= 22 && h.chance(0.22) {
        return EtatTravail::Etudiant;
    }
    if membre.age >= 60 {
        let i = ((membre.age - 60) as usize).min(RETRAITES.len() - 1);
        if h.chance(RETRAITES[i]) {
            return EtatTravail::Senior;
        }
        if membre.age >= 67 {
            return if h.chance(0.16) { EtatTravail::Stable } else { EtatTravail::Inactif };
        }
    }
    let mut poids = if aisance < SEUIL_BAS {
        POIDS_BAS
    } else if aisance > SEUIL_HAUT {
        POIDS_HAUT
    } else {
        POIDS_MILIEU
    };
    ajuster(&mut poids, membre, jeunes_enfants);
    let seul = matches!(menage, TypeMenage::AdulteSeul | TypeMenage::JeuneSeul | TypeMenage::ParentSeul);
    if seul && aisance < SEUIL_BAS {
        // Long unemployment and inactivity go with living alone.
        poids[4] *= 2.6;
        poids[6] *= 2.6;
    }
    ETATS[h.poids(&poids)]
}

/// Age, sex and young children move the weights.
fn ajuster(poids: &mut [f64; 11], membre: &Membre, jeunes_enfants: bool) {
    if membre.age >= 55 {
        // Invalidity, sickness and long unemployment grow, jobs shrink.
        poids[0] *= if membre.age >= 60 { 0.45 } else { 0.82 };
        for i in [4, 5, 8] {
            poids[i] *= 1.7;
        }
        poids[6] *= 1.25;
    }
    if membre.age < 27 {
        poids[2] *= 2.2;
        poids[3] *= 1.3;
        poids[8] *= 0.2;
        poids[5] *= 0.1;
    }
    if jeunes_enfants && membre.sexe == Sexe::F {
        poids[6] *= 2.2;
        poids[1] *= 1.4;
    }
    if membre.pays != 0 {
        poids[0] *= 0.85;
        poids[6] *= 1.15;
    }
}

/// Status at M for a state; `au_travail_m` tells whether there is a wage at M (short contracts).
pub(crate) fn activite(etat: EtatTravail, au_travail_m: bool) -> Activite {
    match etat {
        EtatTravail::Stable | EtatTravail::TempsPartiel | EtatTravail::Micro | EtatTravail::Maladie => Activite::Actif,
        EtatTravail::Intermittent => {
            if au_travail_m {
                Activite::Actif
            } else {
                Activite::Chomeur
            }
        }
        EtatTravail::PerteAre | EtatTravail::AreEpuisee | EtatTravail::Ass => Activite::Chomeur,
        EtatTravail::Invalidite | EtatTravail::Handicap => {
            if au_travail_m {
                Activite::Actif
            } else {
                Activite::Inactif
            }
        }
        EtatTravail::Inactif | EtatTravail::SansObjet => Activite::Inactif,
        EtatTravail::Etudiant => Activite::Etudiant,
        EtatTravail::Senior => Activite::Retraite,
    }
}

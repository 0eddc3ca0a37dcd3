//! Who holds what: which persons each body lists, in which of its own files, as in life.
//!
//! The CAF knows its own allocataires only; the MSA everybody whom it insures, and them alone; the CPAM
//! nearly everybody else, children beside one parent; the pension fund whoever has an income or a career; France Travail the registered; the
//! département's services those whom they met. Row numbers are drawn here, before anything else, so
//! that truth and extracts always agree.

use crate::extraits::Organisme;
use crate::faits::{Foyer, Personne, Role, Sexe};
use crate::hasard::{Hasard, Usage};
use crate::imperfections;
use crate::source::Source;
use crate::versements::{C2s, RecuFoyer, RecuPersonne, allocataire};

/// One row of a body's persons table.
#[derive(Clone, Debug)]
pub(crate) struct Ligne {
    /// Index of the person in the foyer.
    pub(crate) personne: usize,
    /// The body's own random row number.
    pub(crate) row_id: [u8; 16],
    /// Number of the body's dossier, where it has dossiers.
    pub(crate) dossier: Option<u64>,
    /// Role in the dossier.
    pub(crate) role: Role,
    /// Index of the person under whose number this one is entered.
    pub(crate) sous_nir_de: Option<usize>,
    /// Second entry of the same person: identity only, no dossier, no fact.
    pub(crate) doublon: bool,
}

/// Share of people whom the CPAM lists (the others are insured elsewhere or lately arrived).
const PART_CPAM: f64 = 0.985;
/// RSA recipients registered at France Travail since registration became automatic.
const RSA_INSCRITS: f64 = 0.9;
/// Share of adults met by social services in the year, by shape of the foyer (alone, two adults, lone parent, couple
/// with children), then: RSA recipients, other poor foyers, everybody else. The inventor's, tuned so that the people
/// met have the composition that the département's services publish.
const PART_DEPARTEMENT: [[f64; 3]; 4] = [[0.10, 0.024, 0.0125], [0.04, 0.012, 0.0026], [0.55, 0.19, 0.085], [0.45, 0.105, 0.026]];
/// Difficulties with procedures make a meeting more likely.
const RENCONTRE_EN_DIFFICULTE: f64 = 1.4;
/// Old people who live alone are met by the services of old age rather than by these.
const RENCONTRE_SEUL_AGE: f64 = 0.35;
/// Monthly income per person under which a foyer counts as poor here, cents.
const REVENU_BAS: i32 = 60_000;

/// Rows of a foyer at a body, and the stream from which the writing of these rows goes on.
pub(crate) fn lignes(src: &dyn Source, o: Organisme, f: &Foyer, r: &RecuFoyer, rp: &[RecuPersonne]) -> (Vec<Ligne>, Hasard) {
    let mut h = Hasard::du_foyer(src.graine(), f.id, Usage::Extrait, o as u64);
    let mut lignes = Vec::new();
    for (k, p) in f.personnes.iter().enumerate() {
        // The same draws whatever the answer: a change of receipt moves no other row.
        let (u, row_id, second, double) = (h.unif(), h.octets16(), h.octets16(), h.unif());
        let enfant_sous_parent = h.unif() < imperfections::ENFANT_SOUS_NIR_PARENT;
        let liste = if src.complet() { liste_complete(o, p) } else { listee(o, f, p, r, rp, k, u) };
        if !liste {
            continue;
        }
        let (dossier, role, parent) = place(o, f, k, p);
        lignes.push(Ligne {
            personne: k,
            row_id,
            dossier,
            role,
            sous_nir_de: parent.filter(|_| o == Organisme::Cpam && p.age < 16 && enfant_sous_parent),
            doublon: false,
        });
        if double < o.taux().doublon {
            let doublon = Ligne { personne: k, row_id: second, dossier: None, role, sous_nir_de: None, doublon: true };
            lignes.push(doublon);
        }
    }
    (lignes, h)
}

/// Split of reference foyers: the four bodies that the check of the chain needs, whole.
fn liste_complete(o: Organisme, p: &Personne) -> bool {
    match o {
        Organisme::Caf | Organisme::Cpam | Organisme::Carsat => true,
        Organisme::FranceTravail => p.adulte() || p.age >= 16,
        Organisme::Msa | Organisme::Departement => false,
    }
}

/// Whether a body lists a person: whoever receives something from it is always in its file, since the
/// missions declare those files exhaustive for what each body pays.
fn listee(o: Organisme, f: &Foyer, p: &Personne, r: &RecuFoyer, rp: &[RecuPersonne], k: usize, u: f64) -> bool {
    let vers = rp.get(k).copied().unwrap_or_default();
    match o {
        Organisme::Caf => !f.agricole && allocataire(r, rp),
        Organisme::Msa => f.agricole,
        Organisme::Cpam => !f.agricole && (u < PART_CPAM || r.c2s != C2s::Aucune || vers.asi > 0),
        Organisme::Carsat => p.carriere || vers.aspa > 0,
        Organisme::FranceTravail => p.inscrit_ft || vers.ass > 0 || (p.adulte() && r.rsa > 0 && p.age < 64 && u < RSA_INSCRITS),
        Organisme::Departement => p.adulte() && u < part_departement(f, p, r),
    }
}

fn part_departement(f: &Foyer, p: &Personne, r: &RecuFoyer) -> f64 {
    let forme = usize::from(f.couple()) + 2 * usize::from(f.enfants() > 0);
    let pauvre = f.revenu_trimestre() < REVENU_BAS * f.personnes.len() as i32;
    let situation = if r.rsa > 0 { 0 } else { 2 - usize::from(pauvre) };
    let part = PART_DEPARTEMENT[forme][situation];
    let age = if f.personnes.len() == 1 && p.age >= 70 { RENCONTRE_SEUL_AGE } else { 1.0 };
    part * age * if p.acces.en_difficulte() { RENCONTRE_EN_DIFFICULTE } else { 1.0 }
}

/// Dossier, role in it, and index of the parent for a child.
fn place(o: Organisme, f: &Foyer, k: usize, p: &Personne) -> (Option<u64>, Role, Option<usize>) {
    match o {
        Organisme::Caf | Organisme::Msa => (Some(numero_dossier(f.id, 0)), p.role, None),
        Organisme::Cpam => {
            // A minor is beside one parent, the mother when there is one; adults are insured by themselves.
            let parent = f.personnes.iter().position(|a| a.adulte() && a.sexe == Sexe::F).unwrap_or(0);
            if p.role == Role::Enfant && p.age < 18 {
                (Some(numero_dossier(f.id, parent as u32 + 1)), Role::Enfant, Some(parent))
            } else {
                (Some(numero_dossier(f.id, k as u32 + 1)), Role::Demandeur, None)
            }
        }
        _ => (None, p.role, None),
    }
}

/// A body's own number for a dossier: different for every foyer and rank, in no order.
fn numero_dossier(foyer: u32, rang: u32) -> u64 {
    (u64::from(foyer) * 16 + u64::from(rang)) * 48_271 % 8_999_999_999 + 1_000_000_000
}

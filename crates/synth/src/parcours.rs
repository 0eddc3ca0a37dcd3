//! Why somebody entitled to a right does not receive it, and what this leaves in the files of bodies.
//!
//! The model: whether the person knows of the right; whether they asked; what stopped them if they did not (a choice,
//! or what the procedure demands and they do not have); what became of the request; whether a social service that met
//! them proposed it. The true set of types goes to the truth; bodies hold only dates and codes, and not all: a letter
//! sent is not a letter read. Rates are the inventor's, save that not knowing is the most frequent reason (Cnaf and
//! Odenore, cited by the field study).

use crate::calendrier::{Jour, Mois};
use crate::faits::Foyer;
use crate::hasard::{Hasard, Usage};
use crate::versements::{C2s, RecuFoyer, RecuPersonne, allocataire};

/// Families of rights whose course is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Famille {
    Rsa = 0,
    Ppa = 1,
    C2s = 2,
    Aspa = 3,
    AideLogement = 4,
    Asf = 5,
}

impl Famille {
    pub(crate) const TOUTES: [Self; 6] = [Self::Rsa, Self::Ppa, Self::C2s, Self::Aspa, Self::AideLogement, Self::Asf];

    /// The family of a right id.
    pub(crate) fn du_droit(droit: &str) -> Option<Self> {
        Some(match droit {
            "rsa" => Self::Rsa,
            "ppa" => Self::Ppa,
            "c2s_gratuite" | "c2s_participation" | "c2s_allocataires_rsa" => Self::C2s,
            "aspa" => Self::Aspa,
            "aide_logement" => Self::AideLogement,
            "asf" => Self::Asf,
            _ => return None,
        })
    }

    /// Bit in [`RecuFoyer::ouverts`].
    pub(crate) fn bit(self) -> u8 {
        1 << self as u8
    }

    fn recu(self, r: &RecuFoyer) -> bool {
        match self {
            Self::Rsa => r.rsa > 0,
            Self::Ppa => r.ppa > 0,
            Self::C2s => r.c2s != C2s::Aucune,
            Self::Aspa => r.aspa > 0,
            Self::AideLogement => r.aide_logement > 0,
            Self::Asf => r.asf > 0,
        }
    }
}

/// What became of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Suite {
    #[default]
    Aucune,
    Incomplete,
    Classee,
}

impl Suite {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Aucune => "aucune",
            Self::Incomplete => "incomplete",
            Self::Classee => "classee",
        }
    }
}

/// Why, before what a social service did or did not do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Raison {
    #[default]
    NonConnaissance,
    NonDemande,
    Contrainte,
    NonReception,
}

/// The course of one right for one foyer.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Parcours {
    raison: Raison,
    pub(crate) demande: Option<Jour>,
    pub(crate) decision: Option<Jour>,
    pub(crate) suite: Suite,
    pub(crate) information: Option<Jour>,
    pub(crate) simulation: Option<Jour>,
    pub(crate) fin: Option<Jour>,
    pub(crate) propose: Option<Jour>,
}

/// Shares of not knowing, not asking, asked and not received: foyers that the payer knows, then the others.
const RAISONS: [[f64; 3]; 2] = [[0.50, 0.26, 0.24], [0.66, 0.34, 0.0]];
/// Share of those who did not ask, and have a difficulty, whom the procedure stopped.
const CONTRAINTE: f64 = 0.6;
/// A letter or message announced the right: to those who do not know, who know, who were stopped.
const INFORMEES: [f64; 3] = [0.05, 0.4, 0.3];
/// A simulation was made, and an earlier receipt ended: only by those who know.
const SIMULATION: f64 = 0.3;
const FIN: f64 = 0.28;
/// A social worker who met the person proposed the right.
const PROPOSE: f64 = 0.3;
/// Request waiting, incomplete, closed without follow-up.
const SUITES: [f64; 3] = [0.3, 0.5, 0.2];

/// The courses of a foyer, in the order of [`Famille::TOUTES`]; nothing happened to a right received or not open.
pub(crate) fn parcours(graine: u64, m: Mois, f: &Foyer, r: &RecuFoyer, rp: &[RecuPersonne]) -> [Parcours; 6] {
    let mut h = Hasard::du_foyer(graine, f.id, Usage::Parcours, 0);
    let difficulte = f.adultes().any(|p| p.acces.en_difficulte());
    let allocataire = f.agricole || allocataire(r, rp);
    Famille::TOUTES.map(|famille| {
        // The same draws whatever the answer.
        let tire = tirer(&mut h, m, famille, difficulte, allocataire);
        if r.ouverts & famille.bit() != 0 && !famille.recu(r) { tire } else { Parcours::default() }
    })
}

fn tirer(h: &mut Hasard, m: Mois, famille: Famille, difficulte: bool, allocataire: bool) -> Parcours {
    let jour = m.premier();
    let connu = allocataire || matches!(famille, Famille::C2s | Famille::Aspa);
    let brute = h.poids(&RAISONS[usize::from(!connu)]);
    let stoppe = h.chance(CONTRAINTE) && difficulte;
    let raison = match brute {
        0 => Raison::NonConnaissance,
        1 if stoppe => Raison::Contrainte,
        1 => Raison::NonDemande,
        _ => Raison::NonReception,
    };
    let (informee, simulee, finie, proposee) = (h.unif(), h.chance(SIMULATION), h.chance(FIN), h.chance(PROPOSE));
    let quand: [i32; 4] = std::array::from_fn(|_| h.entre(20, 400));
    let (depot, delai, suite) = (h.entre(70, 260), h.entre(20, 55), h.poids(&SUITES));
    let mut p = Parcours { raison, ..Parcours::default() };
    let seuil = match raison {
        Raison::NonConnaissance => INFORMEES[0],
        Raison::Contrainte => INFORMEES[2],
        _ => INFORMEES[1],
    };
    p.information = (informee < seuil && connu).then_some(jour - quand[0]);
    p.propose = proposee.then_some(jour - quand[3] / 2);
    if raison != Raison::NonConnaissance && connu {
        p.simulation = (simulee && raison != Raison::Contrainte).then_some(jour - quand[1]);
        // The cover that ended is already dated by `c2s_fin`; a minimum that ended has its own date.
        p.fin = (finie && raison != Raison::NonReception && famille != Famille::C2s).then_some(jour - quand[2]);
    }
    if raison == Raison::NonReception {
        p.demande = Some(jour - depot);
        p.suite = [Suite::Aucune, Suite::Incomplete, Suite::Classee][suite];
        p.decision = (p.suite != Suite::Aucune).then_some(jour - depot + delai);
    }
    p
}

impl Parcours {
    /// The true set of types; `rencontree` when a social service met the person.
    pub(crate) fn types(&self, rencontree: bool) -> Vec<&'static str> {
        let mut t = vec![match self.raison {
            Raison::NonConnaissance => "non_connaissance",
            Raison::NonDemande => "non_demande",
            Raison::Contrainte => "non_demande_contrainte",
            Raison::NonReception => "non_reception",
        }];
        if rencontree && self.propose.is_none() && self.raison != Raison::NonReception {
            t.push("non_proposition");
        }
        t
    }
}

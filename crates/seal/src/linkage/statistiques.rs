//! What a linkage reports: counts only, no token, no row id.

use super::amas::Refus;
use super::budget::{Budget, Depassement, Etrangers, Presence};
use super::unite::OptionsLiaison;
use crate::token::{Passe, PasseElargie};

/// Any pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum ToutePasse {
    /// p0 … p5.
    Simple(Passe),
    /// p6 and after.
    Elargie(PasseElargie),
}

impl ToutePasse {
    /// Its name in files.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Simple(p) => p.code(),
            Self::Elargie(p) => p.code(),
        }
    }
}

impl From<Passe> for ToutePasse {
    fn from(passe: Passe) -> Self {
        Self::Simple(passe)
    }
}

impl From<PasseElargie> for ToutePasse {
    fn from(passe: PasseElargie) -> Self {
        Self::Elargie(passe)
    }
}

/// Groups (one token, or one set of links) and the rows in them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Compte {
    /// Number of groups.
    pub groupes: u64,
    /// Number of rows (or of persons already formed) in them.
    pub lignes: u64,
}

impl Compte {
    pub(super) fn ajouter(&mut self, lignes: usize) {
        self.groupes += 1;
        self.lignes += lignes as u64;
    }
}

/// Counts of one pass.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StatistiquesPasse {
    /// The pass.
    pub passe: ToutePasse,
    /// Rows that carry a token.
    pub lignes: u64,
    /// Tokens (as many as rows, but for wider passes).
    pub jetons: u64,
    /// Different tokens.
    pub distincts: u64,
    /// Rows whose token is held by no other row of their body.
    pub uniques: u64,
    /// Tokens dropped because a body holds them for two persons.
    pub ambigus: Compte,
    /// Tokens dropped by the frequency cap (p0: too many rows of one body under one number).
    pub frequents: Compte,
    /// Persons recorded more than once in one body, and the rows concerned: at p0 by their certified
    /// number, at p2 by the agreement of all their weaker tokens.
    pub doublons: Compte,
    /// Tokens whose rows were all one person already.
    pub deja_relies: u64,
    /// Links refused because the certified numbers differ.
    pub veto: Compte,
    /// Tokens refused because sex or birth date contradict.
    pub contredits: Compte,
    /// Links refused because a person would get two rows of one body.
    pub deja_pris: Compte,
    /// Sets of links refused because they contradict each other.
    pub concurrents: Compte,
    /// Links made: persons joined, minus one for each result.
    pub liens: u64,
    /// Expected false links, over all pairs of bodies: an upper estimate made before the pass.
    pub faux_liens_attendus: f64,
    /// The same as a share of the smaller body, for the worst pair of bodies.
    pub part_de_faux_liens: f64,
    /// Entropy of collision of a token in bits, when two strangers share one often enough to measure it.
    pub entropie: Option<f64>,
    /// Birth dates that contradict did not refuse a link: here, two people whom this pass would confuse but for their
    /// dates are too rare.
    pub dates_admises: bool,
    /// The whole pass was refused.
    pub refusee: bool,
    /// Why.
    pub depassement: Option<Depassement>,
}

impl StatistiquesPasse {
    pub(super) fn nouvelles(passe: ToutePasse) -> Self {
        Self {
            passe,
            lignes: 0,
            jetons: 0,
            distincts: 0,
            uniques: 0,
            ambigus: Compte::default(),
            frequents: Compte::default(),
            doublons: Compte::default(),
            deja_relies: 0,
            veto: Compte::default(),
            contredits: Compte::default(),
            deja_pris: Compte::default(),
            concurrents: Compte::default(),
            liens: 0,
            faux_liens_attendus: 0.0,
            part_de_faux_liens: 0.0,
            entropie: None,
            dates_admises: false,
            refusee: false,
            depassement: None,
        }
    }

    /// Share of rows whose token is unique in their body, 0 to 1 (1 when there is no token).
    #[must_use]
    pub fn unicite(&self) -> f64 {
        if self.jetons == 0 { 1.0 } else { self.uniques as f64 / self.jetons as f64 }
    }

    pub(super) fn compter(&mut self, lignes: usize, uniques: usize) {
        self.distincts += 1;
        self.jetons += lignes as u64;
        self.uniques += uniques as u64;
    }

    /// Holds the pass against its limits, on the counts made so far; false when it is refused.
    pub(super) fn juger(
        &mut self,
        budget: &mut Budget,
        presence: &Presence,
        etrangers: Etrangers,
        echantillon: f64,
        options: &OptionsLiaison,
    ) -> bool {
        let frequents = if self.jetons == 0 { 0.0 } else { self.frequents.lignes as f64 / self.jetons as f64 };
        let vu = (self.jetons, self.unicite(), frequents);
        let dates = matches!(self.passe, ToutePasse::Elargie(p) if !p.regle().muette());
        let jugement = budget.juger(presence, etrangers, echantillon, vu, dates, options);
        self.dates_admises = jugement.dates_admises;
        self.faux_liens_attendus = jugement.attendus;
        self.part_de_faux_liens = jugement.part;
        self.entropie = jugement.entropie;
        self.refusee = jugement.depassement.is_some();
        self.depassement = jugement.depassement;
        !self.refusee
    }

    pub(super) fn refuser(&mut self, refus: Refus, lignes: usize) {
        match refus {
            Refus::Veto => self.veto.ajouter(lignes),
            Refus::DejaRelie => self.deja_pris.ajouter(lignes),
        }
    }
}

/// Counts of one body.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct StatistiquesOrganisme {
    /// The body.
    pub organisme: String,
    /// Rows delivered.
    pub lignes: u64,
    /// Rows linked to at least one other body.
    pub reliees: u64,
    /// Rows with a certified number that kept its standing.
    pub nir_certifies: u64,
    /// Rows without any token.
    pub sans_jeton: u64,
}

impl StatistiquesOrganisme {
    /// Share of rows linked to another body, 0 to 1 (0 when there is no row).
    #[must_use]
    pub fn part_reliee(&self) -> f64 {
        if self.lignes == 0 { 0.0 } else { self.reliees as f64 / self.lignes as f64 }
    }
}

/// Everything a linkage reports.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct StatistiquesLiaison {
    /// Per pass, in their order.
    pub passes: Vec<StatistiquesPasse>,
    /// Per body, in the order of the deliveries.
    pub organismes: Vec<StatistiquesOrganisme>,
    /// Persons known to exactly k bodies, at index k − 1.
    pub personnes_par_nombre_d_organismes: Vec<u64>,
    /// Rows per force 0, 1, 2, 3.
    pub lignes_par_force: [u64; 4],
}

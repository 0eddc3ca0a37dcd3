//! Which rows leave the host for one body: selection only, over random handles. No identity, no amount, no
//! reason, no file.
//!
//! A list is made for one body and one wave:
//!
//! 1. each finding looks for its recipient: the first body of the right's ordered list that knows the person
//!    ([`Annuaire`]); when none does, it is counted and goes nowhere;
//! 2. each person has one **lead body** for the wave, the recipient of its most urgent finding, and that body
//!    receives all the rights of the person that it may receive: one contact, not six. The others wait, and
//!    nothing tells them that they do;
//! 3. the body's declared capacity caps the list: ruptures with a date first, by date, then a random draw
//!    ([`tirage`]), never the grade: at the cap, not being listed says nothing about a person;
//! 4. rows are padded to a multiple of [`BLOC`] with rows of nobody, and shuffled.
//!
//! A row has six fields ([`COLONNES`]). Two bands only: the strongest grade and the one below are both « à
//! proposer ».

mod annuaire;
mod lignes;
mod tirage;
mod vague;

#[cfg(test)]
mod tests;

pub use annuaire::{Annuaire, Inscription};
pub use lignes::{COLONNES, Ligne, schema, vers_lot};
pub use tirage::Graine;
pub use vague::{Bilan, BilanDroit, FauteListe, Liste, Remise, Vague, expiration_par_defaut, preparer};

/// A person's handle: 16 random bytes given by the linkage unit, valid for one mission and epoch.
pub type Poignee = [u8; 16];

/// A body's own random row id.
pub type NumeroDeLigne = [u8; 16];

/// Days since 1970-01-01 (Arrow's `date32`).
pub type Jour = i32;

/// Lists have a multiple of this number of rows, so that the size of the file does not say how many people are
/// in it.
pub const BLOC: usize = 500;

/// Links made by one weak pass say less than « à proposer ».
const FORCE_FAIBLE: u8 = 1;

/// What a rule finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nature {
    /// A right about to be lost. First, because it orders before a right not received.
    Rupture,
    /// A right not received.
    NonRecours,
}

/// What a list says of how sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bande {
    /// Certain or probable: there is something to propose.
    AProposer,
    /// Possible: something must be asked first.
    AVerifier,
}

impl Bande {
    /// As lists write it.
    pub const fn texte(self) -> &'static str {
        match self {
            Self::AProposer => "à proposer",
            Self::AVerifier => "à vérifier",
        }
    }

    /// The band that a list's text names.
    pub fn de_texte(texte: &str) -> Option<Self> {
        [Self::AProposer, Self::AVerifier].into_iter().find(|b| b.texte() == texte)
    }

    /// The band of a finding's grade (`certain`, `probable`, `possible`).
    pub fn de_certitude(certitude: &str) -> Option<Self> {
        match certitude {
            "certain" | "probable" => Some(Self::AProposer),
            "possible" => Some(Self::AVerifier),
            _ => None,
        }
    }
}

/// A rule of the mission, as far as lists need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Regle {
    /// Right or rupture (`rsa`).
    pub droit: String,
    /// `id@version`.
    pub regle: String,
    /// Right or rupture.
    pub nature: Nature,
    /// Bodies that may receive its rows, by their number in the mission, in order of preference.
    pub destinataires: Vec<usize>,
}

/// A finding, as far as lists need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reperage {
    /// The person (for a couple or a foyer, the adult who stands for it).
    pub personne: Poignee,
    /// Number of its rule in the slice given to [`preparer`].
    pub regle: usize,
    /// How sure.
    pub bande: Bande,
    /// Last day at which acting by the usual channel is in time.
    pub date_utile: Option<Jour>,
    /// Day of the loss.
    pub echeance: Option<Jour>,
}

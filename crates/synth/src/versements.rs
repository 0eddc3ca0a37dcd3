//! What is received: the only state that the territory keeps for every foyer and person.

use crate::calendrier::Jour;
use std::collections::BTreeSet;

/// Rights whose receipt the inventor knows how to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Droit {
    /// Minimum income (foyer).
    Rsa,
    /// Old-age minimum (foyer: means of the couple).
    Aspa,
    /// In-work benefit (foyer).
    Ppa,
    /// Free complementary health cover (foyer).
    C2sGratuite,
    /// Complementary health cover with contribution (foyer).
    C2sParticipation,
    /// Housing aid (foyer).
    AideLogement,
    /// Family allowances (foyer).
    Af,
    /// Family supplement (foyer).
    Cf,
    /// Family support allowance (foyer).
    Asf,
    /// Basic allowance for young children (foyer).
    PajeBase,
    /// Disabled adults' allowance (person).
    Aah,
    /// Supplement for independent living (person).
    Caah,
    /// Specific solidarity allowance (person).
    Ass,
    /// Supplementary invalidity allowance (person).
    Asi,
}

impl Droit {
    /// Reads a right's identifier; `None` for a right that the inventor does not pay.
    #[must_use]
    pub fn lire(id: &str) -> Option<Self> {
        Some(match id {
            "rsa" => Self::Rsa,
            "aspa" => Self::Aspa,
            "ppa" => Self::Ppa,
            "c2s_gratuite" => Self::C2sGratuite,
            "c2s_participation" => Self::C2sParticipation,
            "aide_logement" => Self::AideLogement,
            "af" => Self::Af,
            "cf" => Self::Cf,
            "asf" => Self::Asf,
            "paje_base" => Self::PajeBase,
            "aah" => Self::Aah,
            "caah" => Self::Caah,
            "ass" => Self::Ass,
            "asi" => Self::Asi,
            _ => return None,
        })
    }

    /// Identifier of the right.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Rsa => "rsa",
            Self::Aspa => "aspa",
            Self::Ppa => "ppa",
            Self::C2sGratuite => "c2s_gratuite",
            Self::C2sParticipation => "c2s_participation",
            Self::AideLogement => "aide_logement",
            Self::Af => "af",
            Self::Cf => "cf",
            Self::Asf => "asf",
            Self::PajeBase => "paje_base",
            Self::Aah => "aah",
            Self::Caah => "caah",
            Self::Ass => "ass",
            Self::Asi => "asi",
        }
    }
}

/// Entitlements computed elsewhere on the complete facts, to decide who receives them.
///
/// Say first which rights were evaluated: for the others the inventor keeps its own simple amounts.
#[derive(Clone, Debug, Default)]
pub struct DroitsOuverts {
    pub(crate) evalues: BTreeSet<Droit>,
    pub(crate) foyers: Vec<(u32, Droit, i32)>,
    pub(crate) personnes: Vec<(u32, Droit, i32)>,
}

impl DroitsOuverts {
    /// An empty set in which the rights listed count as evaluated; unknown identifiers are ignored
    /// (the inventor does not pay them).
    #[must_use]
    pub fn evalues(droits: &[&str]) -> Self {
        Self { evalues: droits.iter().filter_map(|d| Droit::lire(d)).collect(), ..Self::default() }
    }

    /// Adds a right of a foyer, with its monthly amount in euros (`None` for rights without amount).
    /// Returns whether the inventor pays that right.
    pub fn ajouter_foyer(&mut self, household_id: u32, droit: &str, mensuel: Option<f64>) -> bool {
        Self::ajouter(&mut self.evalues, &mut self.foyers, household_id, droit, mensuel)
    }

    /// Adds a right of a person (`aah caah ass asi`), with its monthly amount in euros.
    pub fn ajouter_personne(&mut self, person_id: u32, droit: &str, mensuel: Option<f64>) -> bool {
        Self::ajouter(&mut self.evalues, &mut self.personnes, person_id, droit, mensuel)
    }

    fn ajouter(evalues: &mut BTreeSet<Droit>, liste: &mut Vec<(u32, Droit, i32)>, id: u32, droit: &str, mensuel: Option<f64>) -> bool {
        let Some(d) = Droit::lire(droit) else {
            return false;
        };
        evalues.insert(d);
        liste.push((id, d, mensuel.map_or(0, crate::hasard::centimes)));
        true
    }
}

/// Tier of complementary health cover received.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum C2s {
    #[default]
    Aucune,
    Gratuite,
    Participation,
}

impl C2s {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Aucune => "aucune",
            Self::Gratuite => "gratuite",
            Self::Participation => "participation",
        }
    }
}

/// Receipts and open procedures of a foyer; amounts in cents a month.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RecuFoyer {
    pub(crate) rsa: i32,
    pub(crate) aspa: i32,
    pub(crate) ppa: i32,
    pub(crate) aide_logement: i32,
    pub(crate) af: i32,
    pub(crate) cf: i32,
    pub(crate) asf: i32,
    pub(crate) paje_base: i32,
    pub(crate) c2s: C2s,
    /// Reference foyers whose file says nothing of the cover.
    pub(crate) c2s_inconnue: bool,
    /// Last day of the cover, running or past; `None` when there never was one.
    pub(crate) c2s_fin: Option<Jour>,
    pub(crate) c2s_demande: bool,
    /// Due date of the quarterly declaration now open; `None` when none is.
    pub(crate) dtr_attendue: Option<Jour>,
    pub(crate) dtr_deposee: bool,
    /// Families of rights that the foyer is entitled to ([`crate::parcours::Famille::bit`]).
    pub(crate) ouverts: u8,
}

/// Receipts of a person, cents a month.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RecuPersonne {
    pub(crate) aah: i32,
    pub(crate) caah: i32,
    pub(crate) ass: i32,
    pub(crate) asi: i32,
    /// Share of the couple's ASPA.
    pub(crate) aspa: i32,
}

/// Receives something from the family branch: the only foyers that the CAF or the MSA know.
pub(crate) fn allocataire(r: &RecuFoyer, personnes: &[RecuPersonne]) -> bool {
    r.rsa + r.ppa > 0 || connu_hors_rsa(r, personnes)
}

/// Same, RSA and PPA apart.
pub(crate) fn connu_hors_rsa(r: &RecuFoyer, personnes: &[RecuPersonne]) -> bool {
    r.aide_logement + r.af + r.cf + r.asf + r.paje_base > 0 || personnes.iter().any(|p| p.aah > 0)
}

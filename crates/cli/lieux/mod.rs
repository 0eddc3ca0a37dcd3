//! The directory of places of a territory: who receives people, where, by which doors, at which hours.
//!
//! A table (CSV, Parquet or Arrow) that a département or a TZNR team keeps, one row a place:
//!
//! | column | what | |
//! |---|---|---|
//! | `lieu` | name of the place | required |
//! | `genre` | [`Genre`] | required |
//! | `commune` | name of the commune | required |
//! | `code_postal` | five digits | required |
//! | `adresse` | street and number | |
//! | `telephone` | a direct number, never in 08 | |
//! | `horaires` | opening hours, for people | |
//! | `canaux` | doors that it offers, separated by commas ([`ChannelKind`]) | required |
//! | `verifie_le` | day on which the row was last checked | required |
//! | `organismes` | bodies for which it receives, separated by commas; empty: whatever the body | required for an `agence` |
//! | `ouvertures` | opening hours for programs ([`Semaine`]) | column may be absent |
//!
//! No coordinates: nearest is the same commune, then the same postal code, then the same département ([`Proximite`]).

mod lecture;
mod ouvertures;
mod proches;

pub use ouvertures::Semaine;
pub(crate) use proches::cle_de_commune;
pub use proches::{Besoin, Proche, Proximite};

use recours_engine::outreach::Jour;
use recours_rules::catalogue::ChannelKind;

/// Kinds of places: a closed list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Genre {
    /// Reception of one body.
    Agence,
    /// France services.
    FranceServices,
    /// Social centre of a commune.
    Ccas,
    /// Social service of the département.
    ServiceSocial,
    /// Town hall.
    Mairie,
    /// Digital point of a body: screens and somebody to help.
    PointNumerique,
    /// Digital or social mediation.
    Mediation,
    /// Open space: screens, coffee, somebody.
    EspaceOuvert,
    /// Association.
    Association,
    /// Permanence or bus that comes at given hours.
    Permanence,
}

impl Genre {
    /// All, in the order in which they are offered when they are equally near.
    pub const TOUS: [Self; 10] = [
        Self::Agence,
        Self::FranceServices,
        Self::ServiceSocial,
        Self::Ccas,
        Self::PointNumerique,
        Self::Mediation,
        Self::Permanence,
        Self::Mairie,
        Self::Association,
        Self::EspaceOuvert,
    ];

    /// As files write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Agence => "agence",
            Self::FranceServices => "france_services",
            Self::Ccas => "ccas",
            Self::ServiceSocial => "service_social",
            Self::Mairie => "mairie",
            Self::PointNumerique => "point_numerique",
            Self::Mediation => "mediation",
            Self::EspaceOuvert => "espace_ouvert",
            Self::Association => "association",
            Self::Permanence => "permanence",
        }
    }

    /// From what a file writes.
    #[must_use]
    pub fn de_code(code: &str) -> Option<Self> {
        Self::TOUS.into_iter().find(|g| g.code() == code)
    }

    /// Name for people.
    #[must_use]
    pub const fn nom(self) -> &'static str {
        match self {
            Self::Agence => "agence",
            Self::FranceServices => "espace France services",
            Self::Ccas => "CCAS",
            Self::ServiceSocial => "service social du département",
            Self::Mairie => "mairie",
            Self::PointNumerique => "point numérique",
            Self::Mediation => "lieu de médiation",
            Self::EspaceOuvert => "espace ouvert",
            Self::Association => "association",
            Self::Permanence => "permanence",
        }
    }
}

/// A place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lieu {
    /// Name.
    pub nom: String,
    /// Kind.
    pub genre: Genre,
    /// Commune.
    pub commune: String,
    /// Postal code, five digits.
    pub code_postal: String,
    /// Street.
    pub adresse: Option<String>,
    /// Direct number.
    pub telephone: Option<String>,
    /// Opening hours, for people.
    pub horaires: Option<String>,
    /// Doors, in the order of the catalogue.
    pub canaux: Vec<ChannelKind>,
    /// Bodies for which it receives; none: whatever the body.
    pub organismes: Vec<String>,
    /// Opening hours, for programs.
    pub ouvertures: Option<Semaine>,
    /// Day of the last check.
    pub verifie_le: Jour,
}

impl Lieu {
    /// Somebody may be seen there: a counter, a visit at home or a video call with somebody beside.
    #[must_use]
    pub fn recoit(&self) -> bool {
        self.canaux.iter().any(|c| matches!(c, ChannelKind::Counter | ChannelKind::Home | ChannelKind::Video))
    }

    /// Whether the row was last checked more than a year before `jour`: to be read again before it is printed.
    #[must_use]
    pub fn a_relire(&self, jour: Jour) -> bool {
        let limite = recours_rules::date::add_months(i64::from(self.verifie_le), 12);
        i64::from(jour) > limite
    }

    /// Street, postal code and commune on one line.
    #[must_use]
    pub fn adresse_entiere(&self) -> String {
        let fin = format!("{} {}", self.code_postal, self.commune);
        self.adresse.as_ref().map_or_else(|| fin.clone(), |a| format!("{a}, {fin}"))
    }
}

/// The places of a territory, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Repertoire {
    /// Places.
    pub lieux: Vec<Lieu>,
}

#[cfg(test)]
mod tests;

//! The YAML shapes of what happened on the way to a right, of the types of non-recours that it shows, and of what was
//! observed of a requirement.

use super::Text;
use serde::Deserialize;

/// Events, types of non-recours and what shows them, once for all rights.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypesDoc {
    /// What may happen on the way to a right: the names that rights bind under `parcours`.
    pub evenements: Vec<EventDoc>,
    /// What shows that the offer is known, without being of a type.
    #[serde(default)]
    pub connaissance: Vec<ObservationDoc>,
    /// The types.
    pub types_non_recours: Vec<TypeDoc>,
}

/// An event.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventDoc {
    /// Name, used in observations.
    pub nom: Text,
    /// One French sentence.
    pub dit: String,
    /// `date`, `code` or `nombre`.
    #[serde(rename = "type")]
    pub genre: Text,
    /// Unit of a number.
    pub unite: Option<Text>,
    /// List of a code.
    pub codes: Option<Text>,
}

/// A type of non-recours.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypeDoc {
    /// Of the closed list.
    #[serde(rename = "type")]
    pub label: Text,
    /// One French sentence.
    pub dit: Text,
    /// Given as long as nothing shows that the offer is known.
    #[serde(default)]
    pub par_defaut: bool,
    /// Whether its observations show that the offer is known.
    #[serde(default)]
    pub connue: bool,
    /// What shows it; one is enough.
    #[serde(default)]
    pub observations: Vec<ObservationDoc>,
}

/// What shows a type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObservationDoc {
    /// Name.
    pub id: Text,
    /// One French sentence.
    pub dit: Text,
    /// Where the idea comes from.
    pub source: Text,
    /// Expression, for one adult where an event is of persons.
    pub si: Text,
    /// Expression that no adult of the foyer may satisfy.
    pub sauf_si: Option<Text>,
}

/// What observed facts say of the requirements of procedures.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacitiesDoc {
    /// One by requirement.
    pub capacites: Vec<CapacityDoc>,
}

/// What is known of a requirement.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapacityDoc {
    /// Of the closed vocabulary of the catalogue.
    pub exigence: Text,
    /// What makes it known not to be there.
    #[serde(default)]
    pub connu_non: Vec<EvidenceDoc>,
    /// What makes it known to be there.
    #[serde(default)]
    pub connu_oui: Vec<EvidenceDoc>,
}

/// An observed fact, and what it says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceDoc {
    /// Name.
    pub id: Text,
    /// One French sentence.
    pub dit: Text,
    /// Where the idea comes from.
    pub source: Text,
    /// Expression over observed facts of the person.
    pub si: Text,
}

//! What a dossier says, as data: kept in `dossier.json`, compared with the next one.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A rule that reads a column, or whose rows are sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RegleLue {
    /// `id@version`.
    pub regle: String,
    /// Its name for people.
    pub libelle: String,
    /// Articles of what reads the column there; the rule's own where it says none.
    pub article: String,
}

/// Permission under which something leaves.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// The text; absent: the mission has no line.
    pub article: Option<String>,
    /// Reference of the agreement.
    pub convention: Option<String>,
    /// First day.
    pub du: Option<String>,
    /// Last day.
    pub au: Option<String>,
    /// Whether it is in force on the mission's date.
    pub en_cours: bool,
    /// Rank of the line in the mission.
    pub rang: Option<usize>,
}

/// A column that leaves a body for the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Donnee {
    /// Body.
    pub organisme: String,
    /// Fact of the vocabulary.
    pub variable: String,
    /// Months before M, as `plan` writes them; empty for what is no series.
    pub mois: String,
    /// What it is, for people.
    pub dit: String,
    /// The body's own name for it.
    pub chez_lui: String,
    /// Class of data.
    pub classe: String,
    /// How coarse it leaves.
    pub grain: String,
    /// Why.
    pub regles: Vec<RegleLue>,
}

/// What a body gives, family by family.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envoi {
    /// Body, or `hote`.
    pub organisme: String,
    /// Family of data.
    pub famille: String,
    /// Who receives.
    pub destinataire: String,
    /// Under what.
    pub permission: Permission,
}

/// A right whose rows are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Liste {
    /// Rule.
    pub regle: RegleLue,
    /// Bodies that may receive it, in order.
    pub destinataires: Vec<String>,
}

/// Everything that two dossiers are compared on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Etat {
    /// What the mission says of itself, by key, in words.
    pub mission: BTreeMap<String, String>,
    /// Names of bodies, with their article (« la Caf … ») when read aloud.
    pub organismes: BTreeMap<String, String>,
    /// How long things are kept, in words.
    pub conservation: BTreeMap<String, String>,
    /// Columns.
    pub donnees: Vec<Donnee>,
    /// Families.
    pub envois: Vec<Envoi>,
    /// Columns that the mission maps and that stay at home: body, column, why.
    pub restent: Vec<(String, String, String)>,
    /// Rights.
    pub listes: Vec<Liste>,
    /// Rules evaluated at home, by body.
    pub chez_soi: BTreeMap<String, Vec<String>>,
}

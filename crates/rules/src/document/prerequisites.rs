//! The YAML shapes of what must be there before a procedure can succeed.

use super::Text;
use serde::Deserialize;

/// Prerequisites of procedures.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrerequisitesDoc {
    /// The prerequisites, those that come first first.
    pub prealables: Vec<PrerequisiteDoc>,
}

/// One prerequisite.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PrerequisiteDoc {
    /// Name, used under `prealables` of rules.
    pub id: Text,
    /// What must be there, for people.
    pub dit: String,
    /// What to do first when it is not, for people.
    pub lever: Text,
    /// Where it comes from.
    pub source: Text,
    /// The requirement of the catalogue that it answers to.
    pub exigence: Option<Text>,
    /// Rules whose finding shows that it is not there.
    #[serde(default)]
    pub signes: Vec<Text>,
    /// Prerequisites of its own.
    #[serde(default)]
    pub apres: Vec<Text>,
}

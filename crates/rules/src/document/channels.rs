//! The YAML shape of channel classes.

use super::Text;
use serde::Deserialize;

/// How contacts are sorted into classes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelsDoc {
    /// Parameter that holds the months looked at.
    pub fenetre: Text,
    /// Channels of contact events.
    pub canaux: Vec<MeansDoc>,
    /// What does not count with the others.
    #[serde(default)]
    pub a_part: Vec<ApartDoc>,
    /// The classes, all of them.
    pub classes: Vec<ClassDoc>,
    /// Whose contacts are counted together.
    pub publics: Vec<PublicDoc>,
}

/// A channel.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeansDoc {
    /// Code of the events.
    pub canal: Text,
    /// `direct` or `numerique`.
    pub sorte: Text,
    /// For people.
    pub dit: String,
}

/// Events set apart.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApartDoc {
    /// Identifier.
    pub id: Text,
    /// Channel of the events.
    pub canal: Text,
    /// Subject of the events.
    pub objet: Text,
    /// Class of whoever has no other contact; absent: these events are no contact at all.
    pub classe: Option<Text>,
    /// For people.
    pub dit: String,
    /// Where the exception comes from.
    pub source: Text,
}

/// A class.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassDoc {
    /// Which one, of the closed list.
    pub classe: Text,
    /// For people.
    pub dit: String,
    /// Where it is known from.
    pub source: Text,
}

/// People counted together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PublicDoc {
    /// Identifier.
    pub public: Text,
    /// For people.
    pub dit: String,
    /// Rights of which one at least is received.
    pub droits: Vec<Text>,
}

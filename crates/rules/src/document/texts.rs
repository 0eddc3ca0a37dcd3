//! The YAML shape of what pages, messages and letters say.

use super::Text;
use serde::Deserialize;

/// The texts of a pack.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextsDoc {
    /// Each once.
    pub textes: Vec<TextDoc>,
}

/// One text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextDoc {
    /// Which one, of the closed list.
    pub nom: Text,
    /// The law that asks for it, or where its form comes from.
    pub source: Option<String>,
    /// Its sentences, with `{champ}` where a name or a date stands.
    pub dit: Vec<Text>,
}

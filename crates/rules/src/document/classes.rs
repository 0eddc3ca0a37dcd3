//! The YAML shapes of classes of data and of the legal texts that papers cite.

use super::Text;
use serde::Deserialize;

/// Classes of data.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClassesDoc {
    /// The classes.
    pub classes_de_donnees: Vec<DataClassDoc>,
}

/// One class.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataClassDoc {
    /// Name, used under `classe` of facts.
    pub classe: Text,
    /// Name for people.
    pub libelle: String,
    /// One sentence.
    pub dit: String,
    /// The most that a fact of it may do.
    pub croisement: Text,
    /// Classes into which its holder may conclude, by true or false.
    #[serde(default)]
    pub conclusions: Vec<Text>,
    /// Classes into which its holder may conclude by a date.
    #[serde(default)]
    pub conclusions_datees: Vec<Text>,
    /// The article.
    pub article: Text,
    /// Day on which it was read at its source.
    pub verifie: Option<Text>,
    /// Else, what has to be opened.
    pub a_verifier: Option<Text>,
}

/// Legal texts.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameDoc {
    /// The texts.
    pub cadre: Vec<ReferenceDoc>,
}

/// One legal text.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReferenceDoc {
    /// Name, used by papers.
    pub texte: Text,
    /// How it is cited.
    pub titre: String,
    /// What it says, as far as it was read.
    pub dit: String,
    /// Where it was read: the name of a site; absent when from memory.
    pub lu: Option<Text>,
    /// Day on which it was read there.
    pub verifie: Option<Text>,
    /// Else, what has to be opened.
    pub a_verifier: Option<Text>,
}

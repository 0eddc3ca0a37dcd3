//! `croisement.toml` as it is written, before any check. Spans are kept for messages.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

pub(super) type Texte = Spanned<String>;
pub(super) type Carte<V> = BTreeMap<Spanned<String>, V>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CroisementBrut {
    pub regles: Texte,
    pub le: Spanned<toml::Value>,
    pub tranches: Option<Spanned<Vec<toml::Value>>>,
    #[serde(default)]
    pub calculs: Vec<Texte>,
    #[serde(default)]
    pub table: Vec<Spanned<TableBrute>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableBrute {
    pub nom: Texte,
    pub fichier: Texte,
    pub personne: Texte,
    pub foyer: Option<Texte>,
    #[serde(default)]
    pub faits: Carte<Spanned<FaitBrut>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FaitBrut {
    pub colonne: Option<Texte>,
    pub unite: Option<Texte>,
    pub nul: Option<Spanned<toml::Value>>,
    pub est: Option<Texte>,
    pub codes: Option<Carte<Texte>>,
}

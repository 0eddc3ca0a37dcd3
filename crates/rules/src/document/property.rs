//! The YAML shapes of what a rule file claims of itself, and of the way in which people ask for the right.

use super::{Spanned, Text};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;

/// A claim, tried on generated foyers. Exactly one kind is said.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PropertyDoc {
    /// Name of the claim.
    pub id: Text,
    /// One French sentence.
    pub dit: Text,
    /// The amount (the verdict, when there is no amount) never rises along an income.
    pub jamais_croissant: Option<AlongDoc>,
    /// The amount (the verdict, when there is no amount) never falls along a fact.
    pub jamais_decroissant: Option<AlongDoc>,
    /// The amount of an open right lies between bounds.
    pub entre: Option<BoundsDoc>,
    /// The right is closed, and nothing is paid, when a condition holds.
    pub nul_si: Option<Text>,
    /// The amount moves by no more than a declared size for one step of an income.
    pub sans_saut: Option<StepDoc>,
    /// The claim is made only where this condition holds.
    pub tant_que: Option<Text>,
}

/// The fact along which the answers are compared, everything else equal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlongDoc {
    /// The fact: an amount or a number.
    pub selon: Text,
    /// Group of the one person whose fact moves; `adultes` when it is not said.
    pub chez: Option<Text>,
    /// `tous`: a series moves in all its months at once, and never in some of them only.
    pub mois: Option<Text>,
}

/// Bounds, each an expression or a decimal in the unit of the amount.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BoundsDoc {
    /// Not below.
    pub min: Option<Text>,
    /// Not above.
    pub max: Option<Text>,
}

/// A step along a fact and the greatest move of the amount that it may make.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDoc {
    /// The fact.
    pub selon: Text,
    /// Group of the person whose fact moves; `adultes` when it is not said.
    pub chez: Option<Text>,
    /// The step, in the unit of the fact.
    pub de: Text,
    /// The greatest move: an expression or a decimal in the unit of the amount.
    pub au_plus: Text,
}

/// How a right is asked for: what is needed to tell whether somebody without a screen can.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureDoc {
    /// Where it is asked for on line.
    pub en_ligne: Option<String>,
    /// How it is asked for with a person or on paper.
    pub alternative_humaine: Option<String>,
}

/// One name, or several.
#[derive(Debug)]
pub enum NamesDoc {
    /// `concerne: rsa`.
    One(String),
    /// `concerne: [rsa, ppa]`.
    Several(Vec<Text>),
}

impl NamesDoc {
    /// The names, each with its place.
    #[must_use]
    pub fn named(doc: Spanned<Self>) -> Vec<Text> {
        let Spanned { value, referenced, defined } = doc;
        match value {
            Self::One(name) => vec![Text { value: name, referenced, defined }],
            Self::Several(names) => names,
        }
    }
}

impl<'de> Deserialize<'de> for NamesDoc {
    // Written by hand because an `untagged` enum would lose the places of the names.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = NamesDoc;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("un nom, ou une liste de noms")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<NamesDoc, E> {
                Ok(NamesDoc::One(name.to_owned()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<NamesDoc, A::Error> {
                let mut out = Vec::new();
                while let Some(x) = seq.next_element()? {
                    out.push(x);
                }
                Ok(NamesDoc::Several(out))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// How a right is asked for: by procedures of the catalogue or, where it has none, as told here.
#[derive(Debug)]
pub enum WaysDoc {
    /// `demarche: rsa_demande`.
    One(String),
    /// `demarche: [rsa_demande, rsa_declaration]`.
    Several(Vec<Text>),
    /// `demarche: { en_ligne: …, alternative_humaine: … }`.
    Told(ProcedureDoc),
}

impl<'de> Deserialize<'de> for WaysDoc {
    // Written by hand because an `untagged` enum would lose the places of the names.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = WaysDoc;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("le nom d'une démarche, une liste de noms, ou `en_ligne` et `alternative_humaine`")
            }
            fn visit_str<E: serde::de::Error>(self, name: &str) -> Result<WaysDoc, E> {
                Ok(WaysDoc::One(name.to_owned()))
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<WaysDoc, A::Error> {
                let mut out = Vec::new();
                while let Some(x) = seq.next_element()? {
                    out.push(x);
                }
                Ok(WaysDoc::Several(out))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<WaysDoc, A::Error> {
                ProcedureDoc::deserialize(MapAccessDeserializer::new(map)).map(WaysDoc::Told)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

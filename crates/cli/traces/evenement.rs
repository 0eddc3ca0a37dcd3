//! What an event says: texts for people, so that it is read alone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// An act that moved data of persons. It has no person: their rows stand beside it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evenement {
    /// Version of this form.
    pub version: u8,
    /// The act, as the log names it.
    pub acte: String,
    /// When, by this machine's clock.
    #[serde(with = "en_texte")]
    pub le: Timestamp,
    /// The body.
    pub organisme: String,
    /// Its name for people.
    pub organisme_nom: String,
    /// For what.
    pub mission: SurMission,
    /// What went to whom, under which text.
    pub flux: Vec<Flux>,
    /// Plain names of the rights that its rows name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub droits: BTreeMap<String, String>,
    /// BLAKE3 of the list that was opened: opened twice, it is one list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub liste: Option<String>,
    /// What the act wrote, so that it is found when it must go.
    pub ecrits: Vec<Ecrit>,
    /// Last day on which what was collected may be kept, by anybody.
    #[serde(with = "en_texte")]
    pub collecte_jusqu_au: Date,
    /// Last day of this trace.
    #[serde(with = "en_texte")]
    pub trace_jusqu_au: Date,
    /// The rows.
    pub lignes: SurLignes,
}

/// The mission of an event.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurMission {
    /// Its name.
    pub nom: String,
    /// Whether it is to grant rights too, or only to inform.
    pub attribuer: bool,
    /// Its legal basis, as it declares it.
    pub base_legale: String,
    /// Its territory.
    pub territoire: String,
    /// Its date.
    #[serde(with = "en_texte")]
    pub date: Date,
    /// Its epoch.
    pub epoque: String,
    /// Whether people are invented.
    pub inventees: bool,
    /// Its fingerprint.
    pub empreinte: String,
    /// That of its rules.
    pub empreinte_regles: String,
}

/// Whose data a flow carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Concerne {
    /// All the rows of the event.
    Toutes,
    /// Those of people who do not object.
    Livrees,
    /// Those of people who object.
    Opposees,
}

/// One family of data to one recipient.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flux {
    /// `liaison`, `hote`, `tiers_cles`, a partner, or the body itself.
    pub vers: String,
    /// The recipient, for people.
    pub vers_dit: String,
    /// Whether it came in: from the host, in a list.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub recu: bool,
    /// Of whom.
    pub concerne: Concerne,
    /// Family, or class of facts.
    pub famille: String,
    /// The same, for people.
    pub famille_dit: String,
    /// The columns, for people.
    pub donnees: Vec<Donnee>,
    /// The text that permits it; none when the mission names none: a blank in the answer.
    pub article: Option<String>,
    /// The agreement.
    pub convention: Option<String>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Donnee {
    /// Its name in the vocabulary.
    pub colonne: String,
    /// What it says, in French.
    pub dit: String,
}

/// A file that the act wrote.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ecrit {
    /// Folder from which the path goes: moved with its files, a trace stays true.
    pub depuis: Depuis,
    /// Where.
    pub chemin: PathBuf,
    /// Its digest then.
    pub blake3: String,
}

/// Where a path starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Depuis {
    /// The body's folder.
    Organisme,
    /// The mission's folder.
    Mission,
    /// The machine.
    Machine,
}

impl Ecrit {
    /// Where a file stands, from the body's folder and the mission's, as they are now.
    #[must_use]
    pub fn ici(&self, organisme: &Path, mission: &Path) -> PathBuf {
        match self.depuis {
            Depuis::Organisme => organisme.join(&self.chemin),
            Depuis::Mission => mission.join(&self.chemin),
            Depuis::Machine => self.chemin.clone(),
        }
    }
}

/// The rows of an event.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SurLignes {
    /// The file beside.
    pub fichier: String,
    /// Its digest.
    pub blake3: String,
}

impl Evenement {
    /// A flow that leaves, with the line of the mission that permits it when there is one in force.
    pub(super) fn flux(
        &mut self,
        mission: &crate::mission::Mission,
        concerne: Concerne,
        (vers, vers_dit): (&str, &str),
        (famille, famille_dit): (&str, &str),
        donnees: Vec<Donnee>,
    ) {
        let ligne = mission.en_cours(&self.organisme, famille, vers);
        self.flux.push(Flux {
            vers: vers.to_owned(),
            vers_dit: vers_dit.to_owned(),
            recu: false,
            concerne,
            famille: famille.to_owned(),
            famille_dit: famille_dit.to_owned(),
            donnees,
            article: ligne.map(|l| l.article.clone()),
            convention: ligne.and_then(|l| l.convention.clone()),
        });
    }
}

/// Days and instants as the text that they print.
mod en_texte {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<T: Display, S: Serializer>(valeur: &T, sortie: S) -> Result<S::Ok, S::Error> {
        sortie.collect_str(valeur)
    }

    pub fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(entree: D) -> Result<T, D::Error> {
        String::deserialize(entree)?.parse().map_err(|_| D::Error::custom("jour ou instant illisible"))
    }
}

//! A body of the mission and the mapping from its tables to the vocabulary.

use std::path::PathBuf;

use recours_tables::Origine;
use recours_tables::proches::{noms_proches, vouliez_vous};

use super::faute::Place;
use crate::erreur::ErreurCommande;

/// How a body's foyers describe the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Composition {
    /// Everybody of the household, with roles.
    Complete,
    /// Some of them (insured person and dependants).
    Partielle,
    /// The file says nothing of the household.
    Aucune,
}

/// A team's capacity for a wave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Equipe {
    /// People who reach out.
    pub personnes: u32,
    /// Minutes that each has for the wave.
    pub minutes: u32,
}

impl Equipe {
    /// Minutes of all.
    pub const fn en_tout(self) -> u64 {
        self.personnes as u64 * self.minutes as u64
    }
}

/// A body.
#[derive(Debug, Clone)]
pub struct Organisme {
    /// Identifier, also of its files (`a-z`, `0-9`, `_`).
    pub id: String,
    /// Name for people.
    pub nom: String,
    /// SIREN, nine digits; always there with real data.
    pub siren: Option<String>,
    /// Its data protection officer: function and address.
    pub dpo: Option<String>,
    /// Who signs for it.
    pub representant: Option<String>,
    /// Its own folder: key, register, extract.
    pub dossier: PathBuf,
    /// Variables for which silence about one of its allocataires means « not received from it ».
    pub couverture: Vec<(String, Place)>,
    /// How its foyers describe the household.
    pub composition: Composition,
    /// At most this many people per wave.
    pub plafond_liste: Option<u32>,
    /// Who reaches out: read at home, when the list is opened.
    pub equipe: Option<Equipe>,
    /// People whom it attests to know, duplicates and growth included: in mode B, the most that it may have
    /// evaluated per pass and epoch. Always there in mode B for a body that brings an extract.
    pub population: Option<u64>,
    /// Rules that it evaluates at home, on its own extract (`recours interne`): what they find never leaves it.
    pub interne: Vec<String>,
    /// Its tables; empty for a body that only receives.
    pub tables: Vec<TableSource>,
}

impl Organisme {
    /// True when the body declares exhaustive coverage of `variable`.
    pub fn couvre(&self, variable: &str) -> bool {
        self.couverture.iter().any(|(nom, _)| nom == variable)
    }

    /// Replaces files of the mission by others given on the command line (`--input`), or by tables in memory: a single
    /// table takes them all; otherwise each replaces the declared file that has the same name without extension.
    ///
    /// # Errors
    /// E-MISSION-021 for a file that corresponds to no declared one.
    pub fn remplacer_fichiers(&mut self, entrees: &[Origine]) -> Result<(), ErreurCommande> {
        if entrees.is_empty() {
            return Ok(());
        }
        if let [table] = self.tables.as_mut_slice() {
            table.fichiers = entrees.to_vec();
            return Ok(());
        }
        for entree in entrees {
            let nom = entree.nom().file_stem();
            let trouve = self.tables.iter_mut().flat_map(|t| &mut t.fichiers).find(|f| f.nom().file_stem() == nom);
            match trouve {
                Some(fichier) => *fichier = entree.clone(),
                None => {
                    let connus: Vec<String> = self
                        .tables
                        .iter()
                        .flat_map(|t| &t.fichiers)
                        .filter_map(|f| f.nom().file_stem().map(|n| n.to_string_lossy().into_owned()))
                        .collect();
                    return Err(ErreurCommande::refus(
                        "E-MISSION-021",
                        format!("{} : aucun fichier de ce nom pour l'organisme « {} ».", entree.nom().display(), self.id),
                    )
                    .avec_conseil(format!("Fichiers déclarés : {}.", connus.join(", "))));
                }
            }
        }
        Ok(())
    }
}

/// What a row of a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forme {
    /// One row per person, key: row id.
    Personnes,
    /// One row per dossier, key: the dossier's number.
    Foyers,
    /// One row per person, month and nature, key: row id.
    Mois,
}

/// Identity fields, canonical names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChampIdentite {
    /// National number.
    Nir,
    /// Birth name.
    NomNaissance,
    /// Name in use.
    NomUsage,
    /// Given names.
    Prenoms,
    /// Birth date.
    DateNaissance,
    /// Sex.
    Sexe,
    /// Commune (or country) of birth, Insee code.
    CommuneNaissance,
    /// Postal code of residence.
    CodePostal,
    /// Line of the address with house number and way.
    Adresse,
    /// Known to be dead: a date of death, or yes.
    Deces,
    /// The number was certified by the national register: yes or no.
    NirCertifie,
    /// The number is the person's own, not that of the insured who covers them: yes or no.
    NirPropre,
}

impl ChampIdentite {
    /// All fields, in canonical order.
    pub const TOUS: [Self; 12] = [
        Self::Nir,
        Self::NomNaissance,
        Self::NomUsage,
        Self::Prenoms,
        Self::DateNaissance,
        Self::Sexe,
        Self::CommuneNaissance,
        Self::CodePostal,
        Self::Adresse,
        Self::Deces,
        Self::NirCertifie,
        Self::NirPropre,
    ];

    /// Name in mission files.
    pub fn nom(self) -> &'static str {
        match self {
            Self::Nir => "nir",
            Self::NomNaissance => "nom_naissance",
            Self::NomUsage => "nom_usage",
            Self::Prenoms => "prenoms",
            Self::DateNaissance => "date_naissance",
            Self::Sexe => "sexe",
            Self::CommuneNaissance => "commune_naissance",
            Self::CodePostal => "code_postal",
            Self::Adresse => "adresse",
            Self::Deces => "deces",
            Self::NirCertifie => "nir_certifie",
            Self::NirPropre => "nir_propre",
        }
    }
}

/// A vocabulary variable and the body's column that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correspondance {
    /// Variable, column of a series (`salaire_net_m03`), or series when `colonne` holds `{mm}`.
    pub variable: String,
    /// The body's column; `{mm}` stands for `00` to `14`.
    pub colonne: String,
    /// Where the mission says so.
    pub place: Place,
}

impl Correspondance {
    /// True for a wide series written with `{mm}`.
    pub fn est_serie(&self) -> bool {
        self.colonne.contains(super::serie::MARQUE)
    }
}

/// The body's codes for a variable, and ours; an empty translation means unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traduction {
    /// The vocabulary variable.
    pub variable: String,
    /// Pairs (body's code, vocabulary's code), sorted by the body's code.
    pub codes: Vec<(String, String)>,
    /// Where the mission says so.
    pub place: Place,
}

impl Traduction {
    /// Our code for the body's.
    pub fn traduire(&self, code: &str) -> Option<&str> {
        self.codes
            .binary_search_by(|(du_fichier, _)| du_fichier.as_str().cmp(code))
            .ok()
            .and_then(|i| self.codes.get(i))
            .map(|(_, notre)| notre.as_str())
    }

    /// The body's codes that have a translation.
    pub fn connus(&self) -> Vec<String> {
        self.codes.iter().map(|(du_fichier, _)| du_fichier.clone()).collect()
    }
}

/// Columns of a long monthly table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColonnesMois {
    /// Month.
    pub mois: String,
    /// Nature of the amount.
    pub nature: String,
    /// Amount in euros.
    pub montant: String,
}

/// A series of the vocabulary and the body's nature codes that add up to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NatureSerie {
    /// The series.
    pub serie: String,
    /// The body's codes.
    pub natures: Vec<String>,
    /// Where the mission says so.
    pub place: Place,
}

/// One table of a body, possibly in several files.
#[derive(Debug, Clone)]
pub struct TableSource {
    /// Its files, all with the same columns; paths resolved.
    pub fichiers: Vec<Origine>,
    /// What a row is.
    pub forme: Forme,
    /// Key column.
    pub cle: String,
    /// Column that joins persons to foyers.
    pub foyer: Option<String>,
    /// Column of the role in the foyer.
    pub role: Option<String>,
    /// Translation of role codes; empty when the file already has ours.
    pub roles: Option<Traduction>,
    /// Identity field and its column.
    pub identite: Vec<(ChampIdentite, String)>,
    /// Vocabulary variables and their columns.
    pub colonnes: Vec<Correspondance>,
    /// Translations of codes.
    pub codes: Vec<Traduction>,
    /// Columns of a long monthly table.
    pub mois: Option<ColonnesMois>,
    /// For a person listed by this body, no line for a month and nature means zero.
    pub exhaustif: bool,
    /// Series of a long monthly table.
    pub natures: Vec<NatureSerie>,
    /// Where the mission declares the table.
    pub place: Place,
}

impl TableSource {
    /// Translation of the codes of `variable`, if any.
    pub fn traduction(&self, variable: &str) -> Option<&Traduction> {
        self.codes.iter().find(|t| t.variable == variable)
    }
}

/// « Vouliez-vous dire … ? » when a name is close, and the whole list.
pub(super) fn conseil_parmi(cherche: &str, permis: &[&str]) -> String {
    let question = vouliez_vous(&noms_proches(cherche, permis.iter().copied()));
    let espace = if question.is_empty() { "" } else { " " };
    format!("{question}{espace}Valeurs permises : {}.", permis.join(", "))
}

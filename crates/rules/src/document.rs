//! The YAML shapes of rule files: the only room that knows YAML.
//!
//! Every text that a checker may have to point at is a [`Spanned`]; `untagged` enums are never used, for
//! they lose places. What a document *means* is decided in the other rooms.

pub mod catalogue;
pub mod channels;
pub mod classes;
pub mod journey;
pub mod prerequisites;
pub mod property;
mod reading;
pub mod rupture;
pub mod texts;

use catalogue::{ProcedureFileDoc, ServicesDoc};
use channels::ChannelsDoc;
use classes::{ClassesDoc, FrameDoc};
use journey::{CapacitiesDoc, TypesDoc};
use prerequisites::PrerequisitesDoc;
use property::{NamesDoc, PropertyDoc, WaysDoc};
pub use reading::{read, span_of};
use rupture::{ByChannelDoc, ExpectedDoc};
use serde::Deserialize;
pub use serde_saphyr::Spanned;
use texts::TextsDoc;

/// A text with its place.
pub type Text = Spanned<String>;

/// What a file holds, told from its top-level keys.
#[derive(Debug)]
pub enum Document {
    /// `droit:` or `rupture:`.
    Right(Box<RightDoc>),
    /// `calculs:` shared by several rights.
    Calcs(CalcsDoc),
    /// `parametres:`.
    Parameters(ParametersDoc),
    /// `variables:` and `codes:`.
    Vocabulary(VocabularyDoc),
    /// `variante:` an overlay.
    Overlay(OverlayDoc),
    /// `demarche:` a procedure of the catalogue.
    Procedure(Box<ProcedureFileDoc>),
    /// `prealables:` what must be there first.
    Prerequisites(PrerequisitesDoc),
    /// `services:` doors that procedures share.
    Services(ServicesDoc),
    /// `canaux:` by which channels people contact a body.
    Channels(ChannelsDoc),
    /// `classes_de_donnees:` what facts are about.
    Classes(ClassesDoc),
    /// `cadre:` legal texts that papers cite.
    Frame(FrameDoc),
    /// `textes:` what pages, messages and letters say.
    Texts(TextsDoc),
    /// `types_non_recours:` types and what shows them.
    Types(TypesDoc),
    /// `capacites:` what observed facts say of requirements.
    Capacities(CapacitiesDoc),
}

/// A right or a rupture.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RightDoc {
    /// Identifier of a right.
    pub droit: Option<Text>,
    /// Identifier of a rupture.
    pub rupture: Option<Text>,
    /// Version of the rule.
    pub version: Text,
    /// Name for people.
    pub libelle: Text,
    /// Body that pays or decides.
    pub organisme: Text,
    /// `personne` or `foyer`.
    pub unite: Text,
    /// `mois`, `an` or `unique`: what the amount is for.
    pub periode: Option<Text>,
    /// Whether the right must be asked for.
    pub sur_demande: Option<bool>,
    /// Law.
    pub source: Text,
    /// `autorise`, `detenteur_seul` or `interdit`.
    pub croisement: Option<Text>,
    /// From when this version is the law.
    pub validite: Option<ValidityDoc>,
    /// For a rupture: the rights that would be lost.
    pub concerne: Option<Spanned<NamesDoc>>,
    /// Stage of the procedure (`demande`, `declaration_periodique`, `renouvellement`, …).
    pub etape: Option<Text>,
    /// Named intermediate amounts.
    #[serde(default)]
    pub calculs: Vec<CalcDoc>,
    /// Clauses.
    #[serde(default)]
    pub conditions: Vec<ConditionDoc>,
    /// Amount payable.
    pub montant: Option<AmountDoc>,
    /// How receipt is known.
    pub percu: Option<Text>,
    /// The date of the loss.
    pub echeance: Option<Text>,
    /// The last day on which what is asked may arrive, when it is not that of the loss.
    pub limite: Option<Text>,
    /// Time that each channel needs.
    pub delais: Option<Spanned<ByChannelDoc>>,
    /// The last date at which acting helps, where delays per channel cannot say it.
    pub date_utile: Option<Text>,
    /// For a rupture: the person already acted.
    pub deja_agi: Option<Text>,
    /// For a right: the facts that say what happened on the way to it, by event.
    pub parcours: Option<std::collections::BTreeMap<String, Text>>,
    /// Who may read these facts, when it is not whoever may read the others.
    pub parcours_croisement: Option<Text>,
    /// Conditions of the law that the rule leaves out.
    #[serde(default)]
    pub non_modelise: Vec<NoteDoc>,
    /// Named, sourced assumptions.
    #[serde(default)]
    pub hypotheses: Vec<AssumptionDoc>,
    /// How heavy missing it or losing it is: orders contacts between equal dates.
    pub gravite: Option<Text>,
    /// To be talked through face to face: an error is put right together.
    pub de_vive_voix: Option<bool>,
    /// What accepting the right commits to, for people.
    #[serde(default)]
    pub ce_que_cela_engage: Vec<String>,
    /// What to propose, in one sentence for people.
    pub proposer: Option<String>,
    /// Upper figure for people (« jusqu'à … »), as text.
    pub jusqu_a: Option<String>,
    /// What must be there first: prerequisites, or rights that come before.
    #[serde(default)]
    pub prealables: Vec<Text>,
    /// Pieces asked for.
    #[serde(default)]
    pub pieces: Vec<PieceDoc>,
    /// How people ask for it.
    pub demarche: Option<Spanned<WaysDoc>>,
    /// Claims, tried on generated foyers.
    #[serde(default)]
    pub proprietes: Vec<PropertyDoc>,
    /// Worked cases.
    #[serde(default)]
    pub cas: Vec<CaseDoc>,
}

/// A piece that the procedure asks for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PieceDoc {
    /// Code, as in the bodies' registers of pieces held.
    pub code: String,
    /// For people.
    pub dit: String,
}

/// Validity of a version.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValidityDoc {
    /// First day.
    pub du: Text,
    /// Last day.
    pub au: Option<Text>,
}

/// A named computation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalcDoc {
    /// Name, used in formulas.
    pub nom: Text,
    /// One French sentence.
    pub dit: Option<String>,
    /// Unit of a number.
    pub unite: Option<Text>,
    /// `booleen` or `date` when it is not a number.
    #[serde(rename = "type")]
    pub genre: Option<Text>,
    /// `personne` or `foyer`.
    pub pour: Option<Text>,
    /// Whether it is computed for a month (`x[m]`).
    #[serde(default)]
    pub mensuel: bool,
    /// Law.
    pub source: Option<Text>,
    /// Expression.
    pub formule: Text,
}

/// A clause.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConditionDoc {
    /// Name of the clause.
    pub id: Text,
    /// One French sentence, which the lawyer signs.
    pub dit: Text,
    /// Article.
    pub source: Text,
    /// Expression.
    pub si: Text,
}

/// The amount of a right.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AmountDoc {
    /// Unit.
    pub unite: Text,
    /// Expression.
    pub formule: Text,
    /// Law.
    pub source: Text,
    /// One French sentence.
    pub dit: Option<String>,
}

/// A condition not modelled.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoteDoc {
    /// Name.
    pub id: Text,
    /// One French sentence.
    pub dit: String,
    /// Law.
    pub source: String,
}

/// An assumption: when a fact is unknown, suppose it, and say so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssumptionDoc {
    /// Name.
    pub id: Text,
    /// One French sentence.
    pub dit: String,
    /// Where it comes from.
    pub source: String,
    /// Variable supposed.
    pub variable: Text,
    /// Value supposed: an expression without facts.
    pub valeur: Text,
}

/// A worked case, run with the checker and the tests.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseDoc {
    /// What it shows.
    pub nom: Text,
    /// The day at which it is evaluated.
    pub le: Text,
    /// Facts of the foyer.
    #[serde(default)]
    pub foyer: std::collections::BTreeMap<String, Text>,
    /// Facts of each person, the `demandeur` first.
    pub personnes: Vec<std::collections::BTreeMap<String, Text>>,
    /// Everything that is not said is known to be nothing (zero, false, none); without it, unknown.
    #[serde(default)]
    pub reste_nul: bool,
    /// Expected answer.
    pub attendu: ExpectedDoc,
    /// Where the case comes from.
    pub source: Option<String>,
}

/// Shared computations.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalcsDoc {
    /// The computations.
    pub calculs: Vec<CalcDoc>,
}

/// Dated parameters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParametersDoc {
    /// The parameters.
    pub parametres: Vec<ParameterDoc>,
}

/// One dated parameter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterDoc {
    /// Name.
    pub nom: Text,
    /// One French sentence.
    pub dit: String,
    /// Unit of the values (not for a window nor a date).
    pub unite: Option<Text>,
    /// `date` when the values are days and no numbers.
    #[serde(rename = "type")]
    pub genre: Option<Text>,
    /// Day until which the value was checked.
    pub verifie_le: Option<Text>,
    /// A table by whole number from 1.
    #[serde(default)]
    pub table: bool,
    /// A table by the codes of a closed list.
    pub par: Option<Text>,
    /// A window of months.
    #[serde(default)]
    pub fenetre: bool,
    /// A table by year and month of birth.
    #[serde(default)]
    pub par_generation: bool,
    /// Set by each territory: without values here, given by a territory's overlay.
    #[serde(default)]
    pub local: bool,
    /// Dated values.
    pub valeurs: Vec<ValueDoc>,
}

/// A value from a day on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ValueDoc {
    /// First day.
    pub du: Text,
    /// A scalar: a number or a day.
    pub valeur: Option<Text>,
    /// A table: entries 1, 2, 3…, or one value per code.
    pub valeurs: Option<ValuesDoc>,
    /// A table: added for each further entry.
    pub au_dela: Option<Text>,
    /// A window.
    pub fenetre: Option<Text>,
    /// A table by birth: ordered thresholds.
    pub generations: Option<Vec<GenerationDoc>>,
    /// Law.
    pub source: Text,
}

/// One line of a table by birth.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenerationDoc {
    /// Born before that day; absent on the last line.
    pub nes_avant: Option<Text>,
    /// Completed years.
    pub ans: u16,
    /// Completed months beyond.
    pub mois: u16,
}

/// The values of a table: a list (by whole number) or a map (by code).
#[derive(Debug)]
pub enum ValuesDoc {
    /// Entries 1, 2, 3….
    List(Vec<Text>),
    /// One value per code.
    ByCode(Vec<(String, Text)>),
}

impl<'de> Deserialize<'de> for ValuesDoc {
    // Written by hand because an `untagged` enum would lose the places of the values.
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = ValuesDoc;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("une liste de nombres ou une valeur par code")
            }
            fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<ValuesDoc, A::Error> {
                let mut out = Vec::new();
                while let Some(x) = seq.next_element()? {
                    out.push(x);
                }
                Ok(ValuesDoc::List(out))
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<ValuesDoc, A::Error> {
                let mut out = Vec::new();
                while let Some(x) = map.next_entry()? {
                    out.push(x);
                }
                Ok(ValuesDoc::ByCode(out))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// The vocabulary.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VocabularyDoc {
    /// Closed lists of codes.
    #[serde(default)]
    pub codes: Vec<CodesDoc>,
    /// Facts.
    pub variables: Vec<VariableDoc>,
}

/// A closed list of codes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodesDoc {
    /// Name of the list.
    pub nom: Text,
    /// The codes, as rules write them.
    pub valeurs: Vec<Text>,
    /// The codes as files write them, in the same order, when they differ.
    pub ecrits: Option<Vec<Text>>,
}

/// A fact.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariableDoc {
    /// Name, also of the input column.
    pub nom: Text,
    /// One French sentence.
    pub dit: String,
    /// `personne` or `foyer`.
    pub pour: Text,
    /// `montant`, `nombre`, `booleen`, `date` or `code`.
    #[serde(rename = "type")]
    pub genre: Text,
    /// Unit of a number.
    pub unite: Option<Text>,
    /// List of a code.
    pub codes: Option<Text>,
    /// A monthly series: columns `<nom>_m00` to `<nom>_m14`.
    #[serde(default)]
    pub serie: bool,
    /// Smallest value possible (numbers).
    pub min: Option<Text>,
    /// Greatest value possible (numbers).
    pub max: Option<Text>,
    /// A date that may be known to be none.
    #[serde(default)]
    pub peut_etre_absent: bool,
    /// Bodies that may bring it.
    #[serde(default)]
    pub detenteurs: Vec<String>,
    /// Class of data.
    pub classe: Text,
    /// `autorise`, `detenteur_seul` or `interdit`.
    pub croisement: Option<Text>,
    /// What it may be evidence of: `capacite` when somebody observed it in front of the person, `rien` when it proves
    /// nothing of what the person can do.
    pub prouve: Option<Text>,
    /// Formula that gives the fact from others when no column brings it.
    pub derive: Option<Text>,
    /// Bodies whose silence, together, means that there is none (with exhaustive coverage declared).
    #[serde(default)]
    pub payeurs: Vec<String>,
}

/// An overlay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OverlayDoc {
    /// Name.
    pub variante: Text,
    /// What it is for.
    pub dit: String,
    /// Only to compare with another source: never with real data, so not held to the classes of data.
    #[serde(default)]
    pub comparaison: bool,
    /// Parameters and windows replaced whole, by name.
    #[serde(default)]
    pub parametres: Vec<ParameterDoc>,
    /// Named clauses and computations replaced.
    #[serde(default)]
    pub clauses: Vec<ClauseDoc>,
}

/// A clause or computation replaced by an overlay.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClauseDoc {
    /// Qualified name (`rsa.age`).
    pub nom: Text,
    /// The expression instead.
    pub formule: Text,
    /// Why.
    pub raison: String,
}

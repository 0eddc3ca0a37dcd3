//! The YAML shapes of the procedure catalogue: what a body asks of people, stage by stage, and the doors through
//! which it may be done.

use super::{Text, ValidityDoc};
use serde::Deserialize;

/// One procedure: a stage of one right, or of rights that are asked for together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcedureFileDoc {
    /// Identifier.
    pub demarche: Text,
    /// Name for people.
    pub libelle: Text,
    /// Rights that it opens or keeps.
    pub droits: Vec<Text>,
    /// Stage of the cycle of a right.
    pub etape: Text,
    /// What is asked of the person, in one sentence.
    pub demande: Text,
    /// Where these sentences come from.
    pub source: Text,
    /// Day on which they were last known to hold.
    pub verifie_le: Option<Text>,
    /// Mandatory acts in a year.
    pub actes_par_an: Option<MeasureDoc>,
    /// Acts asked for, whatever the body.
    #[serde(default)]
    pub actes: Vec<ActDoc>,
    /// Requirements, whatever the body and the channel.
    #[serde(default)]
    pub exigences: Vec<RequirementDoc>,
    /// Pieces asked for, whatever the body.
    #[serde(default)]
    pub pieces: Vec<AskedPieceDoc>,
    /// By body, territory and dates.
    pub variantes: Vec<VariantDoc>,
    /// Dated changes of the procedure.
    #[serde(default)]
    pub journal: Vec<ChangeDoc>,
}

/// The procedure at one body, in some territories, between two days.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantDoc {
    /// Body that receives it.
    pub organisme: Text,
    /// Codes of départements or communes; none: everywhere.
    #[serde(default)]
    pub territoires: Vec<Text>,
    /// Days between which it is done so.
    pub validite: Option<ValidityDoc>,
    /// How the right comes: by itself, announced, helped, on request.
    pub activation: Text,
    /// Who asks.
    pub demandeur: Text,
    /// Where and at which occasion.
    pub occasion: Text,
    /// What is peculiar to this body or territory.
    pub particularites: Option<Text>,
    /// Where these sentences come from.
    pub source: Text,
    /// Day on which they were last known to hold.
    pub verifie_le: Option<Text>,
    /// Acts of this variant, beside those of the procedure.
    #[serde(default)]
    pub actes: Vec<ActDoc>,
    /// Requirements of this variant.
    #[serde(default)]
    pub exigences: Vec<RequirementDoc>,
    /// Pieces of this variant.
    #[serde(default)]
    pub pieces: Vec<AskedPieceDoc>,
    /// Doors.
    pub canaux: Vec<ChannelDoc>,
    /// How it is done with a person or on paper.
    pub alternative_humaine: Option<Text>,
    /// Whom to call on, and how to reach them.
    pub interlocuteur: Option<ContactDoc>,
    /// Days within which the body answers.
    pub reponse: Option<MeasureDoc>,
    /// What a worker says to the person.
    #[serde(default)]
    pub a_dire: Vec<SpokenDoc>,
}

/// A sentence said aloud.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenDoc {
    /// The sentence.
    pub dit: Text,
    /// Where what it states is known from; absent: it states nothing.
    pub source: Option<Text>,
    /// Day on which it was last known to hold.
    pub verifie_le: Option<Text>,
}

/// An act.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActDoc {
    /// One sentence.
    pub dit: Text,
    /// Where it is known from.
    pub source: Text,
    /// Day on which it was last known to hold.
    pub verifie_le: Option<Text>,
}

/// A requirement.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequirementDoc {
    /// Of the closed vocabulary.
    pub code: Text,
    /// Others that do as well.
    #[serde(default)]
    pub ou: Vec<Text>,
    /// One sentence, whose subject is the procedure.
    pub dit: Text,
    /// Where it is known from.
    pub source: Text,
    /// Day on which it was last known to hold.
    pub verifie_le: Option<Text>,
}

/// A piece asked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedPieceDoc {
    /// Code, shared with the pieces of rights and with the registers.
    pub code: Text,
    /// For people.
    pub dit: Text,
    /// `stable` or `volatile`.
    pub nature: Text,
    /// Days during which a volatile piece is good.
    pub duree: Option<MeasureDoc>,
    /// Who obtains it: `usager`, `professionnel` or `echange`.
    pub obtention: Text,
    /// Where it is known from.
    pub source: Text,
    /// Day on which it was last known to hold.
    pub verifie_le: Option<Text>,
}

/// A door.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelDoc {
    /// Kind of door.
    pub canal: Text,
    /// A service declared once for all procedures that use it.
    pub service: Option<Text>,
    /// Where: a place, a site, a form.
    pub ou: Option<Text>,
    /// Where it is known from.
    pub source: Option<Text>,
    /// Day on which it was last known to hold.
    pub verifie_le: Option<Text>,
    /// Days that an act takes by this door to be registered.
    pub delai: Option<MeasureDoc>,
    /// Minutes that it takes.
    pub minutes: Option<MeasureDoc>,
    /// Requirements of this door, beside those of its service.
    #[serde(default)]
    pub exigences: Vec<RequirementDoc>,
}

/// Whom to call on.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactDoc {
    /// Kind of professional.
    pub profil: Text,
    /// How to reach them, in one sentence.
    pub dit: Text,
    /// Where it is known from.
    pub source: Text,
    /// Day on which it was last known to hold.
    pub verifie_le: Option<Text>,
}

/// A number: said here with its source, or a dated parameter.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureDoc {
    /// The number.
    pub valeur: Option<Text>,
    /// The parameter instead.
    pub parametre: Option<Text>,
    /// Where the number is known from.
    pub source: Option<Text>,
    /// Day on which it was last known to hold.
    pub verifie_le: Option<Text>,
}

/// A dated change.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeDoc {
    /// First day.
    pub le: Text,
    /// What changed.
    pub dit: Text,
    /// Where it is known from.
    pub source: Text,
    /// Day on which it was last known to hold.
    pub verifie_le: Option<Text>,
}

/// Services: doors that several procedures share.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServicesDoc {
    /// The services.
    pub services: Vec<ServiceDoc>,
    /// Dated changes.
    #[serde(default)]
    pub journal: Vec<ChangeDoc>,
}

/// A door that several procedures share: an account on a site, a counter, a paper form's way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceDoc {
    /// Name, that procedures write.
    pub nom: Text,
    /// Body that keeps it, when one does.
    pub organisme: Option<Text>,
    /// Kind of door.
    pub canal: Text,
    /// Where.
    pub ou: Text,
    /// Where it is known from.
    pub source: Text,
    /// Day on which it was last known to hold.
    pub verifie_le: Option<Text>,
    /// What it requires, whatever the right.
    #[serde(default)]
    pub exigences: Vec<RequirementDoc>,
}

//! Invented people, foyers and agency extracts, from a seed.
//!
//! Recours is shown and tested on a département that does not exist. This crate invents it, in four
//! steps that its caller drives:
//!
//! 1. [`inventer`]: people, foyers, fifteen months of incomes, housing; benefits of the base (family,
//!    housing, disability, unemployment) by simple amounts declared as invented;
//! 2. [`Territoire::lots`]: the complete facts, in the vocabulary of the reference foyers, on which the
//!    caller evaluates rights;
//! 3. [`Territoire::attribuer`]: who receives what they are entitled to, incomplete on purpose;
//! 4. [`Territoire::extraits`]: what each of six bodies would hold, imperfect as real files are;
//!    [`Territoire::verite_personnes`]: which person stands behind each row;
//!    [`Territoire::verite_ruptures`]: who is about to lose what; [`Territoire::verite_types`]: why a right is missed.
//!
//! Everything is a pure function of the seed and of the number of the foyer (one random stream each):
//! neither threads nor chunk sizes change a value. Names, numbers and addresses belong to nobody; see
//! `identite/nir.rs` for the ranges. [`extraits_de_reference`] does step 4 for given foyers.

mod acces;
mod activite;
mod appartenance;
mod attribution;
pub mod calendrier;
mod contacts;
mod erreur;
mod extraits;
mod faits;
mod foyer;
mod hasard;
mod identite;
pub mod imperfections;
mod lecture;
mod lieux;
mod logement;
mod lots;
mod marges;
mod menage;
mod parcours;
mod reference;
mod revenus;
mod ruptures;
mod socle;
mod source;
mod tableau;
mod territoire;
mod verite;
mod versements;
mod vie;

pub use attribution::{BilanAttribution, BilanDroit, taux};
pub use erreur::ErreurSynth;
pub use extraits::{ExtraitOrganisme, Fichier, Organisme};
pub use faits::{Role, Sexe};
pub use identite::{Identite, PersonSeed, identites};
pub use lieux::lieux;
pub use lots::{Lot, schema_foyers, schema_personnes};
pub use marges::Marge;
pub use reference::{Reference, extraits_de_reference};
pub use ruptures::schema_ruptures;
pub use territoire::{Parametres, Territoire, inventer};
pub use verite::{schema_types, schema_verite};
pub use versements::{Droit, DroitsOuverts};

//! What comes back from the field, at a body: the form that a team fills, its closed lists of words, the steps of a contact.
//!
//! * [`mots`]: the words of the form; * [`parcours`]: which step may follow which;
//! * [`formulaire`]: the columns; * [`ecrire`]: the form and its private companion, written when a list is opened;
//! * [`lire`]: a filled form; * [`suivi`]: the private companion, which alone says whose row a page is.
//!
//! Nothing of this knows a name: a row is a page number, a right and a step. Nothing of it counts by worker: there is no
//! column to say who filled a row, and one that is added is refused.

pub mod comparaison;
pub mod comptes;
pub mod diffusion;
pub mod dossier;
pub mod ecrire;
pub mod fautes;
pub mod formulaire;
pub mod intervalle;
pub mod lire;
pub mod memoire;
pub mod mots;
pub mod parcours;
#[cfg(test)]
mod proprietes;
pub mod refus;
pub mod suivi;

//! The library of the command line `recours`: missions, extracts, commands and their errors.

pub mod chemins;
pub mod cles;
pub mod colonnes_utiles;
pub mod commandes;
pub mod erreur;
pub mod mission;
pub mod progression;
pub mod regles;
pub mod ressources;

mod aide;
mod ligne;
mod panique;

pub use ligne::lancer;

//! The library of the command line `recours`: missions, extracts, commands and their errors.

#[cfg(feature = "complet")]
pub mod aveugle;
pub mod chemins;
pub mod cles;
pub mod colonnes_utiles;
pub mod commandes;
pub mod croisement;
pub mod dossier;
pub mod effacement;
pub mod entete;
pub mod erreur;
pub mod etats;
pub mod grain;
pub mod integration;
pub mod journal;
#[cfg(feature = "complet")]
pub mod liaison;
pub mod lieux;
pub mod livraisons;
pub mod manifeste;
pub mod mission;
#[cfg(feature = "complet")]
pub mod opposition;
pub mod progression;
pub mod publication;
pub mod regles;
pub mod ressources;
#[cfg(feature = "complet")]
pub mod retours;
#[cfg(feature = "complet")]
pub mod scellement;
pub mod signature;
pub mod temps;
#[cfg(feature = "complet")]
pub mod traces;

mod aide;
mod ligne;
mod modeles;
mod panique;

pub use ligne::lancer;

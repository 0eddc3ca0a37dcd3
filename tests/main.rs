//! Integration tests.

#[cfg(feature = "complet")]
mod agence;
#[cfg(feature = "complet")]
mod attaques;
#[cfg(feature = "complet")]
mod aveugle;
mod c_abi;
#[cfg(feature = "complet")]
mod canaris_partout;
#[cfg(feature = "complet")]
mod canaux;
#[cfg(feature = "complet")]
mod chaine;
mod check;
mod codes;
mod croise;
#[cfg(feature = "complet")]
mod deux_modes;
mod dossier;
#[cfg(feature = "complet")]
mod droits_des_personnes;
mod evaluer;
#[cfg(feature = "complet")]
mod expliquer;
#[cfg(feature = "complet")]
mod grain;
#[cfg(feature = "complet")]
mod interne;
#[cfg(feature = "complet")]
mod journal;
#[cfg(feature = "complet")]
mod liaison;
mod listes;
mod maison;
#[cfg(feature = "complet")]
mod manifeste;
#[cfg(feature = "complet")]
mod menaces;
mod mise_en_forme;
mod oracle;
mod pairs;
#[cfg(feature = "complet")]
mod parties;
mod plan;
mod publication;
#[cfg(feature = "complet")]
mod retours;
#[cfg(feature = "complet")]
mod sceller;
#[cfg(feature = "complet")]
mod silence;

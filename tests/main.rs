//! Integration tests.

#[cfg(feature = "complet")]
mod aveugle;
mod c_abi;
#[cfg(feature = "complet")]
mod chaine;
mod check;
mod codes;
mod evaluer;
#[cfg(feature = "complet")]
mod expliquer;
mod listes;
mod maison;
mod mise_en_forme;
mod oracle;
mod plan;
#[cfg(feature = "complet")]
mod sceller;

//! Integration tests.

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
mod oracle;
mod plan;
#[cfg(feature = "complet")]
mod sceller;

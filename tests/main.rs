//! Integration tests.

mod c_abi;
mod evaluer;
mod listes;
mod maison;
mod oracle;
#[cfg(feature = "complet")]
mod sceller;

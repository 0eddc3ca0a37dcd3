//! Integration tests.

mod c_abi;
mod listes;
mod maison;
#[cfg(feature = "complet")]
mod sceller;

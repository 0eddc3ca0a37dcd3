//! Integration tests.

mod c_abi;
mod maison;

//! Integration tests.

mod maison;

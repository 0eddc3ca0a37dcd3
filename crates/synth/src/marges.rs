//! Marginals of the invented territory beside published figures (to be completed).

/// One marginal.
#[derive(Clone, Debug, PartialEq)]
pub struct Marge {
    /// What is measured.
    pub nom: &'static str,
}

//! Random rules and random foyers, from a seed.

pub mod expressions;
pub mod foyers;
pub mod packs;
pub mod rng;
pub mod tables;
pub mod vocabulary;

/// How many (rule, foyer) pairs a test looks at: `RECOURS_CAS`, else `default`.
pub fn cases(default: usize) -> usize {
    std::env::var("RECOURS_CAS").ok().and_then(|v| v.replace('_', "").parse().ok()).unwrap_or(default)
}

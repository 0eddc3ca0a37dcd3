//! The rule language as its authors meet it: `good/` files pass, each `bad/` file shows one diagnostic, hostile
//! files end quickly.
//!
//! The texts shown are committed beside the files (`.attendu`); `RECOURS_REECRIT=1 cargo test -p recours-rules`
//! writes them again, for somebody to read before the commit.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs, reason = "tests: a broken expectation stops the test")]

mod catalogue;
mod diagnostics;
mod flux;
mod hostile;
mod locaux;
mod mise_en_forme;
mod prealables;
mod schema;
mod versions;

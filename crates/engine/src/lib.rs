//! The engine: checked rules and nameless records in, findings out.
//!
//! It starts at (row id, handle) and has no code for identities. Rooms follow the data.

pub mod aggregates;
pub mod calendar;
pub mod coverage;
pub mod croisement;
pub mod detect;
pub mod eval;
pub mod evaluate;
pub mod exposition;
pub mod finding;
pub mod foyers;
pub mod grain;
pub mod link;
pub mod outreach;
pub mod parts;
pub mod plan;
pub mod properties;
pub mod reference;
pub mod source;
pub mod state;
pub mod value;

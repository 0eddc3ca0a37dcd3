//! What is done with the dates of a rule once a body has them at home, without any record: the date of another channel,
//! and the order of a person's items.

mod order;
mod useful;

pub use order::{Item, Sequence, needs, order};
pub use useful::{slowest, useful_date};

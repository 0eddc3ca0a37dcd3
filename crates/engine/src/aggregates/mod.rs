//! Counts that may be published: which cells of a table are hidden, and what former tables already said.
//!
//! A table is a tree of zones (commune ⊂ EPCI ⊂ département, or month ⊂ quarter) by a flat list of columns and
//! their total. A cell under the threshold of its sources is hidden (primary), and others with it (secondary), so
//! that whoever reads all that is published, and knows that counts are not negative, cannot place a hidden count
//! in an interval narrower than the threshold.
//!
//! Such a table is a circulation in a network (one node per sum), whatever the depth of the tree; so the interval of
//! a hidden cell is two maximal flows, exact in integers, and the cheapest way to widen it is a path of least
//! cost: Cox, « Network models for complementary cell suppression », JASA 90 (1995); Castro, « Minimum-distance
//! controlled perturbation » and « A shortest-paths heuristic for statistical data protection in positive tables »,
//! INFORMS J. on Computing 19 (2007). Hierarchies on both sides would no longer be a network: columns stay flat.
//!
//! * [`diffusion`]: the rule of each source, and the strictest of several;
//! * [`tableau`]: the table and its sums; * [`reseau`]: what a reader can find; * [`secret`]: what to hide;
//! * [`registre`]: differences with what was published before.

pub mod diffusion;
pub mod registre;
pub mod reseau;
pub mod secret;
pub mod tableau;
#[cfg(test)]
mod tests;

pub use diffusion::Diffusion;
pub use secret::{Publication, Publie, proteger};
pub use tableau::{ErreurTableau, Tableau, Zone};

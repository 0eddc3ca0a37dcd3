//! The linkage unit: tokens of every body in, one random handle per person out. It never sees an
//! identity nor an attribute, and forgets the tokens when it is done.
//!
//! # How persons are made
//!
//! Passes run from the strongest to the weakest over **all** bodies at once. In each:
//!
//! 0. a pass whose tokens would link strangers too often, on these deliveries, is refused whole ([`Depassement`]);
//! 1. rows are grouped by level-2 token; a token held by more rows than the frequency cap is dropped;
//! 2. a token held by two persons of one body is ambiguous: it is dropped for everybody in this pass;
//! 3. a link is refused when it would put two rows of one body into one person, or two different
//!    certified numbers (the *veto*), or rows whose sex or birth date contradict ([`crate::token::etiquettes`]);
//! 4. links that are each admissible but contradict each other (two rows of a body claim the same
//!    person) are **all** refused: nothing depends on the order of rows or bodies.
//!
//! Whatever a pass leaves alone is tried by the next one.
//!
//! The wider passes ([`crate::token::elargies`]) come last: several tokens per row, read from the deliveries again
//! rather than held, and only for persons without a certified number.
//!
//! # People who object
//!
//! A body also delivers the tokens of its people who object, marked. They are linked like any others; then every
//! person whom they reach is left out, at all bodies: no handle, no row, no count but their number.
//!
//! # People recorded twice in one body
//!
//! Equal certified numbers with equal birth years inside one body are one person recorded twice; so are
//! rows whose other tokens are all there and all equal, unless their numbers differ. They keep their own
//! row ids and get one handle. More than [`OptionsLiaison::doublons_p0_max`] such rows in one body are a
//! filler, not a person: a number then loses its certified standing. Duplicates written differently and
//! without number stay apart, and make each other ambiguous.
//!
//! # Force of a row
//!
//! For any two rows of a person, the smaller of their forces never exceeds the strength of the weakest
//! link on the way from one to the other. When groups of rows join by a pass, the strongest (then
//! largest) group keeps its forces and the others fall to that of the pass; between equals all fall.

mod amas;
mod budget;
mod doublons;
mod elargie;
mod passe;
mod statistiques;
mod unite;

#[cfg(test)]
mod tests;

pub use budget::Depassement;
pub use elargie::{LotElargi, SansElargies, SourceElargie};
pub use statistiques::{Compte, StatistiquesLiaison, StatistiquesOrganisme, StatistiquesPasse, ToutePasse};
pub use unite::{LiaisonOrganisme, LigneLiee, Livraison, OptionsLiaison, ResultatLiaison, UniteLiaison};

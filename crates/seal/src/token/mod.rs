//! Tokens of mode A, level 1: what a body computes from its own extract.
//!
//! Six passes, from the strongest to the weakest. Each combines its fields with length prefixes, so that
//! no two combinations can be confused, and gives no token when a field is missing. See
//! [`passes::octets`] for the exact fields.

pub mod elargies;
pub mod etiquettes;
pub mod passes;
mod scellement;
mod scellement_elargi;

#[cfg(test)]
mod cout;
#[cfg(test)]
mod tests;

pub use crate::keys::Jeton;
pub use elargies::{ELARGIES, PasseElargie};
pub use etiquettes::Etiquette;
pub use scellement::{Bilan, ColonnesJetons, parcourir, sceller};
pub use scellement_elargi::{ColonnesElargies, jetons_elargis, sceller_elargi, sceller_etiquettes};

/// A linkage pass.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Passe {
    /// Own, valid, certified national number + birth year.
    P0,
    /// National or waiting number, whatever its class + phonetic surname and given name.
    P1,
    /// Set of surnames + first given name + full birth date.
    P2,
    /// Phonetic surname + phonetic given name + full birth date.
    P3,
    /// Surname + initial + full birth date + postcode.
    P4,
    /// Given name + full birth date + postcode.
    P5,
}

/// Every pass, strongest first: the order in which the linkage unit runs them.
pub const PASSES: [Passe; 6] = [Passe::P0, Passe::P1, Passe::P2, Passe::P3, Passe::P4, Passe::P5];

impl Passe {
    /// Position in [`PASSES`] and in every array of columns.
    #[must_use]
    pub fn rang(self) -> usize {
        self as usize
    }

    /// Its name in files and in the key derivation: `p0` … `p5`.
    #[must_use]
    pub fn code(self) -> &'static str {
        ["p0", "p1", "p2", "p3", "p4", "p5"][self.rang()]
    }

    /// Strength of a link made by this pass: 3 certified number, 2 number + names or names + full date,
    /// 1 weaker.
    #[must_use]
    pub fn force(self) -> u8 {
        match self {
            Self::P0 => 3,
            Self::P1 | Self::P2 => 2,
            Self::P3 | Self::P4 | Self::P5 => 1,
        }
    }
}

//! The passes that have an evaluation key: the six of [`PASSES`], then the wider ones.

use crate::token::etiquettes::Regle;
use crate::token::{ELARGIES, PASSES, Passe, PasseElargie};

/// A pass of either kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PasseOprf {
    /// One token per person at most.
    Base(Passe),
    /// Several.
    Elargie(PasseElargie),
}

impl PasseOprf {
    /// How many there are.
    pub const COMBIEN: usize = PASSES.len() + ELARGIES.len();

    /// Every one, in the order of [`PasseOprf::rang`].
    pub fn toutes() -> impl Iterator<Item = Self> {
        PASSES.into_iter().map(Self::Base).chain(ELARGIES.into_iter().map(Self::Elargie))
    }

    /// Position among all.
    #[must_use]
    pub fn rang(self) -> usize {
        match self {
            Self::Base(passe) => passe.rang(),
            Self::Elargie(passe) => PASSES.len() + passe.rang(),
        }
    }

    /// Its name in files and in the key derivation.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Base(passe) => passe.code(),
            Self::Elargie(passe) => passe.code(),
        }
    }

    /// The pass of this name.
    #[must_use]
    pub fn de_code(code: &str) -> Option<Self> {
        Self::toutes().find(|p| p.code() == code)
    }

    /// Most tokens of one person.
    #[must_use]
    pub fn plafond(self) -> usize {
        match self {
            Self::Base(_) => 1,
            Self::Elargie(passe) => passe.plafond(),
        }
    }

    /// What goes beside its tokens.
    #[must_use]
    pub fn regle(self) -> Regle {
        match self {
            Self::Base(passe) => passe.regle(),
            Self::Elargie(passe) => passe.regle(),
        }
    }
}

impl From<Passe> for PasseOprf {
    fn from(passe: Passe) -> Self {
        Self::Base(passe)
    }
}

//! Keys: master keys of a mission, their files, and the tree of pass keys derived from them.
//!
//! ```text
//! enc(x..)  = for each field: u16 length (big endian) || bytes
//! prk_L1    = HKDF-Extract(salt = "recours/1/l1", ikm = level-1 master key)          HKDF-SHA-256
//! k1[pass]  = HKDF-Expand(prk_L1, enc("l1", suite, manifest hash, epoch, pass, canon), 32)
//! prk_L2, k2[pass] the same with "l2" and the level-2 master key
//! seed[pass] the same with "oprf" and the key holder's master key: mode B, see [`crate::oprf`]
//! ```
//!
//! Purpose, epoch and pass go through HKDF's `info` because BLAKE3 contexts must be hard-coded. Keys
//! are in software, in the memory of the process: own buffers are zeroised on drop, but `ring` keeps
//! its HMAC states without zeroising them, and a swapped page escapes everybody.

mod derivation;
mod elargies;
mod fichier;
mod prf;

#[cfg(test)]
mod tests;

use std::fmt;
use std::str::FromStr;

use ring::rand::{SecureRandom, SystemRandom};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::ErreurSceau;

pub use derivation::{ClesLiaison, ClesScellement, ContexteMission};
pub(crate) use derivation::{encoder, graine_oprf};
pub(crate) use elargies::annee;
pub use elargies::{ClesElargies, ClesLiaisonElargies};
pub use fichier::detruire;
pub use prf::Jeton;
pub(crate) use prf::mot_sous;

/// Context of the key identifier; hard-coded as BLAKE3 requires, and used for nothing else.
const CONTEXTE_IDENTIFIANT: &str = "recours 2026-10 identifiant public de cle maitresse v1";

/// What a master key serves: one half of mode A, or mode B.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Shared by the bodies; seals identities.
    Niveau1,
    /// Held by the linkage unit alone; turns level-1 tokens into level-2 tokens.
    Niveau2,
    /// Mode B: held by the key holder alone; evaluates what it cannot read.
    Oprf,
}

impl Role {
    /// Word of the key file: `niveau1`, `niveau2` or `oprf`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Niveau1 => "niveau1",
            Self::Niveau2 => "niveau2",
            Self::Oprf => "oprf",
        }
    }
}

/// Pseudo-random function of the tokens.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Suite {
    /// HMAC-SHA-256 (ring): algorithms of the French RGS list. The default.
    #[default]
    Rgs,
    /// BLAKE3 keyed hash: twice as fast, not on that list.
    Rapide,
}

impl Suite {
    /// Its name in a mission file: `rgs` or `rapide`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Rgs => "rgs",
            Self::Rapide => "rapide",
        }
    }
}

impl FromStr for Suite {
    type Err = ErreurSceau;
    fn from_str(texte: &str) -> Result<Self, ErreurSceau> {
        match texte {
            "rgs" => Ok(Self::Rgs),
            "rapide" => Ok(Self::Rapide),
            _ => Err(ErreurSceau::SuiteInconnue),
        }
    }
}

/// Public name of a master key: eight bytes that tell two keys apart and reveal nothing of them. It may
/// be shown, logged and written in the mission.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdentifiantCle([u8; 8]);

impl IdentifiantCle {
    /// The eight bytes.
    #[must_use]
    pub fn octets(&self) -> &[u8; 8] {
        &self.0
    }
}

impl fmt::Display for IdentifiantCle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|o| write!(f, "{o:02x}"))
    }
}

impl fmt::Debug for IdentifiantCle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IdentifiantCle({self})")
    }
}

/// A master key of 32 bytes. No `Debug`, no `Clone`, no serialisation; zeroised on drop. Files are
/// handled by [`CleMaitresse::ecrire`] and [`CleMaitresse::lire`].
pub struct CleMaitresse {
    role: Role,
    octets: Zeroizing<[u8; 32]>,
}

impl CleMaitresse {
    /// A new key from the system's generator.
    ///
    /// # Errors
    /// [`ErreurSceau::Aleatoire`] when the system gives no random bytes.
    pub fn generer(role: Role) -> Result<Self, ErreurSceau> {
        let mut octets = Zeroizing::new([0_u8; 32]);
        SystemRandom::new().fill(octets.as_mut_slice()).map_err(|_| ErreurSceau::Aleatoire)?;
        Ok(Self { role, octets })
    }

    /// A key from 32 bytes given by a ceremony outside this program (shares put together, HSM export).
    #[must_use]
    pub fn de_octets(role: Role, octets: Zeroizing<[u8; 32]>) -> Self {
        Self { role, octets }
    }

    /// Which level it serves.
    #[must_use]
    pub fn role(&self) -> Role {
        self.role
    }

    /// Its public identifier: BLAKE3 `derive_key` of the key under a hard-coded context, eight bytes.
    #[must_use]
    pub fn identifiant(&self) -> IdentifiantCle {
        let empreinte = Zeroizing::new(blake3::derive_key(CONTEXTE_IDENTIFIANT, self.octets.as_slice()));
        let mut huit = [0_u8; 8];
        huit.copy_from_slice(&empreinte[..8]);
        IdentifiantCle(huit)
    }

    /// Checks that this is the key that the mission names.
    ///
    /// # Errors
    /// [`ErreurSceau::CleDUneAutreMission`], which shows both identifiers.
    pub fn verifier_identifiant(&self, attendu: &str) -> Result<(), ErreurSceau> {
        let trouve = self.identifiant().to_string();
        let attendu = attendu.trim();
        if trouve.eq_ignore_ascii_case(attendu) {
            return Ok(());
        }
        let lisible = attendu.len() == trouve.len() && attendu.bytes().all(|b| b.is_ascii_hexdigit());
        let attendu = if lisible { attendu } else { "illisible" }.to_owned();
        Err(ErreurSceau::CleDUneAutreMission { attendu, trouve })
    }

    /// Whether two keys are the same, in a time that does not depend on where they differ.
    #[must_use]
    pub fn egale(&self, autre: &Self) -> bool {
        self.role == autre.role && bool::from(self.octets.ct_eq(autre.octets.as_slice()))
    }

    fn exiger(&self, attendu: Role) -> Result<(), ErreurSceau> {
        if self.role == attendu {
            return Ok(());
        }
        Err(ErreurSceau::RoleDeCle { attendu: attendu.code(), trouve: self.role.code() })
    }
}

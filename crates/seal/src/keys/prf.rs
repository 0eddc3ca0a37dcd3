//! One keyed function for one pass.

use ring::hmac;
use zeroize::Zeroizing;

use super::Suite;

/// A token: the first 16 bytes of the function's output (a collision among 10^8 tokens: 1.5e-23).
pub type Jeton = [u8; 16];

/// The key of one pass at one level. No `Debug`, no `Clone`.
pub(crate) enum ClePasse {
    Rgs(hmac::Key),
    Rapide(Zeroizing<[u8; 32]>),
}

impl ClePasse {
    pub(super) fn nouvelle(suite: Suite, octets: Zeroizing<[u8; 32]>) -> Self {
        match suite {
            Suite::Rgs => Self::Rgs(hmac::Key::new(hmac::HMAC_SHA256, octets.as_slice())),
            Suite::Rapide => Self::Rapide(octets),
        }
    }

    /// `PRF(key, octets)`, first 16 bytes.
    pub(crate) fn jeton(&self, octets: &[u8]) -> Jeton {
        let mut jeton = [0_u8; 16];
        match self {
            Self::Rgs(cle) => jeton.copy_from_slice(&hmac::sign(cle, octets).as_ref()[..16]),
            Self::Rapide(cle) => jeton.copy_from_slice(&blake3::keyed_hash(cle, octets).as_bytes()[..16]),
        }
        jeton
    }
}

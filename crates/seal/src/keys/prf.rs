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
        moities(&self.sortie(octets)).0
    }

    /// `PRF(key, octets)`, all of it: the token, then sixteen bytes that never leave who computed them.
    pub(crate) fn sortie(&self, octets: &[u8]) -> [u8; 32] {
        let mut sortie = [0_u8; 32];
        match self {
            Self::Rgs(cle) => sortie.copy_from_slice(hmac::sign(cle, octets).as_ref()),
            Self::Rapide(cle) => sortie = *blake3::keyed_hash(cle, octets).as_bytes(),
        }
        sortie
    }
}

/// The token and the secret half of an output.
pub(crate) fn moities(sortie: &[u8; 32]) -> (Jeton, [u8; 16]) {
    let (mut jeton, mut secret) = ([0_u8; 16], [0_u8; 16]);
    jeton.copy_from_slice(&sortie[..16]);
    secret.copy_from_slice(&sortie[16..]);
    (jeton, secret)
}

/// Two bytes of the suite's function under an output taken as key: its secret half makes it unguessable.
pub(crate) fn mot_sous(suite: Suite, sortie: &[u8; 32], octets: &[u8]) -> [u8; 2] {
    let mot = ClePasse::nouvelle(suite, Zeroizing::new(*sortie)).sortie(octets);
    [mot[0], mot[1]]
}

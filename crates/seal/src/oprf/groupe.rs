//! The two suites behind one private trait, so that each step is written once.

use digest::OutputSizeUser;
use digest::core_api::BlockSizeUser;
use p256::NistP256;
use p256::elliptic_curve::generic_array::typenum::{IsLess, IsLessOrEqual, U256};
use voprf::{CipherSuite, Group, Proof, Ristretto255};

use crate::keys::Suite;

/// Bytes of a proof in both suites: two scalars.
pub const TAILLE_PREUVE: usize = 64;

/// Bytes of an element.
#[must_use]
pub fn taille_element(suite: Suite) -> usize {
    match suite {
        Suite::Rgs => 33,
        Suite::Rapide => 32,
    }
}

/// A suite of RFC 9497 that this crate uses: `voprf`'s own conditions, said once.
pub(super) trait SuiteOprf:
    CipherSuite<Hash: BlockSizeUser + OutputSizeUser<OutputSize: IsLess<U256> + IsLessOrEqual<<Self::Hash as BlockSizeUser>::BlockSize>>>
    + Sized
    + 'static
{
    fn preuve(preuve: &Proof<Self>) -> [u8; TAILLE_PREUVE];
}

/// A point of the suite's group.
pub(super) type Point<S> = <<S as CipherSuite>::Group as Group>::Elem;

macro_rules! suite {
    ($type:ty) => {
        impl SuiteOprf for $type {
            fn preuve(preuve: &Proof<Self>) -> [u8; TAILLE_PREUVE] {
                preuve.serialize().into()
            }
        }
    };
}

suite!(NistP256);
suite!(Ristretto255);

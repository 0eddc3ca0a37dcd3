//! Random numbers in the form that `voprf` reads.

use p256::elliptic_curve::rand_core::{CryptoRng, Error, RngCore};
use ring::hmac;
use zeroize::Zeroize;

use crate::hasard::Reserve;

/// Gives `RngCore` and `CryptoRng` to a type that has `remplir(&mut self, &mut [u8])`.
macro_rules! generateur {
    ($type:ty) => {
        impl RngCore for $type {
            fn next_u32(&mut self) -> u32 {
                let mut octets = [0_u8; 4];
                self.remplir(&mut octets);
                u32::from_le_bytes(octets)
            }
            fn next_u64(&mut self) -> u64 {
                let mut octets = [0_u8; 8];
                self.remplir(&mut octets);
                u64::from_le_bytes(octets)
            }
            fn fill_bytes(&mut self, sortie: &mut [u8]) {
                self.remplir(sortie);
            }
            fn try_fill_bytes(&mut self, sortie: &mut [u8]) -> Result<(), Error> {
                self.remplir(sortie);
                Ok(())
            }
        }
        impl CryptoRng for $type {}
    };
}

/// The stream from which the blind of one element is drawn: HMAC-SHA-256 of (element, counter) under the
/// body's secret. The same element gives the same stream, and no other does.
pub(super) struct FluxAveugle<'c> {
    cle: &'c hmac::Key,
    /// Pass on two bytes, then the element's rank on eight, then the counter on four.
    question: [u8; 14],
    bloc: [u8; 32],
    lus: usize,
}

impl<'c> FluxAveugle<'c> {
    pub(super) fn nouveau(cle: &'c hmac::Key, passe: [u8; 2], rang: u64) -> Self {
        let mut question = [0_u8; 14];
        question[..2].copy_from_slice(&passe);
        question[2..10].copy_from_slice(&rang.to_be_bytes());
        Self { cle, question, bloc: [0; 32], lus: 32 }
    }

    fn remplir(&mut self, sortie: &mut [u8]) {
        for octet in sortie {
            if self.lus == self.bloc.len() {
                self.bloc.copy_from_slice(hmac::sign(self.cle, &self.question).as_ref());
                let compteur = u32::from_be_bytes([self.question[10], self.question[11], self.question[12], self.question[13]]);
                self.question[10..].copy_from_slice(&compteur.wrapping_add(1).to_be_bytes());
                self.lus = 0;
            }
            *octet = self.bloc[self.lus];
            self.lus += 1;
        }
    }
}

impl Drop for FluxAveugle<'_> {
    fn drop(&mut self) {
        self.bloc.zeroize();
    }
}

/// The system's generator. `voprf` cannot be told that it failed: the failure is kept here, and whoever used it
/// asks [`FluxSysteme::en_panne`] before handing over what was made.
pub(super) struct FluxSysteme {
    reserve: Reserve,
    panne: bool,
}

impl FluxSysteme {
    pub(super) fn nouveau() -> Self {
        Self { reserve: Reserve::nouvelle(), panne: false }
    }

    pub(super) fn en_panne(&self) -> bool {
        self.panne
    }

    fn remplir(&mut self, sortie: &mut [u8]) {
        for morceau in sortie.chunks_mut(32) {
            match self.reserve.prendre::<32>() {
                Ok(tires) => morceau.copy_from_slice(tires.get(..morceau.len()).unwrap_or(&tires)),
                Err(_) => {
                    self.panne = true;
                    // Not zeros: a scalar of zero is drawn again for ever. What it gives is thrown away.
                    morceau.fill(1);
                }
            }
        }
    }
}

generateur!(FluxAveugle<'_>);
generateur!(FluxSysteme);

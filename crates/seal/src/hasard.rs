//! Random draws that must not be guessed: orders of rows, identifiers that stand for nothing.

use ring::rand::{SecureRandom, SystemRandom};

use crate::ErreurSceau;

/// Draws from the system's generator by blocks.
pub(crate) struct Reserve {
    octets: Vec<u8>,
    lus: usize,
    generateur: SystemRandom,
}

impl Reserve {
    const TAILLE: usize = 32 * 1024;

    pub(crate) fn nouvelle() -> Self {
        Self { octets: vec![0; Self::TAILLE], lus: Self::TAILLE, generateur: SystemRandom::new() }
    }

    pub(crate) fn prendre<const N: usize>(&mut self) -> Result<[u8; N], ErreurSceau> {
        if self.lus + N > self.octets.len() {
            self.generateur.fill(&mut self.octets).map_err(|_| ErreurSceau::Aleatoire)?;
            self.lus = 0;
        }
        let mut pris = [0; N];
        if let Some(suite) = self.octets.get_mut(self.lus..self.lus + N) {
            pris.copy_from_slice(suite);
            // What was drawn does not stay behind.
            suite.fill(0);
        }
        self.lus += N;
        Ok(pris)
    }

    /// A number below `borne`, each with the same probability (multiplication and rejection).
    fn sous(&mut self, borne: u32) -> Result<u32, ErreurSceau> {
        let seuil = borne.wrapping_neg() % borne.max(1);
        loop {
            let produit = u64::from(u32::from_le_bytes(self.prendre()?)) * u64::from(borne);
            if produit as u32 >= seuil {
                return Ok((produit >> 32) as u32);
            }
        }
    }
}

/// Puts `valeurs` in an order drawn uniformly from the system's generator.
///
/// # Errors
/// [`ErreurSceau::Aleatoire`] when the system gives no random bytes, [`ErreurSceau::Capacite`] beyond 2³² values.
pub fn melanger<T>(valeurs: &mut [T]) -> Result<(), ErreurSceau> {
    let combien = u32::try_from(valeurs.len()).map_err(|_| ErreurSceau::Capacite { quoi: "lignes", maximum: u64::from(u32::MAX) })?;
    let mut reserve = Reserve::nouvelle();
    for i in (1..combien).rev() {
        let j = reserve.sous(i + 1)?;
        valeurs.swap(i as usize, j as usize);
    }
    Ok(())
}

/// Draws identifiers of 16 bytes, one after the other, derived from nothing.
pub struct Identifiants(Reserve);

impl Identifiants {
    /// From the system's generator.
    #[must_use]
    pub fn nouveaux() -> Self {
        Self(Reserve::nouvelle())
    }

    /// The next one.
    ///
    /// # Errors
    /// [`ErreurSceau::Aleatoire`].
    pub fn suivant(&mut self) -> Result<[u8; 16], ErreurSceau> {
        self.0.prendre()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn un_melange_garde_tout_et_change_l_ordre() {
        let mut valeurs: Vec<u32> = (0..20_000).collect();
        melanger(&mut valeurs).unwrap();
        let en_place = (0..20_000).zip(&valeurs).filter(|(i, v)| i == *v).count();
        // One fixed point is expected; 20 have probability below 1e-18.
        assert!(en_place < 20, "{en_place} valeurs n'ont pas bougé");
        valeurs.sort_unstable();
        assert!(valeurs.into_iter().eq(0..20_000));
        melanger::<u8>(&mut []).unwrap();
        melanger(&mut [1]).unwrap();
    }

    #[test]
    fn chaque_ordre_de_trois_est_aussi_probable() {
        let mut comptes = std::collections::BTreeMap::new();
        for _ in 0..12_000 {
            let mut trois = [0_u8, 1, 2];
            melanger(&mut trois).unwrap();
            *comptes.entry(trois).or_insert(0_u32) += 1;
        }
        assert_eq!(comptes.len(), 6);
        // 2 000 expected, standard deviation 41: eight of them on each side.
        assert!(comptes.values().all(|n| (1_672..=2_328).contains(n)), "{comptes:?}");
    }

    #[test]
    fn des_identifiants_tous_differents_meme_d_un_bloc_a_l_autre() {
        let mut tirage = Identifiants::nouveaux();
        let tires: BTreeSet<[u8; 16]> = (0..10_000).map(|_| tirage.suivant().unwrap()).collect();
        assert_eq!(tires.len(), 10_000);
    }
}

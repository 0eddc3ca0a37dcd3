//! Canaries: a thousand invented identities, published, that every body seals among its own people.
//!
//! Two bodies whose canonical form, keys or program differ by anything still make tokens that look right; their
//! people are then linked to nobody, silently, and are not reached. The tokens of the canaries must be the same
//! from every body: the linkage unit compares them before it links anything, and leaves them out afterwards.
//!
//! The identities are in `vecteurs/canaris-1.csv`, written by the script beside it. They were born in the
//! département 00 and live under postcodes of 00, which do not exist: no person has one of their tokens.
//!
//! Their row ids are `HMAC-SHA-256(key, number)` cut to 16 bytes, under a random key of the delivery, which
//! travels in the encrypted file: nobody but the linkage unit can tell them from other rows.

mod controle;

#[cfg(test)]
mod tests;

use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::Zeroizing;

use crate::ErreurSceau;
use crate::canon::{DateBrute, IdentiteBrute};

pub use controle::{Comparaison, EmpreinteCanaris};

/// How many there are.
pub const COMBIEN: usize = 1_000;

/// The published file.
const FICHIER: &str = include_str!("../../vecteurs/canaris-1.csv");

/// The thousand identities, in the order of the file.
#[must_use]
pub fn identites() -> Vec<IdentiteBrute<'static>> {
    FICHIER
        .lines()
        .skip(1)
        .map(|ligne| {
            let mut champs = ligne.split(';').map(|c| (!c.is_empty()).then_some(c));
            let mut champ = || champs.next().flatten();
            IdentiteBrute {
                nir: champ(),
                nom_naissance: champ(),
                nom_usage: champ(),
                prenoms: champ(),
                date_naissance: champ().map(DateBrute::Texte),
                sexe: champ(),
                commune_naissance: champ(),
                code_postal: champ(),
                adresse: champ(),
                ..IdentiteBrute::default()
            }
        })
        .collect()
}

/// What tells the canaries of one delivery from its other rows. No `Debug`, no `Clone`, wiped on drop.
pub struct CleCanaris(Zeroizing<[u8; 32]>);

impl CleCanaris {
    /// A new one, for one delivery.
    ///
    /// # Errors
    /// [`ErreurSceau::Aleatoire`].
    pub fn generer() -> Result<Self, ErreurSceau> {
        let mut octets = Zeroizing::new([0_u8; 32]);
        SystemRandom::new().fill(octets.as_mut_slice()).map_err(|_| ErreurSceau::Aleatoire)?;
        Ok(Self(octets))
    }

    /// As it travels in the delivery: 64 hexadecimal digits. `None` for anything else.
    #[must_use]
    pub fn lire(hex: &str) -> Option<Self> {
        let mut octets = Zeroizing::new([0_u8; 32]);
        let (paires, reste) = hex.as_bytes().as_chunks::<2>();
        if paires.len() != octets.len() || !reste.is_empty() {
            return None;
        }
        for (octet, [haut, bas]) in octets.iter_mut().zip(paires) {
            let haut = char::from(*haut).to_digit(16)?;
            *octet = u8::try_from(haut * 16 + char::from(*bas).to_digit(16)?).ok()?;
        }
        Some(Self(octets))
    }

    /// The 64 digits that [`CleCanaris::lire`] reads back.
    #[must_use]
    pub fn hex(&self) -> Zeroizing<String> {
        let mut texte = Zeroizing::new(String::with_capacity(64));
        for octet in self.0.iter() {
            for demi in [octet >> 4, octet & 15] {
                texte.push(char::from_digit(u32::from(demi), 16).unwrap_or('0'));
            }
        }
        texte
    }

    /// The row id under which the tokens of somebody who objects go out: nobody who has this key but not `row_id` can
    /// tell whose it is, the body finds it again.
    #[must_use]
    pub fn pseudonyme(&self, row_id: &[u8; 16]) -> [u8; 16] {
        let cle = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        let mut contexte = hmac::Context::with_key(&cle);
        contexte.update(b"opposition");
        contexte.update(row_id);
        let mut id = [0_u8; 16];
        id.copy_from_slice(&contexte.sign().as_ref()[..16]);
        id
    }

    /// Row ids of the canaries of this delivery, in their order.
    #[must_use]
    pub fn row_ids(&self) -> Vec<[u8; 16]> {
        let cle = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        (0..COMBIEN as u32)
            .map(|numero| {
                let mut id = [0_u8; 16];
                id.copy_from_slice(&hmac::sign(&cle, &numero.to_be_bytes()).as_ref()[..16]);
                id
            })
            .collect()
    }
}

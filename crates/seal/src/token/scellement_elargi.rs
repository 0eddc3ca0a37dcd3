//! Sealing the wider passes and the labels of the six others.

use super::elargies::{self, ELARGIES};
use super::etiquettes::etiquette;
use super::{Etiquette, PASSES, passes};
use crate::canon::{IdentiteBrute, canoniser};
use crate::keys::{ClesElargies, ClesScellement};

/// What [`super::ColonnesJetons`] does not hold, one entry per identity.
pub struct ColonnesElargies {
    /// Labels of p0 … p5 (those of p0 are all 0).
    pub etiquettes: [Vec<Etiquette>; PASSES.len()],
    /// Per wider pass, the tokens of each identity end to end, each followed by its label (little-endian) when the
    /// pass has one ([`super::PasseElargie::taille`]); sorted, so that their order says nothing.
    pub jetons: [Vec<Vec<u8>>; ELARGIES.len()],
    /// Tokens made per wider pass.
    pub combien: [u64; ELARGIES.len()],
}

/// Seals the wider passes and the labels.
#[must_use]
pub fn sceller_elargi(cles: &ClesScellement, elargies_: &ClesElargies, identites: &[IdentiteBrute<'_>]) -> ColonnesElargies {
    let n = identites.len();
    let mut colonnes = ColonnesElargies {
        etiquettes: std::array::from_fn(|_| vec![0; n]),
        jetons: std::array::from_fn(|_| Vec::with_capacity(n)),
        combien: [0; ELARGIES.len()],
    };
    let suite = elargies_.suite();
    let mut octets = zeroize::Zeroizing::new(Vec::with_capacity(256));
    for (i, brute) in identites.iter().enumerate() {
        let personne = canoniser(brute);
        for passe in PASSES.into_iter().filter(|p| !p.regle().muette()) {
            if passes::octets(passe, &personne, &mut octets) {
                let sortie = zeroize::Zeroizing::new(cles.sortie(passe, &octets));
                colonnes.etiquettes[passe.rang()][i] = etiquette(passe.regle(), suite, &sortie, &personne);
            }
        }
        for passe in ELARGIES {
            let (taille, regle) = (passe.taille(), passe.regle());
            let mut jetons: Vec<[u8; 20]> = Vec::new();
            elargies::octets(passe, &personne, elargies_.annee(), &mut |octets| {
                let sortie = zeroize::Zeroizing::new(elargies_.sortie(passe, octets));
                let mut jeton = [0; 20];
                jeton[..16].copy_from_slice(&sortie[..16]);
                jeton[16..].copy_from_slice(&etiquette(regle, suite, &sortie, &personne).to_le_bytes());
                jetons.push(jeton);
            });
            jetons.sort_unstable();
            colonnes.combien[passe.rang()] += jetons.len() as u64;
            colonnes.jetons[passe.rang()].push(jetons.iter().flat_map(|j| &j[..taille]).copied().collect());
        }
    }
    colonnes
}

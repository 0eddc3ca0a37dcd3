//! Sealing the wider passes and the labels of the six others.

use super::elargies::{self, ELARGIES, PasseElargie};
use super::etiquettes::etiquette;
use super::{Etiquette, PASSES, passes};
use crate::canon::{IdentiteBrute, IdentiteCanonique, canoniser};
use crate::keys::{ClesElargies, ClesScellement, Suite};

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
        etiqueter(cles, suite, &personne, &mut octets, i, &mut colonnes.etiquettes);
        for passe in ELARGIES {
            let jetons = jetons_de(elargies_, passe, &personne);
            colonnes.combien[passe.rang()] += (jetons.len() / passe.taille()) as u64;
            colonnes.jetons[passe.rang()].push(jetons);
        }
    }
    colonnes
}

/// Labels of p0 … p5 alone.
#[must_use]
pub fn sceller_etiquettes(cles: &ClesScellement, suite: Suite, identites: &[IdentiteBrute<'_>]) -> [Vec<Etiquette>; PASSES.len()] {
    let mut etiquettes = std::array::from_fn(|_| vec![0; identites.len()]);
    let mut octets = zeroize::Zeroizing::new(Vec::with_capacity(256));
    for (i, brute) in identites.iter().enumerate() {
        etiqueter(cles, suite, &canoniser(brute), &mut octets, i, &mut etiquettes);
    }
    etiquettes
}

fn etiqueter(
    cles: &ClesScellement,
    suite: Suite,
    personne: &IdentiteCanonique,
    octets: &mut Vec<u8>,
    i: usize,
    etiquettes: &mut [Vec<Etiquette>; PASSES.len()],
) {
    for passe in PASSES.into_iter().filter(|p| !p.regle().muette()) {
        if passes::octets(passe, personne, octets) {
            let sortie = zeroize::Zeroizing::new(cles.sortie(passe, octets));
            etiquettes[passe.rang()][i] = etiquette(passe.regle(), suite, &sortie, personne);
        }
    }
}

/// Tokens of one wider pass alone, as [`ColonnesElargies::jetons`] writes them: for those who would rather seal again
/// than hold every pass.
#[must_use]
pub fn jetons_elargis(cles: &ClesElargies, passe: PasseElargie, identites: &[IdentiteBrute<'_>]) -> Vec<Vec<u8>> {
    identites.iter().map(|brute| jetons_de(cles, passe, &canoniser(brute))).collect()
}

fn jetons_de(cles: &ClesElargies, passe: PasseElargie, personne: &IdentiteCanonique) -> Vec<u8> {
    let mut jetons: Vec<[u8; 20]> = Vec::new();
    elargies::octets(passe, personne, cles.annee(), &mut |octets| {
        let sortie = zeroize::Zeroizing::new(cles.sortie(passe, octets));
        let mut jeton = [0; 20];
        jeton[..16].copy_from_slice(&sortie[..16]);
        jeton[16..].copy_from_slice(&etiquette(passe.regle(), cles.suite(), &sortie, personne).to_le_bytes());
        jetons.push(jeton);
    });
    jetons.sort_unstable();
    jetons.iter().flat_map(|j| &j[..passe.taille()]).copied().collect()
}

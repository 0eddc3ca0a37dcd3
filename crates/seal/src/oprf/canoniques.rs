//! The canonical bytes of a chunk of persons, pass by pass, ready to be blinded.

use super::Entrees;
use crate::canon::IdentiteBrute;
use crate::token::{Bilan, PASSES, Passe, parcourir};

/// Usual length of the canonical bytes of a pass.
const OCTETS_PAR_ENTREE: usize = 64;

/// Inputs of each pass, and whose they are. The same identities and passes always give the same inputs in the same
/// order: the second step of mode B rests on it. No `Debug`, no `Clone`: these bytes identify people.
pub struct Canoniques {
    par_passe: [(Entrees, Vec<usize>); PASSES.len()],
    /// Counts of the passes asked for.
    pub bilan: Bilan,
}

impl Canoniques {
    /// Canonical bytes of `identites` for `passes`.
    #[must_use]
    pub fn de(identites: &[IdentiteBrute<'_>], passes: &[Passe]) -> Self {
        let mut par_passe: [(Entrees, Vec<usize>); PASSES.len()] = std::array::from_fn(|_| (Entrees::default(), Vec::new()));
        for passe in passes {
            par_passe[passe.rang()] = (Entrees::avec_capacite(identites.len(), OCTETS_PAR_ENTREE), Vec::with_capacity(identites.len()));
        }
        let bilan = parcourir(identites, passes, |position, passe, octets| {
            if let Some(octets) = octets {
                let (entrees, positions) = &mut par_passe[passe.rang()];
                entrees.ajouter(octets);
                positions.push(position);
            }
        });
        Self { par_passe, bilan }
    }

    /// Inputs of a pass, and the position of the identity of each.
    #[must_use]
    pub fn passe(&self, passe: Passe) -> (&Entrees, &[usize]) {
        let (entrees, positions) = &self.par_passe[passe.rang()];
        (entrees, positions)
    }
}

//! The canonical bytes of a chunk of persons, pass by pass, ready to be blinded.

use super::entrees::Entrees;
use super::{PasseOprf, Sortie};
use crate::canon::{IdentiteBrute, IdentiteCanonique, canoniser};
use crate::keys::{Suite, annee};
use crate::token::etiquettes::etiquette;
use crate::token::{Bilan, Etiquette, Passe, elargies, parcourir};

/// Usual length of the canonical bytes of a pass.
const OCTETS_PAR_ENTREE: usize = 64;

/// Inputs of each pass, and whose they are. The same identities and passes always give the same inputs in the same
/// order: the second step of mode B rests on it. No `Debug`, no `Clone`: these bytes identify people.
pub struct Canoniques {
    par_passe: Vec<(Entrees, Vec<usize>)>,
    personnes: Vec<IdentiteCanonique>,
    /// Counts of the passes asked for, wider ones left out.
    pub bilan: Bilan,
}

impl Canoniques {
    /// Canonical bytes of `identites` for `passes`, at an epoch whose year bounds who is an adult, as in mode A. Those for
    /// whose position `large` is false have none in the wider passes.
    #[must_use]
    pub fn de(identites: &[IdentiteBrute<'_>], passes: &[PasseOprf], epoque: &str, large: impl Fn(usize) -> bool) -> Self {
        let annee = annee(epoque);
        let mut par_passe: Vec<(Entrees, Vec<usize>)> = PasseOprf::toutes().map(|_| (Entrees::default(), Vec::new())).collect();
        let bases: Vec<Passe> = passes.iter().filter_map(|p| if let PasseOprf::Base(p) = p { Some(*p) } else { None }).collect();
        for passe in &bases {
            par_passe[passe.rang()] = (Entrees::avec_capacite(identites.len(), OCTETS_PAR_ENTREE), Vec::with_capacity(identites.len()));
        }
        let bilan = parcourir(identites, &bases, |position, passe, octets| {
            if let Some(octets) = octets {
                ajouter(&mut par_passe[passe.rang()], position, octets);
            }
        });
        let personnes: Vec<IdentiteCanonique> = identites.iter().map(canoniser).collect();
        for passe in passes {
            let PasseOprf::Elargie(elargie) = *passe else { continue };
            for (position, personne) in personnes.iter().enumerate().filter(|(position, _)| large(*position)) {
                elargies::octets(elargie, personne, annee, &mut |octets| ajouter(&mut par_passe[passe.rang()], position, octets));
            }
        }
        Self { par_passe, personnes, bilan }
    }

    /// Inputs of a pass, and the position of the identity of each.
    #[must_use]
    pub fn passe(&self, passe: PasseOprf) -> (Vec<&[u8]>, &[usize]) {
        let (entrees, positions) = &self.par_passe[passe.rang()];
        (entrees.iter().collect(), positions)
    }

    /// The label beside the token of an identity whose evaluation is `sortie`; 0 when the pass has none.
    #[must_use]
    pub fn etiquette(&self, passe: PasseOprf, suite: Suite, position: usize, sortie: &Sortie) -> Etiquette {
        let regle = passe.regle();
        match self.personnes.get(position) {
            Some(personne) if !regle.muette() => etiquette(regle, suite, sortie, personne),
            _ => 0,
        }
    }
}

fn ajouter((entrees, positions): &mut (Entrees, Vec<usize>), position: usize, octets: &[u8]) {
    entrees.ajouter(octets);
    positions.push(position);
}

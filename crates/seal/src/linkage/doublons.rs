//! People recorded twice in one body without a certified number to say so.
//!
//! Social services, who meet the people most in need, have the most of them and the fewest numbers. Two
//! rows of one body that agree on names, full date, postcode *and* every phonetic form are the same
//! person far more surely than any weak link; left as two, they would make each other ambiguous and the
//! person would be linked to nobody.

use super::amas::{Amas, SANS_P0};
use super::passe::{Entree, Groupes, SANS_JETON};
use super::statistiques::Compte;
use super::unite::OptionsLiaison;
use crate::keys::Jeton;
use crate::token::{PASSES, Passe};

/// Passes whose tokens must all be there and all be equal.
const TOUTES: [Passe; 4] = [Passe::P2, Passe::P3, Passe::P4, Passe::P5];

/// Joins the rows of one body that are equal in p2, p3, p4 and p5; to be run after p0. Refused for the
/// whole group when two of its rows have different numbers (certified or not), or when there are more
/// than [`OptionsLiaison::doublons_p0_max`] of them.
pub(super) fn complets(jetons: &[Vec<Jeton>; PASSES.len()], organisme_de: &[u8], amas: &mut Amas, options: &OptionsLiaison) -> Compte {
    let mut compte = Compte::default();
    let cle = |e: &Entree| {
        let i = e.ligne as usize;
        (organisme_de[i], TOUTES.map(|p| jetons[p.rang()][i]))
    };
    let mut lignes = Vec::new();
    let mut noeuds = Vec::new();
    for groupe in Groupes::former(&jetons[Passe::P2.rang()], &[]).iter().filter(|g| g.len() > 1) {
        if groupe.len() > options.plafond_frequence as usize {
            continue;
        }
        lignes.clear();
        lignes.extend(groupe.iter().map(|e| (cle(e), e.ligne)));
        lignes.sort_unstable();
        for memes in lignes.chunk_by(|a, b| a.0 == b.0) {
            let complet = memes.first().is_some_and(|m| !m.0.1.contains(&SANS_JETON));
            if memes.len() < 2 || memes.len() > options.doublons_p0_max as usize || !complet {
                continue;
            }
            noeuds.clear();
            noeuds.extend(memes.iter().map(|m| amas.racine(m.1)));
            let p1 = memes.iter().map(|m| jetons[Passe::P1.rang()][m.1 as usize]);
            if au_plus_un(p1.filter(|j| *j != SANS_JETON)) && au_plus_un(noeuds.iter().map(|n| amas.p0(*n)).filter(|p| *p != SANS_P0)) {
                noeuds.sort_unstable();
                noeuds.dedup();
                if noeuds.len() > 1 {
                    compte.ajouter(memes.len());
                    amas.fondre(&noeuds, Passe::P2.force());
                }
            }
        }
    }
    compte
}

/// Whether all values are equal.
fn au_plus_un<T: PartialEq>(mut valeurs: impl Iterator<Item = T>) -> bool {
    let Some(premiere) = valeurs.next() else { return true };
    valeurs.all(|v| v == premiere)
}

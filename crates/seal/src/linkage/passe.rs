//! One pass: sort the tokens, keep what is unambiguous, link what nothing contradicts.

use rayon::slice::ParallelSliceMut;

use super::amas::{Amas, Refus, racine};
use super::statistiques::StatistiquesPasse;
use super::unite::OptionsLiaison;
use crate::keys::Jeton;
use crate::token::Passe;

/// A missing token in a level-2 column. A true token is all zeros with probability 2^-128.
pub(super) const SANS_JETON: Jeton = [0; 16];

/// A row with its token; 24 bytes, sorted as numbers.
pub(super) struct Entree {
    haut: u64,
    bas: u64,
    pub(super) ligne: u32,
}

/// Rows grouped by token.
pub(super) struct Groupes(Vec<Entree>);

impl Groupes {
    pub(super) fn former(jetons: &[Jeton]) -> Self {
        let mut entrees: Vec<Entree> = (0_u32..)
            .zip(jetons)
            .filter(|(_, j)| **j != SANS_JETON)
            .map(|(ligne, j)| {
                let n = u128::from_be_bytes(*j);
                Entree { haut: (n >> 64) as u64, bas: n as u64, ligne }
            })
            .collect();
        entrees.par_sort_unstable_by_key(|e| (e.haut, e.bas));
        Self(entrees)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[Entree]> {
        self.0.chunk_by(|a, b| a.haut == b.haut && a.bas == b.bas)
    }
}

/// Runs the first pass: certified numbers, where rows of one body may be one person.
///
/// Numbers held by too many rows of one body are not recorded as certified at all.
pub(super) fn premiere(jetons: &[Jeton], organisme_de: &[u8], amas: &mut Amas, options: &OptionsLiaison) -> StatistiquesPasse {
    let mut stats = StatistiquesPasse::nouvelles(Passe::P0);
    let groupes = Groupes::former(jetons);
    let mut noeuds = Vec::new();
    for (numero, groupe) in (0_u32..).zip(groupes.iter()) {
        let rangs = compter_par_organisme(groupe, organisme_de);
        let pire = rangs.iter().copied().max().unwrap_or(0);
        stats.compter(groupe.len(), uniques(&rangs));
        if pire > options.doublons_p0_max {
            stats.frequents.ajouter(groupe.len());
            continue;
        }
        if pire > 1 {
            stats.doublons.ajouter(rangs.iter().filter(|r| **r > 1).map(|r| *r as usize).sum());
        }
        noeuds.clear();
        for entree in groupe {
            amas.poser_p0(entree.ligne, numero);
            noeuds.push(entree.ligne);
        }
        if noeuds.len() > 1 {
            stats.liens += rangs.iter().filter(|r| **r > 0).count() as u64 - 1;
            amas.fondre(&noeuds, Passe::P0.force());
        }
    }
    stats
}

/// Runs a weaker pass.
pub(super) fn suivante(
    passe: Passe,
    jetons: &[Jeton],
    organisme_de: &[u8],
    amas: &mut Amas,
    options: &OptionsLiaison,
) -> StatistiquesPasse {
    let mut stats = StatistiquesPasse::nouvelles(passe);
    let groupes = Groupes::former(jetons);
    for groupe in groupes.iter() {
        stats.compter(groupe.len(), uniques(&compter_par_organisme(groupe, organisme_de)));
    }
    if stats.jetons >= options.unicite_a_partir_de && stats.unicite() < options.unicite_minimale {
        stats.refusee = true;
        return stats;
    }
    let candidats = candidats(&groupes, organisme_de, amas, options, &mut stats);
    relier(&candidats, passe.force(), amas, &mut stats);
    stats
}

/// Groups of nodes that a pass would link, end to end.
#[derive(Default)]
struct Candidats {
    noeuds: Vec<u32>,
    fins: Vec<usize>,
}

impl Candidats {
    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        let mut debut = 0;
        self.fins.iter().map(move |fin| {
            let groupe = &self.noeuds[debut..*fin];
            debut = *fin;
            groupe
        })
    }
}

fn candidats(
    groupes: &Groupes,
    organisme_de: &[u8],
    amas: &mut Amas,
    options: &OptionsLiaison,
    stats: &mut StatistiquesPasse,
) -> Candidats {
    let mut sortie = Candidats::default();
    let (mut porteurs, mut noeuds) = (Vec::new(), Vec::new());
    for groupe in groupes.iter() {
        if groupe.len() < 2 {
            continue;
        }
        if groupe.len() > options.plafond_frequence as usize {
            stats.frequents.ajouter(groupe.len());
            continue;
        }
        // Rows already known to be one person (recorded twice) do not make a token ambiguous.
        porteurs.clear();
        porteurs.extend(groupe.iter().map(|e| (organisme_de[e.ligne as usize], amas.racine(e.ligne))));
        porteurs.sort_unstable();
        porteurs.dedup();
        if porteurs.windows(2).any(|w| w[0].0 == w[1].0) {
            stats.ambigus.ajouter(groupe.len());
            continue;
        }
        noeuds.clear();
        noeuds.extend(porteurs.iter().map(|p| p.1));
        noeuds.sort_unstable();
        noeuds.dedup();
        if noeuds.len() < 2 {
            stats.deja_relies += 1;
            continue;
        }
        match amas.admissible(&noeuds) {
            Ok(()) => {
                sortie.noeuds.extend_from_slice(&noeuds);
                sortie.fins.push(sortie.noeuds.len());
            }
            Err(refus) => stats.refuser(refus, groupe.len()),
        }
    }
    sortie
}

/// Links each connected set of candidate groups when nothing in it is contradictory; refuses it whole
/// otherwise, because choosing would depend on the order.
fn relier(candidats: &Candidats, force: u8, amas: &mut Amas, stats: &mut StatistiquesPasse) {
    // Connected sets over the nodes at hand only, renumbered: memory follows the candidates.
    let mut noeuds = candidats.noeuds.clone();
    noeuds.sort_unstable();
    noeuds.dedup();
    let mut parent: Vec<u32> = (0_u32..).zip(&noeuds).map(|(i, _)| i).collect();
    let rang = |noeud: &u32| noeuds.binary_search(noeud).unwrap_or(0) as u32;
    for groupe in candidats.iter() {
        let Some(premier) = groupe.first().map(rang) else {
            continue;
        };
        for noeud in &groupe[1..] {
            let (a, b) = (racine(&mut parent, premier), racine(&mut parent, rang(noeud)));
            parent[b as usize] = a;
        }
    }
    let mut composantes: Vec<(u32, u32)> = (0_u32..).zip(&noeuds).map(|(i, noeud)| (racine(&mut parent, i), *noeud)).collect();
    composantes.sort_unstable();
    let mut ensemble = Vec::new();
    for composante in composantes.chunk_by(|a, b| a.0 == b.0) {
        ensemble.clear();
        ensemble.extend(composante.iter().map(|c| c.1));
        match amas.admissible(&ensemble) {
            Ok(()) => {
                stats.liens += ensemble.len() as u64 - 1;
                amas.fondre(&ensemble, force);
            }
            Err(Refus::Veto) => stats.refuser(Refus::Veto, ensemble.len()),
            Err(Refus::DejaRelie) => stats.concurrents.ajouter(ensemble.len()),
        }
    }
}

/// Rows of the group per body rank (up to the highest rank present).
fn compter_par_organisme(groupe: &[Entree], organisme_de: &[u8]) -> [u32; 64] {
    let mut rangs = [0_u32; 64];
    for entree in groupe {
        rangs[usize::from(organisme_de[entree.ligne as usize] & 63)] += 1;
    }
    rangs
}

/// Rows of the group that are alone in their body.
fn uniques(rangs: &[u32; 64]) -> usize {
    rangs.iter().filter(|r| **r == 1).count()
}

//! One pass: sort the tokens, keep what is unambiguous, link what nothing contradicts.

use rayon::slice::ParallelSliceMut;

use super::amas::{Amas, Refus, racine};
use super::budget::{Budget, Etrangers, Presence};
use super::elargie::{self, Rangs, SourceElargie};
use super::statistiques::StatistiquesPasse;
use super::unite::OptionsLiaison;
use crate::keys::{ClesLiaisonElargies, Jeton};
use crate::token::etiquettes::contredit;
use crate::token::{Etiquette, Passe, PasseElargie};

/// A missing token in a level-2 column. A true token is all zeros with probability 2^-128.
pub(super) const SANS_JETON: Jeton = [0; 16];

/// A row with its token and label; 24 bytes, sorted as numbers.
#[derive(Clone, Copy)]
pub(super) struct Entree {
    pub(super) haut: u64,
    pub(super) bas: u64,
    pub(super) ligne: u32,
    pub(super) etiquette: Etiquette,
}

/// A token as two numbers.
pub(super) fn decouper(jeton: &Jeton) -> (u64, u64) {
    let n = u128::from_be_bytes(*jeton);
    ((n >> 64) as u64, n as u64)
}

/// Rows grouped by token.
pub(super) struct Groupes(Vec<Entree>);

impl Groupes {
    /// `etiquettes`: one per row, or none at all.
    pub(super) fn former(jetons: &[Jeton], etiquettes: &[Etiquette]) -> Self {
        let entree = |(ligne, j): (u32, &Jeton)| {
            let (haut, bas) = decouper(j);
            Entree { haut, bas, ligne, etiquette: etiquettes.get(ligne as usize).copied().unwrap_or(0) }
        };
        Self::trier((0_u32..).zip(jetons).filter(|(_, j)| **j != SANS_JETON).map(entree).collect())
    }

    pub(super) fn trier(mut entrees: Vec<Entree>) -> Self {
        entrees.par_sort_unstable_by_key(|e| (e.haut, e.bas, e.ligne));
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
    let mut stats = StatistiquesPasse::nouvelles(Passe::P0.into());
    let groupes = Groupes::former(jetons, &[]);
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
    (jetons, etiquettes): (&[Jeton], &[Etiquette]),
    organisme_de: &[u8],
    amas: &mut Amas,
    budget: &mut Budget,
    options: &OptionsLiaison,
) -> StatistiquesPasse {
    let mut stats = StatistiquesPasse::nouvelles(passe.into());
    let groupes = Groupes::former(jetons, etiquettes);
    amas.aplatir();
    let mut etrangers = Etrangers::default();
    let mut presents = vec![false; organisme_de.len()];
    let mut lignes = [0_u64; 64];
    for groupe in groupes.iter() {
        let rangs = compter_par_organisme(groupe, organisme_de);
        stats.compter(groupe.len(), uniques(&rangs));
        stats.lignes += groupe.len() as u64;
        for (total, rang) in lignes.iter_mut().zip(rangs) {
            *total += u64::from(rang);
        }
        if groupe.len() > options.plafond_frequence as usize {
            stats.frequents.ajouter(groupe.len());
        }
        for entree in groupe {
            presents[amas.noeud(entree.ligne) as usize] = true;
        }
        etrangers.groupe(groupe, organisme_de, amas);
    }
    let presence = Presence::de(&presents, lignes, amas);
    drop(presents);
    if stats.juger(budget, &presence, etrangers, 1.0, options) {
        let candidats = candidats(&groupes, false, organisme_de, amas, options, &mut stats);
        relier(&candidats, passe.force(), amas, &mut stats);
    }
    stats
}

/// Runs a wider pass.
pub(super) fn elargie<S: SourceElargie>(
    passe: PasseElargie,
    source: &mut S,
    cles: Option<&ClesLiaisonElargies>,
    rangs: &Rangs<'_>,
    amas: &mut Amas,
    budget: &mut Budget,
    options: &OptionsLiaison,
) -> Result<StatistiquesPasse, S::Erreur> {
    let organisme_de = rangs.organisme_de;
    let mut stats = StatistiquesPasse::nouvelles(passe.into());
    amas.aplatir();
    let chargee = elargie::charger(source, passe, cles, rangs, amas)?;
    for groupe in chargee.groupes.iter() {
        stats.compter(groupe.len(), uniques(&compter_par_organisme(groupe, organisme_de)));
        if groupe.len() > options.plafond_frequence as usize {
            stats.frequents.ajouter(groupe.len());
        }
    }
    if stats.juger(budget, &chargee.presence, chargee.etrangers, chargee.echantillon, options) {
        let candidats = candidats(&chargee.groupes, true, organisme_de, amas, options, &mut stats);
        relier(&candidats, passe.force(), amas, &mut stats);
    }
    // What was read, not only what was held.
    stats.jetons = chargee.jetons;
    stats.lignes = chargee.lignes;
    Ok(stats)
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

/// `plusieurs`: rows have several tokens. A row one of whose tokens is ambiguous then stays out of the whole pass:
/// through another token it would be linked to one of two people whom it resembles as much. And two rows that
/// contradict each other under one token are not linked by another: a label misses once in a thousand, and two people
/// of one name share thirty tokens.
fn candidats(
    groupes: &Groupes,
    plusieurs: bool,
    organisme_de: &[u8],
    amas: &mut Amas,
    options: &OptionsLiaison,
    stats: &mut StatistiquesPasse,
) -> Candidats {
    let mut sortie = Candidats::default();
    let (mut porteurs, mut noeuds, mut doutes, mut contraires) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for groupe in groupes.iter() {
        if groupe.len() < 2 {
            continue;
        }
        if groupe.len() > options.plafond_frequence as usize {
            continue;
        }
        // Rows already known to be one person (recorded twice) do not make a token ambiguous.
        porteurs.clear();
        porteurs.extend(groupe.iter().map(|e| (organisme_de[e.ligne as usize], amas.racine(e.ligne))));
        porteurs.sort_unstable();
        porteurs.dedup();
        if porteurs.windows(2).any(|w| w[0].0 == w[1].0) {
            stats.ambigus.ajouter(groupe.len());
            if plusieurs {
                doutes.extend(porteurs.iter().map(|p| p.1));
            }
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
        let avant = contraires.len();
        for (i, a) in groupe.iter().enumerate() {
            for b in groupe[i + 1..].iter().filter(|b| contredit(a.etiquette, b.etiquette, stats.dates_admises)) {
                let (a, b) = (amas.racine(a.ligne), amas.racine(b.ligne));
                contraires.push((a.min(b), a.max(b)));
            }
        }
        if contraires.len() > avant {
            stats.contredits.ajouter(groupe.len());
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
    if !plusieurs || (doutes.is_empty() && contraires.is_empty()) {
        return sortie;
    }
    doutes.sort_unstable();
    contraires.sort_unstable();
    let ecarte = |g: &[u32]| {
        g.iter().any(|n| doutes.binary_search(n).is_ok())
            || g.iter().enumerate().any(|(i, a)| g[i + 1..].iter().any(|b| contraires.binary_search(&(*a.min(b), *a.max(b))).is_ok()))
    };
    let mut sure = Candidats::default();
    for groupe in sortie.iter().filter(|g| !ecarte(g)) {
        sure.noeuds.extend_from_slice(groupe);
        sure.fins.push(sure.noeuds.len());
    }
    sure
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

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod budget;
mod grandes_populations;
mod oppositions;
mod petites_populations;
mod proprietes;
mod refus;

use std::collections::{BTreeMap, BTreeSet};

use zeroize::Zeroizing;

use super::{Livraison, OptionsLiaison, ResultatLiaison, UniteLiaison};
use crate::canon::nir::cle_de_controle;
use crate::canon::{DateBrute, IdentiteBrute};
use crate::keys::{CleMaitresse, ClesLiaison, ClesScellement, ContexteMission, Role, Suite};
use crate::token::sceller;

pub(super) fn contexte(epoque: &str) -> ContexteMission {
    ContexteMission { suite: Suite::Rapide, manifeste: [7; 32], epoque: epoque.to_owned() }
}

pub(super) fn unite() -> UniteLiaison {
    let cle = CleMaitresse::de_octets(Role::Niveau2, Zeroizing::new([2; 32]));
    UniteLiaison::nouvelle(ClesLiaison::deriver(&cle, &contexte("2026-T4")).unwrap())
}

/// One row of one body; empty text = missing. `verite` is what only the inventor knows.
#[derive(Clone, Default)]
pub(super) struct Fiche {
    pub organisme: &'static str,
    pub verite: u32,
    pub nir: String,
    pub nom: String,
    pub usage: String,
    pub prenoms: String,
    pub date: String,
    pub sexe: String,
    pub cp: String,
}

impl Fiche {
    pub(super) fn brute(&self) -> IdentiteBrute<'_> {
        fn texte(t: &str) -> Option<&str> {
            (!t.is_empty()).then_some(t)
        }
        IdentiteBrute {
            nir: texte(&self.nir),
            nom_naissance: texte(&self.nom),
            nom_usage: texte(&self.usage),
            prenoms: texte(&self.prenoms),
            date_naissance: texte(&self.date).map(DateBrute::Texte),
            sexe: texte(&self.sexe),
            code_postal: texte(&self.cp),
            ..IdentiteBrute::default()
        }
    }
}

/// Fifteen characters with their key.
pub(super) fn nir(treize: &str) -> String {
    format!("{treize}{:02}", cle_de_controle(treize).unwrap())
}

/// A row's place among the tested rows, with what the linkage answered.
pub(super) struct Reponse {
    pub handle: [u8; 16],
    pub force: u8,
    pub nir_certifie: bool,
}

/// Seals, delivers and links; answers in the order of `fiches`.
pub(super) fn relier(fiches: &[Fiche]) -> (Vec<Reponse>, ResultatLiaison) {
    relier_avec(fiches, &OptionsLiaison::default(), &|_| "2026-T4")
}

pub(super) fn relier_avec(
    fiches: &[Fiche],
    options: &OptionsLiaison,
    epoque_de: &dyn Fn(&str) -> &'static str,
) -> (Vec<Reponse>, ResultatLiaison) {
    let cle = CleMaitresse::de_octets(Role::Niveau1, Zeroizing::new([1; 32]));
    let mut par_organisme: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, fiche) in fiches.iter().enumerate() {
        par_organisme.entry(fiche.organisme).or_default().push(i);
    }
    let mut unite = unite();
    for (organisme, lignes) in &par_organisme {
        let cles = ClesScellement::deriver(&cle, &contexte(epoque_de(organisme))).unwrap();
        let brutes: Vec<_> = lignes.iter().map(|i| fiches[*i].brute()).collect();
        let colonnes = sceller(&cles, &brutes);
        unite
            .ajouter(Livraison {
                organisme: (*organisme).to_owned(),
                row_ids: lignes.iter().map(|i| (*i as u128).to_be_bytes()).collect(),
                jetons: colonnes.jetons,
                etiquettes: Default::default(),
                nir_certifie: colonnes.nir_certifie,
            })
            .unwrap();
    }
    let resultat = unite.lier(options).unwrap();
    let mut reponses: Vec<Option<Reponse>> = fiches.iter().map(|_| None).collect();
    for ligne in resultat.organismes.iter().flat_map(|o| &o.lignes) {
        let i = u128::from_be_bytes(ligne.row_id) as usize;
        reponses[i] = Some(Reponse { handle: ligne.handle, force: ligne.force, nir_certifie: ligne.nir_certifie });
    }
    (reponses.into_iter().map(Option::unwrap).collect(), resultat)
}

/// The rows that became one person, as sets of positions.
pub(super) fn personnes(reponses: &[Reponse]) -> BTreeSet<BTreeSet<usize>> {
    let mut par_handle: BTreeMap<[u8; 16], BTreeSet<usize>> = BTreeMap::new();
    for (i, reponse) in reponses.iter().enumerate() {
        par_handle.entry(reponse.handle).or_default().insert(i);
    }
    par_handle.into_values().collect()
}

/// Pairs of rows of different bodies: linked and true, linked and false, true and missed.
pub(super) fn paires(fiches: &[Fiche], reponses: &[Reponse]) -> (u64, u64, u64) {
    let compter = |groupes: BTreeMap<Vec<u8>, Vec<usize>>| {
        let mut paires = BTreeSet::new();
        for lignes in groupes.values() {
            for (k, a) in lignes.iter().enumerate() {
                for b in &lignes[k + 1..] {
                    if fiches[*a].organisme != fiches[*b].organisme {
                        paires.insert((*a, *b));
                    }
                }
            }
        }
        paires
    };
    let mut reliees: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    let mut vraies: BTreeMap<Vec<u8>, Vec<usize>> = BTreeMap::new();
    for (i, reponse) in reponses.iter().enumerate() {
        reliees.entry(reponse.handle.to_vec()).or_default().push(i);
        vraies.entry(fiches[i].verite.to_be_bytes().to_vec()).or_default().push(i);
    }
    let (reliees, vraies) = (compter(reliees), compter(vraies));
    let justes = reliees.intersection(&vraies).count() as u64;
    (justes, reliees.len() as u64 - justes, vraies.len() as u64 - justes)
}

//! Wider passes: several tokens per row, and only for links that a certified number does not already decide.
//!
//! Two certified numbers are never linked by a name, so one side of every link is a person without one. Their
//! tokens are held; of the others', only those that meet one of them. Memory follows the people without a number,
//! not the population.

use rayon::iter::{IntoParallelRefIterator, ParallelExtend, ParallelIterator};

use super::amas::{Amas, SANS_P0};
use super::budget::{Etrangers, Presence};
use super::passe::{Entree, Groupes, decouper};
use crate::keys::{ClesLiaisonElargies, Jeton};
use crate::token::PasseElargie;

/// Tokens of certified rows that are looked at to learn what the pass does to strangers.
const ECHANTILLON: u64 = 2_000_000;

/// Some rows of one body in a wider pass.
pub struct LotElargi<'a> {
    /// The body.
    pub organisme: &'a str,
    /// Rank of the first of these rows in what [`super::UniteLiaison::ajouter`] took.
    pub premiere: usize,
    /// Tokens of each row, as [`crate::token::ColonnesElargies::jetons`] writes them.
    pub jetons: Vec<&'a [u8]>,
}

/// Where the tokens of the wider passes are read from: a delivery may be opened again for each of them, so that no
/// more than one pass of one body needs to be held.
pub trait SourceElargie {
    /// What can go wrong in reading.
    type Erreur: From<crate::ErreurSceau>;

    /// Shows every row of every body in this pass, in the order of the deliveries; always the same.
    ///
    /// # Errors
    /// Those of the source.
    fn parcourir(&mut self, passe: PasseElargie, voir: &mut dyn FnMut(LotElargi<'_>)) -> Result<(), Self::Erreur>;
}

/// No wider pass.
pub struct SansElargies;

impl SourceElargie for SansElargies {
    type Erreur = crate::ErreurSceau;

    fn parcourir(&mut self, _: PasseElargie, _: &mut dyn FnMut(LotElargi<'_>)) -> Result<(), Self::Erreur> {
        Ok(())
    }
}

/// What was loaded for one pass.
pub(super) struct Chargee {
    pub(super) groupes: Groupes,
    pub(super) presence: Presence,
    pub(super) etrangers: Etrangers,
    pub(super) echantillon: f64,
    /// Tokens seen, held or not.
    pub(super) jetons: u64,
    /// Rows with a token.
    pub(super) lignes: u64,
}

/// Where the rows of each body begin.
pub(super) struct Rangs<'a> {
    pub(super) noms: Vec<&'a str>,
    pub(super) debuts: Vec<u32>,
    /// Body of each row.
    pub(super) organisme_de: &'a [u8],
}

impl Rangs<'_> {
    /// Global rank of a row, `None` for a body that delivered nothing or a row that it has not.
    fn ligne(&self, organisme: &str, locale: usize) -> Option<(usize, u32)> {
        let rang = self.noms.iter().position(|n| *n == organisme)?;
        let debut = *self.debuts.get(rang)?;
        let fin = *self.debuts.get(rang + 1)?;
        let ligne = debut.checked_add(u32::try_from(locale).ok()?)?;
        (ligne < fin).then_some((rang, ligne))
    }
}

/// Reads a pass: twice when certified people have tokens in it, so that only the useful ones are held.
pub(super) fn charger<S: SourceElargie>(
    source: &mut S,
    passe: PasseElargie,
    cles: Option<&ClesLiaisonElargies>,
    rangs: &Rangs<'_>,
    amas: &Amas,
) -> Result<Chargee, S::Erreur> {
    let organisme_de = rangs.organisme_de;
    let tous = (0..rangs.noms.len()).fold(0_u64, |m, b| m | 1 << b);
    let mut presents = vec![false; organisme_de.len()];
    let mut par_organisme = [0_u64; 64];
    let (mut jetons, mut lignes, mut certifies) = (0_u64, 0_u64, 0_u64);
    let mut entrees: Vec<Entree> = Vec::new();
    source.parcourir(passe, &mut |lot| {
        let mut libres = Vec::new();
        for (i, octets) in lot.jetons.iter().enumerate().filter(|(_, o)| !o.is_empty()) {
            let Some((rang, ligne)) = rangs.ligne(lot.organisme, lot.premiere + i) else { continue };
            let noeud = amas.noeud(ligne);
            let combien = (octets.len() / passe.taille()) as u64;
            jetons += combien;
            lignes += 1;
            par_organisme[rang & 63] += 1;
            presents[noeud as usize] = true;
            if amas.p0(noeud) != SANS_P0 {
                certifies += combien;
            } else if amas.organismes(noeud) != tous {
                libres.push((ligne, *octets));
            }
        }
        entrees.par_extend(libres.par_iter().flat_map_iter(|(ligne, octets)| lire(passe, cles, *ligne, octets)));
    })?;

    let diviseur = (certifies / ECHANTILLON).max(1);
    let mut temoins: Vec<Entree> = Vec::new();
    if certifies > 0 && !entrees.is_empty() {
        let filtre = Filtre::de(&entrees);
        source.parcourir(passe, &mut |lot| {
            let certifiees: Vec<(u32, &[u8])> = (lot.jetons.iter().enumerate())
                .filter_map(|(i, octets)| Some((rangs.ligne(lot.organisme, lot.premiere + i)?.1, *octets)))
                .filter(|(ligne, _)| amas.p0(amas.noeud(*ligne)) != SANS_P0)
                .collect();
            let (utiles, vus): (Vec<Entree>, Vec<Entree>) = certifiees
                .par_iter()
                .flat_map_iter(|(ligne, octets)| lire(passe, cles, *ligne, octets))
                .filter(|e| filtre.contient(e) || e.bas % diviseur == 0)
                .partition(|e| filtre.contient(e));
            temoins.extend(utiles.iter().filter(|e| e.bas % diviseur == 0).copied());
            temoins.extend(vus);
            entrees.extend(utiles);
        })?;
    }
    let presence = Presence::de(&presents, par_organisme, amas);
    let mut etrangers = Etrangers::default();
    let temoins = Groupes::trier(temoins);
    let groupes = Groupes::trier(entrees);
    for groupe in if presence.assez_de_certifies() { &temoins } else { &groupes }.iter() {
        etrangers.groupe(groupe, organisme_de, amas);
    }
    Ok(Chargee { groupes, presence, etrangers, echantillon: 1.0 / diviseur as f64, jetons, lignes })
}

/// The level-2 tokens of a row.
fn lire<'a>(passe: PasseElargie, cles: Option<&'a ClesLiaisonElargies>, ligne: u32, octets: &'a [u8]) -> impl Iterator<Item = Entree> + 'a {
    octets.chunks_exact(passe.taille()).map(move |morceau| {
        let mut jeton: Jeton = [0; 16];
        jeton.copy_from_slice(&morceau[..16]);
        let etiquette = morceau.get(16..20).and_then(|e| <[u8; 4]>::try_from(e).ok()).map_or(0, u32::from_le_bytes);
        let (jeton, etiquette) = cles.map_or((jeton, etiquette), |c| c.jeton_et_etiquette(passe, &jeton, etiquette));
        let (haut, bas) = decouper(&jeton);
        Entree { haut, bas, ligne, etiquette }
    })
}

/// Whether a token may be among those held: bits addressed by the token itself, which is uniform. A wrong yes
/// holds a token for nothing; there is no wrong no.
struct Filtre {
    bits: Vec<u64>,
    masque: u64,
}

impl Filtre {
    fn de(entrees: &[Entree]) -> Self {
        let mots = (entrees.len() / 4).max(16).next_power_of_two();
        let mut filtre = Self { bits: vec![0; mots], masque: mots as u64 * 64 - 1 };
        for e in entrees {
            let place = e.haut & filtre.masque;
            filtre.bits[(place / 64) as usize] |= 1 << (place % 64);
        }
        filtre
    }

    fn contient(&self, e: &Entree) -> bool {
        let place = e.haut & self.masque;
        self.bits[(place / 64) as usize] >> (place % 64) & 1 == 1
    }
}

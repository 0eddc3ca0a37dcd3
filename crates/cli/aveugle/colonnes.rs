//! The tokens that a body has so far, by columns, and the delivery that they become.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use rayon::prelude::*;
use recours_seal::canaris::CleCanaris;
use recours_seal::hasard::melanger;
use recours_seal::oprf::{LOT, PasseOprf, Sortie};
use recours_seal::token::{Bilan, ColonnesElargies, ELARGIES, Etiquette, Jeton, PASSES, Passe, parcourir};
use recours_tables::journal::Journal;
use recours_tables::{IdentiteAge, Lecteur, ParquetEnMemoire};

use super::fautes;
use crate::cles;
use crate::erreur::ErreurCommande;
use crate::liaison::{ANNOTATION_CANARIS, lire_jetons};
use crate::mission::Mission;
use crate::mission::extrait::Extrait;
use crate::scellement::Depart;
use crate::scellement::jetons::{self, Identites};
use crate::scellement::opposition::{self, Brouillage};
use crate::signature;

/// Rows written at a time.
const LIGNES_PAR_BLOC: usize = 8_192;

/// Tokens of rows, canaries among them. No `Debug`.
pub(super) struct Jetons {
    pub(super) row_ids: Vec<[u8; 16]>,
    bases: [Vec<Option<Jeton>>; PASSES.len()],
    etiquettes: [Vec<Etiquette>; PASSES.len()],
    /// Tokens of the wider passes of each row, each with its label; sorted at the end of a chunk.
    larges: [Vec<Vec<[u8; 20]>>; ELARGIES.len()],
}

impl Jetons {
    /// `n` rows without any token, whose ids come later.
    pub(super) fn vides(n: usize) -> Self {
        Self {
            row_ids: Vec::new(),
            bases: std::array::from_fn(|_| vec![None; n]),
            etiquettes: std::array::from_fn(|_| vec![0; n]),
            larges: std::array::from_fn(|_| vec![Vec::new(); n]),
        }
    }

    /// Adds the token of a row of this chunk.
    pub(super) fn poser(&mut self, passe: PasseOprf, position: usize, sortie: &Sortie, etiquette: Etiquette) {
        let (jeton, _) = sortie.split_at(16);
        match passe {
            PasseOprf::Base(passe) => {
                let places = (self.bases[passe.rang()].get_mut(position), self.etiquettes[passe.rang()].get_mut(position));
                if let (Some(place), Some(dite)) = places {
                    *place = jeton.first_chunk().copied();
                    *dite = etiquette;
                }
            }
            PasseOprf::Elargie(passe) => {
                if let Some(place) = self.larges[passe.rang()].get_mut(position) {
                    let mut octets = [0; 20];
                    octets[..16].copy_from_slice(jeton);
                    octets[16..].copy_from_slice(&etiquette.to_le_bytes());
                    place.push(octets);
                }
            }
        }
    }

    /// Puts the wider tokens of each row in an order that says nothing.
    pub(super) fn trier(&mut self) {
        self.larges.iter_mut().flatten().for_each(|jetons| jetons.sort_unstable());
    }

    /// Appends the rows of another chunk.
    pub(super) fn suivre(&mut self, suite: Self) {
        self.row_ids.extend(suite.row_ids);
        self.bases.iter_mut().zip(suite.bases).for_each(|(ici, la)| ici.extend(la));
        self.etiquettes.iter_mut().zip(suite.etiquettes).for_each(|(ici, la)| ici.extend(la));
        self.larges.iter_mut().zip(suite.larges).for_each(|(ici, la)| ici.extend(la));
    }

    /// The tokens of both rounds: every row of the first, with what the second added.
    pub(super) fn completer(&mut self, seconds: Self) {
        let rangs: HashMap<[u8; 16], usize> = self.row_ids.iter().copied().zip(0..).collect();
        let lieux: Vec<Option<usize>> = seconds.row_ids.iter().map(|id| rangs.get(id).copied()).collect();
        reporter(&mut self.bases, seconds.bases, &lieux, |jeton| jeton.is_some());
        reporter(&mut self.etiquettes, seconds.etiquettes, &lieux, |dite| *dite != 0);
        reporter(&mut self.larges, seconds.larges, &lieux, |jetons| !jetons.is_empty());
    }

    /// Keeps the rows of `voulues` alone.
    pub(super) fn retenir(&mut self, voulues: &HashSet<[u8; 16]>) {
        let garde: Vec<bool> = self.row_ids.iter().map(|id| voulues.contains(id)).collect();
        self.bases.iter_mut().for_each(|c| filtrer(c, &garde));
        self.etiquettes.iter_mut().for_each(|c| filtrer(c, &garde));
        self.larges.iter_mut().for_each(|c| filtrer(c, &garde));
        filtrer(&mut self.row_ids, &garde);
    }

    /// What the body kept of the first round, with the key of its canaries. `row_ids` are those of the extract.
    pub(super) fn du_premier_tour(
        mission: &Mission,
        depart: &Depart,
        row_ids: &[[u8; 16]],
        chemin: &Path,
        identite: &IdentiteAge,
    ) -> Result<(Self, CleCanaris), ErreurCommande> {
        if !chemin.exists() {
            return Err(fautes::sans_etat(chemin, &depart.organisme.id, 1));
        }
        let lecteur = Lecteur::depuis_parquet(chemin, cles::ouvrir_enveloppe(chemin, identite)?)?;
        let mut entete = depart.entete_des_jetons(mission, 0);
        entete.tour = Some(1);
        entete.verifier(&lecteur)?;
        let cle = lecteur.annotation(ANNOTATION_CANARIS).and_then(CleCanaris::lire);
        let cle = cle.ok_or_else(|| fautes::demande(chemin, "il y manque la clé des identités témoins"))?;
        let mut jetons = Self::vides(0);
        for lue in lire_jetons(&depart.organisme.id, lecteur, &|_| {})? {
            let mut siens = Self::vides(lue.row_ids.len());
            siens.row_ids = lue.row_ids;
            siens.bases = lue.jetons;
            for (ici, la) in siens.etiquettes.iter_mut().zip(lue.etiquettes) {
                if la.len() == ici.len() {
                    *ici = la;
                }
            }
            jetons.suivre(siens);
        }
        // Those who objected at the first round went out under another id.
        let vrais: HashMap<[u8; 16], [u8; 16]> = row_ids.iter().map(|id| (cle.pseudonyme(id), *id)).collect();
        for id in &mut jetons.row_ids {
            if let Some(vrai) = vrais.get(id) {
                *id = *vrai;
            }
        }
        Ok((jetons, cle))
    }

    /// Counts for the body, of its own people: quality of identities, and the tokens that they have.
    pub(super) fn bilan(&self, extrait: &Extrait, lignes: &[u32]) -> Bilan {
        let identites = Identites::de(extrait);
        let mut bilan = lignes
            .par_chunks(LOT)
            .map(|lignes| {
                let brutes: Vec<_> = lignes.iter().map(|i| identites.ligne(*i as usize)).collect();
                parcourir(&brutes, &[], |_, _, _| {})
            })
            .reduce(Bilan::default, |mut a, b| {
                a.ajouter(&b);
                a
            });
        let siens: HashSet<[u8; 16]> = lignes.iter().filter_map(|i| extrait.row_ids.get(*i as usize).copied()).collect();
        let rangs: Vec<usize> = self.row_ids.iter().enumerate().filter(|(_, id)| siens.contains(*id)).map(|(rang, _)| rang).collect();
        let a_un_jeton = |colonne: &[Option<Jeton>], rang: &usize| colonne.get(*rang).is_some_and(Option::is_some);
        for (compte, colonne) in bilan.avec_jeton.iter_mut().zip(&self.bases) {
            *compte = rangs.iter().filter(|r| a_un_jeton(colonne, r)).count() as u64;
        }
        bilan.sans_aucun_jeton = rangs.iter().filter(|r| !self.bases.iter().any(|c| a_un_jeton(c, r))).count() as u64;
        bilan
    }

    /// The delivery in clear, as mode A's, rows in an order of its own: those of `opposees` marked, under other ids, and
    /// completed by rows of nobody. Signed by the body.
    pub(super) fn parquet(
        &self,
        mission: &Mission,
        depart: &Depart,
        tour: u8,
        canaris: &CleCanaris,
        opposees: &HashSet<[u8; 16]>,
        journal: &Journal,
    ) -> Result<Vec<u8>, ErreurCommande> {
        let temoins: HashSet<[u8; 16]> = canaris.row_ids().into_iter().collect();
        let est_opposee = |id: &[u8; 16]| opposees.contains(id) && !temoins.contains(id);
        let modeles = (0_u32..).zip(&self.row_ids).filter(|(_, id)| !est_opposee(id) && !temoins.contains(*id)).map(|(rang, _)| rang);
        let marquees = self.row_ids.iter().filter(|id| est_opposee(id)).count();
        // Rows of nobody come after the others, each with the row whose shape it takes.
        let n = self.row_ids.len();
        let sources: Vec<usize> =
            (0..n).chain(opposition::remplissage(&modeles.collect::<Vec<_>>(), marquees)?.into_iter().map(|m| m as usize)).collect();
        let mut ordre: Vec<usize> = (0..sources.len()).collect();
        melanger(&mut ordre)?;
        let mut entete = depart.entete_des_jetons(mission, ordre.len());
        entete.tour = Some(tour);
        let annotations = entete.annotations();
        let mut annotations: Vec<(&str, &str)> = annotations.iter().map(|(cle, texte)| (*cle, texte.as_str())).collect();
        let cle = canaris.hex();
        annotations.push((ANNOTATION_CANARIS, cle.as_str()));
        let schema = jetons::schema_elargi();
        let mut ecrivain = ParquetEnMemoire::creer(jetons::NOM, &schema, &annotations)?;
        let mut brouillage = Brouillage::nouveau();
        for bloc in ordre.chunks(LIGNES_PAR_BLOC) {
            let rangs: Vec<usize> = bloc.iter().filter_map(|i| sources.get(*i).copied()).collect();
            let mut bases: [Vec<Option<Jeton>>; PASSES.len()] = std::array::from_fn(|p| prendre(&self.bases[p], &rangs));
            let mut etiquettes: [Vec<Etiquette>; PASSES.len()] = std::array::from_fn(|p| prendre(&self.etiquettes[p], &rangs));
            let mut larges: [Vec<Vec<[u8; 20]>>; ELARGIES.len()] = std::array::from_fn(|p| prendre(&self.larges[p], &rangs));
            let mut ids = prendre(&self.row_ids, &rangs);
            let mut dites = vec![false; rangs.len()];
            for (position, i) in bloc.iter().enumerate() {
                let (Some(id), Some(dite)) = (ids.get_mut(position), dites.get_mut(position)) else { continue };
                *dite = *i >= n || est_opposee(id);
                *id = match (*i >= n, *dite) {
                    (true, _) => brouillage.row_id()?,
                    (false, true) => canaris.pseudonyme(id),
                    (false, false) => *id,
                };
                if *i >= n {
                    bases.iter_mut().filter_map(|c| c.get_mut(position)).try_for_each(|j| brouillage.jeton(j))?;
                    etiquettes.iter_mut().filter_map(|c| c.get_mut(position)).try_for_each(|e| brouillage.etiquette(e))?;
                    for jetons in larges.iter_mut().filter_map(|c| c.get_mut(position)) {
                        jetons.iter_mut().try_for_each(|j| brouillage.morceau(j))?;
                        jetons.sort_unstable();
                    }
                }
            }
            let certifies: Vec<bool> = bases[Passe::P0.rang()].iter().map(Option::is_some).collect();
            let lot = jetons::lot(&jetons::schema(), ids.into_iter().map(Some), &bases, &certifies, &dites)?;
            let octets = |p: usize| -> Vec<Vec<u8>> {
                let taille = ELARGIES[p].taille();
                let a_plat = |jetons: &Vec<[u8; 20]>| jetons.iter().flat_map(|j| j.iter().take(taille)).copied().collect();
                larges[p].iter().map(a_plat).collect()
            };
            let jetons = std::array::from_fn(octets);
            let colonnes = ColonnesElargies { etiquettes, jetons, combien: [0; ELARGIES.len()] };
            ecrivain.ecrire(&jetons::lot_elargi(&schema, lot, colonnes)?)?;
        }
        let mut clair = ecrivain.terminer()?;
        signature::signer(&mut clair, &entete, journal)?;
        Ok(clair)
    }
}

fn prendre<T: Clone + Default>(colonne: &[T], rangs: &[usize]) -> Vec<T> {
    rangs.iter().map(|i| colonne.get(*i).cloned().unwrap_or_default()).collect()
}

fn filtrer<T>(colonne: &mut Vec<T>, garde: &[bool]) {
    let mut g = garde.iter();
    colonne.retain(|_| g.next().copied().unwrap_or(false));
}

/// Writes into `ici` the values of `la` that say something, each at its place.
fn reporter<T, const N: usize>(ici: &mut [Vec<T>; N], la: [Vec<T>; N], lieux: &[Option<usize>], dit: impl Fn(&T) -> bool) {
    for (ici, la) in ici.iter_mut().zip(la) {
        for (lieu, valeur) in lieux.iter().zip(la).filter(|(_, v)| dit(v)) {
            if let Some(place) = lieu.and_then(|l| ici.get_mut(l)) {
                *place = valeur;
            }
        }
    }
}

//! Where foyers come from: an invented territory, or reference foyers read from a file.

use crate::calendrier::Mois;
use crate::erreur::ErreurSynth;
use crate::faits::Foyer;
use crate::identite::nir::Ordres;
use crate::territoire::Territoire;
use crate::versements::{RecuFoyer, RecuPersonne};
use rayon::prelude::*;
use std::collections::VecDeque;
use std::ops::Range;

/// Facts, receipts and numbering of foyers, one at a time.
pub(crate) trait Source: Send + Sync {
    fn graine(&self) -> u64;
    fn mois_m(&self) -> Mois;
    fn nombre_foyers(&self) -> usize;
    fn foyer(&self, i: usize) -> Foyer;
    fn recus(&self, f: &Foyer) -> (&RecuFoyer, &[RecuPersonne]);
    fn ordres(&self) -> &Ordres;
    /// Number of the foyer as its file knows it.
    fn household_id(&self, f: &Foyer) -> i64;
    /// Number of a person (index in the foyer) as its file knows it.
    fn person_id(&self, f: &Foyer, k: usize) -> i64;
    /// Complete split of reference foyers: every foyer at the CAF, every person at the others (nobody at
    /// the MSA), no fact missing; only identities are imperfect.
    fn complet(&self) -> bool;
}

impl Source for Territoire {
    fn graine(&self) -> u64 {
        self.parametres().graine
    }
    fn mois_m(&self) -> Mois {
        self.parametres().mois_m()
    }
    fn nombre_foyers(&self) -> usize {
        Territoire::nombre_foyers(self)
    }
    fn foyer(&self, i: usize) -> Foyer {
        Territoire::foyer(self, i)
    }
    fn recus(&self, f: &Foyer) -> (&RecuFoyer, &[RecuPersonne]) {
        let de = f.premiere as usize;
        (&self.recus[f.id as usize], &self.recus_personnes[de..de + f.personnes.len()])
    }
    fn ordres(&self) -> &Ordres {
        &self.ordres
    }
    fn household_id(&self, f: &Foyer) -> i64 {
        i64::from(f.id)
    }
    fn person_id(&self, f: &Foyer, k: usize) -> i64 {
        i64::from(f.premiere) + k as i64
    }
    fn complet(&self) -> bool {
        false
    }
}

/// Computes something over consecutive ranges of foyers, several at a time, and hands the results out
/// in order: what comes out does not depend on the number of threads, and memory stays bounded by it.
pub(crate) struct ParTranches<F, T> {
    faire: F,
    total: usize,
    prochain: usize,
    taille: usize,
    prets: VecDeque<Result<T, ErreurSynth>>,
}

impl<F, T> ParTranches<F, T>
where
    F: Fn(Range<usize>) -> Result<T, ErreurSynth> + Sync,
    T: Send,
{
    pub(crate) fn nouveau(total: usize, taille: usize, faire: F) -> Self {
        Self { faire, total, prochain: 0, taille: taille.max(1), prets: VecDeque::new() }
    }
}

impl<F, T> Iterator for ParTranches<F, T>
where
    F: Fn(Range<usize>) -> Result<T, ErreurSynth> + Sync,
    T: Send,
{
    type Item = Result<T, ErreurSynth>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.prets.is_empty() && self.prochain < self.total {
            let tranches: Vec<Range<usize>> = (0..rayon::current_num_threads().max(1))
                .map(|k| self.prochain + k * self.taille)
                .take_while(|&d| d < self.total)
                .map(|d| d..(d + self.taille).min(self.total))
                .collect();
            self.prochain = tranches.last().map_or(self.total, |r| r.end);
            let faire = &self.faire;
            let faits: Vec<Result<T, ErreurSynth>> = tranches.into_par_iter().map(faire).collect();
            self.prets.extend(faits);
        }
        self.prets.pop_front()
    }
}

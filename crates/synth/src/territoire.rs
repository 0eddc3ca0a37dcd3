//! The invented territory: its parameters, the numbering of foyers and persons, and what is received.

use crate::calendrier::Mois;
use crate::erreur::ErreurSynth;
use crate::faits::Foyer;
use crate::foyer::inventer_foyer;
use crate::hasard::Hasard;
use crate::identite::nir;
use crate::menage;
use crate::socle;
use crate::versements::{RecuFoyer, RecuPersonne};
use rayon::prelude::*;

/// What to invent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parametres {
    /// Least number of people; the last foyer is whole, so a few more may come.
    pub personnes: usize,
    /// Seed: the same seed gives the same territory, on any machine and any number of threads.
    pub graine: u64,
    /// Civil year of the month valued.
    pub annee: i16,
    /// Month valued, 1 to 12.
    pub mois: u8,
}

impl Parametres {
    /// The month valued.
    #[must_use]
    pub fn mois_m(&self) -> Mois {
        Mois::nouveau(i32::from(self.annee), u32::from(self.mois))
    }

    fn verifier(&self) -> Result<(), ErreurSynth> {
        if self.personnes == 0 || self.personnes > 60_000_000 {
            return Err(ErreurSynth::Parametre { champ: "personnes", attendu: "un nombre entre 1 et 60 000 000" });
        }
        if !(1..=12).contains(&self.mois) {
            return Err(ErreurSynth::Parametre { champ: "mois", attendu: "un mois entre 1 et 12" });
        }
        if !(1960..=2100).contains(&self.annee) {
            return Err(ErreurSynth::Parametre { champ: "annee", attendu: "une année entre 1960 et 2100" });
        }
        Ok(())
    }
}

/// An invented territory. Facts are invented again on demand; receipts and numbering are kept:
/// about 60 bytes a foyer and 20 a person.
#[derive(Clone, Debug)]
pub struct Territoire {
    parametres: Parametres,
    /// Number of the first person of each foyer, and one past the last.
    debuts: Vec<u32>,
    pub(crate) recus: Vec<RecuFoyer>,
    pub(crate) recus_personnes: Vec<RecuPersonne>,
    /// Persons whose drawn national number was already taken, with the order number to use instead.
    pub(crate) ordres: nir::Ordres,
}

/// Invents a territory: foyers until there are as many people as asked, with the benefits of the base
/// (family, housing, disability, unemployment) paid by simple invented amounts. RSA, ASPA, PPA and
/// C2S are received by nobody until [`Territoire::attribuer`].
///
/// # Errors
/// Impossible parameters.
pub fn inventer(parametres: &Parametres) -> Result<Territoire, ErreurSynth> {
    parametres.verifier()?;
    let m = parametres.mois_m();
    let mut debuts: Vec<u32> = vec![0];
    let mut total = 0usize;
    // Sizes by blocks: foyers are independent, only their numbering is sequential.
    const BLOC: u32 = 8_192;
    let mut prochain = 0u32;
    while total < parametres.personnes {
        let tailles: Vec<u32> = (prochain..prochain + BLOC)
            .into_par_iter()
            .map(|id| {
                let mut h = Hasard::du_foyer(parametres.graine, id, crate::hasard::Usage::Faits, 0);
                menage::composer(&mut h, m).membres.len() as u32
            })
            .collect();
        prochain += BLOC;
        for taille in tailles {
            total += taille as usize;
            debuts.push(total as u32);
            if total >= parametres.personnes {
                break;
            }
        }
    }
    let foyers = debuts.len() - 1;
    let mut t = Territoire {
        parametres: *parametres,
        debuts,
        recus: vec![RecuFoyer::default(); foyers],
        recus_personnes: vec![RecuPersonne::default(); total],
        ordres: nir::Ordres::default(),
    };
    t.remettre_le_socle();
    t.ordres = nir::ordres_uniques(&t);
    Ok(t)
}

impl Territoire {
    /// What was asked.
    #[must_use]
    pub fn parametres(&self) -> &Parametres {
        &self.parametres
    }

    /// Number of foyers.
    #[must_use]
    pub fn nombre_foyers(&self) -> usize {
        self.debuts.len().saturating_sub(1)
    }

    /// Number of people.
    #[must_use]
    pub fn nombre_personnes(&self) -> usize {
        self.debuts.last().map_or(0, |&n| n as usize)
    }

    /// Facts of foyer number `i`, invented again.
    pub(crate) fn foyer(&self, i: usize) -> Foyer {
        let premiere = self.debuts.get(i).copied().unwrap_or(0);
        inventer_foyer(self.parametres.graine, self.parametres.mois_m(), i as u32, premiere)
    }

    /// Sets every receipt to the invented base.
    pub(crate) fn remettre_le_socle(&mut self) {
        let versements: Vec<(RecuFoyer, Vec<RecuPersonne>)> =
            (0..self.nombre_foyers()).into_par_iter().map(|i| socle::verser(&self.foyer(i))).collect();
        let mut rang = 0;
        for (i, (foyer, personnes)) in versements.into_iter().enumerate() {
            self.recus[i] = foyer;
            for p in personnes {
                self.recus_personnes[rang] = p;
                rang += 1;
            }
        }
    }
}

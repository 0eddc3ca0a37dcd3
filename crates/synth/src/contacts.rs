//! Contacts of a person with a body over six months, event by event, from needs and access.
//!
//! The class of a person (direct, mixed, digital) is never drawn: it comes out of the events, and the
//! published shares of the département study are then compared with what came out.

use crate::extraits::Organisme;
use crate::faits::{Foyer, Personne};
use crate::hasard::{Hasard, Usage};
use crate::versements::{C2s, RecuFoyer};

/// Counts of contacts over six months.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Contacts {
    pub(crate) accueil: u16,
    pub(crate) telephone: u16,
    pub(crate) courrier: u16,
    /// Digital contacts, the online quarterly declaration apart.
    pub(crate) numerique: u16,
    /// Quarterly declarations made online.
    pub(crate) dtr_en_ligne: u16,
}

impl Contacts {
    pub(crate) fn directs(&self) -> u16 {
        self.accueil + self.telephone + self.courrier
    }

    /// Preferred channel as the body would note it.
    pub(crate) fn prefere(&self) -> &'static str {
        let v = [(self.accueil, "accueil"), (self.telephone, "telephone"), (self.courrier, "courrier"), (self.numerique, "numerique")];
        v.iter().max_by_key(|(n, _)| *n).filter(|(n, _)| *n > 0).map_or("courrier", |(_, c)| c)
    }
}

/// Needs and habits at a body.
struct Habitudes {
    /// Share of people with no procedure at all in six months.
    aucun: f64,
    /// Mean of the procedures beyond the first.
    suite: f64,
    /// Share of connected people who do everything online when they can.
    tout_en_ligne: f64,
    /// Chance that a procedure of the other connected people is online.
    part_en_ligne: f64,
    /// Share of applicants who must send or bring a paper form.
    papier: f64,
}

fn habitudes(o: Organisme, p: &Personne, r: &RecuFoyer) -> Habitudes {
    let base = Habitudes { aucun: 0.3, suite: 2.2, tout_en_ligne: 0.31, part_en_ligne: 0.62, papier: 0.0 };
    match o {
        Organisme::Cpam if r.c2s != C2s::Aucune => Habitudes { aucun: 0.0, suite: 2.5, tout_en_ligne: 0.45, papier: 0.62, ..base },
        Organisme::Cpam => Habitudes { aucun: 0.35, suite: 1.5, tout_en_ligne: 0.5, ..base },
        Organisme::Carsat if p.age >= 60 => Habitudes { aucun: 0.0, suite: 1.5, tout_en_ligne: 0.52, part_en_ligne: 0.55, ..base },
        Organisme::Carsat => Habitudes { aucun: 0.9, suite: 0.3, ..base },
        Organisme::FranceTravail => Habitudes { aucun: 0.05, suite: 4.0, ..base },
        Organisme::Departement => Habitudes { aucun: 0.1, suite: 1.6, tout_en_ligne: 0.02, part_en_ligne: 0.15, papier: 0.3 },
        _ => base,
    }
}

/// Contacts of every member of a foyer with a body, from a stream of their own.
pub(crate) fn contacts_du_foyer(graine: u64, o: Organisme, f: &Foyer, r: &RecuFoyer) -> Vec<Contacts> {
    let mut h = Hasard::du_foyer(graine, f.id, Usage::Contacts, o as u64);
    f.personnes.iter().map(|p| contacts(&mut h, o, p, r)).collect()
}

/// Draws the contacts of a person.
fn contacts(h: &mut Hasard, o: Organisme, p: &Personne, r: &RecuFoyer) -> Contacts {
    let hab = habitudes(o, p, r);
    let mut c = Contacts::default();
    if !p.adulte() {
        return c;
    }
    let connecte = !(p.acces.sans_connexion || p.acces.sans_email && p.acces.difficulte_seul);
    let (sans, papier, en_ligne) = (h.chance(hab.aucun), h.chance(hab.papier), h.chance(hab.tout_en_ligne));
    let nombre = if sans { 0 } else { 1 + h.poisson(hab.suite) };
    if papier && !sans {
        if h.chance(0.7) { c.courrier += 1 } else { c.accueil += 1 }
    }
    for _ in 0..nombre {
        // Counter for what cannot be explained from afar, more so for those who cannot do it alone.
        let numerique = connecte && (en_ligne || h.chance(hab.part_en_ligne));
        if numerique {
            c.numerique += 1;
        } else {
            let guichet = if p.acces.difficulte_seul || p.acces.difficulte_francais { 0.7 } else { 0.42 };
            match h.poids(&[guichet, 0.38, 0.2]) {
                0 => c.accueil += 1,
                1 => c.telephone += 1,
                _ => c.courrier += 1,
            }
        }
    }
    if matches!(o, Organisme::Caf | Organisme::Msa) && r.rsa + r.ppa > 0 {
        c.dtr_en_ligne = if h.chance(if connecte { 0.97 } else { 0.5 }) { 2 } else { 0 };
    }
    c
}

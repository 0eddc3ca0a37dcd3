//! What a pass may cost in false links, judged on the deliveries at hand before it makes any link.
//!
//! A pass that is safe for a commune can be wrong for a territory: two strangers share a given name, a birth
//! date and a postcode ten times more often when there are ten times more of each. Nothing in a good result shows
//! it. So each pass is held against four limits; beyond one it is refused whole, by name, and the others go on.
//!
//! The expected number of false links comes from the tokens themselves. Rows that carry two *different certified
//! numbers* are two persons: the share `q` of such pairs that yet have a token in common is what the pass does to
//! strangers, here, with these names, dates and postcodes. Where few rows have a number, rows of one body serve
//! instead (it knows a person once). Between bodies a and b, with `n` persons who could still be linked and `c`
//! certified among them (two certified numbers are never linked by a name), strangers that would be linked:
//!
//! ```text
//! E(a, b) = q × (n_a × n_b − c_a × c_b)         limit: share of the rows of the smaller of the two bodies
//! ```
//!
//! It counts every pair, even those that ambiguity would refuse: an upper estimate.
//!
//! Pairs that only their birth dates part (p9: one name at one address) are counted apart, in the same way: they are the
//! parents and children of one name who live together, here. Three are added to those seen, what 95 % of such counts stay
//! below. While that makes fewer false links than [`OptionsLiaison::dates_contredites_maximum`], a date with a fault does
//! not refuse a link; where families are known, it does.

use super::amas::{Amas, SANS_P0};
use super::passe::Entree;
use super::unite::OptionsLiaison;
use crate::token::etiquettes::contredit;

/// Pairs below which a share says nothing.
const PAIRES_MIN: f64 = 5.0;
/// Certified persons from which their pairs serve rather than those of one body.
const CERTIFIES_MIN: u64 = 1_000;
/// Rows of one token whose pairs are listed one by one (and counted once each); beyond, all are counted.
const GROUPE_LISTE: usize = 64;

/// Why a pass was refused: the figure and the limit that it passes.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case", tag = "motif")]
pub enum Depassement {
    /// Share of tokens unique in their body.
    Unicite {
        /// Found.
        chiffre: f64,
        /// Least allowed.
        limite: f64,
    },
    /// Share of rows whose token is above the frequency cap.
    Frequence {
        /// Found.
        chiffre: f64,
        /// Most allowed.
        limite: f64,
    },
    /// Entropy (of collision, in bits) of a token.
    Entropie {
        /// Found.
        chiffre: f64,
        /// Least allowed.
        limite: f64,
    },
    /// Expected false links of this pass, as a share of the smaller body.
    FauxLiens {
        /// Found.
        chiffre: f64,
        /// Most allowed.
        limite: f64,
    },
    /// Expected false links with those of the passes before.
    FauxLiensCumules {
        /// Found.
        chiffre: f64,
        /// Most allowed.
        limite: f64,
    },
}

impl Depassement {
    /// In French, for the bill of a linkage: « faux liens attendus 0,9 % (au plus 0,2 %) ».
    #[must_use]
    pub fn texte(&self) -> String {
        let pc = |x: f64| format!("{:.2} %", x * 100.0).replace('.', ",");
        match *self {
            Self::Unicite { chiffre, limite } => format!("jetons uniques {} (au moins {})", pc(chiffre), pc(limite)),
            Self::Frequence { chiffre, limite } => format!("lignes à jeton trop fréquent {} (au plus {})", pc(chiffre), pc(limite)),
            Self::Entropie { chiffre, limite } => format!("entropie {chiffre:.1} bits (au moins {limite:.1})"),
            Self::FauxLiens { chiffre, limite } => format!("faux liens attendus {} (au plus {})", pc(chiffre), pc(limite)),
            Self::FauxLiensCumules { chiffre, limite } => {
                format!("faux liens attendus, avec ceux des passes précédentes, {} (au plus {})", pc(chiffre), pc(limite))
            }
        }
    }
}

/// Pairs of strangers that share a token, while groups are walked.
#[derive(Default)]
pub(super) struct Etrangers {
    listees: Vec<(u32, u32)>,
    en_bloc: f64,
    /// Pairs of rows of one body, and their number when not listed.
    memes: Vec<(u32, u32)>,
    memes_en_bloc: f64,
    /// The same two lists for pairs whose birth dates contradict, which the pass refuses unless such dates are admitted.
    contraires: Vec<(u32, u32)>,
    memes_contraires: Vec<(u32, u32)>,
}

impl Etrangers {
    /// Looks at the rows of one token. `amas` must be flat ([`Amas::aplatir`]).
    pub(super) fn groupe(&mut self, groupe: &[Entree], organisme_de: &[u8], amas: &Amas) {
        if groupe.len() < 2 {
            return;
        }
        if groupe.len() > GROUPE_LISTE {
            let certifies = groupe.iter().filter(|e| amas.p0(amas.noeud(e.ligne)) != SANS_P0).count() as f64;
            self.en_bloc += certifies * (certifies - 1.0) / 2.0;
            let mut par_organisme = [0_u32; 64];
            for e in groupe {
                par_organisme[usize::from(organisme_de[e.ligne as usize] & 63)] += 1;
            }
            self.memes_en_bloc += par_organisme.iter().map(|n| f64::from(*n) * (f64::from(*n) - 1.0) / 2.0).sum::<f64>();
            return;
        }
        for (i, a) in groupe.iter().enumerate() {
            for b in &groupe[i + 1..] {
                let (na, nb) = (amas.noeud(a.ligne), amas.noeud(b.ligne));
                if na == nb || contredit(a.etiquette, b.etiquette, true) {
                    continue;
                }
                let (listees, memes) = if contredit(a.etiquette, b.etiquette, false) {
                    (&mut self.contraires, &mut self.memes_contraires)
                } else {
                    (&mut self.listees, &mut self.memes)
                };
                let (pa, pb) = (amas.p0(na), amas.p0(nb));
                if pa != SANS_P0 && pb != SANS_P0 && pa != pb {
                    listees.push((pa.min(pb), pa.max(pb)));
                }
                if organisme_de[a.ligne as usize] == organisme_de[b.ligne as usize] {
                    memes.push((a.ligne.min(b.ligne), a.ligne.max(b.ligne)));
                }
            }
        }
    }

    /// Pairs of certified persons: those that the pass would link, and those that their dates part.
    fn certifies(&mut self) -> (f64, f64) {
        let contraires = compter(&mut self.contraires);
        retirer(&mut self.listees, &self.contraires);
        (compter(&mut self.listees) + self.en_bloc, contraires + self.en_bloc)
    }

    /// The same for pairs of rows of one body.
    fn d_un_organisme(&mut self) -> (f64, f64) {
        let contraires = compter(&mut self.memes_contraires);
        retirer(&mut self.memes, &self.memes_contraires);
        (compter(&mut self.memes) + self.memes_en_bloc, contraires + self.memes_en_bloc)
    }
}

/// Leaves out pairs that contradict each other under another token, whose label missed here.
fn retirer(paires: &mut Vec<(u32, u32)>, contraires: &[(u32, u32)]) {
    paires.retain(|p| contraires.binary_search(p).is_err());
}

fn compter(paires: &mut Vec<(u32, u32)>) -> f64 {
    paires.sort_unstable();
    paires.dedup();
    paires.len() as f64
}

/// The persons who have a token in a pass, by the bodies that know them.
pub(super) struct Presence {
    /// (bodies as bits, persons, certified ones)
    motifs: Vec<(u64, u64, u64)>,
    /// Rows with a token, per body.
    lignes: [u64; 64],
}

impl Presence {
    /// From the nodes that have a token (`presents`, one entry per row) and the rows per body.
    pub(super) fn de(presents: &[bool], lignes: [u64; 64], amas: &Amas) -> Self {
        let mut motifs: std::collections::HashMap<u64, (u64, u64)> = std::collections::HashMap::new();
        for (noeud, _) in (0_u32..).zip(presents).filter(|(_, present)| **present) {
            let compte = motifs.entry(amas.organismes(noeud)).or_default();
            compte.0 += 1;
            compte.1 += u64::from(amas.p0(noeud) != SANS_P0);
        }
        Self { motifs: motifs.into_iter().map(|(m, (n, c))| (m, n, c)).collect(), lignes }
    }

    fn certifies(&self) -> u64 {
        self.motifs.iter().map(|m| m.2).sum()
    }

    /// Whether pairs of certified persons are what strangers are learnt from.
    pub(super) fn assez_de_certifies(&self) -> bool {
        self.certifies() >= CERTIFIES_MIN
    }

    /// Pairs that could be linked between two bodies.
    fn paires(&self, a: usize, b: usize) -> f64 {
        let compter = |avec: usize, sans: usize| {
            let garder = |m: &&(u64, u64, u64)| m.0 >> avec & 1 == 1 && m.0 >> sans & 1 == 0;
            self.motifs.iter().filter(garder).fold((0.0, 0.0), |(n, c), m| (n + m.1 as f64, c + m.2 as f64))
        };
        let ((na, ca), (nb, cb)) = (compter(a, b), compter(b, a));
        na * nb - ca * cb
    }
}

/// What passes have already been granted, pair of bodies by pair of bodies.
pub(super) struct Budget {
    /// Rows delivered by each body; 0 for those of people who object.
    tailles: Vec<u64>,
    cumul: Vec<Vec<f64>>,
}

/// What one pass is expected to do.
pub(super) struct Jugement {
    /// Expected false links over all pairs of bodies.
    pub(super) attendus: f64,
    /// The same as a share of the smaller body, for the worst pair.
    pub(super) part: f64,
    /// Entropy of collision of a token, in bits, when it could be measured.
    pub(super) entropie: Option<f64>,
    /// Refused, and why.
    pub(super) depassement: Option<Depassement>,
    /// Dates that contradict do not refuse a link of this pass.
    pub(super) dates_admises: bool,
}

impl Budget {
    pub(super) fn nouveau(tailles: Vec<u64>) -> Self {
        let n = tailles.len();
        Self { tailles, cumul: vec![vec![0.0; n]; n] }
    }

    /// Judges a pass; one that is accepted is charged. `echantillon`: share of the token space in which `etrangers`
    /// of certified rows were looked for. `unicite` and `frequents` are shares of rows. `dates`: the labels of this pass
    /// hold birth dates.
    pub(super) fn juger(
        &mut self,
        presence: &Presence,
        mut etrangers: Etrangers,
        echantillon: f64,
        (jetons, unicite, frequents): (u64, f64, f64),
        dates: bool,
        options: &OptionsLiaison,
    ) -> Jugement {
        let certifies = presence.certifies();
        let ((paires, contraires), echantillon, sur) = if presence.assez_de_certifies() {
            (etrangers.certifies(), echantillon, paires_de(certifies))
        } else {
            (etrangers.d_un_organisme(), 1.0, presence.lignes.iter().map(|n| paires_de(*n)).sum())
        };
        let paires = paires / echantillon;
        let q = if paires < PAIRES_MIN || sur <= 0.0 { 0.0 } else { paires / sur };
        let q_contraires = if sur > 0.0 { (contraires + 3.0) / echantillon / sur } else { 0.0 };
        let n = self.tailles.len();
        let mut jugement =
            Jugement { attendus: 0.0, part: 0.0, entropie: (q > 0.0).then(|| -q.log2()), depassement: None, dates_admises: false };
        let (mut part_contraires, mut cumul_contraires) = (0.0_f64, 0.0_f64);
        let mut ajouts = vec![vec![0.0; n]; n];
        let mut cumul_pire = 0.0_f64;
        for (a, ligne) in ajouts.iter_mut().enumerate() {
            for (b, ajout) in ligne.iter_mut().enumerate().skip(a + 1) {
                // Nothing delivered, or people who object: no link of theirs shows anybody's facts.
                if self.tailles[a] == 0 || self.tailles[b] == 0 {
                    continue;
                }
                let plus_petit = self.tailles[a].min(self.tailles[b]).max(1) as f64;
                *ajout = q * presence.paires(a, b);
                jugement.attendus += *ajout;
                jugement.part = jugement.part.max(*ajout / plus_petit);
                cumul_pire = cumul_pire.max((*ajout + self.cumul[a][b]) / plus_petit);
                let contraires = q_contraires * presence.paires(a, b);
                part_contraires = part_contraires.max(contraires / plus_petit);
                cumul_contraires = cumul_contraires.max((*ajout + contraires + self.cumul[a][b]) / plus_petit);
            }
        }
        let mesurable = jetons >= options.unicite_a_partir_de;
        jugement.depassement = if mesurable && unicite < options.unicite_minimale {
            Some(Depassement::Unicite { chiffre: unicite, limite: options.unicite_minimale })
        } else if mesurable && frequents > options.part_frequente_maximale {
            Some(Depassement::Frequence { chiffre: frequents, limite: options.part_frequente_maximale })
        } else if let Some(bits) = jugement.entropie.filter(|bits| *bits < options.entropie_minimale) {
            Some(Depassement::Entropie { chiffre: bits, limite: options.entropie_minimale })
        } else if jugement.part > options.faux_liens_maximum {
            Some(Depassement::FauxLiens { chiffre: jugement.part, limite: options.faux_liens_maximum })
        } else if cumul_pire > options.faux_liens_cumules_maximum {
            Some(Depassement::FauxLiensCumules { chiffre: cumul_pire, limite: options.faux_liens_cumules_maximum })
        } else {
            None
        };
        jugement.dates_admises = dates
            && sur > 0.0
            && jugement.depassement.is_none()
            && part_contraires <= options.dates_contredites_maximum
            && cumul_contraires <= options.faux_liens_cumules_maximum;
        if jugement.dates_admises {
            jugement.part += part_contraires;
            for (a, ligne) in ajouts.iter_mut().enumerate() {
                for (b, ajout) in ligne.iter_mut().enumerate().skip(a + 1) {
                    let contraires = q_contraires * presence.paires(a, b);
                    *ajout += contraires;
                    jugement.attendus += contraires;
                }
            }
        }
        if jugement.depassement.is_none() {
            for (cumul, ajout) in self.cumul.iter_mut().flatten().zip(ajouts.iter().flatten()) {
                *cumul += ajout;
            }
        }
        jugement
    }
}

fn paires_de(n: u64) -> f64 {
    let n = n as f64;
    n * (n - 1.0).max(0.0) / 2.0
}

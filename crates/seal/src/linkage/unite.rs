//! The linkage unit itself: ingest, link, give handles, forget.

use rayon::iter::{IndexedParallelIterator, ParallelIterator};
use rayon::slice::{ParallelSlice, ParallelSliceMut};
use ring::rand::{SecureRandom, SystemRandom};

use super::amas::{Amas, SANS_P0};
use super::budget::Budget;
use super::doublons::complets;
use super::elargie::{Rangs, SansElargies, SourceElargie};
use super::passe::{SANS_JETON, elargie, premiere, suivante};
use super::statistiques::{StatistiquesLiaison, StatistiquesOrganisme, StatistiquesPasse};
use crate::ErreurSceau;
use crate::keys::{ClesLiaison, ClesLiaisonElargies, Jeton};
use crate::token::{Etiquette, PASSES, Passe, PasseElargie};

/// Bodies in one linkage: one bit each.
const ORGANISMES_MAX: u64 = 64;
/// Rows in one linkage, over all bodies.
const LIGNES_MAX: u64 = u32::MAX as u64 - 1;
/// Number of whoever is left out of the answer: no person has it.
const ECARTEE: u32 = u32::MAX - 1;

/// What one body delivers. Columns have one entry per row. No `Debug`: it holds tokens.
pub struct Livraison {
    /// The body.
    pub organisme: String,
    /// Random row ids, all different.
    pub row_ids: Vec<[u8; 16]>,
    /// Level-1 tokens, one column per pass.
    pub jetons: [Vec<Option<Jeton>>; PASSES.len()],
    /// Labels of the negative rules, one column per pass, each empty when the body brings none.
    pub etiquettes: [Vec<Etiquette>; PASSES.len()],
    /// The body's word that the number is the person's own and certified.
    pub nir_certifie: Vec<bool>,
}

/// Limits of a linkage.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionsLiaison {
    /// A token held by more rows than this, over all bodies, designates nobody. At least 2.
    pub plafond_frequence: u32,
    /// Rows of one body that may be one person, under one certified number or with every other token
    /// equal; beyond, the number (or the name) is a filler. At least 1.
    pub doublons_p0_max: u32,
    /// A pass whose share of tokens unique in their body is below this is refused whole. 0 to 1.
    pub unicite_minimale: f64,
    /// … from this many tokens on: below, the share says nothing.
    pub unicite_a_partir_de: u64,
    /// p9 also links rows whose birth dates contradict while it may be expected to confuse fewer people by it, as a share of
    /// the smaller body: parents and children of one name at one address. 0 forbids it. 0 to 1.
    pub dates_contredites_maximum: f64,
    /// A pass more of whose rows than this have a token above the frequency cap is refused whole. 0 to 1.
    pub part_frequente_maximale: f64,
    /// A pass whose tokens have less entropy (of collision, in bits) is refused whole, whatever the populations:
    /// such tokens could be counted and guessed.
    pub entropie_minimale: f64,
    /// Most false links that a pass may be expected to make between two bodies, as a share of the smaller. 0 to 1.
    pub faux_liens_maximum: f64,
    /// The same for all passes together.
    pub faux_liens_cumules_maximum: f64,
    /// Leave out of the answer whoever a row of people who object reaches; without it those rows are answered as a
    /// body's, which only a first round may ask for.
    pub ecarter: bool,
}

impl Default for OptionsLiaison {
    fn default() -> Self {
        Self {
            plafond_frequence: 64,
            doublons_p0_max: 3,
            unicite_minimale: 0.9,
            unicite_a_partir_de: 1_000,
            dates_contredites_maximum: 0.001,
            part_frequente_maximale: 0.05,
            entropie_minimale: 20.0,
            faux_liens_maximum: 0.002,
            faux_liens_cumules_maximum: 0.005,
            ecarter: true,
        }
    }
}

/// One row of the answer to the host.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct LigneLiee {
    /// The body's random row id.
    pub row_id: [u8; 16],
    /// Random handle of the person, the same for all of that person's rows, derived from nothing.
    pub handle: [u8; 16],
    /// 3 by certified number, 2 by number + names or names + full date, 1 by a weaker pass, 0 not
    /// linked to any other body.
    pub force: u8,
    /// The row carries a certified number that kept its standing.
    pub nir_certifie: bool,
}

/// The answer for one body, rows in the order of its delivery.
pub struct LiaisonOrganisme {
    /// The body.
    pub organisme: String,
    /// Its rows.
    pub lignes: Vec<LigneLiee>,
}

/// The answer for all bodies.
pub struct ResultatLiaison {
    /// One answer per body, in the order of the deliveries. Rows of people who object somewhere are in none.
    pub organismes: Vec<LiaisonOrganisme>,
    /// Persons left out because some body says that they object.
    pub ecartees: u64,
    /// Counts.
    pub statistiques: StatistiquesLiaison,
}

struct OrganismeRecu {
    nom: String,
    /// Rows of people who object: they are linked, and whoever they are linked to is left out.
    opposants: bool,
    row_ids: Vec<[u8; 16]>,
    nir_certifie: Vec<bool>,
}

/// The linkage unit. In mode A it holds level-2 tokens only, in mode B the tokens as delivered, and no key at
/// all; runs on the caller's rayon pool.
///
/// Memory: about 112 bytes per row for tokens and row ids, then about 70 while linking (each pass's
/// tokens are freed as soon as it is done).
pub struct UniteLiaison {
    /// Level-2 keys; none in mode B.
    cles: Option<ClesLiaison>,
    organismes: Vec<OrganismeRecu>,
    /// Level-2 tokens of all rows, one column per pass.
    jetons: [Vec<Jeton>; PASSES.len()],
    /// Labels at level 2, 0 where there is none.
    etiquettes: [Vec<Etiquette>; PASSES.len()],
    /// Body rank of each row.
    organisme_de: Vec<u8>,
}

impl UniteLiaison {
    /// Mode A: a linkage unit with its level-2 keys.
    #[must_use]
    pub fn nouvelle(cles: ClesLiaison) -> Self {
        Self::avec(Some(cles))
    }

    /// Mode B: tokens come from blind evaluation under a key that this unit must not hold.
    #[must_use]
    pub fn sans_cle() -> Self {
        Self::avec(None)
    }

    fn avec(cles: Option<ClesLiaison>) -> Self {
        Self {
            cles,
            organismes: Vec::new(),
            jetons: std::array::from_fn(|_| Vec::new()),
            etiquettes: std::array::from_fn(|_| Vec::new()),
            organisme_de: Vec::new(),
        }
    }

    /// Takes a delivery in: level 2 is computed at once and the level-1 tokens are dropped.
    ///
    /// # Errors
    /// [`ErreurSceau::ColonneInegale`], [`ErreurSceau::OrganismeEnDouble`], [`ErreurSceau::LigneRepetee`] or
    /// [`ErreurSceau::Capacite`]; the unit is then as before.
    pub fn ajouter(&mut self, livraison: Livraison) -> Result<(), ErreurSceau> {
        self.prendre(livraison, false)
    }

    /// Takes in the tokens of people who object. They are linked as the rows of a body of their own (whose name must
    /// differ from the others'), so that somebody recorded twice, once objecting, is no ambiguity; then every person whom
    /// they reach is left out of the answer, at all bodies.
    ///
    /// # Errors
    /// As [`UniteLiaison::ajouter`].
    pub fn ajouter_opposants(&mut self, livraison: Livraison) -> Result<(), ErreurSceau> {
        self.prendre(livraison, true)
    }

    fn prendre(&mut self, livraison: Livraison, opposants: bool) -> Result<(), ErreurSceau> {
        self.verifier(&livraison)?;
        let rang = self.organismes.len() as u8;
        let Livraison { organisme, row_ids, jetons, etiquettes, nir_certifie } = livraison;
        self.organisme_de.resize(self.organisme_de.len() + row_ids.len(), rang);
        for (((passe, niveau1), mut dites), (ici, ici_e)) in
            PASSES.into_iter().zip(jetons).zip(etiquettes).zip(self.jetons.iter_mut().zip(&mut self.etiquettes))
        {
            dites.resize(niveau1.len(), 0);
            let debut = ici.len();
            ici.resize(debut + niveau1.len(), SANS_JETON);
            ici[debut..].par_chunks_mut(4096).zip(dites.par_chunks_mut(4096)).zip(niveau1.par_chunks(4096)).for_each(
                |((la, dites), t1)| {
                    for ((t2, dite), t1) in la.iter_mut().zip(dites).zip(t1) {
                        (*t2, *dite) = match (t1, &self.cles) {
                            (None, _) => (SANS_JETON, 0),
                            (Some(t1), None) => (*t1, *dite),
                            (Some(t1), Some(cles)) => cles.jeton_et_etiquette(passe, t1, *dite),
                        };
                    }
                },
            );
            if !passe.regle().muette() {
                ici_e.extend(dites);
            }
        }
        self.organismes.push(OrganismeRecu { nom: organisme, opposants, row_ids, nir_certifie });
        Ok(())
    }

    /// Links everything by p0 … p5 and forgets the tokens.
    ///
    /// # Errors
    /// [`ErreurSceau::AucuneLivraison`], [`ErreurSceau::OptionInvalide`] or [`ErreurSceau::Aleatoire`].
    pub fn lier(self, options: &OptionsLiaison) -> Result<ResultatLiaison, ErreurSceau> {
        self.lier_par(options, &[], None, &mut SansElargies)
    }

    /// The same, then by the wider `passes`, whose tokens are read from `source`. `cles`: level-2 keys of those
    /// passes in mode A, none in mode B.
    ///
    /// # Errors
    /// As [`UniteLiaison::lier`], and those of the source.
    pub fn lier_par<S: SourceElargie>(
        self,
        options: &OptionsLiaison,
        passes_elargies: &[PasseElargie],
        cles_elargies: Option<&ClesLiaisonElargies>,
        source: &mut S,
    ) -> Result<ResultatLiaison, S::Erreur> {
        options.verifier()?;
        if self.organismes.is_empty() {
            return Err(ErreurSceau::AucuneLivraison.into());
        }
        let Self { cles, organismes, mut jetons, mut etiquettes, organisme_de } = self;
        drop(cles);
        let sans_jeton = lignes_sans_jeton(&jetons, &organisme_de, organismes.len());
        let mut amas = Amas::nouveaux(organisme_de.len() as u32, |i| organisme_de[i as usize]);
        // A false link with somebody who objects leaves a person out; it shows nobody's facts to anyone, and the few rows
        // of those who object say nothing of what a pass does to strangers.
        let taille = |o: &OrganismeRecu| if o.opposants { 0 } else { o.row_ids.len() as u64 };
        let mut budget = Budget::nouveau(organismes.iter().map(taille).collect());
        // Each column is taken, and freed at the end of its pass.
        let p0 = std::mem::take(&mut jetons[Passe::P0.rang()]);
        let mut passes: Vec<StatistiquesPasse> = vec![premiere(&p0, &organisme_de, &mut amas, options)];
        drop(p0);
        let certifies: Vec<bool> = (0..organisme_de.len() as u32).map(|i| amas.p0(i) != SANS_P0).collect();
        let doublons = complets(&jetons, &organisme_de, &mut amas, options);
        for passe in PASSES.into_iter().skip(1) {
            let colonne = std::mem::take(&mut jetons[passe.rang()]);
            let dites = std::mem::take(&mut etiquettes[passe.rang()]);
            let mut stats = suivante(passe, (&colonne, &dites), &organisme_de, &mut amas, &mut budget, options);
            if passe == Passe::P2 {
                stats.doublons = doublons;
            }
            passes.push(stats);
        }
        let mut debuts = vec![0_u32];
        debuts.extend(organismes.iter().scan(0, |fin, o| {
            *fin += o.row_ids.len() as u32;
            Some(*fin)
        }));
        let rangs = Rangs { noms: organismes.iter().map(|o| o.nom.as_str()).collect(), debuts, organisme_de: &organisme_de };
        for passe in passes_elargies {
            passes.push(elargie(*passe, source, cles_elargies, &rangs, &mut amas, &mut budget, options)?);
        }
        Ok(repondre(organismes, &organisme_de, &certifies, amas, passes, sans_jeton, options.ecarter)?)
    }

    fn verifier(&self, livraison: &Livraison) -> Result<(), ErreurSceau> {
        let attendu = livraison.row_ids.len();
        let longueurs = PASSES.iter().map(|p| (p.code(), livraison.jetons[p.rang()].len()));
        let dites = PASSES.iter().map(|p| (p.code(), livraison.etiquettes[p.rang()].len())).filter(|(_, n)| *n != 0);
        for (colonne, trouve) in longueurs.chain(dites).chain([("nir_certifie", livraison.nir_certifie.len())]) {
            if trouve != attendu {
                return Err(ErreurSceau::ColonneInegale { organisme: livraison.organisme.clone(), colonne, attendu, trouve });
            }
        }
        if self.organismes.iter().any(|o| o.nom == livraison.organisme) {
            return Err(ErreurSceau::OrganismeEnDouble { organisme: livraison.organisme.clone() });
        }
        if self.organismes.len() as u64 >= ORGANISMES_MAX {
            return Err(ErreurSceau::Capacite { quoi: "organismes", maximum: ORGANISMES_MAX });
        }
        if (self.organisme_de.len() + attendu) as u64 > LIGNES_MAX {
            return Err(ErreurSceau::Capacite { quoi: "lignes", maximum: LIGNES_MAX });
        }
        let mut tries = livraison.row_ids.clone();
        tries.par_sort_unstable();
        let combien = tries.windows(2).filter(|w| w[0] == w[1]).count();
        if combien > 0 {
            return Err(ErreurSceau::LigneRepetee { organisme: livraison.organisme.clone(), combien });
        }
        Ok(())
    }
}

impl OptionsLiaison {
    fn verifier(&self) -> Result<(), ErreurSceau> {
        let refus = |option, bornes| Err(ErreurSceau::OptionInvalide { option, bornes });
        if self.plafond_frequence < 2 {
            return refus("plafond_frequence", "2 ou plus");
        }
        if self.doublons_p0_max < 1 {
            return refus("doublons_p0_max", "1 ou plus");
        }
        if !(0.0..=1.0).contains(&self.unicite_minimale) {
            return refus("unicite_minimale", "entre 0 et 1");
        }
        for (option, part) in [
            ("dates_contredites_maximum", self.dates_contredites_maximum),
            ("part_frequente_maximale", self.part_frequente_maximale),
            ("faux_liens_maximum", self.faux_liens_maximum),
            ("faux_liens_cumules_maximum", self.faux_liens_cumules_maximum),
        ] {
            if !(0.0..=1.0).contains(&part) {
                return refus(option, "entre 0 et 1");
            }
        }
        if !(0.0..=128.0).contains(&self.entropie_minimale) {
            return refus("entropie_minimale", "entre 0 et 128");
        }
        Ok(())
    }
}

fn lignes_sans_jeton(jetons: &[Vec<Jeton>; PASSES.len()], organisme_de: &[u8], organismes: usize) -> Vec<u64> {
    let mut comptes = vec![0_u64; organismes];
    for (i, organisme) in organisme_de.iter().enumerate() {
        comptes[usize::from(*organisme)] += u64::from(jetons.iter().all(|colonne| colonne[i] == SANS_JETON));
    }
    comptes
}

fn repondre(
    organismes: Vec<OrganismeRecu>,
    organisme_de: &[u8],
    certifies: &[bool],
    mut amas: Amas,
    passes: Vec<StatistiquesPasse>,
    sans_jeton: Vec<u64>,
    ecarter: bool,
) -> Result<ResultatLiaison, ErreurSceau> {
    let total = organisme_de.len();
    let opposants = (0_u64..).zip(&organismes).filter(|(_, o)| o.opposants).fold(0_u64, |m, (rang, _)| m | 1 << rang);
    let mut personnes_par_nombre = vec![0_u64; organismes.iter().filter(|o| !o.opposants).count()];
    // Roots are numbered as they come, so that handles are drawn for persons and not for rows.
    let mut numero_de = vec![u32::MAX; total];
    let (mut personnes, mut ecartees) = (0_u32, 0_u64);
    for ligne in 0..total as u32 {
        let noeud = amas.racine(ligne);
        if numero_de[noeud as usize] == u32::MAX {
            let connus = (amas.organismes(noeud) & !opposants).count_ones() as usize;
            if ecarter && amas.organismes(noeud) & opposants != 0 {
                numero_de[noeud as usize] = ECARTEE;
                ecartees += u64::from(connus > 0);
                continue;
            }
            numero_de[noeud as usize] = personnes;
            personnes += 1;
            // Nobody but a body that they object at: only when they are not left out.
            if let Some(place) = connus.checked_sub(1).and_then(|k| personnes_par_nombre.get_mut(k)) {
                *place += 1;
            }
        }
    }
    let handles = tirer(personnes as usize)?;
    let mut statistiques = StatistiquesLiaison {
        passes,
        organismes: Vec::with_capacity(organismes.len()),
        personnes_par_nombre_d_organismes: personnes_par_nombre,
        lignes_par_force: [0; 4],
    };
    let mut sortie = Vec::with_capacity(organismes.len());
    let mut ligne = 0_u32;
    for (organisme, sans_jeton) in organismes.into_iter().zip(sans_jeton) {
        if organisme.opposants && ecarter {
            ligne += organisme.row_ids.len() as u32;
            continue;
        }
        let mut lignes = Vec::with_capacity(organisme.row_ids.len());
        for (row_id, declare) in organisme.row_ids.into_iter().zip(organisme.nir_certifie) {
            let force = amas.force(ligne);
            let noeud = amas.racine(ligne);
            let nir_certifie = declare && certifies[ligne as usize];
            ligne += 1;
            // None for a person left out.
            let Some(handle) = handles.get(numero_de[noeud as usize] as usize).copied() else { continue };
            statistiques.lignes_par_force[usize::from(force & 3)] += 1;
            lignes.push(LigneLiee { row_id, handle, force, nir_certifie });
        }
        statistiques.organismes.push(StatistiquesOrganisme {
            organisme: organisme.nom.clone(),
            lignes: lignes.len() as u64,
            reliees: lignes.iter().filter(|l| l.force > 0).count() as u64,
            nir_certifies: lignes.iter().filter(|l| l.nir_certifie).count() as u64,
            sans_jeton,
        });
        sortie.push(LiaisonOrganisme { organisme: organisme.nom, lignes });
    }
    Ok(ResultatLiaison { organismes: sortie, ecartees, statistiques })
}

fn tirer(combien: usize) -> Result<Vec<[u8; 16]>, ErreurSceau> {
    let mut handles = vec![[0_u8; 16]; combien];
    let generateur = SystemRandom::new();
    for paquet in handles.chunks_mut(65_536) {
        generateur.fill(paquet.as_flattened_mut()).map_err(|_| ErreurSceau::Aleatoire)?;
    }
    Ok(handles)
}

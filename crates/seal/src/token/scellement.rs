//! Sealing a slice of identities.

use zeroize::Zeroize;

use super::{Jeton, PASSES, Passe, passes};
use crate::canon::{ClasseNir, IdentiteBrute, Precision, canoniser};
use crate::keys::ClesScellement;

/// Columns of a delivery to the linkage unit, one entry per identity, in the order given. The caller
/// shuffles rows before they leave.
pub struct ColonnesJetons {
    /// Level-1 tokens, one column per pass ([`Passe::rang`]).
    pub jetons: [Vec<Option<Jeton>>; PASSES.len()],
    /// The number is the person's own and looks certified; true exactly where p0 has a token.
    pub nir_certifie: Vec<bool>,
    /// Counts for the body's own eyes.
    pub bilan: Bilan,
}

/// What sealing saw, in counts: it stays at the body and tells it how good its extract is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Bilan {
    /// Identities sealed.
    pub lignes: u64,
    /// Identities with a token, per pass.
    pub avec_jeton: [u64; PASSES.len()],
    /// Identities without any token: nobody can link them.
    pub sans_aucun_jeton: u64,
    /// Number present but not of the shape of a NIR or NIA.
    pub nir_illisible: u64,
    /// Numbers of class `certifiable`.
    pub nir_certifiable: u64,
    /// Waiting or provisional numbers.
    pub nia: u64,
    /// Numbers without key or with a wrong one.
    pub nir_sans_cle: u64,
    /// Numbers that are visibly another person's.
    pub nir_d_autrui: u64,
    /// Birth dates missing or unreadable.
    pub date_absente: u64,
    /// Birth dates without day or month.
    pub date_imprecise: u64,
    /// Birth dates on 1 January or 31 December.
    pub date_peut_etre_fictive: u64,
}

impl Bilan {
    /// Takes out the counts of rows that are nobody (canaries), counted among others.
    pub fn retirer(&mut self, autre: &Self) {
        for (ici, la) in self.avec_jeton.iter_mut().zip(autre.avec_jeton) {
            *ici = ici.saturating_sub(la);
        }
        for (ici, la) in [
            (&mut self.lignes, autre.lignes),
            (&mut self.sans_aucun_jeton, autre.sans_aucun_jeton),
            (&mut self.nir_illisible, autre.nir_illisible),
            (&mut self.nir_certifiable, autre.nir_certifiable),
            (&mut self.nia, autre.nia),
            (&mut self.nir_sans_cle, autre.nir_sans_cle),
            (&mut self.nir_d_autrui, autre.nir_d_autrui),
            (&mut self.date_absente, autre.date_absente),
            (&mut self.date_imprecise, autre.date_imprecise),
            (&mut self.date_peut_etre_fictive, autre.date_peut_etre_fictive),
        ] {
            *ici = ici.saturating_sub(la);
        }
    }

    /// Adds the counts of another chunk.
    pub fn ajouter(&mut self, autre: &Self) {
        for (ici, la) in self.avec_jeton.iter_mut().zip(autre.avec_jeton) {
            *ici += la;
        }
        self.lignes += autre.lignes;
        self.sans_aucun_jeton += autre.sans_aucun_jeton;
        self.nir_illisible += autre.nir_illisible;
        self.nir_certifiable += autre.nir_certifiable;
        self.nia += autre.nia;
        self.nir_sans_cle += autre.nir_sans_cle;
        self.nir_d_autrui += autre.nir_d_autrui;
        self.date_absente += autre.date_absente;
        self.date_imprecise += autre.date_imprecise;
        self.date_peut_etre_fictive += autre.date_peut_etre_fictive;
    }
}

/// Walks identities in order: canonical form, then for each of `passes` the canonical bytes when all its
/// fields are there. `voir` is told the identity's position, the pass and those bytes. Both modes seal through
/// here, so that a person's token rests on the same bytes whatever the mode.
///
/// The counts are those of the passes asked for; an identity without a token in any of them counts in
/// `sans_aucun_jeton`.
pub fn parcourir(identites: &[IdentiteBrute<'_>], passes_voulues: &[Passe], mut voir: impl FnMut(usize, Passe, Option<&[u8]>)) -> Bilan {
    let mut bilan = Bilan::default();
    let mut octets = Vec::with_capacity(256);
    for (i, brute) in identites.iter().enumerate() {
        let personne = canoniser(brute);
        bilan.lignes += 1;
        match personne.nir.as_ref().map(crate::canon::Nir::classe) {
            Some(ClasseNir::Certifiable) => bilan.nir_certifiable += 1,
            Some(ClasseNir::Nia) => bilan.nia += 1,
            Some(ClasseNir::SansCle) => bilan.nir_sans_cle += 1,
            None => bilan.nir_illisible += u64::from(brute.nir.is_some_and(|t| !t.trim().is_empty())),
        }
        bilan.nir_d_autrui += u64::from(personne.nir_d_autrui);
        match personne.date_naissance {
            None => bilan.date_absente += 1,
            Some(d) if d.precision() != Precision::Jour => bilan.date_imprecise += 1,
            Some(d) => bilan.date_peut_etre_fictive += u64::from(d.peut_etre_fictive()),
        }
        let mut aucun = true;
        for passe in passes_voulues {
            let la = passes::octets(*passe, &personne, &mut octets);
            aucun &= !la;
            bilan.avec_jeton[passe.rang()] += u64::from(la);
            voir(i, *passe, la.then_some(octets.as_slice()));
        }
        bilan.sans_aucun_jeton += u64::from(aucun);
    }
    octets.zeroize();
    bilan
}

/// Seals identities: canonical form, then one level-1 token per pass whose fields are all there.
///
/// Pure and `Sync`: call it on chunks from as many threads as wanted, then [`ColonnesJetons::suivre`].
#[must_use]
pub fn sceller(cles: &ClesScellement, identites: &[IdentiteBrute<'_>]) -> ColonnesJetons {
    let mut colonnes = ColonnesJetons::avec_capacite(identites.len());
    let bilan = parcourir(identites, &PASSES, |_, passe, octets| {
        let jeton = octets.map(|octets| cles.jeton(passe, octets));
        if passe == Passe::P0 {
            colonnes.nir_certifie.push(jeton.is_some());
        }
        colonnes.jetons[passe.rang()].push(jeton);
    });
    colonnes.bilan = bilan;
    colonnes
}

impl ColonnesJetons {
    /// Appends the columns of the next chunk.
    pub fn suivre(&mut self, suite: Self) {
        for (ici, la) in self.jetons.iter_mut().zip(suite.jetons) {
            ici.extend(la);
        }
        self.nir_certifie.extend(suite.nir_certifie);
        self.bilan.ajouter(&suite.bilan);
    }

    fn avec_capacite(n: usize) -> Self {
        Self { jetons: std::array::from_fn(|_| Vec::with_capacity(n)), nir_certifie: Vec::with_capacity(n), bilan: Bilan::default() }
    }
}

//! Family names: particles, compound names and their forms.

use super::texte::{LETTRES_MAX, est_remplissage, plier};

/// The particles of `canon/1`. A name made of particles only (LE, EL, BEN… are names too) keeps them.
pub const PARTICULES: [&str; 12] = ["DE", "DU", "DES", "D", "LE", "LA", "EL", "AL", "BEN", "BIN", "VAN", "VON"];

/// One family name in canonical form. No `Debug`: it names a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Nom {
    plie: String,
}

impl Nom {
    /// The canonical form of a name as typed; `None` when nothing usable is left (empty, another
    /// alphabet, a filler such as « INCONNU » or « X », more than [`LETTRES_MAX`] letters).
    #[must_use]
    pub fn lire(texte: &str) -> Option<Self> {
        let plie = plier(texte);
        if plie.is_empty() || plie.len() > LETTRES_MAX || est_remplissage(&plie) {
            return None;
        }
        Some(Self { plie })
    }

    /// Words separated by single spaces, in the order typed, particles included.
    #[must_use]
    pub fn plie(&self) -> &str {
        &self.plie
    }

    /// Joined form *with* particles: « LE GOUIC » and « LEGOUIC » give the same.
    #[must_use]
    pub fn joint(&self) -> String {
        self.plie.split(' ').collect()
    }

    /// Joined form *without* particles: « DE LA ROCHEVAL » and « ROCHEVAL » give the same.
    #[must_use]
    pub fn joint_sans_particule(&self) -> String {
        self.composants().collect()
    }

    /// First component that is not a particle: « GARANCIN-TOUVET » gives GARANCIN.
    #[must_use]
    pub fn premier_composant(&self) -> &str {
        self.composants().next().unwrap_or(&self.plie)
    }

    /// Components without particles, in order; all the words when they are all particles.
    pub fn composants(&self) -> impl Iterator<Item = &str> {
        let que_des_particules = self.plie.split(' ').all(|m| PARTICULES.contains(&m));
        self.plie.split(' ').filter(move |m| que_des_particules || !PARTICULES.contains(m))
    }
}

/// The sorted set of components of several names (birth and use), without repetition: order swaps and
/// « birth name written as use name » give the same set.
#[must_use]
pub fn ensemble<'a>(noms: impl IntoIterator<Item = &'a Nom>) -> Vec<&'a str> {
    let mut mots: Vec<&str> = noms.into_iter().flat_map(Nom::composants).collect();
    mots.sort_unstable();
    mots.dedup();
    mots
}

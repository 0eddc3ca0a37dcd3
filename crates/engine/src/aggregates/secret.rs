//! What to hide in a table, and the check of what stays said.

use super::reseau::Reseau;
use super::{Diffusion, Tableau};

/// A cell as it is published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publie {
    /// Rounded as its rule says.
    Nombre(u64),
    /// « secret »: small, or hidden with a small one; nothing says which.
    Secret,
}

impl Publie {
    /// As tables show it.
    #[must_use]
    pub fn texte(self) -> String {
        match self {
            Self::Nombre(n) => n.to_string(),
            Self::Secret => "secret".into(),
        }
    }

    /// The number said, if any.
    #[must_use]
    pub fn nombre(self) -> Option<u64> {
        match self {
            Self::Nombre(n) => Some(n),
            Self::Secret => None,
        }
    }
}

/// A table as it may be published.
#[derive(Debug, Clone)]
pub struct Publication {
    tableau: Tableau,
    /// By zone then column.
    secret: Vec<bool>,
}

/// A hidden count that a reader would place too narrowly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decouverte {
    /// The cell.
    pub cellule: (usize, usize),
    /// Bounds that a reader finds.
    pub bornes: (u64, u64),
    /// Width that its rule asks for.
    pub voulu: u64,
}

/// Hides what must be, and what must be with it.
#[must_use]
pub fn proteger(tableau: Tableau) -> Publication {
    let primaires: Vec<bool> = tableau.cellules().map(|(z, c)| !tableau.regle(c).permet(tableau.valeur(z, c), 0.0)).collect();
    let mut publication = Publication { tableau, secret: primaires.clone() };
    let mut reseau = publication.reseau();
    // The largest first: they need the least, and what protects them serves the others.
    let mut a_proteger: Vec<(usize, usize)> =
        publication.tableau.cellules().zip(&primaires).filter(|(_, p)| **p).map(|(cellule, _)| cellule).collect();
    a_proteger.sort_by_key(|(z, c)| (std::cmp::Reverse(publication.tableau.valeur(*z, *c)), *z, *c));
    for (z, c) in a_proteger {
        let (arc, voulu) = (reseau.arc(z, c), publication.tableau.regle(c).seuil);
        let (moins, _) = reseau.ecart(arc, false, voulu);
        let (plus, _) = reseau.ecart(arc, true, voulu.saturating_sub(moins));
        if moins + plus >= voulu {
            continue;
        }
        let secret = publication.secret.clone();
        let tableau = &publication.tableau;
        let largeur = tableau.largeur();
        let cout = |a: usize| {
            // A large cell is worth more to the reader; a total too.
            let poids = 1 + tableau.valeur(a / largeur, a % largeur);
            (!secret.get(a).copied().unwrap_or(false)).then_some(poids)
        };
        let (_, caches) = reseau.elargir(arc, true, voulu.saturating_sub(moins), &cout);
        for cache in caches {
            if let Some(s) = publication.secret.get_mut(cache) {
                *s = true;
            }
        }
    }
    publication.rendre_l_inutile();
    publication
}

/// Trials of [`Publication::rendre_l_inutile`] times small cells, beyond which a large table is left as it is.
const ESSAIS_MAX: usize = 100_000;

impl Publication {
    /// Says again, the largest first, what was hidden for one small cell and that later ones made needless.
    fn rendre_l_inutile(&mut self) {
        let (petits, autres) = self.secrets();
        if petits * autres > ESSAIS_MAX {
            return;
        }
        let mut caches: Vec<(u64, usize)> = self
            .tableau
            .cellules()
            .enumerate()
            .filter(|(i, (z, c))| self.secret.get(*i) == Some(&true) && self.regle(*c).permet(self.tableau.valeur(*z, *c), 0.0))
            .map(|(i, (z, c))| (self.tableau.valeur(z, c), i))
            .collect();
        caches.sort_unstable_by(|a, b| b.cmp(a));
        for (_, i) in caches {
            if let Some(s) = self.secret.get_mut(i) {
                *s = false;
            }
            if self.fautes().next().is_some()
                && let Some(s) = self.secret.get_mut(i)
            {
                *s = true;
            }
        }
    }

    /// A table with the cells that somebody else chose to hide, for [`Publication::audit`].
    #[must_use]
    pub fn avec_secrets(tableau: Tableau, secrets: &[(usize, usize)]) -> Self {
        let secret = tableau.cellules().map(|cellule| secrets.contains(&cellule)).collect();
        Self { tableau, secret }
    }

    /// The table: private.
    #[must_use]
    pub fn tableau(&self) -> &Tableau {
        &self.tableau
    }

    /// What is said of a cell.
    #[must_use]
    pub fn cellule(&self, zone: usize, colonne: usize) -> Publie {
        if self.secret.get(zone * self.tableau.largeur() + colonne).copied().unwrap_or(true) {
            return Publie::Secret;
        }
        Publie::Nombre(self.regle(colonne).arrondir(self.tableau.valeur(zone, colonne)))
    }

    /// How many cells are hidden: small ones, and others with them.
    #[must_use]
    pub fn secrets(&self) -> (usize, usize) {
        let primaire = |(z, c): &(usize, usize)| !self.regle(*c).permet(self.tableau.valeur(*z, *c), 0.0);
        let caches = self.tableau.cellules().filter(|(z, c)| self.cellule(*z, *c) == Publie::Secret);
        let (petits, autres): (Vec<_>, Vec<_>) = caches.partition(primaire);
        (petits.len(), autres.len())
    }

    fn regle(&self, colonne: usize) -> Diffusion {
        self.tableau.regle(colonne)
    }

    /// The network of what a reader knows.
    fn reseau(&self) -> Reseau {
        let mut reseau = Reseau::nouveau(&self.tableau);
        for (z, c) in self.tableau.cellules() {
            let arc = reseau.arc(z, c);
            match self.cellule(z, c) {
                Publie::Secret => reseau.cacher(arc),
                Publie::Nombre(dit) => {
                    let (bas, haut) = self.regle(c).connu(dit);
                    reseau.connaitre(arc, bas, haut);
                }
            }
        }
        reseau
    }

    /// Exact bounds that a reader of the published cells can give a cell, each within `assez` of the true count.
    #[must_use]
    pub fn bornes(&self, zone: usize, colonne: usize, assez: u64) -> (u64, u64) {
        let reseau = self.reseau();
        let (arc, valeur) = (reseau.arc(zone, colonne), self.tableau.valeur(zone, colonne));
        (valeur - reseau.ecart(arc, false, assez).0, valeur + reseau.ecart(arc, true, assez).0)
    }

    /// Two sets of counts of all cells (by zone then column), both in accordance with all that is published, in
    /// which a cell is as small and as large as a reader may think.
    #[must_use]
    pub fn temoins(&self, zone: usize, colonne: usize, assez: u64) -> (Vec<u64>, Vec<u64>) {
        let reseau = self.reseau();
        let arc = reseau.arc(zone, colonne);
        (reseau.ecart(arc, false, assez).1, reseau.ecart(arc, true, assez).1)
    }

    /// The small cells that are said, or that a reader places in an interval narrower than the threshold of their
    /// rule. Empty for what [`proteger`] gives.
    #[must_use]
    pub fn audit(&self) -> Vec<Decouverte> {
        self.fautes().collect()
    }

    fn fautes(&self) -> impl Iterator<Item = Decouverte> + '_ {
        let reseau = self.reseau();
        self.tableau.cellules().filter_map(move |(z, c)| {
            let (valeur, regle) = (self.tableau.valeur(z, c), self.regle(c));
            if regle.permet(valeur, 0.0) {
                return None;
            }
            let arc = reseau.arc(z, c);
            let bornes = (valeur - reseau.ecart(arc, false, regle.seuil).0, valeur + reseau.ecart(arc, true, regle.seuil).0);
            (bornes.1 - bornes.0 < regle.seuil).then_some(Decouverte { cellule: (z, c), bornes, voulu: regle.seuil })
        })
    }
}

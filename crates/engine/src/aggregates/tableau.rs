//! A table of counts: zones in a tree, columns and their total.

use super::Diffusion;

/// A zone of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Zone {
    /// Code, unique in the table.
    pub code: String,
    /// Name for people.
    pub libelle: String,
    /// Its place among the zones, before this one; none for the root alone.
    pub parent: Option<usize>,
}

/// Why a table is refused: a fault of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ErreurTableau {
    /// The zones are not a tree whose root is first and whose parents precede their children.
    #[error("les zones ne forment pas un arbre")]
    PasUnArbre,
    /// As many rows of counts as leaves, as many counts and rules as columns.
    #[error("le nombre de comptes n'est pas celui des zones et des colonnes")]
    Dimensions,
}

/// Counts of every cell, sums included. Cell `(zone, column)`; the last column is the total.
#[derive(Debug, Clone)]
pub struct Tableau {
    zones: Vec<Zone>,
    colonnes: Vec<String>,
    feuille: Vec<bool>,
    valeurs: Vec<Vec<u64>>,
    regles: Vec<Diffusion>,
}

impl Tableau {
    /// From the counts of the leaves, in the order of the zones; one rule per column, the total takes the strictest.
    ///
    /// # Errors
    /// [`ErreurTableau`].
    pub fn nouveau(
        zones: Vec<Zone>,
        colonnes: Vec<String>,
        regles: &[Diffusion],
        comptes_des_feuilles: &[Vec<u64>],
    ) -> Result<Self, ErreurTableau> {
        let mut feuille = vec![true; zones.len()];
        for (i, zone) in zones.iter().enumerate() {
            match zone.parent {
                None if i == 0 => {}
                Some(p) if p < i => *feuille.get_mut(p).ok_or(ErreurTableau::PasUnArbre)? = false,
                _ => return Err(ErreurTableau::PasUnArbre),
            }
        }
        let largeur = colonnes.len();
        let feuilles = feuille.iter().filter(|f| **f).count();
        if zones.is_empty()
            || largeur == 0
            || regles.len() != largeur
            || comptes_des_feuilles.len() != feuilles
            || comptes_des_feuilles.iter().any(|l| l.len() != largeur)
        {
            return Err(ErreurTableau::Dimensions);
        }
        let mut valeurs = vec![vec![0_u64; largeur + 1]; zones.len()];
        let mut lignes = comptes_des_feuilles.iter();
        for (valeur, _) in valeurs.iter_mut().zip(&feuille).filter(|(_, f)| **f) {
            if let Some(ligne) = lignes.next() {
                valeur[..largeur].copy_from_slice(ligne);
                valeur[largeur] = ligne.iter().sum();
            }
        }
        for i in (1..zones.len()).rev() {
            let enfant = valeurs.get(i).cloned().unwrap_or_default();
            if let Some(parent) = zones[i].parent.and_then(|p| valeurs.get_mut(p)) {
                parent.iter_mut().zip(enfant).for_each(|(somme, n)| *somme += n);
            }
        }
        let total = regles.iter().copied().reduce(Diffusion::plus_stricte).unwrap_or(Diffusion::DEFAUT);
        let regles = regles.iter().copied().chain([total]).collect();
        Ok(Self { zones, colonnes, feuille, valeurs, regles })
    }

    /// The zones.
    #[must_use]
    pub fn zones(&self) -> &[Zone] {
        &self.zones
    }

    /// Names of the columns, without the total.
    #[must_use]
    pub fn colonnes(&self) -> &[String] {
        &self.colonnes
    }

    /// Columns, total included.
    #[must_use]
    pub fn largeur(&self) -> usize {
        self.colonnes.len() + 1
    }

    /// Whether a zone has no zone below.
    #[must_use]
    pub fn est_feuille(&self, zone: usize) -> bool {
        self.feuille.get(zone).copied().unwrap_or(false)
    }

    /// The true count of a cell: private.
    #[must_use]
    pub fn valeur(&self, zone: usize, colonne: usize) -> u64 {
        self.valeurs.get(zone).and_then(|l| l.get(colonne)).copied().unwrap_or(0)
    }

    /// The rule of a column.
    #[must_use]
    pub fn regle(&self, colonne: usize) -> Diffusion {
        self.regles.get(colonne).copied().unwrap_or(Diffusion::DEFAUT)
    }

    /// Every cell, by zone then column.
    pub fn cellules(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let largeur = self.largeur();
        (0..self.zones.len()).flat_map(move |z| (0..largeur).map(move |c| (z, c)))
    }
}

//! Clusters under construction: a union-find whose sets know their bodies, their certified number and
//! their strength.

/// No certified number known.
pub(super) const SANS_P0: u32 = u32::MAX;

/// Rows are numbered 0..n over all bodies. A *node* is a set's root.
pub(super) struct Amas {
    parent: Vec<u32>,
    /// Next row of the same set, in a ring: sets can be walked without an index.
    suivant: Vec<u32>,
    taille: Vec<u32>,
    /// Bit b: the set has a row of body b.
    organismes: Vec<u64>,
    /// Dense number of the set's certified token, or [`SANS_P0`].
    p0: Vec<u32>,
    /// Weakest force among the set's rows (0 while it has one body only).
    force_min: Vec<u8>,
    /// Force of each *row*.
    force: Vec<u8>,
}

/// Why nodes may not become one person.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Refus {
    /// Two different certified numbers.
    Veto,
    /// Two rows of one body.
    DejaRelie,
}

impl Amas {
    /// One set per row; `organisme_de(row)` is the body's rank (below 64).
    pub(super) fn nouveaux(n: u32, organisme_de: impl Fn(u32) -> u8) -> Self {
        let taille = n as usize;
        Self {
            parent: (0..n).collect(),
            suivant: (0..n).collect(),
            taille: vec![1; taille],
            organismes: (0..n).map(|i| 1_u64 << organisme_de(i)).collect(),
            p0: vec![SANS_P0; taille],
            force_min: vec![0; taille],
            force: vec![0; taille],
        }
    }

    pub(super) fn racine(&mut self, ligne: u32) -> u32 {
        racine(&mut self.parent, ligne)
    }

    /// Points every row at its root, so that [`Amas::noeud`] needs no writing.
    pub(super) fn aplatir(&mut self) {
        for ligne in 0..self.parent.len() as u32 {
            let racine = self.racine(ligne);
            self.parent[ligne as usize] = racine;
        }
    }

    /// Root of a row, right after [`Amas::aplatir`].
    pub(super) fn noeud(&self, ligne: u32) -> u32 {
        self.parent[ligne as usize]
    }

    pub(super) fn force(&self, ligne: u32) -> u8 {
        self.force[ligne as usize]
    }

    /// Certified number of a node (or of a row, before any link).
    pub(super) fn p0(&self, noeud: u32) -> u32 {
        self.p0[noeud as usize]
    }

    /// Bodies present in a node, as bits.
    pub(super) fn organismes(&self, noeud: u32) -> u64 {
        self.organismes[noeud as usize]
    }

    /// States a row's certified number, before any link.
    pub(super) fn poser_p0(&mut self, ligne: u32, numero: u32) {
        self.p0[ligne as usize] = numero;
    }

    /// Whether distinct nodes may become one person.
    pub(super) fn admissible(&self, noeuds: &[u32]) -> Result<(), Refus> {
        let mut p0 = SANS_P0;
        let mut vus = 0_u64;
        let mut deja = false;
        for noeud in noeuds {
            let i = *noeud as usize;
            if self.p0[i] != SANS_P0 {
                if p0 != SANS_P0 && p0 != self.p0[i] {
                    return Err(Refus::Veto);
                }
                p0 = self.p0[i];
            }
            deja |= vus & self.organismes[i] != 0;
            vus |= self.organismes[i];
        }
        if deja { Err(Refus::DejaRelie) } else { Ok(()) }
    }

    /// Makes one person of distinct nodes, by a pass of strength `force`.
    pub(super) fn fondre(&mut self, noeuds: &[u32], force: u8) {
        let Some(hote) = noeuds.iter().copied().max_by_key(|n| (self.taille[*n as usize], std::cmp::Reverse(*n))) else {
            return;
        };
        let tous = noeuds.iter().fold(0, |m, n| m | self.organismes[*n as usize]);
        if tous.count_ones() > 1 {
            let garde = self.plus_fort(noeuds);
            for noeud in noeuds.iter().copied().filter(|n| Some(*n) != garde) {
                self.abaisser(noeud, force);
            }
        }
        let p0 = noeuds.iter().map(|n| self.p0[*n as usize]).min().unwrap_or(SANS_P0);
        let force_min = noeuds.iter().map(|n| self.force_min[*n as usize]).min().unwrap_or(0);
        for noeud in noeuds.iter().copied().filter(|n| *n != hote) {
            let (h, i) = (hote as usize, noeud as usize);
            self.parent[i] = hote;
            self.taille[h] += self.taille[i];
            self.suivant.swap(h, i);
        }
        let h = hote as usize;
        self.organismes[h] = tous;
        self.p0[h] = p0;
        self.force_min[h] = force_min;
    }

    /// The one node already linked whose (force, size) is above that of all others.
    fn plus_fort(&self, noeuds: &[u32]) -> Option<u32> {
        let rang = |n: u32| (self.force_min[n as usize], self.taille[n as usize]);
        let meilleur = noeuds.iter().copied().max_by_key(|n| rang(*n))?;
        let seul = noeuds.iter().filter(|n| rang(**n) == rang(meilleur)).count() == 1;
        (seul && self.force_min[meilleur as usize] > 0).then_some(meilleur)
    }

    fn abaisser(&mut self, noeud: u32, force: u8) {
        let mut ligne = noeud;
        loop {
            let f = &mut self.force[ligne as usize];
            *f = if *f == 0 { force } else { (*f).min(force) };
            ligne = self.suivant[ligne as usize];
            if ligne == noeud {
                break;
            }
        }
        let m = &mut self.force_min[noeud as usize];
        *m = if *m == 0 { force } else { (*m).min(force) };
    }
}

/// Root of `ligne` in a parent array, halving the path.
pub(super) fn racine(parent: &mut [u32], ligne: u32) -> u32 {
    let mut i = ligne as usize;
    while parent[i] as usize != i {
        parent[i] = parent[parent[i] as usize];
        i = parent[i] as usize;
    }
    i as u32
}

#[cfg(test)]
mod tests {
    use super::{Amas, Refus};

    /// The promise that the engine relies on: min of forces ≤ weakest link between two rows.
    #[test]
    fn deux_groupes_surs_joints_par_un_lien_faible() {
        let mut amas = Amas::nouveaux(5, |i| u8::try_from(i).unwrap_or(0));
        amas.fondre(&[0, 1], 3);
        amas.fondre(&[2, 3], 3);
        let (a, b) = (amas.racine(0), amas.racine(2));
        amas.fondre(&[a, b], 1);
        // Equals: all fall.
        assert_eq!([0, 1, 2, 3].map(|i| amas.force(i)), [1; 4]);
        let a = amas.racine(0);
        amas.fondre(&[a, 4], 2);
        assert_eq!(amas.force(4), 2);
        assert_eq!(amas.force(0), 1);
    }

    #[test]
    fn une_ligne_isolee_prend_la_force_du_lien_et_les_autres_gardent_la_leur() {
        let mut amas = Amas::nouveaux(3, |i| u8::try_from(i).unwrap_or(0));
        amas.fondre(&[0, 1], 3);
        let a = amas.racine(1);
        amas.fondre(&[2, a], 1);
        assert_eq!([0, 1, 2].map(|i| amas.force(i)), [3, 3, 1]);
    }

    #[test]
    fn deux_lignes_d_un_meme_organisme_restent_a_zero() {
        let mut amas = Amas::nouveaux(3, |i| u8::from(i == 2));
        amas.fondre(&[0, 1], 3);
        assert_eq!([0, 1].map(|i| amas.force(i)), [0, 0]);
        let a = amas.racine(0);
        amas.fondre(&[a, 2], 2);
        assert_eq!([0, 1, 2].map(|i| amas.force(i)), [2, 2, 2]);
    }

    #[test]
    fn refus() {
        let mut amas = Amas::nouveaux(4, |i| u8::try_from(i % 2).unwrap_or(0));
        assert_eq!(amas.admissible(&[0, 2]), Err(Refus::DejaRelie));
        amas.poser_p0(0, 1);
        amas.poser_p0(1, 2);
        assert_eq!(amas.admissible(&[0, 1]), Err(Refus::Veto));
        assert_eq!(amas.admissible(&[0, 3]), Ok(()));
    }
}

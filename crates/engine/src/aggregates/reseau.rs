//! The table as a circulation, and what a reader of its published cells can find of the others.
//!
//! Each cell is an arc. A column's cells go from the top node R down the tree to the node of each leaf; the
//! total's cells come back up from the leaves to R. Conservation at a node is one sum of the table: the children of
//! a zone for one column, or the columns of a leaf. The other sums (columns of an inner zone) follow from these.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

use super::Tableau;

/// More than any count: what a hidden cell may be.
const SANS_BORNE: u64 = u64::MAX / 4;

/// An arc: a cell, where it stands, what a reader knows of it.
#[derive(Debug, Clone, Copy)]
struct Arc {
    de: usize,
    vers: usize,
    valeur: u64,
    bas: u64,
    haut: u64,
}

/// The network of a table.
#[derive(Debug, Clone)]
pub struct Reseau {
    arcs: Vec<Arc>,
    /// For each node, the arcs that touch it.
    voisins: Vec<Vec<usize>>,
    largeur: usize,
}

/// One step along an arc, forwards (its cell grows) or backwards (it shrinks).
#[derive(Debug, Clone, Copy)]
struct Pas {
    arc: usize,
    avant: bool,
}

impl Reseau {
    /// Every cell known exactly; [`Reseau::connaitre`] then says what is not.
    #[must_use]
    pub fn nouveau(tableau: &Tableau) -> Self {
        let largeur = tableau.largeur();
        let zones = tableau.zones();
        // Node 0 is R; then one per leaf, or one per column of an inner zone.
        let mut premier = Vec::with_capacity(zones.len());
        let mut noeuds = 1;
        for z in 0..zones.len() {
            premier.push(noeuds);
            noeuds += if tableau.est_feuille(z) { 1 } else { largeur };
        }
        let bas_de = |z: usize, c: usize| premier.get(z).copied().unwrap_or(0) + if tableau.est_feuille(z) { 0 } else { c };
        let mut arcs = Vec::with_capacity(zones.len() * largeur);
        let mut voisins = vec![Vec::new(); noeuds];
        for (z, c) in tableau.cellules() {
            let haut = zones.get(z).and_then(|zone| zone.parent).map_or(0, |p| bas_de(p, c));
            let bas = bas_de(z, c);
            let (de, vers) = if c + 1 == largeur { (bas, haut) } else { (haut, bas) };
            let valeur = tableau.valeur(z, c);
            for noeud in [de, vers] {
                if let Some(liste) = voisins.get_mut(noeud) {
                    liste.push(arcs.len());
                }
            }
            arcs.push(Arc { de, vers, valeur, bas: valeur, haut: valeur });
        }
        Self { arcs, voisins, largeur }
    }

    /// Place of a cell among the arcs.
    #[must_use]
    pub fn arc(&self, zone: usize, colonne: usize) -> usize {
        zone * self.largeur + colonne
    }

    /// A reader knows that a cell is between `bas` and `haut`, its true count being between them.
    pub fn connaitre(&mut self, arc: usize, bas: u64, haut: u64) {
        if let Some(a) = self.arcs.get_mut(arc) {
            (a.bas, a.haut) = (bas.min(a.valeur), haut.max(a.valeur));
        }
    }

    /// A reader knows only that a cell is not negative.
    pub fn cacher(&mut self, arc: usize) {
        self.connaitre(arc, 0, SANS_BORNE);
    }

    /// What is left along a step when cells have the counts `x`.
    fn reste(&self, x: &[u64], pas: Pas) -> u64 {
        match (self.arcs.get(pas.arc), x.get(pas.arc)) {
            (Some(a), Some(v)) => {
                if pas.avant {
                    a.haut.saturating_sub(*v)
                } else {
                    v.saturating_sub(a.bas)
                }
            }
            _ => 0,
        }
    }

    fn bouts(&self, pas: Pas) -> Option<(usize, usize)> {
        self.arcs.get(pas.arc).map(|a| if pas.avant { (a.de, a.vers) } else { (a.vers, a.de) })
    }

    /// How far a cell may move from its true count, up to `assez`, growing or shrinking, with every other cell in
    /// what a reader knows; and counts of all cells that show it. Exact: Ford and Fulkerson, 1956.
    #[must_use]
    pub fn ecart(&self, arc: usize, croit: bool, assez: u64) -> (u64, Vec<u64>) {
        let mut x: Vec<u64> = self.arcs.iter().map(|a| a.valeur).collect();
        let sens = Pas { arc, avant: croit };
        let Some((de, vers)) = self.bouts(sens) else { return (0, x) };
        let voulu = assez.min(self.reste(&x, sens));
        let mut fait = 0;
        while fait < voulu {
            // The move closes a cycle: what goes along the arc comes back from its end to its start.
            let Some(chemin) = self.chemin_court(&x, vers, de, arc) else { break };
            let pousse = chemin.iter().map(|p| self.reste(&x, *p)).min().unwrap_or(0).min(voulu - fait);
            pousser(&mut x, &chemin, pousse);
            pousser(&mut x, &[sens], pousse);
            fait += pousse;
        }
        (fait, x)
    }

    /// The shortest path in number of steps that still has room, `interdit` left out.
    fn chemin_court(&self, x: &[u64], de: usize, vers: usize, interdit: usize) -> Option<Vec<Pas>> {
        let mut venu: Vec<Option<Pas>> = vec![None; self.voisins.len()];
        let mut file = VecDeque::from([de]);
        while let Some(noeud) = file.pop_front() {
            if noeud == vers {
                return Some(self.remonter(&venu, de, vers));
            }
            for pas in self.departs(noeud, interdit) {
                let Some((_, bout)) = self.bouts(pas) else { continue };
                if bout != de && self.reste(x, pas) > 0 && venu.get(bout).is_some_and(Option::is_none) {
                    venu[bout] = Some(pas);
                    file.push_back(bout);
                }
            }
        }
        None
    }

    fn departs(&self, noeud: usize, interdit: usize) -> impl Iterator<Item = Pas> + '_ {
        self.voisins.get(noeud).into_iter().flatten().filter(move |a| **a != interdit).filter_map(move |a| {
            let arc = self.arcs.get(*a)?;
            // No arc has both ends at one node.
            Some(Pas { arc: *a, avant: arc.de == noeud })
        })
    }

    fn remonter(&self, venu: &[Option<Pas>], de: usize, vers: usize) -> Vec<Pas> {
        let mut chemin = Vec::new();
        let mut noeud = vers;
        while noeud != de {
            let Some(pas) = venu.get(noeud).copied().flatten() else { break };
            chemin.push(pas);
            noeud = self.bouts(pas).map_or(de, |(depart, _)| depart);
        }
        chemin.reverse();
        chemin
    }

    /// Cells to hide so that a cell may move by `voulu`: those of least total cost on each path, found one path
    /// after the other. `cout(arc)` is the cost of hiding a cell, `None` for one that is hidden or must stay said.
    /// Gives how far the cell then moves.
    pub fn elargir(&mut self, arc: usize, croit: bool, voulu: u64, cout: &dyn Fn(usize) -> Option<u64>) -> (u64, Vec<usize>) {
        let mut x: Vec<u64> = self.arcs.iter().map(|a| a.valeur).collect();
        let sens = Pas { arc, avant: croit };
        let Some((de, vers)) = self.bouts(sens) else { return (0, Vec::new()) };
        let mut caches: Vec<usize> = Vec::new();
        let mut fait = 0;
        while fait < voulu {
            // First with room for all that is left, so that few cells do; else with any room.
            let besoin = voulu - fait;
            let avec = |place: u64| self.moindre_cout(&x, vers, de, arc, place, cout).map(|chemin| (place, chemin));
            let Some((place, chemin)) = avec(besoin).or_else(|| avec(1)) else { break };
            for pas in &chemin {
                if self.reste(&x, *pas) < place {
                    self.cacher(pas.arc);
                    caches.push(pas.arc);
                }
            }
            let pousse = chemin.iter().map(|p| self.reste(&x, *p)).min().unwrap_or(0).min(besoin).min(self.reste(&x, sens));
            if pousse == 0 {
                break;
            }
            pousser(&mut x, &chemin, pousse);
            pousser(&mut x, &[sens], pousse);
            fait += pousse;
        }
        (fait, caches)
    }

    /// Dijkstra over steps that have, or would have once their cell is hidden, room for `place`.
    fn moindre_cout(
        &self,
        x: &[u64],
        de: usize,
        vers: usize,
        interdit: usize,
        place: u64,
        cout: &dyn Fn(usize) -> Option<u64>,
    ) -> Option<Vec<Pas>> {
        let mut venu: Vec<Option<Pas>> = vec![None; self.voisins.len()];
        let mut distance = vec![u64::MAX; self.voisins.len()];
        *distance.get_mut(de)? = 0;
        let mut tas = BinaryHeap::from([Reverse((0_u64, de))]);
        while let Some(Reverse((d, noeud))) = tas.pop() {
            if noeud == vers {
                return Some(self.remonter(&venu, de, vers));
            }
            if distance.get(noeud).is_none_or(|m| d > *m) {
                continue;
            }
            for pas in self.departs(noeud, interdit) {
                let Some((_, bout)) = self.bouts(pas) else { continue };
                let prix = if self.reste(x, pas) >= place { Some(0) } else { cout(pas.arc) };
                // Once hidden, a cell may grow without end, and shrink to nothing.
                let ouvert = pas.avant || x.get(pas.arc).is_some_and(|v| *v >= place);
                let Some(prix) = prix.filter(|_| ouvert || self.reste(x, pas) >= place) else { continue };
                let total = d.saturating_add(prix);
                if distance.get(bout).is_some_and(|m| total < *m) {
                    distance[bout] = total;
                    venu[bout] = Some(pas);
                    tas.push(Reverse((total, bout)));
                }
            }
        }
        None
    }
}

fn pousser(x: &mut [u64], chemin: &[Pas], n: u64) {
    for pas in chemin {
        if let Some(v) = x.get_mut(pas.arc) {
            *v = if pas.avant { v.saturating_add(n) } else { v.saturating_sub(n) };
        }
    }
}

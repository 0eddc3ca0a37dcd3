//! What was already published about the same people, held against what is about to be.
//!
//! The register holds only what was said (regions, numbers, « secret »): whoever reads it learns no more than from the
//! tables. A region is a set of codes per dimension (communes, months, bands); a dimension that it does not name is
//! taken whole. What a reader can compute by subtraction is tried in two ways: each said region minus each said
//! region inside it, and each said region minus all that another table says inside it. The result is refused when
//! it is surely under the threshold, or when it is a hidden cell placed in an interval narrower than its threshold.
//!
//! Longer combinations over several tables are not searched; nor are other people's tables, which nobody here knows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Diffusion;

/// Codes per dimension; a dimension that is not there is taken whole.
pub type Region = BTreeMap<String, BTreeSet<String>>;

/// One cell of a published table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CelluleDite {
    /// For messages: zone and column, never the count.
    pub libelle: String,
    /// Which people.
    pub region: Region,
    /// What was said; nothing for « secret ».
    pub dit: Option<u64>,
    /// The threshold that holds for it.
    pub seuil: u64,
    /// The rounding under which it is said.
    pub arrondi: u64,
}

/// One published table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parution {
    /// What is counted: a right, and its unit.
    pub sujet: String,
    /// Whose people: the territory.
    pub territoire: String,
    /// First and last month (`year * 12 + month - 1`) of the epoch: tables whose epochs overlap are of the same people.
    pub mois: (i32, i32),
    /// Dimensions of which every code is in the table.
    pub completes: BTreeSet<String>,
    /// Its cells.
    pub cellules: Vec<CelluleDite>,
}

/// Why a table may not appear beside the former ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Revelation {
    /// A subtraction gives a small count, or a hidden one.
    Difference {
        /// The larger cell.
        grande: String,
        /// What is taken from it.
        retiree: String,
    },
    /// The same cell was said with another number: the change is of few people.
    Change {
        /// The cell.
        cellule: String,
    },
    /// Too many codes cross to be checked.
    TropFin,
}

/// Most elements of the crossing of all dimensions.
const ELEMENTS_MAX: usize = 1 << 22;

/// What `nouvelle` would reveal beside `anciennes`; those of another subject, territory or epoch do not count.
#[must_use]
pub fn verifier(anciennes: &[Parution], nouvelle: &Parution) -> Vec<Revelation> {
    let proche = |p: &&Parution| {
        p.sujet == nouvelle.sujet && p.territoire == nouvelle.territoire && p.mois.0 <= nouvelle.mois.1 && nouvelle.mois.0 <= p.mois.1
    };
    let mut tables: Vec<&Parution> = anciennes.iter().filter(proche).collect();
    if tables.is_empty() {
        return Vec::new();
    }
    tables.push(nouvelle);
    let Some(espace) = Espace::nouveau(&tables) else { return vec![Revelation::TropFin] };
    let tables: Vec<Vec<Place<'_>>> = tables.iter().map(|t| t.cellules.iter().map(|c| Place::nouvelle(c, &espace)).collect()).collect();
    let mut trouvees = changements(&tables);
    trouvees.extend(differences(&tables));
    trouvees
}

/// A cell and the elements that it covers, one bit each.
struct Place<'a> {
    cellule: &'a CelluleDite,
    elements: Vec<u64>,
    bornes: Option<(u64, u64)>,
}

impl<'a> Place<'a> {
    fn nouvelle(cellule: &'a CelluleDite, espace: &Espace) -> Self {
        let regle = Diffusion { seuil: cellule.seuil, arrondi: cellule.arrondi, dominance: 1.0 };
        Self { cellule, elements: espace.elements(&cellule.region), bornes: cellule.dit.map(|n| regle.connu(n)) }
    }

    fn contient(&self, autre: &Self) -> bool {
        self.elements.iter().zip(&autre.elements).all(|(a, b)| a & b == *b)
    }
}

/// The codes of every dimension, numbered; the last of a dimension stands for all the codes that no table names.
struct Espace {
    dimensions: Vec<(String, BTreeMap<String, usize>, usize)>,
    taille: usize,
}

impl Espace {
    fn nouveau(tables: &[&Parution]) -> Option<Self> {
        let mut codes: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (dimension, liste) in tables.iter().flat_map(|t| &t.cellules).flat_map(|c| &c.region) {
            codes.entry(dimension.clone()).or_default().extend(liste.iter().cloned());
        }
        let mut taille = 1_usize;
        let mut dimensions = Vec::new();
        for (nom, liste) in codes {
            let complete = tables.iter().any(|t| t.completes.contains(&nom));
            let rangs: BTreeMap<String, usize> = liste.into_iter().enumerate().map(|(i, c)| (c, i)).collect();
            let nombre = rangs.len() + usize::from(!complete);
            taille = taille.checked_mul(nombre).filter(|t| *t <= ELEMENTS_MAX)?;
            dimensions.push((nom, rangs, nombre));
        }
        Some(Self { dimensions, taille })
    }

    fn elements(&self, region: &Region) -> Vec<u64> {
        let mut rangs = vec![0_usize];
        for (nom, codes, nombre) in &self.dimensions {
            let choisis: Vec<usize> = match region.get(nom) {
                None => (0..*nombre).collect(),
                Some(liste) => liste.iter().filter_map(|c| codes.get(c)).copied().collect(),
            };
            rangs = rangs.iter().flat_map(|r| choisis.iter().map(move |c| r * nombre + c)).collect();
        }
        let mut bits = vec![0_u64; self.taille.div_ceil(64)];
        for rang in rangs {
            if let Some(mot) = bits.get_mut(rang / 64) {
                *mot |= 1 << (rang % 64);
            }
        }
        bits
    }
}

/// Cells of the new table (the last) that a former one said with another number, close enough for the change to be
/// of few people.
fn changements(tables: &[Vec<Place<'_>>]) -> Vec<Revelation> {
    let Some((nouvelle, anciennes)) = tables.split_last() else { return Vec::new() };
    let mut trouves = Vec::new();
    for cellule in nouvelle {
        let Some((bas, haut)) = cellule.bornes else { continue };
        let change = anciennes.iter().flatten().any(|a| {
            let Some((abas, ahaut)) = a.bornes else { return false };
            let ecart = haut.max(ahaut) - bas.min(abas);
            a.elements == cellule.elements && (abas, ahaut) != (bas, haut) && ecart < cellule.cellule.seuil.max(a.cellule.seuil)
        });
        if change {
            trouves.push(Revelation::Change { cellule: cellule.cellule.libelle.clone() });
        }
    }
    trouves
}

/// What subtraction between the new table (the last) and a former one gives.
fn differences(tables: &[Vec<Place<'_>>]) -> Vec<Revelation> {
    let secretes: Vec<&Place<'_>> = tables.iter().flatten().filter(|p| p.bornes.is_none()).collect();
    let derniere = tables.len().saturating_sub(1);
    let mut trouvees = Vec::new();
    for (i, table) in tables.iter().enumerate() {
        for (j, autre) in tables.iter().enumerate().filter(|(j, _)| i != *j && (i == derniere || *j == derniere)) {
            for grande in table.iter().filter(|p| p.bornes.is_some()) {
                let dedans: Vec<&Place<'_>> = autre.iter().filter(|p| p.bornes.is_some() && grande.contient(p)).collect();
                for petite in &dedans {
                    if revele(grande, &[*petite], &secretes) {
                        trouvees.push(difference(grande, &petite.cellule.libelle));
                    }
                }
                let famille = disjointes(&dedans);
                if famille.len() > 1 && revele(grande, &famille, &secretes) {
                    let retiree = format!("{} cellules d'un autre tableau", famille.len());
                    trouvees.push(difference(grande, if j == derniere { "des cellules de ce tableau" } else { &retiree }));
                }
            }
        }
    }
    trouvees
}

fn difference(grande: &Place<'_>, retiree: &str) -> Revelation {
    Revelation::Difference { grande: grande.cellule.libelle.clone(), retiree: retiree.to_owned() }
}

/// The smallest said cells first, then those that touch none of the chosen: all that a table says inside a region.
fn disjointes<'a, 'b>(dedans: &[&'a Place<'b>]) -> Vec<&'a Place<'b>> {
    let mut tries: Vec<&Place<'_>> = dedans.to_vec();
    tries.sort_by_key(|p| p.elements.iter().map(|m| m.count_ones()).sum::<u32>());
    let mut pris: Vec<&Place<'_>> = Vec::new();
    let mut couverts: Vec<u64> = Vec::new();
    for place in tries {
        couverts.resize(place.elements.len(), 0);
        if place.elements.iter().zip(&couverts).all(|(a, b)| a & b == 0) {
            couverts.iter_mut().zip(&place.elements).for_each(|(c, e)| *c |= e);
            pris.push(place);
        }
    }
    pris
}

/// Whether `grande` minus disjoint cells inside it is surely small, or is a hidden cell placed too narrowly.
fn revele(grande: &Place<'_>, famille: &[&Place<'_>], secretes: &[&Place<'_>]) -> bool {
    let Some((bas, haut)) = grande.bornes else { return false };
    let mut reste = grande.elements.clone();
    let (mut moins_bas, mut moins_haut, mut seuil) = (0_u64, 0_u64, grande.cellule.seuil);
    for petite in famille {
        let Some((b, h)) = petite.bornes else { return false };
        (moins_bas, moins_haut) = (moins_bas + b, moins_haut + h);
        seuil = seuil.max(petite.cellule.seuil);
        reste.iter_mut().zip(&petite.elements).for_each(|(r, e)| *r &= !e);
    }
    if reste.iter().all(|m| *m == 0) {
        return false;
    }
    let (bas, haut) = (bas.saturating_sub(moins_haut), haut.saturating_sub(moins_bas));
    let cachee = || secretes.iter().any(|s| s.elements == reste && haut - bas < s.cellule.seuil && bas < s.cellule.seuil);
    haut < seuil || cachee()
}

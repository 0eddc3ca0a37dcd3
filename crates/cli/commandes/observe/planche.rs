//! A published table beside the counts by right: for people, as a page and as a CSV.

use std::collections::{BTreeMap, BTreeSet};

use recours_engine::aggregates::registre::{CelluleDite, Parution, Region};
use recours_engine::aggregates::{Diffusion, Publication, Publie, Tableau, Zone, proteger};
use serde::Serialize;

use super::mois_de_l_epoque;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Colonne {
    /// Header.
    pub titre: &'static str,
    /// Also on the page; else in the CSV alone.
    pub page: bool,
    /// Holds numbers.
    pub nombre: bool,
}

/// A text column, on the page and in the CSV.
pub const fn texte(titre: &'static str) -> Colonne {
    Colonne { titre, page: true, nombre: false }
}

/// A column of numbers, on the page and in the CSV.
pub const fn nombre(titre: &'static str) -> Colonne {
    Colonne { titre, page: true, nombre: true }
}

/// A column of the CSV alone.
pub const fn a_part(titre: &'static str) -> Colonne {
    Colonne { titre, page: false, nombre: false }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rang {
    /// Cells, as many as columns; the first one is the row's header.
    pub cellules: Vec<String>,
    /// Also on the page: it says something.
    pub page: bool,
}

/// A table for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Planche {
    /// Name of its CSV, without extension, and of its place on the page.
    pub code: &'static str,
    /// Title.
    pub titre: &'static str,
    /// How to read it, and what it does not say.
    pub lire: Vec<String>,
    /// What the table holds, in a sentence.
    pub legende: String,
    /// Columns.
    pub colonnes: Vec<Colonne>,
    /// Rows.
    pub rangs: Vec<Rang>,
    /// Rows that say nothing, left out of the page.
    pub tus: usize,
}

impl Planche {
    /// From its rows.
    #[must_use]
    pub fn nouvelle(
        code: &'static str,
        titre: &'static str,
        lire: Vec<String>,
        legende: String,
        colonnes: Vec<Colonne>,
        rangs: Vec<Rang>,
    ) -> Self {
        let tus = rangs.iter().filter(|r| !r.page).count();
        Self { code, titre, lire, legende, colonnes, rangs, tus }
    }

    /// For spreadsheets. What it holds comes from the rules, the mission and public files; a text that begins like a
    /// formula is written as a text.
    #[must_use]
    pub fn csv(&self) -> String {
        let entre = |texte: &str| {
            let formule = texte.starts_with(['=', '+', '-', '@', '\t', '\r']);
            format!("\"{}{}\"", if formule { "'" } else { "" }, texte.replace('"', "\"\""))
        };
        let ligne = |cellules: &mut dyn Iterator<Item = String>| cellules.collect::<Vec<_>>().join(";") + "\r\n";
        let mut sortie = String::from("\u{feff}");
        sortie += &ligne(&mut self.colonnes.iter().map(|c| entre(c.titre)));
        for rang in &self.rangs {
            sortie += &ligne(&mut rang.cellules.iter().zip(&self.colonnes).map(|(c, col)| if col.nombre { c.clone() } else { entre(c) }));
        }
        sortie
    }
}

/// A count that is part of a count said elsewhere: said only when neither it nor the rest is small. Nothing is said when the
/// whole is not: a part would then bound it.
#[must_use]
pub fn part(n: u64, tout: u64, tout_dit: Publie, regle: Diffusion) -> Publie {
    let permis = |x: u64| regle.permet(x, 0.0);
    match tout_dit {
        Publie::Nombre(_) if permis(n) && permis(tout.saturating_sub(n)) => Publie::Nombre(regle.arrondir(n)),
        _ => Publie::Secret,
    }
}

/// What the register keeps of a flat list of counts on one subject.
#[must_use]
pub fn parution(mission: &Mission, sujet: String, cellules: Vec<(String, Region, Publie, Diffusion)>) -> Parution {
    Parution {
        sujet,
        territoire: mission.territoire.clone(),
        mois: mois_de_l_epoque(&mission.epoque),
        completes: BTreeSet::new(),
        cellules: cellules
            .into_iter()
            .map(|(libelle, region, dit, regle)| CelluleDite {
                libelle,
                region,
                dit: dit.nombre(),
                seuil: regle.seuil,
                arrondi: regle.arrondi,
            })
            .collect(),
    }
}

/// A region of one dimension.
#[must_use]
pub fn region(dimension: &str, codes: impl IntoIterator<Item = String>) -> Region {
    BTreeMap::from([(dimension.to_owned(), codes.into_iter().collect())])
}

/// Zones under one root by columns, protected and checked again.
///
/// # Errors
/// E-OBSERVATOIRE-006 when the table does not pass its own check.
pub fn protegee(
    nom: &str,
    zones: Vec<Zone>,
    colonnes: &[&str],
    regle: Diffusion,
    feuilles: &[Vec<u64>],
) -> Result<Publication, ErreurCommande> {
    let defaut = || ErreurCommande::panne("E-OBSERVATOIRE-006", format!("{nom} : le tableau n'a pas passé sa propre vérification."));
    let noms: Vec<String> = colonnes.iter().map(|c| (*c).to_owned()).collect();
    let tableau = Tableau::nouveau(zones, noms, &vec![regle; colonnes.len()], feuilles).map_err(|_| defaut())?;
    let publication = proteger(tableau);
    if publication.audit().is_empty() { Ok(publication) } else { Err(defaut()) }
}

/// What the register keeps of a protected table whose zones are a root and its leaves.
#[must_use]
pub fn parution_de(mission: &Mission, sujet: &str, publication: &Publication, regle: Diffusion) -> Parution {
    let tableau = publication.tableau();
    let mut codes: Vec<BTreeSet<String>> = vec![BTreeSet::new(); tableau.zones().len()];
    for (z, zone) in tableau.zones().iter().enumerate().filter(|(z, _)| tableau.est_feuille(*z)) {
        let mut ici = Some(z);
        while let Some(place) = ici {
            if let Some(ensemble) = codes.get_mut(place) {
                ensemble.insert(zone.code.clone());
            }
            ici = tableau.zones().get(place).and_then(|zone| zone.parent);
        }
    }
    let cellules = tableau.cellules().map(|(z, c)| {
        let colonne = tableau.colonnes().get(c);
        let mut lieu = region("ligne", codes.get(z).cloned().unwrap_or_default());
        let colonnes = colonne.map_or_else(|| tableau.colonnes().iter().cloned().collect(), |n| BTreeSet::from([n.clone()]));
        lieu.insert("colonne".into(), colonnes);
        let zone = tableau.zones().get(z).map_or("", |zone| zone.libelle.as_str());
        (format!("{zone}, {}", colonne.map_or("total", String::as_str)), lieu, publication.cellule(z, c), regle)
    });
    let mut parution = parution(mission, sujet.to_owned(), cellules.collect());
    parution.completes = BTreeSet::from(["ligne".to_owned(), "colonne".to_owned()]);
    parution
}

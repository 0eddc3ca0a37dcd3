//! How a table is cut: the whole territory, months of the useful date, or communes in their EPCI.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use recours_engine::aggregates::Zone;
use recours_engine::outreach::{Jour, Poignee, Reperage};
use recours_rules::date::civil;
use recours_tables::lire_table;

use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// Months shown from that of the mission.
const MOIS: i32 = 12;

/// Zones in a tree, and where each finding goes.
pub struct Decoupage {
    /// Name of the dimension in the register.
    pub dimension: &'static str,
    /// Root first, parents before children.
    pub zones: Vec<Zone>,
    /// For each zone, its depth: 0 for the root.
    pub niveaux: Vec<usize>,
    feuilles: Place,
}

enum Place {
    Unique,
    Mois { premier: i32, feuilles: Vec<usize>, autre: usize },
    Lieux { lieux: HashMap<Poignee, usize>, autre: usize },
}

impl Decoupage {
    fn racine(mission: &Mission) -> Vec<Zone> {
        vec![Zone { code: "tout".into(), libelle: mission.territoire.clone(), parent: None }]
    }

    fn nouveau(dimension: &'static str, zones: Vec<Zone>, feuilles: Place) -> Self {
        let mut niveaux: Vec<usize> = Vec::with_capacity(zones.len());
        for zone in &zones {
            niveaux.push(zone.parent.and_then(|p| niveaux.get(p)).map_or(0, |n| n + 1));
        }
        Self { dimension, zones, niveaux, feuilles }
    }

    /// The whole territory.
    #[must_use]
    pub fn entier(mission: &Mission) -> Self {
        Self::nouveau("zone", Self::racine(mission), Place::Unique)
    }

    /// The twelve months from the mission's date, in their quarters. The list does not depend on the findings: a
    /// month without any is there, hidden like other small counts.
    #[must_use]
    pub fn par_mois(mission: &Mission) -> Self {
        let mut zones = Self::racine(mission);
        let premier = mission.mois_m();
        let (mut trimestre, mut feuilles) = ((0, 0), Vec::new());
        for m in premier..premier + MOIS {
            let (annee, mois) = (m.div_euclid(12), m.rem_euclid(12));
            if trimestre.0 != annee * 4 + mois / 3 {
                trimestre = (annee * 4 + mois / 3, zones.len());
                let t = mois / 3 + 1;
                zones.push(Zone {
                    code: format!("{annee}-T{t}"),
                    libelle: format!("{t}e trimestre {annee}").replace("1e ", "1er "),
                    parent: Some(0),
                });
            }
            feuilles.push(zones.len());
            let libelle = format!("{} {annee}", crate::modeles::nom_du_mois(mois));
            zones.push(Zone { code: format!("{annee}-{:02}", mois + 1), libelle, parent: Some(trimestre.1) });
        }
        let autre = zones.len();
        zones.push(Zone { code: "autre".into(), libelle: "sans date, ou au-delà".into(), parent: Some(0) });
        Self::nouveau("mois", zones, Place::Mois { premier, feuilles, autre })
    }

    /// Communes in their EPCI, from a table `unit` (handle), `commune`, `epci`: where the mission lets the place of
    /// residence cross. Who is not in it counts in the territory alone.
    ///
    /// # Errors
    /// E-TABLE when the table is refused, E-OBSERVATOIRE-005 for a unit in two places or a commune in two EPCI.
    pub fn par_lieu(mission: &Mission, fichier: &Path) -> Result<Self, ErreurCommande> {
        let mut communes: BTreeMap<String, String> = BTreeMap::new();
        let mut unites: HashMap<Poignee, String> = HashMap::new();
        for lot in lire_table(fichier)?.projeter(&["unit", "commune", "epci"])?.lots()? {
            let lot = lot?;
            let unit = lot.colonne("unit")?;
            let (noms, epcis) = (lot.colonne("commune")?.texte()?, lot.colonne("epci")?.texte()?);
            for (i, unite) in unit.obligatoire(unit.octets16()?)?.into_iter().enumerate() {
                let (commune, epci) = (noms.value(i).to_owned(), epcis.value(i).to_owned());
                let refus = |quoi: &str| {
                    let ligne = lot.premiere_ligne() + i as u64;
                    ErreurCommande::refus("E-OBSERVATOIRE-005", format!("{}, ligne {ligne} : {quoi}.", fichier.display()))
                        .avec_conseil("Une unité a une commune, une commune un EPCI : corrigez cette ligne.")
                };
                if communes.insert(commune.clone(), epci.clone()).is_some_and(|e| e != epci) {
                    return Err(refus("cette commune est déjà dans un autre EPCI"));
                }
                if unites.insert(unite, commune.clone()).is_some_and(|c| c != commune) {
                    return Err(refus("cette unité est déjà dans une autre commune"));
                }
            }
        }
        let mut zones = Self::racine(mission);
        let mut par_epci: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        communes.iter().for_each(|(commune, epci)| par_epci.entry(epci).or_default().push(commune));
        let mut places: HashMap<&str, usize> = HashMap::new();
        for (epci, siennes) in par_epci {
            let parent = zones.len();
            zones.push(Zone { code: format!("epci {epci}"), libelle: epci.to_owned(), parent: Some(0) });
            for commune in siennes {
                places.insert(commune, zones.len());
                zones.push(Zone { code: commune.to_owned(), libelle: commune.to_owned(), parent: Some(parent) });
            }
        }
        let lieux = unites.iter().filter_map(|(unite, commune)| Some((*unite, *places.get(commune.as_str())?))).collect();
        let autre = zones.len();
        zones.push(Zone { code: "autre".into(), libelle: "lieu non connu".into(), parent: Some(0) });
        Ok(Self::nouveau("commune", zones, Place::Lieux { lieux, autre }))
    }

    /// The leaf of a finding.
    #[must_use]
    pub fn feuille(&self, reperage: &Reperage) -> usize {
        match &self.feuilles {
            Place::Unique => 0,
            Place::Mois { premier, feuilles, autre } => {
                let rang = reperage.date_utile.and_then(|jour| usize::try_from(mois_de(jour) - premier).ok());
                rang.and_then(|r| feuilles.get(r)).copied().unwrap_or(*autre)
            }
            Place::Lieux { lieux, autre } => lieux.get(&reperage.personne).copied().unwrap_or(*autre),
        }
    }
}

fn mois_de(jour: Jour) -> i32 {
    let (annee, mois, _) = civil(i64::from(jour));
    i32::try_from(annee * 12 + mois - 1).unwrap_or(i32::MAX)
}

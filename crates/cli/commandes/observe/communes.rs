//! Communes of the territory, with what is public of them: EPCI and population.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use recours_tables::lire_table;

use crate::erreur::ErreurCommande;
use crate::lieux::cle_de_commune;

/// Inhabitants for whom rates are said.
pub const POUR: f64 = 100_000.0;

/// A commune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commune {
    /// Name.
    pub nom: String,
    /// EPCI.
    pub epci: String,
    /// Inhabitants.
    pub population: u64,
}

/// Reads `commune`, `epci`, `population` (CSV, Parquet or Arrow).
///
/// # Errors
/// Exit 3: E-TABLE when the table is refused; E-OBSERVATOIRE-007 for a commune twice or without inhabitants.
pub fn lire(fichier: &Path) -> Result<Vec<Commune>, ErreurCommande> {
    let (mut communes, mut vues) = (Vec::new(), HashSet::new());
    for lot in lire_table(fichier)?.projeter(&["commune", "epci", "population"])?.lots()? {
        let lot = lot?;
        let (noms, epcis) = (lot.colonne("commune")?.texte()?, lot.colonne("epci")?.texte()?);
        let populations = lot.colonne("population")?;
        let populations = populations.obligatoire(populations.nombre()?)?;
        for (i, population) in populations.into_iter().enumerate() {
            let (nom, epci) = (noms.value(i).trim().to_owned(), epcis.value(i).trim().to_owned());
            let refus = |quoi: &str| {
                let ligne = lot.premiere_ligne() + i as u64;
                ErreurCommande::refus("E-OBSERVATOIRE-007", format!("{}, ligne {ligne} : {quoi}.", fichier.display()))
                    .avec_conseil("Une ligne par commune : son nom, son EPCI, son nombre d'habitants.")
            };
            if nom.is_empty() || epci.is_empty() {
                return Err(refus("la commune et l'EPCI ne peuvent pas être vides"));
            }
            if !(population >= 1.0 && population.fract() == 0.0) {
                return Err(refus("la population n'est pas un nombre entier d'habitants"));
            }
            if !vues.insert(cle_de_commune(&nom)) {
                return Err(refus("cette commune est déjà là"));
            }
            communes.push(Commune { nom, epci, population: population as u64 });
        }
    }
    Ok(communes)
}

/// EPCI by name, with their inhabitants.
pub fn epcis(communes: &[Commune]) -> BTreeMap<&str, u64> {
    let mut epcis: BTreeMap<&str, u64> = BTreeMap::new();
    communes.iter().for_each(|c| *epcis.entry(&c.epci).or_default() += c.population);
    epcis
}

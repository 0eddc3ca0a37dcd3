//! Marginals of the invented territory beside published figures, each with its source and tolerance.
//!
//! Published values are orders of magnitude; those not read again on the source say « à vérifier ».
//! The territory is invented: nearness here means that counts look like a département's, no more.

mod mesure;
mod publie;
mod usages;

use crate::erreur::ErreurSynth;
use crate::territoire::Territoire;

/// One marginal beside its published figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Marge {
    /// Subject: `ages`, `menages`, `travail`, `revenus`, `logement`, `acces`, `prestations`, `contacts`,
    /// `departement`.
    pub sujet: &'static str,
    /// What is measured, in French.
    pub nom: &'static str,
    /// `%` or `€/mois` or `personnes`.
    pub unite: &'static str,
    /// Value in the territory.
    pub mesure: f64,
    /// Published value.
    pub publie: f64,
    /// Greatest difference accepted, in the unit.
    pub tolerance: f64,
    /// Where the published value comes from.
    pub source: &'static str,
}

impl Marge {
    /// Within the tolerance.
    #[must_use]
    pub fn tenue(&self) -> bool {
        (self.mesure - self.publie).abs() <= self.tolerance
    }
}

impl Territoire {
    /// The marginals, as the receipts now stand (those of benefits mean little before
    /// [`Territoire::attribuer`]).
    ///
    /// # Errors
    /// None in practice: the pass over the foyers shares its signature with the writers of batches.
    pub fn marges(&self) -> Result<Vec<Marge>, ErreurSynth> {
        let mesures = mesure::mesurer(self)?;
        Ok(publie::PUBLIE
            .iter()
            .map(|p| Marge {
                sujet: p.sujet,
                nom: p.nom,
                unite: p.unite,
                mesure: (p.mesure)(&mesures),
                publie: p.valeur,
                tolerance: p.tolerance,
                source: p.source,
            })
            .collect())
    }
}

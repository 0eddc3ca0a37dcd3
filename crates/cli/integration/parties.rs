//! A mission in parts: cut at the host, judged by worker processes that hold no key, put together again.

use std::path::{Path, PathBuf};

use super::{Chantier, Flux, Table};
use crate::chemins;
use crate::commandes::detect::decoupage;
use crate::erreur::ErreurCommande;
use crate::progression::Progression;
use crate::regles::Jeu;

impl Chantier {
    /// What whoever judges a part must have besides it: the mission, its public keys, its rules and their overlay. None is secret.
    ///
    /// # Errors
    /// Exit 3 when the rules cannot be read.
    pub fn fichiers_publics(&self) -> Result<Vec<PathBuf>, ErreurCommande> {
        let regles = Jeu::lire(&self.mission.regles)?.fichiers.into_iter().map(|f| PathBuf::from(f.name));
        let fixes = [self.mission.fichier.clone(), chemins::identifiants(&self.mission)];
        Ok(fixes.into_iter().chain(regles).chain(self.mission.variante.clone()).collect())
    }

    /// Opens and checks the deliveries once, at the host, and writes one private file for each of so many parts under `sortie`: every
    /// body's rows of some of the people, foyers whole. They hold nameless facts in clear: delete them when the work is done.
    ///
    /// # Errors
    /// Those of `recours detect` on deliveries; nothing is written then.
    pub fn decouper(&self, parties: usize, sortie: &Path, p: &Progression) -> Result<Vec<PathBuf>, ErreurCommande> {
        decoupage::decouper(&self.mission, parties, sortie, p)
    }

    /// Findings of the part in a file. Needs the mission with its rules and public keys, and no secret: the host's signature of the
    /// part is checked, and that it is of this mission and these rules.
    ///
    /// # Errors
    /// E-LIVRAISON for a file that is not such a part, E-PARTIE for rows that are not.
    pub fn detecter_partie(&self, partie: &Path, p: &Progression) -> Result<Table, ErreurCommande> {
        decoupage::de_fichier(&self.mission, partie, p).map(Table::d_un_lot)
    }

    /// The same for rows that come as a stream, with the columns of a part: one part or several, each whole, in any order. Only their
    /// bond with the mission is checked, not who wrote them.
    ///
    /// # Errors
    /// E-PARTIE-001 for another mission or other rules, -002 for a part that is not whole, -003 for a body that did not deliver.
    pub fn detecter_lignes(&self, lignes: Flux, p: &Progression) -> Result<Table, ErreurCommande> {
        decoupage::de_lignes(&self.mission, lignes, p).map(Table::d_un_lot)
    }

    /// Findings of all parts as one table: the rows of the `findings.parquet` that `recours detect` would write, in its order.
    ///
    /// # Errors
    /// E-PARTIE-004 for what is no table of findings, or when a part is there twice.
    pub fn reunir(&self, tables: Flux) -> Result<Table, ErreurCommande> {
        decoupage::reunir(tables).map(Table::d_un_lot)
    }
}

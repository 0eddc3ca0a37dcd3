//! A mission, step by step.

use std::path::{Path, PathBuf};

use recours_engine::plan::Program;

use super::Table;
use super::besoins::{listes, table, textes};
use crate::chemins;
use crate::commandes::detect::{self, Travail};
use crate::commandes::plan::apports::{Plan, colonnes};
use crate::commandes::plan::grain;
use crate::commandes::{explain, outreach};
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::regles;
#[cfg(feature = "complet")]
use {
    super::Flux,
    crate::commandes::{demo, open},
    crate::{liaison, scellement},
    recours_tables::Origine,
};

/// A mission read from its file. It does not change: threads may share it; two calls that write the same file may not run
/// together.
#[derive(Debug, Clone)]
pub struct Chantier {
    pub(super) mission: Mission,
}

/// What detection gave.
#[derive(Debug, Clone)]
pub struct Detection {
    /// The rows of `findings.parquet`.
    pub reperages: Table,
    /// `receipt.json`: hashes and counts.
    pub recu: String,
    /// Counts by right, for people.
    pub resume: String,
    /// The file of findings.
    pub fichier: PathBuf,
}

impl Chantier {
    /// Reads a mission.
    ///
    /// # Errors
    /// E-MISSION with file, line and column.
    pub fn ouvrir(mission: &Path) -> Result<Self, ErreurCommande> {
        Ok(Self { mission: Mission::lire(mission)? })
    }

    /// Its name.
    #[must_use]
    pub fn nom(&self) -> &str {
        &self.mission.nom
    }

    /// Its bodies, in its order.
    #[must_use]
    pub fn organismes(&self) -> Vec<String> {
        self.mission.organismes.iter().map(|o| o.id.clone()).collect()
    }

    /// One row for each column that a body must bring: `body`, `column`, `grain` (a sentence), `rights` (list). Nothing
    /// else leaves it but tokens.
    ///
    /// # Errors
    /// Faults in the rules, or a mission that names what they have not.
    pub fn plan(&self) -> Result<Table, ErreurCommande> {
        let (pack, _) = regles::de_mission(&self.mission)?;
        self.mission.verifier_vocabulaire(&regles::vocabulaire(&pack, true))?;
        let plan = Plan::faire(&self.mission, &pack, &Program::compile(&pack));
        let mut lignes: Vec<(&str, String, String, Vec<&str>)> = Vec::new();
        for o in &plan.organismes {
            for a in &o.apports {
                let Some(v) = pack.vocabulary.variables.get(a.variable) else { continue };
                let droits: Vec<&str> = a.regles.iter().filter_map(|r| pack.rights.get(*r)).map(|r| r.id.as_str()).collect();
                for colonne in colonnes(&pack, a.variable, &a.mois) {
                    lignes.push((&o.id, colonne, grain::dit(&pack, v, &a.grains), droits.clone()));
                }
            }
        }
        table(vec![
            ("body", textes(lignes.iter().map(|l| Some(l.0)))),
            ("column", textes(lignes.iter().map(|l| Some(&l.1)))),
            ("grain", textes(lignes.iter().map(|l| Some(&l.2)))),
            ("rights", listes(lignes.iter().map(|l| l.3.clone()))),
        ])
    }

    /// Seals the extract of a body. `tables` take the place of the mission's files of the same name without extension
    /// (`personnes` for `extrait/personnes.parquet`); none: the files. Gives the report of `recours seal`.
    ///
    /// # Errors
    /// Those of `recours seal`; nothing is written then.
    #[cfg(feature = "complet")]
    pub fn sceller(
        &self,
        organisme: &str,
        tables: Vec<(String, Flux)>,
        sortie: Option<&Path>,
        p: &Progression,
    ) -> Result<String, ErreurCommande> {
        let tables: Vec<Origine> = tables.into_iter().map(|(nom, flux)| Origine::memoire(nom, flux)).collect();
        Ok(scellement::sceller_organisme(&self.mission, organisme, &tables, sortie, p)?.to_string())
    }

    /// Links the deliveries of all bodies. Gives the report of `recours link`.
    ///
    /// # Errors
    /// Those of `recours link`; nothing is written then.
    #[cfg(feature = "complet")]
    pub fn relier(&self, sortie: Option<&Path>, memoire: Option<u64>, p: &Progression) -> Result<String, ErreurCommande> {
        Ok(liaison::relier_dans(&self.mission, sortie, memoire, p)?.to_string())
    }

    /// Evaluates the rules over the linked rows and writes findings, trace, counts and receipt.
    ///
    /// # Errors
    /// Those of `recours detect`; nothing is written then.
    pub fn detecter(&self, sortie: Option<&Path>, memoire: Option<u64>, p: &Progression) -> Result<Detection, ErreurCommande> {
        let travail = Travail { memoire, ..Travail::default() };
        let bilan = detect::detecter_selon(&self.mission, sortie, &travail, p)?;
        let resume = bilan.en_clair();
        let table = match bilan.table {
            Some(table) => table,
            // Whoever asks for a table in memory has room for it.
            None => recours_tables::lire_table(&bilan.trouvailles)?.tout()?.lot().clone(),
        };
        Ok(Detection { reperages: Table::d_un_lot(table), recu: bilan.recu, resume, fichier: bilan.trouvailles })
    }

    /// Why a unit was found (its handle in hexadecimal): a text that shows values, for the host and the auditor.
    ///
    /// # Errors
    /// Those of `recours explain`; E-EXPLIQUER-005 for what is no handle.
    pub fn expliquer(&self, reperages: &Path, unite: &str, p: &Progression) -> Result<String, ErreurCommande> {
        let unite = explain::poignee(unite).map_err(|attendu| ErreurCommande::usage("E-EXPLIQUER-005", format!("unité : {attendu}.")))?;
        explain::deriver_unite(&self.mission, reperages, unite, p)
    }

    /// Makes the encrypted list of a body. Gives the report of `recours outreach`.
    ///
    /// # Errors
    /// Those of `recours outreach`; nothing is written then.
    pub fn lister(&self, reperages: Option<&Path>, pour: &str, sortie: Option<&Path>, p: &Progression) -> Result<String, ErreurCommande> {
        let reperages = reperages.map_or_else(|| chemins::reperages(&self.mission.dossiers.hote), Path::to_path_buf);
        let sortie = sortie.map_or_else(|| chemins::liste(&self.mission, pour), Path::to_path_buf);
        Ok(outreach::preparer_liste(&self.mission, &reperages, pour, &sortie, p)?.en_clair())
    }

    /// Opens a list at home: the pages of a social worker, under `sortie`. Gives the report of `recours open`.
    ///
    /// # Errors
    /// Those of `recours open`; nothing is written then.
    #[cfg(feature = "complet")]
    pub fn ouvrir_liste(
        &self,
        liste: &Path,
        registre: Origine,
        cle: &Path,
        sortie: &Path,
        p: &Progression,
    ) -> Result<String, ErreurCommande> {
        let jour = open::jour_d_usage(&self.mission);
        Ok(open::ouvrir_liste(&self.mission, liste, registre, cle, sortie, jour, p)?.en_clair())
    }
}

/// Invents a département and does the whole job under `sortie`, as `recours demo` does. Gives its summary.
///
/// # Errors
/// Those of `recours demo`; E-USAGE-001 for a number of people out of bounds.
#[cfg(feature = "complet")]
pub fn inventer(personnes: u32, graine: u64, sortie: &Path, p: &Progression) -> Result<String, ErreurCommande> {
    demo::demontrer(personnes, graine, sortie, p)
}

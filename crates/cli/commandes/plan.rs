//! `recours plan`: the minimal columns that each body must bring, and which rule needs each.

pub mod affichage;
pub mod apports;
pub mod grain;

use std::path::PathBuf;

use recours_engine::plan::Program;

use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::regles;
use apports::Plan;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// La mission (mission.toml).
    #[arg(value_name = "MISSION")]
    pub mission: PathBuf,

    /// Jeu de règles à prendre au lieu de celui que la mission nomme.
    #[arg(long, value_name = "DOSSIER")]
    pub rules: Option<PathBuf>,

    /// Forme de la réponse.
    #[arg(long, value_name = "FORME", default_value = "texte")]
    pub format: Forme,
}

/// For people or for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Forme {
    /// A table in the terminal.
    Texte,
    /// JSON.
    Json,
}

/// Runs the command. It reads the mission and the rules, and no extract.
///
/// # Errors
/// Exit 1 for faults in the rules, 3 for faults in the mission.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mut mission = Mission::lire(&args.mission)?;
    if let Some(dossier) = args.rules {
        // An overlay that stands in the mission's pack stands in this one too.
        let dans_le_jeu = mission.variante.as_ref().and_then(|v| v.strip_prefix(&mission.regles).ok()).map(|reste| dossier.join(reste));
        mission.variante = dans_le_jeu.or(mission.variante);
        mission.regles = dossier;
    }
    let (pack, _) = regles::de_mission(&mission)?;
    mission.verifier_vocabulaire(&regles::vocabulaire(&pack, true))?;
    let program = Program::compile(&pack);
    let plan = Plan::faire(&mission, &pack, &program);
    match args.format {
        Forme::Texte => print!("{}", affichage::texte(&mission, &pack, &plan)),
        Forme::Json => println!("{:#}", affichage::objet(&mission, &pack, &plan)),
    }
    Ok(())
}

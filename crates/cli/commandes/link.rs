//! `recours link`.

use std::path::PathBuf;

use crate::erreur::ErreurCommande;
use crate::liaison::relier_dans;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::ressources::Ressources;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Dossier des résultats ; par défaut, celui de l'unité de liaison
    #[arg(long, value_name = "DOSSIER")]
    out: Option<PathBuf>,
    #[command(flatten)]
    ressources: Ressources,
}

/// Runs the command.
///
/// # Errors
/// What the command says.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    args.ressources.preparer_fils()?;
    let bilan = relier_dans(&mission, args.out.as_deref(), args.ressources.memory, &Progression::automatique())?;
    print!("{bilan}");
    Ok(())
}

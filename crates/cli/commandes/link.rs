//! `recours link`.

use std::path::PathBuf;

use crate::aveugle::passes_du_tour;
use crate::erreur::ErreurCommande;
use crate::liaison::{relier_dans, relier_premier_tour};
use crate::mission::Mission;
use crate::progression::Progression;
use crate::ressources::Ressources;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "Une livraison que son organisme n'a pas signée pour cette mission et cette époque est refusée. Toute personne\n\
qu'un organisme dit opposée est laissée de côté chez tous : elle n'a de poignée nulle part, et seul un compte arrondi\n\
en est dit, ici et au journal.")]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Dossier des résultats ; par défaut, celui de l'unité de liaison
    #[arg(long, value_name = "DOSSIER")]
    out: Option<PathBuf>,
    /// Mode B, deux tours : 1 relie par les numéros et renvoie à chaque organisme ses lignes encore à relier
    #[arg(long, value_name = "N")]
    tour: Option<u8>,
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
    let dernier = args.tour.is_none_or(|tour| tour == mission.tours);
    if !dernier {
        if args.tour != Some(1) {
            passes_du_tour(&mission, args.tour.unwrap_or_default())?;
        }
        let bilan = relier_premier_tour(&mission, args.out.as_deref(), args.ressources.memory, &Progression::automatique())?;
        print!("{bilan}");
        return Ok(());
    }
    let bilan = relier_dans(&mission, args.out.as_deref(), args.ressources.memory, &Progression::automatique())?;
    print!("{bilan}");
    Ok(())
}

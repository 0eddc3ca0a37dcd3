//! `recours blind`: first step of mode B, at a body.

use std::path::PathBuf;

use recours_tables::Origine;

use crate::aveugle::aveugler;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::progression::Progression;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Premier des trois pas du mode B, chez l'organisme : ses identités deviennent des éléments aveuglés, que le tiers\n\
des clés évalue sans rien pouvoir y lire. Écrit les demandes à lui remettre, et un état privé qui ne sort pas.\n\n\
Ensuite : « recours serve-keys » chez le tiers des clés, puis « recours finalise » ici."
)]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Organisme dont l'extrait est aveuglé
    #[arg(long, value_name = "ORGANISME")]
    body: String,
    /// Fichier de l'extrait, à la place de celui de même nom dans la mission (peut se répéter)
    #[arg(long, value_name = "FICHIER")]
    input: Vec<Origine>,
    /// Tour : 1, ou 2 pour ce que le premier a laissé ouvert
    #[arg(long, value_name = "N", default_value_t = 1)]
    tour: u8,
    /// Ce que l'unité de liaison a renvoyé du premier tour ; par défaut, dans le dossier des échanges
    #[arg(long, value_name = "FICHIER")]
    residu: Option<PathBuf>,
    /// Dossier des demandes ; par défaut, celui des échanges de l'organisme
    #[arg(long, value_name = "DOSSIER")]
    out: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// What the command says.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    let progression = Progression::automatique();
    let bilan = aveugler(&mission, &args.body, &args.input, args.tour, args.residu.as_deref(), args.out.as_deref(), &progression)?;
    print!("{bilan}");
    Ok(())
}

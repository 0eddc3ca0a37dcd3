//! `recours finalise`: third step of mode B, at a body.

use std::path::PathBuf;

use recours_tables::Origine;

use crate::aveugle::finaliser;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::progression::Progression;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Troisième pas du mode B, chez l'organisme : vérifie les preuves du tiers des clés avec la clé publique de la mission,\n\
en tire les jetons, et écrit les deux mêmes enveloppes que « recours seal » en mode A. Au premier de deux\n\
tours, seuls les jetons des numéros partent, vers l'unité de liaison."
)]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Organisme
    #[arg(long, value_name = "ORGANISME")]
    body: String,
    /// Réponse du tiers des clés, ou dossier des réponses ; par défaut, celui des échanges de l'organisme
    #[arg(long, value_name = "FICHIER")]
    reponse: Option<PathBuf>,
    /// Fichier de l'extrait, le même qu'à « recours blind » (peut se répéter)
    #[arg(long, value_name = "FICHIER")]
    input: Vec<Origine>,
    /// Tour
    #[arg(long, value_name = "N", default_value_t = 1)]
    tour: u8,
    /// Dossier des enveloppes ; par défaut, celui des livraisons de la mission
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
    let bilan = finaliser(&mission, &args.body, &args.input, args.tour, args.reponse.as_deref(), args.out.as_deref(), &progression)?;
    print!("{bilan}");
    Ok(())
}

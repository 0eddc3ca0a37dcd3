//! `recours seal`.

use std::path::PathBuf;

use crate::aveugle::sceller_par_service;
use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::scellement::sceller_sous_forme;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Organisme dont l'extrait est scellé
    #[arg(long, value_name = "ORGANISME")]
    body: String,
    /// Fichier de l'extrait, à la place de celui de même nom dans la mission (peut se répéter)
    #[arg(long, value_name = "FICHIER")]
    input: Vec<PathBuf>,
    /// Dossier des deux enveloppes ; par défaut, celui des livraisons de la mission
    #[arg(long, value_name = "DOSSIER")]
    out: Option<PathBuf>,
    /// Mode B : adresse du service du tiers des clés sur cette machine, pour faire les trois pas en un
    #[arg(long, value_name = "ADRESSE")]
    service: Option<String>,
    /// Mode B, avec --service : le tour
    #[arg(long, value_name = "N", default_value_t = 1, requires = "service")]
    tour: u8,
    /// Données inventées seulement : livre les valeurs brutes, que seul `detect --sans-grain` lit
    #[arg(long, hide = true, conflicts_with = "service")]
    sans_grain: bool,
}

/// Runs the command.
///
/// # Errors
/// What the command says.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    let progression = Progression::automatique();
    let bilan = match &args.service {
        None => {
            let forme = Forme::pour(&mission, args.sans_grain)?;
            sceller_sous_forme(&mission, &args.body, &args.input, args.out.as_deref(), forme, &progression)?
        }
        Some(adresse) => sceller_par_service(&mission, &args.body, &args.input, args.tour, adresse, args.out.as_deref(), &progression)?,
    };
    print!("{bilan}");
    Ok(())
}

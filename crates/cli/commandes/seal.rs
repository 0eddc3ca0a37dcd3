//! `recours seal`.

use std::path::PathBuf;

use recours_tables::Origine;

use crate::aveugle::sceller_par_service;
use crate::erreur::ErreurCommande;
use crate::grain::Forme;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::scellement::sceller_sous_forme;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Les personnes que le registre de l'organisme (registre.parquet ou registre.csv, dans son dossier) dit opposées ne sont pas\n\
livrées ; leurs jetons partent marqués, pour que la liaison les laisse de côté chez tous les organismes, et de nouveau à\n\
chaque scellement. Colonnes : opposition (oui ou non), et s'il y en a opposition_le, opposition_jusqu_au (dernier jour\n\
compris ; sans lui elle n'a pas de fin). La date comparée est celle de la mission. Une renonciation à un droit\n\
(renonciations) ne sort pas : « recours open » l'applique.\n\n\
Rien n'est scellé qu'une ligne [[convention]] en vigueur ne permette, ni avant que tous les organismes aient signé le manifeste\n\
de la mission (recours manifeste --help). Sans ligne « numero_national », aucun jeton n'est fait du numéro.\n\n\
Les deux fichiers sont signés par l'organisme (signature.cle), et chiffrés chacun pour son seul destinataire."
)]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Organisme dont l'extrait est scellé
    #[arg(long, value_name = "ORGANISME")]
    body: String,
    /// Fichier de l'extrait, à la place de celui de même nom dans la mission (peut se répéter)
    #[arg(long, value_name = "FICHIER")]
    input: Vec<Origine>,
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

//! `recours serve-keys`: second step of mode B, at the key holder.

use std::io::Write;
use std::path::PathBuf;

use crate::aveugle::{Tiers, ecouter, evaluer_fichiers, servir_sur};
use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    long_about = "Deuxième des trois pas du mode B, chez le tiers des clés : évalue les demandes, avec une preuve par lot, et ne voit ni\n\
identité, ni jeton, ni fait. Chaque évaluation est comptée : par organisme, passe et époque, pas plus que la\n\
population attestée dans la mission. Par fichiers (--input, --out), ou comme service sur cette machine (--ecoute)."
)]
pub struct Args {
    /// Fichier de mission
    #[arg(value_name = "MISSION")]
    mission: PathBuf,
    /// Demande, ou dossier de demandes
    #[arg(long, value_name = "FICHIER", required_unless_present = "ecoute")]
    input: Option<PathBuf>,
    /// Réponse, ou dossier des réponses ; par défaut, le dossier de --input
    #[arg(long, value_name = "FICHIER", requires = "input")]
    out: Option<PathBuf>,
    /// Adresse de boucle locale et port du service, par exemple 127.0.0.1:7497
    #[arg(long, value_name = "ADRESSE", conflicts_with = "input")]
    ecoute: Option<String>,
    /// Avec --ecoute : s'arrête après N demandes
    #[arg(long, value_name = "N", requires = "ecoute")]
    demandes: Option<u64>,
}

/// Runs the command.
///
/// # Errors
/// What the command says.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    let mission = Mission::lire(&args.mission)?;
    if let Some(adresse) = &args.ecoute {
        let prise = ecouter(adresse)?;
        let tiers = Tiers::ouvrir(&mission)?;
        let ou = prise.local_addr().map_or_else(|_| adresse.clone(), |a| a.to_string());
        dire(&format!("Écoute sur {ou}."));
        return servir_sur(&tiers, &prise, args.demandes, &dire);
    }
    let entree = args.input.unwrap_or_default();
    let sortie = match (args.out, entree.is_dir()) {
        (Some(sortie), _) => sortie,
        (None, true) => entree.clone(),
        (None, false) => {
            return Err(ErreurCommande::usage("E-USAGE-005", "il faut dire où écrire la réponse.").avec_conseil("Donnez --out FICHIER."));
        }
    };
    for (bilan, reponse) in evaluer_fichiers(&mission, &entree, &sortie)? {
        println!("{bilan}\n  à l'organisme         {}", reponse.display());
    }
    Ok(())
}

/// One line at once, for whoever reads the service's output as it comes; a closed output stops nothing.
fn dire(texte: &str) {
    let mut sortie = std::io::stdout().lock();
    let _ = writeln!(sortie, "{texte}").and_then(|()| sortie.flush());
}

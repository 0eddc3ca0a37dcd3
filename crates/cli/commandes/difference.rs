//! `recours difference`: what changed between two states of rights.

use std::path::PathBuf;

use recours_engine::state::difference;
use recours_tables::ecrire_ensemble;

use crate::commandes::explain::ecriture::{date_longue, entier};
use crate::erreur::ErreurCommande;
use crate::etats;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(long_about = "Dit ce qui a changé entre deux états des droits, écrits par « recours evaluate … --etat ».\n\n\
Une ligne par droit dont l'état, la date ou la source a changé : « C2S : ouvert → à renouveler avant le 31 octobre 2026 ».\n\
Un droit dont un seul des deux parle y est aussi. Rien n'est dit des autres.\n\n\
La forme suit l'extension : .parquet, .csv ou .json pour un programme, .txt pour être lu. Le fichier n'est lisible que par\n\
vous ; le terminal ne montre que des comptes.\n\n\
Exemple : recours difference etat_juin.parquet etat_octobre.parquet --out changements.txt")]
pub struct Args {
    /// État d'avant (Parquet ou CSV)
    #[arg(value_name = "AVANT")]
    avant: PathBuf,
    /// État d'après (Parquet ou CSV)
    #[arg(value_name = "APRES")]
    apres: PathBuf,
    /// Fichier de la différence (.parquet, .csv, .json ou .txt)
    #[arg(long, value_name = "FICHIER")]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// Exit 2 for another extension; exit 3 for a file that is no state of rights; nothing is written then.
pub fn executer(args: Args) -> Result<(), ErreurCommande> {
    etats::verifier_forme(&args.out)?;
    let d = difference(&etats::lire(&args.avant)?, &etats::lire(&args.apres)?);
    ecrire_ensemble(vec![etats::preparer_difference(&args.out, &d)?])?;
    println!("Du {} au {} : {} changement(s).", date_longue(d.from), date_longue(d.to), entier(d.changes.len() as u64));
    println!("→ {}", args.out.display());
    Ok(())
}

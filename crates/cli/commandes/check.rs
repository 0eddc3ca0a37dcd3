//! `recours check`.

pub mod parametres;

use crate::erreur::ErreurCommande;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Runs the command.
///
/// # Errors
/// What the command says.
pub fn executer(_args: Args) -> Result<(), ErreurCommande> {
    Err(ErreurCommande::usage("E-USAGE-999", "cette commande n'est pas encore là."))
}

//! What a program that embeds Recours may do: rules, known foyers, and the steps of a mission, on Arrow tables in memory and
//! paths. The C library and the Python wheel stand on this room and on nothing else; each function does what the command of
//! the same work does, by the same code, so that results and messages are the same.
//!
//! Nothing here prints: reports are returned, and notes are kept by the [`Progression`] that a call is given.

mod besoins;
mod chantier;
mod parties;
mod regles;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use recours_coffre::Phrase;
use recours_tables::ErreurEnveloppe;

use crate::erreur::ErreurCommande;
use crate::panique;

pub use crate::progression::{Observateur, Progression};
pub use chantier::{Chantier, Detection};
pub use recours_tables::{Flux, Origine};
pub use regles::Regles;

#[cfg(feature = "complet")]
pub use chantier::inventer;

/// A result: its columns, and its rows in batches.
#[derive(Clone)]
pub struct Table {
    /// Columns.
    pub schema: SchemaRef,
    /// Rows.
    pub lots: Vec<RecordBatch>,
}

// A derived Debug would print rows.
impl std::fmt::Debug for Table {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Table").field("lignes", &self.lignes()).finish_non_exhaustive()
    }
}

impl Table {
    /// Number of rows.
    #[must_use]
    pub fn lignes(&self) -> usize {
        self.lots.iter().map(RecordBatch::num_rows).sum()
    }

    fn d_un_lot(lot: RecordBatch) -> Self {
        Self { schema: lot.schema(), lots: vec![lot] }
    }
}

/// Gives this process the passphrase of the role that it plays, from the first line of a file, or of a pipe by `/dev/fd/N`:
/// keys and passphrases never cross as bytes.
///
/// # Errors
/// When the file cannot be read, is open to others, or is empty.
pub fn donner_phrase(fichier: &Path) -> Result<(), ErreurCommande> {
    recours_coffre::donner(Phrase::de_fichier(fichier).map_err(ErreurEnveloppe::from)?);
    Ok(())
}

/// Number of threads of this process, before any work; results do not depend on it.
///
/// # Errors
/// E-USAGE-002 when work has already begun with another number; E-USAGE-001 for zero.
pub fn fils(nombre: usize) -> Result<(), ErreurCommande> {
    let nombre = std::num::NonZeroUsize::new(nombre).ok_or_else(|| ErreurCommande::usage("E-USAGE-001", "il faut au moins un fil."))?;
    crate::ressources::Ressources { threads: Some(nombre), memory: None }.preparer_fils()
}

/// Runs a call and lets no panic out: what a panic says might quote a record, so it becomes a code.
///
/// # Errors
/// Those of the call; E-INTERNE-001 for a fault of the program.
pub fn garder<T>(appel: impl FnOnce() -> Result<T, ErreurCommande>) -> Result<T, ErreurCommande> {
    catch_unwind(AssertUnwindSafe(appel)).unwrap_or_else(|_| {
        Err(ErreurCommande::panne(panique::CODE, "défaut du programme. Rien n'a été publié.")
            .avec_conseil("Signalez ce code et le lieu imprimé sur la sortie d'erreur, sans joindre de données."))
    })
}

/// While a program embeds us, panics print a place in the source and nothing of what was being worked on. Once a process.
pub fn poser_crochet() {
    static UNE_FOIS: std::sync::Once = std::sync::Once::new();
    UNE_FOIS.call_once(panique::poser_crochet);
}

//! What can go wrong while inventing: stable codes, French messages, never a value of a record.

use thiserror::Error;

/// Errors of the inventor. Messages are in French because the command line shows them as they are.
#[derive(Debug, Error)]
pub enum ErreurSynth {
    /// The parameters make no territory (no person, impossible month).
    #[error(
        "[SYN001] paramètre « {champ} » impossible : {attendu}. Corrigez la valeur et relancez."
    )]
    Parametre {
        /// Name of the parameter.
        champ: &'static str,
        /// What was expected instead.
        attendu: &'static str,
    },
    /// An entitlement was given for a foyer or person that the territory does not have.
    #[error(
        "[SYN002] droit donné pour {quoi} hors du territoire (dernier numéro : {dernier}). Vérifiez que les droits ont été calculés sur ce territoire."
    )]
    HorsTerritoire {
        /// `foyer` or `personne`.
        quoi: &'static str,
        /// Greatest valid number.
        dernier: u32,
    },
    /// A column of the reference foyers is missing or has another type.
    #[error(
        "[SYN003] foyers de référence : colonne « {colonne} » absente ou d'un type inattendu (attendu : {attendu}). Voir le vocabulaire des foyers."
    )]
    Colonne {
        /// Name of the column.
        colonne: String,
        /// Type expected.
        attendu: &'static str,
    },
    /// A value of the reference foyers cannot be read; row number counted from 1.
    #[error(
        "[SYN004] foyers de référence : valeur illisible, colonne « {colonne} », ligne {ligne}. Corrigez le fichier puis relancez."
    )]
    Valeur {
        /// Name of the column.
        colonne: String,
        /// Row number in the batch, from 1.
        ligne: usize,
    },
    /// Arrow refused a batch: a defect of this crate, not of the data.
    #[error(
        "[SYN005] construction d'un lot Arrow impossible : {0}. C'est un défaut du programme, signalez-le."
    )]
    Arrow(#[from] arrow::error::ArrowError),
}

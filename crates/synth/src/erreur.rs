//! What can go wrong while inventing: stable codes, French messages, never a value of a record.

use thiserror::Error;

/// Errors of the inventor. The text says what and where; [`ErreurSynth::aide`] says what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ErreurSynth {
    /// The parameters make no territory (no person, impossible month).
    #[error("paramètre « {champ} » impossible : {attendu} attendu.")]
    Parametre {
        /// Name of the parameter.
        champ: &'static str,
        /// What was expected instead.
        attendu: &'static str,
    },
    /// An entitlement was given for a foyer or person that the territory does not have.
    #[error("droit donné pour {quoi} hors du territoire (dernier numéro : {dernier}).")]
    HorsTerritoire {
        /// `un foyer` or `une personne`.
        quoi: &'static str,
        /// Greatest valid number.
        dernier: u32,
    },
    /// A column of the reference foyers is missing or has another type.
    #[error("foyers de référence : colonne « {colonne} » absente ou d'un autre type que {attendu}.")]
    Colonne {
        /// Name of the column.
        colonne: String,
        /// Type expected.
        attendu: &'static str,
    },
    /// A value of the reference foyers cannot be read; row number counted from 1.
    #[error("foyers de référence : valeur absente ou illisible, colonne « {colonne} », ligne {ligne}.")]
    Valeur {
        /// Name of the column.
        colonne: String,
        /// Row number in the batch, from 1.
        ligne: usize,
    },
    /// Arrow refused a batch: a defect of this crate, not of the data.
    #[error("construction d'un lot Arrow impossible.")]
    Arrow(#[from] arrow::error::ArrowError),
}

impl ErreurSynth {
    /// Stable code, documented for users.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Parametre { .. } => "E-SYNTH-001",
            Self::HorsTerritoire { .. } => "E-SYNTH-002",
            Self::Colonne { .. } => "E-SYNTH-003",
            Self::Valeur { .. } => "E-SYNTH-004",
            Self::Arrow(_) => "E-SYNTH-005",
        }
    }

    /// What to do, in French.
    #[must_use]
    pub fn aide(&self) -> &'static str {
        match self {
            Self::Parametre { .. } => "Corrigez la valeur et relancez.",
            Self::HorsTerritoire { .. } => "Calculez les droits sur les lots de ce même territoire.",
            Self::Colonne { .. } => "Donnez les foyers de référence avec les noms et types de leur vocabulaire.",
            Self::Valeur { .. } => "Corrigez cette ligne du fichier et relancez.",
            Self::Arrow(_) => "C'est un défaut du programme : signalez-le avec la commande lancée.",
        }
    }
}

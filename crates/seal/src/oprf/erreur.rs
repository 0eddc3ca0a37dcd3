//! What can go wrong in blind evaluation: stable codes, French sentences, never an element or a key.

use crate::ErreurSceau;

/// A refusal. The fields are passes, positions and counts.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErreurOprf {
    /// An element is not a point of the group, or is its neutral element.
    #[error("Passe {passe}, élément {rang} du lot : ce n'est pas un élément valide du groupe.")]
    ElementInvalide {
        /// Pass.
        passe: &'static str,
        /// Position in the batch, from 1.
        rang: usize,
    },
    /// The proof of a batch is not that of the published key.
    #[error("Passe {passe} : la preuve d'un lot n'est pas celle de la clé publique de la mission.")]
    PreuveFausse {
        /// Pass.
        passe: &'static str,
    },
    /// A batch does not have the size that it must.
    #[error("Passe {passe} : un lot n'a pas la taille attendue ({attendu}, trouvé {trouve}).")]
    TailleDeLot {
        /// Pass.
        passe: &'static str,
        /// What was expected, in words or as a number.
        attendu: String,
        /// Bytes or elements found.
        trouve: usize,
    },
    /// A public key is not one of the suite.
    #[error("Passe {passe} : la clé publique d'évaluation n'en est pas une de cette suite.")]
    ClePubliqueIllisible {
        /// Pass.
        passe: &'static str,
    },
    /// The key of a pass could not be derived, or canonical bytes cannot be evaluated.
    #[error("Passe {passe} : le calcul de l'OPRF a échoué.")]
    Calcul {
        /// Pass.
        passe: &'static str,
    },
    /// The private state of a body cannot be read.
    #[error("Ce n'est pas l'état privé d'un aveuglement.")]
    EtatIllisible,
    /// A key or the system's generator.
    #[error(transparent)]
    Sceau(#[from] ErreurSceau),
}

impl ErreurOprf {
    /// The stable code, e.g. `E-OPRF-002`; a page of the documentation explains each.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::ElementInvalide { .. } => "E-OPRF-001",
            Self::PreuveFausse { .. } => "E-OPRF-002",
            Self::TailleDeLot { .. } => "E-OPRF-003",
            Self::ClePubliqueIllisible { .. } => "E-OPRF-004",
            Self::Calcul { .. } => "E-OPRF-005",
            Self::EtatIllisible => "E-OPRF-010",
            Self::Sceau(e) => e.code(),
        }
    }

    /// What to do, in French.
    #[must_use]
    pub fn conseil(&self) -> &'static str {
        match self {
            Self::ElementInvalide { .. } => {
                "Le fichier a été changé, ou fait pour une autre suite : demandez-en un nouveau ; rien n'en a été gardé."
            }
            Self::PreuveFausse { .. } => {
                "Ces réponses viennent d'une autre clé ou ont été changées : n'en gardez rien, et demandez des comptes au tiers des clés."
            }
            Self::TailleDeLot { .. } => "Le fichier a été changé : demandez-en un nouveau.",
            Self::ClePubliqueIllisible { .. } => "Reprenez le dossier « cles » auprès de qui tient la mission.",
            Self::Calcul { .. } => "C'est un défaut du programme : rien n'a été produit, signalez-le.",
            Self::EtatIllisible => "Aveuglez de nouveau l'extrait par « recours blind » ; le tiers comptera ces évaluations à part.",
            Self::Sceau(e) => e.conseil(),
        }
    }

    /// True when the machine failed and the input is not at fault.
    #[must_use]
    pub fn est_panne(&self) -> bool {
        match self {
            Self::Calcul { .. } => true,
            Self::Sceau(e) => e.est_panne(),
            _ => false,
        }
    }
}

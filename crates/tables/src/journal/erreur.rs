//! What can be wrong with a log, a point or a signature key.

use std::path::PathBuf;

use crate::enveloppe::ErreurEnveloppe;
use crate::erreur::ErreurTable;

/// A refusal or a failure. `Display` gives the French sentence, [`ErreurJournal::code`] the stable code,
/// [`ErreurJournal::conseil`] what to do. No text of an entry enters a variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErreurJournal {
    /// A file is not a signature key.
    #[error("{} : ce n'est pas une clé de signature de journal.", chemin.display())]
    Cle {
        /// The file.
        chemin: PathBuf,
    },
    /// A line is no entry.
    #[error("{}, ligne {ligne} : ce n'est pas une entrée de journal.", chemin.display())]
    Illisible {
        /// The log.
        chemin: PathBuf,
        /// From 1.
        ligne: usize,
    },
    /// An entry's hash is not that of its fields.
    #[error("{}, ligne {ligne} : l'entrée a été modifiée (son empreinte n'est plus la sienne).", chemin.display())]
    Modifiee {
        /// The log.
        chemin: PathBuf,
        /// From 1.
        ligne: usize,
    },
    /// An entry does not follow the one before.
    #[error("{}, ligne {ligne} : l'entrée ne suit pas la précédente (retirée, ajoutée ou déplacée).", chemin.display())]
    Ordre {
        /// The log.
        chemin: PathBuf,
        /// From 1.
        ligne: usize,
    },
    /// An entry's signature is not valid.
    #[error("{}, ligne {ligne} : signature invalide.", chemin.display())]
    Signature {
        /// The log.
        chemin: PathBuf,
        /// From 1.
        ligne: usize,
    },
    /// An entry is signed by another key, or for another author.
    #[error("{}, ligne {ligne} : l'entrée est signée par une autre clé que celle attendue.", chemin.display())]
    CleEtrangere {
        /// The log.
        chemin: PathBuf,
        /// From 1.
        ligne: usize,
    },
    /// The log stops before a point that somebody kept.
    #[error("{} : le journal s'arrête à l'entrée {trouve} ; le point gardé en atteste {attendu}.", chemin.display())]
    Coupe {
        /// The log.
        chemin: PathBuf,
        /// Rank of its last entry.
        trouve: u64,
        /// Rank of the point.
        attendu: u64,
    },
    /// The log has another entry than the one that a kept point attests.
    #[error("{}, ligne {rang} : ce n'est pas l'entrée qu'atteste le point gardé : le journal a été réécrit.", chemin.display())]
    Reecrit {
        /// The log.
        chemin: PathBuf,
        /// Rank of the point.
        rang: u64,
    },
    /// A content was removed and no later pruning says so.
    #[error("{}, ligne {ligne} : contenu retiré sans élagage annoncé.", chemin.display())]
    Retire {
        /// The log.
        chemin: PathBuf,
        /// From 1.
        ligne: usize,
    },
    /// An entry would hold what no log may hold.
    #[error("Entrée « {acte} » refusée : un texte est trop long, ou ressemble à un jeton, à un numéro de ligne ou à un NIR.")]
    Acte {
        /// The act's name.
        acte: String,
    },
    /// A text is no point.
    #[error("Ce n'est pas un point de journal, ou sa signature est invalide.")]
    Point,
    /// There is no entry.
    #[error("{} : journal vide.", chemin.display())]
    Vide {
        /// The log.
        chemin: PathBuf,
    },
    /// The system gives no random bytes.
    #[error("Le générateur aléatoire du système ne répond pas : aucune clé n'a été créée.")]
    Aleatoire,
    /// A secret file is refused or failed.
    #[error(transparent)]
    Prive(#[from] ErreurEnveloppe),
    /// The log's file cannot be read or written.
    #[error(transparent)]
    Fichier(#[from] ErreurTable),
}

impl ErreurJournal {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cle { .. } => "E-JOURNAL-001",
            Self::Illisible { .. } => "E-JOURNAL-002",
            Self::Modifiee { .. } => "E-JOURNAL-003",
            Self::Ordre { .. } => "E-JOURNAL-004",
            Self::Signature { .. } => "E-JOURNAL-005",
            Self::CleEtrangere { .. } => "E-JOURNAL-006",
            Self::Coupe { .. } => "E-JOURNAL-007",
            Self::Reecrit { .. } => "E-JOURNAL-008",
            Self::Retire { .. } => "E-JOURNAL-009",
            Self::Acte { .. } => "E-JOURNAL-010",
            Self::Point => "E-JOURNAL-011",
            Self::Vide { .. } => "E-JOURNAL-012",
            Self::Aleatoire => "E-JOURNAL-013",
            Self::Prive(e) => e.code(),
            Self::Fichier(e) => e.code(),
        }
    }

    /// What to do, in French.
    #[must_use]
    pub fn conseil(&self) -> String {
        match self {
            Self::Cle { .. } => "Reprenez la copie de sauvegarde du fichier « signature.cle ».".into(),
            Self::Illisible { .. } => {
                "Une écriture interrompue laisse une dernière ligne coupée : gardez une copie du fichier, retirez cette ligne seule, et \
                 notez-le. Ailleurs qu'à la fin, le journal a été abîmé."
                    .into()
            }
            Self::Modifiee { .. } | Self::Ordre { .. } | Self::Signature { .. } | Self::Retire { .. } => {
                "Gardez ce fichier comme preuve, comparez-le aux copies et aux points que gardent les autres rôles, et cherchez qui a pu y \
                 écrire."
                    .into()
            }
            Self::CleEtrangere { .. } => {
                "Comparez la clé avec celle du fichier d'identifiants de la mission ; si elle y est, le journal n'est pas celui de ce rôle."
                    .into()
            }
            Self::Coupe { .. } | Self::Reecrit { .. } => {
                "Les entrées attestées manquent : demandez la copie complète à qui tient ce journal, et prévenez les autres rôles.".into()
            }
            Self::Acte { .. } => "Défaut du programme : signalez-le, sans joindre de données.".into(),
            Self::Point => "Attendu : la ligne qu'affiche « recours journal point », entière.".into(),
            Self::Vide { .. } => "Un journal commence à la création des clés du rôle ; vérifiez le chemin.".into(),
            Self::Aleatoire => "Relancez ; si cela dure, le système est en cause.".into(),
            Self::Prive(e) => e.conseil().to_owned(),
            Self::Fichier(e) => e.conseil(),
        }
    }

    /// True when the machine failed and no input is at fault.
    #[must_use]
    pub fn est_panne(&self) -> bool {
        match self {
            Self::Aleatoire | Self::Acte { .. } => true,
            Self::Prive(e) => e.est_panne(),
            Self::Fichier(e) => e.est_panne(),
            _ => false,
        }
    }
}

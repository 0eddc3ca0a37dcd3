//! What can go wrong with a file of secrets: never a byte of it.

use std::io::ErrorKind;
use std::path::PathBuf;

/// A refusal or a failure, with the file. Those who call give it their code; those about passphrases have their own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErreurSecret {
    /// It already exists and is never overwritten.
    #[error("{} : le fichier existe déjà et un fichier de secret n'est jamais écrasé.", chemin.display())]
    Existe {
        /// The file.
        chemin: PathBuf,
    },
    /// It can be read by the group or by everybody.
    #[error("{} : d'autres comptes peuvent lire ce fichier (droits {mode:03o}).", chemin.display())]
    Ouvert {
        /// The file.
        chemin: PathBuf,
        /// Its Unix permission bits.
        mode: u32,
    },
    /// It cannot be opened, read, written or removed.
    #[error("{} : le fichier n'a pas pu être {action} ({}).", chemin.display(), cause(*genre))]
    Fichier {
        /// The file.
        chemin: PathBuf,
        /// Past participle of what was tried: `lu`, `écrit`, `détruit`.
        action: &'static str,
        /// Kind of the system's error.
        genre: ErrorKind,
    },
    /// It is encrypted under a passphrase, and none was given.
    #[error("{} : cette clé est chiffrée sous une phrase, et aucune n'est donnée.", chemin.display())]
    PhraseAbsente {
        /// The file.
        chemin: PathBuf,
    },
    /// The passphrase does not open it, or it was changed.
    #[error("{} : la phrase donnée n'ouvre pas cette clé, ou le fichier a été modifié.", chemin.display())]
    PhraseFausse {
        /// The file.
        chemin: PathBuf,
    },
    /// The file given as passphrase holds none that may serve.
    #[error("{} : une phrase a au moins {minimum} caractères, sur la première ligne du fichier.", chemin.display())]
    PhraseCourte {
        /// The file.
        chemin: PathBuf,
        /// Characters needed.
        minimum: usize,
    },
}

impl ErreurSecret {
    /// The stable code of what concerns the passphrase; the caller names the others.
    #[must_use]
    pub fn code_de_phrase(&self) -> Option<&'static str> {
        match self {
            Self::PhraseAbsente { .. } => Some("E-PHRASE-001"),
            Self::PhraseFausse { .. } => Some("E-PHRASE-002"),
            Self::PhraseCourte { .. } => Some("E-PHRASE-003"),
            _ => None,
        }
    }

    /// What to do, in French.
    #[must_use]
    pub fn conseil(&self) -> &'static str {
        match self {
            Self::Existe { .. } => "Choisissez un autre nom, ou détruisez d'abord l'ancienne clé.",
            Self::Ouvert { .. } => "Retirez ces droits (chmod 600) ; s'il a pu être lu, considérez la clé comme connue et remplacez-la.",
            Self::Fichier { .. } => "Vérifiez le chemin, les droits du dossier et la place sur le disque, puis relancez.",
            Self::PhraseAbsente { .. } => {
                "Donnez le fichier de la phrase par --phrase FICHIER, ou son chemin dans la variable RECOURS_PHRASE ; \
                 /dev/fd/N pour ne rien poser sur le disque."
            }
            Self::PhraseFausse { .. } => "Vérifiez que c'est la phrase de ce rôle ; sinon reprenez la copie de sauvegarde de la clé.",
            Self::PhraseCourte { .. } => "Prenez six mots tirés au hasard, ou ce que donne un gestionnaire de mots de passe.",
        }
    }
}

/// The system's reason in French; its own English text is dropped because it may repeat what it read.
#[must_use]
pub fn cause(genre: ErrorKind) -> &'static str {
    match genre {
        ErrorKind::NotFound => "introuvable",
        ErrorKind::PermissionDenied => "accès refusé",
        ErrorKind::AlreadyExists => "existe déjà",
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "disque plein",
        ErrorKind::InvalidData => "contenu illisible",
        ErrorKind::IsADirectory => "c'est un dossier",
        ErrorKind::ReadOnlyFilesystem => "disque en lecture seule",
        _ => "erreur d'entrée-sortie",
    }
}

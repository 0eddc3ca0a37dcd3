//! What can go wrong with an envelope or an identity file: stable codes, French sentences, never a secret.

use std::io::ErrorKind;
use std::path::PathBuf;

use recours_coffre::{ErreurSecret, cause};

/// A refusal or a failure. `Display` gives the French sentence (what and where), [`ErreurEnveloppe::code`]
/// the stable code, [`ErreurEnveloppe::conseil`] what to do.
///
/// The fields are file paths, positions and Unix rights; nothing read from a file enters a variant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErreurEnveloppe {
    /// A file of secrets: it exists already, others can read it, its passphrase is missing…
    #[error(transparent)]
    Secret(#[from] ErreurSecret),
    /// An identity file does not hold exactly one age identity.
    #[error("{} : le fichier ne contient pas une clé d'identité age, et une seule.", chemin.display())]
    IdentiteIllisible {
        /// The file.
        chemin: PathBuf,
    },
    /// Encryption was asked for nobody.
    #[error("Aucun destinataire pour l'enveloppe.")]
    SansDestinataire,
    /// The bytes are not an age envelope.
    #[error("Ce n'est pas une enveloppe age.")]
    PasUneEnveloppe,
    /// The envelope was made for somebody else.
    #[error("L'enveloppe n'est pas adressée à cette clé.")]
    MauvaisDestinataire,
    /// The envelope was cut or changed on its way.
    #[error("L'enveloppe est tronquée ou a été modifiée.")]
    Alteree,
    /// A recipient text is not an age X25519 public key.
    #[error("Le destinataire n° {rang} n'est pas une clé publique age (elle commence par « age1 »).")]
    DestinataireIllisible {
        /// Position in the list, from 1.
        rang: usize,
    },
    /// Encryption itself failed.
    #[error("Le chiffrement a échoué ({}).", cause(*genre))]
    Chiffrement {
        /// Kind of the system's error.
        genre: ErrorKind,
    },
}

impl ErreurEnveloppe {
    /// The stable code, e.g. `E-ENVELOPPE-003`; a page of the documentation explains each.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Secret(ErreurSecret::Existe { .. }) => "E-ENVELOPPE-001",
            Self::Secret(ErreurSecret::Ouvert { .. }) => "E-ENVELOPPE-002",
            Self::Secret(autre) => autre.code_de_phrase().unwrap_or("E-ENVELOPPE-003"),
            Self::IdentiteIllisible { .. } => "E-ENVELOPPE-004",
            Self::SansDestinataire => "E-ENVELOPPE-005",
            Self::PasUneEnveloppe => "E-ENVELOPPE-006",
            Self::MauvaisDestinataire => "E-ENVELOPPE-007",
            Self::Alteree => "E-ENVELOPPE-008",
            Self::DestinataireIllisible { .. } => "E-ENVELOPPE-009",
            Self::Chiffrement { .. } => "E-ENVELOPPE-010",
        }
    }

    /// What to do, in French.
    #[must_use]
    pub fn conseil(&self) -> &'static str {
        match self {
            Self::Secret(secret) => secret.conseil(),
            Self::IdentiteIllisible { .. } => {
                "Attendu : des commentaires (« # … ») et une seule ligne « AGE-SECRET-KEY-1… ». Reprenez la copie de sauvegarde, \
                 ou créez une nouvelle identité et donnez sa clé publique à vos correspondants."
            }
            Self::SansDestinataire => "Indiquez au moins une clé publique age.",
            Self::PasUneEnveloppe => "Vérifiez que c'est bien le fichier .age qui a été transmis, entier et non converti.",
            Self::MauvaisDestinataire => "Vérifiez la clé d'identité utilisée, ou faites chiffrer à nouveau pour votre clé publique.",
            Self::Alteree => "Rien n'en a été gardé ; demandez un nouvel envoi.",
            Self::DestinataireIllisible { .. } => "Recopiez-la depuis le fichier d'identité de l'organisme.",
            Self::Chiffrement { .. } => "Rien n'a été produit : libérez de la place et relancez.",
        }
    }

    /// True when the machine failed (disk, memory) and the input is not at fault.
    #[must_use]
    pub fn est_panne(&self) -> bool {
        match self {
            Self::Chiffrement { .. } => true,
            Self::Secret(ErreurSecret::Fichier { action, genre, .. }) => {
                *action != "lu" || !matches!(genre, ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::InvalidData)
            }
            _ => false,
        }
    }
}

//! The crate's errors: stable codes, French sentences, what to do, never a value of a record.

use std::io::ErrorKind;
use std::path::PathBuf;

use recours_coffre::ErreurSecret;

/// Everything that can go wrong in sealing, keys and linkage. `Display` gives the French
/// sentence (what and where), [`ErreurSceau::code`] the stable code, [`ErreurSceau::conseil`] what to do.
///
/// The fields are file paths, names of bodies taken from the mission, counts, key *identifiers* (which
/// are public) and positions. A value read from a record, a token or a key never enters a variant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ErreurSceau {
    /// The operating system gave no random bytes.
    #[error("Le système n'a pas fourni d'octets aléatoires.")]
    Aleatoire,
    /// A file of secrets: it exists already, others can read it, its passphrase is missing…
    #[error(transparent)]
    Secret(#[from] ErreurSecret),
    /// A key file does not have the expected form.
    #[error("{} : ce n'est pas un fichier de clé Recours.", chemin.display()
    )]
    CleIllisible {
        /// The file.
        chemin: PathBuf,
    },
    /// A key of one level is given where the other is needed.
    #[error("Clé de {trouve} donnée là où il faut une clé de {attendu}.")]
    RoleDeCle {
        /// The level needed.
        attendu: &'static str,
        /// The level found.
        trouve: &'static str,
    },
    /// The key does not belong to the mission.
    #[error("Cette clé n'est pas celle de la mission (identifiant attendu {attendu}, identifiant de la clé {trouve}).")]
    CleDUneAutreMission {
        /// Identifier written in the mission, or `illisible` when what stands there is not one (a key
        /// pasted there by mistake must not come out again).
        attendu: String,
        /// Identifier of the key at hand.
        trouve: String,
    },
    /// The mission context cannot serve to derive keys.
    #[error("{champ} ne peut pas servir à dériver les clés (vide ou de plus de 65 535 octets).")]
    ContexteInvalide {
        /// The field of the mission.
        champ: &'static str,
    },
    /// The columns of a delivery do not have the same length.
    #[error("Livraison de {organisme} : la colonne {colonne} a {trouve} lignes au lieu de {attendu}.")]
    ColonneInegale {
        /// Body that delivered.
        organisme: String,
        /// Column at fault.
        colonne: &'static str,
        /// Rows expected.
        attendu: usize,
        /// Rows found.
        trouve: usize,
    },
    /// A body delivered twice.
    #[error("{organisme} a livré deux fois.")]
    OrganismeEnDouble {
        /// Body that delivered twice.
        organisme: String,
    },
    /// A row id is repeated within a delivery.
    #[error("Livraison de {organisme} : {combien} numéros de ligne (row_id) sont répétés.")]
    LigneRepetee {
        /// Body that delivered.
        organisme: String,
        /// How many rows repeat the row id of another.
        combien: usize,
    },
    /// More bodies or rows than the linkage unit can hold.
    #[error("Trop de {quoi} pour une seule liaison (au plus {maximum}).")]
    Capacite {
        /// `organismes` or `lignes`.
        quoi: &'static str,
        /// The limit.
        maximum: u64,
    },
    /// A suite name is not known.
    #[error("Suite cryptographique inconnue.")]
    SuiteInconnue,
    /// There is no delivery to link.
    #[error("Aucune livraison à relier.")]
    AucuneLivraison,
    /// A linkage option is out of its range.
    #[error("L'option de liaison {option} est hors de ses bornes ({bornes}).")]
    OptionInvalide {
        /// The option.
        option: &'static str,
        /// Its range, in words.
        bornes: &'static str,
    },
}

impl ErreurSceau {
    /// The stable code, e.g. `E-SCEAU-003`; a page of the documentation explains each.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Aleatoire => "E-SCEAU-001",
            Self::Secret(ErreurSecret::Existe { .. }) => "E-SCEAU-002",
            Self::Secret(ErreurSecret::Ouvert { .. }) => "E-SCEAU-003",
            Self::Secret(autre) => autre.code_de_phrase().unwrap_or("E-SCEAU-004"),
            Self::CleIllisible { .. } => "E-SCEAU-005",
            Self::RoleDeCle { .. } => "E-SCEAU-006",
            Self::CleDUneAutreMission { .. } => "E-SCEAU-007",
            Self::ContexteInvalide { .. } => "E-SCEAU-008",
            Self::ColonneInegale { .. } => "E-SCEAU-009",
            Self::OrganismeEnDouble { .. } => "E-SCEAU-010",
            Self::LigneRepetee { .. } => "E-SCEAU-011",
            Self::Capacite { .. } => "E-SCEAU-012",
            Self::SuiteInconnue => "E-SCEAU-013",
            Self::AucuneLivraison => "E-SCEAU-014",
            Self::OptionInvalide { .. } => "E-SCEAU-015",
        }
    }

    /// What to do, in French.
    #[must_use]
    pub fn conseil(&self) -> &'static str {
        match self {
            Self::Aleatoire => {
                "Rien n'a été produit ; relancez, et si l'erreur revient, ne vous servez pas de cette machine pour des clés."
            }
            Self::Secret(secret) => secret.conseil(),
            Self::CleIllisible { .. } => {
                "Attendu : une seule ligne « RECOURS-CLE-1 niveau1|niveau2 » suivie de 64 chiffres hexadécimaux. Reprenez la copie remise par le tiers de clés."
            }
            Self::RoleDeCle { .. } => {
                "Les organismes scellent avec le niveau 1, l'unité de liaison avec le niveau 2 ; personne ne détient les deux."
            }
            Self::CleDUneAutreMission { .. } => {
                "Demandez au tiers de clés la clé de cette mission ; sceller avec une autre donnerait des jetons que rien ne relie."
            }
            Self::ContexteInvalide { .. } => "Corrigez le fichier de mission.",
            Self::ColonneInegale { .. } => "Demandez une nouvelle livraison.",
            Self::OrganismeEnDouble { .. } => "Ne gardez que la livraison la plus récente.",
            Self::LigneRepetee { .. } => "Chaque ligne porte son propre numéro aléatoire : demandez une nouvelle livraison.",
            Self::Capacite { .. } => "Partagez la mission.",
            Self::SuiteInconnue => "Valeurs admises dans la mission : rgs, rapide.",
            Self::AucuneLivraison => "Ajoutez au moins la livraison d'un organisme.",
            Self::OptionInvalide { .. } => "Corrigez l'option et relancez.",
        }
    }

    /// True when the machine failed (no random bytes, disk) and the input is not at fault.
    #[must_use]
    pub fn est_panne(&self) -> bool {
        match self {
            Self::Aleatoire => true,
            Self::Secret(ErreurSecret::Fichier { action, genre, .. }) => {
                *action != "lu" || !matches!(genre, ErrorKind::NotFound | ErrorKind::PermissionDenied | ErrorKind::InvalidData)
            }
            _ => false,
        }
    }
}

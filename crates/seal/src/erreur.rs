//! The crate's errors: stable codes, French sentences, never a value of a record.

use std::io::ErrorKind;
use std::path::PathBuf;

/// Everything that can go wrong in sealing, keys, linkage and envelopes.
///
/// The fields are file paths, names of bodies taken from the mission, counts, key *identifiers* (which
/// are public) and positions. A value read from a record, a token or a key never enters a variant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Erreur {
    /// The operating system gave no random bytes.
    #[error(
        "E-SCEAU-001 : le système n'a pas fourni d'octets aléatoires. Rien n'a été produit ; relancez, et si l'erreur revient, ne vous servez pas de cette machine pour des clés."
    )]
    Aleatoire,
    /// A secret file already exists and is never overwritten.
    #[error(
        "E-SCEAU-002 : le fichier {} existe déjà. Un fichier de clé n'est jamais écrasé : choisissez un autre nom, ou détruisez d'abord l'ancienne clé.", chemin.display()
    )]
    FichierExiste {
        /// The file.
        chemin: PathBuf,
    },
    /// A secret file can be read by the group or by everybody.
    #[error(
        "E-SCEAU-003 : le fichier {} peut être lu par d'autres comptes (droits {mode:03o}). Retirez ces droits (chmod 600) ; s'il a pu être lu, considérez la clé comme connue et remplacez-la.", chemin.display()
    )]
    FichierOuvert {
        /// The file.
        chemin: PathBuf,
        /// Its Unix permission bits.
        mode: u32,
    },
    /// A secret file cannot be opened, read, written or removed.
    #[error("E-SCEAU-004 : le fichier {} n'a pas pu être {action} ({}).", chemin.display(), cause(*genre))]
    Fichier {
        /// The file.
        chemin: PathBuf,
        /// Past participle of what was tried: `lu`, `écrit`, `détruit`.
        action: &'static str,
        /// Kind of the system's error.
        genre: ErrorKind,
    },
    /// A key file does not have the expected form.
    #[error(
        "E-SCEAU-005 : le fichier {} n'est pas un fichier de clé Recours. Attendu : une seule ligne « RECOURS-CLE-1 niveau1|niveau2 » suivie de 64 chiffres hexadécimaux. Reprenez la copie remise par le tiers de clés.", chemin.display()
    )]
    CleIllisible {
        /// The file.
        chemin: PathBuf,
    },
    /// A key of one level is given where the other is needed.
    #[error(
        "E-SCEAU-006 : clé de {trouve} donnée là où il faut une clé de {attendu}. Les organismes scellent avec le niveau 1, l'unité de liaison avec le niveau 2 ; personne ne détient les deux."
    )]
    RoleDeCle {
        /// The level needed.
        attendu: &'static str,
        /// The level found.
        trouve: &'static str,
    },
    /// The key does not belong to the mission.
    #[error(
        "E-SCEAU-007 : cette clé n'est pas celle de la mission (identifiant attendu {attendu}, identifiant de la clé {trouve}). Demandez au tiers de clés la clé de cette mission ; sceller avec une autre donnerait des jetons que rien ne relie."
    )]
    CleDUneAutreMission {
        /// Identifier written in the mission.
        attendu: String,
        /// Identifier of the key at hand.
        trouve: String,
    },
    /// The mission context cannot serve to derive keys.
    #[error(
        "E-SCEAU-008 : {champ} ne peut pas servir à dériver les clés (vide ou de plus de 65 535 octets). Corrigez le fichier de mission."
    )]
    ContexteInvalide {
        /// The field of the mission.
        champ: &'static str,
    },
    /// The columns of a delivery do not have the same length.
    #[error(
        "E-SCEAU-009 : livraison de {organisme} : la colonne {colonne} a {trouve} lignes au lieu de {attendu}. Demandez une nouvelle livraison."
    )]
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
    #[error(
        "E-SCEAU-010 : {organisme} a livré deux fois. Ne gardez que la livraison la plus récente."
    )]
    OrganismeEnDouble {
        /// Body that delivered twice.
        organisme: String,
    },
    /// A row id is repeated within a delivery.
    #[error(
        "E-SCEAU-011 : livraison de {organisme} : {combien} numéros de ligne (row_id) sont répétés. Chaque ligne porte son propre numéro aléatoire : demandez une nouvelle livraison."
    )]
    LigneRepetee {
        /// Body that delivered.
        organisme: String,
        /// How many rows repeat the row id of another.
        combien: usize,
    },
    /// More bodies or rows than the linkage unit can hold.
    #[error(
        "E-SCEAU-012 : trop de {quoi} pour une seule liaison (au plus {maximum}). Partagez la mission."
    )]
    Capacite {
        /// `organismes` or `lignes`.
        quoi: &'static str,
        /// The limit.
        maximum: u64,
    },
    /// Encryption was asked for nobody.
    #[error(
        "E-SCEAU-013 : aucun destinataire pour l'enveloppe. Indiquez au moins une clé publique age."
    )]
    SansDestinataire,
    /// The bytes are not an age envelope.
    #[error(
        "E-SCEAU-014 : ce n'est pas une enveloppe age. Vérifiez que c'est bien le fichier .age qui a été transmis, entier et non converti."
    )]
    PasUneEnveloppe,
    /// The envelope was made for somebody else.
    #[error(
        "E-SCEAU-015 : l'enveloppe n'est pas adressée à cette clé. Vérifiez la clé d'identité utilisée, ou faites chiffrer à nouveau pour votre clé publique."
    )]
    MauvaisDestinataire,
    /// The envelope was cut or changed on its way.
    #[error(
        "E-SCEAU-016 : l'enveloppe est tronquée ou a été modifiée. Rien n'en a été gardé ; demandez un nouvel envoi."
    )]
    EnveloppeAlteree,
    /// A recipient text is not an age X25519 public key.
    #[error(
        "E-SCEAU-017 : le destinataire n° {rang} n'est pas une clé publique age (elle commence par « age1 »). Recopiez-la depuis le fichier d'identité de l'organisme."
    )]
    DestinataireIllisible {
        /// Position in the list, from 1.
        rang: usize,
    },
    /// An identity file does not hold exactly one age identity.
    #[error(
        "E-SCEAU-018 : le fichier {} ne contient pas une clé d'identité age, et une seule (ligne « AGE-SECRET-KEY-1… »).", chemin.display()
    )]
    IdentiteIllisible {
        /// The file.
        chemin: PathBuf,
    },
    /// Encryption itself failed.
    #[error("E-SCEAU-019 : le chiffrement a échoué ({}). Rien n'a été produit.", cause(*genre))]
    Chiffrement {
        /// Kind of the system's error.
        genre: ErrorKind,
    },
    /// A suite name is not known.
    #[error("E-SCEAU-020 : suite cryptographique inconnue. Valeurs admises : rgs, rapide.")]
    SuiteInconnue,
    /// Deliveries were added after the linkage, or there is none.
    #[error(
        "E-SCEAU-021 : aucune livraison à relier. Ajoutez au moins la livraison d'un organisme."
    )]
    AucuneLivraison,
    /// A linkage option is out of its range.
    #[error("E-SCEAU-022 : l'option de liaison {option} est hors de ses bornes ({bornes}).")]
    OptionInvalide {
        /// The option.
        option: &'static str,
        /// Its range, in words.
        bornes: &'static str,
    },
}

impl Erreur {
    /// The stable code, e.g. `E-SCEAU-003`; a page of the documentation explains each.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Aleatoire => "E-SCEAU-001",
            Self::FichierExiste { .. } => "E-SCEAU-002",
            Self::FichierOuvert { .. } => "E-SCEAU-003",
            Self::Fichier { .. } => "E-SCEAU-004",
            Self::CleIllisible { .. } => "E-SCEAU-005",
            Self::RoleDeCle { .. } => "E-SCEAU-006",
            Self::CleDUneAutreMission { .. } => "E-SCEAU-007",
            Self::ContexteInvalide { .. } => "E-SCEAU-008",
            Self::ColonneInegale { .. } => "E-SCEAU-009",
            Self::OrganismeEnDouble { .. } => "E-SCEAU-010",
            Self::LigneRepetee { .. } => "E-SCEAU-011",
            Self::Capacite { .. } => "E-SCEAU-012",
            Self::SansDestinataire => "E-SCEAU-013",
            Self::PasUneEnveloppe => "E-SCEAU-014",
            Self::MauvaisDestinataire => "E-SCEAU-015",
            Self::EnveloppeAlteree => "E-SCEAU-016",
            Self::DestinataireIllisible { .. } => "E-SCEAU-017",
            Self::IdentiteIllisible { .. } => "E-SCEAU-018",
            Self::Chiffrement { .. } => "E-SCEAU-019",
            Self::SuiteInconnue => "E-SCEAU-020",
            Self::AucuneLivraison => "E-SCEAU-021",
            Self::OptionInvalide { .. } => "E-SCEAU-022",
        }
    }
}

/// The system's reason in French; its own English text is dropped because it may repeat what it read.
fn cause(genre: ErrorKind) -> &'static str {
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

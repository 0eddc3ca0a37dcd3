//! What can go wrong with a file, said in French: a stable code, where, and what to do.
//!
//! No variant can hold the content of a cell: only file names, column names, row numbers, expected types
//! and allowed values. That is what keeps values out of logs, messages and `Debug`.

use std::path::{Path, PathBuf};

use crate::proches::vouliez_vous;

/// Where a faulty cell is: file, column, data row (1-based, the header of a CSV does not count).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lieu {
    /// The file, as the caller named it.
    pub fichier: PathBuf,
    /// The column's name.
    pub colonne: String,
    /// The data row, counted from 1 over the whole file.
    pub ligne: u64,
}

impl std::fmt::Display for Lieu {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, colonne « {} », ligne {}", self.fichier.display(), self.colonne, self.ligne)
    }
}

/// What a tool did to a cell before it was written; the value is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Degat {
    /// `1,85E+14`: digits are missing.
    Scientifique,
    /// `########`, `****`: the column was too narrow.
    Debordement,
    /// `#N/A`, `#REF!`: a formula failed.
    Formule,
}

impl std::fmt::Display for Degat {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Scientifique => "nombre écrit en notation scientifique, des chiffres sont perdus",
            Self::Debordement => "valeur remplacée par des signes, faute de place",
            Self::Formule => "formule en erreur",
        })
    }
}

/// Why a date could be several days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ambiguite {
    /// A bare number.
    Compte,
    /// A year of two digits.
    AnneeCourte,
}

impl std::fmt::Display for Ambiguite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Compte => "date écrite en nombre, que SAS compte depuis 1960 et Excel depuis 1900",
            Self::AnneeCourte => "date dont l'année n'a que deux chiffres",
        })
    }
}

/// A refusal to read or a failure to write. `Display` gives the French sentence (what and where);
/// [`ErreurTable::code`] the stable code, [`ErreurTable::conseil`] what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErreurTable {
    /// The file does not exist.
    #[error("{} : fichier introuvable.", fichier.display())]
    Introuvable {
        /// The file.
        fichier: PathBuf,
    },
    /// The file exists but may not be read, or the disk failed.
    #[error("{} : lecture impossible ({}).", fichier.display(), cause_lisible(*cause))]
    Lecture {
        /// The file.
        fichier: PathBuf,
        /// The operating system's reason.
        cause: std::io::ErrorKind,
    },
    /// The extension is none of those that we read.
    #[error("{} : format de fichier inconnu.", fichier.display())]
    FormatInconnu {
        /// The file.
        fichier: PathBuf,
    },
    /// Nothing in the file, not even a header.
    #[error("{} : fichier vide.", fichier.display())]
    Vide {
        /// The file.
        fichier: PathBuf,
    },
    /// Truncated, corrupt, or not what its extension says.
    #[error("{} : fichier {format} tronqué, abîmé ou d'un autre format{}.", fichier.display(), precision(*ligne))]
    Abime {
        /// The file.
        fichier: PathBuf,
        /// `Parquet`, `CSV`, `Arrow IPC`.
        format: &'static str,
        /// First data row that could not be read, when known.
        ligne: Option<u64>,
    },
    /// A Parquet page compression that this build does not carry.
    #[error("{} : compression {compression} non prise en charge.", fichier.display())]
    Compression {
        /// The file.
        fichier: PathBuf,
        /// The codec's name.
        compression: String,
    },
    /// A column that the consumer needs is not in the file.
    #[error("{} : colonne « {colonne} » absente.", fichier.display())]
    ColonneAbsente {
        /// The file.
        fichier: PathBuf,
        /// The column asked for.
        colonne: String,
        /// Columns of the file whose names are close.
        proches: Vec<String>,
    },
    /// A column that the consumer needs stands twice in the file.
    #[error("{} : colonne « {colonne} » présente plusieurs fois.", fichier.display())]
    ColonneDouble {
        /// The file.
        fichier: PathBuf,
        /// The column asked for.
        colonne: String,
    },
    /// The column's Arrow type cannot become what is asked.
    #[error("{}, colonne « {colonne} » : {attendu} attendu, type {trouve} trouvé.", fichier.display())]
    TypeInattendu {
        /// The file.
        fichier: PathBuf,
        /// The column.
        colonne: String,
        /// What the consumer asked for, in French.
        attendu: String,
        /// The Arrow type found (a type, never a value).
        trouve: String,
    },
    /// A cell cannot be read as what is asked.
    #[error("{lieu} : valeur illisible, {attendu} attendu.")]
    Valeur {
        /// Where.
        lieu: Lieu,
        /// What the consumer asked for, in French.
        attendu: String,
    },
    /// A cell whose value the tool that wrote the file has destroyed.
    #[error("{lieu} : {degat}.")]
    Detruite {
        /// Where.
        lieu: Lieu,
        /// What was done to it.
        degat: Degat,
    },
    /// A date that could be several days.
    #[error("{lieu} : {ambiguite}.")]
    DateAmbigue {
        /// Where.
        lieu: Lieu,
        /// Why.
        ambiguite: Ambiguite,
    },
    /// An amount whose mark could stand before thousands or before decimals.
    #[error("{lieu} : montant ambigu, le séparateur peut être celui des milliers ou des décimales.")]
    MilliersAmbigus {
        /// Where.
        lieu: Lieu,
    },
    /// A lone capital where a number, a date or a boolean is expected.
    #[error("{lieu} : lettre seule, sans doute une valeur manquante spéciale de SAS.")]
    LettreSeule {
        /// Where.
        lieu: Lieu,
    },
    /// A date that no calendar has, or outside 1800–2299.
    #[error("{lieu} : date impossible.")]
    DateImpossible {
        /// Where.
        lieu: Lieu,
    },
    /// A category outside the closed list.
    #[error("{lieu} : code inconnu.")]
    CodeInconnu {
        /// Where.
        lieu: Lieu,
        /// The allowed codes.
        permis: Vec<String>,
    },
    /// NaN, infinity, or a number outside the declared range.
    #[error("{lieu} : nombre hors bornes (NaN, infini ou trop grand).")]
    HorsBornes {
        /// Where.
        lieu: Lieu,
    },
    /// A row id, handle or token that has not 16 bytes.
    #[error("{lieu} : jeton de mauvaise longueur.")]
    LongueurJeton {
        /// Where.
        lieu: Lieu,
    },
    /// A cell that must be filled is empty.
    #[error("{lieu} : valeur obligatoire manquante.")]
    Manquante {
        /// Where.
        lieu: Lieu,
    },
    /// A key that must be unique stands twice.
    #[error(
        "{}, colonne « {colonne} » : la ligne {ligne} répète la clé de la ligne {premiere_ligne}{}.",
        fichier.display(),
        autre_fichier(fichier, premier_fichier)
    )]
    Doublon {
        /// File of the second occurrence.
        fichier: PathBuf,
        /// The key column.
        colonne: String,
        /// Row of the second occurrence.
        ligne: u64,
        /// File of the first occurrence.
        premier_fichier: PathBuf,
        /// Row of the first occurrence.
        premiere_ligne: u64,
    },
    /// A CSV row has not as many cells as the header.
    #[error("{}, ligne {ligne} : {trouve} champs au lieu de {attendu}.", fichier.display())]
    NombreDeChamps {
        /// The file.
        fichier: PathBuf,
        /// Data row.
        ligne: u64,
        /// Cells in the header.
        attendu: usize,
        /// Cells in the row.
        trouve: usize,
    },
    /// None of the encodings that we read, a mix of them, or text that another one would read otherwise.
    #[error("{} : encodage de texte non reconnu, ou qui peut se lire de deux façons (ligne {ligne} du fichier).", fichier.display())]
    Encodage {
        /// The file.
        fichier: PathBuf,
        /// Line of the file (1-based, the header counts).
        ligne: u64,
    },
    /// A quote opened and never closed.
    #[error("{} : guillemet ouvert et jamais refermé (ligne {ligne} du fichier).", fichier.display())]
    Guillemet {
        /// The file.
        fichier: PathBuf,
        /// Line of the file where it opens (1-based, the header counts).
        ligne: u64,
    },
    /// More rows or text than one in-memory column can hold.
    #[error("{} : table trop grande pour être tenue en mémoire d'un bloc.", fichier.display())]
    TropGrand {
        /// The file.
        fichier: PathBuf,
    },
    /// The batches to write do not have the schema announced: a fault of the program.
    #[error("{} : les lots à écrire n'ont pas le schéma annoncé.", fichier.display())]
    Schema {
        /// The file.
        fichier: PathBuf,
    },
    /// A stream given in memory was read before.
    #[error("{} : ce flux a déjà été lu.", fichier.display())]
    DejaLu {
        /// The table's name.
        fichier: PathBuf,
    },
    /// The producer of a stream failed, or gave a batch of another schema.
    #[error("{} : le flux s'est rompu au lot {lot}.", fichier.display())]
    Interrompu {
        /// The table's name.
        fichier: PathBuf,
        /// The batch that did not come, counted from 1.
        lot: u64,
    },
    /// Writing failed (disk full, folder not writable). Nothing was left behind.
    #[error("{} : écriture impossible ({}).", fichier.display(), cause_lisible(*cause))]
    Ecriture {
        /// The file.
        fichier: PathBuf,
        /// The operating system's reason.
        cause: std::io::ErrorKind,
    },
}

fn precision(ligne: Option<u64>) -> String {
    ligne.map_or_else(String::new, |n| format!(" (à partir de la ligne {n})"))
}

fn autre_fichier(fichier: &Path, premier: &Path) -> String {
    if fichier == premier { String::new() } else { format!(" de {}", premier.display()) }
}

/// French name of an operating system error.
fn cause_lisible(cause: std::io::ErrorKind) -> &'static str {
    use std::io::ErrorKind as K;
    match cause {
        K::PermissionDenied => "droits insuffisants",
        K::StorageFull | K::QuotaExceeded => "disque plein",
        K::FileTooLarge => "fichier trop grand pour le système",
        K::ReadOnlyFilesystem => "disque en lecture seule",
        K::NotFound => "dossier introuvable",
        K::IsADirectory => "c'est un dossier",
        K::NotADirectory => "un élément du chemin n'est pas un dossier",
        K::AlreadyExists => "existe déjà",
        K::DirectoryNotEmpty => "un dossier porte déjà ce nom",
        K::Interrupted => "interrompue",
        _ => "erreur d'entrée-sortie",
    }
}

impl ErreurTable {
    /// Stable code, explained in the documentation; never reused for something else.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Introuvable { .. } => "E-TABLE-001",
            Self::Lecture { .. } => "E-TABLE-002",
            Self::FormatInconnu { .. } => "E-TABLE-003",
            Self::Vide { .. } => "E-TABLE-004",
            Self::Abime { .. } => "E-TABLE-005",
            Self::Compression { .. } => "E-TABLE-006",
            Self::ColonneAbsente { .. } => "E-TABLE-007",
            Self::ColonneDouble { .. } => "E-TABLE-008",
            Self::TypeInattendu { .. } => "E-TABLE-009",
            Self::Valeur { .. } => "E-TABLE-010",
            Self::DateImpossible { .. } => "E-TABLE-011",
            Self::CodeInconnu { .. } => "E-TABLE-012",
            Self::HorsBornes { .. } => "E-TABLE-013",
            Self::LongueurJeton { .. } => "E-TABLE-014",
            Self::Manquante { .. } => "E-TABLE-015",
            Self::Doublon { .. } => "E-TABLE-016",
            Self::NombreDeChamps { .. } => "E-TABLE-017",
            Self::Encodage { .. } => "E-TABLE-018",
            Self::Guillemet { .. } => "E-TABLE-019",
            Self::TropGrand { .. } => "E-TABLE-020",
            Self::Schema { .. } => "E-TABLE-021",
            Self::Ecriture { .. } => "E-TABLE-022",
            Self::Detruite { .. } => "E-TABLE-023",
            Self::DateAmbigue { .. } => "E-TABLE-024",
            Self::MilliersAmbigus { .. } => "E-TABLE-025",
            Self::LettreSeule { .. } => "E-TABLE-026",
            Self::DejaLu { .. } => "E-TABLE-027",
            Self::Interrompu { .. } => "E-TABLE-028",
        }
    }

    /// What the user can do about it, in French.
    pub fn conseil(&self) -> String {
        match self {
            Self::Introuvable { .. } => "Vérifiez le chemin ; dans une mission, il part du dossier de mission.toml.".into(),
            Self::Lecture { .. } => "Vérifiez les droits de lecture et l'état du disque.".into(),
            Self::FormatInconnu { .. } => {
                "Extensions lues : .parquet, .csv, .txt, .tsv, .arrow, .ipc, .feather ; .xlsx pour les retours.".into()
            }
            Self::Vide { .. } => "Refaites l'extraction : même sans ligne, le fichier doit nommer ses colonnes.".into(),
            Self::Abime { .. } => "Refaites l'extraction ou le transfert, et comparez la taille à celle de l'original.".into(),
            Self::Compression { .. } => "Réécrivez le fichier en snappy ou en zstd.".into(),
            Self::ColonneAbsente { proches, .. } => {
                let suite = "Vérifiez que la première ligne ou le schéma nomme les colonnes, \
                             ou corrigez la correspondance dans mission.toml.";
                match vouliez_vous(proches) {
                    question if question.is_empty() => suite.into(),
                    question => format!("{question} {suite}"),
                }
            }
            Self::ColonneDouble { .. } => "Donnez un nom différent à chaque colonne.".into(),
            Self::TypeInattendu { .. } => "Convertissez la colonne avant l'extraction, ou corrigez la correspondance.".into(),
            Self::Valeur { .. } => "Corrigez cette cellule ou laissez-la vide si l'information manque.".into(),
            Self::Detruite { degat: Degat::Formule, .. } => "Corrigez la formule dans le classeur, puis enregistrez de nouveau.".into(),
            Self::Detruite { .. } => "Le fichier ne contient plus la valeur : refaites l'export. Excel : colonne au format Texte (et assez large) \
                 avant d'enregistrer, depuis la source et non depuis un CSV rouvert. SAS : format 15. ou plus large, ou variable caractère. \
                 R : as.character ou options(scipen = 999)."
                .into(),
            Self::DateAmbigue { .. } => "Refaites l'export avec l'année en quatre chiffres. SAS : format yymmdd10. ; \
                 Excel : format de cellule jj/mm/aaaa ; R : colonne de type Date."
                .into(),
            Self::MilliersAmbigus { .. } => "Écrivez les montants sans séparateur de milliers, avec deux décimales (1234,00). \
                 SAS : format numx15.2 ou 15.2 au lieu de commax."
                .into(),
            Self::LettreSeule { .. } => "SAS écrit ainsi .A à .Z : remplacez-les par une valeur manquante simple avant l'export. \
                 Si la lettre est un code, corrigez la correspondance."
                .into(),
            Self::DateImpossible { .. } => "Corrigez cette cellule (aaaa-mm-jj ou jj/mm/aaaa, entre 1800 et 2299), \
                 ou laissez-la vide si la date manque."
                .into(),
            Self::CodeInconnu { permis, .. } => format!(
                "Valeurs permises : {}. Un code propre à l'organisme se traduit dans mission.toml \
                 ([organisme.table.codes.…] ou « roles »).",
                permis.join(", ")
            ),
            Self::HorsBornes { .. } => "Corrigez cette cellule ou laissez-la vide si l'information manque.".into(),
            Self::LongueurJeton { .. } => "Il faut 16 octets : type binaire de longueur 16, ou 32 chiffres hexadécimaux.".into(),
            Self::Manquante { .. } => "Remplissez cette cellule ou retirez la ligne.".into(),
            Self::Doublon { .. } => {
                "Gardez une seule ligne par clé ; plusieurs lignes d'une même personne vont dans une table « mois ».".into()
            }
            Self::NombreDeChamps { .. } => {
                "Entourez de guillemets les champs qui contiennent le séparateur ou un retour à la ligne. Si chaque ligne finit par \
                 un séparateur, l'en-tête aussi ; R : row.names = FALSE."
                    .into()
            }
            Self::Encodage { .. } => "Enregistrez le fichier en UTF-8 (SAS : encoding=\"utf-8\" ; Excel : « CSV UTF-8 » ; R : fileEncoding = \
                                     \"UTF-8\"). Windows-1252 se lit aussi, sans mélange ; latin9 (SAS sous Unix), MS-DOS et Macintosh, non."
                .into(),
            Self::Guillemet { .. } => "Refermez le guillemet, ou doublez-le s'il fait partie du texte.".into(),
            Self::TropGrand { .. } => "Découpez le fichier en plusieurs.".into(),
            Self::Schema { .. } => "C'est un défaut du programme : signalez-le avec ce code.".into(),
            Self::DejaLu { .. } => "Un flux Arrow ne se lit qu'une fois : redonnez la table elle-même, ou un nouveau flux.".into(),
            Self::Interrompu { .. } => "Cherchez la faute chez le producteur de la table : l'exécuter seul la montre.".into(),
            Self::Ecriture { .. } => "Rien n'a été laissé. Libérez de la place ou corrigez les droits du dossier, puis relancez.".into(),
        }
    }

    /// True when the machine failed (disk, rights to write) and the input is not at fault.
    pub fn est_panne(&self) -> bool {
        match self {
            Self::Ecriture { .. } | Self::Schema { .. } => true,
            Self::Lecture { cause, .. } => *cause != std::io::ErrorKind::PermissionDenied,
            _ => false,
        }
    }

    /// From the operating system's error on opening or reading `fichier`.
    pub fn de_lecture(fichier: &Path, erreur: &std::io::Error) -> Self {
        let fichier = fichier.to_path_buf();
        match erreur.kind() {
            std::io::ErrorKind::NotFound => Self::Introuvable { fichier },
            cause => Self::Lecture { fichier, cause },
        }
    }

    /// From the operating system's error on writing `fichier`.
    pub fn d_ecriture(fichier: &Path, erreur: &std::io::Error) -> Self {
        Self::Ecriture { fichier: fichier.to_path_buf(), cause: erreur.kind() }
    }
}

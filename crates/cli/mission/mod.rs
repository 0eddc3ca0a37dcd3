//! The mission: who brings what, for which purpose, under which rules (`mission.toml`).
//!
//! Everything that the bodies sign is in this file. It is read strictly: an unknown key is refused (a
//! misspelt `couverture` would silently change verdicts), and every fault names line, column and key.

mod brut;
mod conservation;
pub mod convention;
mod empreinte;
pub mod extrait;
mod faute;
mod limites;
mod organisme;
mod roles;
mod serie;
mod toml_francais;
mod verifier;
mod verifier_tables;
mod vocabulaire;

use std::path::{Path, PathBuf};

use jiff::civil::Date;
use recours_engine::aggregates::Diffusion;

use crate::erreur::ErreurCommande;

pub use conservation::Conservation;
pub use convention::Convention;
pub use faute::{ErreurMission, Faute, Place};
pub use limites::LimitesLiaison;
pub use organisme::{
    ChampIdentite, ColonnesMois, Composition, Correspondance, Equipe, Forme, NatureSerie, Organisme, TableSource, Traduction,
};
pub use roles::Roles;
pub use serie::{colonne_de_serie, separer_serie};
pub(crate) use toml_francais::faute as faute_de_toml;
pub(crate) use verifier::date_de;
pub use vocabulaire::{Genre, Variable, Vocabulaire};

/// What the results are for: it bounds what may be done with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finalite {
    /// To tell people of a right.
    Informer,
    /// To grant it.
    Attribuer,
}

/// Invented people, or real ones (then roles must be separated).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Donnees {
    /// Invented.
    Inventees,
    /// Real.
    Reelles,
}

/// How tokens are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Two-level keyed hashes: invented data, or a single controller.
    A,
    /// OPRF: no body holds the key.
    B,
}

/// Cryptographic suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suite {
    /// P-256, SHA-256, HMAC-SHA-256.
    Rgs,
    /// ristretto255, BLAKE3 keyed.
    Rapide,
}

/// Folders between the roles, resolved from the mission file's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dossiers {
    /// What bodies deliver.
    pub livraisons: PathBuf,
    /// What the linkage unit makes.
    pub liaison: PathBuf,
    /// What the host makes.
    pub hote: PathBuf,
    /// The bodies' encrypted lists.
    pub listes: PathBuf,
}

/// A mission, read and checked. Paths are resolved; none of them is required to exist, since each role has
/// only its own folder.
#[derive(Debug, Clone)]
pub struct Mission {
    /// The mission file.
    pub fichier: PathBuf,
    /// Its folder, from which paths are resolved.
    pub dossier: PathBuf,
    /// Short name.
    pub nom: String,
    /// Purpose.
    pub finalite: Finalite,
    /// Legal basis.
    pub base_legale: String,
    /// Territory.
    pub territoire: String,
    /// As-of date; its month is M.
    pub date: Date,
    /// Epoch of keys and handles (`2026-T4`, `2026-S2` or `2026-10`).
    pub epoque: String,
    /// Invented or real.
    pub donnees: Donnees,
    /// How tokens are made.
    pub mode: Mode,
    /// Cryptographic suite.
    pub suite: Suite,
    /// Rounds of linkage: 2 when the numbers go first and the other passes follow only for what these left open
    /// (mode B), else 1.
    pub tours: u8,
    /// Limits of the linkage.
    pub liaison: LimitesLiaison,
    /// Folder of the rule pack.
    pub regles: PathBuf,
    /// Hash of the rule pack that the bodies signed (64 hexadecimal digits), when the mission fixes it.
    pub empreinte_regles: Option<String>,
    /// Overlay, if any.
    pub variante: Option<PathBuf>,
    /// Only these rights and ruptures of the pack; `None` means all.
    pub droits: Option<Vec<String>>,
    /// Folders between the roles.
    pub dossiers: Dossiers,
    /// Who plays which role.
    pub roles: Roles,
    /// For each right or rupture, the bodies that receive its rows, in order of preference.
    pub destinataires: Vec<(String, Vec<String>)>,
    /// The disclosure rule of each source (a body, or a variable of the vocabulary) that has one of its own.
    pub diffusion: Vec<(String, Diffusion)>,
    /// What each body may give to whom, until when, in the file's order.
    pub conventions: Vec<Convention>,
    /// How long things are kept.
    pub conservation: Conservation,
    /// The bodies, in the file's order.
    pub organismes: Vec<Organisme>,
}

impl Mission {
    /// Reads and checks a mission file.
    ///
    /// # Errors
    /// [`ErreurMission`] with all the faults found, each with its place and what to do.
    pub fn lire(fichier: impl AsRef<Path>) -> Result<Self, ErreurMission> {
        let fichier = fichier.as_ref();
        let texte = std::fs::read_to_string(fichier).map_err(|e| ErreurMission::lecture(fichier, &e))?;
        Self::depuis_texte(fichier, &texte)
    }

    /// As [`Mission::lire`], for a text already read; `fichier` gives the name in errors and the folder from
    /// which paths are resolved.
    ///
    /// # Errors
    /// The same.
    pub fn depuis_texte(fichier: &Path, texte: &str) -> Result<Self, ErreurMission> {
        let brute = toml::from_str(texte).map_err(|e| ErreurMission::nouvelle(fichier, vec![toml_francais::faute(&e, texte)]))?;
        verifier::verifier(fichier, texte, brute).map_err(|fautes| ErreurMission::nouvelle(fichier, fautes))
    }

    /// The body `id`.
    ///
    /// # Errors
    /// E-MISSION-020 with the bodies of the mission.
    pub fn organisme(&self, id: &str) -> Result<&Organisme, ErreurCommande> {
        self.organismes.iter().find(|o| o.id == id).ok_or_else(|| {
            let connus: Vec<&str> = self.organismes.iter().map(|o| o.id.as_str()).collect();
            ErreurCommande::refus(
                "E-MISSION-020",
                format!("{} : l'organisme « {id} » n'est pas dans cette mission.", self.fichier.display()),
            )
            .avec_conseil(format!("Organismes de la mission : {}.", connus.join(", ")))
        })
    }

    /// Bodies that receive the rows of a right or rupture, in order; none when the mission names none.
    pub fn destinataires(&self, droit: &str) -> &[String] {
        self.destinataires.iter().find(|(id, _)| id == droit).map_or(&[], |(_, liste)| liste.as_slice())
    }

    /// Takes the rules from another folder. An overlay that stands in the mission's pack stands in that one too.
    pub fn remplacer_regles(&mut self, dossier: PathBuf) {
        let dans_le_jeu = self.variante.as_ref().and_then(|v| v.strip_prefix(&self.regles).ok()).map(|reste| dossier.join(reste));
        self.variante = dans_le_jeu.or(self.variante.take());
        self.regles = dossier;
    }

    /// A path as messages say it: from the mission's folder where it is below it.
    #[must_use]
    pub fn relatif(&self, chemin: &Path) -> String {
        chemin.strip_prefix(&self.dossier).unwrap_or(chemin).display().to_string()
    }

    /// Month M as `annee * 12 + mois - 1`, the unit of [`recours_tables::Colonne::mois`].
    pub fn mois_m(&self) -> i32 {
        i32::from(self.date.year()) * 12 + i32::from(self.date.month()) - 1
    }

    /// Checks the names of the mapping, of the coverage and of the translations against the vocabulary.
    ///
    /// # Errors
    /// [`ErreurMission`] with each unknown name and the closest known ones.
    pub fn verifier_vocabulaire(&self, vocabulaire: &Vocabulaire) -> Result<(), ErreurMission> {
        let fautes = vocabulaire::fautes_de_vocabulaire(self, vocabulaire);
        if fautes.is_empty() { Ok(()) } else { Err(ErreurMission::nouvelle(&self.fichier, fautes)) }
    }
}

#[cfg(test)]
mod convention_tests;
#[cfg(test)]
mod tests;

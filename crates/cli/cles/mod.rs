//! Keys of a mission as files: public ones in `cles/`, each secret in the folder of whoever holds it.

#[cfg(feature = "complet")]
mod creation;
#[cfg(feature = "complet")]
mod destruction;
mod enveloppes;
mod identifiants;
mod protection;

#[cfg(feature = "complet")]
pub use creation::{BilanCles, creer_cles, creer_cles_de};
#[cfg(feature = "complet")]
pub use destruction::{detruire_cles, secrets_a_detruire};
pub use enveloppes::{destinataire, ouvrir_enveloppe, ouvrir_sur_place};
pub use identifiants::{Identifiants, empreinte_de_mission, empreinte_des_regles};
pub use protection::{exiger_protegees, proteger_cles};

use std::path::PathBuf;

use crate::chemins;
use crate::erreur::ErreurCommande;
use crate::mission::{Mission, Mode};

/// Somebody who holds keys in a mission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detenteur {
    /// Makes the level-1 key and hands it to the bodies (mode A); evaluates blindly under its own (mode B).
    TiersCles,
    /// The linkage unit.
    Liaison,
    /// The engine host.
    Hote,
    /// The auditor.
    Auditeur,
    /// A body.
    Organisme(String),
}

impl Detenteur {
    /// Roles that hold an age identity in both modes, bodies apart.
    pub const ROLES: [Self; 3] = [Self::Liaison, Self::Hote, Self::Auditeur];

    /// From its name; a name that is no role's is a body's, which the mission may not have.
    #[must_use]
    pub fn de_nom(nom: &str) -> Self {
        let roles = [Self::TiersCles, Self::Liaison, Self::Hote, Self::Auditeur];
        roles.into_iter().find(|d| d.nom() == nom).unwrap_or_else(|| Self::Organisme(nom.to_owned()))
    }

    /// Name in `cles/` and on the command line.
    #[must_use]
    pub fn nom(&self) -> &str {
        match self {
            Self::TiersCles => "tiers_cles",
            Self::Liaison => "liaison",
            Self::Hote => "hote",
            Self::Auditeur => "auditeur",
            Self::Organisme(id) => id,
        }
    }

    /// Where its age identity stands; none for the key holder in mode A, who receives nothing.
    ///
    /// # Errors
    /// E-MISSION-020 for an unknown body.
    pub fn identite(&self, mission: &Mission) -> Result<Option<PathBuf>, ErreurCommande> {
        Ok(match self {
            Self::TiersCles => (mission.mode == Mode::B).then(|| chemins::cle_tiers(mission)),
            Self::Liaison => Some(chemins::cle_liaison(mission)),
            Self::Hote => Some(chemins::cle_hote(mission)),
            Self::Auditeur => Some(chemins::cle_auditeur(mission)),
            Self::Organisme(id) => Some(chemins::cle_organisme(mission.organisme(id)?)),
        })
    }

    /// Where its token key stands, if it holds one.
    ///
    /// # Errors
    /// E-MISSION-020 for an unknown body.
    pub fn cle_de_jetons(&self, mission: &Mission) -> Result<Option<PathBuf>, ErreurCommande> {
        Ok(match (self, mission.mode) {
            (Self::TiersCles, Mode::A) => Some(chemins::niveau1_tiers(mission)),
            (Self::Liaison, Mode::A) => Some(chemins::niveau2(mission)),
            (Self::Organisme(id), Mode::A) => Some(chemins::niveau1(mission.organisme(id)?)),
            // In mode B the key holder alone has a token key.
            (Self::TiersCles, Mode::B) => Some(chemins::oprf(mission)),
            _ => None,
        })
    }
}

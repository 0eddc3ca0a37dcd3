//! Where the files of a mission stand: every command asks here.
//!
//! ```text
//! mission.toml
//! cles/          public: <rôle>.pub, <organisme>.pub, identifiants.toml, journal.log
//! <organisme>/   cle.age, niveau1.cle (mode A), registre.parquet, extrait/…      the body alone
//! linkage/       cle.age, niveau2.cle (secrets); <organisme>.parquet, statistiques.json (to the host)
//! host/          cle.age (secret); findings.parquet, receipt.json, trace.parquet.age
//! auditeur/      cle.age                                                        the auditor alone
//! tiers_cles/    niveau1.cle                                                    the key holder alone
//! deliveries/<organisme>/jetons.parquet.age (to the linkage unit), attributs.parquet.age (to the host)
//! lists/<organisme>.age
//! ```

use std::path::{Path, PathBuf};

use crate::mission::{Mission, Organisme};

/// Folder of public keys.
#[must_use]
pub fn cles(mission: &Mission) -> PathBuf {
    mission.dossier.join("cles")
}

/// Public age key of a role (`liaison`, `hote`, `auditeur`) or of a body (its identifier).
#[must_use]
pub fn cle_publique(mission: &Mission, nom: &str) -> PathBuf {
    cles(mission).join(format!("{nom}.pub"))
}

/// Fingerprint of the mission and identifiers of its keys.
#[must_use]
pub fn identifiants(mission: &Mission) -> PathBuf {
    cles(mission).join("identifiants.toml")
}

/// One line per key made or destroyed.
#[must_use]
pub fn journal_des_cles(mission: &Mission) -> PathBuf {
    cles(mission).join("journal.log")
}

/// A body's age identity (secret).
#[must_use]
pub fn cle_organisme(organisme: &Organisme) -> PathBuf {
    organisme.dossier.join("cle.age")
}

/// A body's copy of the level-1 key (secret, mode A).
#[must_use]
pub fn niveau1(organisme: &Organisme) -> PathBuf {
    organisme.dossier.join("niveau1.cle")
}

/// A body's register of the persons it knows: it never leaves.
#[must_use]
pub fn registre(organisme: &Organisme) -> PathBuf {
    organisme.dossier.join("registre.parquet")
}

/// The linkage unit's age identity (secret).
#[must_use]
pub fn cle_liaison(mission: &Mission) -> PathBuf {
    mission.dossiers.liaison.join("cle.age")
}

/// The linkage unit's level-2 key (secret, mode A).
#[must_use]
pub fn niveau2(mission: &Mission) -> PathBuf {
    mission.dossiers.liaison.join("niveau2.cle")
}

/// The host's age identity (secret).
#[must_use]
pub fn cle_hote(mission: &Mission) -> PathBuf {
    mission.dossiers.hote.join("cle.age")
}

/// The auditor's age identity (secret).
#[must_use]
pub fn cle_auditeur(mission: &Mission) -> PathBuf {
    mission.dossier.join("auditeur").join("cle.age")
}

/// The level-1 key at the key holder, before it hands copies to the bodies (secret, mode A).
#[must_use]
pub fn niveau1_tiers(mission: &Mission) -> PathBuf {
    mission.dossier.join("tiers_cles").join("niveau1.cle")
}

/// Folder of a body's delivery.
#[must_use]
pub fn livraison(mission: &Mission, organisme: &str) -> PathBuf {
    mission.dossiers.livraisons.join(organisme)
}

/// Tokens of a delivery, in its folder.
#[must_use]
pub fn jetons(livraison: &Path) -> PathBuf {
    livraison.join("jetons.parquet.age")
}

/// Attributes of a delivery, in its folder.
#[must_use]
pub fn attributs(livraison: &Path) -> PathBuf {
    livraison.join("attributs.parquet.age")
}

/// The handles of a body's rows, in the linkage unit's folder.
#[must_use]
pub fn liaison(dossier: &Path, organisme: &str) -> PathBuf {
    dossier.join(format!("{organisme}.parquet"))
}

/// Counts of a linkage, in the linkage unit's folder.
#[must_use]
pub fn statistiques_de_liaison(dossier: &Path) -> PathBuf {
    dossier.join("statistiques.json")
}

/// What `detect` found, in the host's folder.
#[must_use]
pub fn reperages(dossier: &Path) -> PathBuf {
    dossier.join("findings.parquet")
}

/// What `detect` did, in the host's folder.
#[must_use]
pub fn recepisse(dossier: &Path) -> PathBuf {
    dossier.join("receipt.json")
}

/// Amounts and reasons, encrypted to the auditor, in the host's folder.
#[must_use]
pub fn trace(dossier: &Path) -> PathBuf {
    dossier.join("trace.parquet.age")
}

/// A body's encrypted list.
#[must_use]
pub fn liste(mission: &Mission, organisme: &str) -> PathBuf {
    mission.dossiers.listes.join(format!("{organisme}.age"))
}

//! Envelopes of a mission: whom to write to, and opening what one received.

use std::path::Path;

use recours_tables::enveloppe::{self, EnveloppeOuverte, ErreurEnveloppe, IdentiteAge};

use super::Identifiants;
use crate::chemins;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// The public age key (`age1…`) of a role (`liaison`, `hote`, `auditeur`) or of a body (its identifier).
///
/// # Errors
/// E-CLES-001 when the mission has no such public key yet, E-CLES-002 when the file is not one, E-CLES-006 when
/// it is not the one that `identifiants.toml` names.
pub fn destinataire(mission: &Mission, nom: &str) -> Result<String, ErreurCommande> {
    let chemin = chemins::cle_publique(mission, nom);
    let texte = std::fs::read_to_string(&chemin).map_err(|e| {
        ErreurCommande::refus("E-CLES-001", format!("{} : clé publique de « {nom} » illisible ({}).", chemin.display(), cause(&e)))
            .avec_conseil("Le détenteur la crée par « recours keys new », puis la remet à tous avec la mission.")
    })?;
    let texte = texte.trim();
    // Encrypting nothing tells at once whether the key is one: better than after an hour of sealing.
    enveloppe::chiffrer(b"", &[texte.to_owned()]).map_err(|_| {
        ErreurCommande::refus("E-CLES-002", format!("{} : ce n'est pas une clé publique age.", chemin.display()))
            .avec_conseil("Attendu : une seule ligne qui commence par « age1 ». Demandez à nouveau le fichier à son détenteur.")
    })?;
    let attendue = Identifiants::lire_si_present(mission)?.and_then(|i| i.destinataires.get(nom).cloned());
    if attendue.is_some_and(|attendue| attendue != texte) {
        return Err(ErreurCommande::refus(
            "E-CLES-006",
            format!("{} : ce n'est pas la clé que nomme {}.", chemin.display(), chemins::identifiants(mission).display()),
        )
        .avec_conseil("L'un des deux fichiers a été changé : reprenez le dossier « cles » auprès de qui tient la mission."));
    }
    Ok(texte.to_owned())
}

/// Reads an envelope's file and opens it whole. Errors name the file.
///
/// # Errors
/// E-ENVELOPPE-006 not an envelope, -007 addressed to somebody else, -008 cut or changed; E-TABLE-001 and -002
/// when the file cannot be read.
pub fn ouvrir_enveloppe(chemin: &Path, identite: &IdentiteAge) -> Result<Vec<u8>, ErreurCommande> {
    let octets = std::fs::read(chemin).map_err(|e| recours_tables::ErreurTable::de_lecture(chemin, &e))?;
    enveloppe::dechiffrer(&octets, identite).map_err(|e| nommer(chemin, e))
}

/// Opens an envelope to read what it holds where it lies; see [`EnveloppeOuverte::ouvrir`] for `entiere`.
///
/// # Errors
/// As [`ouvrir_enveloppe`].
pub fn ouvrir_sur_place(chemin: &Path, identite: &IdentiteAge, entiere: bool) -> Result<EnveloppeOuverte, ErreurCommande> {
    let fichier = std::fs::File::open(chemin).map_err(|e| recours_tables::ErreurTable::de_lecture(chemin, &e))?;
    EnveloppeOuverte::ouvrir(fichier, identite, entiere).map_err(|e| nommer(chemin, e))
}

/// The same error with the file's name before it.
fn nommer(chemin: &Path, erreur: ErreurEnveloppe) -> ErreurCommande {
    let mut nommee = ErreurCommande::from(erreur);
    nommee.message = format!("{} : {}", chemin.display(), nommee.message);
    nommee
}

fn cause(erreur: &std::io::Error) -> &'static str {
    match erreur.kind() {
        std::io::ErrorKind::NotFound => "introuvable",
        std::io::ErrorKind::PermissionDenied => "accès refusé",
        _ => "erreur de lecture",
    }
}

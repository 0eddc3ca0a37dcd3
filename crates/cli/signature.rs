//! Who made a file between roles: its signature ([`recours_tables::signature`]) with the author's log key, held against
//! the public keys of `cles/identifiants.toml`.
//!
//! Those keys come with the mission: each holder's `keys new` writes its own there, and whoever receives the folder
//! `cles` compares the file with the others' (`recours keys show`) before the first delivery. A file that is not by the
//! expected author, for this mission, epoch and body, is refused before anything of it is used.

use std::path::Path;

use recours_tables::journal::{ClePublique, Journal};
use recours_tables::signature::{self, ChunkReader, FauteSignature};

pub use recours_tables::signature::ANNOTATION;

use recours_tables::{ErreurTable, FichierPret};

use crate::chemins;
use crate::cles::Identifiants;
use crate::entete::Entete;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// Signs the bytes of a file whose header is `entete`.
///
/// # Errors
/// E-LIVRAISON-013 when they were written without a place for it: a fault of the program.
pub fn signer(octets: &mut [u8], entete: &Entete, journal: &Journal) -> Result<(), ErreurCommande> {
    signature::signer(octets, &entete.objet(journal.auteur()), journal.cle()).map_err(|e| faute(Path::new("envoi"), journal.auteur(), e))
}

/// The same for a file written aside.
///
/// # Errors
/// E-TABLE-021 and -022.
pub fn signer_fichier(pret: &mut FichierPret, entete: &Entete, journal: &Journal) -> Result<(), ErreurCommande> {
    Ok(signature::signer_fichier(pret, &entete.objet(journal.auteur()), journal.cle())?)
}

/// The public signature keys of a mission.
#[derive(Debug)]
pub struct Signataires(Identifiants);

impl Signataires {
    /// Those that its `cles/identifiants.toml` names.
    ///
    /// # Errors
    /// E-CLES-003 and -004 when that file is missing or of another mission.
    pub fn de_mission(mission: &Mission, empreinte: &str) -> Result<Self, ErreurCommande> {
        Identifiants::de_mission(mission, empreinte).map(Self)
    }

    /// The key of a role or body.
    ///
    /// # Errors
    /// E-CLES-011.
    pub fn cle(&self, mission: &Mission, auteur: &str) -> Result<ClePublique, ErreurCommande> {
        self.0.signatures.get(auteur).and_then(|t| ClePublique::de_texte(t)).ok_or_else(|| {
            ErreurCommande::refus(
                "E-CLES-011",
                format!("{} : aucune clé de signature de « {auteur} ».", chemins::identifiants(mission).display()),
            )
            .avec_conseil("Son détenteur la crée avec les autres par « recours keys new », puis remet le dossier « cles ».")
        })
    }

    /// The public age key of a role or body, as the mission's keys name it.
    #[must_use]
    pub fn destinataire(&self, nom: &str) -> Option<&str> {
        self.0.destinataires.get(nom).map(String::as_str)
    }

    /// Checks that `octets` were signed by `auteur` for this header.
    ///
    /// # Errors
    /// E-LIVRAISON-013 without signature, -014 when it is not theirs, E-CLES-011.
    pub fn verifier(&self, mission: &Mission, fichier: &Path, octets: &[u8], entete: &Entete, auteur: &str) -> Result<(), ErreurCommande> {
        signature::verifier(octets, &entete.objet(auteur), &self.cle(mission, auteur)?).map_err(|e| faute(fichier, auteur, e))
    }

    /// The same for what is read where it lies: a file, an envelope.
    ///
    /// # Errors
    /// Those of [`Signataires::verifier`], and of reading.
    pub fn verifier_source(
        &self,
        mission: &Mission,
        fichier: &Path,
        source: &impl ChunkReader,
        entete: &Entete,
        auteur: &str,
    ) -> Result<(), ErreurCommande> {
        let lu = signature::verifier_source(source, &entete.objet(auteur), &self.cle(mission, auteur)?);
        lu.map_err(|e| ErreurTable::de_lecture(fichier, &e))?.map_err(|e| faute(fichier, auteur, e))
    }
}

/// The refusal of a file by its fault.
pub(crate) fn faute(fichier: &Path, auteur: &str, faute: FauteSignature) -> ErreurCommande {
    let (code, quoi) = match faute {
        FauteSignature::Absente => ("E-LIVRAISON-013", "ce fichier n'est pas signé"),
        FauteSignature::Fausse => ("E-LIVRAISON-014", "ce fichier n'est pas signé par qui il dit, ou a été changé depuis"),
    };
    ErreurCommande::refus(code, format!("{} : {quoi} (attendu : « {auteur} »).", fichier.display())).avec_conseil(
        "N'en utilisez rien. Redemandez-le à son auteur, par une autre voie ; si cela revient, comparez avec lui le dossier « cles ».",
    )
}

//! Between two rounds: the row ids that the linkage unit returns to a body, and nothing else.

use std::collections::HashSet;
use std::path::Path;

use recours_tables::{IdentiteAge, Lecteur};

use super::fautes;
use crate::chemins;
use crate::cles;
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::mission::{Mission, Organisme};
use crate::signature::Signataires;

/// The rows of `organisme` that the first round left open. `fichier` is by default `echanges/<organisme>/residu.age`.
///
/// # Errors
/// E-OPRF-017 when it is missing, E-ENVELOPPE and E-LIVRAISON codes when it is not this body's for this mission.
pub fn lire_residu(
    mission: &Mission,
    organisme: &Organisme,
    empreinte: &str,
    fichier: Option<&Path>,
) -> Result<HashSet<[u8; 16]>, ErreurCommande> {
    let chemin = fichier.map_or_else(|| chemins::residu(&chemins::echanges(mission, &organisme.id)), Path::to_path_buf);
    if !chemin.exists() {
        return Err(fautes::sans_residu(&chemin));
    }
    let identite = IdentiteAge::lire(&chemins::cle_organisme(organisme))?;
    let clair = cles::ouvrir_enveloppe(&chemin, &identite)?;
    let mut entete = Entete::nouvelle(Contenu::Residu, mission, empreinte, &organisme.id);
    entete.tour = Some(1);
    let signee = Signataires::de_mission(mission, empreinte)?.verifier(mission, &chemin, &clair, &entete, "liaison");
    let lecteur = Lecteur::depuis_parquet(&chemin, clair)?;
    // What the file says of itself first: « of another mission » helps more than « not signed so ».
    entete.verifier(&lecteur)?;
    signee?;
    let mut lues = HashSet::new();
    for lot in lecteur.projeter(&["row_id"])?.lots()? {
        let lot = lot?;
        let colonne = lot.colonne("row_id")?;
        lues.extend(colonne.obligatoire(colonne.octets16()?)?);
    }
    Ok(lues)
}

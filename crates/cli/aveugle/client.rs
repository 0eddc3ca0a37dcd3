//! A body's side of the service: the three steps in one.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use recours_tables::{IdentiteAge, Origine, enveloppe};

use super::finalisation::Livraison;
use super::service::{MAGIE, Refus, adresse_locale};
use super::{demande, exiger_mode_b, fautes};
use crate::chemins;
use crate::cles::{self, Detenteur};
use crate::erreur::ErreurCommande;
use crate::journal;
use crate::mission::Mission;
use crate::progression::Progression;
use crate::scellement::{BilanScellement, Depart};

/// An answer of the key holder may take long: it evaluates a whole part.
const PATIENCE: Duration = Duration::from_secs(3_600);

/// A refusal is a few lines.
const REFUS_MAX: u64 = 64 * 1024;

/// Blinds, has evaluated by the service at `adresse`, finalises: the same files as by the three commands. Nothing
/// is kept on the disk between the steps.
///
/// # Errors
/// E-OPRF-014 for an address that is not of this machine, E-OPRF-015 when nobody answers there, the key holder's own
/// refusals, and those of [`super::finaliser`]; nothing is then written.
pub fn sceller_par_service(
    mission: &Mission,
    body: &str,
    entrees: &[Origine],
    tour: u8,
    adresse: &str,
    sortie: Option<&Path>,
    progression: &Progression,
) -> Result<BilanScellement, ErreurCommande> {
    exiger_mode_b(mission)?;
    adresse_locale(adresse)?;
    let depart = Depart::nouveau(mission, body, entrees)?;
    let identite = IdentiteAge::lire(&chemins::cle_organisme(&depart.organisme))?;
    let vers_tiers = cles::destinataire(mission, "tiers_cles")?;
    let mut livraison = Livraison::ouvrir(mission, depart, tour, sortie, progression)?;
    let residu = demande::residu_du_tour(mission, &livraison.depart, tour, None)?;
    let cle = demande::cle_des_canaris(mission, &livraison.depart, tour)?;
    let lignes = demande::lignes_du_tour(&livraison.ouverture, residu.as_ref(), &cle)?;
    let journal = journal::ouvrir(mission, &Detenteur::Organisme(body.to_owned()))?;
    let mut recues = Vec::new();
    let quoi = demande::ADemander { extrait: &livraison.ouverture.extrait, lignes: &lignes, canaris: &cle, tour, journal: &journal };
    demande::preparer(mission, &livraison.depart, &quoi, progression, |_, etat, clair| {
        let enveloppe = enveloppe::chiffrer(&clair, std::slice::from_ref(&vers_tiers))?;
        recues.push((etat, demander(adresse, &enveloppe)?));
        Ok(())
    })?;
    let etape = progression.etape(format!("Jetons {body}"), Some(lignes.len() as u64));
    for (etat, reponse) in recues {
        livraison.recevoir(&etat, Path::new("réponse du service"), &reponse, &identite, &etape)?;
    }
    etape.terminer();
    livraison.livrer(&identite, progression)
}

/// One request, one answer.
fn demander(adresse: &str, demande: &[u8]) -> Result<Vec<u8>, ErreurCommande> {
    let coupe = |e: std::io::Error| fautes::service(adresse, &format!("échange impossible ({})", e.kind()));
    let mut service = TcpStream::connect(adresse_locale(adresse)?).map_err(coupe)?;
    service.set_read_timeout(Some(PATIENCE)).and_then(|()| service.set_write_timeout(Some(PATIENCE))).map_err(coupe)?;
    service.write_all(MAGIE).map_err(coupe)?;
    service.write_all(&(demande.len() as u64).to_be_bytes()).map_err(coupe)?;
    service.write_all(demande).map_err(coupe)?;
    service.flush().map_err(coupe)?;
    let mut tete = [0_u8; 9];
    service.read_exact(&mut tete).map_err(coupe)?;
    let [sorte, longueur @ ..] = tete;
    let longueur = u64::from_be_bytes(longueur);
    // An answer has a proof per batch beside elements of the same size as the request's.
    let maximum = if sorte == 0 { (demande.len() as u64).saturating_mul(2) + REFUS_MAX } else { REFUS_MAX };
    if sorte > 1 || longueur > maximum {
        return Err(fautes::service(adresse, "ce qui répond n'est pas un service d'évaluation"));
    }
    let mut reponse = Vec::new();
    (&mut service).take(longueur).read_to_end(&mut reponse).map_err(coupe)?;
    if reponse.len() as u64 != longueur {
        return Err(fautes::service(adresse, "réponse coupée"));
    }
    if sorte == 1 { Err(refus(adresse, &reponse)) } else { Ok(reponse) }
}

/// The key holder's refusal, with its own code.
fn refus(adresse: &str, octets: &[u8]) -> ErreurCommande {
    let Ok(refus) = serde_json::from_slice::<Refus>(octets) else {
        return fautes::service(adresse, "refus illisible");
    };
    let est_code = refus.code.len() <= 24 && refus.code.bytes().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b'-');
    if !est_code {
        return fautes::service(adresse, "refus illisible");
    }
    let propre = |texte: &str| -> String { texte.chars().filter(|c| !c.is_control()).take(1_000).collect() };
    ErreurCommande::refus(refus.code.clone(), format!("le tiers des clés refuse : {}", propre(&refus.message)))
        .avec_conseil(propre(&refus.conseil))
}

//! Making keys. What exists is never overwritten, and a creation that fails leaves nothing.

use std::path::{Path, PathBuf};

use recours_seal::keys::{CleMaitresse, Role};
use recours_seal::oprf::{ClesOprf, PasseOprf};
use recours_tables::enveloppe::{self, IdentiteAge};
use recours_tables::{ErreurTable, Protection, ecrire_octets};

use super::{Detenteur, Identifiants, empreinte_de_mission};
use crate::aveugle::Compteur;
use crate::chemins;
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::mission::{Donnees, Mission, Mode};
use crate::scellement::contexte;

/// What was made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BilanCles {
    /// Fingerprint of the mission to which the keys are bound.
    pub mission: String,
    /// Secret files made, with their holder.
    pub secrets: Vec<(String, PathBuf)>,
    /// Files that their holder must still receive from the key holder.
    pub a_recevoir: Vec<PathBuf>,
}

/// Secret files made so far: removed unless the whole creation succeeds.
#[derive(Default)]
struct Faits(Vec<(String, PathBuf, String)>);

impl Drop for Faits {
    fn drop(&mut self) {
        for (_, chemin, _) in &self.0 {
            // They were never used; what cannot be removed is named by the error under way.
            let _ = enveloppe::detruire(chemin);
        }
    }
}

/// Makes all the keys of a mission on one machine: for invented data only.
///
/// # Errors
/// E-CLES-007 with real data (each holder makes its own), E-CLES-008 when a key exists already; nothing is then
/// written.
pub fn creer_cles(mission: &Mission) -> Result<BilanCles, ErreurCommande> {
    if mission.donnees != Donnees::Inventees {
        return Err(ErreurCommande::refus(
            "E-CLES-007",
            format!("{} : avec des données réelles, chaque rôle crée ses propres clés, chez lui.", mission.fichier.display()),
        )
        .avec_conseil("Donnez --role liaison, hote, auditeur ou tiers_cles, ou --body suivi de l'organisme."));
    }
    let mut detenteurs = Detenteur::ROLES.to_vec();
    if mission.mode == Mode::B {
        detenteurs.push(Detenteur::TiersCles);
    }
    detenteurs.extend(mission.organismes.iter().map(|o| Detenteur::Organisme(o.id.clone())));
    let niveau1 = match mission.mode {
        Mode::A => Some(CleMaitresse::generer(Role::Niveau1)?),
        Mode::B => None,
    };
    creer(mission, &detenteurs, niveau1)
}

/// Makes the keys of one holder.
///
/// # Errors
/// E-CLES-008 when one of them exists already, E-CLES-004 when the mission's other keys are of another mission;
/// nothing is then written.
pub fn creer_cles_de(mission: &Mission, detenteur: &Detenteur) -> Result<BilanCles, ErreurCommande> {
    let niveau1 = match (detenteur, mission.mode) {
        (Detenteur::TiersCles, Mode::A) => Some(CleMaitresse::generer(Role::Niveau1)?),
        // The key holder's copy, where one machine plays both roles.
        (Detenteur::Organisme(_), Mode::A) if chemins::niveau1_tiers(mission).exists() => {
            Some(CleMaitresse::lire(&chemins::niveau1_tiers(mission), Role::Niveau1)?)
        }
        _ => None,
    };
    creer(mission, std::slice::from_ref(detenteur), niveau1)
}

fn creer(mission: &Mission, detenteurs: &[Detenteur], niveau1: Option<CleMaitresse>) -> Result<BilanCles, ErreurCommande> {
    let empreinte = empreinte_de_mission(mission)?;
    let mut ids = match Identifiants::lire_si_present(mission)? {
        Some(ids) => ids,
        None => Identifiants::nouveaux(mission, &empreinte),
    };
    ids.verifier(mission, &empreinte)?;
    let fait_niveau1 = niveau1.is_some() && !matches!(detenteurs, [Detenteur::Organisme(_)]);
    if fait_niveau1 && ids.niveau1.is_some() {
        return Err(deja_la(&chemins::identifiants(mission), "une clé de niveau 1 y est déjà nommée"));
    }
    if detenteurs.contains(&Detenteur::TiersCles) && mission.mode == Mode::B {
        let compteur = chemins::compteur(mission);
        if compteur.exists() || ids.oprf.is_some() {
            return Err(deja_la(&compteur, "une clé d'évaluation existe déjà pour cette mission"));
        }
    }
    for detenteur in detenteurs {
        for chemin in [detenteur.identite(mission)?, detenteur.cle_de_jetons(mission)?].into_iter().flatten() {
            let attendue_du_tiers = niveau1.is_none() && matches!(detenteur, Detenteur::Organisme(_)) && chemin.ends_with("niveau1.cle");
            if chemin.exists() && !attendue_du_tiers {
                return Err(deja_la(&chemin, "cette clé existe déjà"));
            }
        }
    }
    let mut faits = Faits::default();
    let mut bilan = BilanCles { mission: empreinte, ..BilanCles::default() };
    for detenteur in detenteurs {
        let nom = detenteur.nom();
        // A role's signature key outlives its other keys: its log goes on from one epoch to the next.
        let signature = journal::signature(mission, detenteur)?;
        let nouvelle = !signature.exists();
        let publique = journal::assurer_cle(mission, detenteur)?.to_string();
        if nouvelle {
            faits.0.push((nom.to_owned(), signature, publique.clone()));
        }
        ids.signatures.insert(nom.to_owned(), publique);
        if let Some(chemin) = detenteur.identite(mission)? {
            dossier_de(&chemin)?;
            let identite = IdentiteAge::generer();
            identite.ecrire(&chemin)?;
            faits.0.push((nom.to_owned(), chemin, identite.destinataire()));
            ids.destinataires.insert(nom.to_owned(), identite.destinataire());
        }
        match (detenteur, detenteur.cle_de_jetons(mission)?, &niveau1) {
            (Detenteur::TiersCles, Some(chemin), None) => {
                let cle = CleMaitresse::generer(Role::Oprf)?;
                evaluation(mission, &cle, &mut ids)?;
                let identifiant = cle.identifiant().to_string();
                deposer(&cle, nom, chemin, &mut faits)?;
                let compteur = chemins::compteur(mission);
                Compteur::neuf(&ids, &identifiant).ecrire(&compteur)?;
                faits.0.push((nom.to_owned(), compteur, identifiant));
            }
            (Detenteur::Liaison, Some(chemin), _) => {
                let cle = CleMaitresse::generer(Role::Niveau2)?;
                deposer(&cle, nom, chemin, &mut faits)?;
                ids.niveau2 = Some(cle.identifiant().to_string());
            }
            (_, Some(chemin), Some(cle)) => {
                if let Some(connu) = ids.niveau1.as_deref() {
                    cle.verifier_identifiant(connu)?;
                }
                deposer(cle, nom, chemin, &mut faits)?;
                ids.niveau1 = Some(cle.identifiant().to_string());
            }
            (_, Some(chemin), None) if !chemin.exists() => bilan.a_recevoir.push(chemin),
            _ => {}
        }
    }
    publier(mission, &ids, detenteurs)?;
    for detenteur in detenteurs {
        let journal = journal::ouvrir(mission, detenteur)?;
        for (_, chemin, identifiant) in faits.0.iter().filter(|(nom, _, _)| nom == detenteur.nom()) {
            journal::inscrire(&journal, acte_de_cle("creation_de_cle", mission, &bilan.mission, chemin, identifiant))?;
        }
    }
    bilan.secrets = std::mem::take(&mut faits.0).into_iter().map(|(nom, chemin, _)| (nom, chemin)).collect();
    Ok(bilan)
}

/// Publishes the master key's identifier and the public key of each pass.
fn evaluation(mission: &Mission, cle: &CleMaitresse, ids: &mut Identifiants) -> Result<(), ErreurCommande> {
    let cles = ClesOprf::deriver(cle, &contexte(mission, &ids.mission)?)?;
    ids.oprf = Some(cle.identifiant().to_string());
    for passe in PasseOprf::toutes() {
        let publique = cles.publique(passe)?;
        let texte = publique.octets().iter().fold(String::new(), |t, o| t + &format!("{o:02x}"));
        ids.evaluation.insert(passe.code().to_owned(), texte);
    }
    Ok(())
}

/// What is logged of a key: its file's name and its public identifier.
pub(super) fn acte_de_cle(nom: &'static str, mission: &Mission, empreinte: &str, chemin: &Path, identifiant: &str) -> Acte {
    let fichier = chemin.file_name().map(|f| f.to_string_lossy().into_owned()).unwrap_or_default();
    Acte::de_mission(nom, mission, empreinte).texte("fichier", fichier).texte("cle", identifiant)
}

fn deposer(cle: &CleMaitresse, nom: &str, chemin: PathBuf, faits: &mut Faits) -> Result<(), ErreurCommande> {
    dossier_de(&chemin)?;
    cle.ecrire(&chemin)?;
    faits.0.push((nom.to_owned(), chemin, cle.identifiant().to_string()));
    Ok(())
}

/// Public keys and identifiers, all or none.
fn publier(mission: &Mission, ids: &Identifiants, detenteurs: &[Detenteur]) -> Result<(), ErreurCommande> {
    let mut prets = Vec::new();
    for detenteur in detenteurs {
        if let Some(cle) = ids.destinataires.get(detenteur.nom()) {
            let chemin = chemins::cle_publique(mission, detenteur.nom());
            prets.push(recours_tables::preparer_octets(chemin, format!("{cle}\n").as_bytes(), Protection::Ordinaire)?);
        }
    }
    prets.push(recours_tables::preparer_octets(chemins::identifiants(mission), ids.texte().as_bytes(), Protection::Ordinaire)?);
    recours_tables::ecrire_ensemble(prets)?;
    Ok(())
}

pub(super) fn reecrire(mission: &Mission, ids: &Identifiants) -> Result<(), ErreurCommande> {
    Ok(ecrire_octets(chemins::identifiants(mission), ids.texte().as_bytes(), Protection::Ordinaire)?)
}

fn dossier_de(chemin: &Path) -> Result<(), ErreurCommande> {
    let dossier = chemin.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(dossier).map_err(|e| ErreurTable::d_ecriture(dossier, &e).into())
}

fn deja_la(chemin: &Path, quoi: &str) -> ErreurCommande {
    ErreurCommande::refus("E-CLES-008", format!("{} : {quoi} ; aucune clé n'est jamais écrasée.", chemin.display()))
        .avec_conseil("Gardez-la, ou détruisez-la d'abord par « recours keys destroy ».")
}

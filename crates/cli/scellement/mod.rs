//! What a body does behind its own wall: its extract becomes two envelopes that say nothing of anybody
//! without the other roles. Tokens go to the linkage unit, attributes to the host; rows of each are in an
//! order of their own, and only the random row id, which the body alone can turn back into a person, is in
//! both.

mod attributs;
mod bilan;
mod jetons;
mod opposition;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_rules::vocabulary::Crossing;
use recours_seal::canon;
use recours_seal::hasard::melanger;
use recours_seal::keys::{CleMaitresse, ClesScellement, ContexteMission, Role};
use recours_tables::{Protection, ecrire_ensemble, enveloppe, preparer_octets};

use crate::chemins;
use crate::cles::{self, Identifiants};
use crate::colonnes_utiles::colonnes_utiles;
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::mission::extrait::{self, Demande};
use crate::mission::{Composition, Mission, Mode, Organisme, Suite};
use crate::progression::Progression;
use crate::regles;

pub use bilan::BilanScellement;

/// Seals the extract of body `body`: tokens to the linkage unit, attributes to the host, both or none.
///
/// Needs the mission, its rule pack, `cles/` and the body's own folder; nothing of the other bodies. `entrees`
/// replaces files of the mission ([`Organisme::remplacer_fichiers`]); `sortie` is the folder of the two
/// envelopes, by default `deliveries/<body>/`.
///
/// # Errors
/// Exit 3 when the mission, its rules, a key or the extract is refused (E-MISSION, E-REGLES, E-CLES, E-SCEAU,
/// E-TABLE), exit 4 when the machine fails; nothing is then written.
pub fn sceller_organisme(
    mission: &Mission,
    body: &str,
    entrees: &[PathBuf],
    sortie: Option<&Path>,
    progression: &Progression,
) -> Result<BilanScellement, ErreurCommande> {
    exiger_mode_a(mission)?;
    let mut organisme = mission.organisme(body)?.clone();
    organisme.remplacer_fichiers(entrees)?;
    let (pack, empreinte_regles) = regles::de_mission(mission)?;
    let empreinte = mission.empreinte(&empreinte_regles);
    // Keys and recipients before the extract: whoever lacks one learns it at once.
    let vers_liaison = cles::destinataire(mission, "liaison")?;
    let vers_hote = cles::destinataire(mission, "hote")?;
    let scellement = cles_de_scellement(mission, &organisme, &empreinte)?;

    let voulues = colonnes_a_livrer(&pack, body);
    let vocabulaire = regles::vocabulaire(&pack, true);
    let etape = progression.etape(format!("Extrait {body}"), None);
    let demande = Demande { vocabulaire: &vocabulaire, voulues: &voulues };
    let mut extrait = extrait::charger_organisme(mission, &organisme, &demande, &mut |n| etape.avance(n))?;
    etape.terminer();
    let opposees = opposition::lire(&chemins::registre(&organisme))?;
    let mut gardees = opposition::gardees(&extrait.row_ids, opposees.as_ref());
    let mut bilan = BilanScellement::nouveau(&pack, &extrait, opposees.is_some(), gardees.len());

    let dossier = sortie.map_or_else(|| chemins::livraison(mission, body), Path::to_path_buf);
    let mut entete = Entete::nouvelle(Contenu::Jetons, mission, &empreinte, body);
    entete.canon = Some(canon::VERSION.to_owned());
    entete.lignes = gardees.len() as u64;
    melanger(&mut gardees)?;
    let etape = progression.etape(format!("Jetons {body}"), Some(gardees.len() as u64));
    let (clair, compte) = jetons::sceller(&scellement, &extrait, &gardees, &entete, &|n| etape.avance(n))?;
    etape.terminer();
    drop(scellement);
    bilan.jetons = compte;
    let pret_jetons = envelopper(&chemins::jetons(&dossier), clair, vers_liaison)?;

    extrait.identites.clear();
    if organisme.composition == Composition::Aucune {
        // Numbers that served to join tables at home describe no household: they stay there.
        extrait.foyers = None;
        extrait.roles = None;
    }
    let mut entete = Entete::nouvelle(Contenu::Attributs, mission, &empreinte, body);
    entete.regles = Some(empreinte_regles);
    entete.lignes = gardees.len() as u64;
    melanger(&mut gardees)?;
    let etape = progression.etape(format!("Attributs {body}"), Some(gardees.len() as u64));
    let (clair, foyers) = attributs::livrer(&extrait, &gardees, &entete, &|n| etape.avance(n))?;
    etape.terminer();
    bilan.foyers = foyers;
    let pret_attributs = envelopper(&chemins::attributs(&dossier), clair, vers_hote)?;

    ecrire_ensemble(vec![pret_jetons, pret_attributs])?;
    bilan.fichiers = vec![chemins::jetons(&dossier), chemins::attributs(&dossier)];
    Ok(bilan)
}

/// Mode B's blind evaluation is another road.
///
/// # Errors
/// E-MISSION-025.
pub(crate) fn exiger_mode_a(mission: &Mission) -> Result<(), ErreurCommande> {
    match mission.mode {
        Mode::A => Ok(()),
        Mode::B => Err(ErreurCommande::refus(
            "E-MISSION-025",
            format!("{} : le mode B (évaluation aveugle) n'est pas servi par cette commande.", mission.fichier.display()),
        )
        .avec_conseil("Avec des données inventées, ou un seul responsable de traitement, choisissez mode = \"A\".")),
    }
}

/// The context that binds keys to the mission.
///
/// # Errors
/// E-CLES-004 never in practice: the fingerprint is 64 hexadecimal digits.
pub(crate) fn contexte(mission: &Mission, empreinte: &str) -> Result<ContexteMission, ErreurCommande> {
    let manifeste = blake3::Hash::from_hex(empreinte)
        .map_err(|_| ErreurCommande::refus("E-CLES-004", "empreinte de mission illisible : 64 chiffres hexadécimaux attendus."))?;
    let suite = match mission.suite {
        Suite::Rgs => recours_seal::keys::Suite::Rgs,
        Suite::Rapide => recours_seal::keys::Suite::Rapide,
    };
    Ok(ContexteMission { suite, manifeste: *manifeste.as_bytes(), epoque: mission.epoque.clone() })
}

/// Reads a token key, checks that it is the one that the mission names; errors name the file.
pub(crate) fn lire_cle_de_jetons(chemin: &Path, role: Role, ids: &Identifiants, mission: &Mission) -> Result<CleMaitresse, ErreurCommande> {
    let cle = CleMaitresse::lire(chemin, role)?;
    cle.verifier_identifiant(ids.cle_de_jetons(mission, role == Role::Niveau1)?).map_err(|e| {
        let mut nommee = ErreurCommande::from(e);
        nommee.message = format!("{} : {}", chemin.display(), nommee.message);
        nommee
    })?;
    Ok(cle)
}

fn cles_de_scellement(mission: &Mission, organisme: &Organisme, empreinte: &str) -> Result<ClesScellement, ErreurCommande> {
    let ids = Identifiants::de_mission(mission, empreinte)?;
    let cle = lire_cle_de_jetons(&chemins::niveau1(organisme), Role::Niveau1, &ids, mission)?;
    Ok(ClesScellement::deriver(&cle, &contexte(mission, empreinte)?)?)
}

/// Columns that a rule needs from this body and that may cross; the rest is not even read.
fn colonnes_a_livrer(pack: &Pack, body: &str) -> BTreeSet<String> {
    let programme = Program::compile(pack);
    let mut voulues = colonnes_utiles(pack, &programme, body);
    voulues.retain(|colonne| {
        bilan::traverse(pack, colonne) == Some(Crossing::Authorised) && !attributs::STRUCTURE.contains(&colonne.as_str())
    });
    voulues
}

fn envelopper(chemin: &Path, clair: Vec<u8>, destinataire: String) -> Result<recours_tables::FichierPret, ErreurCommande> {
    let enveloppe = enveloppe::chiffrer(&clair, &[destinataire])?;
    drop(clair);
    Ok(preparer_octets(chemin, &enveloppe, Protection::Ordinaire)?)
}

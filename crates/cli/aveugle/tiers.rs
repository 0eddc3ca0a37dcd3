//! The key holder: opens a request, counts it, evaluates what it cannot read, answers the body alone.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use recours_seal::canon;
use recours_seal::keys::Role;
use recours_seal::oprf::{ClesOprf, PasseOprf, taille_element};
use recours_tables::journal::Journal;
use recours_tables::{FichierPret, IdentiteAge, Lecteur, Protection, ecrire_ensemble, enveloppe, preparer_octets};

use super::compteur::{self, Compteur};
use super::{echange, exiger_mode_b, fautes, passes_du_tour, plafond};
use crate::chemins;
use crate::cles::{self, Detenteur, Identifiants};
use crate::entete::{Contenu, DEMANDE, Entete, ORGANISME, TOUR};
use crate::erreur::ErreurCommande;
use crate::journal;
use crate::mission::{Mission, Organisme};
use crate::scellement::{contexte, lire_cle};
use crate::signature::Signataires;

/// The key holder of a mission, its keys read. No `Debug`: it holds them.
pub struct Tiers<'m> {
    mission: &'m Mission,
    empreinte: String,
    ids: Identifiants,
    identite: IdentiteAge,
    cles: ClesOprf,
    journal: Journal,
}

/// What was asked and served, in counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanEvaluation {
    /// The body.
    pub organisme: String,
    /// The round.
    pub tour: u8,
    /// Evaluations per pass in this request.
    pub demandees: BTreeMap<&'static str, u64>,
    /// Evaluations per pass in this epoch, this request included.
    pub faites: BTreeMap<String, u64>,
    /// Attested population.
    pub population: u64,
}

impl fmt::Display for BilanEvaluation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let passes: Vec<String> = self
            .demandees
            .iter()
            .map(|(passe, n)| format!("{passe} {n} (en tout {})", self.faites.get(*passe).copied().unwrap_or(0)))
            .collect();
        write!(
            f,
            "{}, tour {} : {} ; population attestée : {}.",
            self.organisme,
            self.tour,
            if passes.is_empty() { "aucun élément".to_owned() } else { passes.join(", ") },
            self.population
        )
    }
}

/// A request opened and checked, not yet counted.
struct DemandeLue<'m> {
    organisme: &'m Organisme,
    population: u64,
    tour: u8,
    id: String,
    lots: Vec<(PasseOprf, Vec<u8>)>,
    demandees: BTreeMap<&'static str, u64>,
}

impl<'m> Tiers<'m> {
    /// Reads the keys.
    ///
    /// # Errors
    /// E-OPRF-018 in mode A, E-CLES and E-SCEAU codes for a key that is not the mission's.
    pub fn ouvrir(mission: &'m Mission) -> Result<Self, ErreurCommande> {
        exiger_mode_b(mission)?;
        let empreinte = cles::empreinte_de_mission(mission)?;
        let ids = Identifiants::de_mission(mission, &empreinte)?;
        let journal = journal::ouvrir(mission, &Detenteur::TiersCles)?;
        let identite = IdentiteAge::lire(&chemins::cle_tiers(mission))?;
        let cle = lire_cle(&chemins::oprf(mission), Role::Oprf, ids.cle_oprf(mission)?)?;
        let cles = ClesOprf::deriver(&cle, &contexte(mission, &empreinte)?)?;
        Ok(Self { mission, empreinte, ids, identite, cles, journal })
    }

    /// Serves one request: `publier` gets the counter written aside and the answer, and puts both in place. Whatever is
    /// refused is logged with its code, and nothing is counted.
    ///
    /// # Errors
    /// E-ENVELOPPE, E-LIVRAISON, E-OPRF codes, each with the file's name.
    pub fn servir(
        &self,
        fichier: &Path,
        enveloppe: &[u8],
        publier: impl FnOnce(FichierPret, Vec<u8>) -> Result<(), ErreurCommande>,
    ) -> Result<BilanEvaluation, ErreurCommande> {
        let demande = match self.lire(fichier, enveloppe) {
            Ok(demande) => demande,
            Err(e) => {
                compteur::noter(&self.journal, &format!("refusee {}", e.code), None, None, &BTreeMap::new())?;
                return Err(e);
            }
        };
        let body = demande.organisme.id.clone();
        let servie = self.compter_et_evaluer(fichier, &demande, publier);
        let issue = servie.as_ref().map_or_else(|e| format!("refusee {}", e.code), |_| "servie".to_owned());
        compteur::noter(&self.journal, &issue, Some(&body), Some(&demande.id), &demande.demandees)?;
        servie
    }

    fn compter_et_evaluer(
        &self,
        fichier: &Path,
        demande: &DemandeLue<'_>,
        publier: impl FnOnce(FichierPret, Vec<u8>) -> Result<(), ErreurCommande>,
    ) -> Result<BilanEvaluation, ErreurCommande> {
        let verrou = compteur::verrouiller(self.mission)?;
        let chemin = chemins::compteur(self.mission);
        let mut compteur = Compteur::lire(&chemin, &self.ids, self.ids.cle_oprf(self.mission)?)?;
        let body = &demande.organisme.id;
        compteur.compter(fichier, body, &demande.id, &demande.demandees, &|passe| {
            PasseOprf::de_code(passe).map_or(0, |p| plafond(demande.population, p))
        })?;

        let vers_organisme = cles::destinataire(self.mission, body)?;
        let lots: Vec<(PasseOprf, &[u8])> = demande.lots.iter().map(|(p, e)| (*p, e.as_slice())).collect();
        let evalues = self.cles.evaluer_tous(&lots).map_err(|e| ErreurCommande::from(e).dans(fichier))?;
        let evalues: Vec<_> = demande.lots.iter().map(|(p, _)| *p).zip(evalues).collect();
        let mut entete = Entete::nouvelle(Contenu::Reponse, self.mission, &self.empreinte, body);
        entete.tour = Some(demande.tour);
        entete.demande = Some(demande.id.clone());
        entete.lignes = evalues.len() as u64;
        let clair = echange::ecrire_reponse(&entete, &evalues)?;
        let reponse = enveloppe::chiffrer(&clair, &[vers_organisme])?;
        // The count is on the disk before the answer leaves.
        publier(compteur.preparer(&chemin)?, reponse)?;
        drop(verrou);
        Ok(BilanEvaluation {
            organisme: body.clone(),
            tour: demande.tour,
            demandees: demande.demandees.clone(),
            faites: compteur.evaluations.remove(body).unwrap_or_default(),
            population: demande.population,
        })
    }

    fn lire(&self, fichier: &Path, octets: &[u8]) -> Result<DemandeLue<'m>, ErreurCommande> {
        let clair = enveloppe::dechiffrer(octets, &self.identite).map_err(|e| ErreurCommande::from(e).dans(fichier))?;
        let lecteur = Lecteur::depuis_parquet(fichier, clair.clone())?;
        let annonce = |cle: &str| lecteur.annotation(cle).unwrap_or_default().to_owned();
        // What names the body is what it says of itself; the answer is readable by that body alone.
        let dit = annonce(ORGANISME);
        let connu = self.mission.organismes.iter().find(|o| o.id == dit);
        let mut entete = Entete::nouvelle(Contenu::Demande, self.mission, &self.empreinte, connu.map_or("un organisme", |o| o.id.as_str()));
        entete.canon = Some(canon::VERSION.to_owned());
        entete.verifier(&lecteur)?;
        let (Some(organisme), Ok(tour)) = (connu, annonce(TOUR).parse::<u8>()) else {
            return Err(fautes::demande(fichier, "ce n'est pas une demande d'évaluation"));
        };
        // What a body may ask is counted: nobody else asks in its name.
        Signataires::de_mission(self.mission, &self.empreinte)?.verifier(self.mission, fichier, &clair, &entete, &organisme.id)?;
        drop(clair);
        let population = organisme.population.ok_or_else(|| fautes::demande(fichier, "cet organisme n'atteste aucune population"))?;
        let id = annonce(DEMANDE);
        if id.len() != 32 || !id.bytes().all(|c| c.is_ascii_hexdigit()) {
            return Err(fautes::demande(fichier, "la demande n'a pas d'identifiant"));
        }
        let passes = passes_du_tour(self.mission, tour).map_err(|_| fautes::demande(fichier, "la mission n'a pas ce tour"))?;
        let lots = echange::lire_demande(lecteur)?;
        let taille = taille_element(self.cles.suite());
        let mut demandees = BTreeMap::new();
        for (passe, elements) in &lots {
            if !passes.contains(passe) {
                return Err(fautes::demande(fichier, "une passe n'est pas de ce tour"));
            }
            *demandees.entry(passe.code()).or_insert(0) += (elements.len() / taille) as u64;
        }
        Ok(DemandeLue { organisme, population, tour, id, lots, demandees })
    }
}

/// Serves requests given as files. `entree` and `sortie` are two files, or two folders: then every
/// `demande.*.age` of the first has its `reponse.*.age` in the second.
///
/// # Errors
/// As [`Tiers::servir`]; requests already served stay so. E-OPRF-013 for a folder without any request.
pub fn evaluer_fichiers(mission: &Mission, entree: &Path, sortie: &Path) -> Result<Vec<(BilanEvaluation, PathBuf)>, ErreurCommande> {
    let tiers = Tiers::ouvrir(mission)?;
    let mut faits = Vec::new();
    for (demande, reponse) in couples(entree, sortie)? {
        let octets = std::fs::read(&demande).map_err(|e| recours_tables::ErreurTable::de_lecture(&demande, &e))?;
        let bilan = tiers.servir(&demande, &octets, |compteur, octets| {
            let reponse = preparer_octets(&reponse, &octets, Protection::Ordinaire)?;
            Ok(ecrire_ensemble(vec![compteur, reponse])?)
        })?;
        faits.push((bilan, reponse));
    }
    Ok(faits)
}

fn couples(entree: &Path, sortie: &Path) -> Result<Vec<(PathBuf, PathBuf)>, ErreurCommande> {
    if !entree.is_dir() {
        return Ok(vec![(entree.to_path_buf(), sortie.to_path_buf())]);
    }
    let lecture = |e: std::io::Error| recours_tables::ErreurTable::de_lecture(entree, &e);
    let mut trouves = Vec::new();
    for fichier in std::fs::read_dir(entree).map_err(lecture)? {
        let chemin = fichier.map_err(lecture)?.path();
        let nom = chemin.file_name().and_then(|n| n.to_str()).and_then(|n| n.strip_prefix("demande.")).filter(|n| n.ends_with(".age"));
        if let Some(nom) = nom {
            let reponse = sortie.join(format!("reponse.{nom}"));
            // What was answered in this folder is not asked again.
            if !reponse.exists() {
                trouves.push((chemin.clone(), reponse));
            }
        }
    }
    trouves.sort();
    if trouves.is_empty() {
        return Err(fautes::demande(entree, "aucune demande en attente dans ce dossier"));
    }
    Ok(trouves)
}

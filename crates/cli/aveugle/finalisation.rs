//! Second step, at the body: proofs checked, tokens, then the same two deliveries as in mode A.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use recours_seal::canaris::CleCanaris;
use recours_seal::oprf::{Aveuglement, ClePublique, ErreurOprf, Etat, Evaluation, LOT, LotAveugle, PasseOprf};
use recours_tables::{FichierPret, IdentiteAge, Lecteur, Origine, Protection, enveloppe, preparer_octets};
use zeroize::Zeroizing;

use super::colonnes::Jetons;
use super::demande::{self, canoniques, premier};
use super::{echange, exiger_mode_b, fautes, passes_du_tour};
use crate::chemins;
use crate::cles::{self, Detenteur, Identifiants};
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::mission::Mission;
use crate::progression::{Etape, Progression};
use crate::scellement::jetons::Identites;
use crate::scellement::{BilanScellement, Depart, Ouverture, contexte, envelopper};

/// Checks the answers of the key holder for `body`, then delivers: after the last round both files, as in mode A;
/// after the first of two, the tokens of the numbers alone. `reponses` is the folder of the answers (by default
/// `echanges/<body>/`), or the answer itself when the request has one part.
///
/// # Errors
/// E-OPRF-009 without a blinding under way, -011 when the extract is no longer the one that was blinded, -012 for a
/// missing answer, -001 to -003 for one that is not true, E-LIVRAISON codes for one of another request; nothing is then
/// written, and the states stay.
pub fn finaliser(
    mission: &Mission,
    body: &str,
    entrees: &[Origine],
    tour: u8,
    reponses: Option<&Path>,
    sortie: Option<&Path>,
    progression: &Progression,
) -> Result<BilanScellement, ErreurCommande> {
    exiger_mode_b(mission)?;
    passes_du_tour(mission, tour)?;
    let depart = Depart::nouveau(mission, body, entrees)?;
    let identite = IdentiteAge::lire(&chemins::cle_organisme(&depart.organisme))?;
    let etats = demande::etats(&depart.organisme, tour);
    if etats.is_empty() {
        return Err(fautes::sans_etat(&chemins::aveugle(&depart.organisme), body, tour));
    }
    let mut livraison = Livraison::ouvrir(mission, depart, tour, sortie, progression)?;
    let etape = progression.etape(format!("Jetons {body}"), None);
    for (partie, chemin) in (1..).zip(&etats) {
        let etat = Etat::lire(cles::ouvrir_enveloppe(chemin, &identite)?).map_err(|e| ErreurCommande::from(e).dans(chemin))?;
        let reponse = match reponses {
            Some(fichier) if fichier.is_file() && etats.len() == 1 => fichier.to_path_buf(),
            Some(dossier) => chemins::reponse(dossier, tour, partie),
            None => chemins::reponse(&chemins::echanges(mission, body), tour, partie),
        };
        let octets = std::fs::read(&reponse).map_err(|_| fautes::sans_reponse(&reponse))?;
        livraison.recevoir(&etat, &reponse, &octets, &identite, &etape)?;
    }
    etape.terminer();
    livraison.livrer(&identite, progression)
}

/// A delivery under way: the extract is open, the tokens come part by part.
pub(super) struct Livraison<'m> {
    mission: &'m Mission,
    pub(super) depart: Depart,
    pub(super) ouverture: Ouverture,
    tour: u8,
    dossier: PathBuf,
    vers_liaison: String,
    vers_hote: String,
    publiques: HashMap<PasseOprf, ClePublique>,
    rangs: HashMap<[u8; 16], u32>,
    jetons: Jetons,
    canaris: Option<CleCanaris>,
}

impl<'m> Livraison<'m> {
    pub(super) fn ouvrir(
        mission: &'m Mission,
        depart: Depart,
        tour: u8,
        sortie: Option<&Path>,
        progression: &Progression,
    ) -> Result<Self, ErreurCommande> {
        let dossier = sortie.map_or_else(|| chemins::livraison(mission, &depart.organisme.id), Path::to_path_buf);
        let vers_liaison = cles::destinataire(mission, "liaison")?;
        let vers_hote = cles::destinataire(mission, "hote")?;
        let ids = Identifiants::de_mission(mission, &depart.empreinte)?;
        let suite = contexte(mission, &depart.empreinte)?.suite;
        let mut publiques = HashMap::new();
        for passe in passes_du_tour(mission, tour)? {
            let octets = ids.cle_d_evaluation(mission, passe.code())?;
            publiques.insert(passe, ClePublique::de_octets(suite, passe, &octets)?);
        }
        // Facts travel with the last round only.
        let ouverture = depart.ouvrir(mission, tour == mission.tours, progression)?;
        let rangs = ouverture.extrait.row_ids.iter().copied().zip(0..).collect();
        Ok(Self {
            mission,
            depart,
            ouverture,
            tour,
            dossier,
            vers_liaison,
            vers_hote,
            publiques,
            rangs,
            jetons: Jetons::vides(0),
            canaris: None,
        })
    }

    /// Opens the answer to one part, and adds its tokens.
    pub(super) fn recevoir(
        &mut self,
        etat: &Etat,
        fichier: &Path,
        octets: &[u8],
        identite: &IdentiteAge,
        etape: &Etape<'_>,
    ) -> Result<(), ErreurCommande> {
        let body = &self.depart.organisme.id;
        if etat.mission != self.depart.empreinte || etat.organisme != *body || etat.tour != self.tour {
            return Err(fautes::sans_etat(&chemins::aveugle(&self.depart.organisme), body, self.tour));
        }
        let clair = enveloppe::dechiffrer(octets, identite).map_err(|e| ErreurCommande::from(e).dans(fichier))?;
        let lecteur = Lecteur::depuis_parquet(fichier, clair)?;
        let mut entete = Entete::nouvelle(Contenu::Reponse, self.mission, &self.depart.empreinte, body);
        entete.tour = Some(self.tour);
        entete.demande = Some(etat.demande.clone());
        entete.verifier(&lecteur)?;
        let reponses = echange::lire_reponse(lecteur)?;
        let memes = reponses.len() == etat.lots.len() && reponses.iter().zip(&etat.lots).all(|((passe, _), lot)| *passe == lot.passe);
        if !memes {
            return Err(fautes::demande(fichier, "la réponse n'a pas les lots de la demande"));
        }
        let cle = CleCanaris::lire(&etat.canaris).ok_or(ErreurOprf::EtatIllisible)?;
        let fin = self.ouverture.extrait.row_ids.len() as u32;
        self.rangs.extend(cle.row_ids().into_iter().zip(fin..));
        self.canaris = Some(cle);
        let lignes: Vec<u32> = etat.lignes.iter().filter_map(|id| self.rangs.get(id).copied()).collect();
        if lignes.len() != etat.lignes.len() {
            return Err(fautes::extrait_change(body));
        }
        let passes = passes_du_tour(self.mission, self.tour)?;
        let secret = Aveuglement::de_octets(contexte(self.mission, &self.depart.empreinte)?.suite, Zeroizing::new(*etat.secret));
        let par_morceau = ranger(etat, &reponses);
        let identites = Identites::de(&self.ouverture.extrait);
        let resultats: Vec<Jetons> = lignes
            .par_chunks(LOT)
            .enumerate()
            .map(|(morceau, lignes)| {
                let lots = par_morceau.get(morceau).map_or(&[][..], Vec::as_slice);
                let jetons = self.finaliser_morceau(&secret, &identites, morceau, lignes, &passes, lots);
                etape.avance(lignes.len() as u64);
                jetons.map_err(|e| e.dans(fichier))
            })
            .collect::<Result<_, ErreurCommande>>()?;
        self.jetons.row_ids.extend_from_slice(&etat.lignes);
        resultats.into_iter().for_each(|jetons| self.jetons.suivre(jetons));
        Ok(())
    }

    fn finaliser_morceau(
        &self,
        secret: &Aveuglement,
        identites: &Identites<'_>,
        morceau: usize,
        lignes: &[u32],
        passes: &[PasseOprf],
        lots: &[(&LotAveugle, &Evaluation)],
    ) -> Result<Jetons, ErreurCommande> {
        let suite = contexte(self.mission, &self.depart.empreinte)?.suite;
        let canoniques = canoniques(self.mission, identites, self.ouverture.extrait.row_ids.len(), lignes, passes);
        let mut jetons = Jetons::vides(lignes.len());
        let change = || fautes::extrait_change(&self.depart.organisme.id);
        for passe in passes {
            let (entrees, positions) = canoniques.passe(*passe);
            let mut lots = lots.iter().filter(|(lot, _)| lot.passe == *passe);
            let publique = self.publiques.get(passe).ok_or(ErreurOprf::Calcul { passe: passe.code() })?;
            for (debut, (entrees, positions)) in (0..).step_by(LOT).zip(entrees.chunks(LOT).zip(positions.chunks(LOT))) {
                // The digest, for canonical bytes that changed would give tokens that join nothing, in silence.
                let lot = lots.next().filter(|(lot, _)| lot.empreinte == secret.empreinte(*passe, entrees));
                let (lot, reponse) = lot.ok_or_else(change)?;
                let sorties = secret.finaliser(publique, premier(morceau, debut), entrees, &lot.elements, reponse)?;
                for (position, sortie) in positions.iter().zip(sorties) {
                    let etiquette = canoniques.etiquette(*passe, suite, *position, &sortie);
                    jetons.poser(*passe, *position, &sortie, etiquette);
                }
            }
            if lots.next().is_some() {
                return Err(change());
            }
        }
        jetons.trier();
        Ok(jetons)
    }

    /// Writes what the round delivers, all or nothing, then forgets the states.
    pub(super) fn livrer(self, identite: &IdentiteAge, progression: &Progression) -> Result<BilanScellement, ErreurCommande> {
        let Self { mission, depart, ouverture, tour, dossier, vers_liaison, vers_hote, mut jetons, canaris, .. } = self;
        let canaris = canaris.ok_or_else(|| fautes::sans_etat(&chemins::aveugle(&depart.organisme), &depart.organisme.id, tour))?;
        let Ouverture { extrait, gardees, opposees, mut bilan } = ouverture;
        let ids =
            |lignes: &[u32]| -> HashSet<[u8; 16]> { lignes.iter().filter_map(|i| extrait.row_ids.get(*i as usize).copied()).collect() };
        let rangs_opposes = opposees;
        let (siennes, opposees) = (ids(&gardees), ids(&rangs_opposes));
        let prive = chemins::aveugle(&depart.organisme);
        let gardes = chemins::jetons_gardes(&prive);
        let journal = journal::ouvrir(mission, &Detenteur::Organisme(depart.organisme.id.clone()))?;
        let mut prets: Vec<FichierPret> = Vec::new();
        let trace;
        if tour < mission.tours {
            let chemin = chemins::jetons_du_premier_tour(&dossier);
            let clair = jetons.parquet(mission, &depart, tour, &canaris, &opposees, &journal)?;
            trace = depart.trace(mission, &extrait, (&gardees, &rangs_opposes), false, &journal)?;
            let pour_soi = enveloppe::chiffrer(&clair, &[identite.destinataire()])?;
            prets.push(preparer_octets(&gardes, &pour_soi, Protection::Privee)?);
            prets.push(envelopper(&chemin, clair, vers_liaison)?);
            bilan.fichiers = vec![chemin];
        } else {
            if mission.tours == 2 {
                let (mut premiers, _) = Jetons::du_premier_tour(mission, &depart, &extrait.row_ids, &gardes, identite)?;
                premiers.completer(jetons);
                jetons = premiers;
            }
            // Somebody who objected since the blinding has no facts in the delivery, and marked tokens.
            let mut voulues = siennes;
            voulues.extend(&opposees);
            voulues.extend(canaris.row_ids());
            jetons.retenir(&voulues);
            let livrees: HashSet<[u8; 16]> = jetons.row_ids.iter().copied().collect();
            let livree = |i: &u32| extrait.row_ids.get(*i as usize).is_some_and(|id| livrees.contains(id));
            let attendues = gardees.len();
            let lignes: Vec<u32> = gardees.into_iter().filter(livree).collect();
            bilan.nouvelles = (attendues - lignes.len()) as u64;
            bilan.livrees = lignes.len() as u64;
            bilan.jetons = jetons.bilan(&extrait, &lignes);
            let clair = jetons.parquet(mission, &depart, tour, &canaris, &opposees, &journal)?;
            trace = depart.trace(mission, &extrait, (&lignes, &rangs_opposes), true, &journal)?;
            prets.push(envelopper(&chemins::jetons(&dossier), clair, vers_liaison)?);
            prets.push(depart.attributs(mission, extrait, lignes, &dossier, vers_hote, &journal, &mut bilan, progression)?);
            bilan.fichiers = vec![chemins::jetons(&dossier), chemins::attributs(&dossier)];
        }
        let acte = Acte::de_mission("scellement", mission, &depart.empreinte).texte("canon", recours_seal::canon::VERSION);
        let acte = acte.nombre("tour", u64::from(tour)).compte("lignes", bilan.livrees);
        trace.joindre(&mut prets)?;
        journal::publier(&journal, acte, prets, Some(&journal::point_livre(&dossier)))?;
        for etat in demande::etats(&depart.organisme, tour) {
            enveloppe::detruire(&etat)?;
        }
        if tour == mission.tours && gardes.exists() {
            enveloppe::detruire(&gardes)?;
        }
        Ok(bilan)
    }
}

/// Batches and answers of each chunk of rows.
fn ranger<'e>(etat: &'e Etat, reponses: &'e [(PasseOprf, Evaluation)]) -> Vec<Vec<(&'e LotAveugle, &'e Evaluation)>> {
    let mut par_morceau: Vec<Vec<_>> = Vec::new();
    for (lot, (_, reponse)) in etat.lots.iter().zip(reponses) {
        let morceau = lot.morceau as usize;
        if par_morceau.len() <= morceau {
            par_morceau.resize_with(morceau + 1, Vec::new);
        }
        par_morceau[morceau].push((lot, reponse));
    }
    par_morceau
}

/// The key of the canaries that the body drew at the first round.
pub(super) fn canaris_du_premier_tour(mission: &Mission, depart: &Depart) -> Result<CleCanaris, ErreurCommande> {
    let identite = IdentiteAge::lire(&chemins::cle_organisme(&depart.organisme))?;
    let gardes = chemins::jetons_gardes(&chemins::aveugle(&depart.organisme));
    Jetons::du_premier_tour(mission, depart, &[], &gardes, &identite).map(|(_, cle)| cle)
}

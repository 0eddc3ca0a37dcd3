//! Second step, at the body: proofs checked, tokens, then the same two deliveries as in mode A.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use recours_seal::hasard::melanger;
use recours_seal::oprf::{Aveuglement, Canoniques, ClePublique, ErreurOprf, Etat, Evaluation, LOT, LotAveugle};
use recours_seal::token::{Jeton, PASSES, Passe};
use recours_tables::{FichierPret, IdentiteAge, Lecteur, ParquetEnMemoire, Protection, ecrire_ensemble, enveloppe, preparer_octets};
use zeroize::Zeroizing;

use super::demande::{self, premier};
use super::{echange, exiger_mode_b, fautes, passes_du_tour};
use crate::chemins;
use crate::cles::{self, Identifiants};
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::mission::Mission;
use crate::mission::extrait::Extrait;
use crate::progression::{Etape, Progression};
use crate::scellement::jetons::{self, Identites};
use crate::scellement::{BilanScellement, Depart, Ouverture, contexte, envelopper};

/// Rows written at a time.
const LIGNES_PAR_BLOC: usize = 8_192;

type Colonnes = [Vec<Option<Jeton>>; PASSES.len()];

/// Tokens of rows, one column per pass. No `Debug`.
#[derive(Default)]
struct Jetons {
    row_ids: Vec<[u8; 16]>,
    colonnes: Colonnes,
}

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
    entrees: &[PathBuf],
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
    publiques: HashMap<Passe, ClePublique>,
    rangs: HashMap<[u8; 16], u32>,
    jetons: Jetons,
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
            publiques.insert(*passe, ClePublique::de_octets(suite, *passe, &octets)?);
        }
        // Facts travel with the last round only.
        let ouverture = depart.ouvrir(mission, tour == mission.tours, progression)?;
        let rangs = ouverture.extrait.row_ids.iter().copied().zip(0..).collect();
        Ok(Self { mission, depart, ouverture, tour, dossier, vers_liaison, vers_hote, publiques, rangs, jetons: Jetons::default() })
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
        let lignes: Vec<u32> = etat.lignes.iter().filter_map(|id| self.rangs.get(id).copied()).collect();
        if lignes.len() != etat.lignes.len() {
            return Err(fautes::extrait_change(body));
        }
        let passes = passes_du_tour(self.mission, self.tour)?;
        let secret = Aveuglement::de_octets(contexte(self.mission, &self.depart.empreinte)?.suite, Zeroizing::new(*etat.secret));
        let par_morceau = ranger(etat, &reponses);
        let identites = Identites::de(&self.ouverture.extrait);
        let resultats: Vec<Colonnes> = lignes
            .par_chunks(LOT)
            .enumerate()
            .map(|(morceau, lignes)| {
                let lots = par_morceau.get(morceau).map_or(&[][..], Vec::as_slice);
                let colonnes = self.finaliser_morceau(&secret, &identites, morceau, lignes, passes, lots);
                etape.avance(lignes.len() as u64);
                colonnes.map_err(|e| e.dans(fichier))
            })
            .collect::<Result<_, ErreurCommande>>()?;
        self.jetons.row_ids.extend_from_slice(&etat.lignes);
        for colonnes in resultats {
            for (ici, la) in self.jetons.colonnes.iter_mut().zip(colonnes) {
                ici.extend(la);
            }
        }
        Ok(())
    }

    fn finaliser_morceau(
        &self,
        secret: &Aveuglement,
        identites: &Identites<'_>,
        morceau: usize,
        lignes: &[u32],
        passes: &[Passe],
        lots: &[(&LotAveugle, &Evaluation)],
    ) -> Result<Colonnes, ErreurCommande> {
        let brutes: Vec<_> = lignes.iter().map(|i| identites.ligne(*i as usize)).collect();
        let canoniques = Canoniques::de(&brutes, passes);
        let mut colonnes: Colonnes = std::array::from_fn(|_| vec![None; lignes.len()]);
        let change = || fautes::extrait_change(&self.depart.organisme.id);
        for passe in passes {
            let (entrees, positions) = canoniques.passe(*passe);
            let lot = lots.iter().find(|(lot, _)| lot.passe == *passe);
            if lot.is_none() && entrees.is_empty() {
                continue;
            }
            // The digest, for canonical bytes that changed would give tokens that join nothing, in silence.
            let (lot, reponse) = lot.filter(|(lot, _)| lot.empreinte == secret.empreinte(*passe, entrees)).ok_or_else(change)?;
            let publique = self.publiques.get(passe).ok_or(ErreurOprf::Calcul { passe: passe.code() })?;
            let sorties = secret.finaliser(publique, premier(morceau), entrees, &lot.elements, reponse)?;
            for (position, sortie) in positions.iter().zip(sorties) {
                if let Some(place) = colonnes[passe.rang()].get_mut(*position) {
                    *place = sortie.first_chunk().copied();
                }
            }
        }
        Ok(colonnes)
    }

    /// Writes what the round delivers, all or nothing, then forgets the states.
    pub(super) fn livrer(self, identite: &IdentiteAge, progression: &Progression) -> Result<BilanScellement, ErreurCommande> {
        let Self { mission, depart, ouverture, tour, dossier, vers_liaison, vers_hote, mut jetons, .. } = self;
        let Ouverture { extrait, gardees, mut bilan } = ouverture;
        let prive = chemins::aveugle(&depart.organisme);
        let gardes = chemins::jetons_gardes(&prive);
        let mut prets: Vec<FichierPret> = Vec::new();
        if tour < mission.tours {
            let chemin = chemins::jetons_du_premier_tour(&dossier);
            let clair = jetons.parquet(mission, &depart, tour)?;
            let pour_soi = enveloppe::chiffrer(&clair, &[identite.destinataire()])?;
            prets.push(preparer_octets(&gardes, &pour_soi, Protection::Privee)?);
            prets.push(envelopper(&chemin, clair, vers_liaison)?);
            bilan.fichiers = vec![chemin];
        } else {
            if mission.tours == 2 {
                jetons = reunir(Jetons::gardes(mission, &depart, &gardes, identite)?, jetons);
            }
            // Somebody who objected since the blinding is in neither file.
            let voulues: HashSet<[u8; 16]> = gardees.iter().filter_map(|i| extrait.row_ids.get(*i as usize).copied()).collect();
            jetons.retenir(&voulues);
            let livrees: HashSet<[u8; 16]> = jetons.row_ids.iter().copied().collect();
            let lignes: Vec<u32> =
                gardees.into_iter().filter(|i| extrait.row_ids.get(*i as usize).is_some_and(|id| livrees.contains(id))).collect();
            bilan.nouvelles = (voulues.len() - livrees.len()) as u64;
            bilan.livrees = lignes.len() as u64;
            bilan.jetons = jetons.bilan(&extrait, &lignes);
            let clair = jetons.parquet(mission, &depart, tour)?;
            prets.push(envelopper(&chemins::jetons(&dossier), clair, vers_liaison)?);
            prets.push(depart.attributs(mission, extrait, lignes, &dossier, vers_hote, &mut bilan, progression)?);
            bilan.fichiers = vec![chemins::jetons(&dossier), chemins::attributs(&dossier)];
        }
        ecrire_ensemble(prets)?;
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
fn ranger<'e>(etat: &'e Etat, reponses: &'e [(Passe, Evaluation)]) -> Vec<Vec<(&'e LotAveugle, &'e Evaluation)>> {
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

/// The tokens of both rounds: every row of the first, with what the second added.
fn reunir(mut premiers: Jetons, seconds: Jetons) -> Jetons {
    let rangs: HashMap<[u8; 16], usize> = premiers.row_ids.iter().copied().zip(0..).collect();
    for (ici, la) in premiers.colonnes.iter_mut().zip(seconds.colonnes) {
        for (id, jeton) in seconds.row_ids.iter().zip(la) {
            if let Some(place) = rangs.get(id).and_then(|r| ici.get_mut(*r)).filter(|_| jeton.is_some()) {
                *place = jeton;
            }
        }
    }
    premiers
}

impl Jetons {
    /// What the body kept of the first round.
    fn gardes(mission: &Mission, depart: &Depart, chemin: &Path, identite: &IdentiteAge) -> Result<Self, ErreurCommande> {
        if !chemin.exists() {
            return Err(fautes::sans_etat(chemin, &depart.organisme.id, 1));
        }
        let lecteur = Lecteur::depuis_parquet(chemin, cles::ouvrir_enveloppe(chemin, identite)?)?;
        let mut entete = depart.entete_des_jetons(mission, 0);
        entete.tour = Some(1);
        entete.verifier(&lecteur)?;
        let lue = crate::liaison::lire_jetons(&depart.organisme.id, lecteur, &|_| {})?;
        Ok(Self { row_ids: lue.row_ids, colonnes: lue.jetons })
    }

    fn retenir(&mut self, voulues: &HashSet<[u8; 16]>) {
        let garde: Vec<bool> = self.row_ids.iter().map(|id| voulues.contains(id)).collect();
        for colonne in &mut self.colonnes {
            let mut g = garde.iter();
            colonne.retain(|_| g.next().copied().unwrap_or(false));
        }
        let mut g = garde.iter();
        self.row_ids.retain(|_| g.next().copied().unwrap_or(false));
    }

    /// Counts for the body: quality of identities, and the tokens that it has.
    fn bilan(&self, extrait: &Extrait, lignes: &[u32]) -> recours_seal::token::Bilan {
        let identites = Identites::de(extrait);
        let mut bilan = lignes
            .par_chunks(LOT)
            .map(|lignes| {
                let brutes: Vec<_> = lignes.iter().map(|i| identites.ligne(*i as usize)).collect();
                recours_seal::token::parcourir(&brutes, &[], |_, _, _| {})
            })
            .reduce(recours_seal::token::Bilan::default, |mut a, b| {
                a.ajouter(&b);
                a
            });
        for (compte, colonne) in bilan.avec_jeton.iter_mut().zip(&self.colonnes) {
            *compte = colonne.iter().filter(|j| j.is_some()).count() as u64;
        }
        bilan.sans_aucun_jeton =
            (0..self.row_ids.len()).filter(|i| self.colonnes.iter().all(|c| c.get(*i).is_none_or(Option::is_none))).count() as u64;
        bilan
    }

    /// The delivery in clear, rows in an order of its own.
    fn parquet(&self, mission: &Mission, depart: &Depart, tour: u8) -> Result<Vec<u8>, ErreurCommande> {
        let mut ordre: Vec<usize> = (0..self.row_ids.len()).collect();
        melanger(&mut ordre)?;
        let mut entete = depart.entete_des_jetons(mission, ordre.len());
        entete.tour = Some(tour);
        let annotations = entete.annotations();
        let annotations: Vec<(&str, &str)> = annotations.iter().map(|(cle, texte)| (*cle, texte.as_str())).collect();
        let schema = jetons::schema();
        let mut ecrivain = ParquetEnMemoire::creer(jetons::NOM, &schema, &annotations)?;
        let p0 = Passe::P0.rang();
        for bloc in ordre.chunks(LIGNES_PAR_BLOC) {
            let colonnes: Colonnes = std::array::from_fn(|p| bloc.iter().map(|i| self.colonnes[p].get(*i).copied().flatten()).collect());
            let certifies: Vec<bool> = colonnes[p0].iter().map(Option::is_some).collect();
            let ids = bloc.iter().map(|i| self.row_ids.get(*i).copied());
            ecrivain.ecrire(&jetons::lot(&schema, ids, &colonnes, &certifies)?)?;
        }
        Ok(ecrivain.terminer()?)
    }
}

//! First step, at the body: canonical bytes, blinds, requests.

use std::fmt;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use recours_seal::canon;
use recours_seal::hasard::{Identifiants as Tirage, melanger};
use recours_seal::oprf::{Aveuglement, Canoniques, ErreurOprf, Etat, LOT, LotAveugle};
use recours_seal::token::{Bilan, Passe};
use recours_tables::{ErreurTable, Protection, ecrire_ensemble, enveloppe, preparer_octets};

use super::{LIGNES_PAR_PARTIE, echange, exiger_mode_b, passes_du_tour, residu};
use crate::chemins;
use crate::cles;
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::mission::extrait::Extrait;
use crate::mission::{Mission, Organisme};
use crate::progression::{Etape, Progression};
use crate::scellement::jetons::Identites;
use crate::scellement::{Depart, Ouverture, contexte};

/// What was blinded, in counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanDemande {
    /// The body.
    pub organisme: String,
    /// The round.
    pub tour: u8,
    /// Rows blinded.
    pub lignes: u64,
    /// Elements per pass of the round.
    pub elements: Vec<(&'static str, u64)>,
    /// Requests, to be handed to the key holder.
    pub demandes: Vec<PathBuf>,
    /// Private states, which do not leave.
    pub etats: Vec<PathBuf>,
}

impl fmt::Display for BilanDemande {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}, tour {} : {} lignes aveuglées.", self.organisme, self.tour, self.lignes)?;
        let passes: Vec<String> = self.elements.iter().map(|(passe, n)| format!("{passe} {n}")).collect();
        writeln!(f, "  éléments par passe    {}", passes.join(", "))?;
        for demande in &self.demandes {
            writeln!(f, "  au tiers des clés     {}", demande.display())?;
        }
        for etat in &self.etats {
            writeln!(f, "  ne sort pas d'ici     {}", etat.display())?;
        }
        Ok(())
    }
}

/// Blinds the extract of `body` for a round, and writes the requests in `sortie` (by default `echanges/<body>/`) and the
/// private states in the body's own folder, all or none. What an earlier blinding of the same round left is
/// removed. `fichier_residu` is what the linkage unit sent, for the second round.
///
/// # Errors
/// E-OPRF-016 for a round that the mission has not, E-OPRF-017 without the residue, and the codes of sealing; nothing is
/// then written.
pub fn aveugler(
    mission: &Mission,
    body: &str,
    entrees: &[PathBuf],
    tour: u8,
    fichier_residu: Option<&Path>,
    sortie: Option<&Path>,
    progression: &Progression,
) -> Result<BilanDemande, ErreurCommande> {
    exiger_mode_b(mission)?;
    let depart = Depart::nouveau(mission, body, entrees)?;
    // Keys and recipients before the extract: whoever lacks one learns it at once.
    let vers_tiers = cles::destinataire(mission, "tiers_cles")?;
    let vers_soi = cles::destinataire(mission, body)?;
    let dossier = sortie.map_or_else(|| chemins::echanges(mission, body), Path::to_path_buf);
    let prive = chemins::aveugle(&depart.organisme);
    let ouverture = depart.ouvrir(mission, false, progression)?;
    let lignes = lignes_du_tour(mission, &depart, &ouverture, tour, fichier_residu)?;
    let mut prets = Vec::new();
    let mut bilan = BilanDemande {
        organisme: body.to_owned(),
        tour,
        lignes: lignes.len() as u64,
        elements: Vec::new(),
        demandes: Vec::new(),
        etats: Vec::new(),
    };
    let compte = preparer(mission, &depart, &ouverture.extrait, &lignes, tour, progression, |partie, etat, clair| {
        let demande = chemins::demande(&dossier, tour, partie);
        let chemin = chemins::etat(&prive, tour, partie);
        let enveloppe = enveloppe::chiffrer(&clair, std::slice::from_ref(&vers_tiers))?;
        prets.push(preparer_octets(&demande, &enveloppe, Protection::Ordinaire)?);
        let enveloppe = enveloppe::chiffrer(&etat.octets(), std::slice::from_ref(&vers_soi))?;
        prets.push(preparer_octets(&chemin, &enveloppe, Protection::Privee)?);
        bilan.demandes.push(demande);
        bilan.etats.push(chemin);
        Ok(())
    })?;
    bilan.elements = passes_du_tour(mission, tour)?.iter().map(|p| (p.code(), compte.avec_jeton[p.rang()])).collect();
    ecrire_ensemble(prets)?;
    let garder: Vec<&PathBuf> = bilan.demandes.iter().chain(&bilan.etats).collect();
    for (dossier, debut) in [(&dossier, "demande"), (&dossier, "reponse"), (&prive, "etat")] {
        retirer(dossier, &format!("{debut}.t{tour}."), &garder)?;
    }
    Ok(bilan)
}

/// The rows of the round, in an order drawn for it.
pub(super) fn lignes_du_tour(
    mission: &Mission,
    depart: &Depart,
    ouverture: &Ouverture,
    tour: u8,
    fichier_residu: Option<&Path>,
) -> Result<Vec<u32>, ErreurCommande> {
    let mut lignes = ouverture.gardees.clone();
    passes_du_tour(mission, tour)?;
    if tour == 2 {
        let residu = residu::lire_residu(mission, &depart.organisme, &depart.empreinte, fichier_residu)?;
        let row_ids = &ouverture.extrait.row_ids;
        lignes.retain(|i| row_ids.get(*i as usize).is_some_and(|id| residu.contains(id)));
    }
    melanger(&mut lignes)?;
    Ok(lignes)
}

/// Blinds `lignes` part by part; `recevoir` gets the part's number (from 1), its state and the request in clear. An
/// extract without a row still makes one request, so that the next step finds its answer.
pub(super) fn preparer(
    mission: &Mission,
    depart: &Depart,
    extrait: &Extrait,
    lignes: &[u32],
    tour: u8,
    progression: &Progression,
    mut recevoir: impl FnMut(usize, Etat, Vec<u8>) -> Result<(), ErreurCommande>,
) -> Result<Bilan, ErreurCommande> {
    let passes = passes_du_tour(mission, tour)?;
    let identites = Identites::de(extrait);
    let mut tirage = Tirage::nouveaux();
    let mut bilan = Bilan::default();
    let etape = progression.etape(format!("Aveuglement {}", depart.organisme.id), Some(lignes.len() as u64));
    let mut parties: Vec<&[u32]> = lignes.chunks(LIGNES_PAR_PARTIE).collect();
    if parties.is_empty() {
        parties.push(&[]);
    }
    for (rang, partie) in (1..).zip(parties) {
        let secret = Aveuglement::generer(contexte(mission, &depart.empreinte)?.suite)?;
        let (lots, compte) = aveugler_partie(&secret, &identites, partie, passes, &etape)?;
        bilan.ajouter(&compte);
        let id = tirage.suivant()?.iter().fold(String::new(), |t, o| t + &format!("{o:02x}"));
        let mut entete = Entete::nouvelle(Contenu::Demande, mission, &depart.empreinte, &depart.organisme.id);
        entete.canon = Some(canon::VERSION.to_owned());
        entete.tour = Some(tour);
        entete.demande = Some(id.clone());
        entete.lignes = lots.len() as u64;
        let clair = echange::ecrire_demande(&entete, lots.iter().map(|l| (l.passe, l.elements.as_slice())))?;
        let etat = Etat {
            demande: id,
            mission: depart.empreinte.clone(),
            organisme: depart.organisme.id.clone(),
            tour,
            secret: zeroize::Zeroizing::new(*secret.secret()),
            lignes: partie.iter().filter_map(|i| extrait.row_ids.get(*i as usize).copied()).collect(),
            lots,
        };
        recevoir(rang, etat, clair)?;
    }
    etape.terminer();
    Ok(bilan)
}

fn aveugler_partie(
    secret: &Aveuglement,
    identites: &Identites<'_>,
    partie: &[u32],
    passes: &[Passe],
    etape: &Etape<'_>,
) -> Result<(Vec<LotAveugle>, Bilan), ErreurOprf> {
    let morceaux = partie
        .par_chunks(LOT)
        .enumerate()
        .map(|(morceau, lignes)| {
            let brutes: Vec<_> = lignes.iter().map(|i| identites.ligne(*i as usize)).collect();
            let canoniques = Canoniques::de(&brutes, passes);
            let mut lots = Vec::with_capacity(passes.len());
            for passe in passes {
                let (entrees, _) = canoniques.passe(*passe);
                if !entrees.is_empty() {
                    lots.push(LotAveugle {
                        passe: *passe,
                        morceau: morceau as u32,
                        empreinte: secret.empreinte(*passe, entrees),
                        elements: secret.aveugler(*passe, premier(morceau), entrees)?,
                    });
                }
            }
            etape.avance(lignes.len() as u64);
            Ok((lots, canoniques.bilan))
        })
        .collect::<Result<Vec<_>, ErreurOprf>>()?;
    let mut bilan = Bilan::default();
    let mut lots = Vec::new();
    for (siens, compte) in morceaux {
        bilan.ajouter(&compte);
        lots.extend(siens);
    }
    Ok((lots, bilan))
}

/// Rank of the first input of a chunk: chunks are far apart, so that no rank serves twice.
pub(super) fn premier(morceau: usize) -> u64 {
    (morceau as u64) << 32
}

/// Removes the files of a folder whose name starts by `debut`, except those to keep.
pub(super) fn retirer(dossier: &Path, debut: &str, garder: &[&PathBuf]) -> Result<(), ErreurCommande> {
    let Ok(fichiers) = std::fs::read_dir(dossier) else { return Ok(()) };
    for chemin in fichiers.filter_map(|f| f.ok().map(|f| f.path())) {
        let vise = chemin.file_name().and_then(|n| n.to_str()).is_some_and(|n| n.starts_with(debut) && n.ends_with(".age"));
        if vise && !garder.contains(&&chemin) {
            std::fs::remove_file(&chemin).map_err(|e| ErreurTable::d_ecriture(&chemin, &e))?;
        }
    }
    Ok(())
}

/// The states of a round kept by a body, in the order of the parts.
pub(super) fn etats(organisme: &Organisme, tour: u8) -> Vec<PathBuf> {
    let prive = chemins::aveugle(organisme);
    (1..).map(|partie| chemins::etat(&prive, tour, partie)).take_while(|c| c.exists()).collect()
}

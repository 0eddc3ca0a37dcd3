//! First step, at the body: canonical bytes, blinds, requests.

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use recours_seal::canaris::{self, CleCanaris};
use recours_seal::canon;
use recours_seal::hasard::{Identifiants as Tirage, melanger};
use recours_seal::oprf::{Aveuglement, Canoniques, ErreurOprf, Etat, LOT, LotAveugle, PasseOprf, taille_element};
use recours_tables::journal::Journal;
use recours_tables::{ErreurTable, Origine, Protection, enveloppe, preparer_octets};

use super::{TEMOINS_LARGES, echange, exiger_mode_b, finalisation, lignes_par_partie, passes_du_tour, residu};
use crate::chemins;
use crate::cles::{self, Detenteur};
use crate::entete::{Contenu, Entete};
use crate::erreur::ErreurCommande;
use crate::journal::{self, Acte};
use crate::mission::extrait::Extrait;
use crate::mission::{Mission, Organisme};
use crate::progression::{Etape, Progression};
use crate::scellement::jetons::Identites;
use crate::scellement::{Depart, Ouverture, contexte};
use crate::signature;
use crate::traces;

/// What was blinded, in counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BilanDemande {
    /// The body.
    pub organisme: String,
    /// The round.
    pub tour: u8,
    /// Rows blinded.
    pub lignes: u64,
    /// Elements per pass of the round, canaries' among them.
    pub elements: Vec<(&'static str, u64)>,
    /// Requests, to be handed to the key holder.
    pub demandes: Vec<PathBuf>,
    /// Private states, which do not leave.
    pub etats: Vec<PathBuf>,
}

impl fmt::Display for BilanDemande {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let temoins = canaris::COMBIEN;
        writeln!(f, "{}, tour {} : {} lignes aveuglées, parmi {temoins} identités témoins.", self.organisme, self.tour, self.lignes)?;
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
    entrees: &[Origine],
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
    let journal = journal::ouvrir(mission, &Detenteur::Organisme(body.to_owned()))?;
    let dossier = sortie.map_or_else(|| chemins::echanges(mission, body), Path::to_path_buf);
    let prive = chemins::aveugle(&depart.organisme);
    let ouverture = depart.ouvrir(mission, false, progression)?;
    passes_du_tour(mission, tour)?;
    let residu = residu_du_tour(mission, &depart, tour, fichier_residu)?;
    let cle = cle_des_canaris(mission, &depart, tour)?;
    let lignes = lignes_du_tour(&ouverture, residu.as_ref(), &cle)?;
    let mut prets = Vec::new();
    let mut bilan = BilanDemande {
        organisme: body.to_owned(),
        tour,
        lignes: (lignes.len() - canaris::COMBIEN) as u64,
        elements: Vec::new(),
        demandes: Vec::new(),
        etats: Vec::new(),
    };
    let mut elements: BTreeMap<PasseOprf, u64> = BTreeMap::new();
    let taille = taille_element(contexte(mission, &depart.empreinte)?.suite);
    let quoi = ADemander { extrait: &ouverture.extrait, lignes: &lignes, canaris: &cle, tour, journal: &journal };
    preparer(mission, &depart, &quoi, progression, |partie, etat, clair| {
        for lot in &etat.lots {
            *elements.entry(lot.passe).or_insert(0) += (lot.elements.len() / taille) as u64;
        }
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
    bilan.elements = elements.into_iter().map(|(passe, n)| (passe.code(), n)).collect();
    let acte = Acte::de_mission("aveuglement", mission, &depart.empreinte).nombre("tour", u64::from(tour)).compte("lignes", bilan.lignes);
    traces::aveuglement(&depart.contexte(mission), &ouverture.extrait, &lignes, &journal)?.joindre(&mut prets)?;
    journal::publier(&journal, acte, prets, None)?;
    let garder: Vec<&PathBuf> = bilan.demandes.iter().chain(&bilan.etats).collect();
    for (dossier, debut) in [(&dossier, "demande"), (&dossier, "reponse"), (&prive, "etat")] {
        retirer(dossier, &format!("{debut}.t{tour}."), &garder)?;
    }
    Ok(bilan)
}

/// The key of the canaries: new at the first round, the same at the second.
pub(super) fn cle_des_canaris(mission: &Mission, depart: &Depart, tour: u8) -> Result<CleCanaris, ErreurCommande> {
    if tour == 1 { Ok(CleCanaris::generer()?) } else { finalisation::canaris_du_premier_tour(mission, depart) }
}

/// The row ids that the first round left open, at the second.
pub(super) fn residu_du_tour(
    mission: &Mission,
    depart: &Depart,
    tour: u8,
    fichier: Option<&Path>,
) -> Result<Option<HashSet<[u8; 16]>>, ErreurCommande> {
    (tour == 2).then(|| residu::lire_residu(mission, &depart.organisme, &depart.empreinte, fichier)).transpose()
}

/// The rows of the round, those of people who object and canaries among them (ranks from the number of rows on), in an
/// order drawn for it.
pub(super) fn lignes_du_tour(
    ouverture: &Ouverture,
    residu: Option<&HashSet<[u8; 16]>>,
    canaris: &CleCanaris,
) -> Result<Vec<u32>, ErreurCommande> {
    let mut lignes: Vec<u32> = ouverture.gardees.iter().chain(&ouverture.opposees).copied().collect();
    if let Some(residu) = residu {
        let row_ids = &ouverture.extrait.row_ids;
        // The linkage unit knows by another id those who objected at the first round.
        let ouverte = |id: &[u8; 16]| residu.contains(id) || residu.contains(&canaris.pseudonyme(id));
        lignes.retain(|i| row_ids.get(*i as usize).is_some_and(ouverte));
    }
    lignes.extend((0..canaris::COMBIEN).filter_map(|k| u32::try_from(ouverture.extrait.row_ids.len() + k).ok()));
    melanger(&mut lignes)?;
    Ok(lignes)
}

/// What a request is made of.
pub(super) struct ADemander<'e> {
    pub(super) extrait: &'e Extrait,
    pub(super) lignes: &'e [u32],
    pub(super) canaris: &'e CleCanaris,
    pub(super) tour: u8,
    /// Signs the requests: nobody else can spend the body's evaluations.
    pub(super) journal: &'e Journal,
}

/// Blinds the rows part by part; `recevoir` gets the part's number (from 1), its state and the request in clear.
pub(super) fn preparer(
    mission: &Mission,
    depart: &Depart,
    quoi: &ADemander<'_>,
    progression: &Progression,
    mut recevoir: impl FnMut(usize, Etat, Vec<u8>) -> Result<(), ErreurCommande>,
) -> Result<(), ErreurCommande> {
    let passes = passes_du_tour(mission, quoi.tour)?;
    let identites = Identites::de(quoi.extrait);
    let row_ids: Vec<[u8; 16]> = quoi.extrait.row_ids.iter().copied().chain(quoi.canaris.row_ids()).collect();
    let mut tirage = Tirage::nouveaux();
    let etape = progression.etape(format!("Aveuglement {}", depart.organisme.id), Some(quoi.lignes.len() as u64));
    for (rang, partie) in (1..).zip(quoi.lignes.chunks(lignes_par_partie(&passes))) {
        let secret = Aveuglement::generer(contexte(mission, &depart.empreinte)?.suite)?;
        let lots = aveugler_partie(&secret, mission, &identites, row_ids.len() - canaris::COMBIEN, partie, &passes, &etape)?;
        let id = tirage.suivant()?.iter().fold(String::new(), |t, o| t + &format!("{o:02x}"));
        let mut entete = Entete::nouvelle(Contenu::Demande, mission, &depart.empreinte, &depart.organisme.id);
        entete.canon = Some(canon::VERSION.to_owned());
        entete.tour = Some(quoi.tour);
        entete.demande = Some(id.clone());
        entete.lignes = lots.len() as u64;
        let mut clair = echange::ecrire_demande(&entete, lots.iter().map(|l| (l.passe, l.elements.as_slice())))?;
        signature::signer(&mut clair, &entete, quoi.journal)?;
        let etat = Etat {
            demande: id,
            mission: depart.empreinte.clone(),
            organisme: depart.organisme.id.clone(),
            tour: quoi.tour,
            secret: zeroize::Zeroizing::new(*secret.secret()),
            canaris: quoi.canaris.hex(),
            lignes: partie.iter().filter_map(|i| row_ids.get(*i as usize).copied()).collect(),
            lots,
        };
        recevoir(rang, etat, clair)?;
    }
    etape.terminer();
    Ok(())
}

/// The batches of a part: for each chunk of rows and each pass, elements by [`LOT`].
fn aveugler_partie(
    secret: &Aveuglement,
    mission: &Mission,
    identites: &Identites<'_>,
    lignes_de_l_extrait: usize,
    partie: &[u32],
    passes: &[PasseOprf],
    etape: &Etape<'_>,
) -> Result<Vec<LotAveugle>, ErreurOprf> {
    let morceaux = partie
        .par_chunks(LOT)
        .enumerate()
        .map(|(morceau, lignes)| {
            let canoniques = canoniques(mission, identites, lignes_de_l_extrait, lignes, passes);
            let mut lots = Vec::with_capacity(passes.len());
            for passe in passes {
                let (entrees, _) = canoniques.passe(*passe);
                for (debut, entrees) in (0..).step_by(LOT).zip(entrees.chunks(LOT)) {
                    lots.push(LotAveugle {
                        passe: *passe,
                        morceau: morceau as u32,
                        empreinte: secret.empreinte(*passe, entrees),
                        elements: secret.aveugler(*passe, premier(morceau, debut), entrees)?,
                    });
                }
            }
            etape.avance(lignes.len() as u64);
            Ok(lots)
        })
        .collect::<Result<Vec<_>, ErreurOprf>>()?;
    Ok(morceaux.into_iter().flatten().collect())
}

/// Canonical bytes of a chunk of rows: the same at both steps.
pub(super) fn canoniques(
    mission: &Mission,
    identites: &Identites<'_>,
    lignes_de_l_extrait: usize,
    lignes: &[u32],
    passes: &[PasseOprf],
) -> Canoniques {
    let brutes: Vec<_> = lignes.iter().map(|i| identites.ligne(*i as usize)).collect();
    let large = |position: usize| lignes.get(position).is_some_and(|i| (*i as usize) < lignes_de_l_extrait + TEMOINS_LARGES);
    Canoniques::de(&brutes, passes, &mission.epoque, large)
}

/// Rank of the first input of a batch: chunks are far apart, so that no rank serves twice.
pub(super) fn premier(morceau: usize, debut: usize) -> u64 {
    ((morceau as u64) << 32) + debut as u64
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

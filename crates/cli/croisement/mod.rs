//! Several bodies' nameless tables, already under handles, joined and judged as they are read: what `recours croise` does.
//!
//! [`description`] reads `croisement.toml` and checks it against the rules, [`ouverture`] against the tables; [`marche`] feeds
//! the engine from all threads and writes what comes in order; [`deversement`] is where rows go that memory cannot hold.

mod bilan;
mod brut;
mod cellules;
mod description;
mod deversement;
mod doublons;
mod faute;
mod marche;
mod ouverture;
mod programme;
mod sortie;
mod valeurs;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Instant;

use recours_engine::croisement::Size;
use recours_tables::Deversoir;

use crate::erreur::ErreurCommande;
use crate::progression::Progression;
use deversement::{Aucun, Deverse, tenable};
use faute::Examen;

/// What is asked.
#[derive(Debug)]
pub struct Demande<'a> {
    /// The description.
    pub description: &'a Path,
    /// Where the rows go.
    pub out: &'a Path,
    /// Bytes not to exceed.
    pub memoire: Option<u64>,
    /// Folder of what memory cannot hold; else the output's.
    pub deversoir: Option<&'a Path>,
    /// Partitions, when they are forced.
    pub parties: Option<NonZeroUsize>,
    /// Whether to say where the time went.
    pub temps: bool,
}

/// Does it and gives what is to be printed.
///
/// # Errors
/// Exit 1 for faults in the rules, 2 for an output that is not written, 3 for a description or a table that is refused, 4 when
/// the disk fails; nothing is written then.
pub fn croiser(demande: &Demande<'_>, progression: &Progression) -> Result<String, ErreurCommande> {
    let debut = Instant::now();
    sortie::format(demande.out)?;
    let texte = description::texte(demande.description)?;
    let mut examen = Examen::nouveau(demande.description, &texte);
    let description = description::lire(&mut examen)?;
    let ouverture = ouverture::ouvrir(&mut examen, &description)?;
    pas_une_entree(demande.out, &ouverture)?;
    dire(&description, progression);
    let dossier = dossier(demande);
    let fichier = demande.memoire.map(|_| Deversoir::ouvrir(&dossier)).transpose()?;
    let deverse = fichier.as_ref().map(Deverse);
    let size = Size {
        rows: ouverture.tables.iter().map(|t| t.parquet.lignes()).collect(),
        partitions: demande.parties.map(NonZeroUsize::get),
        held: demande.memoire.map_or(u64::MAX, |m| tenable(m, &ouverture)),
    };
    let sortie = sortie::Sortie::creer(demande.out, &description)?;
    let spill: &dyn recours_engine::croisement::Spill = match &deverse {
        Some(d) => d,
        None => &Aucun,
    };
    let travail = marche::Travail { description: &description, ouverture: &ouverture, spill, dossier: &dossier, size, progression };
    let fait = marche::marcher(&travail, sortie)?;
    let mut dit = bilan::comptes(&description, &ouverture, &fait, demande.out);
    let temps = demande.temps.then(|| bilan::temps(&fait, debut.elapsed()));
    fait.pret.publier()?;
    dit += temps.as_deref().unwrap_or_default();
    Ok(dit)
}

fn dossier(demande: &Demande<'_>) -> PathBuf {
    let de_sortie = || demande.out.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    demande.deversoir.unwrap_or_else(de_sortie).to_path_buf()
}

/// Writing over a table that is being read would lose it.
fn pas_une_entree(out: &Path, ouverture: &ouverture::Ouverture) -> Result<(), ErreurCommande> {
    let Ok(sortie) = out.canonicalize() else { return Ok(()) };
    let meme = |t: &&ouverture::TableOuverte| t.parquet.fichier().canonicalize().is_ok_and(|e| e == sortie);
    match ouverture.tables.iter().find(meme) {
        None => Ok(()),
        Some(_) => Err(ErreurCommande::usage("E-CROISER-019", format!("{} : ce fichier est une table du croisement.", out.display()))
            .avec_conseil("Donnez un autre fichier à --out.")),
    }
}

/// What is left unknown, unread or unjudged is said before the work.
fn dire(description: &description::Description, progression: &Progression) {
    let noter = |noms: &[String], quoi: &str| {
        if !noms.is_empty() {
            progression.dire(format!("note : {} {quoi} : {}.", noms.len(), noms.join(", ")));
        }
    };
    noter(&description.inconnus, "fait(s) qu'aucune table n'apporte, donc inconnus de tous");
    noter(&description.sans_emploi, "fait(s) que nulle règle ne lit, laissés de côté");
    let ecartees = &description.ecartees;
    noter(&ecartees.chez_leur_detenteur, "règle(s) qui ne s'évaluent que chez le détenteur des faits, laissées de côté");
    noter(&ecartees.de_personne, "règle(s) d'une personne, laissées de côté (un croisement ne juge que des foyers)");
    if let Some(phrase) = crate::regles::en_attente(&description.pack) {
        progression.dire(format!("note : {phrase}"));
    }
}

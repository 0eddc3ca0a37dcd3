//! The work itself: row groups taken in by all threads, partitions joined, partitions of foyers judged and written in order.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use recours_engine::croisement::stages::{Stage, Stages};
use recours_engine::croisement::{Counts, Croisement, CroisementError, Judge, Linked, Rows, Scratch, Size, Spec, Spill, Verdicts};
use recours_tables::{ErreurTable, FichierPret};

use super::cellules::attendu;
use super::description::Description;
use super::doublons;
use super::ouverture::{Ouverture, TableOuverte};
use super::sortie::Sortie;
use crate::erreur::ErreurCommande;
use crate::progression::Progression;

/// Partitions that may be judged ahead of the one that is to be written, per thread.
const AVANCE: usize = 4;

/// What the work gave.
pub(super) struct Fait {
    pub counts: Counts,
    /// Words of packed rows that went from a stage to another.
    pub echanges: u64,
    pub stages: Stages,
    /// Rows of each right, by grade.
    pub comptes: Vec<(String, [u64; 3])>,
    /// The file, not yet in its place.
    pub pret: FichierPret,
    pub foyers: u64,
    pub partitions: usize,
}

/// What it needs.
pub(super) struct Travail<'a> {
    pub description: &'a Description,
    pub ouverture: &'a Ouverture,
    pub spill: &'a dyn Spill,
    /// Where it is, for messages.
    pub dossier: &'a Path,
    pub size: Size,
    pub progression: &'a Progression,
}

/// The first error of several threads; the others stop at their next pause.
#[derive(Default)]
struct Arret {
    erreur: Mutex<Option<ErreurCommande>>,
    dit: AtomicBool,
}

impl Arret {
    fn dire(&self, erreur: ErreurCommande) {
        self.erreur.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(erreur);
        self.dit.store(true, Ordering::Release);
    }

    fn est_dit(&self) -> bool {
        self.dit.load(Ordering::Acquire)
    }

    fn conclure(self) -> Result<(), ErreurCommande> {
        self.erreur.into_inner().unwrap_or_else(PoisonError::into_inner).map_or(Ok(()), Err)
    }
}

/// Does it.
///
/// # Errors
/// A refused cell, a missing or doubled key (exit 3); the disk's (exit 4). Nothing is published.
pub(super) fn marcher(travail: &Travail<'_>, sortie: Sortie) -> Result<Fait, ErreurCommande> {
    let Travail { description, ouverture, spill, size, progression, .. } = travail;
    let (pack, program, spec) = (&description.pack, &description.program, &ouverture.spec);
    let defaut = |_| ErreurCommande::panne("E-CROISER-020", "la description ne convient pas au moteur (défaut du programme).");
    let mut arena = size.arena(pack, program, spec).map_err(defaut)?;
    let croisement = Croisement::new(pack, program, spec, size, &mut arena, *spill).map_err(defaut)?;
    recueillir(travail, &croisement)?;
    let etape = progression.etape("Rapprochement des personnes", Some(croisement.partitions() as u64));
    let linked = croisement.link(|| etape.avance(1)).map_err(|e| faute(travail, e))?;
    etape.terminer();
    progression.continuer()?;
    juger(travail, linked, sortie)
}

/// Every row group of every table, by whichever thread is free; the largest first.
fn recueillir<'a>(travail: &Travail<'_>, croisement: &Croisement<'a>) -> Result<(), ErreurCommande> {
    let tables = &travail.ouverture.tables;
    let mut taches: Vec<(usize, usize, usize)> = Vec::new();
    for (t, table) in tables.iter().enumerate() {
        taches.extend(table.parquet.groupes().iter().enumerate().map(|(g, groupe)| (groupe.lignes, t, g)));
    }
    taches.sort_by_key(|(lignes, t, g)| (std::cmp::Reverse(*lignes), *t, *g));
    let total = tables.iter().map(|t| t.parquet.lignes()).sum();
    let etape = travail.progression.etape("Lecture et répartition", Some(total));
    let (suivante, arret) = (AtomicUsize::new(0), Arret::default());
    let un = |scratch: &mut Scratch<'a>, t: usize, g: usize| -> Result<(), ErreurCommande> {
        let Some((table, groupe)) = tables.get(t).and_then(|x| Some((x, x.parquet.groupes().get(g)?))) else { return Ok(()) };
        let lots = table.lire(g)?;
        croisement.take(t, groupe.avant, lots, scratch).map_err(|e| faute(travail, e))?;
        etape.avance(groupe.lignes as u64);
        travail.progression.continuer()
    };
    rayon::broadcast(|_| {
        let mut scratch = Scratch::default();
        while !arret.est_dit() {
            let Some((_, t, g)) = taches.get(suivante.fetch_add(1, Ordering::Relaxed)) else { break };
            if let Err(e) = un(&mut scratch, *t, *g) {
                arret.dire(e);
            }
        }
        croisement.finish(scratch);
    });
    arret.conclure()
}

/// Rows that came before those that are to be written first.
struct Suite {
    attendue: usize,
    venues: BTreeMap<usize, Rows>,
    sortie: Sortie,
    foyers: u64,
}

fn juger(travail: &Travail<'_>, linked: Linked<'_>, sortie: Sortie) -> Result<Fait, ErreurCommande> {
    let partitions = linked.partitions();
    let etape = travail.progression.etape("Règles et écriture", Some(partitions as u64));
    let (suivante, arret) = (AtomicUsize::new(0), Arret::default());
    let suite = Mutex::new(Suite { attendue: 0, venues: BTreeMap::new(), sortie, foyers: 0 });
    let avancee = Condvar::new();
    let prendre = || suite.lock().unwrap_or_else(PoisonError::into_inner);
    let attendre = |k: usize| {
        // The thread that has the partition to be written never waits: somebody always goes on.
        let loin = |s: &mut Suite| k > s.attendue + AVANCE * rayon::current_num_threads() && !arret.est_dit();
        drop(avancee.wait_while(prendre(), loin).unwrap_or_else(PoisonError::into_inner));
    };
    let un = |judge: &mut Judge<'_, '_>, k: usize| -> Result<(), ErreurCommande> {
        attendre(k);
        let rows = judge.partition(k).map_err(|e| faute(travail, CroisementError::Spill(e)))?;
        let mut clock = linked.stages.clock();
        poser(prendre(), k, rows)?;
        avancee.notify_all();
        // Row groups to be encoded wait for a thread of the pool, and all of them are here: none would come before the end, and
        // what is encoded meanwhile would wait for the first.
        while rayon::yield_now() == Some(rayon::Yield::Executed) {}
        clock.lap(Stage::Write);
        etape.avance(1);
        travail.progression.continuer()
    };
    let verdicts = Verdicts::new(&linked);
    rayon::broadcast(|_| {
        let mut judge = Judge::new(&linked, &verdicts);
        while !arret.est_dit() {
            let k = suivante.fetch_add(1, Ordering::Relaxed);
            if k >= partitions {
                break;
            }
            if let Err(e) = un(&mut judge, k) {
                arret.dire(e);
                avancee.notify_all();
            }
        }
    });
    arret.conclure()?;
    let mut clock = linked.stages.clock();
    let Suite { sortie, foyers, .. } = suite.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (pret, comptes) = sortie.preparer()?;
    clock.lap(Stage::Write);
    etape.terminer();
    let echanges = linked.exchanged();
    let Linked { counts, stages, .. } = linked;
    Ok(Fait { counts, echanges, stages, comptes, pret, foyers, partitions })
}

/// Writes the rows of a partition, and those that were waiting for it.
fn poser(mut suite: MutexGuard<'_, Suite>, k: usize, rows: Rows) -> Result<(), ErreurCommande> {
    suite.venues.insert(k, rows);
    loop {
        let attendue = suite.attendue;
        let Some(rows) = suite.venues.remove(&attendue) else { return Ok(()) };
        suite.foyers += rows.foyers;
        suite.sortie.ecrire(rows)?;
        suite.attendue += 1;
    }
}

/// The engine's refusal, with the file, the column and the row that it stands for.
fn faute(travail: &Travail<'_>, erreur: CroisementError<ErreurTable>) -> ErreurCommande {
    let ouverture = travail.ouverture;
    let defaut = || ErreurCommande::panne("E-CROISER-020", "les tables ne sont pas ce que la description annonçait (défaut du programme).");
    let fichier = |t: &TableOuverte| t.parquet.fichier().display().to_string();
    match erreur {
        CroisementError::Read(e) => e.into(),
        CroisementError::Value { table, column, row } => {
            let Some((t, c)) = ouverture.tables.get(table).zip(colonne(&ouverture.spec, table, column)) else { return defaut() };
            let message =
                format!("{}, colonne « {} », ligne {} : valeur refusée ; il faut {}.", fichier(t), c.name, row + 1, attendu(&c.cell));
            ErreurCommande::refus("E-CROISER-015", message)
                .avec_conseil("Corrigez cette cellule, laissez-la vide si l'information manque, ou complétez « codes ».")
        }
        CroisementError::Announced { table, column, row } => {
            let Some((t, c)) = ouverture.tables.get(table).zip(colonne(&ouverture.spec, table, column)) else { return defaut() };
            let message = format!(
                "{}, colonne « {} », ligne {} : hors des bornes que le fichier annonce lui-même ; il est abîmé ou changé.",
                fichier(t),
                c.name,
                row + 1
            );
            ErreurCommande::refus("E-CROISER-021", message).avec_conseil("Demandez ou exportez de nouveau ce fichier.")
        }
        CroisementError::NoKey { table, foyer, row } => {
            let Some(t) = ouverture.tables.get(table) else { return defaut() };
            let (nom, conseil) = match &t.foyer {
                Some(f) if foyer => {
                    (f, "Chaque personne a un foyer : seule, elle a le sien. Deux personnes sans foyer ne sont pas un foyer.")
                }
                _ => (&t.personne.0, "Chaque ligne est d'une personne : retirez celles qui ne sont de personne."),
            };
            ErreurCommande::refus("E-CROISER-016", format!("{}, colonne « {nom} », ligne {} : clé absente.", fichier(t), row + 1))
                .avec_conseil(conseil)
        }
        CroisementError::Twice { table } => ouverture.tables.get(table).map_or_else(defaut, doublons::dire),
        CroisementError::Spill(e) => ErreurTable::d_ecriture(travail.dossier, &e).into(),
        CroisementError::Shape { .. } => defaut(),
    }
}

fn colonne(spec: &Spec, table: usize, column: usize) -> Option<&recours_engine::croisement::ColumnSpec> {
    spec.tables.get(table)?.columns.get(column)
}

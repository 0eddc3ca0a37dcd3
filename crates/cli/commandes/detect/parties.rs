//! Detection part after part: how many parts, several of them at a time, and what was found of all.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use recours_engine::detect::{self, Detection, Step};
use recours_engine::finding::{self, Finding};
use recours_engine::link::Delivery;
use recours_engine::parts::Parts;
use recours_engine::parts::merge::Found;
use recours_engine::parts::runs::Block;
use recours_engine::plan::Program;
use recours_rules::Pack;

use super::trouves::{Suites, Trouves};
use crate::erreur::ErreurCommande;
use crate::livraisons::deversees::Deversees;
use crate::progression::Progression;
use crate::temps::{Montre, Poste, Temps};

/// Rows judged at a time by a thread when nobody says how many parts: few enough to stay near the processor.
const LIGNES_PAR_PARTIE: usize = 32_768;

/// Below so many rows, cutting costs more than it gains.
const LIGNES_AU_MOINS: usize = 2_048;

/// No more parts than that, however small the memory given: each holds a few bodies' rows all the same.
const PARTIES_AU_PLUS: usize = 4096;

/// Bytes that judging a row takes from above, beside two bounds for each fact, once as known and once with assumptions: what the
/// rules say of it, and its findings one by one.
const PAR_LIGNE: usize = 2_560;

/// Threads that judge.
pub(super) fn fils() -> usize {
    rayon::current_num_threads().max(1)
}

/// How many parts: as asked, else as many as the memory given demands, else by the rows delivered. `livre`: bytes held beside the
/// parts being judged. What is found does not depend on it.
///
/// # Errors
/// E-DETECT-010 when that many parts, or the most that there may be, still need more memory than given.
pub(super) fn nombre(
    lignes: usize,
    livre: u64,
    program: &Program,
    voulues: Option<NonZeroUsize>,
    memoire: Option<u64>,
) -> Result<NonZeroUsize, ErreurCommande> {
    let cote_a_cote = lignes.div_ceil(LIGNES_AU_MOINS).min(4 * fils());
    let de_soi = NonZeroUsize::new(lignes.div_ceil(LIGNES_PAR_PARTIE).max(cote_a_cote)).unwrap_or(NonZeroUsize::MIN);
    let Some(permis) = memoire else { return Ok(voulues.unwrap_or(de_soi)) };
    let besoin = |n: NonZeroUsize| livre + besoin(lignes, program, n);
    let tient = |n: NonZeroUsize| besoin(n) <= permis;
    let plafond = NonZeroUsize::new(PARTIES_AU_PLUS).unwrap_or(NonZeroUsize::MIN);
    let choix = voulues.or_else(|| {
        let doublees = std::iter::successors(Some(de_soi), |n| n.checked_mul(NonZeroUsize::new(2)?).filter(|n| *n <= plafond));
        doublees.into_iter().chain([plafond]).find(|n| tient(*n))
    });
    if let Some(n) = choix.filter(|n| tient(*n)) {
        return Ok(n);
    }
    let n = voulues.unwrap_or(plafond);
    let faut = besoin(n);
    let message = format!("l'évaluation en {n} parties demanderait environ {} Mio, plus que les {} Mio permis.", faut >> 20, permis >> 20);
    Err(ErreurCommande::refus("E-DETECT-010", message).avec_conseil(
        "Permettez davantage avec --memory, moins de fils avec --threads, ou découpez le territoire : une mission par partie.",
    ))
}

/// Bytes that judging takes at once, from above: as many parts as threads. Parts of few people are not all of one size.
fn besoin(lignes: usize, program: &Program, parties: NonZeroUsize) -> u64 {
    let n = parties.get();
    let d_une_partie = if n == 1 { lignes } else { lignes.div_ceil(n) + lignes.isqrt() };
    (d_une_partie * fils().min(n) * (program.inputs.len() * 16 + PAR_LIGNE)) as u64
}

/// Bytes that stand beside the parts being judged where the rest is put aside, from above: the program with its rules, and what the
/// cut keeps of each row (its person, its foyer, its part, and a sorted copy while households are put together).
pub(super) fn tenu(lignes: usize) -> u64 {
    (96 << 20) + lignes as u64 * 48
}

/// Bytes of facts to hold, or of findings to read back, at a time under such a memory, when so much of it is taken.
pub(super) fn lu_a_la_fois(memoire: u64, tenu: u64) -> u64 {
    (memoire.saturating_sub(tenu) / 16).clamp(64 << 10, 128 << 20)
}

/// Rows to read at a time under such a memory.
pub(super) fn par_lot(memoire: u64) -> usize {
    usize::try_from(memoire >> 16).unwrap_or(usize::MAX).clamp(1_024, 65_536)
}

/// Where parts come from.
pub(super) enum Livrees<'a> {
    /// Held.
    Tenues(Parts),
    /// Put aside.
    Deversees(Deversees<'a>),
}

impl Livrees<'_> {
    fn nombre(&self) -> usize {
        match self {
            Self::Tenues(p) => p.count(),
            Self::Deversees(d) => d.parties(),
        }
    }

    fn partie(&self, k: usize) -> Result<Vec<Delivery>, ErreurCommande> {
        match self {
            Self::Tenues(p) => Ok(p.part(k)),
            Self::Deversees(d) => d.partie(k),
        }
    }
}

/// What was found, and findings one by one for who asks.
pub(super) struct Juge {
    pub tout: Trouves,
    pub un_par_un: Vec<Finding>,
}

/// What the threads put together.
struct Commun {
    trouve: Found,
    suites: Option<Suites>,
    un_par_un: Vec<Finding>,
    /// Of the first part that failed.
    faute: Option<(usize, ErreurCommande)>,
}

/// How parts are judged.
pub(super) struct Travail<'a> {
    pub pack: &'a Pack,
    pub program: &'a Program,
    /// Whether findings are also kept one by one.
    pub un_par_un: bool,
    /// Where findings are put aside; else they are held.
    pub suites: Option<Suites>,
    pub temps: &'a Temps,
}

/// Judges the parts, as many at a time as there are threads.
///
/// # Errors
/// E-DETECT-002 for a refused value of a delivery (of the first part that has one), E-DETECT-003 when a table cannot be built,
/// E-ARRET-001 between two parts when the caller asks to stop; exit 4 when the disk refuses.
pub(super) fn juger(travail: Travail<'_>, livrees: Livrees<'_>, progression: &Progression) -> Result<Juge, ErreurCommande> {
    let n = livrees.nombre();
    let etape = progression.etape("évaluation des règles", (n > 1).then_some(n as u64));
    let Travail { pack, program, un_par_un, suites, temps } = travail;
    let depot = suites.as_ref().map(|s| s.depot.clone());
    let commun = Mutex::new(Commun { trouve: Found::default(), suites, un_par_un: Vec::new(), faute: None });
    let prochaine = AtomicUsize::new(0);
    let prendre = || commun.lock().unwrap_or_else(PoisonError::into_inner);
    let une = |k: usize, montre: &mut Montre<'_>| -> Result<(), ErreurCommande> {
        progression.continuer()?;
        let partie = livrees.partie(k)?;
        montre.passe(Poste::Repartition);
        let detection = evaluer_chronometre(pack, program, partie, montre)?;
        let tables: Block = (table(finding::table(&detection.findings))?, table(finding::trace(&detection.findings))?);
        // Encoding and writing need nobody else.
        let deposees = depot.as_ref().map(|d| d.deposer(k, &tables)).transpose()?;
        let mut c = prendre();
        let reperages = c.trouve.count(detection);
        match (deposees, &mut c.suites) {
            (Some(d), Some(s)) => s.ranger(d),
            _ => c.trouve.keep(tables),
        }
        if un_par_un {
            c.un_par_un.extend(reperages);
        }
        drop(c);
        montre.passe(Poste::Ecriture);
        etape.avance(1);
        Ok(())
    };
    let travailler = |fil: usize| {
        let mut montre = temps.montre(fil);
        loop {
            let k = prochaine.fetch_add(1, Ordering::Relaxed);
            if k >= n {
                return;
            }
            if let Err(e) = une(k, &mut montre) {
                // Parts are taken in order: whatever part failed first was taken by somebody before the others stop.
                prochaine.store(n, Ordering::Relaxed);
                let mut c = prendre();
                if c.faute.as_ref().is_none_or(|(autre, _)| k < *autre) {
                    c.faute = Some((k, e));
                }
                return;
            }
        }
    };
    if n == 1 && fils() > 1 {
        // One part alone is spread over all threads.
        travailler(1);
    } else {
        // A pool of one for each: what a part spreads over threads stays with the one that judges it.
        let cote_a_cote = fils().min(n);
        let seul = || rayon::ThreadPoolBuilder::new().num_threads(1).build();
        let equipe: Vec<_> = (0..cote_a_cote).filter_map(|_| seul().ok()).collect();
        if equipe.is_empty() {
            travailler(1);
        }
        std::thread::scope(|s| {
            for (fil, pool) in (1..).zip(&equipe) {
                let travailler = &travailler;
                s.spawn(move || pool.install(|| travailler(fil)));
            }
        });
    }
    let Commun { trouve, suites, mut un_par_un, faute } = commun.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, e)) = faute {
        return Err(e);
    }
    finding::sort(&mut un_par_un);
    let tout = Trouves::de(trouve, suites, n)?;
    etape.terminer();
    Ok(Juge { tout, un_par_un })
}

fn table(t: Result<arrow::array::RecordBatch, arrow::error::ArrowError>) -> Result<arrow::array::RecordBatch, ErreurCommande> {
    t.map_err(|_| informe())
}

/// The rules over some deliveries.
///
/// # Errors
/// E-DETECT-002 for a refused value.
pub(crate) fn evaluer(pack: &Pack, program: &Program, livraisons: Vec<Delivery>) -> Result<Detection, ErreurCommande> {
    evaluer_chronometre(pack, program, livraisons, &mut Temps::default().montre(0))
}

fn evaluer_chronometre(
    pack: &Pack,
    program: &Program,
    livraisons: Vec<Delivery>,
    montre: &mut Montre<'_>,
) -> Result<Detection, ErreurCommande> {
    let mut passe = |step| {
        montre.passe(match step {
            Step::Linked => Poste::Rattachement,
            Step::Gathered => Poste::Agregation,
            Step::Judged => Poste::Regles,
        });
    };
    detect::detect_in_steps(pack, program, livraisons, &mut passe).map_err(|e| {
        ErreurCommande::refus("E-DETECT-002", format!("{e}")).avec_conseil("L'organisme doit corriger cette colonne et sceller de nouveau.")
    })
}

/// What Arrow says might quote a value.
pub(crate) fn informe() -> ErreurCommande {
    ErreurCommande::panne("E-DETECT-003", "table de sortie impossible à former.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn les_parties_suivent_ce_qui_est_demande_puis_la_memoire_puis_les_lignes() {
        let rien = Program::default();
        let n = |lignes, voulues, memoire| {
            nombre(lignes, 0, &rien, NonZeroUsize::new(voulues), memoire).map(NonZeroUsize::get).map_err(|e| e.code.into_owned())
        };
        let grand = 40 * fils() * LIGNES_PAR_PARTIE;
        assert_eq!((n(0, 0, None), n(LIGNES_AU_MOINS, 0, None), n(grand, 0, None)), (Ok(1), Ok(1), Ok(40 * fils())));
        assert_eq!(n(grand, 7, None), Ok(7));
        let de = |parties: usize| besoin(grand, &rien, NonZeroUsize::new(parties).unwrap_or(NonZeroUsize::MIN));
        assert_eq!(n(grand, 0, Some(de(40 * fils()))), Ok(40 * fils()));
        assert_eq!(n(grand, 0, Some(de(40 * fils()) - 1)), Ok(80 * fils()));
        assert_eq!((n(grand, 2, Some(de(40))), n(grand, 0, Some(1_000))), (Err("E-DETECT-010".into()), Err("E-DETECT-010".into())));
        // What is held beside counts.
        let beside = nombre(grand, 1 << 40, &rien, None, Some(1 << 40)).map_err(|e| e.code.into_owned());
        assert_eq!(beside, Err("E-DETECT-010".into()));
    }
}

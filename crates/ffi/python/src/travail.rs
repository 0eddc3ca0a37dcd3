//! Long work: on a thread of its own, while the calling thread lets Python live.
//!
//! Python runs signal handlers on its main thread only, and only when that thread asks. So the work never runs there:
//! the calling thread releases the interpreter, waits in short slices, and between two slices asks for signals and tells
//! the caller's callback how far the work is. Nothing of Python is called from the threads of the engine. Where there is a
//! callback, a step begins only once it was told so: whoever stops the work there finds nothing of what would have followed,
//! however short the step.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::PyType;
use recours::erreur::ErreurCommande;
use recours::integration::{Progression, garder};

use crate::erreur::exception;

/// Between two looks at signals: short enough for a hand on Ctrl-C, long enough to cost nothing.
const TRANCHE: Duration = Duration::from_millis(50);

/// The rule parser and the evaluator recurse; threads get less stack than a main thread unless told.
const PILE: usize = 8 << 20;

/// How a call ended, and what it had to say beside its result.
type Fin<T> = (Result<T, ErreurCommande>, Vec<String>);

/// What wakes the calling thread.
enum Signe<T> {
    Etape,
    Fin(Fin<T>),
}

/// A call that is under way: what its threads and the calling thread share.
#[derive(Clone, Default)]
pub struct Travail {
    partage: Arc<Partage>,
}

#[derive(Default)]
struct Partage {
    arret: AtomicBool,
    suivi: AtomicBool,
    etapes: Mutex<Vec<Etape>>,
    /// The caller was told of a step and lets it begin, or the work is to stop.
    dit: Condvar,
    faute: Mutex<Option<ErreurCommande>>,
}

/// The last that is known of a step.
struct Etape {
    libelle: String,
    fait: u64,
    total: Option<u64>,
    /// Whether that was told.
    dite: bool,
    /// Whether the caller answered that it may go on.
    commencee: bool,
}

impl Travail {
    /// True once the work should stop.
    pub fn arrete(&self) -> bool {
        self.partage.arret.load(Ordering::Relaxed)
    }

    /// Keeps the reason for which an input failed: what reaches the engine through Arrow has lost it.
    pub fn fauter(&self, erreur: ErreurCommande) {
        self.partage.faute.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(erreur);
    }

    fn progression<T: Send + 'static>(&self, signes: Sender<Signe<T>>) -> Progression {
        let partage = Arc::clone(&self.partage);
        Progression::observee(Arc::new(move |libelle, fait, total| {
            if partage.suivi.load(Ordering::Relaxed) {
                // The receiver only leaves with the process.
                partage.noter(libelle, fait, total, || drop(signes.send(Signe::Etape)));
            }
            !partage.arret.load(Ordering::Relaxed)
        }))
    }

    /// Runs `travail` and waits for it. `progress(step, done, total)` is called on this thread; if it answers `False`
    /// the work stops, and what it raises comes out once the work has stopped.
    pub fn mener<T: Send + 'static>(
        &self,
        py: Python<'_>,
        progress: Option<&Bound<'_, PyAny>>,
        travail: impl FnOnce(&Progression) -> Result<T, ErreurCommande> + Send + 'static,
    ) -> PyResult<T> {
        meme_processus().map_err(|e| exception(py, &e))?;
        self.partage.suivi.store(progress.is_some(), Ordering::Relaxed);
        let (fin, attente) = channel();
        let progression = self.progression(fin.clone());
        let fil = std::thread::Builder::new().name("recours".into()).stack_size(PILE).spawn(move || {
            let resultat = garder(|| travail(&progression));
            // The receiver only leaves with the process.
            let _ = fin.send(Signe::Fin((resultat, progression.notes())));
        });
        if fil.is_err() {
            return Err(exception(py, &ErreurCommande::panne("E-PYTHON-008", "le système a refusé un fil d'exécution de plus.")));
        }
        let ((resultat, notes), interruption) = self.attendre(py, attente, progress);
        if interruption.is_none() && resultat.is_ok() {
            avertir(py, &notes)?;
        }
        match (interruption, resultat) {
            (Some(interruption), _) => Err(interruption),
            (None, Ok(valeur)) => Ok(valeur),
            // An input that is no longer read looks broken: that is no fault of its.
            (None, Err(_)) if self.arrete() => Err(exception(py, &Progression::arretee())),
            (None, Err(erreur)) => {
                let faute = self.partage.faute.lock().unwrap_or_else(PoisonError::into_inner).take();
                Err(exception(py, faute.as_ref().unwrap_or(&erreur)))
            }
        }
    }

    /// Until the work has ended, whatever interrupts: it is never left running behind the caller's back.
    fn attendre<T: Send>(
        &self,
        py: Python<'_>,
        mut attente: Receiver<Signe<T>>,
        progress: Option<&Bound<'_, PyAny>>,
    ) -> (Fin<T>, Option<PyErr>) {
        let mut interruption = None;
        loop {
            let (recu, rendue) = py.detach(move || (attente.recv_timeout(TRANCHE), attente));
            attente = rendue;
            let fini = match recu {
                Ok(Signe::Fin(fin)) => Some(fin),
                Ok(Signe::Etape) | Err(RecvTimeoutError::Timeout) => None,
                // The thread always answers; were it to die without a word, `garder` has the words.
                Err(RecvTimeoutError::Disconnected) => Some((garder(|| std::panic::resume_unwind(Box::new(()))), Vec::new())),
            };
            if interruption.is_none()
                && let Err(e) = py.check_signals().and_then(|()| self.raconter(progress))
            {
                self.partage.arreter();
                interruption = Some(e);
            }
            if let Some(fin) = fini {
                return (fin, interruption);
            }
        }
    }

    /// Tells the callback what is new, step by step.
    fn raconter(&self, progress: Option<&Bound<'_, PyAny>>) -> PyResult<()> {
        let Some(progress) = progress else { return Ok(()) };
        let mut nouvelles = Vec::new();
        for (i, etape) in self.partage.etapes().iter_mut().enumerate().filter(|(_, e)| !e.dite) {
            etape.dite = true;
            nouvelles.push((i, (etape.libelle.clone(), etape.fait, etape.total)));
        }
        for (i, etape) in nouvelles {
            let reponse = progress.call1(etape)?;
            // A signal that came meanwhile is of this step too.
            progress.py().check_signals()?;
            if matches!(reponse.extract::<bool>(), Ok(false)) {
                self.partage.arreter();
            }
            if let Some(etape) = self.partage.etapes().get_mut(i) {
                etape.commencee = true;
            }
            self.partage.dit.notify_all();
        }
        Ok(())
    }
}

impl Partage {
    fn etapes(&self) -> MutexGuard<'_, Vec<Etape>> {
        self.etapes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Under the lock, so that no thread begins to wait after it.
    fn arreter(&self) {
        let _etapes = self.etapes();
        self.arret.store(true, Ordering::Relaxed);
        self.dit.notify_all();
    }

    /// Keeps how far a step is; waits at its beginning until the caller knows.
    fn noter(&self, libelle: &str, fait: u64, total: Option<u64>, eveiller: impl Fn()) {
        let mut etapes = self.etapes();
        if let Some(etape) = etapes.iter_mut().find(|e| e.libelle == libelle) {
            (etape.fait, etape.total, etape.dite) = (etape.fait.max(fait), total.or(etape.total), false);
            return;
        }
        etapes.push(Etape { libelle: libelle.to_owned(), fait, total, dite: false, commencee: false });
        eveiller();
        let commencee = |etapes: &[Etape]| etapes.iter().any(|e| e.libelle == libelle && e.commencee);
        while !commencee(&etapes) && !self.arret.load(Ordering::Relaxed) {
            etapes = self.dit.wait(etapes).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// A process made by `fork` inherits the engine's pool without its threads: work given to it would never end.
fn meme_processus() -> Result<(), ErreurCommande> {
    static PREMIER: AtomicU32 = AtomicU32::new(0);
    let moi = std::process::id();
    match PREMIER.compare_exchange(0, moi, Ordering::Relaxed, Ordering::Relaxed) {
        Ok(_) => Ok(()),
        Err(premier) if premier == moi => Ok(()),
        Err(_) => Err(ErreurCommande::usage(
            "E-PYTHON-006",
            "ce processus est né par « fork » d'un processus qui s'était déjà servi de Recours : ses fils d'exécution manquent.",
        )
        .avec_conseil("Créez les processus par « spawn » ou « forkserver » : multiprocessing.set_start_method(\"spawn\").")),
    }
}

/// What the command line says on its error output (facts that nobody brings, rules soon out of date) as Python warnings.
fn avertir(py: Python<'_>, notes: &[String]) -> PyResult<()> {
    if notes.is_empty() {
        return Ok(());
    }
    let classe = py.import("recours._errors")?.getattr("RecoursNote")?.cast_into::<PyType>()?;
    let avertissement = py.import("warnings")?.getattr("warn")?;
    for note in notes {
        avertissement.call1((note, &classe))?;
    }
    Ok(())
}

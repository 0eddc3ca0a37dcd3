//! Progress of long steps: bars on a terminal, nothing where the error output is none, calls of a function for a program
//! that embeds us; and how long each step took, for the summary.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::erreur::ErreurCommande;

/// Told of a step: its name, how far it has come, and its total when that is known. `false` asks the work to stop, which
/// it does at its next pause ([`Progression::continuer`]). It may be called from any thread.
pub type Observateur = Arc<dyn Fn(&str, u64, Option<u64>) -> bool + Send + Sync>;

/// The steps of a command. Share it by reference, threads included.
pub struct Progression {
    barres: MultiProgress,
    vers: Vers,
    arret: AtomicBool,
    notes: Mutex<Vec<String>>,
    durees: Mutex<Vec<(String, Duration)>>,
}

/// Who is told.
enum Vers {
    /// Bars and lines.
    Terminal,
    /// Lines on the error output, no bar.
    Lignes,
    /// A program: lines are kept for it ([`Progression::notes`]).
    Programme(Option<Observateur>),
}

impl std::fmt::Debug for Progression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Progression").field("durees", &self.durees).finish_non_exhaustive()
    }
}

impl Progression {
    /// Bars when the error output is a terminal, nothing otherwise.
    pub fn automatique() -> Self {
        Self::nouvelle(if std::io::stderr().is_terminal() { Vers::Terminal } else { Vers::Lignes })
    }

    /// Nothing is shown; steps are still timed, and lines kept.
    pub fn silencieuse() -> Self {
        Self::nouvelle(Vers::Programme(None))
    }

    /// A function is told of each advance and may ask the work to stop; nothing is shown, lines are kept.
    pub fn observee(observateur: Observateur) -> Self {
        Self::nouvelle(Vers::Programme(Some(observateur)))
    }

    fn nouvelle(vers: Vers) -> Self {
        let cible = if matches!(vers, Vers::Terminal) { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self {
            barres: MultiProgress::with_draw_target(cible),
            vers,
            arret: AtomicBool::new(false),
            notes: Mutex::default(),
            durees: Mutex::default(),
        }
    }

    /// A pause of the work, where it stops if it was asked to.
    ///
    /// # Errors
    /// E-ARRET-001: the observer said so. Nothing of what was being done is published.
    pub fn continuer(&self) -> Result<(), ErreurCommande> {
        if self.arret.load(Ordering::Relaxed) { Err(Self::arretee()) } else { Ok(()) }
    }

    /// What work that was asked to stop ends with, wherever it was then.
    pub fn arretee() -> ErreurCommande {
        ErreurCommande::panne("E-ARRET-001", "travail arrêté à la demande de l'appelant : rien de l'étape en cours n'est publié.")
    }

    /// Lines meant for people, kept for the program: notes and warnings, in order.
    pub fn notes(&self) -> Vec<String> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn dire_avance(&self, libelle: &str, fait: u64, total: Option<u64>) {
        if let Vers::Programme(Some(observateur)) = &self.vers
            && !observateur(libelle, fait, total)
        {
            self.arret.store(true, Ordering::Relaxed);
        }
    }

    /// Starts a step. `total` is the number of rows, files or people to come, when it is known.
    ///
    /// The step ends, and its time is recorded, when it is dropped or [`Etape::terminer`] is called.
    pub fn etape(&self, libelle: impl Into<String>, total: Option<u64>) -> Etape<'_> {
        let libelle = libelle.into();
        let barre = match total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::new_spinner(),
        };
        let barre = self.barres.add(barre.with_message(libelle.clone()));
        barre.set_style(style(total.is_some()));
        if matches!(self.vers, Vers::Terminal) {
            barre.enable_steady_tick(Duration::from_millis(120));
        }
        self.dire_avance(&libelle, 0, total);
        Etape { progression: self, barre, libelle, total: AtomicU64::new(total.unwrap_or(INCONNU)), debut: Instant::now() }
    }

    /// A line that must stand above the bars (a warning, a count worth saying), on the error output; kept for a program.
    pub fn dire(&self, texte: impl AsRef<str>) {
        match &self.vers {
            // Only fails when the terminal is gone; there is nobody left to tell.
            Vers::Terminal => drop(self.barres.println(texte)),
            Vers::Lignes => eprintln!("{}", texte.as_ref()),
            Vers::Programme(_) => self.notes.lock().unwrap_or_else(PoisonError::into_inner).push(texte.as_ref().to_owned()),
        }
    }

    /// Steps that have ended, in that order, with the time that each took.
    pub fn durees(&self) -> Vec<(String, Duration)> {
        self.durees.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// `{pos}/{len}` and an estimate of what remains when the total is known.
fn style(total_connu: bool) -> ProgressStyle {
    let modele =
        if total_connu { "{msg:36} {bar:28} {human_pos} / {human_len}  reste {eta}" } else { "{msg:36} {spinner} {human_pos}  {elapsed}" };
    ProgressStyle::with_template(modele).unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A step that is running.
#[derive(Debug)]
#[must_use = "l'étape se termine quand cette valeur disparaît"]
pub struct Etape<'p> {
    progression: &'p Progression,
    barre: ProgressBar,
    libelle: String,
    total: AtomicU64,
    debut: Instant,
}

/// A total that is not known.
const INCONNU: u64 = u64::MAX;

impl Etape<'_> {
    /// `n` more rows, files or people are done.
    pub fn avance(&self, n: u64) {
        self.barre.inc(n);
        let total = self.total.load(Ordering::Relaxed);
        self.progression.dire_avance(&self.libelle, self.barre.position(), (total != INCONNU).then_some(total));
    }

    /// The total, when it becomes known on the way.
    pub fn total(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
        self.barre.set_length(total);
        self.barre.set_style(style(true));
    }

    /// How far the step has come.
    pub fn position(&self) -> u64 {
        self.barre.position()
    }

    /// Ends the step.
    pub fn terminer(self) {}
}

impl Drop for Etape<'_> {
    fn drop(&mut self) {
        self.barre.finish_and_clear();
        self.progression
            .durees
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((std::mem::take(&mut self.libelle), self.debut.elapsed()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn les_etapes_sont_chronometrees_dans_l_ordre_ou_elles_finissent() {
        let p = Progression::silencieuse();
        let lecture = p.etape("Lecture", Some(10));
        std::thread::scope(|s| {
            s.spawn(|| lecture.avance(4));
            s.spawn(|| lecture.avance(6));
        });
        assert_eq!(lecture.position(), 10);
        let liaison = p.etape("Liaison", None);
        liaison.avance(1);
        liaison.terminer();
        drop(lecture);
        let libelles: Vec<String> = p.durees().into_iter().map(|(l, _)| l).collect();
        assert_eq!(libelles, ["Liaison", "Lecture"]);
    }

    #[test]
    fn un_programme_est_tenu_au_courant_et_peut_arreter() {
        let vus = Arc::new(Mutex::new(Vec::new()));
        let copie = Arc::clone(&vus);
        let p = Progression::observee(Arc::new(move |libelle, fait, total| {
            copie.lock().is_ok_and(|mut v| {
                v.push((libelle.to_owned(), fait, total));
                fait < 3
            })
        }));
        let e = p.etape("Lecture", None);
        e.total(5);
        e.avance(2);
        assert!(p.continuer().is_ok());
        e.avance(2);
        assert!(p.continuer().is_err_and(|e| e.code == "E-ARRET-001"));
        drop(e);
        let attendu = [("Lecture", 0, None), ("Lecture", 2, Some(5)), ("Lecture", 4, Some(5))];
        assert_eq!(*vus.lock().unwrap_or_else(PoisonError::into_inner), attendu.map(|(l, f, t)| (l.to_owned(), f, t)));
        p.dire("note : rien");
        assert_eq!(p.notes(), ["note : rien"]);
    }

    #[test]
    fn les_modeles_des_barres_sont_valides() {
        for modele in ["{msg:36} {bar:28} {human_pos} / {human_len}  reste {eta}", "{msg:36} {spinner} {human_pos}  {elapsed}"] {
            assert!(ProgressStyle::with_template(modele).is_ok());
        }
        let p = Progression::silencieuse();
        let e = p.etape("x", None);
        e.total(3);
        assert_eq!(e.position(), 0);
    }
}

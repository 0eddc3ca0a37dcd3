//! Progress of long steps on the error output: bars on a terminal, silence elsewhere; and how long each
//! step took, for the summary.

use std::io::IsTerminal;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The steps of a command. Share it by reference, threads included.
#[derive(Debug)]
pub struct Progression {
    barres: MultiProgress,
    visible: bool,
    durees: Mutex<Vec<(String, Duration)>>,
}

impl Progression {
    /// Bars when the error output is a terminal, nothing otherwise.
    pub fn automatique() -> Self {
        Self::nouvelle(std::io::stderr().is_terminal())
    }

    /// No bar at all; steps are still timed.
    pub fn silencieuse() -> Self {
        Self::nouvelle(false)
    }

    fn nouvelle(visible: bool) -> Self {
        let cible = if visible { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        Self { barres: MultiProgress::with_draw_target(cible), visible, durees: Mutex::new(Vec::new()) }
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
        if self.visible {
            barre.enable_steady_tick(Duration::from_millis(120));
        }
        Etape { progression: self, barre, libelle, debut: Instant::now() }
    }

    /// A line that must stand above the bars (a warning, a count worth saying), on the error output.
    pub fn dire(&self, texte: impl AsRef<str>) {
        if self.visible {
            // Only fails when the terminal is gone; there is nobody left to tell.
            let _ = self.barres.println(texte);
        } else {
            eprintln!("{}", texte.as_ref());
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
    debut: Instant,
}

impl Etape<'_> {
    /// `n` more rows, files or people are done.
    pub fn avance(&self, n: u64) {
        self.barre.inc(n);
    }

    /// The total, when it becomes known on the way.
    pub fn total(&self, total: u64) {
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

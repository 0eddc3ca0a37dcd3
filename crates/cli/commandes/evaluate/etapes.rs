//! Where the time of an evaluation goes, stage by stage: on the wall, and on the processor, all threads together.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::commandes::explain::ecriture;
use crate::temps::processus;

/// A stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Poste {
    /// Rules read, checked and compiled.
    Regles,
    /// Rows taken out of their file.
    Lecture,
    /// Cells read as facts, persons joined to their foyers, columns for the evaluator.
    Decodage,
    /// Rules, and what a mission would find.
    Evaluation,
    /// Answers as a table.
    Reponses,
    /// The table to its file.
    Ecriture,
}

/// All stages, with their names for programs and for people.
const POSTES: [(Poste, &str, &str); 6] = [
    (Poste::Regles, "regles", "règles (lire, vérifier, compiler)"),
    (Poste::Lecture, "lecture", "lecture des fichiers"),
    (Poste::Decodage, "decodage", "décodage (faits, foyers joints)"),
    (Poste::Evaluation, "evaluation", "évaluation"),
    (Poste::Reponses, "reponses", "réponses mises en table"),
    (Poste::Ecriture, "ecriture", "écriture"),
];

#[derive(Debug, Clone, Copy, Default)]
struct Duree {
    mur: Duration,
    cpu: Duration,
}

/// A watch that is told, after each stage, which one it was.
#[derive(Debug)]
pub(crate) struct Etapes {
    dernier: Cell<(Instant, Duration)>,
    temps: RefCell<[Duree; POSTES.len()]>,
}

impl Default for Etapes {
    fn default() -> Self {
        Self { dernier: Cell::new((Instant::now(), processus())), temps: RefCell::default() }
    }
}

impl Etapes {
    /// What was spent since the last call, or the start, went to this stage.
    pub(crate) fn passe(&self, poste: Poste) {
        let maintenant = (Instant::now(), processus());
        let (mur, cpu) = self.dernier.replace(maintenant);
        if let Some(d) = self.temps.borrow_mut().get_mut(poste as usize) {
            d.mur += maintenant.0.saturating_duration_since(mur);
            d.cpu += maintenant.1.saturating_sub(cpu);
        }
    }

    /// The account of so many foyers.
    pub(super) fn bilan(&self, foyers: usize) -> Bilan {
        let par_s = |d: Duration| if d.is_zero() { 0.0 } else { foyers as f64 / d.as_secs_f64() };
        let ligne = |nom, dit, d: Duree| Ligne {
            poste: nom,
            dit,
            mur_s: d.mur.as_secs_f64(),
            cpu_s: d.cpu.as_secs_f64(),
            foyers_par_cpu_s: par_s(d.cpu),
        };
        let temps = self.temps.borrow();
        let total = |de: &[Duree]| Duree { mur: de.iter().map(|d| d.mur).sum(), cpu: de.iter().map(|d| d.cpu).sum() };
        Bilan {
            foyers,
            postes: POSTES.iter().zip(temps.iter()).map(|((_, nom, dit), d)| ligne(nom, dit, *d)).collect(),
            sans_les_regles: ligne("sans_les_regles", "de fichier à fichier, règles lues", total(temps.get(1..).unwrap_or_default())),
            total: ligne("total", "en tout", total(temps.as_slice())),
        }
    }
}

#[derive(Debug, Serialize)]
struct Ligne {
    poste: &'static str,
    #[serde(skip)]
    dit: &'static str,
    mur_s: f64,
    cpu_s: f64,
    foyers_par_cpu_s: f64,
}

/// Where the time went: for people by [`Bilan::en_clair`], for programs as JSON. Seconds and counts, never a value of a record.
#[derive(Debug, Serialize)]
pub(super) struct Bilan {
    foyers: usize,
    postes: Vec<Ligne>,
    sans_les_regles: Ligne,
    total: Ligne,
}

impl Bilan {
    /// The table.
    pub(super) fn en_clair(&self) -> String {
        let mut s = format!("{:<36} {:>10} {:>10} {:>22}\n", "étape", "durée (s)", "CPU (s)", "foyers par s de CPU");
        for l in self.postes.iter().chain([&self.sans_les_regles, &self.total]) {
            // Writing to a String cannot fail.
            let _ = writeln!(s, "{:<36} {:>10.3} {:>10.3} {:>22}", l.dit, l.mur_s, l.cpu_s, ecriture::entier(l.foyers_par_cpu_s as u64));
        }
        s
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn chaque_etape_a_son_temps_et_le_total_est_leur_somme() {
        let etapes = Etapes::default();
        for (poste, millis) in [(Poste::Regles, 20), (Poste::Lecture, 30), (Poste::Ecriture, 30)] {
            let jusqu_a = Instant::now() + Duration::from_millis(millis);
            while Instant::now() < jusqu_a {}
            etapes.passe(poste);
        }
        let bilan = etapes.bilan(100);
        let mur = |nom: &str| bilan.postes.iter().find(|l| l.poste == nom).unwrap().mur_s;
        assert!(mur("regles") >= 0.02 && mur("lecture") >= 0.03 && mur("evaluation") == 0.0);
        assert!((bilan.total.mur_s - mur("regles") - bilan.sans_les_regles.mur_s).abs() < 1e-9);
        assert!(bilan.en_clair().lines().count() == 9 && serde_json::to_string(&bilan).unwrap().contains("\"foyers\":100"));
    }
}

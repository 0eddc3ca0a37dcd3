//! Where the time of a detection goes: by step and by thread, on the wall and on the processor.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

/// A step of detection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Poste {
    /// Envelopes decrypted, signatures, columns decoded and checked.
    Lecture,
    /// Rows cut into parts, households whole, and put aside where memory demands it.
    Repartition,
    /// Rows brought to the people that they are of.
    Rattachement,
    /// What is known of each person and household, in columns.
    Agregation,
    /// Rules.
    Regles,
    /// Findings and trace as tables, in order, to their files.
    Ecriture,
}

/// All steps, with their names in the JSON and for people.
const POSTES: [(Poste, &str, &str); 6] = [
    (Poste::Lecture, "lecture", "lecture (déchiffrer, décoder, contrôler)"),
    (Poste::Repartition, "repartition", "répartition en parties"),
    (Poste::Rattachement, "rattachement", "rattachement aux personnes"),
    (Poste::Agregation, "agregation", "agrégation par personne et foyer"),
    (Poste::Regles, "regles", "règles"),
    (Poste::Ecriture, "ecriture", "écriture"),
];

/// Time on the wall and on the processor.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Duree {
    mur: Duration,
    cpu: Duration,
}

/// Times of a detection, told from any thread.
#[derive(Debug)]
pub struct Temps {
    debut: Instant,
    cpu: Duration,
    /// By thread (0: the one that leads; then those that judge) and step.
    fils: Mutex<BTreeMap<(usize, Poste), Duree>>,
}

impl Default for Temps {
    fn default() -> Self {
        Self { debut: Instant::now(), cpu: processus(), fils: Mutex::default() }
    }
}

/// A thread's own watch.
#[derive(Debug)]
pub struct Montre<'t> {
    temps: &'t Temps,
    fil: usize,
    mur: Instant,
    cpu: Duration,
}

impl Temps {
    /// A watch for a thread, started now on the thread that calls.
    pub fn montre(&self, fil: usize) -> Montre<'_> {
        Montre { temps: self, fil, mur: Instant::now(), cpu: fil_courant() }
    }

    /// The table of what was spent so far. `personnes`: how many were judged.
    pub fn bilan(&self, personnes: usize) -> Bilan {
        let fils = self.fils.lock().unwrap_or_else(PoisonError::into_inner);
        let numeros: Vec<usize> = fils.keys().map(|(f, _)| *f).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
        let travailleurs = numeros.iter().filter(|f| **f > 0).count().max(1) as f64;
        let postes = POSTES.iter().map(|(poste, nom, dit)| {
            let de = |fil: &usize| fils.get(&(*fil, *poste)).copied().unwrap_or_default();
            // Threads that judge work side by side: together they take the mean of what each takes.
            let mur = numeros.iter().map(|f| de(f).mur.as_secs_f64() / if *f > 0 { travailleurs } else { 1.0 }).sum();
            let cpu_par_fil: Vec<f64> = numeros.iter().map(|f| de(f).cpu.as_secs_f64()).collect();
            UnPoste { poste: nom, dit, mur_s: mur, cpu_s: cpu_par_fil.iter().sum(), cpu_par_fil }
        });
        let postes: Vec<UnPoste> = postes.collect();
        let (mur_s, cpu_s) = (self.debut.elapsed().as_secs_f64(), processus().saturating_sub(self.cpu).as_secs_f64());
        Bilan {
            fils: numeros.len(),
            autre_cpu_s: (cpu_s - postes.iter().map(|p| p.cpu_s).sum::<f64>()).max(0.0),
            autre_mur_s: (mur_s - postes.iter().map(|p| p.mur_s).sum::<f64>()).max(0.0),
            postes,
            mur_s,
            cpu_s,
            personnes,
            personnes_par_s: personnes as f64 / mur_s.max(1e-9),
            personnes_par_cpu_s: personnes as f64 / cpu_s.max(1e-9),
            memoire_au_plus_haut: memoire_au_plus_haut(),
        }
    }
}

impl Montre<'_> {
    /// What was spent since the last call, or the start, went to this step.
    pub fn passe(&mut self, poste: Poste) {
        let (mur, cpu) = (Instant::now(), fil_courant());
        let mut fils = self.temps.fils.lock().unwrap_or_else(PoisonError::into_inner);
        let d = fils.entry((self.fil, poste)).or_default();
        d.mur += mur.saturating_duration_since(self.mur);
        d.cpu += cpu.saturating_sub(self.cpu);
        drop(fils);
        (self.mur, self.cpu) = (mur, cpu);
    }

    /// What was spent since is nobody's: waiting for others.
    pub fn repart(&mut self) {
        (self.mur, self.cpu) = (Instant::now(), fil_courant());
    }
}

/// One step, all threads together and each.
#[derive(Debug, Clone, Serialize)]
struct UnPoste {
    poste: &'static str,
    #[serde(skip)]
    dit: &'static str,
    mur_s: f64,
    cpu_s: f64,
    /// The thread that leads, then those that judge.
    cpu_par_fil: Vec<f64>,
}

/// Where the time went: for people by [`Bilan::en_clair`], for programs as JSON. Seconds, bytes; never a value of a record.
#[derive(Debug, Clone, Serialize)]
pub struct Bilan {
    fils: usize,
    postes: Vec<UnPoste>,
    /// Waiting, and threads that are not ours to measure.
    autre_mur_s: f64,
    autre_cpu_s: f64,
    mur_s: f64,
    cpu_s: f64,
    personnes: usize,
    personnes_par_s: f64,
    personnes_par_cpu_s: f64,
    /// Where the system tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    memoire_au_plus_haut: Option<u64>,
}

impl Bilan {
    /// The table.
    #[must_use]
    pub fn en_clair(&self) -> String {
        let mut s = format!("{:<42} {:>9} {:>9}", "étape", "durée (s)", "CPU (s)");
        // Writing to a String cannot fail.
        for fil in 0..self.fils {
            let _ = write!(s, " {:>8}", if fil == 0 { "principal".to_owned() } else { format!("fil {fil}") });
        }
        s.push('\n');
        for p in &self.postes {
            let _ = write!(s, "{:<42} {:>9.2} {:>9.2}", p.dit, p.mur_s, p.cpu_s);
            for c in &p.cpu_par_fil {
                let _ = write!(s, " {c:>8.2}");
            }
            s.push('\n');
        }
        let _ = writeln!(s, "{:<42} {:>9.2} {:>9.2}", "autre (attente, fils non mesurés)", self.autre_mur_s, self.autre_cpu_s);
        let _ = writeln!(s, "{:<42} {:>9.2} {:>9.2}", "en tout", self.mur_s, self.cpu_s);
        let _ =
            write!(s, "{} personnes par seconde, {} par seconde de CPU", entier(self.personnes_par_s), entier(self.personnes_par_cpu_s));
        if let Some(octets) = self.memoire_au_plus_haut {
            let _ = write!(s, " ; {} Mio au plus haut", octets >> 20);
        }
        s.push('\n');
        s
    }
}

fn entier(x: f64) -> u64 {
    x as u64
}

/// Processor time of the thread that calls; zero where the system does not tell.
#[cfg(unix)]
fn fil_courant() -> Duration {
    duree(rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime))
}

/// Processor time of the whole program.
#[cfg(unix)]
pub(crate) fn processus() -> Duration {
    duree(rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime))
}

#[cfg(unix)]
fn duree(t: rustix::time::Timespec) -> Duration {
    Duration::new(u64::try_from(t.tv_sec).unwrap_or(0), u32::try_from(t.tv_nsec).unwrap_or(0))
}

#[cfg(not(unix))]
fn fil_courant() -> Duration {
    Duration::ZERO
}

#[cfg(not(unix))]
pub(crate) fn processus() -> Duration {
    Duration::ZERO
}

/// Resident memory at its highest, in bytes, where Linux tells it.
fn memoire_au_plus_haut() -> Option<u64> {
    let texte = std::fs::read_to_string("/proc/self/status").ok()?;
    let ligne = texte.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    ligne.trim().strip_suffix("kB")?.trim().parse::<u64>().ok().map(|k| k << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chaque_fil_a_son_temps_et_le_tableau_les_dit() {
        let temps = Temps::default();
        temps.montre(0).passe(Poste::Lecture);
        std::thread::scope(|s| {
            for fil in 1..=2 {
                let temps = &temps;
                s.spawn(move || {
                    let mut montre = temps.montre(fil);
                    // Processor time, not rest.
                    let jusqu_a = Instant::now() + Duration::from_millis(40);
                    while Instant::now() < jusqu_a {}
                    montre.passe(Poste::Regles);
                });
            }
        });
        let bilan = temps.bilan(1000);
        assert_eq!(bilan.fils, 3);
        let regles = bilan.postes.iter().find(|p| p.poste == "regles");
        let regles = regles.map(|p| (p.mur_s >= 0.04 && p.mur_s < p.cpu_par_fil.len() as f64, p.cpu_par_fil.first().copied()));
        assert_eq!(regles, Some((true, Some(0.0))));
        let clair = bilan.en_clair();
        for mot in ["principal", "fil 2", "règles", "en tout", "personnes par seconde"] {
            assert!(clair.contains(mot), "{clair}");
        }
        assert!(serde_json::to_string(&bilan).is_ok_and(|j| j.contains("\"poste\":\"lecture\"")));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn un_fil_qui_calcule_use_du_processeur() {
        let avant = fil_courant();
        let jusqu_a = Instant::now() + Duration::from_millis(200);
        while Instant::now() < jusqu_a {}
        assert!(fil_courant() > avant && processus() >= fil_courant());
        assert!(memoire_au_plus_haut().is_some_and(|o| o > 1 << 20));
    }
}

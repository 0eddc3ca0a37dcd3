//! `--threads` and `--memory`, shared by the commands that work long.

use std::num::NonZeroUsize;
use std::time::Duration;

use crate::erreur::ErreurCommande;

/// Options to flatten (`#[command(flatten)]`) into a command.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Ressources {
    /// Nombre de fils de calcul ; par défaut, un par cœur. Le résultat n'en dépend pas.
    #[arg(long, value_name = "N")]
    pub threads: Option<NonZeroUsize>,

    /// Mémoire à ne pas dépasser, par exemple 2GiB ou 500MB ; par défaut, pas de limite.
    #[arg(long, value_name = "TAILLE", value_parser = octets)]
    pub memory: Option<u64>,
}

impl Ressources {
    /// Gives rayon's global pool its size. Without `--threads`, rayon's own choice stands.
    ///
    /// # Errors
    /// E-USAGE-002 when the pool was already started with another size.
    pub fn preparer_fils(&self) -> Result<(), ErreurCommande> {
        let Some(fils) = self.threads else { return Ok(()) };
        rayon::ThreadPoolBuilder::new().num_threads(fils.get()).build_global().or_else(|_| {
            if rayon::current_num_threads() == fils.get() {
                Ok(())
            } else {
                Err(ErreurCommande::panne("E-USAGE-002", "le nombre de fils est déjà fixé dans ce programme."))
            }
        })
    }
}

/// `2GiB`, `500MB`, `1500000`: bytes.
fn octets(texte: &str) -> Result<u64, String> {
    let attendu = || "taille attendue, par exemple 2GiB, 500MB ou 1500000".to_owned();
    let fin = texte.find(|c: char| !c.is_ascii_digit()).unwrap_or(texte.len());
    let (nombre, unite) = texte.split_at(fin);
    let facteur: u64 = match unite.trim().to_ascii_lowercase().as_str() {
        "" | "b" | "o" => 1,
        "kib" | "kio" => 1 << 10,
        "mib" | "mio" => 1 << 20,
        "gib" | "gio" => 1 << 30,
        "kb" | "ko" => 1_000,
        "mb" | "mo" => 1_000_000,
        "gb" | "go" => 1_000_000_000,
        _ => return Err(attendu()),
    };
    nombre.parse::<u64>().ok().and_then(|n| n.checked_mul(facteur)).filter(|n| *n > 0).ok_or_else(attendu)
}

/// What the system knows of this process.
#[derive(Debug, Clone, Copy)]
pub struct Processus {
    /// Processor time.
    pub processeur: Duration,
    /// The part of it that the system took.
    pub systeme: Duration,
    /// Greatest memory held, in bytes.
    pub memoire: u64,
}

/// What the system knows of this process; `None` where it does not say (elsewhere than on Linux).
#[must_use]
pub fn processus() -> Option<Processus> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // After the name, which is in brackets and may hold anything: the state is field 3, times are fields 14 and 15.
    let mut champs = stat.rsplit(')').next()?.split_whitespace().skip(11);
    let mut temps = || Some(Duration::from_millis(champs.next()?.parse::<u64>().ok()? * 1_000 / TICS));
    let (utilisateur, systeme) = (temps()?, temps()?);
    let etat = std::fs::read_to_string("/proc/self/status").ok()?;
    let haut = etat.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    let memoire = haut.split_whitespace().next()?.parse::<u64>().ok()? * 1024;
    Some(Processus { processeur: utilisateur + systeme, systeme, memoire })
}

/// Clock ticks of a second, the same on every Linux.
const TICS: u64 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tailles() {
        assert_eq!(octets("2GiB"), Ok(2 << 30));
        assert_eq!(octets("500MB"), Ok(500_000_000));
        assert_eq!(octets("3 go"), Ok(3_000_000_000));
        assert_eq!(octets("42"), Ok(42));
        for mauvais in ["", "GiB", "-1", "2TiB", "0", "1.5GiB", "99999999999999GiB"] {
            assert!(octets(mauvais).is_err(), "{mauvais}");
        }
    }
}

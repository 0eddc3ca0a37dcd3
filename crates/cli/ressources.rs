//! `--threads` and `--memory`, shared by the commands that work long.

use std::num::NonZeroUsize;

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

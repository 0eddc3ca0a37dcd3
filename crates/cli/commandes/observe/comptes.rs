//! Counts that may be said aloud.

use serde::{Serialize, Serializer};

/// Below this number, a count is not said.
pub const SEUIL: u64 = 11;

/// A count for people: exact from eleven, « moins de 11 » below, zero included.
pub fn compte(n: u64) -> String {
    if n < SEUIL { format!("moins de {SEUIL}") } else { n.to_string() }
}

/// A count as it may be published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Publie {
    /// Rounded down to a multiple of five.
    Nombre(u64),
    /// Below [`SEUIL`], zero included.
    Petit,
    /// Large enough, hidden so that a small one cannot be found by subtraction.
    Cache,
}

impl Publie {
    /// As tables show it.
    pub fn texte(self) -> String {
        match self {
            Self::Nombre(n) => n.to_string(),
            Self::Petit => format!("moins de {SEUIL}"),
            Self::Cache => "non publié".into(),
        }
    }
}

impl Serialize for Publie {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.texte())
    }
}

const fn seul(n: u64) -> Publie {
    if n < SEUIL { Publie::Petit } else { Publie::Nombre(n - n % 5) }
}

/// Two counts and their total, protected: a small one hides, and when it is alone to hide, so does the other.
pub const fn proteger(a: u64, b: u64) -> [Publie; 3] {
    let total = seul(a + b);
    match (a < SEUIL, b < SEUIL) {
        (true, false) => [Publie::Petit, Publie::Cache, total],
        (false, true) => [Publie::Cache, Publie::Petit, total],
        _ => [seul(a), seul(b), total],
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn en_dessous_de_onze_rien_n_est_dit() {
        for n in 0..SEUIL {
            assert_eq!(compte(n), "moins de 11");
            assert_eq!(proteger(n, 0), [Publie::Petit; 3]);
        }
        assert_eq!(compte(11), "11");
        assert_eq!(proteger(14, 20), [Publie::Nombre(10), Publie::Nombre(20), Publie::Nombre(30)]);
    }

    #[test]
    fn un_petit_compte_ne_se_retrouve_pas_par_soustraction() {
        for a in 0..60 {
            for b in 0..60 {
                // Whatever is published for (a, b) is also published for every other small value of a.
                let dit = proteger(a, b);
                if a < SEUIL && b >= SEUIL {
                    assert_eq!(dit[..2], [Publie::Petit, Publie::Cache]);
                    let Publie::Nombre(total) = dit[2] else { panic!() };
                    let possibles = (0..SEUIL).filter(|x| (total..total + 5).any(|t| t >= *x && t - *x >= SEUIL)).count();
                    assert!(possibles >= 4, "{a} {b}: {possibles} values left");
                }
            }
        }
    }
}

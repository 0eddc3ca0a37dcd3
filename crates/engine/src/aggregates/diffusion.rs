//! What a source asks of the tables to which it contributed.

/// A disclosure rule. Several sources: [`Diffusion::plus_stricte`] of all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Diffusion {
    /// The smallest count that may be said.
    pub seuil: u64,
    /// Said counts are rounded down to a multiple of this; 1 for exact ones.
    pub arrondi: u64,
    /// For sums of amounts: the largest share that one contributor may have, 1 when the rule has none.
    pub dominance: f64,
}

impl Diffusion {
    /// Eleven, exact: the rule of business statistics (at least three) is too weak for people; eleven is the usual
    /// threshold of tables on persons built from tax and social files.
    pub const DEFAUT: Self = Self { seuil: 11, arrondi: 1, dominance: 1.0 };
    /// Tax sources (DGFiP): at least eleven tax households, none above 85 % of a sum.
    pub const DGFIP: Self = Self { seuil: 11, arrondi: 1, dominance: 0.85 };
    /// Family branch (Cnaf): counts rounded down to a multiple of five; the default's eleven stays the floor.
    pub const CNAF: Self = Self { seuil: 11, arrondi: 5, dominance: 1.0 };

    /// The rule that satisfies both.
    #[must_use]
    pub fn plus_stricte(self, autre: Self) -> Self {
        Self {
            seuil: self.seuil.max(autre.seuil),
            arrondi: ppcm(self.arrondi, autre.arrondi),
            dominance: self.dominance.min(autre.dominance),
        }
    }

    /// Whether a sum over `effectif` contributors, of whom the largest has the share `plus_forte_part` (0 to 1), may
    /// be said. A count is a sum of ones.
    #[must_use]
    pub fn permet(&self, effectif: u64, plus_forte_part: f64) -> bool {
        effectif >= self.seuil && plus_forte_part <= self.dominance
    }

    /// What is said of a count that may be.
    #[must_use]
    pub fn arrondir(&self, n: u64) -> u64 {
        n - n % self.arrondi.max(1)
    }

    /// What a reader knows of a count of which `dit` is said: it is at least the threshold, and in the rounding.
    #[must_use]
    pub fn connu(&self, dit: u64) -> (u64, u64) {
        (dit.max(self.seuil), (dit + self.arrondi.max(1) - 1).max(self.seuil))
    }
}

fn ppcm(a: u64, b: u64) -> u64 {
    let (a, b) = (a.max(1), b.max(1));
    let (mut x, mut y) = (a, b);
    while y > 0 {
        (x, y) = (y, x % y);
    }
    a / x * b
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn la_plus_stricte_des_sources_l_emporte() {
        let tous = Diffusion::CNAF.plus_stricte(Diffusion::DGFIP);
        assert_eq!(tous, Diffusion { seuil: 11, arrondi: 5, dominance: 0.85 });
        assert_eq!(
            tous.plus_stricte(Diffusion { seuil: 20, arrondi: 3, dominance: 1.0 }),
            Diffusion { seuil: 20, arrondi: 15, dominance: 0.85 }
        );
        assert!(Diffusion::DEFAUT.permet(11, 0.99) && !Diffusion::DGFIP.permet(11, 0.86) && !Diffusion::DEFAUT.permet(10, 0.0));
        assert_eq!((Diffusion::CNAF.arrondir(14), Diffusion::CNAF.connu(10), Diffusion::DEFAUT.connu(14)), (10, (11, 14), (14, 14)));
    }
}

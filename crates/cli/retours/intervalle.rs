//! Shares and differences with their uncertainty, from few observations.
//!
//! * a share: Wilson's score interval (« Probable inference, the law of succession, and statistical inference », JASA 22, 1927),
//!   which holds near zero and one and for small numbers;
//! * a share that examiners sometimes get wrong, with error rates that the team declares: the estimator of Rogan and Gladen
//!   (« Estimating prevalence from the results of a screening test », Am. J. Epidemiology 107, 1978), applied to the bounds;
//! * a difference of two shares over strata: weights of Mantel and Haenszel, and the interval that Yan and Su build from
//!   stratified Wilson bounds by Newcombe's method (« Stratified Wilson and Newcombe confidence intervals for multiple
//!   binomial proportions », Statistics in Biopharmaceutical Research 2, 2010).

/// The 97.5th centile of the normal law: intervals are of 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// A share or a difference, and the interval of 95 % around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Intervalle {
    /// Lower bound.
    pub bas: f64,
    /// Estimate.
    pub estime: f64,
    /// Upper bound.
    pub haut: f64,
}

/// How often an examination says no of somebody who has the right (`oubli`), or yes of somebody who has not (`trop`): shares,
/// from a second look at a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ErreurExamen {
    /// No said of who has the right.
    pub oubli: f64,
    /// Yes said of who has not.
    pub trop: f64,
}

impl ErreurExamen {
    /// Examinations that are taken at their word.
    pub const AUCUNE: Self = Self { oubli: 0.0, trop: 0.0 };

    /// `0,05:0,02`: the two shares. Together they stay under one half, or an examination would tell nothing.
    #[must_use]
    pub fn lire(texte: &str) -> Option<Self> {
        let (oubli, trop) = texte.split_once(':')?;
        let part = |t: &str| t.trim().replace(',', ".").parse::<f64>().ok().filter(|p| (0.0..0.5).contains(p));
        let lue = Self { oubli: part(oubli)?, trop: part(trop)? };
        (lue.oubli + lue.trop < 0.5).then_some(lue)
    }
}

/// `k` of `n`, by Wilson's score. Nothing for `n` zero.
#[must_use]
pub fn wilson(k: u64, n: u64) -> Option<Intervalle> {
    (n > 0).then(|| wilson_continu(k as f64 / n as f64, n as f64))
}

/// The same for a share and a number of observations that need not be whole.
fn wilson_continu(p: f64, n: f64) -> Intervalle {
    let z2 = Z * Z;
    let milieu = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let demi = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    Intervalle { bas: (milieu - demi).max(0.0), estime: p, haut: (milieu + demi).min(1.0) }
}

impl Intervalle {
    /// What the share would be without the errors of examination.
    #[must_use]
    pub fn sans(self, erreur: ErreurExamen) -> Self {
        let vrai = |q: f64| ((q - erreur.trop) / (1.0 - erreur.oubli - erreur.trop)).clamp(0.0, 1.0);
        Self { bas: vrai(self.bas), estime: vrai(self.estime), haut: vrai(self.haut) }
    }

    /// Whether a value lies within.
    #[must_use]
    pub fn contient(&self, valeur: f64) -> bool {
        self.bas <= valeur && valeur <= self.haut
    }
}

/// Of one stratum: successes and people of both groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strate {
    /// Rights opened among those contacted, and how many were.
    pub contactes: (u64, u64),
    /// Rights opened among those compared, and how many were.
    pub compares: (u64, u64),
}

/// Share of the contacted minus share of the compared, like with like. Strata where a group is empty compare nobody and are
/// left out. Nothing when all are.
#[must_use]
pub fn difference(strates: &[Strate]) -> Option<Intervalle> {
    let utiles: Vec<&Strate> = strates.iter().filter(|s| s.contactes.1 > 0 && s.compares.1 > 0).collect();
    let brut = |s: &Strate| (s.contactes.1 as f64 * s.compares.1 as f64) / (s.contactes.1 + s.compares.1) as f64;
    let total: f64 = utiles.iter().map(|s| brut(s)).sum();
    if utiles.is_empty() {
        return None;
    }
    let groupe = |choix: fn(&Strate) -> (u64, u64)| {
        let (mut part, mut lambda) = (0.0, 0.0);
        for s in &utiles {
            let (poids, (k, n)) = (brut(s) / total, choix(s));
            part += poids * k as f64 / n as f64;
            lambda += poids * poids / n as f64;
        }
        // As many observations as would leave the same uncertainty in one stratum.
        wilson_continu(part, 1.0 / lambda)
    };
    let (un, zero) = (groupe(|s| s.contactes), groupe(|s| s.compares));
    let ecart = un.estime - zero.estime;
    Some(Intervalle {
        bas: ecart - ((un.estime - un.bas).powi(2) + (zero.haut - zero.estime).powi(2)).sqrt(),
        estime: ecart,
        haut: ecart + ((un.haut - un.estime).powi(2) + (zero.estime - zero.bas).powi(2)).sqrt(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;

    fn proche(a: f64, b: f64) -> bool {
        (a - b).abs() < 5e-4
    }

    /// Newcombe (1998), « Two-sided confidence intervals for the single proportion », table I, method 3.
    #[test]
    fn wilson_donne_les_exemples_publies() {
        for (k, n, bas, haut) in [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)] {
            let i = wilson(k, n).unwrap();
            assert!(proche(i.bas, bas) && proche(i.haut, haut), "{k}/{n}: {i:?}");
        }
        assert_eq!(wilson(0, 0), None);
    }

    /// Newcombe (1998), « Interval estimation for the difference between independent proportions », table II, method 10.
    #[test]
    fn une_strate_donne_l_intervalle_de_newcombe() {
        for ((a, m), (b, n), bas, haut) in
            [((56, 70), (48, 80), 0.0524, 0.3339), ((9, 10), (3, 10), 0.1705, 0.8090), ((5, 56), (0, 29), -0.0381, 0.1926)]
        {
            let i = difference(&[Strate { contactes: (a, m), compares: (b, n) }]).unwrap();
            assert!(proche(i.bas, bas) && proche(i.haut, haut), "{i:?}");
        }
    }

    /// Two strata that have the same difference and very unlike shares: pooling would say something else.
    #[test]
    fn les_strates_comparent_ce_qui_se_ressemble() {
        let strates = [Strate { contactes: (90, 100), compares: (8, 10) }, Strate { contactes: (2, 10), compares: (10, 100) }];
        let i = difference(&strates).unwrap();
        assert!(proche(i.estime, 0.1), "{i:?}");
        assert!(difference(&[Strate { contactes: (1, 5), compares: (0, 0) }]).is_none());
    }

    #[test]
    fn l_erreur_d_examen_se_corrige_et_se_lit() {
        let e = ErreurExamen::lire("0,1:0,05").unwrap();
        // Eight in ten true: 0.8 * 0.9 + 0.2 * 0.05 = 0.73 seen.
        let i = Intervalle { bas: 0.7, estime: 0.73, haut: 0.76 }.sans(e);
        assert!(proche(i.estime, 0.8) && i.bas < 0.8 && i.haut > 0.8);
        assert_eq!(wilson(7, 10).unwrap().sans(ErreurExamen::AUCUNE), wilson(7, 10).unwrap());
        for faux in ["", "0,1", "0,6:0", "0,3:0,3", "a:b", "-0,1:0"] {
            assert_eq!(ErreurExamen::lire(faux), None, "{faux}");
        }
    }
}

//! Days and months as integers: days since 1970-01-01 (the Arrow `date32` value) and whole months.
//!
//! The proleptic Gregorian conversions are the usual era arithmetic, written here so that the
//! inventor needs no calendar library.

/// Days since 1970-01-01.
pub type Jour = i32;

/// A month of the civil calendar, as `annee * 12 + (mois - 1)`; adding 1 gives the next month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mois(pub i32);

impl Mois {
    /// Month from its civil year and number (1 to 12).
    #[must_use]
    pub fn nouveau(annee: i32, mois: u32) -> Self {
        Self(annee * 12 + mois as i32 - 1)
    }

    /// The month that contains a day.
    #[must_use]
    pub fn de(jour: Jour) -> Self {
        let (a, m, _) = civil(jour);
        Self::nouveau(a, m)
    }

    /// Civil year.
    #[must_use]
    pub fn annee(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// Civil number of the month, 1 to 12.
    #[must_use]
    pub fn numero(self) -> u32 {
        self.0.rem_euclid(12) as u32 + 1
    }

    /// The month `n` months later (or earlier when negative).
    #[must_use]
    pub fn plus(self, n: i32) -> Self {
        Self(self.0 + n)
    }

    /// First day of the month.
    #[must_use]
    pub fn premier(self) -> Jour {
        jours(self.annee(), self.numero(), 1)
    }

    /// Last day of the month.
    #[must_use]
    pub fn dernier(self) -> Jour {
        self.plus(1).premier() - 1
    }
}

/// Days since 1970-01-01 of a civil date.
#[must_use]
pub fn jours(annee: i32, mois: u32, jour: u32) -> Jour {
    let a = if mois <= 2 { annee - 1 } else { annee };
    let ere = a.div_euclid(400);
    let an_ere = a.rem_euclid(400);
    let m = (mois as i32 + 9) % 12;
    let j_an = (153 * m + 2) / 5 + jour as i32 - 1;
    let j_ere = an_ere * 365 + an_ere / 4 - an_ere / 100 + j_an;
    ere * 146_097 + j_ere - 719_468
}

/// Civil date (year, month, day) of a day number.
#[must_use]
pub fn civil(jour: Jour) -> (i32, u32, u32) {
    let z = jour + 719_468;
    let ere = z.div_euclid(146_097);
    let j = z.rem_euclid(146_097);
    let an_ere = (j - j / 1_460 + j / 36_524 - j / 146_096) / 365;
    let j_an = j - (365 * an_ere + an_ere / 4 - an_ere / 100);
    let m = (5 * j_an + 2) / 153;
    let d = (j_an - (153 * m + 2) / 5 + 1) as u32;
    let mois = if m < 10 { m + 3 } else { m - 9 } as u32;
    let a = an_ere + ere * 400;
    (if mois <= 2 { a + 1 } else { a }, mois, d)
}

/// ISO text `YYYY-MM-DD`.
#[must_use]
pub fn iso(jour: Jour) -> String {
    let (a, m, j) = civil(jour);
    format!("{a:04}-{m:02}-{j:02}")
}

/// Reads an ISO date; `None` when it is not one.
#[must_use]
pub fn lire_iso(texte: &str) -> Option<Jour> {
    let mut parts = texte.splitn(3, '-');
    let a: i32 = parts.next()?.parse().ok()?;
    let m: u32 = parts.next()?.parse().ok()?;
    let j: u32 = parts.next()?.parse().ok()?;
    let lu = jours(a, m, j);
    ((1..=12).contains(&m) && civil(lu) == (a, m, j)).then_some(lu)
}

/// Completed years on a day (civil age; a birth on 29 February counts from 1 March).
#[must_use]
pub fn age(naissance: Jour, au: Jour) -> i32 {
    let (an, mn, jn) = civil(naissance);
    let (a, m, j) = civil(au);
    a - an - i32::from((m, j) < (mn, jn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aller_retour_sur_deux_siecles() {
        for j in -30_000..40_000 {
            let (a, m, d) = civil(j);
            assert_eq!(jours(a, m, d), j);
        }
        assert_eq!(jours(2026, 10, 1), 20_727);
        assert_eq!(iso(0), "1970-01-01");
    }

    #[test]
    fn mois_et_ages() {
        let m = Mois::nouveau(2024, 2);
        assert_eq!(iso(m.dernier()), "2024-02-29");
        assert_eq!(m.plus(-2), Mois::nouveau(2023, 12));
        assert_eq!(age(jours(2000, 10, 2), jours(2026, 10, 1)), 25);
        assert_eq!(age(jours(2000, 10, 1), jours(2026, 10, 1)), 26);
        assert_eq!(lire_iso("2023-02-29"), None);
    }
}

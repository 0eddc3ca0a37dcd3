//! Birth dates with their precision. An unknown day or month is *missing*: it never becomes 01.

/// Years outside are filling errors.
const ANNEES: std::ops::RangeInclusive<u16> = 1870..=2099;

/// A birth date as far as it is known. No `Debug`: with a name it designates a person.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DateNaissance {
    annee: u16,
    mois: Option<u8>,
    jour: Option<u8>,
}

/// How much of a birth date is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Precision {
    /// Day, month and year.
    Jour,
    /// Month and year.
    Mois,
    /// Year only.
    Annee,
}

impl Precision {
    /// Code of the golden vectors: `jour`, `mois`, `annee`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Jour => "jour",
            Self::Mois => "mois",
            Self::Annee => "annee",
        }
    }
}

impl DateNaissance {
    /// From a year, a month and a day, 0 standing for unknown. A month that does not exist makes month
    /// and day missing, a day that does not exist makes the day missing; `None` when the year itself is
    /// outside 1870–2099.
    #[must_use]
    pub fn de_parties(annee: u16, mois: u8, jour: u8) -> Option<Self> {
        if !ANNEES.contains(&annee) {
            return None;
        }
        let mois = (1..=12).contains(&mois).then_some(mois);
        let jour = mois.filter(|m| (1..=jours_du_mois(annee, *m)).contains(&jour)).map(|_| jour);
        Some(Self { annee, mois, jour })
    }

    /// Reads `AAAA-MM-JJ`, `JJ/MM/AAAA` (separators `-` `/` `.` or blank), `AAAAMMJJ`, `AAAA-MM` or
    /// `AAAA`; what follows a `T` (a time) is left out. Two-digit years are not guessed: `None`.
    #[must_use]
    pub fn lire(texte: &str) -> Option<Self> {
        let texte = texte.trim();
        let texte = texte.split_once(['T', 't']).map_or(texte, |(date, _heure)| date);
        let parties: Vec<&str> =
            texte.split(|c: char| matches!(c, '-' | '/' | '.') || c.is_whitespace()).filter(|p| !p.is_empty()).collect();
        match parties.as_slice() {
            [seule] if seule.len() == 8 && seule.is_ascii() => Self::de_textes(&seule[..4], &seule[4..6], &seule[6..]),
            [annee] if annee.len() == 4 => Self::de_textes(annee, "0", "0"),
            [annee, mois] if annee.len() == 4 => Self::de_textes(annee, mois, "0"),
            [mois, annee] if annee.len() == 4 => Self::de_textes(annee, mois, "0"),
            [annee, mois, jour, ..] if annee.len() == 4 => Self::de_textes(annee, mois, jour),
            [jour, mois, annee, ..] if annee.len() == 4 => Self::de_textes(annee, mois, jour),
            _ => None,
        }
    }

    /// From days since 1970-01-01 (Arrow's `date32`).
    #[must_use]
    pub fn de_jours(jours: i32) -> Option<Self> {
        // Civil date from a day number, counted in 400-year eras that start on 1 March of year 0.
        let z = i64::from(jours) + 719_468;
        let ere = z.div_euclid(146_097);
        let jour_ere = z.rem_euclid(146_097);
        let an_ere = (jour_ere - jour_ere / 1_460 + jour_ere / 36_524 - jour_ere / 146_096) / 365;
        let jour_an = jour_ere - (365 * an_ere + an_ere / 4 - an_ere / 100);
        let mois_mars = (5 * jour_an + 2) / 153;
        let jour = jour_an - (153 * mois_mars + 2) / 5 + 1;
        let mois = if mois_mars < 10 { mois_mars + 3 } else { mois_mars - 9 };
        let annee = an_ere + ere * 400 + i64::from(mois <= 2);
        Self::de_parties(u16::try_from(annee).ok()?, u8::try_from(mois).ok()?, u8::try_from(jour).ok()?)
    }

    /// Year of birth, four digits.
    #[must_use]
    pub fn annee(self) -> u16 {
        self.annee
    }

    /// Month of birth when known.
    #[must_use]
    pub fn mois(self) -> Option<u8> {
        self.mois
    }

    /// How much is known.
    #[must_use]
    pub fn precision(self) -> Precision {
        match (self.mois, self.jour) {
            (Some(_), Some(_)) => Precision::Jour,
            (Some(_), None) => Precision::Mois,
            _ => Precision::Annee,
        }
    }

    /// 1 January and 31 December: often written for « day unknown », so they need another strong field.
    #[must_use]
    pub fn peut_etre_fictive(self) -> bool {
        matches!((self.mois, self.jour), (Some(1), Some(1)) | (Some(12), Some(31)))
    }

    /// `AAAAMMJJ` when the day is known.
    #[must_use]
    pub fn complete(self) -> Option<String> {
        Some(format!("{:04}{:02}{:02}", self.annee, self.mois?, self.jour?))
    }

    /// `AAAA-MM-JJ` with `00` for what is unknown: what [`DateNaissance::lire`] reads back unchanged.
    #[must_use]
    pub fn texte(self) -> String {
        format!("{:04}-{:02}-{:02}", self.annee, self.mois.unwrap_or(0), self.jour.unwrap_or(0))
    }

    fn de_textes(annee: &str, mois: &str, jour: &str) -> Option<Self> {
        let nombre = |t: &str| t.bytes().all(|b| b.is_ascii_digit()).then(|| t.parse::<u16>().ok()).flatten();
        let borne = |n: Option<u16>| n.and_then(|n| u8::try_from(n).ok()).unwrap_or(0);
        Self::de_parties(nombre(annee)?, borne(nombre(mois)), borne(nombre(jour)))
    }
}

fn jours_du_mois(annee: u16, mois: u8) -> u8 {
    match mois {
        2 if annee.is_multiple_of(4) && (!annee.is_multiple_of(100) || annee.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::DateNaissance;

    #[test]
    fn jours_arrow() {
        for (jours, attendu) in
            [(0, "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (-25_567, "1900-01-01"), (20_000, "2024-10-04")]
        {
            assert_eq!(DateNaissance::de_jours(jours).unwrap().texte(), attendu);
        }
        assert!(DateNaissance::de_jours(i32::MAX).is_none());
        assert!(DateNaissance::de_jours(i32::MIN).is_none());
    }
}

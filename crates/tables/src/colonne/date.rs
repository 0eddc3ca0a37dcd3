//! Columns read as days, and as months.

use std::borrow::Cow;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::datatypes::{
    DataType, Date32Type, Date64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};

use super::{Colonne, non_rempli, texte::Textes};
use crate::erreur::{Ambiguite, ErreurTable};

const DATE: &str = "date (aaaa-mm-jj, jj/mm/aaaa ou 01JAN2026)";
const MOIS: &str = "mois (aaaa-mm, aaaamm, mm/aaaa ou une date)";

/// Years that a record of a living person, their rights or their ancestors can hold. Outside, the cell is a
/// placeholder (0001-01-01, 9999-12-31) or a mistake, and reading it as a date would make a verdict of it.
pub(super) const ANNEES: std::ops::RangeInclusive<i32> = 1800..=2299;

/// A date cell: unknown, known to be none, or a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateLue {
    /// Null: we do not know.
    Inconnue,
    /// `''` in a text column: we know that there is none.
    Aucune,
    /// Days since 1970-01-01.
    Jour(i32),
}

fn jours_du_mois(annee: i32, mois: u32) -> u32 {
    match mois {
        4 | 6 | 9 | 11 => 30,
        2 if annee % 4 == 0 && (annee % 100 != 0 || annee % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a Gregorian date; `None` when no calendar has it or its year is outside
/// 1800–2299.
pub fn jours_depuis_1970(annee: i32, mois: u32, jour: u32) -> Option<i32> {
    if !ANNEES.contains(&annee) || !(1..=12).contains(&mois) || jour == 0 || jour > jours_du_mois(annee, mois) {
        return None;
    }
    // Years counted from March, so that the leap day is the last of the year.
    let a = if mois <= 2 { annee - 1 } else { annee };
    let (mois, jour) = (i32::try_from(mois).ok()?, i32::try_from(jour).ok()?);
    let siecle = a.div_euclid(400);
    let dans_siecle = a.rem_euclid(400);
    let jour_de_l_an = (153 * (if mois > 2 { mois - 3 } else { mois + 9 }) + 2) / 5 + jour - 1;
    Some(siecle * 146_097 + dans_siecle * 365 + dans_siecle / 4 - dans_siecle / 100 + jour_de_l_an - 719_468)
}

/// ISO text (`aaaa-mm-jj`) of a number of days since 1970-01-01.
pub fn date_iso(jours: i32) -> String {
    let (annee, mois, jour) = annee_mois_jour(jours);
    format!("{annee:04}-{mois:02}-{jour:02}")
}

/// Year, month and day of a number of days since 1970-01-01.
fn annee_mois_jour(jours: i32) -> (i64, i64, i64) {
    let z = i64::from(jours) + 719_468;
    let siecle = z.div_euclid(146_097);
    let reste = z.rem_euclid(146_097);
    let dans_siecle = (reste - reste / 1_460 + reste / 36_524 - reste / 146_096) / 365;
    let jour_de_l_an = reste - (365 * dans_siecle + dans_siecle / 4 - dans_siecle / 100);
    let m = (5 * jour_de_l_an + 2) / 153;
    let jour = jour_de_l_an - (153 * m + 2) / 5 + 1;
    let mois = if m < 10 { m + 3 } else { m - 9 };
    let annee = siecle * 400 + dans_siecle + i64::from(mois <= 2);
    (annee, mois, jour)
}

/// Why a text is not a day.
#[derive(Debug, PartialEq, Eq)]
enum Faute {
    /// Not one of the written forms.
    Forme,
    /// The right form, and no such day.
    Impossible,
    /// A bare number: days since 1960 (SAS), since 1900 (Excel), seconds since 1960.
    Compte,
    /// A year of two digits.
    AnneeCourte,
}

fn chiffres(texte: &str, combien: std::ops::RangeInclusive<usize>) -> Option<u32> {
    (combien.contains(&texte.len()) && texte.bytes().all(|c| c.is_ascii_digit())).then(|| texte.parse().ok()).flatten()
}

/// What follows a day whose hour is not kept: ISO, Excel's and R's midnight, SAS's DATETIME20.
const MINUITS: [&str; 5] = ["T00:00:00", " 00:00:00", ":00:00:00", "T00:00", " 00:00"];

/// `aaaa-mm-jj`, `aaaammjj`, `jj/mm/aaaa`, SAS's `01JAN2026` and `01-JAN-2026`, each with or without a midnight.
/// `Ok(None)` when the month or the day is `00`, as registers write a birth date that is only partly known: unknown, not
/// impossible.
fn date_ecrite(texte: &str) -> Result<Option<i32>, Faute> {
    // As most are written.
    if let Some(jour) = jour_iso(texte.as_bytes()) {
        return Ok(Some(jour));
    }
    let jour_seul = MINUITS
        .iter()
        .find_map(|minuit| {
            let (jour, reste) = texte.split_once(minuit)?;
            let fraction = || reste.strip_prefix(['.', ',']).is_some_and(|z| z.bytes().all(|c| c == b'0'));
            (reste.is_empty() || reste == "Z" || fraction()).then_some(jour)
        })
        .unwrap_or(texte);
    let (annee, mois, jour) = morceaux(jour_seul)?;
    let annee = i32::try_from(annee).map_err(|_| Faute::Forme)?;
    if ANNEES.contains(&annee) && ((mois == 0 && jour <= 31) || (jour == 0 && mois <= 12)) {
        return Ok(None);
    }
    jours_depuis_1970(annee, mois, jour).map(Some).ok_or(Faute::Impossible)
}

/// Days since 1970-01-01 of what is written `aaaa-mm-jj`; `None` when it is not, or is no day.
pub(super) fn jour_iso(t: &[u8]) -> Option<i32> {
    let [a, b, c, d, b'-', e, f, b'-', g, h] = t else { return None };
    let chiffre = |c: &u8| c.is_ascii_digit().then(|| u32::from(c - b'0'));
    let annee = chiffre(a)? * 1000 + chiffre(b)? * 100 + chiffre(c)? * 10 + chiffre(d)?;
    jours_depuis_1970(i32::try_from(annee).ok()?, chiffre(e)? * 10 + chiffre(f)?, chiffre(g)? * 10 + chiffre(h)?)
}

fn mois_sas(texte: &str) -> Option<u32> {
    const MOIS_SAS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
    let rang = MOIS_SAS.iter().position(|m| m.eq_ignore_ascii_case(texte))?;
    u32::try_from(rang + 1).ok()
}

/// Year, month and day of a written day.
fn morceaux(texte: &str) -> Result<(u32, u32, u32), Faute> {
    let entiers = |a: &str, m: Option<u32>, j: &str| Some((chiffres(a, 4..=4)?, m?, chiffres(j, 1..=2)?));
    let nombre = |t: &str, combien| chiffres(t, combien);
    let lus = if let [a, m, j] = texte.split('-').collect::<Vec<_>>()[..] {
        // ISO, or SAS's DATE11.: the longer end is the year.
        if mois_sas(m).is_some() { entiers(j, mois_sas(m), a) } else { entiers(a, nombre(m, 2..=2), j).filter(|_| j.len() == 2) }
    } else if let [j, m, a] = texte.split('/').collect::<Vec<_>>()[..] {
        entiers(a, nombre(m, 1..=2), j)
    } else if texte.len() == 9 && texte.is_ascii() {
        entiers(&texte[5..], mois_sas(&texte[2..5]), &texte[..2]).filter(|_| nombre(&texte[..2], 2..=2).is_some())
    } else if texte.len() == 8 && nombre(texte, 8..=8).is_some() {
        // No day is written both ways, year first and year last: the years that we read start with 18 to 22.
        entiers(&texte[..4], nombre(&texte[4..6], 2..=2), &texte[6..])
    } else {
        None
    };
    lus.ok_or_else(|| faute_de_forme(texte))
}

/// Why a text that is no day looks like one.
fn faute_de_forme(texte: &str) -> Faute {
    let nu = texte.strip_prefix('-').unwrap_or(texte);
    let (entiers, decimales) = nu.split_once(['.', ',']).unwrap_or((nu, "0"));
    if chiffres(entiers, 1..=11).is_some() && chiffres(decimales, 1..=9).is_some() {
        return Faute::Compte;
    }
    let court = |separateur| {
        let parts: Vec<_> = texte.split(separateur).collect();
        parts.len() == 3 && parts.iter().all(|p| chiffres(p, 1..=2).is_some())
    };
    let sas = texte.len() == 7 && texte.is_ascii() && mois_sas(&texte[2..5]).is_some();
    let sas = sas && chiffres(&texte[..2], 2..=2).is_some() && chiffres(&texte[5..], 2..=2).is_some();
    if court('/') || court('-') || sas { Faute::AnneeCourte } else { Faute::Forme }
}

/// Months since year 0 (`annee * 12 + mois - 1`) of a written month; `None` when it is not one.
fn mois_ecrit(texte: &str) -> Result<i32, Faute> {
    let (annee, mois) = if let Some((a, m)) = texte.split_once('-').filter(|(_, m)| m.len() == 2) {
        (chiffres(a, 4..=4), chiffres(m, 2..=2))
    } else if let Some((m, a)) = texte.split_once('/').filter(|(_, a)| a.len() == 4) {
        (chiffres(a, 4..=4), chiffres(m, 1..=2))
    } else if texte.len() == 6 && texte.is_ascii() {
        (chiffres(&texte[..4], 4..=4), chiffres(&texte[4..], 2..=2))
    } else if let Some((m, a)) = texte.split_at_checked(3).filter(|(m, a)| a.len() == 4 && mois_sas(m).is_some()) {
        (chiffres(a, 4..=4), mois_sas(m))
    } else {
        let jours = date_ecrite(texte)?.ok_or(Faute::Impossible)?;
        return Ok(rang_du_mois(jours));
    };
    let (Some(annee), Some(mois)) = (annee, mois) else {
        return Err(Faute::Forme);
    };
    let annee = i32::try_from(annee).map_err(|_| Faute::Forme)?;
    if !ANNEES.contains(&annee) || !(1..=12).contains(&mois) {
        return Err(Faute::Impossible);
    }
    Ok(annee * 12 + mois as i32 - 1)
}

fn rang_du_mois(jours: i32) -> i32 {
    let (annee, mois, _) = annee_mois_jour(jours);
    // Both fit: `jours` is an i32.
    (annee * 12 + mois - 1) as i32
}

impl Colonne {
    /// Days since 1970-01-01; null, unfilled text, and dates of which the register does not know the month
    /// or the day (`00`) are `None` (unknown).
    ///
    /// # Errors
    /// E-TABLE-009 for another type (a timestamp in a time zone other than UTC included: its day depends on
    /// the reader), E-TABLE-010 for text of another form, E-TABLE-011 for a day that does not exist or
    /// outside 1800–2299, E-TABLE-024 for a bare number of days or a year of two digits.
    pub fn date(&self) -> Result<Vec<Option<i32>>, ErreurTable> {
        Ok(self
            .dates_lues()?
            .into_iter()
            .map(|date| match date {
                DateLue::Jour(jours) => Some(jours),
                DateLue::Inconnue | DateLue::Aucune => None,
            })
            .collect())
    }

    /// As [`Colonne::date`], for columns in which `''` means « known to be none »: it is told apart from
    /// null. A CSV has no null: there, write `.`, `NA` or `NULL` for unknown.
    ///
    /// # Errors
    /// As [`Colonne::date`].
    pub fn date_ou_aucune(&self) -> Result<Vec<DateLue>, ErreurTable> {
        self.dates_lues()
    }

    fn dates_lues(&self) -> Result<Vec<DateLue>, ErreurTable> {
        let valeurs = self.valeurs(DATE)?;
        if let Some(textes) = Textes::de(&valeurs) {
            return (0..textes.lignes())
                .map(|i| match textes.valeur(i).map(str::trim) {
                    None => Ok(DateLue::Inconnue),
                    Some("") => Ok(DateLue::Aucune),
                    Some(t) if non_rempli(t) => Ok(DateLue::Inconnue),
                    Some(t) => match date_ecrite(t) {
                        Ok(jours) => Ok(jours.map_or(DateLue::Inconnue, DateLue::Jour)),
                        Err(faute) => Err(self.refus_du_jour(i, t, DATE, &faute)),
                    },
                })
                .collect();
        }
        self.jours(&valeurs)?
            .into_iter()
            .enumerate()
            .map(|(i, jours)| match jours {
                None => Ok(DateLue::Inconnue),
                Some(jours) => i32::try_from(jours)
                    .ok()
                    .filter(|j| ANNEES.contains(&(annee_mois_jour(*j).0 as i32)))
                    .map(DateLue::Jour)
                    .ok_or_else(|| ErreurTable::DateImpossible { lieu: self.lieu(i) }),
            })
            .collect()
    }

    /// Birth dates as text: a written day in ISO form, whatever the tool; what is only partly known, and what is no date, as it
    /// stands; unfilled text null. For identities, of which half a date is worth something.
    ///
    /// # Errors
    /// Those of [`Colonne::texte`]; E-TABLE-024 for a number of days or a year of two digits. Four digits are a year.
    pub fn naissance(&self) -> Result<StringArray, ErreurTable> {
        let textes = self.sans_marques()?.texte()?;
        textes
            .iter()
            .enumerate()
            .map(|(i, texte)| {
                let Some(texte) = texte.map(str::trim) else { return Ok(None) };
                match date_ecrite(texte) {
                    Ok(Some(jours)) => Ok(Some(Cow::Owned(date_iso(jours)))),
                    Err(Faute::Compte) if chiffres(texte, 4..=4).is_some() => Ok(Some(Cow::Borrowed(texte))),
                    Err(faute @ (Faute::Compte | Faute::AnneeCourte)) => Err(self.refus_du_jour(i, texte, DATE, &faute)),
                    Ok(None) | Err(_) => Ok(Some(Cow::Borrowed(texte))),
                }
            })
            .collect()
    }

    /// A fact told by its date or by a word, as text: unfilled text and dates that stand for « never » (9999-12-31, 0001-01-01)
    /// are null.
    ///
    /// # Errors
    /// Those of [`Colonne::texte`].
    pub fn fait_date(&self) -> Result<StringArray, ErreurTable> {
        let jamais = |t: &str| {
            let jour = t.split(['T', ' ']).next().unwrap_or_default();
            morceaux(jour).is_ok_and(|(annee, ..)| i32::try_from(annee).is_ok_and(|a| !ANNEES.contains(&a)))
        };
        Ok(self.sans_marques()?.texte()?.iter().map(|t| t.filter(|t| !jamais(t.trim()))).collect())
    }

    fn refus_du_jour(&self, i: usize, texte: &str, attendu: &str, faute: &Faute) -> ErreurTable {
        match faute {
            Faute::Forme => self.refus_du_texte(i, texte, attendu),
            Faute::Impossible => ErreurTable::DateImpossible { lieu: self.lieu(i) },
            Faute::Compte => ErreurTable::DateAmbigue { lieu: self.lieu(i), ambiguite: Ambiguite::Compte },
            Faute::AnneeCourte => ErreurTable::DateAmbigue { lieu: self.lieu(i), ambiguite: Ambiguite::AnneeCourte },
        }
    }

    /// Days of the Arrow date and time types, unchecked.
    fn jours(&self, valeurs: &ArrayRef) -> Result<Vec<Option<i64>>, ErreurTable> {
        const SECONDES: i64 = 86_400;
        macro_rules! par_jour {
            ($genre:ty, $unites:expr) => {
                valeurs.as_primitive::<$genre>().iter().map(|v| v.map(|v| v.div_euclid($unites))).collect()
            };
        }
        Ok(match valeurs.data_type() {
            DataType::Null => vec![None; valeurs.len()],
            DataType::Date32 => valeurs.as_primitive::<Date32Type>().iter().map(|v| v.map(i64::from)).collect(),
            DataType::Date64 => par_jour!(Date64Type, SECONDES * 1_000),
            DataType::Timestamp(unite, zone) if zone.as_deref().is_none_or(|z| matches!(z, "UTC" | "utc" | "Z" | "+00:00" | "Etc/UTC")) => {
                match unite {
                    TimeUnit::Second => par_jour!(TimestampSecondType, SECONDES),
                    TimeUnit::Millisecond => par_jour!(TimestampMillisecondType, SECONDES * 1_000),
                    TimeUnit::Microsecond => {
                        par_jour!(TimestampMicrosecondType, SECONDES * 1_000_000)
                    }
                    TimeUnit::Nanosecond => {
                        par_jour!(TimestampNanosecondType, SECONDES * 1_000_000_000)
                    }
                }
            }
            _ => return Err(self.mauvais_type(DATE)),
        })
    }

    /// Months as `annee * 12 + mois - 1`, from text (`2026-03`, `202603`, `03/2026` or a date), an integer
    /// (`202603`) or a date; null and unfilled text are `None`.
    ///
    /// # Errors
    /// E-TABLE-009, E-TABLE-010, E-TABLE-011 as [`Colonne::date`].
    pub fn mois(&self) -> Result<Vec<Option<i32>>, ErreurTable> {
        let valeurs = self.valeurs(MOIS)?;
        let numerique = valeurs.data_type().is_integer();
        if !numerique && Textes::de(&valeurs).is_none() {
            return Ok(self.date()?.into_iter().map(|j| j.map(rang_du_mois)).collect());
        }
        let textes = self.texte()?;
        // A long table repeats its months: most rows have the month of a row nearby.
        let mut dernier: Option<(&str, i32)> = None;
        (0..textes.len())
            .map(|i| {
                let texte = match textes.is_valid(i).then(|| textes.value(i).trim()) {
                    None => return Ok(None),
                    Some(t) if non_rempli(t) => return Ok(None),
                    Some(t) => t,
                };
                if let Some((connu, rang)) = dernier
                    && connu == texte
                {
                    return Ok(Some(rang));
                }
                match mois_ecrit(texte) {
                    Ok(rang) => {
                        dernier = Some((texte, rang));
                        Ok(Some(rang))
                    }
                    Err(faute) => Err(self.refus_du_jour(i, texte, MOIS, &faute)),
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;
    use jiff::civil::date;

    #[test]
    fn le_calendrier_est_celui_de_jiff_jour_par_jour() {
        let mut jour = date(1800, 1, 1);
        let mut attendu = jours_depuis_1970(1800, 1, 1).unwrap();
        while jour.year() < 2300 {
            let (a, m, j) = (i32::from(jour.year()), jour.month() as u32, jour.day() as u32);
            assert_eq!(jours_depuis_1970(a, m, j), Some(attendu));
            assert_eq!(annee_mois_jour(attendu), (i64::from(a), i64::from(m), i64::from(j)));
            jour = jour.tomorrow().unwrap();
            attendu += 1;
        }
        assert_eq!(jours_depuis_1970(1970, 1, 1), Some(0));
        assert_eq!(date_iso(-1), "1969-12-31");
    }

    #[test]
    fn formes_lues() {
        let noel = jours_depuis_1970(2025, 12, 25);
        let iso = ["2025-12-25", "2025-12-25 00:00:00", "2025-12-25T00:00:00.000", "2025-12-25T00:00:00Z", "2025-12-25 00:00"];
        let sas = ["25DEC2025", "25dec2025", "25-DEC-2025", "25DEC2025:00:00:00", "25DEC2025:00:00:00.00", "20251225", "25/12/2025"];
        for texte in iso.into_iter().chain(sas).chain(["25/12/2025 00:00", "25/12/2025 00:00:00"]) {
            assert_eq!(date_ecrite(texte), Ok(noel), "{texte}");
        }
        for texte in ["1950-00-00", "00/00/1950", "1950-07-00"] {
            assert_eq!(date_ecrite(texte), Ok(None), "{texte}");
        }
    }

    #[test]
    fn jours_qui_n_existent_pas() {
        for texte in
            ["2025-02-29", "30/02/2024", "2025-13-01", "31/04/2025", "9999-12-31", "0001-01-01", "99/99/2025", "25122025", "99999999"]
        {
            assert_eq!(date_ecrite(texte), Err(Faute::Impossible), "{texte}");
        }
        for texte in ["25-12-2025", "2025/12/25", "2025-1-1", "2025-12-25 13:00:00", "25DEC2025:13:00:00", "hier", "é5DÉC2025", "1DEC02025"]
        {
            assert_eq!(date_ecrite(texte), Err(Faute::Forme), "{texte}");
        }
        for texte in ["24107", "46023", "-3650", "46023,5", "46023.0", "2082844800", "0", "202512"] {
            assert_eq!(date_ecrite(texte), Err(Faute::Compte), "{texte}");
        }
        for texte in ["25/12/25", "25DEC25", "25-12-25", "1/1/26"] {
            assert_eq!(date_ecrite(texte), Err(Faute::AnneeCourte), "{texte}");
        }
    }

    #[test]
    fn mois_lus() {
        let mars = 2026 * 12 + 2;
        for texte in ["2026-03", "202603", "03/2026", "3/2026", "2026-03-31", "31/03/2026", "MAR2026", "01MAR2026", "20260301"] {
            assert_eq!(mois_ecrit(texte), Ok(mars), "{texte}");
        }
        assert_eq!(mois_ecrit("202613"), Err(Faute::Impossible));
        assert_eq!(mois_ecrit("mars"), Err(Faute::Forme));
        assert_eq!(mois_ecrit("1950-00-00"), Err(Faute::Impossible));
    }
}

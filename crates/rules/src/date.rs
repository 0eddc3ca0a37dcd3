//! Civil dates as days since 1970-01-01, and months as a count since year 0: no time zones anywhere.
//!
//! The two conversions are written out because they run once per person and rule in the fast evaluator;
//! a property test holds them to `jiff`.

/// Days since 1970-01-01 (Arrow's `date32`).
pub type Days = i64;

/// Months since year 0: `year * 12 + month - 1`.
pub type Month = i32;

/// First day that a computed date may take; an earlier one is only known to be before.
pub const FIRST: Days = days(0, 1, 1);

/// Last day that a computed date may take; a later one is only known to be after.
pub const LAST: Days = days(9999, 12, 31);

/// Year, month (1..=12) and day (1..=31) of a date.
#[must_use]
pub const fn civil(days: Days) -> (i64, i64, i64) {
    // Days since 0000-03-01, in eras of 400 years (146 097 days); years begin in March so that the leap
    // day is the last of its year.
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let day = doy - (153 * mp + 2) / 5 + 1;
    let month = if mp < 10 { mp + 3 } else { mp - 9 };
    let year = yoe + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

/// Days since 1970-01-01 of a civil date (day within the month not checked).
#[must_use]
pub const fn days(year: i64, month: i64, day: i64) -> Days {
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let yoe = y.rem_euclid(400);
    let mp = (month + 9) % 12;
    let doy = (153 * mp + 2) / 5 + day - 1;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

/// Days in a month.
#[must_use]
pub const fn month_length(year: i64, month: i64) -> i64 {
    let (ny, nm) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days(ny, nm, 1) - days(year, month, 1)
}

/// The month that contains a date.
#[must_use]
pub fn month_of(d: Days) -> Month {
    let (y, m, _) = civil(d);
    i32::try_from(y * 12 + m - 1).unwrap_or(Month::MAX)
}

/// First day of a month.
#[must_use]
pub fn first_day(month: Month) -> Days {
    let m = i64::from(month);
    days(m.div_euclid(12), m.rem_euclid(12) + 1, 1)
}

/// Last day of a month.
#[must_use]
pub fn last_day(month: Month) -> Days {
    first_day(month + 1) - 1
}

/// Completed years at `on` of someone born on `birth`. Someone born on 29 February completes a year on
/// 1 March when there is no 29 February.
#[must_use]
pub const fn age_years(birth: Days, on: Days) -> i64 {
    let (by, bm, bd) = civil(birth);
    let (y, m, d) = civil(on);
    let before = m < bm || (m == bm && d < bd);
    y - by - if before { 1 } else { 0 }
}

/// Completed months between two dates (a month completes on the same day number, or on the first of the
/// following month when that number does not exist).
#[must_use]
pub const fn age_months(from: Days, to: Days) -> i64 {
    let (fy, fm, fd) = civil(from);
    let (y, m, d) = civil(to);
    (y - fy) * 12 + (m - fm) - if d < fd { 1 } else { 0 }
}

/// The date `n` months later; a day number that the target month lacks becomes its last day.
#[must_use]
pub const fn add_months(date: Days, n: i64) -> Days {
    let (y, m, d) = civil(date);
    let total = y * 12 + (m - 1) + n;
    let (ty, tm) = (total.div_euclid(12), total.rem_euclid(12) + 1);
    let length = month_length(ty, tm);
    days(ty, tm, if d > length { length } else { d })
}

/// Reads `AAAA-MM-JJ`; `None` when it is not a date of the calendar.
#[must_use]
pub fn parse(text: &str) -> Option<Days> {
    let b = text.as_bytes();
    if b.len() != 10 || b.get(4) != Some(&b'-') || b.get(7) != Some(&b'-') {
        return None;
    }
    let number = |s: &str| s.bytes().all(|c| c.is_ascii_digit()).then(|| s.parse::<i64>().ok()).flatten();
    let (y, m, d) = (number(text.get(0..4)?)?, number(text.get(5..7)?)?, number(text.get(8..10)?)?);
    let ok = (1..=12).contains(&m) && d >= 1 && d <= month_length(y, m);
    ok.then(|| days(y, m, d))
}

/// Writes `AAAA-MM-JJ`.
#[must_use]
pub fn format(date: Days) -> String {
    let (y, m, d) = civil(date);
    format!("{y:04}-{m:02}-{d:02}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn leap_days_and_ends_of_month() {
        let d = |t: &str| parse(t).unwrap();
        assert_eq!(age_years(d("2000-02-29"), d("2025-02-28")), 24);
        assert_eq!(age_years(d("2000-02-29"), d("2025-03-01")), 25);
        assert_eq!(add_months(d("2025-01-31"), 1), d("2025-02-28"));
        assert_eq!(add_months(d("2024-02-29"), 12), d("2025-02-28"));
        assert_eq!(age_months(d("2025-01-31"), d("2025-02-28")), 0);
        assert_eq!(age_months(d("2025-01-31"), d("2025-03-01")), 1);
        assert!(parse("2025-02-29").is_none() && parse("2025-13-01").is_none() && parse("25-1-1").is_none());
    }

    proptest! {
        #[test]
        fn agrees_with_jiff(n in -200_000i64..200_000) {
            let epoch = jiff::civil::date(1970, 1, 1);
            let there = epoch.checked_add(jiff::Span::new().days(n)).unwrap();
            let (y, m, d) = civil(n);
            prop_assert_eq!((y, m, d), (i64::from(there.year()), i64::from(there.month()), i64::from(there.day())));
            prop_assert_eq!(days(y, m, d), n);
            prop_assert_eq!(parse(&format(n)), Some(n));
        }

        #[test]
        fn age_reaches_n_exactly_on_the_birthday(birth in -20_000i64..20_000, n in 0i64..110) {
            let birthday = { let (y, m, d) = civil(birth); if m == 2 && d == 29 && month_length(y + n, 2) == 28 { days(y + n, 3, 1) } else { days(y + n, m, d) } };
            prop_assert_eq!(age_years(birth, birthday), n);
            prop_assert_eq!(age_years(birth, birthday - 1), n - 1);
        }
    }
}

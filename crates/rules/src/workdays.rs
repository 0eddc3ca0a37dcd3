//! Working days of metropolitan France: Monday to Friday, but for the public holidays of article L3133-1 of the
//! Code du travail. Local holidays (Alsace-Moselle, overseas) are not counted as such: there, a delay in working days
//! may fall short by one day.

use crate::date::{self, Days};
use std::sync::LazyLock;

/// Holidays of a fixed day: month and day.
const FIXED: [(i64, i64); 8] = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];

/// Days after Easter Sunday: Easter Monday, Ascension, Whit Monday.
const AFTER_EASTER: [i64; 3] = [1, 39, 50];

/// Easter Sunday of a year of the Gregorian calendar (the anonymous algorithm of *Nature*, 1876).
#[must_use]
pub const fn easter(year: i64) -> Days {
    let a = year.rem_euclid(19);
    let (b, c) = (year.div_euclid(100), year.rem_euclid(100));
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let month = (h + l - 7 * m + 90) / 25;
    let day = (h + l - 7 * m + 33 * month + 19) % 32;
    date::days(year, month, day)
}

/// Whether a day is a public holiday.
#[must_use]
pub fn holiday(day: Days) -> bool {
    let (year, month, number) = date::civil(day);
    FIXED.contains(&(month, number)) || AFTER_EASTER.contains(&(day - easter(year)))
}

/// Whether a day is worked: neither Saturday, Sunday nor holiday.
#[must_use]
pub fn worked(day: Days) -> bool {
    // 1970-01-01 was a Thursday; Monday is 0.
    (day + 3).rem_euclid(7) < 5 && !holiday(day)
}

/// Worked days of a year.
fn worked_in(year: i64) -> i64 {
    let (first, last) = (date::days(year, 1, 1), date::days(year, 12, 31));
    let rest = (first + 52 * 7..=last).filter(|d| (d + 3).rem_euclid(7) < 5).count();
    let fixed = FIXED.iter().map(|(m, d)| date::days(year, *m, *d));
    let moving: Vec<Days> = AFTER_EASTER.iter().map(|n| easter(year) + n).collect();
    let once = fixed.filter(|d| !moving.contains(d)).chain(moving.iter().copied());
    let holidays = once.filter(|d| (d + 3).rem_euclid(7) < 5).count();
    52 * 5 + i64::try_from(rest).unwrap_or(0) - i64::try_from(holidays).unwrap_or(0)
}

/// Years whose worked days are counted once: rules run row by row, and their dates are of people alive.
const COUNTED: (i64, i64) = (1900, 2150);

/// The worked days of the counted years, in order, and for each day of these years how many come before it.
pub struct Counted {
    first: Days,
    days: Vec<Days>,
    before: Vec<u32>,
}

static TABLE: LazyLock<Counted> = LazyLock::new(|| {
    let (first, last) = (date::days(COUNTED.0, 1, 1), date::days(COUNTED.1, 12, 31));
    let (mut days, mut before) = (Vec::new(), Vec::new());
    for day in first..=last {
        before.push(u32::try_from(days.len()).unwrap_or(u32::MAX));
        if worked(day) {
            days.push(day);
        }
    }
    Counted { first, days, before }
});

impl Counted {
    /// The one table, for loops over many days.
    #[must_use]
    pub fn table() -> &'static Self {
        &TABLE
    }

    /// [`add`].
    #[must_use]
    #[inline(always)]
    pub fn add(&self, day: Days, n: i64) -> Days {
        if n == 0 {
            return day;
        }
        // A count that no table holds goes the long way.
        let near = (-100_000..100_000).contains(&n);
        near.then(|| self.near(day, n)).flatten().unwrap_or_else(|| far(day, n))
    }

    /// The answer, when both days are within the counted years.
    #[inline(always)]
    fn near(&self, day: Days, n: i64) -> Option<Days> {
        // Forwards from those up to the day, itself included; backwards from those before it. What is before the table, or before
        // the first worked day, is far beyond the end.
        let at = day.wrapping_sub(self.first).wrapping_add(i64::from(n > 0)) as usize;
        let before = i64::from(*self.before.get(at)?);
        self.days.get(before.wrapping_add(n).wrapping_sub(i64::from(n > 0)) as usize).copied()
    }
}

/// The n-th worked day after a day (before it when `n` is negative); the day itself for 0. Never runs backwards: a
/// later day, or a greater count, gives no earlier day. Beyond the calendar of rules it is only known to be beyond.
#[must_use]
#[inline]
pub fn add(day: Days, n: i64) -> Days {
    TABLE.add(day, n)
}

/// Day by day to the border of a year, then year by year.
#[cold]
fn far(day: Days, n: i64) -> Days {
    let step = n.signum();
    let (mut at, mut left) = (day, n.saturating_abs());
    while left > 0 && (date::FIRST..=date::LAST).contains(&at) {
        let (year, ..) = date::civil(at);
        let next = year + step;
        let border = if step > 0 { date::days(year, 12, 31) } else { date::days(year, 1, 1) };
        if at == border && worked_in(next) < left {
            left -= worked_in(next);
            at = if step > 0 { date::days(next, 12, 31) } else { date::days(next, 1, 1) };
            continue;
        }
        at += step;
        if worked(at) {
            left -= 1;
        }
    }
    if left > 0 { at.clamp(date::FIRST - 1, date::LAST + 1) } else { at }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> Days {
        date::parse(text).unwrap()
    }

    #[test]
    fn holidays_of_known_years() {
        for (year, sunday) in [(2024, "2024-03-31"), (2025, "2025-04-20"), (2026, "2026-04-05"), (2027, "2027-03-28"), (2038, "2038-04-25")]
        {
            assert_eq!(easter(year), d(sunday));
        }
        let all: Vec<String> = (d("2026-01-01")..=d("2026-12-31")).filter(|x| holiday(*x)).map(date::format).collect();
        let expected =
            "2026-01-01 2026-04-06 2026-05-01 2026-05-08 2026-05-14 2026-05-25 2026-07-14 2026-08-15 2026-11-01 2026-11-11 2026-12-25";
        assert_eq!(all.join(" "), expected);
    }

    #[test]
    fn weekends_and_holidays_are_skipped() {
        assert_eq!(add(d("2026-05-18"), -1), d("2026-05-15"), "from Monday to Friday");
        assert_eq!(add(d("2026-05-16"), -1), d("2026-05-15"), "from Saturday to Friday");
        assert_eq!(add(d("2026-05-15"), -1), d("2026-05-13"), "over Ascension");
        assert_eq!(add(d("2026-12-24"), 1), d("2026-12-28"), "over Christmas and a weekend");
        assert_eq!(add(d("2026-12-26"), 0), d("2026-12-26"), "none: the day itself");
    }

    #[test]
    fn a_count_without_end_ends() {
        assert_eq!(add(d("2026-05-18"), i64::MAX), date::LAST + 1);
        assert_eq!(add(d("2026-05-18"), i64::MIN + 1), date::FIRST - 1);
    }

    proptest! {
        #[test]
        fn counts_worked_days_one_by_one(day in -40_000i64..60_000, n in -900i64..900) {
            let mut at = day;
            for _ in 0..n.abs() {
                at += n.signum();
                while !worked(at) {
                    at += n.signum();
                }
            }
            prop_assert_eq!(add(day, n), at);
            prop_assert_eq!(far(day, n), at);
            prop_assert!(add(day, n) <= add(day + 1, n) && add(day, n) <= add(day, n + 1));
        }
    }
}

//! Months of a day and days of a month by table, for the years in which people live and act.

use recours_rules::date::{self, Days};
use std::sync::LazyLock;

/// Years that the table covers, both included.
const YEARS: (i64, i64) = (1800, 2250);

/// First days of months.
pub(super) struct Months {
    first: Days,
    starts: Vec<i32>,
}

static TABLE: LazyLock<Months> = LazyLock::new(|| {
    let months = (YEARS.0 * 12..=YEARS.1 * 12 + 11).filter_map(|m| i32::try_from(m).ok());
    let first = date::days(YEARS.0, 1, 1);
    Months { first, starts: months.filter_map(|m| i32::try_from(date::first_day(m) - first).ok()).collect() }
});

impl Months {
    /// The one table.
    pub(super) fn table() -> &'static Self {
        &TABLE
    }

    /// Months since the first of the table, and days since the first of the month; none outside the table.
    #[inline(always)]
    pub(super) fn split(&self, day: Days) -> Option<(usize, i32)> {
        let d = i32::try_from(day.checked_sub(self.first)?).ok()?;
        // 4 800 months in 146 097 days; months are never more than one off.
        let guess = usize::try_from((i64::from(d) * 4_800) / 146_097).ok().filter(|_| d >= 0)?;
        let starts = |m: usize| self.starts.get(m).copied();
        let (here, next) = (starts(guess)?, starts(guess + 1)?);
        let month = if d < here { guess.checked_sub(1)? } else { guess + usize::from(d >= next) };
        Some((month, d - starts(month)?))
    }

    /// First day of a month, and how many days it has.
    #[inline(always)]
    fn month(&self, m: usize) -> Option<(i32, i32)> {
        let (a, b) = (self.starts.get(m).copied()?, self.starts.get(m.checked_add(1)?).copied()?);
        Some((a, b - a))
    }

    /// [`date::add_months`].
    #[inline(always)]
    pub(super) fn add(&self, day: Days, n: i64) -> Days {
        let near = || {
            let (m, d) = self.split(day)?;
            let (first, length) = self.month(m.checked_add_signed(isize::try_from(n).ok()?)?)?;
            Some(self.first + i64::from(first + d.min(length - 1)))
        };
        near().unwrap_or_else(|| date::add_months(day, n))
    }

    /// First day of the month of a day.
    #[inline(always)]
    pub(super) fn start(&self, day: Days) -> Days {
        self.split(day).map_or_else(|| date::first_day(date::month_of(day)), |(_, d)| day - i64::from(d))
    }

    /// Last day of the month of a day.
    #[inline(always)]
    pub(super) fn end(&self, day: Days) -> Days {
        let near = || {
            let (m, d) = self.split(day)?;
            Some(day + i64::from(self.month(m)?.1 - 1 - d))
        };
        near().unwrap_or_else(|| date::last_day(date::month_of(day)))
    }

    /// [`date::age_months`].
    #[inline(always)]
    pub(super) fn between(&self, from: Days, to: Days) -> i64 {
        match (self.split(from), self.split(to)) {
            (Some((a, x)), Some((b, y))) => b as i64 - a as i64 - i64::from(y < x),
            _ => date::age_months(from, to),
        }
    }

    /// [`date::age_years`]: as many as twelves of completed months.
    #[inline(always)]
    pub(super) fn years(&self, from: Days, to: Days) -> i64 {
        self.between(from, to).div_euclid(12)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn the_table_says_what_the_calendar_says(day in -70_000i64..110_000, other in -70_000i64..110_000, n in -3_000i64..3_000) {
            let t = Months::table();
            prop_assert_eq!(t.add(day, n), date::add_months(day, n));
            prop_assert_eq!(t.start(day), date::first_day(date::month_of(day)));
            prop_assert_eq!(t.end(day), date::last_day(date::month_of(day)));
            prop_assert_eq!(t.between(day, other), date::age_months(day, other));
            prop_assert_eq!(t.years(day, other), date::age_years(day, other));
        }
    }
}

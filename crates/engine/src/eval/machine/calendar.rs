//! Months of a day and days of a month by table, for the years in which people live and act.

use recours_rules::date::{self, Days};
use std::sync::LazyLock;

/// Years that the table covers, both included.
const YEARS: (i64, i64) = (1850, 2150);

/// Each day with its month, and first days of months.
pub(super) struct Calendar {
    first: Days,
    /// Months since the first of the table, times 32, and days since the first of the month.
    days: Vec<u32>,
    /// First day of each month since that of the table, and the last one's distance from it.
    months: Vec<(u32, u32)>,
}

static TABLE: LazyLock<Calendar> = LazyLock::new(|| {
    let months = (YEARS.0 * 12..=YEARS.1 * 12 + 12).filter_map(|m| i32::try_from(m).ok());
    let first = date::days(YEARS.0, 1, 1);
    let starts: Vec<u32> = months.filter_map(|m| u32::try_from(date::first_day(m) - first).ok()).collect();
    let months: Vec<(u32, u32)> = starts.iter().zip(starts.iter().skip(1)).map(|(a, b)| (*a, b - a - 1)).collect();
    let days = (0u32..).zip(&months).flat_map(|(m, (_, last))| (0..=*last).map(move |d| m * 32 + d)).collect();
    Calendar { first, days, months }
});

impl Calendar {
    /// The one table.
    pub(super) fn table() -> &'static Self {
        &TABLE
    }

    /// Months since the first of the table, and days since the first of the month; none outside the table.
    #[inline(always)]
    pub(super) fn split(&self, day: Days) -> Option<(u32, u32)> {
        // What is before the table is far beyond its end.
        let packed = *self.days.get(day.wrapping_sub(self.first) as usize)?;
        Some((packed / 32, packed % 32))
    }

    /// [`date::add_months`].
    #[inline(always)]
    pub(super) fn add(&self, day: Days, n: i64) -> Days {
        let near = || {
            let (m, d) = self.split(day)?;
            let (first, last) = *self.months.get(i64::from(m).wrapping_add(n) as usize)?;
            Some(self.first.wrapping_add(i64::from(first)).wrapping_add(i64::from(d.min(last))))
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
            Some(day + i64::from(self.months.get(m as usize)?.1) - i64::from(d))
        };
        near().unwrap_or_else(|| date::last_day(date::month_of(day)))
    }

    /// [`date::age_months`].
    #[inline(always)]
    pub(super) fn between(&self, from: Days, to: Days) -> i64 {
        match (self.split(from), self.split(to)) {
            (Some((a, x)), Some((b, y))) => i64::from(b) - i64::from(a) - i64::from(y < x),
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
            let t = Calendar::table();
            prop_assert_eq!(t.add(day, n), date::add_months(day, n));
            prop_assert_eq!(t.start(day), date::first_day(date::month_of(day)));
            prop_assert_eq!(t.end(day), date::last_day(date::month_of(day)));
            prop_assert_eq!(t.between(day, other), date::age_months(day, other));
            prop_assert_eq!(t.years(day, other), date::age_years(day, other));
        }
    }
}

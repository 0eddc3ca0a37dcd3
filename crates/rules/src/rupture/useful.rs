//! The last day on which acting helps, from one channel to another.
//!
//! A list carries one date per row, that of the slowest channel (`date_utile`); the date of the loss stays at the host.
//! At home, a worker who knows by which channel a person is reached wants the date of that channel.

use crate::catalogue::ChannelKind;
use crate::date::{self, Days};
use crate::number::SCALE;
use crate::pack::{ByChannel, Pack, Right};
use crate::parameters::Value;
use crate::types::Unit;
use crate::workdays;

/// A delay, in its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Delay {
    count: i64,
    unit: Unit,
}

impl Delay {
    /// The delay in force on the first day of the month of the pack's day, as rules read it.
    fn of(pack: &Pack, by: &ByChannel) -> Option<Self> {
        let parameter = pack.parameters.all.get(by.delay)?;
        match parameter.on(date::first_day(date::month_of(pack.on)))? {
            Value::Scalar(n) => Some(Self { count: n.div_euclid(SCALE), unit: parameter.unit }),
            _ => None,
        }
    }

    /// The day on which one must begin for what is asked to arrive on a day.
    fn before(self, arrives: Days) -> Days {
        match self.unit {
            Unit::Mois => date::add_months(arrives, -self.count),
            Unit::JoursOuvres => workdays::add(arrives, -self.count),
            _ => arrives - self.count,
        }
    }

    /// The earliest day of arrival for which one must begin on a day: months and weeks have several, and the earliest
    /// is never too late.
    fn after(self, begin: Days) -> Days {
        let mut arrives = match self.unit {
            Unit::Mois => date::add_months(begin, self.count),
            Unit::JoursOuvres => workdays::add(begin, self.count),
            _ => return begin + self.count,
        };
        // `before` never runs backwards: down to the first day that begins on that one, up when this one is before it.
        while self.before(arrives - 1) >= begin {
            arrives -= 1;
        }
        while self.before(arrives) < begin {
            arrives += 1;
        }
        arrives
    }
}

/// The channels of a rule, the slowest first for something that arrives on a day; none for a rule that says its date
/// itself. Of two as slow, the first of the catalogue.
#[must_use]
pub fn slowest(pack: &Pack, rule: &Right, arrives: Days) -> Option<ChannelKind> {
    let begin = |by: &ByChannel| Delay::of(pack, by).map(|d| d.before(arrives));
    rule.channels.iter().filter_map(|by| Some((begin(by)?, by.channel))).min_by_key(|x| x.0).map(|x| x.1)
}

/// The last day on which acting helps by a channel, from that of the slowest channel as a list carries it: never
/// later than the true one, never earlier than the slowest's. `pack` is that of the day of the detection.
///
/// A date that is not after that day was « now » already: it stays. So does the date of a rule that says it itself, or
/// that has no delay for the channel: what is known by none of its channels is no later than by the slowest.
#[must_use]
pub fn useful_date(pack: &Pack, rule: &Right, by_slowest: Days, channel: ChannelKind) -> Days {
    if by_slowest <= pack.on {
        return by_slowest;
    }
    let delays: Vec<(ChannelKind, Delay)> = rule.channels.iter().filter_map(|by| Some((by.channel, Delay::of(pack, by)?))).collect();
    let Some((_, asked)) = delays.iter().find(|(c, _)| *c == channel) else { return by_slowest };
    // The latest of what each channel's delay would give is the arrival: the slowest's own is the latest of them.
    let arrives = delays.iter().map(|(_, d)| d.after(by_slowest)).max();
    arrives.map_or(by_slowest, |day| asked.before(day).max(by_slowest))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    const UNITS: [Unit; 3] = [Unit::Jours, Unit::JoursOuvres, Unit::Mois];

    fn d(text: &str) -> Days {
        date::parse(text).unwrap()
    }

    #[test]
    fn ends_of_month_weekends_and_leap_days() {
        let months = |count| Delay { count, unit: Unit::Mois };
        assert_eq!(months(4).before(d("2026-06-30")), d("2026-02-28"));
        assert_eq!(months(4).after(d("2026-02-28")), d("2026-06-28"), "the earliest of 28, 29 and 30 June");
        assert_eq!(months(12).before(d("2028-02-29")), d("2027-02-28"));
        assert_eq!(months(12).after(d("2027-02-28")), d("2028-02-28"));
        let worked = |count| Delay { count, unit: Unit::JoursOuvres };
        assert_eq!(worked(1).before(d("2026-11-16")), d("2026-11-13"), "Monday is begun on Friday");
        assert_eq!(worked(1).after(d("2026-11-13")), d("2026-11-14"), "the earliest of Saturday, Sunday and Monday");
        assert_eq!(worked(0).after(d("2026-11-14")), d("2026-11-14"));
    }

    proptest! {
        #[test]
        fn an_arrival_is_never_put_too_late(arrives in 0i64..40_000, count in 0i64..200, unit in 0usize..3) {
            let delay = Delay { count, unit: UNITS[unit] };
            let begin = delay.before(arrives);
            let found = delay.after(begin);
            prop_assert!(found <= arrives);
            prop_assert_eq!(delay.before(found), begin);
            prop_assert!(delay.before(found - 1) < begin);
        }

        /// Whatever the delays, the date of another channel is between the slowest's and its own true one, and equal to
        /// it as soon as delays count days.
        #[test]
        fn another_channel_is_never_later_than_it_is(arrives in 0i64..40_000, delays in prop::collection::vec((0i64..90, 0usize..3), 1..4), asked in 0usize..4) {
            let delays: Vec<Delay> = delays.into_iter().map(|(count, unit)| Delay { count, unit: UNITS[unit] }).collect();
            let asked = delays[asked % delays.len()];
            let slowest = delays.iter().map(|x| x.before(arrives)).min().unwrap();
            let arrival = delays.iter().map(|x| x.after(slowest)).max().unwrap();
            let found = asked.before(arrival).max(slowest);
            prop_assert!(slowest <= found && found <= asked.before(arrives));
            if delays.iter().all(|x| x.unit == Unit::Jours) {
                prop_assert_eq!(found, asked.before(arrives));
            }
        }
    }
}

//! Where a right may turn: the ages and the amounts of the parameters that it reads, and the ages written in its
//! formulas. Nothing here knows any right.

use recours_rules::date::{self, Days};
use recours_rules::number::{Decimal, SCALE};
use recours_rules::pack::{Pack, Right};
use recours_rules::parameters::Value;
use recours_rules::typed::{Node, Typed};
use recours_rules::types::Unit;
use std::collections::BTreeSet;

/// One cent.
pub const CENT: Decimal = SCALE / 100;

/// Turning points of a right on the day of its pack.
#[derive(Debug, Clone, Default)]
pub struct Limits {
    /// Ages in completed months.
    pub ages: Vec<i64>,
    /// Amounts in euros, as the law writes them: for whatever time.
    pub euros: Vec<Decimal>,
    /// Other numbers: rates, counts, durations.
    pub numbers: Vec<Decimal>,
}

impl Limits {
    /// Those of a right.
    #[must_use]
    pub fn of(pack: &Pack, right: &Right) -> Self {
        let (mut ages, mut euros, mut numbers) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for p in Pack::outputs(right).into_iter().flat_map(|c| pack.parameters_of(c)) {
            let Some(p) = pack.parameters.all.get(p) else { continue };
            let values: Vec<Decimal> = match p.on(pack.on) {
                Some(Value::Scalar(x)) => vec![*x],
                Some(Value::Table { entries, .. }) => entries.clone(),
                Some(Value::ByCode(entries)) => entries.clone(),
                Some(Value::ByBirth(lines)) => lines.iter().map(|l| l.1).collect(),
                Some(Value::Day(_) | Value::Window(..)) | None => Vec::new(),
            };
            for x in values {
                match p.unit {
                    Unit::Annees => {
                        ages.insert(x / SCALE * 12);
                        numbers.insert(x);
                    }
                    Unit::Mois => {
                        ages.insert(x / SCALE);
                        numbers.insert(x);
                    }
                    u if u.is_money() => {
                        euros.insert(x);
                    }
                    _ => {
                        numbers.insert(x);
                    }
                }
            }
        }
        for c in &pack.calcs {
            c.body.walk(&mut |t| ages.extend(written_age(t)));
        }
        // An age of nobody is the length of something else.
        ages.retain(|a| (0..=12 * 110).contains(a));
        Self { ages: ages.into_iter().collect(), euros: euros.into_iter().collect(), numbers: numbers.into_iter().collect() }
    }

    /// Birth dates at which somebody has just reached an age on the first day of M, reaches it the day after, or
    /// reached it the day before.
    #[must_use]
    pub fn births(&self, on: Days) -> Vec<Days> {
        let first = date::first_day(date::month_of(on));
        self.ages.iter().flat_map(|months| (-1..=1).map(move |d| date::add_months(first, -months) + d)).collect()
    }
}

/// The months of an age that a comparison writes as a number.
fn written_age(t: &Typed) -> Option<i64> {
    let Node::Compare(_, a, b) = &t.node else { return None };
    match (&a.node, &b.node) {
        (Node::AgeYears(..), Node::Num(n)) | (Node::Num(n), Node::AgeYears(..)) => Some(n / SCALE * 12),
        (Node::AgeMonths(..), Node::Num(n)) | (Node::Num(n), Node::AgeMonths(..)) => Some(n / SCALE),
        _ => None,
    }
}

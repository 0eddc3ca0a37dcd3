//! Columns of known facts from what bodies delivered, and who is of age or in a couple.

use crate::eval::column::Column;
use crate::foyers::column_name;
use crate::link::compositions::Roles;
use crate::link::facts::{self, DeliveryError, Slots};
use crate::link::{Delivery, People};
use crate::reference::FactId;
use crate::source;
use recours_rules::date::{self, Days};
use recours_rules::pack::Pack;

/// Somebody of age: eighteen years.
const AGE_OF_MAJORITY: i64 = 18;

pub(super) fn input(
    pack: &Pack,
    deliveries: &[Delivery],
    people: &People,
    slots: &Slots,
    roles: Roles,
    fact: FactId,
) -> Result<facts::PersonFact, DeliveryError> {
    let plain = |column: Column| facts::PersonFact { column, silent: Vec::new(), spoken: Vec::new() };
    if fact.0 == pack.role {
        return Ok(plain(facts::role_column(slots)));
    }
    let Some(v) = pack.vocabulary.variables.get(fact.0) else { return Ok(plain(Column::bool(vec![1]))) };
    let column = column_name(pack, fact);
    if facts::nobody_tells(deliveries, people, v, &column) {
        let n = if facts::is_person(v) { slots.person.len() } else { slots.offsets.len().saturating_sub(1) };
        return Ok(plain(source::unknown(pack, v, n)));
    }
    let known = facts::of_people(pack, deliveries, people, v, &column)?;
    Ok(if facts::is_person(v) { facts::for_members(pack, v, &known, slots) } else { facts::for_foyers(pack, v, &known, slots, roles) })
}

/// Last birth date of those who are of age on the first day of the month.
pub(crate) fn majority_limit(pack: &Pack) -> Days {
    majority_on(pack.on)
}

/// Last birth of somebody who is of age on the first day of the month of a day.
pub(crate) fn majority_on(day: Days) -> Days {
    date::add_months(date::first_day(date::month_of(day)), -12 * AGE_OF_MAJORITY)
}

/// Of age, minor, or unknown, on the first day of the month.
pub(super) fn majority(pack: &Pack, births: Option<&Column>, n: usize) -> Vec<Option<bool>> {
    let limit = majority_limit(pack);
    (0..n)
        .map(|p| {
            let i = births?.interval(p);
            if i.hi <= limit {
                Some(true)
            } else if i.lo > limit {
                Some(false)
            } else {
                None
            }
        })
        .collect()
}

/// Codes of `statut_conjugal` that mean a life in couple.
pub(crate) fn couple_codes(pack: &Pack) -> u64 {
    let list = pack.vocabulary.find(super::STATUS).and_then(|v| pack.vocabulary.variables.get(v)).and_then(|v| match v.ty {
        recours_rules::types::Type::Code(l) => pack.vocabulary.lists.get(l),
        _ => None,
    });
    ["marie", "pacse", "concubin"].iter().filter_map(|c| list.and_then(|l| l.index(c))).fold(0, |m, i| m | (1 << i))
}

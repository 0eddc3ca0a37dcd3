//! What stands beside a verdict, from the plain evaluator: types of non-recours, and what is known of requirements.

use super::{Foyer, Reference, group_mask};
use crate::value::May;
use recours_rules::catalogue::Mask;
use recours_rules::journey::{Known, Shown};
use recours_rules::pack::{Pack, Right};
use recours_rules::truth::Truth;
use recours_rules::typed::Group;

/// The types that a unit's journey shows.
#[must_use]
pub fn shown(pack: &Pack, reference: &Reference<'_>, right: &Right, person: Option<usize>) -> Shown {
    pack.types.shown(right.journey.as_ref(), |calc| reference.calc(calc, person).truth() == Truth::True)
}

/// What is known of a person: nothing but what observed facts say.
#[must_use]
pub fn known(pack: &Pack, reference: &Reference<'_>, person: usize) -> Known {
    let set = |calc: fn(&recours_rules::journey::Capacity) -> Option<usize>| -> Mask {
        let sure = |c: usize| reference.calc(c, Some(person)).truth() == Truth::True;
        pack.capacities.iter().filter(|c| calc(c).is_some_and(sure)).map(|c| c.requirement).collect()
    };
    Known { no: set(|c| c.no), yes: set(|c| c.yes) }
}

/// What is known of the unit of a right: the person, or all who may be adults of the foyer.
#[must_use]
pub fn known_together(pack: &Pack, reference: &Reference<'_>, foyer: &Foyer, person: Option<usize>) -> Known {
    let adults = group_mask(pack, Group::Adults);
    let adult = |p: &usize| match foyer.persons.get(*p).and_then(|f| f.get(&(pack.role, None))) {
        Some(May::Code(roles)) => roles & adults != 0,
        _ => true,
    };
    match person {
        Some(p) => known(pack, reference, p),
        None => Known::together((0..foyer.persons.len()).filter(adult).map(|p| known(pack, reference, p))),
    }
}

/// What the procedure of a rule requires and is known not to be there, at the rule's own body where it has one.
#[must_use]
pub fn unmet(pack: &Pack, reference: &Reference<'_>, foyer: &Foyer, right: &Right, person: Option<usize>) -> Mask {
    let no = known_together(pack, reference, foyer, person).no;
    pack.catalogue.variant_for(right, |_| false, None, pack.on).map(|v| v.unmet(no)).unwrap_or_default()
}

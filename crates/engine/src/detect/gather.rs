//! What bodies delivered, as one ground to judge on.

use super::ground::Ground;
use super::inputs::{couple_codes, input, majority};
use super::{DetectError, Step};
use crate::eval::Population;
use crate::eval::column::Column;
use crate::link::compositions::households;
use crate::link::facts::{self, DeliveryError, Slots};
use crate::link::{Delivery, People};
use crate::plan::Program;
use crate::reference::FactId;
use recours_rules::pack::Pack;
use std::sync::Arc;

/// A ground, with the births of its people.
pub(super) struct Gathered<'a> {
    pub(super) ground: Ground<'a>,
    /// By person.
    pub(super) births: Option<Column>,
}

/// Puts together what is known of each person and household.
///
/// # Errors
/// A refused value of a delivery, by body, column and row.
pub(super) fn gather<'a>(
    pack: &'a Pack,
    program: &'a Program,
    deliveries: Vec<Delivery>,
    reached: &mut dyn FnMut(Step),
) -> Result<Gathered<'a>, DetectError> {
    let roles = facts::roles(pack).ok_or(DetectError::Roles)?;
    let people = People::gather(&deliveries);
    reached(Step::Linked);
    let of_person = |name: &str| -> Result<Option<facts::PersonFact>, DeliveryError> {
        let v = pack.vocabulary.find(name).and_then(|v| pack.vocabulary.variables.get(v));
        v.map(|v| facts::of_people(pack, &deliveries, &people, v, name)).transpose()
    };
    let births = of_person(super::BIRTHS)?;
    let majority = majority(pack, births.as_ref().map(|f| &f.column), people.len());
    let couple = of_person(super::STATUS)?;
    let couple_codes = couple_codes(pack);
    let in_couple = |p: usize| -> Option<bool> {
        let codes = couple.as_ref()?.column.codes_at(p);
        if codes & !couple_codes == 0 {
            Some(true)
        } else if codes & couple_codes == 0 {
            Some(false)
        } else {
            None
        }
    };
    let minor = |p: usize| majority.get(p).copied().flatten() == Some(false);
    let homes = households(&deliveries, &people, roles, &minor, &in_couple);
    let slots = Slots::of(&homes.compositions);
    let (mut inputs, mut silent, mut spoken) = (Vec::new(), Vec::new(), Vec::new());
    for fact in &program.inputs {
        let known = input(pack, &deliveries, &people, &slots, roles, *fact)?;
        inputs.push(Arc::new(known.column));
        silent.push(known.silent);
        spoken.push(known.spoken);
    }
    let variable = |fact: &FactId| pack.vocabulary.variables.get(fact.0);
    let unanswering =
        program.inputs.iter().map(|f| variable(f).map_or_else(Vec::new, |v| facts::unanswering_payers(&deliveries, &people, v))).collect();
    let known_to =
        deliveries.iter().enumerate().map(|(d, x)| (x.body.clone(), (0..people.len()).map(|p| people.listed(d, p)).collect())).collect();
    // Bodies' rows are not needed any more: only what is known of each member is.
    drop(deliveries);
    let force = homes
        .compositions
        .iter()
        .map(|c| c.members.iter().filter_map(|m| people.force.get(m.person as usize)).min().copied().unwrap_or(4))
        .collect();
    let population = Population { offsets: slots.offsets.clone(), inputs };
    let ground = Ground {
        pack,
        program,
        handles: people.handles,
        homes,
        slots,
        population,
        silent,
        spoken,
        unanswering,
        force,
        roles,
        majority,
        known_to,
    };
    Ok(Gathered { ground, births: births.map(|f| f.column) })
}

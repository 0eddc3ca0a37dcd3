//! Known foyers: what their own people say of them, judged by the code of a mission.
//!
//! Nothing is linked, nobody is silent and there is one description of each household: what only a mission lowers
//! ([`crate::finding::Cap`]) never lowers here.

use super::DetectError;
use super::ground::Ground;
use super::inputs::majority;
use super::judge::Judged;
use crate::finding::Finding;
use crate::foyers::Foyers;
use crate::link::Handle;
use crate::link::compositions::{Composition, Households, Member};
use crate::link::facts::{self, Slots};
use crate::plan::Program;
use recours_rules::pack::{Pack, Right};
use recours_rules::vocabulary::Crossing;

/// What a rule finds of a known unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Known {
    /// Position of the foyer.
    pub foyer: usize,
    /// Position of the person among all; of the adult who stands for the foyer when the right is the foyer's.
    pub person: usize,
    /// The finding; its `unit` is the person's position and says nothing.
    pub finding: Finding,
}

/// Findings of every right and rupture that may be evaluated at all, in the order of persons, kinds and rights.
///
/// # Errors
/// A vocabulary that lacks the roles of a foyer.
pub fn known(pack: &Pack, program: &Program, foyers: &Foyers) -> Result<Vec<Known>, DetectError> {
    known_and_judged(pack, program, foyers, None)
}

/// As [`known`]; `judged` receives what every right of the program says of every unit, in the order of the program.
///
/// # Errors
/// The same.
pub(crate) fn known_and_judged(
    pack: &Pack,
    program: &Program,
    foyers: &Foyers,
    judged: Option<&mut Vec<Judged>>,
) -> Result<Vec<Known>, DetectError> {
    let evaluated = |right: &Right| right.crossing != Crossing::Forbidden;
    let findings = ground(pack, program, foyers)?.found(&evaluated, None, judged);
    let offsets = &foyers.population.offsets;
    let place = |finding: Finding| {
        let person = position(&finding.unit);
        Known { foyer: offsets.partition_point(|o| *o <= person).saturating_sub(1), person, finding }
    };
    Ok(findings.into_iter().map(place).collect())
}

/// For each person, whether they may be the unit of a row: of age, or of unknown age and an adult of the foyer.
///
/// # Errors
/// A vocabulary that lacks the roles of a foyer.
pub(crate) fn adults(pack: &Pack, program: &Program, foyers: &Foyers) -> Result<Vec<bool>, DetectError> {
    let ground = ground(pack, program, foyers)?;
    Ok((0..ground.handles.len()).map(|p| ground.of_age(p, u32::try_from(p).unwrap_or(u32::MAX))).collect())
}

fn ground<'a>(pack: &'a Pack, program: &'a Program, foyers: &Foyers) -> Result<Ground<'a>, DetectError> {
    let roles = facts::roles(pack).ok_or(DetectError::Roles)?;
    let describe = |from: usize, to: usize| Composition {
        members: (from..to).map(|p| Member { person: u32::try_from(p).unwrap_or(u32::MAX), roles: foyers.roles.codes_at(p) }).collect(),
        // Whoever brings the facts describes the foyer, and says of the roles what is known.
        complete: true,
        delivery: Some(0),
    };
    let bounds = foyers.population.offsets.windows(2).filter_map(|w| <[usize; 2]>::try_from(w).ok());
    let compositions: Vec<Composition> = bounds.map(|[from, to]| describe(from, to)).collect();
    let n = compositions.len();
    let slots = Slots::of(&compositions);
    let persons = slots.person.len();
    let inputs = program.inputs.len();
    Ok(Ground {
        pack,
        program,
        handles: (0..persons).map(handle).collect(),
        homes: Households { compositions, units: (0..n).collect(), others: vec![Vec::new(); n] },
        slots,
        population: foyers.population.clone(),
        silent: vec![Vec::new(); inputs],
        spoken: foyers.spoken.clone(),
        unanswering: vec![Vec::new(); inputs],
        force: vec![4; n],
        roles,
        majority: majority(pack, Some(&foyers.births), persons),
        known_to: foyers.known_to.clone(),
    })
}

/// A person's position in place of a handle: nobody is behind it.
fn handle(position: usize) -> Handle {
    (position as u128).to_be_bytes()
}

fn position(handle: &Handle) -> usize {
    usize::try_from(u128::from_be_bytes(*handle)).unwrap_or(usize::MAX)
}

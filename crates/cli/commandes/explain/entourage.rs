//! One unit with everybody whom some body puts in a foyer with it, and its household as each body describes it.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use arrow::array::UInt32Array;
use arrow::compute::take_record_batch;
use recours_engine::detect::DetectError;
use recours_engine::eval::Population;
use recours_engine::foyers::column_name;
use recours_engine::link::compositions::{Composition, households};
use recours_engine::link::facts::{self, DeliveryError, PersonFact, Slots};
use recours_engine::link::{Delivery, Handle, People};
use recours_engine::plan::Program;
use recours_rules::Pack;
use recours_rules::date;
use recours_rules::types::Type;

/// Eighteen years: of age.
const MAJORITE: i64 = 18;

/// A household of the unit under one description.
pub(super) struct Description {
    /// The body that describes it; `None` when the person stands alone.
    pub organisme: Option<String>,
    /// Whether that body vouches that nobody is missing.
    pub complete: bool,
    /// What is known of it.
    pub population: Population,
    /// The unit among its persons.
    pub personne: usize,
}

/// What the host knows around a unit.
pub(super) struct Entourage {
    /// Its households.
    pub descriptions: Vec<Description>,
    /// Bodies that list the unit.
    pub organismes: Vec<String>,
    /// Weakest link of the unit's rows; 4 when a single body knows it.
    pub force: u8,
}

/// Only the rows of those whom some body puts in a foyer with the unit, and of whom they bring in turn.
fn proches(livraisons: Vec<Delivery>, unite: Handle) -> Vec<Delivery> {
    let mut gens: HashSet<Handle> = HashSet::from([unite]);
    loop {
        let avant = gens.len();
        for d in &livraisons {
            let lies = || d.handles.iter().zip(&d.foyers);
            let foyers: HashSet<[u8; 16]> = lies().filter(|(h, _)| gens.contains(*h)).filter_map(|(_, f)| *f).collect();
            let nouveaux: Vec<Handle> = lies().filter(|(_, f)| f.is_some_and(|f| foyers.contains(&f))).map(|(h, _)| *h).collect();
            gens.extend(nouveaux);
        }
        if gens.len() == avant {
            break;
        }
    }
    livraisons.into_iter().map(|d| reduire(d, &gens)).collect()
}

fn reduire(d: Delivery, gens: &HashSet<Handle>) -> Delivery {
    let lignes: Vec<usize> = d.handles.iter().enumerate().filter(|(_, h)| gens.contains(*h)).map(|(i, _)| i).collect();
    fn choisir<T: Copy>(v: &[T], lignes: &[usize]) -> Vec<T> {
        lignes.iter().filter_map(|i| v.get(*i).copied()).collect()
    }
    let positions = UInt32Array::from_iter_values(lignes.iter().map(|i| u32::try_from(*i).unwrap_or(u32::MAX)));
    // Of all its rows: among those of one household it would never show.
    let loose = Some(d.is_loose());
    Delivery {
        loose,
        handles: choisir(&d.handles, &lignes),
        force: choisir(&d.force, &lignes),
        certified: choisir(&d.certified, &lignes),
        foyers: choisir(&d.foyers, &lignes),
        roles: choisir(&d.roles, &lignes),
        // Positions are those of the rows themselves: taking them cannot fail.
        facts: take_record_batch(&d.facts, &positions).unwrap_or_else(|_| d.facts.slice(0, 0)),
        ..d
    }
}

/// What the host knows of a unit; `None` when no body lists it.
///
/// # Errors
/// A refused value of a delivery, by body, column and row.
pub(super) fn entourage(
    pack: &Pack,
    program: &Program,
    livraisons: Vec<Delivery>,
    unite: Handle,
) -> Result<Option<Entourage>, DetectError> {
    let livraisons = proches(livraisons, unite);
    let roles = facts::roles(pack).ok_or(DetectError::Roles)?;
    let people = People::gather(&livraisons);
    let Some(moi) = people.handles.iter().position(|h| *h == unite) else { return Ok(None) };
    let fait = |nom: &str| -> Result<Option<PersonFact>, DeliveryError> {
        let v = pack.vocabulary.find(nom).and_then(|v| pack.vocabulary.variables.get(v));
        v.map(|v| facts::of_people(pack, &livraisons, &people, v, nom)).transpose()
    };
    let (naissances, situations) = (fait("date_naissance")?, fait("statut_conjugal")?);
    let limite = date::add_months(date::first_day(date::month_of(pack.on)), -12 * MAJORITE);
    let mineur = |p: usize| naissances.as_ref().is_some_and(|f| f.column.interval(p).lo > limite);
    let unions = codes(pack, "statut_conjugal", &["marie", "pacse", "concubin"]);
    let en_couple = |p: usize| {
        let possibles = situations.as_ref()?.column.codes_at(p);
        match (possibles & !unions, possibles & unions) {
            (0, _) => Some(true),
            (_, 0) => Some(false),
            _ => None,
        }
    };
    let foyers = households(&livraisons, &people, roles, &mineur, &en_couple);
    let mut descriptions = Vec::new();
    let utiles: BTreeSet<usize> = foyers.units.iter().copied().chain(foyers.others.iter().flatten().copied()).collect();
    for c in utiles.into_iter().filter_map(|c| foyers.compositions.get(c)) {
        let Some(personne) = c.members.iter().position(|m| m.person as usize == moi) else { continue };
        descriptions.push(Description {
            organisme: c.delivery.and_then(|d| livraisons.get(d)).map(|d| d.body.clone()),
            complete: c.complete,
            population: foyer(pack, program, &livraisons, &people, c)?,
            personne,
        });
    }
    let listent = livraisons.iter().enumerate().filter(|(d, _)| people.listed(*d, moi)).map(|(_, d)| d.body.clone());
    Ok(Some(Entourage { descriptions, organismes: listent.collect(), force: people.force.get(moi).copied().unwrap_or(4) }))
}

/// The facts of one composition.
fn foyer(pack: &Pack, program: &Program, livraisons: &[Delivery], people: &People, c: &Composition) -> Result<Population, DetectError> {
    let slots = Slots::of(std::slice::from_ref(c));
    let roles = facts::roles(pack).ok_or(DetectError::Roles)?;
    let mut inputs = Vec::with_capacity(program.inputs.len());
    for fait in &program.inputs {
        let colonne = match pack.vocabulary.variables.get(fait.0) {
            Some(_) if fait.0 == pack.role => facts::role_column(&slots),
            Some(v) => {
                let connu = facts::of_people(pack, livraisons, people, v, &column_name(pack, *fait))?;
                if facts::is_person(v) {
                    facts::for_members(pack, v, &connu, &slots).column
                } else {
                    facts::for_foyers(pack, v, &connu, &slots, roles).column
                }
            }
            None => continue,
        };
        inputs.push(Arc::new(colonne));
    }
    Ok(Population { offsets: slots.offsets, inputs })
}

/// A set of codes of a variable.
fn codes(pack: &Pack, variable: &str, noms: &[&str]) -> u64 {
    let liste = pack.vocabulary.find(variable).and_then(|v| pack.vocabulary.variables.get(v)).and_then(|v| match v.ty {
        Type::Code(l) => pack.vocabulary.lists.get(l),
        _ => None,
    });
    noms.iter().filter_map(|c| liste.and_then(|l| l.index(c))).fold(0, |m, i| m | (1 << i))
}

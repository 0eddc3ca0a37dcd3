//! Households, as each body sees them. A household that several bodies describe differently is evaluated
//! under each description; one that no body describes whole has members who may or may not be there.

use super::{Coverage, Delivery, NONE, People};

/// Positions of roles in the vocabulary's list.
#[derive(Debug, Clone, Copy)]
pub struct Roles {
    /// `demandeur`.
    pub applicant: u8,
    /// `conjoint`.
    pub partner: u8,
    /// `enfant`.
    pub child: u8,
    /// `absent`: for members who may not be.
    pub absent: u8,
}

/// A member of a household: a person, or somebody of whom nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Member {
    /// The person; `NONE` for somebody unknown.
    pub person: u32,
    /// Roles that the member may have, one bit each.
    pub roles: u64,
}

/// One description of a household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composition {
    /// Members, the reference adult first.
    pub members: Vec<Member>,
    /// Whether a body vouches that nobody is missing.
    pub complete: bool,
    /// The body that describes it (position among deliveries); none for a person alone.
    pub delivery: Option<usize>,
}

/// Households with, for each, the other descriptions under which it must also be evaluated.
#[derive(Debug, Default)]
pub struct Households {
    /// All descriptions.
    pub compositions: Vec<Composition>,
    /// Positions of those that are units in their own right.
    pub units: Vec<usize>,
    /// For each unit, positions of the other descriptions.
    pub others: Vec<Vec<usize>>,
}

/// Whether a person is known to live alone, known to live in a couple, or unknown.
pub type InCouple<'a> = &'a dyn Fn(usize) -> Option<bool>;

/// Puts households together. `minor` tells whether a person is known to be under age.
#[must_use]
pub fn households(
    deliveries: &[Delivery],
    people: &People,
    roles: Roles,
    minor: &dyn Fn(usize) -> bool,
    in_couple: InCouple<'_>,
) -> Households {
    let mut out = Households::default();
    let mut home: Vec<Option<usize>> = vec![None; people.len()];
    let described: Vec<Vec<Composition>> = deliveries.iter().enumerate().map(|(d, x)| of_body(d, x, people, roles)).collect();
    // 1. Bodies that describe whole households.
    let mut whole_of: Vec<(u32, usize)> = Vec::new();
    for c in described.iter().flatten().filter(|c| c.complete) {
        let at = out.compositions.len();
        for m in &c.members {
            whole_of.push((m.person, at));
            if let Some(h) = home.get_mut(m.person as usize) {
                h.get_or_insert(at);
            }
        }
        out.compositions.push(c.clone());
        out.units.push(at);
        out.others.push(Vec::new());
    }
    // Two whole descriptions that share an adult and differ contradict each other.
    let whole = out.compositions.len();
    whole_of.sort_unstable();
    let wholes = |p: u32| {
        let from = whole_of.partition_point(|(q, _)| *q < p);
        whole_of.iter().skip(from).take_while(move |(q, _)| *q == p).map(|(_, at)| *at)
    };
    for at in 0..whole {
        let others: Vec<usize> = adults(out.compositions.get(at), roles)
            .flat_map(wholes)
            .filter(|o| *o != at && out.compositions.get(*o).map(people_of) != out.compositions.get(at).map(people_of))
            .collect();
        if let Some(slot) = out.others.get_mut(at) {
            slot.extend(others);
            slot.sort_unstable();
            slot.dedup();
        }
    }
    // 2. Partial descriptions: of people without a whole one, a unit; else another description when a linked
    //    member is missing from the whole one.
    for c in described.into_iter().flatten().filter(|c| !c.complete) {
        let Some(head) = c.members.first().map(|m| m.person as usize) else { continue };
        let at = out.compositions.len();
        match home.get(head).copied().flatten() {
            None => {
                for m in &c.members {
                    if let Some(h) = home.get_mut(m.person as usize) {
                        h.get_or_insert(at);
                    }
                }
                out.unit(c, roles, in_couple(head));
            }
            Some(h) if h < whole => {
                let known = out.compositions.get(h).map(people_of).unwrap_or_default();
                let linked = |m: &Member| people.force.get(m.person as usize).is_some_and(|f| *f < 4);
                if c.members.iter().any(|m| linked(m) && !known.contains(&m.person)) {
                    out.compositions.push(c);
                    if let Some(slot) = out.others.get_mut(h) {
                        slot.push(at);
                    }
                }
            }
            Some(_) => {}
        }
    }
    // 3. People whom nobody describes in a household.
    for p in 0..people.len() {
        if home.get(p).copied().flatten().is_none() && !minor(p) {
            let member = Member { person: u32::try_from(p).unwrap_or(NONE), roles: 1 << roles.applicant };
            out.unit(Composition { members: vec![member], complete: false, delivery: None }, roles, in_couple(p));
        }
    }
    out
}

impl Households {
    /// A unit of the members that are known, to be evaluated also with the partner whom no body names. A
    /// right that could only come through somebody whom nobody knows is not reported: the known members
    /// decide whether there is a finding, the other description only lowers its grade.
    fn unit(&mut self, c: Composition, roles: Roles, in_couple: Option<bool>) {
        let named = c.members.iter().any(|m| m.roles & (1 << roles.partner) != 0);
        let partner = match in_couple {
            _ if named => None,
            Some(false) => None,
            Some(true) => Some(1u64 << roles.partner),
            None => Some((1 << roles.partner) | (1 << roles.absent)),
        };
        let at = self.compositions.len();
        self.units.push(at);
        let mut with = c.clone();
        self.compositions.push(c);
        self.others.push(match partner {
            None => Vec::new(),
            Some(roles) => {
                with.members.push(Member { person: NONE, roles });
                self.compositions.push(with);
                vec![at + 1]
            }
        });
    }
}

fn people_of(c: &Composition) -> Vec<u32> {
    let mut p: Vec<u32> = c.members.iter().map(|m| m.person).collect();
    p.sort_unstable();
    p
}

fn adults(c: Option<&Composition>, roles: Roles) -> impl Iterator<Item = u32> + '_ {
    let mask = (1u64 << roles.applicant) | (1u64 << roles.partner);
    c.into_iter().flat_map(|c| &c.members).filter(move |m| m.roles & mask != 0).map(|m| m.person)
}

/// The households of one body's file, the reference adult first.
fn of_body(position: usize, d: &Delivery, people: &People, roles: Roles) -> Vec<Composition> {
    if d.composition == Coverage::Nothing {
        return Vec::new();
    }
    let all = (1u64 << roles.applicant) | (1 << roles.partner) | (1 << roles.child);
    let rows = people.rows.get(position).map(Vec::as_slice).unwrap_or_default();
    // By foyer, and in the order of rows within it.
    let mut told: Vec<(u128, u32, u32)> = (0u32..)
        .zip(d.foyers.iter().zip(rows))
        .filter_map(|(row, (foyer, person))| foyer.map(|f| (u128::from_be_bytes(f), row, *person)))
        .collect();
    told.sort_unstable();
    let rank = |m: &Member| (m.roles.trailing_zeros(), m.person);
    let mut out: Vec<Composition> = told
        .chunk_by(|a, b| a.0 == b.0)
        .map(|foyer| {
            let mut members: Vec<Member> = Vec::with_capacity(foyer.len());
            for (_, row, person) in foyer {
                let roles = d.roles.get(*row as usize).copied().flatten().map_or(all, |r| 1u64 << r);
                match members.iter_mut().find(|m| m.person == *person) {
                    // The same person twice in one foyer: both roles may be.
                    Some(m) => m.roles |= roles,
                    None => members.push(Member { person: *person, roles }),
                }
            }
            members.sort_unstable_by_key(rank);
            Composition { members, complete: d.composition == Coverage::Complete, delivery: Some(position) }
        })
        .collect();
    // Foyer ids are random: the order must not depend on them.
    out.sort_by(|a, b| a.members.cmp(&b.members));
    out
}

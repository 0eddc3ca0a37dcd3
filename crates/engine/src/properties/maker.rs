//! Invented foyers, drawn from what the vocabulary says of each fact: a new fact is covered without code here.
//!
//! Two shapes are known by name, because a vocabulary cannot say them: `role` and `date_naissance` go together, and
//! `statut_conjugal` with the presence of a partner.

use super::chance::Chance;
use super::household::{Household, Person, Reads, Whole};
use super::limits::{CENT, Limits};
use crate::reference::domain;
use crate::value::May;
use recours_rules::Pack;
use recours_rules::date::{self, Days};
use recours_rules::interval::Interval;
use recours_rules::number::{Decimal, SCALE};
use recours_rules::truth::Truth;
use recours_rules::types::{Entity, Type, Unit};
use recours_rules::vocabulary::{SERIES_MONTHS, Variable};

/// The greatest foyer.
pub const MOST_PERSONS: usize = 12;

/// Draws foyers.
pub struct Maker<'a> {
    /// The rules.
    pub pack: &'a Pack,
    /// The facts that are read.
    pub reads: &'a Reads,
    /// Turning points of the right.
    pub limits: &'a Limits,
    /// Chance.
    pub chance: Chance,
    births: Vec<Days>,
}

/// Codes of `role`, by name.
fn role(pack: &Pack, name: &str) -> Option<usize> {
    match pack.vocabulary.variables.get(pack.role).map(|v| v.ty) {
        Some(Type::Code(l)) => pack.vocabulary.lists.get(l).and_then(|l| l.index(name)),
        _ => None,
    }
}

/// An amount as far as trials go, for the time that a unit is for.
#[must_use]
pub const fn reach(unit: Unit) -> Decimal {
    match unit {
        Unit::EuroMois => 8_000 * SCALE,
        Unit::EuroTrimestre => 24_000 * SCALE,
        Unit::EuroAn | Unit::Euro => 100_000 * SCALE,
        Unit::EuroJour => 300 * SCALE,
        Unit::EuroHeure => 40 * SCALE,
        Unit::Heures => 160 * SCALE,
        Unit::Jours | Unit::JoursOuvres | Unit::Mois => 60 * SCALE,
        Unit::Annees => 20 * SCALE,
        Unit::Nombre => 6 * SCALE,
    }
}

impl<'a> Maker<'a> {
    /// For a right, from a seed of its own.
    #[must_use]
    pub fn new(pack: &'a Pack, reads: &'a Reads, limits: &'a Limits, chance: Chance) -> Self {
        Self { pack, reads, limits, chance, births: limits.births(pack.on) }
    }

    /// A foyer of one to twelve persons, small ones more often.
    pub fn household(&mut self) -> Household {
        let persons = match self.chance.below(20) {
            0 => self.chance.below(MOST_PERSONS) + 1,
            1..=7 => 1,
            8..=12 => 2,
            13..=15 => 3,
            _ => 4 + self.chance.below(3),
        };
        let couple = persons > 1 && self.chance.percent(60);
        let mut out = Household { values: vec![May::Truth(Truth::Unknown); self.reads.foyer.len()], persons: Vec::new() };
        for rank in 0..persons {
            self.add_person(&mut out, rank, couple);
        }
        for fact in &self.reads.foyer_facts {
            self.draw(&mut out, None, fact);
        }
        self.agree_status(&mut out);
        out
    }

    fn add_person(&mut self, out: &mut Household, rank: usize, couple: bool) {
        let name = match rank {
            0 => "demandeur",
            1 if couple => "conjoint",
            _ if self.chance.percent(5) => "absent",
            _ => "enfant",
        };
        let role = role(self.pack, name).or_else(|| role(self.pack, "enfant")).unwrap_or(0);
        self.add(out, role);
    }

    fn add(&mut self, out: &mut Household, role: usize) {
        out.persons.push(Person { role, values: vec![May::Truth(Truth::Unknown); self.reads.persons.len()] });
        for fact in &self.reads.person_facts {
            self.draw(out, Some(out.persons.len() - 1), fact);
        }
    }

    /// A foyer with somebody whose `role` is in a set of codes: as it is, or with one person more.
    #[must_use]
    pub fn with_member(&mut self, h: &Household, roles: u64) -> Household {
        let mut out = h.clone();
        let is_in = |role: usize| role < 64 && roles & (1 << role) != 0;
        if !out.persons.iter().any(|p| is_in(p.role)) && out.persons.len() < MOST_PERSONS {
            let role = usize::try_from(roles.trailing_zeros()).unwrap_or(0);
            self.add(&mut out, role);
            self.agree_status(&mut out);
        }
        out
    }

    /// Some facts of a foyer drawn again, sometimes somebody more or less.
    pub fn mutate(&mut self, h: &mut Household) {
        if self.chance.percent(25) && h.persons.len() < MOST_PERSONS {
            let couple = h.persons.len() == 1 && self.chance.percent(50);
            self.add_person(h, h.persons.len(), couple);
        } else if self.chance.percent(10) && h.persons.len() > 1 {
            h.persons.pop();
        }
        for _ in 0..=self.chance.below(3) {
            let of_foyer = self.chance.percent(30);
            let person = (!of_foyer).then(|| self.chance.below(h.persons.len()));
            let facts = self.reads.facts(if of_foyer { Entity::Foyer } else { Entity::Personne });
            if let Some(fact) = facts.get(self.chance.below(facts.len())) {
                self.draw(h, person, fact);
            }
        }
        self.agree_status(h);
    }

    /// What a foyer leaves open is drawn.
    pub fn complete(&mut self, h: &mut Household) {
        let people = std::iter::once(None).chain((0..h.persons.len()).map(Some));
        for person in people {
            for fact in self.reads.facts(if person.is_none() { Entity::Foyer } else { Entity::Personne }) {
                let row = h.row(person);
                let open = |at: &usize| row.and_then(|r| r.get(*at)).is_none_or(|m| !m.settled());
                if !fact.derived && fact.at.iter().any(|(at, _)| open(at)) {
                    self.draw(h, person, fact);
                }
            }
        }
    }

    /// Draws one fact of the foyer or of a person, in all its months.
    pub fn draw(&mut self, h: &mut Household, person: Option<usize>, fact: &Whole) {
        let Some(v) = self.pack.vocabulary.variables.get(fact.variable) else { return };
        let role = person.and_then(|p| h.persons.get(p)).map_or(0, |p| p.role);
        let adult = |pack| role == self::role(pack, "demandeur").unwrap_or(0) || Some(role) == self::role(pack, "conjoint");
        let adult = adult(self.pack);
        let months: Vec<May> = if fact.derived {
            // Follows from the others: not given.
            vec![domain(self.pack, v); fact.at.len()]
        } else if fact.variable == self.pack.role {
            vec![May::Code(1u64.checked_shl(u32::try_from(role).unwrap_or(0)).unwrap_or(1)); fact.at.len()]
        } else if v.series {
            let months = self.series(v, adult);
            fact.at.iter().map(|(_, m)| months.get(m.unwrap_or(0)).copied().unwrap_or(May::Num(Interval::point(0)))).collect()
        } else {
            vec![self.value(v, adult); fact.at.len()]
        };
        if let Some(row) = h.row_mut(person) {
            for ((at, _), m) in fact.at.iter().zip(months) {
                if let Some(slot) = row.get_mut(*at) {
                    *slot = m;
                }
            }
        }
    }

    /// A series: the same all along, begun or ended in some month, now and then irregular.
    fn series(&mut self, v: &Variable, adult: bool) -> Vec<May> {
        let before = self.value(v, adult);
        let shape = self.chance.below(12);
        let (change, after) = (1 + self.chance.below(SERIES_MONTHS - 1), self.value(v, adult));
        let months = 0..SERIES_MONTHS;
        match shape {
            0 => months.map(|_| self.value(v, adult)).collect(),
            // From the change on, something else; months count back from M.
            1 | 2 => months.map(|m| if m < change.min(4) { after } else { before }).collect(),
            3 => months.map(|m| if m < change { after } else { before }).collect(),
            _ => vec![before; SERIES_MONTHS],
        }
    }

    /// One value of a fact.
    pub fn value(&mut self, v: &Variable, adult: bool) -> May {
        match v.ty {
            Type::Bool => May::Truth(Truth::of(self.chance.percent(40))),
            Type::Num(unit) => May::Num(Interval::point(self.number(v, unit, adult).clamp(v.domain.lo, v.domain.hi))),
            Type::Literal => May::Num(Interval::point(0)),
            Type::Date { absent_possible } if absent_possible && self.chance.percent(50) => May::Date(Interval::point(0), Truth::True),
            Type::Date { .. } if v.name == "date_naissance" => May::Date(Interval::point(self.birth(adult)), Truth::False),
            Type::Date { .. } => May::Date(Interval::point(self.day()), Truth::False),
            Type::Code(list) => {
                let n = self.pack.vocabulary.lists.get(list).map_or(1, |l| l.codes.len());
                May::Code(1u64.checked_shl(u32::try_from(self.chance.below(n)).unwrap_or(0)).unwrap_or(1))
            }
        }
    }

    fn number(&mut self, v: &Variable, unit: Unit, adult: bool) -> Decimal {
        if unit.is_money() {
            let nothing = if adult { 45 } else { 85 };
            if self.chance.percent(nothing) {
                return 0;
            }
            let sign = if v.domain.lo < 0 && self.chance.percent(20) { -1 } else { 1 };
            return sign * self.amount(unit);
        }
        match self.chance.below(6) {
            0 => 0,
            1 => SCALE / 2,
            2 if v.domain.hi <= SCALE => SCALE,
            3 | 4 => {
                let x = self.chance.pick(&self.limits.numbers, SCALE);
                if v.domain.hi <= SCALE { x } else { x + self.chance.between(-1, 1) * SCALE }
            }
            _ if v.domain.hi <= SCALE => self.chance.between(0, 100) * (SCALE / 100),
            _ => self.chance.between(0, reach(unit) / SCALE) * SCALE,
        }
    }

    /// An amount above zero: one cent, around an amount of the law, or any.
    pub fn amount(&mut self, unit: Unit) -> Decimal {
        match self.chance.below(10) {
            0 => CENT,
            1..=3 => self.near_limit(unit),
            4 | 5 => self.chance.between(1, reach(unit) / SCALE) * SCALE,
            // Most incomes are small beside those up to which trials go.
            6 | 7 => self.chance.between(1, reach(unit) / CENT / 4) * CENT,
            _ => self.chance.between(1, reach(unit) / CENT) * CENT,
        }
    }

    /// An amount of the law brought to the time of a unit, to the cent, or one cent beside.
    pub fn near_limit(&mut self, unit: Unit) -> Decimal {
        let x = self.chance.pick(&self.limits.euros, 1_000 * SCALE);
        let same = if x > reach(unit) { x / 12 } else { x };
        let x = self.chance.pick(&[same, same, x / 12, x * 12 / 10 * 10], same);
        let x = if x > 4 * reach(unit) { same } else { x };
        (x / CENT * CENT + self.chance.between(-1, 1) * CENT).max(0)
    }

    fn birth(&mut self, adult: bool) -> Days {
        let first = date::first_day(date::month_of(self.pack.on));
        let suits = |d: &Days| (first - d > 365 * 18) == adult;
        match self.chance.below(10) {
            0..=3 => {
                let limits: Vec<Days> = self.births.iter().copied().filter(suits).collect();
                self.chance.pick(&limits, first - if adult { 365 * 40 } else { 365 * 8 })
            }
            4 => date::first_day(date::month_of(first - self.chance.between(1, 365 * 25))),
            5 => date::last_day(date::month_of(first - self.chance.between(1, 365 * 25))),
            6 => date::days(if adult { 1960 + 4 * self.chance.between(0, 11) } else { 2008 + 4 * self.chance.between(0, 4) }, 2, 29),
            _ if adult => first - self.chance.between(365 * 18, 365 * 95),
            _ => first - self.chance.between(0, 365 * 24),
        }
    }

    fn day(&mut self) -> Days {
        match self.chance.below(6) {
            0 => date::add_months(self.pack.on, self.chance.between(-18, 12)),
            // A delay of the law before or after today, in days or in months.
            4 | 5 => {
                let n = self.chance.pick(&self.limits.numbers, SCALE) / SCALE * self.chance.pick(&[-1, 1], 1);
                let far = if self.chance.percent(50) { self.pack.on + n } else { date::add_months(self.pack.on, n.clamp(-1_200, 1_200)) };
                far + self.chance.between(-1, 1)
            }
            1 => date::first_day(date::month_of(date::add_months(self.pack.on, self.chance.between(-24, 6)))),
            2 => self.pack.on - self.chance.between(0, 365 * 10),
            _ => self.chance.pick(&self.births, self.pack.on),
        }
    }

    /// A conjugal status goes with the presence of a partner.
    fn agree_status(&mut self, h: &mut Household) {
        let vocabulary = &self.pack.vocabulary;
        let Some(fact) = vocabulary.find("statut_conjugal").and_then(|v| self.reads.fact(Entity::Foyer, v)) else { return };
        let Some(Type::Code(list)) = vocabulary.variables.get(fact.variable).map(|v| v.ty) else { return };
        let Some(codes) = vocabulary.lists.get(list) else { return };
        let together = role(self.pack, "conjoint").is_some_and(|r| h.persons.iter().any(|p| p.role == r));
        let suits = |c: &&str| matches!(*c, "marie" | "pacse" | "concubin") == together;
        let fitting: Vec<usize> = codes.codes.iter().map(String::as_str).filter(suits).filter_map(|c| codes.index(c)).collect();
        let code = self.chance.pick(&fitting, 0);
        for (at, _) in &fact.at {
            if let Some(slot) = h.values.get_mut(*at) {
                *slot = May::Code(1u64.checked_shl(u32::try_from(code).unwrap_or(0)).unwrap_or(1));
            }
        }
    }
}

//! Detection: linked records and checked rules in, findings out.

use crate::eval::column::Column;
use crate::eval::settle::Settler;
use crate::eval::{self, Population};
use crate::finding::{self, Certainty, Finding};
use crate::foyers::column_name;
use crate::link::compositions::{Households, Roles, households};
use crate::link::facts::{self, DeliveryError, Slots};
use crate::link::{Delivery, NONE, People};
use crate::plan::{Level, NodeId, Op, Program, RightProgram};
use crate::reference::{FactId, Foyer, Reference};
use crate::source;
use crate::value::May;
use recours_rules::date::{self, Days};
use recours_rules::number::{self, INF, NEG_INF};
use recours_rules::pack::{AmountPeriod, Pack, Right, RightKind};
use recours_rules::types::Entity;
use recours_rules::vocabulary::Crossing;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Somebody of age: eighteen years.
const AGE_OF_MAJORITY: i64 = 18;

/// The fact from which detection itself tells who is of age.
pub(crate) const BIRTHS: &str = "date_naissance";

/// The fact from which it tells who lives in a couple.
pub(crate) const STATUS: &str = "statut_conjugal";

/// Counts of one right, for the receipt: never a person.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct RightCount {
    /// `droit` or `rupture`.
    pub kind: &'static str,
    /// Units evaluated.
    pub units: usize,
    /// Units known to receive the right.
    pub received: usize,
    /// Findings by grade.
    pub certain: usize,
    /// Findings by grade.
    pub probable: usize,
    /// Findings by grade.
    pub possible: usize,
    /// How often each fact is missing among `possible` findings.
    pub missing: BTreeMap<String, usize>,
    /// Why no finding is certain: conditions not modelled, and parameters not checked up to the day.
    pub not_modelled: Vec<String>,
}

/// What detection gives.
#[derive(Debug)]
pub struct Detection {
    /// Sorted findings.
    pub findings: Vec<Finding>,
    /// Counts by right.
    pub counts: BTreeMap<String, RightCount>,
    /// Persons known to some body.
    pub persons: usize,
    /// Households evaluated.
    pub households: usize,
}

/// What stopped detection.
#[derive(Debug, thiserror::Error)]
pub enum DetectError {
    /// A delivery holds a refused value.
    #[error(transparent)]
    Delivery(#[from] DeliveryError),
    /// The vocabulary lacks a role.
    #[error("le vocabulaire des règles ne définit pas les rôles demandeur, conjoint, enfant et absent")]
    Roles,
}

/// Everything that does not depend on a right.
struct Ground<'a> {
    pack: &'a Pack,
    program: &'a Program,
    people: &'a People,
    homes: &'a Households,
    slots: &'a Slots,
    population: Population,
    /// Per input, where a value stands for the silence of all payers.
    silent: Vec<Vec<bool>>,
    /// Per input, of whom several bodies together say something; empty where one alone does.
    spoken: Vec<Vec<bool>>,
    /// Per input, the payers whose silence is no answer, and why.
    unanswering: Vec<Vec<String>>,
    /// Weakest link of each composition.
    force: Vec<u8>,
    roles: Roles,
    majority: Vec<Option<bool>>,
}

/// Evaluates all rights of the pack over the linked records.
///
/// # Errors
/// A refused value of a delivery, by body, column and row.
pub fn detect(pack: &Pack, program: &Program, deliveries: Vec<Delivery>) -> Result<Detection, DetectError> {
    let roles = facts::roles(pack).ok_or(DetectError::Roles)?;
    let people = People::gather(&deliveries);
    let of_person = |name: &str| -> Result<Option<facts::PersonFact>, DeliveryError> {
        let v = pack.vocabulary.find(name).and_then(|v| pack.vocabulary.variables.get(v));
        v.map(|v| facts::of_people(pack, &deliveries, &people, v, name)).transpose()
    };
    let births = of_person(BIRTHS)?;
    let majority = majority(pack, births.as_ref().map(|f| &f.column), people.len());
    let couple = of_person(STATUS)?;
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
        people: &people,
        homes: &homes,
        slots: &slots,
        population,
        silent,
        spoken,
        unanswering,
        force,
        roles,
        majority,
    };
    let mut findings = Vec::new();
    let mut counts = BTreeMap::new();
    for r in &program.rights {
        // What may not cross is the holder's to evaluate, at home; facts here are as coarse as the others allow.
        if let Some(right) = pack.rights.get(r.right).filter(|d| d.crossing == Crossing::Authorised) {
            let (mut found, mut count) = ground.right(right, r);
            finding::sort(&mut found);
            for f in &found {
                match f.certainty {
                    Certainty::Certain => count.certain += 1,
                    Certainty::Probable => count.probable += 1,
                    Certainty::Possible => count.possible += 1,
                }
                if f.certainty == Certainty::Possible {
                    for m in &f.missing {
                        *count.missing.entry(m.clone()).or_default() += 1;
                    }
                }
            }
            counts.insert(right.id.clone(), count);
            findings.append(&mut found);
        }
    }
    finding::sort(&mut findings);
    Ok(Detection { findings, counts, persons: people.len(), households: homes.units.len() })
}

fn input(
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
    let known = facts::of_people(pack, deliveries, people, v, &column_name(pack, fact))?;
    Ok(if facts::is_person(v) { facts::for_members(pack, v, &known, slots) } else { facts::for_foyers(pack, v, &known, slots, roles) })
}

/// Last birth date of those who are of age on the first day of the month.
pub(crate) fn majority_limit(pack: &Pack) -> Days {
    date::add_months(date::first_day(date::month_of(pack.on)), -12 * AGE_OF_MAJORITY)
}

/// Of age, minor, or unknown, on the first day of the month.
fn majority(pack: &Pack, births: Option<&Column>, n: usize) -> Vec<Option<bool>> {
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
    let list = pack.vocabulary.find(STATUS).and_then(|v| pack.vocabulary.variables.get(v)).and_then(|v| match v.ty {
        recours_rules::types::Type::Code(l) => pack.vocabulary.lists.get(l),
        _ => None,
    });
    ["marie", "pacse", "concubin"].iter().filter_map(|c| list.and_then(|l| l.index(c))).fold(0, |m, i| m | (1 << i))
}

/// What a right says of one unit under one description of its household.
#[derive(Clone, Copy)]
struct Verdict {
    /// Truth byte of the strict evaluation.
    strict: u8,
    /// Truth byte with assumptions.
    assumed: u8,
    received: u8,
    acted: u8,
}

/// What a right's columns say of one row.
struct Row {
    verdict: Verdict,
    amount: (Option<f64>, Option<f64>),
    deadline: Option<i32>,
    useful: Option<i32>,
    /// Clauses that hold, one bit each.
    clauses: u64,
}

/// A finding whose missing facts are still to be found.
struct Draft {
    finding: Finding,
    /// Row of the right's columns (person or composition), and its composition.
    row: usize,
    composition: usize,
    /// Facts of the verdict, and of receipt, are asked about.
    ask: (bool, bool),
}

impl Ground<'_> {
    fn right(&self, right: &Right, r: &RightProgram) -> (Vec<Finding>, RightCount) {
        let strict = self.judge(right, r, &self.population);
        let supposed = self.with_assumptions(right);
        let assumed = supposed.as_ref().map(|p| self.judge(right, r, p));
        let stale = self.stale_parameters(right);
        let mut count = RightCount { kind: if right.kind == RightKind::Droit { "droit" } else { "rupture" }, ..RightCount::default() };
        let unanswering = self.unanswering_payers(r);
        count.not_modelled = right.not_modelled.iter().map(|n| n.id.clone()).chain(stale.iter().cloned()).chain(unanswering).collect();
        let caps = Caps { unmodelled: !count.not_modelled.is_empty(), reads_children: self.reads_children(r) };
        let mut drafts = Vec::new();
        for (u, at) in self.homes.units.iter().enumerate() {
            for (row, person) in self.units_of(right, *at) {
                let Some(s) = strict.get(row) else { continue };
                count.units += 1;
                count.received += usize::from(right.kind == RightKind::Droit && s.verdict.received == 2);
                let with = assumed.as_ref().and_then(|j| j.get(row)).map_or(s.verdict.strict, |x| x.verdict.strict);
                let verdict = Verdict { assumed: with, ..s.verdict };
                drafts.extend(self.draft(right, r, &caps, u, *at, row, person, verdict, s, &strict));
            }
        }
        self.find_missing(right, r, supposed.as_ref().unwrap_or(&self.population), &mut drafts);
        (drafts.into_iter().map(|d| d.finding).collect(), count)
    }

    /// The units of a right in one household: (row of its columns, person who carries the finding).
    fn units_of(&self, right: &Right, composition: usize) -> Vec<(usize, u32)> {
        let bound = |i: usize| self.slots.offsets.get(i).copied().unwrap_or(0);
        let known = (bound(composition)..bound(composition + 1))
            .filter_map(|s| self.slots.person.get(s).map(|p| (s, *p)))
            .filter(|(s, p)| *p != NONE && self.of_age(*s, *p));
        if right.unit == Entity::Personne {
            known.collect()
        } else {
            // The foyer's row goes to its reference adult; a foyer without any known adult has no row.
            known.take(1).map(|(_, p)| (composition, p)).collect()
        }
    }

    #[expect(clippy::too_many_arguments, reason = "one finding is decided from all of these, once")]
    fn draft(
        &self,
        right: &Right,
        r: &RightProgram,
        caps: &Caps,
        unit: usize,
        at: usize,
        row: usize,
        person: u32,
        verdict: Verdict,
        s: &Row,
        strict: &[Row],
    ) -> Option<Draft> {
        let person_unit = right.unit == Entity::Personne;
        let mut certainty = grade(verdict)?;
        // Somebody of unknown age whom no body describes may be a minor: only a fact that holders give of adults
        // alone (a payment in course) makes a finding.
        let described = self.homes.compositions.get(at).is_some_and(|c| c.delivery.is_some());
        if !described && self.majority.get(person as usize).copied().flatten().is_none() && verdict.strict != 2 {
            return None;
        }
        let others = self.homes.others.get(unit).map(Vec::as_slice).unwrap_or_default();
        // Another description of the household that says something else lowers the grade.
        let disputed = !person_unit
            && others
                .iter()
                .any(|o| strict.get(*o).is_none_or(|x| x.verdict.strict != verdict.strict || x.verdict.received != verdict.received));
        let partial = caps.reads_children && self.homes.compositions.get(at).is_none_or(|c| !c.complete);
        let mut cap = Certainty::Certain;
        if caps.unmodelled || self.rests_on_silence(r, at, row, person_unit) {
            cap = Certainty::Probable;
        }
        cap = cap.min(match self.force.get(at).copied().unwrap_or(4) {
            3.. => Certainty::Certain,
            2 => Certainty::Probable,
            _ => Certainty::Possible,
        });
        if disputed || partial {
            cap = Certainty::Possible;
        }
        certainty = certainty.min(cap);
        let mut reasons: Vec<String> =
            right.conditions.iter().enumerate().filter(|(i, _)| s.clauses & (1 << i) != 0).map(|(_, c)| c.id.clone()).collect();
        if verdict.strict != 2 && verdict.assumed == 2 {
            reasons.extend(right.assumptions.iter().map(|a| format!("hypothese:{}", a.id)));
        }
        let finding = Finding {
            unit: self.people.handles.get(person as usize).copied().unwrap_or_default(),
            unit_kind: if person_unit { "personne" } else { "foyer" },
            kind: if right.kind == RightKind::Droit { "non_recours" } else { "rupture" },
            right: right.id.clone(),
            rule: right.rule(),
            certainty,
            // Without evidence of knowledge, not knowing and not asking cannot be told apart.
            types: if right.kind == RightKind::Droit { vec!["non_connaissance", "non_demande"] } else { Vec::new() },
            stage: right.stage.clone(),
            deadline: s.deadline,
            useful_date: s.useful,
            amount: s.amount,
            reasons,
            missing: if disputed || partial { vec!["composition".into()] } else { Vec::new() },
        };
        let receipt = right.kind == RightKind::Droit && verdict.received == 1;
        Some(Draft { finding, row, composition: at, ask: (verdict.assumed == 1, receipt) })
    }

    /// The smallest facts that would settle what is not settled, asked only of the units concerned.
    fn find_missing(&self, right: &Right, r: &RightProgram, population: &Population, drafts: &mut [Draft]) {
        let mut concerned: Vec<usize> = drafts.iter().filter(|d| d.ask.0 || d.ask.1).map(|d| d.composition).collect();
        concerned.sort_unstable();
        concerned.dedup();
        if concerned.is_empty() {
            return;
        }
        let few = population.select(self.program, &concerned);
        let person_unit = right.unit == Entity::Personne;
        let sets = |root: NodeId| -> BTreeMap<usize, Vec<usize>> {
            let blocks = eval::run_with(
                self.program,
                &few,
                &[root],
                || Settler::new(self.program),
                |settler, done| {
                    let base = if person_unit { done.first_person } else { done.first_foyer };
                    settler.missing(&few, done, root).into_iter().map(|(u, s)| (base + u, s)).collect::<Vec<_>>()
                },
            );
            blocks.into_iter().flatten().collect()
        };
        let verdicts = if drafts.iter().any(|d| d.ask.0) { sets(r.entitled) } else { BTreeMap::new() };
        let receipts = r.received.filter(|_| drafts.iter().any(|d| d.ask.1)).map(sets).unwrap_or_default();
        let bound = |i: usize| self.slots.offsets.get(i).copied().unwrap_or(0);
        for d in drafts {
            let Ok(k) = concerned.binary_search(&d.composition) else { continue };
            let row = if person_unit { few.offsets.get(k).copied().unwrap_or(0) + d.row - bound(d.composition) } else { k };
            let asked = [(d.ask.0, &verdicts), (d.ask.1, &receipts)].into_iter().filter(|(asked, _)| *asked);
            let variables: BTreeSet<usize> = asked.flat_map(|(_, found)| found.get(&row)).flatten().copied().collect();
            let names: BTreeSet<&String> =
                variables.iter().filter_map(|v| self.pack.vocabulary.variables.get(*v)).map(|v| &v.name).collect();
            let mut names: Vec<String> = names.into_iter().cloned().collect();
            names.append(&mut d.finding.missing);
            d.finding.missing = names;
        }
    }

    /// Of age, or of unknown age and an adult of the foyer: no minor is ever the unit of a row.
    fn of_age(&self, slot: usize, person: u32) -> bool {
        match self.majority.get(person as usize).copied().flatten() {
            Some(x) => x,
            None => {
                let adult = (1u64 << self.roles.applicant) | (1u64 << self.roles.partner);
                self.slots.roles.get(slot).is_some_and(|r| r & !adult == 0)
            }
        }
    }

    /// Whether a right's verdict depends on who the children are.
    fn reads_children(&self, r: &RightProgram) -> bool {
        let marks = self.program.needed(&[r.entitled]);
        let child = 1u64 << self.roles.child;
        self.program.nodes.iter().enumerate().any(|(id, n)| {
            marks.get(id) == Some(&true)
                && match &n.op {
                    Op::CodeIn(a, mask) => {
                        let role = matches!(self.program.nodes.get(*a).map(|n| &n.op), Some(Op::Input(s)) if self.program.inputs.get(*s).is_some_and(|f| f.0 == self.pack.role));
                        role && mask & child != 0
                    }
                    _ => false,
                }
        })
    }

    /// Parameters of a right whose value was not checked up to the day.
    fn stale_parameters(&self, right: &Right) -> Vec<String> {
        let names: BTreeSet<String> = self
            .pack
            .parameters_of(right.entitled)
            .into_iter()
            .filter_map(|p| self.pack.parameters.all.get(p))
            .filter(|p| p.checked.is_none_or(|c| c < self.pack.on))
            .map(|p| format!("parametre_non_verifie:{}", p.name))
            .collect();
        names.into_iter().collect()
    }

    /// Payers of a right whose silence is no answer: somebody who gets nothing from the others may get it from them.
    fn unanswering_payers(&self, r: &RightProgram) -> Vec<String> {
        let marks = r.received.map(|root| self.program.needed(&[root])).unwrap_or_default();
        let read = self.program.nodes.iter().enumerate().filter(|(id, _)| marks.get(*id) == Some(&true));
        let payers = read.filter_map(|(_, n)| if let Op::Input(slot) = n.op { self.unanswering.get(slot) } else { None }).flatten();
        payers.cloned().collect::<BTreeSet<String>>().into_iter().collect()
    }

    fn rests_on_silence(&self, r: &RightProgram, composition: usize, row: usize, person_unit: bool) -> bool {
        let roots: Vec<NodeId> = [Some(r.entitled), r.received].into_iter().flatten().collect();
        let marks = self.program.needed(&roots);
        let members =
            self.slots.offsets.get(composition).copied().unwrap_or(0)..self.slots.offsets.get(composition + 1).copied().unwrap_or(0);
        self.program.nodes.iter().enumerate().any(|(id, n)| {
            let Op::Input(slot) = n.op else { return false };
            if marks.get(id) != Some(&true) {
                return false;
            }
            let Some(silent) = self.silent.get(slot).filter(|s| !s.is_empty()) else { return false };
            let is = |i: usize| silent.get(i) == Some(&true);
            match n.level {
                Level::Foyer => is(composition),
                _ if person_unit => is(row),
                _ => members.clone().any(is),
            }
        })
    }

    /// The population with each assumed fact set where it is unknown; `None` when the right assumes nothing.
    fn with_assumptions(&self, right: &Right) -> Option<Population> {
        if right.assumptions.is_empty() {
            return None;
        }
        let mut p = self.population.clone();
        for a in &right.assumptions {
            let value = constant(self.pack, a);
            let Some(v) = self.pack.vocabulary.variables.get(a.variable) else { continue };
            let unknown = source::unknown(self.pack, v, 1);
            for (slot, fact) in self.program.inputs.iter().enumerate() {
                if fact.0 == a.variable
                    && let Some(c) = p.inputs.get_mut(slot)
                {
                    let spoken = self.spoken.get(slot).map_or(&[][..], Vec::as_slice);
                    *c = Arc::new(filled(c, spoken, value, &unknown));
                }
            }
        }
        Some(p)
    }

    fn judge(&self, right: &Right, r: &RightProgram, population: &Population) -> Vec<Row> {
        let roots: Vec<NodeId> = [Some(r.entitled), r.amount, r.received, r.deadline, r.useful_date, r.acted]
            .into_iter()
            .flatten()
            .chain(r.conditions.iter().copied())
            .collect();
        let blocks = eval::run(self.program, population, &roots, |done| {
            let n = if right.unit == Entity::Personne { done.persons } else { done.foyers };
            let column = |id: Option<NodeId>| id.and_then(|id| done.column(id));
            let bool_at = |id: Option<NodeId>, u: usize, none: u8| column(id).map_or(none, |c| c.bool_at(u));
            let one = |u: usize| {
                let strict = bool_at(Some(r.entitled), u, 1);
                let day = |id: Option<NodeId>| {
                    column(id).and_then(|c| {
                        let i = c.interval(u);
                        (c.absent_at(u) == 0 && i.is_point()).then(|| i32::try_from(i.lo).ok()).flatten()
                    })
                };
                Row {
                    verdict: Verdict { strict, assumed: strict, received: bool_at(r.received, u, 0), acted: bool_at(r.acted, u, 0) },
                    amount: column(r.amount).map_or((None, None), |c| per_month(right, c, u)),
                    deadline: day(r.deadline),
                    useful: day(r.useful_date),
                    clauses: r
                        .conditions
                        .iter()
                        .take(64)
                        .enumerate()
                        .filter(|(_, c)| bool_at(Some(**c), u, 0) == 2)
                        .fold(0, |m, (i, _)| m | (1 << i)),
                }
            };
            (0..n).map(one).collect::<Vec<Row>>()
        });
        blocks.into_iter().flatten().collect()
    }
}

/// What caps the grade of every finding of a right.
struct Caps {
    unmodelled: bool,
    reads_children: bool,
}

/// The grade of a finding before caps; `None` when there is none.
fn grade(v: Verdict) -> Option<Certainty> {
    if v.strict == 0 || v.received == 2 || v.acted == 2 {
        return None;
    }
    let settled = v.received == 0 && v.acted == 0;
    Some(match (v.strict, v.assumed) {
        (2, _) if settled => Certainty::Certain,
        (_, 2) if settled => Certainty::Probable,
        _ => Certainty::Possible,
    })
}

/// Bounds in euros per month: yearly amounts by twelfths, one-off ones not at all.
fn per_month(right: &Right, c: &Column, u: usize) -> (Option<f64>, Option<f64>) {
    let i = c.interval(u);
    let share = match right.period {
        AmountPeriod::Month => 1.0,
        AmountPeriod::Year => 12.0,
        AmountPeriod::Once => return (None, None),
    };
    let of = |x: i64| (x != INF && x != NEG_INF).then(|| number::to_f64(x.max(0)) / share);
    (of(i.lo), of(i.hi))
}

/// The value of an assumption: it depends on no fact.
fn constant(pack: &Pack, a: &recours_rules::pack::Assumption) -> May {
    let foyer = Foyer::default();
    let none = BTreeSet::new();
    Reference::new(pack, &foyer, &none).constant(&a.value)
}

/// What nobody has told is what the assumption says; a band that somebody has told stays.
fn filled(c: &Column, spoken: &[bool], value: May, unknown: &Column) -> Column {
    use crate::eval::column::{Data, byte};
    let n = c.len();
    let told = |i: usize| spoken.get(i) == Some(&true) || facts::told(c, i, unknown);
    let data = match (&c.data, value) {
        (Data::Num(..), May::Num(x)) => {
            let pick = |i: usize| if told(i) { c.interval(i) } else { x };
            return Column::num((0..n).map(|i| pick(i).lo).collect(), (0..n).map(|i| pick(i).hi).collect());
        }
        (Data::Bool(v), May::Truth(t)) => {
            Data::Bool(v.iter().enumerate().map(|(i, b)| if *b == 1 && !told(i) { byte(t) } else { *b }).collect())
        }
        (Data::Code(v), May::Code(set)) => {
            Data::Code(v.iter().enumerate().map(|(i, x)| if told(i) || x & set == 0 { *x } else { x & set }).collect())
        }
        (Data::Date(..), May::Date(x, absent)) => {
            let pick = |i: usize| if told(i) { (c.interval(i), c.absent_at(i)) } else { (x, byte(absent)) };
            return Column::date(
                (0..n).map(|i| pick(i).0.lo).collect(),
                (0..n).map(|i| pick(i).0.hi).collect(),
                (0..n).map(|i| pick(i).1).collect(),
            );
        }
        _ => return c.clone(),
    };
    Column { data }
}

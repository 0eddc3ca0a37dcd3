//! How coarse each fact may be at the host, so that no verdict, grade, type or reason changes. Only the order in which
//! things happened, on which nothing rests, is told as far as the bands allow.
//!
//! A fact enters a verdict through the computations that depend on it alone, up to where they meet another fact: its
//! *border*. A band of values may stand for each of its values when, given nothing but the band, everything at the
//! border is settled: all that follows is then the same. Or when the band alone makes the right false: nothing is
//! then said of it. Both are asked of the evaluator itself, on intervals, and a fault in the search for cut
//! points can only leave a fact finer than it need be.

mod cuts;
mod exact;
mod label;
mod probe;

use crate::detect;
use crate::foyers::column_name;
use crate::plan::Program;
use crate::reference::FactId;
use crate::source;
use probe::Probe;
use recours_rules::date;
use recours_rules::interval::Interval;
use recours_rules::number::{Decimal, SCALE};
use recours_rules::pack::Pack;
use recours_rules::types::Type;
use recours_rules::vocabulary::{Crossing, Variable};
use std::collections::BTreeMap;

mod tell;

pub use label::{NONE, coarsen, decode, delivered_as, is_coarse, refused_rows};
pub use tell::{is_told, tell};

/// A stretch of values of a number (at scale 10⁻⁸) or of a date (in days).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// First and last value, both included; the ends of the domain where it has no bound.
    pub values: Interval,
    /// Whether the value itself must be told within it.
    pub exact: bool,
}

/// The coarsest form of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grain {
    /// Its value.
    Exact,
    /// In which of these stretches it is, from the lowest to the highest, without gap.
    Pieces(Vec<Piece>),
    /// In which of these sets of codes it is, one bit per code.
    Classes(Vec<u64>),
    /// In which stretch of this width it is, zero apart. Verdicts near a threshold may be unsettled by it.
    Width(Decimal),
}

/// The grain of every fact that the rules read, for the day of the pack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grains {
    of: BTreeMap<FactId, Grain>,
}

impl Grains {
    /// Computes them from the rights that may be evaluated across bodies.
    #[must_use]
    pub fn of(pack: &Pack, program: &Program) -> Self {
        let rights: Vec<_> = program
            .rights
            .iter()
            .filter(|r| pack.rights.get(r.right).is_some_and(|d| d.crossing == Crossing::Authorised))
            .cloned()
            .collect();
        let authorised = Program { rights, ..program.clone() };
        let one = |(slot, fact): (usize, &FactId)| (*fact, grain(pack, &authorised, slot));
        Self { of: authorised.inputs.iter().enumerate().map(one).collect() }
    }

    /// Money that would go to the cent goes in stretches of a width instead, where no rule asks whether it is known
    /// and no formula stands behind it. Verdicts near a threshold may become `possible`; none becomes another.
    #[must_use]
    pub fn with_width(mut self, pack: &Pack, program: &Program, width: Decimal) -> Self {
        for (fact, grain) in &mut self.of {
            let money = pack.vocabulary.variables.get(fact.0).is_some_and(|v| matches!(v.ty, Type::Num(u) if u.is_money()));
            if *grain == Grain::Exact && money && width >= SCALE && !probe::must_be_settled(program, *fact) {
                *grain = Grain::Width(width);
            }
        }
        self
    }

    /// BLAKE3 of every fact's column and what may be told of it, 64 hexadecimal digits: two programs that cut
    /// otherwise do not understand each other's deliveries.
    #[must_use]
    pub fn fingerprint(&self, pack: &Pack) -> String {
        let mut h = blake3::Hasher::new_derive_key("recours 2026-11 grain/1");
        let mut lines: Vec<String> = self.of.iter().map(|(fact, grain)| format!("{}={}", column_name(pack, *fact), told(grain))).collect();
        lines.sort_unstable();
        for line in lines {
            h.update(&(line.len() as u64).to_be_bytes());
            h.update(line.as_bytes());
        }
        h.finalize().to_hex().to_string()
    }

    /// The grain of a fact; its value when the rules do not say otherwise.
    #[must_use]
    pub fn get(&self, fact: FactId) -> &Grain {
        self.of.get(&fact).unwrap_or(&Grain::Exact)
    }
}

/// A grain for the fingerprint.
fn told(grain: &Grain) -> String {
    let piece = |p: &Piece| format!("{}{}..{}", if p.exact { "=" } else { "" }, p.values.lo, p.values.hi);
    match grain {
        Grain::Exact => "exact".into(),
        Grain::Pieces(pieces) => pieces.iter().map(piece).collect::<Vec<_>>().join(" "),
        Grain::Classes(sets) => sets.iter().map(|s| format!("{s:x}")).collect::<Vec<_>>().join(" "),
        Grain::Width(width) => format!("largeur {width}"),
    }
}

/// Smallest difference between two values of a fact, as they are read.
fn step(v: &Variable) -> i64 {
    match v.ty {
        Type::Num(u) if u.is_money() => SCALE / 100,
        Type::Num(_) | Type::Literal => SCALE / 1_000_000,
        _ => 1,
    }
}

/// All values of a number or date.
fn domain(v: &Variable) -> Interval {
    match v.ty {
        Type::Num(_) | Type::Literal => v.domain,
        _ => Interval::ALL,
    }
}

/// Cut points and sets that detection itself needs of a fact, beside the rules: of age or not, in a couple or not.
struct Own {
    /// The first value above each cut.
    cuts: Vec<i64>,
    /// Codes that must be told from the others.
    codes: Option<u64>,
}

fn own(pack: &Pack, v: &Variable) -> Own {
    let births = v.name == detect::BIRTHS;
    let status = v.name == detect::STATUS;
    Own { cuts: births.then(|| detect::majority_limit(pack) + 1).into_iter().collect(), codes: status.then(|| detect::couple_codes(pack)) }
}

fn grain(pack: &Pack, program: &Program, slot: usize) -> Grain {
    let Some(v) = program.inputs.get(slot).and_then(|f| pack.vocabulary.variables.get(f.0)) else { return Grain::Exact };
    let own = own(pack, v);
    let Some(probe) = Probe::new(pack, program, slot) else { return Grain::Exact };
    match v.ty {
        Type::Bool => Grain::Exact,
        Type::Code(list) => classes(&probe, pack.vocabulary.lists.get(list).map_or(0, |l| l.codes.len()), own.codes),
        _ => pieces(&probe, v, &own.cuts),
    }
}

/// Codes put together one by one, each with the first that it can stay with.
fn classes(probe: &Probe<'_>, codes: usize, apart: Option<u64>) -> Grain {
    let together = |set: u64| apart.is_none_or(|a| set & a == 0 || set & !a == 0);
    let mut out: Vec<u64> = Vec::new();
    for code in (0..codes.min(64)).map(|i| 1u64 << i) {
        let wider: Vec<u64> = out.iter().map(|set| set | code).collect();
        let fits = probe.codes(&wider);
        match wider.iter().zip(fits).position(|(set, fits)| fits && together(*set)) {
            Some(k) => {
                if let Some(set) = out.get_mut(k) {
                    *set |= code;
                }
            }
            None => out.push(code),
        }
    }
    // A class of all codes would pass for a fact of which nobody says anything.
    if let [all] = out.as_mut_slice()
        && all.count_ones() > 1
    {
        let first = 1u64 << all.trailing_zeros();
        *all &= !first;
        out.insert(0, first);
    }
    if out.iter().all(|set| set.count_ones() == 1) { Grain::Exact } else { Grain::Classes(out) }
}

/// Stretches between cut points; those that can stand for their values are joined as far as they still can.
fn pieces(probe: &Probe<'_>, v: &Variable, apart: &[i64]) -> Grain {
    let (all, step) = (domain(v), step(v));
    let mut cuts = cuts::of(probe, v);
    cuts.extend(apart);
    cuts.sort_unstable();
    cuts.dedup();
    cuts.retain(|c| *c > all.lo && *c <= all.hi);
    // Beyond this many a fact is hardly coarser than its value.
    if cuts.is_empty() || cuts.len() > cuts::MOST {
        return Grain::Exact;
    }
    let starts = std::iter::once(all.lo).chain(cuts.iter().copied());
    let ends = cuts.iter().map(|c| c - step).chain(std::iter::once(all.hi));
    let parts: Vec<Interval> = starts.zip(ends).map(|(lo, hi)| Interval::new(lo, hi)).collect();
    // Every run of neighbours at once.
    let runs: Vec<(usize, usize)> = (0..parts.len()).flat_map(|i| (i..parts.len()).map(move |j| (i, j))).collect();
    let hull = |i: usize, j: usize| parts.get(i).zip(parts.get(j)).map_or(Interval::ALL, |(a, b)| a.hull(*b));
    let whole = |x: Interval| apart.iter().all(|c| x.hi < *c || x.lo >= *c);
    let intervals: Vec<Interval> = runs.iter().map(|(i, j)| hull(*i, *j)).collect();
    let fits: BTreeMap<(usize, usize), bool> =
        runs.iter().copied().zip(probe.intervals(&intervals).into_iter().zip(&intervals).map(|(fits, x)| fits && whole(*x))).collect();
    let mut out: Vec<Piece> = Vec::new();
    let mut i = 0;
    while i < parts.len() {
        let last = (i..parts.len()).take_while(|j| fits.get(&(i, *j)) == Some(&true)).last();
        match (last, out.last_mut()) {
            (Some(j), _) => {
                out.push(Piece { values: hull(i, j), exact: false });
                i = j;
            }
            (None, Some(before)) if before.exact => before.values = before.values.hull(hull(i, i)),
            (None, _) => out.push(Piece { values: hull(i, i), exact: true }),
        }
        i += 1;
    }
    // A band of all values would pass for a fact of which nobody says anything.
    if let [one] = out.as_slice()
        && !one.exact
        && let (Some(first), Some(rest)) = (parts.first(), parts.get(1).zip(parts.last()))
    {
        out = [*first, rest.0.hull(*rest.1)].map(|values| Piece { values, exact: false }).to_vec();
    }
    let out = joined(&out, step);
    // A single value in a stretch of its own changes nothing to what is told.
    if out.iter().all(|p| p.exact || p.values.is_point()) { Grain::Exact } else { Grain::Pieces(out) }
}

/// A single value beside values told exactly is one of them.
fn joined(pieces: &[Piece], step: i64) -> Vec<Piece> {
    let exact = |p: &Piece| p.exact;
    let mut out: Vec<Piece> = Vec::new();
    for (i, p) in pieces.iter().enumerate() {
        let beside = i > 0 && pieces.get(i - 1).is_some_and(exact) || pieces.get(i + 1).is_some_and(exact);
        let here = Piece { exact: p.exact || p.values.is_point() && beside, ..*p };
        match out.last_mut() {
            Some(last) if last.exact && here.exact && last.values.hi + step == here.values.lo => {
                last.values = last.values.hull(here.values)
            }
            _ => out.push(here),
        }
    }
    out
}

/// Whether a date is the first day of the life of somebody who has not completed an age, in years and months, on the
/// pack's day or on the first day of its month: for saying in words what a cut point is.
#[must_use]
pub fn age_at(pack: &Pack, first_above: i64) -> Option<(i64, i64)> {
    [date::first_day(date::month_of(pack.on)), pack.on].into_iter().find_map(|on| {
        let months = date::age_months(first_above - 1, on);
        (date::add_months(on, -months) + 1 == first_above).then(|| (months.div_euclid(12), months.rem_euclid(12)))
    })
}

/// The whole of what a fact may be, as a column of one value.
fn nothing_known(pack: &Pack, v: &Variable, n: usize) -> crate::eval::column::Column {
    source::unknown(pack, v, n)
}

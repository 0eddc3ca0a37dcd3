//! Rights and amounts of known foyers, without linkage: for rule authors and for one volunteer on demand.

mod findings;

use crate::detect::{self, DetectError, Known};
use crate::eval::column::Column;
use crate::eval::settle::{Sets, Settler};
use crate::eval::{self, Evaluated};
use crate::foyers::{Foyers, column_name};
use crate::plan::{NodeId, Program};
use crate::reference::FactId;
use arrow::array::{ArrayRef, Float64Builder, ListBuilder, RecordBatch, StringBuilder, UInt32Builder};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use recours_rules::number::{self, INF, NEG_INF};
use recours_rules::pack::{AmountPeriod, Pack, RightKind};
use recours_rules::types::Entity;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// What the answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// For people: a right received answers `acquis`, a `non` has no row; ruptures answer too, and each row says what a
    /// mission would find on the same facts.
    Information,
    /// For reference data: receipt is ignored, every unit has a row.
    Validation,
}

/// One answer.
struct Row {
    foyer: usize,
    person: Option<usize>,
    right: usize,
    entitled: &'static str,
    low: Option<f64>,
    high: Option<f64>,
    /// None where the verdict is settled.
    sets: Option<Arc<Sets>>,
}

/// At most so many minimal sets are listed.
const MOST_SETS: usize = 5;

/// Evaluates every right of the pack on every unit. Columns: `household_id`, `person_id` (null on rows of a
/// foyer), `right`, `entitled` (`oui|non|inconnu`, or `acquis`), `amount_low` and `amount_high` (euros, per
/// `period`; high null when unbounded; both null for rights without amount), `period` (`month|year|once`),
/// `missing` (input columns, the union of the settle sets), `settle` (minimal sets, smallest first).
///
/// For people, ruptures too, with the columns of a finding ([`findings`]); a rupture without finding has no row.
///
/// # Errors
/// A vocabulary without the roles of a foyer; Arrow's when it cannot build the table.
pub fn evaluate(pack: &Pack, program: &Program, foyers: &Foyers, purpose: Purpose) -> Result<RecordBatch, EvaluateError> {
    let is_right = |r: usize| pack.rights.get(r).is_some_and(|x| x.kind == RightKind::Droit);
    let rights: Vec<_> = program.rights.iter().filter(|r| purpose == Purpose::Information || is_right(r.right)).collect();
    let roots: Vec<NodeId> = rights.iter().flat_map(|r| [Some(r.entitled), r.amount, r.received].into_iter().flatten()).collect();
    let verdicts: Vec<NodeId> = rights.iter().map(|r| r.entitled).collect();
    let answer = |settler: &mut Settler<'_>, done: &Evaluated| {
        let mut rows = Vec::new();
        let traced = settler.block(&foyers.population, done, &verdicts);
        for r in &rights {
            let Some(right) = pack.rights.get(r.right) else { continue };
            let column = |id: Option<NodeId>| id.and_then(|id| done.column(id));
            let units = if right.unit == Entity::Personne { done.persons } else { done.foyers };
            for u in 0..units {
                let foyer = if right.unit == Entity::Personne { done.offsets.partition_point(|o| *o <= u) - 1 } else { u };
                let person = (right.unit == Entity::Personne).then_some(done.first_person + u);
                let verdict = column(Some(r.entitled)).map_or(1, |c| c.bool_at(u));
                let row =
                    |entitled, low, high, sets| Row { foyer: done.first_foyer + foyer, person, right: r.right, entitled, low, high, sets };
                if purpose == Purpose::Information && column(r.received).is_some_and(|c| c.bool_at(u) == 2) {
                    rows.push(row("acquis", None, None, None));
                    continue;
                }
                let (low, high) = column(r.amount).map_or((None, None), |c| bounds(c, u));
                match verdict {
                    2 => rows.push(row("oui", low, high, None)),
                    0 if purpose == Purpose::Information => {}
                    0 => rows.push(row("non", low.map(|_| 0.0), low.map(|_| 0.0), None)),
                    _ => rows.push(row("inconnu", low, high, Some(settler.sets(&traced, r.entitled, u, MOST_SETS)))),
                }
            }
        }
        rows
    };
    let blocks = eval::run_with(program, &foyers.population, &roots, || Settler::new(program), answer);
    let mut rows: Vec<Row> = blocks.into_iter().flatten().collect();
    if purpose == Purpose::Validation {
        return Ok(table(pack, foyers, &rows, Vec::new())?);
    }
    let found = Found::of(pack, detect::known(pack, program, foyers)?);
    rows.retain(|r| is_right(r.right) || found.of_row(r).is_some());
    let columns = findings::columns(rows.iter().map(|r| (pack.rights.get(r.right), found.of_row(r).map(|k| &k.finding))));
    Ok(table(pack, foyers, &rows, columns)?)
}

/// What stopped an evaluation.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// The vocabulary lacks a role.
    #[error(transparent)]
    Detect(#[from] DetectError),
    /// Arrow could not build the table.
    #[error("table impossible à former")]
    Table(#[from] ArrowError),
}

/// Findings by unit and right.
struct Found(HashMap<(usize, Option<usize>, usize), Known>);

impl Found {
    fn of(pack: &Pack, found: Vec<Known>) -> Self {
        let key = |k: &Known| {
            let right = pack.right(&k.finding.right)?;
            let person = pack.rights.get(right).filter(|r| r.unit == Entity::Personne).map(|_| k.person);
            Some((k.foyer, person, right))
        };
        Self(found.into_iter().filter_map(|k| Some((key(&k)?, k))).collect())
    }

    fn of_row(&self, row: &Row) -> Option<&Known> {
        self.0.get(&(row.foyer, row.person, row.right))
    }
}

fn bounds(c: &Column, u: usize) -> (Option<f64>, Option<f64>) {
    let i = c.interval(u);
    let cents = |x: i64| number::to_f64(x);
    (Some(if i.lo == NEG_INF { 0.0 } else { cents(i.lo.max(0)) }), (i.hi != INF).then(|| cents(i.hi)))
}

fn table(pack: &Pack, foyers: &Foyers, rows: &[Row], more: Vec<(&str, ArrayRef)>) -> Result<RecordBatch, ArrowError> {
    let (mut foyer, mut person) = (UInt32Builder::new(), UInt32Builder::new());
    let (mut right, mut entitled, mut period) = (StringBuilder::new(), StringBuilder::new(), StringBuilder::new());
    let (mut low, mut high) = (Float64Builder::new(), Float64Builder::new());
    let mut asked = Asked::default();
    for r in rows {
        let Some(rule) = pack.rights.get(r.right) else { continue };
        foyer.append_value(u32::try_from(r.foyer).unwrap_or(u32::MAX));
        person.append_option(r.person.and_then(|p| u32::try_from(p).ok()));
        right.append_value(&rule.id);
        entitled.append_value(r.entitled);
        low.append_option(r.low);
        high.append_option(r.high);
        period.append_value(match rule.period {
            AmountPeriod::Month => "month",
            AmountPeriod::Year => "year",
            AmountPeriod::Once => "once",
        });
        asked.push(r.sets.clone());
    }
    let (missing, settle) = asked.finish(pack)?;
    let (foyer, person) = (foyer.finish(), person.finish());
    let mut columns: Vec<(&str, ArrayRef)> = vec![
        ("household_id", take(&foyers.household_ids, &foyer, None)?),
        ("person_id", take(&foyers.person_ids, &person, None)?),
        ("right", Arc::new(right.finish())),
        ("entitled", Arc::new(entitled.finish())),
        ("amount_low", Arc::new(low.finish())),
        ("amount_high", Arc::new(high.finish())),
        ("period", Arc::new(period.finish())),
        ("missing", missing),
        ("settle", settle),
    ];
    columns.extend(more);
    let nullable = |name: &str| matches!(name, "person_id" | "amount_low" | "amount_high" | "certainty" | "deadline" | "date_utile");
    let fields: Vec<Field> = columns.iter().map(|(n, a)| field(n, a.data_type(), nullable(n))).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|c| c.1).collect())
}

/// Settle sets of many rows: the same sets, which many rows share, are written once and repeated by position.
#[derive(Default)]
struct Asked {
    distinct: Vec<Arc<Sets>>,
    index: HashMap<*const Sets, u32>,
    rows: UInt32Builder,
}

impl Asked {
    fn push(&mut self, sets: Option<Arc<Sets>>) {
        // Position 0 is no set.
        let next = u32::try_from(self.distinct.len() + 1).unwrap_or(u32::MAX);
        let position = sets.map_or(0, |sets| {
            *self.index.entry(Arc::as_ptr(&sets)).or_insert_with(|| {
                self.distinct.push(sets);
                next
            })
        });
        self.rows.append_value(position);
    }

    /// `missing` and `settle`.
    fn finish(mut self, pack: &Pack) -> Result<(ArrayRef, ArrayRef), ArrowError> {
        let mut missing = ListBuilder::new(StringBuilder::new());
        let mut settle = ListBuilder::new(ListBuilder::new(StringBuilder::new()));
        missing.append(true);
        settle.append(true);
        for sets in &self.distinct {
            let union: BTreeSet<FactId> = sets.iter().flatten().copied().collect();
            union.into_iter().for_each(|f| missing.values().append_value(column_name(pack, f)));
            missing.append(true);
            for set in sets.iter() {
                set.iter().for_each(|f| settle.values().values().append_value(column_name(pack, *f)));
                settle.values().append(true);
            }
            settle.append(true);
        }
        let rows = self.rows.finish();
        Ok((take(&missing.finish(), &rows, None)?, take(&settle.finish(), &rows, None)?))
    }
}

fn field(name: &str, ty: &DataType, nullable: bool) -> Field {
    Field::new(name, ty.clone(), nullable)
}

//! Findings: what the host concludes of each unit, and the table that other programs read.
//!
//! No type here can say that somebody has too much: a right that is not probable has no row at all.

use crate::link::Handle;
use arrow::array::{ArrayRef, Date32Builder, FixedSizeBinaryBuilder, Float64Builder, ListBuilder, RecordBatch, StringBuilder};
use arrow::datatypes::{Field, Schema};
use arrow::error::ArrowError;
use std::sync::Arc;

/// How sure the rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Not settled: some facts are missing.
    Possible,
    /// True, given assumptions or conditions that the rule records.
    Probable,
    /// True under every completion of what is unknown.
    Certain,
}

impl Certainty {
    /// Word of the findings table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Probable => "probable",
            Self::Certain => "certain",
        }
    }
}

/// What lowers a grade in a mission and never for somebody whose facts are known at first hand: how the facts came
/// together, not what they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cap {
    /// A payer who could pay the right did not answer for all its people.
    Payers,
    /// A fact is the joint silence of every payer.
    Silence,
    /// The weakest link between the rows that the facts come from.
    Links(Certainty),
    /// Bodies describe the household otherwise, or none describes it whole.
    Household,
}

impl Cap {
    /// The highest grade that it leaves.
    #[must_use]
    pub const fn ceiling(self) -> Certainty {
        match self {
            Self::Payers | Self::Silence => Certainty::Probable,
            Self::Links(c) => c,
            Self::Household => Certainty::Possible,
        }
    }
}

/// One finding.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The person, or the reference adult of the foyer.
    pub unit: Handle,
    /// `personne` or `foyer`.
    pub unit_kind: &'static str,
    /// `non_recours` or `rupture`.
    pub kind: &'static str,
    /// Right or rupture.
    pub right: String,
    /// `id@version`.
    pub rule: String,
    /// Grade.
    pub certainty: Certainty,
    /// Types of non-recours, in alphabetical order.
    pub types: Vec<&'static str>,
    /// What the procedure requires and is known not to be there, in the order of the closed vocabulary.
    pub unmet: Vec<&'static str>,
    /// Stage of the procedure.
    pub stage: String,
    /// Date of the loss, days since 1970-01-01.
    pub deadline: Option<i32>,
    /// Last date at which acting helps.
    pub useful_date: Option<i32>,
    /// For the auditor: bounds of the amount in euros per month.
    pub amount: (Option<f64>, Option<f64>),
    /// For the auditor: clauses that hold, then assumptions made, then what was observed of the way to the right.
    pub reasons: Vec<String>,
    /// For the auditor: facts that would settle it.
    pub missing: Vec<String>,
    /// Why its grade may be lower than that of the same facts known at first hand.
    pub caps: Vec<Cap>,
}

fn key(f: &Finding) -> (&Handle, &str, &str) {
    (&f.unit, f.kind, &f.right)
}

/// Sorted by unit, kind and right, one row each: the same bytes whatever the threads. Of two findings of the
/// same right for the same unit (two descriptions of a household), the less sure one stays.
pub fn sort(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| key(a).cmp(&key(b)).then(a.certainty.cmp(&b.certainty)));
    findings.dedup_by(|b, a| key(a) == key(b));
}

fn fixed(findings: &[Finding]) -> Result<ArrayRef, ArrowError> {
    let mut unit = FixedSizeBinaryBuilder::with_capacity(findings.len(), 16);
    for f in findings {
        unit.append_value(f.unit)?;
    }
    Ok(Arc::new(unit.finish()))
}

fn texts<'a>(findings: &'a [Finding], f: impl Fn(&'a Finding) -> &'a str) -> ArrayRef {
    let mut b = StringBuilder::new();
    findings.iter().for_each(|x| b.append_value(f(x)));
    Arc::new(b.finish())
}

fn lists<'a, T: AsRef<str> + 'a>(findings: &'a [Finding], f: impl Fn(&'a Finding) -> &'a [T]) -> ArrayRef {
    let mut b = ListBuilder::new(StringBuilder::new());
    for x in findings {
        f(x).iter().for_each(|t| b.values().append_value(t.as_ref()));
        b.append(true);
    }
    Arc::new(b.finish())
}

fn dates(findings: &[Finding], f: impl Fn(&Finding) -> Option<i32>) -> ArrayRef {
    let mut b = Date32Builder::new();
    findings.iter().for_each(|x| b.append_option(f(x)));
    Arc::new(b.finish())
}

fn batch(columns: Vec<(&str, ArrayRef, bool)>) -> Result<RecordBatch, ArrowError> {
    let fields: Vec<Field> = columns.iter().map(|(n, a, null)| Field::new(*n, a.data_type().clone(), *null)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|c| c.1).collect())
}

/// `findings.parquet`: `unit`, `unit_kind`, `kind`, `right`, `rule`, `certainty`, `types`, `stage`,
/// `deadline`, `date_utile`, `unmet`.
///
/// # Errors
/// Only when Arrow cannot build the table.
pub fn table(findings: &[Finding]) -> Result<RecordBatch, ArrowError> {
    batch(vec![
        ("unit", fixed(findings)?, false),
        ("unit_kind", texts(findings, |f| f.unit_kind), false),
        ("kind", texts(findings, |f| f.kind), false),
        ("right", texts(findings, |f| &f.right), false),
        ("rule", texts(findings, |f| &f.rule), false),
        ("certainty", texts(findings, |f| f.certainty.word()), false),
        ("types", lists(findings, |f| &f.types), false),
        ("stage", texts(findings, |f| &f.stage), false),
        ("deadline", dates(findings, |f| f.deadline), true),
        ("date_utile", dates(findings, |f| f.useful_date), true),
        ("unmet", lists(findings, |f| &f.unmet), false),
    ])
}

/// `trace.parquet`, for the auditor only: `unit`, `right`, `amount_low`, `amount_high` (euros per month),
/// `reasons`, `missing`.
///
/// # Errors
/// Only when Arrow cannot build the table.
pub fn trace(findings: &[Finding]) -> Result<RecordBatch, ArrowError> {
    let amounts = |f: fn(&Finding) -> Option<f64>| -> ArrayRef {
        let mut b = Float64Builder::new();
        findings.iter().for_each(|x| b.append_option(f(x)));
        Arc::new(b.finish())
    };
    batch(vec![
        ("unit", fixed(findings)?, false),
        ("right", texts(findings, |f| &f.right), false),
        ("amount_low", amounts(|f| f.amount.0), true),
        ("amount_high", amounts(|f| f.amount.1), true),
        ("reasons", lists(findings, |f| &f.reasons), false),
        ("missing", lists(findings, |f| &f.missing), false),
    ])
}

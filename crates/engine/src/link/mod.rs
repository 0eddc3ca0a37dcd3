//! From bodies' rows to persons and foyers, by random handles: nothing here knows an identity.

pub mod compositions;
pub mod facts;

use arrow::array::RecordBatch;
use std::collections::HashMap;

/// A random name of a person for one mission and epoch.
pub type Handle = [u8; 16];

/// How a body's foyers describe the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// Everybody of the household, with roles.
    Complete,
    /// Some of its members.
    Partial,
    /// Nothing of the household.
    Nothing,
}

/// What one body delivered, with the links of its rows.
#[derive(Debug)]
pub struct Delivery {
    /// The body.
    pub body: String,
    /// What its foyers describe.
    pub composition: Coverage,
    /// Facts for which its file is exhaustive over its own people in the territory.
    pub covers: Vec<String>,
    /// Person behind each row.
    pub handles: Vec<Handle>,
    /// Strength of the weakest link of each row: 3 certified number, 2 number or full names, 1 weaker, 0 alone.
    pub force: Vec<u8>,
    /// Rows whose national number is certified.
    pub certified: Vec<bool>,
    /// The body's own foyer of each row, random.
    pub foyers: Vec<Option<[u8; 16]>>,
    /// Position of the role in the vocabulary's list, where known.
    pub roles: Vec<Option<u8>>,
    /// In some rows of a delivery only: whether too many of all its rows may be anybody. `None` where all are here, and say
    /// it themselves ([`Delivery::is_loose`]).
    pub loose: Option<bool>,
    /// Facts, by vocabulary column.
    pub facts: RecordBatch,
}

/// All persons that some body knows, in the order of their handles.
#[derive(Debug)]
pub struct People {
    /// Sorted, all different.
    pub handles: Vec<Handle>,
    /// For each delivery, the person of each row.
    pub rows: Vec<Vec<u32>>,
    /// For each delivery, one row of each person (`u32::MAX` for none): the first of several.
    pub row_of: Vec<Vec<u32>>,
    /// Weakest link that joins the person's rows; 4 for somebody that a single body knows.
    pub force: Vec<u8>,
    /// Whether some row carries a certified national number.
    pub certified: Vec<bool>,
    /// For each delivery, whether too many of its rows may be anybody ([`Delivery::is_loose`]).
    pub loose: Vec<bool>,
}

/// Rows of a body that carry no certified number and are linked to nobody: any person whom the body seems not to list
/// may be one of them. Above this share of its rows, its silence says nothing of anybody…
pub const LOOSE_SHARE: f64 = 0.02;

/// … from this many such rows on: below, the share says nothing.
pub const LOOSE_ROWS: usize = 5;

impl Delivery {
    /// Whether too many rows of the whole delivery may be anybody: its silence then says nothing of anybody.
    #[must_use]
    pub fn is_loose(&self) -> bool {
        self.loose.unwrap_or_else(|| {
            let adrift = self.certified.iter().zip(&self.force).filter(|(certified, force)| !**certified && **force == 0).count();
            adrift >= LOOSE_ROWS && adrift as f64 > LOOSE_SHARE * self.handles.len() as f64
        })
    }
}

/// No row.
pub const NONE: u32 = u32::MAX;

impl People {
    /// Gathers the rows of all deliveries by handle.
    #[must_use]
    pub fn gather(deliveries: &[Delivery]) -> Self {
        let mut handles: Vec<Handle> = deliveries.iter().flat_map(|d| d.handles.iter().copied()).collect();
        handles.sort_unstable();
        handles.dedup();
        let index: HashMap<Handle, u32> = handles.iter().enumerate().map(|(i, h)| (*h, u32::try_from(i).unwrap_or(NONE))).collect();
        let n = handles.len();
        let mut force = vec![4u8; n];
        let mut certified = vec![false; n];
        let (mut rows, mut row_of) = (Vec::new(), Vec::new());
        for d in deliveries {
            let mut first = vec![NONE; n];
            let people: Vec<u32> = d.handles.iter().map(|h| index.get(h).copied().unwrap_or(NONE)).collect();
            for (row, p) in people.iter().enumerate() {
                let at = *p as usize;
                if let Some(slot) = first.get_mut(at)
                    && *slot == NONE
                {
                    *slot = u32::try_from(row).unwrap_or(NONE);
                }
                // A row alone has no link to doubt.
                if let (Some(f), Some(x)) = (force.get_mut(at), d.force.get(row).filter(|f| **f > 0)) {
                    *f = (*f).min(*x);
                }
                if let (Some(c), Some(x)) = (certified.get_mut(at), d.certified.get(row)) {
                    *c |= *x;
                }
            }
            rows.push(people);
            row_of.push(first);
        }
        Self { handles, rows, row_of, force, certified, loose: deliveries.iter().map(Delivery::is_loose).collect() }
    }

    /// Number of persons.
    #[must_use]
    pub fn len(&self) -> usize {
        self.handles.len()
    }

    /// Whether nobody is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.handles.is_empty()
    }

    /// Whether a body's file lists a person.
    #[must_use]
    pub fn listed(&self, delivery: usize, person: usize) -> bool {
        self.row_of.get(delivery).and_then(|r| r.get(person)).is_some_and(|r| *r != NONE)
    }
}

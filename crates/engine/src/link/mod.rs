//! From bodies' rows to persons and foyers, by random handles: nothing here knows an identity.

pub mod compositions;
pub mod facts;

use arrow::array::RecordBatch;
use std::ops::Range;

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

/// The first eight bytes of a name that is random: in a sorted list they tell about where it is.
#[must_use]
pub fn beginning(name: &Handle) -> u64 {
    name.first_chunk().map_or(0, |b| u64::from_be_bytes(*b))
}

/// Where the numbers of a sorted list are, when they are spread evenly: among four or so. Right for any list, fast for random ones.
#[derive(Debug)]
pub struct Index {
    /// Where the numbers of each high part begin.
    starts: Vec<u32>,
    shift: u32,
}

impl Index {
    /// Of `n` numbers in increasing order, fewer than 2³².
    pub fn of(sorted: impl Iterator<Item = u64>, n: usize) -> Self {
        let bits = (n / 4).checked_ilog2().unwrap_or(0).clamp(1, 30);
        let shift = 64 - bits;
        let mut starts = vec![0u32; (1 << bits) + 1];
        for number in sorted {
            if let Some(s) = starts.get_mut((number >> shift) as usize + 1) {
                *s = s.saturating_add(1);
            }
        }
        let mut total = 0u32;
        for s in &mut starts {
            total = total.saturating_add(*s);
            *s = total;
        }
        Self { starts, shift }
    }

    /// Positions among which a number is, if it is there.
    #[must_use]
    pub fn among(&self, number: u64) -> Range<usize> {
        let high = (number >> self.shift) as usize;
        let bound = |i: usize| self.starts.get(i).map_or(0, |s| *s as usize);
        bound(high)..bound(high + 1)
    }
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
            let rows = self.certified.iter().zip(&self.force).filter(|(certified, force)| adrift(**certified, **force)).count();
            is_loose(rows, self.handles.len())
        })
    }
}

/// Whether a row may be anybody: no certified number, and linked to nobody.
#[must_use]
pub const fn adrift(certified: bool, force: u8) -> bool {
    !certified && force == 0
}

/// Whether so many rows that may be anybody, of all the rows of a delivery, are too many.
#[must_use]
pub fn is_loose(adrift: usize, rows: usize) -> bool {
    adrift >= LOOSE_ROWS && adrift as f64 > LOOSE_SHARE * rows as f64
}

/// No row.
pub const NONE: u32 = u32::MAX;

impl People {
    /// Gathers the rows of all deliveries by handle.
    #[must_use]
    pub fn gather(deliveries: &[Delivery]) -> Self {
        let mut handles: Vec<Handle> = deliveries.iter().flat_map(|d| d.handles.iter().copied()).collect();
        handles.sort_unstable_by_key(|h| u128::from_be_bytes(*h));
        handles.dedup();
        let index = Index::of(handles.iter().map(beginning), handles.len());
        let place = |h: &Handle| {
            let among = index.among(beginning(h));
            let found = handles.get(among.clone()).unwrap_or_default().binary_search(h).ok();
            found.and_then(|i| u32::try_from(among.start + i).ok()).unwrap_or(NONE)
        };
        let n = handles.len();
        let mut force = vec![4u8; n];
        let mut certified = vec![false; n];
        let (mut rows, mut row_of) = (Vec::new(), Vec::new());
        for d in deliveries {
            let mut first = vec![NONE; n];
            let people: Vec<u32> = d.handles.iter().map(place).collect();
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

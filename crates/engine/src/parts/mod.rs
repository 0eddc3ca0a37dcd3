//! Deliveries cut into parts that are judged apart, and what was found of each put together again.
//!
//! Who stands in one foyer of one body must be judged together; nobody else needs to be. A part is therefore a list of
//! deliveries like the whole: every body, with the rows of some of the people, foyers whole ([`together`]). What detection
//! concludes from all rows of a body at once is decided before and travels with the part ([`Delivery::loose`]), so that a part
//! finds exactly what the whole finds of the same people, whatever their number ([`merge`]).

pub mod merge;
pub mod runs;
pub mod together;

use crate::link::Delivery;
use arrow::array::UInt32Array;
use arrow::compute::take_record_batch;
use arrow::error::ArrowError;
use std::num::NonZeroUsize;
use std::ops::Range;

/// The parts of some deliveries, one after the other. Rows are put in the order of the parts once; a part is then a
/// slice of them, and costs no copy of the facts.
#[derive(Debug)]
pub struct Parts {
    deliveries: Vec<Delivery>,
    /// Per delivery, where the rows of each part begin; one more entry than parts.
    bounds: Vec<Vec<usize>>,
    next: usize,
    parts: usize,
}

impl Parts {
    /// Cuts deliveries into so many parts, of about as many people each; some may be empty when there are few. The same
    /// deliveries give the same parts, whatever the machine and its threads.
    ///
    /// # Errors
    /// Only when Arrow cannot put the rows of a delivery in another order.
    pub fn of(mut deliveries: Vec<Delivery>, parts: NonZeroUsize) -> Result<Self, ArrowError> {
        // Parts are told by two bytes a row.
        let parts = parts.get().min(usize::from(u16::MAX));
        let mut bounds = Vec::with_capacity(deliveries.len());
        if parts == 1 {
            bounds.extend(deliveries.iter().map(|d| vec![0, d.handles.len()]));
        } else {
            let places = together::of_deliveries(&deliveries, parts);
            let whole = std::mem::take(&mut deliveries);
            // One delivery at a time: its rows stand twice while they change place, never those of all bodies.
            for (d, place) in whole.into_iter().zip(places) {
                let (d, b) = put_in_order(d, &place, parts)?;
                deliveries.push(d);
                bounds.push(b);
            }
        }
        Ok(Self { deliveries, bounds, next: 0, parts })
    }
}

impl Parts {
    /// How many parts.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.parts
    }

    /// A part, from 0; facts are not copied.
    #[must_use]
    pub fn part(&self, k: usize) -> Vec<Delivery> {
        let part = |(d, b): (&Delivery, &Vec<usize>)| slice(d, b.get(k).copied().unwrap_or(0)..b.get(k + 1).copied().unwrap_or(0));
        self.deliveries.iter().zip(&self.bounds).map(part).collect()
    }
}

impl Iterator for Parts {
    type Item = Vec<Delivery>;

    fn next(&mut self) -> Option<Vec<Delivery>> {
        let k = self.next;
        if k == self.parts {
            return None;
        }
        self.next += 1;
        if self.parts == 1 {
            return Some(std::mem::take(&mut self.deliveries));
        }
        let out = self.part(k);
        if self.next == self.parts {
            // What the last part reads is freed with it.
            self.deliveries.clear();
        }
        Some(out)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.parts - self.next, Some(self.parts - self.next))
    }
}

impl ExactSizeIterator for Parts {}

/// The rows of a delivery, part after part, each part in the order that the rows had, and where each begins.
fn put_in_order(d: Delivery, place: &[u16], parts: usize) -> Result<(Delivery, Vec<usize>), ArrowError> {
    let mut bounds = vec![0usize; parts + 1];
    for p in place {
        if let Some(b) = bounds.get_mut(usize::from(*p) + 1) {
            *b += 1;
        }
    }
    let mut total = 0;
    for b in &mut bounds {
        total += *b;
        *b = total;
    }
    let mut next = bounds.clone();
    let mut order = vec![0u32; place.len()];
    for (row, p) in (0u32..).zip(place) {
        if let Some(at) = next.get_mut(usize::from(*p)) {
            if let Some(slot) = order.get_mut(*at) {
                *slot = row;
            }
            *at += 1;
        }
    }
    fn pick<T: Copy>(v: &[T], order: &[u32]) -> Vec<T> {
        order.iter().filter_map(|i| v.get(*i as usize).copied()).collect()
    }
    let loose = Some(d.is_loose());
    let sorted = Delivery {
        handles: pick(&d.handles, &order),
        force: pick(&d.force, &order),
        certified: pick(&d.certified, &order),
        foyers: pick(&d.foyers, &order),
        roles: pick(&d.roles, &order),
        loose,
        facts: take_record_batch(&d.facts, &UInt32Array::from(order))?,
        body: d.body,
        composition: d.composition,
        covers: d.covers,
    };
    Ok((sorted, bounds))
}

/// Some rows of a delivery, with what was concluded from all of them.
fn slice(d: &Delivery, rows: Range<usize>) -> Delivery {
    fn some<T: Copy>(v: &[T], rows: &Range<usize>) -> Vec<T> {
        v.get(rows.clone()).unwrap_or_default().to_vec()
    }
    Delivery {
        body: d.body.clone(),
        composition: d.composition,
        covers: d.covers.clone(),
        handles: some(&d.handles, &rows),
        force: some(&d.force, &rows),
        certified: some(&d.certified, &rows),
        foyers: some(&d.foyers, &rows),
        roles: some(&d.roles, &rows),
        loose: d.loose,
        facts: d.facts.slice(rows.start, rows.len()),
    }
}

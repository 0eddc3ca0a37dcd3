//! The order in which a block is computed: foyers by how many persons they have, most first, and persons rank by rank (the first
//! of every foyer, then the second of those that have one, and so on). What is folded over persons, or given to them, is then one
//! sweep per rank over rows side by side, with no loop for each foyer.

/// Foyers and persons of a block, as given and as computed.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// Which foyer stands at each place, and where each foyer stands.
    foyers: Vec<u32>,
    foyer_at: Vec<u32>,
    /// The same for persons.
    persons: Vec<u32>,
    person_at: Vec<u32>,
    /// Where each rank begins among the persons, and how many it has: those of the first foyers.
    ranks: Vec<(usize, usize)>,
    /// Where each foyer's persons begin as given; one more entry than foyers.
    offsets: Vec<usize>,
    next: Vec<usize>,
}

impl Order {
    /// For foyers whose persons begin at these rows; one more entry than foyers.
    pub(super) fn of(&mut self, offsets: impl Iterator<Item = usize>) {
        let Self { foyers, foyer_at, persons, person_at, ranks, offsets: kept, next } = self;
        kept.clear();
        kept.extend(offsets);
        let sizes = || kept.iter().zip(kept.iter().skip(1)).map(|(a, b)| b.saturating_sub(*a));
        let (n, all) = (kept.len().saturating_sub(1), kept.last().copied().unwrap_or(0));
        let most = sizes().max().unwrap_or(0);
        // How many foyers have exactly so many persons, then how many have more.
        next.clear();
        next.resize(most + 1, 0);
        for s in sizes() {
            if let Some(c) = next.get_mut(s) {
                *c += 1;
            }
        }
        let mut more = 0;
        for c in next.iter_mut().rev() {
            (*c, more) = (more, more + *c);
        }
        ranks.clear();
        let mut start = 0;
        for len in next.iter().take(most) {
            ranks.push((start, *len));
            start += len;
        }
        for (v, len) in [(&mut *foyers, n), (foyer_at, n), (persons, all), (person_at, all)] {
            v.clear();
            v.resize(len, 0);
        }
        for (f, (size, begin)) in sizes().zip(kept.iter()).enumerate() {
            let Some(at) = next.get_mut(size) else { continue };
            let place = *at;
            *at += 1;
            put(&mut self.foyers, place, f);
            put(&mut self.foyer_at, f, place);
            for (p, (start, _)) in (*begin..).zip(self.ranks.iter().take(size)) {
                put(&mut self.persons, start + place, p);
                put(&mut self.person_at, p, start + place);
            }
        }
    }

    /// Which foyer, as given, stands at each place.
    #[must_use]
    pub fn foyers(&self) -> &[u32] {
        &self.foyers
    }

    /// Where each foyer, as given, stands.
    #[must_use]
    pub fn foyer_at(&self) -> &[u32] {
        &self.foyer_at
    }

    /// Which person, as given, stands at each place.
    #[must_use]
    pub fn persons(&self) -> &[u32] {
        &self.persons
    }

    /// Where each person, as given, stands.
    #[must_use]
    pub fn person_at(&self) -> &[u32] {
        &self.person_at
    }

    /// Where each rank begins among the persons, and how many it has.
    pub(super) fn ranks(&self) -> &[(usize, usize)] {
        &self.ranks
    }

    /// Where each foyer's persons begin as given.
    pub(super) fn offsets(&self) -> &[usize] {
        &self.offsets
    }
}

fn put(v: &mut [u32], at: usize, value: usize) {
    if let Some(slot) = v.get_mut(at) {
        // A block has some thousands of rows.
        *slot = u32::try_from(value).unwrap_or(u32::MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_foyer_and_person_has_one_place_rank_by_rank() {
        let mut order = Order::default();
        for sizes in [vec![], vec![0], vec![1, 3, 0, 2, 3, 1], vec![5; 4], (0..40).map(|i| i * 7 % 11).collect()] {
            let bounds: Vec<usize> = std::iter::once(0)
                .chain(sizes.iter().scan(0, |all, s| {
                    *all += s;
                    Some(*all)
                }))
                .collect();
            order.of(bounds.iter().copied());
            assert_eq!((order.foyers().len(), order.persons().len()), (sizes.len(), sizes.iter().sum()));
            for (f, (size, begin)) in sizes.iter().zip(&bounds).enumerate() {
                let place = order.foyer_at()[f] as usize;
                assert_eq!(order.foyers()[place] as usize, f);
                for k in 0..*size {
                    let (start, len) = order.ranks()[k];
                    assert!(place < len);
                    assert_eq!(order.persons()[start + place] as usize, begin + k);
                    assert_eq!(order.person_at()[begin + k] as usize, start + place);
                }
                assert!(order.ranks().get(*size).is_none_or(|(_, len)| place >= *len));
            }
        }
    }
}

//! Canonical bytes of many persons for one pass, end to end.

use zeroize::Zeroizing;

/// Inputs of one batch: what identifies people, so no `Debug`, no `Clone`, wiped on drop.
#[derive(Default)]
pub(super) struct Entrees {
    octets: Zeroizing<Vec<u8>>,
    fins: Vec<usize>,
}

impl Entrees {
    /// Room for `combien` inputs of about `chacune` bytes: a buffer that grows leaves copies behind.
    pub(super) fn avec_capacite(combien: usize, chacune: usize) -> Self {
        Self { octets: Zeroizing::new(Vec::with_capacity(combien * chacune)), fins: Vec::with_capacity(combien) }
    }

    /// Adds an input after the others.
    pub(super) fn ajouter(&mut self, entree: &[u8]) {
        self.octets.extend_from_slice(entree);
        self.fins.push(self.octets.len());
    }

    /// In the order in which they were added.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> {
        let debuts = std::iter::once(0).chain(self.fins.iter().copied());
        debuts.zip(&self.fins).map(|(debut, fin)| self.octets.get(debut..*fin).unwrap_or_default())
    }
}

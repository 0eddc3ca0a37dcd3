//! A small generator of chance: the same seed gives the same foyers on every machine and with any number of threads,
//! so that what a checker says today it says tomorrow.

/// Splitmix64.
#[derive(Debug, Clone)]
pub struct Chance(u64);

impl Chance {
    /// From a seed and a text that tells apart what is drawn for one right from what is drawn for another.
    #[must_use]
    pub fn new(seed: u64, of: &str) -> Self {
        // FNV-1a: only has to be the same everywhere.
        let mixed = of.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        Self(seed ^ mixed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `n`; zero when `n` is.
    pub fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(1).max(1);
        usize::try_from(self.next() % n).unwrap_or(0)
    }

    /// A whole number from `a` to `b`, both included; `a` when they are the wrong way round.
    pub fn between(&mut self, a: i64, b: i64) -> i64 {
        let width = u64::try_from(b.saturating_sub(a).saturating_add(1)).unwrap_or(1).max(1);
        a.saturating_add(i64::try_from(self.next() % width).unwrap_or(0))
    }

    /// True `n` times out of a hundred.
    pub fn percent(&mut self, n: usize) -> bool {
        self.below(100) < n
    }

    /// One of the values, or `otherwise` when there is none.
    pub fn pick<T: Copy>(&mut self, of: &[T], otherwise: T) -> T {
        of.get(self.below(of.len())).copied().unwrap_or(otherwise)
    }
}

//! Randomness: one ChaCha8 stream per foyer and purpose, so that what is invented about a foyer
//! depends on the seed and on its number only, never on threads, chunk sizes or call order.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a stream is used for: facts, identities and each body's extract never share draws, so that
/// asking for one does not change another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Usage {
    /// Facts of the foyer and its persons.
    Faits = 0,
    /// Names, birth places, addresses.
    Identites = 1,
    /// National numbers, apart from names so that making them unique costs little.
    Numeros = 2,
    /// Access to procedures, apart so that a new question about it moves no other fact.
    Acces = 3,
    /// Dated facts on which ruptures rest.
    Vie = 4,
    /// What happened on the way to a right.
    Parcours = 5,
    /// Contacts with body number n take `Contacts + n`, 0 ≤ n < 8.
    Contacts = 8,
    /// Extract of body number n takes `Extrait + n`, 0 ≤ n < 8.
    Extrait = 16,
}

/// A stream with the few draws that the inventor needs.
#[derive(Clone)]
pub(crate) struct Hasard(ChaCha8Rng);

impl Hasard {
    /// Stream of a foyer for one purpose; `rang` is added to the purpose (body number of an extract).
    pub(crate) fn du_foyer(graine: u64, foyer: u32, usage: Usage, rang: u64) -> Self {
        let mut r = ChaCha8Rng::seed_from_u64(graine);
        r.set_stream(u64::from(foyer) * 32 + usage as u64 + rang);
        Self(r)
    }

    /// Uniform in [0, 1).
    pub(crate) fn unif(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// True with probability `p`.
    pub(crate) fn chance(&mut self, p: f64) -> bool {
        self.unif() < p
    }

    /// Uniform integer in `min..=max`.
    pub(crate) fn entre(&mut self, min: i32, max: i32) -> i32 {
        let n = i64::from(max) - i64::from(min) + 1;
        if n <= 1 {
            return min;
        }
        (i64::from(min) + (self.unif() * n as f64) as i64) as i32
    }

    /// Uniform index in `0..n` (0 when `n` is 0).
    pub(crate) fn indice(&mut self, n: usize) -> usize {
        ((self.unif() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// Uniform real in `[min, max)`.
    pub(crate) fn reel(&mut self, min: f64, max: f64) -> f64 {
        min + (max - min) * self.unif()
    }

    /// Standard normal (Box and Muller).
    pub(crate) fn normale(&mut self) -> f64 {
        let u = 1.0 - self.unif();
        let v = self.unif();
        (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
    }

    /// Log-normal of median `mediane` and standard deviation `sigma` of the logarithm.
    pub(crate) fn lognormale(&mut self, mediane: f64, sigma: f64) -> f64 {
        mediane * (sigma * self.normale()).exp()
    }

    /// Index drawn with the given weights (any positive scale); last index when all are zero.
    pub(crate) fn poids(&mut self, poids: &[f64]) -> usize {
        let total: f64 = poids.iter().sum();
        let mut x = self.unif() * total;
        for (i, p) in poids.iter().enumerate() {
            x -= p;
            if x < 0.0 {
                return i;
            }
        }
        poids.len().saturating_sub(1)
    }

    /// Poisson count of mean `m` (by products: `m` stays small here).
    pub(crate) fn poisson(&mut self, m: f64) -> u16 {
        let seuil = (-m).exp();
        let mut p = 1.0;
        let mut n = 0u16;
        loop {
            p *= self.unif();
            if p <= seuil || n > 200 {
                return n;
            }
            n += 1;
        }
    }

    /// Sixteen bytes: a body's own random row number.
    pub(crate) fn octets16(&mut self) -> [u8; 16] {
        let mut b = [0u8; 16];
        self.0.fill_bytes(&mut b);
        b
    }
}

/// Euros to cents, rounded to the nearest.
pub(crate) fn centimes(euros: f64) -> i32 {
    (euros * 100.0).round() as i32
}

/// Cents to euros.
pub(crate) fn euros(centimes: i32) -> f64 {
    f64::from(centimes) / 100.0
}

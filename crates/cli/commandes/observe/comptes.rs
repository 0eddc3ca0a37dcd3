//! Counts that may be said aloud.

/// Below this number, a count is not said.
pub const SEUIL: u64 = 11;

/// A count for people: exact from eleven, « moins de 11 » below, zero included.
pub fn compte(n: u64) -> String {
    if n < SEUIL { format!("moins de {SEUIL}") } else { n.to_string() }
}

/// A count to publish: rounded down to a multiple of five from eleven, none below.
pub const fn arrondi(n: u64) -> Option<u64> {
    if n < SEUIL { None } else { Some(n - n % 5) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn en_dessous_de_onze_rien_n_est_dit() {
        for n in 0..SEUIL {
            assert_eq!(compte(n), "moins de 11");
            assert_eq!(arrondi(n), None);
        }
        assert_eq!(compte(11), "11");
        assert_eq!([11, 12, 14, 15, 19, 20].map(arrondi), [10, 10, 10, 15, 15, 20].map(Some));
    }
}

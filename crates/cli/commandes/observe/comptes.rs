//! Counts that may be said aloud.

use recours_engine::aggregates::Diffusion;

/// A count for people: exact from the threshold of persons, « moins de 11 » below, zero included.
pub fn compte(n: u64) -> String {
    let seuil = Diffusion::DEFAUT.seuil;
    if n < seuil { format!("moins de {seuil}") } else { n.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn en_dessous_de_onze_rien_n_est_dit() {
        assert!((0..11).all(|n| compte(n) == "moins de 11"));
        assert_eq!(compte(11), "11");
    }
}

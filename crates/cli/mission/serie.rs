//! Names of monthly columns: `salaire_net_m03` is the month M-3 of the series `salaire_net`.

/// Months of a series: M (`m00`) to M-14 (`m14`).
pub const MOIS: u8 = 15;

/// What stands for the two digits of the month in a mapping.
pub(super) const MARQUE: &str = "{mm}";

/// Column of month M-`k` of a series.
pub fn colonne_de_serie(serie: &str, k: u8) -> String {
    format!("{serie}_m{k:02}")
}

/// Series and month of a column name, when it has the form of one and the month is M to M-14.
pub fn separer_serie(colonne: &str) -> Option<(&str, u8)> {
    let (serie, mois) = colonne.rsplit_once("_m")?;
    if serie.is_empty() || mois.len() != 2 || !mois.bytes().all(|c| c.is_ascii_digit()) {
        return None;
    }
    mois.parse().ok().filter(|k| *k < MOIS).map(|k| (serie, k))
}

/// The body's column for month M-`k`, from a mapping with `{mm}`.
pub(super) fn remplir(modele: &str, k: u8) -> String {
    modele.replace(MARQUE, &format!("{k:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noms_de_mois() {
        assert_eq!(colonne_de_serie("salaire_net", 3), "salaire_net_m03");
        assert_eq!(separer_serie("salaire_net_m03"), Some(("salaire_net", 3)));
        assert_eq!(separer_serie("recu_ppa_m14"), Some(("recu_ppa", 14)));
        for autre in ["salaire_net_m15", "salaire_net_m3", "_m03", "salaire_net", "a_mxx", "a_m+1"] {
            assert_eq!(separer_serie(autre), None, "{autre}");
        }
        assert_eq!(remplir("SAL_{mm}_NET", 7), "SAL_07_NET");
    }
}

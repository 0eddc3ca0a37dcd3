//! Did-you-mean: the few names that look like the one asked for.
//!
//! Only close names are ever shown. A CSV file written without a header has a *record* on its first line:
//! listing « the columns of the file » would print that person.

/// Number of edits (insert, delete, replace, swap of neighbours) between two names, ignoring case.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let largeur = b.len() + 1;
    let mut avant: Vec<usize> = vec![0; largeur];
    let mut precedente: Vec<usize> = (0..largeur).collect();
    let mut courante: Vec<usize> = vec![0; largeur];
    for i in 1..=a.len() {
        courante[0] = i;
        for j in 1..=b.len() {
            let cout = usize::from(a[i - 1] != b[j - 1]);
            let mut d = (precedente[j] + 1).min(courante[j - 1] + 1).min(precedente[j - 1] + cout);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                d = d.min(avant[j - 2] + 1);
            }
            courante[j] = d;
        }
        std::mem::swap(&mut avant, &mut precedente);
        std::mem::swap(&mut precedente, &mut courante);
    }
    precedente[b.len()]
}

/// Up to three names of `connus` within about a third of `cherche`'s length in edits, closest first.
pub fn noms_proches<'a>(cherche: &str, connus: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    // One edit turns any one-letter name into any other: short names must be equal but for case.
    let seuil = cherche.chars().count() / 3;
    let mut trouves: Vec<(usize, &str)> = connus
        .into_iter()
        // A name is short; a longer header is a line of data or an attack on the quadratic cost below.
        .filter(|nom| nom.len() <= 128 && nom.len().abs_diff(cherche.len()) <= 2 * seuil + 2)
        .map(|nom| (distance(cherche, nom), nom))
        .filter(|(d, _)| *d <= seuil)
        .collect();
    trouves.sort();
    trouves.dedup();
    trouves.into_iter().take(3).map(|(_, nom)| nom.to_owned()).collect()
}

/// « Vouliez-vous dire … ? », or nothing when no name is close.
pub fn vouliez_vous(proches: &[String]) -> String {
    match proches {
        [] => String::new(),
        noms => {
            let liste: Vec<String> = noms.iter().map(|n| format!("« {n} »")).collect();
            format!("Vouliez-vous dire {} ?", liste.join(" ou "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn une_faute_de_frappe_trouve_son_nom() {
        let connus = ["date_naissance", "nom_naissance", "sexe", "nir"];
        assert_eq!(noms_proches("date_naissnace", connus), ["date_naissance"]);
        assert_eq!(noms_proches("NIR", connus), ["nir"]);
        assert!(noms_proches("C", ["A", "B"]).is_empty());
        assert_eq!(noms_proches("sxe", connus), ["sexe"]);
    }

    #[test]
    fn un_nom_lointain_ne_montre_rien() {
        // A header-less CSV: its « column names » are a person.
        let connus = ["1850399123456", "MARTIN", "2A004"];
        assert!(noms_proches("nom_naissance", connus).is_empty());
        assert!(noms_proches("nir", connus).is_empty());
    }

    #[test]
    fn l_echange_de_deux_lettres_compte_pour_un() {
        assert_eq!(distance("abcd", "abdc"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("abc", ""), 3);
    }
}

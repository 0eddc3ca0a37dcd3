//! What may be wrong with returns, said without a value: file, cell, column, what is allowed.

use std::path::Path;

use crate::erreur::ErreurCommande;

/// Most faults said at once.
const DITES: usize = 20;

/// `E7`: column 4 (from 0), row 7.
#[must_use]
pub fn cellule(colonne: usize, rangee: u32) -> String {
    let mut lettres = Vec::new();
    let mut reste = colonne + 1;
    while reste > 0 {
        lettres.push(char::from(b'A' + u8::try_from((reste - 1) % 26).unwrap_or(0)));
        reste = (reste - 1) / 26;
    }
    lettres.iter().rev().collect::<String>() + &rangee.to_string()
}

/// A fault of a form, before it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Faute {
    /// Stable code.
    pub code: &'static str,
    /// Row of the sheet, to say them in order.
    pub rangee: u32,
    /// What and where.
    pub dit: String,
}

/// All the faults of a form as one refusal, in the order of the sheet, the first twenty.
#[must_use]
pub fn refus(fichier: &Path, mut fautes: Vec<Faute>) -> ErreurCommande {
    fautes.sort_by(|a, b| (a.rangee, &a.dit).cmp(&(b.rangee, &b.dit)));
    let code = fautes.first().map_or("E-RETOURS-003", |f| f.code);
    let en_plus = fautes.len().saturating_sub(DITES);
    let mut message = format!("{} : {} à corriger.", fichier.display(), combien(fautes.len(), "cellule ou ligne", "cellules ou lignes"));
    for faute in fautes.iter().take(DITES) {
        message += &format!("\n  {} {}", faute.code, faute.dit);
    }
    if en_plus > 0 {
        message += &format!("\n  … et {en_plus} autres.");
    }
    ErreurCommande::refus(code, message).avec_conseil("Rien n'a été pris en compte : corrigez le fichier, puis relancez.")
}

/// `1 fiche`, `2 fiches`.
#[must_use]
pub fn combien(n: usize, un: &str, plusieurs: &str) -> String {
    format!("{n} {}", if n < 2 { un } else { plusieurs })
}

pub(super) fn pas_un_suivi(fichier: &Path) -> ErreurCommande {
    ErreurCommande::refus("E-RETOURS-001", format!("{} : ce n'est pas un fichier de suivi.", fichier.display()))
        .avec_conseil("« recours open » écrit suivi.parquet à côté des fiches : donnez celui de la liste dont viennent ces retours.")
}

pub(super) fn suivi_double(fichier: &Path, ligne: u64) -> ErreurCommande {
    ErreurCommande::refus("E-RETOURS-002", format!("{}, ligne {ligne} : même fiche et même droit deux fois.", fichier.display()))
        .avec_conseil("Ce fichier a été changé : ouvrez de nouveau la liste.")
}

pub(super) fn defaut(fichier: &Path) -> ErreurCommande {
    ErreurCommande::panne("E-RETOURS-012", format!("{} : ce fichier n'a pas pu être composé.", fichier.display()))
        .avec_conseil("C'est un défaut du programme : signalez-le avec ce code, sans joindre de données.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn les_cellules_se_nomment_comme_dans_un_tableur() {
        assert_eq!(
            [(0, 1), (4, 7), (25, 2), (26, 3), (701, 4), (702, 5)].map(|(c, r)| cellule(c, r)),
            ["A1", "E7", "Z2", "AA3", "ZZ4", "AAA5"]
        );
    }

    #[test]
    fn les_fautes_se_disent_dans_l_ordre_et_vingt_au_plus() {
        let faute = |rangee: u32| Faute { code: "E-RETOURS-005", rangee, dit: format!("ligne {rangee:02}") };
        let e = refus(Path::new("r.csv"), (1..=30).rev().map(faute).collect()).to_string();
        assert!(e.contains("30 cellules ou lignes à corriger") && e.contains("ligne 01\n") && e.contains("… et 10 autres"), "{e}");
        assert!(!e.contains("ligne 21"), "{e}");
    }
}

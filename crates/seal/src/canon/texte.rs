//! Letters: from any Unicode text to words of A–Z, the ground on which every other rule stands.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Longest canonical name or given name, in letters. Longer text is a filling error, not a name, and
/// counts as missing.
pub const LETTRES_MAX: usize = 200;

/// Folds `texte` to words of A–Z separated by single spaces.
///
/// NFKD, combining marks dropped, Œ Æ ß Ø Ł Đ Ð Þ Ħ by table (NFKD leaves them), upper case. Letters of
/// other alphabets and digits are dropped; invisible format characters too; everything else
/// (apostrophes, hyphens, dots, commas, blanks…) separates words. The result is empty when nothing is
/// left, and `plier(plier(x)) == plier(x)`.
#[must_use]
pub fn plier(texte: &str) -> String {
    let mut sortie = String::with_capacity(texte.len());
    let mut espace_due = false;
    let lettre = |c: char, espace_due: &mut bool, sortie: &mut String| {
        if *espace_due && !sortie.is_empty() {
            sortie.push(' ');
        }
        *espace_due = false;
        sortie.push(c);
    };
    for c in texte.nfkd() {
        if c.is_ascii_alphabetic() {
            lettre(c.to_ascii_uppercase(), &mut espace_due, &mut sortie);
        } else if is_combining_mark(c) || invisible(c) {
            // An accent or a soft hyphen does not cut a word.
        } else if let Some(lettres) = hors_decomposition(c) {
            for l in lettres.chars() {
                lettre(l, &mut espace_due, &mut sortie);
            }
        } else if apostrophe_lettre(c) || !c.is_alphanumeric() {
            espace_due = true;
        }
    }
    sortie
}

/// The letters that NFKD leaves whole.
fn hors_decomposition(c: char) -> Option<&'static str> {
    Some(match c {
        'Œ' | 'œ' => "OE",
        'Æ' | 'æ' => "AE",
        'ß' | 'ẞ' => "SS",
        'Ø' | 'ø' => "O",
        'Ł' | 'ł' => "L",
        'Đ' | 'đ' | 'Ð' | 'ð' => "D",
        'Þ' | 'þ' => "TH",
        'Ħ' | 'ħ' => "H",
        'ı' => "I",
        _ => return None,
    })
}

/// Apostrophes that Unicode files among the letters.
fn apostrophe_lettre(c: char) -> bool {
    matches!(c, '\u{02B9}' | '\u{02BB}' | '\u{02BC}' | '\u{02BD}' | '\u{02C8}' | '\u{A78C}')
}

/// Soft hyphen, joiners and marks of direction: typed by software, never by people.
fn invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}')
}

/// What people type when they do not know a name; it must never make a token.
pub(super) fn est_remplissage(plie: &str) -> bool {
    matches!(plie, "INCONNU" | "INCONNUE" | "NEANT" | "SANS NOM" | "SANS PRENOM" | "SANS" | "NON RENSEIGNE" | "NON COMMUNIQUE" | "ANONYME")
        || (!plie.is_empty() && plie.bytes().all(|b| b == b'X' || b == b' '))
}

#[cfg(test)]
mod tests {
    use super::plier;

    #[test]
    fn apostrophes_tirets_et_points_separent_les_mots() {
        for brut in ["D'ALMERAC", "d’almérac", "D.Almerac", "D\u{02BC}Almérac", " D -- ALMERAC ", "D\u{00A0}ALMERAC"] {
            assert_eq!(plier(brut), "D ALMERAC");
        }
    }

    #[test]
    fn les_lettres_que_nfkd_laisse_entieres() {
        assert_eq!(plier("Cœur Læta Straße Bjørn Łuk Đorđe Þor"), "COEUR LAETA STRASSE BJORN LUK DORDE THOR");
    }

    #[test]
    fn un_autre_alphabet_ne_laisse_rien() {
        assert_eq!(plier("Иванов 王 علي 12"), "");
    }

    #[test]
    fn le_trait_d_union_conditionnel_ne_coupe_pas() {
        assert_eq!(plier("Mar\u{00AD}tin"), "MARTIN");
    }
}

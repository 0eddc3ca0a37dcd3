//! What a spreadsheet or a statistics tool did to a cell before it was written.
//!
//! Excel writes in a CSV what its cell *shows*, SAS what its format lets through: a number of thirteen digits arrives as
//! `1,85E+12`. The digits are gone, and the text still looks like a code. Such cells are refused, never read.

use super::Colonne;
use crate::erreur::{Degat, ErreurTable};

/// What happened to this cell, when its form can come from nothing else. `texte` has no surrounding spaces.
pub(super) fn degat_de(texte: &str) -> Option<Degat> {
    let octets = texte.as_bytes();
    match octets {
        [b'#', reste @ ..] if !reste.is_empty() && reste.iter().all(|o| *o == b'#') => Some(Degat::Debordement),
        [b'*', reste @ ..] if !reste.is_empty() && reste.iter().all(|o| *o == b'*') => Some(Degat::Debordement),
        // #N/A, #REF!, #VALEUR!, #DIV/0!, #NOM?
        b"#N/A" => Some(Degat::Formule),
        [b'#', corps @ .., b'!' | b'?'] if !corps.is_empty() => {
            corps.iter().all(|o| o.is_ascii_uppercase() || matches!(o, b'/' | b'0')).then_some(Degat::Formule)
        }
        _ => notation_scientifique(octets).then_some(Degat::Scientifique),
    }
}

/// `1,85E+14` (Excel), `1.850399E12` (SAS), `1e+05` (R). Without a sign the decimal mark is demanded: `2E10` may be a code.
fn notation_scientifique(octets: &[u8]) -> bool {
    let corps = octets.strip_prefix(b"-").unwrap_or(octets);
    let [premier, reste @ ..] = corps else { return false };
    let Some(e) = reste.iter().position(|o| matches!(o, b'E' | b'e')) else { return false };
    let (decimales, exposant) = (&reste[..e], &reste[e + 1..]);
    let chiffres = |o: &[u8]| !o.is_empty() && o.iter().all(u8::is_ascii_digit);
    let marque = matches!(decimales, [b',' | b'.', suite @ ..] if chiffres(suite));
    let signe = matches!(exposant, [b'+' | b'-', ..]);
    premier.is_ascii_digit() && (marque || (decimales.is_empty() && signe)) && chiffres(&exposant[usize::from(signe)..])
}

/// A SAS special missing value (`.A` to `.Z`, `._`), as a program that keeps the dot writes it.
pub(super) fn manquante_sas(texte: &str) -> bool {
    matches!(texte.as_bytes(), [b'.'] | [b'.', b'A'..=b'Z' | b'_'])
}

/// The same as SAS itself prints it: the letter alone.
pub(super) fn lettre_seule(texte: &str) -> bool {
    matches!(texte.as_bytes(), [b'A'..=b'Z' | b'_'])
}

impl Colonne {
    /// The refusal of a text cell of row `i` that is not what is asked: what was done to it when that shows, E-TABLE-010
    /// otherwise.
    pub(super) fn refus_du_texte(&self, i: usize, texte: &str, attendu: &str) -> ErreurTable {
        match degat_de(texte) {
            Some(degat) => ErreurTable::Detruite { lieu: self.lieu(i), degat },
            None if lettre_seule(texte) => ErreurTable::LettreSeule { lieu: self.lieu(i) },
            None => self.illisible(i, attendu),
        }
    }

    /// Refuses a text column that holds a destroyed cell.
    ///
    /// # Errors
    /// E-TABLE-023 with the first such row.
    pub(super) fn sans_degat<'t>(&self, textes: impl Iterator<Item = Option<&'t str>>) -> Result<(), ErreurTable> {
        for (i, texte) in textes.enumerate() {
            // Nearly every cell stops at its first byte or at its length.
            let Some(texte) = texte.map(str::trim).filter(|t| matches!(t.as_bytes(), [b'0'..=b'9' | b'#' | b'*' | b'-', _, ..])) else {
                continue;
            };
            if texte.len() <= 32
                && let Some(degat) = degat_de(texte)
            {
                return Err(ErreurTable::Detruite { lieu: self.lieu(i), degat });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ce_que_les_outils_ecrivent_a_la_place_d_un_code() {
        for texte in ["1,85E+14", "1.85E+14", "1,85039E+14", "1.850399E12", "1E+14", "1e+05", "2,5e-07", "-1,85E+14"] {
            assert_eq!(degat_de(texte), Some(Degat::Scientifique), "{texte}");
        }
        for texte in ["##", "########", "**", "************"] {
            assert_eq!(degat_de(texte), Some(Degat::Debordement), "{texte}");
        }
        for texte in ["#N/A", "#REF!", "#VALEUR!", "#DIV/0!", "#NOM?", "#NOMBRE!", "#NUL!", "#VALUE!"] {
            assert_eq!(degat_de(texte), Some(Degat::Formule), "{texte}");
        }
    }

    #[test]
    fn les_vrais_codes_passent() {
        let codes = [
            "2A004",
            "01",
            "2E10",
            "1E5",
            "12E+3",
            "1,5",
            "E10",
            "#12",
            "#",
            "*",
            "*2",
            "1850399123456",
            "2026-03",
            "1E+",
            "1,E+2",
            "0x1e5",
        ];
        for texte in codes {
            assert_eq!(degat_de(texte), None, "{texte}");
        }
    }
}

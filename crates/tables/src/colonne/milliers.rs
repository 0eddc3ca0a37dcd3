//! `1.234`: a thousand euros, or one euro and a bit?
//!
//! SAS's COMMAX and EUROX formats, and spreadsheets set to another country, write a mark between thousands. A single such
//! cell reads as a decimal number a thousand times smaller, and nothing in it is wrong.

use super::{Colonne, texte::Textes};
use crate::erreur::ErreurTable;

/// What a cell says of the mark that it holds.
enum Indice {
    /// A mark that can only stand before decimals.
    Decimal(char),
    /// One to three digits, the mark, three digits: either.
    Ambigu(char),
}

fn indice_de(texte: &str) -> Option<Indice> {
    let nombre = texte.trim_end_matches('€').trim_end().trim_start_matches(['-', '+']);
    let (entiers, decimales) = nombre.split_once(['.', ','])?;
    let marque = if nombre.contains(',') { ',' } else { '.' };
    let groupe = matches!(entiers.as_bytes(), [b'1'..=b'9', suite @ ..] if suite.len() <= 2 && suite.iter().all(u8::is_ascii_digit));
    if !decimales.bytes().all(|o| o.is_ascii_digit()) {
        return None;
    }
    Some(if groupe && decimales.len() == 3 { Indice::Ambigu(marque) } else { Indice::Decimal(marque) })
}

impl Colonne {
    /// Refuses amounts such as `1.234` unless another cell of these rows shows what their mark means.
    ///
    /// # Errors
    /// E-TABLE-025 with the first row that could be either.
    pub(super) fn sans_milliers_ambigus(&self, textes: &Textes) -> Result<(), ErreurTable> {
        let mut decimaux: [bool; 2] = [false; 2];
        let mut ambigus: [Option<usize>; 2] = [None; 2];
        for i in 0..textes.lignes() {
            match textes.valeur(i).map(str::trim).and_then(indice_de) {
                Some(Indice::Decimal(marque)) => decimaux[usize::from(marque == ',')] = true,
                Some(Indice::Ambigu(marque)) => {
                    ambigus[usize::from(marque == ',')].get_or_insert(i);
                }
                None => {}
            }
        }
        let premier = std::iter::zip(decimaux, ambigus).filter_map(|(su, ligne)| ligne.filter(|_| !su)).min();
        premier.map_or(Ok(()), |i| Err(ErreurTable::MilliersAmbigus { lieu: self.lieu(i) }))
    }
}

//! Columns read as 16-byte row ids, handles and tokens.

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;

use super::{Colonne, texte::Textes};
use crate::erreur::ErreurTable;

const ATTENDU: &str = "jeton de 16 octets (binaire, ou 32 chiffres hexadécimaux)";

fn depuis_hexa(texte: &str) -> Option<[u8; 16]> {
    let (paires, reste) = texte.as_bytes().as_chunks::<2>();
    if paires.len() != 16 || !reste.is_empty() {
        return None;
    }
    let mut octets = [0_u8; 16];
    for (octet, [haut, bas]) in octets.iter_mut().zip(paires) {
        let haut = char::from(*haut).to_digit(16)?;
        let bas = char::from(*bas).to_digit(16)?;
        *octet = u8::try_from(haut * 16 + bas).ok()?;
    }
    Some(octets)
}

impl Colonne {
    /// 16 bytes per row, from fixed binary, binary, or 32 hexadecimal digits; null and empty text are `None`.
    ///
    /// # Errors
    /// E-TABLE-009 for another type, E-TABLE-014 for another length, E-TABLE-010 for text of the right
    /// length that is not hexadecimal.
    pub fn octets16(&self) -> Result<Vec<Option<[u8; 16]>>, ErreurTable> {
        let valeurs = self.valeurs(ATTENDU)?;
        let mauvaise_longueur = |i| ErreurTable::LongueurJeton { lieu: self.lieu(i) };
        if let Some(textes) = Textes::de(&valeurs) {
            return (0..textes.lignes())
                .map(|i| match textes.valeur(i).map(str::trim) {
                    None | Some("") => Ok(None),
                    Some(t) if t.chars().count() != 32 => Err(mauvaise_longueur(i)),
                    Some(t) => depuis_hexa(t).map(Some).ok_or_else(|| self.illisible(i, ATTENDU)),
                })
                .collect();
        }
        macro_rules! binaires {
            ($tableau:expr) => {
                $tableau
                    .iter()
                    .enumerate()
                    .map(|(i, octets)| octets.map(|o| <[u8; 16]>::try_from(o).map_err(|_| mauvaise_longueur(i))).transpose())
                    .collect()
            };
        }
        match valeurs.data_type() {
            DataType::Null => Ok(vec![None; valeurs.len()]),
            DataType::FixedSizeBinary(_) => binaires!(valeurs.as_fixed_size_binary()),
            DataType::Binary => binaires!(valeurs.as_binary::<i32>()),
            DataType::LargeBinary => binaires!(valeurs.as_binary::<i64>()),
            DataType::BinaryView => binaires!(valeurs.as_binary_view()),
            _ => Err(self.mauvais_type(ATTENDU)),
        }
    }
}

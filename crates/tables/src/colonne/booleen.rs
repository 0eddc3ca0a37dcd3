//! Columns read as booleans.

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;

use super::{Colonne, degats::lettre_seule, non_rempli, texte::Textes};
use crate::erreur::ErreurTable;

const ATTENDU: &str = "booléen (true/false, vrai/faux, 1/0, oui/non ou O/N)";

/// The written forms of a boolean, whatever the case; `None` when it is none of them.
fn booleen_ecrit(texte: &str) -> Option<bool> {
    const VRAI: [&str; 5] = ["1", "true", "vrai", "oui", "o"];
    const FAUX: [&str; 5] = ["0", "false", "faux", "non", "n"];
    if VRAI.iter().any(|v| texte.eq_ignore_ascii_case(v)) {
        Some(true)
    } else if FAUX.iter().any(|f| texte.eq_ignore_ascii_case(f)) {
        Some(false)
    } else {
        None
    }
}

impl Colonne {
    /// The column as booleans; null and unfilled text are `None` (unknown).
    ///
    /// # Errors
    /// E-TABLE-009 for a type that cannot be a boolean, E-TABLE-010 for a number other than 0 and 1 or
    /// another text, E-TABLE-026 for a lone capital beside 0 and 1.
    pub fn booleen(&self) -> Result<Vec<Option<bool>>, ErreurTable> {
        let valeurs = self.valeurs(ATTENDU)?;
        if let Some(textes) = Textes::de(&valeurs) {
            // In a 0/1 column of SAS, `N` and `O` are its special missing values, not « non » and « oui ».
            let (mut chiffre, mut lettre) = (false, None);
            let lus = (0..textes.lignes())
                .map(|i| match textes.valeur(i).map(str::trim) {
                    None => Ok(None),
                    Some(t) if non_rempli(t) => Ok(None),
                    Some(t) => {
                        chiffre |= matches!(t, "0" | "1");
                        if lettre.is_none() && lettre_seule(t) {
                            lettre = Some(i);
                        }
                        booleen_ecrit(t).map(Some).ok_or_else(|| self.refus_du_texte(i, t, ATTENDU))
                    }
                })
                .collect();
            return match lettre {
                Some(i) if chiffre => Err(ErreurTable::LettreSeule { lieu: self.lieu(i) }),
                _ => lus,
            };
        }
        match valeurs.data_type() {
            DataType::Boolean => Ok(valeurs.as_boolean().iter().collect()),
            DataType::Null => Ok(vec![None; valeurs.len()]),
            _ => self.nombres(ATTENDU, |i, nombre| {
                if nombre.est_entier(0) {
                    Ok(false)
                } else if nombre.est_entier(1) {
                    Ok(true)
                } else {
                    Err(self.illisible(i, ATTENDU))
                }
            }),
        }
    }
}

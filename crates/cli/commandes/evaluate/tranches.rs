//! Facts that are known by a stretch or a set rather than by their value.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use recours_engine::grain;
use recours_rules::types::Type;
use recours_rules::vocabulary::Variable;
use recours_tables::{Colonne, ErreurTable};

/// A column of which some cells are stretches or sets, as the engine reads them: text under keys. Cells of a CSV that say
/// nothing are unknown; an empty date is « none », as elsewhere.
///
/// # Errors
/// E-TABLE when the column is not text.
pub(super) fn lire(variable: &Variable, colonne: &Colonne) -> Result<ArrayRef, ErreurTable> {
    let faute = |_| ErreurTable::Manquante { lieu: colonne.lieu(0) };
    let textes = cast(colonne.tableau(), &DataType::Utf8).map_err(faute)?;
    let une = |texte: &str| match texte.trim() {
        "" if variable.absent_possible => Some(grain::NONE.to_owned()),
        "" | "." | "NA" | "NULL" => None,
        // French numbers, as in columns of values: a space between thousands, a decimal comma.
        autre if matches!(variable.ty, Type::Num(_) | Type::Literal) => {
            Some(autre.chars().filter(|c| !c.is_whitespace()).map(|c| if c == ',' { '.' } else { c }).collect())
        }
        autre => Some(autre.to_owned()),
    };
    let textes: StringArray = textes.as_string::<i32>().iter().map(|t| t.and_then(une)).collect();
    let type_de_tranches = DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8));
    let tranches = cast(&(Arc::new(textes) as ArrayRef), &type_de_tranches).map_err(faute)?;
    debug_assert_eq!(tranches.len(), colonne.tableau().len());
    Ok(tranches)
}

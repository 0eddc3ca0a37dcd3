//! People who object are not delivered at all: the body's register says who they are.

use std::collections::HashSet;
use std::path::Path;

use recours_tables::{ErreurTable, lire_table};

/// Row ids of the people in opposition; `None` when the body has no register here.
///
/// # Errors
/// E-TABLE-007 when the register has no column `opposition` (its silence must not pass for consent), and those
/// of reading.
pub(super) fn lire(registre: &Path) -> Result<Option<HashSet<[u8; 16]>>, ErreurTable> {
    if !registre.exists() {
        return Ok(None);
    }
    let mut opposees = HashSet::new();
    for lot in lire_table(registre)?.projeter(&["row_id", "opposition"])?.lots()? {
        let lot = lot?;
        let colonne = lot.colonne("row_id")?;
        let row_ids = colonne.obligatoire(colonne.octets16()?)?;
        let oppositions = lot.colonne("opposition")?.booleen()?;
        opposees.extend(row_ids.into_iter().zip(oppositions).filter(|(_, o)| *o == Some(true)).map(|(id, _)| id));
    }
    Ok(Some(opposees))
}

/// Rows to deliver, in the extract's order. An extract holds fewer than 2³² rows (its unicity check refuses more).
pub(super) fn gardees(row_ids: &[[u8; 16]], opposees: Option<&HashSet<[u8; 16]>>) -> Vec<u32> {
    (0_u32..).zip(row_ids).filter(|(_, id)| opposees.is_none_or(|o| !o.contains(*id))).map(|(ligne, _)| ligne).collect()
}

//! `cles/journal.log`: one line per key made or destroyed; identifiers and paths, never a key.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use jiff::Timestamp;
use recours_tables::ErreurTable;

use crate::chemins;
use crate::erreur::ErreurCommande;
use crate::mission::Mission;

/// Appends `<UTC time> <action> <holder> <file, relative to the mission> <public identifier>`.
pub(super) fn noter(mission: &Mission, action: &str, detenteur: &str, fichier: &Path, identifiant: &str) -> Result<(), ErreurCommande> {
    let chemin = chemins::journal_des_cles(mission);
    let refus = |e: std::io::Error| ErreurTable::d_ecriture(&chemin, &e);
    std::fs::create_dir_all(chemins::cles(mission)).map_err(refus)?;
    let relatif = fichier.strip_prefix(&mission.dossier).unwrap_or(fichier);
    let instant = Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ");
    let ligne = format!("{instant} {action} {detenteur} {} {identifiant}\n", relatif.display());
    let mut journal = OpenOptions::new().create(true).append(true).open(&chemin).map_err(refus)?;
    // One write: two commands at a time do not mix their lines.
    journal.write_all(ligne.as_bytes()).and_then(|()| journal.sync_all()).map_err(refus)?;
    Ok(())
}

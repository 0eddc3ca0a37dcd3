//! How much a croisement may hold, and where the rest goes.

use std::io;

use recours_engine::croisement::Spill;
use recours_tables::Deversoir;
use recours_tables::ecriture::LIGNES_PAR_GROUPE;
use zerocopy::IntoBytes;

use super::ouverture::Ouverture;

/// The engine's words in a file without a name.
pub(super) struct Deverse<'a>(pub &'a Deversoir);

const MOT: u64 = size_of::<u64>() as u64;

impl Spill for Deverse<'_> {
    fn append(&self, words: &[u64]) -> io::Result<u64> {
        // Only whole words are ever added: a place in bytes is a multiple of a word.
        Ok(self.0.ajouter(words.as_bytes())? / MOT)
    }

    fn read(&self, at: u64, into: &mut [u64]) -> io::Result<()> {
        self.0.relire(at.saturating_mul(MOT), into.as_mut_bytes())
    }
}

/// No limit was given: nothing goes out of memory.
pub(super) struct Aucun;

impl Spill for Aucun {
    fn append(&self, _words: &[u64]) -> io::Result<u64> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn read(&self, _at: u64, _into: &mut [u64]) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

/// The program, its rules and its libraries.
const SOCLE: u64 = 64 << 20;

/// Packed rows that may be held within `memoire` bytes, once set apart what each thread needs for a row group (as read, as
/// decoded, as packed) and what is being written.
pub(super) fn tenable(memoire: u64, ouverture: &Ouverture) -> u64 {
    let fils = rayon::current_num_threads() as u64;
    let groupes = ouverture.tables.iter().flat_map(|t| t.parquet.groupes().iter().map(|g| g.lignes as u64 * t.octets_par_ligne()));
    let lecture = fils * groupes.max().unwrap_or(0);
    let ecriture = 2 * fils * LIGNES_PAR_GROUPE as u64 * 64;
    memoire.saturating_sub(SOCLE + lecture + ecriture)
}

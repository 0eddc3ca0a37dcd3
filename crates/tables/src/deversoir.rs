//! What does not fit in memory, put aside: a temporary file without a name.
//!
//! The file is unlinked as soon as it is made (`O_TMPFILE` where the system has it), so that nothing of it is left
//! when the program ends, were it killed; it has no name that another user could open, and only this user's rights.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::erreur::ErreurTable;
use crate::place::{ecrire_a, lire_a};

/// A file that only grows: blocks are added from any thread without a lock, and read back where they were put.
#[derive(Debug)]
pub struct Deversoir {
    fichier: File,
    dossier: PathBuf,
    fin: AtomicU64,
}

impl Deversoir {
    /// An empty file without a name in `dossier`, which must exist.
    ///
    /// # Errors
    /// E-TABLE-022 when the folder cannot be written.
    pub fn ouvrir(dossier: impl AsRef<Path>) -> Result<Self, ErreurTable> {
        let dossier = dossier.as_ref();
        let refus = |e: io::Error| ErreurTable::d_ecriture(dossier, &e);
        let fichier = tempfile::tempfile_in(dossier).map_err(refus)?;
        privee(&fichier).map_err(refus)?;
        Ok(Self { fichier, dossier: dossier.to_path_buf(), fin: AtomicU64::new(0) })
    }

    /// Where the file without a name is.
    pub fn dossier(&self) -> &Path {
        &self.dossier
    }

    /// Bytes put aside so far.
    pub fn octets(&self) -> u64 {
        self.fin.load(Ordering::Relaxed)
    }

    /// Adds a block, and gives where it begins.
    ///
    /// # Errors
    /// The system's: disk full, quota. The block is then not to be read.
    pub fn ajouter(&self, octets: &[u8]) -> io::Result<u64> {
        let place = self.fin.fetch_add(octets.len() as u64, Ordering::Relaxed);
        ecrire_a(&self.fichier, octets, place)?;
        Ok(place)
    }

    /// Reads back what was put at `place`.
    ///
    /// # Errors
    /// The system's, or the end of the file.
    pub fn relire(&self, place: u64, vers: &mut [u8]) -> io::Result<()> {
        lire_a(&self.fichier, vers, place)
    }

    /// The words for a failure of [`Deversoir::ajouter`] or [`Deversoir::relire`].
    #[must_use]
    pub fn faute(&self, erreur: &io::Error) -> ErreurTable {
        ErreurTable::d_ecriture(&self.dossier, erreur)
    }
}

/// Without a name the file can still be opened through /proc by whoever may look into the process: its rights stay ours.
#[cfg(unix)]
fn privee(fichier: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fichier.set_permissions(std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn privee(_fichier: &File) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;

    #[test]
    fn les_blocs_de_plusieurs_fils_se_relisent_ou_ils_sont() {
        let dossier = tempfile::tempdir().unwrap();
        let d = Deversoir::ouvrir(dossier.path()).unwrap();
        let places: Vec<Vec<(u64, u8, usize)>> = std::thread::scope(|s| {
            let fils: Vec<_> = (0..4_u8)
                .map(|f| {
                    let d = &d;
                    s.spawn(move || {
                        (1..40)
                            .map(|n| (d.ajouter(&vec![f * 50 + n; usize::from(n) * 7]).unwrap(), f * 50 + n, usize::from(n) * 7))
                            .collect()
                    })
                })
                .collect();
            fils.into_iter().map(|f| f.join().unwrap()).collect()
        });
        for (place, octet, longueur) in places.into_iter().flatten() {
            let mut lu = vec![0; longueur];
            d.relire(place, &mut lu).unwrap();
            assert!(lu.iter().all(|o| *o == octet));
        }
        assert_eq!(d.octets(), (1..40).sum::<u64>() * 7 * 4);
        assert!(d.relire(d.octets(), &mut [0]).is_err());
    }

    #[test]
    fn le_fichier_n_a_pas_de_nom() {
        let dossier = tempfile::tempdir().unwrap();
        let d = Deversoir::ouvrir(dossier.path()).unwrap();
        d.ajouter(&[1; 4096]).unwrap();
        assert_eq!(std::fs::read_dir(dossier.path()).unwrap().count(), 0);
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::MetadataExt::mode(&d.fichier.metadata().unwrap()) & 0o777, 0o600);
        assert_eq!(Deversoir::ouvrir(dossier.path().join("absent")).unwrap_err().code(), "E-TABLE-022");
    }
}

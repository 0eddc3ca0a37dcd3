//! Secret files: created for their owner alone, refused when somebody else could have read them.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::Path;

use zeroize::Zeroizing;

use super::ErreurEnveloppe;

/// No key or identity file is longer; a larger one is something else and is not read.
const TAILLE_MAX: u64 = 16 * 1024;

/// Writes `contenu` to a new file that only its owner can read (0600 on Unix).
///
/// # Errors
/// [`ErreurEnveloppe::FichierExiste`] when the file exists, [`ErreurEnveloppe::Fichier`] when it cannot be written (a
/// half-written file is removed).
pub(crate) fn creer(chemin: &Path, contenu: &[u8]) -> Result<(), ErreurEnveloppe> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut fichier = options.open(chemin).map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => ErreurEnveloppe::FichierExiste { chemin: chemin.to_path_buf() },
        genre => echec(chemin, "écrit", genre),
    })?;
    let ecriture = fichier.write_all(contenu).and_then(|()| fichier.sync_all());
    if let Err(e) = ecriture {
        drop(fichier);
        // A second failure adds nothing for the reader: the first one says what to do.
        let _ = std::fs::remove_file(chemin);
        return Err(echec(chemin, "écrit", e.kind()));
    }
    Ok(())
}

/// Reads a secret text file, after checking on the *opened* file that nobody else may read it.
///
/// # Errors
/// [`ErreurEnveloppe::FichierOuvert`] when group or others have any right on it, [`ErreurEnveloppe::Fichier`] when it
/// cannot be read, is not text or is too long.
pub(crate) fn lire(chemin: &Path) -> Result<Zeroizing<String>, ErreurEnveloppe> {
    let mut fichier = File::open(chemin).map_err(|e| echec(chemin, "lu", e.kind()))?;
    verifier_droits(chemin, &fichier)?;
    let taille = fichier.metadata().map_err(|e| echec(chemin, "lu", e.kind()))?.len();
    if taille > TAILLE_MAX {
        return Err(echec(chemin, "lu", ErrorKind::InvalidData));
    }
    // Reserved once: a growing buffer would leave copies of the secret behind.
    let mut texte = Zeroizing::new(String::with_capacity(TAILLE_MAX as usize + 1));
    Read::by_ref(&mut fichier).take(TAILLE_MAX).read_to_string(&mut texte).map_err(|e| echec(chemin, "lu", e.kind()))?;
    Ok(texte)
}

/// Overwrites a secret file with zeros, then removes it.
///
/// On a solid-state disk or a copying file system the old blocks may survive: destroying a key is only
/// certain when the disk itself is encrypted or destroyed.
///
/// # Errors
/// [`ErreurEnveloppe::Fichier`] when it cannot be opened, overwritten or removed.
pub fn detruire(chemin: &Path) -> Result<(), ErreurEnveloppe> {
    let rate = |e: std::io::Error| echec(chemin, "détruit", e.kind());
    let mut fichier = OpenOptions::new().read(true).write(true).open(chemin).map_err(rate)?;
    let mut reste = fichier.metadata().map_err(rate)?.len();
    fichier.rewind().map_err(rate)?;
    let zeros = [0_u8; 4096];
    while reste > 0 {
        let pas = reste.min(zeros.len() as u64);
        fichier.write_all(&zeros[..pas as usize]).map_err(rate)?;
        reste -= pas;
    }
    fichier.sync_all().map_err(rate)?;
    drop(fichier);
    std::fs::remove_file(chemin).map_err(rate)
}

#[cfg(unix)]
fn verifier_droits(chemin: &Path, fichier: &File) -> Result<(), ErreurEnveloppe> {
    use std::os::unix::fs::PermissionsExt;
    let meta = fichier.metadata().map_err(|e| echec(chemin, "lu", e.kind()))?;
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(ErreurEnveloppe::FichierOuvert { chemin: chemin.to_path_buf(), mode });
    }
    Ok(())
}

#[cfg(not(unix))]
fn verifier_droits(_chemin: &Path, _fichier: &File) -> Result<(), ErreurEnveloppe> {
    Ok(())
}

fn echec(chemin: &Path, action: &'static str, genre: ErrorKind) -> ErreurEnveloppe {
    ErreurEnveloppe::Fichier { chemin: chemin.to_path_buf(), action, genre }
}

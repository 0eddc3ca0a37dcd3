//! Creating, reading and destroying a file of secrets.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Seek, Write};
use std::path::{Path, PathBuf};

use age::secrecy::SecretString;
use age::{Decryptor, Encryptor, scrypt};
use zeroize::Zeroizing;

use super::ErreurSecret;
use super::phrase;

/// No key or identity file is longer; a larger one is something else and is not read.
const TAILLE_MAX: u64 = 16 * 1024;

/// First bytes of what is encrypted (<https://age-encryption.org/v1>).
const MAGIE: &[u8] = b"age-encryption.org/";

/// scrypt with N = 2^16, r = 8, p = 1: 64 MiB a guess. Six random words need no more.
const EFFORT: u8 = 16;

/// Above it a file is no key of ours, but something that would hold the machine.
const EFFORT_MAX: u8 = 20;

/// Writes `contenu` to a new file that only its owner can read (0600 on Unix), encrypted under the passphrase when one
/// was given ([`super::donner`]).
///
/// # Errors
/// [`ErreurSecret::Existe`] when the file exists, [`ErreurSecret::Fichier`] when it cannot be written (a half-written
/// file is removed).
pub fn creer(chemin: &Path, contenu: &[u8]) -> Result<(), ErreurSecret> {
    match phrase::copie() {
        Some(phrase) => poser(chemin, &chiffrer(chemin, contenu, phrase)?),
        None => poser(chemin, contenu),
    }
}

/// Reads a file of secrets, after checking on the *opened* file that nobody else may read it.
///
/// # Errors
/// [`ErreurSecret::Ouvert`] when group or others have any right on it, [`ErreurSecret::PhraseAbsente`] and
/// [`ErreurSecret::PhraseFausse`] when it is encrypted, [`ErreurSecret::Fichier`] when it cannot be read, is not text or
/// is too long.
pub fn lire(chemin: &Path) -> Result<Zeroizing<String>, ErreurSecret> {
    let octets = lire_brut(chemin)?;
    let octets = if octets.starts_with(MAGIE) { dechiffrer(chemin, &octets)? } else { octets };
    let texte = std::str::from_utf8(&octets).map_err(|_| echec(chemin, "lu", ErrorKind::InvalidData))?;
    Ok(Zeroizing::new(texte.to_owned()))
}

/// Whether a file of secrets is encrypted.
///
/// # Errors
/// As [`lire`], but for the passphrase.
pub fn est_chiffre(chemin: &Path) -> Result<bool, ErreurSecret> {
    Ok(lire_brut(chemin)?.starts_with(MAGIE))
}

/// Encrypts a file of secrets that is not yet, under the passphrase that was given: the new file takes the place of the
/// old one, then the old one's bytes are overwritten. The key is whole under its name at every moment.
///
/// # Errors
/// [`ErreurSecret::PhraseAbsente`] without a passphrase, [`ErreurSecret::Fichier`] when it cannot be read or written.
pub fn proteger(chemin: &Path) -> Result<(), ErreurSecret> {
    let octets = lire_brut(chemin)?;
    if octets.starts_with(MAGIE) {
        return Ok(());
    }
    let phrase = phrase::copie().ok_or_else(|| ErreurSecret::PhraseAbsente { chemin: chemin.to_path_buf() })?;
    let mut a_cote = PathBuf::from(chemin);
    a_cote.as_mut_os_string().push(".nouvelle");
    // Held open: after the exchange its bytes have no other name.
    let ancien = OpenOptions::new().read(true).write(true).open(chemin).map_err(|e| echec(chemin, "écrit", e.kind()))?;
    poser(&a_cote, &chiffrer(chemin, &octets, phrase)?)?;
    if let Err(e) = std::fs::rename(&a_cote, chemin) {
        // A second failure adds nothing for the reader: the first one says what to do.
        let _ = std::fs::remove_file(&a_cote);
        return Err(echec(chemin, "écrit", e.kind()));
    }
    ecraser(ancien).map_err(|e| echec(chemin, "détruit", e.kind()))
}

/// Overwrites a file of secrets with zeros, then removes it.
///
/// On a solid-state disk or a copying file system the old blocks may survive: destroying a key is only
/// certain when the disk itself is encrypted or destroyed.
///
/// # Errors
/// [`ErreurSecret::Fichier`] when it cannot be opened, overwritten or removed.
pub fn detruire(chemin: &Path) -> Result<(), ErreurSecret> {
    let rate = |e: std::io::Error| echec(chemin, "détruit", e.kind());
    ecraser(OpenOptions::new().read(true).write(true).open(chemin).map_err(rate)?).map_err(rate)?;
    std::fs::remove_file(chemin).map_err(rate)
}

/// The bytes of a file that nobody else may read.
pub(super) fn lire_brut(chemin: &Path) -> Result<Zeroizing<Vec<u8>>, ErreurSecret> {
    let mut fichier = File::open(chemin).map_err(|e| echec(chemin, "lu", e.kind()))?;
    let meta = fichier.metadata().map_err(|e| echec(chemin, "lu", e.kind()))?;
    // A pipe (a passphrase from /dev/fd) has no rights of its own.
    if meta.is_file() {
        verifier_droits(chemin, &meta)?;
    }
    // Reserved once: a growing buffer would leave copies of the secret behind.
    let mut octets = Zeroizing::new(Vec::with_capacity(TAILLE_MAX as usize + 1));
    Read::by_ref(&mut fichier).take(TAILLE_MAX + 1).read_to_end(&mut octets).map_err(|e| echec(chemin, "lu", e.kind()))?;
    if octets.len() as u64 > TAILLE_MAX {
        return Err(echec(chemin, "lu", ErrorKind::InvalidData));
    }
    Ok(octets)
}

fn poser(chemin: &Path, contenu: &[u8]) -> Result<(), ErreurSecret> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut fichier = options.open(chemin).map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => ErreurSecret::Existe { chemin: chemin.to_path_buf() },
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

fn ecraser(mut fichier: File) -> std::io::Result<()> {
    let mut reste = fichier.metadata()?.len();
    fichier.rewind()?;
    let zeros = [0_u8; 4096];
    while reste > 0 {
        let pas = reste.min(zeros.len() as u64);
        fichier.write_all(&zeros[..pas as usize])?;
        reste -= pas;
    }
    fichier.sync_all()
}

fn chiffrer(chemin: &Path, clair: &[u8], phrase: SecretString) -> Result<Vec<u8>, ErreurSecret> {
    let rate = |genre: ErrorKind| echec(chemin, "écrit", genre);
    let mut recipient = scrypt::Recipient::new(phrase);
    recipient.set_work_factor(EFFORT);
    let encryptor = Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).map_err(|_| rate(ErrorKind::Other))?;
    let mut sortie = Vec::with_capacity(clair.len() + 512);
    let mut flux = encryptor.wrap_output(&mut sortie).map_err(|e| rate(e.kind()))?;
    flux.write_all(clair).map_err(|e| rate(e.kind()))?;
    flux.finish().map_err(|e| rate(e.kind()))?;
    Ok(sortie)
}

fn dechiffrer(chemin: &Path, chiffre: &[u8]) -> Result<Zeroizing<Vec<u8>>, ErreurSecret> {
    let phrase = phrase::copie().ok_or_else(|| ErreurSecret::PhraseAbsente { chemin: chemin.to_path_buf() })?;
    let fausse = || ErreurSecret::PhraseFausse { chemin: chemin.to_path_buf() };
    let mut identite = scrypt::Identity::new(phrase);
    identite.set_max_work_factor(EFFORT_MAX);
    let decryptor = Decryptor::new(chiffre).map_err(|_| fausse())?;
    let mut flux = decryptor.decrypt(std::iter::once(&identite as &dyn age::Identity)).map_err(|_| fausse())?;
    let mut clair = Zeroizing::new(Vec::with_capacity(chiffre.len()));
    flux.read_to_end(&mut clair).map_err(|_| fausse())?;
    Ok(clair)
}

#[cfg(unix)]
fn verifier_droits(chemin: &Path, meta: &std::fs::Metadata) -> Result<(), ErreurSecret> {
    use std::os::unix::fs::PermissionsExt;
    let mode = meta.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(ErreurSecret::Ouvert { chemin: chemin.to_path_buf(), mode }) }
}

#[cfg(not(unix))]
fn verifier_droits(_chemin: &Path, _meta: &std::fs::Metadata) -> Result<(), ErreurSecret> {
    Ok(())
}

fn echec(chemin: &Path, action: &'static str, genre: ErrorKind) -> ErreurSecret {
    ErreurSecret::Fichier { chemin: chemin.to_path_buf(), action, genre }
}

//! Reading and writing at a place of a file, from several threads at once: no shared cursor, no lock.

use std::fs::File;
use std::io;

#[cfg(unix)]
pub(crate) fn lire_a(fichier: &File, vers: &mut [u8], place: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(fichier, vers, place)
}

#[cfg(unix)]
pub(crate) fn ecrire_a(fichier: &File, octets: &[u8], place: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(fichier, octets, place)
}

#[cfg(windows)]
pub(crate) fn lire_a(fichier: &File, mut vers: &mut [u8], mut place: u64) -> io::Result<()> {
    while !vers.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(fichier, vers, place)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                vers = vers.get_mut(n..).unwrap_or_default();
                place += n as u64;
            }
        }
    }
    Ok(())
}

#[cfg(windows)]
pub(crate) fn ecrire_a(fichier: &File, mut octets: &[u8], mut place: u64) -> io::Result<()> {
    while !octets.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(fichier, octets, place)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            n => {
                octets = octets.get(n..).unwrap_or_default();
                place += n as u64;
            }
        }
    }
    Ok(())
}

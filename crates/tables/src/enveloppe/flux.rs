//! Reading an envelope where it lies: only the blocks asked for are decrypted, and none is kept.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::parquet::errors::{ParquetError, Result as ResultatParquet};
use ::parquet::file::reader::{ChunkReader, Length};
use age::Decryptor;
use age::stream::StreamReader;
use bytes::Bytes;

use super::ErreurEnveloppe;
use super::age_x25519::{IdentiteAge, MAGIE, lecture};

/// An envelope opened by its recipient, to be read in any order. Each block of 64 KiB is authenticated when it is
/// decrypted, and its place with it. A clone reads the same file. No `Debug`.
#[derive(Clone)]
pub struct EnveloppeOuverte {
    flux: Arc<Mutex<StreamReader<File>>>,
    /// Bytes in clear.
    taille: u64,
}

impl EnveloppeOuverte {
    /// Opens the envelope that `fichier` holds. `entiere`: every block is read once first, so that nothing is used of an
    /// envelope one of whose blocks was changed; otherwise its end alone, for an envelope that was read whole before.
    ///
    /// # Errors
    /// Those of [`super::dechiffrer`]; a file that cannot be read any more counts as cut.
    pub fn ouvrir(mut fichier: File, identite: &IdentiteAge, entiere: bool) -> Result<Self, ErreurEnveloppe> {
        let coupe = |_| ErreurEnveloppe::Alteree;
        let mut debut = Vec::with_capacity(MAGIE.len());
        (&mut fichier).take(MAGIE.len() as u64).read_to_end(&mut debut).map_err(coupe)?;
        if debut != MAGIE {
            return Err(ErreurEnveloppe::PasUneEnveloppe);
        }
        fichier.rewind().map_err(coupe)?;
        let dechiffreur = Decryptor::new(fichier).map_err(|e| lecture(&e))?;
        let mut flux = dechiffreur.decrypt(std::iter::once(&identite.0 as &dyn age::Identity)).map_err(|e| lecture(&e))?;
        if entiere {
            io::copy(&mut flux, &mut io::sink()).map_err(coupe)?;
        }
        let taille = flux.seek(SeekFrom::End(0)).map_err(coupe)?;
        Ok(Self { flux: Arc::new(Mutex::new(flux)), taille })
    }
}

/// The reader, whatever happened to another thread that held it.
fn prendre(flux: &Mutex<StreamReader<File>>) -> MutexGuard<'_, StreamReader<File>> {
    flux.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Reads from a place of its own.
pub struct Depuis {
    flux: Arc<Mutex<StreamReader<File>>>,
    place: u64,
}

impl Read for Depuis {
    fn read(&mut self, tampon: &mut [u8]) -> io::Result<usize> {
        let mut flux = prendre(&self.flux);
        flux.seek(SeekFrom::Start(self.place))?;
        let lus = flux.read(tampon)?;
        self.place += lus as u64;
        Ok(lus)
    }
}

impl Length for EnveloppeOuverte {
    fn len(&self) -> u64 {
        self.taille
    }
}

impl ChunkReader for EnveloppeOuverte {
    type T = BufReader<Depuis>;

    fn get_read(&self, start: u64) -> ResultatParquet<Self::T> {
        Ok(BufReader::with_capacity(1_024, Depuis { flux: Arc::clone(&self.flux), place: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> ResultatParquet<Bytes> {
        // A damaged length must not be allocated.
        if start.checked_add(length as u64).is_none_or(|fin| fin > self.taille) {
            return Err(ParquetError::EOF(String::new()));
        }
        let mut octets = vec![0; length];
        Depuis { flux: Arc::clone(&self.flux), place: start }.read_exact(&mut octets)?;
        Ok(octets.into())
    }
}

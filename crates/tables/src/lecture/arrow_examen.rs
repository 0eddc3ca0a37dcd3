//! First pass over an Arrow IPC file: every announced length is held against the file's size (the decoder
//! would allocate whatever a damaged length says, and an allocation that fails ends the program), and rows
//! are counted.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use ::arrow_ipc::reader::read_footer_length;
use ::arrow_ipc::{Block, MessageHeader, root_as_footer, root_as_message};

/// `ARROW1` stands at both ends of the file form; Feather version 2 is the same.
const MAGIE: &[u8; 6] = b"ARROW1";
/// Footer length and closing magic.
const LONGUEUR_FIN: u64 = 10;
/// Opens each message since Arrow 0.15.
const SUITE: u32 = 0xffff_ffff;

/// What the first pass found.
pub(super) struct Examen {
    /// The file form (random access), otherwise the stream form.
    pub en_fichier: bool,
    /// Rows over all batches.
    pub lignes: u64,
}

fn abime() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

fn non_negatif(longueur: i64) -> io::Result<u64> {
    u64::try_from(longueur).map_err(|_| abime())
}

/// Walks through the file's messages without decoding them.
///
/// # Errors
/// `InvalidData` when a length goes beyond the file, or its end mark is missing.
pub(super) fn examiner(fichier: &mut File) -> io::Result<Examen> {
    let taille = fichier.seek(SeekFrom::End(0))?;
    fichier.rewind()?;
    let mut debut = [0_u8; 6];
    fichier.read_exact(&mut debut)?;
    if &debut == MAGIE {
        Ok(Examen { en_fichier: true, lignes: examiner_fichier(fichier, taille)? })
    } else {
        fichier.rewind()?;
        Ok(Examen { en_fichier: false, lignes: examiner_flux(fichier, taille)? })
    }
}

fn examiner_fichier(fichier: &mut File, taille: u64) -> io::Result<u64> {
    let debut_fin = taille.checked_sub(LONGUEUR_FIN).ok_or_else(abime)?;
    let mut fin = [0_u8; LONGUEUR_FIN as usize];
    fichier.seek(SeekFrom::Start(debut_fin))?;
    fichier.read_exact(&mut fin)?;
    let longueur = read_footer_length(fin).map_err(|_| abime())?;
    let pied = lire(fichier, debut_fin.checked_sub(longueur as u64).ok_or_else(abime)?, longueur)?;
    let pied = root_as_footer(&pied).map_err(|_| abime())?;
    for bloc in pied.dictionaries().iter().flatten() {
        lignes_du_bloc(fichier, bloc, taille)?;
    }
    let mut lignes = 0_u64;
    for bloc in pied.recordBatches().iter().flatten() {
        lignes += lignes_du_bloc(fichier, bloc, taille)?;
    }
    Ok(lignes)
}

/// Rows of one block, after checking that it lies inside the file.
fn lignes_du_bloc(fichier: &mut File, bloc: &Block, taille: u64) -> io::Result<u64> {
    let debut = non_negatif(bloc.offset())?;
    let metadonnees = non_negatif(i64::from(bloc.metaDataLength()))?;
    let fin = [metadonnees, non_negatif(bloc.bodyLength())?].iter().try_fold(debut, |somme, n| somme.checked_add(*n)).ok_or_else(abime)?;
    if fin > taille {
        return Err(abime());
    }
    let longueur = usize::try_from(metadonnees).map_err(|_| abime())?;
    let octets = lire(fichier, debut, longueur)?;
    let message = match octets.first_chunk::<4>() {
        Some(marque) if u32::from_le_bytes(*marque) == SUITE => octets.get(8..),
        _ => octets.get(4..),
    };
    let (lignes, _) = lire_message(message.ok_or_else(abime)?)?;
    Ok(lignes)
}

fn examiner_flux(fichier: &mut File, taille: u64) -> io::Result<u64> {
    let mut lignes = 0_u64;
    loop {
        let mut mot = [0_u8; 4];
        // A stream without end mark was cut between two batches: it would look complete.
        fichier.read_exact(&mut mot)?;
        if u32::from_le_bytes(mot) == SUITE {
            fichier.read_exact(&mut mot)?;
        }
        let longueur = non_negatif(i64::from(i32::from_le_bytes(mot)))?;
        if longueur == 0 {
            return Ok(lignes);
        }
        let ici = fichier.stream_position()?;
        if longueur > taille.saturating_sub(ici) {
            return Err(abime());
        }
        let octets = lire(fichier, ici, usize::try_from(longueur).map_err(|_| abime())?)?;
        let (du_message, corps) = lire_message(&octets)?;
        lignes += du_message;
        let suite = (ici + longueur).checked_add(corps).filter(|s| *s <= taille).ok_or_else(abime)?;
        fichier.seek(SeekFrom::Start(suite))?;
    }
}

/// Rows (zero for a schema or a dictionary) and body length of a message.
fn lire_message(octets: &[u8]) -> io::Result<(u64, u64)> {
    let message = root_as_message(octets).map_err(|_| abime())?;
    let lignes = match message.header_type() {
        MessageHeader::RecordBatch => {
            let lot = message.header_as_record_batch().ok_or_else(abime)?;
            non_negatif(lot.length())?
        }
        _ => 0,
    };
    Ok((lignes, non_negatif(message.bodyLength())?))
}

/// `longueur` bytes from `debut`; the caller has checked that they lie inside the file.
fn lire(fichier: &mut File, debut: u64, longueur: usize) -> io::Result<Vec<u8>> {
    fichier.seek(SeekFrom::Start(debut))?;
    let mut octets = vec![0; longueur];
    fichier.read_exact(&mut octets)?;
    Ok(octets)
}

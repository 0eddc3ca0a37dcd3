//! Signatures of the Parquet files that go from one role to another: who made them, for which mission and body.
//!
//! An envelope says who may read, not who wrote: anybody has its recipient's public key. The signature stands in the
//! file itself, as one of the texts that a Parquet file carries about itself, so that it cannot be lost on the way and
//! that whoever steals the envelope does not see it:
//!
//! ```text
//! digest    = BLAKE3(file, the 128 digits of `recours.signature` written as zeros)
//! signature = Ed25519(enc("recours/signature/1", author, content, mission, epoch, body, digest))     RFC 8032, ring
//! ```
//!
//! `enc` puts a length before each field, as in [`crate::journal`], whose keys sign: the first field tells the two uses
//! apart. The file stays an ordinary Parquet file for whoever opens it with another program.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};

pub use ::parquet::file::reader::ChunkReader;

use crate::ecriture::FichierPret;
use crate::erreur::ErreurTable;
use crate::journal::{CleJournal, ClePublique, de_hexa, encoder, hexa};

/// Text of a file that holds its signature.
pub const ANNOTATION: &str = "recours.signature";

/// Version of what is signed, first field of it.
const VERSION: &str = "recours/signature/1";

/// Hexadecimal digits of a signature.
const CHIFFRES: usize = 128;

/// What Parquet's footer (Thrift, compact protocol) writes between a text's name and 128 bytes of text: the field's
/// header (the next one, of type « binary »), then the length as a variable integer.
const ENTRE: [u8; 3] = [0x18, 0x80, 0x01];

/// Footer's length and magic number, at the end of every Parquet file.
const FIN: usize = 8;

/// What the signature binds the bytes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objet<'a> {
    /// Who signs: a role or a body.
    pub auteur: &'a str,
    /// What the file holds (`jetons`, `liste`…).
    pub contenu: &'a str,
    /// The mission's fingerprint.
    pub mission: &'a str,
    /// Its epoch.
    pub epoque: &'a str,
    /// The body that the file is of, or for.
    pub organisme: &'a str,
}

/// Why a file is not taken for its author's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FauteSignature {
    /// It has no place for a signature, or several.
    #[error("le fichier n'a pas de signature")]
    Absente,
    /// The signature is of another key, of other bytes, or of another mission, epoch, body or content.
    #[error("la signature n'est pas celle de ce fichier par cette clé")]
    Fausse,
}

/// The text to give a file that will be signed.
#[must_use]
pub fn a_signer() -> (&'static str, String) {
    (ANNOTATION, "0".repeat(CHIFFRES))
}

/// Signs a Parquet file held in memory, in place.
///
/// # Errors
/// [`FauteSignature::Absente`] when it was written without [`a_signer`].
pub fn signer(octets: &mut [u8], objet: &Objet<'_>, cle: &CleJournal) -> Result<(), FauteSignature> {
    let place = place(octets).ok_or(FauteSignature::Absente)?;
    let signature = hexa(&cle.signer(&message(objet, &empreinte(octets, place))));
    octets.get_mut(place..place + CHIFFRES).ok_or(FauteSignature::Absente)?.copy_from_slice(signature.as_bytes());
    Ok(())
}

/// Signs a Parquet file written aside.
///
/// # Errors
/// E-TABLE-021 when it was written without [`a_signer`], E-TABLE-022 when the disk refuses.
pub fn signer_fichier(pret: &mut FichierPret, objet: &Objet<'_>, cle: &CleJournal) -> Result<(), ErreurTable> {
    let nom = pret.destination().to_path_buf();
    let fichier = pret.fichier();
    let mut signe = || -> std::io::Result<Option<()>> {
        let Some(place) = place_dans(fichier)? else { return Ok(None) };
        let empreinte = empreinte_de(fichier, place)?;
        fichier.seek(SeekFrom::Start(place))?;
        fichier.write_all(hexa(&cle.signer(&message(objet, &empreinte))).as_bytes())?;
        fichier.flush()?;
        Ok(Some(()))
    };
    signe().map_err(|e| ErreurTable::d_ecriture(&nom, &e))?.ok_or(ErreurTable::Schema { fichier: nom.clone() })
}

/// Checks that a Parquet file held in memory was signed by `cle` as `objet`.
///
/// # Errors
/// [`FauteSignature`].
pub fn verifier(octets: &[u8], objet: &Objet<'_>, cle: &ClePublique) -> Result<(), FauteSignature> {
    let place = place(octets).ok_or(FauteSignature::Absente)?;
    accepter(octets.get(place..place + CHIFFRES), &empreinte(octets, place), objet, cle)
}

/// The same for a file that is read where it lies (a file on the disk, an envelope).
///
/// # Errors
/// `Ok(Err(_))` as [`verifier`]; `Err(_)` when it cannot be read.
pub fn verifier_source(source: &impl ChunkReader, objet: &Objet<'_>, cle: &ClePublique) -> std::io::Result<Result<(), FauteSignature>> {
    let illisible = |_| std::io::Error::from(std::io::ErrorKind::InvalidData);
    let longueur = source.len();
    let Some(fin) = longueur.checked_sub(FIN as u64) else { return Ok(Err(FauteSignature::Absente)) };
    let fin = source.get_bytes(fin, FIN).map_err(illisible)?;
    let debut = usize::try_from(longueur).ok().and_then(|l| Some((debut_du_pied(l, &fin)?, l)));
    let Some((debut, longueur)) = debut else { return Ok(Err(FauteSignature::Absente)) };
    let pied = source.get_bytes(debut as u64, longueur - FIN - debut).map_err(illisible)?;
    let Some(place) = place_dans_le_pied(&pied) else { return Ok(Err(FauteSignature::Absente)) };
    let texte = pied.get(place..place + CHIFFRES);
    let place = (debut + place) as u64;
    let mut hache = blake3::Hasher::new();
    hache.update_reader(source.get_read(0).map_err(illisible)?.take(place))?;
    hache.update(&[b'0'; CHIFFRES]);
    hache.update_reader(source.get_read(place + CHIFFRES as u64).map_err(illisible)?)?;
    Ok(accepter(texte, hache.finalize().as_bytes(), objet, cle))
}

/// Signs a text that is no Parquet file: the 128 digits that stand beside it.
#[must_use]
pub fn signer_texte(texte: &str, objet: &Objet<'_>, cle: &CleJournal) -> String {
    hexa(&cle.signer(&message(objet, blake3::hash(texte.as_bytes()).as_bytes())))
}

/// Checks such a signature.
///
/// # Errors
/// [`FauteSignature::Fausse`].
pub fn verifier_texte(texte: &str, signature: &str, objet: &Objet<'_>, cle: &ClePublique) -> Result<(), FauteSignature> {
    accepter(Some(signature.as_bytes()), blake3::hash(texte.as_bytes()).as_bytes(), objet, cle)
}

fn accepter(texte: Option<&[u8]>, empreinte: &[u8; 32], objet: &Objet<'_>, cle: &ClePublique) -> Result<(), FauteSignature> {
    let signature: Option<[u8; 64]> = texte.and_then(|t| std::str::from_utf8(t).ok()).and_then(de_hexa);
    let signature = signature.ok_or(FauteSignature::Fausse)?;
    if cle.accepte(&message(objet, empreinte), &signature) { Ok(()) } else { Err(FauteSignature::Fausse) }
}

fn message(objet: &Objet<'_>, empreinte: &[u8; 32]) -> Vec<u8> {
    let mut octets = Vec::new();
    let textes = [VERSION, objet.auteur, objet.contenu, objet.mission, objet.epoque, objet.organisme];
    for texte in textes {
        encoder(&mut octets, &[texte.as_bytes()]);
    }
    encoder(&mut octets, &[empreinte]);
    octets
}

/// Where the footer begins, from the file's length and its last bytes.
fn debut_du_pied(longueur: usize, fin: &[u8]) -> Option<usize> {
    let (taille, magie) = fin.split_first_chunk::<4>()?;
    let taille = usize::try_from(u32::from_le_bytes(*taille)).ok()?;
    (magie == b"PAR1").then(|| longueur.checked_sub(FIN)?.checked_sub(taille)).flatten()
}

/// Rank of the signature's first digit in a footer; none unless the text's name is there exactly once.
fn place_dans_le_pied(pied: &[u8]) -> Option<usize> {
    let nom = ANNOTATION.as_bytes();
    let mut trouves = pied.windows(nom.len()).enumerate().filter(|(_, f)| *f == nom).map(|(i, _)| i);
    let (rang, None) = (trouves.next()?, trouves.next()) else { return None };
    let debut = rang + nom.len() + ENTRE.len();
    (pied.get(rang + nom.len()..debut) == Some(&ENTRE) && pied.len() >= debut + CHIFFRES).then_some(debut)
}

fn place(octets: &[u8]) -> Option<usize> {
    let fin = octets.get(octets.len().checked_sub(FIN)?..)?;
    let debut = debut_du_pied(octets.len(), fin)?;
    place_dans_le_pied(octets.get(debut..octets.len() - FIN)?).map(|p| debut + p)
}

fn place_dans(fichier: &mut File) -> std::io::Result<Option<u64>> {
    let longueur = fichier.seek(SeekFrom::End(0))?;
    let mut fin = [0; FIN];
    if longueur < FIN as u64 {
        return Ok(None);
    }
    fichier.seek(SeekFrom::Start(longueur - FIN as u64))?;
    fichier.read_exact(&mut fin)?;
    let Some(debut) = usize::try_from(longueur).ok().and_then(|l| debut_du_pied(l, &fin)) else { return Ok(None) };
    let debut = debut as u64;
    fichier.seek(SeekFrom::Start(debut))?;
    let mut pied = Vec::new();
    fichier.take(longueur - FIN as u64 - debut).read_to_end(&mut pied)?;
    Ok(place_dans_le_pied(&pied).map(|p| debut + p as u64))
}

fn empreinte(octets: &[u8], place: usize) -> [u8; 32] {
    let mut hache = blake3::Hasher::new();
    hache.update(octets.get(..place).unwrap_or_default());
    hache.update(&[b'0'; CHIFFRES]);
    hache.update(octets.get(place + CHIFFRES..).unwrap_or_default());
    *hache.finalize().as_bytes()
}

fn empreinte_de(fichier: &mut File, place: u64) -> std::io::Result<[u8; 32]> {
    let mut hache = blake3::Hasher::new();
    fichier.seek(SeekFrom::Start(0))?;
    hache.update_reader((&mut *fichier).take(place))?;
    hache.update(&[b'0'; CHIFFRES]);
    fichier.seek(SeekFrom::Start(place + CHIFFRES as u64))?;
    hache.update_reader(&mut *fichier)?;
    Ok(*hache.finalize().as_bytes())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use std::sync::Arc;

    use ::arrow::array::{RecordBatch, StringArray};

    use super::*;
    use crate::{EcrivainParquet, Lecteur, vers_parquet_annote};

    const OBJET: Objet<'static> = Objet { auteur: "hote", contenu: "liste", mission: "ab", epoque: "2026-T4", organisme: "caf" };

    fn table(textes: &[&str]) -> RecordBatch {
        RecordBatch::try_from_iter([("t", Arc::new(StringArray::from(textes.to_vec())) as _)]).unwrap()
    }

    fn signee(textes: &[&str], cle: &CleJournal) -> Vec<u8> {
        let (lot, (nom, vide)) = (table(textes), a_signer());
        let annotations = [("recours.mission", "ab"), (nom, vide.as_str()), ("recours.zut", "apres")];
        let mut octets = vers_parquet_annote("t", &lot.schema(), &[lot], &annotations).unwrap();
        signer(&mut octets, &OBJET, cle).unwrap();
        octets
    }

    #[test]
    fn signee_elle_se_verifie_et_se_lit_encore() {
        let cle = CleJournal::generer().unwrap();
        let octets = signee(&["a", "b"], &cle);
        assert_eq!(verifier(&octets, &OBJET, &cle.publique()), Ok(()));
        let lecteur = Lecteur::depuis_parquet("t", octets).unwrap();
        assert_eq!(lecteur.annotation(ANNOTATION).unwrap().len(), CHIFFRES);
        assert_eq!(lecteur.tout().unwrap().lignes(), 2);
    }

    /// Fails when a field of what is signed, or a byte of the file, is left out.
    #[test]
    fn rien_ne_change_sans_que_cela_se_voie() {
        let (cle, autre) = (CleJournal::generer().unwrap(), CleJournal::generer().unwrap());
        let octets = signee(&["a", "b"], &cle);
        assert_eq!(verifier(&octets, &OBJET, &autre.publique()), Err(FauteSignature::Fausse));
        for objet in [
            Objet { auteur: "caf", ..OBJET },
            Objet { contenu: "jetons", ..OBJET },
            Objet { mission: "cd", ..OBJET },
            Objet { epoque: "2026-T3", ..OBJET },
            Objet { organisme: "cpam", ..OBJET },
        ] {
            assert_eq!(verifier(&octets, &objet, &cle.publique()), Err(FauteSignature::Fausse), "{objet:?}");
        }
        for i in 0..octets.len() {
            let mut changee = octets.clone();
            changee[i] ^= 1;
            assert!(verifier(&changee, &OBJET, &cle.publique()).is_err(), "octet {i}");
        }
        for n in [0, 3, FIN, octets.len() - 1] {
            assert_eq!(verifier(&octets[..n], &OBJET, &cle.publique()), Err(FauteSignature::Absente));
        }
        let lot = table(&["a"]);
        let sans = vers_parquet_annote("t", &lot.schema(), &[lot], &[("recours.mission", "ab")]).unwrap();
        assert_eq!(verifier(&sans, &OBJET, &cle.publique()), Err(FauteSignature::Absente));
    }

    /// A cell that spells the text's name (statistics repeat cells in the footer) does not move the signature.
    #[test]
    fn une_cellule_qui_imite_le_champ_ne_trompe_pas() {
        let cle = CleJournal::generer().unwrap();
        let imite = format!("{ANNOTATION}\u{18}{}", "0".repeat(CHIFFRES));
        let (lot, (nom, vide)) = (table(&[&imite]), a_signer());
        let mut octets = vers_parquet_annote("t", &lot.schema(), &[lot], &[(nom, vide.as_str())]).unwrap();
        match signer(&mut octets, &OBJET, &cle) {
            Ok(()) => assert_eq!(verifier(&octets, &OBJET, &cle.publique()), Ok(())),
            Err(e) => assert_eq!(e, FauteSignature::Absente),
        }
    }

    #[test]
    fn un_fichier_sur_le_disque_a_la_meme_signature() {
        let d = tempfile::tempdir().unwrap();
        let (lot, (nom, vide), cle) = (table(&["a", "b"]), a_signer(), CleJournal::generer().unwrap());
        let chemin = d.path().join("t.parquet");
        let mut ecrivain = EcrivainParquet::annote(&chemin, &lot.schema(), &[(nom, vide.as_str())]).unwrap();
        ecrivain.ecrire(&lot).unwrap();
        let mut pret = ecrivain.preparer().unwrap();
        signer_fichier(&mut pret, &OBJET, &cle).unwrap();
        pret.publier().unwrap();
        let octets = std::fs::read(&chemin).unwrap();
        assert_eq!(verifier(&octets, &OBJET, &cle.publique()), Ok(()));
        let fichier = File::open(&chemin).unwrap();
        assert_eq!(verifier_source(&fichier, &OBJET, &cle.publique()).unwrap(), Ok(()));
        let autre = Objet { organisme: "cpam", ..OBJET };
        assert_eq!(verifier_source(&fichier, &autre, &cle.publique()).unwrap(), Err(FauteSignature::Fausse));
        for n in [0, FIN - 1, FIN, octets.len() - 1] {
            let coupe = bytes::Bytes::copy_from_slice(&octets[..n]);
            assert_eq!(verifier_source(&coupe, &OBJET, &cle.publique()).unwrap(), Err(FauteSignature::Absente));
        }
        let mut changee = octets.clone();
        changee[10] ^= 1;
        assert_eq!(verifier_source(&bytes::Bytes::from(changee), &OBJET, &cle.publique()).unwrap(), Err(FauteSignature::Fausse));
        // Signing again writes the same bytes: Ed25519 is deterministic.
        let mut encore = octets.clone();
        signer(&mut encore, &OBJET, &cle).unwrap();
        assert_eq!(encore, octets);
    }
}

//! Encodings of a CSV: UTF-8, Windows-1252 and Excel's « Texte Unicode » (UTF-16 LE), given as UTF-8 while reading; and
//! what shows that a text is of none of them.

use std::io::{BufReader, Read};

/// How the text is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encodage {
    Utf8,
    Windows1252,
    /// With its byte order mark only.
    Utf16Le,
}

/// A byte that no UTF-8 text has: stands for what could not be decoded, so that the first pass sees it on its line.
const INDECHIFFRABLE: u8 = 0xff;

/// UTF-8 whatever the encoding of the bytes underneath; UTF-8 passes through.
pub(super) struct TexteUtf8<F: Read> {
    flux: BufReader<F>,
    encodage: Encodage,
    brut: Vec<u8>,
    /// Bytes at the start of `brut` that wait for the rest of their character.
    en_attente: usize,
    reste: Vec<u8>,
    servi: usize,
}

impl<F: Read> TexteUtf8<F> {
    pub(super) fn nouveau(flux: F, encodage: Encodage) -> Self {
        Self { flux: BufReader::with_capacity(1 << 16, flux), encodage, brut: vec![0; 1 << 14], en_attente: 0, reste: Vec::new(), servi: 0 }
    }

    fn decoder(&mut self) -> std::io::Result<()> {
        let lus = self.flux.read(&mut self.brut[self.en_attente..])?;
        self.reste.clear();
        self.servi = 0;
        let pret = self.en_attente + lus;
        self.en_attente = match self.encodage {
            Encodage::Utf16Le => decoder_utf16(&self.brut[..pret], lus == 0, &mut self.reste),
            _ => {
                let mut lettre = [0_u8; 4];
                for octet in &self.brut[..pret] {
                    self.reste.extend_from_slice(caractere_1252(*octet).encode_utf8(&mut lettre).as_bytes());
                }
                0
            }
        };
        self.brut.copy_within(pret - self.en_attente..pret, 0);
        Ok(())
    }
}

impl<F: Read> Read for TexteUtf8<F> {
    fn read(&mut self, sortie: &mut [u8]) -> std::io::Result<usize> {
        if self.encodage == Encodage::Utf8 {
            return self.flux.read(sortie);
        }
        while self.servi == self.reste.len() {
            let attendaient = self.en_attente;
            self.decoder()?;
            // Nothing came, and nothing more will.
            if self.reste.is_empty() && self.en_attente == attendaient {
                return Ok(0);
            }
        }
        let pret = &self.reste[self.servi..];
        let combien = pret.len().min(sortie.len());
        sortie[..combien].copy_from_slice(&pret[..combien]);
        self.servi += combien;
        Ok(combien)
    }
}

/// Decodes what is whole and says how many bytes at the end are not; at the end of the file (`fin`) they are a fault.
fn decoder_utf16(brut: &[u8], fin: bool, sortie: &mut Vec<u8>) -> usize {
    let (unites, impair) = brut.as_chunks::<2>();
    let haute = |u: &[u8; 2]| matches!(u16::from_le_bytes(*u), 0xd800..=0xdbff);
    let coupee = unites.last().is_some_and(haute) && !fin;
    let entieres = &unites[..unites.len() - usize::from(coupee)];
    let mut lettre = [0_u8; 4];
    for caractere in char::decode_utf16(entieres.iter().map(|u| u16::from_le_bytes(*u))) {
        match caractere {
            Ok(c) => sortie.extend_from_slice(c.encode_utf8(&mut lettre).as_bytes()),
            Err(_) => sortie.push(INDECHIFFRABLE),
        }
    }
    if fin && !impair.is_empty() {
        sortie.push(INDECHIFFRABLE);
        return 0;
    }
    impair.len() + 2 * usize::from(coupee)
}

/// Follows UTF-8 sequences byte by byte over block boundaries.
#[derive(Default)]
pub(super) struct SuiviUtf8 {
    pub attendus: u8,
    bornes: (u8, u8),
    /// Well-formed sequences of several bytes, and bytes that are part of none.
    pub formees: u64,
    pub fautives: u64,
    pub premiere_faute: Option<u64>,
}

impl SuiviUtf8 {
    pub fn avance(&mut self, octet: u8, ligne: u64) {
        if self.attendus > 0 {
            if (self.bornes.0..=self.bornes.1).contains(&octet) {
                self.attendus -= 1;
                self.bornes = (0x80, 0xbf);
                self.formees += u64::from(self.attendus == 0);
                return;
            }
            self.faute(ligne);
            self.attendus = 0;
        }
        let (attendus, bornes) = match octet {
            0..=0x7f => return,
            0xc2..=0xdf => (1, (0x80, 0xbf)),
            0xe0 => (2, (0xa0, 0xbf)),
            0xed => (2, (0x80, 0x9f)),
            0xe1..=0xef => (2, (0x80, 0xbf)),
            0xf0 => (3, (0x90, 0xbf)),
            0xf1..=0xf3 => (3, (0x80, 0xbf)),
            0xf4 => (3, (0x80, 0x8f)),
            _ => return self.faute(ligne),
        };
        self.attendus = attendus;
        self.bornes = bornes;
    }

    pub fn faute(&mut self, ligne: u64) {
        self.fautives += 1;
        self.premiere_faute.get_or_insert(ligne);
    }
}

/// What shows that a text of single bytes is not Windows-1252, or may not be.
///
/// Nothing in such a text names its encoding. SAS on Unix writes ISO-8859-15 (`latin9`) as readily as Windows-1252, and
/// Excel « CSV (MS-DOS) » writes page 850: most letters agree, or turn into signs that names do not have.
#[derive(Default)]
pub(super) struct IndicesAutrePage {
    /// Line of a byte that Windows-1252 does not define.
    indefini: Option<u64>,
    /// Line of a sign stuck to a letter where page 850 and Mac have an accented letter.
    autre_systeme: Option<u64>,
    /// Line of one of the eight bytes that ISO-8859-15 reads differently (`œ` there is `½` here).
    latin9: Option<u64>,
    /// Some byte is a letter or a sign in Windows-1252 and a control character in ISO-8859-15.
    pas_latin9: bool,
}

impl IndicesAutrePage {
    /// `precedent` is the byte before `octet`, 0 at the start.
    pub(super) fn avance(&mut self, precedent: u8, octet: u8, ligne: u64) {
        match octet {
            0x81 | 0x8d | 0x8f | 0x90 | 0x9d => {
                self.indefini.get_or_insert(ligne);
            }
            0x80..=0x9f => self.pas_latin9 = true,
            0xa4 | 0xa6 | 0xa8 | 0xb4 | 0xb8 | 0xbc..=0xbe => {
                self.latin9.get_or_insert(ligne);
            }
            _ => {}
        }
        // ‚ ƒ † ‡ ˆ ‰ against a letter, Š and Ž after a small letter: no name has that.
        let signe = |o: u8| matches!(o, 0x82 | 0x83 | 0x86..=0x89);
        let colle = (signe(octet) && precedent.is_ascii_alphabetic()) || (signe(precedent) && octet.is_ascii_alphabetic());
        if colle || (matches!(octet, 0x8a | 0x8e) && precedent.is_ascii_lowercase()) {
            self.autre_systeme.get_or_insert(ligne);
        }
    }

    /// The first line that forbids reading the text as Windows-1252.
    pub(super) fn premier(&self) -> Option<u64> {
        let latin9 = self.latin9.filter(|_| !self.pas_latin9);
        [self.indefini, self.autre_systeme, latin9].into_iter().flatten().min()
    }
}

/// The 128 upper characters of Windows-1252 (0x80–0x9F differ from Latin-1); the five that it does not
/// define were refused by the first pass.
fn caractere_1252(octet: u8) -> char {
    const HAUT: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    match octet {
        0x80..=0x9f => HAUT[usize::from(octet - 0x80)],
        _ => char::from(octet),
    }
}

//! First pass over a CSV: separator, encoding, quotes and number of rows, without keeping anything.
//!
//! A French extract comes from Excel, SAS or a database: `;` and Windows-1252 as often as `,` and UTF-8. One
//! pass over the whole file tells which, so that the second one (reading) has nothing to guess. What several encodings would
//! read differently is refused: docs/decisions/0027-french-csv.md.

use std::io::Read;
use std::path::Path;

use super::csv_encodage::{Encodage, IndicesAutrePage, SuiviUtf8, TexteUtf8};
use crate::erreur::ErreurTable;

/// What the first pass found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Examen {
    pub separateur: u8,
    pub encodage: Encodage,
    /// Bytes to skip before the header: byte order mark, Excel's `sep=;` line.
    pub entete: usize,
    /// Data rows (the header does not count, empty lines neither).
    pub lignes: u64,
}

const MARQUE_UTF8: &[u8; 3] = b"\xef\xbb\xbf";
const MARQUE_UTF16_LE: &[u8] = b"\xff\xfe";
const MARQUE_UTF16_BE: &[u8] = b"\xfe\xff";

/// The separator of a header line: the most frequent of `;`, `,` and tab outside quotes; `;` when there is
/// none of them (a single column).
fn separateur_de(ligne: &[u8]) -> u8 {
    let mut comptes = [(b';', 0_usize), (b',', 0), (b'\t', 0)];
    let mut entre_guillemets = false;
    for octet in ligne {
        match octet {
            b'"' => entre_guillemets = !entre_guillemets,
            b'\n' | b'\r' if !entre_guillemets => break,
            _ if !entre_guillemets => {
                for (separateur, compte) in &mut comptes {
                    *compte += usize::from(octet == separateur);
                }
            }
            _ => {}
        }
    }
    let mut meilleur = comptes[0];
    for candidat in comptes {
        if candidat.1 > meilleur.1 {
            meilleur = candidat;
        }
    }
    meilleur.0
}

/// Length of Excel's first line `sep=;` and its separator.
fn ligne_sep(debut: &[u8]) -> Option<(usize, u8)> {
    let reste = debut.strip_prefix(b"sep=").or_else(|| debut.strip_prefix(b"SEP="))?;
    let (separateur, reste) = reste.split_first()?;
    if !matches!(separateur, b';' | b',' | b'\t') {
        return None;
    }
    if reste.starts_with(b"\r\n") {
        Some((7, *separateur))
    } else if reste.starts_with(b"\n") {
        Some((6, *separateur))
    } else {
        None
    }
}

/// Where the quote machine stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Champ {
    /// Nothing of the field yet.
    Debut,
    /// In a field without quotes.
    Nu,
    /// Between quotes.
    Ouvert,
    /// After a quote inside quotes: doubled, or closing.
    Referme,
}

/// Reads the whole of `flux` once.
///
/// # Errors
/// E-TABLE-004 nothing but a byte order mark; E-TABLE-018 an encoding that is none of ours, a mix of encodings, or bytes
/// that another encoding would read otherwise; E-TABLE-019 a quote never closed.
pub(super) fn examiner(nom: &Path, flux: &mut impl Read) -> Result<Examen, ErreurTable> {
    let mut tete = [0_u8; MARQUE_UTF8.len()];
    let lus = remplir(nom, flux, &mut tete)?;
    if tete[..lus].starts_with(MARQUE_UTF16_BE) {
        return Err(ErreurTable::Encodage { fichier: nom.to_path_buf(), ligne: 1 });
    }
    if let Some(reste) = tete[..lus].strip_prefix(MARQUE_UTF16_LE) {
        let mut texte = TexteUtf8::nouveau(reste.chain(flux), Encodage::Utf16Le);
        let examen = parcourir(nom, &mut texte, true)?;
        // What was skipped is a line `sep=;`: one unit of two bytes for each of its letters.
        return Ok(Examen { encodage: Encodage::Utf16Le, entete: MARQUE_UTF16_LE.len() + 2 * examen.entete, ..examen });
    }
    let marque = tete[..lus] == *MARQUE_UTF8;
    let saut = if marque { MARQUE_UTF8.len() } else { 0 };
    let examen = parcourir(nom, &mut tete[saut..lus].chain(flux), marque)?;
    Ok(Examen { entete: saut + examen.entete, ..examen })
}

/// The pass over what follows the byte order mark.
fn parcourir(nom: &Path, flux: &mut impl Read, marque: bool) -> Result<Examen, ErreurTable> {
    let mut bloc = vec![0_u8; 1 << 16];
    let mut lus = remplir(nom, flux, &mut bloc)?;
    let encodage_refuse = |ligne| ErreurTable::Encodage { fichier: nom.to_path_buf(), ligne };
    let (entete, separateur) = ligne_sep(&bloc[..lus]).unwrap_or_else(|| (0, separateur_de(&bloc[..lus])));
    if entete == lus {
        return Err(ErreurTable::Vide { fichier: nom.to_path_buf() });
    }

    let mut utf8 = SuiviUtf8::default();
    let mut indices = IndicesAutrePage::default();
    let mut precedent = 0_u8;
    let mut champ = Champ::Debut;
    let mut ligne_physique = 1 + u64::from(entete > 0);
    let mut ouverture = ligne_physique;
    let mut rangees = 0_u64;
    let mut rangee_vide = true;
    let mut debut = entete;
    while lus > 0 {
        for &octet in &bloc[debut..lus] {
            if octet == 0 {
                return Err(encodage_refuse(ligne_physique));
            }
            if octet >= 0x80 || utf8.attendus > 0 {
                utf8.avance(octet, ligne_physique);
            }
            if octet >= 0x80 || precedent >= 0x80 {
                indices.avance(precedent, octet, ligne_physique);
            }
            precedent = octet;
            let fin_de_ligne = matches!(octet, b'\n' | b'\r');
            champ = match (champ, octet) {
                (Champ::Ouvert, b'"') => Champ::Referme,
                (Champ::Ouvert, _) => Champ::Ouvert,
                (Champ::Debut, b'"') => {
                    ouverture = ligne_physique;
                    Champ::Ouvert
                }
                (Champ::Referme, b'"') => Champ::Ouvert,
                (_, o) if o == separateur || fin_de_ligne => Champ::Debut,
                _ => Champ::Nu,
            };
            if champ == Champ::Debut && fin_de_ligne {
                rangees += u64::from(!rangee_vide);
                rangee_vide = true;
            } else {
                rangee_vide = false;
            }
            ligne_physique += u64::from(octet == b'\n');
        }
        debut = 0;
        lus = remplir(nom, flux, &mut bloc)?;
    }
    if champ == Champ::Ouvert {
        return Err(ErreurTable::Guillemet { fichier: nom.to_path_buf(), ligne: ouverture });
    }
    if utf8.attendus > 0 {
        utf8.faute(ligne_physique);
    }
    rangees += u64::from(!rangee_vide);
    let encodage = match (utf8.premiere_faute, indices.premier()) {
        (None, _) => Encodage::Utf8,
        // Announced as UTF-8, or mostly UTF-8: a damaged or pasted-together file, not Windows-1252.
        (Some(ligne), _) if marque || utf8.formees > utf8.fautives => {
            return Err(encodage_refuse(ligne));
        }
        (Some(_), Some(ligne)) => return Err(encodage_refuse(ligne)),
        (Some(_), None) => Encodage::Windows1252,
    };
    if rangees == 0 {
        return Err(ErreurTable::Vide { fichier: nom.to_path_buf() });
    }
    Ok(Examen { separateur, encodage, entete, lignes: rangees - 1 })
}

fn remplir(nom: &Path, flux: &mut impl Read, bloc: &mut [u8]) -> Result<usize, ErreurTable> {
    let mut lus = 0;
    while lus < bloc.len() {
        match flux.read(&mut bloc[lus..]) {
            Ok(0) => break,
            Ok(n) => lus += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(ErreurTable::de_lecture(nom, &e)),
        }
    }
    Ok(lus)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]
    use super::*;

    fn examen(octets: &[u8]) -> Result<Examen, ErreurTable> {
        examiner(Path::new("t.csv"), &mut &octets[..])
    }

    #[test]
    fn separateurs() {
        assert_eq!(examen(b"a;b;c\n1,5;2;3\n").unwrap().separateur, b';');
        assert_eq!(examen(b"a,b,c\n").unwrap().separateur, b',');
        assert_eq!(examen(b"a\tb\n1,5\t2,5\n").unwrap().separateur, b'\t');
        assert_eq!(examen(b"seule\n1\n").unwrap().separateur, b';');
        assert_eq!(examen(b"\"a,b,c\";d\n").unwrap().separateur, b';');
        let excel = examen(b"sep=,\r\na,b;c;d\r\n1,2\r\n").unwrap();
        assert_eq!((excel.separateur, excel.entete, excel.lignes), (b',', 7, 1));
    }

    #[test]
    fn les_lignes_sont_comptees_malgre_guillemets_et_lignes_vides() {
        assert_eq!(examen(b"a;b\n1;2\n3;4").unwrap().lignes, 2);
        assert_eq!(examen(b"a;b\r\n\r\n1;2\r\n\r\n").unwrap().lignes, 1);
        assert_eq!(examen(b"a;b\n\"x\ny\";2\n\"l\"\"une\nl'autre\";\n").unwrap().lignes, 2);
        assert_eq!(examen(b"a;b\n").unwrap().lignes, 0);
    }

    #[test]
    fn encodages() {
        assert_eq!(examen("nom\nLégèrement\n".as_bytes()).unwrap().encodage, Encodage::Utf8);
        assert_eq!(examen(b"nom\nL\xe9g\xe8re\n").unwrap().encodage, Encodage::Windows1252);
        assert_eq!(examen(b"nom\nfin\xe9").unwrap().encodage, Encodage::Windows1252);
        let marque = examen(b"\xef\xbb\xbfnom;a\n1;2\n").unwrap();
        assert_eq!((marque.entete, marque.encodage), (3, Encodage::Utf8));
    }

    #[test]
    fn textes_refuses() {
        for (octets, code) in [
            (&b"\xfe\xff\0n\0o\0m"[..], "E-TABLE-018"),
            (b"nom\n\x00\x01\n", "E-TABLE-018"),
            ("é;é;é\né\n".as_bytes(), "ok"),
            (b"\xc3\xa9;\xc3\xa9\n\xe9\n", "E-TABLE-018"),
            (b"\xef\xbb\xbfnom\n\xe9\n", "E-TABLE-018"),
            (b"nom\n\xe9\x81\n", "E-TABLE-018"),
            (b"a;b\n1;\"ouvert\n2;3\n", "E-TABLE-019"),
            (b"\xef\xbb\xbf", "E-TABLE-004"),
            (b"\n\n", "E-TABLE-004"),
        ] {
            match examen(octets) {
                Ok(_) => assert_eq!(code, "ok"),
                Err(e) => assert_eq!(e.code(), code, "{e}"),
            }
        }
        let Err(ErreurTable::Guillemet { ligne, .. }) = examen(b"a;b\n1;2\n\"x\n3;4\n") else {
            panic!("guillemet attendu");
        };
        assert_eq!(ligne, 3);
    }
}

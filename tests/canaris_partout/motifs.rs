//! What a searched value may look like: writings of a text, encodings of bytes, unkeyed hashes.

use std::fmt::Write as _;

/// Bytes to look for.
pub struct Motif {
    /// What they would betray, and under which form.
    pub nom: String,
    pub octets: Vec<u8>,
    /// Compared with ASCII letters in lower case.
    pub plie: bool,
    /// Counts only where no letter nor digit touches it: short numbers stand in any hash.
    pub mot: bool,
}

/// Every form of a text that was typed in a file: as written, in other cases, without accents, decomposed, closed up; each in
/// UTF-8, Latin-1, UTF-16 both ways, hexadecimal and base64; and the unkeyed hashes of the usual ones.
pub fn du_texte(nom: &str, texte: &str) -> Vec<Motif> {
    let mut motifs = Vec::new();
    let mot = texte.chars().all(|c| !c.is_alphabetic()) && texte.chars().filter(char::is_ascii_digit).count() < 10;
    for (ecriture, forme) in ecritures(texte) {
        if forme.chars().count() < 5 {
            continue;
        }
        let mut ajouter = |encodage: &str, octets: Vec<u8>| {
            motifs.push(Motif { nom: format!("{nom} ({ecriture}, {encodage})"), octets: octets.to_ascii_lowercase(), plie: true, mot });
        };
        ajouter("UTF-8", forme.as_bytes().to_vec());
        if forme.chars().all(|c| (c as u32) < 256) && !forme.is_ascii() {
            ajouter("Latin-1", forme.chars().map(|c| c as u8).collect());
        }
        ajouter("UTF-16LE", forme.encode_utf16().flat_map(u16::to_le_bytes).collect());
        ajouter("UTF-16BE", forme.encode_utf16().flat_map(u16::to_be_bytes).collect());
        motifs.extend(des_octets(&format!("{nom} ({ecriture})"), forme.as_bytes(), false));
        motifs.extend(des_empreintes(&format!("{nom} ({ecriture})"), forme.as_bytes()));
    }
    motifs
}

/// Bytes in hexadecimal and base64, and as they are when `bruts`.
pub fn des_octets(nom: &str, octets: &[u8], bruts: bool) -> Vec<Motif> {
    let mut motifs = Vec::new();
    if bruts {
        motifs.push(Motif { nom: format!("{nom} (octets)"), octets: octets.to_vec(), plie: false, mot: false });
    }
    if octets.len() >= 5 {
        motifs.push(Motif { nom: format!("{nom} (hexadécimal)"), octets: hexa(octets).into_bytes(), plie: true, mot: false });
    }
    if octets.len() >= 8 {
        for (decalage, morceau) in base64_partout(octets).into_iter().enumerate() {
            let propre = morceau.replace('+', "-").replace('/', "_");
            if propre != morceau {
                motifs.push(Motif { nom: format!("{nom} (base64 url, {decalage})"), octets: propre.into_bytes(), plie: false, mot: false });
            }
            motifs.push(Motif { nom: format!("{nom} (base64, {decalage})"), octets: morceau.into_bytes(), plie: false, mot: false });
        }
    }
    motifs
}

/// SHA-256 and BLAKE3 without any key, whole or cut to sixteen bytes: what anybody with a list could compute.
pub fn des_empreintes(nom: &str, octets: &[u8]) -> Vec<Motif> {
    let sha = ring::digest::digest(&ring::digest::SHA256, octets);
    let blake = blake3::hash(octets);
    let mut motifs = Vec::new();
    for (fonction, empreinte) in [("SHA-256", sha.as_ref()), ("BLAKE3", blake.as_bytes().as_slice())] {
        // The first half is in the whole.
        motifs.extend(des_octets(&format!("{fonction} de {nom}"), &empreinte[..16], true));
    }
    motifs
}

/// The writings of a text, each once, with a word for it.
fn ecritures(texte: &str) -> Vec<(&'static str, String)> {
    let sans = sans_accents(texte);
    let serre: String = sans.chars().filter(|c| c.is_alphanumeric()).collect();
    let ecarte: String = sans.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let mut formes = vec![
        ("tel quel", texte.to_owned()),
        ("minuscules", texte.to_lowercase()),
        ("majuscules", texte.to_uppercase()),
        ("sans accents", sans.clone()),
        ("sans accents, minuscules", sans.to_lowercase()),
        ("sans accents, majuscules", sans.to_uppercase()),
        ("décomposé", decompose(texte)),
        ("serré", serre.clone()),
        ("serré, minuscules", serre.to_lowercase()),
        ("serré, majuscules", serre.to_uppercase()),
        ("mots séparés", ecarte.to_uppercase()),
    ];
    let mut vues = std::collections::BTreeSet::new();
    formes.retain(|(_, forme)| vues.insert(forme.clone()));
    formes
}

const ACCENTS: [(char, &str, &str); 22] = [
    ('é', "e", "e\u{301}"),
    ('è', "e", "e\u{300}"),
    ('ê', "e", "e\u{302}"),
    ('ë', "e", "e\u{308}"),
    ('à', "a", "a\u{300}"),
    ('â', "a", "a\u{302}"),
    ('ç', "c", "c\u{327}"),
    ('î', "i", "i\u{302}"),
    ('ï', "i", "i\u{308}"),
    ('ô', "o", "o\u{302}"),
    ('ö', "o", "o\u{308}"),
    ('ù', "u", "u\u{300}"),
    ('û', "u", "u\u{302}"),
    ('ü', "u", "u\u{308}"),
    ('ÿ', "y", "y\u{308}"),
    ('œ', "oe", "œ"),
    ('æ', "ae", "æ"),
    ('É', "E", "E\u{301}"),
    ('Ÿ', "Y", "Y\u{308}"),
    ('Œ', "OE", "Œ"),
    ('Ç', "C", "C\u{327}"),
    ('’', "'", "’"),
];

fn sans_accents(texte: &str) -> String {
    changer(texte, |(_, simple, _)| simple)
}

fn decompose(texte: &str) -> String {
    changer(texte, |(_, _, decompose)| decompose)
}

fn changer(texte: &str, par: impl Fn(&(char, &'static str, &'static str)) -> &'static str) -> String {
    let mut sortie = String::new();
    for c in texte.chars() {
        match ACCENTS.iter().find(|(accent, ..)| *accent == c) {
            Some(trouve) => sortie.push_str(par(trouve)),
            None => sortie.push(c),
        }
    }
    sortie
}

pub fn hexa(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut texte, o| {
        let _ = write!(texte, "{o:02x}");
        texte
    })
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Base64 of bytes (RFC 4648), without padding.
pub fn base64(octets: &[u8]) -> String {
    let mut sortie = String::new();
    for trois in octets.chunks(3) {
        let mot = trois.iter().fold(0_u32, |m, o| m << 8 | u32::from(*o)) << (8 * (3 - trois.len()));
        for i in 0..=trois.len() {
            sortie.push(char::from(BASE64[(mot >> (18 - 6 * i)) as usize & 63]));
        }
    }
    sortie
}

/// What the base64 of anything that contains these bytes contains: one text for each place modulo three.
fn base64_partout(octets: &[u8]) -> Vec<String> {
    (0..3)
        .map(|decalage| {
            let mut avant = vec![0; decalage];
            avant.extend_from_slice(octets);
            let texte = base64(&avant);
            // Characters in which a neighbour has bits are left out.
            let debut = [0, 2, 3][decalage];
            let fin = avant.len() * 8 / 6;
            texte[debut..fin].to_owned()
        })
        .collect()
}

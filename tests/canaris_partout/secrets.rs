//! Every key of a mission, opened by the test's own means: what must stand in its own file and nowhere else.

use std::path::Path;

use ring::hkdf;

use super::recherche::Recherche;
use super::territoire::fichiers;

/// Adds all secrets found below `dossier`, each named after its file (`clé <file> …`). Gives how many.
pub fn ajouter(recherche: &mut Recherche, dossier: &Path, empreinte: &str, suite: &str, epoque: &str) -> usize {
    let mut combien = 0;
    for chemin in fichiers(dossier) {
        let relatif = chemin.strip_prefix(dossier).unwrap().display().to_string();
        let Ok(texte) = std::fs::read_to_string(&chemin) else { continue };
        if let Some(reste) = texte.strip_prefix("RECOURS-CLE-1 ") {
            let mots: Vec<&str> = reste.split_whitespace().collect();
            let secret = de_hexa(mots[1]);
            recherche.octets(&format!("clé {relatif}"), &secret);
            combien += 1;
            for (etage, cle) in derivees(mots[0], &secret, empreinte, suite, epoque) {
                recherche.octets(&format!("clé {relatif}, {etage}"), &cle);
                combien += 1;
            }
        } else if let Some(ligne) = texte.lines().find(|l| l.starts_with("AGE-SECRET-KEY-1")) {
            recherche.texte(&format!("clé {relatif}, texte"), ligne);
            recherche.octets(&format!("clé {relatif}"), &de_bech32(ligne));
            combien += 1;
        }
    }
    combien
}

struct TrenteDeux;
impl hkdf::KeyType for TrenteDeux {
    fn len(&self) -> usize {
        32
    }
}

/// The keys of the passes (or seeds, for the key holder), as the protocol derives them.
fn derivees(role: &str, secret: &[u8], empreinte: &str, suite: &str, epoque: &str) -> Vec<(String, Vec<u8>)> {
    let (etage, sel) = match role {
        "niveau1" => ("l1", "recours/1/l1"),
        "niveau2" => ("l2", "recours/1/l2"),
        "oprf" => ("oprf", "recours/1/oprf"),
        _ => return Vec::new(),
    };
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, sel.as_bytes()).extract(secret);
    (0..recours_seal::oprf::PasseOprf::COMBIEN)
        .map(|passe| {
            let (passe, manifeste) = (format!("p{passe}"), de_hexa(empreinte));
            let mut info = Vec::new();
            for champ in [etage.as_bytes(), suite.as_bytes(), &manifeste, epoque.as_bytes(), passe.as_bytes(), b"canon/1"] {
                info.extend_from_slice(&(champ.len() as u16).to_be_bytes());
                info.extend_from_slice(champ);
            }
            let mut cle = vec![0; 32];
            prk.expand(&[&info], TrenteDeux).unwrap().fill(&mut cle).unwrap();
            (format!("{etage} {passe}"), cle)
        })
        .collect()
}

pub fn de_hexa(texte: &str) -> Vec<u8> {
    texte.as_bytes().chunks(2).map(|p| u8::from_str_radix(std::str::from_utf8(p).unwrap(), 16).unwrap()).collect()
}

/// The 32 bytes of an age identity (BIP 173, checksum left unread).
fn de_bech32(texte: &str) -> Vec<u8> {
    let donnees = texte.trim().to_lowercase();
    let donnees = donnees.rsplit_once('1').unwrap().1;
    let (mut octets, mut reste, mut bits) = (Vec::new(), 0_u32, 0);
    for c in donnees[..donnees.len() - 6].chars() {
        reste = reste << 5 | "qpzry9x8gf2tvdw0s3jn54khce6mua7l".find(c).unwrap() as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            octets.push((reste >> bits) as u8);
            reste &= (1 << bits) - 1;
        }
    }
    assert_eq!(octets.len(), 32);
    octets
}

/// The derivation above is the program's: a token made with a derived key is the token of a delivery.
pub fn cle_de_passe(secret_hexa: &str, empreinte: &str, suite: &str, epoque: &str, passe: usize) -> Vec<u8> {
    derivees("niveau1", &de_hexa(secret_hexa), empreinte, suite, epoque).swap_remove(passe).1
}

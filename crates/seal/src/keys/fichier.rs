//! Key files: one line `RECOURS-CLE-1 <role> <hex>`, readable by their owner alone, encrypted under a passphrase when
//! one was given.

use std::fmt::Write as _;
use std::path::Path;

use zeroize::Zeroizing;

use super::{CleMaitresse, Role};
use crate::ErreurSceau;

const ENTETE: &str = "RECOURS-CLE-1";

impl CleMaitresse {
    /// Writes the key to a *new* file with rights 0600.
    ///
    /// # Errors
    /// E-SCEAU-002 or E-SCEAU-004, both naming the file.
    pub fn ecrire(&self, chemin: &Path) -> Result<(), ErreurSceau> {
        // Whole line reserved at once: a growing string would leave copies of the key behind.
        let mut ligne = Zeroizing::new(String::with_capacity(128));
        ligne.push_str(ENTETE);
        ligne.push(' ');
        ligne.push_str(self.role.code());
        ligne.push(' ');
        for octet in self.octets.iter() {
            // Writing to a String cannot fail.
            let _ = write!(ligne, "{octet:02x}");
        }
        ligne.push('\n');
        Ok(recours_coffre::creer(chemin, ligne.as_bytes())?)
    }

    /// Reads a key file of the level that the caller needs.
    ///
    /// # Errors
    /// E-SCEAU-003 when others could read it, E-PHRASE-001 or 002 when its passphrase was not given,
    /// [`ErreurSceau::CleIllisible`] when it is not a
    /// key file, [`ErreurSceau::RoleDeCle`] when it is of the other level, E-SCEAU-004 otherwise.
    pub fn lire(chemin: &Path, attendu: Role) -> Result<Self, ErreurSceau> {
        let texte = recours_coffre::lire(chemin)?;
        let cle = analyser(&texte).ok_or_else(|| ErreurSceau::CleIllisible { chemin: chemin.to_path_buf() })?;
        cle.exiger(attendu)?;
        Ok(cle)
    }
}

/// Overwrites a key file and removes it.
///
/// On solid-state disks and copying file systems old blocks may survive; the disk must be encrypted.
///
/// # Errors
/// E-SCEAU-004 naming the file.
pub fn detruire(chemin: &Path) -> Result<(), ErreurSceau> {
    Ok(recours_coffre::detruire(chemin)?)
}

fn analyser(texte: &str) -> Option<CleMaitresse> {
    let ligne = texte.strip_suffix('\n').unwrap_or(texte);
    let ligne = ligne.strip_suffix('\r').unwrap_or(ligne);
    let mut mots = ligne.split(' ');
    if mots.next()? != ENTETE {
        return None;
    }
    let role = match mots.next()? {
        "niveau1" => Role::Niveau1,
        "niveau2" => Role::Niveau2,
        "oprf" => Role::Oprf,
        _ => return None,
    };
    let hex = mots.next()?.as_bytes();
    if mots.next().is_some() || hex.len() != 64 {
        return None;
    }
    let mut octets = Zeroizing::new([0_u8; 32]);
    for (octet, paire) in octets.iter_mut().zip(hex.chunks_exact(2)) {
        *octet = chiffre(paire[0])? << 4 | chiffre(paire[1])?;
    }
    Some(CleMaitresse::de_octets(role, octets))
}

fn chiffre(c: u8) -> Option<u8> {
    match c {
        b'0'..=b'9' => Some(c - b'0'),
        b'a'..=b'f' => Some(c - b'a' + 10),
        b'A'..=b'F' => Some(c - b'A' + 10),
        _ => None,
    }
}

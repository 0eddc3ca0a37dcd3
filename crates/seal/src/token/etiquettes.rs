//! Negative rules: what travels beside a token so that a link which sex or birth date contradict is refused.
//!
//! A sex sealed alone has two values and a birth year a hundred: whoever holds such tokens counts them and reads
//! them. So nothing of the kind exists on its own. A label is a number of ten or eleven bits drawn from the
//! *secret half* of the very token that it accompanies: the pass's function gives 32 bytes, sixteen are the
//! token, the others never leave the body. Two rows with the same token have the same secret half, and their
//! labels can be compared; two rows with different tokens have labels that say nothing of each other.
//!
//! ```text
//! y         = PRF(key of the pass, canonical bytes)                    token = y[0..16]
//! sex       = 1 + u16(y[16..18] for men, y[18..20] for women) mod 1023
//! year      = 1 + u16(PRF(y, enc("annee", AAAA))) mod 2047
//! day       = 1 + u16(PRF(y, enc("jour", MMJJ))) mod 2047               0 stands for unknown in all three
//! label     = sex | year << 10 | day << 21
//! ```
//!
//! Being short, a label misses a contradiction once in a thousand: it refuses links, it never makes one. The
//! linkage unit shifts labels by words of its own level-2 output, as it does tokens.

use super::Passe;
use crate::canon::IdentiteCanonique;
use crate::keys::{Suite, encoder, mot_sous};

/// Sex, year, day and month of birth, as three short numbers in one. 0: nothing known.
pub type Etiquette = u32;

const SEXE: (u32, u32) = (0, 1_023);
const ANNEE: (u32, u32) = (10, 2_047);
const JOUR: (u32, u32) = (21, 2_047);

/// What a pass's labels say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Regle {
    sexe: bool,
    naissance: bool,
}

impl Regle {
    /// Nothing.
    pub const AUCUNE: Self = Self { sexe: false, naissance: false };
    /// The sex.
    pub const SEXE: Self = Self { sexe: true, naissance: false };
    /// The birth date (the sex is in the token).
    pub const NAISSANCE: Self = Self { sexe: false, naissance: true };
    /// Both.
    #[cfg(test)]
    const TOUT: Self = Self { sexe: true, naissance: true };

    /// Whether there is anything to say.
    #[must_use]
    pub fn muette(self) -> bool {
        self == Self::AUCUNE
    }
}

impl Passe {
    /// What the labels of this pass say: nothing beside a certified number, else the sex. In p1 number and names agree,
    /// and a child under a parent's number is told by the bearer: a date that differs is a date with a fault.
    #[must_use]
    pub fn regle(self) -> Regle {
        match self {
            Self::P0 => Regle::AUCUNE,
            Self::P1 | Self::P2 | Self::P3 | Self::P4 | Self::P5 => Regle::SEXE,
        }
    }
}

/// The label beside the token whose whole output is `sortie`.
#[must_use]
pub fn etiquette(regle: Regle, suite: Suite, sortie: &[u8; 32], p: &IdentiteCanonique) -> Etiquette {
    let mut etiquette = 0;
    if regle.sexe
        && let Some(sexe) = p.sexe
    {
        let mot = if sexe == 1 { [sortie[16], sortie[17]] } else { [sortie[18], sortie[19]] };
        etiquette |= champ(SEXE, mot);
    }
    if regle.naissance
        && let Some(date) = p.date_naissance
    {
        let mot = |quoi: &[u8], valeur: String| {
            let mut octets = Vec::with_capacity(16);
            let _ = encoder(&mut octets, quoi) && encoder(&mut octets, valeur.as_bytes());
            mot_sous(suite, sortie, &octets)
        };
        etiquette |= champ(ANNEE, mot(b"annee", format!("{:04}", date.annee())));
        if let Some(complete) = date.complete() {
            etiquette |= champ(JOUR, mot(b"jour", complete[4..].to_owned()));
        }
    }
    etiquette
}

fn champ((decalage, modulo): (u32, u32), mot: [u8; 2]) -> Etiquette {
    (1 + u32::from(u16::from_be_bytes(mot)) % modulo) << decalage
}

fn lire((decalage, modulo): (u32, u32), etiquette: Etiquette) -> u32 {
    (etiquette >> decalage) & modulo
}

/// The label at level 2: each part known is shifted by words that only the linkage unit has; what is unknown
/// stays so. Equal parts under one token stay equal, different ones different.
#[must_use]
pub(crate) fn masquer(etiquette: Etiquette, secret: &[u8; 16]) -> Etiquette {
    [SEXE, ANNEE, JOUR]
        .into_iter()
        .zip(secret.as_chunks::<2>().0)
        .map(|(partie, mot)| match lire(partie, etiquette) {
            0 => 0,
            v => (1 + (v - 1 + u32::from(u16::from_be_bytes(*mot))) % partie.1) << partie.0,
        })
        .sum()
}

/// Whether two rows that share a token cannot be one person: the sexes differ, or the birth years do and day and
/// month are not the same either (a year alone is a typing error). `dates_admises`: the sex alone decides.
#[must_use]
pub fn contredit(a: Etiquette, b: Etiquette, dates_admises: bool) -> bool {
    let parties = |partie| (lire(partie, a), lire(partie, b));
    let differe = |(x, y): (u32, u32)| x != 0 && y != 0 && x != y;
    let (ja, jb) = parties(JOUR);
    differe(parties(SEXE)) || (!dates_admises && differe(parties(ANNEE)) && (ja == 0 || ja != jb))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::canon::{DateBrute, IdentiteBrute, canoniser};

    fn e(sexe: &str, date: &str, sortie: &[u8; 32]) -> Etiquette {
        let brute = IdentiteBrute { sexe: Some(sexe), date_naissance: Some(DateBrute::Texte(date)), ..IdentiteBrute::default() };
        etiquette(Regle::TOUT, Suite::Rgs, sortie, &canoniser(&brute))
    }

    #[test]
    fn ce_qui_contredit_et_ce_qui_ne_contredit_pas() {
        let y = std::array::from_fn(|i| i as u8 * 7 + 3);
        let modele = e("F", "1985-07-14", &y);
        for (sexe, date, attendu) in [
            ("F", "1985-07-14", false),
            ("M", "1985-07-14", true),
            ("", "1985-07-14", false),
            ("F", "1986-07-14", false), // one year off, same day: a typing error
            ("F", "1985-11-02", false),
            ("F", "1955-11-02", true), // parent and child of one name
            ("F", "1955", true),
            ("F", "", false),
        ] {
            let autre = e(sexe, date, &y);
            assert_eq!((contredit(modele, autre, false), contredit(autre, modele, false)), (attendu, attendu), "{sexe} {date}");
            let secret = [0xA5, 0x17, 0xFF, 0xFF, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11];
            assert_eq!(contredit(masquer(modele, &secret), masquer(autre, &secret), false), attendu);
            assert_eq!(contredit(modele, autre, true), sexe == "M");
        }
    }

    /// Under another token nothing can be compared: the labels of all women are not one value.
    #[test]
    fn sous_un_autre_jeton_les_etiquettes_ne_disent_rien() {
        let mut vues = std::collections::BTreeSet::new();
        for k in 0..200_u8 {
            let y = *blake3::hash(&[k]).as_bytes();
            vues.insert(e("F", "1985-07-14", &y));
            assert_ne!(masquer(e("F", "1985-07-14", &y), &[k; 16]), 0);
        }
        assert!(vues.len() > 195);
        assert_eq!(masquer(0, &[9; 16]), 0);
    }
}

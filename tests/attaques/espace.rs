//! Without a key: a hash of the national number, tried over all the numbers that a département can have.

use std::collections::HashSet;

use ring::digest;

/// A space of numbers: two sexes, years, twelve months, communes of one département, order numbers.
pub struct Espace {
    pub annees: u32,
    pub communes: u32,
    pub ordres: u32,
}

/// What a search gave.
pub struct Fouille {
    pub candidats: u64,
    pub secondes_de_coeur: f64,
    pub retrouves: u64,
    /// The same search against tokens under a key.
    pub retrouves_sous_cle: u64,
}

impl Espace {
    pub fn taille(&self) -> u64 {
        2 * u64::from(self.annees) * 12 * u64::from(self.communes) * u64::from(self.ordres)
    }

    /// The number of this rank: thirteen digits.
    pub fn numero(&self, rang: u64) -> [u8; 13] {
        let mut reste = rang;
        let mut tirer = |base: u32| {
            let r = (reste % u64::from(base)) as u32;
            reste /= u64::from(base);
            r
        };
        let (ordre, commune, mois, annee, sexe) =
            (tirer(self.ordres) + 1, tirer(self.communes) + 1, tirer(12) + 1, tirer(self.annees), tirer(2) + 1);
        let mut n = [0; 13];
        ecrire(&mut n[0..1], sexe);
        ecrire(&mut n[1..3], annee);
        ecrire(&mut n[3..5], mois);
        ecrire(&mut n[5..7], 99);
        ecrire(&mut n[7..10], commune);
        ecrire(&mut n[10..13], ordre);
        n
    }

    /// Tries every number against two sets of sixteen bytes: unkeyed SHA-256 of numbers, and tokens under a key.
    pub fn fouiller(&self, nus: &HashSet<[u8; 16]>, sous_cle: &HashSet<[u8; 16]>) -> Fouille {
        // Most candidates are left by a bit table of the first three bytes.
        let mut filtre = vec![false; 1 << 24];
        nus.iter().chain(sous_cle).for_each(|h| filtre[place(h)] = true);
        let depart = temps_du_fil();
        let (mut retrouves, mut retrouves_sous_cle) = (0, 0);
        for rang in 0..self.taille() {
            let empreinte = digest::digest(&digest::SHA256, &self.numero(rang));
            let debut: &[u8; 16] = empreinte.as_ref().first_chunk().unwrap();
            if filtre[place(debut)] {
                retrouves += u64::from(nus.contains(debut));
                retrouves_sous_cle += u64::from(sous_cle.contains(debut));
            }
        }
        Fouille { candidats: self.taille(), secondes_de_coeur: temps_du_fil() - depart, retrouves, retrouves_sous_cle }
    }
}

fn place(h: &[u8; 16]) -> usize {
    usize::from(h[0]) << 16 | usize::from(h[1]) << 8 | usize::from(h[2])
}

fn ecrire(ou: &mut [u8], mut n: u32) {
    for place in ou.iter_mut().rev() {
        *place = b'0' + (n % 10) as u8;
        n /= 10;
    }
}

/// Processor time of this thread, in seconds: other work on the machine does not count.
fn temps_du_fil() -> f64 {
    let texte = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    texte.split_whitespace().next().and_then(|n| n.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// Unkeyed hashes of `combien` numbers drawn in a space.
pub fn cibles(espace: &Espace, combien: u64) -> HashSet<[u8; 16]> {
    (0..combien)
        .map(|i| {
            let h = blake3::hash(&i.to_le_bytes());
            let rang = u64::from_le_bytes(*h.as_bytes().first_chunk().unwrap()) % espace.taille();
            *digest::digest(&digest::SHA256, &espace.numero(rang)).as_ref().first_chunk().unwrap()
        })
        .collect()
}

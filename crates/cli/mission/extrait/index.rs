//! From row ids to rows: one table of fixed-size entries for the whole extract.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Hashes 16 bytes by folding them: row ids are random already, and the extract is the body's own (nobody
/// to attack the table from outside).
#[derive(Default)]
pub(super) struct Pli(u64);

impl Hasher for Pli {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, octets: &[u8]) {
        for morceau in octets.chunks(8) {
            let mut mot = [0_u8; 8];
            for (place, octet) in mot.iter_mut().zip(morceau) {
                *place = *octet;
            }
            // Multiply by an odd constant and rotate, so that ids that differ in a few bits spread.
            self.0 = (self.0.rotate_left(26) ^ u64::from_le_bytes(mot)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        self.0 ^= self.0 >> 32;
    }
}

/// Row of each row id (about 25 bytes a person).
pub(super) struct IndexPersonnes {
    lignes: HashMap<[u8; 16], u32, BuildHasherDefault<Pli>>,
}

impl IndexPersonnes {
    /// From ids that are all different and fewer than 2³² (the check of unicity has refused others).
    pub fn nouveau(row_ids: &[[u8; 16]]) -> Self {
        let mut lignes = HashMap::with_capacity_and_hasher(row_ids.len(), BuildHasherDefault::default());
        lignes.extend(row_ids.iter().copied().zip(0_u32..));
        Self { lignes }
    }

    pub fn ligne(&self, row_id: &[u8; 16]) -> Option<u32> {
        self.lignes.get(row_id).copied()
    }

    pub fn taille(&self) -> usize {
        self.lignes.len()
    }
}

//! What the linkage unit notes of the canaries of a delivery, and how two deliveries compare.

use std::collections::{BTreeMap, HashMap};

use super::{COMBIEN, CleCanaris};

/// The canaries of one delivery while it is read. No `Debug`: it holds tokens.
pub struct Comparaison {
    rangs: HashMap<[u8; 16], u16>,
    vus: Vec<bool>,
    /// Per column, what each canary has there.
    colonnes: BTreeMap<String, Vec<Vec<u8>>>,
}

impl Comparaison {
    /// For the delivery that carries this key.
    #[must_use]
    pub fn nouvelle(cle: &CleCanaris) -> Self {
        let rangs = (0_u16..).zip(cle.row_ids()).map(|(rang, id)| (id, rang)).collect();
        Self { rangs, vus: vec![false; COMBIEN], colonnes: BTreeMap::new() }
    }

    /// The canary's number, when this row is one.
    #[must_use]
    pub fn rang(&self, row_id: &[u8; 16]) -> Option<u16> {
        self.rangs.get(row_id).copied()
    }

    /// Notes what a canary has in a column (nothing: an empty slice).
    pub fn noter(&mut self, rang: u16, colonne: &str, octets: &[u8]) {
        let i = usize::from(rang);
        if let Some(vu) = self.vus.get_mut(i) {
            *vu = true;
        }
        if !self.colonnes.contains_key(colonne) {
            self.colonnes.insert(colonne.to_owned(), vec![Vec::new(); COMBIEN]);
        }
        if let Some(place) = self.colonnes.get_mut(colonne).and_then(|c| c.get_mut(i)) {
            place.extend_from_slice(octets);
        }
    }

    /// What was noted, or how many canaries were there when some are missing.
    ///
    /// # Errors
    /// The number found.
    pub fn terminer(self) -> Result<EmpreinteCanaris, usize> {
        let trouves = self.vus.iter().filter(|v| **v).count();
        if trouves != COMBIEN {
            return Err(trouves);
        }
        let hacher = |valeurs: Vec<Vec<u8>>| {
            let mut hache = blake3::Hasher::new();
            for valeur in valeurs {
                hache.update(&(valeur.len() as u64).to_le_bytes());
                hache.update(&valeur);
            }
            *hache.finalize().as_bytes()
        };
        Ok(EmpreinteCanaris(self.colonnes.into_iter().map(|(nom, valeurs)| (nom, hacher(valeurs))).collect()))
    }
}

/// Per column, a hash of what the thousand canaries have there: equal from two bodies when they seal alike.
/// It says nothing of anybody: the identities are published and no person has their tokens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmpreinteCanaris(BTreeMap<String, [u8; 32]>);

impl EmpreinteCanaris {
    /// Columns of both that differ.
    #[must_use]
    pub fn differences(&self, autre: &Self) -> Vec<&str> {
        let communes = self.0.iter().filter_map(|(nom, ici)| Some((nom, ici, autre.0.get(nom)?)));
        communes.filter(|(_, ici, la)| ici != la).map(|(nom, ..)| nom.as_str()).collect()
    }

    /// Sixty-four hexadecimal digits per column.
    #[must_use]
    pub fn textes(&self) -> BTreeMap<String, String> {
        self.0.iter().map(|(nom, h)| (nom.clone(), blake3::Hash::from_bytes(*h).to_hex().to_string())).collect()
    }

    /// Reads [`EmpreinteCanaris::textes`] back; a column that is not a hash is left out.
    #[must_use]
    pub fn lire(textes: &BTreeMap<String, String>) -> Self {
        let lu = |t: &String| blake3::Hash::from_hex(t).ok().map(|h| *h.as_bytes());
        Self(textes.iter().filter_map(|(nom, t)| Some((nom.clone(), lu(t)?))).collect())
    }
}

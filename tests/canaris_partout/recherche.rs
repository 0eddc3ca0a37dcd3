//! The searcher: many patterns at once in any bytes, and the containers that hide them (Parquet, Arrow, envelopes).

use std::collections::{BTreeSet, HashMap};

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use recours_tables::{IdentiteAge, Lecteur, Lots, enveloppe, lire_table};

use super::motifs::{self, Motif};

/// Patterns, found by their first four bytes.
#[derive(Default)]
pub struct Recherche {
    motifs: Vec<Motif>,
    plies: Index,
    bruts: Index,
}

#[derive(Default)]
struct Index {
    debuts: HashMap<[u8; 4], Vec<usize>>,
    /// Of the first two bytes: most places are left at once.
    filtre: Vec<bool>,
}

impl Index {
    fn ajouter(&mut self, octets: &[u8], rang: usize) {
        self.filtre.resize(1 << 16, false);
        self.filtre[usize::from(u16::from_be_bytes([octets[0], octets[1]]))] = true;
        self.debuts.entry([octets[0], octets[1], octets[2], octets[3]]).or_default().push(rang);
    }

    fn chercher(&self, ou: &[u8], motifs: &[Motif], trouves: &mut BTreeSet<String>) {
        if self.filtre.is_empty() {
            return;
        }
        for (i, fenetre) in ou.windows(4).enumerate() {
            if !self.filtre[usize::from(u16::from_be_bytes([fenetre[0], fenetre[1]]))] {
                continue;
            }
            let cle: [u8; 4] = fenetre.try_into().unwrap();
            for rang in self.debuts.get(&cle).into_iter().flatten() {
                let motif = &motifs[*rang];
                if ou[i..].starts_with(&motif.octets) && (!motif.mot || isole(ou, i, motif.octets.len())) {
                    trouves.insert(motif.nom.clone());
                }
            }
        }
    }
}

fn isole(ou: &[u8], debut: usize, longueur: usize) -> bool {
    let colle = |i: usize| ou.get(i).is_some_and(|c| c.is_ascii_alphanumeric());
    !colle(debut + longueur) && (debut == 0 || !colle(debut - 1))
}

impl Recherche {
    /// Looks for a text under every form.
    pub fn texte(&mut self, nom: &str, texte: &str) {
        self.ajouter(motifs::du_texte(nom, texte));
    }

    /// Looks for bytes: as they are, in hexadecimal, in base64.
    pub fn octets(&mut self, nom: &str, octets: &[u8]) {
        self.ajouter(motifs::des_octets(nom, octets, true));
    }

    /// Looks for the unkeyed hashes of bytes.
    pub fn empreintes(&mut self, nom: &str, octets: &[u8]) {
        self.ajouter(motifs::des_empreintes(nom, octets));
    }

    fn ajouter(&mut self, motifs: Vec<Motif>) {
        for motif in motifs.into_iter().filter(|m| m.octets.len() >= 4) {
            let index = if motif.plie { &mut self.plies } else { &mut self.bruts };
            index.ajouter(&motif.octets, self.motifs.len());
            self.motifs.push(motif);
        }
    }

    pub fn combien(&self) -> usize {
        self.motifs.len()
    }

    /// Names of what stands in these bytes, containers left closed.
    pub fn dans(&self, octets: &[u8]) -> BTreeSet<String> {
        let mut trouves = BTreeSet::new();
        self.bruts.chercher(octets, &self.motifs, &mut trouves);
        self.plies.chercher(&octets.to_ascii_lowercase(), &self.motifs, &mut trouves);
        trouves
    }

    /// Names of what stands in these bytes, or in what they hold: envelopes opened by any of `cles`, every column decoded.
    /// `voir` is told the name of each layer that was opened.
    pub fn au_fond(&self, nom: &str, octets: &[u8], cles: &[IdentiteAge], voir: &mut dyn FnMut(&str)) -> BTreeSet<(String, String)> {
        let mut trouves: BTreeSet<(String, String)> = self.dans(octets).into_iter().map(|t| (nom.to_owned(), t)).collect();
        voir(nom);
        if octets.starts_with(b"age-encryption.org/") {
            for cle in cles {
                if let Ok(clair) = enveloppe::dechiffrer(octets, cle) {
                    trouves.extend(self.au_fond(&format!("{nom}, ouvert"), &clair, cles, voir));
                }
            }
        } else if octets.starts_with(b"PAR1") {
            // A file left half written has no columns yet: its bytes were searched.
            if let Ok(lecteur) = Lecteur::depuis_parquet(nom, octets.to_vec()) {
                trouves.extend(self.dans_les_colonnes(nom, lecteur.lots().unwrap(), voir));
            }
        } else if octets.starts_with(b"ARROW1") {
            let copie = tempfile::Builder::new().suffix(".arrow").tempfile().unwrap();
            std::fs::write(copie.path(), octets).unwrap();
            trouves.extend(self.dans_les_colonnes(nom, lire_table(copie.path()).unwrap().lots().unwrap(), voir));
        }
        trouves
    }

    /// Every cell as a reader would see it, and its bytes.
    fn dans_les_colonnes(&self, nom: &str, lots: Lots, voir: &mut dyn FnMut(&str)) -> BTreeSet<(String, String)> {
        let mut trouves = BTreeSet::new();
        for lot in lots {
            let lot = lot.unwrap();
            for (champ, colonne) in lot.lot().schema().fields().iter().zip(lot.lot().columns()) {
                let ici = format!("{nom}, colonne {}", champ.name());
                voir(&ici);
                let options = FormatOptions::default();
                let texte = ArrayFormatter::try_new(colonne.as_ref(), &options).unwrap();
                let mut vu = champ.name().clone().into_bytes();
                for i in 0..colonne.len() {
                    vu.push(b'\n');
                    vu.extend_from_slice(texte.value(i).to_string().as_bytes());
                    if colonne.is_valid(i) {
                        vu.push(b'\n');
                        match colonne.data_type() {
                            DataType::FixedSizeBinary(_) => vu.extend_from_slice(colonne.as_fixed_size_binary().value(i)),
                            DataType::Binary => vu.extend_from_slice(colonne.as_binary::<i32>().value(i)),
                            _ => {}
                        }
                    }
                }
                trouves.extend(self.dans(&vu).into_iter().map(|t| (ici.clone(), t)));
            }
        }
        trouves
    }
}

//! One small demonstration per mode, made once, and what each adversary finds in it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use arrow::array::Array;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use recours::mission::Mission;
use recours_seal::canon::{DateBrute, IdentiteBrute};
use recours_tables::lire_table;

/// A demonstration as it was left.
pub struct Demo {
    dossier: tempfile::TempDir,
    /// What it printed.
    pub sortie: Vec<u8>,
}

pub static MODE_A: LazyLock<Demo> = LazyLock::new(|| Demo::nouvelle("A", 400));
pub static MODE_B: LazyLock<Demo> = LazyLock::new(|| Demo::nouvelle("B", 120));

pub const ORGANISMES: [(&str, &str); 2] = [("caf", "personnes"), ("cpam", "assures")];

impl Demo {
    fn nouvelle(mode: &str, personnes: u32) -> Self {
        let dossier = tempfile::tempdir().unwrap();
        let o = Command::new(env!("CARGO_BIN_EXE_recours"))
            .args(["demo", "--petite", "--mode", mode, "--persons", &personnes.to_string(), "--seed", "23", "--out", "d"])
            .current_dir(dossier.path())
            .output()
            .unwrap();
        assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
        Self { dossier, sortie: [o.stdout, o.stderr].concat() }
    }

    pub fn racine(&self) -> PathBuf {
        self.dossier.path().join("d")
    }

    pub fn chemin(&self, relatif: &str) -> PathBuf {
        self.racine().join(relatif)
    }

    pub fn mission(&self) -> Mission {
        Mission::lire(self.chemin("mission.toml")).unwrap()
    }

    /// A copy that may be spoilt.
    pub fn copie(&self) -> Copie {
        let dossier = tempfile::tempdir().unwrap();
        for f in fichiers(&self.racine()) {
            let cible = dossier.path().join(f.strip_prefix(self.racine()).unwrap());
            std::fs::create_dir_all(cible.parent().unwrap()).unwrap();
            std::fs::copy(&f, cible).unwrap();
        }
        Copie { dossier }
    }

    /// Everybody in the bodies' extracts: the list that a thief of numbers and names would try.
    pub fn population(&self) -> Vec<Gens> {
        let mut tous: Vec<Gens> = ORGANISMES.iter().flat_map(|(body, fichier)| self.gens_de(body, fichier)).collect();
        tous.sort_by(|a, b| a.champs.cmp(&b.champs));
        tous.dedup_by(|a, b| a.champs == b.champs);
        tous
    }

    pub fn gens_de(&self, body: &str, fichier: &str) -> Vec<Gens> {
        gens(&self.chemin(&format!("bodies/{body}/extrait/{fichier}.parquet")))
    }
}

pub struct Copie {
    dossier: tempfile::TempDir,
}

impl Copie {
    pub fn chemin(&self, relatif: &str) -> PathBuf {
        self.dossier.path().join(relatif)
    }

    pub fn mission(&self) -> Mission {
        Mission::lire(self.chemin("mission.toml")).unwrap()
    }
}

const CHAMPS: [&str; 8] = ["nir", "nom_naissance", "nom_usage", "prenoms", "date_naissance", "sexe", "commune_naissance", "code_postal"];

/// Somebody of an extract: the fields of [`CHAMPS`]. No `Debug`, as everywhere.
#[derive(Clone)]
pub struct Gens {
    pub champs: [Option<String>; 8],
}

impl Gens {
    pub fn brute(&self) -> IdentiteBrute<'_> {
        let [nir, nom_naissance, nom_usage, prenoms, date, sexe, commune_naissance, code_postal] =
            self.champs.each_ref().map(|c| c.as_deref());
        IdentiteBrute {
            nir,
            nom_naissance,
            nom_usage,
            prenoms,
            date_naissance: date.map(DateBrute::Texte),
            sexe,
            commune_naissance,
            code_postal,
            ..IdentiteBrute::default()
        }
    }
}

fn gens(fichier: &Path) -> Vec<Gens> {
    let lot = lire_table(fichier).unwrap().tout().unwrap();
    let options = FormatOptions::default();
    let colonnes = CHAMPS.map(|nom| lot.lot().column_by_name(nom).unwrap());
    let textes = colonnes.map(|c| ArrayFormatter::try_new(c.as_ref(), &options).unwrap());
    (0..lot.lignes())
        .map(|i| Gens {
            champs: std::array::from_fn(|k| {
                colonnes[k].is_valid(i).then(|| textes[k].value(i).to_string()).filter(|t| !t.trim().is_empty())
            }),
        })
        .collect()
}

/// All files below a folder.
pub fn fichiers(dossier: &Path) -> Vec<PathBuf> {
    crate::sceller::territoire::fichiers(dossier)
}

/// One line of the table of attacks.
pub struct Ligne {
    pub attaque: String,
    pub detient: String,
    pub essais: u64,
    pub retrouves: u64,
    /// Out of how many.
    pub sur: u64,
}

impl Ligne {
    pub fn nouvelle(attaque: &str, detient: &str, essais: u64, retrouves: u64, sur: u64) -> Self {
        Self { attaque: attaque.to_owned(), detient: detient.to_owned(), essais, retrouves, sur }
    }
}

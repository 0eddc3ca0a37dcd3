//! A small bench: a pack, two tables under handles, their description, and the built command.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Date32Array, FixedSizeBinaryArray, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Int8Type, Int32Type};
use recours_tables::{ecrire_parquet, lire_table};
use tempfile::TempDir;

/// The rules of the tests: not the law.
const REGLES: [(&str, &str); 7] = [
    ("vocabulaire.yaml", include_str!("regles/vocabulaire.yaml")),
    ("classes.yaml", include_str!("regles/classes.yaml")),
    ("aide.yaml", include_str!("regles/aide.yaml")),
    ("carte.yaml", include_str!("regles/carte.yaml")),
    ("bon.yaml", include_str!("regles/bon.yaml")),
    ("calculs.yaml", include_str!("regles/calculs.yaml")),
    ("parametres.yaml", include_str!("regles/parametres.yaml")),
];

pub const DESCRIPTION: &str = r#"regles = "regles"
le = 2026-03-01
tranches = [50, 150]
calculs = ["enfants_du_foyer"]

[[table]]
nom = "composition"
fichier = "personnes.parquet"
personne = "cle"
foyer = "cle_foyer"
[table.faits]
role = { colonne = "role", codes = { 1 = "demandeur", 2 = "conjoint", 3 = "enfant" } }
date_naissance = { colonne = "ne_le" }
recue = { colonne = "recue", unite = "centime" }

[[table]]
nom = "revenus"
fichier = "revenus.parquet"
personne = "cle"
[table.faits]
salaire = { colonne = "salaire", unite = "centime" }  # vide
situation = { colonne = "situation" }
connu = { est = "ligne" }
"#;

/// Runs the built command from a folder.
pub fn recours(dans: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_recours")).current_dir(dans).args(arguments).output().unwrap()
}

/// Everything that the command said.
pub fn dit(sortie: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&sortie.stdout), String::from_utf8_lossy(&sortie.stderr))
}

/// Cells of a column.
#[derive(Clone)]
pub enum Cellules {
    Cles(Vec<Option<u128>>),
    /// Handles of variable length, as some tools write them.
    Octets(Vec<u128>),
    Entiers(Vec<Option<i64>>),
    Dates(Vec<Option<i32>>),
    Textes(Vec<Option<String>>),
    Vrais(Vec<Option<bool>>),
}

impl Cellules {
    fn tableau(&self) -> ArrayRef {
        match self {
            Self::Cles(c) => {
                let octets = c.iter().map(|c| c.map(|c| c.to_be_bytes()));
                Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(octets, 16).unwrap())
            }
            Self::Octets(c) => Arc::new(BinaryArray::from_iter_values(c.iter().map(|c| c.to_be_bytes()))),
            Self::Entiers(c) => Arc::new(Int64Array::from(c.clone())),
            Self::Dates(c) => Arc::new(Date32Array::from(c.clone())),
            Self::Textes(c) => Arc::new(StringArray::from(c.clone())),
            Self::Vrais(c) => Arc::new(BooleanArray::from(c.clone())),
        }
    }
}

/// A table.
#[derive(Clone, Default)]
pub struct Table(pub Vec<(String, Cellules)>);

impl Table {
    pub fn colonne(&mut self, nom: &str, cellules: Cellules) {
        match self.0.iter_mut().find(|c| c.0 == nom) {
            Some(c) => c.1 = cellules,
            None => self.0.push((nom.into(), cellules)),
        }
    }

    pub fn lot(&self) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(self.0.iter().map(|(n, c)| (n, c.tableau(), true))).unwrap()
    }
}

/// A row of the result.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ligne {
    pub unit: u128,
    pub droit: String,
    pub degre: String,
    pub tranche: Option<i8>,
    pub enfants: Option<i32>,
}

pub struct Banc {
    pub dossier: TempDir,
    pub personnes: Table,
    pub revenus: Table,
    pub description: String,
}

/// Days since 1970-01-01 of the first of January.
pub fn annee(a: i32) -> i32 {
    (a - 1970) * 365 + (a - 1969) / 4
}

impl Banc {
    /// Four persons of three foyers, and one person of whom the composition does not know.
    pub fn petit() -> Self {
        let mut personnes = Table::default();
        personnes.colonne("cle", Cellules::Cles([11, 21, 22, 31].map(Some).to_vec()));
        personnes.colonne("cle_foyer", Cellules::Cles([1, 2, 2, 3].map(Some).to_vec()));
        personnes.colonne("role", Cellules::Entiers([1, 1, 3, 1].map(Some).to_vec()));
        personnes.colonne("ne_le", Cellules::Dates([1980, 1985, 2015, 1950].map(|a| Some(annee(a))).to_vec()));
        personnes.colonne("recue", Cellules::Entiers(vec![Some(0), Some(0), None, Some(15_000)]));
        let mut revenus = Table::default();
        revenus.colonne("cle", Cellules::Cles([31, 11, 99, 21, 22].map(Some).to_vec()));
        revenus.colonne("salaire", Cellules::Entiers(vec![Some(0), Some(0), Some(5), None, Some(0)]));
        let mots = ["retraite", "actif", "actif", "actif", "actif"];
        revenus.colonne("situation", Cellules::Textes(mots.map(|m| Some(m.to_owned())).to_vec()));
        Self::avec(personnes, revenus)
    }

    pub fn avec(personnes: Table, revenus: Table) -> Self {
        let banc = Self { dossier: tempfile::tempdir().unwrap(), personnes, revenus, description: DESCRIPTION.into() };
        std::fs::create_dir(banc.chemin("regles")).unwrap();
        for (nom, texte) in REGLES {
            std::fs::write(banc.chemin("regles").join(nom), texte).unwrap();
        }
        banc.ecrire();
        banc
    }

    pub fn chemin(&self, nom: &str) -> PathBuf {
        self.dossier.path().join(nom)
    }

    /// Writes the tables and the description.
    pub fn ecrire(&self) {
        for (nom, table) in [("personnes", &self.personnes), ("revenus", &self.revenus)] {
            let lot = table.lot();
            ecrire_parquet(self.chemin(nom).with_extension("parquet"), &lot.schema(), &[lot]).unwrap();
        }
        std::fs::write(self.chemin("croisement.toml"), &self.description).unwrap();
    }

    /// Changes the description; what is replaced must be there.
    pub fn remplacer(&mut self, quoi: &str, par: &str) {
        assert!(self.description.contains(quoi), "{quoi}");
        self.description = self.description.replacen(quoi, par, 1);
        self.ecrire();
    }

    pub fn croiser(&self, suite: &[&str]) -> Output {
        recours(self.dossier.path(), &[&["croise", "croisement.toml"], suite].concat())
    }

    /// The rows of a result, as they stand.
    pub fn lignes(&self, nom: &str) -> Vec<Ligne> {
        let lot = lire_table(self.chemin(nom)).unwrap().tout().unwrap();
        let lot = lot.lot();
        let texte = |c: &str| arrow::compute::cast(&lot[c], &DataType::Utf8).unwrap();
        let cle = |c: &str, i: usize| {
            let c = lot[c].as_fixed_size_binary();
            u128::from_be_bytes(c.value(i).try_into().unwrap())
        };
        let (droits, degres) = (texte("right"), texte("certainty"));
        let tranches = lot["tranche"].as_primitive::<Int8Type>();
        let enfants = lot["enfants_du_foyer"].as_primitive::<Int32Type>();
        (0..lot.num_rows())
            .map(|i| Ligne {
                unit: cle("unit", i),
                droit: droits.as_string::<i32>().value(i).to_owned(),
                degre: degres.as_string::<i32>().value(i).to_owned(),
                tranche: tranches.is_valid(i).then(|| tranches.value(i)),
                enfants: enfants.is_valid(i).then(|| enfants.value(i)),
            })
            .collect()
    }
}

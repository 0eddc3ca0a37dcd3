//! The answers, written by extension: Parquet, CSV or Arrow IPC, whole or not at all; and their counts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use recours_tables::{EcrivainParquet, ErreurTable, Format, Protection, ecrire_octets};

/// A file being written aside.
pub(in crate::commandes) enum Sortie<'c> {
    /// Batch by batch.
    Parquet(Box<EcrivainParquet>),
    /// Held until the end: these formats are for small files.
    Autre(&'c Path, Format, Protection, Vec<RecordBatch>),
}

impl<'c> Sortie<'c> {
    /// Starts a file of the format that its extension announces.
    ///
    /// # Errors
    /// E-TABLE-003 for another extension; E-TABLE-022 when the folder cannot be written.
    pub(in crate::commandes) fn creer(chemin: &'c Path, premier: &RecordBatch) -> Result<Self, ErreurTable> {
        Self::protegee(chemin, premier, Protection::Ordinaire)
    }

    /// As [`Sortie::creer`], for its owner alone.
    ///
    /// # Errors
    /// Those of [`Sortie::creer`].
    pub(in crate::commandes) fn creer_privee(chemin: &'c Path, premier: &RecordBatch) -> Result<Self, ErreurTable> {
        Self::protegee(chemin, premier, Protection::Privee)
    }

    fn protegee(chemin: &'c Path, premier: &RecordBatch, protection: Protection) -> Result<Self, ErreurTable> {
        match Format::de_chemin(chemin)? {
            Format::Parquet => Ok(Self::Parquet(Box::new(EcrivainParquet::avec_protection(chemin, &premier.schema(), protection)?))),
            autre => Ok(Self::Autre(chemin, autre, protection, Vec::new())),
        }
    }

    /// Adds answers.
    ///
    /// # Errors
    /// E-TABLE-022 when the disk refuses.
    pub(in crate::commandes) fn ecrire(&mut self, lot: RecordBatch) -> Result<(), ErreurTable> {
        match self {
            Self::Parquet(p) => p.ecrire(&lot),
            Self::Autre(_, _, _, lots) => {
                lots.push(lot);
                Ok(())
            }
        }
    }

    /// Publishes the file.
    ///
    /// # Errors
    /// E-TABLE-022 when the disk refuses.
    pub(in crate::commandes) fn terminer(self) -> Result<(), ErreurTable> {
        match self {
            Self::Parquet(p) => p.terminer(),
            Self::Autre(chemin, Format::Csv, protection, lots) => ecrire_octets(chemin, csv(&lots).as_bytes(), protection),
            Self::Autre(chemin, _, protection, lots) => {
                ecrire_octets(chemin, &ipc(&lots).map_err(|_| ErreurTable::Schema { fichier: chemin.into() })?, protection)
            }
        }
    }
}

fn ipc(lots: &[RecordBatch]) -> Result<Vec<u8>, arrow::error::ArrowError> {
    let Some(premier) = lots.first() else { return Ok(Vec::new()) };
    let mut ecrivain = arrow_ipc::writer::FileWriter::try_new(Vec::new(), &premier.schema())?;
    for lot in lots {
        ecrivain.write(lot)?;
    }
    ecrivain.finish()?;
    ecrivain.into_inner()
}

/// `;` between cells, decimal point, lists with ` ` between names and ` | ` between sets.
pub(crate) fn csv(lots: &[RecordBatch]) -> String {
    let mut sortie = String::new();
    if let Some(lot) = lots.first() {
        let noms: Vec<String> = lot.schema().fields().iter().map(|c| c.name().clone()).collect();
        sortie += &noms.join(";");
        sortie.push('\n');
    }
    for lot in lots {
        let colonnes: Vec<Vec<String>> = lot.columns().iter().map(textes).collect();
        for i in 0..lot.num_rows() {
            let cellules: Vec<&str> = colonnes.iter().map(|c| c.get(i).map_or("", String::as_str)).collect();
            let _ = writeln!(sortie, "{}", cellules.join(";"));
        }
    }
    sortie
}

fn textes(colonne: &ArrayRef) -> Vec<String> {
    (0..colonne.len()).map(|i| cellule(colonne, i)).collect()
}

fn cellule(colonne: &ArrayRef, i: usize) -> String {
    if colonne.is_null(i) {
        return String::new();
    }
    match colonne.data_type() {
        DataType::Float64 => format!("{:.2}", colonne.as_primitive::<Float64Type>().value(i)),
        DataType::List(dedans) => {
            let entre = if matches!(dedans.data_type(), DataType::List(_)) { " | " } else { " " };
            textes(&colonne.as_list::<i32>().value(i)).join(entre)
        }
        _ => cast(&colonne.slice(i, 1), &DataType::Utf8).map(|t| guillemets(t.as_string::<i32>().value(0))).unwrap_or_default(),
    }
}

fn guillemets(texte: &str) -> String {
    if texte.contains([';', '"', '\n', '\r']) { format!("\"{}\"", texte.replace('"', "\"\"")) } else { texte.to_owned() }
}

/// How many units have each answer, per right.
#[derive(Default)]
pub(in crate::commandes) struct Comptes(BTreeMap<String, BTreeMap<String, u64>>);

impl Comptes {
    /// Adds the answers of a batch.
    pub(in crate::commandes) fn ajouter(&mut self, lot: &RecordBatch) {
        let (Some(droits), Some(reponses)) = (lot.column_by_name("right"), lot.column_by_name("entitled")) else { return };
        // Rows come right after right.
        let (mut courant, mut comptes): (&str, Vec<(&str, u64)>) = ("", Vec::new());
        for (droit, reponse) in droits.as_string::<i32>().iter().zip(reponses.as_string::<i32>().iter()) {
            let (Some(d), Some(r)) = (droit, reponse) else { continue };
            if d != courant {
                self.verser(courant, &comptes);
                comptes.clear();
                courant = d;
            }
            match comptes.iter_mut().find(|(connue, _)| *connue == r) {
                Some((_, n)) => *n += 1,
                None => comptes.push((r, 1)),
            }
        }
        self.verser(courant, &comptes);
    }

    fn verser(&mut self, droit: &str, comptes: &[(&str, u64)]) {
        for (reponse, n) in comptes {
            *self.0.entry(droit.to_owned()).or_default().entry((*reponse).to_owned()).or_default() += n;
        }
    }

    /// One line: `rsa : oui 3, inconnu 1`.
    pub(in crate::commandes) fn ligne(&self, droit: &str, reponses: &[&str]) -> String {
        let comptes = self.0.get(droit);
        let morceaux: Vec<String> = reponses
            .iter()
            .map(|r| format!("{r} {}", crate::commandes::explain::ecriture::entier(comptes.and_then(|c| c.get(*r)).copied().unwrap_or(0))))
            .collect();
        morceaux.join(", ")
    }
}

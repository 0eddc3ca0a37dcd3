//! A sheet that people filled in a spreadsheet: XLSX, or CSV as French spreadsheets save it.
//!
//! A sheet is not a table: rows may be empty, cells are text, numbers or dates as the spreadsheet chose, and people speak of
//! them by their cell (`E7`). So cells come with their place in the sheet, and nothing is typed here beyond what the file says.

use std::io::BufReader;
use std::path::Path;

use arrow::array::Array;
use calamine::{DataRef, Reader, Xlsx};

use super::{Format, garde, lire_table};
use crate::erreur::ErreurTable;

/// What a cell holds. No `Debug`: it may be of a person.
#[derive(Clone, PartialEq)]
pub enum Case {
    /// Nothing.
    Vide,
    /// Text, trimmed, never empty.
    Texte(String),
    /// A number.
    Nombre(f64),
    /// A day, since 1970-01-01; hours are dropped.
    Jour(i32),
    /// A formula's fault, a duration: nothing that a form asks.
    Autre,
}

/// A row and its number in the sheet, from 1: the header has one.
#[derive(Clone)]
pub struct Rangee {
    /// Number that a spreadsheet shows.
    pub numero: u32,
    /// Cells from column A, those after the last filled one left out.
    pub cases: Vec<Case>,
}

/// Most rows and columns of a form; beyond, the file is not one.
const RANGEES_MAX: u32 = 200_000;
const COLONNES_MAX: u32 = 256;

/// Reads the sheet called `nom` of an XLSX workbook (its first one when none has that name), or a CSV: the rows where
/// something is written, in order.
///
/// # Errors
/// E-TABLE-001 to -005 as for a table, -018 and -019 for a CSV, -020 for a sheet of more than 200 000 rows or 256 columns.
pub fn lire_feuille(chemin: impl AsRef<Path>, nom: &str) -> Result<Vec<Rangee>, ErreurTable> {
    let chemin = chemin.as_ref();
    let classeur = chemin.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx"));
    if classeur {
        return garde::garder(|| classeur_xlsx(chemin, nom)).unwrap_or_else(|| Err(abime(chemin)));
    }
    match Format::de_chemin(chemin)? {
        Format::Csv => csv(chemin),
        _ => Err(ErreurTable::FormatInconnu { fichier: chemin.to_path_buf() }),
    }
}

fn abime(chemin: &Path) -> ErreurTable {
    ErreurTable::Abime { fichier: chemin.to_path_buf(), format: "XLSX", ligne: None }
}

fn classeur_xlsx(chemin: &Path, nom: &str) -> Result<Vec<Rangee>, ErreurTable> {
    let fichier = std::fs::File::open(chemin).map_err(|e| ErreurTable::de_lecture(chemin, &e))?;
    if fichier.metadata().is_ok_and(|m| m.is_file() && m.len() == 0) {
        return Err(ErreurTable::Vide { fichier: chemin.to_path_buf() });
    }
    let faute = |_| abime(chemin);
    let mut classeur: Xlsx<_> = Xlsx::new(BufReader::new(fichier)).map_err(faute)?;
    let noms = classeur.sheet_names();
    let Some(feuille) = noms.iter().find(|n| *n == nom).or(noms.first()).cloned() else { return Err(abime(chemin)) };
    let mut cases = classeur.worksheet_cells_reader(&feuille).map_err(faute)?;
    let mut rangees: Vec<Rangee> = Vec::new();
    // Cells come one by one and only those that hold something: a cell written far away costs its row, not a rectangle.
    while let Some(cellule) = cases.next_cell().map_err(faute)? {
        let (ligne, colonne) = cellule.get_position();
        let case = case_xlsx(cellule.get_value());
        if case == Case::Vide {
            continue;
        }
        if ligne >= RANGEES_MAX || colonne >= COLONNES_MAX {
            return Err(ErreurTable::TropGrand { fichier: chemin.to_path_buf() });
        }
        if rangees.last().is_none_or(|r| r.numero != ligne + 1) {
            rangees.push(Rangee { numero: ligne + 1, cases: Vec::new() });
        }
        if let Some(rangee) = rangees.last_mut() {
            rangee.cases.resize(rangee.cases.len().max(colonne as usize + 1), Case::Vide);
            rangee.cases[colonne as usize] = case;
        }
    }
    Ok(rangees)
}

fn case_xlsx(valeur: &DataRef<'_>) -> Case {
    match valeur {
        DataRef::Empty => Case::Vide,
        DataRef::String(t) => texte(t),
        DataRef::SharedString(t) => texte(t),
        DataRef::Bool(b) => Case::Texte(if *b { "oui" } else { "non" }.into()),
        DataRef::Int(n) => Case::Nombre(*n as f64),
        DataRef::Float(n) if n.is_finite() => Case::Nombre(*n),
        DataRef::DateTime(d) if d.is_datetime() => {
            let (annee, mois, jour, ..) = d.to_ymd_hms_milli();
            let lu = crate::colonne::jours_depuis_1970(i32::from(annee), u32::from(mois), u32::from(jour));
            lu.map_or(Case::Autre, Case::Jour)
        }
        // An ISO date stays text: the day is what comes before its T.
        DataRef::DateTimeIso(t) => texte(t.split('T').next().unwrap_or_default()),
        _ => Case::Autre,
    }
}

fn texte(brut: &str) -> Case {
    let texte = brut.trim();
    if texte.is_empty() { Case::Vide } else { Case::Texte(texte.to_owned()) }
}

fn csv(chemin: &Path) -> Result<Vec<Rangee>, ErreurTable> {
    let lecteur = lire_table(chemin)?;
    let entete = lecteur.schema().fields().iter().map(|c| texte(c.name())).collect();
    let mut rangees = vec![Rangee { numero: 1, cases: entete }];
    for lot in lecteur.lots()? {
        let lot = lot?;
        let colonnes: Vec<_> = lot.lot().columns().iter().map(|c| arrow::array::AsArray::as_string::<i32>(c).clone()).collect();
        for i in 0..lot.lignes() {
            let numero = u32::try_from(lot.premiere_ligne() + i as u64 + 1).ok().filter(|n| *n <= RANGEES_MAX);
            let Some(numero) = numero else { return Err(ErreurTable::TropGrand { fichier: chemin.to_path_buf() }) };
            let cases: Vec<Case> = colonnes.iter().map(|c| if c.is_null(i) { Case::Vide } else { texte(c.value(i)) }).collect();
            if cases.iter().any(|c| *c != Case::Vide) {
                rangees.push(Rangee { numero, cases });
            }
        }
    }
    Ok(rangees)
}

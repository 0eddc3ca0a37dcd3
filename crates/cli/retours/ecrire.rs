//! The form to fill, written beside the pages when a list is opened: `retours.xlsx`, `retours.csv`, and their private companion.
//!
//! One row per page and right, no name: the page has it. Every cell is text, so that nothing typed becomes a formula and no
//! page number a date; drop-downs offer the words of [`super::mots`].

use std::path::Path;

use recours_engine::outreach::{Bande, NumeroDeLigne};
use recours_tables::{FichierPret, Protection, preparer_octets};
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign, Formula, Workbook, XlsxError,
};

use super::formulaire::{COLONNES, FEUILLE, Saisie};
use super::suivi::{self, Ligne, Ouverture, Suivie};
use super::{comparaison, fautes, mots};
use crate::chemins;
use crate::commandes::open::cellule;
use crate::erreur::ErreurCommande;

/// Name of the workbook.
pub const CLASSEUR: &str = "retours.xlsx";
/// Name of the same form as CSV.
pub const CSV: &str = "retours.csv";

/// Sheet of the words that drop-downs offer, hidden.
const LISTES: &str = "listes";

/// Rows of a page cut by the team's minutes: nobody is delayed for it, it is only compared later.
#[derive(Clone)]
pub struct HorsCapacite {
    /// The body's own row number.
    pub row_id: NumeroDeLigne,
    /// The right; never a rupture.
    pub droit: String,
    /// `id@version`.
    pub regle: String,
    /// Band of the list.
    pub bande: Bande,
    /// Known difficulties of the person.
    pub freins: u8,
}

/// The form and its companion under `dossier`, private, to be published with the pages: `retours.xlsx`, `retours.csv`,
/// `suivi.parquet`; and `comparaison.parquet` when the team's minutes leave out enough people (`hors`) to compare.
///
/// # Errors
/// Exit 4 when the disk refuses, or for a fault of the program (E-RETOURS-012).
pub fn preparer(
    dossier: &Path,
    ouverture: &Ouverture<'_>,
    suivies: &[Suivie],
    hors: &[HorsCapacite],
) -> Result<Vec<FichierPret>, ErreurCommande> {
    let vague = suivi::vague(ouverture, suivies);
    let mut lignes: Vec<Ligne> = suivies
        .iter()
        .map(|s| Ligne { organisme: ouverture.organisme.to_owned(), vague: vague.clone(), ouverte_le: ouverture.jour, suivie: s.clone() })
        .collect();
    lignes.sort_by_key(|l| l.suivie.fiche);
    let rangees: Vec<Vec<String>> = lignes.iter().map(rangee).collect();
    let classeur = dossier.join(CLASSEUR);
    let octets = xlsx(&rangees, ouverture.jour).map_err(|_| fautes::defaut(&classeur))?;
    let mut prets = vec![
        preparer_octets(&classeur, &octets, Protection::Privee)?,
        preparer_octets(dossier.join(CSV), &csv(&rangees), Protection::Privee)?,
        suivi::preparer(&chemins::suivi(dossier), &lignes)?,
    ];
    prets.extend(comparaison::preparer(&chemins::comparaison(dossier), ouverture, &vague, suivies, hors)?);
    Ok(prets)
}

/// What stands in a row before it is filled: the fixed columns, and « à examiner ».
fn rangee(ligne: &Ligne) -> Vec<String> {
    let s = &ligne.suivie;
    let debut = [ligne.vague.clone(), s.fiche.to_string(), s.droit.clone(), s.libelle.clone(), mots::Etape::AExaminer.dit().to_owned()];
    let vides = COLONNES.len() - debut.len();
    debut.into_iter().chain(std::iter::repeat_n(String::new(), vides)).collect()
}

fn csv(rangees: &[Vec<String>]) -> Vec<u8> {
    let mut texte = String::from('\u{feff}');
    let mut ligne = |cases: &mut dyn Iterator<Item = &str>| {
        texte.push_str(&cases.map(cellule).collect::<Vec<_>>().join(";"));
        texte.push_str("\r\n");
    };
    ligne(&mut COLONNES.iter().map(|c| c.titre));
    for r in rangees {
        ligne(&mut r.iter().map(String::as_str));
    }
    texte.into_bytes()
}

/// The workbook. Its date is the day of the opening, so that the same rows give the same bytes.
fn xlsx(rangees: &[Vec<String>], jour: i32) -> Result<Vec<u8>, XlsxError> {
    let mut classeur = Workbook::new();
    let (annee, mois, jour) = civil(jour);
    classeur.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(annee, mois, jour)?));
    let texte = Format::new().set_num_format("@").set_align(FormatAlign::Top).set_text_wrap();
    let titre = Format::new().set_bold().set_num_format("@").set_text_wrap().set_align(FormatAlign::Top);
    // As many free rows as pages, for further steps.
    let derniere = u32::try_from(rangees.len() * 3 + 50).unwrap_or(100_000).min(100_000);
    let feuille = classeur.add_worksheet().set_name(FEUILLE)?;
    feuille.set_freeze_panes(1, 3)?;
    for (c, colonne) in (0_u16..).zip(&COLONNES) {
        feuille.set_column_format(c, &texte)?;
        feuille.set_column_width(c, colonne.largeur)?;
        feuille.write_string_with_format(0, c, colonne.titre, &titre)?;
        if let Some(regle) = validation(colonne, c)? {
            feuille.add_data_validation(1, c, derniere, c, &regle)?;
        }
    }
    for (r, rangee) in (1_u32..).zip(rangees) {
        for (c, case) in (0_u16..).zip(rangee).filter(|(_, case)| !case.is_empty()) {
            feuille.write_string_with_format(r, c, case, &texte)?;
        }
    }
    let listes = classeur.add_worksheet().set_name(LISTES)?;
    for (c, colonne) in (0_u16..).zip(&COLONNES) {
        if let Saisie::Choix(mots) = colonne.saisie {
            for (r, mot) in (0_u32..).zip(mots()) {
                listes.write_string_with_format(r, c, mot, &texte)?;
            }
        }
    }
    listes.set_hidden(true);
    classeur.save_to_buffer()
}

/// A drop-down, or the sentence that says what to write. A list stands in its own sheet: a formula of Excel holds 255 letters.
fn validation(colonne: &super::formulaire::Colonne, c: u16) -> Result<Option<DataValidation>, XlsxError> {
    let titre: String = colonne.titre.chars().take(32).collect();
    let regle = DataValidation::new().set_input_title(titre)?.set_input_message(colonne.aide)?;
    Ok(Some(match colonne.saisie {
        Saisie::Choix(mots) => {
            let lettre = fautes::cellule(usize::from(c), 0);
            let lettre = lettre.trim_end_matches('0');
            let source = Formula::new(format!("={LISTES}!${lettre}$1:${lettre}${}", mots().len()));
            regle
                .allow_list_formula(source)
                .set_error_title("Hors de la liste")?
                .set_error_message("Choisissez un mot de la liste, ou laissez vide.")?
                .set_error_style(DataValidationErrorStyle::Stop)
        }
        // Text cells: what is typed is read by `recours returns`, which says what it cannot read.
        Saisie::Jour | Saisie::Minutes | Saisie::Fixe => regle.allow_any_value(),
    }))
}

fn civil(jour: i32) -> (u16, u8, u8) {
    let (a, m, j) = recours_rules::date::civil(i64::from(jour));
    (u16::try_from(a).unwrap_or(1970), u8::try_from(m).unwrap_or(1), u8::try_from(j).unwrap_or(1))
}

//! A table of text as files that a spreadsheet opens, CSV and XLSX: no cell that could run.

use recours_engine::outreach::Jour;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

use super::feuille::Feuille;
use crate::erreur::ErreurCommande;

/// CSV bytes: `;`, UTF-8 with its mark, one line a row.
pub fn csv(feuille: &Feuille) -> Vec<u8> {
    let mut texte = String::from('\u{feff}');
    ligne(&mut texte, feuille.colonnes.iter().map(|(c, _)| *c));
    for l in &feuille.lignes {
        ligne(&mut texte, l.iter().map(String::as_str));
    }
    texte.into_bytes()
}

fn ligne<'a>(texte: &mut String, cellules: impl Iterator<Item = &'a str>) {
    let cellules: Vec<String> = cellules.map(cellule).collect();
    texte.push_str(&cellules.join(";"));
    texte.push_str("\r\n");
}

/// A quoted cell. Text that a spreadsheet would take for a formula gets an apostrophe in front: the first
/// character that is not a blank decides, in its full-width form too. Line ends and other controls become blanks.
pub fn cellule(texte: &str) -> String {
    let lisible = lisible(texte);
    let formule = lisible.trim_start().starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠', '−']);
    let garde = if formule { "'" } else { "" };
    format!("\"{garde}{}\"", lisible.replace('"', "\"\""))
}

fn lisible(texte: &str) -> String {
    texte.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A workbook of one sheet, for A4 in landscape: every cell is text and stays text when it is edited, the header stays
/// in sight and is repeated on each page. `jour` stands for the time at which it was made: same rows, same bytes.
///
/// # Errors
/// Exit 4 with a code and no value: a table that does not fit a workbook.
pub fn classeur(feuille: &Feuille, entete: &str, jour: Jour) -> Result<Vec<u8>, ErreurCommande> {
    remplir(feuille, entete, jour).map_err(|_| ErreurCommande::panne("E-PAGE-002", "le classeur n'a pas pu être rempli.".to_owned()))
}

fn remplir(feuille: &Feuille, entete: &str, jour: Jour) -> Result<Vec<u8>, XlsxError> {
    // The prefix is what an apostrophe typed in front does: the text is never read again as a formula.
    let texte =
        || Format::new().set_num_format("@").set_quote_prefix().set_text_wrap().set_align(FormatAlign::Top).set_border(FormatBorder::Thin);
    let (titre, corps) = (texte().set_bold(), texte());
    let mut classeur = Workbook::new();
    let (annee, mois, j) = recours_rules::date::civil(i64::from(jour));
    let fait =
        ExcelDateTime::from_ymd(u16::try_from(annee).unwrap_or(1900), u8::try_from(mois).unwrap_or(1), u8::try_from(j).unwrap_or(1))?;
    classeur.set_properties(&DocProperties::new().set_title(feuille.nom).set_creation_datetime(&fait));
    let page = classeur.add_worksheet();
    page.set_name(feuille.nom)?;
    for (c, (nom, largeur)) in (0u16..).zip(&feuille.colonnes) {
        page.set_column_width(c, f64::from(*largeur))?;
        page.write_string_with_format(0, c, *nom, &titre)?;
    }
    for (l, cellules) in (1u32..).zip(&feuille.lignes) {
        for (c, valeur) in (0u16..).zip(cellules) {
            page.write_string_with_format(l, c, lisible(valeur), &corps)?;
        }
    }
    page.set_freeze_panes(1, 2)?;
    page.set_landscape().set_paper_size(9).set_print_fit_to_pages(1, 0).set_repeat_rows(0, 0)?;
    // `&` is how headers write their codes.
    page.set_header(format!("&L{}&R&P / &N", entete.replace('&', "&&")));
    classeur.save_to_buffer()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aucune_cellule_n_est_une_formule() {
        for attaque in
            ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u{a0}=1", "\n@x", "＝1", "|calc", "%0", "=HYPERLINK(\"http://x\")"]
        {
            let c = cellule(attaque);
            assert!(c.starts_with("\"'") && c.ends_with('"'), "{c}");
            assert!(!c.contains(['\r', '\n', '\t']));
        }
        assert_eq!(cellule("d'Été ; \"né\""), "\"d'Été ; \"\"né\"\"\"");
        assert_eq!(cellule("06 39 98 00 12"), "\"06 39 98 00 12\"");
    }
}

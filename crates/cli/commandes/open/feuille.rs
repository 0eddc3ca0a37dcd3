//! The pages as a table of text, for spreadsheets: one line a person.

use super::fiche::{Fiche, Propose};

/// A column: its name, and its width in characters.
pub type Colonne = (&'static str, u16);

/// A column of what is said of a `T`.
pub type Dite<T> = (Colonne, fn(&T) -> String);

/// A table of text.
pub struct Feuille {
    /// Name of the sheet.
    pub nom: &'static str,
    /// Columns.
    pub colonnes: Vec<Colonne>,
    /// Cells, as many as columns in each line.
    pub lignes: Vec<Vec<String>>,
}

/// What a social worker's spreadsheet has.
pub fn liste<'a>(fiches: impl Iterator<Item = &'a Fiche>) -> Feuille {
    let colonnes: [Dite<Fiche>; 26] = [
        (("fiche", 6), |f| f.numero.to_string()),
        (("nom", 20), |f| f.nom.clone()),
        (("nom_naissance", 16), |f| f.nom_naissance.clone().unwrap_or_default()),
        (("prenoms", 18), |f| f.prenoms.clone()),
        (("date_naissance", 12), |f| f.naissance_iso.clone().unwrap_or_default()),
        (("date_utile", 12), |f| f.date_utile_iso.clone().unwrap_or_default()),
        (("joindre_par", 14), |f| f.contact.par.clone()),
        (("coordonnees", 26), |f| f.contact.coordonnees.clone().unwrap_or_default()),
        (("sinon", 26), |f| f.contact.sinon.clone().unwrap_or_default()),
        (("pourquoi", 26), |f| f.contact.pourquoi.unwrap_or_default().to_owned()),
        (("precautions", 26), |f| joindre(f.precautions.iter().cloned())),
        (("accompagnement", 26), |f| f.voie.to_owned()),
        (("exigences_en_cause", 26), |f| joindre(f.raisons.iter().map(|r| (*r).to_owned()))),
        (("lieu", 26), |f| f.lieu.as_ref().map(|l| format!("{}, {}", l.nom, l.adresse)).unwrap_or_default()),
        (("referent", 20), |f| f.referent.clone().unwrap_or_default()),
        (("a_lever_d_abord", 26), |f| f.d_abord.clone().unwrap_or_default()),
        (("notes", 22), |f| joindre(f.notes.iter().cloned())),
        (("a_proposer", 32), |f| des_droits(f, |d| d.proposer.clone())),
        (("statut", 16), |f| des_droits(f, |d| d.statut.to_owned())),
        (("etape", 18), |f| des_droits(f, |d| d.etape.clone())),
        (("peut_apporter", 30), |f| des_droits(f, |d| d.jusqu_a.clone().unwrap_or_default())),
        (("cela_engage", 30), |f| joindre(f.droits.iter().flat_map(|d| d.engage.iter().cloned()))),
        (("pieces_a_demander", 30), |f| joindre(f.pieces.demander.iter().cloned())),
        (("pieces_a_obtenir_sans_la_personne", 30), |f| joindre(f.pieces.obtenir.iter().cloned())),
        (("pieces_dont_la_date_est_a_voir", 30), |f| joindre(f.pieces.verifier.iter().cloned())),
        (("minutes", 8), |f| f.minutes.to_string()),
    ];
    let lignes = fiches.map(|f| colonnes.iter().map(|(_, dit)| dit(f)).collect()).collect();
    Feuille { nom: "Personnes à contacter", colonnes: colonnes.iter().map(|(c, _)| *c).collect(), lignes }
}

fn des_droits(f: &Fiche, dit: fn(&Propose) -> String) -> String {
    joindre(f.droits.iter().map(dit))
}

/// Several texts in one cell.
pub fn joindre(textes: impl Iterator<Item = String>) -> String {
    textes.filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" | ")
}

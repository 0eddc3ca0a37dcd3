//! The list for a spreadsheet: `;`, UTF-8 with its mark, one line a person, no cell that could run.

use super::fiche::Fiche;

const COLONNES: [&str; 19] = [
    "fiche",
    "nom",
    "nom_naissance",
    "prenoms",
    "date_naissance",
    "date_utile",
    "joindre_par",
    "coordonnees",
    "sinon",
    "pourquoi",
    "precautions",
    "difficultes_connues",
    "a_proposer",
    "statut",
    "etape",
    "peut_apporter",
    "cela_engage",
    "pieces_a_demander",
    "minutes",
];

/// The pages as CSV bytes.
pub fn csv(fiches: &[Fiche]) -> Vec<u8> {
    let mut texte = String::from('\u{feff}');
    ligne(&mut texte, COLONNES.iter().map(|c| (*c).to_owned()));
    for f in fiches {
        let des_droits = |dit: fn(&super::fiche::Propose) -> String| joindre(f.droits.iter().map(dit));
        let cellules = [
            f.numero.to_string(),
            f.nom.clone(),
            f.nom_naissance.clone().unwrap_or_default(),
            f.prenoms.clone(),
            f.naissance_iso.clone().unwrap_or_default(),
            f.date_utile_iso.clone().unwrap_or_default(),
            f.joindre.clone(),
            f.coordonnees.clone().unwrap_or_default(),
            f.sinon.clone().unwrap_or_default(),
            f.pourquoi.clone().unwrap_or_default(),
            joindre(f.precautions.iter().cloned()),
            joindre(f.freins.iter().cloned()),
            des_droits(|d| d.proposer.clone()),
            des_droits(|d| d.statut.to_owned()),
            des_droits(|d| d.etape.clone()),
            des_droits(|d| d.jusqu_a.clone().unwrap_or_default()),
            joindre(f.droits.iter().flat_map(|d| d.engage.iter().cloned())),
            joindre(f.pieces.iter().cloned()),
            f.minutes.to_string(),
        ];
        ligne(&mut texte, cellules.into_iter());
    }
    texte.into_bytes()
}

fn joindre(textes: impl Iterator<Item = String>) -> String {
    textes.filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" | ")
}

fn ligne(texte: &mut String, cellules: impl Iterator<Item = String>) {
    let cellules: Vec<String> = cellules.map(|c| cellule(&c)).collect();
    texte.push_str(&cellules.join(";"));
    texte.push_str("\r\n");
}

/// A quoted cell. Text that a spreadsheet would take for a formula gets an apostrophe in front: the first
/// character that is not a blank decides, in its full-width form too. Line ends and other controls become blanks.
pub fn cellule(texte: &str) -> String {
    let lisible: String = texte.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let formule = lisible.trim_start().starts_with(['=', '+', '-', '@', '|', '%', '＝', '＋', '－', '＠', '−']);
    let garde = if formule { "'" } else { "" };
    format!("\"{garde}{}\"", lisible.replace('"', "\"\""))
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

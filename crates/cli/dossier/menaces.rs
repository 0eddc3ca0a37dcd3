//! The threat model and the protocol, as they stand beside the program: read as data, never written again.

/// The threat model, embedded.
const MENACES: &str = include_str!("../../../docs/fr/menaces.md");
/// The protocol, embedded.
const PROTOCOLE: &str = include_str!("../../../docs/fr/protocole.md");

/// An adversary of the threat model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adversaire {
    /// Its number.
    pub numero: String,
    /// Who.
    pub qui: String,
    /// What they could learn.
    pub apprendrait: String,
    /// What stands against it.
    pub controle: String,
    /// What remains true.
    pub reste: String,
}

/// Adversaries, each told for a mode: what is said of the other mode only is left out.
#[must_use]
pub fn adversaires(mode_b: bool) -> Vec<Adversaire> {
    let pour = |cellule: &str| pour_le_mode(&nu(cellule), mode_b);
    table(MENACES, "n°")
        .into_iter()
        .filter_map(|ligne| {
            let [numero, qui, _, apprendrait, controle, _, reste] = ligne.as_slice() else { return None };
            let (apprendrait, controle, reste) = (pour(apprendrait), pour(controle), pour(reste));
            Some(Adversaire { numero: numero.clone(), qui: nu(qui), apprendrait, controle, reste })
        })
        .collect()
}

/// Coalitions: who, and what they can know together in a mode.
#[must_use]
pub fn coalitions(mode_b: bool) -> Vec<(String, String)> {
    let lignes = table(MENACES, "coalition");
    let mut sortie: Vec<(String, String)> = Vec::with_capacity(lignes.len());
    for ligne in lignes {
        let [qui, a, b] = ligne.as_slice() else { continue };
        sortie.push((nu(qui), nu(if mode_b && b != "de même" { b } else { a })));
    }
    sortie
}

/// Rows of a table of the protocol, by its first header, as they are read by people.
#[must_use]
pub fn table_du_protocole(premier: &str) -> Vec<Vec<String>> {
    table(PROTOCOLE, premier).into_iter().map(|l| l.iter().map(|c| nu(c)).collect()).collect()
}

/// The numbered points of a section of the protocol.
#[must_use]
pub fn points_du_protocole(section: &str) -> Vec<String> {
    points(section_de(PROTOCOLE, section))
}

/// The numbered points of a section of the threat model.
#[must_use]
pub fn points_des_menaces(section: &str) -> Vec<String> {
    points(section_de(MENACES, section))
}

/// The first paragraph of a section of the threat model.
#[must_use]
pub fn texte_des_menaces(section: &str) -> String {
    let propres = section_de(MENACES, section).lines().skip_while(|l| l.trim().is_empty());
    nu(&propres.take_while(|l| !l.trim().is_empty()).collect::<Vec<_>>().join(" "))
}

/// Whether a section stands in one of the two documents.
#[must_use]
pub fn existe(document: Document, section: &str) -> bool {
    match (document, section.strip_prefix("2.")) {
        (Document::Menaces, Some(n)) => table(MENACES, "n°").iter().any(|l| l.first().is_some_and(|c| c == n)),
        (Document::Menaces, None) => !section_de(MENACES, section).is_empty(),
        (Document::Protocole, _) => !section_de(PROTOCOLE, section).is_empty(),
    }
}

/// The two documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Document {
    /// docs/fr/menaces.md.
    Menaces,
    /// docs/fr/protocole.md.
    Protocole,
}

/// The text of a section, up to the next title.
fn section_de<'t>(texte: &'t str, section: &str) -> &'t str {
    let titre = |l: &str| {
        let nu = l.trim_start_matches('#').trim_start();
        l.starts_with("##") && nu.strip_prefix(section).is_some_and(|r| r.starts_with(". ") || r.starts_with(' '))
    };
    let mut debut = None;
    let mut place = 0;
    for ligne in texte.split_inclusive('\n') {
        match debut {
            None if titre(ligne) => debut = Some(place + ligne.len()),
            Some(d) if ligne.starts_with('#') => return texte.get(d..place).unwrap_or_default(),
            _ => {}
        }
        place += ligne.len();
    }
    debut.and_then(|d| texte.get(d..)).unwrap_or_default()
}

/// `1. …` with its continuation lines.
fn points(section: &str) -> Vec<String> {
    let mut points: Vec<String> = Vec::new();
    for ligne in section.lines() {
        let chiffres = ligne.bytes().take_while(u8::is_ascii_digit).count();
        if let Some(suite) = ligne.get(chiffres..).filter(|_| chiffres > 0).and_then(|l| l.strip_prefix(". ")) {
            points.push(nu(suite));
        } else if let Some(dernier) = points.last_mut().filter(|_| !ligne.trim().is_empty()) {
            dernier.push(' ');
            dernier.push_str(&nu(ligne.trim()));
        }
    }
    points
}

/// Rows of the first table with this header.
fn table(texte: &str, premier: &str) -> Vec<Vec<String>> {
    let cellules = |l: &str| l.trim().trim_matches('|').split('|').map(|c| c.trim().to_owned()).collect::<Vec<_>>();
    let lignes: Vec<&str> = texte.lines().collect();
    let entete = lignes.iter().position(|l| l.starts_with('|') && cellules(l).first().is_some_and(|c| c == premier));
    let rangs = entete.and_then(|e| lignes.get(e + 2..)).unwrap_or_default();
    rangs.iter().take_while(|l| l.starts_with('|')).map(|l| cellules(l)).collect()
}

/// Without emphasis, code marks, links, nor the tests cited between brackets: those are for whoever reads the sources.
fn nu(texte: &str) -> String {
    let mut sortie = String::with_capacity(texte.len());
    let mut reste = texte;
    while let Some((avant, suite)) = reste.split_once('[') {
        sortie.push_str(avant);
        let lien = suite.split_once("](").and_then(|(dit, apres)| apres.split_once(')').map(|(_, fin)| (dit, fin)));
        (sortie, reste) = lien.map_or_else(|| (format!("{sortie}["), suite), |(dit, fin)| (sortie.clone() + dit, fin));
    }
    sortie.push_str(reste);
    for mot in ["**", "`"] {
        sortie = sortie.replace(mot, "");
    }
    sortie
}

/// The clauses (`;`) of a cell that are not of the other mode only.
fn pour_le_mode(cellule: &str, mode_b: bool) -> String {
    let (ici, ailleurs) = if mode_b { ("mode B", "mode A") } else { ("mode A", "mode B") };
    let mut gardees: Vec<String> = Vec::new();
    // A bracket may hold a « ; ».
    let mut clauses: Vec<String> = Vec::new();
    for bout in cellule.split(';') {
        match clauses.last_mut().filter(|c| c.matches('(').count() > c.matches(')').count()) {
            Some(ouverte) => *ouverte = format!("{ouverte};{bout}"),
            None => clauses.push(bout.to_owned()),
        }
    }
    for clause in clauses {
        let clause = clause.trim();
        if !clause.contains(ailleurs) || clause.contains(ici) {
            gardees.push(clause.to_owned());
        }
    }
    if gardees.iter().all(String::is_empty) { "rien de propre à ce mode".to_owned() } else { gardees.join(" ; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn les_textes_se_lisent() {
        assert_eq!(adversaires(false).len(), 26);
        assert!(coalitions(true).iter().any(|(q, d)| q == "K + L" && d.contains("dictionnaire complet")));
        assert!(points_du_protocole("21").len() >= 15 && points_du_protocole("20.1").len() == 10);
        assert!(texte_des_menaces("5.1").starts_with("Un jeton, une poignée"));
        assert!(existe(Document::Menaces, "2.26") && existe(Document::Protocole, "6.3") && existe(Document::Menaces, "5.3"));
        assert!(!existe(Document::Menaces, "2.99") && !existe(Document::Protocole, "99"));
    }

    #[test]
    fn ce_qui_est_de_l_autre_mode_ne_se_dit_pas() {
        assert_eq!(pour_le_mode("a ; en mode A, b (c ; d)", true), "a");
        assert_eq!(pour_le_mode("a ; en mode A, b (c ; d)", false), "a ; en mode A, b (c ; d)");
        assert_eq!(pour_le_mode("clé (mode B)", false), "rien de propre à ce mode");
        assert_eq!(nu("voir [x](y.md) et **z** `w`"), "voir x et z w");
    }
}

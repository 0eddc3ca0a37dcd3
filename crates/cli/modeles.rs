//! Pages for people: templates of `modeles/`, embedded in the program, escaped by default.

use minijinja::{Environment, UndefinedBehavior};
use recours_engine::outreach::Jour;
use recours_rules::date::civil;
use serde::Serialize;

use crate::erreur::ErreurCommande;

const MODELES: &[(&str, &str)] = &[
    ("page.html", include_str!("modeles/page.html")),
    ("fiches.html", include_str!("modeles/fiches.html")),
    ("rendez_vous.html", include_str!("modeles/rendez_vous.html")),
    ("courriers.html", include_str!("modeles/courriers.html")),
    ("pilotage.html", include_str!("modeles/pilotage.html")),
    ("acces.html", include_str!("modeles/acces.html")),
    ("acces.md", include_str!("modeles/acces.md")),
    ("observatoire.html", include_str!("modeles/observatoire.html")),
    ("dossier.html", include_str!("modeles/dossier.html")),
    ("regles.html", include_str!("modeles/regles.html")),
];

/// The style of every page: no colour carries a meaning, no resource is fetched.
pub const STYLE: &str = include_str!("modeles/page.css");

/// Renders a template with `donnees`; the style is added.
///
/// # Errors
/// Exit 4 with the template's name, never its data: a template that does not fit its data is our fault.
pub fn rendre(nom: &str, donnees: impl Serialize) -> Result<String, ErreurCommande> {
    let faute = || ErreurCommande::panne("E-PAGE-001", format!("le modèle de page {nom} n'a pas pu être rempli."));
    let mut environnement = Environment::new();
    environnement.set_undefined_behavior(UndefinedBehavior::Strict);
    environnement.set_trim_blocks(true);
    environnement.set_lstrip_blocks(true);
    for (nom, texte) in MODELES {
        environnement.add_template(nom, texte).map_err(|_| faute())?;
    }
    environnement.add_global("style", minijinja::Value::from_safe_string(STYLE.to_owned()));
    let modele = environnement.get_template(nom).map_err(|_| faute())?;
    modele.render(minijinja::Value::from_serialize(donnees)).map(|page| insecables(&page)).map_err(|_| faute())
}

/// A text between tags or in an attribute, all of which stand between double quotes, where no template writes it.
#[must_use]
pub fn echapper(texte: &str) -> String {
    let mut sortie = String::with_capacity(texte.len());
    for c in texte.chars() {
        match c {
            '&' => sortie.push_str("&amp;"),
            '<' => sortie.push_str("&lt;"),
            '>' => sortie.push_str("&gt;"),
            '"' => sortie.push_str("&quot;"),
            c => sortie.push(c),
        }
    }
    sortie
}

/// French punctuation never starts a line: the space before it does not break.
fn insecables(page: &str) -> String {
    let mut page = page.to_owned();
    for (avec, sans) in [
        (" ;", "\u{a0};"),
        (" :", "\u{a0}:"),
        (" ?", "\u{a0}?"),
        (" !", "\u{a0}!"),
        (" €", "\u{a0}€"),
        (" »", "\u{a0}»"),
        ("« ", "«\u{a0}"),
    ] {
        page = page.replace(avec, sans);
    }
    page
}

const MOIS: [&str; 12] =
    ["janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"];

/// `décembre` for 11.
pub fn nom_du_mois(rang: i32) -> &'static str {
    usize::try_from(rang).ok().and_then(|m| MOIS.get(m)).copied().unwrap_or_default()
}

/// `1er décembre 2026`.
pub fn date_longue(jour: Jour) -> String {
    let (annee, mois, j) = civil(i64::from(jour));
    let nom = usize::try_from(mois - 1).ok().and_then(|m| MOIS.get(m)).copied().unwrap_or_default();
    let j = if j == 1 { "1er".to_owned() } else { j.to_string() };
    format!("{j} {nom} {annee}")
}

/// `26/10/2026`.
#[cfg(feature = "complet")]
pub fn date_courte(jour: Jour) -> String {
    let (annee, mois, j) = civil(i64::from(jour));
    format!("{j:02}/{mois:02}/{annee}")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn dates_et_ponctuation() {
        let jour = |t| i32::try_from(recours_rules::date::parse(t).unwrap()).unwrap();
        assert_eq!(date_longue(jour("2026-12-01")), "1er décembre 2026");
        assert_eq!(date_longue(jour("1961-02-28")), "28 février 1961");
        assert_eq!(insecables("« Oui » ; non ?"), "«\u{a0}Oui\u{a0}»\u{a0}; non\u{a0}?");
    }

    #[test]
    fn rien_ne_sort_de_son_texte() {
        assert_eq!(echapper("<script>\"'&"), "&lt;script&gt;&quot;'&amp;");
    }
}

//! Pages for people: templates of `modeles/`, embedded in the program, escaped by default.

use minijinja::{Environment, UndefinedBehavior};
use serde::Serialize;

use crate::erreur::ErreurCommande;

const MODELES: [(&str, &str); 3] = [
    ("page.html", include_str!("modeles/page.html")),
    ("fiches.html", include_str!("modeles/fiches.html")),
    ("observatoire.html", include_str!("modeles/observatoire.html")),
];

/// The style of every page: no colour carries a meaning, no resource is fetched.
const STYLE: &str = include_str!("modeles/page.css");

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
    modele.render(minijinja::Value::from_serialize(donnees)).map_err(|_| faute())
}

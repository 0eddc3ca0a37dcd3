//! A paper in HTML: one file, tagged, each statement with `data-source`.

use std::fmt::Write as _;

use serde::Serialize;

use super::papier::{Bloc, Morceau, Papier, Tableau, Texte};
use super::sources::{Marque, abreger, marques};
use crate::erreur::ErreurCommande;
use crate::modeles::{self, echapper};

/// What the page around a paper needs.
#[derive(Debug, Serialize)]
pub struct Page<'a> {
    /// Title of the paper.
    pub titre: &'a str,
    /// The mission's name.
    pub mission: &'a str,
    /// Where the paper stands among the others: file and title of each.
    pub papiers: Vec<(String, String)>,
    /// This file's name.
    pub ici: &'a str,
    /// Whether people are invented.
    pub inventees: bool,
    /// The paper itself.
    pub contenu: minijinja::Value,
    /// Its sources: mark, what it stands for, its word for machines.
    pub sources: Vec<(String, String, String)>,
}

/// Writes a paper in its page; `figure` is the diagram, already in HTML.
///
/// # Errors
/// E-PAGE-001 when the page cannot be filled.
pub fn ecrire(papier: &Papier, page: Page<'_>, figure: &str) -> Result<String, ErreurCommande> {
    let marques = marques(&papier.sources());
    let contenu = corps(papier, &marques, figure);
    let sources = marques.iter().map(|m| (m.nom.clone(), m.source.dit(), m.source.jeton())).collect();
    modeles::rendre("dossier.html", Page { contenu: minijinja::Value::from_safe_string(contenu), sources, ..page })
}

fn corps(papier: &Papier, marques: &[Marque], figure: &str) -> String {
    let mut s = String::new();
    let (mut rang, mut ouverte) = (0, false);
    for bloc in &papier.blocs {
        match bloc {
            Bloc::Titre(2, t) => {
                rang += 1;
                if ouverte {
                    s.push_str("</section>\n");
                }
                ouverte = true;
                let _ = writeln!(s, "<section aria-labelledby=\"s{rang}\">\n<h2 id=\"s{rang}\">{}</h2>", texte(t));
            }
            Bloc::Titre(_, t) => {
                let _ = writeln!(s, "<h3>{}</h3>", texte(t));
            }
            Bloc::Paragraphe(t) => {
                let _ = writeln!(s, "<p{}>{}{}</p>", donnees(t), texte(t), marque(t, marques));
            }
            Bloc::Attention(t) => {
                let _ = writeln!(s, "<p class=\"attention\"{}>{}{}</p>", donnees(t), texte(t), marque(t, marques));
            }
            Bloc::Liste(points) => {
                s.push_str("<ul>\n");
                for t in points {
                    let _ = writeln!(s, "<li{}>{}{}</li>", donnees(t), texte(t), marque(t, marques));
                }
                s.push_str("</ul>\n");
            }
            Bloc::Tableau(t) => tableau(&mut s, t, marques),
            Bloc::Figure => s.push_str(figure),
        }
    }
    if ouverte {
        s.push_str("</section>\n");
    }
    s
}

fn tableau(s: &mut String, t: &Tableau, marques: &[Marque]) {
    let _ = writeln!(s, "<table>\n<caption{}>{}{}</caption>", donnees(&t.legende), texte(&t.legende), marque(&t.legende, marques));
    s.push_str("<thead><tr>");
    for entete in t.entetes.iter().map(String::as_str).chain(["Source"]) {
        let _ = write!(s, "<th scope=\"col\">{}</th>", echapper(entete));
    }
    s.push_str("</tr></thead>\n<tbody>\n");
    for ligne in &t.lignes {
        let tout = Texte::reunir(ligne);
        let _ = write!(s, "<tr{}>", donnees(&tout));
        for (rang, cellule) in ligne.iter().enumerate() {
            let entete = t.entetes.get(rang).map_or("", String::as_str);
            // On a narrow screen each cell says its own header.
            let (debut, fin) = if rang == 0 { ("th scope=\"row\"", "th") } else { ("td", "td") };
            let _ = write!(s, "<{debut} data-titre=\"{}\">{}</{fin}>", echapper(entete), texte(cellule));
        }
        let _ = writeln!(s, "<td data-titre=\"Source\">{}</td></tr>", marque(&tout, marques).trim_start());
    }
    s.push_str("</tbody>\n</table>\n");
}

/// ` data-source="mission:mission.nom:12 regle:rsa@2026-04"`.
fn donnees(t: &Texte) -> String {
    if t.sources.is_empty() {
        return String::new();
    }
    let jetons: Vec<String> = t.sources.iter().map(|s| s.jeton().replace(' ', "_")).collect();
    format!(" data-source=\"{}\"", echapper(&jetons.join(" ")))
}

/// The small mark at the end of a statement.
fn marque(t: &Texte, marques: &[Marque]) -> String {
    let noms: Vec<&str> = t.sources.iter().filter_map(|s| marques.iter().find(|m| m.source == *s)).map(|m| m.nom.as_str()).collect();
    if noms.is_empty() { String::new() } else { format!(" <small class=\"marque\">[{}]</small>", abreger(&noms).join(" ")) }
}

fn texte(t: &Texte) -> String {
    let ecrire = |m: &Morceau| match m {
        Morceau::Mot(x) => echapper(x),
        Morceau::Gras(x) => format!("<strong>{}</strong>", echapper(x)),
        Morceau::Code(x) => format!("<code>{}</code>", echapper(x)),
        Morceau::Blanc(x) => format!("<span class=\"blanc\">{}</span>", echapper(x)),
        Morceau::Lien(x, vers) => format!("<a href=\"{}\">{}</a>", echapper(vers), echapper(x)),
    };
    t.morceaux.iter().map(ecrire).collect::<String>().trim().to_owned()
}

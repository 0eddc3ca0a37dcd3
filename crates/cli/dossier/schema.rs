//! The flows as a drawing: who gives what to whom. In black lines, so that a photocopy says the same.

use std::fmt::Write as _;

use super::etat::Etat;
use crate::mission::{Mission, Mode};
use crate::modeles::echapper;

/// Height of a body's box, and the space below.
const PAS: i32 = 62;
const BOITE: i32 = 50;

/// The drawing, with its title and its description for whoever does not see it.
#[must_use]
pub fn svg(mission: &Mission, etat: &Etat) -> String {
    let n = i32::try_from(mission.organismes.len()).unwrap_or(6);
    let mode_b = mission.mode == Mode::B;
    let hauteur = (n * PAS + 20).max(if mode_b { 430 } else { 300 });
    let mut s = String::new();
    let _ = writeln!(
        s,
        "<figure class=\"schema\">\n<svg role=\"img\" aria-labelledby=\"schema-titre schema-texte\" viewBox=\"0 0 782 {hauteur}\" xmlns=\"http://www.w3.org/2000/svg\">"
    );
    s.push_str("<title id=\"schema-titre\">Schéma des flux</title>\n");
    let _ = writeln!(s, "<desc id=\"schema-texte\">{}</desc>", echapper(&description(mission, etat)));
    s.push_str(
        "<defs><marker id=\"fleche\" viewBox=\"0 0 10 10\" refX=\"10\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" orient=\"auto-start-reverse\"><path d=\"M0 0L10 5L0 10z\"/></marker></defs>\n",
    );
    let debut = (hauteur - n * PAS) / 2;
    for (rang, o) in (0..).zip(&mission.organismes) {
        let combien = etat.donnees.iter().filter(|d| d.organisme == o.id).count();
        let dit = match combien {
            0 => "aucun fait".to_owned(),
            1 => "1 fait".to_owned(),
            n => format!("{n} faits"),
        };
        boite(&mut s, (8, debut + rang * PAS, 270), &o.nom, &dit);
        let y = debut + rang * PAS + BOITE / 2;
        let _ = writeln!(s, "<path d=\"M278 {y}H300\"/>");
    }
    let _ = writeln!(s, "<path d=\"M300 {}V{}\"/>", debut + BOITE / 2, debut + (n - 1) * PAS + BOITE / 2);
    let (liaison, hote) = if mode_b { (hauteur / 2 - 25, hauteur - 110) } else { (hauteur / 2 - 110, hauteur / 2 + 50) };
    if mode_b {
        boite(&mut s, (546, 30, 228), "Tiers des clés", "ni identité, ni jeton, ni fait");
        fleche(&mut s, (300, 55), (546, 55), "identités aveuglées, et retour", true);
    }
    boite(&mut s, (546, liaison, 228), "Unité de liaison", "ni nom, ni fait");
    boite(&mut s, (546, hote, 228), "Hôte du moteur", "ni nom, ni jeton");
    fleche(&mut s, (300, liaison + 25), (546, liaison + 25), "jetons", false);
    fleche(&mut s, (300, hote + 12), (546, hote + 12), "faits, en tranches", false);
    fleche(&mut s, (546, hote + 42), (300, hote + 42), "liste chiffrée de ses usagers", false);
    let _ = writeln!(s, "<path d=\"M660 {}V{}\" marker-end=\"url(#fleche)\"/>", liaison + BOITE, hote - 2);
    let _ = writeln!(s, "<text x=\"668\" y=\"{}\">poignées</text>", (liaison + BOITE + hote) / 2 + 5);
    s.push_str("</svg>\n</figure>\n");
    s
}

/// The same in words.
#[must_use]
pub fn description(mission: &Mission, etat: &Etat) -> String {
    let noms: Vec<&str> = mission.organismes.iter().map(|o| o.nom.as_str()).collect();
    let apportent = etat.organismes.keys().filter(|o| etat.donnees.iter().any(|d| d.organisme == **o)).count();
    let tiers = if mission.mode == Mode::B { " Le tiers des clés évalue des identités aveuglées, et ne les voit pas." } else { "" };
    format!(
        "{} organismes : {}. Chacun envoie des jetons à l'unité de liaison ; {apportent} envoient des faits sans nom à l'hôte du moteur. \
         L'unité de liaison envoie des poignées à l'hôte. L'hôte rend à chaque organisme la liste chiffrée de ses propres usagers.{tiers}",
        noms.len(),
        noms.join(", ")
    )
}

fn boite(s: &mut String, (x, y, l): (i32, i32, i32), nom: &str, dessous: &str) {
    let _ = writeln!(s, "<rect x=\"{x}\" y=\"{y}\" width=\"{l}\" height=\"{BOITE}\"/>");
    let court: String = if nom.chars().count() > 36 { nom.chars().take(35).chain(['…']).collect() } else { nom.to_owned() };
    let _ = writeln!(s, "<text x=\"{}\" y=\"{}\" class=\"nom\">{}</text>", x + 8, y + 21, echapper(&court));
    let _ = writeln!(s, "<text x=\"{}\" y=\"{}\">{}</text>", x + 8, y + 40, echapper(dessous));
}

fn fleche(s: &mut String, de: (i32, i32), vers: (i32, i32), dit: &str, deux_sens: bool) {
    let retour = if deux_sens { " marker-start=\"url(#fleche)\"" } else { "" };
    let _ = writeln!(s, "<path d=\"M{} {}L{} {}\" marker-end=\"url(#fleche)\"{retour}/>", de.0, de.1, vers.0, vers.1);
    let _ = writeln!(s, "<text x=\"310\" y=\"{}\">{}</text>", de.1 - 6, echapper(dit));
}

//! A paper in Markdown, each statement with its mark between brackets.

use std::fmt::Write as _;

use super::papier::{Bloc, Morceau, Papier, Texte};
use super::sources::{Marque, Source, abreger, marques};

/// Writes it; `figure` is what stands for the diagram.
#[must_use]
pub fn ecrire(papier: &Papier, figure: &str) -> String {
    let marques = marques(&papier.sources());
    let mut s = format!("# {}\n", papier.titre);
    for bloc in &papier.blocs {
        s.push('\n');
        match bloc {
            Bloc::Titre(niveau, t) => {
                let _ = writeln!(s, "{} {}", "#".repeat(usize::from(*niveau)), texte(t));
            }
            Bloc::Paragraphe(t) => {
                let _ = writeln!(s, "{}{}", texte(t), marque(t, &marques));
            }
            Bloc::Attention(t) => {
                let _ = writeln!(s, "> **Attention.** {}{}", texte(t), marque(t, &marques));
            }
            Bloc::Liste(points) => {
                for t in points {
                    let _ = writeln!(s, "- {}{}", texte(t), marque(t, &marques));
                }
            }
            Bloc::Tableau(t) => {
                let _ = writeln!(s, "**{}**{}\n", texte(&t.legende), marque(&t.legende, &marques));
                let _ = writeln!(s, "| {} | Source |", t.entetes.join(" | "));
                let _ = writeln!(s, "|{}", "---|".repeat(t.entetes.len() + 1));
                for ligne in &t.lignes {
                    let cellules: Vec<String> = ligne.iter().map(|c| texte(c).replace('|', "\\|")).collect();
                    let _ = writeln!(s, "| {} |{} |", cellules.join(" | "), marque(&Texte::reunir(ligne), &marques));
                }
            }
            Bloc::Figure => {
                let _ = writeln!(s, "{figure}");
            }
        }
    }
    s.push_str("\n## Sources de ce document\n\n");
    for m in &marques {
        let _ = writeln!(s, "- **{}** : {}", m.nom, nu(&m.source.dit()));
    }
    s
}

/// ` [M12, R3]`.
fn marque(t: &Texte, marques: &[Marque]) -> String {
    let noms: Vec<&str> = t.sources.iter().filter_map(|s| nom(s, marques)).collect();
    if noms.is_empty() { String::new() } else { format!(" [{}]", abreger(&noms).join(", ")) }
}

fn nom<'m>(source: &Source, marques: &'m [Marque]) -> Option<&'m str> {
    marques.iter().find(|m| m.source == *source).map(|m| m.nom.as_str())
}

fn texte(t: &Texte) -> String {
    let ecrire = |m: &Morceau| match m {
        Morceau::Mot(x) | Morceau::Blanc(x) => nu(x),
        Morceau::Gras(x) => format!("**{}**", nu(x)),
        Morceau::Code(x) => format!("`{x}`"),
        Morceau::Lien(x, vers) => format!("[{}]({})", nu(x), vers.replace(".html", ".md")),
    };
    t.morceaux.iter().map(ecrire).collect::<String>().trim().to_owned()
}

/// Words that Markdown must not read as its own.
fn nu(mots: &str) -> String {
    let mut s = String::with_capacity(mots.len());
    for c in mots.chars() {
        if matches!(c, '\\' | '`' | '*' | '[' | ']' | '<' | '>') {
            s.push('\\');
        }
        s.push(c);
    }
    // A blank is not an emphasis.
    s.replace("________", "\\_\\_\\_\\_\\_\\_\\_\\_")
}

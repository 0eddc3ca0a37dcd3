//! Wording: a barrier is in the procedure, never in the person; and nothing here suspects anybody.

use recours_rules::SourceFile;
use recours_rules::diagnostic::{Diagnostic, Span};
use recours_rules::pack::{Pack, Right};

/// Where a text is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lecteur {
    /// By the people concerned, and by whoever receives them.
    Personnes,
    /// By whoever writes or checks rules, in words of the law.
    Juristes,
}

/// A wording refused: how it begins, whether what follows may go on (`suspect`, `suspecte`), in which texts,
/// and what to write instead.
const REFUSEES: [(&str, bool, Lecteur, &str); 12] = [
    ("incapable de", false, Lecteur::Juristes, "dire ce que la démarche demande, et par quel autre chemin elle se fait"),
    ("incapable d'", true, Lecteur::Juristes, "dire ce que la démarche demande, et par quel autre chemin elle se fait"),
    ("pas capable", true, Lecteur::Juristes, "dire ce que la démarche demande, et par quel autre chemin elle se fait"),
    ("refuse de", false, Lecteur::Juristes, "dire ce que la démarche demande, et par quel autre chemin elle se fait"),
    ("refuse d'", true, Lecteur::Juristes, "dire ce que la démarche demande, et par quel autre chemin elle se fait"),
    ("inéligible", true, Lecteur::Juristes, "dire quelle condition n'est pas remplie, non ce qu'est la personne"),
    ("ne sait pas", false, Lecteur::Juristes, "dire ce que la démarche demande, et par quel autre chemin elle se fait"),
    ("inapte à", false, Lecteur::Personnes, "nommer la reconnaissance par son nom légal, ou dire ce que la démarche demande"),
    ("suspect", true, Lecteur::Juristes, "dire le fait, sans soupçon"),
    ("trop-perçu", true, Lecteur::Juristes, "une règle ne dit jamais qu'une personne reçoit trop"),
    ("fraud", true, Lecteur::Juristes, "une règle ne dit jamais qu'une personne triche"),
    ("indu", false, Lecteur::Juristes, "une règle ne dit jamais qu'une personne reçoit trop"),
];

/// Refused wordings in the texts of a pack.
pub(super) fn refusees(pack: &Pack, fichiers: &[SourceFile]) -> Vec<Diagnostic> {
    let mut sortie = Vec::new();
    for droit in pack.all_rights() {
        for (lecteur, texte) in textes(droit) {
            examiner(lecteur, texte, &droit.place, fichiers, &mut sortie);
        }
    }
    for c in &pack.calcs {
        examiner(Lecteur::Juristes, &c.label, &c.place, fichiers, &mut sortie);
    }
    for p in &pack.parameters.all {
        examiner(Lecteur::Juristes, &p.label, &p.place, fichiers, &mut sortie);
    }
    sortie.dedup();
    sortie
}

fn textes(droit: &Right) -> impl Iterator<Item = (Lecteur, &str)> {
    let personnes = [Some(&droit.label), Some(&droit.propose), droit.up_to.as_ref()].into_iter().flatten();
    let personnes = personnes.chain(&droit.commits).chain(droit.pieces.iter().map(|p| &p.dit));
    let juristes = droit.not_modelled.iter().map(|n| &n.label).chain(droit.assumptions.iter().map(|a| &a.label));
    personnes.map(|t| (Lecteur::Personnes, t.as_str())).chain(juristes.map(|t| (Lecteur::Juristes, t.as_str())))
}

fn examiner(lecteur: Lecteur, texte: &str, place: &(String, Span), fichiers: &[SourceFile], sortie: &mut Vec<Diagnostic>) {
    let bas = texte.to_lowercase().replace('’', "'");
    for (tournure, suite, pour, conseil) in REFUSEES {
        if pour == Lecteur::Personnes && lecteur == Lecteur::Juristes {
            continue;
        }
        if contient(&bas, tournure, suite) {
            let source = fichiers.iter().find(|f| f.name == place.0).map_or("", |f| f.text.as_str());
            let ou = situer(source, texte, tournure).unwrap_or(place.1);
            sortie.push(Diagnostic::error("R-051", &place.0, ou, format!("tournure refusée : « {tournure} »")).help(conseil));
        }
    }
}

/// Whether `texte` (small letters) holds these words: not within a longer word (`individu`), unless at its end.
fn contient(texte: &str, tournure: &str, suite: bool) -> bool {
    texte.match_indices(tournure).any(|(i, _)| {
        let lettre = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let avant = texte.get(..i).and_then(|t| t.chars().next_back());
        let apres = texte.get(i + tournure.len()..).and_then(|t| t.chars().next());
        !lettre(avant) && (suite || !lettre(apres) || is_accord(texte.get(i + tournure.len()..).unwrap_or("")))
    })
}

/// Plural and feminine endings: `indus`, `indue`, `indues`.
fn is_accord(apres: &str) -> bool {
    let fin: String = apres.chars().take_while(|c| c.is_alphanumeric()).collect();
    matches!(fin.as_str(), "e" | "s" | "es")
}

/// The words in the file, when the text stands there on one line.
fn situer(source: &str, texte: &str, tournure: &str) -> Option<Span> {
    let debut = source.find(texte)?;
    let dedans = texte.to_lowercase().find(tournure).filter(|_| texte.to_lowercase().len() == texte.len())?;
    Some(Span::new(debut + dedans, debut + dedans + tournure.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn les_mots_entiers_seulement() {
        assert!(contient("somme perçue indue", "indu", false));
        assert!(contient("un indu.", "indu", false));
        assert!(!contient("individuel, induit, indu\u{e9}", "indu", false));
        assert!(contient("personne suspectée", "suspect", true));
        assert!(!contient("insuspecte", "suspect", true));
    }
}

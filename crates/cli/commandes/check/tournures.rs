//! Wording: a barrier is in the procedure, never in the person; and nothing here suspects anybody. What is refused is
//! in [`recours_rules::wording`]; the catalogue of procedures is held to it there.

use recours_rules::SourceFile;
use recours_rules::diagnostic::{Diagnostic, Span};
use recours_rules::pack::{Pack, Right};
use recours_rules::wording::{Reader, refused};

/// Refused wordings in the texts of a pack.
pub(super) fn refusees(pack: &Pack, fichiers: &[SourceFile]) -> Vec<Diagnostic> {
    let mut sortie = Vec::new();
    for droit in pack.all_rights() {
        for (lecteur, texte) in textes(droit) {
            examiner(lecteur, texte, &droit.place, fichiers, &mut sortie);
        }
    }
    for c in &pack.calcs {
        examiner(Reader::Lawyers, &c.label, &c.place, fichiers, &mut sortie);
    }
    for p in &pack.parameters.all {
        examiner(Reader::Lawyers, &p.label, &p.place, fichiers, &mut sortie);
    }
    sortie.dedup();
    sortie
}

fn textes(droit: &Right) -> impl Iterator<Item = (Reader, &str)> {
    let personnes = [Some(&droit.label), Some(&droit.propose), droit.up_to.as_ref()].into_iter().flatten();
    let personnes = personnes.chain(&droit.commits).chain(droit.pieces.iter().map(|p| &p.dit));
    let juristes = droit.not_modelled.iter().map(|n| &n.label).chain(droit.assumptions.iter().map(|a| &a.label));
    personnes.map(|t| (Reader::People, t.as_str())).chain(juristes.map(|t| (Reader::Lawyers, t.as_str())))
}

fn examiner(lecteur: Reader, texte: &str, place: &(String, Span), fichiers: &[SourceFile], sortie: &mut Vec<Diagnostic>) {
    for (tournure, conseil) in refused(texte, lecteur) {
        let source = fichiers.iter().find(|f| f.name == place.0).map_or("", |f| f.text.as_str());
        let ou = situer(source, texte, tournure).unwrap_or(place.1);
        sortie.push(Diagnostic::error("R-051", &place.0, ou, format!("tournure refusée : « {tournure} »")).help(conseil));
    }
}

/// The words in the file, when the text stands there on one line.
fn situer(source: &str, texte: &str, tournure: &str) -> Option<Span> {
    let debut = source.find(texte)?;
    let dedans = texte.to_lowercase().find(tournure).filter(|_| texte.to_lowercase().len() == texte.len())?;
    Some(Span::new(debut + dedans, debut + dedans + tournure.len()))
}

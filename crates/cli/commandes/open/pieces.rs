//! Pieces still to ask for: those that the procedures want, minus those that this body already holds.

use recours_rules::document::PieceDoc;

/// Names that registers give to the pieces of the rules. A name that is not here is asked for again: never the
/// reverse.
const AUTREMENT: [(&str, &str); 5] = [
    ("piece_identite", "identite"),
    ("justificatif_domicile", "logement"),
    ("attestation_loyer", "logement"),
    ("avis_imposition", "avis_impot"),
    ("justificatif_ressources", "ressources"),
];

/// Pieces of several procedures, sorted into those to ask for and those already held; each once, as sentences.
pub fn trier<'a>(demandees: impl Iterator<Item = &'a PieceDoc>, detenues: &[String]) -> (Vec<String>, Vec<String>) {
    let detenues: Vec<&str> =
        detenues.iter().map(|d| AUTREMENT.iter().find(|(autre, _)| *autre == d.as_str()).map_or(d.as_str(), |(_, code)| *code)).collect();
    let mut vues: Vec<&str> = Vec::new();
    let (mut a_demander, mut deja) = (Vec::new(), Vec::new());
    for piece in demandees {
        // The same code with another sentence (resources of three months, of twelve) is another piece.
        if vues.contains(&piece.dit.as_str()) {
            continue;
        }
        vues.push(&piece.dit);
        if detenues.contains(&piece.code.as_str()) {
            deja.push(piece.dit.clone());
        } else {
            a_demander.push(piece.dit.clone());
        }
    }
    (a_demander, deja)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(code: &str, dit: &str) -> PieceDoc {
        PieceDoc { code: code.into(), dit: dit.into() }
    }

    #[test]
    fn ce_que_l_organisme_detient_n_est_pas_redemande() {
        let demandees = [piece("identite", "Identité"), piece("rib", "RIB"), piece("rib", "RIB"), piece("ressources", "Trois mois")];
        let detenues = ["piece_identite", "inconnue"].map(String::from);
        let (a_demander, deja) = trier(demandees.iter(), &detenues);
        assert_eq!(a_demander, ["RIB", "Trois mois"]);
        assert_eq!(deja, ["Identité"]);
    }
}

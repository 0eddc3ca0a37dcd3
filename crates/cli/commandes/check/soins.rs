//! Lints: what a pack that builds may still lack.

use recours_rules::SourceFile;
use recours_rules::diagnostic::Diagnostic;
use recours_rules::pack::Pack;

use super::parametres::{calculs_lus, parametres_lus, sans_valeur};
use super::tournures;

/// Written in a source that nobody has found yet.
const A_VERIFIER: &str = "à vérifier";

/// What counts, without preventing use.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Comptes {
    /// Clauses, calculations and values in force whose source is still to be found.
    pub a_verifier: usize,
    /// Calculations without source.
    pub calculs_sans_source: usize,
    /// Parameters that no rule reads.
    pub parametres_inutilises: usize,
    /// Calculations that no rule reads.
    pub calculs_inutilises: usize,
}

/// Faults and warnings of a pack on its day.
pub(super) fn soigner(pack: &Pack, fichiers: &[SourceFile]) -> Vec<Diagnostic> {
    let mut sortie = tournures::refusees(pack, fichiers);
    for nom in sans_valeur(pack) {
        if let Some(p) = pack.parameters.find(nom).and_then(|p| pack.parameters.all.get(p)) {
            let jour = recours_rules::date::format(pack.on);
            sortie.push(
                Diagnostic::error(
                    "R-050",
                    &p.place.0,
                    p.place.1,
                    format!("`{nom}` n'a pas de valeur au {jour}, et une règle en vigueur le lit"),
                )
                .help("ajouter la valeur en vigueur à cette date, avec sa source"),
            );
        }
    }
    for droit in pack.all_rights() {
        let mut faute = |message: String, conseil: &str| {
            sortie.push(Diagnostic::error("R-052", &droit.place.0, droit.place.1, message).help(conseil));
        };
        for c in droit.conditions.iter().filter(|c| c.source.trim().is_empty()) {
            faute(format!("la clause `{}` n'a pas de source", c.id), "citer l'article, ou écrire `à vérifier`");
        }
        for c in droit.conditions.iter().filter(|c| c.label.trim().is_empty()) {
            faute(format!("la clause `{}` n'a pas de phrase", c.id), "dire la condition en une phrase, sous `dit`");
        }
        if droit.propose.trim().is_empty() {
            sortie.push(
                Diagnostic::error("R-053", &droit.place.0, droit.place.1, format!("`{}` ne dit pas quoi proposer à la personne", droit.id))
                    .help("ajouter `proposer: \"Demander …\"`"),
            );
        }
        if droit.commits.is_empty() {
            sortie.push(
                Diagnostic::warning("R-053", &droit.place.0, droit.place.1, format!("`{}` ne dit pas ce que l'accepter engage", droit.id))
                    .help("ajouter `ce_que_cela_engage`, même pour dire que rien"),
            );
        }
    }
    sortie
}

/// Counts for the summary.
pub(super) fn compter(pack: &Pack) -> Comptes {
    let (parametres, calculs) = (parametres_lus(pack), calculs_lus(pack));
    let a_verifier = |s: &str| s.contains(A_VERIFIER);
    // Conditions are calculations too: counted once.
    let sources_de_calculs = pack.calcs.iter().filter(|c| a_verifier(&c.source)).count();
    let valeurs = pack.parameters.all.iter().filter_map(|p| p.values.iter().rev().find(|v| v.from <= pack.on));
    // Put together by the builder, not written by an author: they have no place in a file.
    let ecrits = |c: &&recours_rules::pack::Calc| c.place.1.end > 0;
    Comptes {
        a_verifier: sources_de_calculs + valeurs.filter(|v| a_verifier(&v.source)).count(),
        calculs_sans_source: pack.calcs.iter().filter(ecrits).filter(|c| c.source.trim().is_empty()).count(),
        parametres_inutilises: pack.parameters.all.len() - parametres.len(),
        calculs_inutilises: pack.calcs.iter().enumerate().filter(|(i, c)| ecrits(c) && !calculs.contains(i)).count(),
    }
}

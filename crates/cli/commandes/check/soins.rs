//! Lints: what a pack that builds may still lack.

use recours_rules::SourceFile;
use recours_rules::catalogue::lint::{self, Counts};
use recours_rules::date;
use recours_rules::diagnostic::Diagnostic;
use recours_rules::pack::{Pack, Right, RightKind};

use super::parametres::{self, calculs_lus, parametres_lus, sans_valeur};
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
    /// Rights that must be asked for and do not say how.
    pub sans_demarche: usize,
    /// The procedure catalogue.
    pub demarches: Counts,
}

/// Faults and warnings of a pack on its day.
pub(super) fn soigner(pack: &Pack, fichiers: &[SourceFile]) -> Vec<Diagnostic> {
    let mut sortie = tournures::refusees(pack, fichiers);
    sortie.extend(lint::lint(pack, fichiers));
    sortie.extend(recours_rules::texts::lint(pack));
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
        let notes = droit.not_modelled.iter().map(|n| (&n.id, &n.source));
        for (id, _) in notes.chain(droit.assumptions.iter().map(|a| (&a.id, &a.source))).filter(|n| n.1.trim().is_empty()) {
            faute(format!("la note `{id}` n'a pas de source"), "citer l'article, dire d'où vient l'hypothèse, ou écrire `à vérifier`");
        }
        sortie.extend(numerique_seulement(droit));
        sortie.extend(mois_sans_valeur(pack, droit));
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

/// A right that must be asked for, and only on line: whoever has no screen is left out by the procedure.
fn numerique_seulement(droit: &Right) -> Option<Diagnostic> {
    let dite = |t: &Option<String>| t.as_ref().is_some_and(|t| !t.trim().is_empty());
    let demarche = droit.procedure.as_ref().filter(|_| droit.on_request)?;
    (dite(&demarche.en_ligne) && !dite(&demarche.alternative_humaine)).then(|| {
        Diagnostic::error("R-054", &droit.place.0, droit.place.1, format!("`{}` ne se demande qu'en ligne", droit.id))
            .help("ajouter `alternative_humaine` à la démarche : guichet, rendez-vous, téléphone, courrier ; la loi en prévoit une")
    })
}

/// Parameters read at another month than M that have no value there on the first day of the version.
fn mois_sans_valeur(pack: &Pack, droit: &Right) -> Vec<Diagnostic> {
    let Some(premier) = droit.valid_from else { return Vec::new() };
    let m = date::month_of(premier);
    let mut sortie = Vec::new();
    for (parametre, mois) in parametres::lus_a_un_mois(pack, droit, m) {
        let Some(p) = pack.parameters.all.get(parametre).filter(|p| !p.awaited()) else { continue };
        if p.on(date::first_day(mois)).is_none() {
            let (jour, du) = (date::format(premier), date::format(date::first_day(mois)));
            let message = format!("`{}`, que `{}` lit au {du} dès le {jour}, n'a pas encore de valeur à cette date", p.name, droit.id);
            sortie.push(Diagnostic::warning("R-055", &p.place.0, p.place.1, message).help("ajouter la valeur d'alors, avec sa source"));
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
        parametres_inutilises: pack.parameters.all.len() - parametres.union(&pack.catalogue.parameters).count(),
        sans_demarche: pack.all_rights().filter(|r| r.kind == RightKind::Droit && r.on_request && !decrite(pack, r)).count(),
        demarches: pack.catalogue.counts(pack.on),
        calculs_inutilises: pack.calcs.iter().enumerate().filter(|(i, c)| ecrits(c) && !calculs.contains(i)).count(),
    }
}

/// Whether the way to ask for a right is told, by the catalogue or by its own file.
fn decrite(pack: &Pack, droit: &Right) -> bool {
    droit.procedure.is_some() || pack.catalogue.for_rule(droit).is_some()
}

//! What a check says: a few lines to read, or one JSON object.

use std::time::Instant;

use recours_engine::properties::Rate;
use recours_rules::date;
use recours_rules::diagnostic::Severity;
use serde_json::json;

use super::super::explain::ecriture;
use super::{Args, Bilan, moments};
use crate::regles::Jeu;

/// The summary of a check without fault.
pub(super) fn resume(b: &Bilan, args: &Args, debut: Instant) -> String {
    let (c, e, v) = (&b.comptes, &b.essais, &b.couverture);
    let mut s = format!(
        "Au {} : {} droits, {} ruptures, {} clauses, {} calculs, {} paramètres, {} cas d'école réussis, en {} ms.\n",
        ecriture::date_longue(b.on),
        b.droits,
        b.ruptures,
        b.clauses,
        b.calculs,
        b.parametres,
        b.cas,
        debut.elapsed().as_millis()
    );
    s += &format!(
        "  {} propriété(s) tenues sur {} foyers inventés chacune : {} essais, dont {} où elles engagent.\n",
        e.properties, b.effort.foyers, e.trials, e.tested
    );
    s += &format!(
        "  Certain reste vrai : {} foyers partiels, {} verdicts établis, {} compléments, aucun ne les contredit.\n",
        e.partial, e.settled, e.completions
    );
    if let Some(f) = &b.flux {
        s += &format!(
            "  {} classes de données, {} faits dont {} peuvent sortir ; {} conclusions de détenteurs et {} lectures de {} règles croisées \
             prouvées : aucune classe ne va plus loin qu'elle ne le permet.\n",
            f.classes, f.facts, f.crossing, f.conclusions, f.flows, f.rules
        );
    }
    s += &format!(
        "  Clauses couvertes (vraies dans un cas d'école, fausses dans un autre) : {} sur {} ; calculs vrais ou faux : {} sur {}{}.\n",
        v.clauses_covered,
        v.clauses,
        v.calcs_covered,
        v.calcs,
        if args.couverture || v.gaps.is_empty() { "" } else { " (--couverture nomme les autres)" }
    );
    if args.couverture {
        s += &lacunes(b);
    }
    if !b.moments.is_empty() {
        s += &moments::resume(&b.moments);
    }
    s += &format!("  {} source(s) « à vérifier » ; {} calcul(s) sans source.\n", c.a_verifier, c.calculs_sans_source);
    s += &format!("  {} paramètre(s) et {} calcul(s) que rien ne lit.\n", c.parametres_inutilises, c.calculs_inutilises);
    s += &demarches(b, args);
    s += &format!("  {} droit(s) à demander dont la démarche n'est pas décrite.\n", c.sans_demarche);
    if let Some(phrase) = &b.en_attente {
        s += &format!("  {phrase}\n");
    }
    let suite = if args.perimes || b.perimes.is_empty() { "" } else { " (--perimes les nomme)" };
    s += &format!("  {} paramètre(s) lus non vérifiés depuis le début de ce mois{suite}.\n", b.perimes.len());
    if args.perimes {
        for p in &b.perimes {
            s += &format!("    {p}\n");
        }
    }
    if !b.reciproque.is_empty() {
        s += &reciproque(&b.reciproque);
    }
    s
}

/// The procedure catalogue: how much it says, and how much of that nobody has read at its source.
fn demarches(b: &Bilan, args: &Args) -> String {
    let d = &b.comptes.demarches;
    let part = |n: usize, sur: usize| {
        let milliemes = (n * 1_000).checked_div(sur).unwrap_or(0);
        format!("{},{} %", milliemes / 10, milliemes % 10)
    };
    let mut s = format!(
        "  {} démarche(s) pour {} droits, {} variante(s), {} exigence(s) ; encore « à vérifier » : {} des exigences, {} des {} lignes.\n",
        d.procedures,
        d.rights,
        d.variants,
        d.requirements,
        part(d.requirements_unverified, d.requirements),
        part(d.unverified, d.lines),
        d.lines
    );
    let suite = if args.perimes || d.stale == 0 { "" } else { " (--perimes nomme leurs fichiers)" };
    s += &format!("  {} ligne(s) des démarches vérifiées il y a plus d'un an{suite}.\n", d.stale);
    s
}

/// Conditions that no worked case makes true, or false.
fn lacunes(b: &Bilan) -> String {
    let ligne = |g: &recours_engine::coverage::Gap| {
        let quoi = match (g.never_true, g.never_false) {
            (true, true) => "jamais calculée",
            (true, false) => "jamais vraie",
            _ => "jamais fausse",
        };
        format!("    {} {} : {quoi}\n", if g.clause { "clause" } else { "calcul" }, g.name)
    };
    b.couverture.gaps.iter().map(ligne).collect()
}

/// How often what every completion says is reported unknown, right by right.
fn reciproque(taux: &[Rate]) -> String {
    let mut s =
        "  Réciproque, par énumération de petits domaines : verdicts que tous les compléments partagent, et combien sont dits inconnus.\n"
            .to_owned();
    for r in taux {
        let milliemes = (r.missed * 1_000).checked_div(r.same).unwrap_or(0);
        s += &format!(
            "    {:<24} {:>6} foyers, {:>8} compléments, {:>7} verdicts partagés, {:>5} dits inconnus ({},{} %)\n",
            r.right,
            r.foyers,
            r.completions,
            r.same,
            r.missed,
            milliemes / 10,
            milliemes % 10
        );
    }
    s
}

/// The same for programs, diagnostics included.
pub(super) fn objet(jeu: &Jeu, b: &Bilan, debut: Instant) -> serde_json::Value {
    let diagnostics: Vec<serde_json::Value> = b
        .diagnostics
        .iter()
        .map(|d| {
            let source = jeu.fichiers.iter().find(|f| f.name == d.file).map_or("", |f| f.text.as_str());
            let (ligne, colonne) = d.position(source);
            json!({
                "code": d.code,
                "gravite": if d.severity == Severity::Error { "erreur" } else { "attention" },
                "fichier": d.file,
                "ligne": ligne,
                "colonne": colonne,
                "message": d.message,
                "aide": d.help,
            })
        })
        .collect();
    let lacunes: Vec<serde_json::Value> = b
        .couverture
        .gaps
        .iter()
        .map(|g| json!({ "nom": g.name, "clause": g.clause, "jamais_vraie": g.never_true, "jamais_fausse": g.never_false }))
        .collect();
    let reciproque: Vec<serde_json::Value> = b
        .reciproque
        .iter()
        .map(|r| json!({ "droit": r.right, "foyers": r.foyers, "complements": r.completions, "partages": r.same, "dits_inconnus": r.missed }))
        .collect();
    json!({
        "jour": date::format(b.on),
        "empreinte": jeu.empreinte(),
        "droits": b.droits,
        "ruptures": b.ruptures,
        "clauses": b.clauses,
        "clauses_couvertes": b.couverture.clauses_covered,
        "calculs": b.calculs,
        "calculs_vrai_faux": b.couverture.calcs,
        "calculs_vrai_faux_couverts": b.couverture.calcs_covered,
        "lacunes": lacunes,
        "parametres": b.parametres,
        "cas": b.cas,
        "proprietes": b.essais.properties,
        "foyers_par_propriete": b.effort.foyers,
        "essais": b.essais.trials,
        "essais_qui_engagent": b.essais.tested,
        "foyers_partiels": b.essais.partial,
        "verdicts_etablis": b.essais.settled,
        "complements": b.essais.completions,
        "reciproque": reciproque,
        "a_verifier": b.comptes.a_verifier,
        "calculs_sans_source": b.comptes.calculs_sans_source,
        "parametres_inutilises": b.comptes.parametres_inutilises,
        "calculs_inutilises": b.comptes.calculs_inutilises,
        "sans_demarche": b.comptes.sans_demarche,
        "demarches": {
            "nombre": b.comptes.demarches.procedures,
            "droits": b.comptes.demarches.rights,
            "variantes": b.comptes.demarches.variants,
            "exigences": b.comptes.demarches.requirements,
            "exigences_a_verifier": b.comptes.demarches.requirements_unverified,
            "lignes": b.comptes.demarches.lines,
            "lignes_a_verifier": b.comptes.demarches.unverified,
            "lignes_a_relire": b.comptes.demarches.stale,
        },
        "flux": b.flux.map(|f| json!({
            "classes": f.classes,
            "faits": f.facts,
            "peuvent_sortir": f.crossing,
            "conclusions": f.conclusions,
            "regles_croisees": f.rules,
            "lectures": f.flows,
        })),
        "perimes": b.perimes,
        "en_attente": b.en_attente,
        "duree_ms": u64::try_from(debut.elapsed().as_millis()).unwrap_or(u64::MAX),
        "diagnostics": diagnostics,
    })
}

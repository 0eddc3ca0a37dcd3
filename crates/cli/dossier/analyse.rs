//! What the impact assessment and the security approval ask: rules, inferences, adversaries, limits, law.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::contexte::Matiere;
use super::menaces;
use super::sources::Source;
use crate::commandes::explain::ecriture;
use crate::mission::Mode;
use recours_rules::pack::Pack;

/// What the papers say beyond bodies and columns.
#[must_use]
pub fn analyse(m: &Matiere<'_>, pack: &Pack) -> Value {
    let mode_b = m.mission.mode == Mode::B;
    let p = |section: &str| Source::Protocole { section: section.to_owned() };
    let s = |section: &str| Source::Menaces { section: section.to_owned() };
    let liste = |textes: Vec<String>, source: &Source| -> Vec<String> {
        textes.into_iter().map(|t| m.registre.dire(&t, std::slice::from_ref(source))).collect()
    };
    let table = |premier: &str, section: &str| -> Vec<Vec<String>> {
        menaces::table_du_protocole(premier).into_iter().map(|l| liste(l, &p(section))).collect()
    };
    json!({
        "regles": regles(m, pack),
        "deductions": deductions(m, pack),
        "a_revoir": a_revoir(m, pack),
        "adversaires": menaces::adversaires(mode_b).iter().map(|a| {
            let source = s(&format!("2.{}", a.numero));
            let dire = |t: &str| m.registre.dire(t, std::slice::from_ref(&source));
            json!({ "qui": dire(&a.qui), "apprendrait": dire(&a.apprendrait), "controle": dire(&a.controle), "reste": dire(&a.reste) })
        }).collect::<Vec<_>>(),
        "coalitions": menaces::coalitions(mode_b).iter().map(|(qui, quoi)| {
            json!({ "qui": m.registre.dire(qui, &[s("3")]), "quoi": m.registre.dire(quoi, &[s("3")]) })
        }).collect::<Vec<_>>(),
        "hypotheses": liste(menaces::points_des_menaces("1"), &s("1")),
        "pseudonymisation": m.registre.dire(&menaces::texte_des_menaces("5.1"), &[s("5.1")]),
        "cles": m.registre.dire(&menaces::texte_des_menaces("5.2"), &[s("5.2")]),
        "manquees": m.registre.dire(&menaces::texte_des_menaces("5.4"), &[s("5.4")]),
        "non_verifie": m.registre.dire(&menaces::texte_des_menaces("5.5"), &[s("5.5")]),
        "non_resolu": liste(menaces::points_du_protocole("21"), &p("21")),
        "obligations": liste(menaces::points_du_protocole("20.1"), &p("20.1")),
        "garanties": liste(menaces::points_du_protocole("1.3"), &p("1.3")),
        "refus_hote": table("refus", "13.3"),
        "tenu": table("rôle", "2"),
        "suites": table("suite", "6.2"),
        "actes": table("acte", "17"),
        "classes": classes(m),
        "information": liste(m.loi.information.clone(), &Source::Texte { nom: "information".into() }),
    })
}

/// Classes of what leaves, with the article that says how far each may go.
fn classes(m: &Matiere<'_>) -> Vec<Value> {
    let ici: BTreeSet<&str> = m.etat.donnees.iter().map(|d| d.classe.as_str()).collect();
    ici.into_iter()
        .filter_map(|nom| {
            let c = m.loi.classes.get(nom)?;
            let source = [Source::Classe { nom: nom.to_owned() }];
            Some(json!({
                "nom": m.famille(nom),
                "dit": m.registre.dire(&c.dit, &source),
                "article": m.registre.dire(&format!("{} {}", c.article, c.statut.dit()), &source),
            }))
        })
        .collect()
}

/// Amounts and thresholds that the rules read and that nobody checked up to the mission's date.
fn a_revoir(m: &Matiere<'_>, pack: &Pack) -> Vec<String> {
    let calculs = pack.rights.iter().flat_map(Pack::outputs);
    let lus: BTreeSet<usize> = calculs.flat_map(|c| pack.parameters_of(c)).collect();
    lus.into_iter()
        .filter_map(|p| pack.parameters.all.get(p))
        .filter(|p| p.checked.is_none_or(|le| le < pack.on))
        .map(|p| {
            let jusque = p.checked.map_or_else(|| "jamais vérifié".to_owned(), |le| format!("vérifié le {}", ecriture::date_longue(le)));
            m.registre.dire(&format!("{} ({jusque})", p.label), &[Source::Parametre { nom: p.name.clone() }])
        })
        .collect()
}

/// Rules of the mission: why each needs what it needs, and what it leaves out.
fn regles(m: &Matiere<'_>, pack: &Pack) -> Vec<Value> {
    pack.rights
        .iter()
        .map(|r| {
            let id = r.rule();
            let source = [Source::Regle { regle: id.clone(), article: r.source.clone() }];
            let dire = |t: &str| m.registre.dire(t, &source);
            let lit: BTreeSet<&str> =
                m.etat.donnees.iter().filter(|d| d.regles.iter().any(|x| x.regle == id)).map(|d| d.organisme.as_str()).collect();
            let colonnes = m.etat.donnees.iter().filter(|d| d.regles.iter().any(|x| x.regle == id)).count();
            let lit: Vec<&str> = lit.into_iter().collect();
            json!({
                "libelle": dire(&r.label),
                "regle": dire(&id),
                "article": dire(&r.source),
                "colonnes": m.registre.dire(&colonnes.to_string(), &[Source::Plan]),
                "organismes": m.registre.dire(&lit.join(", "), &[Source::Plan]),
                "conditions": r.conditions.iter().map(|c| dire(&format!("{} ({})", c.label, c.source))).collect::<Vec<_>>(),
                "non_modelees": r.not_modelled.iter().map(|n| dire(&format!("{} ({})", n.label, n.source))).collect::<Vec<_>>(),
            })
        })
        .collect()
}

/// For each right and each body that may receive its rows: the facts of others that a row lets it guess.
fn deductions(m: &Matiere<'_>, pack: &Pack) -> Vec<Value> {
    let e = m.etat;
    let mut sortie = Vec::new();
    for l in &e.listes {
        let Some(droit) = pack.rights.iter().find(|r| r.rule() == l.regle.regle) else { continue };
        let lus: Vec<_> = e.donnees.iter().filter(|d| d.regles.iter().any(|r| r.regle == l.regle.regle)).collect();
        let source = Source::Regle { regle: l.regle.regle.clone(), article: l.regle.article.clone() };
        // Recipients who lack the same facts read the same thing.
        let mut par_fait: BTreeMap<Vec<(String, String)>, Vec<String>> = BTreeMap::new();
        for destinataire in &l.destinataires {
            let siens: BTreeSet<&str> = lus.iter().filter(|d| d.organisme == *destinataire).map(|d| d.variable.as_str()).collect();
            let mut autres: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
            for d in lus.iter().filter(|d| d.organisme != *destinataire && !siens.contains(d.variable.as_str())) {
                autres.entry(d.dit.clone()).or_default().insert(d.organisme.as_str());
            }
            let dits = autres.into_iter().map(|(dit, o)| (dit, o.into_iter().collect::<Vec<_>>().join(", "))).collect();
            par_fait.entry(dits).or_default().push(destinataire.clone());
        }
        let lignes: Vec<Value> = par_fait
            .into_iter()
            .map(|(faits, qui)| {
                let dits: Vec<String> = faits.iter().map(|(dit, o)| format!("{dit} ({o})")).collect();
                let dit = if dits.is_empty() { "rien qu'il n'ait apporté lui-même".to_owned() } else { dits.join(" ; ") };
                json!({
                    "qui": qui.iter().map(|o| m.nom(o)).collect::<Vec<_>>(),
                    "faits": m.registre.dire(&dit, &[Source::Plan, source.clone()]),
                })
            })
            .collect();
        let conditions: Vec<&str> = droit.conditions.iter().map(|c| c.label.as_str()).collect();
        sortie.push(json!({
            "droit": m.regle(&l.regle),
            "conditions": m.registre.dire(&conditions.join(" ; "), std::slice::from_ref(&source)),
            "a_des_conditions": !conditions.is_empty(),
            "lignes": lignes,
        }));
    }
    sortie
}

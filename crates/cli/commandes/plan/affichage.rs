//! The plan, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use recours_rules::pack::Pack;
use recours_rules::vocabulary::{Crossing, Variable};
use serde_json::{Value, json};

use super::apports::{Apport, Manque, Plan, PlanOrganisme, Refus, colonnes, mois_ecrits};
use super::grain;
use super::titre::{self, Titre};
use crate::colonnes_utiles::Pour;
use crate::commandes::explain::ecriture;
use crate::mission::Mission;

/// For a terminal.
#[must_use]
pub fn texte(mission: &Mission, pack: &Pack, plan: &Plan) -> String {
    let mut s = format!("Mission « {} », au {}.\n", mission.nom, ecriture::date_longue(pack.on));
    let regles: Vec<String> = pack.rights.iter().map(|r| r.rule()).collect();
    let _ = writeln!(s, "Règles : {}.", regles.join(", "));
    for o in &plan.organismes {
        organisme(&mut s, mission, pack, o);
    }
    let n = plan.colonnes();
    let _ = writeln!(s, "\nEn tout, {n} colonne{} sort{} de chez les organismes, hors jetons.", pluriel(n), if n > 1 { "ent" } else { "" });
    if let Some(note) = titre::note(mission) {
        let _ = writeln!(s, "{note}");
    }
    if !plan.manques.is_empty() {
        s += "\nFaits que les règles lisent et que personne n'apporte (ils restent inconnus) :\n";
        for (droit, manques) in &plan.manques {
            let Some(droit) = pack.rights.get(*droit) else { continue };
            let noms: Vec<String> = manques.iter().map(|m| manque(pack, m)).collect();
            let _ = writeln!(s, "  {} : {}", droit.id, noms.join(", "));
        }
    }
    s
}

/// A grain that takes more than this has a line of its own.
const COURT: usize = 32;

pub(super) fn pluriel(n: usize) -> &'static str {
    if n > 1 { "s" } else { "" }
}

fn organisme(s: &mut String, mission: &Mission, pack: &Pack, o: &PlanOrganisme) {
    let _ = writeln!(s, "\n{} : {}", o.id, o.nom);
    if o.apports.is_empty() {
        s.push_str("  rien à apporter\n");
    }
    let lignes: Vec<[String; 5]> = o.apports.iter().map(|a| ligne(pack, a)).collect();
    let largeur = |k: usize| lignes.iter().filter_map(|l| l.get(k)).map(|c| c.chars().count()).max().unwrap_or(0);
    let (a, d, b, c) = (largeur(0), largeur(1), largeur(2).min(COURT), largeur(3));
    for [nom, classe, grain, chez_lui, regles] in &lignes {
        if grain.chars().count() <= COURT {
            let _ = writeln!(s, "  {nom:a$}  {classe:d$}  {grain:b$}  {chez_lui:c$}  {regles}");
        } else {
            let _ = writeln!(s, "  {nom:a$}  {classe:d$}  {:b$}  {chez_lui:c$}  {regles}\n  {:a$}    {grain}", "voir dessous", "");
        }
    }
    if o.composition {
        s.push_str("  et la composition de ses foyers : un numéro tiré au hasard, et la place de chacun\n");
    }
    classes(s, mission, pack, o);
    if !o.refusees.is_empty() {
        let noms: Vec<String> = o.refusees.iter().map(|(nom, refus)| format!("{nom} ({})", refus_dit(*refus))).collect();
        let _ = writeln!(s, "  refusées au scellement : {}", noms.join(", "));
    }
    if !o.interne.is_empty() {
        let _ = writeln!(s, "  évaluées chez lui, rien n'en sort (recours interne) : {}", o.interne.join(", "));
    }
    if !o.abandonnees.is_empty() {
        let noms: Vec<&str> = o.abandonnees.iter().map(String::as_str).collect();
        let _ = writeln!(s, "  laissées sur place, aucune règle ne les lit : {}", noms.join(", "));
    }
}

/// Under what each class of the body's columns leaves: its article, and the line in force.
fn classes(s: &mut String, mission: &Mission, pack: &Pack, o: &PlanOrganisme) {
    let role = o.composition.then_some(pack.role);
    let mut titres: BTreeMap<&str, (Titre<'_>, usize)> = BTreeMap::new();
    for v in o.apports.iter().map(|a| a.variable).chain(role) {
        let t = Titre::de(mission, pack, &o.id, v);
        titres.entry(t.nom()).or_insert((t, 0)).1 += 1;
    }
    for (nom, (t, n)) in titres {
        let _ = writeln!(s, "  classe {nom} ({n}) : {} ; {}", t.ligne_dite(), t.article_dit());
    }
}

fn ligne(pack: &Pack, a: &Apport) -> [String; 5] {
    let Some(v) = pack.vocabulary.variables.get(a.variable) else { return Default::default() };
    let nom = if a.mois.is_empty() { v.name.clone() } else { format!("{} ({})", v.name, mois_ecrits(&a.mois)) };
    [nom, v.class.clone(), grain::dit(pack, v, &a.grains), a.chez_lui.clone(), pour_quoi(pack, a)]
}

/// Rules that a column serves: `rsa, ppa ; types de non-recours de rsa : non_demande, non_reception ; exigence connexion : rsa`.
fn pour_quoi(pack: &Pack, a: &Apport) -> String {
    let droit = |r: &usize| pack.rights.get(*r).map_or("", |d| d.id.as_str());
    let mut parts: Vec<String> = Vec::new();
    let verdicts: Vec<&str> = a.pour.iter().filter(|(_, p)| *p == Pour::Verdict).map(|(r, _)| droit(r)).collect();
    if !verdicts.is_empty() {
        parts.push(verdicts.join(", "));
    }
    for r in &a.regles {
        let types: Vec<&str> =
            a.pour.iter().filter(|(q, _)| q == r).filter_map(|(_, p)| if let Pour::Type(l) = p { Some(l.name()) } else { None }).collect();
        if !types.is_empty() {
            parts.push(format!("types de non-recours de {} : {}", droit(r), types.join(", ")));
        }
    }
    let mut exigences: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (r, pour) in &a.pour {
        if let Pour::Exigence(x) = pour {
            exigences.entry(x.name()).or_default().push(droit(r));
        }
    }
    parts.extend(exigences.into_iter().map(|(x, droits)| format!("exigence {x} : {}", droits.join(", "))));
    parts.join(" ; ")
}

/// Why a mapped fact stays at home, in words.
#[must_use]
pub fn refus_dit(refus: Refus) -> &'static str {
    match refus {
        Refus::DetenteurSeul => "ne quitte pas son détenteur",
        Refus::Interdit => "ne sort jamais",
        Refus::AutreDetenteur => "tenue par d'autres selon le vocabulaire",
    }
}

fn manque(pack: &Pack, m: &Manque) -> String {
    let Some(v) = pack.vocabulary.variables.get(m.variable) else { return String::new() };
    let nom = if m.mois.is_empty() { v.name.clone() } else { format!("{} ({})", v.name, mois_ecrits(&m.mois)) };
    if v.crossing == Crossing::Authorised { nom } else { format!("{nom} [ne quitte pas son détenteur]") }
}

/// What a delivery may hold for a fact, as it is written there; nothing where it is the value itself.
fn tranches(pack: &Pack, v: &Variable, a: &Apport) -> Vec<String> {
    let mut toutes: Vec<String> = a.grains.iter().flat_map(|(g, _)| g.labels(pack, v)).collect();
    toutes.dedup();
    toutes
}

/// What a rule reads a fact for: `verdict`, `type:non_demande`, `exigence:connexion`.
fn quoi(pour: Pour) -> String {
    match pour {
        Pour::Verdict => "verdict".into(),
        Pour::Type(l) => format!("type:{}", l.name()),
        Pour::Exigence(x) => format!("exigence:{}", x.name()),
    }
}

/// For programs: the same, every column by name.
#[must_use]
pub fn objet(mission: &Mission, pack: &Pack, plan: &Plan) -> Value {
    let droit = |r: &usize| pack.rights.get(*r).map(|r| r.id.clone());
    let organismes: Vec<Value> = plan
        .organismes
        .iter()
        .map(|o| {
            let apports: Vec<Value> = o
                .apports
                .iter()
                .filter_map(|a| {
                    let v = pack.vocabulary.variables.get(a.variable)?;
                    Some(json!({
                        "variable": v.name,
                        "titre": Titre::de(mission, pack, &o.id, a.variable).objet(),
                        "colonnes": colonnes(pack, a.variable, &a.mois),
                        "chez_lui": a.chez_lui,
                        "grain": grain::dit(pack, v, &a.grains),
                        "tranches": tranches(pack, v, a),
                        "regles": a.regles.iter().filter_map(droit).collect::<Vec<_>>(),
                        "pour": a.pour.iter().filter_map(|(r, p)| Some(json!({ "regle": droit(r)?, "quoi": quoi(*p) }))).collect::<Vec<_>>(),
                    }))
                })
                .collect();
            let refusees: Vec<Value> = o.refusees.iter().map(|(nom, r)| json!({ "variable": nom, "raison": refus_dit(*r) })).collect();
            json!({
                "id": o.id,
                "apporte": apports,
                "composition": o.composition,
                "titre_composition": o.composition.then(|| Titre::de(mission, pack, &o.id, pack.role).objet()),
                "refusees": refusees,
                "abandonnees": o.abandonnees,
                "interne": o.interne,
            })
        })
        .collect();
    let manques: Vec<Value> = plan
        .manques
        .iter()
        .filter_map(|(r, m)| {
            let colonnes: Vec<String> = m.iter().flat_map(|m| colonnes(pack, m.variable, &m.mois)).collect();
            Some(json!({ "regle": droit(r)?, "colonnes": colonnes }))
        })
        .collect();
    json!({
        "mission": mission.nom,
        "date": recours_rules::date::format(pack.on),
        "regles": pack.rights.iter().map(|r| r.rule()).collect::<Vec<_>>(),
        "colonnes": plan.colonnes(),
        "organismes": organismes,
        "sans_apport": manques,
    })
}

//! Procedures: what is asked, through which doors, what each demands, and whether anybody read it at its source.

use recours_rules::catalogue::{Activation, ChannelKind, Measure, Nature, Obtained, Procedure, Profile, Stage, Told, Variant};
use recours_rules::date::Days;
use recours_rules::pack::Right;
use serde_json::{Value as Json, json};

use super::{Contexte, ancre, mots};
use crate::commandes::explain::ecriture;

const fn etape(s: Stage) -> &'static str {
    match s {
        Stage::Information => "S'informer",
        Stage::Appointment => "Obtenir un rendez-vous",
        Stage::Application => "Demander",
        Stage::Pieces => "Donner des pièces",
        Stage::FollowUp => "Suivre son dossier",
        Stage::PeriodicDeclaration => "Déclarer régulièrement",
        Stage::Renewal => "Renouveler",
        Stage::Contest => "Contester",
    }
}

fn verifie(le: Option<Days>) -> String {
    le.map_or_else(|| "non vérifié à la source".to_owned(), |d| format!("vérifié le {}", ecriture::date_longue(d)))
}

fn dite(t: &Told) -> Json {
    json!({ "dit": t.says, "verifie": t.states.then(|| verifie(t.checked)) })
}

fn mesure(c: &Contexte<'_>, m: Option<Measure>, unite: &str) -> Option<String> {
    let m = m?;
    let n = m.on(&c.pack.parameters, c.le)?;
    let sur = if m.is_checked(&c.pack.parameters, c.le) { "" } else { " (non vérifié à la source)" };
    Some(format!("{n} {unite}{}{sur}", if n > 1 && (unite == "jour" || unite == "minute") { "s" } else { "" }))
}

fn variante(c: &Contexte<'_>, v: &Variant) -> Json {
    let canaux: Vec<Json> = v
        .channels
        .iter()
        .map(|k| {
            json!({
                "canal": canal(k.kind),
                "ou": dite(&k.place),
                "minutes": mesure(c, k.minutes, "minute"),
                "delai": mesure(c, k.delay, "jour"),
                "exigences": k.requirements.iter().map(|l| json!({
                    "dit": l.says, "source": l.source, "verifie": verifie(l.checked), "sur": l.checked.is_some(),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let pieces: Vec<Json> = v
        .pieces
        .iter()
        .map(|p| {
            let nature = if p.nature == Nature::Stable { "reste bonne" } else { "se périme" };
            let qui = match p.obtained {
                Obtained::ByPerson => "la personne l'apporte",
                Obtained::ByProfessional => "le professionnel l'obtient",
                Obtained::ByExchange => "l'organisme l'obtient d'un autre",
            };
            json!({ "dit": p.says, "note": format!("{nature} ; {qui}"), "bonne": mesure(c, p.good_for, "jour"), "verifie": verifie(p.checked) })
        })
        .collect();
    json!({
        "organisme": mots::organisme(&v.body),
        "territoires": v.territories,
        "du": (v.from > Days::MIN).then(|| ecriture::date_longue(v.from)),
        "au": (v.to < Days::MAX).then(|| ecriture::date_longue(v.to)),
        "en_vigueur": v.in_force(c.le),
        "activation": match v.activation {
            Activation::Automatic => "vient de lui-même",
            Activation::Announced => "est annoncé, puis se demande",
            Activation::Assisted => "se demande avec quelqu'un",
            Activation::OnRequest => "se demande",
        },
        "demandeur": v.asked_by,
        "occasion": v.occasion,
        "particularites": v.peculiar,
        "verifie": verifie(v.checked),
        "actes": v.acts.iter().map(dite).collect::<Vec<_>>(),
        "pieces": pieces,
        "canaux": canaux,
        "humaine": v.human.as_ref().map(dite),
        "interlocuteur": v.contact.as_ref().map(|k| json!({
            "profil": match k.profile {
                Profile::SocialWorker => "un travailleur social",
                Profile::SocialMediator => "un médiateur social",
                Profile::DigitalMediator => "un médiateur numérique",
                Profile::Agent => "un agent de l'organisme",
            },
            "dit": dite(&k.says),
        })),
        "reponse": mesure(c, v.answer, "jour"),
        "a_dire": v.script.iter().map(dite).collect::<Vec<_>>(),
    })
}

const fn canal(c: ChannelKind) -> &'static str {
    match c {
        ChannelKind::Online => "En ligne",
        ChannelKind::Paper => "Par courrier",
        ChannelKind::Counter => "Au guichet",
        ChannelKind::Telephone => "Par téléphone",
        ChannelKind::Home => "À domicile",
        ChannelKind::Video => "En visio",
    }
}

/// A procedure in full.
pub(super) fn demarche(c: &Contexte<'_>, p: &Procedure) -> Json {
    json!({
        "ancre": ancre::demarche(&p.id),
        "id": p.id,
        "nom": p.label,
        "etape": etape(p.stage),
        "demande": dite(&p.asks),
        "par_an": p.acts_per_year.and_then(|m| m.on(&c.pack.parameters, c.le)),
        "droits": p.rights.iter().filter_map(|id| c.droit(id)).collect::<Vec<_>>(),
        "variantes": p.variants.iter().map(|v| variante(c, v)).collect::<Vec<_>>(),
        "journal": p.changes.iter().map(|j| json!({
            "le": ecriture::date_longue(j.from), "dit": j.says, "source": j.source,
        })).collect::<Vec<_>>(),
        "fichier": c.fichier(&p.place.0),
        "organismes": p.bodies(c.le),
    })
}

/// The procedures that a rule calls for, shortly: their name, what is asked, by which doors.
pub(super) fn de_la_regle(c: &Contexte<'_>, r: &Right) -> Vec<Json> {
    let catalogue = &c.pack.catalogue;
    let mut toutes: Vec<&Procedure> = catalogue.for_rule(r).into_iter().collect();
    let citees = r.procedures.iter().filter_map(|id| catalogue.procedure(id));
    for p in citees.chain(catalogue.stages(&r.id)) {
        if !toutes.iter().any(|x| x.id == p.id) {
            toutes.push(p);
        }
    }
    toutes
        .into_iter()
        .map(|p| {
            let v = p.at(&r.body, None, c.le).or_else(|| p.variants.iter().find(|v| v.in_force(c.le)));
            let mut portes: Vec<&str> = Vec::new();
            for k in v.into_iter().flat_map(|v| &v.channels).map(|k| k.kind.said()) {
                if !portes.contains(&k) {
                    portes.push(k);
                }
            }
            json!({
                "ancre": ancre::demarche(&p.id),
                "nom": p.label,
                "etape": etape(p.stage),
                "demande": p.asks.says,
                "portes": portes.join(", "),
                "humaine": v.and_then(|v| v.human.as_ref()).map(|h| h.says.as_str()),
                "reponse": v.and_then(|v| mesure(c, v.answer, "jour")),
            })
        })
        .collect()
}

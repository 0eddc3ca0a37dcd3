//! A right or a rupture: everything that its file says, and what the checker made of it.

use recours_rules::date;
use recours_rules::pack::{AmountPeriod, Calc, Condition, Right, RightKind};
use recours_rules::types::{Entity, Type};
use serde_json::{Value as Json, json};

use super::lecture::{lien, lire, nom_de_calcul};
use super::{A_VERIFIER, Contexte, ancre, cas, demarche, fait, mots, parametre};
use crate::commandes::explain::ecriture;

/// A formula: its French reading, as written, and what an overlay has to say of it.
fn formule(c: &Contexte<'_>, calcul: usize) -> Json {
    let Some(k) = c.pack.calcs.get(calcul) else { return Json::Null };
    json!({
        "lecture": lire(c.pack, &k.body),
        "ecrite": c.ecrits.formules.get(&k.name),
        "raison": c.ecrits.raisons.get(&k.name),
        "fichier": c.fichier(&k.place.0),
    })
}

/// A clause or a computation, under its own name.
fn calcul(c: &Contexte<'_>, i: usize, k: &Calc) -> Json {
    json!({
        "ancre": ancre::calcul(&k.name),
        "nom": k.name,
        "dit": k.label,
        "source": k.source,
        "a_verifier": a_verifier(&k.source),
        "de": if k.entity == Entity::Personne { "de chaque personne" } else { "du foyer" },
        "genre": match k.ty {
            Type::Bool => "oui ou non",
            Type::Date { .. } => "date",
            Type::Num(u) if u.is_money() => "montant",
            _ => "nombre",
        },
        "mensuel": k.monthly,
        "formule": formule(c, i),
    })
}

fn a_verifier(source: &str) -> bool {
    source.contains(A_VERIFIER)
}

fn condition(c: &Contexte<'_>, r: &Right, k: &Condition) -> Json {
    json!({
        "ancre": ancre::calcul(&format!("{}.{}", r.id, k.id)),
        "nom": format!("{}.{}", r.id, k.id),
        "dit": k.label,
        "source": k.source,
        "a_verifier": a_verifier(&k.source),
        "formule": formule(c, k.calc),
    })
}

/// Computations of a rule, its clauses left out. Those that read its journey, and the dates by channel, are made by the program
/// in the same way for every rule: told once.
fn calculs(c: &Contexte<'_>, r: &Right) -> Vec<Json> {
    let devant = format!("{}.", r.id);
    let clauses: Vec<usize> = r.conditions.iter().map(|k| k.calc).collect();
    let siens = c.pack.calcs.iter().enumerate().filter(|(i, k)| {
        let reste = k.name.strip_prefix(&devant);
        !clauses.contains(i) && reste.is_some_and(|n| !n.contains('.') && (r.channels.is_empty() || !n.starts_with("date_utile")))
    });
    siens.map(|(i, k)| calcul(c, i, k)).collect()
}

/// Computations that several rules share.
pub(super) fn partages(c: &Contexte<'_>) -> Vec<Json> {
    c.pack.calcs.iter().enumerate().filter(|(_, k)| !k.name.contains('.')).map(|(i, k)| calcul(c, i, k)).collect()
}

fn versions(c: &Contexte<'_>, r: &Right) -> Vec<String> {
    let jour = |t: &str| date::parse(t).map_or_else(|| t.to_owned(), ecriture::date_longue);
    let autres = c.ecrits.versions.get(&r.id).into_iter().flatten().filter(|v| v.nom != r.version);
    autres
        .map(|v| {
            let du = v.du.as_deref().map_or_else(String::new, |d| format!(" à partir du {}", jour(d)));
            let au = v.au.as_deref().map_or_else(String::new, |d| format!(" jusqu'au {}", jour(d)));
            format!("version {}{du}{au}", v.nom)
        })
        .collect()
}

fn validite(c: &Contexte<'_>, r: &Right) -> String {
    let jour = |t: &str| date::parse(t).map_or_else(|| t.to_owned(), ecriture::date_longue);
    let ecrite = c.ecrits.versions.get(&r.id).into_iter().flatten().find(|v| v.nom == r.version);
    match ecrite.map(|v| (v.du.as_deref(), v.au.as_deref())) {
        Some((Some(du), Some(au))) => format!("du {} au {}", jour(du), jour(au)),
        Some((Some(du), None)) => format!("depuis le {}, sans date de fin", jour(du)),
        Some((None, Some(au))) => format!("jusqu'au {}", jour(au)),
        _ => "sans date de début ni de fin dans son fichier".to_owned(),
    }
}

/// The dates of a rupture: the loss, the last day, and by which channel one must begin when.
fn dates(c: &Contexte<'_>, r: &Right) -> Json {
    let de = |nom: &str| c.pack.calcs.iter().position(|k| k.name == format!("{}.{nom}", r.id));
    let une = |i: usize| c.pack.calcs.get(i).map(|k| json!({ "ancre": ancre::calcul(&k.name), "lecture": lire(c.pack, &k.body) }));
    let canaux: Vec<Json> = r
        .channels
        .iter()
        .filter_map(|b| {
            let p = c.pack.parameters.all.get(b.delay)?;
            Some(json!({
                "canal": b.channel.said(),
                "delai": lien(&ancre::parametre(&p.name), &p.label),
                "valeur": parametre::en_vigueur(c.pack, p, c.le),
            }))
        })
        .collect();
    json!({
        "echeance": de("echeance").and_then(une),
        "limite": de("limite").and_then(une),
        "utile": if r.channels.is_empty() { de("date_utile").and_then(une) } else { None },
        "canaux": canaux,
    })
}

fn montant(c: &Contexte<'_>, r: &Right) -> Option<Json> {
    let (i, k) = c.pack.calcs.iter().enumerate().find(|(_, k)| k.name == format!("{}.montant_calcule", r.id))?;
    let pour = match r.period {
        AmountPeriod::Month => "pour un mois",
        AmountPeriod::Year => "pour une année",
        AmountPeriod::Once => "en une fois",
    };
    Some(json!({
        "dit": k.label,
        "source": k.source,
        "a_verifier": a_verifier(&k.source),
        "pour": pour,
        "jusqu_a": r.up_to,
        "formule": formule(c, i),
        "ancre": ancre::calcul(&k.name),
    }))
}

fn parcours(c: &Contexte<'_>, r: &Right) -> Vec<String> {
    let Some(j) = &r.journey else { return Vec::new() };
    let de = |(e, k): &(usize, usize)| {
        let (dit, corps) = (&c.pack.types.events.get(*e)?.says, &c.pack.calcs.get(*k)?.body);
        Some(format!("{} : {}", crate::modeles::echapper(dit), lire(c.pack, corps)))
    };
    j.events.iter().filter_map(de).collect()
}

/// A right or a rupture, with what awaits a territory.
pub(super) fn regle(c: &Contexte<'_>, r: &Right, attend: &[String]) -> Json {
    let theme = c.theme(r);
    let fait_lu = |i: &usize| c.pack.vocabulary.variables.get(*i).map(|v| lien(&ancre::fait(&v.name), &v.label));
    let parametre_lu = |i: &usize| {
        let p = c.pack.parameters.all.get(*i)?;
        Some(format!(
            "{} : {}",
            lien(&ancre::parametre(&p.name), &p.label),
            crate::modeles::echapper(&parametre::en_vigueur(c.pack, p, c.le))
        ))
    };
    let principaux: Vec<&str> =
        [r.label.as_str(), r.propose.as_str()].into_iter().chain(r.conditions.iter().map(|k| k.label.as_str())).collect();
    let autres = r.not_modelled.iter().map(|n| n.label.as_str()).chain(r.pieces.iter().map(|p| p.dit.as_str()));
    let tous: Vec<&str> = principaux.iter().copied().chain(autres).collect();
    let percu = r.received.filter(|i| c.pack.calcs.get(*i).is_some_and(|k| c.ecrits.formules.contains_key(&k.name)));
    json!({
        "id": r.id,
        "nom": r.label,
        "rupture": r.kind == RightKind::Rupture,
        "organisme": r.body,
        "organisme_dit": mots::organisme(&r.body),
        "theme": theme,
        "mots": mots::courants(&principaux.join(" ; "), &tous.join(" ; ")),
        "propose": r.propose,
        "pour": if r.unit == Entity::Personne { "une personne" } else { "un foyer" },
        "sur_demande": r.on_request,
        "source": r.source,
        "a_verifier": a_verifier(&r.source),
        "version": r.version,
        "validite": validite(c, r),
        "versions": versions(c, r),
        "fichier": c.fichier(&r.place.0),
        "attend": attend.iter().filter_map(|n| c.pack.parameters.find(n)).filter_map(|i| parametre_lu(&i)).collect::<Vec<_>>(),
        "concerne": r.concerns.iter().filter_map(|id| c.droit(id)).collect::<Vec<_>>(),
        "ruptures": c.pack.all_rights().filter(|x| x.concerns.contains(&r.id)).filter_map(|x| c.droit(&x.id)).collect::<Vec<_>>(),
        "conditions": r.conditions.iter().map(|k| condition(c, r, k)).collect::<Vec<_>>(),
        "montant": montant(c, r),
        "dates": dates(c, r),
        "percu": percu.map(|i| formule(c, i)),
        "agi": r.acted.map(|i| formule(c, i)),
        "engage": r.commits,
        "vive_voix": r.face_to_face,
        "gravite": r.gravity.map(|g| match g {
            recours_rules::pack::Gravity::Vital => "besoin vital (soins, logement, énergie)",
            recours_rules::pack::Gravity::Dependence => "le foyer en vit",
            recours_rules::pack::Gravity::Supplement => "complément",
        }),
        "non_modelise": r.not_modelled.iter().map(|n| json!({
            "ancre": format!("{}.non_modelise.{}", r.id, n.id), "dit": n.label, "source": n.source, "a_verifier": a_verifier(&n.source),
        })).collect::<Vec<_>>(),
        "hypotheses": r.assumptions.iter().map(|h| json!({
            "ancre": format!("{}.hypothese.{}", r.id, h.id), "dit": h.label, "source": h.source,
            "fait": fait_lu(&h.variable), "valeur": lire(c.pack, &h.value),
        })).collect::<Vec<_>>(),
        "demarches": demarche::de_la_regle(c, r),
        "propre": r.procedure.as_ref().map(|p| json!({ "en_ligne": p.en_ligne, "humaine": p.alternative_humaine })),
        "pieces": r.pieces.iter().map(|p| p.dit.as_str()).collect::<Vec<_>>(),
        "prealables": r.prerequisites.iter().map(|id| c.prealable(id)).collect::<Vec<_>>(),
        "croisement": fait::croisement(r.crossing),
        "calculs": calculs(c, r),
        "parcours": parcours(c, r),
        "parametres": c.parametres_de.get(&r.id).into_iter().flatten().filter_map(parametre_lu).collect::<Vec<_>>(),
        "faits": c.faits_de.get(&r.id).into_iter().flatten().filter_map(fait_lu).collect::<Vec<_>>(),
        "cas": r.cases.iter().enumerate().map(|(i, x)| cas::cas(c, r, i + 1, x)).collect::<Vec<_>>(),
        "proprietes": r.properties.iter().map(|p| cas::propriete(c, r, p)).collect::<Vec<_>>(),
    })
}

/// A computation of another rule, named so that it stands by itself.
pub(super) fn titre_de_calcul(c: &Contexte<'_>, k: &Calc) -> String {
    nom_de_calcul(c.pack, &k.name, &k.label)
}

//! The rules, published: one page that a citizen and a judge can read, search and keep, made from the pack alone.
//!
//! Everything on it comes from the files of the pack; what they do not say is said to be unsaid. The same pack, day and overlay give the
//! same bytes.

mod ancre;
mod cas;
mod demarche;
mod ecrits;
mod fait;
mod html;
mod lecture;
mod mots;
mod parametre;
mod regle;

use std::collections::{BTreeMap, BTreeSet};

use recours_rules::SourceFile;
use recours_rules::date::Days;
use recours_rules::pack::{Pack, Right, RightKind};
use serde_json::{Value as Json, json};

use crate::commandes::explain::ecriture;
use crate::erreur::ErreurCommande;
use crate::modeles;
use ecrits::Ecrits;

/// Written in a source that nobody has found yet.
const A_VERIFIER: &str = "à vérifier";

/// The one script: search, filters, and folded parts that open when something leads into them.
const SCRIPT: &str = include_str!("../modeles/regles.js");

/// The style, after that of every page.
const STYLE: &str = include_str!("../modeles/regles.css");

/// Where they go: after the page is filled, so that no text of a rule is taken for them.
const PLACE_DU_SCRIPT: &str = "<script></script>";
const PLACE_DU_STYLE: &str = "<style></style>";

/// What the page says of where it comes from.
#[derive(Debug)]
pub struct Origine {
    /// Of the pack's texts.
    pub empreinte: String,
    /// Of the pack with its overlay, when there is one.
    pub avec_variante: Option<String>,
    /// Where to ask for an explanation, in the words of whoever publishes.
    pub contact: Option<String>,
}

/// What every part of the page looks into.
struct Contexte<'a> {
    pack: &'a Pack,
    ecrits: &'a Ecrits,
    le: Days,
    /// Top of the pack's file names.
    racine: String,
    /// Facts that each rule reads.
    faits_de: BTreeMap<String, BTreeSet<usize>>,
    /// Parameters that each rule reads.
    parametres_de: BTreeMap<String, BTreeSet<usize>>,
}

impl<'a> Contexte<'a> {
    fn nouveau(pack: &'a Pack, ecrits: &'a Ecrits, racine: String) -> Self {
        let lus = |de: &dyn Fn(usize) -> BTreeSet<usize>| -> BTreeMap<String, BTreeSet<usize>> {
            let calculs = |r: &Right| -> Vec<usize> { Pack::outputs(r).into_iter().chain(r.conditions.iter().map(|k| k.calc)).collect() };
            pack.all_rights().map(|r| (r.id.clone(), calculs(r).into_iter().flat_map(de).collect())).collect()
        };
        let (faits_de, parametres_de) = (lus(&|k| pack.facts_of(k)), lus(&|k| pack.parameters_of(k)));
        Self { pack, ecrits, le: pack.on, racine, faits_de, parametres_de }
    }

    /// A file as it is named from the top of the pack.
    fn fichier<'f>(&self, nom: &'f str) -> &'f str {
        nom.strip_prefix(&self.racine).unwrap_or(nom)
    }

    /// A right by its name, with where it is.
    fn droit(&self, id: &str) -> Option<Json> {
        let r = self.pack.all_rights().find(|r| r.id == id)?;
        Some(json!({ "ancre": r.id, "nom": r.label }))
    }

    /// What must be there first: of the list, or a right.
    fn prealable(&self, id: &str) -> Json {
        let liste = self.pack.prerequisites.iter().find(|p| p.id == id);
        let du_droit = || self.droit(id).unwrap_or_else(|| json!({ "ancre": id, "nom": id }));
        liste.map_or_else(du_droit, |p| json!({ "ancre": ancre::prealable(&p.id), "nom": p.label }))
    }

    /// A rupture goes with the right that it concerns.
    fn theme(&self, r: &Right) -> &'static str {
        let du_droit = |id: &String| self.pack.all_rights().find(|x| x.id == *id).map(|x| mots::theme(&x.label, &x.propose));
        r.concerns.iter().find_map(du_droit).unwrap_or_else(|| mots::theme(&r.label, &r.propose))
    }

    fn regles_qui_lisent(&self, lus: &BTreeMap<String, BTreeSet<usize>>, rang: usize) -> Vec<Json> {
        lus.iter().filter(|(_, l)| l.contains(&rang)).filter_map(|(id, _)| self.droit(id)).collect()
    }
}

/// The page.
///
/// # Errors
/// E-PAGE-001 when the template does not fit.
pub fn page(
    pack: &Pack,
    fichiers: &[SourceFile],
    variante: Option<&SourceFile>,
    racine: &str,
    origine: &Origine,
) -> Result<String, ErreurCommande> {
    let ecrits = Ecrits::de(pack, fichiers, variante);
    let c = Contexte::nouveau(pack, &ecrits, format!("{racine}/"));
    let attend: BTreeMap<&str, &[String]> = pack.waiting.iter().map(|w| (w.right.id.as_str(), w.parameters.as_slice())).collect();
    let mut regles: Vec<&Right> = pack.all_rights().collect();
    regles.sort_by(|a, b| a.id.cmp(&b.id));
    let de = |genre: RightKind| -> Vec<Json> {
        let choisies = regles.iter().filter(|r| r.kind == genre);
        choisies.map(|r| regle::regle(&c, r, attend.get(r.id.as_str()).copied().unwrap_or_default())).collect()
    };
    let donnees = json!({
        "le": ecriture::date_longue(pack.on),
        "empreinte": origine.empreinte,
        "avec_variante": origine.avec_variante,
        "variante": ecrits.variante.as_ref().map(|(nom, dit)| json!({ "nom": nom, "dit": dit })),
        "remplaces": ecrits.remplaces.iter().filter_map(|n| {
            let p = pack.parameters.all.get(pack.parameters.find(n)?)?;
            Some(json!({ "ancre": ancre::parametre(n), "nom": p.label }))
        }).collect::<Vec<_>>(),
        "clauses_remplacees": ecrits.raisons.iter().filter_map(|(n, raison)| {
            let k = pack.calcs.iter().find(|k| k.name == *n)?;
            Some(json!({ "ancre": ancre::calcul(n), "nom": regle::titre_de_calcul(&c, k), "raison": raison }))
        }).collect::<Vec<_>>(),
        "contact": origine.contact,
        "csp": html::empreinte_csp(SCRIPT),
        "themes": sommaire(&c, &regles, mots::themes(), |r| c.theme(r).to_owned(), str::to_owned),
        "organismes": organismes(&c, &regles),
        "droits": de(RightKind::Droit),
        "ruptures": de(RightKind::Rupture),
        "demarches": pack.catalogue.procedures.iter().map(|p| demarche::demarche(&c, p)).collect::<Vec<_>>(),
        "prealables": pack.prerequisites.iter().map(|p| json!({
            "ancre": ancre::prealable(&p.id), "nom": p.label, "lever": p.lift, "source": p.source,
            "apres": p.after.iter().map(|id| c.prealable(id)).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "partages": regle::partages(&c),
        "familles": parametre::tous(&c),
        "classes": fait::tous(&c),
        "types": types(&c),
        "references": textes_de_la_publication(pack),
        "cadre": pack.frame.iter().map(|t| json!({
            "ancre": format!("texte.{}", t.id), "titre": t.title, "dit": t.says, "lu": t.read_at, "statut": fait::statut(&t.status),
            "a_verifier": t.status.to_check(),
        })).collect::<Vec<_>>(),
        "comptes": comptes(&c),
    });
    // Every attribute stands between double quotes: an apostrophe, of which French has many, may stay one character; so may the
    // slash of a date.
    let page = modeles::rendre("regles.html", donnees)?.trim_start().replace("&#x27;", "'").replace("&#x2f;", "/");
    let page = page.replacen(PLACE_DU_STYLE, &format!("<style>\n{}{STYLE}</style>", modeles::STYLE), 1);
    // The last one: whatever stands before it is text, and escaped.
    let Some(ou) = page.rfind(PLACE_DU_SCRIPT) else {
        return Err(ErreurCommande::panne("E-PAGE-001", "le modèle de page regles.html n'a pas pu être rempli."));
    };
    let (avant, apres) = page.split_at(ou);
    Ok(format!("{avant}<script>{SCRIPT}</script>{}", apres.strip_prefix(PLACE_DU_SCRIPT).unwrap_or(apres)))
}

/// What was read of the texts that ask for such a page.
fn textes_de_la_publication(pack: &Pack) -> Vec<Json> {
    let textes = ["crpa_l311_3_1", "crpa_l312_1_3"].into_iter().filter_map(|id| pack.reference(id));
    textes
        .map(|t| json!({ "ancre": format!("texte.{}", t.id), "nom": t.title, "dit": t.says, "statut": fait::statut(&t.status) }))
        .collect()
}

/// A table of contents: groups in order, each with its rights and its ruptures.
fn sommaire<G: AsRef<str>>(
    c: &Contexte<'_>,
    regles: &[&Right],
    groupes: Vec<G>,
    de: impl Fn(&Right) -> String,
    dit: impl Fn(&str) -> String,
) -> Vec<Json> {
    let mut sortie = Vec::new();
    for g in groupes {
        let liste = |genre: RightKind| -> Vec<Json> {
            regles.iter().filter(|r| r.kind == genre && de(r) == g.as_ref()).filter_map(|r| c.droit(&r.id)).collect()
        };
        let (droits, ruptures) = (liste(RightKind::Droit), liste(RightKind::Rupture));
        if !(droits.is_empty() && ruptures.is_empty()) {
            sortie.push(json!({ "nom": dit(g.as_ref()), "droits": droits, "ruptures": ruptures }));
        }
    }
    sortie
}

fn organismes(c: &Contexte<'_>, regles: &[&Right]) -> Vec<Json> {
    let ids: BTreeSet<&str> = regles.iter().map(|r| r.body.as_str()).collect();
    let mut tous: Vec<Json> =
        sommaire(c, regles, ids.iter().map(|i| (*i).to_owned()).collect(), |r| r.body.clone(), |id| mots::organisme(id).to_owned());
    for (un, id) in tous.iter_mut().zip(ids) {
        if let Json::Object(o) = un {
            o.insert("id".into(), json!(id));
        }
    }
    tous
}

/// Types of non-recours and what shows them, once for all rights.
fn types(c: &Contexte<'_>) -> Vec<Json> {
    let t = &c.pack.types;
    let des = |l: recours_rules::journey::Label| -> Vec<Json> {
        let vus = t.observations.iter().filter(|o| o.label == Some(l));
        vus.map(|o| json!({ "dit": o.says, "source": o.source })).collect()
    };
    t.says
        .iter()
        .map(|(l, dit)| {
            json!({
                "nom": l.name().replace('_', "-"), "dit": dit, "par_defaut": t.by_default.contains(l), "observations": des(*l),
            })
        })
        .collect()
}

/// What is checked, what is not, counted.
fn comptes(c: &Contexte<'_>) -> Json {
    let pack = c.pack;
    let regles = || pack.all_rights();
    let sources: Vec<&str> = pack.calcs.iter().map(|k| k.source.as_str()).filter(|s| !s.is_empty()).collect();
    let lignes = &pack.catalogue.lines;
    json!({
        "droits": regles().filter(|r| r.kind == RightKind::Droit).count(),
        "ruptures": regles().filter(|r| r.kind == RightKind::Rupture).count(),
        "conditions": regles().map(|r| r.conditions.len()).sum::<usize>(),
        "cas": regles().map(|r| r.cases.len()).sum::<usize>(),
        "proprietes": regles().map(|r| r.properties.len()).sum::<usize>(),
        "non_modelise": regles().map(|r| r.not_modelled.len()).sum::<usize>(),
        "parametres": pack.parameters.all.len(),
        "parametres_verifies": pack.parameters.all.iter().filter(|p| p.checked.is_some()).count(),
        "valeurs": pack.parameters.all.iter().map(|p| p.values.len()).sum::<usize>(),
        "valeurs_a_verifier": pack.parameters.all.iter().flat_map(|p| &p.values).filter(|v| v.source.contains(A_VERIFIER)).count(),
        "sources": sources.len(),
        "sources_a_verifier": sources.iter().filter(|s| s.contains(A_VERIFIER)).count(),
        "lignes": lignes.len(),
        "lignes_verifiees": lignes.iter().filter(|l| l.checked.is_some()).count(),
        "faits": pack.vocabulary.variables.len(),
        "attente": pack.waiting.len(),
        "fichiers": c.ecrits.fichiers,
    })
}

//! What changed since the dossier that was signed: in words that name the column, the body, the article and the rule.

use std::collections::{BTreeMap, BTreeSet};

use super::contexte::mois_dits;
use super::etat::{Donnee, Envoi, Etat, RegleLue};
use super::sources::Source;
use crate::commandes::plan::apports::mois_ecrits;

/// A change: its part of the dossier, the sentence, where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changement {
    /// Part of the dossier.
    pub partie: &'static str,
    /// In words.
    pub dit: String,
    /// Sources: the rule or the mission that changed; what is gone is of the former dossier.
    pub sources: Vec<Source>,
}

/// Titles of the parts, in order.
pub const PARTIES: [(&str, &str); 6] = [
    ("en_plus", "Ce qui partirait en plus"),
    ("en_moins", "Ce qui ne partirait plus"),
    ("autrement", "Ce qui partirait autrement"),
    ("listes", "Listes et destinataires"),
    ("permissions", "Conventions et dates"),
    ("mission", "Mission, règles et conservation"),
];

fn avant(quoi: &str) -> Source {
    Source::Avant { quoi: quoi.to_owned() }
}

/// Everything that differs, `cle` giving the line of a key of the mission.
#[must_use]
pub fn comparer(ancien: &Etat, nouveau: &Etat, cle: &dyn Fn(&str) -> Source) -> Vec<Changement> {
    let mut sortie = Vec::new();
    donnees(ancien, nouveau, &mut sortie);
    listes(ancien, nouveau, cle, &mut sortie);
    permissions(ancien, nouveau, cle, &mut sortie);
    valeurs("la mission", "mission", &ancien.mission, &nouveau.mission, cle, &mut sortie);
    valeurs("la conservation", "conservation", &ancien.conservation, &nouveau.conservation, cle, &mut sortie);
    versions(ancien, nouveau, &mut sortie);
    sortie
}

/// `id` of `id@version`.
fn id(regle: &str) -> &str {
    regle.split('@').next().unwrap_or(regle)
}

fn nom<'a>(e: &'a Etat, organisme: &'a str) -> &'a str {
    e.organismes.get(organisme).map_or(organisme, String::as_str)
}

fn source(r: &RegleLue) -> Source {
    Source::Regle { regle: r.regle.clone(), article: r.article.clone() }
}

/// `« Revenu de solidarité active », rsa@2026-04 (CASF R262-6) ; …`.
fn regles(regles: &[&RegleLue]) -> String {
    let dites: Vec<String> = regles.iter().map(|r| format!("« {} », {} ({})", r.libelle, r.regle, r.article)).collect();
    dites.join(" ; ")
}

fn mois(texte: &str) -> BTreeSet<usize> {
    let un = |m: &str| m.trim_start_matches('m').parse::<usize>().ok();
    let suites = texte.split(", ").filter_map(|s| match s.split_once("..") {
        Some((a, b)) => Some(un(a)?..=un(b)?),
        None => un(s).map(|m| m..=m),
    });
    suites.flatten().collect()
}

/// `« Salaire net » (salaire_net, M-4)`.
fn colonne(d: &Donnee, mois: &BTreeSet<usize>) -> String {
    let quand = if mois.is_empty() { String::new() } else { format!(", {}", mois_dits(&mois_ecrits(mois))) };
    format!("« {} » ({}{quand})", d.dit, d.variable)
}

fn donnees(ancien: &Etat, nouveau: &Etat, sortie: &mut Vec<Changement>) {
    let ranger = |e: &Etat| -> BTreeMap<(String, String), Donnee> {
        e.donnees.iter().map(|d| ((d.organisme.clone(), d.variable.clone()), d.clone())).collect()
    };
    let (la, ici) = (ranger(ancien), ranger(nouveau));
    for (cle, d) in &ici {
        let avait = la.get(cle);
        let vus = avait.map(|a| mois(&a.mois)).unwrap_or_default();
        let maintenant = mois(&d.mois);
        let de_plus: BTreeSet<usize> = maintenant.difference(&vus).copied().collect();
        let demandent: Vec<&RegleLue> = d.regles.iter().collect();
        let sources = || demandent.iter().map(|r| source(r)).chain([Source::Vocabulaire { nom: d.variable.clone() }]).collect();
        if avait.is_none() || !de_plus.is_empty() {
            let dit = format!(
                "{} livrerait en plus {}, classe {}, grain « {} » : demandé par {}.",
                nom(nouveau, &d.organisme),
                colonne(d, &de_plus),
                d.classe,
                d.grain,
                regles(&demandent)
            );
            sortie.push(Changement { partie: "en_plus", dit, sources: sources() });
        }
        let Some(a) = avait else { continue };
        let de_moins: BTreeSet<usize> = vus.difference(&maintenant).copied().collect();
        if !de_moins.is_empty() {
            sortie.push(perdue(ancien, a, &de_moins));
        }
        if a.grain != d.grain && de_plus.is_empty() && de_moins.is_empty() {
            let dit =
                format!("{}, {} : grain « {} » au lieu de « {} ».", nom(nouveau, &d.organisme), colonne(d, &maintenant), d.grain, a.grain);
            sortie.push(Changement { partie: "autrement", dit, sources: sources() });
        }
        let (ids_la, ids_ici): (BTreeSet<&str>, BTreeSet<&str>) =
            (a.regles.iter().map(|r| id(&r.regle)).collect(), d.regles.iter().map(|r| id(&r.regle)).collect());
        let arrivees: Vec<&RegleLue> = d.regles.iter().filter(|r| !ids_la.contains(id(&r.regle))).collect();
        if !arrivees.is_empty() && de_plus.is_empty() {
            let dit = format!("{}, {} : demandé aussi par {}.", nom(nouveau, &d.organisme), colonne(d, &maintenant), regles(&arrivees));
            sortie.push(Changement { partie: "autrement", dit, sources: arrivees.iter().map(|r| source(r)).collect() });
        }
        let parties: Vec<&RegleLue> = a.regles.iter().filter(|r| !ids_ici.contains(id(&r.regle))).collect();
        if !parties.is_empty() && de_moins.is_empty() {
            let dit = format!("{}, {} : n'est plus demandé par {}.", nom(nouveau, &d.organisme), colonne(d, &maintenant), regles(&parties));
            sortie.push(Changement { partie: "autrement", dit, sources: vec![avant("donnees")] });
        }
    }
    for (cle, a) in la.iter().filter(|(cle, _)| !ici.contains_key(*cle)) {
        let _ = cle;
        sortie.push(perdue(ancien, a, &mois(&a.mois)));
    }
}

fn perdue(ancien: &Etat, a: &Donnee, de_moins: &BTreeSet<usize>) -> Changement {
    let demandaient: Vec<&RegleLue> = a.regles.iter().collect();
    let dit =
        format!("{} ne livrerait plus {} : c'était demandé par {}.", nom(ancien, &a.organisme), colonne(a, de_moins), regles(&demandaient));
    Changement { partie: "en_moins", dit, sources: vec![avant("donnees")] }
}

fn listes(ancien: &Etat, nouveau: &Etat, cle: &dyn Fn(&str) -> Source, sortie: &mut Vec<Changement>) {
    let noms = |e: &Etat, l: &[String]| -> String {
        if l.is_empty() { "personne".to_owned() } else { l.iter().map(|o| nom(e, o)).collect::<Vec<_>>().join(", ") }
    };
    for l in &nouveau.listes {
        let droit = id(&l.regle.regle);
        match ancien.listes.iter().find(|a| id(&a.regle.regle) == droit) {
            None => {
                let dit = format!("Droit ajouté : {} ; destinataires : {}.", regles(&[&l.regle]), noms(nouveau, &l.destinataires));
                sortie.push(Changement { partie: "listes", dit, sources: vec![source(&l.regle), cle(&format!("destinataires.{droit}"))] });
            }
            Some(a) if a.destinataires != l.destinataires => {
                let dit = format!(
                    "« {} », {} : destinataires {} au lieu de {}.",
                    l.regle.libelle,
                    l.regle.regle,
                    noms(nouveau, &l.destinataires),
                    noms(ancien, &a.destinataires)
                );
                sortie.push(Changement { partie: "listes", dit, sources: vec![source(&l.regle), cle(&format!("destinataires.{droit}"))] });
            }
            Some(_) => {}
        }
    }
    for a in ancien.listes.iter().filter(|a| !nouveau.listes.iter().any(|l| id(&l.regle.regle) == id(&a.regle.regle))) {
        let dit = format!("Droit retiré : {}.", regles(&[&a.regle]));
        sortie.push(Changement { partie: "listes", dit, sources: vec![avant("listes")] });
    }
}

fn permissions(ancien: &Etat, nouveau: &Etat, cle: &dyn Fn(&str) -> Source, sortie: &mut Vec<Changement>) {
    let meme = |a: &Envoi, b: &Envoi| a.organisme == b.organisme && a.famille == b.famille && a.destinataire == b.destinataire;
    let dit = |e: &Etat, x: &Envoi| format!("{}, famille « {} », vers {}", nom(e, &x.organisme), x.famille, nom(e, &x.destinataire));
    for x in &nouveau.envois {
        let ici = x.permission.rang.map_or_else(|| cle("convention"), |r| cle(&format!("convention.{r}")));
        let Some(a) = ancien.envois.iter().find(|a| meme(a, x)) else {
            let article =
                x.permission.article.as_deref().map_or_else(|| "sans ligne [[convention]]".to_owned(), |t| format!("au titre de : {t}"));
            sortie.push(Changement {
                partie: "permissions",
                dit: format!("Envoi ajouté : {}, {article}.", dit(nouveau, x)),
                sources: vec![ici],
            });
            continue;
        };
        let (p, q) = (&x.permission, &a.permission);
        let champs = [
            ("article", &p.article, &q.article),
            ("convention", &p.convention, &q.convention),
            ("premier jour", &p.du, &q.du),
            ("dernier jour", &p.au, &q.au),
        ];
        for (quoi, maintenant, avait) in champs.into_iter().filter(|(_, a, b)| a != b) {
            let ecrit = |v: &Option<String>| v.clone().unwrap_or_else(|| "non renseigné".to_owned());
            let phrase = format!("{} : {quoi} « {} » au lieu de « {} ».", dit(nouveau, x), ecrit(maintenant), ecrit(avait));
            sortie.push(Changement { partie: "permissions", dit: phrase, sources: vec![ici.clone()] });
        }
    }
    for a in ancien.envois.iter().filter(|a| !nouveau.envois.iter().any(|x| meme(a, x))) {
        sortie.push(Changement {
            partie: "permissions",
            dit: format!("Envoi retiré : {}.", dit(ancien, a)),
            sources: vec![avant("envois")],
        });
    }
}

fn valeurs(
    de_quoi: &str,
    section: &str,
    ancien: &BTreeMap<String, String>,
    nouveau: &BTreeMap<String, String>,
    cle: &dyn Fn(&str) -> Source,
    sortie: &mut Vec<Changement>,
) {
    for (champ, valeur) in nouveau {
        let avait = ancien.get(champ).map_or("non renseigné", String::as_str);
        if avait != valeur {
            let dit = format!("Dans {de_quoi}, {} : « {valeur} » au lieu de « {avait} ».", champ.replace('_', " "));
            sortie.push(Changement { partie: "mission", dit, sources: vec![cle(&format!("{section}.{champ}")), avant(section)] });
        }
    }
}

fn versions(ancien: &Etat, nouveau: &Etat, sortie: &mut Vec<Changement>) {
    for l in &nouveau.listes {
        let avait = ancien.listes.iter().find(|a| id(&a.regle.regle) == id(&l.regle.regle) && a.regle.regle != l.regle.regle);
        if let Some(a) = avait {
            let dit = format!("Règle « {} » : {} au lieu de {}.", l.regle.libelle, l.regle.regle, a.regle.regle);
            sortie.push(Changement { partie: "mission", dit, sources: vec![source(&l.regle), avant("listes")] });
        }
    }
}

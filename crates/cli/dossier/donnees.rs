//! What leaves each body, why, for whom and for how long: read off the mission and the rules.

use std::collections::{BTreeMap, BTreeSet};

use recours_engine::grain::Grains;
use recours_engine::plan::Program;
use recours_engine::reference::FactId;
use recours_rules::pack::{Pack, Right};
use recours_rules::typed::{Node, Typed};
use recours_rules::vocabulary::Variable;

use super::etat::{Donnee, Envoi, Etat, Liste, Permission, RegleLue};
use crate::colonnes_utiles::{Pour, besoins};
use crate::commandes::plan::affichage::refus_dit;
use crate::commandes::plan::apports::{Apport, Plan, mois_ecrits};
use crate::commandes::plan::grain;
use crate::mission::convention::{HOTE, IDENTITE, LIAISON, NUMERO_NATIONAL, REPERAGE};
use crate::mission::{ChampIdentite, Donnees, Finalite, Mission, Mode, Organisme, Suite};
use crate::modeles::date_longue;

/// Reads them.
#[must_use]
pub fn etat(mission: &Mission, pack: &Pack, program: &Program, grains: &Grains, empreinte: &str) -> Etat {
    let plan = Plan::avec_grains(mission, pack, program, grains);
    let mut e = Etat {
        mission: identite(mission, empreinte),
        organismes: mission.organismes.iter().map(|o| (o.id.clone(), o.nom.clone())).collect(),
        conservation: conservation(mission),
        chez_soi: mission.organismes.iter().filter(|o| !o.interne.is_empty()).map(|o| (o.id.clone(), o.interne.clone())).collect(),
        ..Etat::default()
    };
    let mut articles = Articles::nouveau(pack);
    let besoins = besoins(pack, program);
    for (o, p) in mission.organismes.iter().zip(&plan.organismes) {
        let mut donnees: Vec<Donnee> = p.apports.iter().filter_map(|a| donnee(&p.id, pack, a, &mut articles)).collect();
        if p.composition {
            donnees.extend(place_au_foyer(o, pack, &besoins, &mut articles));
        }
        let familles: BTreeSet<String> = donnees.iter().map(|d| d.classe.clone()).collect();
        let jetons: &[&str] = if champs(o).contains(&ChampIdentite::Nir) { &[NUMERO_NATIONAL, IDENTITE] } else { &[IDENTITE] };
        if !champs(o).is_empty() {
            e.envois.extend(jetons.iter().map(|f| envoi(mission, &o.id, f, LIAISON)));
        }
        e.envois.extend(familles.iter().map(|f| envoi(mission, &o.id, f, HOTE)));
        e.donnees.extend(donnees);
        e.restent.extend(p.refusees.iter().map(|(nom, r)| (o.id.clone(), nom.clone(), refus_dit(*r).to_owned())));
        let inutiles = p.abandonnees.iter().map(|nom| (o.id.clone(), nom.clone(), "aucune règle de la mission ne la lit".to_owned()));
        e.restent.extend(inutiles);
    }
    for droit in &pack.rights {
        e.listes.push(Liste { regle: regle(droit, ""), destinataires: mission.destinataires(&droit.id).to_vec() });
    }
    let recoivent: BTreeSet<String> = e.listes.iter().flat_map(|l| l.destinataires.iter().cloned()).collect();
    e.envois.extend(recoivent.iter().map(|o| envoi(mission, HOTE, REPERAGE, o)));
    e
}

/// What the mission says of itself.
fn identite(m: &Mission, empreinte: &str) -> BTreeMap<String, String> {
    let finalite = match m.finalite {
        Finalite::Informer => "informer les personnes d'un droit",
        Finalite::Attribuer => "attribuer un droit",
    };
    let donnees = match m.donnees {
        Donnees::Inventees => "inventées : aucune personne n'existe",
        Donnees::Reelles => "réelles",
    };
    let mode = match m.mode {
        Mode::A => "A (hachage à deux clés)",
        Mode::B => "B (évaluation aveugle)",
    };
    let suite = match m.suite {
        Suite::Rgs => "rgs",
        Suite::Rapide => "rapide",
    };
    let date = jour(m.date);
    let lignes = [
        ("nom", m.nom.as_str()),
        ("finalite", finalite),
        ("base_legale", m.base_legale.as_str()),
        ("territoire", m.territoire.as_str()),
        ("date", date.as_str()),
        ("epoque", m.epoque.as_str()),
        ("donnees", donnees),
        ("mode", mode),
        ("suite", suite),
        ("regles", empreinte),
    ];
    lignes.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

/// How long each thing is kept, in words that a notice may say.
fn conservation(m: &Mission) -> BTreeMap<String, String> {
    let c = m.conservation;
    let mois = |n: u16| format!("{n} mois");
    let fin = m.date.checked_add(jiff::Span::new().months(i64::from(c.collecte_mois))).map_or_else(|_| String::new(), jour);
    BTreeMap::from([
        ("collecte_mois".to_owned(), mois(c.collecte_mois)),
        ("collecte_fin".to_owned(), fin),
        ("traces_mois".to_owned(), mois(c.traces_mois)),
        ("journal_mois".to_owned(), mois(c.journal_mois)),
        ("fiches_jours".to_owned(), format!("{} jours", c.fiches_jours)),
    ])
}

/// `1er octobre 2026`.
#[must_use]
pub fn jour(d: jiff::civil::Date) -> String {
    let jours = recours_rules::date::days(i64::from(d.year()), i64::from(d.month()), i64::from(d.day()));
    i32::try_from(jours).map(date_longue).unwrap_or_default()
}

/// Identity fields that a body's tables map.
#[must_use]
pub fn champs(o: &Organisme) -> BTreeSet<ChampIdentite> {
    o.tables.iter().flat_map(|t| t.identite.iter().map(|(champ, _)| *champ)).collect()
}

fn envoi(mission: &Mission, organisme: &str, famille: &str, destinataire: &str) -> Envoi {
    let en_cours = mission.en_cours(organisme, famille, destinataire);
    let ligne = en_cours.or_else(|| mission.convention(organisme, famille, destinataire).first().copied());
    let permission = ligne.map_or_else(Permission::default, |c| Permission {
        article: Some(c.article.clone()),
        convention: c.convention.clone(),
        du: Some(jour(c.du)),
        au: Some(jour(c.au)),
        en_cours: en_cours.is_some(),
        rang: mission.conventions.iter().position(|autre| autre == c),
    });
    Envoi { organisme: organisme.to_owned(), famille: famille.to_owned(), destinataire: destinataire.to_owned(), permission }
}

fn regle(droit: &Right, article: &str) -> RegleLue {
    let article = if article.is_empty() { droit.source.as_str() } else { article };
    RegleLue { regle: droit.rule(), libelle: droit.label.clone(), article: article.to_owned() }
}

fn donnee(organisme: &str, pack: &Pack, a: &Apport, articles: &mut Articles<'_>) -> Option<Donnee> {
    let v: &Variable = pack.vocabulary.variables.get(a.variable)?;
    let regles = a.regles.iter().filter_map(|r| Some(regle(pack.rights.get(*r)?, &articles.de(*r, a.variable)))).collect();
    Some(Donnee {
        organisme: organisme.to_owned(),
        variable: v.name.clone(),
        mois: mois_ecrits(&a.mois),
        dit: v.label.clone(),
        chez_lui: a.chez_lui.clone(),
        classe: v.class.clone(),
        grain: grain::dit(pack, v, &a.grains),
        regles,
    })
}

/// Who lives with whom: the place of each, and a number that says nothing.
fn place_au_foyer(o: &Organisme, pack: &Pack, besoins: &Besoins, articles: &mut Articles<'_>) -> Option<Donnee> {
    let v = pack.vocabulary.variables.get(pack.role)?;
    let droits: BTreeSet<usize> = besoins.iter().filter(|(f, _)| f.0 == pack.role).flat_map(|(_, r)| r.iter().map(|(r, _)| *r)).collect();
    let chez_lui: BTreeSet<&str> = o.tables.iter().flat_map(|t| [t.foyer.as_deref(), t.role.as_deref()]).flatten().collect();
    Some(Donnee {
        organisme: o.id.clone(),
        variable: v.name.clone(),
        mois: String::new(),
        dit: format!("{}, et un numéro de foyer", v.label),
        chez_lui: chez_lui.into_iter().collect::<Vec<_>>().join(", "),
        classe: v.class.clone(),
        grain: "place de chacun ; numéro de foyer tiré au hasard".to_owned(),
        regles: droits.into_iter().filter_map(|r| Some(regle(pack.rights.get(r)?, &articles.de(r, pack.role)))).collect(),
    })
}

type Besoins = BTreeMap<FactId, BTreeSet<(usize, Pour)>>;

/// Articles of the clauses and computations of a right that read a fact themselves.
struct Articles<'p> {
    pack: &'p Pack,
    /// For each right asked for, its facts with the articles that read them.
    lus: BTreeMap<usize, BTreeMap<usize, BTreeSet<String>>>,
}

impl<'p> Articles<'p> {
    fn nouveau(pack: &'p Pack) -> Self {
        Self { pack, lus: BTreeMap::new() }
    }

    fn de(&mut self, droit: usize, variable: usize) -> String {
        let pack = self.pack;
        let lus = self.lus.entry(droit).or_insert_with(|| pack.rights.get(droit).map(|d| lecture(pack, d)).unwrap_or_default());
        lus.get(&variable).map(|a| quelques(a.iter().map(String::as_str))).unwrap_or_default()
    }
}

/// How many articles a sentence bears.
const AU_PLUS: usize = 3;

/// The first ones, and how many more.
#[must_use]
pub fn quelques<'a>(articles: impl Iterator<Item = &'a str>) -> String {
    let tous: BTreeSet<&str> = articles.flat_map(|a| a.split(" ; ")).map(str::trim).filter(|a| !a.is_empty()).collect();
    let reste = tous.len().saturating_sub(AU_PLUS);
    let dits: Vec<&str> = tous.into_iter().take(AU_PLUS).collect();
    if reste == 0 { dits.join(" ; ") } else { format!("{} et {reste} autre{}", dits.join(" ; "), if reste > 1 { "s" } else { "" }) }
}

/// Facts that a right reads, each with the articles of what reads it.
fn lecture(pack: &Pack, droit: &Right) -> BTreeMap<usize, BTreeSet<String>> {
    let mut lus: BTreeMap<usize, BTreeSet<String>> = BTreeMap::new();
    let mut vus: BTreeSet<usize> = BTreeSet::new();
    let mut reste: Vec<(usize, String)> = Pack::outputs(droit).into_iter().map(|c| (c, droit.source.clone())).collect();
    // A clause has an article of its own, and a computation too when its file says one.
    let clauses: BTreeMap<usize, &str> = droit.conditions.iter().map(|c| (c.calc, c.source.as_str())).collect();
    reste.extend(clauses.iter().map(|(c, s)| (*c, (*s).to_owned())));
    while let Some((calc, au_dessus)) = reste.pop() {
        let Some(c) = pack.calcs.get(calc).filter(|_| vus.insert(calc)) else { continue };
        let ici = clauses.get(&calc).copied().filter(|s| !s.is_empty()).unwrap_or(&c.source);
        let article = if ici.is_empty() { au_dessus } else { ici.to_owned() };
        let mut derives: Vec<&Typed> = vec![&c.body];
        let mut derives_vus: BTreeSet<usize> = BTreeSet::new();
        while let Some(expression) = derives.pop() {
            expression.walk(&mut |n| match &n.node {
                Node::Input(v, _) => {
                    lus.entry(*v).or_default().insert(article.clone());
                    if derives_vus.insert(*v) {
                        derives.extend(pack.derived.get(v));
                    }
                }
                Node::Persons(..) => {
                    lus.entry(pack.role).or_default().insert(article.clone());
                }
                Node::Calc(k, _) => reste.push((*k, article.clone())),
                _ => {}
            });
        }
    }
    lus
}

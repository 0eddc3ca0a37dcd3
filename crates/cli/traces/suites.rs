//! The events of each act: what moved, of whom, in words.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use rayon::prelude::*;
use recours_engine::outreach::{self, Jour, NumeroDeLigne};
use recours_rules::Pack;
use recours_tables::FichierPret;
use recours_tables::journal::Journal;

use super::evenement::{Concerne, Donnee, Evenement, Flux};
use super::lignes::{Droit, Ligne, Statut};
use super::qui::Empreintes;
use crate::chemins;
use crate::erreur::ErreurCommande;
use crate::journal::Acte;
use crate::mission::convention::{HOTE, IDENTITE, LIAISON, NUMERO_NATIONAL, REPERAGE};
use crate::mission::extrait::Extrait;
use crate::mission::{ChampIdentite, Composition, Mission, Organisme, separer_serie};
use crate::scellement::jetons::Identites;

/// An event and its rows, before its act is done.
pub struct Trace {
    dossier: PathBuf,
    racine: PathBuf,
    evenement: Evenement,
    lignes: Vec<Ligne>,
}

/// What an act knows of itself.
pub struct Contexte<'a> {
    /// The mission.
    pub mission: &'a Mission,
    /// The body.
    pub organisme: &'a Organisme,
    /// The mission's fingerprint.
    pub empreinte: &'a str,
    /// That of its rules.
    pub empreinte_regles: &'a str,
}

impl Contexte<'_> {
    fn trace(&self, acte: &str) -> Result<Trace, ErreurCommande> {
        Ok(Trace {
            dossier: chemins::traces(self.organisme),
            racine: self.mission.dossier.clone(),
            evenement: super::nouvel(self.mission, self.organisme, acte, self.empreinte, self.empreinte_regles)?,
            lignes: Vec::new(),
        })
    }
}

impl Trace {
    /// Adds the two files of the trace to those that the act publishes, and that they describe.
    ///
    /// # Errors
    /// Exit 4 when the disk refuses.
    pub fn joindre(self, prets: &mut Vec<FichierPret>) -> Result<(), ErreurCommande> {
        let siens = self.preparer(prets)?;
        prets.extend(siens);
        Ok(())
    }

    /// The two files of the trace; `prets` are those that it describes.
    ///
    /// # Errors
    /// Exit 4 when the disk refuses.
    pub fn preparer(self, prets: &[FichierPret]) -> Result<Vec<FichierPret>, ErreurCommande> {
        super::preparer((&self.dossier, &self.racine), self.evenement, &self.lignes, prets)
    }
}

/// Adds to an act that does not publish by itself the digests of its trace.
///
/// # Errors
/// Exit 4 when the disk refuses.
pub fn au_journal(mut acte: Acte, traces: &[FichierPret]) -> Result<Acte, ErreurCommande> {
    for pret in traces {
        let nom = pret.destination().file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        acte = acte.texte(&format!("fichier.{nom}"), pret.empreinte()?);
    }
    Ok(acte)
}

/// Digests of rows of an extract, for events of people who are found again by who they are.
fn empreintes(extrait: &Extrait, lignes: &[u32], journal: &Journal) -> Vec<Empreintes> {
    let (chercheur, identites) = (super::chercheur(journal), Identites::de(extrait));
    lignes.par_iter().map(|i| chercheur.empreintes(&identites.ligne(*i as usize))).collect()
}

/// Identity fields that become tokens, for people; the number apart.
fn champs(extrait: &Extrait) -> (Vec<Donnee>, Vec<Donnee>) {
    let dit = |c: ChampIdentite| match c {
        ChampIdentite::Nir => "Numéro de sécurité sociale",
        ChampIdentite::NomNaissance => "Nom de naissance",
        ChampIdentite::NomUsage => "Nom d'usage",
        ChampIdentite::Prenoms => "Prénoms",
        ChampIdentite::DateNaissance => "Date de naissance",
        ChampIdentite::Sexe => "Sexe",
        ChampIdentite::CommuneNaissance => "Commune ou pays de naissance",
        ChampIdentite::CodePostal => "Code postal",
        ChampIdentite::Adresse => "Adresse",
        ChampIdentite::Deces => "Décès connu ou non",
        ChampIdentite::NirCertifie => "Numéro certifié ou non",
        ChampIdentite::NirPropre => "Numéro de la personne elle-même, ou d'un autre assuré",
    };
    let tous = extrait.identites.keys().map(|c| (*c, Donnee { colonne: c.nom().to_owned(), dit: dit(*c).to_owned() }));
    let (numero, autres): (Vec<_>, Vec<_>) =
        tous.partition(|(c, _)| matches!(c, ChampIdentite::Nir | ChampIdentite::NirCertifie | ChampIdentite::NirPropre));
    let sans = |v: Vec<(ChampIdentite, Donnee)>| v.into_iter().map(|(_, d)| d).collect();
    // Without the number itself (the manifest may keep it at home) what is said of it goes nowhere.
    let part = numero.iter().any(|(c, _)| *c == ChampIdentite::Nir);
    (if part { sans(numero) } else { Vec::new() }, sans(autres))
}

const DIT_NUMERO: &str = "Votre numéro national, sous la forme de jetons illisibles sans clé";
const DIT_IDENTITE: &str = "Votre identité, sous la forme de jetons illisibles sans clé";
const DIT_AVEUGLE: &str = "Votre identité, sous une forme aveuglée que son destinataire ne peut pas lire";

fn dit_de(role: &str, siren: Option<&String>) -> String {
    siren.map_or_else(|| role.to_owned(), |s| format!("{role} (SIREN {s})"))
}

/// Tokens to the linkage unit, of everybody, with or without objection.
fn vers_liaison(e: &mut Evenement, c: &Contexte<'_>, extrait: &Extrait, numero_seul: bool) {
    let dit = dit_de("l'unité de liaison", c.mission.roles.liaison.as_ref());
    let (numero, identite) = champs(extrait);
    if !numero.is_empty() {
        e.flux(c.mission, Concerne::Toutes, (LIAISON, &dit), (NUMERO_NATIONAL, DIT_NUMERO), numero);
    }
    if !numero_seul && !identite.is_empty() {
        e.flux(c.mission, Concerne::Toutes, (LIAISON, &dit), (IDENTITE, DIT_IDENTITE), identite);
    }
}

/// What a sealing delivers: tokens of everybody, and with the last round the facts of who does not object.
///
/// # Errors
/// Exit 4 when a date is out of the calendar.
pub fn scellement(
    c: &Contexte<'_>,
    pack: &Pack,
    extrait: &Extrait,
    (livrees, opposees): (&[u32], &[u32]),
    faits: bool,
    journal: &Journal,
) -> Result<Trace, ErreurCommande> {
    let mut trace = c.trace("scellement")?;
    vers_liaison(&mut trace.evenement, c, extrait, !faits);
    if faits {
        let dit = dit_de("l'hôte du moteur de règles", c.mission.roles.hote.as_ref());
        for (classe, donnees) in par_classe(pack, extrait, c.organisme) {
            let dite = dit_de_classe(pack, &classe);
            trace.evenement.flux(c.mission, Concerne::Livrees, (HOTE, &dit), (&classe, &dite), donnees);
        }
    }
    let toutes: Vec<u32> = livrees.iter().chain(opposees).copied().collect();
    for (rang, (i, qui)) in toutes.iter().zip(empreintes(extrait, &toutes, journal)).enumerate() {
        let Some(row_id) = extrait.row_ids.get(*i as usize).copied() else { continue };
        let statut = if rang < livrees.len() { Statut::Livree } else { Statut::Opposee };
        trace.lignes.push(Ligne { qui, ..Ligne::nue(row_id, statut) });
    }
    Ok(trace)
}

/// What goes blinded to the key holder. `lignes` beyond the extract are of nobody.
///
/// # Errors
/// As [`scellement`].
pub fn aveuglement(c: &Contexte<'_>, extrait: &Extrait, lignes: &[u32], journal: &Journal) -> Result<Trace, ErreurCommande> {
    let mut trace = c.trace("aveuglement")?;
    let vers_dit = dit_de("le tiers des clés", c.mission.roles.tiers_cles.as_ref());
    let (numero, identite) = champs(extrait);
    // The agreement for what these elements become, at the linkage unit, is the one that covers them.
    let ligne = c.mission.en_cours(&c.organisme.id, IDENTITE, LIAISON);
    trace.evenement.flux.push(Flux {
        vers: "tiers_cles".into(),
        vers_dit,
        recu: false,
        concerne: Concerne::Toutes,
        famille: IDENTITE.into(),
        famille_dit: DIT_AVEUGLE.into(),
        donnees: numero.into_iter().chain(identite).collect(),
        article: ligne.map(|l| l.article.clone()),
        convention: ligne.and_then(|l| l.convention.clone()),
    });
    let siennes: Vec<u32> = lignes.iter().copied().filter(|i| (*i as usize) < extrait.row_ids.len()).collect();
    for (i, qui) in siennes.iter().zip(empreintes(extrait, &siennes, journal)) {
        if let Some(row_id) = extrait.row_ids.get(*i as usize).copied() {
            trace.lignes.push(Ligne { qui, ..Ligne::nue(row_id, Statut::Aveuglee) });
        }
    }
    Ok(trace)
}

/// The rows of a list, once opened: each with what became of it. `retenues` and `au_dela` are the people with and without a page.
///
/// # Errors
/// As [`scellement`].
pub fn ouverture(
    c: &Contexte<'_>,
    pack: &Pack,
    (liste, lignes): (String, &[outreach::Ligne]),
    (retenues, au_dela): (&HashSet<NumeroDeLigne>, &HashSet<NumeroDeLigne>),
    ecartee: impl Fn(&outreach::Ligne) -> Option<Statut>,
) -> Result<Trace, ErreurCommande> {
    let mut trace = c.trace("ouverture")?;
    let ligne = c.mission.en_cours(HOTE, REPERAGE, &c.organisme.id);
    trace.evenement.flux.push(Flux {
        vers: c.organisme.id.clone(),
        vers_dit: dit_de("l'hôte du moteur de règles", c.mission.roles.hote.as_ref()),
        recu: true,
        concerne: Concerne::Toutes,
        famille: REPERAGE.into(),
        famille_dit: "Une ligne de liste : un droit à vous proposer ou à vérifier avec vous".into(),
        donnees: [
            ("droit", "Le droit ou l'échéance"),
            ("bande", "À proposer, ou à vérifier"),
            ("date_utile", "Le jour avant lequel agir, s'il y en a un"),
            ("regle", "La version de la règle"),
            ("expire", "Le dernier jour de la ligne"),
        ]
        .map(|(colonne, dit)| Donnee { colonne: colonne.into(), dit: dit.into() })
        .to_vec(),
        article: ligne.map(|l| l.article.clone()),
        convention: ligne.and_then(|l| l.convention.clone()),
    });
    trace.evenement.liste = Some(liste);
    for l in lignes {
        let fait = [(retenues, Statut::Retenue), (au_dela, Statut::AuDela)].into_iter().find(|(gens, _)| gens.contains(&l.row_id));
        // Rows of nobody in the register are padding: they are of no person.
        let Some(statut) = ecartee(l).or(fait.map(|(_, s)| s)) else { continue };
        trace.de_liste(pack, l, statut);
    }
    Ok(trace)
}

/// What a body found at home, on its own extract.
///
/// # Errors
/// As [`scellement`].
pub fn interne(
    c: &Contexte<'_>,
    pack: &Pack,
    extrait: &Extrait,
    lignes: &[outreach::Ligne],
    journal: &Journal,
) -> Result<Trace, ErreurCommande> {
    let mut trace = c.trace("interne")?;
    let rangs: HashMap<NumeroDeLigne, u32> = extrait.row_ids.iter().copied().zip(0..).collect();
    for l in lignes {
        trace.de_liste(pack, l, Statut::Trouvee);
    }
    let siennes: Vec<u32> = trace.lignes.iter().filter_map(|l| rangs.get(&l.row_id).copied()).collect();
    if siennes.len() == trace.lignes.len() {
        trace.lignes.iter_mut().zip(empreintes(extrait, &siennes, journal)).for_each(|(l, qui)| l.qui = qui);
    }
    Ok(trace)
}

/// What a partner is told, the people having agreed: row, right, its name, whether it is a withdrawal.
///
/// # Errors
/// As [`scellement`].
pub fn transmission(
    c: &Contexte<'_>,
    (partenaire, dit): (String, &str),
    lignes: &[(NumeroDeLigne, String, String, bool)],
) -> Result<Trace, ErreurCommande> {
    let mut trace = c.trace("transmission")?;
    let donnees = ["Nom et prénoms", "Date de naissance", "Téléphone et adresse", "Le droit, et la date de votre accord"];
    trace.evenement.flux.push(Flux {
        vers: partenaire,
        vers_dit: dit.to_owned(),
        recu: false,
        concerne: Concerne::Toutes,
        famille: "transmission".into(),
        famille_dit: "Vos coordonnées et un droit, avec votre accord".into(),
        donnees: donnees.iter().map(|d| Donnee { colonne: String::new(), dit: (*d).to_owned() }).collect(),
        article: Some("votre accord".into()),
        convention: None,
    });
    for (row_id, droit, libelle, retiree) in lignes {
        trace.evenement.droits.insert(droit.clone(), libelle.clone());
        let statut = if *retiree { Statut::Retiree } else { Statut::Transmise };
        let droit = Droit { id: droit.clone(), bande: None, date_utile: None, expire: None };
        trace.lignes.push(Ligne { droit: Some(droit), ..Ligne::nue(*row_id, statut) });
    }
    Ok(trace)
}

impl Trace {
    fn de_liste(&mut self, pack: &Pack, l: &outreach::Ligne, statut: Statut) {
        let libelle = pack.rights.iter().find(|r| r.id == l.droit).map_or(&l.droit, |r| &r.label);
        self.evenement.droits.entry(l.droit.clone()).or_insert_with(|| libelle.clone());
        let jour: Option<Jour> = l.date_utile;
        let droit = Droit { id: l.droit.clone(), bande: Some(l.bande.texte().to_owned()), date_utile: jour, expire: Some(l.expire) };
        self.lignes.push(Ligne { droit: Some(droit), ..Ligne::nue(l.row_id, statut) });
    }
}

/// The columns that an extract delivers to the host, by class of data, months of a series together.
fn par_classe(pack: &Pack, extrait: &Extrait, organisme: &Organisme) -> Vec<(String, Vec<Donnee>)> {
    let mut vues = BTreeSet::new();
    let mut classes: Vec<(String, Vec<Donnee>)> = Vec::new();
    let mut ajouter = |classe: &str, donnee: Donnee| match classes.iter_mut().find(|(c, _)| c == classe) {
        Some((_, donnees)) => donnees.push(donnee),
        None => classes.push((classe.to_owned(), vec![donnee])),
    };
    let schema = extrait.colonnes.schema();
    let structure = organisme.composition != Composition::Aucune;
    let role = (structure && extrait.roles.is_some()).then_some("role");
    for colonne in schema.fields().iter().map(|c| c.name().as_str()).chain(role) {
        let nom = separer_serie(colonne).map_or(colonne, |(serie, _)| serie);
        let Some(v) = pack.vocabulary.variables.iter().find(|v| v.name == nom) else { continue };
        if vues.insert(nom.to_owned()) {
            ajouter(&v.class, Donnee { colonne: nom.to_owned(), dit: v.label.clone() });
        }
    }
    if structure && extrait.foyers.is_some() {
        let dit = "Le foyer dont vous faites partie, sous un numéro tiré au hasard";
        ajouter("composition", Donnee { colonne: "foyer".into(), dit: dit.into() });
    }
    classes
}

/// A class of data, for people.
fn dit_de_classe(pack: &Pack, classe: &str) -> String {
    pack.class(classe).map_or_else(|| classe.to_owned(), |c| c.label.clone())
}
